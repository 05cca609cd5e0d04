"""The page of `pax brief` on a terminal and at a glance; `report.briefing` writes the page of the texts themselves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paxsilica.brief.drafts import Draft
from paxsilica.brief.record import Reading, Record
from paxsilica.questions.question import Answer
from paxsilica.report.briefing import write_briefing
from paxsilica.report.pages import page_of
from paxsilica.report.sheet import Section, Sheet, Table


def sheet(answer: Answer) -> Sheet:
    """Who said what, measures, commitments, links and drafts, and what the drafts that were solved say."""
    record = Record.model_validate(answer.attachments["record"])
    drafts = [Draft.model_validate(draft) for draft in answer.attachments["drafts"]]
    only = record.readings[0].document.title or record.readings[0].document.source
    count = len(record.readings)
    tables = record_tables(record)
    tables["Numbers of the texts, and what the baseline's data say"] = numbers_table(answer)
    return Sheet.of(
        answer,
        kind="briefing",
        title=only if count == 1 else f"Briefing of {count} documents",
        basis=[line for reading in record.readings for line in document_lines(reading)],
        summary=[*draft_lines(drafts), *_results(answer, drafts)],
        sections=[
            Section(f"part-{at}", title, (), (), Table(rows))
            for at, (title, rows) in enumerate(tables.items(), 1)
            if rows
        ],
    )


def write(answer: Answer, folder: str | Path) -> Path:
    """`briefing.html`, `record.json` and a scenario file for each draft; raises as `write_briefing`."""
    record = Record.model_validate(answer.attachments["record"])
    drafts = [Draft.model_validate(draft) for draft in answer.attachments["drafts"]]
    as_of = answer.question.model_dump()["as_of"]
    return write_briefing(record, drafts, folder, as_of=as_of, numbers=numbers_table(answer))


def document_lines(reading: Reading) -> list[str]:
    """What one document is, and how much was found in it."""
    d, p = reading.document, reading.document.published
    when = f"{p.day} by its {p.basis} (reliability {p.reliability})" if p.day else "no date in it"
    kinds = ("statements", "measures", "commitments", "quantities")
    counts = ", ".join(f"{len(getattr(reading, kind))} {kind}" for kind in kinds)
    return [f"{d.source}: {when}; {counts}", *(f"  note: {note}" for note in d.notes)]


def draft_lines(drafts: list[Draft]) -> list[str]:
    """Each draft with what it assumes."""
    lines = []
    for draft in drafts:
        lines.append(f"Scenario draft: {draft.title}")
        lines += [f"  assumes {assumption}" for assumption in draft.assumptions]
    return lines


def _results(answer: Answer, drafts: list[Draft]) -> list[str]:
    refused: Mapping[str, str] = answer.attachments["refused"]
    solved = iter(answer.parts)
    lines = []
    for draft in drafts if answer.parts or refused else ():
        lines.append(f"{draft.title}, as drafted")
        why = refused.get(draft.name)
        told = [f"not solved: {why}"] if why else page_of(next(solved)).summary
        lines += [f"  {line}" for line in told]
    return lines


def numbers_table(answer: Answer) -> list[dict[str, str]]:
    """A row for each number of the texts that has a counterpart."""
    return [
        {"text": row["text"], **_counterpart(answer, rung, row)}
        for rung, row in enumerate(answer.attachments["beside"], 1)
    ]


def _counterpart(answer: Answer, rung: int, row: Mapping[str, Any]) -> dict[str, str]:
    about = answer.about
    found = {r["variable"]: r["value"] for r in answer.findings.select(rung=str(rung)).rows()}
    source = f"{about.name}, flows of {about.year or 'the baseline year'}"
    names = [answer.names.name(code) for code in row["regions"]]
    if "mean_tariff" in found:
        what = f"tariff of {names[0]} on goods from {names[1]}"
        said = f"{found['mean_tariff']:.2g} %, weighted by trade"
    elif "buyer_share" in found:
        what = f"share of {names[1]} in the exports of {names[0]}"
        goods, everything = found["buyer_share_goods"], found["buyer_share"]
        said = f"{goods:.1f} % of goods, {everything:.1f} % of goods and services"
    elif "two_way_trade" in found:
        what = f"trade between {names[0]} and {names[1]}, both ways"
        goods, everything = (found[key] / 1e3 for key in ("two_way_trade_goods", "two_way_trade"))
        said = f"{goods:.1f} billion USD of goods, {everything:.1f} with services"
    else:
        words, first, last = row["level"]
        what = f"growth a year that the target asks for, from {words} at {first} to {last}"
        said = f"{found['growth_asked']:.1f} % a year over {found['years_to_target']:.2f} years, a factor of "
        said += f"{found['factor_asked']:.2f}"
        source = "arithmetic on the text's own numbers"
    return {"what": what, "baseline": said, "source": source}


def record_tables(record: Record) -> dict[str, list[dict[str, Any]]]:
    """Who said what, measures, commitments and links, as a terminal has room for."""

    def every(name: str) -> list[Any]:
        return [item for reading in record.readings for item in getattr(reading, name)]

    said = [
        {
            "who": s.speaker or "",
            "kind": s.kind,
            "day": str(s.said.first) if s.said else "",
            "words": shortened(s.span.exact),
        }
        for s in every("statements")
    ]
    measures = [
        {
            "type": m.type,
            "by": " ".join(m.implementers),
            "on": " ".join(m.targets),
            "rate": m.rate.span.exact if m.rate else "",
            "status": m.status,
            "words": shortened(m.span.exact),
        }
        for m in every("measures")
    ]
    commitments = [
        {
            "due": str(c.due.last) if c.due else "",
            "who": ", ".join(c.who),
            "how": c.modality,
            "words": shortened(c.span.exact),
        }
        for c in every("commitments")
    ]
    links = [{"kind": k.kind, "why": shortened(k.why)} for k in record.links]
    return {"Who said what": said, "Measures": measures, "Commitments": commitments, "Links": links}


def shortened(words: str, most: int = 110) -> str:
    """A line that a column has room for."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1] + "…"
