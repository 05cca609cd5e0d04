"""Compute the packaged links of HS editions, from the concordances of the Growth Lab.

    python tools/build_hs_links.py --shared ../shared

The same tables always give the same file.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from given import SHARED

PACKAGED = Path(__file__).resolve().parents[1] / "src" / "paxsilica" / "policy" / "law" / "packaged"


def links(folder: Path) -> pd.DataFrame:
    """`edition, code, before`: what each code of six digits of an edition was in the edition before it."""
    table = pd.read_parquet(folder / "hs_revisions_concordance.parquet")
    table[["edition", "older"]] = table.adjustment.str.split(" to ", expand=True)
    table = table[table.older.astype(int) >= 1992]
    table = table.assign(
        code=table["code.after"].str.zfill(6), before=table["code.before"].str.zfill(6)
    )
    keys = ["edition", "code", "before"]
    return table[keys].drop_duplicates().sort_values(keys, ignore_index=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="holds data/")
    parser.add_argument("--out", type=Path, default=PACKAGED, help="where to write")
    given = parser.parse_args()
    data, out = given.shared / "data", given.out
    out.mkdir(exist_ok=True)
    path = out / "hs_links.parquet"
    table = links(data / "hs_concordances")
    table.to_parquet(path, compression="zstd", compression_level=19, index=False)
    print(f"{path.name}: {len(table):,} rows, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
