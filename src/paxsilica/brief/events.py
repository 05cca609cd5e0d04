"""Events by the verbs and nouns that name them. Types and modes are PLOVER's, as far as trade and diplomacy need them.

PLOVER: Political Language Ontology for Verifiable Event Records (Halterman and others 2023).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from paxsilica.brief.actors import Cast, slug
from paxsilica.brief.passages import Sentence, alternatives, beginning_in, kind_of, sentences_of
from paxsilica.brief.places import states_in
from paxsilica.brief.record import Event, EventStatus, Span, Time
from paxsilica.names.places import rows

_OBJECTS = {
    "PACT": r"(?:[\w'’-]+ ){0,5}(?:agreements?|deals?|pacts?|treat(?:y|ies)|accords?|memorand(?:um|a)|protocols?"
    r"|contracts?|declaration)",
    "LIMIT": r"(?:[\w'’%.-]+ ){0,4}(?:tariffs?|dut(?:y|ies)|bans?|lev(?:y|ies)|sanctions?|restrictions?|curbs?"
    r"|controls?|quotas?|embargo(?:es)?|fees?|tax(?:es)?)",
    "UNION": r"(?:alliance|initiative|pact|group|bloc|union|agreement|coalition|partnership|organi[sz]ation|treaty"
    r"|program(?:me)?)",
}
"""What stands in events.csv for the words for agreements, limits to trade, and those who come together."""


def _types() -> dict[str, str]:
    found: dict[str, str] = {}
    for sort, words in (row.values() for row in rows(Path(__file__).with_name("events.csv"))):
        for name, pattern in _OBJECTS.items():
            words = words.replace(name, pattern)
        found[sort] = f"{found[sort]}|{words}" if sort in found else words
    return found


EVENT_TYPES = _types()
"""PLOVER's, but for `LEGISLATE`, making a law, and `ASSUME`, taking up an office: these are ours, for it has no type for
either, and a record of who spoke for whom and of what became law needs them."""

UNDONE = re.compile(
    r"\b(?:not|never|n['’]t|nobody|without|failed to|refus\w+ to|declined to)(?: \w+){0,2} $|n['’]t (?:\w+ )?$"
)
"""Words before an event's word that say that it did not happen; a refusal has a word of its own."""

EVENT = re.compile(rf"\b(?:{alternatives(EVENT_TYPES)})\b")
POSSIBLE = re.compile(r"\b(?:possible|possibly|could|may|might|consider\w*)\b", re.IGNORECASE)
AHEAD = re.compile(
    r"\b(?:will|would|to be|announced|plans?|next (?:week|month|year))\b", re.IGNORECASE
)
GOES_ON = re.compile(r"\b(?:ongoing|continu\w+|currently|amid|under way|in talks)\b", re.IGNORECASE)
EVENT_WINDOW = 60
"""Code points on both sides of an event's word in which its tense and mood stand."""


def events_of(text: str, cast: Cast, times: Sequence[Time]) -> tuple[Event, ...]:
    """Events outside quotations, in order; several words for one event in a sentence count once for each type."""
    found: dict[tuple[int, str], Event] = {}
    people = list(cast.people.values())
    mentions = sorted((m.start, at) for at, one in enumerate(people) for m in one.mentions)
    for s in sentences_of(text):
        first, last = (bisect_left(mentions, (at, 0)) for at in (s.start, s.end))
        here = sorted({at for _, at in mentions[first:last]})
        names = [slug(people[at].name) for at in here]
        for word in s.matches(EVENT):
            key = s.start, kind_of(EVENT_TYPES, word)
            quoted = any(q.start < word.start() < q.end for q in s.quoted)
            if key in found or quoted or UNDONE.search(text[s.start : word.start()]):
                continue
            found[key] = _event(s, word, key[1], names, times)
    return tuple(found.values())


def _event(
    s: Sentence, word: re.Match[str], sort: str, people: Sequence[str], times: Sequence[Time]
) -> Event:
    start, end = word.span()
    dated = [t for t in beginning_in(times, s.start, s.end) if t.first]
    when = min(dated, key=lambda t: abs(t.span.start - start), default=None)
    return Event(
        id=f"event-{start}-{end}",
        span=Span.of(s.text, start, end),
        type=sort,
        status=_event_status(s.around(start, end, EVENT_WINDOW), when),
        actors=(*people, *states_in(s.text[s.start : s.end])),
        when=when,
    )


def _event_status(words: str, when: Time | None) -> EventStatus:
    if POSSIBLE.search(words):
        return "possible"
    ahead = when and when.anchor and when.first and when.first > when.anchor
    if ahead or AHEAD.search(words):
        return "announced"
    return "ongoing" if GOES_ON.search(words) else "occurred"
