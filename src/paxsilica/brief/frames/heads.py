"""Frames: for each instrument or rate of a clause who acts, on whom, on what, how much and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from paxsilica.brief.frames.clauses import Clause, is_verb
from paxsilica.brief.frames.goods import NamedGoods
from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.frames.phrases import GoodsPhrase, phrases_of
from paxsilica.brief.frames.rates import (
    GROWTH,
    adjoins,
    comes_on_top,
    is_share,
    last_verb,
    lead_of,
    levies,
    limits_goods,
    of_it,
    role_of,
    zero_rate,
)
from paxsilica.brief.record import Quantity

WEAK = ("Import rate", "Licence", "Trade ban")
"""Types of nouns that name an instrument only beside another word."""


@dataclass
class Head:
    """One instrument, or rate without one, with what its clause says of it."""

    clause: int
    at: int
    type: str = "Import tariff"
    instrument: int | None = None
    rates: list[tuple[int, Mention, str]] = field(default_factory=list)
    last: int = 0
    more: bool = False
    verb: int | None = None
    actor: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    phrases: list[GoodsPhrase] = field(default_factory=list)
    inherits: bool = False
    third: bool = False
    goods: list[NamedGoods] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    several: bool = False
    guessed: bool = False
    some: bool = False
    limited: bool = False
    at_targets: int | None = None
    mutual: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()

    def final(self) -> tuple[int, Mention, str] | None:
        """The rate that stands in the end, if any."""
        new = [r for r in self.rates if r[2] not in ("old", "by", "existing", "none")]
        return new[-1] if new else None


def heads_of(number: int, clause: Clause, before: Head | None) -> list[Head]:
    """The heads of a clause. `before` is the last one of the sentence, whose instrument an ellipsis repeats."""
    items = clause.items
    heads: list[Head] = []
    noise = {i for i, item in enumerate(items) if item.kind == "noise"}
    for i, item in enumerate(items):
        cur = heads[-1] if heads else None
        if item.can_be("instrument") and not is_verb(items, i):
            _take_instrument(number, items, i, heads, noise)
        elif item.kind in ("rate", "zero", "money"):
            _take_rate(number, items, i, heads, before if cur is None else cur, noise)
    return heads


def _noun_value(item: Mention) -> str:
    return str(item.as_("instrument").value)


def _take_instrument(
    number: int, items: Sequence[Mention], i: int, heads: list[Head], noise: set[int]
) -> None:
    cur = heads[-1] if heads else None
    value = _noun_value(items[i])
    if i - 1 in noise or (i and items[i - 1].kind == "word" and value == "Import rate"):
        return
    if (
        cur is not None
        and cur.instrument is None
        and cur.rates
        and adjoins(items, cur.rates[-1][0], i)
    ):
        cur.instrument, cur.last = i, i
        if value not in WEAK:
            cur.type = value
        return
    if (
        cur is not None
        and cur.instrument is not None
        and i - cur.instrument <= 2
        and (items[i - 1].kind == "conj" or i - cur.instrument == 1)
    ):
        cur.last = i
        if cur.type in WEAK:
            cur.type = value
        return
    if cur is not None and value == "Import rate" and cur.final() is None:
        return
    more = any(x.kind == "more" for x in items[max(0, i - 4) : i])
    heads.append(Head(number, i, value, i, last=i, more=more))


def _take_rate(
    number: int,
    items: Sequence[Mention],
    i: int,
    heads: list[Head],
    cur: Head | None,
    noise: set[int],
) -> None:
    item = items[i]
    after = items[i + 1] if i + 1 < len(items) else None
    lead, at, words = lead_of(items, i)
    adjoining = _adjoining(items, i)
    if any(abs(n - i) <= 2 and not adjoining for n in noise) and item.kind != "money":
        near = [n for n in noise if abs(n - i) <= 2]
        if any(n > i or (n < i and n > (cur.last if cur else -1)) for n in near):
            return
    grown = not adjoining and after is not None and after.words.lower() in GROWTH
    if grown and (after is None or after.words.lower() != "of" or is_share(items, i)):
        return
    own = heads[-1] if heads else None
    role = role_of(items, i, lead, words)
    if role == "none":
        return
    if item.kind == "zero" and not zero_rate(items, i, lead, bool(own and own.rates), adjoining):
        return
    if adjoining:
        heads.append(Head(number, i, rates=[(i, item, role)], last=i, more=comes_on_top(items, i)))
        if role == "existing" and own is not None and len(heads) > 1:
            heads.pop()
            own.rates.append((i, item, role))
        return
    if own is not None and _attaches(items, i, own, lead, at):
        if lead == "to" and own.rates and own.last != i and _changes(items, own, i):
            own.rates = [(k, x, "old") for k, x, _ in own.rates]
        another = own.final() is not None and role not in ("old", "existing", "by")
        if another and not _goes_on_to(items, own, i, lead):
            heads.append(_like(number, i, own, item, role))
            return
        own.rates.append((i, item, role))
        own.last = i
        return
    if item.kind == "money":
        return
    if own is None and cur is not None and (lead in ("join", ",", ";", "", "punct") or at < 0):
        heads.append(_like(number, i, cur, item, role))
        return
    if own is None and cur is not None and of_it(items, i):
        heads.append(_like(number, i, cur, item, role))
        return
    free = item.kind == "zero" and item.words.lower().startswith(("duty", "tariff", "free"))
    part = any(x.kind == "rate" and is_share(items, k) for k, x in enumerate(items[:i]))
    if free and not part and any(x.can_be("enter") for x in items):
        heads.append(Head(number, i, rates=[(i, item, role)], last=i))
        return
    verb = last_verb(items, i)
    if verb is not None and levies(items, verb, i) and lead not in ("by",):
        again = any(x.words.lower() in ("it", "them", "these", "this") for x in items[verb + 1 : i])
        heads.append(
            Head(
                number,
                i,
                rates=[(i, item, role)],
                last=i,
                more=comes_on_top(items, i),
                verb=verb,
                inherits=again,
            )
        )


def _adjoining(items: Sequence[Mention], i: int) -> bool:
    """Whether a rate stands right before its instrument: `25% US tariff`, `two points off the duty`."""
    item = items[i]
    near = range(i + 1, min(len(items), i + 7))
    ahead = next((k for k in near if items[k].can_be("instrument") and not is_verb(items, k)), None)
    if ahead is None or adjoins(items, i, ahead):
        return ahead is not None
    points = isinstance(item.value, Quantity) and "points" in item.value.unit
    between = items[i + 1 : ahead]
    plain = ("prep", "ignore", "pronoun", "product", "place")
    return points and all(x.kind in plain or x.words.lower() == "off" for x in between)


def _like(number: int, i: int, head: Head, item: Mention, role: str) -> Head:
    return Head(
        number, i, head.type, None, [(i, item, role)], i, head.more, head.verb, inherits=True
    )


def _attaches(items: Sequence[Mention], i: int, head: Head, lead: str, at: int) -> bool:
    """Whether a rate belongs to the instrument before it."""
    start = head.instrument if head.instrument is not None else head.at
    verb = last_verb(items, i)
    if verb is not None and verb > start:
        if items[verb].kind in ("say", "other") and not items[verb].can_be("verb"):
            return False
        verbs = items[verb]
        ok = verbs.can_be("verb") or verbs.kind == "facing" or verbs.kind == "cue"
        if not ok:
            return False
        between = items[verb + 1 : i]
        if lead == "by" and any(x.kind in ("word", "product", "noise") for x in between):
            return False
    return lead not in ("noise", "number")


def _changes(items: Sequence[Mention], head: Head, i: int) -> bool:
    """Whether a verb changes a rate that stood: `halve its 150 % duty to 75 %`, `a duty of 39 % was cut to 15 %`."""
    if len(head.rates) != 1:
        return False
    kinds = ("raise", "cut", "double", "triple", "halve")
    before, between = last_verb(items, head.at), last_verb(items, i)
    adjoining = head.rates[0][0] == head.at
    verbs = [before if adjoining else None, between if between and between > head.at else None]
    return any(v is not None and items[v].can_be("verb", kind) for v in verbs for kind in kinds)


def _goes_on_to(items: Sequence[Mention], head: Head, i: int, lead: str) -> bool:
    """Whether a rate is the end of a range, or of a change, that the last one began."""
    last, _, role = head.rates[-1]
    between = items[last + 1 : i]
    if role in ("old", "by") or (lead in ("to",) and all(x.kind == "prep" for x in between)):
        return True
    joined = " ".join(x.words.lower() for x in items[max(0, last - 2) : last])
    return "between" in joined and len(between) == 1


def assign(head_list: list[Head], clause: Clause) -> list[GoodsPhrase]:
    """Give each head of a clause its goods: those behind it, or where goods stand before their rates those."""
    items = clause.items
    every = phrases_of(items)
    for p in every:
        behind = items[p.last] if p.last < len(items) else None
        if behind is not None and behind.words.lower() in ("excepted", "excluded", "exempted"):
            p.lead = "except"
    phrases = [p for p in every if p.lead not in ("with", "after", "except", "as")]
    left_out = [p for p in every if p.lead == "except"]
    for head in head_list:
        head.excepted = tuple(c for p in left_out for g in p.goods for c in (g.codes or g.sectors))
        if any(p.unknown for p in left_out):
            head.excepted = (*head.excepted, "?")
    if not head_list:
        return phrases
    for n, head in enumerate(head_list):
        until = head_list[n + 1].at if n + 1 < len(head_list) else len(items)
        head.limited = any(limits_goods(items, k) for k in range(head.at, until))
    rated = [h for h in head_list if h.rates]
    if len(rated) > 1 and _before_their_rates(rated, phrases, items):
        start = -1
        for head in head_list:
            end = head.rates[-1][0] if head.rates else head.at
            head.phrases = [p for p in phrases if start < p.first <= end]
            start = end
        tail = [p for p in phrases if p.first > start]
        head_list[-1].phrases += tail
        return phrases
    for n, head in enumerate(head_list):
        start = head.at if n else -1
        end = head_list[n + 1].at if n + 1 < len(head_list) else len(items)
        head.phrases = _chained([p for p in phrases if start <= p.first < end], head, items)
    return phrases


def with_borrowed_goods(heads: list[Head]) -> list[Head]:
    """The heads of a clause, where an instrument without a rate gives its goods to the one with a rate before it."""
    done: list[Head] = []
    for head in heads:
        last = done[-1] if done else None
        if (
            last is not None
            and last.rates
            and not head.rates
            and head.instrument is not None
            and not last.phrases
        ):
            last.phrases, last.last = head.phrases, last.last
            last.at_targets = head.at
            continue
        done.append(head)
    return done


def _chained(phrases: list[GoodsPhrase], head: Head, items: Sequence[Mention]) -> list[GoodsPhrase]:
    """The phrases before a head, the first behind it, and those that go on its list."""
    begin = head.instrument if head.instrument is not None else head.at
    own = [p for p in phrases if p.first >= begin and p.lead in ("on", "to", "for")]
    full = any(p.origins and (p.products or p.generic) for p in own)
    kept = [] if full else [p for p in phrases if p.first < begin]
    for p in (p for p in phrases if p.first >= begin):
        last = kept[-1].last if kept and kept[-1].first >= begin else None
        near = (
            last is None
            or p.lead in ("on", "from", "of")
            or (
                p.first - last <= 2
                and all(
                    x.words == "," or x.kind in ("conj", "ignore") for x in items[last : p.first]
                )
            )
        )
        if near or not p.products:
            kept.append(p)
    return kept


def _before_their_rates(
    rated: Sequence[Head], phrases: Sequence[GoodsPhrase], items: Sequence[Mention]
) -> bool:
    first, second = rated[0], rated[1]
    a, b = first.rates[-1][0], second.rates[0][0]
    end = second.at
    between = [p for p in phrases if a < p.first < max(b, end)]
    stop = between[0].first if between else a + 4
    led = any(
        x.kind == "prep" and x.value in ("on", "for", "from")
        for x in items[a + 1 : min(a + 4, stop)]
    )
    ahead = [p for p in phrases if p.first < a]
    return bool(ahead) and bool(between) and not led
