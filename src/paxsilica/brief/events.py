"""Events by the verbs and nouns that name them. Types and modes are PLOVER's, as far as trade and diplomacy need them.

PLOVER: Political Language Ontology for Verifiable Event Records (Halterman and others 2023).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from paxsilica.brief.actors import Cast, slug
from paxsilica.brief.passages import Stretch, paragraphs, quotations, units
from paxsilica.brief.places import by_word, pattern
from paxsilica.brief.record import Event, Span, Time

Status: TypeAlias = Literal["occurred", "ongoing", "possible", "announced"]

TYPES = {
    "CONSULT": r"met(?: with)?|meets?|meeting|held (?:\w+ ){0,4}(?:talks|conversation|call|meeting)|spoke with|"
    r"visit(?:ed|s|ing)?|(?:conversation|call) (?:happened|took place|was held)|talks|negotiations|"
    r"round of talks|summit",
    "AGREE": r"signed|agreed to|concluded (?:an?|the) (?:\w+ ){0,3}(?:agreement|deal|pact)|ratified|joined",
    "COOPERATE": r"invited to join|be invited to join|cooperat(?:ed|es)|supplied|enacted|enacting",
    "SANCTION": r"imposed|sanctioned|banned|restricted|levied|raised (?:tariffs|duties)",
    "CONCEDE": r"lifted|eased|exempted|withdrew|suspended the",
    "THREATEN": r"threaten(?:ed|s)|warned of",
    "REJECT": r"rejected|refused|excluded|walked out",
    "RETREAT": r"resigned|stepped down",
    "ASSUME": r"assumed charge|took office|was sworn in|was appointed",
}
"""`ASSUME`, taking up an office, is ours: PLOVER has no type for it, and a record of who spoke for whom needs it."""

ANY = re.compile("|".join(rf"(?P<t{n}>\b(?:{words})\b)" for n, words in enumerate(TYPES.values())))
POSSIBLE = re.compile(r"\b(?:possible|possibly|could|may|might|consider\w*)\b", re.IGNORECASE)
AHEAD = re.compile(
    r"\b(?:will|would|to be|announced|plans?|next (?:week|month|year))\b", re.IGNORECASE
)
GOES_ON = re.compile(r"\b(?:ongoing|continu\w+|currently|amid|under way|in talks)\b", re.IGNORECASE)
BESIDE = 60
"""Code points on both sides of an event's word in which its tense and mood stand."""


def events_of(text: str, cast: Cast, times: Sequence[Time]) -> tuple[Event, ...]:
    """Events outside quotations, in order; several words for one event in a sentence count once for each type."""
    found: list[Event] = []
    for paragraph in paragraphs(text):
        quoted = quotations(text, paragraph)
        for unit in units(text, paragraph, quoted):
            seen: set[str] = set()
            for word in ANY.finditer(text, unit.start, unit.end):
                sort = list(TYPES)[int(next(k for k, v in word.groupdict().items() if v)[1:])]
                if sort in seen or any(q.start < word.start() < q.end for q in quoted):
                    continue
                seen.add(sort)
                found.append(_event(text, unit, word, sort, cast, times))
    return tuple(found)


def _event(
    text: str, unit: Stretch, word: re.Match[str], sort: str, cast: Cast, times: Sequence[Time]
) -> Event:
    people = [
        name
        for name, places in cast.places.items()
        if any(unit.start <= s < unit.end for s, _ in places)
    ]
    states = dict.fromkeys(by_word()[m[0]] for m in pattern().finditer(text, unit.start, unit.end))
    dated = [t for t in times if t.first and unit.start <= t.span.start < unit.end]
    when = min(dated, key=lambda t: abs(t.span.start - word.start()), default=None)
    return Event(
        id=f"event-{word.start()}-{word.end()}",
        span=Span.of(text, word.start(), word.end()),
        type=sort,
        status=_status(
            text[max(unit.start, word.start() - BESIDE) : min(unit.end, word.end() + BESIDE)], when
        ),
        actors=(*map(slug, people), *states),
        when=when,
    )


def _status(words: str, when: Time | None) -> Status:
    if POSSIBLE.search(words):
        return "possible"
    ahead = (
        when is not None
        and when.anchor is not None
        and when.first is not None
        and when.first > when.anchor
    )
    if ahead or AHEAD.search(words):
        return "announced"
    return "ongoing" if GOES_ON.search(words) else "occurred"
