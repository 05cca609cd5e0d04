"""`briefing.html`: what a record's documents say, who said it, and where it stands in their texts.

One file that asks the network for nothing, as the report of a run is. The texts are data: all of them is escaped, none
of it becomes an address, a script or a style.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paxsilica.brief.days import due_status
from paxsilica.brief.record import Statement
from paxsilica.errors import InputError
from paxsilica.report.folder import check_folder, filled
from paxsilica.report.html import render
from paxsilica.report.marked import (
    KINDS,
    People,
    amount,
    changed,
    marks_of,
    name_of,
    names_of,
    people_of,
    pieces,
    when,
)

if TYPE_CHECKING:
    from datetime import date

    from paxsilica.brief.drafts import Draft
    from paxsilica.brief.record import (
        Commitment,
        Event,
        Link,
        Measure,
        Record,
        Span,
    )

    Item = Statement | Measure | Commitment | Event

LINKS = ("tension", "altered quote", "same quote", "paraphrase", "same claim")
"""Order of the links on the page; `not independent` is said in sentences above them."""

LETTERS = 80
"""Most letters of a draft's file name."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table. With `at`, an element's id, it is words of document number `document` found there."""

    text: str
    at: str = ""
    document: int = 0
    strong: bool = False


Row = Sequence[Cell | str]


def briefing_page(
    record: Record,
    drafts: Sequence[Draft] = (),
    as_of: date | None = None,
    numbers: Sequence[Mapping[str, str]] = (),
) -> str:
    """The page of a record as HTML.

    Args:
        as_of: the day on which commitments are due or overdue; without it they have no status.
        numbers: rows `text`, `what`, `baseline`, `source`: a text's number beside the baseline's.
    """
    people = people_of(record)
    return render(
        "briefing.html.j2",
        {
            **_documents(record, people),
            **_tables(record, people, as_of),
            **_links(record, people),
            "as_of": as_of.isoformat() if as_of else "",
            "numbers": [
                [row.get(name, "") for name in ("text", "what", "baseline", "source")]
                for row in numbers
            ],
            "drafts": _drafts(record, drafts),
        },
        styles=("report.css", "briefing.css"),
        script="briefing.js",
    )


def write_briefing(
    record: Record,
    drafts: Sequence[Draft],
    folder: str | Path,
    as_of: date | None = None,
    numbers: Sequence[Mapping[str, str]] = (),
) -> Path:
    """Write `briefing.html`, `record.json` and a scenario file for each draft, all or nothing; return the page's path.

    An earlier briefing in the same place is replaced, unless one of its scenario files is not what would be written:
    somebody may have worked on it.

    Raises:
        InputError: the folder is a file, holds anything but an earlier briefing, or cannot be written.
    """
    texts = {
        f"{stem}.yaml": draft.text for stem, draft in zip(file_stems(drafts), drafts, strict=True)
    }
    texts["briefing.html"] = briefing_page(record, drafts, as_of, numbers)
    texts["record.json"] = record.model_dump_json(indent=2) + "\n"
    target = _checked(folder, texts)
    with filled(target, folder) as partial:
        for name, text in texts.items():
            (partial / name).write_text(text, encoding="utf-8")
    return Path(folder) / "briefing.html"


def file_stems(drafts: Sequence[Draft]) -> list[str]:
    """A file name, without its ending, for each draft: its name in plain letters, numbered where two are the same."""
    stems: list[str] = []
    for draft in drafts:
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", draft.name).strip("-")[:LETTERS] or "draft"
        same = [f"{plain}-{n}" for n in range(2, len(stems) + 2)]
        stems.append(
            next(
                stem
                for stem in (plain, *same)
                if stem.casefold() not in {s.casefold() for s in stems}
            )
        )
    return stems


def _checked(folder: str | Path, texts: Mapping[str, str]) -> Path:
    try:
        target = Path(folder).resolve()
        found = sorted(target.iterdir()) if target.is_dir() else []
        for path in found:
            ours = path.name in ("briefing.html", "record.json") and path.is_file()
            same = (
                path.suffix == ".yaml"
                and path.is_file()
                and path.read_bytes() == texts.get(path.name, "").encode()
            )
            if not (ours or same):
                raise InputError(
                    f"{folder} holds {path.name}, which would be lost; move it away or name a new folder"
                )
        if found and Path.cwd().is_relative_to(target):
            raise InputError(f"{folder} is the folder you are in; name a new one below it")
    except OSError as exc:
        raise InputError(
            f"{str(folder)[:LETTERS]}: cannot be used ({exc.strerror}); name another folder"
        ) from exc
    return target if found else check_folder(folder)


def _words(number: int, span: Span) -> Cell:
    return Cell(span.exact, f"d{number}-{span.start}", number)


def _documents(record: Record, people: People) -> dict[str, Any]:
    documents: list[dict[str, Any]] = [
        {
            "number": n,
            "document": r.document,
            "name": r.document.title or r.document.source,
            "pieces": pieces(r.document.text, list(marks_of(r, people))),
        }
        for n, r in enumerate(record.readings, 1)
    ]
    only = (
        documents[0]["name"] if len(documents) == 1 else f"Briefing of {len(documents)} documents"
    )
    used = {kind for d in documents for piece in d["pieces"] for kind in piece.kinds}
    return {
        "title": only,
        "documents": documents,
        "counts": _counts(record),
        "legend": {kind: meaning for kind, meaning in KINDS.items() if kind in used},
    }


def _counts(record: Record) -> str:
    every = {
        part: [item for r in record.readings for item in getattr(r, part)]
        for part in ("statements", "commitments", "measures", "quantities", "times", "events")
    }
    speakers = {s.speaker for s in every["statements"] if s.speaker is not None}
    dated = sum(bool(c.due and c.due.last) for c in every["commitments"])
    counts = {
        "document": len(record.readings),
        "statement": len(every["statements"]),
        "speaker": len(speakers),
        "commitment": len(every["commitments"]),
        "measure": len(every["measures"]),
        "quantity": len(every["quantities"]),
        "time": len(every["times"]),
        "event": len(every["events"]),
        "link": len(record.links),
    }
    parts = [
        f"{n} {name.replace('quantity', 'quantitie') + 's' if n != 1 else name}"
        for name, n in counts.items()
    ]
    return (
        ", ".join(
            part + (f" ({dated} with a date)" if "commitment" in part else "") for part in parts
        )
        + "."
    )


def _tables(record: Record, people: People, as_of: date | None) -> dict[str, Any]:
    from datetime import date

    every = list(enumerate(record.readings, 1))
    promised = sorted(
        ((n, c, r.document.published.day) for n, r in every for c in r.commitments),
        key=lambda found: (found[1].due and found[1].due.last) or date.max,
    )
    commitments: list[Row] = []
    for n, c, made in promised:
        first, last = (c.due.first, c.due.last) if c.due else (None, None)
        status = due_status(as_of, first, last, made) if as_of else ""
        shown = [Cell(status, strong=status.startswith("overdue"))] if as_of else []
        day = c.due.last if c.due else None
        due = str(day) if day else when(c.due) or ("" if as_of else "no date given")
        commitments.append(
            [
                names_of(people, c.who) or "not said",
                c.what,
                c.modality,
                due,
                *shown,
                _words(n, c.span),
            ]
        )
    measures: list[Row] = [
        [
            m.type,
            ", ".join(m.implementers),
            ", ".join(m.targets),
            m.products,
            amount(m.rate),
            m.status,
            when(m.when),
            m.reason.exact if m.reason else "",
            _words(n, m.span),
        ]
        for n, r in every
        for m in r.measures
    ]
    quantities: list[Row] = [
        [amount(q), q.role, q.of, when(q.when), _words(n, q.span)]
        for n, r in every
        for q in r.quantities
    ]
    dated, undated = _timeline(record, people)
    return {
        "commitments": commitments,
        "measures": measures,
        "quantities": quantities,
        "speakers": _speakers(record, people),
        "timeline": dated,
        "undated": undated,
    }


def _speakers(record: Record, people: People) -> list[dict[str, Any]]:
    """Statements by speaker, in the order in which they first speak; those of nobody known last."""
    said: dict[str | None, list[dict[str, Any]]] = {}
    for n, r in enumerate(record.readings, 1):
        inside = {s.id: s.speaker for s in r.statements}
        for s in r.statements:
            by = (
                f"as told by {name_of(people, inside[s.nested_in])}"
                if s.nested_in in inside
                else ""
            )
            about = list(filter(None, (s.kind, when(s.said), s.medium, by)))
            said.setdefault(s.speaker, []).append({"words": _words(n, s.span), "about": about})
    return [
        {
            "name": name_of(people, key),
            "roles": people[key].roles if key and key in people else (),
            "statements": said[key],
        }
        for key in sorted(said, key=lambda key: key is None)
    ]


def _timeline(record: Record, people: People) -> tuple[list[Row], list[Row]]:
    """Rows of what has a day, by day, and of the events that have none."""
    found: list[tuple[date | None, Row]] = []
    for n, r in enumerate(record.readings, 1):
        for e in r.events:
            day = (e.when.first or e.when.last) if e.when else None
            about = f"event: {e.type}, {e.status}"
            found.append(
                (
                    day,
                    [
                        when(e.when) if day else "",
                        about,
                        names_of(people, e.actors),
                        _words(n, e.span),
                    ],
                )
            )
        for s in r.statements:
            if s.said and (day := s.said.first or s.said.last):
                about = f"statement: {s.kind}"
                found.append(
                    (day, [when(s.said), about, name_of(people, s.speaker), _words(n, s.span)])
                )
        for c in r.commitments:
            if c.due and (day := c.due.last):
                about = f"commitment: {c.modality}"
                found.append(
                    (day, [f"by {day}", about, names_of(people, c.who), _words(n, c.span)])
                )
    dated = sorted(
        ((day, row) for day, row in found if day is not None), key=lambda entry: entry[0]
    )
    return [row for _, row in dated], [row[1:] for day, row in found if day is None]


def _links(record: Record, people: People) -> dict[str, Any]:
    """Links as pairs of wordings, and a sentence for every two documents that are not independent."""
    numbers = {r.document.sha256: n for n, r in enumerate(record.readings, 1)}
    items: dict[str, tuple[int, Item]] = {}
    for n, r in enumerate(record.readings, 1):
        found: tuple[Item, ...] = (*r.statements, *r.measures, *r.commitments, *r.events)
        items |= {f"{r.document.sha256}#{item.id}": (n, item) for item in found}
    reasons: dict[tuple[str, str], list[str]] = {}
    for link in record.links:
        if link.kind == "not independent":
            pair = sorted(str(numbers.get(sha.split("#")[0], "?")) for sha in (link.a, link.b))
            reasons.setdefault((pair[0], pair[1]), []).append(link.why)
    dependent = [
        f"Documents {a} and {b} are not independent"
        + (f": {'; '.join(filter(None, why))}." if any(why) else ".")
        for (a, b), why in reasons.items()
    ]
    links = {
        kind: [_pair(link, numbers, items, people) for link in record.links if link.kind == kind]
        for kind in LINKS
    }
    return {
        "dependent": dependent,
        "links": [(kind, pairs) for kind, pairs in links.items() if pairs],
    }


def _pair(
    link: Link, numbers: Mapping[str, int], items: Mapping[str, tuple[int, Item]], people: People
) -> dict[str, Any]:
    cells, speakers = [], []
    for key in (link.a, link.b):
        number, item = items.get(key) or (numbers.get(key.split("#")[0], 0), None)
        cells.append(_words(number, item.span) if item else Cell("", document=number))
        speakers.append(name_of(people, item.speaker) if isinstance(item, Statement) else "")
    before, after = (cell.text for cell in cells)
    marked = changed(before, after, link.changes) if link.changes and before and after else None
    sides = [
        {"words": cell, "who": who, "pieces": found}
        for cell, who, found in zip(
            cells, speakers, marked or (pieces(before, ()), pieces(after, ())), strict=True
        )
    ]
    return {"sides": sides, "changes": link.changes, "why": link.why}


def _drafts(record: Record, drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    measures = {
        f"{r.document.sha256}#{m.id}": _words(n, m.span)
        for n, r in enumerate(record.readings, 1)
        for m in r.measures
    }
    return [
        {
            "stem": stem,
            "draft": draft,
            "rests_on": [measures[key] for key in draft.measures if key in measures],
        }
        for stem, draft in zip(file_stems(drafts), drafts, strict=True)
    ]
