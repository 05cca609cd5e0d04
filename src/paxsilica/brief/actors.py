"""Who is who in a document: names with their offices, and which of them a phrase or pronoun means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from paxsilica.brief.cues import word_class
from paxsilica.brief.passages import Stretch
from paxsilica.brief.places import pattern, states_in
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


@dataclass
class Cast:
    """The people of a document as reading goes on; `Actor` is what is kept of them."""

    text: str
    names: dict[str, str] = field(default_factory=dict)  # surname -> fullest name
    offices: dict[str, list[tuple[str, int, int]]] = field(
        default_factory=dict
    )  # full name -> offices
    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # full name -> mentions

    def meet(self, name: str, start: int, office: tuple[str, int, int] | None = None) -> str | None:
        """Note a name; returns the fullest form known, None where it cannot be a person's."""
        name = re.sub(r"['’]s?$", "", name).strip()
        parts = name.split()
        while parts and (parts[0] in NO_NAMES or pattern().fullmatch(parts[0])):
            parts.pop(0)
        if not parts or parts[-1] in NO_NAMES or pattern().fullmatch(" ".join(parts)):
            return None
        surname = parts[-1]
        full = " ".join(parts)
        known = self.names.get(surname)
        if known is None or (len(full) > len(known) and known.split()[-1] == surname):
            if known is not None:
                self.offices[full] = self.offices.pop(known, []) + self.offices.get(full, [])
                self.places[full] = self.places.pop(known, []) + self.places.get(full, [])
            self.names[surname] = known = full
        self.places.setdefault(known, []).append((start, start + len(name)))
        if office:
            self.offices.setdefault(known, []).append(office)
        return known

    def latest(self, before: int) -> str | None:
        """The person mentioned last before an offset."""
        return max(self._mentions(0, before), default=(0, None))[1]

    def _mentions(self, first: int, end: int) -> list[tuple[int, str]]:
        """Where in `[first, end)` somebody is named, and who."""
        return [
            (start, name)
            for name, found in self.places.items()
            for start, _ in found
            if first <= start < end
        ]

    def subject_before(self, at: int) -> str | None:
        """The person named first in the sentence before an offset: most often its subject."""
        line = self.text.rfind("\n", 0, max(at - 1, 0)) + 1
        start = self.text.rfind(". ", 0, max(at - 2, 0)) + 1
        if self.text[max(line, start) : at].strip() == "":
            line = self.text.rfind("\n", 0, max(line - 1, 0)) + 1
        begin = max(line, start) if max(line, start) < at - 1 else line
        return min(self._mentions(begin, at), default=(0, None))[1]

    def holder(self, phrase: str, before: int) -> str | None:
        """The person whose office a phrase such as `the US envoy` names; the one mentioned last where several fit."""
        words = set(re.findall(r"[\w.]+", phrase.casefold()))
        states = set(states_in(phrase))
        fitting = []
        for name, offices in self.offices.items():
            for title, start, _ in offices:
                held = set(re.findall(r"[\w.]+", title.casefold()))
                same = any(words & group and held & group for group in SYNONYMS)
                of = states_in(title)
                if same and (not states or not of or of[0] in states):
                    fitting.append((start < before, start, name))
        return max(fitting)[2] if fitting else None


def cast_of(text: str) -> Cast:
    """Everybody who is named with an office, an honorific or an apposition."""
    cast = Cast(text)
    for m in OFFICE_AND_NAME.finditer(text):
        cast.meet(m["name"], m.start("name"), (m["office"], m.start("office"), m.end("office")))
    for m in (*POLITE.finditer(text), *APPOSED.finditer(text)):
        cast.meet(m["name"], m.start("name"))
    surnames = [s for s in cast.names if len(s) > 2]
    if surnames:
        again = re.compile(r"\b(?:" + "|".join(map(re.escape, surnames)) + r")\b")
        for m in again.finditer(text):
            full = cast.names[m[0]]
            if not any(start <= m.start() < end for start, end in cast.places[full]):
                cast.places[full].append((m.start(), m.end()))
    return cast


def resolved(cast: Cast, phrase: Stretch, previous: str | None) -> tuple[str, str]:
    """Name and kind for the words of a source."""
    words = cast.text[phrase.start : phrase.end]
    name = words.strip(" ,")
    bare = name.casefold()
    if bare in ("he", "she", "him", "her", "i"):
        person = previous or cast.subject_before(phrase.start) or cast.latest(phrase.start)
        return (person, "person") if person else (words, "unnamed")
    for word in re.findall(r"[\w-]+", words):
        if word in cast.names:
            return cast.names[word], "person"
    if re.match(r"(?:the|an?|this)\s", bare) and (holder := cast.holder(words, phrase.start)):
        return holder, "person"
    if pattern().fullmatch(name):
        return name, "state"
    named = re.search(NAME, words)
    parts = named[0].split() if named and not states_in(words) else []
    if named and len(parts) >= 2 and parts[-1] not in NO_NAMES:
        full = cast.meet(named[0], phrase.start + named.start())
        if full:
            return full, "person"
    generic = re.match(r"[a-z]", words) and not any(c.isupper() for c in words)
    return name, "unnamed" if generic else "organisation"


def actors_of(cast: Cast) -> tuple[Actor, ...]:
    """The people of a document with their offices and mentions, in order of appearance."""
    text = cast.text
    found = []
    for name, places in sorted(cast.places.items(), key=lambda item: min(item[1])):
        roles = tuple(
            Role(
                title=title,
                state=next(iter(states_in(title)), None),
                span=Span.of(text, start, end),
            )
            for title, start, end in cast.offices.get(name, [])
        )
        mentions = tuple(Span.of(text, start, min(end, len(text))) for start, end in sorted(places))
        found.append(Actor(id=slug(name), name=name, kind="person", roles=roles, mentions=mentions))
    return tuple(found)
