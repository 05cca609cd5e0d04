"""Build the packaged tables of raw materials from the raw statistics. Run by maintainers:

    python tools/build_materials.py --shared ../shared [--out src/paxsilica/data/packaged]

Reads SHARED/data and the tables kept by hand beside this file (material_products.csv) and in the package
(materials.csv, hs_codes.csv); writes production.csv, material_trade.parquet, political_stability.csv and
material_notes.csv. Prints every check and every note: nothing is repaired in silence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute
from pyarrow import parquet

import material_checks as checks
import material_notes as notes
from given import data_and_out
from material_sources import YEARS, Line, Series, lines, read
from paxsilica.names.places import country_names

TRADE_YEARS = 6
STABILITY_CODES = {"R20": "XKX", "PUS": None, "ANT": None}
"""Codes of the stability file that are not ISO 3166: what is meant, or None where that cannot be told."""


def main() -> None:
    data, out = data_and_out("Build the packaged tables of raw materials.")

    found = production(data)
    _write(out / "production.csv", (*_production_rows(found),))
    trade, traded = material_trade(data / "baci_raw_materials" / "baci_raw_materials.parquet")
    _write_trade(trade, out / "material_trade.parquet")
    stability, unstable = political_stability(data / "wgi" / "wgi_political_stability_Estimate.csv")
    _write(out / "political_stability.csv", stability)
    story = [*notes.production_notes(found, data), *traded, *unstable]
    _write(out / "material_notes.csv", [notes.HEAD, *story])

    checks.print_all(found, trade, data)
    print("notes")
    for table, name, text, moved in story:
        print(f"  {table} {name}: {text}{f' [{float(moved):,.3f} million USD]' if moved else ''}")
    for name in (
        "production.csv",
        "material_trade.parquet",
        "political_stability.csv",
        "material_notes.csv",
    ):
        print(f"{name}: {(out / name).stat().st_size / 1e3:,.0f} kB")


# ---- production ------------------------------------------------------------------------------------------------


def production(data: Path) -> list[tuple[Line, Series]]:
    """Every line with what its source publishes; what a source counts beyond the named countries goes to OTHER."""
    found = []
    for line in lines():
        series = read(line, data) if line.source else Series()
        series.add_rest()
        found.append((line, series))
    return found


def _production_rows(sourced: Iterable[tuple[Line, Series]]) -> Iterable[Sequence[str]]:
    yield ("material", "stage", "form", "unit", "source", "country", *map(str, YEARS))
    for line, series in sourced:
        for country in sorted({country for country, _ in series.amount}):
            values = [series.amount.get((country, year)) for year in YEARS]
            written = ["" if value is None else f"{value:.7g}" for value in values]
            yield (
                line.material,
                line.stage,
                line.form,
                series.unit,
                line.source,
                country,
                *written,
            )


# ---- trade -----------------------------------------------------------------------------------------------------


def material_trade(path: Path) -> tuple[pd.DataFrame, list[notes.Row]]:
    """The last years of the source: code, year, exporter, importer, million USD, tonnes; and the notes."""
    last = pa.compute.max(parquet.read_table(path, columns=["year"])["year"]).as_py()
    source = pd.read_parquet(path, filters=[("year", ">", last - TRADE_YEARS)])
    known = set(country_names())
    unknown = {*source.exporter.unique(), *source.importer.unique()} - known
    if unknown:
        raise SystemExit(
            f"{path.name}: unknown countries {sorted(unknown)}; add them to places.csv"
        )
    table = pd.DataFrame(
        {
            "code": source.hs6_92,
            "year": source.year.astype("int16"),
            "exporter": source.exporter,
            "importer": source.importer,
            "value_usd_million": source.value_kusd / 1000,
            "quantity_t": source.quantity_t,
        }
    ).sort_values(["code", "year", "exporter", "importer"], ignore_index=True)
    return table, notes.trade_notes(table)


def _write_trade(table: pd.DataFrame, path: Path) -> None:
    places = sorted({*table.exporter.unique(), *table.importer.unique()})
    columns = {
        "code": _encoded(table.code, sorted(table.code.unique())),
        "year": pa.array(table.year),
        "exporter": _encoded(table.exporter, places),
        "importer": _encoded(table.importer, places),
        "value_usd_million": pa.array(table.value_usd_million),
        "quantity_t": pa.array(table.quantity_t, from_pandas=False),
    }
    parquet.write_table(
        pa.table(columns),
        path,
        compression="zstd",
        compression_level=15,
        use_dictionary=["code", "exporter", "importer"],
        row_group_size=len(table),
    )


def _encoded(column: pd.Series, labels: list[str]) -> pa.DictionaryArray:
    indices = pd.Categorical(column, categories=labels).codes.astype("int16")
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(labels))


# ---- stability -------------------------------------------------------------------------------------------------


def political_stability(path: Path) -> tuple[list[Sequence[str]], list[notes.Row]]:
    """The estimates of 2018 to 2024 by ISO code; French Guiana and Guyana share a code there and are told apart."""
    with path.open(encoding="utf-8", newline="") as file:
        source = list(csv.DictReader(file))
    years = [str(year) for year in YEARS if str(year) in source[0]]
    twice = [at for at, row in enumerate(source) if row["Code"] == "GUY"]
    if [source[at]["Code"] for at in range(twice[0] - 1, twice[-1] + 1)] != [
        "GTM",
        "GUY",
        "GUM",
        "GUY",
    ]:
        raise SystemExit(
            f"{path.name}: Guyana stands elsewhere than it did; look at its two rows again"
        )
    known = set(country_names())
    rows = []
    for at, row in enumerate(source):
        code = "GUF" if at == twice[0] else STABILITY_CODES.get(row["Code"], row["Code"])
        if code is None:
            continue
        if code not in known:
            raise SystemExit(f"{path.name}: unknown code {code}; add it to places.csv")
        unclear = at in twice
        values = ["nan" if unclear and year >= "2023" else row[year] for year in years]
        rows.append(
            (
                code,
                *(
                    "" if value in ("nan", "None", "") else f"{float(value):.4f}"
                    for value in values
                ),
            )
        )
    dropped = sorted(code for code, meant in STABILITY_CODES.items() if meant is None)
    return [("country", *years), *sorted(rows)], notes.stability_notes(dropped)


def _write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
