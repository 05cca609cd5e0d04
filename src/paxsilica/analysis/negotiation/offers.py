"""The negotiation list: what each of two sides would ask of the other, and what it would defend.

Offensive: products that a side sells to the other against a duty, by what a cut of it wins. Defensive: products that it
shields from the other, by how far its imports would rise. By product the answer is partial (`paxsilica.analysis.partial`):
wages, inputs and income stand. By sector it is the equilibrium's: each cut is solved exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from paxsilica.analysis.band import band_over
from paxsilica.analysis.negotiation.offer_ways import (
    LISTS,
    OFFENSIVE,
    Way,
    notes_on,
    ways_between,
)
from paxsilica.analysis.partial import ces_imports, smart
from paxsilica.checks import Array
from paxsilica.data.sources import sources_of
from paxsilica.desk import Progress
from paxsilica.economy import Economy, Note, Source
from paxsilica.errors import InputError
from paxsilica.findings import Block, Findings, block
from paxsilica.model import Outcome, real_incomes, refuse_decided, slopes, solve
from paxsilica.names import Names
from paxsilica.names.index import Spelled
from paxsilica.policy.law.tables import Places
from paxsilica.policy.trade_file import TradeFile

PRODUCT_KEYS = (
    *("offer_trade_now", "offer_won", "offer_surge", "offer_smart"),
    *("offer_created", "offer_diverted"),
)
"""Effects of a product that hang on elasticities."""

SECTOR_KEYS = ("offer_income", "offer_income_money", "offer_exports", "offer_output")
"""Effects of a sector that the equilibrium has."""

BY_CODE = {"us_census_imports": 10, "hs10_gtap_crosswalk": 10, "baci": 6}
"""Source -> digits of the codes that are its own."""


class Offers(NamedTuple):
    """Findings of the four lists; what must be said of them; where the numbers come from.

    In every block `region` is whose list it is and `partner` the other side; `item` is one of `LISTS`. Effects of a product
    have `product` and `sector`; those of the equilibrium `sector` alone.
    """

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    sources: tuple[Source, ...]


class Effects(NamedTuple):
    """Of a way of trade: key -> `[p]`, in partial equilibrium; key -> `[j]`, list by list, in that of the model."""

    products: Mapping[str, Array]
    sectors: Mapping[str, Mapping[str, Array]]


class Order(NamedTuple):
    """What a list holds, the first the most: positions of products, and of sectors among those of the way."""

    products: Places
    sectors: Places


def negotiation_list(
    before: Outcome,
    names: Names,
    one: Spelled,
    two: Spelled,
    *,
    day: date | None = None,
    most: int = 10,
    cut: float = 1.0,
    trade: TradeFile | None = None,
    products: Sequence[str] = (),
    others: Sequence[Economy] = (),
    progress: Progress | None = None,
) -> Offers:
    """Offensive and defensive products and sectors of both of two sides.

    Args:
        before: what stands, solved; its economy, tariffs and parameters hold.
        one, two: regions or groups, as written.
        day: of the US law, for duties by customs line where the United States buy; None takes those of sectors.
        most: products of each list.
        cut: share of a duty that goes.
        trade: the user's own table, in place of what is packaged of importers other than the United States.
        products: HS codes of up to ten digits or sectors, to which the lists are confined; () for all.
        others: the balanced baseline under other sets of elasticities, for bands.

    Raises:
        InputError: a side against itself, no list or cut at all, a day that the law does not know, products without trade
            in either direction, sides that trade nothing. ShockError: the equilibrium decides a level of what stands.
        ConvergenceError: a cut, or an adjoint, is not solved.
    """
    if most < 1 or not 0 < cut <= 1:
        what = f"{most} products a list" if most < 1 else f"a cut of {100 * cut:g} %"
        raise InputError(f"{what}: give one product or more, and a cut above 0 and up to 100 %")
    refuse_decided(before.shock)
    e, ways = before.economy, ways_between(before, names, one, two, day, trade, products)

    def numbers_on(economy: Economy) -> list[Effects]:
        own = economy is e
        now = before if own else solve(economy, before.shock.asked.on(economy), before.params)
        told = progress if own else None
        return [
            Effects(partial_numbers(now, way, cut), solved_cuts(now, way, cut, told))
            for way in ways
        ]

    own = numbers_on(e)
    orders = [
        {item: _order(way, found, item, most) for item in LISTS}
        for way, found in zip(ways, own, strict=True)
    ]

    def blocks_of(numbers: Sequence[Effects]) -> list[Block]:
        each = zip(ways, numbers, orders, strict=True)
        return [b for way, found, order in each for b in _effect_blocks(e, way, found, order)]

    band = band_over(
        e.about.elasticities,
        blocks_of(own),
        others,
        lambda economy: blocks_of(numbers_on(economy)),
        progress=progress,
    )
    blocks = list(band.blocks)
    for way, order in zip(ways, orders, strict=True):
        blocks += [*_data_blocks(before, way, order), *_first_order(before, way, order, cut)]
    digits = {len(code) for way in ways for code in way.products.code[way.products.by_code]}
    packaged = digits - {BY_CODE["baci"]} if trade else digits
    return Offers(
        Findings(tuple(blocks)).of(horizon=before.params.horizon.key).blocks,
        (*notes_on(ways, names, day, trade), *band.notes),
        sources_of([key for key, length in BY_CODE.items() if length in packaged]),
    )


# ---- by product ----------------------------------------------------------------------------------------------


def partial_numbers(now: Outcome, way: Way, cut: float) -> dict[str, Array]:
    """`[p]` million USD in partial equilibrium: trade at the duties that stand, and what the cut does to it.

    With theta of the sector and h the home producers' share in what the market buys of it, suppliers replace each other by
    sigma = 1 + theta, and imports fall with their price by eps = 1 + theta h: the elasticity, at constant spending, of the
    CES nest of the model. `offer_won` is exact in that CES; creation and diversion are SMART's.
    """
    e, goods = now.economy, way.products
    market = e.region_indices(way.buys)
    spent = e.expenditure[market].sum(0)
    bought_at_home = (e.flows * (1 + e.tariffs))[np.ix_(market, market)].sum((0, 1))
    home = np.divide(bought_at_home, spent, out=np.ones(len(spent)), where=spent > 0)
    theta = now.theta[goods.sector]
    sigma, eps = 1 + theta, 1 + theta * np.minimum(home, 1.0)[goods.sector]
    (was, duty), (rivals_were, rivals_duty) = goods.duty, np.nan_to_num(goods.rivals_duty)
    by = {"demand": eps, "substitution": sigma}

    def moved(
        own: Array, other: Array, paid: Array, pays: Array, other_paid: Array, x: Array
    ) -> Array:
        """What a change of both duties makes of the trade of one of two suppliers."""
        dearer = (1 + x) / (1 + other_paid) - 1
        change = ces_imports(
            own, other, paid, pays, rivals_tariff=other_paid, rivals_price=dearer, **by
        )
        return own + change

    trade = moved(goods.trade, goods.rivals, was, duty, rivals_were, rivals_duty)
    rivals = moved(goods.rivals, goods.trade, rivals_were, rivals_duty, was, duty)
    left = duty - cut * np.maximum(duty, 0.0)
    won = moved(trade, rivals, duty, left, rivals_duty, rivals_duty) - trade
    lost = moved(rivals, trade, rivals_duty, rivals_duty, duty, left) - rivals
    made = smart(trade, rivals, duty, left, rivals_tariff=rivals_duty, **by)
    found = (trade, won, won + lost, made.total, made.creation, made.diversion)
    return dict(zip(PRODUCT_KEYS, found, strict=True))


# ---- by sector -----------------------------------------------------------------------------------------------


def solved_cuts(
    now: Outcome, way: Way, cut: float, progress: Progress | None = None
) -> dict[str, dict[str, Array]]:
    """List -> key -> `[j]` of the way's sectors, the duty of each cut alone: an exact equilibrium each.

    Real income of whose list it is, %, and in million at its income before; the change of the seller's sales to the
    buyer in the sector, million; the change of the volume that the buyer's own sector makes, %.
    """
    e = now.economy
    n = e.region_indices(way.buys)
    found = {
        item: {key: np.full(len(way.sectors), np.nan) for key in SECTOR_KEYS} for item in LISTS
    }
    made_before = now.output / now.gate_price
    for at, j in enumerate(way.sectors):
        if progress is not None:
            progress("cutting duties sector by sector", at, len(way.sectors))
        cells = way.cells(e, [j])
        shock = now.shock.asked.changed("tariffs", cells, lambda t: t - cut * np.maximum(t, 0))
        # some fifty scenarios: what `solve_many` makes ready for thousands would cost more than it saves
        after = solve(e, shock, now.params, start=now)
        sold = after.flows[cells].sum() - now.flows[cells].sum()
        made, whole = (after.output[n, j] / after.gate_price[n, j]).sum(), made_before[n, j].sum()
        output = 100 * (made / whole - 1) if whole > 0 else np.nan
        for item in LISTS:
            own = e.region_indices(way.regions_of(item))
            money = (after.real_income[own] / now.real_income[own] - 1) * now.income[own]
            income = 100 * money.sum() / now.income[own].sum()
            for key, value in zip(SECTOR_KEYS, (income, money.sum(), sold, output), strict=True):
                found[item][key][at] = value
    return found


def _first_order(
    before: Outcome, way: Way, order: Mapping[str, Order], cut: float
) -> Iterator[Block]:
    """The exact gradient times the cut: what ranks sectors without solving for each."""
    if not len(way.sectors):
        return
    e, box = before.economy, way.cells(before.economy, way.sectors)
    change = -cut * np.maximum(before.shock.tariffs[box], 0.0)
    own = [e.region_indices(way.regions_of(item)) for item in LISTS]
    money = slopes(before, real_incomes(e, own, before.income / before.real_income))
    for item, at, slope in zip(LISTS, own, money, strict=True):
        first = 100 * (slope[box] * change).sum((0, 1)) / before.income[at].sum()
        listed = order[item].sectors
        yield block(
            "offer_first_order",
            first[listed],
            {"sector": _codes_at(e, way.sectors[listed])},
            **way.labels_of(item),
        )


# ---- findings ------------------------------------------------------------------------------------------------


def _order(way: Way, found: Effects, item: str, most: int) -> Order:
    """The products and sectors of a list; of equal ones the lower code first.

    Offensive: by exports won and by own real income. Defensive: by the rise of imports and by the loss of home output.
    """
    offensive = item == OFFENSIVE
    size = found.products["offer_won" if offensive else "offer_surge"]
    ranked = np.lexsort((way.products.code, -size))
    stands = (way.products.duty[1] > 0) & (size > 0)
    by = found.sectors[item]
    key = -by["offer_income_money"] if offensive else np.nan_to_num(by["offer_output"], nan=np.inf)
    return Order(ranked[stands[ranked]][:most], np.lexsort((way.sectors, key)))


def _effect_blocks(
    e: Economy, way: Way, found: Effects, order: Mapping[str, Order]
) -> Iterator[Block]:
    for item in LISTS:
        labels, (at, sectors) = way.labels_of(item), order[item]
        if at.size:
            for key, values in found.products.items():
                yield block(key, values[at], _axis(e, way, at), **labels)
        if sectors.size:
            axis = {"sector": _codes_at(e, way.sectors[sectors])}
            for key, values in found.sectors[item].items():
                yield block(key, values[sectors], axis, **labels)


def _data_blocks(before: Outcome, way: Way, order: Mapping[str, Order]) -> Iterator[Block]:
    """What tables and law tell of the products and sectors listed, and how much of the trade they hold."""
    e, goods = before.economy, way.products
    sold = before.flows[way.cells(e, way.sectors)].sum((0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        product = {
            "offer_trade": goods.trade,
            "offer_year": goods.year,
            "offer_duty": 100 * goods.duty[1],
            "offer_margin": 100 * (goods.rivals_duty[1] - goods.duty[1]),
            "offer_share": 100 * goods.trade / (goods.trade + goods.rivals),
        }
    sector = {"offer_trade_now": sold, "offer_duty": 100 * way.duties[way.sectors]}
    for item in LISTS:
        labels, (at, sectors) = way.labels_of(item), order[item]
        if at.size:
            for key, values in product.items():
                yield block(key, values[at], _axis(e, way, at), **labels)
        if sectors.size:
            axis = {"sector": _codes_at(e, way.sectors[sectors])}
            for key, values in sector.items():
                yield block(key, values[sectors], axis, **labels)
        if way.trade > 0:
            yield block("offer_coverage", 100 * way.known / way.trade, **labels)
            yield block("offer_listed", 100 * goods.trade[at].sum() / way.trade, **labels)


def _axis(e: Economy, way: Way, at: Places) -> dict[str, list[str]]:
    return {
        "product": way.products.code[at].tolist(),
        "sector": _codes_at(e, way.products.sector[at]),
    }


def _codes_at(e: Economy, at: Places) -> list[str]:
    return [e.sectors[j] for j in at]
