"""Scenario drafts: what a text says of a measure on trade, written as a scenario file, every assumption spelled out.

A draft computes nothing. Only a measure that needs no person and that the baseline can hold is drafted (`frames.gate`,
`rows`). What the text leaves open (total or additional, since when) is filled by the assumption named beside it, for a
person to confirm or change before the draft is run. Duties of the United States stand on the law of the day before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from textwrap import shorten

from paxsilica.about import BASELINE
from paxsilica.brief.frames.gate import EVERY_COUNTRY, TRADE_REMEDIES, with_members
from paxsilica.brief.record import Document, Frozen, Measure, Record
from paxsilica.brief.rows import (
    FLOW_SIDES,
    draft_kind,
    flow_style,
    scenario_rows,
    start_of,
    with_needs,
    written,
)
from paxsilica.files import printable
from paxsilica.horizon import LONG_RUN, Horizon
from paxsilica.names import Names, joined
from paxsilica.names.places import group_inside, packaged_groups
from paxsilica.policy import parse_scenario
from paxsilica.policy.law import known
from paxsilica.policy.values import LONGEST_TEXT, LONGEST_TITLE

HAS_LAW = "USA"
"""Whose duties are packaged by day."""

ONE_ACT = 6
"""So many measures of one state that differ in partner and rate alone stand in one file: a table of rates."""

REMEDY_TITLES = {
    "Anti-dumping": "Anti-dumping duty",
    "Anti-subsidy": "Countervailing duty",
    "Safeguard": "Safeguard duty",
}
"""By type of a measure how the title of its draft begins."""

TARIFF_TITLES = {"add": "Additional tariff", "at_least": "Minimum tariff"}
"""The same by what the rate of a tariff does; "Tariff" where it is set."""

Use = tuple[Document, Measure]


class Draft(Frozen):
    """A scenario file in waiting; `assumptions` are what its YAML `text` chooses and the document does not state."""

    name: str
    title: str
    text: str
    assumptions: tuple[str, ...]
    measures: tuple[str, ...]  # sha256#id of what it rests on


def drafts_of(
    record: Record, horizon: Horizon = LONG_RUN, elasticities: str | None = None
) -> tuple[Draft, ...]:
    """One draft for each measure that stands and of which all is known; the same one in several texts once."""
    assumed = {"horizon": horizon.key, "deficits": "fixed_share", "revenue": "lump_sum"}
    assumed |= {"elasticities": elasticities} if elasticities else {}
    found: dict[tuple[object, ...], list[Use]] = {}
    for reading in record.readings:
        for kept_as in reading.measures:
            m = with_needs(kept_as, reading.document.published.day)
            if draft_kind(m) and not (m.needs or m.lacks):
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
            draft = _draft(together, assumed)
            names[draft.name] = names.get(draft.name, 0) + 1
            again = names[draft.name]
            drafts.append(
                draft.model_copy(update={"name": f"{draft.name}-{again}"}) if again > 1 else draft
            )
    order = {use[1].id: n for n, uses in enumerate(kept.values()) for use in uses[:1]}
    return tuple(sorted(drafts, key=lambda d: order[d.measures[0].rpartition("#")[2]]))


def _same(m: Measure) -> tuple[object, ...]:
    """What makes two mentions one measure."""
    amounts = (m.rate, m.amount, *(term.amount for term in m.terms))
    levels = tuple(q and (q.value, q.unit) for q in amounts)
    return (m.type, m.implementers, m.targets, levels, m.op, m.codes, m.sectors, m.excepted)


def _named_elsewhere(key: tuple[object, ...], found: dict[tuple[object, ...], list[Use]]) -> bool:
    """Whether a measure on all goods is elsewhere told with the goods that it is on."""
    goods = key[5:7] != ((), ())
    return not goods and any(
        other[:5] == key[:5] and other != key and other[5:7] != ((), ()) for other in found
    )


def _draft(group: Sequence[list[Use]], assumed: Mapping[str, str]) -> Draft:
    document, m = group[0][0]
    uses = [use for same in group for use in same]
    hit = tuple(dict.fromkeys(code for same in group for code in same[0][1].targets))
    base, on_base = _stood_before(m.model_copy(update={"targets": hit}), document.published.day)
    as_of = start_of(m, None) or document.published.day
    as_of = None if as_of and m.ends and m.ends < as_of else as_of
    assumptions = dict.fromkeys(a for same in group for a in _assumptions(same[0][1], document))
    assumptions |= {on_base: None}
    title = (
        title_of(m)
        if len(group) == 1
        else f"Tariffs of {_places_said(m.implementers)} on {len(group)} partners"
    )
    ids = [f"from-text{f'-{n}' if len(group) > 1 else ''}" for n in range(1, len(group) + 1)]
    rows = (
        row
        for id, same in zip(ids, group, strict=True)
        for row in scenario_rows(same[0][1], document.published.day, id)
    )
    lines = [
        "# Drafted from a text, not checked by a person. What it assumes:",
        *(f"# - {a}" for a in assumptions),
        "schema: paxsilica/scenario@1",
        f"title: {json.dumps(shorten(title, LONGEST_TITLE), ensure_ascii=False)}",
        "source:",
        *(line for d, use in uses[:20] for line in _citation(d, use)),
        f"baseline: {BASELINE}",
        *([f"base: {base}"] if base else []),
        "measures:",
        *(f"  - {flow_style(row)}" for row in rows),
        *([f"as_of: {as_of}"] if as_of else []),
        f"assumptions: {flow_style(assumed)}",
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


def _stood_before(m: Measure, day: date | None) -> tuple[str, str]:
    """The policy that stood before a measure of a text of a day, nothing where the baseline's own tariffs did; and why."""
    buying = [field for field in ("importer", "by", "target") if field in FLOW_SIDES[draft_kind(m)]]
    buyers = [
        code
        for side, codes in zip(FLOW_SIDES[draft_kind(m)], (m.implementers, m.targets), strict=True)
        if side in buying
        for code in codes
    ]
    said = _places_said(buyers or [EVERY_COUNTRY])
    members = {member for code in buyers for member in with_members(code)}
    instead = "the tariffs of the baseline itself stood before, see `pax show economy`"
    if HAS_LAW not in members:
        return "", f"base: no law of a day is packaged for the tariffs of {said}; {instead}"
    before = m.starts - timedelta(days=1) if m.starts else None
    stood = min(filter(None, (before, day)), default=None)
    first, last = known()
    if stood is None or not first <= stood <= last:
        of = f"of {stood} is not packaged ({first} to {last})" if stood else "needs a day"
        return "", f"base: the US law {of}; {instead}"
    if before is None:
        why = "the day of the text, since no start is read: if the measure was in force already, that law holds it"
    elif stood == before:
        why = "the day before the start"
    else:
        why = "the day of the text, before the start"
    rest = "; all others have the baseline's tariffs" if members != {HAS_LAW} else ""
    return f"policy:us-law@{stood}", f"base: the US law of {stood} stood before, {why}{rest}"


def _places_said(codes: Sequence[str]) -> str:
    groups = packaged_groups()["regions"]
    return joined(
        "every country"
        if code == EVERY_COUNTRY
        else group_inside(code)
        if code in groups
        else Names().say_region(code)
        for code in codes
    )


def title_of(m: Measure) -> str:
    """A measure in words: `Tariff of 25 % of the United States on India: steel`."""
    what = m.type
    if m.rate and draft_kind(m) == "tariff":
        what = REMEDY_TITLES.get(m.type) or TARIFF_TITLES.get(m.op, "Tariff")
    size = m.rate or m.amount
    what += f" of {written(size).replace('%', ' %')}" if size else ""
    sides = {"of": m.implementers, "on": m.targets or (EVERY_COUNTRY,) * (not m.needs)}
    said = [what, *(f"{word} {_places_said(side)}" for word, side in sides.items() if side)]
    return " ".join(said) + (f": {m.products}" if m.products else "")


def _assumptions(m: Measure, document: Document) -> Iterator[str]:
    if m.model:
        yes = f"the model {m.model.name} read it, and {m.confirmed} said yes"
        yield printable(f"reading: {yes}; the rules did not read it so")
    if not m.products:
        yield "products: every good, because the text names none; services stay as they are"
    elif m.codes:
        yield f"products: {m.products!r} are taken as HS {', '.join(m.codes)}"
    else:
        yield f"products: {m.products!r} are taken as all that the sector {', '.join(m.sectors)} makes"
    if not m.targets:
        yield f"partners: every country, because the text names none and an {m.type.lower()} rarely tells buyers apart"
    if m.standing != "in force":
        yield f"status: the text says {m.standing}; the draft takes it as in force"
    yield from _level_assumed(m)
    for own in (term.amount for term in m.terms if term.field == "except"):
        whose = joined(f"HS {c}" if c.isdigit() else Names().say(c) for c in m.excepted)
        yield f"exceptions: {written(own).replace('%', ' %')} for {whose}, in place of the rate and not of what stood"
    day = document.published.day
    if m.starts:
        return
    if m.anchor:
        yield f"start: the text counts it ({m.anchor!r}) and names no day, so the measure has none here"
    elif day:
        yield f"start: no date of entry into force is read from the text, so it is the day of the text, {day}"
    else:
        yield "start: no date of entry into force is read from the text, so the measure has none here"


def _level_assumed(m: Measure) -> Iterator[str]:
    what = "export tax" if draft_kind(m) == "export_tax" else "tariff"
    rate = written(m.rate).replace("%", " %")
    share = next((written(t.amount) for t in m.terms if t.field == "share"), "")
    if share:
        does = "are refused" if draft_kind(m) == "export_control" else "may not go"
        yield f"level: {share} {does}, taken as so much of the range of products (`share`)"
    elif draft_kind(m) == "tariff_quota" and m.op == "set":
        yield "level: the duties within and beyond the quota replace the tariff that stood (`op: set`)"
    elif draft_kind(m) == "embargo":
        yield "direction: both ways (`direction: both`), because the text names no goods"
    elif m.rate is None:
        return
    elif m.type in TRADE_REMEDIES:
        yield "level: the duty comes on top of the tariff that stood (`op: add`), for every maker alike"
    elif m.op == "add":
        points = rate.removesuffix(" %")
        yield f"level: {points} points come on top of the {what} that stood (`op: add`), since the text says so"
    elif m.op == "at_least":
        yield f"level: the {what} is {rate} where it was lower (`op: at_least`)"
    else:
        yield (
            f"level: the {rate} are the total {what} and replace the one that stood (`op: set`); "
            "write `op: add` if they come on top"
        )


def _citation(document: Document, m: Measure) -> Iterator[str]:
    yield f"  - title: {json.dumps(printable(document.name)[:LONGEST_TEXT])}"
    if document.published.day:
        yield f"    published: {document.published.day}"
    quote = printable(" ".join(m.span.exact.split()))[:LONGEST_TEXT]
    yield f"    quote: {json.dumps(quote, ensure_ascii=False)}"
