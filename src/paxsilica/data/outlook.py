"""How nominal GDP is forecast to grow, and by how much such forecasts missed: ten vintages of the IMF's World Economic
Outlook, packaged by `tools/build_outlook.py`.

A time is a year with a fraction: 2030.0 is the calendar year 2030, and 2024.25 the twelve months that end a quarter of a
year later, whose GDP is three quarters of that of 2024 and one of that of 2025.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paxsilica.checks import Array, Bool, freeze
from paxsilica.data.sources import PACKAGED
from paxsilica.errors import InputError
from paxsilica.names.places import ROW, rows

OUTLOOK = "imf_weo_gdp"
"""Key of the table's source in SOURCES.toml."""

WORLD_TOTAL = "WLD"
"""The world as the newest vintage gives it, countries without a forecast of their own included."""

MemberPositions = tuple[NDArray[np.intp], ...]
"""Of each region the positions of its countries in the outlook."""


class Growth(NamedTuple):
    """Factors by which nominal GDP in USD grows: `[r]` of regions, and of the world.

    `left_out` are countries of a region of several that lack a forecast; the region grows as its others do.
    """

    regions: Array
    world: float
    left_out: tuple[str, ...]


class Forecasts(NamedTuple):
    """`[v, r + 1]` growth factors of regions and, last, of the world: as earlier vintages had them, and as they became.

    The world is the sum of all countries that both vintages know, since the earlier ones hold no total.
    """

    vintages: tuple[str, ...]
    forecast: Array
    outcome: Array


@dataclass(frozen=True, eq=False)
class Outlook:
    """Nominal GDP by vintage.

    Attributes:
        vintages: `2021-04` to `2025-10`; the newest is last.
        countries: ISO 3166 alpha-3 codes, and WLD.
        gdp: `[v, c, y]` billion USD at market exchange rates; NaN is unknown. An earlier vintage begins with the year
            before it.
    """

    vintages: tuple[str, ...]
    countries: tuple[str, ...]
    years: tuple[int, ...]
    gdp: Array

    @property
    def issued(self) -> int:
        """The newest vintage's year; what lies before it is over, and its estimates there are the outcomes."""
        return _issued(self.vintages[-1])

    def members(self, regions: Sequence[str], among: Sequence[str]) -> MemberPositions:
        """The countries of each region; those of the rest of the world are all that are not `among` the regions of a table.

        Raises:
            InputError: a region that is no country of the outlook.
        """
        place = {country: at for at, country in enumerate(self.countries)}
        for region in regions:
            if region != ROW and region not in place:
                raise InputError(
                    f"the outlook of the IMF has no GDP of {region}; it knows countries by ISO code, and the rest of the "
                    "world as ROW"
                )
        rest = [at for country, at in place.items() if country not in {*among, WORLD_TOTAL}]
        of = (rest if region == ROW else [place[region]] for region in regions)
        return tuple(np.array(at, dtype=np.intp) for at in of)

    def growth(self, members: MemberPositions, first: float, last: float) -> Growth:
        """Growth from one time to another as the newest vintage has it.

        Raises:
            InputError: a time that the outlook does not cover, or a country without a forecast until then.
        """
        for time in (first, last):
            if not self.years[0] <= time <= self.years[-1]:
                span = f"{self.years[0]} to {self.years[-1]}"
                raise InputError(
                    f"the outlook of {self.vintages[-1]} covers {span}, not {time:g}; choose years within it"
                )
        known = self._known(-1, first, last)
        regions = self._grown(-1, members, first, last, known)
        left = [self.countries[at] for of in members for at in of if not known[at]]
        for of, factor in zip(members, regions, strict=True):
            if np.isnan(factor):
                self._refuse_unknown(of[0], first, last)
        whole = (np.array([self.countries.index(WORLD_TOTAL)]),)
        world = self._grown(-1, whole, first, last, known)
        return Growth(regions, float(world[0]), tuple(left))

    def going_on(
        self, members: MemberPositions, first: float, times: Sequence[float]
    ) -> tuple[Array, Array, tuple[str, ...]]:
        """`[time, r]` and `[time]` growth of regions and of the world since a year, without an end: a country grows as the
        world where it has no forecast, and everybody as in the last year after it.

        Returns:
            Growth of both, and the regions of one country that have no forecast to the last of the times.

        Raises:
            InputError: a first year that the outlook does not cover, or in which a region is not known.
        """
        if not self.years[0] <= first <= self.years[-1]:
            raise InputError(
                f"the outlook covers {self.years[0]} to {self.years[-1]}, not {first:g}"
            )
        gdp = self.gdp[-1].copy()
        world = gdp[self.countries.index(WORLD_TOTAL)]
        late = np.isnan(
            gdp[:, : math.ceil(min(max(times), self.years[-1])) - self.years[0] + 1]
        ).any(1)
        for y in range(1, gdp.shape[1]):
            gdp[:, y] = np.where(
                np.isnan(gdp[:, y]), gdp[:, y - 1] * world[y] / world[y - 1], gdp[:, y]
            )
        logs, years = np.log(gdp), np.array(self.years, dtype=float)

        def at(time: float) -> Array:
            beyond = max(time - years[-1], 0.0)
            year, part = divmod(min(time, years[-1]), 1.0)
            y = int(year - years[0])
            level = (1 - part) * gdp[:, y] + part * gdp[:, min(y + 1, len(years) - 1)]
            return np.asarray(level * np.exp(beyond * (logs[:, -1] - logs[:, -2])))

        start, ends = at(first), np.array([at(time) for time in times])
        known = [of[np.isfinite(start[of])] for of in members]
        if not all(of.size for of in known):
            raise InputError(f"the outlook has no GDP of every region in {first:g}")
        regions = np.array([ends[:, of].sum(1) / start[of].sum() for of in known]).T
        total = self.countries.index(WORLD_TOTAL)
        lacking = tuple(self.countries[of[0]] for of in members if of.size == 1 and late[of[0]])
        return regions, ends[:, total] / start[total], lacking

    def _refuse_unknown(self, country: int, first: float, last: float) -> None:
        known = [
            y for y, x in zip(self.years, self.gdp[-1, country], strict=True) if np.isfinite(x)
        ]
        span = f"from {known[0]} to {known[-1]} only" if known else "for no year"
        raise InputError(
            f"the outlook of {self.vintages[-1]} has GDP of {self.countries[country]} {span}, and {math.floor(first)} to "
            f"{math.ceil(last)} are asked for; name others, or other years"
        )

    def forecasts(self, members: MemberPositions, after: float, ahead: float) -> Forecasts:
        """What earlier vintages forecast and what became of it.

        Args:
            after, ahead: from and to when growth counts, years after the year in which a vintage was issued: -1 is the
                year before it, the last that it took for known. Outcomes are of years that are over.
        """
        everybody = np.array([at for at, c in enumerate(self.countries) if c != WORLD_TOTAL])
        vintages, forecast, outcome = [], [], []
        for v, vintage in enumerate(self.vintages[:-1]):
            first, last = _issued(vintage) + after, _issued(vintage) + ahead
            if math.ceil(last) >= self.issued:
                continue
            known = self._known(v, first, last) & self._known(-1, first, last)
            of = (*members, everybody)
            vintages.append(vintage)
            forecast.append(self._grown(v, of, first, last, known))
            outcome.append(self._grown(-1, of, first, last, known))
        shape = (len(vintages), len(members) + 1)
        return Forecasts(tuple(vintages), np.reshape(forecast, shape), np.reshape(outcome, shape))

    def _at(self, v: int, time: float) -> Array:
        """`[c]` GDP of the twelve months that end with a time."""
        year, part = divmod(time, 1.0)
        at = int(year) - self.years[0]
        here: Array = self.gdp[v, :, at]
        return here if not part else (1 - part) * here + part * self.gdp[v, :, at + 1]

    def _known(self, v: int, first: float, last: float) -> Bool:
        known: Bool = np.isfinite(self._at(v, first)) & np.isfinite(self._at(v, last))
        return known

    def _grown(
        self, v: int, members: MemberPositions, first: float, last: float, known: Bool
    ) -> Array:
        before, after = self._at(v, first), self._at(v, last)
        kept = [of[known[of]] for of in members]
        return np.array([after[k].sum() / before[k].sum() if k.size else np.nan for k in kept])


def _issued(vintage: str) -> int:
    return int(vintage[:4])


@cache
def packaged_outlook() -> Outlook:
    """The packaged table."""
    table = rows(PACKAGED / "outlook.csv")
    years = [name for name in table[0] if name.isdecimal()]
    vintages = sorted({row["vintage"] for row in table})
    countries = sorted({row["country"] for row in table})
    at = {name: k for names in (vintages, countries) for k, name in enumerate(names)}
    gdp = np.full((len(vintages), len(countries), len(years)), np.nan)
    for row in table:
        known = [float(row[year]) if row[year] else np.nan for year in years]
        gdp[at[row["vintage"]], at[row["country"]]] = known
    return Outlook(tuple(vintages), tuple(countries), tuple(map(int, years)), freeze(gdp))
