"""Which state's office publishes a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.brief.frames.labels import place_labelled
from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.frames.words import holders_on, patterns_by_value, phrase_of
from paxsilica.brief.places import by_word, pattern, states_in
from paxsilica.names.places import country_names

CAPITALS = re.compile(r"\b[A-ZÀ-Þİ]{4,}\b")


OFFICIAL_HEADS = re.compile(
    r"(?:official (?:gazette|register|journal)|federal register|gazette of|ministry of|department of|government of|"
    r"customs (?:(?:tariff )?commission|service|notice|department|administration)|revenue (?:authority|service)|"
    r"border force|trade (?:notice|remedies authority)|"
    r"by the president of|executive order|proclamation|public notice|notification no)",
    re.IGNORECASE,
)


VESTED = re.compile(
    r"\b(?:authority|powers?) vested in me\b.{0,400}?\b(?:laws|president) of (?:the )?(?:republic of (?:the )?)?",
    re.IGNORECASE | re.DOTALL,
)
"""How an order begins, up to the state whose law its signer acts by."""

US_CUSTOMS = re.compile(r"\b(?:CSMS|HTSUS|CBP)\b")
"""Messages, schedule and office by which only the customs of the United States go."""


BEFORE_AN_ORIGIN = re.compile(
    r"\b(?:from|originating in|against|including|such as|"
    r"(?:other|rather) than|except(?:ing)?(?: for)?) (?:the )?(?:\w+ \()?$",
    re.IGNORECASE,
)
LONGEST_LEAD = 40
"""Words before a state by which goods are from it, or by which it is left out, and their code points."""


def is_origin(text: str, at: int) -> bool:
    """Whether a state that is named at `at` is only where goods are from, or is left out."""
    return BEFORE_AN_ORIGIN.search(text, max(0, at - LONGEST_LEAD), at) is not None


def by_law(text: str) -> tuple[str, ...]:
    """The state whose laws, papers or money alone a text names; nobody where it names those of none, or of two."""
    found = {
        state for state, marks in patterns_by_value("law").items() if marks.search(text[:3000])
    }
    return (found.pop(),) if len(found) == 1 else ()


MADE_THERE = re.compile(r"[\s-](?:origin|made)\b", re.IGNORECASE)
CITIZENS = re.compile(r"\b([A-Z][a-z]+(?:an|i))s\b")
"""The people of a state by its adjective: `Peruvians`."""


def presumed_publisher(text: str, items: Sequence[Mention]) -> tuple[str, ...]:
    """The state whose text it presumably is: by its laws, by the first office among its mentions, or the only one that it
    names without goods from there or an exception, or else by its people."""
    offices = (i.value for i in items if i.kind == "place" and i.form in ("office", "person"))
    text = text[:3000]
    free = (
        m[0]
        for m in pattern().finditer(text)
        if not (is_origin(text, m.start()) or MADE_THERE.match(text, m.end()))
    )
    named = states_in(" ".join(free)) or states_in(" ".join(m[1] for m in CITIZENS.finditer(text)))
    return by_law(text) or next(offices, named if len(named) == 1 else ())


OWNER_BEFORE = re.compile(r"(?:['’]s)?[\s,:|[–—-]*(?:(?!The\b)[A-Z][\w-]*\s+)*")
OWNER_BEHIND = re.compile(r"[\s,]*(?:(?:[A-Z][\w'’-]*|of|and|the|for|-|–|—),?\s+)*")
"""What stands between an office and its state: `China's Federal Ministry of`, `Ministry of Finance of China`."""

ABOUT = re.compile(r"\b(?:against|and|by|for|from|in|on|to|with)\b")
"""Words by which a line tells of a state and is not the head of its paper."""


def signer_of(text: str) -> tuple[str, ...]:
    """The state by whose law the signer of an order acts, who says `I` in it; nobody in another text."""
    vested = VESTED.search(text[:3000])
    state = pattern().match(text, vested.end()) if vested else None
    return (by_word()[state[0]],) if state else ()


def publisher_of(text: str) -> tuple[str, ...]:
    """The state whose office publishes a text, by its first lines; nobody where they name none."""
    head = text[:500]
    if US_CUSTOMS.search(head):
        return ("USA",)
    if signer := signer_of(text):
        return signer
    calm = CAPITALS.sub(lambda m: country_names().get(place_labelled(m[0]), m[0].title()), head)
    offices = [m for m in OFFICIAL_HEADS.finditer(calm) if not _is_source(calm, m.start())]
    presidential = ("executive order", "federal register", "by the president of")
    if any(m[0].lower() in presidential for m in offices) and "USA" in states_in(text[:1500]):
        return ("USA",)
    return next((owner for m in offices if (owner := _owner_of(calm, m))), ())


def _is_source(text: str, at: int) -> bool:
    """Whether an office only told what a text tells, or did what it answers."""
    before = text[max(0, at - 60) : at].lower()
    return "according to" in before or "response to" in before


def _owner_of(text: str, office: re.Match[str]) -> tuple[str, ...]:
    """The state that an office is of, which stands beside it, or whose only such office it is."""
    before = [*pattern().finditer(text, max(0, office.start() - 60), office.start())][-1:]
    behind = pattern().search(text, office.end(), office.end() + 80)
    for m in before:
        gap = text[m.end() : office.start()]
        line = text[text.rfind("\n", 0, m.start()) + 1 : m.end()]
        if OWNER_BEFORE.fullmatch(gap) and not ("\n" in gap and ABOUT.search(line)):
            return (by_word()[m[0]],)
    if behind and OWNER_BEHIND.fullmatch(text, office.end(), behind.start()):
        return (by_word()[behind[0]],)
    name, holders = phrase_of(text[office.start() : office.end() + 60]), holders_on(None)
    only = (holders.get(name[:n]) for n in range(len(name), 0, -1))
    return tuple(filter(None, only))[:1]
