"""Both ways of a pair's trade, checked, and what must be said of the tables that tell of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.analysis.negotiation.product_trade import (
    CUSTOMS_YEAR,
    ProductTrade,
    known_by_line,
    products_bought,
    sector_duties,
    special_trade,
)
from paxsilica.analysis.partial import SMART_OVERSTATES
from paxsilica.checks import Array, Bool
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError, joined
from paxsilica.model import Outcome
from paxsilica.names import Names, inside
from paxsilica.names.index import Spelled
from paxsilica.names.products import hs_digits
from paxsilica.policy.law.tables import Places
from paxsilica.policy.products import BUYER, hs_codes
from paxsilica.policy.trade_file import TradeFile, weights_of_file
from paxsilica.policy.weights import packaged_weights

OFFENSIVE, DEFENSIVE = LISTS = ("offensive", "defensive")
"""Labels of `item`: what a side asks of its partner, and what it shields from it."""


POINTS_APART = 5.0
"""Points between the mean duty by customs line and that by sector beyond which they are of different worlds."""


class Way(NamedTuple):
    """What one side sells to the other.

    Attributes:
        seller, buyer: their labels; sells, buys: their regions.
        products: those with trade. duties: `[j]` mean duty by sector that stands, NaN without trade.
        sectors: positions of those whose duty can be cut.
        trade: million of all goods, those of no product included. known: that of which a customs code is known.
        special: million USD that US customs count under no product.
    """

    seller: str
    sells: tuple[str, ...]
    buyer: str
    buys: tuple[str, ...]
    products: ProductTrade
    duties: Array
    sectors: Places
    trade: float
    known: float
    special: float

    def regions_of(self, item: str) -> tuple[str, ...]:
        """Whose list it is."""
        return self.sells if item == OFFENSIVE else self.buys

    def labels_of(self, item: str) -> dict[str, Any]:
        """What its findings carry."""
        ours, theirs = (self.seller, self.buyer)[:: 1 if item == OFFENSIVE else -1]
        return {"region": ours, "partner": theirs, "item": item}

    def cells(self, e: Economy, sectors: ArrayLike) -> tuple[Places, Places, Places]:
        """Where its flows of some sectors stand in `[n, i, j]`."""
        axes = e.region_indices(self.buys), e.region_indices(self.sells), sectors
        n, i, j = np.ix_(*(np.asarray(axis, dtype=np.intp) for axis in axes))
        return n, i, j


def ways_between(
    before: Outcome,
    names: Names,
    one: Spelled,
    two: Spelled,
    day: date | None,
    trade: TradeFile | None,
    products: Sequence[str],
) -> tuple[Way, Way]:
    """What one side sells to the other, and the other way round; raises as `offers.negotiation_list`."""
    e = before.economy
    sides = [(names.label(side), names.placed_regions(side)) for side in (one, two)]
    if both := set(sides[0][1]) & set(sides[1][1]):
        raise InputError(
            f"{names.say_regions(sorted(both))}: on both sides; nobody negotiates with itself, leave it out of one"
        )
    weights = weights_of_file(trade, names) if trade else packaged_weights(e)
    wanted = {written: _codes_of(written, names) for written in products}
    ways = []
    for (seller, sells), (buyer, buys) in (sides, sides[::-1]):
        found = products_bought(before, buys, sells, day, weights)
        special = special_trade(buys, sells) if found.by_line.any() else 0.0
        (_, duties), _ = sector_duties(before, e.region_indices(buys), e.region_indices(sells))
        at = np.flatnonzero(np.nan_to_num(duties) > 0)
        money = found.trade.sum() + special, found.trade[found.by_code].sum(), special
        if wanted:
            keep = np.any([matches_codes(found, e, codes) for codes in wanted.values()], axis=0)
            found = found.where(keep)
            at = at[np.isin(at, found.sector)]
        ways.append(Way(seller, sells, buyer, buys, found, duties, at, *map(float, money)))
    between = f"{names.say(one, inside=True)} and {names.say(two, inside=True)}"
    for written, codes in wanted.items():
        if not any(matches_codes(way.products, e, codes).any() for way in ways):
            raise InputError(
                f"{written}: {between} trade none of it that any table tells of; name other products, or give a table "
                "of trade"
            )
    if not any(len(way.products.code) for way in ways):
        raise InputError(f"{between} trade no goods; name sides that do")
    return ways[0], ways[1]


def _codes_of(written: str, names: Names) -> tuple[str, ...]:
    """HS codes, or sectors, that a product means. Raises LabelError."""
    if hs_digits(written).isdecimal():
        return hs_codes([written])
    return names.sectors([written], "product")


def matches_codes(products: ProductTrade, e: Economy, codes: Sequence[str]) -> Bool:
    """`[p]` whether a product falls under any of some HS codes or sectors."""
    sector = np.array(e.sectors)[products.sector]
    under = [np.char.startswith(products.code, code) for code in codes if code.isdecimal()]
    found: Bool = np.isin(sector, [code for code in codes if not code.isdecimal()])
    return np.asarray(np.any([found, *under], axis=0))


def notes_on(
    ways: Sequence[Way], names: Names, day: date | None, trade: TradeFile | None
) -> Iterator[Note]:
    """How numbers by product are made, and how much of the trade is known by customs code."""
    yield Note(
        "offers.partial",
        "numbers by product are partial: wages, income, inputs and suppliers' prices stand, and supply has no limit. A "
        "product has the trade elasticity theta of its sector: suppliers replace each other by 1 + theta, imports and "
        "home goods by 1 + theta times the share of home producers in what the market buys of the sector",
    )
    yield SMART_OVERSTATES
    for way in ways:
        yield _coverage_note(way, names)
    lined = any(way.products.by_line.any() for way in ways)
    if lined:
        since = (
            f"; it is taken from the duties of then to those of {day} by the same CES"
            if day
            else ""
        )
        yield Note(
            "offers.customs",
            f"US imports by customs line are of {CUSTOMS_YEAR}{since}. Rivals there are the partners whose customs lines "
            f"are packaged, {100 * known_by_line():.0f} % of all imports",
        )
    if day is None or any(set(way.buys) - {BUYER} for way in ways):
        yield Note(
            "offers.sector_duty",
            "other duties are means of whole sectors, so that peaks of single products inside a sector are not seen",
        )
    for way in ways:
        if alike := list(_same_duties(way, names)):
            yield Note(
                f"offers.alike.{way.buyer}",
                f"the table of tariffs has one duty of {names.say(way.buyer.split('+'), inside=True)} for "
                f"{'; one for '.join(alike)}, whatever their own",
            )
        if day is not None:
            yield from _other_world(way, names, day)
    if trade is not None:
        yield Note(
            "offers.own_table",
            f"products of importers other than the United States are those of {trade}: their shares of each sector, at the "
            "baseline's trade",
        )


def _coverage_note(way: Way, names: Names) -> Note:
    """How much of what a side sells is known by customs code."""
    seller, buyer = (names.say(side.split("+"), inside=True) for side in (way.seller, way.buyer))
    if not way.trade:
        return Note(f"offers.none.{way.seller}", f"{seller} sells {buyer} no goods")
    share = way.known / way.trade
    rest = "; the rest stands as whole sectors" * (share < 1)
    rest += f", or under special chapters ({way.special:,.0f} million USD)" * bool(way.special)
    text = f"{100 * share:.0f} % of the goods that {seller} sells {buyer} is known by customs code{rest}"
    return Note(f"offers.known.{way.seller}", text)


def _other_world(way: Way, names: Names, day: date) -> Iterator[Note]:
    """Whether the law by customs line and the tariffs that stand are of one world."""
    lines = way.products.where(way.products.by_line)
    if not lines.trade.sum():
        return
    by_line, by_sector = (
        100 * np.average(rates, weights=lines.trade)
        for rates in (lines.duty[1], np.nan_to_num(way.duties)[lines.sector])
    )
    seller = names.say(way.seller.split("+"), inside=True)
    if abs(by_line - by_sector) > POINTS_APART:
        yield Note(
            f"offers.other_world.{way.buyer}",
            f"the US law of {day} charges {by_line:.1f} % on what {seller} sells by customs line, and {by_sector:.1f} % "
            "stands on the same by sector: products and sectors answer different questions",
        )


def _same_duties(way: Way, names: Names) -> Iterator[str]:
    """Names of sectors that carry the same duty to the last digit."""
    rates = way.duties[way.sectors]
    for rate in np.unique(rates.round(12)):
        alike = [names.table.sectors[j] for j in way.sectors[rates.round(12) == rate]]
        if len(alike) > 1:
            yield joined(inside(names.table.sector_name(code)) for code in alike)
