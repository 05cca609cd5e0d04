"""Solve: an economy and a shock in, an `Outcome` out. A solve that has not converged raises."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from paxsilica.economy import ADVICE, Array, Economy, Note
from paxsilica.errors import ConvergenceError, InputError, ShockError
from paxsilica.model import equations
from paxsilica.model.calibration import Problem, problem_of, world
from paxsilica.model.conditions import met
from paxsilica.model.correction import Correction, borrowed_correction, correction_of, damped
from paxsilica.model.fixed_point import DEPTH, End, Search, fixed_point
from paxsilica.model.isolated import solvable
from paxsilica.model.newton import newton_krylov
from paxsilica.model.outcome import Outcome, SideBySide, Status
from paxsilica.model.params import Params
from paxsilica.model.threads import one_thread_each
from paxsilica.shock import INSTRUMENTS, Instrument, Shock

EQUILIBRIUM = 1e-9
"""A baseline whose own equations miss by more than this is no equilibrium and must go through `rebalance`."""

BASELINE_TOLERANCE = 1e-13
"""A rebalanced table must be so good an equilibrium that a solve without a shock has nothing to do."""

FIRST_STEP, SHORTEST_STEP = 0.1, 1e-3
"""Continuation begins with this share of the shock, and gives up when it must go forward by less than the second."""

NEARLY = 1e-3
"""Newton's steps are worth their price only where the fixed point has come close."""

MOST_CORRECTED = 120
"""Sweeps that a solve tries with the baseline's correction, before it goes without."""

TIGHTER = 0.01
"""Part of the goal to which a solve goes on whose answer, checked level by level, still misses the tolerance."""

NEARLY_BANNED = 30.0
"""Continuation brings the log of the permitted range down to minus this before it lets it be nothing at all."""


def solve(
    economy: Economy,
    shock: Shock | None = None,
    params: Params | None = None,
    *,
    start: Outcome | None = None,
    throw: bool = True,
) -> Outcome:
    """The equilibrium after a shock.

    The accelerated fixed point comes first; where it stalls, Newton-Krylov goes on from its best point; where that
    stalls too, the shock is applied in steps from the baseline.

    Args:
        economy: the baseline. shock: what changes; None is no change. params: default `Params()`, the long run.
        start: an outcome near the one sought, such as the last on a path of scenarios; it saves sweeps, no more.
        throw: False returns an outcome that has not converged, with its status, instead of raising.

    Raises:
        ShockError: the shock belongs to other axes, or leaves no equilibrium to find.
        InputError: the baseline is no equilibrium itself (its final spending was clipped, or it has deficits that
            must vanish); `rebalance` it first.
        ConvergenceError: the equations are not solved to the tolerance, or a condition cannot be met.
    """
    shock = shock or Shock(economy)
    params = params or Params()
    if shock.economy is not economy:
        raise ShockError(
            "the shock was made for another economy; build it with Shock(economy, ...) or compile it again"
        )
    refuse_unbalanced(economy, params)
    mobile = math.isinf(params.horizon.labour_mobility)
    if start is not None and (
        start.economy is not economy or math.isinf(start.params.horizon.labour_mobility) != mobile
    ):
        raise InputError(
            "the start is an outcome of another economy, or of another mobility of labour; leave it out"
        )
    if shock.conditions:
        return met(
            shock.asked, lambda enacted, near: _of_levels(enacted, params, throw, near), start
        )
    return _of_levels(shock, params, throw, start)


def _of_levels(shock: Shock, params: Params, throw: bool, start: Outcome | None) -> Outcome:
    """The equilibrium of levels that are known."""
    return _solve(solvable(shock, params), params, throw, start)


def at_rest(economy: Economy, params: Params) -> bool:
    """Whether the baseline is an equilibrium under the rule for deficits: no shock, no change."""
    D = economy.deficit
    kept = 0.0 * D if params.deficits == "balanced" else equations.deficits(D, economy.gdp)
    moved = float(np.abs((kept - D) / economy.income).max())
    return max(economy.baseline_residual, moved) <= EQUILIBRIUM


def refuse_unbalanced(economy: Economy, params: Params) -> None:
    """Raises InputError where a baseline is no equilibrium itself: changes would mean nothing."""
    if at_rest(economy, params):
        return
    if economy.baseline_residual > EQUILIBRIUM:
        why, how = (
            f"its own equations miss by {economy.baseline_residual:.1e}",
            "rebalance(economy)",
        )
    else:
        why = f"its trade deficits are not what the rule `{params.deficits}` allows"
        how = f"rebalance(economy, Params(deficits={params.deficits!r}))"
    raise InputError(
        f"the baseline {economy.about.name} is no equilibrium ({why}), which the shock would be "
        f"charged with; use `{how}` first and say so in the report"
    )


def settled(economy: Economy, params: Params | None = None) -> Economy:
    """The baseline of every question: the economy `at_rest`, rebalanced where it is not.

    Clipped spending or trade deficits are removed in the long run whatever the horizon asked, so
    that the short run and the long run start from the same world.
    """
    params = params or Params()
    if at_rest(economy, params):
        return economy
    return rebalance(economy, Params(deficits=params.deficits))


def rebalance(economy: Economy, params: Params | None = None) -> Economy:
    """The equilibrium nearest to a table that is none, as a new baseline: same technology and tastes, no shock.

    Needed where negative final spending was clipped, and to remove trade deficits before a comparison
    (`Params(deficits="balanced")`, as Caliendo and Parro 2015 do).
    """
    params = replace(params or Params(), tolerance=BASELINE_TOLERANCE)
    outcome = _solve(Shock(economy), params, throw=True)
    moved = float(np.abs(outcome.flows - economy.flows).sum())
    text = f"flows moved to the equilibrium of the same shares (deficits: {params.deficits}); the size is the sum of moves"
    note = Note("rebalanced", text, moved, of=("flows", "tariffs", "inputs"))
    known = (replace(note, text=note.text.removesuffix(ADVICE)) for note in economy.notes)
    return replace(outcome.as_economy(), notes=(*known, note))


def outcome_of(shock: Shock, params: Params, z: Array, sweeps: int) -> Outcome:
    """The outcome of the unknowns `[rows, n]`, labelled and in levels."""
    return Outcome(shock.economy, shock, params, sweeps, *_in_levels(shock.economy, z))


def outcomes_of(
    economy: Economy, shocks: Sequence[Shock], params: Params, z: Array, sweeps: Sequence[int]
) -> SideBySide:
    """The outcomes of the unknowns `[rows, n, l]`; the shocks are of economies with the accounts of the one given."""
    return SideBySide(economy, shocks, params, sweeps, *_in_levels(economy, z))


def _in_levels(e: Economy, z: Array) -> tuple[Array, Array, Array]:
    """Wages, prices and expenditure, with the trailing axis of the unknowns, if any, first."""
    unknowns = equations.unpacked(z, len(e.sectors))
    wages, price, spending = (np.ascontiguousarray(np.exp(x).T) for x in unknowns)
    return wages, price, e.expenditure * spending


def _solve(shock: Shock, params: Params, throw: bool, start: Outcome | None = None) -> Outcome:
    economy, problem, goal = shock.economy, problem_of(shock, params), params.tolerance
    begin = at_baseline(problem) if start is None else start.state
    found, tried = End(begin, np.inf, 0), list[Approach]()
    # what leaves the range of numbers has an infinite gap
    with one_thread_each(), np.errstate(all="ignore"):
        for approach in _approaches(economy, params):
            found = approach.to(problem, goal, begin).after(found)
            if found.gap <= goal:
                break
            tried.append(approach)
        else:
            found = _continued(tried[-2:], problem, goal, found)
        outcome = outcome_of(shock, params, found.point, found.evaluations)
        if found.gap <= goal and outcome.status is not Status.CONVERGED:
            # small gaps of many equations add up in another
            own = Approach(correction_of(economy, params), params.most_sweeps)
            found = own.to(problem, TIGHTER * goal, found.point).after(found)
            outcome = outcome_of(shock, params, found.point, found.evaluations)
        converged = outcome.status is Status.CONVERGED
    if throw and not converged:
        raise ConvergenceError(_advice(outcome), outcome)
    return outcome


def _approaches(economy: Economy, params: Params) -> Iterator[Approach]:
    """From the quickest to the surest; each is made where those before it have failed."""
    corrected = min(params.most_sweeps, MOST_CORRECTED)
    if (borrowed := borrowed_correction(economy, params)) is not None:
        yield Approach(borrowed, corrected)
    yield Approach(correction_of(economy, params), corrected)
    yield Approach(damped(economy, params), params.most_sweeps, 2 * DEPTH)


class Approach(NamedTuple):
    """How one equilibrium is searched for."""

    correction: Correction
    most: int
    depth: int = DEPTH

    def to(self, problem: Problem, goal: float, start: Array) -> End:
        """The accelerated fixed point, and Newton's steps where it has come close and stalls."""
        value_at = partial(equations.sweep, world(problem))
        project = partial(equations.regional, sectors=len(problem.employment))
        search = Search(start, project, self.correction.corrected, self.depth)
        found = fixed_point(value_at, search, goal, self.most)
        if goal < found.gap < NEARLY:
            return newton_krylov(value_at, found.point, goal, search.correct).after(found)
        return found


def at_baseline(problem: Problem) -> Array:
    """The unknowns of the baseline."""
    return np.asarray(equations.unchanged(problem.baseline.expenditure, problem.elasticities))


def part_of(problem: Problem, share: float) -> Problem:
    """The problem with a share of its shock, below one: every factor to the power of the share, bans but nearly."""
    b, t = problem.baseline, problem.terms
    if t.permitted is not None:
        shut = ~np.isfinite(t.trade_cost) | (t.permitted <= 0)
        t = t._replace(
            trade_cost=np.where(shut, 1.0, t.trade_cost),
            permitted=np.where(shut, np.exp(-NEARLY_BANNED), t.permitted),
        )

    def part(row: Instrument) -> Any:
        before = 1.0 if row.unchanged is not None else row.factor(getattr(b, row.name)[t.at])
        return row.level(before * (row.factor(getattr(t, row.name)) / before) ** share)

    used = [name for name in INSTRUMENTS if getattr(t, name, None) is not None]
    return problem._replace(
        terms=t._replace(**{name: part(INSTRUMENTS[name]) for name in used}),
        employment=b.employment,
        isolated=None,
        deficit=share * problem.deficit,
        deficit_share=share * problem.deficit_share + (1 - share) * problem.kept_deficit_share,
    )


def _continued(approaches: Sequence[Approach], problem: Problem, goal: float, stalled: End) -> End:
    """Apply the shock in steps; a step that fails every way is halved, one that works grows.

    Each step starts from the line through the last two solutions.
    """
    before = state = at_baseline(problem)
    found, was, done, step = stalled, 0.0, 0.0, FIRST_STEP
    while done < 1.0:
        share = min(1.0, done + step)
        part = problem if share == 1.0 else part_of(problem, share)
        ahead = (share - done) / (done - was) if done > was else 0.0
        for approach in approaches:
            found = approach.to(part, goal, state + ahead * (state - before)).after(found)
            if found.gap <= goal:
                break
        if found.gap <= goal:
            before, state, was, done, step = state, found.point, done, share, 1.5 * step
        elif step / 2 >= SHORTEST_STEP:
            step /= 2
        else:
            return stalled._replace(evaluations=found.evaluations)
    return found


def _advice(outcome: Outcome) -> str:
    e, missed = outcome.economy, outcome.residuals
    block = max(missed, key=lambda name: np.nan_to_num(missed[name], nan=np.inf))
    gap = np.nan_to_num(np.abs(outcome.gaps[block]), nan=np.inf)
    n, *j = np.unravel_index(int(np.argmax(gap)), gap.shape)
    worst = " ".join([e.regions[n], *(e.sectors[k] for k in j)])
    return (
        f"not solved: {outcome.status.value} after {outcome.iterations} sweeps; {block} equations miss by "
        f"{missed[block]:.1e} (tolerance {outcome.params.tolerance:.0e}), worst at {worst}; try a smaller shock, "
        "a ban below 100%, or a lower backstop_cost"
    )
