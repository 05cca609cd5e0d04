"""What a text told of the same act before: its sides and goods, for a sentence that leaves them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import EVERY_COUNTRY, RATED, TRADE_REMEDIES

PLAIN_STEMS = {"product", "good", "item", "import", "export", "article", "material"}
"""Words of the names of goods that tell nothing apart."""

MOST_TOPICS = 200
"""Acts that are remembered, those told of last: more is no text of one subject."""


class Topic(NamedTuple):
    """An act as far as another can be the same."""

    type: str
    actor: tuple[str, ...]
    targets: tuple[str, ...]
    stems: frozenset[str]


Topics: TypeAlias = dict[Topic, Frame]
"""Acts with both sides that a text told of, each with the frame that told of it last, in that order."""


def note_topics(frames: Iterable[Frame], topics: Topics) -> None:
    """Keep the acts of some frames as those told of last."""
    for frame in frames:
        topic = Topic(frame.type, frame.actor, frame.targets, _stems(frame))
        topics.pop(topic, None)
        topics[topic] = frame
    for topic in list(topics)[:-MOST_TOPICS]:
        del topics[topic]


def fill_by_topic(frame: Frame, topics: Topics) -> None:
    """Fill in what a frame leaves out where all that the text told of the same act agrees.

    A remedy always hits an origin, so that a plain duty on goods that one was told of is that one, but for a tariff on all
    goods.
    """
    general = frame.noun is not None and frame.noun.lower == "tariff"
    general &= any(t.generic for t in frame.things)
    only = not general and all(t.type in TRADE_REMEDIES for t in topics)
    _as_the_remedy(frame, topics, only)
    mine = _stems(frame)
    alike = [t for t in topics if _same_act(frame, mine, t, only)]
    if len({(t.actor, t.targets) for t in alike}) != 1:
        _take_goods_of_remedy(frame, topics)
        return
    told = topics[alike[-1]]
    remedy = told.type in TRADE_REMEDIES and not general
    open_ended = not frame.targets or (remedy and frame.targets == (EVERY_COUNTRY,))
    swapped = remedy and bool(frame.actor) and set(frame.actor) <= set(told.targets)
    if open_ended and (frame.actor in ((), told.actor) or swapped or frame.guessed):
        frame.actor, frame.targets, frame.type = told.actor, told.targets, told.type
    elif not frame.actor and frame.targets == told.targets:
        frame.actor, frame.type = told.actor, told.type
    elif frame.actor != told.actor or not set(frame.targets) <= set(told.targets):
        return
    if remedy:
        frame.type = told.type
    if remedy and not (frame.goods or frame.unknown):
        take_goods(frame, told)


def take_goods(frame: Frame, told: Frame) -> None:
    """Give a frame the goods that another one names."""
    frame.goods, frame.unknown = list(told.goods), list(told.unknown)


def take_sides_of_goods(frame: Frame, topics: Topics) -> None:
    """Give a frame that names nobody the sides of the only acts of its type on its goods, where they are another's."""
    mine = _stems(frame)
    alike = [t for t in topics if t.type == frame.type and mine & t.stems]
    sides = {(t.actor, t.targets) for t in alike}
    origins = {c for t in frame.things for c in (*t.origins, *t.into)}
    others = {(t.actor, t.targets) for t in topics}
    mistaken = not frame.targets or (frame.actor, frame.targets) in others - sides
    if len(sides) == 1 and not origins and mistaken:
        frame.actor, frame.targets = next(iter(sides))


def take_sides_of_rate(frame: Frame, topics: Topics) -> None:
    """Give a frame that names nobody the sides and goods of the only act of its rate that was told of: `the 40% tariff`."""
    if frame.noun is None or not repeats(frame, frame.type) or any(t.origins for t in frame.things):
        return
    level = _final_rate(frame)
    alike = [f for t, f in topics.items() if t.type == frame.type and _final_rate(f) == level]
    if level is not None and len({(f.actor, f.targets) for f in alike}) == 1:
        frame.actor, frame.targets = alike[-1].actor, alike[-1].targets
        if not (frame.goods or frame.unknown):
            take_goods(frame, alike[-1])


def _final_rate(frame: Frame) -> float | None:
    """The number of the rate that stands in the end, if any."""
    mention = frame.final[0].mention if frame.final else None
    return mention.value.value if mention is not None and mention.kind == "rate" else None


def _take_goods_of_remedy(frame: Frame, topics: Topics) -> None:
    """Give a remedy without goods those of the one on all its targets, where what the text told of that agrees."""
    if frame.type not in TRADE_REMEDIES or frame.goods or frame.unknown or not frame.targets:
        return
    same = [
        f
        for t, f in topics.items()
        if (t.type, t.actor) == (frame.type, frame.actor) and set(frame.targets) <= set(t.targets)
    ]
    named = [f for f in same if f.goods or f.unknown]
    if len({_stems(f) for f in named}) == 1:
        take_goods(frame, named[-1])


def read_as_remedied(frame: Frame, of_type: dict[str, Frame]) -> None:
    """Read a duty on a state's goods, whatever they are, as a remedy on those told of last where a text tells of nothing
    but remedies: `duties on Chinese imports are 9%, and Thai imports face 12%`.

    Args:
        of_type: type -> the last act of it with goods.
    """
    told = next(reversed(of_type.values()), None)
    whose = [t for t in frame.things if t.says]
    bare = bool(whose) and all(t.generic and t.origins for t in whose)
    whole = any(c.lower == "all" for t in whose for c in t.word.children)
    if told is None or whole or not bare or not {*of_type} <= {*TRADE_REMEDIES}:
        return
    if frame.type in RATED and frame.actor in ((), told.actor or frame.actor):
        frame.type = told.type
        take_goods(frame, told)


def _is_new(frame: Frame) -> bool:
    """Whether an instrument is no remedy that was told of: `a 30% tariff`."""
    noun = frame.noun
    return (
        noun is not None and noun.lower == "tariff" and any(c.lower == "a" for c in noun.children)
    )


def _as_the_remedy(frame: Frame, topics: Topics, only: bool) -> None:
    """Read a plain duty on those whom the one remedy of a text hits as that remedy."""
    hit = {c for t in topics for c in t.targets}
    types = {t.type for t in topics}
    plain = frame.type == "Import tariff" and not _is_new(frame)
    if not (only and plain and frame.targets) or len(types) != 1:
        return
    if set(frame.targets) <= hit and frame.actor in {t.actor for t in topics}:
        frame.type = next(iter(types))
        told = next((f for f in reversed(topics.values()) if f.goods or f.unknown), None)
        if told is not None and not (frame.goods or frame.unknown):
            take_goods(frame, told)


def _same_act(frame: Frame, mine: frozenset[str], topic: Topic, only: bool) -> bool:
    """Whether a frame may be of an act that was told of: of the same type, or a plain duty, on goods of the same name.

    Args:
        mine: the words of its own goods. only: the text has told of nothing but remedies.
    """
    plain = frame.type == "Import tariff" and topic.type in TRADE_REMEDIES and not _is_new(frame)
    if not (frame.type == topic.type or plain):
        return False
    if mine and topic.stems and not (plain and only):
        return bool(mine & topic.stems)
    return plain or frame.noun is None or repeats(frame, topic.type)


def _stems(frame: Frame) -> frozenset[str]:
    """The words of the names of its goods that tell them apart, without a plural's s."""
    said = " ".join([*(g.words for g in frame.goods), *frame.unknown]).lower().split()
    return frozenset(word.removesuffix("s") for word in said if len(word) > 2) - PLAIN_STEMS


def repeats(frame: Frame, type: str) -> bool:
    """Whether an instrument is one that was told of before: `these duties`, `the measure`, a rate without one."""
    if frame.noun is None or {frame.type, type} <= set(TRADE_REMEDIES):
        return True
    said = {c.lower for c in frame.noun.all("det", "amod", "predet")}
    owned = any(c.kind == "place" for c in frame.noun.children)
    return bool(said & {"the", "this", "these", "that", "those", "such"}) and not owned
