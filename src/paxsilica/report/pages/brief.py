"""The page of `pax brief`: what the texts say, what falls due and what their measures would do; below, all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from paxsilica.brief.consent import disputed, waits_for
from paxsilica.brief.drafts import Draft
from paxsilica.brief.frames.gate import STANDS
from paxsilica.brief.reading import SAFE
from paxsilica.brief.record import Measure, Record
from paxsilica.files import printable
from paxsilica.names.saying import inside, joined, with_article
from paxsilica.questions.question import Answer
from paxsilica.report.annotate import People, names_in, shortened
from paxsilica.report.briefing import (
    counted,
    counterpart_rows,
    day_in,
    day_said,
    draft_files,
    every,
    item_rows,
    measure_rows,
    promise_rows,
    sections,
    to_settle,
)
from paxsilica.report.folder import check_folder, filled
from paxsilica.report.pages import report_of
from paxsilica.report.report import Number, Report, Row, Table, report_page
from paxsilica.report.words import sentence

FIRMNESS = ("committed", "agreed", "will", "determined", "aims", "asked", "expected", "possible")
"""How a commitment is made, the firmest first."""

FEW_NAMED = 3
"""Commitments among the numbers of the first screen; of documents, twice as many are named below them."""


def report(answer: Answer) -> Report:
    """Who said what, what was promised until when, which measures stand, and what the solved drafts would do."""
    record, drafts, as_of = _held(answer)
    people = names_in(record)
    made = promise_rows(record, people, as_of)
    sure = [row for row in made if not row["To settle"]]
    return Report(
        answer,
        kind="briefing",
        title=record.title,
        lead=_lead(record, people, sure, as_of),
        numbers=[*_next_due(sure, as_of), *_counts(record, drafts)],
        understood=[
            *_understood(record, as_of),
            *_of_model(record),
            *_solved(answer, drafts),
            *_undrafted_said(record, people, drafts),
        ],
        sections=partial(sections, record, people, made, drafts, [*counterpart_rows(answer)]),
        screen=Table([*_screen(people, record, made)], "Measures and commitments"),
        currency="USD",
        parts=[report_of(part) for part in answer.parts],
        beside="record.json beside this page holds all that was read, and each draft is a file of its own.",
    )


def write(answer: Answer, folder: str | Path) -> Path:
    """Write `briefing.html`, `record.json` and a scenario file for each draft, all or nothing; return the page's path.

    An earlier briefing in the same place is replaced, unless one of its scenario files is not what would be written:
    somebody may have worked on it.

    Raises:
        InputError: the folder is a file, holds anything but an earlier briefing, or cannot be written.
    """
    record, drafts, _ = _held(answer)
    texts = {name: draft.text for name, draft in draft_files(drafts).items()}
    texts["briefing.html"] = report_page(report(answer), {})
    texts["record.json"] = record.model_dump_json(indent=2) + "\n"

    def ours(path: Path) -> bool:
        known = path.name in ("briefing.html", "record.json")
        return known or path.read_bytes() == texts.get(path.name, "").encode()

    with filled(check_folder(folder, ours), folder) as new:
        for name, text in texts.items():
            (new / name).write_text(text, encoding="utf-8")
    return Path(folder) / "briefing.html"


def _held(answer: Answer) -> tuple[Record, list[Draft], date | None]:
    drafts = [Draft.model_validate(draft) for draft in answer.attachments["drafts"]]
    record = Record.model_validate(answer.attachments["record"])
    return record, drafts, answer.question.model_dump()["as_of"]


def _lead(record: Record, people: People, made: Sequence[Row], as_of: date | None) -> str:
    said = every(record, "statements")
    who = Counter(s.speaker for _, s in said if s.speaker).most_common()
    by = f", by {joined([people.get(key, key) for key, _ in who], 2, 'others')}" if who else ""
    texts = (
        "The text reports" if len(record.readings) == 1 else f"{len(record.readings)} texts report"
    )
    unread = all(r.document.language not in SAFE for r in record.readings)
    head = f"{texts} {counted(len(said), 'statements')}{by}"
    parts = ["No statement was read" if unread and not said else head]
    known = ((n, m) for n, m in measure_rows(record) if not disputed(m))
    measures = item_rows(people, "measures", sorted(known, key=lambda one: bool(one[1].needs)))
    if measures:
        first, more = measures[0], len(measures) - 1
        parts.append(
            f"{first['Status']}: {inside(deed(first, first['By']))}"
            + (f", and {more} more" if more else "")
        )
    dated = [row for row in made if day_in(row)]
    if made:
        row = min(dated or made, key=lambda row: FIRMNESS.index(row["How firmly"]))
        late = sum(str(row.get("Status", "")).startswith("overdue") for row in dated)
        over = f" ({late} overdue on {as_of})" * bool(late)
        firmest = f"the firmest of {'these' if dated else 'all'}"
        among = f"{len(dated) or 'none'} with a date{over}, {firmest}"
        due = f", {day_said(row)}" if dated else ""
        what = f"“{row['What']}” ({row['How firmly']}{due})"
        parts.append(f"{counted(len(made), 'commitments')}, {among}: {what}")
    return f"{'; '.join(parts)}."


def deed(row: Row, by: str = "") -> str:
    """`Import tariff of 50 % on India by the United States (steel and cars)`."""
    sides = {"of": row["Rate"], "on": with_article(row["On"]), "by": with_article(by)}
    said = " ".join([row["Type"], *(f"{word} {side}" for word, side in sides.items() if side)])
    goods = row["Products"].split(", ") if row["Products"] else []
    return f"{said} ({joined(goods, FEW_NAMED)})" if goods else said


def _next_due(made: Sequence[Row], as_of: date | None) -> Iterator[Number]:
    """What falls due next, each in one wording once; on a day, what lies ahead of it before what is over."""
    start = as_of or date.min
    firm = sorted(made, key=lambda row: FIRMNESS.index(row["How firmly"]))
    dated = [(day, row) for row in firm if (day := day_in(row))]
    nearest = sorted(dated, key=lambda one: (one[0] < start, abs(one[0] - start)))
    once: dict[tuple[date, str], Row] = {}
    for day, row in nearest:
        once.setdefault((day, row["What"]), row)
    for row in [*once.values()][:FEW_NAMED]:
        head = ": ".join(filter(None, (row["Who"], row["What"])))
        yield Number(
            sentence(shortened(head)),
            day_said(row),
            row.get("Status", ""),
            row["How firmly"],
        )


def _counts(record: Record, drafts: Sequence[Draft]) -> Iterator[Number]:
    measures, drafted = every(record, "measures"), sum(len(draft.measures) for draft in drafts)
    if measures:
        titles = joined([draft.title for draft in drafts], FEW_NAMED)
        yield Number("Measures drafted as scenarios", f"{drafted} of {len(measures)}", "", titles)
    days = sorted(filter(None, (r.document.published.day for r in record.readings)))
    ends = " to ".join(dict.fromkeys(map(str, days[:1] + days[-1:])))
    yield Number("Documents", str(len(record.readings)), f"published {ends}" if ends else "")


def _understood(record: Record, as_of: date | None) -> Iterator[str]:
    yield "Rules read the texts; they miss and misread. Read the words before you quote the record."
    yield (
        f"Status as on {as_of}: overdue says that the last day has passed, not that a commitment was broken."
        if as_of
        else "No day was given, so that no commitment is called due or overdue."
    )
    documents = [r.document for r in record.readings]
    for d in documents[: 2 * FEW_NAMED]:
        p = d.published
        known = f"{p.day} by its {p.basis}, reliability {p.reliability}"
        day = known if p.day else "no day of publication found in it"
        yield printable("; ".join((f"{day}: {d.name}", *d.notes)))
    if more := documents[2 * FEW_NAMED :]:
        yield f"{counted(len(more), 'more documents')} below."
    kinds = ("statements", "measures", "commitments", "quantities", "events")
    found = [counted(len(every(record, kind)), kind) for kind in kinds]
    yield f"Found: {', '.join([*found, counted(len(record.links), 'links')])}."


def _of_model(record: Record) -> Iterator[str]:
    """What a language model was asked, and what of it waits for a person."""
    asked = [r for r in record.readings if r.asked]
    for name in dict.fromkeys(r.asked.name for r in asked if r.asked):
        notes = sum(len(r.dropped) for r in asked if r.asked and r.asked.name == name)
        yield printable(
            f"The model {name} was asked too; a model invents. {counted(notes, 'notes')} of what was dropped or not read."
        )
    waiting = to_settle(record)
    for n, said, why, item in waiting[: 2 * FEW_NAMED]:
        subject = f"{record.readings[n - 1].document.sha256[:12]}#{item.id}"
        yield printable(
            f"Needs a person: {said}: {why}. Yes: `pax brief confirm {subject} --by NAME`"
        )
    if more := waiting[2 * FEW_NAMED :]:
        yield f"{counted(len(more), 'more items')} below that need a person."


def _solved(answer: Answer, drafts: Sequence[Draft]) -> Iterator[str]:
    refused: Mapping[str, str] = answer.attachments["refused"]
    for draft in drafts:
        if why := refused.get(draft.name):
            yield f"Not solved: {draft.title}: {why}"
        elif answer.parts:
            told = [a for a in draft.assumptions if a.startswith(("start:", "base:"))]
            named = "; ".join((draft.title, *told))
            yield f"Solved as drafted, with the assumptions that the draft names: {named}"
        else:
            yield f"Drafted, not solved (--run solves it): {draft.title}"


def undrafted(record: Record, drafts: Sequence[Draft]) -> list[tuple[int, Measure]]:
    """Measures that stand and are in no draft, since a person must settle something of each."""
    drafted = {key for draft in drafts for key in draft.measures}
    return [
        (n, m)
        for n, m in measure_rows(record)
        if m.standing in STANDS
        and (m.needs or m.lacks)
        and not waits_for(m)
        and record.readings[n - 1].item(m.id) not in drafted
    ]


def _undrafted_said(record: Record, people: People, drafts: Sequence[Draft]) -> Iterator[str]:
    left = undrafted(record, drafts)
    for row in item_rows(people, "measures", left[:FEW_NAMED]):
        yield f"Not drafted: {deed(row, row['By'])}: {row['Not drafted']}"
    if more := left[FEW_NAMED:]:
        yield f"Not drafted: {counted(len(more), 'more measures')}, see the measures."


def _screen(people: People, record: Record, made: Sequence[Row]) -> Iterator[Row]:
    """Measures and commitments as one table of a terminal."""
    for m in item_rows(people, "measures", measure_rows(record)):
        how = "; ".join(filter(None, (m["Status"], m["Read by"])))
        yield {"Who": m["By"], "What": deed(m), "How firmly": how, "When": m["When"]}
    for c in made:
        due = "; ".join(filter(None, (str(c["Due"]), c.get("Status"))))
        what = shortened(c["What"])
        how = "; ".join(filter(None, (c["How firmly"], c["Read by"])))
        yield {"Who": c["Who"], "What": what, "How firmly": how, "When": due}
