"""Everything asked of one pair: the cut at a horizon, in part and sector by sector, with the closed forms and the first
order beside it. The decision is the cut; `pair_band` varies the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from paxsilica.analysis.band import Band, band_over
from paxsilica.analysis.coercion.closed_forms import cms_power, income_loss, liu_yang
from paxsilica.analysis.coercion.cut import Grip, cut_off
from paxsilica.desk import Progress
from paxsilica.economy import Array, Economy, Note
from paxsilica.model import Params, Status, gradient, solve_many
from paxsilica.shock import Cut, Shock

STEPS = tuple(n / 10 for n in range(1, 11))
"""Shares of a partial cut along the curve."""

SIDES = ("targets", "senders")
"""The order of every axis of sides."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A cut at one horizon. Changes of real income: a loss is negative, NaN where the equations were not solved.

    Attributes:
        percent, money: `[2]` of `SIDES`, % of their baseline income and million of the baseline's currency.
        earned, transfer: `[2]` %, change of what is earned alone, deflated, and the part of income that the rule for
            deficits gives or takes (`Outcome.real_earned_income`, `Outcome.transfer_effect`).
        curve: `[s, 2]` %, at the shares `STEPS` of the cut's own sectors.
        by_sector: `[j, 2]` %, each sector of the cut alone. ratios: `[j]` in money. trade: `[j]` what the senders sell
            of it to the targets in the baseline, million.
        revenue: `[2]` change of revenue from tariffs, million at world labour income.
        power: `[]` of the targets by Clayton, Maggiori and Schreger, %. first_order: `[2]` %, at the rate of the first
            product lost, times the whole cut.
        net_dependence: of the target on the sender by Liu and Yang, log points times 100; None for groups.
        turnover: expenditure of the targets over their income, inputs included.
    """

    grip: Grip
    percent: Array
    money: Array
    earned: Array
    transfer: Array
    curve: Array
    by_sector: Array
    ratios: Array
    trade: Array
    revenue: Array
    power: float
    first_order: Array
    net_dependence: float | None
    turnover: float

    @property
    def unsolved(self) -> Note | None:
        """Which partial cuts and sectors have no number."""
        failed = [
            f"{100 * s:.0f}%" for s, x in zip(STEPS, self.curve, strict=True) if np.isnan(x[0])
        ]
        sectors = zip(self.grip.cut.sectors, self.by_sector, strict=True)
        failed += [sector for sector, x in sectors if np.isnan(x[0])]
        text = f"{self.grip.outcome.params.horizon}: cuts not solved, without a number: {', '.join(failed)}"
        return Note("not solved", text) if failed else None


def pair(economy: Economy, cut: Cut, params: Params) -> Pair:
    """Everything about one cut at one horizon: some twenty equilibria and an adjoint for each region of a side.

    Args:
        economy: a balanced baseline. cut: of its regions and sectors.

    Raises:
        InputError: as `Cut.shock`. ConvergenceError: the cut itself, or an adjoint, is not solved.
    """
    grip = cut_off(economy, cut, params)
    cut = grip.cut
    shocks = [replace(cut, share=step).shock(economy) for step in STEPS]
    shocks += [replace(cut, sectors=(sector,)).shock(economy) for sector in cut.sectors]
    batch = solve_many(economy, shocks, params, throw=False)
    solved = np.array([status is Status.CONVERGED for status in batch.status])
    change = np.where(solved[:, None], 100 * (batch.real_income - 1), np.nan)
    percent, money = (
        np.array(rows)
        for rows in zip(*(sides(economy, cut, row) for row in (grip.change, *change)), strict=True)
    )
    n, i = economy.region_indices(cut.targets), economy.region_indices(cut.senders)
    revenue = grip.outcome.tariff_revenue - economy.tariff_revenue
    power = income_loss(
        cms_power(economy, cut.senders, cut.sectors, share=cut.share, params=params)
    )
    income = economy.income[n]
    single = len(n) == len(i) == 1
    slope = np.zeros(len(economy.regions))
    slope[[*n, *i]] = marginal_losses(
        economy, grip.outcome.shock, (*cut.targets, *cut.senders), params
    )
    at = 1 + len(STEPS)
    return Pair(
        grip=grip,
        percent=percent[0],
        money=money[0],
        earned=weighted(grip.outcome.real_earned_income - 1, economy.gdp, n, i),
        transfer=weighted(grip.outcome.transfer_effect, economy.income, n, i),
        curve=percent[1:at],
        by_sector=percent[at:],
        ratios=np.array([loss_ratio(row) for row in money[at:]]),
        trade=economy.flows[np.ix_(n, i, economy.sector_indices(cut.sectors))].sum((0, 1)),
        revenue=np.array([revenue[n].sum(), revenue[i].sum()]),
        power=-float((power[n] * income).sum() / income.sum()),
        first_order=sides(economy, cut, slope)[0],
        net_dependence=100 * float(liu_yang(economy, cut.sectors, params)[i[0], n[0]])
        if single
        else None,
        turnover=float(economy.expenditure[n].sum() / income.sum()),
    )


def pair_band(
    found: Pair,
    economies: Sequence[Economy],
    notes: Sequence[Note] = (),
    told: Progress | None = None,
) -> Band:
    """`[s, 5]` of `numbers` under every set of elasticities; `notes` say why there are none, where there are none."""
    cut, outcome = found.grip.cut, found.grip.outcome
    used = outcome.economy.about.elasticities, numbers(found.percent, found.money)

    def under(economy: Economy) -> Array:
        grip = cut_off(economy, cut, outcome.params)
        return numbers(*sides(economy, cut, grip.change))

    return band_over(economies, under, used, notes, told)


def numbers(percent: Array, money: Array) -> Array:
    """`[5]` both sides in %, both in money, and the ratio: what the band is of."""
    return np.array([*percent, *money, loss_ratio(money)])


def loss_ratio(money: Array) -> float:
    """Targets' loss over senders', in money; infinite where the senders lose nothing, NaN where unknown."""
    theirs, ours = -money
    if np.isnan(ours):
        return float("nan")
    return float(theirs / ours) if ours > 0 else float("inf")


def sides(economy: Economy, cut: Cut, change: Array) -> tuple[Array, Array]:
    """`[2]` in % and `[2]` in money, of both sides, from `[n]` changes of all regions in %."""
    money, income = (
        np.array(
            [values[economy.region_indices(side)].sum() for side in (cut.targets, cut.senders)]
        )
        for values in (change * economy.income / 100, economy.income)
    )
    return 100 * money / income, money


def weighted(change: Array, weight: Array, *sides: list[int]) -> Array:
    """`[2]` mean change of each side, %, by a weight of its regions."""
    return np.array([100 * np.average(change[at], weights=weight[at]) for at in sides])


def marginal_losses(
    economy: Economy, shock: Shock, regions: Sequence[str], params: Params
) -> Array:
    """`[r]` change of real income, %, by the exact derivative at the baseline times what the shock forbids.

    One adjoint a region; groups are cut together.

    Raises:
        ConvergenceError: an adjoint is not solved.
    """
    forbidden = 1.0 - shock.permitted
    return np.array(
        [-100 * (forbidden * gradient(economy, None, r, params).permitted).sum() for r in regions]
    )
