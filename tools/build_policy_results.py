"""Solve the packaged policies on every day on which they change, and write what they do to every economy.

    python tools/build_policy_results.py        # or `make policies`

The results stand beside the book as us-law.out.csv: per cent of real income, long run, effective rates.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from paxsilica.about import BASELINE
from paxsilica.data import load_economy
from paxsilica.model import Params, solve
from paxsilica.policy import load_scenario
from paxsilica.policy.law import __file__ as room
from paxsilica.policy.law import all_entries, known

RESULTS = Path(room).with_name("us-law.out.csv")


def days_of_change() -> list[date]:
    """Days of the book on which an entry begins or ends."""
    first, last = known()
    ends = {day for entry in all_entries() for day in (entry.from_, entry.until) if day}
    return sorted(day for day in ends if first <= day <= last)


def results(days: list[date]) -> Iterator[tuple[str, str, str]]:
    """Day, region, and the change of its real income in per cent."""
    economy = load_economy(BASELINE)
    for day in days:
        shock = load_scenario(f"policy:us-law@{day}").compile(economy)
        outcome = solve(economy, shock, params=Params())
        for region, change in zip(economy.regions, outcome.real_income.tolist(), strict=True):
            yield str(day), region, f"{100 * (change - 1):.5f}"


def main() -> None:
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["day", "region", "real income, %"])
        writer.writerows(results(days_of_change()))
    print(f"{RESULTS.name}: {len(days_of_change())} days, {RESULTS.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
