"""Who is who in a document: names with their offices, and which of them a phrase or pronoun means."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import itemgetter

from paxsilica.brief.cues import word_class
from paxsilica.brief.passages import Stretch
from paxsilica.brief.places import by_word, pattern, state_code, states_in
from paxsilica.brief.record import Actor, Role, Span

TITLE_WORDS = (
    r"(?:Minister|Secretary|Ambassador|President|Spokes(?:person|man|woman)|spokes(?:person|man|woman)|Representative|"
    r"Chancellor|Governor|Senator|Commissioner|Director(?:-General|\s+General)?|Envoy|Premier|Chair(?:man|woman|person)?|"
    r"Speaker|Adviser|Advisor|Congress(?:man|woman)|General|Admiral|Judge|Justice|Mayor|Chief(?:\s+[A-Z]\w+)*|King|Queen|"
    r"Prince|Professor|CEO|Economist|Sen\.|Rep\.|Gov\.|Gen\.)"
)
NO_NAMES = word_class(
    """
    State States Trade Affairs Foreign External Prime Deputy Vice General Union House Department Ministry Council
    Committee Commission The In On But And For As India China Russia January February March April May June July
    August September October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """
)
"""Capitalised words that a person's name does not begin or end with."""

OFFICE = (
    rf"(?:[A-Z][\w.'’&-]*[ ](?:(?:of|for|and)[ ](?:the[ ])?)?){{0,6}}?{TITLE_WORDS}"
    r"(?:[ ](?:of|to|for)[ ](?:the[ ])?[A-Z][\w.]*(?:[ ](?:of[ ])?[A-Z][\w.]*){0,4}?)?"
)
HONORIFIC = r"(?:(?:Mr|Mrs|Ms|Dr|Shri|Smt|Sir|Prof)\.?[ ])?"
NAME = (
    rf"(?:[A-Z]\.?[ ]){{0,2}}(?!(?:{'|'.join(sorted(NO_NAMES))})\b)[A-Z][a-z][\w'’-]*"
    r"(?:[ ](?:[A-Z]\.[ ])?(?:(?:de|von|van|bin|al|el)[ ])?[A-Z][a-z][\w'’-]*){0,2}"
)
OFFICE_AND_NAME = re.compile(rf"(?P<office>{OFFICE}),?[ ]{HONORIFIC}(?P<name>{NAME})")
POLITE = re.compile(rf"\b(?:Mr|Mrs|Ms|Dr|Shri|Smt|Prof)\.?[ ](?P<name>{NAME})")
APPOSED = re.compile(rf"(?P<name>{NAME}),[ ](?:an?|the|his|her)[ ][\w' -]{{3,60}}[,.]")
SYNONYMS = (
    {"envoy", "ambassador", "representative", "emissary"},
    {"spokesperson", "spokesman", "spokeswoman"},
    {"minister"},
    {"president"},
    {"secretary"},
    {"senator", "sen."},
    {"governor", "gov."},
)


def slug(name: str) -> str:
    """An id made of a name: `marco-rubio`."""
    return "-".join(re.findall(r"\w+", name.casefold())) or "unnamed"


def actor_id(name: str) -> str:
    """The id of whoever is called by a name: the code of a state or group, `IND`, or one made of the name."""
    return by_word().get(re.sub(r"^[Tt]he ", "", name.strip())) or slug(name)


def id_among(name: str, known: Container[str]) -> str:
    """Which of some ids a name means, of a state by its code or any word for it; one made of the name where none does."""
    return next((id for id in (state_code(name), slug(name)) if id in known), slug(name))


@dataclass
class Named:
    """Somebody by the fullest name that the text gives, with the places of offices and mentions."""

    name: str
    offices: list[Stretch] = field(default_factory=list)
    mentions: list[Stretch] = field(default_factory=list)


@dataclass
class Cast:
    """The people of a document by surname, as reading goes on; `Actor` is what is kept of them.

    `met` is where each of them is named, in order.
    """

    text: str
    people: dict[str, Named] = field(default_factory=dict)
    met: list[tuple[int, Named]] = field(default_factory=list)

    def meet(self, name: str, start: int) -> Named | None:
        """Note a name and return whose it is; None where it cannot be a person's."""
        name = re.sub(r"['’]s?$", "", name)
        parts = name.split()
        while parts and (parts[0] in NO_NAMES or pattern().fullmatch(parts[0])):
            parts.pop(0)
        full = " ".join(parts)
        if not parts or parts[-1] in NO_NAMES or pattern().fullmatch(full):
            return None
        person = self.people.get(parts[-1], Named(""))
        if len(full) > len(person.name):
            person.name = full
            self.people.pop(parts[-1], None)
            self.people[parts[-1]] = person
        self.note(person, Stretch(start, start + len(name)))
        return person

    def note(self, person: Named, place: Stretch) -> None:
        """Note where somebody is named."""
        person.mentions.append(place)
        insort(self.met, (place.start, person), key=_FIRST)

    def subject_before(self, at: int) -> str | None:
        """The person named first in the sentence before an offset, most often its subject; else who is named last."""
        line = self.text.rfind("\n", 0, max(at - 1, 0)) + 1
        start = self.text.rfind(". ", 0, max(at - 2, 0)) + 1
        if not self.text[max(line, start) : at].strip():
            line = self.text.rfind("\n", 0, max(line - 1, 0)) + 1
        begin = max(line, start) if max(line, start) < at - 1 else line
        here = self.met_between(begin, at)
        if here:
            return min(p.name for where, p in here if where == here[0][0])
        stop = bisect_left(self.met, at, key=_FIRST)
        last = self.met_between(self.met[stop - 1][0], at) if stop else ()
        return max((p.name for _, p in last), default=None)

    def met_between(self, start: int, end: int) -> Sequence[tuple[int, Named]]:
        """Who is named where in `[start, end)`, in order."""
        first, stop = (bisect_left(self.met, at, key=_FIRST) for at in (start, end))
        return self.met[first:stop]

    @cached_property
    def _held(self) -> Mapping[tuple[int, str | None], list[tuple[int, Named]]]:
        """By class of offices and state ("" where none is named, None for all) where they stand, and who holds them."""
        found: defaultdict[tuple[int, str | None], list[tuple[int, Named]]] = defaultdict(list)
        held = [(office, p) for p in self.people.values() for office in p.offices]
        for office, person in sorted(held, key=_FIRST):
            words, states = _office(self.text[office.start : office.end])
            for n in _classes(words):
                for state in (None, states[0] if states else ""):
                    found[n, state].append((office.start, person))
        return found

    def holder(self, phrase: str, before: int) -> str | None:
        """The person whose office a phrase such as `the US envoy` names; the one mentioned last where several fit."""
        words, states = _office(phrase)
        of = (*states, "") if states else (None,)
        fitting = [
            self._held[n, state]
            for n in _classes(words)
            for state in of
            if (n, state) in self._held
        ]
        counts = [bisect_left(places, before, key=_FIRST) for places in fitting]
        earlier = [places[n - 1] for places, n in zip(fitting, counts, strict=True) if n]
        last = max(earlier or [places[-1] for places in fitting], key=_FIRST, default=None)
        return last[1].name if last else None


_FIRST = itemgetter(0)


def _classes(words: frozenset[str]) -> list[int]:
    """The classes of offices that some words name, by their place in `SYNONYMS`."""
    return [n for n, group in enumerate(SYNONYMS) if words & group]


@lru_cache(maxsize=4096)
def _office(title: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words of a title, and the states it names."""
    return frozenset(re.findall(r"[\w.]+", title.casefold())), states_in(title)


def cast_of(text: str) -> Cast:
    """Everybody who is named with an office, an honorific or an apposition."""
    cast = Cast(text)
    for pattern_of_name in (OFFICE_AND_NAME, POLITE, APPOSED):
        for m in pattern_of_name.finditer(text):
            person = cast.meet(m["name"], m.start("name"))
            if person and "office" in m.groupdict():
                person.offices.append(Stretch(*m.span("office")))
    surnames = [re.escape(surname) for surname in cast.people if len(surname) > 2]
    again = re.compile(rf"\b(?:{'|'.join(surnames)})\b")
    known = {
        surname: {at for mention in person.mentions for at in range(*mention)}
        for surname, person in cast.people.items()
    }
    for m in again.finditer(text) if surnames else ():
        if m.start() not in known[m[0]]:
            cast.note(cast.people[m[0]], Stretch(*m.span()))
    return cast


def resolved(cast: Cast, phrase: Stretch, previous: str | None) -> tuple[str, str]:
    """Name and kind for the words of a source."""
    words = cast.text[phrase.start : phrase.end]
    name = words.strip(" ,")
    bare = name.casefold()
    if bare in ("he", "she", "him", "her", "i"):
        name = previous or cast.subject_before(phrase.start) or ""
        return (name, "person") if name else (words, "unnamed")
    for word in re.findall(r"[\w-]+", words):
        if word in cast.people:
            return cast.people[word].name, "person"
    if re.match(r"(?:the|an?|this)\s", bare) and (holder := cast.holder(words, phrase.start)):
        return holder, "person"
    if pattern().fullmatch(name):
        return name, "state"
    named = None if states_in(words) else re.search(NAME, words)
    if named and " " in named[0]:
        person = cast.meet(named[0], phrase.start + named.start())
        if person:
            return person.name, "person"
    generic = re.match(r"[a-z]", words) and not any(c.isupper() for c in words)
    return name, "unnamed" if generic else "organisation"


def actors_of(cast: Cast) -> tuple[Actor, ...]:
    """The people of a document with their offices and mentions, in order of appearance."""
    text = cast.text
    found = []
    for person in sorted(cast.people.values(), key=lambda person: min(person.mentions)):
        offices = [Span.of(text, *office) for office in person.offices]
        roles = [
            Role(title=office.exact, state=next(iter(states_in(office.exact)), None), span=office)
            for office in offices
        ]
        found.append(
            Actor(
                id=slug(person.name),
                name=person.name,
                kind="person",
                roles=tuple(roles),
                mentions=tuple(Span.of(text, *mention) for mention in sorted(person.mentions)),
            )
        )
    return tuple(found)
