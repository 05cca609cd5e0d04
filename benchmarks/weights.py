"""Seconds and memory of reading a made-up year of BACI, 11.2 million rows, as the weights of measures on products."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

from paxsilica.data import load_economy
from paxsilica.names.places import places
from paxsilica.policy import load_scenario
from paxsilica.policy.products import editions

ROWS = 11_200_000


def made_up() -> pa.Table:
    """Columns of BACI: places by number, codes of HS 1992 without their leading zero, thousand USD."""
    rng = np.random.default_rng(0)
    numbers = np.array([int(place.numeric) for place in places() if place.numeric])
    size = 1 / np.arange(1, len(numbers) + 1) ** 0.7
    sides = [rng.choice(numbers, ROWS, p=size / size.sum()) for _ in range(2)]
    codes = rng.choice(np.array(sorted(editions()["1992"]), dtype=int), ROWS)
    value = np.round(rng.lognormal(3, 2, ROWS), 3)
    columns = (np.full(ROWS, 2022), *sides, codes, value, np.round(value / 2, 3))
    return pa.table(dict(zip("tijkvq", columns, strict=True)))


def main() -> None:
    economy, trade = load_economy("icio2022"), made_up()
    with tempfile.TemporaryDirectory() as folder:
        for kind, write in (("csv", csv.write_csv), ("parquet", parquet.write_table)):
            path = Path(folder) / f"BACI_HS92_Y2022.{kind}"
            write(trade, path)
            text = f"schema: paxsilica/scenario@1\ntitle: t\nweights: {path.name}\nmeasures: []\n"
            (Path(folder) / "s.yaml").write_text(text, encoding="utf-8")
            start = time.perf_counter()
            weights = load_scenario(Path(folder) / "s.yaml").weights(economy)
            seconds, size = time.perf_counter() - start, path.stat().st_size / 1e6
            print(f"{kind}: {size:,.0f} MB, {seconds:.1f} s, {len(weights.share):,} shares")
    unit = 1e9 if sys.platform == "darwin" else 1e6
    print(
        f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:.1f} GB, the making included"
    )


if __name__ == "__main__":
    main()
