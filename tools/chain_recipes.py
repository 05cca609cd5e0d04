"""Recipes of the chain templates: a text such as `production gallium refine` -> numbers with year, source and note.

Shares: `production MATERIAL STAGE` (the packaged table), `output SECTOR,...` (gross output in icio2022-50),
`figures KEY` (chains/figures.csv), `imports HS` (us_chip_imports.csv: of what the United States imports, its own share
missing), `eto ID` (the chip dataset that is not for commercial use).

Other numbers: `part SECTOR,... SECTOR,...` (output of the first in that of the second; a factor may follow), `traded HS
HS,... YEAR` (the first code in the trade of all).

Stocks, in days of the world's normal use: `reserve DAYS KEY HS MATERIAL STAGE YEAR` (days of the net imports of the
countries of a key of figures.csv, over world output), `held DAYS KEY GROUP` (days of the use of a group, by the shares
of a key of figures.csv).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from chain_eto import Eto
from chain_imports import YEAR as IMPORTED
from paxsilica.data.load import load_economy
from paxsilica.data.materials import Production, load_material_trade, load_production
from paxsilica.names import Names

HERE = Path(__file__).resolve().parent
SMALLEST = 5e-4
"""Share below which a country stays unnamed."""

DETAILED = "icio2022-50"
"""The baseline with services by industry; goods are those of icio2022."""

YEAR = 2022
"""Of the packaged economies."""

REST = {"ROW", "OTHER"}
SERVICES = "SERV"
"""Sector of icio2022 that stands for every sector of icio2022-50 that is no good."""


@dataclass(frozen=True)
class Shares:
    """Decimal shares by country, largest first; what is missing to 1 is unnamed."""

    by_country: Mapping[str, float]
    year: int
    source: str
    note: str = ""
    basis: str = "plant"
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Number:
    value: float
    source: str
    note: str


@dataclass(frozen=True)
class Recipes:
    """What the recipes draw on."""

    eto: Eto = field(repr=False)
    imports: Sequence[Sequence[str]] = field(repr=False)

    def shares(self, recipe: str) -> Shares:
        """Raises SystemExit: no such recipe."""
        kind, *words = recipe.split()
        makers: dict[str, Callable[..., Shares]] = {
            "production": _production,
            "output": _output,
            "figures": _figures,
            "eto": self._eto,
            "imports": self._imported,
        }
        if kind not in makers:
            raise SystemExit(f"no recipe for shares: {recipe}")
        return makers[kind](*words)

    def number(self, recipe: str) -> Number:
        """Raises SystemExit: no such recipe."""
        kind, *words = recipe.split()
        makers: dict[str, Callable[..., Number]] = {
            "part": _part,
            "traded": _traded,
            "reserve": _reserve,
            "held": _held,
        }
        if kind not in makers:
            raise SystemExit(f"no recipe for a number: {recipe}")
        return makers[kind](*words)

    def _eto(self, id: str) -> Shares:
        by_country, year, note = self.eto.shares(id)
        if not by_country:
            raise SystemExit(f"eto {id}: no country has a number; write `shares: unknown`")
        return Shares(_named(by_country), year, "eto", note, "headquarters")

    def _imported(self, heading: str) -> Shares:
        by_country = {row[2]: float(row[4]) for row in self.imports if row[0] == heading}
        counted = f"Counted: US imports of HS {heading} by country of origin, USD."
        return Shares(
            _named(by_country), IMPORTED, "us_census_imports", counted, "imports", ("USA",)
        )


def _named(shares: Mapping[str, float]) -> dict[str, float]:
    """Named countries with a share worth naming, largest first."""
    kept = {c: s for c, s in shares.items() if c not in REST and s >= SMALLEST}
    return dict(sorted(kept.items(), key=lambda item: (-item[1], item[0])))


def scaled(shares: Mapping[str, float]) -> tuple[dict[str, float], str]:
    """Shares that add up to more than 1 by rounding, scaled down; and the note that says so."""
    total = sum(shares.values())
    if total <= 1 + 1e-9:
        return dict(shares), ""
    if total > 1.05:
        raise SystemExit(f"shares add up to {total:.1%}: more than rounding; look at the source")
    return {
        c: s / total for c, s in shares.items()
    }, f"The shares as published add up to {100 * total:.4g}%: scaled to 100%."


def _production(material: str, stage: str) -> Shares:
    table = _production_table()
    at = table.at(material, stage)
    product, shares = table.products[at], table.shares[at]
    last = max(y for y in range(len(table.years)) if np.isfinite(shares[:, y]).any())
    by_country = {
        c: float(s) for c, s in zip(table.countries, shares[:, last], strict=True) if np.isfinite(s)
    }
    return Shares(
        _named(by_country), table.years[last], product.source, f"Counted: {product.form}."
    )


def _output(sectors: str) -> Shares:
    economy = load_economy(DETAILED)
    columns = [economy.sectors.index(code) for code in sectors.split(",")]
    output = economy.output[:, columns].sum(1)
    by_country = dict(zip(economy.regions, (output / output.sum()).tolist(), strict=True))
    return Shares(
        _named(by_country), YEAR, "oecd_icio", f"Counted: gross output of {_listed(sectors)}, USD."
    )


def _figures(key: str) -> Shares:
    rows = [row for row in _figure_rows() if row["key"] == key]
    if not rows:
        raise SystemExit(f"figures.csv has no {key}")
    amounts = {row["country"]: float(row["value"]) for row in rows if row["unit"] != "%"}
    world = amounts.pop("WORLD", None) or sum(amounts.values())
    by_country = {c: x / world for c, x in amounts.items()}
    by_country |= {row["country"]: float(row["value"]) / 100 for row in rows if row["unit"] == "%"}
    by_country, note = scaled(by_country)
    return Shares(
        _named(by_country), max(int(row["year"]) for row in rows), rows[0]["source"], note
    )


@cache
def _production_table() -> Production:
    return load_production()


@cache
def _figure_rows() -> list[dict[str, str]]:
    with (HERE / "chains" / "figures.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


# ---- other numbers ----------------------------------------------------------------------------------------------


def _listed(codes: str) -> str:
    return codes.replace(",", ", ")


def _part(inside: str, whole: str, factor: str = "100%") -> Number:
    goods = set(load_economy("icio2022").sectors)
    codes = (
        [c for c in load_economy(DETAILED).sectors if c not in goods]
        if whole == SERVICES
        else whole.split(",")
    )
    by = float(factor.rstrip("%")) / 100
    said = "" if by == 1 else f", times {factor}"
    note = f"Exposed: output of {_listed(inside)} in that of {_listed(whole)}, world, 2022{said}."
    return Number(_made(inside.split(",")) / _made(codes) * by, "oecd_icio", note)


def _made(codes: list[str]) -> float:
    economy = load_economy(DETAILED)
    return float(economy.output[:, [economy.sectors.index(code) for code in codes]].sum())


def _traded(code: str, codes: str, year: str) -> Number:
    trade = load_material_trade()
    then = trade.year == trade.years.index(int(year))
    value = {
        c: float(trade.value[then & (trade.code == trade.codes.index(c))].sum())
        for c in codes.split(",")
    }
    share = value[code] / sum(value.values())
    return Number(share, "baci", f"Exposed: HS {code} in world trade of {_listed(codes)}, {year}.")


# ---- stocks -----------------------------------------------------------------------------------------------------


def _reserve(days: str, key: str, hs: str, material: str, stage: str, year: str) -> Number:
    holders = [row["country"] for row in _figure_rows() if row["key"] == key]
    bought = sum(_net_imports(country, hs, int(year)) for country in holders)
    table = _production_table()
    made = float(
        np.nansum(table.amount[table.at(material, stage), :, table.years.index(int(year))])
    )
    value = float(days) * bought / made
    note = (
        f"Stock: {days} days of the net imports of HS {hs} of {len(holders)} members, net exporters counted as none "
        f"({bought / 1e6:.0f} of {made / 1e6:.0f} million tonnes of world output, {year}, BACI), is {value:.1f} days "
        "of the world's use."
    )
    return Number(value, "baci", note)


def _net_imports(country: str, hs: str, year: int) -> float:
    """Tonnes, 0 for a net exporter; flows without a quantity are left out."""
    trade = load_material_trade()
    at = trade.countries.index(country)
    rows = (trade.year == trade.years.index(year)) & (trade.code == trade.codes.index(hs))
    imports, exports = (
        float(np.nansum(trade.quantity[rows & (side == at)]))
        for side in (trade.importer, trade.exporter)
    )
    return max(imports - exports, 0.0)


def _held(days: str, key: str, group: str) -> Number:
    shares = _figures(key)
    part = sum(shares.by_country.get(country, 0.0) for country in Names().countries(group))
    value = float(days) * part
    note = f"Stock: {days} days times {group}'s {part:.1%} of the world's use is {value:.1f} days of the world's use."
    return Number(value, shares.source, note)
