"""`briefing.html`: what a record's documents say, who said it, and where it stands in their texts.

One file that asks the network for nothing, as the report of a run is. The texts are data: all of them is escaped, none
of it becomes an address, a script or a style. A cell `(n, span)` of a table is words of document number n, which lead
to their place in its text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paxsilica.brief.days import due_status
from paxsilica.brief.export import value_at
from paxsilica.brief.record import Record, Span, Statement, Time
from paxsilica.report.folder import check_folder, filled
from paxsilica.report.html import render
from paxsilica.report.marked import (
    KINDS_OF_MARK,
    amount,
    changed,
    marks_of,
    name_of,
    names_in,
    names_of,
    pieces,
    roles_in,
    when,
)

if TYPE_CHECKING:
    from paxsilica.brief.drafts import Draft

LINKS = ("tension", "altered quote", "same quote", "paraphrase", "same claim")
"""Order of the links on the page; `not independent` is said in sentences above them."""

LETTERS = 80
"""Most letters of a draft's file name."""

People = Mapping[str, str]
TableRow = Sequence[str | tuple[int, Span]]


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
    names = names_in(record)
    return render(
        "briefing.html.j2",
        {
            "title": record.title,
            "counts": _counts(record),
            **_texts(record, names),
            **_tables(record, names),
            "commitments": _commitments(record, names, as_of),
            "speakers": _speakers(record, names),
            **_links(record, names),
            "as_of": as_of.isoformat() if as_of else "",
            "numbers": [list(row.values()) for row in numbers],
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
    texts = {f"{stem}.yaml": draft.text for stem, draft in file_stems(drafts).items()}
    texts["briefing.html"] = briefing_page(record, drafts, as_of, numbers)
    texts["record.json"] = record.model_dump_json(indent=2) + "\n"

    def ours(path: Path) -> bool:
        known = path.name in ("briefing.html", "record.json")
        return known or path.read_bytes() == texts.get(path.name, "").encode()

    with filled(check_folder(folder, ours), folder) as partial:
        for name, text in texts.items():
            (partial / name).write_text(text, encoding="utf-8")
    return Path(folder) / "briefing.html"


def file_stems(drafts: Sequence[Draft]) -> dict[str, Draft]:
    """Drafts by a file name without its ending: their names in plain letters, numbered where two are the same."""
    stems: dict[str, Draft] = {}
    for draft in drafts:
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", draft.name).strip("-")[:LETTERS] or "draft"
        taken = {stem.casefold() for stem in stems}
        free = [plain, *(f"{plain}-{n}" for n in range(2, len(stems) + 2))]
        stems[next(stem for stem in free if stem.casefold() not in taken)] = draft
    return stems


def _every(record: Record, kind: str) -> list[tuple[int, Any]]:
    """The items of a kind, each with the number of its document."""
    return [(n, item) for n, r in enumerate(record.readings, 1) for item in getattr(r, kind)]


def _texts(record: Record, names: People) -> dict[str, Any]:
    """The documents cut into pieces, and which kinds of marks are on them."""
    cut = [pieces(r.document.text, list(marks_of(r, names))) for r in record.readings]
    used = {kind for found in cut for piece in found for kind in piece.kinds}
    return {
        "documents": [
            {"number": n, "document": r.document, "pieces": found}
            for n, (r, found) in enumerate(zip(record.readings, cut, strict=True), 1)
        ],
        "legend": [kind for kind in KINDS_OF_MARK if kind in used],
    }


def _counts(record: Record) -> str:
    said, promised = _every(record, "statements"), _every(record, "commitments")
    counts = {
        "documents": len(record.readings),
        "statements": len(said),
        "speakers": len({s.speaker for _, s in said} - {None}),
        "commitments": len(promised),
        **{
            kind: len(_every(record, kind))
            for kind in ("measures", "quantities", "times", "events")
        },
        "links": len(record.links),
    }
    told = {
        kind: f"{n} {kind.replace('ies', 'ys')[:-1] if n == 1 else kind}"
        for kind, n in counts.items()
    }
    told["commitments"] += (
        f" ({sum(bool(value_at(c, 'due.last')) for _, c in promised)} with a date)"
    )
    return f"{', '.join(told.values())}."


def _commitments(record: Record, names: People, as_of: date | None) -> list[TableRow]:
    """By due date, those without one last."""
    rows: list[TableRow] = []
    promised = _every(record, "commitments")
    for n, c in sorted(promised, key=lambda found: value_at(found[1], "due.last") or date.max):
        first, last = value_at(c, "due.first"), value_at(c, "due.last")
        made = record.readings[n - 1].document.published.day
        status = [due_status(as_of, first, last, made)] if as_of else []
        due = str(last) if last else when(c.due) or ("" if as_of else "no date given")
        who = names_of(names, c.who) or "not said"
        rows.append([who, c.what, c.modality, due, *status, (n, c.span)])
    return rows


def _day(time: Time | None) -> date | None:
    return (time.first or time.last) if time else None


def _tables(record: Record, names: People) -> dict[str, list[TableRow]]:
    """Measures, quantities, what has a day, by day, and the events that have none."""
    found = [
        *(
            (_day(e.when), n, when(e.when), f"event: {e.type}, {e.status}", e.actors, e.span)
            for n, e in _every(record, "events")
        ),
        *(
            (_day(s.said), n, when(s.said), f"statement: {s.kind}", [s.speaker], s.span)
            for n, s in _every(record, "statements")
            if _day(s.said)
        ),
        *(
            (c.due.last, n, f"by {c.due.last}", f"commitment: {c.modality}", c.who, c.span)
            for n, c in _every(record, "commitments")
            if value_at(c, "due.last")
        ),
    ]
    lines: list[tuple[str, int, TableRow]] = [
        (str(day or ""), n, [shown, about, names_of(names, who), (n, span)])
        for day, n, shown, about, who, span in found
    ]
    dated = sorted((line for line in lines if line[0]), key=lambda line: line[:2])
    return {
        "measures": [
            [
                m.type,
                ", ".join(m.implementers),
                ", ".join(m.targets),
                m.products,
                amount(m.rate),
                m.status,
                when(m.when),
                m.reason.exact if m.reason else "",
                (n, m.span),
            ]
            for n, m in _every(record, "measures")
        ],
        "quantities": [
            [amount(q), q.role, q.of, when(q.when), (n, q.span)]
            for n, q in _every(record, "quantities")
        ],
        "timeline": [cells for *_, cells in dated],
        "undated": [cells[1:] for day, _, cells in lines if not day],
    }


def _speakers(record: Record, names: People) -> list[dict[str, Any]]:
    """Statements by speaker, in the order in which they first speak; those of nobody known last."""
    roles = roles_in(record)
    speakers = {(n, s.id): s.speaker for n, s in _every(record, "statements")}
    said: defaultdict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for n, s in _every(record, "statements"):
        inside = (n, s.nested_in)
        by = f"as told by {name_of(names, speakers[inside])}" if inside in speakers else ""
        about = list(filter(None, (s.kind, when(s.said), s.medium, by)))
        said[s.speaker].append({"words": (n, s.span), "about": about})
    return [
        {"name": name_of(names, key), "roles": roles.get(key or "", ()), "statements": said[key]}
        for key in sorted(said, key=lambda key: key is None)
    ]


def _links(record: Record, names: People) -> dict[str, Any]:
    """Links as pairs of wordings, and a sentence for every two documents that are not independent."""
    numbers = {r.document.sha256: n for n, r in enumerate(record.readings, 1)}
    items = {
        record.readings[n - 1].item(item.id): item
        for kind in ("statements", "measures", "commitments", "events")
        for n, item in _every(record, kind)
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
        sides = [
            {
                "document": number,
                "span": item and item.span,
                "who": name_of(names, item.speaker) if isinstance(item, Statement) else "",
                "pieces": found,
            }
            for (number, item), found in zip(
                ends, changed(before, after, link.changes), strict=True
            )
        ]
        links[link.kind].append({"sides": sides, "changes": link.changes, "why": link.why})
    return {
        "dependent": [
            f"Documents {pair} are not independent{': ' if why else ''}{'; '.join(why)}."
            for pair, why in reasons.items()
        ],
        "links": [(kind, pairs) for kind, pairs in links.items() if pairs],
    }


def _drafts(record: Record, drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    return [
        {
            "stem": stem,
            "draft": draft,
            "rests_on": [
                (n, m.span)
                for n, m in _every(record, "measures")
                if record.readings[n - 1].item(m.id) in draft.measures
            ],
        }
        for stem, draft in file_stems(drafts).items()
    ]
