"""Build the packaged outlook of nominal GDP from ten vintages of the IMF's World Economic Outlook. Run by maintainers:

python tools/build_outlook.py --shared ../shared [--out src/paxsilica/data/packaged]

The newest vintage is kept whole from 2015, each earlier one from the year before it: what it took for known, and what it
forecast.
"""

from __future__ import annotations

import pandas as pd

from given import data_and_out
from paxsilica.names.places import country_names

GDP, BILLIONS, NEWEST, WORLD = "NGDPD", 9, "2025-10", "WLD"
YEARS = range(2015, 2031)
NOT_ISO = {"KOS": "XKX", "WBG": "PSE", "G001": WORLD}
"""Codes of the source that are not ISO 3166 alpha-3; G001 is the world."""

GROUPS = r"GX?\d+|511"
"""Codes of other groups of countries; 511, ASEAN-5, stands among the countries of the vintages."""


def main() -> None:
    data, out = data_and_out("Build the packaged outlook of nominal GDP.")
    folder = data / "imf_weo_2025_10"
    newest = pd.read_parquet(folder / "weo_2025_10.parquet")
    newest = newest[(newest.concept == GDP) & newest.year.isin(YEARS)]
    if set(newest.scale) != {BILLIONS}:
        raise SystemExit(f"GDP on scales {sorted(set(newest.scale))}, not in billions")
    every = pd.read_parquet(folder / "weo_vintages_2021_2025.parquet")
    earlier = every[(every.concept == GDP) & (every.vintage < NEWEST)]
    rows = [
        (newest.ref_area, newest.year, newest.value, NEWEST),
        (earlier.iso3, earlier.year, earlier.value, earlier.vintage),
    ]
    names = ("country", "year", "billion", "vintage")
    table = pd.concat([pd.DataFrame(dict(zip(names, of, strict=True))) for of in rows])
    table["country"] = table.country.astype(str).replace(NOT_ISO)
    table = table[~table.country.str.fullmatch(GROUPS)].dropna(subset="billion")
    if unknown := sorted(set(table.country) - {*country_names(), WORLD}):
        raise SystemExit(f"unknown codes {', '.join(unknown)}; add them to places.csv")
    first = table.vintage.str[:4].astype(int) - 1
    table = table[(table.vintage == NEWEST) | (table.year >= first)]
    wide = table.pivot(index=["vintage", "country"], columns="year", values="billion")
    wide.sort_index().to_csv(
        out / "outlook.csv", float_format="%.3f", lineterminator="\n", encoding="utf-8"
    )
    last = wide.loc[NEWEST]
    ends = last.index[last[YEARS[-1]].isna()]
    print(f"{len(wide)} rows, billion USD; without {YEARS[-1]} in {NEWEST}: {', '.join(ends)}")


if __name__ == "__main__":
    main()
