"""The phrases that govern a promise, and the words that tell it from a forecast, an opinion or a refusal."""

from __future__ import annotations

import re
from typing import NamedTuple

from paxsilica.brief.cues import word_class
from paxsilica.brief.passages import Sentence
from paxsilica.brief.promisers import Promisers
from paxsilica.brief.record import Modality, Statement

EVENTS = (
    "meetings?|visits?|summit|talks|negotiations|consultations|deal|agreement|pact|accord|rounds?|signing|call|trip|"
    "work|discussions|dialogue|vote|review|hearing"
)
FIGURE = (
    r"(?=(?:an? |some |nearly |about |almost |up to |at least |more than |another |additional |over )*"
    r"(?:US)?[$€£¥₹]?\d)"
)
GOVERNS: dict[Modality, str] = {
    "agreed": r"\b(?:agreed|agree|agrees) (?:(?:not )?to|that|on)\b",
    "asked": r"\b(?:asked|directed|instructed|tasked|ordered)(?: [\w’']+){1,5} to\b",
    "determined": r"\b(?:am|is|are|was|were|remains?) (?:determined|resolved|set) to\b|\bha(?:s|ve) decided (?:not )?to\b",
    "committed": r"\b(?:commit(?:s|ted|ments?)?(?: (?:it|them|him|her|our)sel(?:f|ves))?|pledge[sd]?|vow(?:s|ed)?|"
    r"promise[sd]?|undert(?:akes?|aken|ook)|guarantee[sd]?) (?:(?:not )?to|that)\b"
    rf"|\b(?:pledge[sd]?|promise[sd]?|commit(?:s|ted)?) {FIGURE}",
    "aims": r"\b(?:aim(?:s|ed|ing)? (?:to|for)|(?:goal|target|aim|objective|plan|intention)s? (?:is|was|are|were) to|"
    r"plan(?:s|ned|ning)? to|intend(?:s|ed|ing)? (?:not )?to|target(?:s|ed|ing)? (?=[$€£₹\d]))",
    "expected": r"\b(?:is|are|was|were) (?:expected|due|scheduled|slated) to\b",
    "possible": rf"\b(?:a |the )?possible (?:{EVENTS})\b|"
    r"\b(?:could|may|might)(?: possibly)? (?:meet|visit|sign|conclude|join|agree|hold|resume|"
    r"be (?:signed|concluded|held|announced|finalised|finalized|completed))\b",
    "will": r"\b(?:(?:will|shall|would)|(?<=[A-Za-z])['’]ll)(?P<no> not)?"
    r"(?: (?:also|soon|then|now|each|both|jointly|further|again|first|[a-z]+ly))* (?P<verb>[a-z]+)\b(?P<next> \w+)?",
}
PATTERNS = {modality: re.compile(pattern, re.IGNORECASE) for modality, pattern in GOVERNS.items()}
DENIED = re.compile(
    r"\b(?:not|no|never|nobody|neither|none|few|refus\w+|fail\w+|den(?:y|ies|ied)|reject\w*|declin\w+|without|doubt\w*|whether|"
    r"unclear|unlikely|abandon\w*|withdr[ae]w\w*|broken?|breaks?|breach\w*|renege[ds]?|scrap\w*|dropp\w+|revers\w+|violat\w+|"
    r"revok\w+|back\w* out|walk\w* back)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words before the governing phrase, back to the last comma, that may take the promise back."""

INVERTED = re.compile(r"Had\b", re.IGNORECASE)
"""At the beginning of what did not happen: `Had they agreed to ...`."""

WISHED = re.compile(
    r"\b(?:to|to have|should|must|ought to|needs? to|has to|have to|could|might|may|can)\s+$", re.I
)
"""What makes a governing verb somebody's wish or a possibility: `should commit to`."""

FORECASTERS = re.compile(
    r"\b(?:analysts?|economists?|experts?|stud(?:y|ies)|reports?|surveys?|polls?|researchers?|observers|critics|lawyers|"
    r"forecasts?|models?|professors?)\b",
    re.IGNORECASE,
)
OUTCOMES = word_class(
    """
    benefit need face lose gain suffer see become get grow rise fall decline drop shrink struggle fail feel know like
    want depend rely miss exceed cost mean take win find hurt profit account outpace overtake experience have remain
    to of is was and or come go look seem happen never likely probably bring prove matter love think believe
    """
)
"""What follows `will` where somebody's future is told, not promised."""

ABSTAINED = word_class(
    """
    impose raise introduce apply increase restrict levy charge adopt seek target subject retaliate tax ban export
    discriminate require use disclose
    """
)
"""What one promises not to do; `will not` before anything else refuses."""

DONE_TO = (
    r"(?:admitted|invited|reduced|cut|lowered|eliminated|lifted|removed|extended|published|signed|completed|opened|"
    r"closed|built|delivered|paid|applied|granted|established|launched|implemented|concluded|held|raised|imposed|"
    r"suspended|phased|abolished|waived|exempted|included|increased|released|restored|supplied|purchased|set)"
)
RUNS = r"(?:continue|begin|start|resume|be held|open|end|conclude|take place)"
OFFICIAL = re.compile(
    r"(?i:agenc|official|ministr|department|team|negotiator|secretar|cabinet|government|delegation|bureau|office|commission|"
    r"council|committee|authorit|representative|customs|staff|minister)"
)
DEAL = re.compile(
    r"\b(?:under|as part of|in line with|according to) (?:the|this|that|an?|their|its) (?:[\w-]+ ){0,3}"
    r"(?:deal|agreement|accord|pact|arrangement|understanding|framework|treaty|settlement|commitments?)\b",
    re.IGNORECASE,
)
"""In a reporter's own words only what a deal binds somebody to is a promise; the rest is a forecast."""

OPINION = re.compile(
    r"\b(?:importance|need|value|significance|urgency|benefits?|fact|usefulness)\b"
)


class Governed(NamedTuple):
    """A governing phrase of a sentence, the subject before it and the statement it stands in."""

    s: Sentence
    phrase: re.Match[str]
    modality: Modality
    who: Promisers
    statement: Statement | None


def is_promise(g: Governed, own: bool) -> bool:
    """Whether a phrase governs a promise, not a forecast, an opinion or a question to somebody.

    `own`: the text speaks for those who promise, as a joint statement does.
    """
    text, (start, promised) = g.s.text, g.phrase.span()
    rest = text[promised : g.s.end]
    if g.phrase[0].endswith((" that", " on")):
        planned = re.search(r"\b(?:will|would|should|shall|must|to be)\b", rest)
        return (
            planned is not None if g.phrase[0].endswith("that") else not OPINION.search(rest[:60])
        )
    if g.modality == "asked":
        asks = not re.search(r"\b(?:reporters?|journalists?)\b", text[g.s.start : start], re.I)
        answer = re.match(r" (?:comment|respond|explain|confirm|answer|say)\b", rest)
        return asks and not answer and OFFICIAL.search(g.phrase[0]) is not None
    place = g.who.place.start if g.who.place else max(g.s.start, start - 60)
    event = re.search(rf"\b(?:{EVENTS})\b", text[place:start], re.IGNORECASE) is not None
    if g.modality == "expected":
        return (event or g.who.agent) and rest.split(maxsplit=1)[0] not in OUTCOMES
    if g.modality == "aims":
        return g.who.agent or re.search(r"(?:is|was|are|were) to$|ing ", g.phrase[0]) is not None
    return g.modality != "will" or (_is_asserted(g, own) and _is_deed(g, event))


HOPED = re.compile(
    r"\b(?:hop(?:e[sd]?|ing)|wants?|wish\w*|expect\w*|predict\w*|forecast\w*|speculat\w*|fear\w*|worr\w+|"
    r"demand\w*|urge[sd]?) (?:[\w’'-]+ ){0,6}$",
    re.IGNORECASE,
)
"""Before a subject whose deed somebody only hopes for, fears or foresees."""

LONGEST_HOPE = 300
"""Code points before a promise in which a hope for it is looked for."""


def _is_asserted(g: Governed, own: bool) -> bool:
    """Whether somebody says what will be, who is no forecaster; in a reporter's own words it is a forecast."""
    speaker = g.statement.speaker_span if g.statement else None
    told = g.statement is not None and g.statement.kind != "speech act"
    start = g.phrase.start()
    if HOPED.search(g.s.text, max(g.s.start, start - LONGEST_HOPE), start):
        return False
    bound = own or DEAL.search(g.s.text, g.s.start, g.s.end) is not None
    return (told or bound) and not (speaker and FORECASTERS.search(speaker.exact))


def _is_deed(g: Governed, event: bool) -> bool:
    """Whether what follows `will` is something that its subject does, or that is done to it."""
    verb, rest = g.phrase["verb"].casefold(), g.s.text[g.phrase.start("verb") : g.s.end]
    if g.phrase["no"] and verb not in ABSTAINED:
        return False
    if verb == "be":
        doing = g.who.agent and re.match(r"be \w+ing\b", rest)
        return bool(doing or re.match(rf"be {DONE_TO}\b", rest))
    return verb not in OUTCOMES if g.who.agent else bool(event and re.match(RUNS, rest))
