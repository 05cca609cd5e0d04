"""US imports of chips, of wafers and of the machines that make chips, by partner, 2024."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from material_sources import iso
from us_tariffs import CENSUS, EU, EU_AGGREGATE

HEADINGS = {
    "3818": "Wafers: discs of silicon and other elements, doped for use in electronics",
    "8486": "Machines to make semiconductor boules, wafers, devices, integrated circuits and flat panels",
    "8541": "Semiconductor devices: diodes, transistors, solar cells and panels, LEDs; mounted piezoelectric crystals",
    "8542": "Electronic integrated circuits",
}
YEAR = 2024
HEAD = ("hs4", "description", "partner", "million_usd", "share", "year")


def chip_imports(folder: Path) -> list[Sequence[str]]:
    """Rows of us_chip_imports.csv, head first, largest partner of a heading first.

    The European Union stands as one partner, EU: the source has the aggregate and, of its members, only Slovakia,
    which is left out as counted already. Shares are of the partners in the source, whose imports are all that it has.
    """
    lines = pd.read_parquet(folder / "us_imports_hs10_2024_51partners.parquet")
    lines = lines.assign(hs4=lines.HS10.astype(str).str[:4], code=lines.CTY_CODE.astype(str))
    partners = {
        c: _partner(c, n)
        for c, n in lines[["code", "CTY_NAME"]].drop_duplicates().itertuples(index=False)
    }
    lines["partner"] = lines.code.map(partners)
    lines = lines[lines.hs4.isin(HEADINGS) & ~lines.partner.isin(EU)]
    money = lines.groupby(["hs4", "partner"]).imports.sum() / 1e6
    rows: list[Sequence[str]] = [HEAD]
    for heading, text in HEADINGS.items():
        imports = money[heading].sort_values(ascending=False)
        shares = imports / imports.sum()
        rows += [
            (heading, text, str(partner), f"{value:.3f}", f"{shares[partner]:.5f}", str(YEAR))
            for partner, value in imports.items()
        ]
    return rows


def _partner(code: str, name: str) -> str:
    if code == EU_AGGREGATE:
        return "EU"
    if code in CENSUS and CENSUS[code] != "ROW":
        return CENSUS[code]
    return iso(name, "us_imports")
