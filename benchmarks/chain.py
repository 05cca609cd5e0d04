"""Time of the questions asked of supply chains: every packaged chain, every single-supplier cut.

    python benchmarks/chain.py [NAME ...]

For each chain: reading the file, one cut of the largest supplier, the same over two years in monthly periods, every
country lost at all stages and at each stage where it has plants, and the smallest set that halves the output; then one
programme of a single cut, in the solver that is kept and by scipy's linprog, which is told all anew. The limit is that
all single cuts of all chains together take less than 10 s; the script ends with status 1 where they do not.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from scipy.optimize import linprog

from paxsilica.analysis.chain import (
    Outage,
    load_chain,
    over_time,
    packaged_chains,
    single_cuts,
    smallest_cut,
    supply,
)
from paxsilica.analysis.chain.program import program_of

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


def per_programme(name: str) -> None:
    """Prints how long a programme takes here and by linprog, in turn: each country lost everywhere."""
    chain = load_chain(name)
    program, full = program_of(chain), chain.capacity.sum(1)
    program.solve(full[:, None])
    kept, anew = [], []
    for made in chain.capacity.T:
        left = np.maximum(full - made, 0.0)[:, None]
        took, best = timed(lambda left=left: program.solve(left))
        bounds = np.stack([np.zeros(len(program.output)), program.upper(left)], 1)
        longer, found = timed(
            lambda bounds=bounds: linprog(-program.output, program.A, program.b, bounds=bounds)
        )
        np.testing.assert_allclose(best.value, -found.fun, atol=1e-9)
        kept.append(took)
        anew.append(longer)
    one, other = statistics.median(kept), statistics.median(anew)
    print(
        f"{chain.name:24} one programme {1e3 * one:5.2f} ms, by linprog {1e3 * other:5.2f} ms: {other / one:.1f} times"
    )


def main() -> None:
    names = sys.argv[1:] or packaged_chains()
    supply(load_chain(names[0]))  # loads the solver
    results = [measure(name) for name in names]
    for name in names:
        per_programme(name)
    seconds, cuts = sum(took for took, _ in results), sum(number for _, number in results)
    print(
        f"{cuts} single cuts of {len(results)} chains in {seconds:.2f} s; the limit is {LIMIT_SECONDS:g} s"
    )
    if seconds > LIMIT_SECONDS:
        sys.exit(1)


if __name__ == "__main__":
    main()
