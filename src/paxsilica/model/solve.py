"""Solve: an economy and a shock in, an `Outcome` out. A solve that has not converged raises."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.economy import ADVICE, Economy, Note
from paxsilica.errors import ConvergenceError, InputError, ShockError
from paxsilica.model import equations
from paxsilica.model.cache import remembered
from paxsilica.model.calibration import (
    Problem,
    baseline_arrays,
    closure,
    elasticities_of,
    merged,
    sold,
    terms_of,
    without_trade,
    world,
)
from paxsilica.model.conditions import met
from paxsilica.model.fixed_point import Map, fixed_point
from paxsilica.model.isolated import both_ways, refuse_starved
from paxsilica.model.newton import newton_krylov
from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.params import Params
from paxsilica.model.precision import in_double
from paxsilica.shock import INSTRUMENTS, Instrument, Shock

EQUILIBRIUM = 1e-9
"""A baseline whose own equations miss by more than this is no equilibrium and must go through `rebalance`."""

BASELINE_TOLERANCE = 1e-12
"""A rebalanced table must be so good an equilibrium that a solve without a shock has nothing to do."""

FIRST_STEP, SHORTEST_STEP = 0.1, 1e-3
"""Continuation begins with this share of the shock, and gives up when it must go forward by less than the second."""

NEARLY = 1e-3
"""Newton's steps are worth their price only where the fixed point has come close."""

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
    shock = both_ways(shock, params.deficits)
    if math.isinf(params.backstop_cost):
        refuse_starved(shock)
    return _solve(shock, params, throw, start)


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


_UNSHOCKED: WeakKeyDictionary[Economy, dict[Params, Problem]] = WeakKeyDictionary()


def problem_of(shock: Shock, params: Params) -> Problem:
    """The solve on the device; what does not depend on the shock is made once."""
    if shock.narrows or shock.changes("transfer"):
        return _problem(shock, params)

    def unshocked() -> Problem:
        made: Problem = jax.device_put(_problem(Shock(shock.economy), params))
        return made

    known = _UNSHOCKED.setdefault(shock.economy, {})
    return remembered(known, params.economics, unshocked)._replace(terms=terms_of(shock, params))


def _problem(shock: Shock, params: Params) -> Problem:
    economy = shock.economy
    baseline = baseline_arrays(economy)
    fixed, share = closure(shock, params.deficits)
    return Problem(
        baseline=baseline,
        terms=terms_of(shock, params),
        elasticities=elasticities_of(economy, params),
        employment=np.where(sold(shock).T, baseline.employment, 0.0),
        deficit=fixed,
        deficit_share=share,
        isolated=np.logical_and(*without_trade(shock)),
        kept_deficit_share=economy.deficit / economy.income.sum(),
    )


def outcome_of(shock: Shock, params: Params, z: Any, sweeps: int) -> Outcome:
    """The outcome of the unknowns `[rows, n]`, labelled and in levels."""
    e = shock.economy
    unknowns = equations.unpacked(z, len(e.sectors))
    wages, price, spending = (np.exp(np.asarray(x)).T for x in unknowns)
    return Outcome(
        economy=e,
        shock=shock,
        params=params,
        iterations=sweeps,
        wages=wages,
        price=price,
        expenditure=e.expenditure * spending,
    )


@in_double
def _solve(shock: Shock, params: Params, throw: bool, start: Outcome | None = None) -> Outcome:
    problem = problem_of(shock, params)
    goal = goal_of(shock.economy, params)
    near = None if start is None else start.state
    state, closest, sweeps = _accelerated(problem, near, goal, params.most_sweeps)
    gap, used = float(closest), int(sweeps)
    if goal < gap < NEARLY:
        state, closest = _newton(problem, state, goal)
        gap = float(closest)
    if not gap <= goal:
        walked, reached, more = _continued(problem, goal, params.most_sweeps)
        state = walked if reached <= gap else state
        used += more
    outcome = outcome_of(shock, params, state, used)
    if (
        gap <= goal and outcome.status is not Status.CONVERGED
    ):  # small gaps of many equations add up in another
        state, _, more = _accelerated(problem, state, TIGHTER * goal, params.most_sweeps)
        outcome = outcome_of(shock, params, state, used + int(more))
    if throw and outcome.status is not Status.CONVERGED:
        raise ConvergenceError(_advice(outcome), outcome)
    return outcome


def goal_of(economy: Economy, params: Params) -> float:
    """The gap at which the loop stops: it sees a step of the labour gap, and two gaps may add up."""
    step = equations.labour_step(elasticities_of(economy, params))
    return params.tolerance * 0.5 * float(np.min(step))


@jax.jit
def part_of(problem: Problem, share: jax.Array | float) -> Problem:
    """The problem with a share of its shock, below one: every factor to the power of the share, bans but nearly."""
    b, t = problem.baseline, problem.terms
    if t.permitted is not None:
        shut = ~jnp.isfinite(t.trade_cost) | (t.permitted <= 0)
        t = t._replace(
            trade_cost=jnp.where(shut, 1.0, t.trade_cost),
            permitted=jnp.where(shut, jnp.exp(-NEARLY_BANNED), t.permitted),
        )

    def part(row: Instrument) -> Any:
        before = 1.0 if row.unchanged is not None else row.factor(getattr(b, row.name)[t.at])
        return row.level(before * (row.factor(getattr(t, row.name)) / before) ** share)

    used = [name for name in INSTRUMENTS if getattr(t, name, None) is not None]
    return problem._replace(
        terms=t._replace(**{name: part(INSTRUMENTS[name]) for name in used}),
        employment=b.employment,
        isolated=jnp.zeros_like(problem.isolated),
        deficit=share * problem.deficit,
        deficit_share=share * problem.deficit_share + (1 - share) * problem.kept_deficit_share,
    )


def map_of(problem: Problem) -> Map:
    """The sweep as a map of the unknowns."""
    return partial(equations.sweep, merged(world(problem)))


Attempt = tuple[jax.Array, jax.Array, Any]
"""The unknowns, their gap, and the sweeps spent on them."""


@jax.jit
def _accelerated(problem: Problem, start: Any, goal: float, most: int) -> Attempt:
    """From the `start`, or from the baseline where it is None."""
    if start is None:
        start = equations.unchanged(problem.baseline.expenditure, problem.elasticities)
    project = partial(equations.regional, sectors=len(problem.employment))
    end = fixed_point(map_of(problem), project, start, goal, most)
    return end.best, end.best_gap, end.sweeps


@jax.jit
def _newton(problem: Problem, start: jax.Array, goal: float) -> tuple[jax.Array, jax.Array]:
    end = newton_krylov(map_of(problem), start, goal)
    return end.at, end.gap


def _continued(problem: Problem, goal: float, most: int) -> Attempt:
    """Apply the shock in steps; a step that fails is halved, one that works grows.

    Each step starts from the line through the last two solutions.
    """
    start = equations.unchanged(problem.baseline.expenditure, problem.elasticities)
    before, state, was, done, step, sweeps = start, start, 0.0, 0.0, FIRST_STEP, 0
    gap = jnp.array(jnp.inf)
    while done < 1.0:
        share = min(1.0, done + step)
        part = problem if share == 1.0 else part_of(problem, share)
        ahead = (share - done) / (done - was) if done > was else 0.0
        tried, gap, used = _accelerated(part, state + ahead * (state - before), goal, most)
        sweeps += int(used)
        if goal < gap < NEARLY:
            tried, gap = _newton(part, tried, goal)
        if gap <= goal:
            before, state, was, done, step = state, tried, done, share, 1.5 * step
        elif step / 2 >= SHORTEST_STEP:
            step /= 2
        else:
            return start, jnp.array(jnp.inf), sweeps
    return state, gap, sweeps


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
