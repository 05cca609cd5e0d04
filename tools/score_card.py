"""Write the packaged report card into docs/score.md, in full whatever it shows:

python tools/score_card.py
"""

from __future__ import annotations

from pathlib import Path

import paxsilica as pax
from paxsilica.report.pages import report_of
from paxsilica.report.report import Report, Table, cell

DOCS = Path(__file__).resolve().parents[1] / "docs" / "score.md"
BEGIN, END = "<!-- score: written by tools/score_card.py -->", "<!-- end of score -->"


def written(report: Report) -> str:
    """The first screen, and every section with its table, as Markdown."""
    parts = [*report.beware, report.lead, "\n".join(f"- {number}" for number in report.numbers)]
    parts += [report.why, *report.understood]
    for section in report.drawn.sections:
        parts += [f"### {section.title}", *section.text]
        if section.table and section.table.rows:
            parts += [as_markdown(section.table), section.table.note]
    return "\n\n".join(part for part in parts if part)


def as_markdown(table: Table) -> str:
    heads = [*table.rows[0]]
    lines = [heads, ["---"] * len(heads), *([cell(row[h]) for h in heads] for row in table.rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def card() -> str:
    return written(report_of(pax.ask(pax.Score())))


def refreshed(text: str) -> str:
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{card()}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    DOCS.write_text(refreshed(DOCS.read_text(encoding="utf-8")), encoding="utf-8")
