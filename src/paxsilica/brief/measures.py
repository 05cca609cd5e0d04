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

Status: TypeAlias = Literal["in force", "announced", "enacted", "proposed", "ended"]

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
PROPOSED = re.compile(r"\b(?:propos\w+|consider\w+|may|might|could)\b", re.IGNORECASE)
ENDED = re.compile(r"\b(?:lifted|removed|suspended|ended|scrapped|withdrawn|withdrew)\b", re.IGNORECASE)
REASON = re.compile(
    r"\b(?:over|because of|for|in response to|in retaliation for|citing|due to)\s+(?P<why>[^.;,]{4,120})"
)
BY = re.compile(r"(?:imposed|levied|announced|threatened|led) by ([^,.;]{2,60})")
ON = re.compile(r"(?:on|against|over) (?:imports from |goods from |exports from )?([^,.;]{2,60})")
UNDER = re.compile(
    r"([^,.;]{2,60}?) (?:is|are|was|were|being|be|has been|have been)?\s*(?:currently )?(?:being )?"
    r"(?:subject\w* to|facing|faces|hit by|excluded from|expelled from)"
)
SHIPMENTS = re.compile(r"(?:shipments|exports|sales) to (?:the )?([^,.;]{2,30})")


def measures_of(text: str, quantities: Sequence[Quantity], times: Sequence[Time]) -> tuple[Measure, ...]:
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
    rate = next((q for q in quantities if q.unit == "percent" and unit.start <= q.span.start < unit.end
                 and abs(q.span.start - named.end()) <= 40), None)  # fmt: skip
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
        status=_status(text[max(unit.start, start - 80) : min(unit.end, end + 80)], sort),
        implementers=implementers,
        targets=targets,
        rate=rate,
        reason=reason,
        when=next((t for t in times if unit.start <= t.span.start < unit.end and t.first), None),
    )


def _status(words: str, sort: str) -> Status:
    if sort == "Legislation":
        return "enacted"
    if ENDED.search(words) or sort == "Membership":
        return "ended"
    if ANNOUNCED.search(words):
        return "announced"
    return "proposed" if PROPOSED.search(words) else "in force"


def _sides(
    text: str, paragraph: Stretch, unit: Stretch, named: re.Match[str], sort: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who acts and who is hit, by the words around the measure: `US tariffs`, `imposed by`, `on`, `subjected to`."""
    left, right = text[unit.start : named.start()], text[named.end() : unit.end]
    if sort == "Legislation":
        return states_in(text[paragraph.start : named.start()])[-1:], ()

    def named_in(found: re.Match[str] | None) -> tuple[str, ...]:
        return states_in(found[1])[:1] if found else ()

    acting = states_in(" ".join(left.split()[-3:]))[-1:] if sort != "Membership" else ()
    acting = acting or named_in(BY.search(right)) or named_in(re.search(r"(\S+)-led", text[unit.start : unit.end]))
    acting = acting or named_in(SHIPMENTS.search(right))
    on = ON.search(right)
    hit = named_in(UNDER.search(left + named[0])) or tuple(s for s in states_in(on[1] if on else "") if s not in acting)
    hit = hit or tuple(s for s in states_in(left) if s not in acting)
    return acting, tuple(s for s in hit if s not in acting)[:1]
