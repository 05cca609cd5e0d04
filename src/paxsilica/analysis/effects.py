"""What an outcome says, as findings: of every region, of the parties, and of the flows between them.

`region` is who sells or earns, `partner` who buys; the sectors that the measures hit on a flow are the
sector `hit`. Levels have a `scenario`: `before` and `after`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.analysis.actors import (
    Actors,
    Flow,
    flow_weights,
    hit_of,
    is_crowd,
    parties_of,
    world_of,
)
from paxsilica.checks import Bool
from paxsilica.economy import Array, abroad
from paxsilica.findings import Block, Findings, block
from paxsilica.model import Outcome, first_order
from paxsilica.model.welfare import volumes

BEFORE_AFTER = {"scenario": ("before", "after")}
AND_CHANGE = {"scenario": ("before", "after", "change")}

TRANSFER_SHARE, TRANSFER_LEAST = 0.1, 0.1
"""Part of a change of real income, and per cent of income, above which a transfer is told apart."""

MOST_PAIRS = 1000
"""Pairs of regions whose flows by sector are written out: most of those hit, unless everybody is."""


def effects(outcome: Outcome, actors: Actors | None = None) -> Findings:
    """Every number of an outcome, whoever made its shock: `effects(outcome).table()`.

    Args:
        actors: who acts on whom; default as the shock alone tells.
    """
    actors = actors or parties_of(outcome)
    return Findings((*headline(outcome, actors), *details(outcome, actors)))


def headline(outcome: Outcome, actors: Actors) -> list[Block]:
    """The numbers that have a band: real income and what it is made of, and the flows that are hit."""
    return [*_of_regions(outcome), *_of_parties(outcome, actors), *_trade_hit(outcome, actors)]


def details(outcome: Outcome, actors: Actors) -> list[Block]:
    """What the headline rests on, and what the long table has beside it."""
    return [
        *_terms_and_levels(outcome, actors),
        *_of_sectors(outcome),
        *_by_partner(outcome),
        *_reach(outcome, actors),
    ]


def earned_leads(change: float, transfer: float) -> bool:
    """Whether a result leads with what is earned, since the rule for deficits moves real income itself.

    Args:
        change: of real income, %. transfer: the transfer effect, % of income.
    """
    return abs(transfer) > max(TRANSFER_SHARE * abs(change), TRANSFER_LEAST)


# ---- with a band -------------------------------------------------------------------------------


def _of_regions(o: Outcome) -> Iterator[Block]:
    yield from _each(
        o,
        {"region": o.economy.regions},
        real_income=100 * (o.real_income - 1),
        real_income_money=(o.real_income - 1) * o.economy.income,
        real_earned_income=100 * (o.real_earned_income - 1),
        transfer_effect=100 * o.transfer_effect,
        real_wage=100 * (o.real_wage - 1),
        consumer_price=100 * (o.consumer_price - 1),
    )


def _of_parties(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Sums over parties of several regions, and over the world."""
    e = o.economy
    sums = {
        p.key: o.economy.region_indices(p.regions) for p in actors.parties if len(p.regions) > 1
    }
    sums[world_of(e)] = list(range(len(e.regions)))

    def summed(values: Array) -> Array:
        return np.array([values[at].sum() for at in sums.values()])

    money, income = summed((o.real_income - 1) * e.income), summed(e.income)
    earned = summed((o.real_earned_income - 1) * e.gdp)
    yield from _each(
        o,
        {"region": tuple(sums)},
        real_income=100 * money / income,
        real_income_money=money,
        real_earned_income=100 * earned / summed(e.gdp),
        transfer_effect=100 * summed(o.transfer_effect * e.income) / income,
    )


def _trade_hit(o: Outcome, actors: Actors) -> Iterator[Block]:
    """The flows that are hit, and all exports of who sells most of them."""
    e, of, world = o.economy, partial(_of, o), world_of(o.economy)
    if not actors.flows:
        yield from _made(o, actors)
        return
    sold, weight, hit = volumes(o), flow_weights(o), []
    for f in actors.flows:
        box = np.ix_(_members(o, actors, f.importer), _members(o, actors, f.exporter))
        some = weight[box] > 0
        hit.append([x[box][some].sum() for x in (e.flows, o.flows, sold)])
    before, after, volume = np.transpose(hit)
    sides = {
        "region": [f.exporter for f in actors.flows],
        "partner": [f.importer for f in actors.flows],
    }
    yield of("trade", np.stack([before, after], 1), sides, BEFORE_AFTER, sector=hit_of(e))
    yield of("trade_volume", 100 * (volume / before - 1), sides, sector=hit_of(e))
    lead = actors.party(actors.flows[0].exporter)
    i = o.economy.region_indices(lead.regions)
    outside = ~within(o, lead.regions)[:, i, None]
    was, now, moved = ((x[:, i] * outside).sum() for x in (e.flows, o.flows, sold))
    if len(i) > 1:
        yield of("trade", [was, now], BEFORE_AFTER, region=lead.key, partner=world)
    yield of("trade_volume", 100 * (moved / was - 1), region=lead.key, partner=world)


def _made(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Output of the sectors hit, where what changes is production alone."""
    for way in ways(o, actors):
        box = np.ix_(_members(o, actors, way.exporter), o.economy.sector_indices(way.sectors))
        before, after = (x[box].sum() for x in (o.economy.output, o.output / o.gate_price))
        change = 100 * (after / before - 1)
        yield _of(o, "output_volume", change, region=way.exporter, sector=hit_of(o.economy))


# ---- without -----------------------------------------------------------------------------------


def _terms_and_levels(o: Outcome, actors: Actors) -> Iterator[Block]:
    e, first, world = o.economy, first_order(o), world_of(o.economy)
    regions = {"region": e.regions}
    terms = ("terms_of_trade", "volume_of_trade", "technology", "transfers")
    yield from _each(o, regions, **{name: 100 * getattr(first, name) for name in terms})
    yield _of(o, "first_order", 100 * first.welfare, regions)
    far = partial(_of, o, detail=True)
    yield far("wage", 100 * (o.wage - 1), regions)
    yield far("trade_elasticity", o.theta, {"sector": e.sectors})
    yield far("deficit", np.stack([e.deficit, o.deficit], 1), regions, BEFORE_AFTER)
    revenues = {"tariff_revenue": o.tariff_revenue}
    if o.shock.beyond_tariffs:
        revenues["treasury_revenue"] = o.treasury
    for name, after in revenues.items():
        both = np.stack([e.tariff_revenue, after], 1)
        yield far(name, both, regions, BEFORE_AFTER)
        yield far(f"{name}_change", both[:, 1] - both[:, 0], regions)
        for party in (p for p in actors.parties if p.taxes and len(p.regions) > 1):
            yield _of(
                o,
                name,
                both[o.economy.region_indices(party.regions)].sum(0),
                BEFORE_AFTER,
                region=party.key,
            )
    traded = [abroad(flows) for flows in (e.flows, o.flows)]
    sold, bought = (np.stack([x.sum(axes) for x in traded], 1) for axes in ((0, 2), (1, 2)))
    yield far("trade", sold, regions, BEFORE_AFTER, partner=world)
    yield far("trade", bought, {"partner": e.regions}, BEFORE_AFTER, region=world)
    was, now = sold.T
    grown = np.divide(now, was, out=np.ones_like(was), where=was > 0)
    yield far("trade_change", 100 * (grown - 1), regions, partner=world)


def _of_sectors(o: Outcome) -> Iterator[Block]:
    e, far = o.economy, partial(_of, o, detail=True)
    cells = {"region": e.regions}, {"sector": e.sectors}
    made = e.output > 0
    level = np.where(made, e.output * o.gate_price, 1.0)
    yield far("output_volume", np.where(made, 100 * (o.output / level - 1), np.nan), *cells)
    yield far("output", np.stack([e.output, o.output], 2), *cells, BEFORE_AFTER)
    price = np.where(e.expenditure > 0, 100 * (o.price - 1), np.nan)
    yield far("purchase_price", price, *cells)
    if (some := np.nonzero(o.makeshift))[0].size:
        n, j = (
            np.array(labels)[at] for labels, at in zip((e.regions, e.sectors), some, strict=True)
        )
        yield far(
            "makeshift_spending", o.makeshift[some], {"region": n.tolist(), "sector": j.tolist()}
        )


def _by_partner(o: Outcome) -> Iterator[Block]:
    e, far, names = o.economy, partial(_of, o, detail=True), np.array(o.economy.regions)
    n, i = np.nonzero(~np.eye(len(names), dtype=bool))
    totals = np.stack([x.sum(2)[n, i] for x in (e.flows, o.flows)], 1)
    yield far(
        "trade", totals, {"region": names[i].tolist(), "partner": names[n].tolist()}, BEFORE_AFTER
    )
    weight = flow_weights(o).sum(2)
    order = np.argsort(-weight, axis=None, kind="stable")[:MOST_PAIRS]
    n, i = np.unravel_index(order[weight.ravel()[order] > 0], weight.shape)
    if n.size:
        both, sectors = np.stack([e.flows[n, i], o.flows[n, i]], 2), {"sector": e.sectors}
        yield far(
            "trade",
            both,
            {"region": names[i].tolist(), "partner": names[n].tolist()},
            sectors,
            BEFORE_AFTER,
        )


def _reach(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Where the trade of the heaviest flow goes and comes from: to every region, by every sector."""
    e, far, world = o.economy, partial(_of, o, detail=True), world_of(o.economy)
    levels, sectors = (e.flows, o.flows, o.flows - e.flows), {"sector": e.sectors}
    for flow in ways(o, actors):
        seller, buyer = flow.exporter, flow.importer
        i, n = (_members(o, actors, key) for key in (seller, buyer))
        hit = [x[:, :, o.economy.sector_indices(flow.sectors)].sum(2) for x in levels]
        sales = ~within(o, actors.party(seller).regions)[:, i]
        home = within(o, actors.party(buyer).regions)[n]
        sold = np.stack([(x[:, i] * sales).sum(1) for x in hit], 1)
        yield far("sold_hit", sold, {"partner": e.regions}, AND_CHANGE, region=seller)
        sources = [region for region in e.regions if region != buyer]
        bought = np.stack(
            [(x[n] * ~home).sum(0)[o.economy.region_indices(sources)] for x in hit], 1
        )
        yield far("bought_hit", bought, {"region": sources}, AND_CHANGE, partner=buyer)
        yield far("home_sales", [(x[n] * home).sum() for x in hit], AND_CHANGE, region=buyer)
        outside = (levels[-1][:, i] * sales[:, :, None]).sum((0, 1))
        yield far("trade_moved", outside, sectors, region=seller, partner=world)
        if actors.flows and buyer != world:
            among = levels[-1][np.ix_(n, i)].sum((0, 1))
            yield far("trade_moved", among, sectors, region=seller, partner=buyer)


def ways(o: Outcome, actors: Actors) -> list[Flow]:
    """The heaviest flow and, where it is hit too, the way back; what is made at home where no flow is."""
    if actors.flows:
        first, *others = actors.flows
        back = (first.importer, first.exporter)
        return [first, *(f for f in others if (f.exporter, f.importer) == back)]
    if not actors.parties:
        return []
    who, e = actors.parties[0], o.economy
    moved = (e.output * np.abs(np.log(o.shock.gate)))[o.economy.region_indices(who.regions)].sum(
        0
    ) > 0
    sectors = [sector for sector, on in zip(e.sectors, moved, strict=True) if on]
    return [Flow(who.key, who.key, tuple(sectors or e.sectors))]


# ---- places ------------------------------------------------------------------------------------

Axis = Mapping[str, Sequence[str]]


def _of(o: Outcome, variable: str, values: ArrayLike, *axes: Axis, **more: Any) -> Block:
    """A block at the outcome's horizon."""
    return block(variable, values, *axes, **more, horizon=o.params.horizon.key)


def _each(o: Outcome, axis: Axis, **found: Array) -> Iterator[Block]:
    return (_of(o, variable, values, axis) for variable, values in found.items())


def _members(o: Outcome, actors: Actors, key: str) -> list[int]:
    return o.economy.region_indices(actors.party(key).regions)


def within(o: Outcome, regions: Sequence[str]) -> Bool:
    """`[n, i]` True for sales at home and, for up to half the regions, among these.

    More than half the world trades with little else: its members count as abroad to each other.
    """
    member = np.isin(o.economy.regions, regions) & (not is_crowd(regions, o.economy))
    return np.asarray(np.eye(len(member), dtype=bool) | np.outer(member, member))
