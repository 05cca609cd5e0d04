"""What an outcome says, as findings: of every region, of the parties, and of the flows between them.

`region` is who sells or earns, `partner` who buys; the sectors that the measures hit on a flow are the
sector `hit`. Levels have a `scenario`: `before` and `after`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.actors import (
    Actors,
    Flow,
    flow_weights,
    hit_of,
    is_crowd,
    parties_of,
    world_of,
)
from paxsilica.analysis.band import Band
from paxsilica.checks import Array, Bool
from paxsilica.data.population import population
from paxsilica.economy import Economy, abroad
from paxsilica.findings import Block, Findings, block
from paxsilica.model import Outcome, first_order
from paxsilica.model.welfare import volumes

BEFORE_AFTER = {"scenario": ("before", "after")}
AND_CHANGE = {"scenario": ("before", "after", "change")}
TARIFF = "trade_weighted_tariff"

TRANSFER_SHARE, TRANSFER_LEAST = 0.1, 0.1
"""Part of a change of real income, and per cent of income, above which a transfer is told apart."""

Box = tuple[NDArray[np.intp], ...]
"""Positions of importers, exporters and sectors."""

EffectPart = Callable[[Outcome, Actors], Iterator[Block]]
"""Some of the numbers of an outcome."""

MOST_PAIRS = 1000
"""Pairs of regions whose flows by sector are written out: most of those hit, unless everybody is."""


def effects(
    outcome: Outcome,
    actors: Actors | None = None,
    band: Band | None = None,
    keep: Collection[str] = (),
) -> Findings:
    """Every number of an outcome, whoever made its shock: `effects(outcome).table()`.

    Args:
        actors: who acts on whom; default as the shock alone tells.
        band: of the headline.
        keep: variables that are wanted; the parts that hold none of them are not computed. Default all.
    """
    actors = actors or parties_of(outcome)
    first, near, far = (
        [part for part in parts if not keep or not _PARTS[part].isdisjoint(keep)]
        for parts in (_first_parts(actors), _NEAR, _FAR)
    )
    leading = band.blocks if band else (b for part in first for b in part(outcome, actors))
    long = (replace(b, detail=True) for part in far for b in part(outcome, actors))
    blocks = (*leading, *(b for part in near for b in part(outcome, actors)), *long)
    kept = (b for b in blocks if not keep or b.variable in keep)
    return Findings(tuple(kept)).of(horizon=outcome.params.horizon.key)


def earned_leads(change: float, transfer: float) -> bool:
    """Whether a result leads with what is earned, since the rule for deficits moves real income itself.

    Args:
        change: of real income, %. transfer: the transfer effect, % of income.
    """
    return abs(transfer) > max(TRANSFER_SHARE * abs(change), TRANSFER_LEAST)


def headline(o: Outcome, actors: Actors) -> list[Block]:
    """The numbers that have a band: real income and what it is made of, and the flows that are hit."""
    return [b for part in _first_parts(actors) for b in part(o, actors)]


def _first_parts(actors: Actors) -> tuple[EffectPart, EffectPart]:
    return income_blocks_of, _trade_hit if actors.flows else _made


def income_blocks_of(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Of every region, party and the world: sums of money over sums of income."""
    e, b = o.economy, o.before
    groups, members = _groups(e, actors)
    regions, own = {"region": e.regions}, b.income - b.deficit
    income, price = members @ b.income, o.consumer_price / b.consumer_price
    money = members @ ((o.real_income / b.real_income - 1) * b.income)
    earned = members @ ((o.real_earned_income / b.real_earned_income - 1) * own)
    lent = members @ (o.deficit / price - b.deficit)
    wage = o.real_wage / b.real_wage
    yield block("real_income", 100 * money / income, groups)
    yield block("real_income_money", money, groups)
    people = _people(e, members)
    if np.isfinite(people).any():
        yield block("real_income_per_person", money / people, groups)
    yield block("real_earned_income", 100 * earned / (members @ own), groups)
    yield block("transfer_effect", 100 * lent / income, groups)
    yield block("real_wage", 100 * (wage - 1), regions)
    yield block("consumer_price", 100 * (price - 1), regions)
    yield block("consumer_price_in_wages", 100 * (1 / wage - 1), regions)


def _groups(e: Economy, actors: Actors) -> tuple[dict[str, tuple[str, ...]], Array]:
    """Every region, party and the world as labels of `region`, and `[group, n]` their members, 1 or 0."""
    of: dict[str, tuple[str, ...]] = {region: (region,) for region in e.regions}
    of |= {party.key: party.regions for party in actors.parties} | {world_of(e): e.regions}
    at, members = {r: n for n, r in enumerate(e.regions)}, np.zeros((len(of), len(e.regions)))
    for member, regions in zip(members, of.values(), strict=True):
        member[[at[region] for region in regions]] = 1.0
    return {"region": tuple(of)}, members


def _people(e: Economy, members: Array) -> Array:
    """`[group]` million persons; NaN where those of any member are not known."""
    known = population(e.about.year)
    people = np.array([known.get(region, np.nan) for region in e.regions])
    return np.array([people[member > 0].sum() for member in members])


def _trade_hit(o: Outcome, actors: Actors) -> Iterator[Block]:
    """All flows of the sectors that are hit between parties, and all exports of who sells most of them."""
    e, world = o.economy, world_of(o.economy)
    traded = o.before.flows, o.flows, volumes(o)
    for f in actors.flows:
        box = _box_of(actors, f, e)
        before, after, volume = (abroad(x)[box].sum() for x in traded)
        sides: dict[str, Any] = {"region": f.exporter, "partner": f.importer, "sector": hit_of(e)}
        yield block("trade", [before, after], BEFORE_AFTER, **sides)
        yield block("trade_volume", 100 * (volume / before - 1), **sides)
    lead = actors.flows[0].exporter
    i = actors.at(lead, e)
    sold = ~within(e, i)[:, i]
    before, after, volume = np.stack([x[:, i][sold] for x in traded], -1).sum((0, 1))
    if len(i) > 1:
        yield block("trade", [before, after], BEFORE_AFTER, region=lead, partner=world)
    yield block("trade_volume", 100 * (volume / before - 1), region=lead, partner=world)


def _made(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Output of the sectors hit, where what changes is production alone, and the flow that this moves most."""
    e, b = o.economy, o.before
    volume = o.output / (o.gate_price / b.gate_price)
    for way in actors.ways:
        box = np.ix_(actors.at(way.exporter, e), e.sector_indices(way.sectors))
        before, after = (x[box].sum() for x in (b.output, volume))
        change = 100 * (after / before - 1)
        yield block("output_volume", change, region=way.exporter, sector=hit_of(e))
    if moved := actors.moved:
        seller, buyer, (sector,) = moved.exporter, moved.importer, moved.sectors
        at = e.regions.index(buyer), e.regions.index(seller), e.sectors.index(sector)
        sides: dict[str, Any] = {"region": seller, "partner": buyer, "sector": sector}
        yield block("trade", [b.flows[at], o.flows[at]], BEFORE_AFTER, **sides)
        yield block("trade_volume", 100 * (volumes(o)[at] / b.flows[at] - 1), **sides)


def _terms(o: Outcome, actors: Actors) -> Iterator[Block]:
    first, (groups, members) = first_order(o), _groups(o.economy, actors)
    weight = members * o.before.income
    weight /= weight.sum(1, keepdims=True)
    for name, term in vars(first).items():
        yield block(name, 100 * weight @ term, groups)
    yield block("first_order", 100 * weight @ first.welfare, groups)


def _tariffs(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Mean tariffs at the baseline's trade: on the sectors hit; on goods of every party, or of all, for the long table."""
    e, (groups, members) = o.economy, _groups(o.economy, actors)
    trade, stood = abroad(e.flows), o.before.shock
    paid = np.stack([trade, trade * stood.tariffs, trade * o.shock.tariffs], -1)
    for f in actors.flows:
        mean = [mean_tariff(e, s.tariffs, _box_of(actors, f, e)) for s in (stood, o.shock)]
        hit: dict[str, Any] = {"region": f.exporter, "partner": f.importer, "sector": hit_of(e)}
        yield block(TARIFF, mean, BEFORE_AFTER, **hit)
    goods: dict[str, Any] = {"sector": "goods"} if "goods" in e.about.sector_groups else {}
    of_goods = paid[:, :, e.sector_indices(goods.values() or e.sectors)].sum(2)
    sellers = [*dict.fromkeys([*(party.key for party in actors.parties), world_of(e)])]
    sold = members[[groups["region"].index(seller) for seller in sellers]]
    rates = _rates(np.einsum("si,bn,nik->sbk", sold, members, of_goods, optimize=True))
    sides = {"region": sellers}, {"partner": groups["region"]}
    yield block(TARIFF, rates, *sides, BEFORE_AFTER, detail=True, **goods)


def box_between(
    e: Economy, buyers: Sequence[str], sellers: Sequence[str], sectors: Sequence[str]
) -> Box:
    """Every flow of some sectors between regions, those that no measure reaches among them."""
    return np.ix_(e.region_indices(buyers), e.region_indices(sellers), e.sector_indices(sectors))


def _box_of(actors: Actors, flow: Flow, e: Economy) -> Box:
    buyers, sellers = (actors.party(key).regions for key in (flow.importer, flow.exporter))
    return box_between(e, buyers, sellers, flow.sectors)


def mean_tariff(e: Economy, tariffs: Array, box: Box) -> float:
    """Per cent, of all that is traded in a box at the baseline's trade, free of duty or not; NaN without trade."""
    trade = abroad(e.flows)[box]
    whole = trade.sum()
    return float(100 * (trade * tariffs[box]).sum() / whole) if whole else np.nan


def _rates(paid: Array) -> Array:
    """`[..., 2]` per cent before and after, of `[..., 3]` trade and the duties on it; NaN without trade."""
    trade = paid[..., :1]
    return 100 * paid[..., 1:] / np.where(trade > 0, trade, np.nan)


def _books(o: Outcome, actors: Actors) -> Iterator[Block]:
    """What the states collect; of regions for the long table."""
    e, b, regions = o.economy, o.before, {"region": o.economy.regions}
    books = {"tariff_revenue": (b.tariff_revenue, o.tariff_revenue)}
    if o.shock.beyond_tariffs or b.shock.beyond_tariffs:
        books["treasury_revenue"] = b.treasury, o.treasury
    for name, collected in books.items():
        both = np.stack(collected, 1)
        yield block(name, both, regions, BEFORE_AFTER, detail=True)
        yield block(f"{name}_change", both[:, 1] - both[:, 0], regions, detail=True)
        for party in actors.parties:
            if party.taxes and len(party.regions) > 1:
                of = both[e.region_indices(party.regions)].sum(0)
                yield block(name, of, BEFORE_AFTER, region=party.key)


def _region_levels(o: Outcome, actors: Actors) -> Iterator[Block]:
    e, b, world, regions = o.economy, o.before, world_of(o.economy), {"region": o.economy.regions}
    yield block("wage", 100 * (o.wage / b.wage - 1), regions)
    yield block("population", _people(e, np.eye(len(e.regions))), regions)
    yield block("trade_elasticity", o.theta, {"sector": e.sectors})
    yield block("deficit", np.stack([b.deficit, o.deficit], 1), regions, BEFORE_AFTER)
    traded = np.stack([abroad(b.flows), abroad(o.flows)], -1).sum(2)
    sold = traded.sum(0)
    yield block("trade", sold, regions, BEFORE_AFTER, partner=world)
    yield block("trade", traded.sum(1), {"partner": e.regions}, BEFORE_AFTER, region=world)
    was, now = sold.T
    grown = np.divide(now, was, out=np.ones_like(was), where=was > 0)
    yield block("trade_change", 100 * (grown - 1), regions, partner=world)


def _of_sectors(o: Outcome, actors: Actors) -> Iterator[Block]:
    e, b = o.economy, o.before
    cells, made = ({"region": e.regions}, {"sector": e.sectors}), b.output > 0
    level = np.where(made, b.output * o.gate_price / b.gate_price, 1.0)
    yield block("output_volume", np.where(made, 100 * (o.output / level - 1), np.nan), *cells)
    yield block("output", np.stack([b.output, o.output], 2), *cells, BEFORE_AFTER)
    price = np.where(e.expenditure > 0, 100 * (o.price / b.price - 1), np.nan)
    yield block("purchase_price", price, *cells)
    n, j = np.nonzero(o.backstop)
    if n.size:
        some = {"region": [e.regions[at] for at in n], "sector": [e.sectors[at] for at in j]}
        yield block("makeshift_spending", o.backstop[n, j], some)


def _by_partner(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Flows between all pairs, and by sector between those that are hit most."""
    e, weight, names = o.economy, flow_weights(o).sum(2), np.array(o.economy.regions)
    traded = np.stack([o.before.flows, o.flows], -1)
    order = np.argsort(-weight, axis=None, kind="stable")[:MOST_PAIRS]
    most = np.unravel_index(order[weight.ravel()[order] > 0], weight.shape)
    everybody = np.nonzero(~np.eye(len(names), dtype=bool))
    sides, hit = (
        {"region": names[i].tolist(), "partner": names[n].tolist()} for n, i in (everybody, most)
    )
    yield block("trade", traded.sum(2)[everybody], sides, BEFORE_AFTER)
    if most[0].size:
        yield block("trade", traded[most], hit, {"sector": e.sectors}, BEFORE_AFTER)


def _reach(o: Outcome, actors: Actors) -> Iterator[Block]:
    """Where the trade of the heaviest flow goes and comes from: to every region, by every sector."""
    e, world, sectors = o.economy, world_of(o.economy), {"sector": o.economy.sectors}
    change = o.flows - o.before.flows
    traded = np.stack([o.before.flows, o.flows, change], -1)
    for way in actors.ways:
        seller, buyer = way.exporter, way.importer
        i, n = actors.at(seller, e), actors.at(buyer, e)
        hit = traded[:, :, e.sector_indices(way.sectors)].sum(2)
        sales = ~within(e, i)[:, i, None]
        home = within(e, n)[n, :, None]
        sources = [region for region in e.regions if region != buyer]
        bought = (hit[n] * ~home).sum(0)[e.region_indices(sources)]
        sold = (hit[:, i] * sales).sum(1)
        yield block("sold_hit", sold, {"partner": e.regions}, AND_CHANGE, region=seller)
        yield block("bought_hit", bought, {"region": sources}, AND_CHANGE, partner=buyer)
        yield block("home_sales", (hit[n] * home).sum((0, 1)), AND_CHANGE, region=buyer)
        moved = {world: (change[:, i] * sales).sum((0, 1))}
        if actors.flows and buyer != world:
            moved[buyer] = change[np.ix_(n, i)].sum((0, 1))
        for partner, by_sector in moved.items():
            yield block("trade_moved", by_sector, sectors, region=seller, partner=partner)


def within(e: Economy, at: Sequence[int]) -> Bool:
    """`[n, i]` True for sales at home and, for up to half the regions, among those at these positions.

    More than half the world trades with little else: its members count as abroad to each other.
    """
    inside = np.eye(len(e.regions), dtype=bool)
    if not is_crowd(at, e):
        inside[np.ix_(at, at)] = True
    return inside


_NEAR: tuple[EffectPart, ...] = (_terms, _tariffs, _books)
_FAR: tuple[EffectPart, ...] = (_region_levels, _of_sectors, _by_partner, _reach)
"""Parts for every screen, and those for the long table."""

_PARTS: Mapping[EffectPart, frozenset[str]] = {
    part: frozenset(keys.split())
    for part, keys in {
        income_blocks_of: "real_income real_income_money real_income_per_person real_earned_income transfer_effect "
        "real_wage consumer_price consumer_price_in_wages",
        _trade_hit: "trade trade_volume",
        _made: "output_volume trade trade_volume",
        _terms: "volume_of_trade terms_of_trade technology transfers first_order",
        _tariffs: TARIFF,
        _books: "tariff_revenue treasury_revenue tariff_revenue_change treasury_revenue_change",
        _region_levels: "wage population trade_elasticity deficit trade trade_change",
        _of_sectors: "output_volume output purchase_price makeshift_spending",
        _by_partner: "trade",
        _reach: "sold_hit bought_hit home_sales trade_moved",
    }.items()
}
"""Part -> variables that it may hold."""

EFFECT_KEYS = frozenset[str]().union(*_PARTS.values())
"""Every variable of `effects`."""


def hang_on_actors(keep: Collection[str]) -> bool:
    """Whether variables hang on who acts on whom, beside the labels of parties of several regions."""
    return any(not _PARTS[part].isdisjoint(keep) for part in (_trade_hit, _made, _tariffs, _reach))
