"""Beside each number of a text, what the baseline's data say of the same thing.

The text and the data differ in year and in what they count; a row says both, and judges neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from paxsilica.brief.passages import Stretch, paragraphs, sentences
from paxsilica.brief.places import states_in
from paxsilica.brief.record import Quantity, Reading, Record
from paxsilica.economy import Economy

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Beside:
    """A number of a text and the baseline's."""

    text: str
    what: str
    baseline: str
    source: str


def numbers_beside(record: Record, economy: Economy) -> tuple[Beside, ...]:
    """A row for each tariff, share of exports, value of trade and target of which the baseline holds a counterpart."""
    return tuple(
        row
        for reading in record.readings
        for q in reading.quantities
        if (row := _row(reading, q, economy))
    )


def _row(reading: Reading, q: Quantity, e: Economy) -> Beside | None:
    measure = next((m for m in reading.measures if m.rate and m.rate.span == q.span), None)
    if measure:
        pair = (*measure.implementers[:1], *measure.targets[:1])
        return (
            _tariff(q, pair[0], pair[1], e)
            if len(pair) == 2 and set(pair) <= set(e.regions)
            else None
        )
    if q.unit == "USD" and q.role == "target" and "trade" in q.of.casefold():
        return _target(reading, q)
    pair = _pair(reading, q, e)
    if len(pair) != 2:
        return None
    if q.unit == "percent" and q.role == "share" and "export" in q.of.casefold():
        return _share(q, *_seller_first(q, pair), e)
    return (
        _trade(q, pair, e)
        if q.unit == "USD" and q.role == "level" and "trade" in q.of.casefold()
        else None
    )


def _pair(reading: Reading, q: Quantity, e: Economy) -> tuple[str, ...]:
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
    return (pair[1], pair[0]) if owner == pair[1] else pair


def _at(e: Economy, *codes: str) -> Iterator[int]:
    return (e.regions.index(code) for code in codes)


def _goods(e: Economy) -> list[int]:
    return (
        e.sector_indices(["goods"])
        if "goods" in e.about.sector_groups
        else list(range(len(e.sectors)))
    )


def _year(e: Economy) -> str:
    return f"{e.about.year}" if e.about.year else "the baseline year"


def _tariff(q: Quantity, importer: str, exporter: str, e: Economy) -> Beside:
    n, i = _at(e, importer, exporter)
    goods = _goods(e)
    flows, rates = e.flows[n, i, goods], e.tariffs[n, i, goods]
    mean = 100 * float((flows * rates).sum() / max(flows.sum(), 1e-300))
    what = f"tariff of {e.region_name(importer)} on goods from {e.region_name(exporter)}"
    return Beside(
        q.span.exact,
        what,
        f"{mean:.2g} %, weighted by trade",
        f"{e.about.name}, flows of {_year(e)}",
    )


def _share(q: Quantity, seller: str, buyer: str, e: Economy) -> Beside:
    i, n = _at(e, seller, buyer)
    abroad = np.arange(len(e.regions)) != i
    goods = _goods(e)
    of_goods = 100 * float(e.flows[n, i, goods].sum() / e.flows[abroad, i][:, goods].sum())
    of_all = 100 * float(e.flows[n, i].sum() / e.flows[abroad, i].sum())
    what = f"share of {e.region_name(buyer)} in the exports of {e.region_name(seller)}"
    said = f"{of_goods:.1f} % of goods, {of_all:.1f} % of goods and services"
    return Beside(q.span.exact, what, said, f"{e.about.name}, flows of {_year(e)}")


def _trade(q: Quantity, pair: tuple[str, ...], e: Economy) -> Beside:
    a, b = _at(e, *pair)
    goods = _goods(e)
    of_goods = float(e.flows[a, b, goods].sum() + e.flows[b, a, goods].sum()) / 1e3
    of_all = float(e.flows[a, b].sum() + e.flows[b, a].sum()) / 1e3
    what = f"trade between {e.region_name(pair[0])} and {e.region_name(pair[1])}, both ways"
    said = f"{of_goods:.1f} billion USD of goods, {of_all:.1f} with services"
    return Beside(q.span.exact, what, said, f"{e.about.name}, flows of {_year(e)}")


def _target(reading: Reading, q: Quantity) -> Beside | None:
    """Growth from the text's own level to its target, compound, from the end of the one's period to the other's."""
    levels = [
        o
        for o in reading.quantities
        if o.unit == q.unit and o.role == "level" and "trade" in o.of.casefold()
    ]
    level = next((o for o in levels if o.when and o.when.last), None)
    if (
        level is None
        or level.when is None
        or q.when is None
        or q.when.last is None
        or level.when.last is None
    ):
        return None
    if q.when.last <= level.when.last or min(level.value, q.value) <= 0:
        return None
    growth, years = growth_a_year(level.value, q.value, level.when.last, q.when.last)
    what = f"growth a year that the target asks for, from {level.span.exact} at {level.when.last} to {q.when.last}"
    said = f"{growth:.1f} % a year over {years:.2f} years, a factor of {q.value / level.value:.2f}"
    return Beside(q.span.exact, what, said, "arithmetic on the text's own numbers")


def growth_a_year(before: float, after: float, first: date, last: date) -> tuple[float, float]:
    """Compound growth, percent a year, and the years between two days."""
    years = (last - first).days / DAYS_A_YEAR
    return 100 * ((after / before) ** (1 / years) - 1), years
