"""Where a value comes from, and what it cannot say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.dependency.measure import INDICATORS
from paxsilica.analysis.dependency.tables import Tables

TRADE, STABILITY = "baci", "wgi"
"""Keys in SOURCES.toml of the tables that hold one source each."""

GOVERNED = ("supply_risk", "geopolrisk", "world_risk", "sourcing_risk")
"""Indicators that read the stability table."""

OF_SUPPLY = ("import_reliance", "own_output", "sourcing_risk")
"""Indicators of one side's supply, which do not ask who makes the rest of the world's output."""

SOURCED = (*OF_SUPPLY, "supply_risk", "geopolrisk")
"""Indicators that add traded tonnes to tonnes of output."""


def sources(t: Tables, name: str) -> NDArray[np.str_]:
    """`[code or subject, year]` keys in SOURCES.toml of the tables behind an indicator, `a, b`."""
    if INDICATORS[name].of == "code":
        return np.full((len(t.trade.codes), len(t.years)), TRADE)
    lines = np.array([*(line.source for line in t.production.products), ""])[t.product]
    traded = np.where(t.comparable & (name in SOURCED), f", {TRADE}", "")
    return np.char.add(np.char.add(lines, traded), f", {STABILITY}" if name in GOVERNED else "")


def limits(t: Tables, name: str, s: int, y: int) -> str:
    """What an indicator of the subject `s` in the year at `y` cannot say, in words."""
    line, unnamed = t.production.products[t.product[s, y]], float(t.unnamed[s, y])
    notes = [f"output: {line.form}"]
    if unnamed > 1e-9 and name not in OF_SUPPLY:
        notes.append(f"unnamed countries make {unnamed:.1%} of output and count as many small ones")
    if name in SOURCED:
        notes += _of_sourcing(t, name, s, y)
    return "; ".join(notes)


def _of_sourcing(t: Tables, name: str, s: int, y: int) -> list[str]:
    subject, line, notes = t.subjects[s], t.production.products[t.product[s, y]], []
    traded = bool(t.comparable[s, y])
    if not traded:
        reason = (
            "output is given in shares or volume"
            if subject.codes
            else "no traded code of this stage"
        )
        notes.append(f"on world output alone, the same for all countries: {reason}")
    elif subject.strange:
        codes = ", ".join(subject.strange)
        notes.append(
            f"trade in {codes} is of another stage, of which no output by country is known"
        )
    if traded and "content" in line.form:
        notes.append(
            "traded tonnes are gross weight, output is content: imports weigh too much against "
            "own output"
        )
    elif traded and line.unit != "t":
        notes.append(f"output taken at {t.tonnes_per_unit[s, y]:g} t per {line.unit}")
    recycling = {m.code: m.recycling for m in t.materials}[subject.material]
    if name == "supply_risk" and recycling is None:
        notes.append("recycling is unknown and counts as none")
    return notes
