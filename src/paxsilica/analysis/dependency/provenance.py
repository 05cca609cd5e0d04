"""Where a value comes from, how old its oldest number is, and what it cannot say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from paxsilica.analysis.dependency.measure import Indicator
from paxsilica.analysis.dependency.tables import Tables

TRADE, STABILITY = "baci", "wgi"
"""Keys in SOURCES.toml of the tables that hold one source each."""

GOVERNED = ("supply_risk", "geopolrisk", "world_risk", "sourcing_risk")
"""Indicators that read the stability table."""

OF_SUPPLY = ("import_reliance", "own_output", "sourcing_risk")
"""Indicators of the supply of one country or group, which do not ask who makes the rest of the world's output."""

SOURCED = (*OF_SUPPLY, "supply_risk", "geopolrisk")
"""Indicators that add traded tonnes to tonnes of output."""


@dataclass(frozen=True)
class Provenance:
    """Of one value. `source`: keys in SOURCES.toml; `data_year`: year of the oldest number."""

    source: str
    data_year: int
    note: str


def provenance(t: Tables, indicator: Indicator, row: int, y: int, value: float) -> Provenance:
    """Of an indicator's value for the code or subject `row` in the year at `y`."""
    year = t.years[y]
    if indicator.of == "code":
        notes = [indicator.note, "nothing is exported" if math.isinf(value) else ""]
        return Provenance(TRADE, year, "; ".join(filter(None, notes)))
    traded = bool(t.comparable[row, y])
    line = t.production.products[t.product[row, y]]
    sources, data_year = [line.source], year
    if indicator.name in SOURCED and traded:
        sources.append(TRADE)
    if indicator.name in GOVERNED:
        sources.append(STABILITY)
        data_year = min(year, int(t.stability_year[:, y].max()))
    notes = [indicator.note, *_of_output(t, indicator, row, y)]
    if indicator.name in SOURCED:
        notes += _of_sourcing(t, indicator, row, y, traded)
    return Provenance(", ".join(sources), data_year, "; ".join(filter(None, notes)))


def _of_output(t: Tables, indicator: Indicator, row: int, y: int) -> list[str]:
    line = t.production.products[t.product[row, y]]
    unnamed = float(t.unnamed[row, y])
    notes = [f"output: {line.form}"]
    if unnamed > 1e-9 and indicator.name not in OF_SUPPLY:
        most = float(np.square(t.share[row, :, y]).sum()) + unnamed**2
        bound = (
            f"; were they one, the index would be {most:.2f}"
            if indicator.name == "production_hhi"
            else ""
        )
        notes.append(
            f"unnamed countries make {unnamed:.1%} of output and count as many small ones{bound}"
        )
    return notes


def _of_sourcing(t: Tables, indicator: Indicator, row: int, y: int, traded: bool) -> list[str]:
    subject, notes = t.subjects[row], []
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
    line = t.production.products[t.product[row, y]]
    if traded and "content" in line.form:
        notes.append(
            "traded tonnes are gross weight, output is content: imports weigh too much against own output"
        )
    elif traded and line.unit != "t":
        notes.append(f"output taken at {t.tonnes_per_unit[row, y]:g} t per {line.unit}")
    recycling = {m.code: m.recycling for m in t.materials}[subject.material]
    if indicator.name == "supply_risk" and recycling is None:
        notes.append("recycling is unknown and counts as none")
    return notes
