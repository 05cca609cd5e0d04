"""State acts on trade: which state does what to whom, at what rate, in force or announced.

Types are Global Trade Alert's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from paxsilica.brief.passages import Stretch, paragraphs, quotations, units
from paxsilica.brief.places import pattern, states_in
from paxsilica.brief.record import Measure, Quantity, Span, Time

Status: TypeAlias = Literal["in force", "announced", "enacted", "proposed", "in question", "ended"]

TYPES = {
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

ANY = re.compile("|".join(f"(?P<t{n}>{pattern})" for n, pattern in enumerate(TYPES.values())))
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
UNDER = re.compile(
    r"([^,.;]{2,60}?) (?:is|are|was|were|being|be|has been|have been)?\s*(?:currently )?(?:being )?"
    r"(?:subject\w* to|facing|faces|hit by|excluded from|expelled from)"
)
SHIPMENTS = re.compile(r"(?:shipments|exports|sales) to (?:the )?([^,.;]{2,30})")
LED = re.compile(r"(\S+)-led")
NEAR = 40
"""Code points between a measure's word and its rate."""

FAR = 200
"""Code points around a measure that are looked at: a longer sentence speaks of other things."""


def measures_of(
    text: str, quantities: Sequence[Quantity], times: Sequence[Time]
) -> tuple[Measure, ...]:
    """Every measure of a text, in order; one that names neither the acting nor the affected state is left out."""
    found: list[Measure] = []
    for paragraph in paragraphs(text):
        for unit in units(text, paragraph, quotations(text, paragraph)):
            for named in ANY.finditer(text, unit.start, unit.end):
                one = _measure(text, paragraph, unit, named, quantities, times)
                if one:
                    found.append(one)
    return tuple(found)


def _measure(
    text: str,
    paragraph: Stretch,
    unit: Stretch,
    named: re.Match[str],
    quantities: Sequence[Quantity],
    times: Sequence[Time],
) -> Measure | None:
    sort = list(TYPES)[int(next(k for k, v in named.groupdict().items() if v)[1:])]
    clause = text[unit.start : unit.end]
    rate = _rate(text, unit, named, quantities)
    if rate is None and not ACTED.search(clause):
        return None
    implementers, targets = _sides(text, paragraph, unit, named, sort)
    if not implementers and not targets:
        return None
    why = REASON.search(text, named.end(), unit.end)
    reason = Span.of(text, *why.span("why")) if why and sort == "Import tariff" else None
    start = min(named.start(), rate.span.start) if rate else named.start()
    end = max(named.end(), rate.span.end) if rate else named.end()
    owner = re.search(r"([A-Z][\w.]*) $", text[unit.start : start])
    if owner and pattern().fullmatch(owner[1]):
        start -= len(owner[0])
    return Measure(
        id=f"measure-{start}-{end}",
        span=Span.of(text, start, end),
        type=sort,
        status=_status(clause, text[max(unit.start, start - 80) : min(unit.end, end + 80)], sort),
        implementers=implementers,
        targets=targets,
        rate=rate,
        reason=reason,
        when=next((t for t in times if unit.start <= t.span.start < unit.end and t.first), None),
    )


def _rate(
    text: str, unit: Stretch, named: re.Match[str], quantities: Sequence[Quantity]
) -> Quantity | None:
    """The percentage nearest to the measure's word in its clause; of a change the rate that it leads to."""
    percents = [
        q
        for q in quantities
        if unit.start <= q.span.start < unit.end and q.unit == "percent" and q.role in RATES
    ]
    near = []
    for q in percents:
        between = text[min(q.span.end, named.end()) : max(q.span.start, named.start())]
        of_something = re.match(r"\s+of\s+(?!all\b)[a-zA-Z]", text[q.span.end : q.span.end + 12])
        apart = (
            of_something
            or re.search(r"[,;]|\b(?:while|which|and)\b", between)
            or ANY.search(between)
        )
        if len(between) <= NEAR and not apart:
            near.append((len(between), q))
    found = min(near, key=lambda pair: pair[0], default=(0, None))[1]
    following = [
        q
        for q in percents
        if found and re.fullmatch(r"\s+to\s+", text[found.span.end : q.span.start])
    ]
    return following[0] if following else found


RATES = ("rate", "level", "target")


def _status(sentence: str, words: str, sort: str) -> Status:
    if sort == "Legislation":
        return "enacted"
    if sort == "Membership" or ENDED.search(words):
        return "ended"
    if DOUBT.search(sentence):
        return "in question"
    if ANNOUNCED.search(words):
        return "announced"
    return "proposed" if PROPOSED.search(words) else "in force"


def _sides(
    text: str, paragraph: Stretch, unit: Stretch, named: re.Match[str], sort: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who acts and who is hit: `US tariffs on India`, `China hit the US with tariffs`, `imposed by`, `subjected to`."""
    left = text[max(unit.start, named.start() - FAR) : named.start()]
    right = text[named.end() : min(unit.end, named.end() + FAR)]
    if sort == "Legislation":
        return states_in(text[paragraph.start : named.start()])[-1:], ()

    def first_in(found: re.Match[str] | None) -> tuple[str, ...]:
        return states_in(found[1])[:1] if found else ()

    subject, by = SUBJECT.search(left), BY.search(right)
    acting = first_in(subject) or first_in(by)
    object_of = states_in(subject["object"]) if subject else ()
    if sort != "Membership":
        acting = acting or first_in(OWNER.search(left))
    acting = (
        acting
        or first_in(LED.search(text, unit.start, unit.end))
        or first_in(SHIPMENTS.search(right))
    )
    on = ON.search(right)
    hit = tuple(s for s in states_in(on[1] if on else "") if s not in acting) or first_in(
        UNDER.search(left + named[0])
    )
    hit = (
        hit
        or tuple(s for s in object_of if s not in acting)
        or (first_in(OVER.search(right)) if by else ())
    )
    if not hit and SHIPMENTS.search(right):
        hit = tuple(s for s in states_in(left) if s not in acting)
    return acting, tuple(s for s in hit if s not in acting)[:1]
