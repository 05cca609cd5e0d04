"""The report of texts as a browser shows it: what can be tried stands first, and opens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from paxsilica.brief.drafts import Draft
from paxsilica.brief.record import Record
from paxsilica.questions.question import Answer
from paxsilica.report.annotate import names_in
from paxsilica.report.briefing import Quote, every, item_rows
from paxsilica.report.pages.brief import deed, undrafted
from paxsilica.report.report import Report, Row, Section, Table


def for_browser(report: Report, answer: Answer) -> Report:
    """Drafts that open, what needs a person and the marked texts stand first."""
    record = Record.model_validate(answer.attachments["record"])
    drafts = [Draft.model_validate(draft) for draft in answer.attachments["drafts"]]
    named = {section.name: section for section in report.drawn.sections}
    named.pop("drafts", None)
    texts = named.pop("texts")
    first = [*_to_run(record, drafts), *_to_decide(record, drafts), replace(texts, shown=True)]
    said = ("Drafted, not solved", "Not drafted")
    titled = any(reading.document.title for reading in record.readings)
    return replace(
        report,
        title=report.title if titled else "What the text says",
        understood=[line for line in report.understood if not line.startswith(said)],
        sections=lambda: [*first, *named.values()],
        beside="That takes the texts as files: nothing of them was kept here.",
    )


def _to_run(record: Record, drafts: Sequence[Draft]) -> Iterator[Section]:
    """Drafts, each with the words it rests on and links that open it."""
    items = {
        record.readings[n - 1].item(m.id): Quote(n, m.span) for n, m in every(record, "measures")
    }
    held = [
        (
            draft,
            [items[key] for key in draft.measures if key in items],
            urlencode({"text": draft.text}),
        )
        for draft in drafts
    ]
    if held:
        title = f"What to try: measures drafted as scenarios ({len(held)})"
        yield Section(
            "drafts", title, template="record_runs.html.j2", context={"held": held}, shown=True
        )


def _to_decide(record: Record, drafts: Sequence[Draft]) -> Iterator[Section]:
    """What rules could not settle: measures without a draft, and commitments of which something is open."""
    people, rows = names_in(record), list[Row]()
    for row in item_rows(people, "measures", undrafted(record, drafts)):
        rows.append(
            {"What": deed(row, row["By"]), "Why": row["Not drafted"], "Words": row["Words"]}
        )
    for row in item_rows(people, "commitments", every(record, "commitments")):
        if row["To settle"]:
            rows.append({"What": row["What"], "Why": row["To settle"], "Words": row["Words"]})
    if rows:
        yield Section(
            "needs", f"What needs a person, and why ({len(rows)})", table=Table(rows), shown=True
        )
