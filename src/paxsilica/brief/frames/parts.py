"""The part that each place plays in its clause: owner of an instrument, subject, agent, target, where goods go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paxsilica.brief.frames.clauses import Clause, is_verb
from paxsilica.brief.frames.gate import EVERY_COUNTRY
from paxsilica.brief.frames.mentions import Mention, adjective
from paxsilica.brief.frames.phrases import GoodsPhrase, is_seat, owner_of


@dataclass(frozen=True)
class PlacePart:
    """A place of a clause: position, codes, and part: owner, agent, subject, target, origin, into, seat, aside."""

    at: int
    codes: tuple[str, ...]
    part: str
    item: Mention


def place_parts(items: Sequence[Mention], phrases: Sequence[GoodsPhrase]) -> list[PlacePart]:
    """The part of each place that is no origin of goods."""
    inside = {k for p in phrases for k in range(p.first, p.last)}
    found = []
    for i, item in enumerate(items):
        if item.kind not in ("place", "everybody"):
            continue
        if i in inside:
            continue
        codes = item.value if item.kind == "place" else (EVERY_COUNTRY,)
        found.append(PlacePart(i, codes, _part_played(items, i), item))
    return found


def _part_played(items: Sequence[Mention], i: int) -> str:
    item = items[i]
    if item.form == "inland":
        return "into" if governing(items, i)[0] in ("in", "to") else "aside"
    if item.form in ("private", "voice", "court", "exporter"):
        return item.form
    if item.kind == "everybody":
        nearly = i > 0 and items[i - 1].words.lower() in ("nearly", "almost", "virtually", "most")
        return "aside" if nearly else "target"
    owned = owner_of(items, i)
    lead, at = governing(items, i)
    if _levied_by(items, i):
        return "owner"
    if owned is not None:
        earlier = any(
            items[k].kind == "place" and owner_of(items, k) == owned
            for k in range(max(0, i - 3), i)
        )
        named = not adjective(item) and not item.own and not item.form
        verb = next((k for k in range(i - 1, -1, -1) if is_verb(items, k)), None)
        object_ = (
            named
            and verb is not None
            and items[verb].can_be("verb", "impose")
            and any(x.kind == "place" for x in items[:verb])
        )
        return "target" if (earlier and not adjective(item)) or object_ else "owner"
    if lead == "by":
        return "agent"
    if lead == "of":
        before = items[at - 1] if at else None
        if before is not None and (
            before.can_be("instrument") or before.words.lower() in ("tariff", "duty")
        ):
            return "owner"
        members = before is not None and before.words.lower() in (
            "members",
            "countries",
            "states",
            "nations",
            "union",
            "republic",
            "kingdom",
        )
        return "subject" if members or before is None else "aside"
    if lead in ("on", "for"):
        return "target"
    if lead == "from":
        return "origin"
    if lead == "to":
        return "into"
    if lead == "in":
        return "seat" if is_seat(item) else "into"
    if lead == "with" and item.own and items[at].words.lower() == "over":
        return "target"
    if lead in ("with", "as", "start", "end", "after", "except"):
        return "aside"
    if item.own:
        return "owner" if _own_instrument(items, i) else "aside"
    return "subject"


def _levied_by(items: Sequence[Mention], i: int) -> bool:
    """Whether a place is the subject of a relative clause on an instrument: `the duty that Guatemala charges`."""
    k = i - 1
    while k >= 0 and items[k].kind == "ignore":
        k -= 1
    if k >= 0 and items[k].kind == "conj" and items[k].value in ("that", "which"):
        k -= 1
    verb = any(is_verb(items, j) for j in range(i + 1, min(i + 3, len(items))))
    return verb and k >= 0 and items[k].can_be("instrument") and not is_verb(items, k)


def _own_instrument(items: Sequence[Mention], i: int) -> bool:
    return any(x.can_be("instrument") for x in items[i + 1 : i + 5])


def governing(items: Sequence[Mention], i: int) -> tuple[str, int]:
    """The preposition that governs a place, through the list in which it stands, and its position."""
    k = i - 1
    while k >= 0:
        item = items[k]
        if item.kind == "prep":
            words = item.words.lower()
            return ("by" if words == "by" else str(item.value)), k
        in_list = (item.kind == "conj" and item.value == "join") or item.words == ","
        if (
            (item.kind == "ignore" and item.words.lower() not in ("now", "also"))
            or item.words in ("The", "“", '"', "‘")
            or (in_list and k and items[k - 1].kind in ("place", "everybody"))
            or (item.kind in ("place", "everybody") and k < i and listed(items, k, i))
            or (item.kind in ("goods",) and item.words.lower() == "imports")
        ):
            k -= 1
        else:
            return "", -1
    return "", -1


def listed(items: Sequence[Mention], k: int, i: int) -> bool:
    return any((x.kind == "conj" and x.value == "join") or x.words == "," for x in items[k + 1 : i])


def subject_of(clause: Clause, parts: Sequence[PlacePart]) -> list[PlacePart]:
    """The places before the first verb of a clause that may be its subject."""
    verb = clause.first_verb
    return [p for p in parts if p.at < verb and p.part == "subject"]


def passive(items: Sequence[Mention], verb: int) -> bool:
    """Whether a verb is a passive: a form of `be` stands before it."""
    item = items[verb]
    if item.words.lower().endswith("ing") or item.kind == "facing":
        return False
    k = verb - 1
    while k >= 0 and (
        items[k].kind in ("neg", "ignore")
        or items[k].words.lower().endswith("ly")
        or items[k].kind == "date"
    ):
        k -= 1
    if k < 0:
        return False
    be = items[k].kind == "aux" and items[k].value == "be"
    return be or (items[k].kind == "modal" and items[k].words.lower().split()[-1] == "be")
