"""The page of `pax brief` on a terminal and at a glance; `report.briefing` writes the page of the texts themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from paxsilica.brief.drafts import Draft
from paxsilica.brief.export import value_at
from paxsilica.brief.record import Reading, Record
from paxsilica.questions.question import Answer
from paxsilica.report.briefing import write_briefing
from paxsilica.report.pages import report_of
from paxsilica.report.report import Report, Section, Table, from_bullets

COUNTERPARTS = {
    "mean_tariff": (
        "tariff of {0} on goods from {1}",
        "{mean_tariff:.2g} %, weighted by trade",
    ),
    "buyer_share": (
        "share of {1} in the exports of {0}",
        "{buyer_share_goods:.1f} % of goods, {buyer_share:.1f} % of goods and services",
    ),
    "two_way_trade": (
        "trade between {0} and {1}, both ways",
        "{two_way_trade_goods:.1f} billion USD of goods, {two_way_trade:.1f} with services",
    ),
    "growth_asked": (
        "growth a year that the target asks for, from {0} at {1} to {2}",
        "{growth_asked:.1f} % a year over {years_to_target:.2f} years, a factor of {factor_asked:.2f}",
    ),
}
"""By variable what stands beside a text's number, of two regions or of a level and two days, and what is said of it."""

COLUMNS = {
    "Who said what": (
        "statements",
        {"who": "speaker", "kind": "kind", "day": "said.first", "words": "span.exact"},
    ),
    "Measures": (
        "measures",
        {
            "type": "type",
            "by": "implementers",
            "on": "targets",
            "rate": "rate.span.exact",
            "status": "status",
            "words": "span.exact",
        },
    ),
    "Commitments": (
        "commitments",
        {"due": "due.last", "who": "who", "how": "modality", "words": "span.exact"},
    ),
}
"""By title the kind of item, and by head the place of a column in the model."""


WIDEST = 110
"""Characters in a column."""


def report(answer: Answer) -> Report:
    """Who said what, measures, commitments, links and drafts, and what the drafts that were solved say."""
    record, drafts = _held(answer)
    tables = record_tables(record)
    tables["Numbers of the texts, and what the baseline's data say"] = numbers_table(answer)
    return from_bullets(
        answer,
        kind="briefing",
        title=record.title,
        basis=[line for reading in record.readings for line in document_lines(reading)],
        summary=list(_summary(answer, drafts)),
        sections=[
            Section(f"part-{at}", title, (), (), Table(rows))
            for at, (title, rows) in enumerate(tables.items(), 1)
            if rows
        ],
    )


def write(answer: Answer, folder: str | Path) -> Path:
    """`briefing.html`, `record.json` and a scenario file for each draft; raises as `write_briefing`."""
    as_of = answer.question.model_dump()["as_of"]
    return write_briefing(*_held(answer), folder, as_of=as_of, numbers=numbers_table(answer))


def _held(answer: Answer) -> tuple[Record, list[Draft]]:
    drafts = [Draft.model_validate(draft) for draft in answer.attachments["drafts"]]
    return Record.model_validate(answer.attachments["record"]), drafts


def document_lines(reading: Reading) -> list[str]:
    """What one document is, and how much was found in it."""
    d, p = reading.document, reading.document.published
    when = f"{p.day} by its {p.basis} (reliability {p.reliability})" if p.day else "no date in it"
    kinds = ("statements", "measures", "commitments", "quantities")
    counts = ", ".join(f"{len(getattr(reading, kind))} {kind}" for kind in kinds)
    return [f"{d.source}: {when}; {counts}", *(f"  note: {note}" for note in d.notes)]


def _summary(answer: Answer, drafts: list[Draft]) -> Iterator[str]:
    for draft in drafts:
        yield f"Scenario draft: {draft.title}"
        yield from (f"  assumes {assumption}" for assumption in draft.assumptions)
    refused: Mapping[str, str] = answer.attachments["refused"]
    solved = iter(answer.parts)
    for draft in drafts if answer.parts or refused else ():
        yield f"{draft.title}, as drafted"
        why = refused.get(draft.name)
        told = [f"not solved: {why}"] if why else report_of(next(solved)).sentences
        yield from (f"  {line}" for line in told)


def numbers_table(answer: Answer) -> list[dict[str, str]]:
    """A row for each number of the texts that has a counterpart."""
    about = answer.about
    rows = []
    for rung, row in enumerate(answer.attachments["counterparts"], 1):
        found = {r["variable"]: r["value"] for r in answer.findings.select(rung=str(rung)).rows()}
        found |= {key: value / 1e3 for key, value in found.items() if key.startswith("two_way")}
        variable = next(key for key in COUNTERPARTS if key in found)
        named = row["level"] or [answer.names.name(code) for code in row["regions"]]
        what, said = (words.format(*named, **found) for words in COUNTERPARTS[variable])
        source = f"{about.name}, flows of {about.year or 'the baseline year'}"
        if row["level"]:
            source = "arithmetic on the text's own numbers"
        rows.append({"text": row["text"], "what": what, "baseline": said, "source": source})
    return rows


def record_tables(record: Record) -> dict[str, list[dict[str, Any]]]:
    """Who said what, measures, commitments and links, as a terminal has room for."""
    tables = {
        title: [
            {head: shortened(value_at(item, place)) for head, place in columns.items()}
            for reading in record.readings
            for item in getattr(reading, kind)
        ]
        for title, (kind, columns) in COLUMNS.items()
    }
    links = [{"kind": link.kind, "why": shortened(link.why)} for link in record.links]
    return {**tables, "Links": links}


def shortened(value: Any) -> str:
    """A value as a line that a column has room for."""
    words = ", ".join(value) if isinstance(value, tuple) else str(value or "")
    line = " ".join(words.split())
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"
