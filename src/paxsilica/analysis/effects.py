"""What an outcome says, as findings: of every region, of the parties, and of the flows between them.

`region` is who sells or earns, `partner` who buys; the sectors that the measures hit on a flow are the
sector `hit`. Levels have a `scenario`: `before` and `after`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from paxsilica.analysis.actors import (
    Actors,
    Flow,
    actors_of,
    flow_weights,
    hit_of,
    is_crowd,
    world_of,
)
from paxsilica.checks import Bool
from paxsilica.economy import Array, abroad
from paxsilica.findings import Block, Findings, block
from paxsilica.model import Outcome, first_order
from paxsilica.model.welfare import volumes
from paxsilica.shock import INSTRUMENTS

BEFORE_AFTER = {"scenario": ("before", "after")}

TRANSFER_SHARE, TRANSFER_LEAST = 0.1, 0.1
"""Part of a change of real income, and per cent of income, above which a transfer is told apart."""

MOST_PAIRS = 1000
"""Pairs of regions whose flows by sector are written out: most of those hit, unless everybody is."""


def effects(outcome: Outcome, actors: Actors | None = None) -> Findings:
    """Every number of an outcome, whoever made its shock: `effects(outcome).table()`.

    Args:
        actors: who acts on whom; default as the shock alone tells.
    """
    actors = actors or actors_of(outcome)
    return Findings((*headline(outcome, actors), *details(outcome, actors)))


def headline(outcome: Outcome, actors: Actors) -> list[Block]:
    """The numbers that have a band: real income and what it is made of, and the flows that are hit."""
    return [*_of_regions(outcome), *_of_parties(outcome, actors), *_trade_hit(outcome, actors)]


def details(outcome: Outcome, actors: Actors) -> list[Block]:
    """What the headline rests on, and what the long table has beside it."""
    return [
        *_levels(outcome, actors),
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
    each = partial(_of, o, {"region": o.economy.regions})
    income = o.economy.income
    yield each("real_income", 100 * (o.real_income - 1))
    yield each("real_income_money", (o.real_income - 1) * income)
    yield each("real_earned_income", 100 * (o.real_earned_income - 1))
    yield each("transfer_effect", 100 * o.transfer_effect)
    yield each("real_wage", 100 * (o.real_wage - 1))
    yield each("consumer_price", 100 * (o.consumer_price - 1))


def _of_parties(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Sums over parties of several regions, and over the world."""
    e = o.economy
    sums = {
        p.key: o.economy.region_indices(p.regions) for p in actors.parties if len(p.regions) > 1
    }
    sums[world_of(e)] = list(range(len(e.regions)))
    each = partial(_of, o, {"region": tuple(sums)})

    def summed(values: Array) -> Array:
        return np.array([values[at].sum() for at in sums.values()])

    money, income, gdp = summed((o.real_income - 1) * e.income), summed(e.income), summed(e.gdp)
    yield each("real_income", 100 * money / income)
    yield each("real_income_money", money)
    yield each("real_earned_income", 100 * summed((o.real_earned_income - 1) * e.gdp) / gdp)
    yield each("transfer_effect", 100 * summed(o.transfer_effect * e.income) / income)


def _trade_hit(o: Outcome, actors: Actors) -> Iterator[Block]:
    e, sold = o.economy, volumes(o)
    if not actors.flows:
        yield from _made(o, actors)
        return
    pairs = {
        "region": [f.exporter for f in actors.flows],
        "partner": [f.importer for f in actors.flows],
    }
    hit = [_cells(o, actors, f) for f in actors.flows]
    values = [[x[cells].sum() for x in (e.flows, o.flows)] for cells in hit]
    yield _of(o, pairs, "trade", values, BEFORE_AFTER, sector=hit_of(e))
    change = [100 * (sold[cells].sum() / e.flows[cells].sum() - 1) for cells in hit]
    yield _of(o, pairs, "trade_volume", change, sector=hit_of(e))
    lead = actors.party(actors.flows[0].exporter)
    outside = ~within(o, lead.regions)[:, o.economy.region_indices(lead.regions), None]
    values = [
        (x[:, o.economy.region_indices(lead.regions)] * outside).sum() for x in (e.flows, o.flows)
    ]
    if len(lead.regions) > 1:
        yield _of(o, {}, "trade", values, BEFORE_AFTER, region=lead.key, partner=world_of(e))
    moved = (sold[:, o.economy.region_indices(lead.regions)] * outside).sum() / values[0] - 1
    yield _of(o, {}, "trade_volume", 100 * moved, region=lead.key, partner=world_of(e))


def _made(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Output of the sectors hit, where what changes is production alone."""
    for way in ways(o, actors):
        box = np.ix_(
            o.economy.region_indices(actors.party(way.exporter).regions),
            o.economy.sector_indices(way.sectors),
        )
        before, after = (x[box].sum() for x in (o.economy.output, o.output / o.gate_price))
        change = 100 * (after / before - 1)
        yield _of(o, {}, "output_volume", change, region=way.exporter, sector=hit_of(o.economy))


# ---- without -----------------------------------------------------------------------------------


def _levels(o: Outcome, actors: Actors) -> Iterator[Block]:
    e, first = o.economy, first_order(o)
    each = partial(_of, o, {"region": e.regions})
    yield each("terms_of_trade", 100 * first.terms_of_trade)
    yield each("volume_of_trade", 100 * first.volume_of_trade)
    yield each("technology", 100 * first.technology)
    yield each("transfers", 100 * first.transfers)
    yield each("first_order", 100 * first.welfare)
    far = partial(_of, o, {"region": e.regions}, detail=True)
    yield far("wage", 100 * (o.wage - 1))
    yield _of(o, {"sector": e.sectors}, "trade_elasticity", o.theta, detail=True)
    levels = revenues(o) | {"deficit": (e.deficit, o.deficit)}
    for name, (before, after) in levels.items():
        yield far(name, np.stack([before, after], 1), BEFORE_AFTER)
        if name != "deficit":
            yield far(f"{name}_change", after - before)
        for party in (p for p in actors.parties if p.taxes and len(p.regions) > 1):
            sums = [side[o.economy.region_indices(party.regions)].sum() for side in (before, after)]
            yield _of(o, {}, name, sums, BEFORE_AFTER, region=party.key)
    before, after = (abroad(flows).sum((0, 2)) for flows in (e.flows, o.flows))
    yield far("trade", np.stack([before, after], 1), BEFORE_AFTER, partner=world_of(e))
    grown = np.divide(after, before, out=np.ones_like(before), where=before > 0)
    yield far("trade_change", 100 * (grown - 1), partner=world_of(e))
    bought = [abroad(flows).sum((1, 2)) for flows in (e.flows, o.flows)]
    yield _of(
        o,
        {"partner": e.regions},
        "trade",
        np.stack(bought, 1),
        BEFORE_AFTER,
        region=world_of(e),
        detail=True,
    )


def revenues(o: Outcome) -> dict[str, tuple[Array, Array]]:
    """Before and after: tariffs and, where export taxes or subsidies exist too, the whole treasury."""
    found = {"tariff_revenue": (o.economy.tariff_revenue, o.tariff_revenue)}
    if o.shock.beyond_tariffs:
        found["treasury_revenue"] = (o.economy.tariff_revenue, o.treasury)
    return found


def _of_sectors(o: Outcome) -> Iterator[Block]:
    e = o.economy
    cells = {"sector": e.sectors}
    far = partial(_of, o, {"region": e.regions}, detail=True)
    made = e.output > 0
    level = np.where(made, e.output * o.gate_price, 1.0)
    yield far("output_volume", np.where(made, 100 * (o.output / level - 1), np.nan), cells)
    yield far("output", np.stack([e.output, o.output], 2), cells, BEFORE_AFTER)
    price = np.where(e.expenditure > 0, 100 * (o.price - 1), np.nan)
    yield far("purchase_price", price, cells)
    n, j = np.nonzero(o.makeshift)
    if n.size:
        who = {"region": np.take(e.regions, n).tolist(), "sector": np.take(e.sectors, j).tolist()}
        yield _of(o, who, "makeshift_spending", o.makeshift[n, j], detail=True)


def _by_partner(o: Outcome) -> Iterator[Block]:
    e = o.economy
    i, n = np.nonzero(~np.eye(len(e.regions), dtype=bool))
    totals = np.stack([x.sum(2)[n, i] for x in (e.flows, o.flows)], 1)
    pairs = {"region": np.take(e.regions, i).tolist(), "partner": np.take(e.regions, n).tolist()}
    yield _of(o, pairs, "trade", totals, BEFORE_AFTER, detail=True)
    weight = flow_weights(o).sum(2)
    order = np.argsort(-weight, axis=None, kind="stable")[:MOST_PAIRS]
    n, i = np.unravel_index(order[weight.ravel()[order] > 0], weight.shape)
    if n.size:
        pairs = {
            "region": np.take(e.regions, i).tolist(),
            "partner": np.take(e.regions, n).tolist(),
        }
        both = np.stack([e.flows[n, i], o.flows[n, i]], 2)
        yield _of(o, pairs, "trade", both, {"sector": e.sectors}, BEFORE_AFTER, detail=True)


def _reach(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Where the trade of the heaviest flow goes and comes from: to every region, by every sector."""
    e = o.economy
    for flow in ways(o, actors):
        seller, buyer = actors.party(flow.exporter), actors.party(flow.importer)
        i, n = o.economy.region_indices(seller.regions), o.economy.region_indices(buyer.regions)
        j = e.sector_indices(flow.sectors)
        levels = (e.flows, o.flows)
        sales, home = ~within(o, seller.regions)[:, i], within(o, buyer.regions)[n]
        far = partial(_of, o, detail=True)
        sold = [(x[:, i][:, :, j].sum(2) * sales).sum(1) for x in levels]
        yield far(
            {"partner": e.regions}, "sold_hit", np.stack(sold, 1), BEFORE_AFTER, region=seller.key
        )
        bought = [(x[n][:, :, j].sum(2) * ~home).sum(0) for x in levels]
        other = np.array([region != buyer.key for region in e.regions])
        from_whom = {"region": [region for region in e.regions if region != buyer.key]}
        yield far(
            from_whom, "bought_hit", np.stack(bought, 1)[other], BEFORE_AFTER, partner=buyer.key
        )
        kept = [(x[n][:, :, j].sum(2) * home).sum() for x in levels]
        yield far({}, "home_sales", kept, BEFORE_AFTER, region=buyer.key)
        change = o.flows - e.flows
        outside = (change[:, i] * sales[:, :, None]).sum((0, 1))
        sectors = {"sector": e.sectors}
        yield far(sectors, "trade_moved", outside, region=seller.key, partner=world_of(e))
        if actors.flows and buyer.key != world_of(e):
            among = change[np.ix_(n, i)].sum((0, 1))
            yield far(sectors, "trade_moved", among, region=seller.key, partner=buyer.key)


def ways(o: Outcome, actors: Actors) -> list[Flow]:
    """The heaviest flow and, where it is hit too, the way back; what is made at home where no flow is."""
    if not actors.flows:
        return [_at_home(o, actors)] if actors.parties else []
    first = actors.flows[0]
    back = [
        f for f in actors.flows[1:] if (f.exporter, f.importer) == (first.importer, first.exporter)
    ]
    return [first, *back]


def _at_home(o: Outcome, actors: Actors) -> Flow:
    """Where no flow is hit, what the first party makes: the sectors whose production changes."""
    s, who = o.shock, actors.parties[0]
    moved = o.economy.output * np.abs(np.log(s.gate))
    hit = moved[o.economy.region_indices(who.regions)].sum(0) > 0
    sectors = [sector for sector, on in zip(o.economy.sectors, hit, strict=True) if on]
    return Flow(who.key, who.key, tuple(sectors or o.economy.sectors))


# ---- places ------------------------------------------------------------------------------------


def _of(
    o: Outcome,
    first: Mapping[str, Sequence[str]],
    variable: str,
    values: object,
    *axes: Mapping[str, Sequence[str]],
    detail: bool = False,
    **fixed: str,
) -> Block:
    """A block of the outcome's horizon; a `first` without labels is no axis."""
    all_axes = (first, *axes) if first else axes
    return block(
        variable,
        np.asarray(values, dtype=np.float64),
        *all_axes,
        detail=detail,
        **fixed,
        horizon=o.params.horizon.key,
    )


def _cells(o: Outcome, actors: Actors, flow: Flow) -> Bool:
    """`[n, i, j]` what of a flow is hit."""
    who = [
        o.economy.region_indices(actors.party(key).regions)
        for key in (flow.importer, flow.exporter)
    ]
    e, s = o.economy, o.shock
    cells, hit = np.zeros(e.flows.shape, dtype=bool), np.zeros(e.flows.shape, dtype=bool)
    for name, (at, levels) in s.rows.items():
        if INSTRUMENTS[name].on_flows:
            hit[at] |= levels != INSTRUMENTS[name].standing_at(e, at)
    box = np.ix_(*who, range(len(e.sectors)))
    cells[box] = hit[box] & (e.flows[box] > 0)
    return cells


def within(o: Outcome, regions: Sequence[str]) -> Bool:
    """`[n, i]` True for sales at home and, for up to half the regions, among these.

    More than half the world trades with little else: its members count as abroad to each other.
    """
    home = np.eye(len(o.economy.regions), dtype=bool)
    if is_crowd(regions, o.economy):
        return home
    member = np.isin(o.economy.regions, regions)
    both: Bool = home | np.outer(member, member)
    return both
