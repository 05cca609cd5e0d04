"""The calendar under time expressions: units as stretches of days, shifts by units, lengths, and number words."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from paxsilica.brief.record import TimeKind
from paxsilica.names.places import rows

DAYS = {"day": 1, "week": 7, "weekend": 7, "fortnight": 14}
MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
MULTIPLES = {
    "fortnight": (2, "week"),
    "quarter": (3, "month"),
    "decade": (10, "year"),
    "century": (100, "year"),
}

_PLAIN = {row["word"]: int(row["value"]) for row in rows(Path(__file__).with_name("numbers.csv"))}
_NUMBERS = {"a": 1, "an": 1} | _PLAIN
_TIMES = {"hundred": 100, "thousand": 1000}
WORD_GAP = r"[\s\u00a0-]{1,3}"
"""Between the words of a number."""


def _words_for(least: int, most: int) -> str:
    return "|".join(word for word, n in _PLAIN.items() if least <= n <= most)


_SMALL = rf"(?:(?:{_words_for(20, 90)})(?:{WORD_GAP}(?:{_words_for(1, 9)})\b)?|{_words_for(10, 19)}|{_words_for(0, 9)})"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_WEEKDAYS = "mon tue wed thu fri sat sun"
WEEKDAY_NAME = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"

DIGIT_WORDS = _words_for(0, 9)
NUMBER_WORDS = rf"(?:{_SMALL}|an?){WORD_GAP}(?:hundred|thousand)\b(?:{WORD_GAP}(?:and{WORD_GAP})?{_SMALL}\b)?|{_SMALL}|an?"
"""A pattern of every number in words from "a" to "ninety-nine thousand and ninety-nine", the longest first."""


class Dating(NamedTuple):
    """What an expression means, without its place.

    `step` is how many of which unit it lies from another day of the text, which is named `ahead` of it or before.
    """

    kind: TimeKind
    value: str
    first: date | None = None
    last: date | None = None
    step: tuple[int, str] | None = None
    ahead: bool = False


def month_of(name: str) -> int:
    """The number of a month, 1 to 12, whose name may be cut."""
    return _MONTHS.index(name[:3].casefold()) // 4 + 1


def weekday_of(name: str) -> int:
    """The number of a weekday, Monday 0, whose name may be cut."""
    return _WEEKDAYS.index(name[:3].casefold()) // 4


def number_of(words: str) -> int | None:
    """The whole number that digits or words such as "one hundred and five" say; None for "several" and the like."""
    words = words.casefold()
    if words.isdecimal() or "couple" in words:
        return int(words) if words.isdecimal() else 2
    total = 0
    for word in re.findall(r"[^\s-]+", words):
        if word not in ("and", *_TIMES, *_NUMBERS):
            return None
        total = total * _TIMES.get(word, 1) + _NUMBERS.get(word, 0)
    return total


def length(n: int | None, unit: str) -> str:
    """An ISO 8601 duration such as `P2D`, or `PXD` where the number is not said."""
    times, unit = MULTIPLES.get(unit, (1, unit))
    clock = "T" if unit in ("hour", "minute") else ""
    return f"P{clock}{'X' if n is None else n * times}{unit[0].upper()}"


def shift(day: date, n: int, unit: str) -> date | None:
    """The day `n` units later (earlier if negative), the last of a shorter month; None beyond the years 1 to 9999."""
    try:
        if unit in DAYS:
            return day + timedelta(n * DAYS[unit])
        year, month = divmod(day.year * 12 + day.month - 1 + n * MONTHS[unit], 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError):
        return None


def calendar_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def whole_months(first: date, n: int, value: str, kind: TimeKind = "date") -> Dating | None:
    """`n` whole months from the first of one; None where they end after the year 9999."""
    last = shift(first, n - 1, "month")
    if last is None:
        return None
    return Dating(kind, value, first, last.replace(day=monthrange(last.year, last.month)[1]))


def whole_unit(day: date | None, unit: str) -> Dating | None:
    """The calendar unit that a day lies in; weeks are ISO weeks, a fortnight is the week it ends or begins with."""
    if day is None or not 100 <= day.year <= 9800:  # no century or week outside the calendar
        return None
    if unit == "day":
        return Dating("date", day.isoformat(), day, day)
    if unit in DAYS:
        monday, week = day - timedelta(day.weekday()), f"{day:%G-W%V}"
        if unit == "weekend":
            return Dating("date", f"{week}-WE", monday + timedelta(5), monday + timedelta(6))
        return Dating("date", week, monday, monday + timedelta(6))
    n = MONTHS[unit]
    year, month = divmod((day.year * 12 + day.month - 1) // n * n, 12)
    within = {"month": f"{year}-{month + 1:02}", "quarter": f"{year}-Q{month // 3 + 1}"}
    return whole_months(date(year, month + 1, 1), n, within.get(unit, str(year * 12 // n)))


def nearest_day(
    month: int, day: int, anchor: date, reach: int, tense: str = "", ahead: int = 1
) -> date | None:
    """The day of a year at most `reach` away that is nearest to the anchor, the earlier of two.

    A day after the anchor counts as `ahead` times as far. Where there is such a day, one up to the anchor if `tense` is
    "past", and one from its month on if "future".
    """
    years = range(anchor.year - reach, anchor.year + reach + 1)
    known = [found for year in years if (found := calendar_day(year, month, day))]
    if tense == "past":
        known = [found for found in known if found <= anchor] or known
    if tense == "future":
        known, ahead = [found for found in known if found >= anchor.replace(day=1)] or known, 1
    return min(
        known,
        key=lambda found: max((found - anchor) * ahead, anchor - found),
        default=None,
    )


def due_status(as_of: date, first: date | None, last: date | None, made: date | None = None) -> str:
    """What a promise for the time from `first` to `last` is on a day; it is due on the last day that will do.

    Says that a day has passed, never that a promise was broken. `made` is the day of its document.
    """
    if made and made > as_of:
        return "not made yet"
    day = last or first
    if day is None:
        return "no date given"
    left = (day - as_of).days
    days = "1 day" if abs(left) == 1 else f"{abs(left):,} days"
    if last is None:
        return f"begins in {days}" if left > 0 else "has begun, no end"
    if left == 0:
        return "due on this day"
    return f"due in {days}" if left > 0 else f"overdue by {days}"
