"""Compute the packaged default emissions of the EU's carbon border charge, by origin and customs code.

    python tools/build_cbam.py --shared ../shared

From the transcription of Implementing Regulations (EU) 2025/2621 (default values) and 2025/2620 (benchmarks) by OpenCBAM.
A row holds the tonnes of CO2 equivalent for a tonne of goods under an HS code of six digits (four where the regulation
names a heading): as they are (`total`), with the mark-up of each year, and the benchmark of column B for the production
route that the regulation names. What was done, beside:

- Eight digits are cut to six; of several eight-digit codes under one, the mean of those that have a value.
- Of clinker and hydraulic cement grey is taken, which is nearly all of the trade; white where an origin has no grey.
- Rows without a value (DASH) are left out: `other countries and territories` stand for them where they are read.
- One row is shifted by three columns, white Portland cement from Albania: direct, indirect and total stand as mark-ups.
  A row is put back where its total is missing and its second and first figure sum to its third.
- Some benchmarks have two values in turn; the first is taken. So is the first route where the defaults name none.
- A code that no benchmark names is left out: 7615 from one origin.

The same tables always give the same file.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from given import SHARED
from paxsilica.errors import InputError
from paxsilica.names import Names

PACKAGED = Path(__file__).resolve().parents[1] / "src" / "paxsilica" / "policy" / "packaged"
GOODS = {
    "Iron and steel": "steel",
    "Aluminium": "aluminium",
    "Cement": "cement",
    "Fertilisers": "fertiliser",
    "Hydrogen": "hydrogen",
}
OTHER = "Other Countries and Territories"
SPELLED = {"Myanmar/Burma": "Myanmar", "Congo": "COG", "Democratic Republic of the Congo": "COD"}
FIGURES = ["total", "markup_2026", "markup_2027", "markup_2028"]
FACTORS = {"Fertilisers": (1.01, 1.01, 1.01)}
"""Mark-ups where the regulation's are not 10, 20 and 30 %."""


def default_values(folder: Path) -> pd.DataFrame:
    """Rows of the regulation with a value, numbers as numbers."""
    table = pd.read_parquet(folder / "cbam_default_values_2025_2621.parquet")
    for column in ("direct", "indirect", *FIGURES):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    shifted = table.total.isna() & table.markup_2026.notna()
    for at in table.index[shifted]:
        direct, indirect, total = table.loc[at, FIGURES[1:]]
        if not np.isclose(direct + indirect, total, atol=0.011):
            raise SystemExit(f"row {at} has no total, and its figures do not sum: {table.loc[at]}")
        marked = FACTORS.get(table.sector[at], (1.1, 1.2, 1.3))
        table.loc[at, FIGURES] = [total, *(total * factor for factor in marked)]
    print(
        f"{len(table):,} rows, {int(table.total.isna().sum())} without a value, {shifted.sum()} put back"
    )
    return table[table.total.notna()]


def benchmark_of(benchmarks: pd.DataFrame, code: str, route: str | None) -> float:
    """The mean benchmark of column B of the eight-digit codes under a code, of a route where they have several."""
    found = []
    for entries in benchmarks.column_b[benchmarks.code.str.startswith(code)]:
        same = [one for one in entries if one["route"] == route]
        chosen = same or [one for one in entries if one["route"] is None] or entries
        found.append(float(chosen[0]["value"]))
    return float(np.mean(found)) if found else np.nan


def built(folder: Path) -> pd.DataFrame:
    table = default_values(folder)
    table["cn"] = table.cn_code.str.replace(" ", "")
    table["code"] = table.cn.str[:6]
    white = table.description.str.startswith("White ") & table.code.isin(["252310", "252390"])
    grey = table[~white].set_index(["country", "code"]).index
    table = table[~(white & table.set_index(["country", "code"]).index.isin(grey))]
    benchmarks = pd.read_parquet(folder / "cbam_benchmarks_2025_2620.parquet")
    benchmarks["code"] = benchmarks.cn_code.str.replace(" ", "")
    benchmarks["column_b"] = benchmarks.column_b.map(json.loads)
    routes = table.route.where(table.route.notna(), None)
    table["benchmark"] = [
        benchmark_of(benchmarks, code, route) for code, route in zip(table.cn, routes, strict=True)
    ]
    lacking = table.benchmark.isna()
    print(f"left out, since no benchmark names it: {sorted(table.cn[lacking].unique())}")
    table = table[~lacking]
    names = Names(None)
    codes = {OTHER: "OTHER"}
    for country in table.country.unique():
        if country not in codes:
            codes[country] = names.place(SPELLED.get(country, country))
    unknown = [country for country, code in codes.items() if not code]
    if unknown:
        raise InputError(f"no place is named {unknown}")
    table["origin"], table["goods"] = table.country.map(codes), table.sector.map(GOODS)
    keys = ["origin", "goods", "code"]
    means = table.groupby(keys, sort=True)[[*FIGURES, "benchmark"]].mean().reset_index()
    return means.rename(columns=lambda name: name.replace("markup_", "")).round(3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="holds data/")
    parser.add_argument("--out", type=Path, default=PACKAGED, help="where to write")
    given = parser.parse_args()
    given.out.mkdir(exist_ok=True)
    path, table = given.out / "cbam.parquet", built(given.shared / "data" / "cbam_eu")
    table.to_parquet(path, compression="zstd", compression_level=19, index=False)
    size = f"{path.stat().st_size / 1e6:.2f} MB"
    print(f"{path.name}: {len(table):,} rows, {table.origin.nunique()} origins, {size}")


if __name__ == "__main__":
    main()
