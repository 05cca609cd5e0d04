"""An answer at a glance, as a notebook shows it: its sentence, its picture, and its numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from paxsilica.findings import DIMENSIONS, variables
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.draw import svg_of
from paxsilica.report.html import render
from paxsilica.report.pages import report_of
from paxsilica.report.render import for_page

AT_A_GLANCE = 12
"""Findings shown."""


def glance(answer: Answer) -> str:
    """A fragment of HTML without script or style sheet: the first sentences, chart and findings."""
    report = report_of(answer)
    rows = answer.findings.rows(detail=False)
    return render(
        "glance.html.j2",
        {
            "title": report.title,
            "summary": report.sentences[:3],
            "figures": [
                for_page(svg_of(figure.spec), figure) for figure in report.drawn.figures[:1]
            ],
            "rows": [_finding_cells(row, answer) for row in rows[:AT_A_GLANCE]],
            "left": max(0, len(rows) - AT_A_GLANCE),
        },
    )


def _finding_cells(row: Mapping[str, Any], answer: Answer) -> tuple[str, str, str, str]:
    """Head, what it is of, the number with its band, and its unit."""
    value, low, high = (row.get(name) for name in ("value", "low", "high"))
    number = words.number(math.nan if value is None else value)
    if low is not None and high is not None:
        number += f" ({words.number(low)} to {words.number(high)})"
    of = ", ".join(str(row[name]) for name in DIMENSIONS if name in row)
    return variables()[row["variable"]].head, of, number, answer.unit(row["variable"])
