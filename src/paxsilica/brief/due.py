"""What stands in a promised clause: the day by which, and the years over which, it is to be done."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.brief.days import WEEKDAY_NAME, shift
from paxsilica.brief.record import Span, Time

LED_BY_PAST = re.compile(
    r"\bsince\s+$|\b(?:signed|announced|imposed|suspended|reached|concluded|agreed|adopted|made|held|launched|begun|started|"
    r"that|which|who)\b[^,;]*$|\b(?:compared (?:to|with)|relative to|(?<!later )than|above|below)(?: the| its| their)?\s+$"
)
COMPARED = re.compile(r"\s+(?:levels?|baseline|prices|average)\b")
"""Behind a year that something is compared with."""

_WITHIN = r"(?:(?!\b(?:to|by|from|on|before|until|within|as of)\b)(?:[^,;\n]|(?<=\d),(?=\d)))*"
_AMOUNT = rf"\b{_WITHIN}\d{_WITHIN}$"
STOOD, STOOD_ONCE = (
    re.compile(rf"(?:{words}){_AMOUNT}", re.IGNORECASE)
    for words in (
        r"\b(?:up|down) from|, (?:from|against|versus|vs)|\bto\b[^;\n]*\d[^;\n]* from|\bcompared (?:to|with)|\binstead of",
        r"\b(?:from|than|double|twice|triple|half)",
    )
)
"""Before the day of an earlier level: `up from 25 per cent today`; and where it is one only if the day is over."""

LEVEL_OF_DAY = re.compile(r"['’]s\s+(?:[\w-]+\s+){0,2}[$€£¥]?\d")
"""Behind the day of a level: `today's 20 per cent`."""

LONGEST_LEVEL = 100
"""Code points of the longest words that name a level."""

BY_DAY = re.compile(
    r"\b(?:by|before|until|through|within|later than|to|end of|until the end of|and)(?: the)?\s+$",
    re.I,
)
WITHIN = re.compile(
    r"\b(?:within|in|inside|later than)(?: the next| a period of| at most)?\s+$", re.IGNORECASE
)
BEGINNING_ON = re.compile(
    r"\b(?:from|as (?:of|from)|(?:starting|beginning|effective)(?: on| from| in)?)(?: the)?\s+$",
    re.I,
)
"""Before the first day of what goes on from then."""

SPANNING = re.compile(r"\b(?:over|for|during|across)(?: a(?: total)? period of)?\s+$", re.I)
FROM_EVENT = re.compile(r"\s+(?:of|after|from|following|before|prior|later|earlier)\b")
LASTING = re.compile(r"P(\d+)([DWMY])")
PLACED = re.compile(r"\d{4}|\b(?:last|past|ago|yesterday|earlier|previous|this|recent)", re.I)
"""A time that says itself where it lies."""

WEEKDAYS = re.compile(rf"^{WEEKDAY_NAME}$")
UNIT_OF = {"D": "day", "W": "week", "M": "month", "Y": "year"}


def stood_before(text: str, begun: int, t: Time) -> bool:
    """Whether a time in a clause only says when an earlier level stood: `up from 25 per cent today`."""
    lead = text[max(begun, t.span.start - LONGEST_LEVEL) : t.span.start]
    past = t.anchor is None or t.last is None or t.last < t.anchor
    if LEVEL_OF_DAY.match(text, t.span.end):
        return bool(re.search(r"\b(?:from|than|to|with|against|of|at|above|below) $", lead))
    if STOOD.search(lead):
        return past or t.first is None or t.anchor is None or t.first <= t.anchor
    return bool(STOOD_ONCE.search(lead)) and (past or text.startswith(" to ", t.span.end))


def due_in(text: str, span: Span, begun: int, inside: Sequence[Time]) -> Time | None:
    """The last day that stands under a promise, one that is led by `by` or the like before any other; a day that is only
    the first one, `from 27 August 2025`, has no last."""
    dated = []
    for t in inside:
        lead = text[span.start : t.span.start]
        past = LED_BY_PAST.search(text[begun : t.span.start]) or COMPARED.match(text, t.span.end)
        if t.last and t.kind in ("date", "interval") and not past:
            begins = {"last": None} if BEGINNING_ON.search(lead) else {}
            dated.append((bool(BY_DAY.search(lead)), _ahead(t).model_copy(update=begins)))
        lasts = LASTING.fullmatch(t.value) if t.kind == "duration" else None
        if lasts and t.anchor and WITHIN.search(lead) and not FROM_EVENT.match(text, t.span.end):
            last = shift(t.anchor, int(lasts[1]), UNIT_OF[lasts[2]])
            within = {"kind": "interval", "first": t.anchor, "last": last}
            dated.append((True, t.model_copy(update=within)))
    led = [t for by, t in dated if by] or [t for _, t in dated]
    return led[-1] if led else None


def _ahead(t: Time) -> Time:
    """A weekday or month without a year is the next one in a promise: `On Thursday, she will leave.`"""
    past = t.anchor and t.first and t.last and t.last < t.anchor and t.first.year == t.last.year
    if not past or PLACED.search(t.span.exact) or t.first is None or t.last is None:
        return t
    step = (7, "day") if WEEKDAYS.search(t.span.exact) else (1, "year")
    first, last = shift(t.first, *step), shift(t.last, *step)
    value = str(first)[: len(t.value)] if step[1] == "year" else str(last)
    return t.model_copy(update={"first": first, "last": last, "value": value})


def years_in(text: str, span: Span, inside: Sequence[Time]) -> Time | None:
    """The years over which something is bought or paid: `over the next five years`, `from 2027 to 2031`."""
    for t in inside:
        lasts = LASTING.fullmatch(t.value)
        lead = text[span.start : t.span.start]
        if (
            t.kind in ("duration", "interval")
            and lasts
            and lasts[2] == "Y"
            and SPANNING.search(lead)
        ):
            return t
        if t.kind == "interval" and t.first and t.last and t.last.year > t.first.year:
            return t
    named = [t for t in inside if re.fullmatch(r"\d{4}", t.value)]
    if len(named) < 2:
        return None
    first, last = named[0], named[-1]
    whole = {
        "span": Span.of(text, first.span.start, last.span.end),
        "kind": "interval",
        "value": f"{first.value}/{last.value}",
        "first": first.first,
    }
    return last.model_copy(update=whole)
