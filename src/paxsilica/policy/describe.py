"""Measures as understood: plain sentences, with the names of the economy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paxsilica.names import Names, joined
from paxsilica.policy.dates import MOST_NAMES, dated
from paxsilica.policy.measure import FlowMeasure, Measure, Rated
from paxsilica.policy.measures.bans import Ban
from paxsilica.policy.measures.border import BorderRate
from paxsilica.policy.measures.production import ProductionRate
from paxsilica.policy.rate_table import RateRow
from paxsilica.policy.reach import left_out

PLACES = ("importer", "exporter", "region", "product", "except_")


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
        same = [getattr(measure, key, None) for key in ("kind", "op", *PLACES)]
        turns = 1.0 if getattr(measure, "op", "") == "multiply" else 0.0
        deed = *same, getattr(measure, "rate", turns) < turns
        told = {s for m in deeds.get(deed, []) for s in _sectors(m, names)}
        again = not told.isdisjoint(_sectors(measure, names))
        deeds.setdefault((*deed, measure.id) if again else deed, []).append(measure)
    return [_clause(alike, names) for alike in deeds.values()]


def _with_sides(measure: Measure, rows: Sequence[RateRow], names: Names) -> Measure:
    """The measure with the importers and exporters of the rows of its table, where it names none."""
    if not rows:
        return measure
    sides = {side: tuple(dict.fromkeys(getattr(row, side) for row in rows)) for side in PLACES[:2]}
    told = {
        side: labels
        for side, labels in sides.items()
        if not getattr(measure, side) and len(labels) < len(names.table.regions) - 1
    }
    return measure.model_copy(update=told)


def _rows_of(measure: Measure, names: Names) -> list[RateRow]:
    """The rates of a table that are in force, between the partners that the measure names; none without a table."""
    if not isinstance(measure, BorderRate) or not measure.rows:
        return []
    rows = [*measure.rows.on(names.day)]
    for side in PLACES[:2]:
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
    goods = _goods(first, rows, names)
    if len(alike) > 1:
        goods = names.say_sectors([s for measure in alike for s in _sectors(measure, names)])
    sizes = [getattr(m, "rate", getattr(m, "share", 0.0)) for m in alike]
    if rows:
        sizes = sorted({round(row.rate, 4) for row in rows})
    if isinstance(first, ProductionRate):
        return _production(first, goods, sizes, names).removesuffix(",")
    assert isinstance(first, BorderRate | Ban)
    return _on_trade(first, goods, sizes, names).removesuffix(",")


def _on_trade(measure: BorderRate | Ban, goods: str, sizes: Sequence[float], names: Names) -> str:
    sellers, buyers = (_partners(measure, side, names) for side in ("exporter", "importer"))
    if measure.kind == "trade_cost":
        makers = _said_regions(measure.exporter, names, "every region")
        delivered = f"the cost of {goods} from {makers} delivered to {buyers}"
        return f"{delivered} {_how_much(measure, sizes)}"
    acting, what = {
        "tariff": (measure.importer, f"tariff on {goods} from {sellers}"),
        "export_tax": (measure.exporter, f"export tax on {goods} sold to {buyers}"),
        "export_ban": (measure.exporter, f"exports of {goods} to {buyers}"),
        "import_ban": (measure.importer, f"imports of {goods} from {sellers}"),
    }[measure.kind]
    who = _said_regions(acting, names, "every region")
    s, on = ("", f"their {what}") if _are_many(acting, names) else ("s", f"its {what}")
    rate, points = _per_cent(sizes), _pct_points(sizes)
    if isinstance(measure, Ban):
        part = "all" if set(sizes) == {1.0} else f"{rate} of"
        return f"{who} ban{s} {part} {on}"
    match measure.op:
        case "set":
            return f"{who} set{s} {on} to {rate}"
        case "add":
            falls = measure.rate < 0
            return f"{who} take{s} {points} off {on}" if falls else f"{who} add{s} {points} to {on}"
        case "at_least":
            return f"{who} raise{s} {on} to {rate} where it is lower"
        case _:
            verb = "cut" if measure.rate < 1 else "raise"
            return f"{who} {verb}{s} {on} to {rate} of what it was"


def _production(measure: ProductionRate, goods: str, sizes: Sequence[float], names: Names) -> str:
    what = f"{goods} in {_said_regions(measure.region, names, 'every region')}"
    if measure.kind == "productivity":
        return f"output per bundle of inputs of {what} {_how_much(measure, sizes)}"
    if measure.op == "set" and measure.rate < 0:
        return f"the tax on producing {what} is {_per_cent([-size for size in sizes])} of the cost"
    rate, points = _per_cent(sizes), _pct_points(sizes)
    pays = {
        "set": rate,
        "add": f"{points} {'less' if measure.rate < 0 else 'more'}",
        "at_least": f"at least {rate}",
        "multiply": f"{rate} of the share that it paid",
    }
    return f"the treasury pays {pays[measure.op]} of the cost of producing {what}"


def _how_much(measure: Rated, sizes: Sequence[float]) -> str:
    """What a factor becomes."""
    size, below = _per_cent([*map(abs, sizes)]), measure.rate < 0
    change = f"{size} {'below' if below else 'above'} the baseline"
    becomes = {
        "set": f"is {change}" if any(sizes) else "is as in the baseline",
        "add": f"{'falls' if below else 'rises'} by {size} of the baseline",
        "at_least": f"is no less than {change}",
        "multiply": f"is multiplied by {size}",
    }
    return becomes[measure.op]


def _partners(measure: FlowMeasure, side: str, names: Names) -> str:
    """The regions on one side of a measure, and whether it reaches trade among its actors."""
    here, there = measure.importer, measure.exporter
    if side == "exporter":
        here, there = there, here
    everyone = names.table.regions
    partners, acting = (set(names.regions(labels or everyone)) for labels in (here, there))
    text = _said_regions(here, names, "every other region")
    both = [region for region in everyone if region in partners & acting]
    if len(acting) == 1 or not both or (here is None and there is None):
        return text
    if there is None:
        return f"{text}, trade among these included," if len(partners) > 1 else text
    if here is None:
        return f"{text}, each other included,"
    if partners == acting:
        return "each other"
    if set(both) <= {names.one(label) for label in here}:
        return text
    return f"{text}, {joined([names.say_region(n) for n in both], MOST_NAMES)} included,"


def _said_regions(labels: Sequence[str] | None, names: Names, everyone: str) -> str:
    if labels is None:
        return everyone
    said = [
        names.say(label, True) if names.one(label) else _group(label, names) for label in labels
    ]
    return joined(said, MOST_NAMES)


def _are_many(labels: Sequence[str] | None, names: Names) -> bool:
    """Whether a verb behind `_said_regions` is plural: a union with an article acts as one."""
    if labels is None or len(names.regions(labels)) == 1:
        return False
    return len(labels) > 1 or not names.say(labels[0], True).startswith("the ")


def _group(label: str, names: Names) -> str:
    """A group's name and size; its members by name where others are inside ROW."""
    members, outside, name = names.regions([label]), names.left_out(label), names.say(label, True)
    counted = ""
    if names.alliance(label):
        counted = f" on {names.day}" if names.day else ", all that ever joined"
    if outside:
        known = joined([names.say_region(member) for member in members], MOST_NAMES)
        size = f"{len(members)} of {len(members) + len(outside)} members{counted}"
        return f"{name} ({size}: {known}; the others are inside ROW)"
    return f"{name} ({len(members)} region{'' if len(members) == 1 else 's'}{counted})"


def _goods(measure: Measure, rows: Sequence[RateRow], names: Names) -> str:
    """What is traded or made: `products of HS 7208`, `goods except HS 30 and energy`."""
    if isinstance(measure, BorderRate) and measure.rows:
        if measure.rows.said:
            return measure.rows.said
        what = len({(row.product, row.sector) for row in rows})
        of = "product" if all(row.product for row in rows) else "product and sector"
        return f"{what:,} {of}{'s' * (what > 1)} of the table {Path(measure.rows.name).name}"
    goods = _what(getattr(measure, "sector", None), names)
    if not isinstance(measure, FlowMeasure) or not measure.by_product:
        return goods
    if measure.product:
        goods = f"products of {_hs_said(measure.product, measure.edition)}"
    elif measure.sector is None:
        goods = "all goods and services"
    codes, sectors, regions = left_out(measure, names)
    left = [_hs_said(codes, None)] * bool(codes)
    left += [*map(names.say_sector, sectors), *map(names.say_region, regions)]
    return f"{goods}, except {joined(left, MOST_NAMES)}," if left else goods


def _hs_said(codes: Sequence[str], edition: str | None) -> str:
    digits = [re.sub(r"^HS\s*", "", code, flags=re.IGNORECASE) for code in codes]
    return f"HS{f' {edition}' if edition else ''} {joined(digits, MOST_NAMES)}"


def _what(labels: Sequence[str] | None, names: Names) -> str:
    if labels is None:
        return "all goods and services"
    said = [names.say_sector(label) for label in labels]
    if len(said) == 1:
        return said[0] + "," * (", of which " in said[0])
    part = re.compile(r"\), (of which .*)")
    return joined([part.sub(r", \1)", text) for text in said], MOST_NAMES)


def _per_cent(values: Sequence[float]) -> str:
    """`25 %`; of several values their range, `between 2 and 25 %`."""
    return f"{_range(values)} %"


def _pct_points(values: Sequence[float]) -> str:
    size = _range([*map(abs, values)])
    return f"{size} percentage point{'' if size == '1' else 's'}"


def _range(values: Sequence[float]) -> str:
    ends = dict.fromkeys(f"{end(values) * 100:.6g}" for end in (min, max))
    return "between " * (len(ends) > 1) + " and ".join(ends)
