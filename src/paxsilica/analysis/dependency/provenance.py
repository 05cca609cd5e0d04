"""Where a value comes from, and what it cannot say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.dependency.measure import INDICATORS
from paxsilica.analysis.dependency.tables import Tables

TRADE, STABILITY = "baci", "wgi"
"""Keys in SOURCES.toml of the tables that hold one source each."""


def sources(t: Tables, name: str) -> NDArray[np.str_]:
    """`[code or subject, year]` keys in SOURCES.toml of the tables behind an indicator, `a, b`."""
    indicator = INDICATORS[name]
    if indicator.of == "code":
        return np.full((len(t.trade.codes), len(t.years)), TRADE)
    lines = np.array([*(line.source for line in t.production.products), ""])[t.product]
    traded = np.where(t.comparable & ("trade" in indicator.reads), f", {TRADE}", "")
    stability = f", {STABILITY}" if "stability" in indicator.reads else ""
    return np.char.add(np.char.add(lines, traded), stability)


def limits(t: Tables, name: str, s: int, y: int) -> str:
    """What an indicator of the subject `s` in the year at `y` cannot say, in words."""
    line, unnamed = t.production.products[t.product[s, y]], float(t.unnamed[s, y])
    reads, notes = INDICATORS[name].reads, [f"output: {line.form}"]
    if unnamed > 1e-9 and "world" in reads:
        notes.append(f"unnamed countries make {unnamed:.1%} of output and count as many small ones")
    if "trade" in reads:
        notes += _of_sourcing(t, s, y)
    if name == "supply_risk" and np.isnan(t.recycling[s]):
        notes.append("recycling is unknown and counts as none")
    return "; ".join(notes)


def _of_sourcing(t: Tables, s: int, y: int) -> list[str]:
    """What sums of traded tonnes and tonnes of output cannot say."""
    subject, line, notes = t.subjects[s], t.production.products[t.product[s, y]], []
    if not t.comparable[s, y]:
        reason = (
            "output is given in shares or volume"
            if subject.codes
            else "no traded code of this stage"
        )
        return [f"on world output alone, the same for all countries: {reason}"]
    if subject.strange:
        codes = ", ".join(subject.codes)
        notes.append(
            f"trade in {codes} is of another stage, of which no output by country is known"
        )
    if "content" in line.form:
        notes.append(
            "traded tonnes are gross weight, output is content: imports weigh too much against "
            "own output"
        )
    elif line.unit != "t":
        notes.append(f"output taken at {t.tonnes_per_unit[s, y]:g} t per {line.unit}")
    return notes
