"""Percentages, dates and lists as people write them -> decimals, dates and tuples, and back."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import partial
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from paxsilica.files import printable

PLAIN_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
WITH_COMMAS = re.compile(r"[+-]?[0-9.,]*,[0-9.,]*")
AS_TYPED = str.maketrans("\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d\uff0b\uff05", "-------+%")

MAGNITUDES = {
    "thousand": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
UNITS_OF = {
    "t": {
        "g": 1e-6,
        "kg": 1e-3,
        "t": 1.0,
        "tonne": 1.0,
        "tonnes": 1.0,
        "kt": 1e3,
        "lb": 0.45359237e-3,
    },
    "bbl": {"bbl": 1.0, "barrel": 1.0, "barrels": 1.0},
    "l": {"l": 1.0, "litre": 1.0, "litres": 1.0, "hl": 100.0},
    "m3": {"m3": 1.0},
    "m2": {"m2": 1.0},
    "MWh": {"MWh": 1.0, "kWh": 1e-3, "GWh": 1e3, "TWh": 1e6},
    "unit": {"unit": 1.0, "units": 1.0, "piece": 1.0, "pieces": 1.0, "head": 1.0},
}
"""Unit in which amounts are held -> spellings and how many of it each is."""

LONGEST_TITLE, LONGEST_TEXT = 200, 10_000
"""Characters of a title, and of a quote, a note or whatever else is printed."""


def parse_percent(text: object) -> float:
    """`"12.5 %"` -> 0.125. Raises ValueError, with what to write instead."""
    if not isinstance(text, str):
        raise ValueError("must be a percentage such as 25%")
    written = text.strip().translate(AS_TYPED)
    number = written.removesuffix("%").strip()
    if WITH_COMMAS.fullmatch(number) and len(number) <= 20:
        sign = "" if written.endswith("%") else " and no % sign"
        raise ValueError(f"{text.strip()!r} has a comma{sign}; write {without_comma(number)}")
    if not PLAIN_NUMBER.fullmatch(number) or len(number) > 20:
        raise ValueError(
            f"{text[:30]!r} is no percentage; write a plain number and a % sign, such as 12.5%"
        )
    if not written.endswith("%"):
        small = 0 < abs(float(number)) <= 1
        better = f"{float(number) * 100:g}%" if small else f"{number}%"
        doubt = f" (or {number}% if that is meant)" if small else ""
        raise ValueError(f"{number} has no % sign; write {better}{doubt}")
    return float(number) / 100


class Amount(NamedTuple):
    """A number with its unit: `USD`, `t`, `bbl`, `USD/t`, or `%` of something (as a decimal)."""

    value: float
    unit: str

    def __str__(self) -> str:
        if self.unit == "%":
            return show_percent(self.value)
        large = [
            (name, size) for name, size in MAGNITUDES.items() if abs(self.value) >= size >= 1e6
        ]
        name, size = max(large, key=lambda one: one[1], default=("", 1.0))
        return f"{self.value / size:.12g} {name}{' ' * bool(name)}{self.unit}"


def parse_amount(text: object) -> Amount:
    """`"500 million USD"`, `"1.5 million t"`, `"0.30 USD/kg"`, `"80%"` -> number and unit. Raises ValueError."""
    if isinstance(text, Amount):
        return text
    written = str(text).strip().translate(AS_TYPED).replace("$", "USD ").replace("€", "EUR ")
    if written.endswith("%"):
        return Amount(parse_percent(written), "%")
    scales = "|".join(MAGNITUDES)
    money, number, scale = (
        r"(?P<money>[A-Z]{3})",
        r"(?P<number>[+-]?\d[\d.]*)",
        rf"(?P<scale>{scales})",
    )
    per = r"(?P<per>(?:\s*/\s*|\s+per\s+)(?P<unit>[A-Za-z]+[23]?))"
    forms = (
        rf"{money}\s*{number}\s*{scale}?{per}?",
        rf"{number}\s*{scale}?\s*{money}{per}?",
        rf"{number}\s*{scale}?\s*(?P<unit>[A-Za-z]+[23]?)",
    )
    match = next(filter(None, (re.fullmatch(form, written) for form in forms)), None)
    if not match or not PLAIN_NUMBER.fullmatch(match["number"]):
        raise ValueError(
            f"{str(text)[:30]!r} is no amount with a unit; write such as 500 million USD, 1.5 million t, 60 USD/bbl or 80%"
        )
    found = match.groupdict()
    value = float(found["number"]) * MAGNITUDES.get(found["scale"] or "", 1.0)
    unit = found.get("unit")
    if unit is None:
        return Amount(value, found["money"])
    for held, spellings in UNITS_OF.items():
        if unit in spellings:
            if currency := found.get("money"):
                return Amount(value / spellings[unit], f"{currency}/{held}")
            return Amount(value * spellings[unit], held)
    known = ", ".join(spelling for all_of in UNITS_OF.values() for spelling in all_of)
    raise ValueError(f"{unit!r} in {str(text)[:30]!r} is no unit; the units are {known}, and money")


def parse_date(text: object) -> date:
    """`"2025-08-07"` -> date. Raises ValueError: another spelling, a day that does not exist."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"{str(text)[:30]!r} is no date; write year-month-day, such as 2025-08-07")
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise ValueError(
            f"{text} does not exist ({exc}); write year-month-day, such as 2025-08-07"
        ) from exc


def without_comma(number: str) -> str:
    """What to write for `1,5`: 1.5%; for `1.234,5` and `1,234.5`: 1234.5%; `1,234` may be two."""
    head, _, tail = number.rpartition(",")
    if "." in tail or "," in head:
        return f"{number.replace(',', '')}%"
    decimal = f"{head.replace('.', '')}.{tail}%"
    return f"{decimal} or {head}{tail}%" if len(tail) == 3 and "." not in head else decimal


def one_line(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text with its line breaks and runs of blanks as single blanks.

    Raises ValueError: it is longer than `longest`, or a terminal would obey a character of it.
    """
    line = " ".join(text.split())
    if len(line) > longest:
        raise ValueError(f"has {len(line):,} characters; write at most {longest:,}")
    for c in line:
        if printable(c) != c:
            raise ValueError(f"holds the control character U+{ord(c):04X}; remove it")
    return line


def different(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The same labels. Raises ValueError: one stands twice, perhaps a slip for another."""
    twice = [label for label, times in Counter(labels).items() if times > 1]
    if twice:
        raise ValueError(f"names {twice[0]} twice; keep one, or write the one that was meant")
    return labels


def show_percent(value: float) -> str:
    return f"{value * 100:.12g}%"


_as_text = PlainSerializer(show_percent, return_type=str, when_used="json")
Percent = Annotated[float, BeforeValidator(parse_percent), _as_text]
AmountField = Annotated[
    Amount, BeforeValidator(parse_amount), PlainSerializer(str, return_type=str, when_used="json")
]
Day = Annotated[date, BeforeValidator(lambda v: v if isinstance(v, date) else parse_date(v))]
Several = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(different)]
OneLine = Annotated[str, AfterValidator(one_line)]
Title = Annotated[
    str, AfterValidator(partial(one_line, longest=LONGEST_TITLE)), Field(min_length=1)
]


def price_ratio(part: Amount, whole: Amount) -> float:
    """The share of a price that another is. Raises ValueError: another currency or unit."""
    (currency, per), (other, unit) = (one.unit.partition("/")[::2] for one in (part, whole))
    if currency != other:
        raise ValueError(
            f"{whole} is in {other} and {part} in {currency}; state both in one currency"
        )
    if per != unit:
        raise ValueError(
            f"{whole} is per {unit} and {part} per {per}; state both per the same unit"
        )
    return part.value / whole.value


def price_of(text: object, above_zero: bool = True) -> Amount:
    """`"0.30 USD/kg"`. Raises ValueError: no amount, no price, or one that is not above 0."""
    price = parse_amount(text)
    if "/" not in price.unit:
        raise ValueError(
            f"{text} does not say for how much; write money per unit, such as 0.30 USD/kg"
        )
    if above_zero and not price.value > 0:
        raise ValueError(f"{price} is not above 0")
    return price


_shown = PlainSerializer(str, return_type=str, when_used="json")
PerUnit = Annotated[Amount, BeforeValidator(partial(price_of, above_zero=False)), _shown]
Price = Annotated[Amount, BeforeValidator(price_of), _shown]
