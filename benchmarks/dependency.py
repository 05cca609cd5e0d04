"""How long the indicators of every country and the look-through of every input take, and how far indicators churn.

python benchmarks/dependency.py
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import paxsilica as pax
from paxsilica.analysis.dependency import indicators
from paxsilica.analysis.dependency.materials import (
    by_region,
    dependencies,
)
from paxsilica.analysis.dependency.measure import INDICATORS
from paxsilica.analysis.dependency.reliance import (
    foreign_input_reliance,
    kept_reliance,
    top_suppliers,
)
from paxsilica.analysis.dependency.tables import Tables, packaged
from paxsilica.data import load_economy
from paxsilica.data.materials import (
    load_material_trade,
    load_production,
    political_stability,
)
from paxsilica.names.places import members_of_group
from paxsilica.names.products import materials
from paxsilica.questions.depend import Depend

REPEATS = 11


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median of so many calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def fresh() -> Tables:
    """The tables with nothing derived from them yet."""
    return Tables(load_material_trade(), load_production(), political_stability(), materials())


def report_times() -> None:
    print(f"reading the packaged tables: {seconds(packaged, 1):.2f} s")
    t = packaged()
    print(
        f"{len(t.countries) - 1} countries, {len(t.trade.codes)} codes, {len(t.subjects)} materials at a stage, "
        f"{len(t.trade.years)} years of trade, {len(t.trade.value)} flows"
    )
    print(
        f"every indicator of every country: {seconds(lambda: by_region(fresh())):.3f} s, aligning included"
    )
    print(f"the same on aligned tables:       {seconds(by_region):.3f} s")
    eu = members_of_group("EU")
    print(f"one group against another:        {seconds(lambda: dependencies(eu, ('CHN',))):.3f} s")
    answer = pax.ask(Depend(us="EU", them="CHN"))
    print(f"its findings as a table:          {seconds(answer.findings.table):.3f} s")


def report_look_through() -> None:
    """Every supplier of every sector of every region, and how often China leads in US manufacturing."""
    economy = load_economy("icio2022-50")
    N, J = len(economy.regions), len(economy.sectors)
    took = seconds(lambda: foreign_input_reliance(economy), 3)
    with TemporaryDirectory() as folder:
        first, later = (
            seconds(lambda: kept_reliance(economy, Path(folder)), n) for n in (1, REPEATS)
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e3 if sys.platform == "linux" else 1e6
    )
    print(
        f"look-through of all inputs, {N} x {J}: {took:.2f} s, peak of the process {peak:,.0f} MB (limits 15 s, 2 GB)"
    )
    print(
        f"kept on disk: first {first:.2f} s, later {later:.3f} s, {first / later:.0f} times faster"
    )
    for counted in ("manufacturing", None):
        top = list(top_suppliers(economy, "USA", counted=counted).values())
        led = top.count("CHN")
        print(
            f"China is the largest foreign supplier by look-through of {led} of {len(top)} US "
            f"manufacturing industries in {economy.about.year} ({led / len(top):.0%}), counting "
            f"inputs of {counted or 'all sectors'}; published for 2018: more than 90 %; others led "
            f"by {sorted({who for who in top if who != 'CHN'})}"
        )


def report_churn() -> None:
    """Share of what is dependent in a year that no longer is in the next."""
    cases = {
        "every country": by_region()[1],
        **{c: dependencies(c).values for c in ("USA", "IND", "JPN", "EU")},
    }
    t = packaged()
    for name in ("geodep", "eu_bottom_up"):
        for label, case in cases.items():
            held = INDICATORS[name].holds(case[name])[..., np.isin(t.years, t.trade.years)]
            rates = zip(t.trade.years, indicators.churn(held), strict=False)
            told = ", ".join(f"{year} {rate:.0%}" for year, rate in rates)
            print(f"churn of {name}, {label} ({held.sum()} cases): {told}")


def main() -> None:
    report_times()
    report_look_through()
    report_churn()


if __name__ == "__main__":
    main()
