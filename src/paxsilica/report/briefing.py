"""What was read in texts as parts of a page: tables whose words lead to their place, links, drafts, and the texts.

The texts are data: all of them is escaped, none of it becomes an address, a script or a style.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from paxsilica.brief.consent import waits_for
from paxsilica.brief.days import due_status
from paxsilica.brief.drafts import Draft, title_of
from paxsilica.brief.export import value_at
from paxsilica.brief.record import (
    Commitment,
    Document,
    Link,
    Measure,
    Quantity,
    Reading,
    Record,
    Span,
    Time,
)
from paxsilica.findings import variables
from paxsilica.questions.question import Answer
from paxsilica.report.annotate import (
    MARKS_OF,
    Mark,
    People,
    Piece,
    amount,
    changed,
    names_of,
    pieces,
    when,
)
from paxsilica.report.report import Row, Section, Table

LINKS = (
    "not independent",
    "tension",
    "altered quote",
    "same quote",
    "paraphrase",
    "same claim",
)
"""Order of the links on the page."""

FROM_DAY = "from "
"""Before the first day of what has no last one."""

LETTERS = 80
"""Most letters of a draft's file name."""

STATUSES = ("in force", "enacted", "announced", "proposed", "in question", "ended")
"""Of measures, the nearest to being felt first."""

COLUMNS = {
    "commitments": "Who|What|How firmly=modality|Amount|Quantity|Years|Due|Read by=model|To settle=needs|Words=span",
    "measures": "Type|By=implementers|On=targets|Products|Rate|Status|When|Reason|Not drafted=needs|Read by=model"
    "|Words=span",
    "quantities": "Amount=|Role|Of|When|Words=span",
    "statements": "Who=speaker|How=kind|Said=polarity|Medium|When=said|Words=span",
    "events": "What=type|Status|Who=actors|When|Words=span",
    "times": "Kind|Value|When=",
    "actors": "Name|Kind|Roles",
}
"""By kind of item the columns of its table, with the field that each shows where that has another name."""

CAST = ("who", "speaker", "actors", "implementers", "targets")
"""Fields that hold ids of people or countries."""

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


def measure_rows(record: Record) -> list[tuple[int, Measure]]:
    """Measures by status, the higher rate first."""
    return sorted(
        every(record, "measures"),
        key=lambda m: (STATUSES.index(m[1].status), -(value_at(m[1], "rate.value") or 0)),
    )


def item_rows(people: People, kind: str, found: Sequence[tuple[int, Any]]) -> list[dict[str, Any]]:
    """A row for each item of a kind."""
    named = (column.partition("=") for column in COLUMNS[kind].split("|"))
    places = [(head, place if is_ else head.lower()) for head, is_, place in named]
    return [
        {head: _quote_cell(n, item, place, people) for head, place in places} for n, item in found
    ]


def _quote_cell(n: int, item: Any, place: str, people: People) -> Any:
    if place in getattr(item, "suggested", ()):
        settled = item.model_copy(update={"suggested": ()})
        return f"perhaps {_quote_cell(n, settled, place, people)}"
    value = getattr(item, place) if place else item
    if place == "span":
        return Quote(n, value)
    if place in CAST:
        return names_of(people, value if isinstance(value, tuple) else [value])
    if place == "roles":
        return "; ".join(
            r.title + (f" ({people.get(r.state, r.state)})" if r.state else "") for r in value
        )
    if place == "needs":
        return "; ".join((*item.needs, *getattr(item, "lacks", ())))
    if place == "model":
        return read_by(item)
    if isinstance(value, Quantity):
        return amount(value)
    if isinstance(value, Time):
        told = isinstance(item, Measure) and value.first == value.last == value.anchor
        return "as of the text, " * told + when(value)
    return value.exact if isinstance(value, Span) else str(value or "")


def read_by(item: Measure | Commitment) -> str:
    """`the model small, confirmed by nobody`; nothing of what the rules read and nobody confirmed."""
    by = f"confirmed by {item.confirmed or 'nobody'}"
    if item.model:
        return f"the model {item.model.name} on {item.model.day}, {by}"
    return by if item.confirmed else ""


def to_settle(record: Record) -> list[tuple[int, str, str, Measure | Commitment]]:
    """What needs a person's yes: its document's number, what it is in words, why, and the item."""
    found = []
    for n, item in (*measure_rows(record), *every(record, "commitments")):
        if why := waits_for(item):
            said = title_of(item) if isinstance(item, Measure) else item.what
            found.append((n, said, "; ".join(why), item))
    return found


def _person_rows(record: Record) -> Iterator[Row]:
    for n, said, why, item in to_settle(record):
        yield {
            "What": said,
            "Why": why,
            "Read by": read_by(item) or "the rules",
            "Say yes to": f"{record.readings[n - 1].document.sha256[:12]}#{item.id}",
            "Words": Quote(n, item.span),
        }


def promise_rows(record: Record, people: People, as_of: date | None) -> list[dict[str, Any]]:
    """Commitments as rows, by their last day or the first of what begins then, those without one last; with their status
    on a day."""
    found = every(record, "commitments")
    rows = item_rows(people, "commitments", found)
    for row, (n, c) in zip(rows, found, strict=True):
        first, last = value_at(c, "due.first"), value_at(c, "due.last")
        begins = f"{FROM_DAY}{first}" if first and not last else ""
        row["Due"] = last or begins or row["Due"] or ("" if as_of else "no date given")
        made = record.readings[n - 1].document.published.day
        row |= {"Status": due_status(as_of, first, last, made)} if as_of else {}
    return sorted(rows, key=lambda row: day_in(row) or date.max)


def day_in(row: Mapping[str, Any]) -> date | None:
    """The last day of a row of commitments, or the first one of what begins then; None where it has no day."""
    due = row["Due"]
    if isinstance(due, date):
        return due
    return date.fromisoformat(due.removeprefix(FROM_DAY)) if due.startswith(FROM_DAY) else None


def day_said(row: Mapping[str, Any]) -> str:
    """`by 2026-02-28`, `from 2025-08-27`; nothing where it has no day."""
    due = row["Due"]
    return f"by {due}" if isinstance(due, date) else due if due.startswith(FROM_DAY) else ""


def sections(
    record: Record,
    people: People,
    made: Sequence[Row],
    drafts: Sequence[Draft],
    numbers: Sequence[Row],
) -> list[Section]:
    """All that was read, a table for each kind of it; then links, drafts and the texts themselves."""
    held: dict[str, Sequence[Any]] = {
        "Documents": _documents(record),
        "Commitments": made,
        "Measures": item_rows(people, "measures", measure_rows(record)),
        "Needs a person": list(_person_rows(record)),
        "Quantities": item_rows(people, "quantities", every(record, "quantities")),
        "Numbers of the texts and of the baseline": numbers,
        "Who said what": _statements(record, people),
        "People and their offices": item_rows(people, "actors", every(record, "actors")),
        "Timeline": _timeline(record, people, made),
        "Links between documents": _links(record),
        "Drafts of scenarios": _drafts(record, drafts),
        "Texts in full": _texts(record, people),
    }
    found = []
    for title, rows in held.items():
        name = title.split()[0].lower()
        if rows and name in ("links", "drafts", "texts"):
            context, template = {"held": rows, "people": people}, f"record_{name}.html.j2"
            found.append(Section(name, title, template=template, context=context))
        elif rows:
            told = [head for head in rows[0] if any(row[head] for row in rows)]
            found.append(Section(name, f"{title} ({len(rows)})", table=Table(rows, page=told)))
    return found


def counterpart_rows(answer: Answer) -> Iterator[Row]:
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
        name, at, taken = f"{plain}.yaml", 1, {file.casefold() for file in files}
        while name.casefold() in taken:
            at += 1
            name = f"{plain}-{at}.yaml"
        files[name] = draft
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
    rows = item_rows(people, "statements", found)
    for row, (n, s) in zip(rows, found, strict=True):
        if (n, s.nested_in) in speakers:
            row["How"] += f", as told by {names_of(people, [speakers[n, s.nested_in]])}"
    return rows


def _timeline(record: Record, people: People, made: Sequence[Row]) -> list[Row]:
    """What has a day, by day, then the events that have none."""
    told = {
        "event": ("Status", "When", item_rows(people, "events", every(record, "events"))),
        "statement": ("How", "When", _statements(record, people)),
        "commitment": ("How firmly", "Due", made),
    }
    lines: list[tuple[str, Row]] = []
    for called, (how, at, rows) in told.items():
        for row in rows:
            day = re.search(r"\d{4}-\d\d-\d\d", str(row[at]))
            line = {"When": row[at], "What": f"{called}, {row[how]}", "Who": row["Who"]}
            if day or called == "event":
                lines.append((day[0] if day else "undated", {**line, "Words": row["Words"]}))
    return [line for _, line in sorted(lines, key=lambda found: found[0])]


def _links(record: Record) -> list[tuple[Link, list[tuple[int, Any, list[Piece]]]]]:
    """Links, each with its two ends: number of the document, item, and its words in pieces."""
    ends: dict[str, tuple[int, Any]] = {
        r.document.sha256: (n, None) for n, r in enumerate(record.readings, 1)
    }
    for kind in ("statements", "measures", "commitments", "events"):
        ends |= {record.readings[n - 1].item(x.id): (n, x) for n, x in every(record, kind)}
    links = []
    for link in sorted(record.links, key=lambda link: LINKS.index(link.kind)):
        sides = [ends.get(end, (0, None)) for end in (link.a, link.b)]
        before, after = (item.span.exact if item else "" for _, item in sides)
        cut = changed(before, after, link.changes)
        links.append((link, [(*side, found) for side, found in zip(sides, cut, strict=True)]))
    return links


def _drafts(record: Record, drafts: Sequence[Draft]) -> list[tuple[str, Draft, list[Quote]]]:
    """Drafts, each with its file and the words that it rests on."""
    words = {record.readings[n - 1].item(m.id): Quote(n, m.span) for n, m in measure_rows(record)}
    return [
        (name, draft, [words[key] for key in draft.measures if key in words])
        for name, draft in draft_files(drafts).items()
    ]


def _texts(record: Record, people: People) -> list[tuple[Document, list[Piece]]]:
    """The documents cut into pieces at the marks of what was found in them."""
    return [
        (r.document, pieces(r.document.text, list(marks_of(r, people)))) for r in record.readings
    ]


def marks_of(r: Reading, people: People) -> Iterator[Mark]:
    """Everything that is marked in a document's text, and what its tooltip says: its row, and on what basis."""
    basis: defaultdict[str, str] = defaultdict(str)
    for a in r.assertions:
        value = "not known" if a.value is None else a.value
        basis[a.subject] += f"\n  {a.property}: {value} ({a.basis})"
    for mask in r.document.masks:
        yield Mark(mask.start, mask.end, "masked", f"not the article: {mask.why}")
    for kind, called in MARKS_OF.items():
        found = [(0, item) for item in getattr(r, kind)]
        for row, (_, item) in zip(item_rows(people, kind, found), found, strict=True):
            said = [called, *(cell for cell in row.values() if cell and isinstance(cell, str))]
            key = getattr(item, "id", f"{called}-{item.span.start}")
            yield Mark(item.span.start, item.span.end, called, "; ".join(said) + basis[key])
