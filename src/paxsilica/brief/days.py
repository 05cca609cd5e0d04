"""The calendar under time expressions: units as stretches of days, shifts by units, lengths, and number words."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

Kind = Literal["date", "interval", "duration", "set", "vague"]

DAYS = {"day": 1, "week": 7, "weekend": 7, "fortnight": 14}
MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_LENGTHS = {
    "day": "P{}D",
    "week": "P{}W",
    "month": "P{}M",
    "year": "P{}Y",
    "hour": "PT{}H",
    "minute": "PT{}M",
}
_MULTIPLES = {
    "fortnight": (2, "week"),
    "quarter": (3, "month"),
    "decade": (10, "year"),
    "century": (100, "year"),
}

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
_ONES += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: i for i, word in enumerate(_ONES)} | {
    word: 10 * i for i, word in enumerate(_TENS, 2)
}
_NUMBERS |= {
    f"{ten}-{_ONES[i]}": 10 * n + i for n, ten in enumerate(_TENS, 2) for i in range(1, 10)
}
_NUMBERS |= {"a": 1, "an": 1}

NUMBER_WORDS = "|".join(sorted(_NUMBERS, key=len, reverse=True))
"""A pattern of every number word from "a" to "ninety-nine", longest first."""


class Found(NamedTuple):
    """What an expression means, without its place."""

    kind: Kind
    value: str
    first: date | None = None
    last: date | None = None


def number(words: str) -> int | None:
    """The whole number that digits or words such as "twenty-five" say; None for "several" and the like."""
    words = words.casefold()
    return int(words) if words.isdecimal() else 2 if "couple" in words else _NUMBERS.get(words)


def length(n: int | None, unit: str) -> str:
    """An ISO 8601 duration such as `P2D`, or `PXD` where the number is not said."""
    times, unit = _MULTIPLES.get(unit, (1, unit))
    return _LENGTHS[unit].format("X" if n is None else n * times)


def after_length(day: date, value: str) -> date | None:
    """The day an ISO 8601 duration of whole days, weeks, months or years later; None for any other value."""
    match = re.fullmatch(r"P([0-9]{1,6})([DWMY])", value)
    units = {"D": "day", "W": "week", "M": "month", "Y": "year"}
    return shift(day, int(match[1]), units[match[2]]) if match else None


def shift(day: date, n: int, unit: str) -> date | None:
    """The day `n` units later (earlier if negative), the last of a shorter month; None beyond the years 1 to 9999."""
    if unit in DAYS:
        ordinal = day.toordinal() + n * DAYS[unit]
        return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None
    year, month = divmod(day.year * 12 + day.month - 1 + n * MONTHS[unit], 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none."""
    if 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def months(kind: Kind, value: str, year: int, month: int, n: int) -> Found | None:
    """`n` whole months that begin with one; None where they end after the year 9999."""
    end_year, end = year + (month + n - 2) // 12, (month + n - 2) % 12 + 1
    if not 1 <= year <= end_year <= 9999:
        return None
    return Found(
        kind, value, date(year, month, 1), date(end_year, end, monthrange(end_year, end)[1])
    )


def whole(day: date | None, unit: str) -> Found | None:
    """The calendar unit that a day lies in; weeks are ISO weeks, a fortnight is the week it ends or begins with."""
    if day is None or not 100 <= day.year <= 9800:  # no century or week outside the calendar
        return None
    if unit == "day":
        return Found("date", day.isoformat(), day, day)
    if unit in DAYS:
        year, week, weekday = day.isocalendar()
        monday = day - timedelta(weekday - 1)
        start, mark = (5, "-WE") if unit == "weekend" else (0, "")
        return Found(
            "date", f"{year}-W{week:02}{mark}", monday + timedelta(start), monday + timedelta(6)
        )
    if unit == "month":
        return months("date", f"{day.year}-{day.month:02}", day.year, day.month, 1)
    if unit == "quarter":
        quarter = (day.month + 2) // 3
        return months("date", f"{day.year}-Q{quarter}", day.year, 3 * quarter - 2, 3)
    years = MONTHS[unit] // 12
    return months("date", str(day.year // years), day.year // years * years, 1, 12 * years)


def nearest(
    days: Iterable[date | None], anchor: date, tense: str = "", ahead: int = 1
) -> date | None:
    """The day nearest to the anchor, the earlier of two; a day after it counts as `ahead` times as far.

    Where there is such a day, one up to the anchor if `tense` is "past", and one from its month on if "future".
    """
    known = [day for day in days if day is not None]
    if tense == "past":
        known = [day for day in known if day <= anchor] or known
    if tense == "future":
        known, ahead = [day for day in known if day >= anchor.replace(day=1)] or known, 1
    return min(
        known,
        key=lambda day: (max((day - anchor).days * ahead, (anchor - day).days), day),
        default=None,
    )


def due_status(as_of: date, first: date | None, last: date | None, made: date | None = None) -> str:
    """What a promise for the time from `first` to `last` is on a day; it is due on the last day that will do.

    Says that a day has passed, never that a promise was broken. `made` is the day of its document.
    """
    if made and made > as_of:
        return "not made yet"
    if last:
        left = (last - as_of).days
        if left == 0:
            return "due on this day"
        return f"due in {_in_days(left)}" if left > 0 else f"overdue by {_in_days(-left)}"
    if first:
        left = (first - as_of).days
        return f"begins in {_in_days(left)}" if left > 0 else "has begun, no end"
    return "no date given"


def _in_days(days: int) -> str:
    return "1 day" if days == 1 else f"{days:,} days"
