"""What each policy of the shelf does to every economy stands beside it, and is what the model says of it today."""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from paxsilica.data import load_economy
from paxsilica.policy.catalogue import described
from paxsilica.policy.law import all_entries, known
from paxsilica.policy.library import shelf

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))

from build_policy_results import days_of_change, results, results_of


@cache
def written(policy: str) -> dict[str, dict[str, float]]:
    """Day -> region -> change of real income, %."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with results_of(policy).open(encoding="utf-8") as file:
        for day, region, change in list(csv.reader(file))[1:]:
            found[day][region] = float(change)
    return found


@pytest.mark.parametrize("policy", shelf())
def test_every_day_of_change_has_a_result_for_every_region(policy: str) -> None:
    regions = set(load_economy("icio2022").regions)
    assert set(written(policy)) == {str(day) for day in days_of_change(described(policy))}
    assert all(set(of) == regions for of in written(policy).values())


def test_the_days_of_the_book_are_those_on_which_an_entry_begins_or_ends() -> None:
    first, last = known()
    for entry in all_entries():
        for day in filter(None, (entry.from_, entry.until)):
            assert str(day) in written("us-law") or not first <= day <= last


@pytest.mark.parametrize("at", [0, -1])
@pytest.mark.parametrize("policy", shelf())
def test_results_are_those_of_the_model_today(policy: str, at: int) -> None:
    day = days_of_change(described(policy))[at]
    for _, region, change in results(policy, [day], load_economy("icio2022")):
        assert float(change) == pytest.approx(written(policy)[str(day)][region], abs=2e-5)


def test_the_targets_of_an_order_lose_most_while_it_stands() -> None:
    """India while both orders stood (27 August 2025 to 6 February 2026); China between 9 April and the truce of Geneva."""
    spans = {"IND": ("2025-08-27", "2026-02-06"), "CHN": ("2025-04-09", "2025-05-13")}
    for region, (first, last) in spans.items():
        change = {day: of[region] for day, of in written("us-law").items()}
        inside = [x for day, x in change.items() if first <= day <= last]
        assert max(inside) < min(x for day, x in change.items() if not first <= day <= last)


@pytest.mark.parametrize(
    ("policy", "loses", "gains"),
    [
        ("canada-retaliation", "USA", "MEX"),
        ("china-retaliation", "USA", "AGO"),
        ("russian-crude", "RUS", "KAZ"),
        ("chip-controls", "TWN", "SGP"),
        ("india-efta", None, "CHE"),
        ("india-uk", None, "GBR"),
        ("india-us", None, "USA"),
        ("eu-cbam", "TUR", "ISL"),
    ],
)
def test_who_is_aimed_at_loses_and_who_sells_the_same_gains(
    policy: str, loses: str | None, gains: str
) -> None:
    """The terms of trade: demand turns away from whom a measure is on, and to rivals, or to whom a duty is cut for."""
    for of in written(policy).values():
        assert loses is None or of[loses] < 0
        assert of[gains] > 0


def test_membership_changes_nothing() -> None:
    assert not any(change for of in written("pax-silica").values() for change in of.values())
