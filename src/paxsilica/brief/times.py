"""Time expressions of English news, British and American, and the days they mean.

Kinds follow TIMEX3: a `date` is one named unit of the calendar (a day, week, month, season, fiscal year, decade), an
`interval` runs from one to another, a `duration` has a length and no place, a `set` repeats. Spans leave out leading
prepositions and words such as "early" or "the end of". Conventions, where English has no single answer:

- A week is an ISO week, Monday to Sunday. Seasons are meteorological and northern: spring begins on 1 March, summer
  on 1 June, autumn on 1 September, winter on 1 December of the year named.
- "2024-25" is a fiscal year from 1 April to 31 March, as in India; "FY25" and "fiscal 2025" name the year they end
  in and have days only where the text is about India. "2024-2025" is two calendar years.
- A weekday is the latest up to the day of publication; after a future verb, or "by", the first from that day on.
- A day and month without a year is the nearest such day, the past one if two are as near. A month or season alone is
  the latest right after a past verb, the first to come after a future one; else the nearest, a coming one counted as
  twice as far.
- "a day after" counts from a day named later in its sentence, "two weeks later" and "the following day" from the last
  one named before; without one they are durations or vague.

Source of the value codes: ISO-TimeML (ISO 24617-1). Nothing here looks at today's date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from paxsilica.brief.days import DAYS, MONTHS, Found, after_length, number, shift, whole
from paxsilica.brief.record import Span, Time
from paxsilica.brief.timexes import RULES, SENTENCE_END, SINCE, Place, S, reference, unplaced

_WINDOW = 100  # code points in which a verb governs a time
_REACH = 300  # code points to a day that "a week later" may count from
_SOME_DAY = date(
    2000, 1, 1
)  # stands in for an unknown anchor while the form alone is judged; no result keeps it

_INDIAN = re.compile(r"\b(?:Indian?|crore|lakh|rupees)\b|₹")
_COUNTED = re.compile(
    rf"(?P<the>the{S})?(?P<n>.{{1,20}}?)[\s\u00a0-]{{1,3}}(?P<unit>day|week|fortnight|month|quarter|year|decade)s?"
    rf"(?:{S}(?P<side>after|later|before|earlier))?",
    re.I,
)
_AGAIN = {"same": 0, "following": 1, "previous": -1, "preceding": -1}
_STRICTLY_BEFORE = re.compile(rf"\b(?:before|ahead{S}of|prior{S}to)(?:{S}the)?[-\s]{{1,3}}$", re.I)
_DUE = re.compile(
    rf"\b(?:by|before(?={S}the{S}end)|until|till|no{S}later{S}than|not{S}later{S}than|at{S}the{S}latest|through|within|deadline{S}(?:is|of))"
    rf"(?:{S}(?:the|early|late|mid|end|of|beginning|start|middle)){{0,4}}[-\s]{{1,3}}$",
    re.I,
)
_COMING = re.compile(r"\b(?:next|coming|tomorrow|tonight|today|this|later)\b", re.I)


def times_of(
    text: str, anchor: date | None, *, anchors: Sequence[tuple[int, int, date]] = ()
) -> tuple[Time, ...]:
    """Every time expression of a text in order, none overlapping.

    `anchor` is the day of publication, from which "Tuesday" or "next month" count; with None such expressions are
    `vague` and have no days. `anchors` are stretches `[start, end)` with a day of their own, as of a post inside an
    article; the last that holds an expression counts for it. After "since" a date is an interval up to the anchor.
    """
    indian = bool(_INDIAN.search(text))
    matches = (
        (match.start(), -match.end(), rank, match)
        for rank, (_, pattern, _) in enumerate(RULES)
        for match in pattern.finditer(text)
    )
    times: list[Time] = []
    end = 0
    for start, _, rank, match in sorted(matches, key=lambda item: item[:3]):
        if start >= end:
            day = next((day for a, b, day in reversed(anchors) if a <= start < b), anchor)
            time = _time(text, match, rank, day, indian)
            if time:
                times.append(time)
                end = match.end()
    return tuple(_counted(text, times))


def deadline(text: str, time: Time) -> date | None:
    """The last day by which something is to be done, where the words around a time say one; otherwise None.

    "by", "until", "within" and the like give the last day of what follows, "before" the day before it; so does a time
    that lies after its anchor ("next month", "on Tuesday" of a coming week) without any such word.
    """
    before = text[max(0, time.span.start - 40) : time.span.start]
    if time.kind == "set" or (time.kind != "date" and reference(time.span.exact) == "PAST_REF"):
        return None
    if time.kind == "duration":
        within = re.search(
            rf"\bwithin(?:{S}(?:the|next|a|period|of)){{0,3}}\s{{1,3}}$", before, re.I
        )
        return after_length(time.anchor, time.value) if within and time.anchor else None
    if time.first and _STRICTLY_BEFORE.search(before):
        return time.first - timedelta(1) if time.first > date.min else None
    if _DUE.search(before):
        return time.last
    ahead = time.anchor and (
        (time.first and time.first > time.anchor)
        or (time.last and time.last >= time.anchor and _COMING.search(time.span.exact))
    )
    return time.last if ahead else None


def _time(
    text: str, match: re.Match[str], rank: int, anchor: date | None, indian: bool
) -> Time | None:
    fixed, _, resolve = RULES[rank]
    before = SENTENCE_END.split(text[max(0, match.start() - _WINDOW) : match.start()])[-1]
    found = resolve(match, Place(before, anchor or _SOME_DAY, indian))
    if found is None:
        return None
    if anchor is None and not (fixed or match.groupdict().get("year")):
        found = Found("vague", unplaced(match))
    if (
        found.kind == "date"
        and found.first
        and SINCE.search(before)
        and (anchor is None or found.first <= anchor)
    ):
        found = Found("interval", found.value, found.first, anchor)
    return Time(span=Span.of(text, *match.span()), anchor=anchor, **found._asdict())


def _counted(text: str, times: Sequence[Time]) -> Iterator[Time]:
    """The times, with those that count from another one ("a day after ... on Monday") placed in the calendar."""
    done: list[Time] = []
    for i, time in enumerate(times):
        match = _COUNTED.fullmatch(time.span.exact)
        n = _steps(match) if match else None
        if match and n is not None:
            ahead = (match["side"] or "").casefold() in ("after", "before")
            base = _base(text, time, times[i + 1 : i + 2] if ahead else reversed(done), ahead)
            unit = match["unit"].casefold()
            found = whole(shift(base, n, unit), unit) if base and unit in DAYS | MONTHS else None
            time = time.model_copy(update=found._asdict()) if found else time
        done.append(time)
        yield time


def _steps(match: re.Match[str]) -> int | None:
    """How many units from the day it counts from; None where the expression counts from no other."""
    side = (match["side"] or "").casefold()
    if not side:
        again = _AGAIN | ({"next": 1} if match["unit"] == "day" else {})
        return again.get(match["n"].casefold()) if match["the"] else None
    n = number(match["n"])
    return None if n is None else n if side in ("after", "later") else -n


def _base(text: str, time: Time, others: Iterable[Time], ahead: bool) -> date | None:
    """The first day among other times that a counted one may count from."""
    for other in others:
        between = (
            text[time.span.end : other.span.start]
            if ahead
            else text[other.span.end : time.span.start]
        )
        if len(between) > _REACH or (ahead and SENTENCE_END.search(between)):
            return None
        if other.kind == "date" and other.first:
            return other.first
    return None
