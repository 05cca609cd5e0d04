"""Pages by question: `page_of(answer)` is the sheet of any answer. A page reads findings and never solves."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from paxsilica.model.notes import BEYOND
from paxsilica.questions.question import Answer
from paxsilica.report import words

if TYPE_CHECKING:
    from paxsilica.report.sheet import Sheet


def page_of(answer: Answer) -> Sheet:
    """The page of an answer: `sheet(answer)` of the module that is called as its question."""
    module = import_module(f"paxsilica.report.pages.{answer.question.kind()}")
    sheet: Sheet = module.sheet(answer)
    first = (*words.leading(answer.notes), *beyond_line(answer))
    return replace(sheet, summary=(*first, *sheet.summary))


def beyond_line(answer: Answer) -> list[str]:
    """What leads a page whose result no model of this kind can carry; nothing on others."""
    reasons = [note.text for note in answer.notes if note.name.startswith(BEYOND)]
    if not reasons:
        return []
    return [
        f"No model of this kind can carry this result: {'; '.join(reasons)}. Take what follows as a "
        "direction, not as a size."
    ]
