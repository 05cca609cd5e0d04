"""What a measure leaves out and the text around it names: sides, goods and rate, as suggestions for a person."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Any

from paxsilica.brief.frames.doubts import ENDED
from paxsilica.brief.frames.gate import (
    EVERY_COUNTRY,
    NOBODY_ACTS,
    NOBODY_HIT,
    OF_SEVERAL,
    RATED,
    with_members,
)
from paxsilica.brief.frames.goods import GOODS_WORDS
from paxsilica.brief.frames.labels import NOT_RATES
from paxsilica.brief.frames.presumed import PRESUMED
from paxsilica.brief.frames.rates import RANGING
from paxsilica.brief.frames.sentences import Sent, in_one_list
from paxsilica.brief.frames.things import EXCEPTING
from paxsilica.brief.record import Measure

UNNAMED_GOODS = (
    "which goods are meant is not said",
    "the product is not said",
    "it names those who pay and no goods",
)
UNRATED = "no rate is said"
SIDES_UNSAID = {"implementers": NOBODY_ACTS, "targets": NOBODY_HIT}
NEEDS_MET = {"products": UNNAMED_GOODS, "rate": (UNRATED,)}
"""The needs that a suggestion takes away, beside that of its side."""

LENT_GOODS = "products", "codes", "sectors"
SUGGESTED = {
    "implementers": "who acts is taken from the text around it",
    "targets": "whom it hits is taken from the text around it",
    "products": "the goods are taken from the text around it",
    "rate": "the rate is taken from the text around it",
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
    found = [*_with_listed_partners([*with_rates(found, sentences)], sentences)]
    for n, m in enumerate(found):
        near = [*found[:n][::-1], *found[n + 1 :]]
        at = bisect_right(starts, m.span.start) - 1
        around = [*sentences[max(0, at - SENTENCES) : at + 1][::-1], *sentences[:SENTENCES]]
        below = _named_below(sentences[at + 1 : at + 3], m)
        made = m.model_copy(update=_noted(m, "products") | below) if below else m
        for name in _unsaid(made):
            values = _suggested(made, name, near, around, acting)
            if values:
                made = made.model_copy(update=_noted(made, name) | values)
        if made.implementers or made.targets:
            yield made


HIT_LIST = re.compile(
    r"\b(?:countries|economies|jurisdictions|nations|partners|states)\s(?:(?!not\s)[^.;]){0,120}?\b"
    r"(?:affected|covered|hit|targeted|(?:no|without)(?: an?| any| such| trade)* (?:agreements?|deals?|pacts?))\b"
    r"(?:[^.;]{0,120}?\b(?:are|as|include|including|like|namely|notably))?(?::|(?=\s))",
    re.IGNORECASE,
)
"""Words before a list of those whom an act hits: `countries that have no agreement, including`."""


def _with_listed_partners(found: Sequence[Measure], sentences: Sequence[Sent]) -> Iterator[Measure]:
    """The measures, those on nobody, on everybody or on `others` too with all whom the text lists as hit by the same state,
    where it lists three at least."""
    at, listed = next((one for s in sentences if len((one := _listed_as_hit(s))[1]) > 2), (0, ()))
    lister = next((m.implementers for m in reversed(found) if m.span.start < at), ())
    starts = [s.start for s in sentences]
    vague: set[tuple[str, ...]] = {()}
    for m in found:
        said = sentences[bisect_right(starts, m.span.start) - 1].text
        if {*m.targets} < {*listed} and " other " in said:
            vague.add(m.targets)
    for m in found:
        everybody = m.targets == (EVERY_COUNTRY,) and NOBODY_HIT in m.needs
        mine = m.implementers == lister and not {*lister} & {*listed}
        hit = listed and mine and (everybody or m.targets in vague)
        yield m.model_copy(update={"targets": listed, **_noted(m, "targets")}) if hit else m


def _listed_as_hit(s: Sent) -> tuple[int, tuple[str, ...]]:
    """Where a sentence stands, and those whom it lists as hit."""
    led = HIT_LIST.search(s.text)
    places = [i for i in s.items if led and i.kind == "place" and i.start >= s.start + led.end()]
    pairs = takewhile(lambda p: in_one_list(s, *p), pairwise(places))
    listed = [*places[:1], *(other for _, other in pairs)]
    return s.start, tuple(dict.fromkeys(c for i in listed for c in i.value))


def _unsaid(m: Measure) -> Iterator[str]:
    """What a measure leaves out."""
    yield from (name for name, need in SIDES_UNSAID.items() if need in m.needs)
    if not m.products and _leaves_open(m):
        yield "products"


def _leaves_open(m: Measure) -> bool:
    """Whether a measure does not say which goods it is on."""
    unknown = m.products and not (m.codes or m.sectors)
    return bool(unknown or any(need in UNNAMED_GOODS for need in m.needs))


NAMES_GOODS = re.compile(
    rf"(?=(?:[\w-]+\s){{0,6}}?(?:this|these|they|list|sectors|materials|{GOODS_WORDS})\b)"
    r"(?!(?:further\s|other\s)?exempt)(?:(?!also\s)[\w-]+\s){1,7}?(?:includ(?:e[sd]?|ing)|covers?|compris(?:es?|ing)|"
    r"are(?=[^,]+,.*\sand\s)(?!\s\w+\s(?:at|by|for|from|in|on|to)\b)):?\s(?:\w+\ssuch\sas\s)?(?P<list>.+?)\W*",
    re.IGNORECASE | re.DOTALL,
)
"""A sentence that names the goods of the one before: `These include ...`, `The products covered are ...`."""


AGAIN_SAID = re.compile(r"(?:It|They|These|This)\b")


def _named_below(below: Sequence[Sent], m: Measure) -> dict[str, Any]:
    """The goods of a measure that leaves them open, as a sentence behind it names them."""
    is_open = _leaves_open(m)
    others = {"rate", "money", "instrument", *(() if is_open else ("place",))}
    for s in below if is_open or not m.products else ():
        said = NAMES_GOODS.fullmatch(s.text) if is_open or AGAIN_SAID.match(s.text) else None
        kinds = {i.kind for i in s.items if said and i.end > s.start + said.start("list")}
        left_out = said and EXCEPTING.intersection(said["list"].lower().split())
        if said and "product" in kinds and not (kinds & others or left_out):
            words = f"{m.products}: {said['list']}" if m.products else said["list"]
            return _known_goods(s, m) | {"products": words}
    return {}


def _noted(m: Measure, name: str) -> dict[str, Any]:
    """The needs and suggestions of a measure once a property of it is suggested."""
    settled = NEEDS_MET.get(name) or (SIDES_UNSAID[name],)
    needs = (*(need for need in m.needs if need not in settled), SUGGESTED[name])
    return {"needs": needs, "suggested": (*m.suggested, name)}


def _suggested(
    m: Measure, name: str, near: Sequence[Measure], around: Sequence[Sent], acting: tuple[str, ...]
) -> dict[str, Any]:
    """The property's value in the nearest measure like this one, or in the nearest sentence that names any."""
    if presumed := getattr(m, name):
        return {name: presumed}
    these = name == "targets" and THESE_STATES.search(around[0].text)
    if these and (named := _states(around[0], m.implementers)):
        return {name: named}
    if name == "products" and (goods := _known_goods(around[0], m)):
        return goods
    same = (
        o for o in near if _may_lend(o, m, name) and getattr(o, name) and name not in o.suggested
    )
    if (one := next(same, None)) is not None:
        return {
            each: getattr(one, each) for each in (LENT_GOODS if name == "products" else (name,))
        }
    if name == "implementers":
        return {name: acting} if acting and not {*acting} & {*m.targets} else {}
    if name == "targets":
        near_by = 1 if m.products and m.type in PRESUMED else None
        told = (states for s in around[:near_by] if (states := _states(s, m.implementers)))
        return {name: next(told, (EVERY_COUNTRY,))}
    return next((goods for s in around if (goods := _known_goods(s, m))), {})


THESE_STATES = re.compile(
    r"\b(?:these|those|the (?:two|three|four)) (?:\w+ )?(?:countries|nations|states)\b"
)
"""Words for the partners that the same sentence names elsewhere."""


def _may_lend(o: Measure, m: Measure, name: str) -> bool:
    """Whether a measure may lend another what it leaves out: by the same state, of the same family."""
    family = {*RATED} if m.type in RATED else {m.type}
    anybody = name == "implementers" or m.type not in RATED or not m.implementers
    sides = anybody or o.implementers == m.implementers
    apart = (
        not (m.rate and o.rate and m.rate.value != o.rate.value)
        if name == "products"
        else not {*getattr(o, name)} & {*m.implementers, *m.targets}
    )
    return o.type in family and sides and apart and OF_SEVERAL not in o.needs


def _states(s: Sent, acting: tuple[str, ...]) -> tuple[str, ...]:
    """The states of a sentence but those whom it leaves out, who acts, and the members of a group that does."""
    mine = {member for code in acting for member in with_members(code)}
    said = takewhile(lambda i: i.words.lower() not in EXCEPTING, s.items)
    places = (i for i in said if i.kind == "place" and not i.form)
    return tuple(dict.fromkeys(c for i in places for c in i.value if c not in mine))


def _known_goods(s: Sent, m: Measure) -> dict[str, Any]:
    """The goods of a sentence that are known, as properties of a measure; nothing where it names none, or all of another
    origin than its sides: `punished for buying Russian oil`."""
    sides = {c for code in (*m.implementers, *m.targets) for c in with_members(code)}
    foreign = bool(m.targets) and EVERY_COUNTRY not in sides
    said = [*takewhile(lambda i: i.words.lower() not in EXCEPTING, s.items)]
    others = {i.end + 1 for i in said if i.kind == "place" and not sides.intersection(i.value)}
    named = (i for i in said if i.kind == "product" and not (foreign and i.start in others))
    goods = dict.fromkeys(i.value for i in named)
    if not goods:
        return {}
    return {
        "products": ", ".join(g.words for g in goods),
        "codes": tuple(dict.fromkeys(c for g in goods for c in g.codes)),
        "sectors": tuple(dict.fromkeys(c for g in goods for c in g.sectors)),
    }


OF_WHAT = re.compile(
    r"\s(?:of|in|more|less|higher|lower|\w*\s?(?:cut|fall|rise|increase|reduction|drop))\b"
)
OF_ANOTHER = re.compile(r"\b(?:by|existing|(?:addition\w*|added|top)\s(?:to|of)\s[\w\s]*)\s*$")
"""Words before a rate that is a change, or one that another comes on top of."""

RATE_LIMITS = re.compile(r"\b(?:up to|as high as|no more than|at most|maximum(?: of)?)\s*$")
BETWEEN_RATES = re.compile(r",?\s?(?P<to>to|and|-|–|from)(?:\sabout)?\s?")


def with_rates(found: Sequence[Measure], sentences: Sequence[Sent]) -> Iterator[Measure]:
    """The measures, those that say no rate with the only one of their sentence, where that is no other's."""
    starts = [s.start for s in sentences]
    taken = {q.span.start for m in found for q in (m.rate, m.before) if q is not None}
    for m in found:
        s = sentences[bisect_right(starts, m.span.start) - 1]
        wanting = UNRATED in m.needs and m.standing not in ENDED
        if wanting and (said := _rate_of(s, taken)):
            taken |= {i.start for i in s.items}
            m = m.model_copy(update=said | _noted(m, "rate"))
        yield m


def _rate_of(s: Sent, taken: set[int]) -> dict[str, Any]:
    """The rate of a sentence that no act has, with the one before it or its lower end; nothing where it has several."""
    rates = [i for i in s.items if i.kind == "rate"]
    if len(rates) not in (1, 2) or any(i.start in taken for i in rates):
        return {}
    first, last = rates[0], rates[-1]
    before, behind = s.text[: first.start - s.start], s.text[last.end - s.start :]
    between = BETWEEN_RATES.fullmatch(s.text[first.end - s.start : last.start - s.start])
    other = OF_WHAT.match(behind) or OF_ANOTHER.search(before) or NOT_RATES.search(before[-30:])
    if other or not (between or first is last):
        return {}
    if between is None:
        op = "range" if first.value.at_least and first.value.at_most else "set"
        return {"rate": first.value, "op": "up to" if RATE_LIMITS.search(before) else op}
    if between["to"] == "from":
        return {"rate": first.value, "before": last.value, "op": "set"}
    moved = before.rstrip().endswith("from") and not RANGING.search(before)
    return {"rate": last.value, "before": first.value, "op": "set" if moved else "range"}
