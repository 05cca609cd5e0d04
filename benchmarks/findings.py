"""Time of a run's findings and of their long table, beside the solve that they are of.

    python benchmarks/findings.py

Medians of five in one process. The limit: a table of some 23,000 rows within 100 ms; the script ends with status 1 where
it is missed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from paxsilica.analysis.effects import effects
from paxsilica.analysis.run import band_of, solved
from paxsilica.model import solve
from paxsilica.model.cache import keep_made
from paxsilica.policy import load_scenario

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "us-india-tariff-50.yaml"
LIMIT = 0.1


def middle(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def main() -> None:
    keep_made()
    found = solved(load_scenario(EXAMPLE))
    outcome, band = found.outcome, band_of(found)
    alone = middle(lambda: solve(outcome.economy, outcome.shock, outcome.params))
    made = middle(lambda: effects(outcome, found.actors, band))
    findings = effects(outcome, found.actors, band)
    table = middle(findings.table)
    print(f"solve {1e3 * alone:.1f} ms; findings {1e3 * made:.1f} ms, {made / alone:.1f} solves")
    print(f"long table {1e3 * table:.1f} ms, {table / alone:.1f} solves, {len(findings):,} rows")
    if table > LIMIT:
        sys.exit(f"limit: {1e3 * LIMIT:.0f} ms")


if __name__ == "__main__":
    main()
