"""What a sentence stands under: the goods that head its line, and the lead of the list that it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from paxsilica.brief.frames.firms import FIRM
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.goods import GOODS_WORDS, NamedGoods
from paxsilica.brief.frames.labels import states_listed
from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.frames.respelled import UNTIL_NOW
from paxsilica.brief.frames.sentences import Sent, is_title
from paxsilica.brief.frames.table_lines import BULLET
from paxsilica.brief.frames.things import EXCEPTING, FIRMS, NO_GOODS
from paxsilica.brief.places import seats

LONGEST_HEAD = 8
"""Words of the longest name of goods that heads a line."""

TELLING_MORE = ("verb", "instrument", "place", "rate", "say", "modal", "aux")
"""Kinds of mentions with which words tell more than the name of goods."""

HEAD = re.compile(
    r"[\W\d_]*(?P<label>[^:|]*?[^:|\s])\s*(?P<mark>[:|]|\s[–—-](?=\s)|\.?\s*$)\s*(?P<rest>.*)", re.S
)
INSTANCES = re.compile(
    r"\s*(?:\([^)]*\)|,?\s\b(?:e\.g\.|i\.e\.|such as|including|for example|namely)\s.*)"
)
WILL_DO = re.compile(
    r"\s(?:also\s)?(?:will|shall|must|is\sto|(?:has\s)?(?:agree[sd]?|commit(?:s|ted)?|pledge[sd]?|promise[sd]?)(?:\sitself)?\sto)\s?:\s*"
)
DONE_BY, INCLUDE = re.compile(r"\b(?:by|of)\s(?:the\s)?$"), re.compile(r"\s(?:include|are)\s?:\s*")
"""How a sentence ends whose list says what a state does."""

FOLLOWING = re.compile(rf"\bfollowing\s(?:\w+\s){{0,2}}(?:{GOODS_WORDS})\b")
"""Goods that a list names: `the following food products`."""

LONGEST_ITEM = 4
"""Sentences and lines of the longest item below a bullet that stands alone on its line."""


class Listed(NamedTuple):
    """What the items of a list name, and nothing else: goods, or states; `excepting` where they leave something out."""

    goods: tuple[NamedGoods, ...] = ()
    states: tuple[str, ...] = ()
    excepting: bool = False


def heads_of(sentences: Sequence[Sent]) -> Iterator[tuple[NamedGoods, ...]]:
    """For each sentence the goods that its line is about, or the line above it that names them alone: `Wine: ...`."""
    head: tuple[NamedGoods, ...] = ()
    below: tuple[NamedGoods, ...] = ()
    paragraph = -1
    for sent in sentences:
        head = head if sent.paragraph == paragraph else below
        paragraph, below = sent.paragraph, ()
        parts = HEAD.fullmatch(sent.text)
        whole = parts is not None and not parts["rest"]
        opens = whole or (parts is not None and sent.start == sent.paragraph)
        if parts is not None and opens:
            marked = parts["mark"].strip(" .") != ""
            end = sent.start + parts.end("label")
            named = _goods_named(parts["label"], [i for i in sent.items if i.end <= end], whole)
            if named and (marked or _begins_item(sent)):
                head, below = named, named if whole and marked else ()
        yield head


def states_heading(sent: Sent, above: tuple[str, ...]) -> tuple[str, ...]:
    """The states that head the part of a text that a sentence is in: `Chad`, `Chad: Tariffs Rise`.

    Args:
        above: those that head the part of the sentence before, which goes on where this is no title.
    """
    if sent.start != sent.paragraph or _begins_item(sent):
        return above
    parts = HEAD.fullmatch(sent.text)
    heads = states_listed(parts["label"].rstrip(".")) if parts else []
    if any(name in seats() for name, _ in heads):
        return above
    return tuple(code for _, code in heads) if heads or is_title(sent) else above


def _goods_named(label: str, items: Sequence[Mention], unknown: bool) -> tuple[NamedGoods, ...]:
    """The goods that a label names and nothing else; `unknown` where they may be such that no table knows."""
    said = INSTANCES.sub("", label).strip(" .;,")
    tells = any(i.kind in TELLING_MORE and not i.words.endswith("ing") for i in items)
    if tells or not 0 < len(said.split()) <= LONGEST_HEAD:
        return ()
    known = [i.value for i in items if i.kind == "product" and i.words in said]
    if not known and not (unknown and _may_name(said, items)):
        return ()
    if known and ("," in said or " and " in said):
        return tuple(known)
    return (known[-1]._replace(words=said) if known else NamedGoods(said),)


def _may_name(label: str, items: Sequence[Mention]) -> bool:
    """Whether a label can be a name of goods that no table knows: no office or city (`MANILA:`), nobody who pays, no
    adverb, and nothing that a preposition leads to."""
    last = re.sub(r"\W*\([^()]*\)|\W+$", "", label).rpartition(" ")[2].lower()
    led = items[:1] and items[0].kind in ("prep", "office", "date", "number")
    no_goods = last in NO_GOODS or last.endswith("ly") or FIRM.search(label)
    return not (label.isupper() or led or no_goods or last in FIRMS)


def _begins_item(sent: Sent) -> bool:
    return BULLET.match(f"{sent.text} ") is not None


def leads_of(sentences: Sequence[Sent]) -> Iterator[int | None]:
    """For each sentence the number of the one before a colon that leads to it, or to the list that it is an item of."""
    lead: int | None = None
    alone = -LONGEST_ITEM
    for n, sent in enumerate(sentences):
        before = sentences[n - 1] if n else None
        if before is not None and before.text.rstrip()[-1:] == ":":
            lead = n - 1
        elif lead is not None and before is not None and sent.paragraph != before.paragraph:
            marked = _begins_item(sent) or sent.text.rstrip()[-1:] in ("|", ";", ",")
            lead = lead if marked or n - alone < LONGEST_ITEM else None
        alone = n if BULLET.fullmatch(f"{sent.text} ") else alone
        yield lead


def doer_of(lead: Sent) -> tuple[str, ...]:
    """The state that does what the list below a sentence says: `Chad will:`; nobody where it tells of none."""
    last = next((i for i in reversed(lead.items) if i.kind == "place"), None)
    if last is None:
        return ()
    before, behind = lead.text[: last.start - lead.start], lead.text[last.end - lead.start :]
    does = WILL_DO.fullmatch(behind) or (DONE_BY.search(before) and INCLUDE.fullmatch(behind))
    return last.value if does else ()


def listed_in(sentences: Sequence[Sent], leads: Sequence[int | None]) -> dict[int, Listed]:
    """What the lists of a text name, by the number of the sentence that leads to each; none where an item says more."""
    found: dict[int, Listed] = {}
    numbered = ((lead, s) for lead, s in zip(leads, sentences, strict=True) if lead is not None)
    for lead, items in groupby(numbered, key=lambda one: one[0]):
        lines = [[*line] for _, line in groupby((s for _, s in items), key=lambda s: s.paragraph)]
        told = FOLLOWING.search(sentences[lead].text) is not None
        if (told or len(lines) > 1) and (listed := _all_named(lines, told)):
            found[lead] = listed
    return found


def _all_named(lines: Sequence[Sequence[Sent]], told: bool) -> Listed | None:
    """What lines name: all states, or goods of which most are known; nothing where one says more.

    Args:
        told: their lead says that they name what it is on, so that goods need not be known.
    """
    goods: list[NamedGoods] = []
    states: list[str] = []
    excepting = False
    for line in lines:
        said = UNTIL_NOW.sub("", " ".join(s.text for s in line))
        bullet = BULLET.match(f"{said} ")
        label = said[bullet.end() if bullet else 0 :].strip(" .;,|")
        label = re.sub(r"\s*\([^()]*\)|[;,]?\sand$", "", label)
        items = [i for s in line for i in s.items]
        excepting |= any(i.words.lower() in EXCEPTING for i in items)
        own = [i for i in items if i.words in label]
        if named := _goods_named(label, own, True):
            goods += named
        elif found := states_listed(label):
            states += [code for _, code in found]
        else:
            return None
    known = sum(g.known for g in goods)
    if goods and (states or (2 * known < len(goods) and not told)):
        return None
    return Listed(tuple(goods), tuple(dict.fromkeys(states)), excepting)


def with_listed(frame: Frame, listed: Listed) -> None:
    """Give the act that leads to a list what the list names."""
    left_out = {w.lower for w in frame.words} & EXCEPTING
    frame.excepted = ("?",) if left_out or listed.excepting else frame.excepted
    if left_out:
        return
    if listed.goods:
        frame.goods = [g for g in listed.goods if g.known]
        frame.unknown = [g.words for g in listed.goods if not g.known]
        frame.unclear = False
        for thing in frame.things:
            thing.listed = thing.some = thing.generic = False
    elif not frame.targets:
        frame.targets = tuple(c for c in listed.states if c not in frame.actor)
