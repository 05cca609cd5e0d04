"""What each source publishes on a line of material_products.csv: amounts by country and year, and what is missing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from paxsilica.names.places import ROW, folded, spellings

HERE = Path(__file__).resolve().parent
YEARS = range(2018, 2026)
UNITS = {
    "metric tons": ("t", 1.0),
    "thousand metric tons": ("t", 1e3),
    "thousand metric dry tons": ("t", 1e3),
    "million metric tons": ("t", 1e6),
    "kilograms": ("t", 1e-3),
    "million cubic meters": ("million m3", 1.0),
    "million liters": ("million L", 1.0),
    "metr. t": ("t", 1.0),
    "kg": ("t", 1e-3),
    "Mio m3": ("million m3", 1.0),
}
"""The source's unit -> ours and what to multiply by."""

WMD_CODES = {"Kosovo": ("R20", "XKX"), "Taiwan": ("S19", "TWN"), "French Guiana": ("GUY", "GUF")}
"""Places that World Mining Data gives a code of another place, or none of ISO 3166: as written, as meant."""

SMALL = 0.005
"""Share of the printed world total below which a difference is rounding."""

NOTHING, WITHHELD, UNKNOWN, TRACE = "—", "W", "NA", "s"


@dataclass(frozen=True)
class Line:
    """A row of material_products.csv; without a source it states a gap."""

    material: str
    stage: str
    source: str
    commodity: str
    detail: str
    form: str
    years: str
    note: str


@dataclass
class Series:
    """What a source publishes on a line, in `unit`, by (country, year)."""

    unit: str = "t"
    amount: dict[tuple[str, int], float] = field(default_factory=dict)
    withheld: list[tuple[str, int]] = field(default_factory=list)
    unknown: list[tuple[str, int]] = field(default_factory=list)
    traces: list[tuple[str, int]] = field(default_factory=list)
    world: dict[int, tuple[float, float]] = field(default_factory=dict)
    """The world total as printed, and half the step to which it is rounded."""
    rest: dict[int, float] = field(default_factory=dict)
    """The share of the world total that no listed country explains, now in OTHER."""

    def add(self, country: str, year: int, value: float) -> None:
        self.amount[country, year] = self.amount.get((country, year), 0.0) + value

    def add_rest(self) -> None:
        """Put what the world total holds beyond the countries listed into OTHER, where that is more than rounding."""
        for year, (total, rounding) in self.world.items():
            beyond = total - self.total(year)
            if beyond > max(rounding, SMALL * total):
                self.add("OTHER", year, beyond)
                self.rest[year] = beyond / total

    def total(self, year: int) -> float:
        return sum(value for (_, at), value in self.amount.items() if at == year)

    def share(self, country: str, year: int) -> float:
        return self.amount.get((country, year), 0.0) / self.total(year)

    def top(self, year: int) -> str:
        named = {c: value for (c, at), value in self.amount.items() if at == year and c != "OTHER"}
        return max(named, key=lambda c: named[c])


def lines() -> list[Line]:
    with (HERE / "material_products.csv").open(encoding="utf-8", newline="") as file:
        return [Line(**row) for row in csv.DictReader(file)]


def iso(name: str, source: str) -> str:
    """The ISO 3166 alpha-3 code of a country as a source spells it."""
    code = spellings().get(folded(name), ROW)
    if code == ROW:
        raise SystemExit(f"{source}: unknown country {name!r}; add its spelling to places.csv")
    return code


def read(line: Line, data: Path) -> Series:
    readers: dict[str, Callable[[Line, Path], Series]] = {
        "usgs_mcs": usgs,
        "world_mining_data": world_mining,
        "mining_refining_shares": shares,
    }
    series = readers[line.source](line, data)
    if not any(series.amount.values()):
        raise SystemExit(f"{line.source}: nothing on {line.commodity!r} {line.detail!r}")
    return series


# ---- US Geological Survey --------------------------------------------------------------------------------------


@cache
def usgs_table(data: Path) -> pd.DataFrame:
    table = pd.read_csv(
        data / "usgs_mcs" / "MCS2026_Commodities_Data.csv",
        encoding="cp1252",
        dtype=str,
        keep_default_na=False,
    )
    return table[table.Section.str.contains("World") & (table.Statistics == "Production")]


def usgs_rows(line: Line, data: Path) -> pd.DataFrame:
    table = usgs_table(data)
    return table[
        (table.Commodity == line.commodity) & table.Statistics_detail.str.startswith(line.detail)
    ]


def usgs(line: Line, data: Path) -> Series:
    """Rows of one country under several headings are added; the largest printed total is the world's."""
    rows = usgs_rows(line, data)
    if rows.Unit.nunique() != 1:
        raise SystemExit(f"usgs_mcs: {line.commodity} is counted in {sorted(rows.Unit.unique())}")
    unit, factor = UNITS[rows.Unit.iloc[0].strip()]
    series = Series(unit)
    for row in rows.itertuples():
        year = int(row.Year)
        if row.Country == "World total":
            if _number(row.Value) * factor > series.world.get(year, (0.0, 0.0))[0]:
                series.world[year] = (_number(row.Value) * factor, _half_step(row.Value) * factor)
            continue
        key = (iso(row.Country, "usgs_mcs"), year)
        if row.Value == WITHHELD:
            series.withheld.append(key)
        elif row.Value == UNKNOWN:
            series.unknown.append(key)
        elif row.Value in (NOTHING, TRACE):
            series.add(*key, 0.0)
            if row.Value == TRACE:
                series.traces.append(key)
        else:
            series.add(*key, _number(row.Value) * factor)
    return series


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _half_step(text: str) -> float:
    digits = text.replace(",", "")
    return 0.5 * 10.0 ** (len(digits) - len(digits.rstrip("0")))


# ---- World Mining Data, premise --------------------------------------------------------------------------------


@cache
def wmd_table(data: Path) -> pd.DataFrame:
    path = data / "world_mining_data" / "world_mining_data_2018_2024_long.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name, code in zip(table.Country, table.Country_ISO, strict=True):
        meant = iso(name, "world_mining_data")
        if meant != code and WMD_CODES.get(name) != (code, meant):
            raise SystemExit(f"world_mining_data: {name} is {code} there and {meant} in places.csv")
    return table


def world_mining(line: Line, data: Path) -> Series:
    table = wmd_table(data)
    rows = table[table.commodity == line.commodity]
    unit, factor = UNITS[rows.unit.iloc[0]]
    series = Series(unit)
    for row in rows.itertuples():
        key = (iso(row.Country, "world_mining_data"), int(row.year))
        if row.production:
            series.add(*key, float(row.production) * factor)
        else:
            series.unknown.append(key)
    return series


def shares(line: Line, data: Path) -> Series:
    """Shares for the years that the line speaks for; the file holds most of them constant to 2030."""
    first, _, last = line.years.partition("-")
    series = Series("share")
    for row in _wide(
        data / "mining_refining" / "mining_refining_shares_2020_2030.csv", line.commodity
    ):
        for year in range(int(first), int(last or first) + 1):
            series.add(
                iso(row["Country"], "mining_refining_shares"), year, float(row[f"Year {year}"])
            )
    for year in range(int(first), int(last or first) + 1):
        if abs(series.total(year) - 1.0) > 0.002:
            raise SystemExit(
                f"mining_refining_shares: {line.commodity} adds to {series.total(year):.3f} in {year}"
            )
    return series


@cache
def _wide_table(path: Path) -> tuple[dict[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _wide(path: Path, commodity: str) -> Iterable[dict[str, str]]:
    return [row for row in _wide_table(path) if row["Metal"].strip() == commodity]
