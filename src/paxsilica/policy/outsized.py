"""Where the United States buys many times more of the products that measures name, by its customs, than a baseline has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from paxsilica.checks import Bool
from paxsilica.economy import Array, Economy, Note
from paxsilica.names import Names, joined
from paxsilica.policy.law.tables import MEMBERS, UNION, detailed
from paxsilica.policy.measure import Effect, FlowMeasure
from paxsilica.policy.products import BUYER, lines_of_codes, sector_at, us_lines
from paxsilica.policy.reach import by_code, held_codes, shares_reached
from paxsilica.policy.weights import OnDemand

COUNTED_IN, NEAR = 2024, 5
"""The year of the customs' count, and from how many years before or behind it a baseline is compared with it."""

OUTSIZED = 3.0
"""Products over all that the baseline has of their sector. Of pairs of a partner and a sector above USD 10 million, half
have 1.1 and nine tenths by value less than 2.5: two years of growth, freight and other valuation lie below."""

LEAST_COUNTED, LEAST_PART = 10.0, 0.1
"""Million USD of a pair, and the part of all that customs count of the products from which on a report leads with it."""

MOST_OTHERS = 3


class CustomsCount(NamedTuple):
    """What customs count of products of a sector from a partner, and what the baseline has of the sector; million USD."""

    partner: str
    sector: str
    counted: float
    traded: float


def outsized(effects: Iterable[Effect], names: Names, weights: OnDemand) -> Note | None:
    """A note that leads where the flows that measures by product move are many times too small; None elsewhere."""
    e = names.table
    about = e.about
    if BUYER not in e.regions or about.currency != "USD" or about.year is None:
        return None
    if abs(about.year - COUNTED_IN) > NEAR:
        return None
    named = [(effect, goods) for effect, goods in by_code(list(effects)) if goods.product]
    if not named:
        return None  # and no table of customs is read
    reached = _lines_named(named, names, weights)
    every = [pair for pair in _counted_by_partner(reached, e) if pair.counted > LEAST_COUNTED]
    worst = [pair for pair in every if pair.counted >= OUTSIZED * pair.traded]
    worst.sort(key=lambda pair: pair.traded - pair.counted)
    if sum(p.counted for p in worst) <= LEAST_PART * sum(p.counted for p in every):
        return None
    first, *rest = worst
    others = (f"{_what_from(pair, names)} ({_many_times(pair)})" for pair in rest)
    also = f", and so of {joined(others, MOST_OTHERS, more='more such flows')}" * bool(rest)
    had = f"the whole sector's flow in the baseline of {about.year} ({_millions(first.traded)})"
    text = (
        f"by customs, US imports of the products named were {_millions(first.counted)} of {_what_from(first, names)} "
        f"in {COUNTED_IN}, {_many_times(first)} {had}{also}: sizes in money, and per cents of income, are too small by "
        "about that much; take directions, and per cents of this trade, not sizes"
    )
    return Note("products.outsized", text, leads=True)


def _lines_named(
    named: Iterable[tuple[Effect, FlowMeasure]], names: Names, weights: OnDemand
) -> Bool:
    """`[i, c]` the customs lines that measures name of what the United States buys from each region."""
    e, lines = names.table, us_lines()
    us, found = e.regions.index(BUYER), np.zeros((len(e.regions), len(lines.codes)), bool)
    at = sector_at(e.sectors)
    for effect, goods in named:
        if held := held_codes(goods, names):
            meant = lines_of_codes(held[0]) & ~lines_of_codes(held[1]) & (at >= 0)
            sold = effect.cells[us] & (shares_reached(goods, names, weights)[us] > 0)
            found |= sold[:, at] & meant
    return found


def _counted_by_partner(reached: Bool, e: Economy) -> Iterator[CustomsCount]:
    """Of every partner that customs know by line, the European Union where all its members are reached."""
    us, at, J = e.regions.index(BUYER), sector_at(e.sectors), len(e.sectors)
    for partner in detailed().partners:
        sellers = [
            i
            for i, region in enumerate(e.regions)
            if (UNION if region in MEMBERS else region) == partner
        ]
        lines = reached[sellers].all(0) & (at >= 0)
        if not sellers or not lines.any():
            continue
        counted = np.bincount(at[lines], us_lines().imports[partner][lines], J) / 1e6
        traded: Array = e.flows[us, sellers].sum(0)
        for j in np.unique(at[lines]):
            yield CustomsCount(partner, e.sectors[j], float(counted[j]), float(traded[j]))


def _what_from(pair: CustomsCount, names: Names) -> str:
    return f"{names.say_sector(pair.sector)} from {names.say(pair.partner, inside=True)}"


def _many_times(pair: CustomsCount) -> str:
    many = pair.counted > 1000 * pair.traded
    return f"{'over 1,000' if many else _to_digits(pair.counted / pair.traded, 2)} times"


def _to_digits(size: float, digits: int = 3) -> str:
    return f"{float(f'{size:.{digits}g}'):,.10g}"


def _millions(million: float) -> str:
    return f"USD {_to_digits(million)} million" if million >= 0.1 else "next to nothing"
