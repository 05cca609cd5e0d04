"""Everything asked of one pair, as findings: the cut at a horizon, in part and sector by sector, with the closed forms and
the first order beside it. The decision is the cut; its band varies the world.

Changes of real income: a loss is negative, NaN where the equations were not solved. `item` is the side whose number it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from paxsilica.analysis.band import band_over
from paxsilica.analysis.coercion.closed_forms import cms_power, income_loss, liu_yang
from paxsilica.cut import Cut
from paxsilica.desk import Progress
from paxsilica.economy import Array, Economy, Note
from paxsilica.findings import Block, Findings, block
from paxsilica.model import Outcome, Params, Status, notes_of, solve, solve_many

STEPS = tuple(n / 10 for n in range(1, 11))
"""Shares of a partial cut along the curve."""

SIDES = ("targets", "senders")
"""The order of every axis of sides."""


SMALL_PART = 1e-4
"""Share of a cut whose effect is the first order's."""

LAST_DIGITS = 1e-12
"""Tolerance of equilibria whose difference is taken."""


class PairOutcome(NamedTuple):
    """A cut at one horizon."""

    outcome: Outcome
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]


def baseline_blocks(economy: Economy, cut: Cut) -> Iterator[Block]:
    """What stood before a cut: the trade that it touches, its share in supply, and all spending over income."""
    (n, i, j), sectors = cut.places(economy), {"sector": cut.on(economy).sectors}
    trade, bought = (
        economy.flows[np.ix_(n, of, j)].sum((0, 1)) for of in (i, range(len(economy.regions)))
    )
    yield block("trade", trade, sectors)
    with np.errstate(invalid="ignore"):
        yield block("supply_share", 100 * trade / bought, sectors)
    turnover = float(economy.expenditure[n].sum() / economy.income[n].sum())
    yield block("turnover", turnover, item="targets")


def pair(
    economy: Economy,
    cut: Cut,
    params: Params,
    others: Sequence[Economy] = (),
    notes: Sequence[Note] = (),
    progress: Progress | None = None,
) -> PairOutcome:
    """Everything about one cut at one horizon: some twenty equilibria and an adjoint for each region of a side.

    Args:
        economy: a balanced baseline. others: the same under other sets of elasticities; `notes` say why there are none.

    Raises:
        InputError: as `Cut.shock`. ConvergenceError: the cut itself, or an adjoint, is not solved.
    """
    cut = cut.on(economy)

    def headline(outcome: Outcome) -> list[Block]:
        change = 100 * (outcome.real_income - 1)
        return list(side_blocks(*sides(outcome.economy, cut, change)))

    outcome = solve(economy, cut.shock(economy), params)
    band = band_over(
        economy.about.elasticities,
        headline(outcome),
        others,
        lambda e: headline(solve(e, cut.shock(e), params)),
        notes,
        progress,
    )
    change, regions = 100 * (outcome.real_income - 1), {"region": economy.regions}
    blocks = [
        block("real_income", change, regions),
        block("real_income_money", change * economy.income / 100, regions),
        *band.blocks,
    ]
    blocks += [b for b in band.each if b.variable != "real_income_money"]
    if band.each:
        median = np.nanmedian(band.each[0].value, axis=0)
        blocks.append(block("real_income_median", median, {"item": SIDES}))
    theta = outcome.theta[economy.sector_indices(cut.sectors)]
    blocks.append(block("trade_elasticity", theta, {"sector": cut.sectors}))
    parts, unsolved = _partial_cuts(economy, cut, params)
    blocks += [*_earned_blocks(outcome, cut), *parts, *_closed(outcome, cut)]
    found = Findings(tuple(blocks)).of(horizon=params.horizon.key)
    return PairOutcome(outcome, found.blocks, (*notes_of(outcome), *band.notes, *unsolved))


def _earned_blocks(outcome: Outcome, cut: Cut) -> Iterator[Block]:
    """What the sides earn, what the rule for deficits gives or takes, and their revenue from tariffs."""
    e = outcome.economy
    at, revenue = cut.places(e)[:2], outcome.tariff_revenue - e.tariff_revenue
    for variable, change, weight in (
        ("real_earned_income", outcome.real_earned_income - 1, e.gdp),
        ("transfer_effect", outcome.transfer_effect, e.income),
    ):
        means = [100 * np.average(change[side], weights=weight[side]) for side in at]
        yield block(variable, means, {"item": SIDES})
    yield block("tariff_revenue_change", [revenue[side].sum() for side in at], {"item": SIDES})


def _partial_cuts(economy: Economy, cut: Cut, params: Params) -> tuple[list[Block], list[Note]]:
    """Shares of the cut, and each of its sectors alone; a note names what was not solved."""
    cuts = [replace(cut, share=step) for step in STEPS]
    cuts += [replace(cut, sectors=(sector,)) for sector in cut.sectors]
    batch = solve_many(economy, (part.shock(economy) for part in cuts), params, throw=False)
    solved = np.array(batch.status) == Status.CONVERGED
    change = np.where(solved[:, None], 100 * (batch.real_income - 1), np.nan)
    percent, money = sides(economy, cut, change)
    points, count = [f"{100 * step:g}" for step in STEPS], len(STEPS)
    blocks = [
        block("real_income", percent[:count], {"point": points}, {"item": SIDES}),
        block("real_income", percent[count:], {"sector": cut.sectors}, {"item": SIDES}),
        block("loss_ratio", loss_ratio(money[count:]), {"sector": cut.sectors}),
    ]
    names = np.array([*(f"{point}%" for point in points), *cut.sectors])
    text = f"{params.horizon}: cuts not solved, without a number: {', '.join(names[~solved])}"
    return blocks, [] if solved.all() else [Note("not solved", text)]


def _closed(outcome: Outcome, cut: Cut) -> Iterator[Block]:
    """The measures that solve nothing: of the targets by Clayton, Maggiori and Schreger; the first product lost, times the
    whole cut; of the target on the sender by Liu and Yang, log points times 100, where each is one region."""
    e, params = outcome.economy, outcome.params
    n, i, _ = cut.places(e)
    power = income_loss(cms_power(e, cut.senders, cut.sectors, share=cut.share, params=params))
    yield block("power", -np.average(power[n], weights=e.income[n]), item="targets")
    yield block("first_order_cut", sides(e, cut, along_the_cut(e, cut, params))[0], {"item": SIDES})
    if len(n) == len(i) == 1:
        yield block("net_dependence", 100 * liu_yang(e, cut.sectors, params)[i[0], n[0]])


def along_the_cut(e: Economy, cut: Cut, params: Params) -> Array:
    """`[n]` derivative of real income, %, by the share of a cut where nothing is cut, times the whole cut.

    From two small parts of it, solved to the last digits (a difference of the second order): one direction needs no
    derivatives by everything.
    """
    exact = replace(params, tolerance=LAST_DIGITS)
    one, two = (
        solve(e, replace(cut, share=k * SMALL_PART * cut.share).shock(e), exact).real_income
        for k in (1, 2)
    )
    return np.asarray(100 * (4 * one - two - 3) / (2 * SMALL_PART))


def side_blocks(
    percent: Array, money: Array, *axes: Mapping[str, Sequence[str]]
) -> Iterator[Block]:
    """Losses of `[..., 2]` of `SIDES`, and their ratio."""
    yield block("real_income", percent, *axes, {"item": SIDES})
    yield block("real_income_money", money, *axes, {"item": SIDES})
    yield block("loss_ratio", loss_ratio(money), *axes)


def loss_ratio(money: Array) -> Array:
    """`[...]` of `[..., 2]` of `SIDES`: targets' loss over senders'; infinite where the senders lose nothing."""
    theirs, ours = -money[..., 0], -money[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(ours > 0, theirs / ours, np.where(np.isnan(ours), np.nan, np.inf))


def sides(economy: Economy, cut: Cut, change: Array) -> tuple[Array, Array]:
    """`[..., 2]` of `SIDES`, in % and in money, from `[..., r]` changes of all regions in %."""
    at = cut.places(economy)[:2]
    money, income = (
        np.stack([values[..., side].sum(-1) for side in at], axis=-1)
        for values in (change * economy.income / 100, economy.income)
    )
    return 100 * money / income, money
