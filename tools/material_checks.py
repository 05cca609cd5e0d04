"""Checks that the tool prints: sums against printed totals, source against source, known shares."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from material_sources import Line, Series, iso, usgs_rows
from paxsilica.names.products import materials

Sourced = list[tuple[Line, Series]]


def print_all(sourced: Sourced, trade: pd.DataFrame, data: Path) -> None:
    sourced = [pair for pair in sourced if pair[0].source]
    _catalogue(sourced, trade, data)
    print("products")
    for line, series in sourced:
        years = sorted({year for _, year in series.amount if series.total(year)})
        last = years[-1]
        print(
            f"  {line.material} {line.stage} {line.source} {years[0]} to {last}: "
            f"{len({c for c, _ in series.amount})} countries, world {series.total(last):.6g} {series.unit}, "
            f"top {series.top(last)} {series.share(series.top(last), last):.1%}"
        )
    _world_totals(sourced)
    _ready_made_shares(sourced, data)
    _source_against_source(sourced)
    _crude(trade)


def _catalogue(sourced: Sourced, trade: pd.DataFrame, data: Path) -> None:
    """The files kept by hand must fit the sources."""
    codes = [one.code for one in materials()]
    if codes != sorted(codes) or len(set(codes)) != len(codes):
        raise SystemExit("materials.csv is not in alphabetical order, or holds a code twice")
    unknown = {line.material for line, _ in sourced} - set(codes)
    if unknown:
        raise SystemExit(
            f"material_products.csv: materials that are not in materials.csv: {sorted(unknown)}"
        )
    hs = [code for one in materials() for code in one.hs]
    strange = set(hs) - {*trade.code.unique()}
    if strange or len(hs) != len(set(hs)):
        raise SystemExit(f"materials.csv: codes twice or without trade: {sorted(strange)}")
    table = pd.read_csv(
        data / "world_mining_data" / "commodity_hs_map.csv", dtype=str, keep_default_na=False
    )
    rate = dict(zip(table.Sheet_name, table["EoL-RIR (2023)"], strict=True))
    given = {
        line.material: rate[line.commodity]
        for line, _ in sourced
        if line.source == "world_mining_data"
    }
    wrong = [m.code for m in materials() if m.code in given and m.recycling != float(given[m.code])]
    if wrong:
        raise SystemExit(f"materials.csv: recycling differs from the source for {wrong}")
    print(
        f"catalogue: {len(codes)} materials, {len(sourced)} products, codes without a material: "
        f"{sorted({*trade.code.unique()} - set(hs))}"
    )


def _world_totals(sourced: Sourced) -> None:
    print(
        "sum of the countries against the printed world total, where they differ by more than 0.2 %"
    )
    for line, series in sourced:
        for year, (total, _) in series.world.items():
            gap = series.total(year) / total - 1
            if abs(gap) > 0.002 or year in series.rest:
                rest = f", of it {series.rest[year]:.1%} unnamed" if year in series.rest else ""
                print(f"  {line.material} {line.stage} {year}: {gap:+.2%}{rest}")


def _ready_made_shares(sourced: Sourced, data: Path) -> None:
    ready = pd.read_csv(
        data / "usgs_mcs" / "mcs2026_world_production_shares_2025.csv", encoding="utf-8"
    )
    largest, count = 0.0, 0
    for line, series in sourced:
        if line.source != "usgs_mcs" or 2025 in series.rest:
            continue
        source = usgs_rows(line, data)
        headings = source[source.Country != "World total"].Statistics_detail.unique()
        if len(headings) > 1:
            continue
        rows = ready[(ready.Commodity == line.commodity) & (ready.Statistics_detail == headings[0])]
        for row in rows.itertuples():
            largest = max(
                largest, abs(series.share(iso(row.Country, "usgs_mcs"), 2025) - row.share)
            )
            count += 1
    print(f"ready-made shares of 2025: {count} compared, largest difference {largest:.2e}")


def _source_against_source(sourced: Sourced) -> None:
    print("US Geological Survey against World Mining Data, 2024: top producer, its share in both")
    by: dict[tuple[str, str], dict[str, Series]] = {}
    for line, series in sourced:
        by.setdefault((line.material, line.stage), {})[line.source] = series
    for (material, stage), pair in by.items():
        if {"usgs_mcs", "world_mining_data"} <= set(pair):
            ours, theirs = pair["usgs_mcs"], pair["world_mining_data"]
            tops = ours.top(2024), theirs.top(2024)
            mark = "" if tops[0] == tops[1] else f"  <- {tops[1]} there"
            print(
                f"  {material} {stage}: {tops[0]} {ours.share(tops[0], 2024):.1%} and "
                f"{theirs.share(tops[0], 2024):.1%}{mark}"
            )


def _crude(trade: pd.DataFrame) -> None:
    rows = trade[(trade.code == "270900") & (trade.importer == "IND") & (trade.year == 2024)]
    by = rows.groupby("exporter").value_usd_million.sum().sort_values(ascending=False)
    print("India's crude oil 2024 by value: " + _named(by, 3))
    rows = trade[(trade.code == "284690") & (trade.year == 2023)]
    by = rows.groupby("exporter").value_usd_million.sum().sort_values(ascending=False)
    print("exporters of rare-earth compounds 2023: " + _named(by, 3))


def _named(by: pd.Series, most: int) -> str:
    parts: Iterable[str] = (
        f"{name} {value / by.sum():.1%}" for name, value in by.head(most).items()
    )
    return ", ".join(parts)
