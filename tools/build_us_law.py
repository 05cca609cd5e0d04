"""Build the packaged tables behind the law of the day of the United States. Run by maintainers:

    python tools/build_us_law.py --shared ../shared [--out src/paxsilica/policy/law/packaged]

Reads SHARED/data/us_tariffs, us_tariff_lists_waugh, us_tariff_rules_yale and us_trade_monthly; writes the weights (US
imports of 2024), what the rules need to know of each customs line, the product lists of the orders and the duties that
were paid. The orders themselves stand in src/paxsilica/policy/law/entries.yaml. The same files always give the same tables.
"""

from __future__ import annotations

import re
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet
from ruamel.yaml import YAML

from given import data_and_out
from paxsilica.names.places import folded, spellings
from paxsilica.policy.law.tables import TABLES
from us_trade import sector_of

LISTS = Path(__file__).with_name("us_law_lists.yaml")

EU = "EU"
PARTNERS = {
    "european union": EU,
    "svalbard jan mayen island": "SJM",
    "gaza strip administered by israel": "PSE",
    "west bank administered by israel": "PSE",
    "cocos keeling islands": "CCK",
    "falkland islands islas malvinas": "FLK",
    "st helena": "SHN",
    "pitcairn islands": "PCN",
}
"""Customs' names that are no spelling of a country, `folded`, and the code that is meant."""

WHOLE_METAL = ("72", "73", "76")
"""Chapters that are steel or aluminium as a whole (metal_content of policy_params.yaml)."""

FIRST_MONTH, LAST_MONTH = "2024-01", "2025-11"
LAST_USMCA_MONTH = "2026-02"
USMCA_STEP = 1e-3
"""Shares of trade under the USMCA are kept to a tenth of a per cent."""

GOODS_GROUPS = {
    "A01": "111 112",
    "A02": "113",
    "A03": "114",
    "B06": "211",
    "B07": "212",
    "C10T12": "311 312",
    "C13T15": "313 314 315 316",
    "C16": "321",
    "C17_18": "322 323",
    "C19": "324",
    "C20": "325",
    "C22": "326",
    "C23": "327",
    "C24A": "331",
    "C25": "332",
    "C28": "333",
    "C26": "334",
    "C27": "335",
    "C29": "336",
    "C31T33": "337 339",
}
"""Goods group -> NAICS-3. Medicines are inside C20, non-ferrous metals in C24A, ships and aircraft in C29."""
GROUP_OF = {naics: group for group, codes in GOODS_GROUPS.items() for naics in codes.split()}
NAICS_TOTAL = "00"
NO_COUNTRY = {"TOTAL FOR ALL COUNTRIES", "USMCA (NAFTA)"}

MOST_LETTERS = 44
"""Of each of the two parts of a customs line's name."""

Values = NDArray[np.float64]


def main() -> None:
    data, out = data_and_out("Build the packaged tables of the US law of the day.", TABLES)
    size = 0
    for name, table in tables(data).items():
        path = out / f"{name}.parquet"
        write(table, path)
        size += path.stat().st_size
        print(f"{path.name}: {len(table):,} rows, {path.stat().st_size / 1e3:,.0f} kB")
    print(f"together {size / 1e6:.2f} MB")


def tables(data: Path) -> dict[str, pd.DataFrame]:
    """Every packaged table by name, from the folder of raw data."""
    tariffs, rules = data / "us_tariffs", data / "us_tariff_rules_yale"
    flows = imports(tariffs)
    lines = pd.Index(np.sort(flows.hs10.unique()), name="hs10")
    return {
        "us_imports_2024": flows,
        "us_chapters_2024": chapters(tariffs, set(flows.partner.unique())),
        "us_lines": customs_lines(lines, tariffs, rules),
        "us_names": line_names(lines, tariffs),
        "us_preferences": preferences(rules, tariffs, flows),
        "us_usmca": usmca(rules, flows),
        "us_lists": product_lists(data),
        "us_paid": paid(data / "us_trade_monthly"),
    }


def write(table: pd.DataFrame, path: Path) -> None:
    """As Parquet, texts as dictionaries, without the notes of pandas."""
    columns = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    parquet.write_table(
        columns, path, compression="zstd", compression_level=19, row_group_size=len(table)
    )


def region_of(name: str) -> str:
    """ISO alpha-3 code of a partner as customs calls it, or EU. Raises KeyError."""
    return PARTNERS.get(folded(name)) or spellings()[folded(name)]


def imports(folder: Path) -> pd.DataFrame:
    """US imports for consumption of 2024 by HS10 and partner, USD: `hs10, partner, usd`."""
    table = pd.read_parquet(folder / "us_imports_hs10_2024_51partners.parquet")
    found = pd.DataFrame(
        {
            "hs10": table.HS10,
            "partner": table.CTY_NAME.map(
                {name: region_of(name) for name in table.CTY_NAME.unique()}
            ),
            "usd": table.imports.astype("float32"),
        }
    )
    return found.sort_values(["partner", "hs10"], ignore_index=True)


def chapters(folder: Path, detailed: set[str]) -> pd.DataFrame:
    """Imports of 2024 by HS chapter from every partner that has no HS10 detail, USD: `partner, chapter, usd`."""
    table = pd.read_csv(
        folder / "us_tariff_by_country_hs2_sep2025.csv", dtype={"hs2": str, "census_code": str}
    )
    table["partner"] = table.partner.map({name: region_of(name) for name in table.partner.unique()})
    rest = table[~table.partner.isin(detailed)]
    totals = rest.groupby(["partner", "hs2"], as_index=False).imports_2024_usd.sum()
    totals.columns = pd.Index(["partner", "chapter", "usd"])
    return totals.assign(usd=totals.usd.astype("float32"))


def nearest(hs10: pd.Index, by_code: pd.Series) -> Values:
    """Value of each HS10: its own, else the mean of the longest prefix that has any; NaN if none.

    Statistical suffixes change every year, so tables of 2025 lack some codes of 2024.
    """
    value = np.full(len(hs10), np.nan)
    for length in (10, 8, 6, 4):
        means = by_code.groupby(by_code.index.str[:length]).mean()
        value = np.where(np.isnan(value), means.reindex(hs10.str[:length]).to_numpy(), value)
    return value


def line_names(hs10: pd.Index, tariffs: Path) -> pd.DataFrame:
    """What a customs line holds, briefly: `hs10, name`, such as `Crustaceans: other shrimps and prawns`."""
    crosswalk = pd.read_csv(tariffs / "hs10_gtap_crosswalk.csv", dtype=str, keep_default_na=False)
    known = crosswalk.set_index("hs10").description.map(brief)
    return pd.DataFrame({"hs10": hs10, "name": known.reindex(hs10).fillna("").to_numpy()})


def brief(description: str) -> str:
    """The heading and the last of the texts below it that is not `Other`."""
    whole = re.sub(r"\s*\([^()]*\)", "", description.replace("?", " "))
    heading, *below = [re.split(r"[;,(]", text)[0].strip() for text in whole.split(" : ")]
    said = [text for text in below if text.casefold() not in ("other", "", heading.casefold())]
    if not said:
        return shortened(heading, 2 * MOST_LETTERS)
    last = shortened(said[-1], 2 * MOST_LETTERS - min(len(heading), MOST_LETTERS))
    return f"{shortened(heading, MOST_LETTERS)}: {last[:1].lower()}{last[1:]}"


def shortened(text: str, most: int) -> str:
    """So many letters at most, cut between words."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + "..."


def customs_lines(hs10: pd.Index, tariffs: Path, rules: Path) -> pd.DataFrame:
    """What the rules need to know of each HS10: `hs10, sector, mfn, section_301, steel, aluminium, copper`.

    `mfn` and `section_301` (on China, as of 2024) are decimals: ad valorem parts only. The metals are
    shares of value: 0.5 where the source has none, and 1 where it has more, as for 190 lines, most of copper.
    """
    crosswalk = pd.read_csv(tariffs / "hs10_gtap_crosswalk.csv", dtype=str, keep_default_na=False)
    gtap = crosswalk.set_index("hs10").gtap_code
    mfn = pd.read_csv(tariffs / "mfn_rates_2025.csv", dtype={"hs8": str}).set_index("hs8").mfn_rate
    metals = pd.read_csv(
        rules / "metal_content_shares_bea_hs10.csv", dtype={"hs10": str}
    ).set_index("hs10")
    whole = hs10.str[:2].isin(WHOLE_METAL)
    share = {
        "steel": np.where(whole, 1.0, nearest(hs10, metals.steel_share)),
        "aluminium": np.where(whole, 1.0, nearest(hs10, metals.aluminum_share)),
        "copper": nearest(hs10, metals.copper_share),
    }
    table = pd.DataFrame(
        {
            "hs10": hs10,
            "sector": [goods_sector(code, gtap[code]) for code in hs10],
            "mfn": np.nan_to_num(nearest(hs10, mfn)),
            "section_301": hs10.str[:8].map(section_301(rules)).fillna(0.0),
            **{metal: np.nan_to_num(its, nan=0.5).clip(max=1.0) for metal, its in share.items()},
        }
    )
    return table.astype({column: "float32" for column in table.columns[2:]})


def goods_sector(hs10: str, gtap: str) -> str:
    """ICIO sector of a customs line; nothing for the special chapters and for electricity, which is a service."""
    sector = sector_of(hs10, gtap)
    return sector if sector and sector != "SERV" else ""


def section_301(rules: Path) -> pd.Series:
    """Section 301 on China as of 2024 by HS8, a decimal: the highest rate that a list names."""
    lists = pd.read_csv(rules / "s301_product_lists.csv", dtype=str)
    suspended = "9903.88.16"  # list 4B, since December 2019
    rates = {
        row["ch99_pattern"]: row["s301_rate"]
        for row in policy(rules)["section_301_rates"]
        if row["ch99_pattern"] != suspended
    }
    best: pd.Series = lists.ch99_code.map(rates).groupby(lists.hts8).max()
    return best


def preferences(rules: Path, tariffs: Path, flows: pd.DataFrame) -> pd.DataFrame:
    """Share of imports that entered free of MFN under a preference, by partner with detail: `partner, chapter, share`."""
    names = pd.read_csv(tariffs / "us_tariff_by_country_hs2_sep2025.csv", dtype=str)
    region = {
        code: region_of(name)
        for code, name in zip(names.census_code, names.partner, strict=True)
        if code != "0003"
    }
    table = pd.read_csv(rules / "mfn_exemption_shares.csv", dtype={"hs2": str, "cty_code": str})
    table["partner"] = table.cty_code.map(region)
    table = table[table.partner.isin(flows.partner)]
    found = table.rename(columns={"hs2": "chapter", "exemption_share": "share"})
    found = found[["partner", "chapter", "share"]].astype({"share": "float32"})
    return found[found.share > 0].sort_values(["partner", "chapter"], ignore_index=True)


def usmca(rules: Path, flows: pd.DataFrame) -> pd.DataFrame:
    """Share of imports of each HS10 from CAN and MEX that entered under the USMCA, in steps of `USMCA_STEP`.

    A column a month; the year 2024 where the month has no trade. Only what was traded in 2024.
    """
    table = pd.read_parquet(rules / "usmca_product_shares_by_month.parquet")
    table["partner"] = table.cty_code.map({1220: "CAN", 2010: "MEX"})
    wide = table.pivot_table("usmca_share", ["partner", "hts10"], "month", dropna=False)
    traded = pd.MultiIndex.from_frame(
        flows.loc[flows.partner.isin(["CAN", "MEX"]), ["partner", "hs10"]]
    )
    wide = wide.reindex(traded)
    months = [m for m in wide.columns if "2025-01" <= m <= LAST_USMCA_MONTH]
    shares = pd.DataFrame({m: wide[m].fillna(wide["2024"]).fillna(0.0) for m in months})
    shares = shares[shares.gt(0).any(axis=1)]
    steps = (shares / USMCA_STEP).round().astype("int16")
    return steps.rename_axis(["partner", "hs10"]).reset_index()


def policy(rules: Path) -> dict[str, Any]:
    """policy_params.yaml of the tariff rate tracker."""
    found: dict[str, Any] = YAML(typ="safe").load(rules / "policy_params.yaml")
    return found


def product_lists(data: Path) -> pd.DataFrame:
    """Every list of us_law_lists.yaml with its codes as written, digits only: `list, code`."""
    specs = YAML(typ="safe").load(LISTS)
    rows = [(name, code) for name, spec in specs.items() for code in codes_of(spec, data)]
    return pd.DataFrame(sorted(set(rows)), columns=["list", "code"])


def codes_of(spec: dict[str, Any], data: Path) -> list[str]:
    """HTS codes of a product list, digits only. `spec` is an entry of us_law_lists.yaml."""
    if "prefixes" in spec:
        return [str(code) for code in spec["prefixes"]]
    if "policy" in spec:
        params = policy(data / "us_tariff_rules_yale")
        return [
            str(code)
            for code in reduce(lambda part, key: part[key], spec["policy"].split("."), params)
        ]
    header = 0 if spec.get("header", True) else None
    table = pd.read_csv(
        data / spec["file"],
        dtype=str,
        header=header,
        keep_default_na=False,
        comment=spec.get("comment"),
    )
    for column, values in spec.get("where", {}).items():
        table = table[table[column].isin(values)]
    codes = table[spec["column"]] if "column" in spec else table.iloc[:, 0]
    digits = codes.str.replace(r"\D", "", regex=True)
    return [code for code in digits if code and code not in spec.get("drop", ())]


def paid(folder: Path) -> pd.DataFrame:
    """Imports and calculated duties by partner, month and goods group, USD: `partner, month, group, imports, duty`.

    Group `` holds scrap, used and returned goods and special provisions, so that the groups add up to all imports.
    """
    table = pd.read_parquet(folder / "us_imports_naics_by_country_monthly.parquet")
    table = table.astype({"country": str, "naics": str})
    table["month"] = pd.to_datetime(table.time).dt.strftime("%Y-%m")
    table = table[table.month.between(FIRST_MONTH, LAST_MONTH) & ~table.country.isin(NO_COUNTRY)]
    money = ["imports", "duty"]
    whole = table.naics == NAICS_TOTAL
    totals = table[whole].groupby(["country", "month"])[money].sum()
    parts = table[~whole].groupby(["country", "month"])[money].sum()
    if not np.allclose(parts, totals.reindex(parts.index), rtol=1e-9):
        raise SystemExit(f"{folder.name}: the goods do not add up to row {NAICS_TOTAL}")
    rows = table[~whole].assign(
        partner=table.country.map({name: region_of(name) for name in table.country.unique()}),
        group=table.naics.map(GROUP_OF).fillna(""),
    )
    found = rows.groupby(["partner", "month", "group"], as_index=False)[money].sum()
    return found.astype(dict.fromkeys(money, "float32"))


if __name__ == "__main__":
    main()
