"""Why an equilibrium of tariffs may be believed: nobody gains by moving, and every rate is at a maximum."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

from paxsilica.analysis.negotiation.game import Game, Settled, search_duties
from paxsilica.checks import Array
from paxsilica.errors import ConvergenceError
from paxsilica.model import solve

STARTS: dict[str, Callable[[Game], Array]] = {
    "standing": lambda game: game.standing,
    "zero": lambda game: np.zeros(len(game.setter)),
    "double": lambda game: np.ones(len(game.setter)),
}
"""Rates from which a search begins: what stands, nothing, and duties that double every price."""

SAME = 1e-5
"""Difference of any rate, decimal, up to which two searches have found the same."""

PROBE = 1e-4
"""Change of log(1+t) by which the second derivatives are taken."""

FEW_RATES = 12
"""Rates of a government up to which all its second derivatives are taken; beyond, the largest alone (Lanczos)."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """What was checked of an equilibrium, by government.

    Attributes:
        reply: `[g]` the largest difference, decimal, between a rate and the best reply found afresh from no duties.
        gain: `[g]` what that reply would gain, share of income.
        bend: `[g]` the largest second derivative along its own free rates, over what their own flows give: below zero
            at a maximum, -1 where rates do not act on one another; NaN where no rate is free.
    """

    reply: Array
    gain: Array
    bend: Array


def certified(settled: Settled) -> Certificate:
    """Search every government's best reply anew, the others held, and look at the second derivatives.

    A reply that no search finds is infinitely far.

    Raises:
        ConvergenceError: an equilibrium beside the one that is certified is not solved.
    """
    found = [_reply(settled, g) for g in range(len(settled.game.governments))]
    reply, gain, bend = (np.array(column) for column in zip(*found, strict=True))
    return Certificate(reply, gain, bend)


def best_of(found: list[Settled]) -> Settled:
    """Of several optima of one government that which it likes most: a capped answer leaves more than one."""
    return max(found, key=lambda one: float(one.game.values(one.outcome)[0]))


def distinct(found: list[Settled]) -> list[Settled]:
    """Of what several searches have found, each once."""
    kept: list[Settled] = []
    for one in found:
        if all(np.abs(one.rates - other.rates).max() > SAME for other in kept):
            kept.append(one)
    return kept


def _reply(settled: Settled, government: int) -> tuple[float, float, float]:
    game = settled.game
    if not (game.setter == government).any():
        return 0.0, 0.0, np.nan
    mine = game.alone(government)
    held = settled.rates[game.setter == government]
    if game.retaliation is None:
        mine = replace(mine, stood=settled.outcome)
    found = list[Settled]()
    for name in STARTS if game.retaliation else ("zero",):
        with suppress(ConvergenceError):
            found.append(search_duties(mine, STARTS[name](mine)))
    if not found:
        return np.inf, np.nan, np.nan
    best = best_of(found)
    gained = best.game.values(best.outcome) - best.game.values(settled.outcome)
    away = float(np.abs(best.rates - held).max())
    return away, float(gained[0]), _bend(mine, held)


def _bend(game: Game, rates: Array) -> float:
    """Of a game of one: the largest eigenvalue of the second derivatives in log(1+t), in units of own curvature."""
    inside = (rates > game.low + SAME) & (rates < game.high - SAME)
    if game.retaliation is not None:
        inside &= np.abs(rates - game.standing) > SAME
    free = np.flatnonzero(inside)
    if not free.size:
        return np.nan
    here = solve(game.economy, game.enact(rates), game.stood.params)
    unit = np.sqrt(game.curvature(here))[free]
    centre = game.slopes(here, rates)[0][0, free]

    def along(direction: Array) -> Array:
        moved = np.log1p(rates)
        moved[free] += PROBE * direction.ravel() / unit / np.abs(direction / unit).max()
        there = np.expm1(moved)
        outcome = solve(game.economy, game.enact(there), game.stood.params, start=here)
        turned = game.slopes(outcome, there)[0][0, free] - centre
        return np.asarray(turned / PROBE * np.abs(direction / unit).max() / unit)

    if len(free) <= FEW_RATES:
        matrix = np.stack([along(one) for one in np.eye(len(free))])
        return float(np.linalg.eigvalsh((matrix + matrix.T) / 2)[-1])
    operator = LinearOperator((len(free), len(free)), matvec=along, dtype=float)
    start = np.random.default_rng(0).standard_normal(len(free))
    return float(eigsh(operator, 1, which="LA", ncv=8, tol=0.02, v0=start)[0][0])
