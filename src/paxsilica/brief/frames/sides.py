"""Who acts and who is hit: the part that each place plays in its clause, and what a clause inherits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from paxsilica.brief.frames.clauses import Clause, is_verb
from paxsilica.brief.frames.gate import EVERY_COUNTRY
from paxsilica.brief.frames.heads import Head
from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.frames.parts import PlacePart, governing, listed, passive, place_parts
from paxsilica.brief.frames.phrases import GoodsPhrase, owner_of

EXPORTING = ("Export ban", "Export licensing requirement", "Export tax", "Export quota")


@dataclass
class Carried:
    """What earlier sentences leave for a pronoun: who acted and who spoke last, both sides, and what goods."""

    publisher: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()
    goods: GoodsPhrase | None = None
    head: Head | None = None
    private: tuple[str, ...] = ()
    actors: set[tuple[str, ...]] = field(default_factory=set)
    we: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    recent: list[tuple[str, ...]] = field(default_factory=list)


def _mutual(
    items: Sequence[Mention], parts: Sequence[PlacePart], context: Carried
) -> tuple[str, ...]:
    """Two states of which each does to the other what a clause says; nobody where it says no such thing."""
    words = [i.words.lower() for i in items]
    each = any(i.kind == "pronoun" and i.value == "each" for i in items) or (
        "each" in words and "other" in words
    )
    return both_in(parts, context) if each else ()


def both_in(parts: Sequence[PlacePart], context: Carried) -> tuple[str, ...]:
    """Two states that act on each other: the subjects of a clause, or the pair that the text is about."""
    codes = tuple(dict.fromkeys(c for p in parts if p.part == "subject" for c in p.codes))
    return codes if len(codes) == 2 else context.pair


def origin_codes(head: Head) -> tuple[str, ...]:
    """Where the goods of a head come from."""
    return tuple(dict.fromkeys(c for p in head.phrases for c in p.origins))


def into_codes(head: Head) -> tuple[str, ...]:
    """Where the goods of a head go to."""
    return tuple(dict.fromkeys(c for p in head.phrases for c in p.into))


def everywhere(head: Head) -> bool:
    """Whether the goods of a head come from everywhere, in so many words."""
    return any(p.everybody for p in head.phrases)


def resolve(
    heads: list[Head],
    clause: Clause,
    phrases: list[GoodsPhrase],
    context: Carried,
    before: Head | None,
) -> None:
    """Fill in who acts and who is hit for every head of a clause."""
    items = clause.items
    parts = place_parts(items, phrases)
    mutual = _mutual(items, parts, context)
    left_out = tuple(c for p in parts if governing(items, p.at)[0] == "except" for c in p.codes)
    for n, head in enumerate(heads):
        head.mutual = mutual
        head.excepted = (*head.excepted, *left_out)
        head.targets = _targets(heads, n, items, parts, context, before)
        head.actor = _actor(heads, n, clause, parts, context, before)
        head.targets = tuple(t for t in head.targets if t not in head.actor)
        if head.actor and not head.targets:
            head.targets = _other(head, clause, parts, context)
        if not head.targets and into_codes(head) and not head.rates and context.private:
            head.targets = tuple(c for c in context.private if c not in head.actor)
    _shared(heads, context, before)


def _reach_of(heads: Sequence[Head], n: int, items: Sequence[Mention]) -> tuple[int, int]:
    start = heads[n].at if n else 0
    end = heads[n + 1].at if n + 1 < len(heads) else len(items)
    return start, end


def _targets(
    heads: Sequence[Head],
    n: int,
    items: Sequence[Mention],
    parts: Sequence[PlacePart],
    context: Carried,
    before: Head | None,
) -> tuple[str, ...]:
    head = heads[n]
    start, end = _reach_of(heads, n, items)
    if head.at_targets is not None:
        end = max(end, len(items) if n + 1 == len(heads) else end)
    exporting = head.type in EXPORTING
    if exporting and (into := into_codes(head)):
        return into
    found = [] if exporting else list(origin_codes(head))
    kinds = ("target", "origin", "into") if exporting else ("target", "origin")
    found += [c for p in parts if start <= p.at < end and p.part in kinds for c in p.codes]
    window = [
        k for k in range(start, end) if items[k].kind == "everybody" and not _nearly(items, k)
    ]
    if not found and (everywhere(head) or window):
        found = [EVERY_COUNTRY]
    if not found:
        verb = _verb_before(head, items)
        suffers = verb is not None and (
            items[verb].kind == "facing" or items[verb].value == "face" or passive(items, verb)
        )
        between = _between(heads, n, parts, items)
        found = [c for p in between for c in p.codes] if suffers else []
    if not found and not n:
        found = list(_hit(head, items, parts))
    if (
        not found
        and context.goods
        and any(x.kind == "pronoun" or x.words.lower() in ("each", "them", "those") for x in items)
    ):
        named = any(p.products or p.generic for p in head.phrases)
        found = (
            [] if named and not any(p.own for p in head.phrases) else list(context.goods.origins)
        )
        if found and not named:
            head.phrases = [context.goods]
    return tuple(dict.fromkeys(found))


def _nearly(items: Sequence[Mention], k: int) -> bool:
    """Whether not quite everybody is meant: `nearly every country`."""
    return k > 0 and items[k - 1].words.lower() in ("nearly", "almost", "virtually", "most")


def _hit(head: Head, items: Sequence[Mention], parts: Sequence[PlacePart]) -> Iterator[str]:
    """Who is hit where the verb has an object or the subject suffers it: `hit Canada with`, `Japan faces`."""
    verb = next(
        (
            k
            for k in range(head.at - 1, -1, -1)
            if is_verb(items, k) and items[k].kind not in ("aux", "modal")
        ),
        None,
    )
    if verb is None:
        return
    suffers = items[verb].kind == "facing" or items[verb].value == "face" or passive(items, verb)
    for p in parts:
        if suffers and p.at < verb and p.part in ("subject", "exporter", "private"):
            head.some |= p.part == "private"
            yield from p.codes
        if not suffers and verb < p.at < head.at and p.part in ("subject", "exporter"):
            yield from p.codes


def _actor(
    heads: Sequence[Head],
    n: int,
    clause: Clause,
    parts: Sequence[PlacePart],
    context: Carried,
    before: Head | None,
) -> tuple[str, ...]:
    head, items = heads[n], clause.items
    start, end = _reach_of(heads, n, items)
    if head.type in EXPORTING and (origin := origin_codes(head)):
        return origin[:1]
    owners = [p for p in parts if p.part == "owner"]
    mine = [p for p in owners if start <= p.at < end or (not n and p.at < end)]
    if head.instrument is not None:
        mine = [p for p in mine if owner_of(items, p.at) in (head.instrument, None)]
    if mine:
        return mine[0].codes
    agents = [p for p in parts if p.part == "agent"]
    if agents:
        return agents[0].codes
    if (into := into_codes(head)) and head.type not in EXPORTING:
        return into[:1]
    verb = _verb_before(head, items)
    suffers = verb is not None and (
        items[verb].kind == "facing" or items[verb].value == "face" or passive(items, verb)
    )
    between = _between(heads, n, parts, items)
    if between and verb is not None and verb < between[-1].at and not suffers:
        return between[-1].codes
    subjects = [p for p in parts if p.part == "subject" and (verb is None or p.at < verb)]
    if subjects and verb is not None and not suffers:
        codes = tuple(dict.fromkeys(c for p in _last_subjects(subjects, items) for c in p.codes))
        return codes
    if head.inherits and n and heads[n - 1].actor:
        return heads[n - 1].actor
    into_parts = [p for p in parts if p.part == "into" and p.codes[0] not in head.targets]
    if into_parts:
        return into_parts[0].codes
    if subjects and not suffers:
        left = tuple(
            c for p in _last_subjects(subjects, items) for c in p.codes if c not in head.targets
        )
        if left:
            return left
    if n and heads[n - 1].actor:
        return heads[n - 1].actor
    return _inherited(head, clause, parts, context, before)


def _between(
    heads: Sequence[Head], n: int, parts: Sequence[PlacePart], items: Sequence[Mention]
) -> list[PlacePart]:
    """The places between a head and the one before it that begin an ellipsis: `, Jerusalem its 100% tariff`."""
    if not n:
        return []
    found = [p for p in parts if p.part == "subject" and heads[n - 1].last < p.at < heads[n].at]
    return [p for p in found if _begins_ellipsis(items, p.at)]


def _begins_ellipsis(items: Sequence[Mention], at: int) -> bool:
    k = at - 1
    while k >= 0 and items[k].kind == "ignore":
        k -= 1
    return k >= 0 and items[k].kind in ("punct", "conj")


def _verb_before(head: Head, items: Sequence[Mention]) -> int | None:
    """The verb that a head is the object of; without one before it, the first one after it."""
    back = [
        k
        for k in range(head.at)
        if is_verb(items, k) and items[k].kind not in ("aux", "modal", "neg")
    ]
    acts = [k for k in back if items[k].can_be("verb") or items[k].kind in ("facing", "cue")]
    return next(reversed(acts or back), None)


def _last_subjects(subjects: Sequence[PlacePart], items: Sequence[Mention]) -> list[PlacePart]:
    """The subjects that stand in one list, the last one before the verb."""
    kept = [subjects[-1]]
    for p in reversed(subjects[:-1]):
        if listed(items, p.at, kept[0].at) and kept[0].at - p.at <= 3:
            kept.insert(0, p)
        else:
            break
    return kept


def _inherited(
    head: Head, clause: Clause, parts: Sequence[PlacePart], context: Carried, before: Head | None
) -> tuple[str, ...]:
    """The actor of a clause that names none: that of the sentence, the last one, the publisher."""

    def free(codes: tuple[str, ...]) -> bool:
        return bool(codes) and not set(codes) & set(head.targets)

    if free(context.we):
        return context.we
    if before is not None and free(before.actor) and (head.inherits or before.clause < head.clause):
        return before.actor
    if free(context.publisher):
        return context.publisher
    if free(context.spoken) and not _suffering(clause):
        return context.spoken
    pronoun = any(
        x.kind == "pronoun" and x.value == "self" for x in clause.items[: clause.first_verb]
    )
    for codes in (context.subject, context.actor) if pronoun else (context.actor, context.subject):
        if free(codes):
            others = len(context.actors) > 1 or context.subject not in ((), codes)
            head.guessed = not pronoun and others
            return codes
    seats = [p for p in parts if p.part == "seat" and free(p.codes)]
    if seats:
        return seats[0].codes
    return ()


def _suffering(clause: Clause) -> bool:
    """Whether a clause says what goods bear, and not what a state does."""
    return any(i.kind == "facing" or i.value == "face" for i in clause.items)


def _other(
    head: Head, clause: Clause, parts: Sequence[PlacePart], context: Carried
) -> tuple[str, ...]:
    """Whom a head hits where its goods are `its` or `those`: the other state that the text is about."""
    owned = any(p.own or p.same for p in head.phrases)
    if owned or not head.phrases:
        near = [c for codes in reversed(context.recent) for c in codes if c not in head.actor]
        if owned and near:
            return (near[0],)
    return ()


def _shared(heads: list[Head], context: Carried, before: Head | None) -> None:
    """Give what one head of a list says of partners and goods to those that say nothing of it."""
    for head in heads:
        head.goods = [g for p in head.phrases for g in p.goods]
        head.unknown = [u for p in head.phrases for u in p.unknown]
        if (
            not (head.goods or head.unknown)
            and context.goods
            and any(p.own or p.same for p in head.phrases)
        ):
            head.goods, head.unknown = list(context.goods.goods), list(context.goods.unknown)
    for head, following in zip(heads[-2::-1], heads[:0:-1], strict=False):
        per_product = (head.goods or head.unknown) and (following.goods or following.unknown)
        row = bool(head.rates and following.rates) and not head.phrases
        row = row and following.rates[-1][0] - head.rates[-1][0] <= 3
        listed_on = head.rates and following.inherits and (per_product or row)
        if listed_on and not head.targets and following.targets:
            head.targets = following.targets
    chain = ([before] if before is not None else []) + heads
    for previous, head in pairwise(chain):
        again = head.inherits or any(p.same for p in head.phrases)
        if not head.targets and previous.targets and again:
            head.targets = previous.targets
        if not head.actor and (again or previous in heads):
            head.actor = previous.actor
        bare = not (head.goods or head.unknown) and not any(p.generic for p in head.phrases)
        if bare and again and head.instrument is None:
            head.goods, head.unknown = previous.goods, previous.unknown
    _respectively(heads)


def _respectively(heads: list[Head]) -> None:
    """Rates that are listed one after the other stand for partners, or goods, in their order; else for none of them."""
    group = [h for h in heads if h.rates]
    if (
        len(group) < 2
        or any(h.phrases for h in group[1:])
        or not all(h.inherits for h in group[1:])
    ):
        return
    first = group[0]
    levels = {h.rates[-1][1].words for h in group}
    places = [h.rates[-1][0] for h in group]
    apart = any(b - a > 3 for a, b in pairwise(places))
    if len(levels) < 2 or apart:
        return
    if len(first.targets) == len(group):
        for head, target in zip(group, first.targets, strict=True):
            head.targets = (target,)
    elif len(first.goods) == len(group) and not first.unknown:
        for head, goods in zip(group, list(first.goods), strict=True):
            head.goods, head.unknown = [goods], []
    else:
        for head in group:
            head.several = True
