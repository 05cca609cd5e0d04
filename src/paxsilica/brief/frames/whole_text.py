"""What the whole of a text says of its measures: what ends or replaces them, which are told twice, and which conflict."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import TypeAlias

from paxsilica.brief.frames.gate import EVERY_COUNTRY, RATED, STANDS, no_longer
from paxsilica.brief.frames.topics import PLAIN_STEMS
from paxsilica.brief.record import Measure

DRAFT = r"\bdraft (?:\w+ )?(?:order|decree|resolution|law|bill|regulation|document|proposal)\b"
DISCUSSED = (
    r"\b(?:discussion|consultation|comments?|feedback|reviewed|approval|prepared|preparing|developed"
    r"|submitted)\b"
)
DRAFT_ORDER = re.compile(rf"{DRAFT}[^.]{{0,80}}{DISCUSSED}|{DISCUSSED}[^.]{{0,80}}{DRAFT}")
"""How a text says that what it tells of is not decided yet."""

PROPOSED_TEXT = re.compile(
    r"\bproposed (?:\w+ )?(?:adjustment|amendment|change|cut|modification|rate|reduction|revision|tariff)s?\b"
)
"""How a text that begins with a proposal speaks of all that it tells."""

ELECTED = re.compile(r"-elect\b")
"""Title of one who takes office later, whose acts behind it are plans."""

CURRENTLY = re.compile(r"(?:^|[.\n]\s*)Currently\b(?:[^.\n]|\.\d)*$")
"""How the sentence begins that tells of a rate that another one replaces."""


def _until_now(m: Measure, found: Sequence[Measure], text: str) -> bool:
    """Whether a rate is the one until now of goods that the text tells a new one of."""
    if m.rate is None or not CURRENTLY.search(text[max(0, m.span.start - 300) : m.span.start]):
        return False
    mine = {*m.codes, *m.sectors}
    return any(
        (o.type, o.implementers, o.targets) == (m.type, m.implementers, m.targets)
        and o.rate is not None
        and o.rate.value != m.rate.value
        and (mine & {*o.codes, *o.sectors} or (m.products and m.products in o.products))
        for o in found
        if o.span.end < m.span.start and o.standing in STANDS
    )


Endings: TypeAlias = dict[tuple[str, tuple[str, ...], str], list[tuple[int, Measure]]]
"""Bans that are lifted or have expired, each with its number, by type, actor and a word of their goods."""

AGAIN = re.compile(
    r"\b(?:again|another|fresh|instead|new|now|re-?(?:impos|introduc|instat|stor)\w+)\b"
)
"""Words by which a ban that is told of behind its end is one more."""


def _acts_of(m: Measure) -> Iterator[tuple[str, tuple[str, ...], str]]:
    words = {word.strip(",").lower().removesuffix("s") for word in m.products.split()}
    yield from ((m.type, m.implementers, word) for word in words - PLAIN_STEMS or {""})


def ended_later(found: Sequence[Measure], text: str, day: date | None) -> Iterator[Measure]:
    """The same, as other sentences and the text's day say of them: all proposed where an order is a draft, rates until
    now historical, what has run out expired, bans that are ended later as it is said, duties on goods that have a quota
    with the doubt that it raises."""
    drafted = DRAFT_ORDER.search(text) is not None
    begun = (
        bool(found) and found[0].standing == "proposed" and PROPOSED_TEXT.search(text) is not None
    )
    elect = {
        m.implementers for m in found if ELECTED.search(text, m.span.start - 300, m.span.start)
    }
    quotas = {
        (m.targets, a[1:]) for m in found if m.type == "Import quota" for a in _acts_of(m) if a[2]
    }
    endings: Endings = {}
    moved = (o for o in found if o.standing in STANDS and o.before and o.op == "set")
    past = (o.model_copy(update={"rate": o.before}) for o in moved)
    replaced = {one for o in past for one in _rated_codes(o)}
    for n, m in enumerate(found):
        if "ban" in m.type and m.standing in ("rescinded", "expired"):
            for act in _acts_of(m):
                endings.setdefault(act, []).append((n, m))
    for n, m in enumerate(found):
        if m.standing not in STANDS:
            yield m
        elif day and m.ends and m.ends < day and str(m.ends.year) in text:
            yield no_longer(m, "expired")
        elif drafted or (m.standing == "announced" and (begun or m.implementers in elect)):
            yield no_longer(m, "proposed")
        elif _until_now(m, found, text) or (
            m.before is None and _begun_by(m, day) and not replaced.isdisjoint(_rated_codes(m))
        ):
            yield no_longer(m, "historical")
        else:
            end = _end_of(m, n, endings, text)
            limited = m.type in RATED and any((m.targets, a[1:]) in quotas for a in _acts_of(m))
            needs = dict.fromkeys((*m.needs, "a quota limits it")) if limited else m.needs
            m = m.model_copy(update={"needs": tuple(needs)})
            yield no_longer(m, end.standing) if end is not None else m


def _end_of(m: Measure, n: int, endings: Endings, text: str) -> Measure | None:
    """A ban behind the measure of a number that ends it, or one before it where that only tells how it came about."""
    told = m.standing == "in force" and not AGAIN.search(
        text, max(0, m.span.start - 80), m.span.end + 80
    )
    for act in _acts_of(m):
        same = endings.get(act, [])
        at = bisect_right(same, n, key=lambda one: one[0])
        earlier = range(at - 1, -1, -1) if told else range(0)
        for near in chain(range(at, len(same)), earlier):
            other = same[near][1]
            if other.targets in (m.targets, (EVERY_COUNTRY,)):
                return other
    return None


def each_once(found: Sequence[Measure], text: str) -> Iterator[Measure]:
    """Each measure under an id of its own: of two readings of the same words the one that needs less, and a number more
    where the same words tell of several partners or goods."""
    kept: dict[str, list[Measure]] = {}
    for m in _added_throughout(found, text):
        same = kept.setdefault(m.id, [])
        twins = (
            n
            for n, o in enumerate(same)
            if o.implementers != m.implementers
            or (o.targets, o.products) == (m.targets, m.products)
        )
        twin = next(twins, None)
        if twin is None:
            same.append(m)
        elif len(m.needs) < len(same[twin].needs):
            same[twin] = m
    for same in kept.values():
        for n, m in enumerate(same, 1):
            yield m if n == 1 else m.model_copy(update={"id": f"{m.id}-{n}of{len(same)}"})


ON_TOP = re.compile(
    r"\b(?:above|such|these|this)\s(?:\w+\s){0,2}(?:duty|duties|tariffs?)\b[^.]{0,90}\b(?:are|be|is) in addition to "
    r"(?:any |all )?other\b",
    re.IGNORECASE,
)
"""How a text says of the duties before that they come on top of others."""
ON_TOP_REACH = 900
"""Code points from a duty to the sentence that says so of it."""


def _added_throughout(found: Sequence[Measure], text: str) -> Iterator[Measure]:
    """The measures, each added to the tariff where the text elsewhere says so of its rate: `the 25% surtax`."""
    told = {one for o in found if o.op == "add" for one in _rated_codes(o)}
    rated = [m for m in found if m.type in RATED and m.rate]
    for m in found:
        said = ON_TOP.search(text, m.span.end, m.span.end + ON_TOP_REACH) if m in rated else None
        last = next((o for o in reversed(rated) if said and o.span.end < said.start()), m)
        by_all = said is not None and last.implementers == m.implementers
        added = by_all or not told.isdisjoint(_rated_codes(m))
        added &= m.op == "set" and m.rate is not None and m.rate.value > 0
        yield m.model_copy(update={"op": "add"}) if added else m


def _rated_codes(m: Measure) -> Iterator[tuple[object, ...]]:
    """A measure's sides and rate with each of its codes, or without one where it names no goods."""
    value = m.rate.value if m.rate else None
    sides = frozenset(m.targets)
    codes = m.codes if m.products else ("",)
    yield from ((m.type, m.implementers, sides, value, code) for code in codes)


def _begun_by(m: Measure, day: date | None) -> bool:
    """Whether a measure does not only begin after a day."""
    return m.starts is None or (day is not None and m.starts <= day)


NOT_YET = (
    "conditional",
    "delayed",
    "proposed",
    "threatened",
    "asked",
    "denied",
    "opinion",
    "averted",
)
"""How an act stands beside which the rate that it would replace goes on."""

OF_THE_RATE = "the act does not stand", "no rate", "the rate is", "from when", "the change is"
"""How the needs of an act begin that its rate or its standing brings."""

RATE_UNTIL_NOW = "it is told as the rate until now"


def rates_until_now(found: Sequence[Measure]) -> Iterator[Measure]:
    """The measures, and for each that does not stand yet the rate that it would replace, as one that waits for a person."""
    for m in found:
        yield m
        now = m.before if m.standing in NOT_YET and m.type in (*RATED, "Export tax") else None
        if now is None or now.unit != "percent":
            continue
        needs = (need for need in m.needs if not need.startswith(OF_THE_RATE))
        told = {"id": f"{m.id}-now", "span": now.span, "standing": "in force", "status": "in force"}
        rate = {
            "rate": now,
            "op": "set",
            "before": None,
            "amount": None,
            "needs": (*needs, RATE_UNTIL_NOW),
        }
        days = {"starts": None, "ends": None, "when": None, "anchor": ""}
        yield m.model_copy(update={**told, **rate, **days})


PRESENTLY = re.compile(r"(?:At (?:present|the moment)|Currently|Presently|So far|Until now)\b")


def rates_of_now(found: list[Measure], earlier: list[Measure], said: str) -> Iterator[Measure]:
    """The measures of a sentence; a person decides on those told as what is so far, behind an act on their goods."""
    for m in found:
        acts = (o for o in earlier[-3:] if o.type == m.type and {*o.codes} & {*m.codes})
        now = PRESENTLY.match(said) and any(acts)
        yield m.model_copy(update={"needs": (*m.needs, RATE_UNTIL_NOW)}) if now else m


def without_conflict(found: list[Measure], days: Mapping[str, tuple[str, ...]]) -> list[Measure]:
    """The measures of a sentence: points give way to the rate they lead to; two rates of one thing need a person.

    Args:
        days: id -> the words of the days that stand beside a measure; two rates with days of their own are two steps.
    """
    done = []
    for m in found:
        same = [
            o
            for o in found
            if o is not m
            and (o.type, o.implementers, o.targets, o.products)
            == (m.type, m.implementers, m.targets, m.products)
            and o.rate
            and m.rate
            and o.standing in STANDS
            and (o.rate.value, o.op) != (m.rate.value, m.op)
            and (o.starts, o.ends, days[o.id]) == (m.starts, m.ends, days[m.id])
        ]
        if (
            m.op == "add"
            and m.rate
            and m.rate.unit != "percent"
            and any(o.op == "set" for o in same)
        ):
            continue
        levels = [o for o in same if o.op == m.op or {o.op, m.op} <= {"set", "up to", "range"}]
        if levels and not m.needs:
            m = m.model_copy(update={"needs": (TWO_RATES,)})
        done.append(m)
    return done


TO_ANOTHER_RATE = re.compile(r"\b(?:cut|increas|lower|rais|reduc|slash)\w*\b[^.]*$")
BETWEEN_SENTENCES = re.compile(r"[.!?]\s|\n")
TWO_RATES = "two rates are said of the same goods"


def at_odds(found: Sequence[Measure], text: str) -> Iterator[Measure]:
    """The measures, those that would be drafted of the same sides and goods at rates of their own with that doubt, but
    not one whose words only change what was told before."""
    told: dict[tuple[object, ...], dict[float, int]] = {}
    for m in found:
        if m.rate and m.standing in STANDS and not m.needs:
            told.setdefault(_rated_goods(m), {})[m.rate.value] = m.span.start
    for m in found:
        same = told.get(_rated_goods(m), {}) if m.rate and not m.needs else {}
        at, changed = m.span.start, TO_ANOTHER_RATE.search(text, m.span.start - 60, m.span.end)
        others = (o for value, o in same.items() if m.rate and value != m.rate.value)
        apart = (BETWEEN_SENTENCES.search(text, min(at, o), max(at, o)) for o in others)
        odds = not changed and any(apart)
        yield m.model_copy(update={"needs": (TWO_RATES,)}) if odds else m


def _rated_goods(m: Measure) -> tuple[object, ...]:
    goods = m.codes or m.sectors or m.products.lower()
    return m.type, m.implementers, m.targets, m.op, m.starts, goods
