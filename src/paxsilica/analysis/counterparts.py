"""Counterparts: for each number of a text, what the baseline's data say of the same thing.

The text and the data differ in year and in what they count; a row says both, and judges neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paxsilica.brief.frames.gate import RATED
from paxsilica.brief.passages import Stretch, paragraphs, sentences
from paxsilica.brief.places import states_in
from paxsilica.brief.record import Quantity, Reading, Record
from paxsilica.economy import Economy, abroad
from paxsilica.findings import Block, block

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Counterpart:
    """A number of a text and what the baseline says of the same.

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


def counterparts(record: Record, economy: Economy) -> tuple[Counterpart, ...]:
    """A row for each tariff, share of exports, value of trade and target of which the baseline holds a counterpart."""
    rows = (
        _data_on(reading, q, economy) for reading in record.readings for q in reading.quantities
    )
    return tuple(filter(None, rows))


def blocks_of(rows: Sequence[Counterpart]) -> Iterator[Block]:
    """A finding for each number; `rung` is the place of its row."""
    for rung, row in enumerate(rows, 1):
        regions: dict[str, Any] = dict(zip(("region", "partner"), row.regions, strict=False))
        for variable, value in row.numbers.items():
            yield block(variable, value, rung=str(rung), item=row.text, **regions)


def _data_on(reading: Reading, q: Quantity, e: Economy) -> Counterpart | None:
    known_by = (m for m in reading.measures if not m.unconfirmed)
    measure = next((m for m in known_by if m.rate and m.rate.span == q.span), None)
    if measure:
        pair = (*measure.implementers[:1], *measure.targets[:1])
        known = measure.type in RATED and len(pair) == 2 and set(pair) <= set(e.regions)
        return Counterpart(q.span.exact, pair, _tariff(e, *pair)) if known else None
    trade = "trade" in q.of.casefold()
    if q.unit == "USD" and q.role == "target" and trade:
        return _target(reading, q)
    pair = _two_states(reading, q, e)
    if len(pair) != 2:
        return None
    if q.unit == "percent" and q.role == "share" and "export" in q.of.casefold():
        owner = next(iter(states_in(q.of)), pair[0])
        pair = pair[::-1] if owner == pair[1] else pair
        return Counterpart(q.span.exact, pair, _share(e, *pair))
    traded = q.unit == "USD" and q.role == "level" and trade
    return Counterpart(q.span.exact, pair, _trade(e, *pair)) if traded else None


def _two_states(reading: Reading, q: Quantity, e: Economy) -> tuple[str, ...]:
    """The states of a number's own sentence; it is about two of them or has no counterpart."""
    text, around = reading.document.text, Stretch(q.span.start, q.span.end)
    around = next((p for p in paragraphs(text) if p.start <= q.span.start < p.end), around)
    sentence = next((s for s in sentences(text, around) if s.start <= q.span.start < s.end), around)
    return tuple(s for s in states_in(text[sentence.start : sentence.end]) if s in e.regions)


def _tariff(e: Economy, importer: str, exporter: str) -> dict[str, float]:
    cells = e.regions.index(importer), e.regions.index(exporter), e.goods
    flows = e.flows[cells]
    paid = float((flows * e.tariffs[cells]).sum() / max(flows.sum(), 1e-300))
    return {"mean_tariff": 100 * paid}


def _share(e: Economy, seller: str, buyer: str) -> dict[str, float]:
    i, n = e.regions.index(seller), e.regions.index(buyer)
    sold = abroad(e.flows)[:, i]
    goods, every = (100 * sold[n, j].sum() / sold[:, j].sum() for j in (e.goods, slice(None)))
    return {"buyer_share_goods": float(goods), "buyer_share": float(every)}


def _trade(e: Economy, one: str, other: str) -> dict[str, float]:
    a, b = e.regions.index(one), e.regions.index(other)
    both = e.flows[a, b] + e.flows[b, a]
    return {"two_way_trade_goods": float(both[e.goods].sum()), "two_way_trade": float(both.sum())}


def _target(reading: Reading, q: Quantity) -> Counterpart | None:
    """Growth from the text's own level to its target, compound, from the end of the one's period to the other's."""
    levels = (
        (o, o.when.last)
        for o in reading.quantities
        if o.unit == q.unit and o.role == "level" and "trade" in o.of.casefold() and o.when
    )
    level, first = next(((o, day) for o, day in levels if day), (q, None))
    last = q.when.last if q.when else None
    if not first or not last or last <= first or min(level.value, q.value) <= 0:
        return None
    years, factor = (last - first).days / DAYS_A_YEAR, q.value / level.value
    growth = 100 * (factor ** (1 / years) - 1)
    asked = {"growth_asked": growth, "years_to_target": years, "factor_asked": factor}
    return Counterpart(q.span.exact, (), asked, (level.span.exact, str(first), str(last)))
