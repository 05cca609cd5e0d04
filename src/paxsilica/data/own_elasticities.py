"""A user's own table of elasticities: `elasticities: mine.csv` takes the place of packaged numbers, row by row.

Columns `parameter,sector,months,value` and, if wanted, `se,source`. `trade_elasticity` without months is theta in the long
run, by sector or of `all`; every other parameter is one of a `Horizon`, at an age in months. What the table does not give
stays as packaged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from paxsilica.data.rows import CsvLine, Wrong, read_rows
from paxsilica.economy import Economy, Note
from paxsilica.errors import EconomyError, LabelError, all_lines, nearest
from paxsilica.horizon import ALL_SECTORS, DATED, MOST_MONTHS, ByAge, ages_of

THETA = "trade_elasticity"
SUFFIX = ".csv"

ALLOWED_VALUES = {
    THETA: (0.0, 100.0),
    "labour_mobility": (1.0, math.inf),
    "trade_response": (0.0, 1.0),
    "early_response": (0.0, 100.0),
}
"""Least and most of a value; of the elasticities of substitution 0 to 20."""


class OwnTable(NamedTuple):
    """Sector or `all` -> theta of the long run, and the numbers by age."""

    theta: Mapping[str, float]
    ages: ByAge


def own_ages(elasticities: str | None) -> ByAge:
    """The numbers by age of a user's table; none for a packaged set.

    Raises:
        EconomyError: the table cannot be read, or is wrong; says where.
    """
    return own_table(elasticities).ages if elasticities and is_table(elasticities) else {}


def is_table(elasticities: str) -> bool:
    """Whether what is named is a file and no set."""
    return elasticities.endswith(SUFFIX)


def with_own_table(economy: Economy, path: str) -> Economy:
    """A copy with the table's trade elasticities, and a note of how many it gives.

    Raises:
        LabelError: a sector that the economy lacks.
        EconomyError: the table cannot be read, or is wrong.
    """
    theta = own_table(path).theta
    for sector in {*theta} - {ALL_SECTORS, *economy.sectors}:
        raise LabelError(f"{path}: unknown sector {sector!r}{nearest(sector, economy.sectors)}")
    if not theta:
        return economy
    given = [theta.get(sector, theta.get(ALL_SECTORS)) for sector in economy.sectors]
    values = np.where([x is None for x in given], economy.trade_elasticity, np.array(given, float))
    many = sum(x is not None for x in given)
    text = f"{path}: trade elasticities of {many} of {len(given)} sectors; others are of {economy.about.elasticities}"
    notes = (*economy.notes, Note("own_elasticities", text, of=(THETA,)))
    return economy.with_theta(values, notes, replace(economy.about, elasticities=path))


def own_table(path: str) -> OwnTable:
    """A table, read once while the file stays as it is. Raises EconomyError."""
    file = Path(path)
    if not file.is_file():
        raise EconomyError(f"{path}: no such table of elasticities; name a file or a packaged set")
    return _own_rows(path, file.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _own_rows(path: str, _: int) -> OwnTable:
    wrong: Wrong = []
    rows = read_rows(
        Path(path), ("parameter", "sector", "months", "value"), ("se", "source"), wrong
    )
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        wrong += _complaints(row)
        key = tuple(row.cells[name] for name in ("parameter", "sector", "months"))
        if key in seen:
            wrong.append(f"{row.place}: the same parameter, sector and months as {seen[key]}")
        seen[key] = row.place
    if wrong:
        raise EconomyError(all_lines(wrong))
    theta = {
        r.cells["sector"]: float(r.cells["value"]) for r in rows if r.cells["parameter"] == THETA
    }
    dated = [{"se": "", "source": path, **r.cells} for r in rows if r.cells["parameter"] != THETA]
    return OwnTable(theta, ages_of(dated))


def _complaints(row: CsvLine) -> Wrong:
    name, months = row.cells["parameter"], row.cells["months"]
    known: Sequence[str] = (THETA, *DATED)
    if name not in known:
        return [f"{row.place}: unknown parameter {name!r}{nearest(name, known)}"]
    low, high = ALLOWED_VALUES.get(name, (0.0, 20.0))
    said = []
    if not low <= _parsed(row.cells["value"]) <= high:
        said.append(
            f"{row.place}: {name} is {row.cells['value']!r}; it must be {low:g} to {high:g}"
        )
    if row.cells.get("se") and not _parsed(row.cells["se"]) >= 0:
        said.append(
            f"{row.place}: se is {row.cells['se']!r}; write a standard error, or leave it out"
        )
    if name == THETA and months:
        said.append(
            f"{row.place}: {THETA} has no months; early_response and trade_response say how it grows"
        )
    if name != THETA and not 0 <= _parsed(months) <= MOST_MONTHS:
        said.append(f"{row.place}: months is {months!r}; write an age, 0 to {MOST_MONTHS:g}")
    if not row.cells["sector"]:
        said.append(f"{row.place}: sector is empty; write a code or {ALL_SECTORS}")
    return said


def _parsed(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
