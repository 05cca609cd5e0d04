"""Scenario drafts: what a text says of a tariff or a ban, written as a scenario file, every assumption spelled out.

A draft computes nothing. Only a measure that needs no person and that the baseline can hold is drafted (`frames.gate`).
What the text leaves open (total or additional, since when) is filled by the assumption named beside it, for a person to
confirm or change before the draft is run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from textwrap import shorten

from paxsilica.brief.frames.gate import DRAFTED, EVERY_COUNTRY, TRADE_REMEDIES
from paxsilica.brief.record import Document, Frozen, Measure, Record
from paxsilica.files import printable
from paxsilica.names import Names, joined
from paxsilica.names.places import packaged_groups
from paxsilica.policy import parse_scenario
from paxsilica.policy.values import LONGEST_TEXT, LONGEST_TITLE

FLOW_SIDES = {
    "tariff": ("importer", "exporter"),
    "export_ban": ("exporter", "importer"),
    "import_ban": ("importer", "exporter"),
}
"""By kind of a draft on which side of a flow the acting and the affected state stand."""

ONE_ACT = 6
"""So many measures of one state that differ in partner and rate alone stand in one file: a table of rates."""

Use = tuple[Document, Measure]


class Draft(Frozen):
    """A scenario file in waiting; `assumptions` are what its YAML `text` chooses and the document does not state."""

    name: str
    title: str
    text: str
    assumptions: tuple[str, ...]
    measures: tuple[str, ...]  # sha256#id of what it rests on


def drafts_of(record: Record) -> tuple[Draft, ...]:
    """One draft for each tariff with a rate, or ban, that stands; the same one in several texts once."""
    found: dict[tuple[object, ...], list[Use]] = {}
    for reading in record.readings:
        for m in reading.measures:
            if m.type in DRAFTED and not (m.needs or m.lacks):
                found.setdefault(_same(m), []).append((reading.document, m))
    kept = {key: uses for key, uses in found.items() if not _named_elsewhere(key, found)}
    acts: dict[tuple[object, ...], list[list[Use]]] = {}
    for uses in kept.values():
        document, m = uses[0]
        act = (document.sha256, m.type, m.implementers, m.op, m.codes, m.sectors, m.starts, m.ends)
        acts.setdefault(act, []).append(uses)
    drafts: list[Draft] = []
    names: dict[str, int] = {}
    for group in acts.values():
        for together in [group] if len(group) >= ONE_ACT else [[uses] for uses in group]:
            draft = _draft(together)
            names[draft.name] = names.get(draft.name, 0) + 1
            again = names[draft.name]
            drafts.append(
                draft.model_copy(update={"name": f"{draft.name}-{again}"}) if again > 1 else draft
            )
    order = {use[1].id: n for n, uses in enumerate(kept.values()) for use in uses[:1]}
    return tuple(sorted(drafts, key=lambda d: order[d.measures[0].rpartition("#")[2]]))


def _same(m: Measure) -> tuple[object, ...]:
    """What makes two mentions one measure."""
    rate = m.rate.value if m.rate else None
    return (m.type, m.implementers, m.targets, rate, m.op, m.codes, m.sectors, m.excepted)


def _named_elsewhere(key: tuple[object, ...], found: dict[tuple[object, ...], list[Use]]) -> bool:
    """Whether a measure on all goods is elsewhere told with the goods that it is on."""
    goods = key[5:7] != ((), ())
    return not goods and any(
        other[:5] == key[:5] and other != key and other[5:7] != ((), ()) for other in found
    )


def _draft(group: Sequence[list[Use]]) -> Draft:
    document, m = group[0][0]
    uses = [use for same in group for use in same]
    assumptions = list(
        dict.fromkeys(a for same in group for a in _assumptions(same[0][1], document))
    )
    title = (
        _title(m)
        if len(group) == 1
        else f"Tariffs of {_places_said(m.implementers)} on {len(group)} partners"
    )
    lines = [
        "# Drafted from a text, not checked by a person. What it assumes:",
        *(f"# - {a}" for a in assumptions),
        "schema: paxsilica/scenario@1",
        f"title: {json.dumps(shorten(title, LONGEST_TITLE), ensure_ascii=False)}",
        "source:",
        *(line for d, use in uses[:20] for line in _citation(d, use)),
        "baseline: icio2022",
        "measures:",
        *(
            line
            for n, same in enumerate(group, 1)
            for line in _measure_rows(same[0][1], document, n if len(group) > 1 else 0)
        ),
        "assumptions: {horizon: long_run, deficits: fixed_share, revenue: lump_sum}",
        "not_modelled:",
        "  - exemptions and product lists that the text does not name",
        "  - any answer by the states that are hit",
    ]
    text = "\n".join(lines) + "\n"
    targets = m.targets if len(group) == 1 else (f"{len(group)}-partners",)
    name = (
        "-".join([m.type.lower().replace(" ", "-"), *m.implementers, *targets])
        .lower()
        .replace("*", "world")
    )
    parse_scenario(text, name)
    return Draft(
        name=name,
        title=title,
        text=text,
        assumptions=tuple(assumptions),
        measures=tuple(f"{d.sha256}#{use.id}" for d, use in uses),
    )


def _places_said(codes: Sequence[str]) -> str:
    groups = packaged_groups()["regions"]
    return joined(
        "every country"
        if code == EVERY_COUNTRY
        else str(groups[code].get("said", code))
        if code in groups
        else Names().say_region(code)
        for code in codes
    )


def _title(m: Measure) -> str:
    what = m.type
    if m.rate:
        name = {
            "Anti-dumping": "Anti-dumping duty",
            "Anti-subsidy": "Countervailing duty",
            "Safeguard": "Safeguard duty",
        }
        more = (
            "Additional tariff"
            if m.op == "add"
            else "Minimum tariff"
            if m.op == "at_least"
            else "Tariff"
        )
        what = f"{name.get(m.type, more)} of {m.rate.value:g} %"
    goods = f": {m.products}" if m.products else ""
    return f"{what} of {_places_said(m.implementers)} on {_places_said(m.targets)}{goods}"


def _measure_rows(m: Measure, document: Document, number: int) -> Iterator[str]:
    """The lines of a measure: one for its codes, one for its sectors."""
    kind = DRAFTED[m.type]
    mine, other = FLOW_SIDES[kind]
    flow = f"{mine}: [{', '.join(m.implementers)}]"
    left_out = list(m.excepted)
    if EVERY_COUNTRY in m.targets:
        left_out += [code for code in m.implementers if code in packaged_groups()["regions"]]
    else:
        flow += f", {other}: [{', '.join(m.targets)}]"
    goods = [f"product: [{', '.join(f'HS {c}' for c in m.codes)}]"] if m.codes else []
    goods += [f"sector: [{', '.join(m.sectors)}]"] if m.sectors else []
    start = m.starts or (None if m.anchor else document.published.day)
    ends = [f"from: {start}"] if start else []
    ends += [f"until: {m.ends}"] if m.ends and (start is None or m.ends >= start) else []
    excepted = (
        f"except: [{', '.join(f'HS {c}' if c.isdigit() else c for c in left_out)}]"
        if left_out
        else ""
    )
    level = f"op: {_op(m)}, rate: {m.rate.value:g}%" if m.rate and kind == "tariff" else ""
    for n, named in enumerate(goods or ["sector: [goods]"]):
        id_ = "from-text" + (f"-{number}" if number else "") + ("-sectors" if n else "")
        parts = [f"id: {id_}", f"kind: {kind}", flow, named, excepted, level, *ends]
        yield f"  - {{{', '.join(filter(None, parts))}}}"


def _op(m: Measure) -> str:
    """A trade remedy comes on top of the tariff."""
    return "add" if m.type in TRADE_REMEDIES else m.op or "set"


def _assumptions(m: Measure, document: Document) -> Iterator[str]:
    if not m.products:
        yield "products: every good, because the text names none; services pay no tariff"
    elif m.codes:
        yield f"products: {m.products!r} are taken as HS {', '.join(m.codes)}"
    else:
        yield f"products: {m.products!r} are taken as all that the sector {', '.join(m.sectors)} makes"
    if m.standing != "in force":
        yield f"status: the text says {m.standing}; the draft takes it as in force"
    if m.rate and m.type in TRADE_REMEDIES:
        yield "level: the duty comes on top of the baseline's tariff (`op: add`), for every maker alike"
    elif m.rate and m.op == "add":
        yield f"level: {m.rate.value:g} points come on top of the baseline's tariff (`op: add`), since the text says so"
    elif m.rate and m.op == "at_least":
        yield f"level: the tariff is {m.rate.value:g} % where it is lower (`op: at_least`)"
    elif m.rate:
        yield (
            f"level: the {m.rate.value:g} % are the total tariff and replace the baseline's (`op: set`); "
            "write `op: add` if they come on top"
        )
    if m.rate:
        yield "baseline tariff: that of the packaged economy, see `pax show economy`; it differs by product and partner"
    day = document.published.day
    if m.starts:
        return
    if m.anchor:
        yield f"start: the text counts it ({m.anchor!r}) and names no day, so the measure has none here"
    elif day:
        yield f"start: no date of entry into force is read from the text, so it is the day of the text, {day}"
    else:
        yield "start: no date of entry into force is read from the text, so the measure has none here"


def _citation(document: Document, m: Measure) -> Iterator[str]:
    yield f"  - title: {json.dumps(printable(document.name)[:LONGEST_TEXT])}"
    if document.published.day:
        yield f"    published: {document.published.day}"
    quote = printable(" ".join(m.span.exact.split()))[:LONGEST_TEXT]
    yield f"    quote: {json.dumps(quote, ensure_ascii=False)}"
