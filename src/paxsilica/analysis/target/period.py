"""Periods of twelve months, in which trade is counted: a year, a fiscal year from April, or twelve months to a day."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import NamedTuple

from paxsilica.policy.values import parse_date

RULE = "write a year such as 2030, a fiscal year from April such as 2024-25, or the last day of twelve months, 2025-06-30"


class Period(NamedTuple):
    """Twelve months. `last`: their last day; `text`: as written."""

    text: str
    last: date

    @property
    def time(self) -> float:
        """The year with a fraction, as the outlook counts: 2030.0 is 2030, 2024.25 is April 2024 to March 2025."""
        days = calendar.monthrange(self.last.year, self.last.month)[1]
        return self.last.year - 1 + (self.last.month - 1 + self.last.day / days) / 12

    def __str__(self) -> str:
        """As it stands in a sentence: `2030`, `2024-25`, `the 12 months to 2025-06-30`."""
        return self.text if len(self.text) < len("2025-06-30") else f"the 12 months to {self.text}"


def parse_period(text: object) -> Period:
    """`"2030"`, `"2024-25"` (April 2024 to March 2025, as in India) or `"2025-06-30"`. Raises ValueError."""
    written = str(text).strip()
    if re.fullmatch(r"(?:19|20)\d\d", written):
        return Period(written, date(int(written), 12, 31))
    if match := re.fullmatch(r"((?:19|20)\d\d)[-/\N{EN DASH}](\d\d)", written):
        year, end = int(match[1]), int(match[2])
        if end != (year + 1) % 100:
            raise ValueError(
                f"{written[:30]!r} is no fiscal year, whose parts follow one another; {RULE}"
            )
        return Period(f"{year}-{end:02}", date(year + 1, 3, 31))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", written):
        return Period(written, parse_date(written))
    raise ValueError(f"{written[:30]!r} is no period; {RULE}")
