"""Scenario drafts: what a text says of a tariff or a ban, written as a scenario file, every assumption spelled out.

A draft computes nothing. What the text leaves open (which products, total or additional, since when) is filled by the
assumption named beside it, for a person to confirm or change before the draft is run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import shorten

from paxsilica.brief.record import Document, Frozen, Measure, Record
from paxsilica.files import printable
from paxsilica.names import Names, joined
from paxsilica.policy import parse_scenario
from paxsilica.policy.values import LONGEST_TEXT, LONGEST_TITLE

DRAFTABLE = {
    "Import tariff": ("tariff", "importer", "exporter"),
    "Export ban": ("export_ban", "exporter", "importer"),
    "Import ban": ("import_ban", "importer", "exporter"),
}
"""By type of a measure the kind of its draft, and on which side of a flow the acting and the affected state stand."""

DRAFTED = ("in force", "announced")
"""Status of a measure that is drafted; what is proposed, over or in question needs a person first."""


class Draft(Frozen):
    """A scenario file in waiting; `assumptions` are what its YAML `text` chooses and the document does not state."""

    name: str
    title: str
    text: str
    assumptions: tuple[str, ...]
    measures: tuple[str, ...]  # sha256#id of what it rests on


def drafts_of(record: Record) -> tuple[Draft, ...]:
    """One draft for each tariff with a rate, or ban, of one state on another; the same one in several texts once."""
    found: dict[tuple[object, ...], list[tuple[Document, Measure]]] = {}
    for reading in record.readings:
        for m in reading.measures:
            known = m.type in DRAFTABLE and (m.rate or m.type != "Import tariff")
            if known and m.status in DRAFTED and m.implementers and m.targets:
                key = (m.type, m.implementers, m.targets, m.rate.value if m.rate else None)
                found.setdefault(key, []).append((reading.document, m))
    return tuple(_draft(uses) for uses in found.values())


def _draft(uses: list[tuple[Document, Measure]]) -> Draft:
    document, m = uses[0]
    imposer, hit = ", ".join(m.implementers), ", ".join(m.targets)
    assumptions = list(_assumptions(m, document))
    kind, mine, other = DRAFTABLE[m.type]
    what, level = m.type, ""
    if kind == "tariff" and m.rate:
        what, level = f"Tariff of {m.rate.value:g} %", f", op: set, rate: {m.rate.value:g}%"
    by, on = (joined(map(Names().say_region, codes)) for codes in (m.implementers, m.targets))
    title = f"{what} of {by} on {on}"
    flow = f"{mine}: [{imposer}], {other}: [{hit}], sector: [goods]"
    lines = [
        "# Drafted from a text, not checked by a person. What it assumes:",
        *(f"# - {a}" for a in assumptions),
        "schema: paxsilica/scenario@1",
        f"title: {json.dumps(shorten(title, LONGEST_TITLE))}",
        "source:",
        *(line for d, use in uses for line in _citation(d, use)),
        "baseline: icio2022",
        "measures:",
        f"  - {{id: from-text, kind: {kind}, {flow}{level}}}",
        "assumptions: {horizon: long_run, deficits: fixed_share, revenue: lump_sum}",
        "not_modelled:",
        "  - exemptions and product lists that the text does not name",
        "  - any answer by the states that are hit",
    ]
    text = "\n".join(lines) + "\n"
    name = "-".join([m.type.lower().replace(" ", "-"), *m.implementers, *m.targets]).lower()
    parse_scenario(text, name)
    return Draft(
        name=name,
        title=title,
        text=text,
        assumptions=tuple(assumptions),
        measures=tuple(f"{d.sha256}#{use.id}" for d, use in uses),
    )


def _assumptions(m: Measure, document: Document) -> Iterator[str]:
    if not m.products:
        yield "products: every good, because no rule reads which products a text names; services pay no tariff"
    if m.status != "in force":
        yield f"status: the text says {m.status}; the draft takes it as in force"
    if m.rate:
        yield (
            f"level: the {m.rate.value:g} % are the total tariff and replace the baseline's (`op: set`); "
            "write `op: add` if they come on top"
        )
        yield "baseline tariff: that of the packaged economy, see `pax show economy`; it differs by product and partner"
    day = document.published.day
    since = f", the text being of {day}" if day else ""
    yield f"start: no date of entry into force is read from the text, so the measure has none here{since}"


def _citation(document: Document, m: Measure) -> Iterator[str]:
    yield f"  - title: {json.dumps(printable(document.name)[:LONGEST_TEXT])}"
    if document.published.day:
        yield f"    published: {document.published.day}"
    quote = printable(" ".join(m.span.exact.split()))[:LONGEST_TEXT]
    yield f"    quote: {json.dumps(quote, ensure_ascii=False)}"
