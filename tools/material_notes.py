"""The notes of the packaged tables of raw materials: (table, name, text, million USD moved), ready to be written.

A note on one material at one stage is called `material.stage.what`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import pandas as pd

from material_sources import WMD_CODES, Line, Series, usgs_rows

Row = tuple[str, str, str, str]
HEAD: Row = ("table", "name", "text", "usd_million")
FAR = 0.10
"""Difference of a share between two sources that is worth a note."""

TITLES = {
    "usgs_mcs": "the US Geological Survey",
    "world_mining_data": "World Mining Data",
    "mining_refining_shares": "premise",
}


def production_notes(sourced: Iterable[tuple[Line, Series]], data: Path) -> list[Row]:
    sourced = list(sourced)
    texts: dict[str, str] = dict(_general(sourced, data))
    for line, series in sourced:
        for what, text in _on(line, series, data):
            name = f"{line.material}.{line.stage}.{what}"
            if name in texts:
                raise SystemExit(f"two notes are called {name}")
            texts[name] = text
    texts.update(_differences(sourced))
    return [("production", name, text, "") for name, text in texts.items()]


def _differences(sourced: list[tuple[Line, Series]]) -> Iterable[tuple[str, str]]:
    """Where the two sources of 2024 name another first producer, or differ on its share by more than FAR."""
    by = {(line.material, line.stage, line.source): series for line, series in sourced}
    for (material, stage, source), ours in by.items():
        theirs = by.get((material, stage, "world_mining_data"))
        if source != "usgs_mcs" or theirs is None:
            continue
        first, other = ours.top(2024), theirs.top(2024)
        if first != other or abs(ours.share(first, 2024) - theirs.share(first, 2024)) > FAR:
            told = (
                f"{c}: {ours.share(c, 2024):.0%} and {theirs.share(c, 2024):.0%}"
                for c in sorted({first, other})
            )
            yield (
                f"{material}.{stage}.sources_differ",
                f"shares of 2024 by {TITLES['usgs_mcs']} and {TITLES['world_mining_data']}: {', '.join(told)}",
            )


def _general(sourced: list[tuple[Line, Series]], data: Path) -> Iterable[tuple[str, str]]:
    rows = pd.concat([usgs_rows(line, data) for line, _ in sourced if line.source == "usgs_mcs"])
    rows = rows[rows.Country != "World total"]
    guessed = {
        year: rows[rows.Year == year].Notes.str.contains("Estimated").mean()
        for year in ("2024", "2025")
    }
    yield (
        "usgs_estimates",
        f"the US Geological Survey marks {guessed['2025']:.0%} of its figures of 2025 and {guessed['2024']:.0%} of "
        "those of 2024 as estimates; it rounds 2025 to two digits or so",
    )
    yield (
        "shares_held_constant",
        "premise gives shares without amounts and holds most of them constant from 2020 to 2030; only the year it "
        "speaks for is kept (2020, which stands for the years before)",
    )
    places = ", ".join(f"{name} {was} to {meant}" for name, (was, meant) in WMD_CODES.items())
    yield (
        "world_mining_data_codes",
        f"World Mining Data writes codes that are not ISO 3166 or belong to another place; read by name: {places}",
    )
    yield (
        "unpublished_counts_as_nothing",
        "a country that a source does not list, or whose figure it withholds, has no amount and a share of zero; the "
        "notes on withheld figures say where that matters",
    )


def _on(line: Line, series: Series, data: Path) -> Iterable[tuple[str, str]]:
    if not line.source:
        yield "no_data", line.note
        return
    who = TITLES[line.source]
    if line.note:
        yield f"about_{line.source}", f"{who}: {line.note}"
    if line.source == "mining_refining_shares":
        held = f"{line.years}, held constant from there" if line.years == "2020" else line.years
        yield "shares_only", f"{who} gives shares of world output, no amounts: {held}"
    if series.withheld:
        included = any(year in series.rest for _, year in series.withheld)
        where = "is inside the unnamed rest" if included else "is left out of the world total too"
        yield "withheld", f"{who} withholds the output of {_when(series.withheld)}; it {where}"
    if series.unknown:
        yield (
            f"unknown_{line.source}",
            f"{who} has no figure for {_when(series.unknown)}; unknown, not zero",
        )
    if series.traces:
        yield (
            "traces",
            f"{who} gives no figure of its own, or less than half a unit, for {_when(series.traces)}: zero",
        )
    if series.rest:
        parts = ", ".join(f"{share:.1%} in {year}" for year, share in series.rest.items())
        yield (
            "unnamed_rest",
            f"the world total of {who} exceeds the countries listed by {parts}; added to OTHER",
        )


def trade_notes(table: pd.DataFrame) -> list[Row]:
    """What to beware of in the table of flows (columns as material_trade.parquet holds them)."""
    missing = table.quantity_t.isna()
    asia = (table.exporter == "TWN") | (table.importer == "TWN")
    compounds = table[(table.code == "284690") & (table.year == table.year.max() - 1)]
    sellers = compounds.groupby("exporter").value_usd_million.sum().sort_values(ascending=False)
    told = ", ".join(
        f"{seller} {value / sellers.sum():.0%}" for seller, value in sellers.head(3).items()
    )
    money = table.value_usd_million
    texts: list[tuple[str, str, float | None]] = [
        (
            "other_asia",
            "BACI knows no Taiwan; its place 490, Other Asia, is nearly all Taiwan and stands as TWN",
            money[asia].sum(),
        ),
        (
            "quantity_missing",
            f"{missing.mean():.1%} of the flows have a value and no quantity; the quantity is left unknown",
            money[missing].sum(),
        ),
        (
            "every_flow_kept",
            f"all {len(table):,} flows of {table.code.nunique()} codes in {table.year.min()} to {table.year.max()} "
            "are kept, however small",
            None,
        ),
        (
            "codes_without_flows",
            "250390, 283030 and 811230 (germanium) have no flows in these years: later revisions of the HS merged them "
            "with other codes",
            None,
        ),
        (
            "exports_do_not_say_who_refines",
            f"rare-earth compounds (284690) were exported in {table.year.max() - 1} by {told}: trade "
            "counts compounds however little refined and misses what is refined at home; judge by production by stage",
            None,
        ),
        (
            "codes_hold_several_materials",
            "270112 is coking and steam coal, 280450 boron and tellurium, 261690 ores of all precious metals but "
            "silver; gallium, germanium, indium, hafnium, rhenium, the rare gases and enriched uranium have no code",
            None,
        ),
        (
            "codes_missing",
            "metals after ore are mostly absent: refined copper, nickel, zinc, lead, tin, magnesium, silicon, "
            "titanium, alumina, ferro-alloys but two, potash and unground phosphate rock (251010)",
            None,
        ),
    ]
    return [
        ("trade", name, text, "" if moved is None else f"{moved:.3f}")
        for name, text, moved in texts
    ]


def stability_notes(dropped: list[str]) -> list[Row]:
    return [
        (
            "stability",
            "kosovo_code",
            "the source file writes R20 for a place between Latvia and Macao in the World Bank's order, where its old "
            "code of Kosovo (LWI) stands; read as XKX",
            "",
        ),
        (
            "stability",
            "guyana_twice",
            "the source file codes French Guiana and Guyana alike (GUY); told apart by the World Bank's order; both "
            "rows hold the same numbers for 2023 and 2024, so these are unknown for both",
            "",
        ),
        (
            "stability",
            "dropped",
            f"rows whose place cannot be told or that have no data: {', '.join(dropped)}",
            "",
        ),
    ]


def _when(cells: Iterable[tuple[str, int]]) -> str:
    """`BOL 2023 to 2024, IRN 2018, 2024`."""
    parts = []
    for country, group in groupby(sorted(set(cells)), key=lambda cell: cell[0]):
        years = sorted(year for _, year in group)
        spans: list[list[int]] = []
        for year in years:
            if spans and year == spans[-1][-1] + 1:
                spans[-1].append(year)
            else:
                spans.append([year])
        told = ", ".join(f"{s[0]} to {s[-1]}" if len(s) > 1 else str(s[0]) for s in spans)
        parts.append(f"{country} {told}")
    return "; ".join(parts)
