"""A scenario on the days of a path: the law of each day as the book has it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

import paxsilica as pax
from paxsilica.policy import parse_scenario
from paxsilica.policy.catalogue import described
from paxsilica.policy.dated import begun_by, days_of_change, laws_followed, on_day

HEAD = "schema: paxsilica/scenario@1\ntitle: T\nmeasures:\n"
LAW = (
    HEAD
    + '  - {id: law, kind: tariff, importer: [USA], exporter: [IND], table: "policy:us-law@2026-02-06", op: add}\n'
)
OWN = (
    HEAD
    + "  - {id: a, kind: tariff, importer: [USA], exporter: [IND], sector: [C26], op: add, rate: 10%, "
    "from: 2025-03-01, until: 2025-06-30}\n"
    "  - {id: b, kind: tariff, importer: [USA], exporter: [IND], sector: [C27], op: add, rate: 10%}\n"
)


@pytest.fixture(scope="module")
def economy() -> pax.Economy:
    return pax.load_economy()


@pytest.mark.parametrize("day", [date(2025, 8, 10), date(2025, 9, 1), date(2026, 2, 1)])
def test_the_law_of_a_day_is_that_of_its_own_scenario(economy: pax.Economy, day: date) -> None:
    followed = on_day(parse_scenario(LAW), day).compile(economy)
    named = parse_scenario(LAW.replace("2026-02-06", str(day))).compile(economy)
    np.testing.assert_array_equal(followed.tariffs, named.tariffs)


def test_before_the_book_there_is_nothing_and_after_it_the_last_law(economy: pax.Economy) -> None:
    scenario, book = parse_scenario(LAW), described("us-law")
    assert on_day(scenario, book.first - timedelta(days=1)).compile(economy).is_nothing
    late = on_day(scenario, book.last + timedelta(days=400)).compile(economy)
    np.testing.assert_array_equal(
        late.tariffs, on_day(scenario, book.last).compile(economy).tariffs
    )
    assert [*laws_followed(scenario)] == [("the US law", book.first, book.last)]


def test_days_of_change_are_those_of_measures_and_of_the_law() -> None:
    days = days_of_change(parse_scenario(OWN))
    assert days == [date(2025, 3, 1), date(2025, 7, 1)]
    assert days_of_change(parse_scenario(LAW)) == described("us-law").days_of_change


def test_between_two_days_of_change_nothing_changes(economy: pax.Economy) -> None:
    scenario = parse_scenario(LAW)
    first, second = days_of_change(scenario)[8:10]
    one, other = (on_day(scenario, d).compile(economy) for d in (first, second - timedelta(days=1)))
    np.testing.assert_array_equal(one.tariffs, other.tariffs)
    changed = on_day(scenario, second).compile(economy)
    assert (changed.tariffs != one.tariffs).any() or second != first


def test_a_measure_without_a_day_begins_with_the_path() -> None:
    scenario = begun_by(parse_scenario(OWN), date(2024, 2, 15))
    assert [m.from_ for m in scenario.measures] == [date(2025, 3, 1), date(2024, 2, 15)]
    assert begun_by(parse_scenario(LAW), date(2024, 2, 15)).measures[0].from_ is None
