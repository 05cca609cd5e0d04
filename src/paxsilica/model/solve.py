"""Solve: an economy and a shock in, an `Outcome` out. A solve that has not converged raises."""

from __future__ import annotations

import numpy as np

from paxsilica.economy import Economy, Note, Shock
from paxsilica.errors import ConvergenceError, InputError, ShockError
from paxsilica.model import equations
from paxsilica.model.fixed_point import fixed_point
from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.params import Params

EQUILIBRIUM = 1e-9
"""A baseline whose own equations miss by more than this is no equilibrium and must go through `rebalance`."""

MARGIN = 0.25
"""The loop stops at this share of the tolerance: it sees half of the labour gap, and sums may add small gaps up."""


def solve(economy: Economy, shock: Shock | None = None, params: Params | None = None, *, throw: bool = True) -> Outcome:
    """The equilibrium after a shock, in the long run: labour moves between sectors, not between regions.

    Caliendo and Parro (2015, REStud 82(1), equations 10-14) by one accelerated fixed-point map.

    Args:
        economy: the baseline. shock: what changes; None is no change.
        throw: False returns an outcome that has not converged, with its status, instead of raising.

    Raises:
        ShockError: the shock belongs to other axes, or leaves no equilibrium to find.
        InputError: the baseline is no equilibrium itself (its final spending was clipped); `rebalance` it first.
        ConvergenceError: the equations are not solved to the tolerance.
    """
    shock = shock or Shock(economy)
    params = params or Params()
    if shock.economy is not economy:
        raise ShockError(
            "the shock was made for another economy; build it with Shock(economy, ...) or compile it again"
        )
    if economy.baseline_residual > EQUILIBRIUM:
        raise InputError(
            f"the baseline {economy.about.name} is no equilibrium (its own equations miss by "
            f"{economy.baseline_residual:.1e}); use `rebalance(economy)` first and say so in the report"
        )
    return _solve(economy, shock, params, throw)


def rebalance(economy: Economy, params: Params | None = None) -> Economy:
    """The equilibrium nearest to a table that is none, as a new baseline: same technology and tastes, no shock.

    Needed where negative final spending was clipped, and to remove trade deficits before a comparison
    (`Params(deficits="balanced")`, as Caliendo and Parro 2015 do).
    """
    params = params or Params()
    outcome = _solve(economy, Shock(economy), params, throw=True)
    moved = float(np.abs(outcome.flows - economy.flows).sum())
    text = (
        f"flows moved to the equilibrium of the same shares (deficits: {params.deficits}); the size is the sum of moves"
    )
    balanced = outcome.as_economy()
    return balanced.replace(notes=(*economy.notes, Note("rebalanced", text, moved)))


def _solve(economy: Economy, shock: Shock, params: Params, throw: bool) -> Outcome:
    world = equations.world(economy, shock, params.deficits)
    _refuse_severed(economy, shock, params)
    start = equations.baseline(world)
    state, _, sweeps = fixed_point(equations.sweep, world, start, MARGIN * params.tolerance, params.most_sweeps)
    outcome = Outcome(
        economy=economy,
        shock=shock,
        params=params,
        iterations=int(sweeps) - 1,
        wage=np.exp(np.asarray(state.wage)),
        price=np.exp(np.asarray(state.price)).T,
        expenditure=economy.expenditure * np.exp(np.asarray(state.expenditure)).T,
    )
    if throw and outcome.status is not Status.CONVERGED:
        raise ConvergenceError(_advice(outcome), outcome)
    return outcome


def _refuse_severed(economy: Economy, shock: Shock, params: Params) -> None:
    """A ban that leaves a buyer without any supplier, or a deficit without any trade, has no equilibrium."""
    reachable = np.isfinite(shock.trade_cost) & (economy.shares > 0)
    starved = ~reachable.any(1)
    if starved.any():
        n, j = np.unravel_index(int(np.argmax(starved)), starved.shape)
        raise ShockError(
            f"the bans leave {economy.region_name(economy.regions[n])} without any supplier of "
            f"{economy.sector_name(economy.sectors[j])} ({economy.sectors[j]}), and spending shares are fixed; "
            "ban a share below 100% or leave one supplier"
        )
    if params.deficits == "balanced":
        return
    trades = reachable & (economy.flows > 0)
    abroad = ~np.eye(len(economy.regions), dtype=bool)[:, :, None]
    buys, sells = (trades & abroad).any((1, 2)), (trades & abroad).any((0, 2))
    gross = economy.flows.sum((1, 2)) * 1e-9
    stuck = ((economy.deficit > gross) & ~buys) | ((economy.deficit < -gross) & ~sells)
    if stuck.any():
        region = economy.regions[int(np.argmax(stuck))]
        raise ShockError(
            f"the bans cut {economy.region_name(region)} off from trade, so its trade imbalance cannot be kept; "
            "set deficits to balanced"
        )


def _advice(outcome: Outcome) -> str:
    block, gap = max(outcome.residuals.items(), key=lambda item: np.nan_to_num(item[1], nan=np.inf))
    return (
        f"not solved: {outcome.status.value} after {outcome.iterations} sweeps; {block} equations miss by {gap:.1e} "
        f"(tolerance {outcome.params.tolerance:.0e}), worst at {outcome.worst}; try a smaller shock, a higher "
        "`most_sweeps`, or deficits: balanced"
    )
