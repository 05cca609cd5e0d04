"""Who promises: the grammatical subject of the promise, never whoever only reports it.

States are ISO 3166 codes, everybody else an `Actor.id`. "Both sides", "the Parties" and terms that a text defines
("Side A") are the states they stand for; a passive without "by" names nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from paxsilica.brief.actors import NAME, Cast, resolved, slug
from paxsilica.brief.cues import PRONOUNS, SOURCES, word_class
from paxsilica.brief.passages import START, Sentence, Stretch, paragraphs
from paxsilica.brief.phrases import Wording
from paxsilica.brief.places import by_word, named_between, pattern, states_in
from paxsilica.brief.record import Statement

HEADING = re.compile(
    r"\b(?:joint (?:\w+ ){0,2}(?:statement|communiqu[eé]|declaration)|fact ?sheet|memorandum of understanding"
    r"|(?:framework|agreement|arrangement|protocol) (?:between|on|for|of)|(?:agreed|joint) (?:minutes|terms|outcomes?)"
    r"|communiqu[eé]|letter of intent|action plan)\b",
    re.IGNORECASE,
)
"""A line that says that its text speaks for those who signed it."""

HEAD_LINES = 6
LONGEST_HEADING = 160

_ORGAN = (
    "(?:government|governments|side|sides|authorities|administration|delegation|leaders?|party|cabinet|officials"
    "|parties)"
)
_OF = (
    "(?:the )?(?:(?:governments?|leaders|authorities|republic|kingdom|state|commonwealth|federation) of "
    "(?:both |the )?)*(?:the )?"
)
_ADVERB = (
    r"(?:also|each|both|jointly|further|now|then|today|has|have|had|is|are|was|were|[a-z]+ly|will|would|shall"
    r"|on \w+day)"
)
_TAIL = re.compile(
    rf"(?:['’]s?)?(?: {_ORGAN})?(?: ?\([^()\n]*\))?[,:]?(?: {_ADVERB})*\s*", re.IGNORECASE
)
_GAP = re.compile(
    rf"(?:['’]s?)?(?: {_ORGAN})?(?: ?\([^()\n]*\))?(?:, and |, | and | or | & | as well as )(?:of )?{_OF}",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:between|of|with|from|to|in|for|by|on|against|into|across|about|for the|in the) $"
)
_OFFICE_OF = re.compile(rf"(?:\b{_OF})$", re.IGNORECASE)
_TERM = re.compile(
    r"\([^()“\"\n]{0,60}[“\"](?:the )?(?P<term>[^”\"\n]{2,40})[”\"][^()\n]{0,60}\)", re.IGNORECASE
)
_COLLECTIVE = re.compile(
    r"(?:both|the two|the three|the|each|these|our two|n?either) ?(?:\w+ )?"
    r"(?:parties|sides|participants|countries|nations|governments|states|signatories|partners|party|side)"
    r"|(?:leaders|representatives|officials|ministers|governments) of (?:both|the two) (?:\w+)",
    re.IGNORECASE,
)
_TWO_PEOPLE = re.compile(
    r"(?:both|the two)(?: (?:leaders|ministers|presidents|men|women|officials|secretaries|envoys|negotiators))?|they",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"(?:i|we|our \w+|my \w+)", re.IGNORECASE)
_NO_PROMISERS = word_class(
    """
    report reports study studies poll polls survey surveys data figures records document documents article paper
    newspaper post tweet statement emails email letter filing ad ads video memo website book magazine industry
    agreement deal treaty pact accord act bill law initiative programme program framework plan summit measure order
    decision tariff duty rule strategy project scheme effort talks memorandum mou protocol annex article declaration
    communiqué communique convention charter contract regulation directive code clause provision critics analysts economists
    """
)
"""Heads of phrases that name no promiser, though they may speak."""

_PROMISERS = re.compile(
    r"\w*(?:maker|bank|airline|carrier|exporter|importer|producer|refiner|bloc|alliance|union|firm|parliament|council"
    r"|commission|authority|treasury|regulator|legislature|senate|congress|cabinet|ministry|utility|fund|army|navy"
    r"|consortium|retailer|operator|miner|startup|subsidiary)s?|\w+ies"
)

REACH_BACK = 1500
"""Code points before a phrase such as "both sides" in which those are named whom it means."""


_DESCRIBED = re.compile(
    rf"(?:(?:[Tt]he|[Aa]n?|[A-Z]\w+) )?(?:(?!(?:of|for|and|the|in)\b)[a-z-]+ )+(?P<name>{NAME})"
)
"""`the chip maker Novalith`, `Japanese trading house Mitsui`."""

_DATED_LEAD = re.compile(
    r"(?:within|by|before|over|until|through|in|on|from) [^,;]{0,40}?\b(?:days?|weeks?|months?|years?|\d{4}) ",
    re.IGNORECASE,
)
_APPOSED = re.compile(r"(?P<name>[^,]+), (?:the|an?|its|his|her|who|which) ")
_THEIR_STATE = re.compile(
    r"(?:his|her|their|its) (?:government|country|nation|administration|cabinet)"
)
POSSESSIVES = word_class("its their his her")

OPENS_SENTENCE = re.compile(r"(?:^|[.!?“\"\n]\s*)\Z")


class Promisers(NamedTuple):
    """The words for those who promise and who they are; `agent` is false where the words can promise nothing."""

    place: Stretch | None
    who: tuple[str, ...]
    agent: bool


NOBODY = Promisers(None, (), False)


@dataclass(frozen=True)
class Parties:
    """Those for whom a text speaks, and the people in it."""

    text: str
    cast: Cast

    @cached_property
    def heading(self) -> Stretch | None:
        """The line that makes it a joint statement, an agreement or the like; None of a text about others."""
        for n, line in enumerate(paragraphs(self.text)):
            words = self.text[line.start : line.end]
            if n >= HEAD_LINES:
                break
            titled = len(words) <= LONGEST_HEADING and not words.endswith((".", "”", '"'))
            if titled and HEADING.search(words):
                return line
        return None

    @cached_property
    def signed(self) -> tuple[str, ...]:
        """States in the heading, else those of the first paragraph that names two."""
        if self.heading is None:
            return ()
        found = states_in(self.text[self.heading.start : self.heading.end])
        for line in paragraphs(self.text):
            if len(found) > 1:
                break
            named = states_in(self.text[line.start : line.end])
            found = named if len(named) > 1 else found
        return found

    @cached_property
    def terms(self) -> dict[str, tuple[str, ...]]:
        """What a text defines: `Japan (“Side A”)`."""
        found: dict[str, tuple[str, ...]] = {}
        for m in _TERM.finditer(self.text):
            line = self.text.rfind("\n", 0, m.start()) + 1
            states = states_in(self.text[max(line, m.start() - REACH_BACK) : m.start()])
            plural = m["term"].casefold().endswith("s") and len(states) > 1
            found[m["term"].casefold()] = states if plural else states[-1:]
        return {term: states for term, states in found.items() if states}

    def before(self, s: Sentence, at: int, statement: Statement | None) -> Promisers:
        """The subject that ends before an offset of a sentence."""
        floor = max([s.start, *(q.start + 1 for q in s.quoted if q.start < at <= q.end)])
        if statement and OPENS_SENTENCE.search(self.text[max(0, floor - 2) : at]):
            who = (statement.speaker,) if statement.speaker else ()
            return Promisers(None, who, bool(who))  # `Agreed to meet in May.`
        named = self._states(floor, at)
        if named:
            return named
        words = Wording.of(s).between(floor, at + 1)
        k = bisect_left(words.tokens, at, key=START)
        phrase = words.before(k)
        if phrase and words[phrase[1]].casefold() in POSSESSIVES:  # `Chile renewed its pledge to`
            verb = phrase[1] - 1
            return self.before(s, words.tokens[verb].start, statement) if verb > 0 else NOBODY
        return self.named(words.place(*phrase), statement) if phrase else NOBODY

    def _states(self, floor: int, at: int) -> Promisers | None:
        """States alone, with their governments: `the United States and the Government of Japan`."""
        found: list[re.Match[str]] = []
        end, gap = at, _TAIL
        for m in reversed(named_between(self.text, floor, at)):
            if self.text.count("(", floor, m.start()) > self.text.count(")", floor, m.start()):
                continue
            if not gap.fullmatch(self.text, m.end(), end):
                break
            found.insert(0, m)
            end, gap = m.start(), _GAP
        if not found:
            return None
        lead = _OFFICE_OF.search(self.text, max(floor, end - 60), end)
        start = lead.start() if lead else end
        if _OBJECT.search(self.text, max(floor, start - 12), start):
            return None
        codes = tuple(dict.fromkeys(by_word()[m[0]] for m in found))
        return Promisers(Stretch(start, found[-1].end()), codes, True)

    def named(self, place: Stretch, statement: Statement | None) -> Promisers:
        """Who a phrase means."""
        words = self.text[place.start : place.end].strip(" ,")
        if (
            dated := _DATED_LEAD.match(self.text, place.start, place.end)
        ) and dated.end() < place.end:
            return self.named(Stretch(dated.end(), place.end), statement)
        if apposed := _APPOSED.match(words):
            return self.named(Stretch(place.start, place.start + apposed.end("name")), statement)
        meant = self._meant(words.casefold(), place, statement)
        if meant is not None:
            return meant
        if organ := self._organ(words):
            return Promisers(place, organ, True)
        if not self._may_promise(words):
            return Promisers(place, (), False)
        name, sort = resolved(self.cast, place, None)
        if sort == "state":
            return Promisers(place, states_in(name), True)
        last = _DESCRIBED.fullmatch(name) if sort == "organisation" else None
        owned = re.fullmatch(r"(?P<of>[A-Z].*?)['’]s (?P<name>[A-Z][\w&.-]*)", name)
        last = last or (owned if owned and states_in(owned["of"]) else None)
        return Promisers(place, (slug(last["name"] if last else name),), True)

    def _meant(self, bare: str, place: Stretch, statement: Statement | None) -> Promisers | None:
        """Who a pronoun, a defined term or `both sides` stands for; None where a phrase is none of these."""
        by = statement.speaker_span if statement else None
        reported = statement is not None and statement.kind in ("indirect", "speech act")
        if bare in ("which", "who", "that", "the", "a", "an"):
            return NOBODY
        if bare in ("our", "my") or _FIRST_PERSON.fullmatch(bare):
            own = statement.speaker if statement else None
            return Promisers(place, (own,) if own and own not in PRONOUNS else self.signed, True)
        if states := self.terms.get(bare.removeprefix("the ")):
            return Promisers(place, states, True)
        if _TWO_PEOPLE.fullmatch(bare):
            people = self.signed or self._people(place.start, statement)
            return Promisers(place, people or self._two_states(place.start, bare == "they"), True)
        if _COLLECTIVE.fullmatch(bare):
            return Promisers(place, self.signed or self._two_states(place.start), True)
        if _THEIR_STATE.fullmatch(bare):
            line = self.text.rfind("\n", 0, place.start) + 1
            return Promisers(place, states_in(self.text[line : place.start])[-1:], True)
        if bare in ("it", "he", "she") and by and reported:
            if by.exact.casefold() not in PRONOUNS:
                return self.named(Stretch(by.start, by.end), None)._replace(place=place)
            own = statement.speaker if statement else None
            return Promisers(place, (own,) if own else (), True)
        return None

    def _organ(self, words: str) -> tuple[str, ...]:
        """The states of a phrase that names nothing but states and what speaks for them."""
        rest = pattern().sub("", words)
        plain = re.fullmatch(
            rf"(?:[\s,'’]|s\b|the\b|and\b|of\b|both\b|{_ORGAN}\b)*", rest, re.IGNORECASE
        )
        return states_in(words) if plain else ()

    def _may_promise(self, words: str) -> bool:
        *_, head = re.split(r" (?:of|for|in|on|at|from|to|with|by|under|between)\b", words)[
            0
        ].split()
        head = head.strip(",.'’")
        plain = {head.casefold(), head.casefold().removesuffix("s")}
        if plain & _NO_PROMISERS:
            return False
        if head in self.cast.people or words.casefold() in ("he", "she", "it"):
            return True
        named = head[:1].isupper() and head not in ("It", "That", "This", "There")
        return named or bool(plain & SOURCES) or bool(_PROMISERS.fullmatch(head))

    def _people(self, at: int, statement: Statement | None) -> tuple[str, ...]:
        """The last two people named before an offset, but for who speaks of them."""
        speaker = statement.speaker if statement else None
        near = self.cast.met_between(at - REACH_BACK + 1, at)
        last = {slug(p.name): start for start, p in near if slug(p.name) != speaker}
        two = sorted(last, key=lambda who: last[who])[-2:]
        return tuple(two) if len(two) == 2 else ()

    def _two_states(self, at: int, asked: bool = True) -> tuple[str, ...]:
        """The two states of the sentence before an offset, else the two named most often until then, if no third is."""
        line = self.text.rfind("\n", 0, at) + 1
        if not asked:
            return ()
        here = states_in(self.text[max(line, self.text.rfind(". ", line, at)) : at])
        if len(here) == 2:
            return here
        named = (
            by_word()[m[0]] for m in pattern().finditer(self.text, max(0, at - REACH_BACK), at)
        )
        times = Counter(named).most_common()
        clear = len(times) == 2 or (len(times) > 2 and times[2][1] < times[1][1])
        return tuple(state for state, _ in times[:2]) if clear else ()
