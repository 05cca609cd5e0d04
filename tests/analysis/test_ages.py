"""How old what is in force is: months by the calendar, and weights by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from run_world import small_world

from paxsilica.analysis.ages import months_between, steps_of
from paxsilica.horizon import at_age, mixed_ages
from paxsilica.model import Params
from paxsilica.shock import Shock

E = small_world()
DUTY = E.regions.index("USA"), E.regions.index("IND")


def duty(**rates: float) -> Shock:
    """US duties on India, by sector, added to those of the baseline."""
    tariffs = E.tariffs.copy()
    for sector, rate in rates.items():
        tariffs[(*DUTY, E.sectors.index(sector))] += rate
    return Shock(E, tariffs=tariffs)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2024, 1, 15), date(2026, 1, 15), 24),
        (date(2025, 8, 1), date(2025, 8, 16), 15 / 31),
        (date(2025, 8, 27), date(2025, 9, 12), 0.5),
        (date(2024, 1, 31), date(2024, 2, 29), 1),
        (date(2024, 3, 1), date(2024, 3, 1), 0),
    ],
)
def test_months_are_those_of_the_calendar(first: date, last: date, months: float) -> None:
    assert months_between(first, last) == pytest.approx(months)


def test_before_the_first_change_nothing_has_an_age() -> None:
    steps = steps_of(Shock(E), [(date(2025, 3, 1), duty(C26=0.1))])
    assert steps.horizon(date(2025, 2, 1)) is None
    assert steps.horizon(date(2025, 3, 1)) is not None


def test_one_change_has_its_own_age() -> None:
    steps = steps_of(Shock(E), [(date(2025, 3, 1), duty(C26=0.1))])
    aged = steps.horizon(date(2026, 3, 1))
    assert aged is not None
    assert aged.months == 12
    np.testing.assert_allclose(Params(aged).theta(E), Params(at_age(12)).theta(E))
    ahead = steps.horizon(date(2026, 3, 1), ahead=6)
    assert ahead is not None
    assert ahead.months == 18


def test_a_sector_has_the_mean_age_of_what_moved_it() -> None:
    """By hand: the duty on C26 came in two steps of 10 and 30 points, that on textiles in one."""
    history = [(date(2024, 1, 1), duty(C26=0.1)), (date(2025, 1, 1), duty(C26=0.4, C13T15=0.2))]
    aged = steps_of(Shock(E), history).horizon(date(2026, 1, 1))
    flows = {sector: E.flows[(*DUTY, E.sectors.index(sector))] for sector in ("C26", "C13T15")}
    moved = {24.0: 0.1 * flows["C26"], 12.0: 0.3 * flows["C26"] + 0.2 * flows["C13T15"]}
    by_sector = {"C26": {24.0: 1.0, 12.0: 3.0}, "C13T15": {12.0: 1.0}}
    wanted = mixed_ages(moved, by_sector)
    assert aged is not None
    assert aged.months == pytest.approx(wanted.months)
    np.testing.assert_allclose(Params(aged).theta(E), Params(wanted).theta(E))


def test_a_duty_that_ends_is_a_change_too() -> None:
    history = [(date(2024, 1, 1), duty(C26=0.1)), (date(2025, 1, 1), Shock(E))]
    steps = steps_of(Shock(E), history)
    np.testing.assert_allclose(steps.moved[0], steps.moved[1])


def test_a_ban_moves_all_of_a_flow() -> None:
    permitted, cost = np.ones(E.flows.shape), np.ones(E.flows.shape)
    permitted[(*DUTY, 1)], cost[(*DUTY, 1)] = 0.0, np.inf
    for shock in (Shock(E, permitted=permitted), Shock(E, trade_cost=cost)):
        steps = steps_of(Shock(E), [(date(2024, 1, 1), shock)])
        assert steps.moved[0].sum() == pytest.approx(E.flows[(*DUTY, 1)])
