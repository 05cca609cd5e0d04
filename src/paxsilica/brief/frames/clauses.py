"""A sentence's mentions -> its clauses: each with its subject, its verbs and what it begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paxsilica.brief.frames.mentions import Mention, adjective
from paxsilica.brief.frames.words import wordset

VERBS = ("verb", "say", "other", "facing", "aux", "modal")
ADVERBS = wordset("adverbs")
CUE_NOUNS = wordset("no verb")
"""Words of doubt that are no verbs, or mostly none."""


@dataclass
class Clause:
    """Mentions of one clause, and the comma or conjunction before it."""

    items: list[Mention]
    border: Mention | None = None

    @property
    def opener(self) -> str:
        """The sort of border: `join`, `split`, `that`, `which`, `if`, `,`, ...; nothing at the beginning."""
        return str(self.border.value) if self.border else ""

    @property
    def first_verb(self) -> int:
        """The position of its first verb; the number of its items where it has none."""
        return next((i for i in range(len(self.items)) if is_verb(self.items, i)), len(self.items))


def is_verb(items: Sequence[Mention], i: int) -> bool:
    """Whether an item is a verb where it stands: nouns that look like one follow an article or a preposition."""
    item = items[i]
    if item.kind in ("aux", "modal"):
        return True
    if item.kind == "cue":
        return _cue_verb(items, i)
    if item.kind == "prep" or (item.kind not in VERBS and not item.can_be("verb")):
        return False
    back = i - 1
    while back > 0 and _adverb(items, back):
        back -= 1
    before = items[back] if i else None
    after = items[i + 1] if i + 1 < len(items) else None
    if before is not None and before.words.lower() in ("to", "will", "would", "shall"):
        return True
    if item.kind in ("instrument", "goods", "product"):
        relative = (
            i > 1
            and before is not None
            and before.kind in ("place", "pronoun")
            and not before.own
            and (items[i - 2].kind == "conj" and items[i - 2].value in ("that", "which"))
        )
        return relative or _noun_is_verb(item, before, after)
    if before is None:
        return item.words[:1].islower() or item.words.endswith("ing") or item.kind != "verb"
    if before.kind == "ignore" and before.words.lower() not in ADVERBS:
        return False
    if before.kind == "more" or (before.kind == "place" and before.own):
        return False
    if before.kind == "prep" and not item.words.endswith("ing"):
        return False
    if before.kind == "rate" and item.words.lower() in ("cut", "increase", "hike", "raise"):
        return False
    return before.words.lower() not in ("its", "their", "his", "her", "our")


def _adverb(items: Sequence[Mention], k: int) -> bool:
    """Whether an item is an adverb between a subject and its verb; a day behind `on` is none."""
    told = items[k].kind == "date" and items[k - 1].kind == "prep"
    return not told and items[k].words.lower() in ADVERBS - {"-", "not", "never"}


def _cue_verb(items: Sequence[Mention], i: int) -> bool:
    word = items[i].words.lower()
    if word in CUE_NOUNS:
        before = items[i - 1] if i else None
        return word in (
            "plan",
            "plans",
            "demand",
            "request",
            "review",
            "delay",
            "pause",
            "freeze",
            "model",
        ) and (
            before is not None and before.kind in ("place", "pronoun", "modal") and not before.own
        )
    before = items[i - 1] if i else None
    if (
        before is not None
        and before.kind in ("ignore", "more", "prep")
        and before.words.lower() not in ADVERBS
    ):
        return before.words.lower() == "to"
    after = items[i + 1] if i + 1 < len(items) else None
    adjective = after is not None and (
        after.kind in ("rate", "instrument")
        and word.endswith("ed")
        and (before is None or before.kind == "place")
    )
    return not (adjective and before is not None and before.own)


def _noun_is_verb(item: Mention, before: Mention | None, after: Mention | None) -> bool:
    """Whether `levies`, `taxes` or `bans` is a verb: after a subject, before an object."""
    if after is None:
        return False
    if before is None or before.words == ",":
        word = item.words.lower()
        object_ = after.kind == "place" or (
            after.kind == "ignore" and after.words.lower() in ("a", "an")
        )
        return item.words[:1].islower() and word.endswith(("s", "ed")) and object_
    if before.kind in ("modal", "neg"):
        return True
    subject = (
        (before.kind == "place" and not before.own)
        or before.kind == "pronoun"
        or (before.kind == "aux")
    )
    subject = subject and before.words.lower() not in ("its", "their", "his", "her", "our")
    past = item.words.lower().endswith("ed") and before.kind not in ("ignore", "prep")
    objects = (
        "ignore",
        "rate",
        "goods",
        "product",
        "place",
        "more",
        "word",
        "everybody",
        "pronoun",
    )
    return (subject or past) and after.kind in objects


def has_verb(items: Sequence[Mention]) -> bool:
    """Whether some items hold a verb."""
    return any(is_verb(items, i) for i in range(len(items)))


HARD = (";", ":", "—", "–")
"""Borders that nothing is joined across towards the left."""


def clauses_of(items: Sequence[Mention]) -> list[Clause]:
    """The clauses in order. A stretch between two borders is a clause if it has a verb; others join the one before."""
    pieces: list[Clause] = []
    start, border = 0, None
    for i, item in enumerate(items):
        if _border(items, i):
            pieces.append(Clause(list(items[start:i]), border))
            start, border = i + 1, item
    pieces.append(Clause(list(items[start:]), border))
    done: list[Clause] = []
    waiting: Clause | None = None
    hanging = False
    for piece in pieces:
        if hanging and piece.opener == ",":
            done[-1].items += piece.items
            hanging = not has_verb(piece.items)
            continue
        hard = piece.border is not None and piece.border.words in HARD
        turn = (
            piece.border is not None
            and piece.border.can_be("conj", "split")
            and has_verb(piece.items)
        )
        if hard and waiting is not None:
            done, waiting = _with_waiting(done, waiting), None
        elif turn and waiting is not None:
            done, waiting = [*done, waiting], None
        if waiting is not None and _interjected(piece):
            done.append(piece)
        elif has_verb(piece.items):
            lead = [*waiting.items, *([piece.border] if piece.border else [])] if waiting else []
            done.append(Clause([*lead, *piece.items], waiting.border if waiting else piece.border))
            waiting = None
            last = piece.items[-1]
            hanging = last.kind == "modal" or (last.kind == "aux" and last.value == "be")
        elif waiting is not None or hard or not done:
            more = [*([piece.border] if piece.border and waiting else []), *piece.items]
            waiting = (
                Clause([*waiting.items, *more], waiting.border)
                if waiting
                else Clause(more, piece.border)
            )
        else:
            done[-1].items += [*([piece.border] if piece.border else []), *piece.items]
    return _with_waiting(done, waiting) if waiting is not None else done


def _interjected(piece: Clause) -> bool:
    """Whether a stretch between commas only says who says it: `The EU, Brasilia says, charges 25 %`."""
    says = any(i.kind == "say" for i in piece.items)
    act = any(
        i.kind in ("rate", "verb", "goods", "product") or i.can_be("instrument")
        for i in piece.items
    )
    return piece.opener == "," and says and not act and len(piece.items) < 9


def _with_waiting(done: list[Clause], waiting: Clause) -> list[Clause]:
    """Clauses with a stretch that never found its verb: a clause of its own at the beginning, else part of the last."""
    if not waiting.items:
        return done
    if not done or any(i.can_be("instrument") for i in waiting.items):
        return [*done, waiting]
    done[-1].items += [*([waiting.border] if waiting.border else []), *waiting.items]
    return done


def _clause_ahead(items: Sequence[Mention], i: int) -> bool:
    """Whether a subject and its verb follow a word such as `after`, before the next border."""
    nxt = items[i + 1].words.lower() if i + 1 < len(items) else ""
    if items[i].words.lower() == "as" and (
        nxt.endswith("ed") or nxt in ("set", "laid", "consistent")
    ):
        return False
    for k in range(i + 1, min(len(items), i + 12)):
        if items[k].kind in ("punct", "conj"):
            return False
        if is_verb(items, k):
            return k > i + 1
    return False


def _listed_places(items: Sequence[Mention], i: int, before: Mention, after: Mention) -> bool:
    """Whether a comma or `and` stands between two places of a list, and no verb follows."""
    alike = before.kind == after.kind == "place" and adjective(before) == adjective(after)
    plain = not (before.own or before.form)
    return alike and plain and not is_verb(items, min(i + 2, len(items) - 1))


def _border(items: Sequence[Mention], i: int) -> bool:
    item = items[i]
    after = items[i + 1] if i + 1 < len(items) else None
    before = items[i - 1] if i else None
    listing = item.value == "join" or item.words == ","
    if (
        listing
        and before is not None
        and after is not None
        and _listed_places(items, i, before, after)
    ):
        return False
    if item.kind == "punct":
        return True
    if item.kind == "prep" and item.can_be("conj", "split"):
        return _clause_ahead(items, i)
    if item.kind != "conj":
        return False
    if item.value in ("that", "which") and before is not None and before.can_be("instrument"):
        return False
    if item.value == "split" and after is not None:
        if item.words.lower() == "since" and after.kind == "date":
            return False
        if item.words.lower() == "once" and after.kind in ("rate", "ignore", "prep"):
            return False
        if item.words.lower() in ("as", "before", "after", "so") and after.kind in ("rate", "date"):
            return False
    return True
