"""Percentages, dates and lists as people write them -> decimals, dates and tuples, and back."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")


def parse_percent(text: object) -> float:
    """`"12.5 %"` -> 0.125. Raises ValueError, with the text to write instead, if the % sign is missing."""
    if not isinstance(text, str):
        raise ValueError("must be a percentage such as 25%")
    number = text.strip().removesuffix("%").strip()
    if not _NUMBER.fullmatch(number) or len(number) > 20:
        raise ValueError(
            f"{text[:30]!r} is no percentage; write a plain number and a % sign, such as 12.5%"
        )
    if not text.strip().endswith("%"):
        small = 0 < abs(float(number)) <= 1
        better = f"{float(number) * 100:g}%" if small else f"{number}%"
        doubt = f" (or {number}% if that is meant)" if small else ""
        raise ValueError(f"{text} has no % sign; write {better}{doubt}")
    return float(number) / 100


def parse_date(text: object) -> date:
    """`"2025-08-07"` -> date. Raises ValueError for any other spelling and for days that do not exist."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"{str(text)[:30]!r} is no date; write year-month-day, such as 2025-08-07")
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise ValueError(
            f"{text} does not exist ({exc}); write year-month-day, such as 2025-08-07"
        ) from exc


def show_percent(value: float) -> str:
    return f"{value * 100:.12g}%"


_as_text = PlainSerializer(show_percent, return_type=str, when_used="json")
Percent = Annotated[float, BeforeValidator(parse_percent), _as_text]
Day = Annotated[date, BeforeValidator(parse_date)]
Labels = Annotated[tuple[str, ...], Field(min_length=1)]
