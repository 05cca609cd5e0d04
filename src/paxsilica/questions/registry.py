"""The registry: what questions there are. Nothing is imported until it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from paxsilica.errors import LabelError, nearest

if TYPE_CHECKING:
    from paxsilica.questions.question import Question

QUESTIONS: Mapping[str, str] = {
    "depend": "On whom one depends: materials by source, output by stage, hidden inputs.",
    "brief": "What texts hold: who said what, measures, promises, numbers, scenario drafts.",
    "chain": "What a supply chain still makes when suppliers are cut, and for how long stocks last.",
    "ally": "What an alliance is worth, what a newcomer adds, who would stay, who is next.",
    "coerce": "What a cut of exports costs target and sender: one pair, or all pairs.",
    "negotiate": "Best replies, tariff wars, bargains, and the first tranche of a deal.",
    "divert": "Where an exporter's sales go when a market puts up barriers, and where else they could.",
    "target": "How far growth and instruments carry trade toward a target, and what is left.",
    "compare": "How two scenarios, days, baselines or horizons differ, and which measure makes the difference.",
    "score": "How predictions fared against what happened, beside simpler rivals.",
    "sweep": "One question at many points: grids and random designs over any field of a scenario.",
    "run": "What the measures of a scenario file do to every region.",
}
"""Name of a question, which is that of its module in this room too -> what it asks, for lists of commands."""


def question_class(name: str) -> type[Question]:
    """The class of a question, `coerce.Coerce`, imported now. Raises LabelError."""
    if name not in QUESTIONS:
        raise LabelError(f"no question is called {name!r}{nearest(name, QUESTIONS)}")
    kind: type[Question] = getattr(import_module(f"paxsilica.questions.{name}"), name.title())
    return kind
