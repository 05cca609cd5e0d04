"""State acts on trade: which state does what to whom, at what rate, in force or announced.

Types are Global Trade Alert's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.brief.passages import Sentence, alternatives, beginning_in, kind_of, sentences_of
from paxsilica.brief.places import pattern, states_in
from paxsilica.brief.record import Measure, MeasureStatus, Quantity, Span, Time

MEASURE_TYPES = {
    "Anti-dumping": r"anti-?dumping (?:duty|duties|measures?)",
    "Anti-subsidy": r"countervailing (?:duty|duties)",
    "Safeguard": r"safeguard (?:duty|duties|measures?|tariffs?)",
    "Export ban": r"export bans?|bans? on exports?|banned (?:the )?exports?|export embargo",
    "Import ban": r"import bans?|bans? on imports?|banned (?:the )?imports?|embargo(?:es)?",
    "Export licensing requirement": r"export controls?|export licen[cs](?:es?|ing)",
    "Export tax": r"export (?:tax(?:es)?|dut(?:y|ies))",
    "Export quota": r"export quotas?",
    "Import quota": r"import quotas?",
    "Import tariff": r"(?:import )?(?:tariffs?|duty|duties|levy|levies)",
    "Production subsidy": r"subsid(?:y|ies)",
    "Controls on commercial transactions and investment instruments": r"sanctions?",
    "Legislation": r"(?:enact(?:s|ed|ing)?|pass(?:es|ed|ing)?|sign(?:s|ed|ing)?) (?:into law )?(?:the )?"
    r"(?:[A-Z][\w-]*|of|and|for|the|in| )+?(?:[Bb]ill|Act|Law)\b",
    "Membership": r"(?:excluded|expelled|suspended) from\b[^.;]{0,60}?"
    r"(?:initiative|alliance|agreement|pact|bloc|treaty|organi[sz]ation)",
}
"""`Legislation` and `Membership` are no trade interventions and no types of Global Trade Alert; they frame them."""

MEASURE = re.compile(alternatives(MEASURE_TYPES))
ACTED = re.compile(
    r"\b(?:impos\w+|rais\w+|hik\w+|doubl\w+|cut|lower\w+|lift\w+|remov\w+|suspend\w+|subject\w* to|face[sd]?|facing|"
    r"hit\w*|affect\w*|levied|slap\w+|announc\w+|threat\w+|propos\w+|plan\w*|retaliat\w+|enact\w+|exclud\w+|continue)\b",
    re.IGNORECASE,
)
ANNOUNCED = re.compile(r"\b(?:will|would|announc\w+|threat\w+|plans? to|planned)\b", re.IGNORECASE)
PROPOSED = re.compile(r"\b(?:[Pp]ropos\w+|[Cc]onsider\w+|may|might|could)\b")
ENDED = re.compile(
    r"\b(?:lifted|removed|suspended|scrapped|withdrawn|withdrew|expired|repealed|cancel\w+)\b",
    re.IGNORECASE,
)
DOUBT = re.compile(
    r"\b(?:not|no|never|nobody|without|den(?:y|ies|ied)|false|reject\w*|rul\w+ out|avoid\w*|escap\w*|exempt\w*|spar\w+|"
    r"block\w*|struck|strik\w+|paus\w+|doubt\w*|if|unless|unlike|instead of|compar\w+)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words of the same sentence that may deny a measure, make it depend on something, or set it against another."""

REASON = re.compile(
    r"\b(?:over|because of|for|in response to|in retaliation for|citing|due to)\s+(?P<why>[^.;,]{4,120})"
)
STATE = pattern().pattern
QUALIFIED = (
    r"(?:(?:new|additional|steep|import|reciprocal|high|punitive|blanket|extra|further)\s+)*"
)
OWNER = re.compile(
    rf"({STATE})(?:['’]s)?\s+{QUALIFIED}(?:\d[\d.]*\s?(?:%|per ?cent)\s+)?{QUALIFIED}$"
)
ACTS = r"(?:impos|levi|slapp?|hit|rais|set|announc|threaten|doubl|hik|put|plac|cut|lower)\w*"
SUBJECT = re.compile(
    rf"({STATE})(?:['’]s)?(?:\s+(?!{ACTS}\b)(?:[A-Z]\w+|has|had|have|will|would|could|also|government|administration))*"
    rf"\s+{ACTS}\b(?P<object>[^,;]*)$"
)
BY = re.compile(r"(?:imposed|levied|announced|threatened|led) by ([^,.;]{2,60})")
ON = re.compile(r"^[^,;.]{0,40}?\b(?:on|against)\s+([^,.;]{2,60})")
OVER = re.compile(r"\bover ([^,.;]{2,60})")
FACING = re.compile(
    r"([^,.;]{2,60}?) (?:is|are|was|were|being|be|has been|have been)?\s*(?:currently )?(?:being )?"
    r"(?:subject\w* to|facing|faces|hit by|excluded from|expelled from)"
)
SHIPMENTS = re.compile(r"(?:shipments|exports|sales) to (?:the )?([^,.;]{2,30})")
LED = re.compile(r"(\S+)-led")
NEAR = 40
"""Code points between a measure's word and its rate."""

AROUND = 200
"""Code points around a measure that are looked at: a longer sentence speaks of other things."""


def measures_of(
    text: str, quantities: Sequence[Quantity], times: Sequence[Time]
) -> tuple[Measure, ...]:
    """Every measure of a text, in order; one that names neither the acting nor the affected state is left out."""
    found = (
        _measure(s, named, quantities, times)
        for s in sentences_of(text)
        for named in s.matches(MEASURE)
    )
    return tuple(filter(None, found))


def _measure(
    s: Sentence, named: re.Match[str], quantities: Sequence[Quantity], times: Sequence[Time]
) -> Measure | None:
    text, sort = s.text, kind_of(MEASURE_TYPES, named)
    whole = text[s.start : s.end]
    rate = _rate(s, named, quantities)
    if rate is None and not ACTED.search(whole):
        return None
    implementers, targets = _acting_and_hit(s, named, sort)
    if not implementers and not targets:
        return None
    why = REASON.search(text, named.end(), s.end) if sort == "Import tariff" else None
    start, end = named.span()
    if rate:
        start, end = min(start, rate.span.start), max(end, rate.span.end)
    owner = re.search(r"([A-Z][\w.]*) $", text[s.start : start])
    if owner and pattern().fullmatch(owner[1]):
        start -= len(owner[0])
    return Measure(
        id=f"measure-{start}-{end}",
        span=Span.of(text, start, end),
        type=sort,
        status=_measure_status(whole, s.around(start, end, 80), sort),
        implementers=implementers,
        targets=targets,
        rate=rate,
        reason=Span.of(text, *why.span("why")) if why else None,
        when=next((t for t in beginning_in(times, s.start, s.end) if t.first), None),
    )


RATES = ("rate", "level", "target")


def _rate(s: Sentence, named: re.Match[str], quantities: Sequence[Quantity]) -> Quantity | None:
    """The percentage nearest to the measure's word in its clause; of a change the rate that it leads to."""
    text = s.text
    percents = [
        q
        for q in beginning_in(quantities, s.start, s.end)
        if q.unit == "percent" and q.role in RATES and q.value >= 0
    ]

    def apart(q: Quantity) -> int:
        """Code points between a percentage and the measure, more than NEAR where the words part them."""
        between = text[min(q.span.end, named.end()) : max(q.span.start, named.start())]
        of_something = re.match(r"\s+of\s+(?!all\b)[a-zA-Z]", text[q.span.end : q.span.end + 12])
        parted = re.search(r"[,;]|\b(?:while|which|and)\b", between) or MEASURE.search(between)
        return NEAR + 1 if of_something or parted else len(between)

    found = min(percents, key=apart, default=None)
    if found is None or apart(found) > NEAR:
        return None
    end = found.span.end
    led_to = (q for q in percents if re.fullmatch(r"\s+to\s+", text[end : q.span.start]))
    return next(led_to, found)


def _measure_status(sentence: str, words: str, sort: str) -> MeasureStatus:
    if sort == "Legislation":
        return "enacted"
    if sort == "Membership" or ENDED.search(words):
        return "ended"
    if DOUBT.search(sentence):
        return "in question"
    if ANNOUNCED.search(words):
        return "announced"
    return "proposed" if PROPOSED.search(words) else "in force"


def _acting_and_hit(
    s: Sentence, named: re.Match[str], sort: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who acts and who is hit: `US tariffs on India`, `China hit the US with tariffs`, `imposed by`, `subjected to`."""
    start, end = named.span()
    if sort == "Legislation":
        return states_in(s.text[max(s.paragraph.start, start - 2000) : start])[-1:], ()
    left = s.text[max(s.start, start - AROUND) : start]
    right = s.text[end : min(s.end, end + AROUND)]

    def first_in(match: re.Match[str] | None) -> tuple[str, ...]:
        return states_in(match[1])[:1] if match else ()

    subject, by = SUBJECT.search(left), BY.search(right)
    acting = (
        first_in(subject)
        or first_in(by)
        or (first_in(OWNER.search(left)) if sort != "Membership" else ())
        or first_in(LED.search(s.text, s.start, s.end))
        or first_in(SHIPMENTS.search(right))
    )

    def others_in(words: str) -> tuple[str, ...]:
        return tuple(state for state in states_in(words) if state not in acting)

    on = ON.search(right)
    hit = (
        others_in(on[1] if on else "")
        or first_in(FACING.search(left + named[0]))
        or others_in(subject["object"] if subject else "")
        or (first_in(OVER.search(right)) if by else ())
        or others_in(left if SHIPMENTS.search(right) else "")
    )
    return acting, tuple(state for state in hit if state not in acting)[:1]
