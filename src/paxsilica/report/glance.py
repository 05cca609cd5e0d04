"""An answer at a glance, as a notebook shows it: its sentence, its picture, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paxsilica.findings import DIMENSIONS, variables
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.draw import svg_of
from paxsilica.report.html import render
from paxsilica.report.pages import page_of
from paxsilica.report.render import for_page

MOST = 12
"""Findings shown."""


def glance(answer: Answer) -> str:
    """A fragment of HTML without script or style sheet: the first sentences, chart and findings."""
    sheet = page_of(answer)
    first = next(iter(sheet.figures), None)
    rows = answer.findings.rows(detail=False)
    return render(
        "glance.html.j2",
        {
            "title": sheet.title,
            "summary": sheet.summary[:3],
            "figure": for_page(svg_of(first.spec), first.name, first.says) if first else "",
            "rows": [_row(row, answer) for row in rows[:MOST]],
            "left": max(0, len(rows) - MOST),
        },
    )


def _row(row: Mapping[str, Any], answer: Answer) -> tuple[str, str, str, str]:
    """Head, what it is of, the number with its band, and its unit."""
    numbers = {k: words.number(row[k]) for k in ("value", "low", "high") if row.get(k) is not None}
    band = f" ({numbers['low']} to {numbers['high']})" if {"low", "high"} <= set(numbers) else ""
    of = ", ".join(str(row[name]) for name in DIMENSIONS if name in row)
    head = variables()[row["variable"]].head
    return head, of, numbers.get("value", "unknown") + band, answer.unit(row["variable"])
