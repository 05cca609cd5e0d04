"""How many people live where: the packaged table of the IMF, built by `tools/build_population.py`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from paxsilica.data.sources import PACKAGED
from paxsilica.names.places import rows

POPULATION = "imf_weo"
"""Key of the table's source in SOURCES.toml."""


@cache
def population(year: int | None) -> Mapping[str, float]:
    """ISO 3166 alpha-3 code -> million persons; empty for a year that the table lacks."""
    table = rows(PACKAGED / "population.csv")
    return {row["country"]: float(row[str(year)]) for row in table if row.get(str(year))}
