"""What a measure leaves out and the text around it names: sides and goods, as suggestions that a person confirms."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from paxsilica.brief.frames.gate import EVERY_COUNTRY, NOBODY_ACTS, NOBODY_HIT, RATED, with_members
from paxsilica.brief.frames.sentences import Sent
from paxsilica.brief.record import Measure

UNNAMED_GOODS = "which goods are meant is not said", "the product is not said"
SIDES_UNSAID = {"implementers": NOBODY_ACTS, "targets": NOBODY_HIT}
LENT_GOODS = "products", "codes", "sectors"
SUGGESTED = {
    "implementers": "who acts is taken from the text around it",
    "targets": "whom it hits is taken from the text around it",
    "products": "the goods are taken from the text around it",
}
"""What a measure needs instead of a property that is suggested."""

SENTENCES = 3
"""Sentences before a measure in which what it leaves out is looked for, and at the beginning of the text."""


def with_suggestions(
    found: Sequence[Measure], sentences: Sequence[Sent], acting: tuple[str, ...]
) -> Iterator[Measure]:
    """The measures with what they leave out, as the text around them has it; those without a side even so are left out.

    Args:
        acting: the state whose office the text is of, or that it is about; nobody where that is not known.
    """
    starts = [s.start for s in sentences]
    for n, m in enumerate(found):
        near = [*found[:n][::-1], *found[n + 1 :]]
        at = bisect_right(starts, m.span.start) - 1
        around = [*sentences[max(0, at - SENTENCES) : at + 1][::-1], *sentences[:SENTENCES]]
        made = m
        for name in _unsaid(m):
            values = _suggested(made, name, near, around, acting)
            if values:
                made = made.model_copy(update=values | _noted(made, name))
        if made.implementers or made.targets:
            yield made


def _unsaid(m: Measure) -> Iterator[str]:
    """What a measure leaves out; of one whose partners are not said the goods are looked for too."""
    yield from (name for name, need in SIDES_UNSAID.items() if need in m.needs)
    unnamed = NOBODY_HIT in m.needs or any(need in UNNAMED_GOODS for need in m.needs)
    if not m.products and unnamed:
        yield "products"


def _noted(m: Measure, name: str) -> dict[str, Any]:
    """The needs and suggestions of a measure once a property of it is suggested."""
    settled = UNNAMED_GOODS if name == "products" else (SIDES_UNSAID[name],)
    needs = (*(need for need in m.needs if need not in settled), SUGGESTED[name])
    return {"needs": needs, "suggested": (*m.suggested, name)}


def _suggested(
    m: Measure, name: str, near: Sequence[Measure], around: Sequence[Sent], acting: tuple[str, ...]
) -> dict[str, Any]:
    """The property's value in the nearest measure like this one, or in the nearest sentence that names any."""
    if presumed := getattr(m, name):
        return {name: presumed}
    if name == "products" and (goods := _known_goods(around[0])):
        return goods
    same = (
        o for o in near if _may_lend(o, m, name) and getattr(o, name) and name not in o.suggested
    )
    if (one := next(same, None)) is not None:
        return {
            each: getattr(one, each) for each in (LENT_GOODS if name == "products" else (name,))
        }
    if name == "implementers":
        return {name: acting} if acting and acting != m.targets else {}
    if name == "targets":
        named = (states for s in around if (states := _states(s, m.implementers)))
        return {name: next(named, (EVERY_COUNTRY,))}
    return next((goods for s in around if (goods := _known_goods(s))), {})


def _may_lend(o: Measure, m: Measure, name: str) -> bool:
    """Whether a measure may lend another what it leaves out: by the same state, of the same family."""
    family = {*RATED} if m.type in RATED else {m.type}
    sides = name == "implementers" or not m.implementers or o.implementers == m.implementers
    return o.type in family and sides


def _states(s: Sent, acting: tuple[str, ...]) -> tuple[str, ...]:
    """The states of a sentence but who acts, and the members of a group that does."""
    mine = {member for code in acting for member in with_members(code)}
    places = (i for i in s.items if i.kind == "place" and not i.form)
    return tuple(dict.fromkeys(c for i in places for c in i.value if c not in mine))


def _known_goods(s: Sent) -> dict[str, Any]:
    """The goods of a sentence that are known, as properties of a measure; nothing where it names none."""
    goods = dict.fromkeys(i.value for i in s.items if i.kind == "product")
    if not goods:
        return {}
    return {
        "products": ", ".join(g.words for g in goods),
        "codes": tuple(dict.fromkeys(c for g in goods for c in g.codes)),
        "sectors": tuple(dict.fromkeys(c for g in goods for c in g.sectors)),
    }
