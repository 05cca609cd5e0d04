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
from collections.abc import Iterable, Sequence
from datetime import date

from paxsilica.brief.days import Dating, shift, whole_unit
from paxsilica.brief.expressions import SENTENCE_END, Expression, matches_at, said_by
from paxsilica.brief.passages import PlaceIndex
from paxsilica.brief.record import Span, Time
from paxsilica.brief.timexes import ANY, FORMS, STARTS, Resolve

_WINDOW = 100  # code points in which a verb governs a time
_REACH = 300  # code points to a day that "a week later" may count from
_SOME_DAY = date(2000, 1, 1)
"""Stands in for an unknown anchor while the form alone is judged; no result keeps it."""

_INDIAN = re.compile(r"\b(?:Indian?|crore|lakh|rupees)\b|₹")


def times_of(
    text: str, anchor: date | None, *, anchors: Sequence[tuple[int, int, date]] = ()
) -> tuple[Time, ...]:
    """Every time expression of a text in order, none overlapping.

    `anchor` is the day of publication, from which "Tuesday" or "next month" count; with None such expressions are
    `vague` and have no days. `anchors` are stretches `[start, end)` with a day of their own, as of a post inside an
    article; the last that holds an expression counts for it. After "since" a date is an interval up to the anchor.
    """
    indian = bool(_INDIAN.search(text))
    starts = (m.start() for m in STARTS.finditer(text) if ANY.match(text, m.start()))
    patterns, resolves = zip(*FORMS, strict=True)
    matches = [(m, resolves[n]) for n, m in matches_at(patterns, text, starts)]
    found: list[tuple[Time, Dating]] = []
    days = PlaceIndex((a, b, day) for a, b, day in anchors)
    end = 0
    for match, resolve in sorted(matches, key=lambda item: (item[0].start(), -item[0].end())):
        start = match.start()
        if start >= end:
            day = next(reversed(days.touching(start, start + 1)), anchor)
            dating = _dating(match, resolve, day, indian)
            if dating:
                end = match.end()
                found.append((_time(Span.of(text, start, end), dating, day), dating))
    return _counted(text, found)


def _dating(
    match: re.Match[str], resolve: Resolve, anchor: date | None, indian: bool
) -> Dating | None:
    """What an expression means where it stands; only years, lengths and sets need no anchor."""
    text, start = match.string, match.start()
    before = SENTENCE_END.split(text[max(0, start - _WINDOW) : start])[-1]
    e = Expression(match[0], said_by(match), before, anchor or _SOME_DAY, indian)
    found = resolve(e)
    if found is None:
        return None
    if anchor is None and not (e["year"] or found.kind in ("duration", "set")):
        return Dating("vague", e.unplaced(), step=found.step)
    past = found.first and (anchor is None or found.first <= anchor)
    if found.kind == "date" and past and e.since():
        return found._replace(kind="interval", last=anchor)
    return found


def _time(span: Span, dating: Dating, anchor: date | None) -> Time:
    kind, value, first, last, *_ = dating
    return Time(span=span, kind=kind, value=value, first=first, last=last, anchor=anchor)


def _counted(text: str, dated: Sequence[tuple[Time, Dating]]) -> tuple[Time, ...]:
    """The times, with those that count from another one ("a day after ... on Monday") placed in the calendar."""
    done: list[Time] = []
    for i, (time, dating) in enumerate(dated):
        if dating.step:
            following = (later for later, _ in dated[i + 1 : i + 2])
            others = following if dating.ahead else reversed(done)
            base = _base(text, time, others, dating.ahead)
            n, unit = dating.step
            placed = whole_unit(shift(base, n, unit), unit) if base else None
            time = _time(time.span, placed, time.anchor) if placed else time
        done.append(time)
    return tuple(done)


def _base(text: str, time: Time, others: Iterable[Time], ahead: bool) -> date | None:
    """The first day among other times that a counted one may count from."""
    for other in others:
        first, second = (time, other) if ahead else (other, time)
        between = text[first.span.end : second.span.start]
        if len(between) > _REACH or (ahead and SENTENCE_END.search(between)):
            return None
        if other.kind == "date" and other.first:
            return other.first
    return None
