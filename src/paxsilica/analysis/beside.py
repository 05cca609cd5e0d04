"""Beside each number of a text, what the baseline's data say of the same thing.

The text and the data differ in year and in what they count; a row says both, and judges neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from paxsilica.brief.passages import Stretch, paragraphs, sentences
from paxsilica.brief.places import states_in
from paxsilica.brief.record import Quantity, Reading, Record
from paxsilica.economy import Economy
from paxsilica.findings import Block, block

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Beside:
    """A number of a text and what stands beside it.

    Attributes:
        text: the number as written.
        regions: importer and exporter of a tariff, seller and buyer of a share, both partners of trade; none of a target.
        numbers: variable -> value, from the baseline or, of a target, from the text's own numbers.
        level: of a target, the words of the level it starts from, and the days of both.
    """

    text: str
    regions: tuple[str, ...]
    numbers: Mapping[str, float]
    level: tuple[str, str, str] | None = None


def numbers_beside(record: Record, economy: Economy) -> tuple[Beside, ...]:
    """A row for each tariff, share of exports, value of trade and target of which the baseline holds a counterpart."""
    return tuple(
        row
        for reading in record.readings
        for q in reading.quantities
        if (row := _counterpart(reading, q, economy))
    )


def beside_blocks(rows: Sequence[Beside]) -> Iterator[Block]:
    """A finding for each number; `rung` is the place of its row."""
    for rung, row in enumerate(rows, 1):
        regions: dict[str, Any] = dict(zip(("region", "partner"), row.regions, strict=False))
        for variable, value in row.numbers.items():
            yield block(variable, value, rung=str(rung), item=row.text, **regions)


def _counterpart(reading: Reading, q: Quantity, e: Economy) -> Beside | None:
    measure = next((m for m in reading.measures if m.rate and m.rate.span == q.span), None)
    if measure:
        pair = (*measure.implementers[:1], *measure.targets[:1])
        known = len(pair) == 2 and set(pair) <= set(e.regions)
        return _tariff(q, pair[0], pair[1], e) if known else None
    if q.unit == "USD" and q.role == "target" and "trade" in q.of.casefold():
        return _target(reading, q)
    pair = _two_states(reading, q, e)
    if len(pair) != 2:
        return None
    if q.unit == "percent" and q.role == "share" and "export" in q.of.casefold():
        return _share(q, *_seller_first(q, pair), e)
    traded = q.unit == "USD" and q.role == "level" and "trade" in q.of.casefold()
    return _trade(q, pair, e) if traded else None


def _two_states(reading: Reading, q: Quantity, e: Economy) -> tuple[str, ...]:
    """The states of a number's own sentence; it is about two of them or has no counterpart."""
    text = reading.document.text
    around = next(
        (p for p in paragraphs(text) if p.start <= q.span.start < p.end),
        Stretch(q.span.start, q.span.end),
    )
    sentence = next((s for s in sentences(text, around) if s.start <= q.span.start < s.end), around)
    return tuple(s for s in states_in(text[sentence.start : sentence.end]) if s in e.regions)


def _seller_first(q: Quantity, pair: tuple[str, ...]) -> tuple[str, str]:
    owner = next(iter(states_in(q.of)), pair[0])
    return (pair[1], pair[0]) if owner == pair[1] else (pair[0], pair[1])


def _tariff(q: Quantity, importer: str, exporter: str, e: Economy) -> Beside:
    n, i = e.regions.index(importer), e.regions.index(exporter)
    flows, rates = e.flows[n, i, e.goods], e.tariffs[n, i, e.goods]
    mean = 100 * float((flows * rates).sum() / max(flows.sum(), 1e-300))
    return Beside(q.span.exact, (importer, exporter), {"mean_tariff": mean})


def _share(q: Quantity, seller: str, buyer: str, e: Economy) -> Beside:
    i, n = e.regions.index(seller), e.regions.index(buyer)
    sold = e.flows[np.arange(len(e.regions)) != i, i]
    of_goods = float(e.flows[n, i, e.goods].sum() / sold[:, e.goods].sum())
    of_all = float(e.flows[n, i].sum() / sold.sum())
    shares = {"buyer_share_goods": 100 * of_goods, "buyer_share": 100 * of_all}
    return Beside(q.span.exact, (seller, buyer), shares)


def _trade(q: Quantity, pair: tuple[str, ...], e: Economy) -> Beside:
    a, b = (e.regions.index(code) for code in pair)
    both = e.flows[a, b] + e.flows[b, a]
    traded = {
        "two_way_trade_goods": float(both[e.goods].sum()),
        "two_way_trade": float(both.sum()),
    }
    return Beside(q.span.exact, pair, traded)


def _target(reading: Reading, q: Quantity) -> Beside | None:
    """Growth from the text's own level to its target, compound, from the end of the one's period to the other's."""
    levels = (
        (o, o.when.last)
        for o in reading.quantities
        if o.unit == q.unit and o.role == "level" and "trade" in o.of.casefold() and o.when
    )
    level, first = next(((o, day) for o, day in levels if day), (None, None))
    last = q.when.last if q.when else None
    if level is None or first is None or last is None:
        return None
    if last <= first or min(level.value, q.value) <= 0:
        return None
    growth, years = growth_a_year(level.value, q.value, first, last)
    asked = {
        "growth_asked": growth,
        "years_to_target": years,
        "factor_asked": q.value / level.value,
    }
    return Beside(q.span.exact, (), asked, (level.span.exact, str(first), str(last)))


def growth_a_year(before: float, after: float, first: date, last: date) -> tuple[float, float]:
    """Compound growth, percent a year, and the years between two days."""
    years = (last - first).days / DAYS_A_YEAR
    return 100 * ((after / before) ** (1 / years) - 1), years
