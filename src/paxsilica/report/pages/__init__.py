"""Pages by question: `report_of(answer)` is the report of any answer. A page reads findings and never solves."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from paxsilica.questions.question import Answer

if TYPE_CHECKING:
    from paxsilica.report.report import Report


def report_of(answer: Answer) -> Report:
    """The report of an answer: `report(answer)` of the module that is called as its question."""
    module = import_module(f"paxsilica.report.pages.{answer.question.kind()}")
    made: Report = module.report(answer)
    return made
