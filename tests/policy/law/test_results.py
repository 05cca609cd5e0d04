"""What the book does to every economy stands beside it, and is what the model says of it today."""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from paxsilica.data import load_economy
from paxsilica.policy.law import all_entries, known

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

from build_policy_results import RESULTS, days_of_change, results


@cache
def written() -> dict[str, dict[str, float]]:
    """Day -> region -> change of real income, %."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with RESULTS.open(encoding="utf-8") as file:
        for day, region, change in list(csv.reader(file))[1:]:
            found[day][region] = float(change)
    return found


def test_every_day_on_which_the_book_changes_has_a_result_for_every_region() -> None:
    regions = set(load_economy("icio2022").regions)
    assert set(written()) == {str(day) for day in days_of_change()}
    assert all(set(of) == regions for of in written().values())
    first, last = known()
    for entry in all_entries():
        for day in filter(None, (entry.from_, entry.until)):
            assert str(day) in written() or not first <= day <= last


@pytest.mark.parametrize("at", [0, 12, -1])
def test_results_are_those_of_the_model_today(at: int) -> None:
    day = days_of_change()[at]
    for _, region, change in results([day]):
        assert float(change) == pytest.approx(written()[str(day)][region], abs=2e-5)


def test_the_targets_of_an_order_lose_most_while_it_stands() -> None:
    """India while both orders stood (27 August 2025 to 6 February 2026); China between 9 April and the truce of Geneva."""
    spans = {"IND": ("2025-08-27", "2026-02-06"), "CHN": ("2025-04-09", "2025-05-13")}
    for region, (first, last) in spans.items():
        change = {day: of[region] for day, of in written().items()}
        inside = [x for day, x in change.items() if first <= day <= last]
        assert max(inside) < min(x for day, x in change.items() if not first <= day <= last)
