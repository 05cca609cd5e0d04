"""Build what predictions are held against: US imports and duties of autumn 2025 beside autumn 2024, and how much such
flows usually change, from the years before. Run by maintainers:

python tools/build_outcomes.py --shared ../shared [--out src/paxsilica/data/packaged]

Months of the source are summed over September to November; a row that is missing is zero trade. `00` is the total of
the other codes, and the European Union, USMCA and all countries stand beside their members: none of them is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from build_us_law import GOODS_GROUPS
from given import data_and_out
from paxsilica.data.outcomes import LEAST_AFTER, LEAST_BEFORE, world_growth

PARTNERS = {
    **{"AUSTRALIA": "AUS", "AUSTRIA": "AUT", "BRAZIL": "BRA", "CANADA": "CAN", "CHILE": "CHL"},
    **{"CHINA": "CHN", "COLOMBIA": "COL", "FRANCE": "FRA", "GERMANY": "DEU", "INDIA": "IND"},
    **{"INDONESIA": "IDN", "IRELAND": "IRL", "ISRAEL": "ISR", "ITALY": "ITA", "JAPAN": "JPN"},
    **{"KOREA, SOUTH": "KOR", "MALAYSIA": "MYS", "MEXICO": "MEX", "NETHERLANDS": "NLD"},
    **{"SAUDI ARABIA": "SAU", "SINGAPORE": "SGP", "SPAIN": "ESP", "SWEDEN": "SWE"},
    **{"SWITZERLAND": "CHE", "TAIWAN": "TWN", "THAILAND": "THA", "UNITED KINGDOM": "GBR"},
    "VIETNAM": "VNM",
}
"""Those of the source that are regions of the baseline, without Belgium and Russia."""

JOINED = {"C20": "C20+C21", "C24A": "C24A+C24B", "C29": "C29+C301+C302T309"}
"""Goods groups of the law that are several sectors of the baseline."""

GROUPS = {JOINED.get(group, group): codes for group, codes in GOODS_GROUPS.items()}
"""Sectors of the baseline -> three-digit codes of NAICS."""

AUTUMN, MIDDLE, MILLION = (9, 10, 11), 9.5 / 12, 1e6
PAIRS = tuple(year for year in range(2017, 2024) if year not in (2019, 2020))
"""First years of the pairs that count as usual: all before 2025 that do not end in the pandemic or its rebound."""

STEADY = 0.01
"""Duty over imports moved by less: what changed by more is no usual change."""

CLASSES = (LEAST_BEFORE, 100.0, 300.0, 1000.0)
"""Million USD in three months above which a flow is of a class."""

CHECKS = (
    *(((2017, 2018), 2021), ((2017, 2018, 2021), 2022), ((2017, 2018, 2021), 2023)),
    *((tuple(one for one in PAIRS if one != year), year) for year in PAIRS),
)
"""Before 2025: first years of pairs that are known, and of a later pair held against them; then each against the others."""

LEVELS = tuple((k + 0.5) / 40 for k in range(40))


def autumns(data: Path) -> pd.DataFrame:
    """Partner, sector and year -> imports and duty of September to November, million USD."""
    path = data / "us_trade_monthly" / "us_imports_naics_by_country_monthly.parquet"
    table = pd.read_parquet(path, columns=["country", "naics", "time", "imports", "duty"])
    sector = {code: group for group, codes in GROUPS.items() for code in codes.split()}
    table["partner"] = table.country.astype(str).map(PARTNERS)
    table["sector"] = table.naics.astype(str).map(sector)
    table = table[table.time.dt.month.isin(AUTUMN)].dropna(subset=["partner", "sector"])
    cells = (
        [
            *(PARTNERS[name] for name in sorted(PARTNERS)),
        ],
        [*GROUPS],
        [*range(2017, 2026)],
    )
    every = pd.MultiIndex.from_product(cells, names=["partner", "sector", "year"])
    table["year"] = table.time.dt.year
    summed = table.groupby([*every.names])[["imports", "duty"]].sum() / MILLION
    return summed.reindex(every, fill_value=0.0)


def pair(flows: pd.DataFrame, year: int) -> pd.DataFrame:
    """One autumn beside the next: before, after, duty_before, duty_after."""
    ends = (flows.xs(of, level="year") for of in (year, year + 1))
    both = pd.concat(ends, axis=1)
    both.columns = pd.Index(["before", "duty_before", "after", "duty_after"])
    return both[["before", "after", "duty_before", "duty_after"]]


def changes(flows: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """Usual changes of the pairs that begin in these years: before, year, and log change beyond that of world GDP."""
    found = []
    for year in years:
        one = pair(flows, year)
        one = one[(one.before > LEAST_BEFORE) & (one.after > LEAST_AFTER)]
        moved = one.duty_after / one.after - one.duty_before / one.before
        one = one[moved.abs() < STEADY]
        grown = np.log(world_growth(year + MIDDLE, year + 1 + MIDDLE))
        found.append(one.assign(year=year, change=np.log(one.after / one.before) - grown))
    return pd.concat(found)


def quantiles(usual: pd.DataFrame) -> pd.DataFrame:
    """By class of size: how many flows, and the quantiles of their change around its median."""
    of = np.searchsorted(CLASSES, usual.before.to_numpy(), side="left") - 1
    rows = []
    for k, above in enumerate(CLASSES):
        change = usual.change[of == k]
        levels = np.quantile(change - change.median(), LEVELS)
        rows.append([above, len(change), *levels])
    return pd.DataFrame(rows, columns=["above", "flows", *(f"{level:g}" for level in LEVELS)])


def coverage(known: pd.DataFrame, later: pd.DataFrame) -> list[float]:
    """Share of later changes within the 50 and the 80 % band of those known."""
    table = quantiles(known)
    of = np.searchsorted(CLASSES, later.before.to_numpy(), side="left") - 1
    points = table[[f"{level:g}" for level in LEVELS]].to_numpy()[of]
    ends = ((0.25, 0.75), (0.1, 0.9))
    bands = (np.quantile(points, levels, axis=1, method="hazen") for levels in ends)
    return [float(((low <= later.change) & (later.change <= high)).mean()) for low, high in bands]


def main() -> None:
    data, out = data_and_out("Build the packaged outcomes and the usual changes of such flows.")
    flows = autumns(data)
    options = {"lineterminator": "\n", "encoding": "utf-8"}
    outcomes = pair(flows, 2024)
    outcomes = outcomes[(outcomes.before > 0) & (outcomes.after > 0)]
    outcomes.round(6).to_csv(out / "us_imports_autumn_2025.csv", **options)
    usual = changes(flows, PAIRS)
    table = quantiles(usual).round(4)
    table.to_csv(out / "us_import_changes.csv", index=False, **options)
    print(f"{len(outcomes)} flows; usual changes: {table.flows.tolist()} by class of {CLASSES}")
    for first, held in CHECKS:
        known, later = usual[usual.year.isin(first)], usual[usual.year == held]
        ends = ", ".join(str(year + 1) for year in first)
        shares = " ".join(f"{100 * share:.0f}" for share in coverage(known, later))
        print(f"{ends} | {held + 1}: {shares}")


if __name__ == "__main__":
    main()
