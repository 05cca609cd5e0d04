"""Lists of states with their rates in brackets: `Syria (41%), Laos and Myanmar (both 40%)`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paxsilica.brief.frames.carried import Carried
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import EVERY_COUNTRY
from paxsilica.brief.frames.grammar import Parse, Word
from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.frames.targets import ACTIVE

SHARING = ("both", "each", "all")
JOINS = (",", "and", "or", "&")


def with_brackets(
    frames: Sequence[Frame], tree: Parse, items: Sequence[Mention], context: Carried
) -> list[Frame]:
    """The frames of a sentence, with one of its own for each state of a list that has its rate in brackets behind it.

    Args:
        frames: resolved. items: the mentions of the sentence.
    """
    listed = list(_states_with_rates(items))
    if len(listed) < 2:
        return list(frames)
    rates = {rate.start: codes for codes, rate in listed}
    roles = {f.final[0].start: f.final[1] for f in frames if f.final is not None}
    kept = [f for f in frames if f.final is None or f.final[0].start not in rates]
    told = next((f for f in frames if f.actor), context.frame)
    actor = context.levier or (told.actor if told is not None else ()) or context.publisher
    for word in tree.words:
        if word.start not in rates or word.kind != "rate":
            continue
        clause = next(c for c in tree.clauses if word in c.words)
        one = Frame(
            clause,
            rates=[(word, roles.get(word.start, "new"))],
            words=clause.words,
            bare=True,
            several=any(f.summed for f in frames),
            actor=actor,
        )
        one.targets = tuple(c for c in rates[word.start] if c not in actor)
        if told is not None:
            one.type = told.type if told.type != "Import rate" else "Import tariff"
            one.goods = list(told.goods) if told.actor == actor else []
        if _levies(word, tree):
            one.actor, one.targets = rates[word.start], ()
            compared = {c for codes in rates.values() for c in codes}
            one.presumed = tuple(c for c in actor if c not in compared) or (EVERY_COUNTRY,)
            one.goods = next((list(f.goods) for f in frames if f.goods), [])
        kept.append(one)
    return sorted(kept, key=lambda f: f.at)


def _levies(rate: Word, tree: Parse) -> bool:
    """Whether the state before a rate in brackets levies it: `Oman (5%) levies more`, `not so in Oman (5%)`."""
    places = [w for w in tree.words[: rate.at] if w.kind == "place"]
    first = places[-1] if places else rate
    while first.dep in ("conj", "appos"):
        first = first.up
    verb = first.up
    does = verb.act in ACTIVE or verb.lemma == "do"
    return first.lead == "in" or (first.dep == "nsubj" and does)


def _states_with_rates(items: Sequence[Mention]) -> Iterator[tuple[tuple[str, ...], Mention]]:
    """The codes of states and the rate that stands in brackets behind them."""
    for n, item in enumerate(items):
        opens = next((k for k in (n - 1, n - 2) if k > 0 and items[k].words == "("), None)
        closes = n + 1 < len(items) and items[n + 1].words == ")"
        if item.kind != "rate" or opens is None or not closes:
            continue
        run = list(_before(items, opens))
        shared = any(i.words.lower() in SHARING for i in items[opens:n])
        codes = tuple(c for place in (run if shared else run[:1]) for c in place.value)
        if codes:
            yield codes, item


def _before(items: Sequence[Mention], end: int) -> Iterator[Mention]:
    """The places that are joined before an item, the nearest first."""
    for item in reversed(items[:end]):
        if item.kind == "place" and not (item.form or item.own):
            yield item
        elif item.words.lower() not in JOINS and item.kind != "ignore":
            return
