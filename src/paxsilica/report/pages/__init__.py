"""Pages by question: `page_of(answer)` is the sheet of any answer. A page reads findings and never solves."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from paxsilica.questions.question import Answer

if TYPE_CHECKING:
    from paxsilica.report.sheet import Sheet


def page_of(answer: Answer) -> Sheet:
    """The page of an answer: `sheet(answer)` of the module that is called as its question."""
    module = import_module(f"paxsilica.report.pages.{answer.question.kind()}")
    sheet: Sheet = module.sheet(answer)
    return sheet
