"""US tariffs of 2024 by exporter and sector, from the duties customs calculated on imports for consumption."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from paxsilica.names.places import packaged_groups
from us_trade import sector_of

EU_AGGREGATE = "0003"
EU = frozenset(packaged_groups()["regions"]["EU"]["members"])

with (Path(__file__).parent / "us_partners.csv").open(encoding="utf-8") as file:
    CENSUS = {row["census_code"]: row["region"] for row in csv.DictReader(file)}
"""Census partner code -> region; every other partner is in ROW."""

NO_SECTOR = ""
MONEY = ["imports", "duty"]


@dataclass(frozen=True)
class UsTariffs:
    """`rates`, `imports`, `duties`: `[exporter, goods sector]`, decimal and USD. The rest is USD of imports in 2024."""

    rates: NDArray[np.float64]
    imports: NDArray[np.float64]
    duties: NDArray[np.float64]
    no_customs_imports: NDArray[np.bool_]
    left_out: float
    left_out_duty: float
    spread_by_chapter: float
    total: float
    total_duty: float


def us_tariffs(folder: Path, regions: Sequence[str], goods: Sequence[str]) -> UsTariffs:
    """Rates from HS10 detail where there is any for the partner, else from HS2 totals spread over sectors."""
    detail = _detail(folder)
    chapters = pd.read_csv(
        folder / "us_tariff_by_country_hs2_sep2025.csv", dtype={"hs2": str, "census_code": str}
    )
    chapters = chapters.rename(columns={"imports_2024_usd": "imports", "duty_2024_usd": "duty"})
    chapters = chapters[chapters.census_code != EU_AGGREGATE]
    spread = _spread(chapters[~chapters.census_code.isin(detail.partner)], detail)
    cells = pd.concat([detail[detail.partner != EU_AGGREGATE], spread])
    total = chapters[MONEY].sum()
    if not np.allclose(cells[MONEY].sum(), total, rtol=1e-9):
        raise SystemExit(
            f"US imports do not add up: {cells[MONEY].sum().to_dict()} against {total.to_dict()}"
        )
    left_out = cells[~cells.sector.isin(goods)][MONEY].sum()
    cells["region"] = cells.partner.map(CENSUS).fillna("ROW")
    index = pd.MultiIndex.from_product([regions, goods])
    table = (
        cells[cells.sector.isin(goods)]
        .groupby(["region", "sector"])[MONEY]
        .sum()
        .reindex(index, fill_value=0.0)
    )
    imports, duties = (
        table[column].to_numpy(dtype=float).reshape(len(regions), len(goods)) for column in MONEY
    )
    pooled = _ratio(duties.sum(0), imports.sum(0))
    return UsTariffs(
        rates=np.where(imports > 0, _ratio(duties, imports), pooled),
        imports=imports,
        duties=duties,
        no_customs_imports=imports == 0,
        left_out=float(left_out.imports),
        left_out_duty=float(left_out.duty),
        spread_by_chapter=float(spread.imports.sum()),
        total=float(total.imports),
        total_duty=float(total.duty),
    )


def _detail(folder: Path) -> pd.DataFrame:
    """Imports and duty by partner, HS chapter and sector, from the HS10 file."""
    imports = pd.read_parquet(folder / "us_imports_hs10_2024_51partners.parquet")
    crosswalk = pd.read_csv(folder / "hs10_gtap_crosswalk.csv", dtype=str, keep_default_na=False)
    gtap = crosswalk.set_index("hs10").gtap_code
    unknown = sorted(set(imports.HS10) - set(gtap.index))
    if unknown:
        raise SystemExit(f"HS10 codes without a GTAP sector in the crosswalk: {unknown[:5]}")
    sectors = {code: sector_of(code, gtap[code]) or NO_SECTOR for code in imports.HS10.unique()}
    imports = imports.assign(
        sector=imports.HS10.map(sectors), hs2=imports.HS10.str[:2], partner=imports.CTY_CODE
    )
    return imports.groupby(["partner", "hs2", "sector"], as_index=False)[MONEY].sum()


def _spread(chapters: pd.DataFrame, detail: pd.DataFrame) -> pd.DataFrame:
    """Chapter totals of partners without detail, divided over sectors as in the reference partner's chapter.

    The reference is the EU aggregate for its members and all partners pooled for the others. SVK is both in the EU
    aggregate and on its own: it leaves the aggregate, whose members then add up to it exactly.
    """
    slovakia = next(code for code, region in CENSUS.items() if region == "SVK")
    keyed = detail.set_index(["hs2", "sector"])
    union, own = (keyed[keyed.partner == code][MONEY] for code in (EU_AGGREGATE, slovakia))
    union = union.sub(own, fill_value=0.0).clip(lower=0.0)
    pool = detail[detail.partner != slovakia].groupby(["hs2", "sector"])[MONEY].sum()
    in_union = chapters.census_code.map(CENSUS).isin(EU)
    parts = [_divided(chapters[in_union], union), _divided(chapters[~in_union], pool)]
    return pd.concat(parts)


def _divided(chapters: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    whole = reference.groupby("hs2")[MONEY].transform("sum")
    by_imports = reference.imports / whole.imports
    by_duty = (reference.duty / whole.duty.where(whole.duty > 0)).fillna(by_imports)
    shares = pd.DataFrame({"by_imports": by_imports, "by_duty": by_duty}).reset_index()
    cells = chapters.merge(shares, on="hs2", how="left", validate="many_to_many")
    return pd.DataFrame(
        {
            "partner": cells.census_code,
            "hs2": cells.hs2,
            "sector": cells.sector,
            "imports": cells.imports * cells.by_imports,
            "duty": cells.duty * cells.by_duty,
        }
    )


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
