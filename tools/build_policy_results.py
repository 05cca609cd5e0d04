"""Solve the packaged policies on every day on which they change, and write what they do to every economy.

    python tools/build_policy_results.py        # or `make policies`

The results stand beside the entries, NAME.out.csv: per cent of real income against the baseline, long run; the US law at
effective rates.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

from paxsilica.about import BASELINE
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.model import Params, solve
from paxsilica.names.rosters import rosters
from paxsilica.policy import load_scenario
from paxsilica.policy.catalogue import Described, catalogue
from paxsilica.policy.library import ENTRY_FOLDER


def days_of_change(policy: Described) -> list[date]:
    """The days that are solved; of members, who change nothing, the first alone."""
    return [policy.first] if policy.name in rosters() else policy.days_of_change


def results(name: str, days: list[date], economy: Economy) -> Iterator[tuple[str, str, str]]:
    """Day, region, and the change of its real income in per cent."""
    for day in days:
        shock = load_scenario(f"policy:{name}@{day}").compile(economy)
        outcome = solve(economy, shock, params=Params())
        for region, change in zip(economy.regions, outcome.real_income.tolist(), strict=True):
            yield str(day), region, f"{100 * (change - 1):.5f}"


def results_of(name: str) -> Path:
    return ENTRY_FOLDER / f"{name}.out.csv"


def main() -> None:
    economy = load_economy(BASELINE)
    for policy in catalogue():
        start, days = perf_counter(), days_of_change(policy)
        with results_of(policy.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["day", "region", "real income, %"])
            writer.writerows(results(policy.name, days, economy))
        print(f"{policy.name}: {len(days)} days in {perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
