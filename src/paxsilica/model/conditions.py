"""Meeting the conditions of a shock: an outer loop over their unknowns around the equilibrium."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from paxsilica.checks import Array
from paxsilica.conditions import stages
from paxsilica.errors import ConvergenceError, ShockError, joined
from paxsilica.model.outcome import Outcome
from paxsilica.shock import Condition, Shock

MET = 1e-8
"""A condition is met when it misses by less, relative to its limit."""

DIFFERENCE = 1e-4
"""Relative step of the differences, large beside the tolerance of an equilibrium."""


def met(
    asked: Shock, equilibrium: Callable[[Shock, Outcome | None], Outcome], start: Outcome | None
) -> Outcome:
    """The equilibrium in which every condition of a shock holds.

    Conditions are written so that each falls by about one where its unknown rises by one. Powell's hybrid method (MINPACK)
    begins with that guess and improves it after Broyden; where this stalls, it takes differences.

    Args:
        equilibrium: of a shock without conditions, from an outcome near it.
        start: an outcome near the one sought.

    Raises:
        ConvergenceError: a condition is not met, with its name and by how much.
    """
    from scipy.optimize import root

    conditions, outcome = asked.conditions, start

    def missed(unknowns: Array) -> Array:
        nonlocal outcome
        steps = [*stages(asked, unknowns)]
        now = outcome = equilibrium(steps[-1][2], outcome)
        each = zip(steps, map(float, unknowns), strict=True)
        return np.array([one.missed(before, now, u) for (one, before, _), u in each])

    known = start is not None and len(start.unknowns) == len(conditions)
    first = np.array(start.unknowns) if start is not None and known else np.zeros(len(conditions))
    try:
        end = root(missed, first, jac=lambda _: -np.eye(len(first)), options={"xtol": MET / 100})
        if not np.abs(end.fun).max() <= MET:
            end = root(missed, end.x, options={"xtol": MET / 100, "eps": DIFFERENCE**2})
        left = np.abs(missed(end.x))
    except ConvergenceError as stopped:
        raise ConvergenceError(_unmet(conditions, f"on the way: {stopped}"), outcome) from stopped
    if not left.max() <= MET:
        late = [c for c, gap in zip(conditions, left, strict=True) if not gap <= MET]
        raise ConvergenceError(_unmet(late, f"misses by {left.max():.1e} of its limit"), outcome)
    assert outcome is not None
    shock = outcome.shock.answering(asked)
    return replace(outcome, shock=shock, unknowns=tuple(map(float, end.x)))


def _unmet(conditions: Sequence[Condition], why: str) -> str:
    names = joined(dict.fromkeys(condition.name for condition in conditions))
    return f"not solved: {names} cannot be met ({why}); is the quota, sum or cap one that this trade can reach?"


def refuse_decided(shock: Shock) -> None:
    """Raises ShockError: the equilibrium decides a level, by which there is no derivative."""
    if shock.conditions:
        names = joined([condition.name for condition in shock.conditions])
        raise ShockError(f"a level of {names} follows from the equilibrium; give the rate itself")
