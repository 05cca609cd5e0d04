"""A scenario date by date: dates, limits, and what growth leaves as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from run_world import TARIFF, small_world

import paxsilica as pax
from paxsilica.about import BASELINE
from paxsilica.analysis import growth
from paxsilica.analysis.path import Trajectory, date_blocks, path_actors, stops_of, trajectory
from paxsilica.desk import Desk
from paxsilica.errors import InputError
from paxsilica.findings import Findings
from paxsilica.horizon import at_age
from paxsilica.model import Params, settled, solve
from paxsilica.policy import parse_scenario

HEAD = "schema: paxsilica/scenario@1\ntitle: T\nmeasures:\n  - "
SINCE = TARIFF.replace("rate: 50%", "rate: 50%, from: 2024-01-15")


def desk() -> Desk:
    made = Desk()
    made.warm((BASELINE, None), small_world)
    return made


def followed(measure: str, span: str, every: str, **of: float) -> Trajectory:
    return trajectory(parse_scenario(HEAD + measure), stops_of(span, every), desk(), **of)


def incomes(t: Trajectory) -> np.ndarray:
    """`[date, region]` change of real income, %."""
    found = Findings(tuple(date_blocks(t, t.solved(t.economy), path_actors(t))))
    return found.array("real_income", date=[s.label for s in t.stops], region=t.economy.regions)


def test_dates_are_the_periods_that_the_span_touches() -> None:
    assert [s.label for s in stops_of("2024-02..2024-07", "quarter")] == [
        "2024-Q1",
        "2024-Q2",
        "2024-Q3",
    ]
    assert [s.day for s in stops_of("2024-11..2025-01", "month")] == [
        date(2024, 11, 15),
        date(2024, 12, 15),
        date(2025, 1, 15),
    ]
    assert stops_of("2024-11..2025-01", "year")[1] == ("2025", date(2025, 7, 1))
    assert stops_of("2024-01..2024-01", "quarter")[0].day == date(2024, 2, 15)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ("2025-01..2024-12", "ends before it begins"),
        ("2025", "is no span; write first and last month"),
        ("2025-13..2026-01", "is no span"),
        ("1000-01..2030-12", "has 4124 dates; take at most 400"),
    ],
)
def test_a_span_that_cannot_be_is_refused(span: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        stops_of(span, "quarter")


def test_the_last_date_under_a_constant_law_is_the_static_solve_at_that_age() -> None:
    t = followed(SINCE, "2024-01..2026-01", "month", growth=False)
    last = [*t.solved(t.economy)][-1]
    economy = settled(small_world())
    shock = parse_scenario(HEAD + SINCE).compile(economy)
    static = solve(economy, shock, Params(at_age(24)))
    assert last.params.horizon.months == 24
    np.testing.assert_allclose(last.real_income, static.real_income, rtol=1e-9)
    np.testing.assert_allclose(last.flows, static.flows, rtol=1e-8)


def test_before_a_measure_nothing_happens_and_after_it_nothing_is_left() -> None:
    ends = TARIFF.replace("rate: 50%", "rate: 50%, from: 2024-03-01, until: 2024-04-30")
    found = incomes(followed(ends, "2024-01..2024-06", "month", growth=False))
    assert np.abs(found[[0, 1, 4, 5]]).max() < 1e-7
    assert np.abs(found[[2, 3]]).max(1).min() > 1e-3


def test_what_is_anticipated_is_older() -> None:
    plain, early = (
        followed(SINCE, "2024-06..2024-06", "month", growth=False, ahead=ahead) for ahead in (0, 6)
    )
    ages = [[*t.solved(t.economy)][-1].params.horizon.months for t in (plain, early)]
    assert ages == [5, 11]


# ---- growth ------------------------------------------------------------------------------------


def grown_world(size: float) -> pax.Economy:
    """India's part of the world larger by a factor exp(size)."""
    economy = settled(small_world())
    parts = np.ones(len(economy.regions))
    parts[economy.regions.index("IND")] = np.exp(size)
    return growth._world_of(economy, parts, None)[1].as_economy()


def test_growth_gives_every_region_the_part_that_is_foreseen() -> None:
    before, after = settled(small_world()), grown_world(0.3)
    at = before.regions.index("IND")
    parts = [e.labour_income / e.labour_income.sum() for e in (before, after)]
    wanted = parts[0].copy()
    wanted[at] *= np.exp(0.3)
    np.testing.assert_allclose(parts[1], wanted / wanted.sum(), rtol=3e-4)


def test_growth_without_a_policy_is_no_effect() -> None:
    t = followed(SINCE, "2024-01..2024-02", "month", growth=False)
    still = replace(
        t,
        shocks=(t.stood, t.stood),
        growth=growth.GrowingWorld((grown_world(0.3),) * 2, np.ones(2)),
    )
    outcomes = [*still.solved(still.economy)]
    for o in outcomes:
        np.testing.assert_allclose(o.real_income / o.before.real_income, 1.0, rtol=1e-9)


def test_growth_changes_a_policy_effect_at_second_order_only() -> None:
    """The effect of a small duty moves with growth times the duty: it halves with either."""
    economy = settled(small_world())

    def effect(size: float, rate: str) -> float:
        world = economy if size == 0 else grown_world(size)
        shock = parse_scenario(
            HEAD + TARIFF.replace("op: set, rate: 50%", f"op: add, rate: {rate}")
        ).compile(world)
        o = solve(world, shock)
        return float(np.log(o.real_income / o.before.real_income)[world.regions.index("IND")])

    cross = {
        (size, rate): effect(size, rate) - effect(0, rate)
        for size, rate in ((0.2, "2%"), (0.1, "2%"), (0.2, "1%"))
    }
    whole = cross[0.2, "2%"]
    assert abs(whole) < 0.3 * abs(effect(0, "2%"))
    assert whole / cross[0.1, "2%"] == pytest.approx(2, rel=0.15)
    assert whole / cross[0.2, "1%"] == pytest.approx(2, rel=0.15)
