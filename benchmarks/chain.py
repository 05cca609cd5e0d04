"""Time of the questions asked of supply chains: every packaged chain, every single-supplier cut.

    python benchmarks/chain.py [NAME ...]

For each chain: reading the file, one cut of the largest supplier, the same over two years in monthly periods, every
country lost at all stages and at each stage where it has plants, and the smallest set that halves the output. The limit
is that all single cuts of all chains together take less than 10 s; the script ends with status 1 where they do not.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from paxsilica.analysis.chain import (
    Outage,
    load_chain,
    over_time,
    packaged_chains,
    single_cuts,
    smallest_cut,
    supply,
)

LIMIT_SECONDS = 10.0
Value = TypeVar("Value")


def timed(work: Callable[[], Value]) -> tuple[float, Value]:
    start = time.perf_counter()
    value = work()
    return time.perf_counter() - start, value


def measure(name: str) -> tuple[float, int]:
    """Prints one chain's line; seconds and number of its single cuts."""
    read, chain = timed(lambda: load_chain(name))
    cuts, rows = timed(lambda: list(single_cuts(chain)))
    country = rows[0].axes[0]["region"][0]
    worst = [Outage((country,))]
    static, left = timed(lambda: supply(chain, worst))
    path, months = timed(lambda: over_time(chain, worst))
    smallest, ((sets, size, _), _) = timed(lambda: smallest_cut(chain))
    many = rows[-1].value.size
    print(
        f"{chain.name:24} {len(chain.stages):4} stages {len(chain.countries):4} countries"
        f" | read {1e3 * read:6.0f} ms | {country} lost: {1e3 * static:5.0f} ms, {left.output:4.0%} left"
        f" | over time {1e3 * path:6.0f} ms, cover {months.cover:4.0f} days"
        f" | {many:4} single cuts {cuts:5.2f} s"
        f" | half gone with {size.value:g} {1e3 * smallest:6.0f} ms, {sets.value.size} sets"
    )
    return cuts, many


def main() -> None:
    names = sys.argv[1:] or packaged_chains()
    supply(load_chain(names[0]))  # loads the solver
    results = [measure(name) for name in names]
    seconds, cuts = sum(took for took, _ in results), sum(number for _, number in results)
    print(
        f"{cuts} single cuts of {len(results)} chains in {seconds:.2f} s; the limit is {LIMIT_SECONDS:g} s"
    )
    if seconds > LIMIT_SECONDS:
        sys.exit(1)


if __name__ == "__main__":
    main()
