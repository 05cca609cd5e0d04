"""Build the packaged table of populations from the IMF's World Economic Outlook. Run by maintainers:

python tools/build_population.py --shared ../shared [--out src/paxsilica/data/packaged]
"""

from __future__ import annotations

import pandas as pd

from given import data_and_out
from paxsilica.names.places import country_names

YEARS = range(2010, 2025)
POPULATION, MILLIONS = "LP", 6
NOT_ISO = {"KOS": "XKX", "WBG": "PSE"}
"""Codes of the source that are not ISO 3166 alpha-3."""


def main() -> None:
    data, out = data_and_out("Build the packaged table of populations.")
    table = pd.read_parquet(data / "imf_weo_2025_10" / "weo_2025_10.parquet")
    people = table[(table.concept == POPULATION) & table.year.isin(YEARS)]
    if set(people.scale) != {MILLIONS}:
        raise SystemExit(f"populations on scales {sorted(set(people.scale))}, not in millions")
    wide = people.assign(country=people.ref_area.replace(NOT_ISO)).pivot(
        index="country", columns="year", values="value"
    )
    if unknown := sorted(set(wide.index) - set(country_names())):
        raise SystemExit(f"unknown codes {', '.join(unknown)}; add them to places.csv")
    wide.sort_index().to_csv(out / "population.csv", lineterminator="\n", encoding="utf-8")
    empty = wide.isna().sum(axis=1)
    print(f"{len(wide)} countries, million persons; years missing: {empty[empty > 0].to_dict()}")


if __name__ == "__main__":
    main()
