"""Compute what every country buys of raw materials, for the weights of measures on products.

    python tools/build_raw_imports.py

Reads the packaged trade table of raw materials (HS 1992), which build_materials.py makes, and writes its flows of one
year by HS 2022 code. The same tables always give the same file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from paxsilica.policy.products import EDITIONS, EVERYBODY, editions, hs_codes, us_lines

SOURCE = Path(__file__).resolve().parents[1] / "src" / "paxsilica"
TRADE = SOURCE / "data" / "packaged" / "material_trade.parquet"
PACKAGED = SOURCE / "policy" / "law" / "packaged"
YEAR = 2022
"""That of the packaged baselines, of whose flows these are a part."""


def links(raw: set[str]) -> pd.DataFrame:
    """`hs1992, code, part`: what part of an HS 1992 code goes to a code of 2022 that nothing else goes to.

    A code goes to those of its own chapter, the others being waste, in proportion to US imports of 2024.
    """
    old = sorted(editions()[EDITIONS[0]])
    after = {
        code: [new for new in hs_codes([code], EDITIONS[0]) if new[:2] == code[:2]] for code in old
    }
    mixed = {new for code in old if code not in raw for new in after[code]}
    codes, of_line = us_lines().subheadings
    usd = dict(zip(codes, np.bincount(of_line, us_lines().imports[EVERYBODY]), strict=True))
    rows = []
    for code in sorted(raw):
        whole = sum(usd.get(new, 0.0) for new in after[code])
        for new in after[code]:
            part = usd.get(new, 0.0) / whole if whole else 1 / len(after[code])
            if new not in mixed and part > 0:
                rows.append((code, new, part))
    return pd.DataFrame(rows, columns=["hs1992", "code", "part"])


def imports() -> pd.DataFrame:
    """`year, code, importer, exporter, usd_million`."""
    table = pd.read_parquet(TRADE)
    table = table.assign(code=table.code.astype(str))
    linked = links(set(table.code))
    own = table[table.year == YEAR].merge(linked, left_on="code", right_on="hs1992")
    own = own.assign(code=own.code_y, usd_million=own.value_usd_million * own.part)
    keys = ["code", "importer", "exporter"]
    summed = own.groupby(keys, observed=True).usd_million.sum().reset_index().sort_values(keys)
    summed["usd_million"] = summed.usd_million.astype("float32")
    summed.insert(0, "year", np.int16(YEAR))
    return summed.reset_index(drop=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=PACKAGED, help="where to write")
    path = parser.parse_args().out / "raw_imports.parquet"
    table = imports()
    table.to_parquet(path, compression="zstd", compression_level=19, index=False)
    size = path.stat().st_size / 1e6
    print(f"{path.name}: {len(table):,} rows, {table.code.nunique()} codes, {size:.2f} MB")


if __name__ == "__main__":
    main()
