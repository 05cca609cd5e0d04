"""How the report writes numbers and names. Signs are always written; a true minus; no digit beyond what is known."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass, replace
from typing import Any, TypeVar, cast

from paxsilica.about import BEYOND
from paxsilica.economy import Economy, Note

T = TypeVar("T")

MINUS = "−"

UNITS = {1e6: "trillion", 1e3: "billion", 1.0: "million", 1e-3: "thousand"}
"""Units of money, in million USD, the largest first."""


def number(value: float, digits: int = 3) -> str:
    """Three significant digits, never in exponents: 1,234, 12.3, 0.123, 0.00120; zero below 1e-9."""
    if not math.isfinite(value):
        return "unknown"
    if abs(value) < 1e-9:
        return "0"
    rounded = float(f"{abs(value):.{digits - 1}e}")
    places = min(9, max(0, digits - 1 - math.floor(math.log10(rounded))))
    return (MINUS if value < 0 else "") + f"{abs(value):,.{places}f}"


def signed(value: float) -> str:
    """`number` with its sign, plus included."""
    text = number(value)
    return text if value <= 0 or text == "0" else f"+{text}"


def percent(value: float) -> str:
    """A change in per cent, with its sign: `+0.12 %`."""
    return f"{signed(value)} %"


def money(million: float) -> str:
    """An amount of million USD: `USD 7.9 billion`, `USD 310 million`."""
    if number(million) == "0":
        return "USD 0"
    size = _money_unit(million)
    return f"USD {number(million / size)} {UNITS[size]}"


def _money_unit(million: float) -> float:
    rounded = abs(float(f"{million:.2e}"))
    return next((size for size in UNITS if rounded >= size), min(UNITS))


def signed_money(million: float) -> str:
    """`money` with its sign in front of the number: `USD +7.9 billion`."""
    text = money(million)
    return text if million <= 0 or text == "USD 0" else text.replace("USD ", "USD +", 1)


def ends_of(row: Mapping[str, Any]) -> list[float]:
    """The ends of the band of a finding; none where there is one set of elasticities, or both read alike."""
    ends = [row[end] for end in ("low", "high") if row.get(end) is not None]
    return ends if len({*map(number, ends)}) > 1 else []


RangeOf = Callable[[Iterable[float], Callable[[float], str]], str]
"""The lowest and the highest of several numbers, each written by `signed` or by `number`."""


def percent_range(values: Iterable[float], write: Callable[[float], str] = signed) -> str:
    """`−1.46 to −0.583 %`; empty without values."""
    if not (known := sorted(values)):
        return ""
    return f"{write(known[0])} to {write(known[-1])} %"


def money_range(million: Iterable[float], write: Callable[[float], str] = signed) -> str:
    """In the unit of the larger: `USD −2.06 to +2.66 billion`."""
    known = sorted(million)
    size = _money_unit(max(map(abs, known)))
    return f"USD {write(known[0] / size)} to {write(known[-1] / size)} {UNITS[size]}"


def same_sign(value: float, others: Iterable[float]) -> bool:
    """Whether a verb with the sign of `value` holds of all others too."""
    return all(value * other > 0 for other in others)


def band_after_verb(
    value: float, band: Iterable[float], over: str = "", say: RangeOf = percent_range
) -> str:
    """A band behind a verb that has the sign of `value`: after `lose 0.6 %` `0.583 to 1.46 %`; where the sign is not sure
    `−2.06 to +2.66 %; sign not known`. `over`: words behind the range; `say`: how it is written. Empty without a band.
    """
    known = [*band]
    if not known:
        return ""
    if same_sign(value, known):
        return say(map(abs, known), number) + over
    return f"{say(known, signed)}{over}; sign not known"


def outside(value: float, band: Iterable[float]) -> str:
    """What to say behind a range that does not hold the number itself; empty where it does, or there is none."""
    known = [*band]
    held = not known or min(known) <= value <= max(known)
    return "" if held else "; the number lies outside"


def end_among(value: float, others: Iterable[float]) -> str:
    """Which end of a range a change is: `the largest loss`, `the smallest gain`; empty between the ends or without any."""
    known = sorted(others)
    if not known or known[0] == known[-1] or known[0] < value < known[-1]:
        return ""
    largest = value >= known[-1] if value > 0 else value <= known[0]
    return f"the {'largest' if largest else 'smallest'} {'gain' if value > 0 else 'loss'}"


def gain_or_lose(million: float) -> str:
    """After `would`: `gain USD 2 billion`, `lose USD 3 million`, `gain nothing`."""
    amount = money(abs(million))
    return "gain nothing" if amount == "USD 0" else f"{'gain' if million > 0 else 'lose'} {amount}"


def moves(
    value: float, up: str = "rises", down: str = "falls", still: str = "does not change"
) -> str:
    """`rises by 1.2 %`, `falls by 0.3 %`, `does not change`."""
    if number(value) == "0":
        return still
    return f"{up if value > 0 else down} by {number(abs(value))} %"


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def in_currency(said: T, currency: str) -> T:
    """The same texts, tables and pictures with the name of a currency in place of USD."""
    if currency == "USD":
        return said
    changed: Any = said
    if isinstance(said, str):
        changed = re.sub(r"\b(USD|dollars?)\b", currency, said)
    elif isinstance(said, Mapping):
        changed = {in_currency(k, currency): in_currency(v, currency) for k, v in said.items()}
    elif isinstance(said, list | tuple):
        changed = type(said)(in_currency(part, currency) for part in said)
    elif is_dataclass(said) and not isinstance(said, type):
        changed = replace(said, **in_currency(vars(said), currency))
    return cast(T, changed)


def leading(notes: Sequence[Note]) -> list[str]:
    """What a report must begin with: why its numbers may mean nothing, or no model of this kind can carry them."""
    lines = [f"Beware: {note.text.rstrip('.')}." for note in notes if note.leads]
    beyond = [note.text for note in notes if note.name.startswith(BEYOND) and not note.leads]
    if beyond:
        lines.append(
            f"No model of this kind can carry this result: {'; '.join(beyond)}. Take what follows as a "
            "direction, not as a size."
        )
    return lines


def of_year(economy: Economy) -> str:
    """` of 2022`, or nothing where the baseline has no year."""
    return f" of {economy.about.year}" if economy.about.year else ""


def baseline(economy: Economy) -> str:
    """`2022 baseline`."""
    return f"{economy.about.year} baseline" if economy.about.year else "baseline"


def lie(count: int, noun: str) -> str:
    """`1 cell lies`, `9 cells lie`."""
    return f"{count} {noun} lies" if count == 1 else f"{count} {noun}s lie"


def at_prices(economy: Economy) -> str:
    """` at 2022 prices`, or nothing where the baseline has no year."""
    return f" at {economy.about.year} prices" if economy.about.year else ""


def tied(text: str) -> str:
    """The text with unbreakable spaces where a line must not end: before %, after USD and inside amounts."""
    for loose in (" %", "USD ", " trillion", " billion", " million", " thousand", "→ "):
        text = text.replace(loose, loose.replace(" ", "\N{NO-BREAK SPACE}"))
    return re.sub(r"\b([A-Z]{3}) (?=[+−]?\d)", "\\1\N{NO-BREAK SPACE}", text)


def ranged_over(sets: int, draws: int | None) -> str:
    """What a range is over: `9 sets of elasticities`, or `the middle 80 % of 200 draws`."""
    return f"the middle 80 % of {draws:,} draws" if draws else f"{sets} sets of elasticities"
