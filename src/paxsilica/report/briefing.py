"""What was read in texts as parts of a page: tables whose words lead to their place, links, drafts, and the texts.

The texts are data: all of them is escaped, none of it becomes an address, a script or a style.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from paxsilica.brief.days import due_status
from paxsilica.brief.drafts import Draft
from paxsilica.brief.export import value_at
from paxsilica.brief.record import Measure, Quantity, Record, Span, Statement, Time
from paxsilica.findings import variables
from paxsilica.questions.question import Answer
from paxsilica.report.annotate import (
    KINDS_OF_MARK,
    People,
    amount,
    changed,
    marks_of,
    names_of,
    pieces,
    when,
)
from paxsilica.report.report import Row, Section, Table

LINKS = ("tension", "altered quote", "same quote", "paraphrase", "same claim")
"""Order of the links on the page; `not independent` is said in sentences above them."""

LETTERS = 80
"""Most letters of a draft's file name."""

STATUSES = ("in force", "enacted", "announced", "proposed", "in question", "ended")
"""Of measures, the nearest to being felt first."""

COLUMNS = {
    "commitments": ("Who", "What", "How firmly", "Due", "Words"),
    "measures": ("Type", "By", "On", "Products", "Rate", "Status", "When", "Reason", "Words"),
    "quantities": ("Amount", "Role", "Of", "When", "Words"),
    "statements": ("Who", "Words", "How", "Medium", "When"),
    "events": ("What", "Status", "Who", "Words"),
    "actors": ("Name", "Kind", "Roles"),
}
FIELDS = {
    "commitments": {"How firmly": "modality"},
    "measures": {"By": "implementers", "On": "targets"},
    "statements": {"Who": "speaker", "How": "kind", "When": "said"},
    "events": {"What": "type", "Who": "actors"},
}
"""Of the columns of a kind of item, those that are not called as the field that they show."""

TIMELINE = {
    "events": ("event", "What", "when"),
    "statements": ("statement", "How", "said"),
    "commitments": ("commitment", "How firmly", "due"),
}
"""By kind what it is called, the column that says how, and the field of its day."""

NAMED = ("who", "speaker", "actors", "implementers", "targets")

BETWEEN = {
    "mean_tariff": "{0}, on goods from {1}",
    "buyer_share": "{0}, bought by {1}",
    "two_way_trade": "{0} and {1}",
    "growth_asked": "from {0} at {1} to {2}",
}
"""By variable how the sides of a number beside the text's are written: two regions, or a level and two days."""


@dataclass(frozen=True)
class Quote:
    """Words of a numbered document; on a page they lead to their place in it."""

    document: int
    span: Span

    def __str__(self) -> str:
        return self.span.exact

    def __html__(self) -> str:
        link = '<a class="quote" href="#d{0}-{1}"><bdi>{2}</bdi></a> <span class="of">[{0}]</span>'
        return Markup(link).format(self.document, self.span.start, self.span.exact)


def every(record: Record, kind: str) -> list[tuple[int, Any]]:
    """The items of a kind, each with the number of its document."""
    return [(n, item) for n, r in enumerate(record.readings, 1) for item in getattr(r, kind)]


def counted(count: int, things: str) -> str:
    """`no quantity`, `1 quantity`, `2 quantities`."""
    return f"{count or 'no'} {things if count > 1 else things.replace('ies', 'ys')[:-1]}"


def measures_of(record: Record) -> list[tuple[int, Measure]]:
    """Measures by status, the higher rate first."""

    def felt(found: tuple[int, Measure]) -> tuple[int, float]:
        _, m = found
        return STATUSES.index(m.status), -(m.rate.value if m.rate else 0)

    return sorted(every(record, "measures"), key=felt)


def rows_of(people: People, kind: str, found: Sequence[tuple[int, Any]]) -> list[dict[str, Any]]:
    """A row for each item of a kind."""
    places = {head: FIELDS.get(kind, {}).get(head, head.lower()) for head in COLUMNS[kind]}
    places |= {"Words": "span"} if "Words" in places else {}
    return [
        {head: _cell(n, item, place, people) for head, place in places.items()} for n, item in found
    ]


def _cell(n: int, item: Any, place: str, people: People) -> Any:
    value = item if place == "amount" else getattr(item, place)
    if place == "span":
        return Quote(n, value)
    if place in NAMED:
        return names_of(people, value if isinstance(value, tuple) else [value])
    if place == "roles":
        held = (
            f"{r.title} ({people.get(r.state, r.state)})" if r.state else r.title for r in value
        )
        return "; ".join(dict.fromkeys(held))
    if isinstance(value, Quantity):
        return amount(value)
    if isinstance(value, Time):
        return when(value)
    return value.exact if isinstance(value, Span) else str(value or "")


def promises(record: Record, people: People, as_of: date | None) -> list[dict[str, Any]]:
    """Commitments as rows, by their last day, those without one last; with their status on a day."""
    found = every(record, "commitments")
    rows = rows_of(people, "commitments", found)
    for row, (n, c) in zip(rows, found, strict=True):
        first, last = value_at(c, "due.first"), value_at(c, "due.last")
        row["Due"] = last or row["Due"] or ("" if as_of else "no date given")
        made = record.readings[n - 1].document.published.day
        row |= {"Status": due_status(as_of, first, last, made)} if as_of else {}
    return sorted(rows, key=lambda row: row["Due"] if isinstance(row["Due"], date) else date.max)


def sections(
    record: Record,
    people: People,
    made: Sequence[Row],
    drafts: Sequence[Draft],
    numbers: Sequence[Row],
) -> list[Section]:
    """All that was read, a table for each kind of it; then links, drafts and the texts themselves."""
    tables: dict[str, Sequence[Row]] = {
        "Documents": _documents(record),
        "Commitments": made,
        "Measures": rows_of(people, "measures", measures_of(record)),
        "Quantities": rows_of(people, "quantities", every(record, "quantities")),
        "Numbers of the texts and of the baseline": numbers,
        "Who said what": _statements(record, people),
        "People and their offices": rows_of(people, "actors", every(record, "actors")),
        "Timeline": _timeline(record, people),
    }
    others = {
        "Links between documents": ("record_links.html.j2", _links(record, people)),
        "Drafts of scenarios": ("record_drafts.html.j2", _drafts(record, drafts)),
        "Texts in full": ("record_texts.html.j2", _texts(record, people)),
    }
    found = []
    for title, rows in tables.items():
        if rows:
            told = [head for head in rows[0] if any(row[head] for row in rows)]
            table = Table(rows, page=told)
            found.append(Section(_anchor(title), f"{title} ({len(rows)})", table=table))
    for title, (template, context) in others.items():
        if any(context.values()):
            found.append(Section(_anchor(title), title, template=template, context=context))
    return found


def _anchor(title: str) -> str:
    return title.split()[0].lower()


def beside(answer: Answer) -> Iterator[Row]:
    """The numbers of the baseline that stand beside one of the texts."""
    for rung, given in enumerate(answer.attachments["counterparts"], 1):
        found = answer.findings.select(rung=str(rung)).rows()
        sides = given["level"] or [answer.names.name(code) for code in given["regions"]]
        between = next(filter(None, (BETWEEN.get(row["variable"]) for row in found)))
        for row in found:
            of = variables()[row["variable"]]
            yield {
                "In the text": given["text"],
                "What": of.head,
                "Of": between.format(*sides),
                "Value": row["value"],
                "Unit": answer.unit(row["variable"]),
                "Source": of.source,
            }


def draft_files(drafts: Sequence[Draft]) -> dict[str, Draft]:
    """Drafts by the names of their files: their own in plain letters, numbered where two are the same."""
    files: dict[str, Draft] = {}
    for draft in drafts:
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", draft.name).strip("-")[:LETTERS] or "draft"
        taken = {name.casefold() for name in files}
        free = (f"{plain}{end}.yaml" for end in ("", *(f"-{n}" for n in range(2, len(files) + 2))))
        files[next(name for name in free if name.casefold() not in taken)] = draft
    return files


def _documents(record: Record) -> list[Row]:
    documents = (r.document for r in record.readings)
    return [
        {
            "Document": f"[{n}] {d.name}",
            "File": d.source,
            "Published": d.published.day or "not known",
            "Known by": f"{d.published.basis}, reliability {d.published.reliability}",
            "Language": d.language,
            "SHA-256": f"{d.sha256[:12]}…",
            "Notes": "; ".join(d.notes),
        }
        for n, d in enumerate(documents, 1)
    ]


def _statements(record: Record, people: People) -> list[dict[str, Any]]:
    found = every(record, "statements")
    speakers = {(n, s.id): s.speaker for n, s in found}
    rows = rows_of(people, "statements", found)
    for row, (n, s) in zip(rows, found, strict=True):
        if (n, s.nested_in) in speakers:
            row["How"] += f", as told by {names_of(people, [speakers[n, s.nested_in]])}"
    return rows


def _timeline(record: Record, people: People) -> list[Row]:
    """What has a day, by day, then the events that have none."""
    lines: list[tuple[date, Row]] = []
    for kind, (called, how, at) in TIMELINE.items():
        found = every(record, kind)
        for row, (_, item) in zip(rows_of(people, kind, found), found, strict=True):
            time = getattr(item, at)
            day = (time.first or time.last) if time else None
            what = ", ".join(filter(None, (row[how].lower(), row.get("Status"))))
            line = {"When": when(time), "What": f"{called}: {what}", "Who": row["Who"]}
            if day or kind == "events":
                lines.append((day or date.max, {**line, "Words": row["Words"]}))
    return [line for _, line in sorted(lines, key=lambda found: found[0])]


def _links(record: Record, people: People) -> dict[str, Any]:
    """Links as pairs of wordings, and a sentence for every two documents that are not independent."""
    numbers = {r.document.sha256: n for n, r in enumerate(record.readings, 1)}
    items = {
        record.readings[n - 1].item(item.id): item
        for kind in ("statements", "measures", "commitments", "events")
        for n, item in every(record, kind)
    }
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    links: dict[str, list[dict[str, Any]]] = {kind: [] for kind in LINKS}
    for link in record.links:
        ends = [(numbers.get(end.partition("#")[0], 0), items.get(end)) for end in (link.a, link.b)]
        if link.kind == "not independent":
            pair = " and ".join(sorted(str(number or "?") for number, _ in ends))
            reasons[pair] += filter(None, [link.why])
            continue
        before, after = (item.span.exact if item else "" for _, item in ends)
        cut = changed(before, after, link.changes)
        sides = [
            {
                "document": number,
                "span": item and item.span,
                "who": names_of(people, [item.speaker]) if isinstance(item, Statement) else "",
                "pieces": found,
            }
            for (number, item), found in zip(ends, cut, strict=True)
        ]
        links[link.kind].append({"sides": sides, "changes": link.changes, "why": link.why})
    return {
        "dependent": [
            f"Documents {pair} are not independent{': ' if why else ''}{'; '.join(why)}."
            for pair, why in reasons.items()
        ],
        "links": [(kind, pairs) for kind, pairs in links.items() if pairs],
    }


def _drafts(record: Record, drafts: Sequence[Draft]) -> dict[str, Any]:
    words = {record.readings[n - 1].item(m.id): Quote(n, m.span) for n, m in measures_of(record)}
    return {
        "drafts": [
            (name, draft, [words[key] for key in draft.measures if key in words])
            for name, draft in draft_files(drafts).items()
        ]
    }


def _texts(record: Record, people: People) -> dict[str, Any]:
    """The documents cut into pieces, and which kinds of marks are on them."""
    cut = [pieces(r.document.text, list(marks_of(r, people))) for r in record.readings]
    used = {kind for found in cut for piece in found for kind in piece.kinds}
    return {
        "documents": [(r.document, found) for r, found in zip(record.readings, cut, strict=True)],
        "legend": [kind for kind in KINDS_OF_MARK if kind in used],
    }
