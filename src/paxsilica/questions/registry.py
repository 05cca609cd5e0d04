"""The registry: name of a question -> where its class is and what it asks. Nothing is imported until it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from paxsilica.errors import LabelError, nearest

if TYPE_CHECKING:
    from paxsilica.questions.question import Question


@dataclass(frozen=True)
class Entry:
    """A question by name: its module in this room, its class, and one line for lists of commands."""

    module: str
    asks: str

    @property
    def cls(self) -> str:
        """The class is called as its module, in capitals: `coerce.Coerce`."""
        return self.module.title()


QUESTIONS: Mapping[str, Entry] = {
    name: Entry(name, asks)
    for name, asks in {
        "depend": "On whom one depends: materials by source, output by stage, hidden inputs.",
        "brief": "What texts hold: who said what, measures, promises, numbers, scenario drafts.",
        "chain": "What a supply chain still makes when suppliers are cut, and for how long stocks last.",
        "ally": "What an alliance is worth, what a newcomer adds, who would stay, who is next.",
        "coerce": "What a cut of exports costs target and sender: one pair, or all pairs.",
        "run": "What the measures of a scenario file do to every region.",
    }.items()
}


def question_class(name: str) -> type[Question]:
    """The class of a question by its name, imported now. Raises LabelError."""
    if name not in QUESTIONS:
        raise LabelError(f"no question is called {name!r}{nearest(name, QUESTIONS)}")
    entry = QUESTIONS[name]
    kind: type[Question] = getattr(import_module(f"paxsilica.questions.{entry.module}"), entry.cls)
    return kind
