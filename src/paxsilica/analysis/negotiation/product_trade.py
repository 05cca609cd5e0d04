"""What one side buys of another, by product, with the duties that it and its rivals face.

The United States are known by customs line and partner, others by raw material (six digits) or by a user's own table of
trade; what no table tells apart is a product of its own, the rest of its sector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paxsilica.checks import Array, Bool
from paxsilica.economy import abroad
from paxsilica.model import Outcome
from paxsilica.policy.law import VARIANTS, law_of
from paxsilica.policy.law.book import book, known
from paxsilica.policy.law.duties import charged
from paxsilica.policy.law.tables import (
    MEMBERS,
    UNION,
    Places,
    customs_lines,
    detailed,
    table,
)
from paxsilica.policy.products import BUYER, us_lines
from paxsilica.policy.weights import Weights, sector_of_cell

CUSTOMS_YEAR = 2024
"""Of the packaged US imports."""

MILLION, LEAST_REST = 1e6, 1e-6
"""A rest of a sector below this part of the flow is rounding."""


class ProductTrade(NamedTuple):
    """`[p]` what a side buys of another. Money is million USD before duty; duties are decimals.

    Attributes:
        code: HS code of ten or six digits, or a sector for what no table tells apart in it.
        sector: position of its sector. year: of the trade.
        trade, rivals: bought of the side, and of all other foreign suppliers that are known.
        duty, rivals_duty: `[2, p]` their trade-weighted means, in the year of the trade and now; of rivals NaN without any.
    """

    code: NDArray[np.str_]
    sector: Places
    year: Array
    trade: Array
    rivals: Array
    duty: Array
    rivals_duty: Array

    def where(self, keep: Bool | Places) -> ProductTrade:
        """Some of them."""
        some: list[Any] = [x[..., keep] for x in self]
        return ProductTrade(*some)

    @property
    def by_line(self) -> Bool:
        """`[p]` whether it is a customs line of the United States."""
        return np.asarray(self.by_code & (np.char.str_len(self.code) == 10))

    @property
    def by_code(self) -> Bool:
        """`[p]` whether a customs code is known of it."""
        return np.asarray(np.char.isdigit(self.code) & (np.char.str_len(self.code) >= 6))


def products_bought(
    before: Outcome,
    buyer: Sequence[str],
    seller: Sequence[str],
    day: date | None,
    weights: Weights,
) -> ProductTrade:
    """What the regions of a buyer buy of those of a seller, by product, of which there is trade.

    Args:
        before: what stands, whose tariffs hold where none is known by customs line.
        day: of the US law, which gives duties by customs line and partner; None takes those of the sectors.
        weights: of whatever customs tell of other importers, or the user's own table.

    Raises:
        InputError: a day that the law does not know.
    """
    e = before.economy
    callers = _callers(seller) if BUYER in buyer and e.about.currency == "USD" else {}
    found = [*_customs_lines_of(before, callers, seller, day)] if callers else []
    found += _flows_of(before, buyer, seller, frozenset(callers), weights)
    joint: list[Any] = [np.concatenate(x, axis=-1) for x in zip(*found, strict=True)]
    whole = ProductTrade(*joint)
    return whole.where(whole.trade > 0)


def special_trade(buyer: Sequence[str], seller: Sequence[str]) -> float:
    """What the United States buy of a seller under the special chapters 98 and 99, which are no products; million USD."""
    callers = _callers(seller) if BUYER in buyer else {}
    flows = detailed()
    own = flows.sold_by(callers.values())
    outside = table("us_lines").sector.to_numpy(str)[flows.line] == ""
    return float(flows.usd[own & outside].sum()) / MILLION


@cache
def known_by_line() -> float:
    """Share of US imports whose partner is known by customs line."""
    flows, chapters = detailed(), table("us_chapters_2024")
    told, rest = flows.usd[flows.once].sum(), chapters.usd[~chapters.partner.isin(MEMBERS)].sum()
    return float(told / (told + rest))


def _callers(seller: Sequence[str]) -> dict[str, str]:
    """Region -> partner of US customs whose sales are known by line; of the Union only as a whole."""
    alone = set(detailed().partners) - MEMBERS
    found = {region: region for region in seller if region in alone}
    if set(seller) >= MEMBERS:
        found |= dict.fromkeys(sorted(MEMBERS), UNION)
    return found


def _customs_lines_of(
    before: Outcome, callers: dict[str, str], seller: Sequence[str], day: date | None
) -> Iterator[ProductTrade]:
    """US imports of 2024 by line, with the duties of the law: MFN less preferences, and all that stands beyond it."""
    flows, lines = detailed(), len(customs_lines())
    own = flows.sold_by(callers.values())
    others = flows.once & ~own
    sector = _sector_of_line(before.economy.sectors)

    def summed(rows: Bool, values: Array) -> Array:
        return np.bincount(flows.line[rows], values[rows], lines).astype(float)

    trade, rivals = (summed(rows, flows.usd) for rows in (own, others))
    if day is None:
        us = [before.economy.regions.index(BUYER)]
        duty, rivals_duty = (
            rates[:, sector]
            for rates in sector_duties(before, us, before.economy.region_indices(seller))
        )
    else:
        rates = _duties_by_row(day)
        duty, rivals_duty = (
            np.stack(
                [
                    _mean_duty(summed(rows, rate * flows.usd), summed(rows, flows.usd))
                    for rate in rates
                ]
            )
            for rows in (own, others)
        )
    code = np.char.zfill(customs_lines().astype(str), 10)
    year = np.full(lines, float(CUSTOMS_YEAR))
    every = ProductTrade(code, sector, year, trade / MILLION, rivals / MILLION, duty, rivals_duty)
    yield every.where(np.flatnonzero((sector >= 0) & (trade > 0)))


@cache
def _duties_by_row(day: date) -> tuple[Array, Array]:
    """`[row]` the whole duty of US customs in the year of the trade and on a day. Raises InputError."""
    law_of(day)
    flows, read = detailed(), book(VARIANTS[0])
    return charged(flows, read, known()[0]), charged(flows, read, day)


@cache
def _sector_of_line(sectors: tuple[str, ...]) -> Places:
    """`[line]` position of its sector; -1 where there is none."""
    place = {sector: at for at, sector in enumerate(sectors)}
    return np.array([place.get(one, -1) for one in table("us_lines").sector.to_numpy(str)])


def sector_duties(
    before: Outcome, buyer: Sequence[int], seller: Sequence[int]
) -> tuple[Array, Array]:
    """`[2, j]` mean duty of a side by sector, in the baseline and now, and that of its rivals; NaN without trade."""
    e = before.economy
    trade = abroad(e.flows)[buyer]
    trade[:, buyer] = 0.0
    rates = np.stack([e.tariffs[buyer], before.shock.tariffs[buyer]])
    own, rest = trade.copy(), trade.copy()
    own[:, [i for i in range(len(e.regions)) if i not in set(seller)]] = 0.0
    rest[:, seller] = 0.0
    means = [_mean_duty((rates * of).sum((1, 2)), of.sum((0, 1))) for of in (own, rest)]
    return means[0], means[1]


def _mean_duty(duty: Array, trade: Array) -> Array:
    unknown = np.full(np.shape(duty), np.nan)
    return np.asarray(np.divide(duty, trade, out=unknown, where=trade > 0))


def _flows_of(
    before: Outcome,
    buyer: Sequence[str],
    seller: Sequence[str],
    told: frozenset[str],
    weights: Weights,
) -> Iterator[ProductTrade]:
    """The baseline's flows of goods by what the weights tell of them, and the rest of each sector.

    Args:
        told: sellers whose sales to the United States are known from customs, in the sectors that have lines.
    """
    e = before.economy
    N, J = len(e.regions), len(e.sectors)
    n, i = (np.isin(np.arange(N), e.region_indices(side)) for side in (buyer, seller))
    us = np.array([region == BUYER for region in e.regions])
    gone = np.array([region in told for region in e.regions])
    lined = np.isin(np.arange(J), _sector_of_line(e.sectors))
    told_of = us[:, None, None] & gone[None, :, None] & lined
    market = (n[:, None] & ~n[None, :])[:, :, None] & np.isin(np.arange(J), e.goods)
    own = market & i[None, :, None] & ~told_of
    # rivals count where some of the side's sales are told of this way
    rivals = market & ~i[None, :, None] & own.any(1)[:, None, :]
    lines = len(us_lines().codes)
    at_n, at_i = np.divmod(weights.pair, N)
    sector = sector_of_cell(e)[weights.cell]
    named = ~us | weights.named  # of US imports without a table of the user's only customs tell
    keep = (sector >= 0) & named[at_n] & (own | rivals)[at_n, at_i, sector]
    at_n, at_i, sector = at_n[keep], at_i[keep], sector[keep]
    cell = weights.cell[keep]
    cell = np.where(
        cell < lines, us_lines().subheadings[1][np.minimum(cell, lines - 1)], cell - lines
    )
    value = weights.share[keep] * e.flows[at_n, at_i, sector]
    rates = np.stack([e.tariffs, before.shock.tariffs])
    codes, first, place = np.unique(cell, return_index=True, return_inverse=True)

    def by_product(side: Bool) -> tuple[Array, Array]:
        mine = np.where(side[at_n, at_i, sector], value, 0.0)
        trade = np.bincount(place, mine, len(codes)).astype(float)
        duty = [np.bincount(place, mine * rate[at_n, at_i, sector], len(codes)) for rate in rates]
        return trade, _mean_duty(np.stack(duty).astype(float), trade)

    year = float(e.about.year or np.nan)
    if len(codes):
        (trade, duty), (other, other_duty) = by_product(own), by_product(rivals)
        years = np.full(len(codes), year)
        yield ProductTrade(
            us_lines().subheadings[0][codes], sector[first], years, trade, other, duty, other_duty
        )
    rest = np.array(e.flows)
    np.subtract.at(rest, (at_n, at_i, sector), value)
    rest = np.where(rest > LEAST_REST * e.flows, rest, 0.0)

    def by_sector(side: Bool) -> tuple[Array, Array]:
        mine = rest * side
        trade = mine.sum((0, 1))
        return trade, _mean_duty((rates * mine).sum((1, 2)), trade)

    (trade, duty), (other, other_duty) = by_sector(own), by_sector(rivals)
    yield ProductTrade(
        *(np.array(e.sectors), np.arange(J), np.full(J, year)),
        *(trade, other, duty, other_duty),
    )
