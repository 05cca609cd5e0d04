"""Measures as understood: plain sentences, with the names of the economy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paxsilica.names import Names
from paxsilica.policy.dates import dated
from paxsilica.policy.measure import FlowMeasure, Measure
from paxsilica.policy.rate_table import RateRow
from paxsilica.policy.wording import goods_said

PLACES = ("importer", "exporter")
MAY_DIFFER = {"id", "sector", "rate", "share", "from_", "until", "source", "note"}
"""Fields in which measures of the same deed may differ."""


def in_words(measure: Measure, names: Names) -> str:
    """What one measure does, such as
    `From 2025-08-07 the United States sets its tariff on goods from India to 50 %.`

    Args:
        names: what the labels mean, the scenario's own groups and the day included.
    """
    text = f"{dated(measure)} {_clause([measure], names)}".strip()
    return text[0].upper() + text[1:] + "."


def clauses(measures: Sequence[Measure], names: Names) -> list[str]:
    """The same without dates, as it stands inside a sentence; the same deed on several sectors in one, with the range
    of its rates: `the United States sets its tariff on 23 goods sectors from India to between 4 and 50 %`."""
    deeds: dict[Any, list[Measure]] = {}
    for measure in measures:
        turns = 1.0 if getattr(measure, "op", "") == "multiply" else 0.0
        rate = getattr(measure, "rate", None)
        deed = str(measure.model_dump(exclude=MAY_DIFFER)), rate is not None and rate < turns
        told = {s for m in deeds.get(deed, []) for s in _sectors(m, names)}
        again = not told.isdisjoint(_sectors(measure, names))
        deeds.setdefault((*deed, measure.id) if again else deed, []).append(measure)
    return [_clause(alike, names) for alike in deeds.values()]


def _with_sides(measure: Measure, rows: Sequence[RateRow], names: Names) -> Measure:
    """The measure with the importers and exporters of the rows of its table, where it names none."""
    if not rows:
        return measure
    sides = {side: tuple(dict.fromkeys(getattr(row, side) for row in rows)) for side in PLACES}
    told = {
        side: labels
        for side, labels in sides.items()
        if not getattr(measure, side) and len(labels) < len(names.table.regions) - 1
    }
    return measure.model_copy(update=told)


def _rows_of(measure: Measure, names: Names) -> list[RateRow]:
    """The rates of a table that are in force, between the partners that the measure names; none without a table."""
    if not isinstance(measure, FlowMeasure) or not measure.rows:
        return []
    rows = [*measure.rows.on(names.day)]
    for side in PLACES:
        if labels := getattr(measure, side):
            named = set(names.regions(labels))
            those = {getattr(row, side) for row in rows}
            within = {own for own in those if not own or not named.isdisjoint(names.regions([own]))}
            rows = [row for row in rows if getattr(row, side) in within]
    return rows


def _sectors(measure: Measure, names: Names) -> Sequence[str]:
    labels = getattr(measure, "sector", None)
    return names.table.sectors if labels is None else names.sectors(labels)


def _clause(alike: Sequence[Measure], names: Names) -> str:
    """What measures do that differ in sectors and rates alone."""
    rows = _rows_of(alike[0], names)
    first = _with_sides(alike[0], rows, names)
    goods = goods_said(first, rows, names)
    if len(alike) > 1:
        goods = names.say_sectors([s for measure in alike for s in _sectors(measure, names)])
    sizes = [getattr(m, "rate", getattr(m, "share", 0.0)) for m in alike]
    if rows:
        sizes = sorted({round(row.rate, 4) for row in rows})
    return first.clause(goods, sizes, names).removesuffix(",")
