"""One word for a horizon, wherever it stands, and numbers that their sources give."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from coercion_world import coercion_world
from worlds import random_economy

from paxsilica.analysis.coercion.matrix import coercion_matrix
from paxsilica.errors import InputError
from paxsilica.horizon import (
    DATED,
    HORIZONS,
    LONG_RUN,
    SHORT_RUN,
    BySector,
    Horizon,
    ages_of,
    at_age,
    mixed_ages,
    old_spelling,
    packaged_ages,
)
from paxsilica.model import Params, settled


def test_the_numbers_are_those_of_their_sources() -> None:
    """The long run is Cobb-Douglas with mobile labour; the short run's sources stand in `docs/model.md`."""
    assert Horizon(1.0, 1.0, 1.0, inf, 1.0) == LONG_RUN == Params().horizon
    assert Horizon(0.5, 0.2, 0.9, 1.0, 0.36) == SHORT_RUN
    assert round(0.76 / 2.1, 2) == SHORT_RUN.trade_response


@pytest.mark.parametrize(("key", "horizon"), HORIZONS.items())
def test_a_horizon_is_read_back_from_what_is_written(key: str, horizon: Horizon) -> None:
    assert (horizon.key, str(horizon)) == (key, key.replace("_", " "))
    for written in (horizon.key, str(horizon)):
        assert Horizon.parse(written) == horizon
        assert old_spelling(written) is None
    assert replace(horizon, input_elasticity=0.7).key == "own"
    assert str(replace(horizon, input_elasticity=0.7)) == "own parameters"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("long", "long_run"),
        ("long-run", "long_run"),
        (" Long  Run ", "long_run"),
        ("short", "short_run"),
        ("short-run", "short_run"),
        ("first-year", "short_run"),
        ("first year", "short_run"),
    ],
)
def test_an_older_spelling_is_read_and_said(written: str, key: str) -> None:
    assert Horizon.parse(written).key == key
    note = old_spelling(written)
    assert note is not None
    assert f"write {key}." in note.text


@pytest.mark.parametrize(
    ("written", "months", "key", "said"),
    [
        ("3m", 3, "3m", "after 3 months"),
        ("12m", 12, "1y", "after 1 year"),
        (" 10 Years", 120, "10y", "after 10 years"),
        ("18-months", 18, "18m", "after 18 months"),
        ("2.5y", 30, "30m", "after 30 months"),
    ],
)
def test_an_age_is_a_horizon(written: str, months: float, key: str, said: str) -> None:
    horizon = Horizon.parse(written)
    assert (horizon.months, horizon.key, str(horizon), horizon.when) == (months, key, said, said)
    assert Horizon.parse(key) == horizon
    assert old_spelling(written) is None


@pytest.mark.parametrize("written", ["-1y", "500y", "0m", "0.5m", "- 3 months", "31y"])
def test_an_age_that_cannot_be_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="an age is 1m to 30y; beyond it write long_run"):
        Horizon.parse(written)


@pytest.mark.parametrize(
    ("written", "hint"),
    [("medium", ""), ("shortrun", "did you mean short_run?"), ("", "")],
)
def test_what_is_no_horizon_is_refused(written: str, hint: str) -> None:
    with pytest.raises(
        InputError, match=f"is no horizon; write long_run, short_run or an age.*{hint}"
    ):
        Horizon.parse(written)


@pytest.mark.parametrize(
    ("params", "key"),
    [
        (Params(tolerance=1e-9), "long_run"),
        (Params(deficits="balanced", backstop_cost=40), "long_run"),
        (Params(SHORT_RUN, most_sweeps=300), "short_run"),
        (Params(replace(SHORT_RUN, labour_mobility=2.0)), "own"),
    ],
)
def test_neither_accuracy_nor_closure_is_a_horizon(params: Params, key: str) -> None:
    world = settled(coercion_world(), params)
    assert coercion_matrix(world, ["R0", "R1"], params=params).horizon.key == key


def test_trade_responds_as_its_sources_say() -> None:
    """1 + theta is what responds, with 0.36 of itself in the first year; the floor is sigma = 1.1 of one year."""
    theta = np.array([0.6, 1.0, 2.0, 4.0, 9.0])
    economy = random_economy(5, sectors=5).replace(trade_elasticity=theta)
    np.testing.assert_array_equal(Params(LONG_RUN).theta(economy), theta)
    np.testing.assert_allclose(Params(SHORT_RUN).theta(economy), [0.1, 0.1, 0.1, 0.8, 2.6])


OWN_AGES = ages_of(
    dict(zip(("parameter", "sector", "months", "value", "se", "source"), row, strict=True))
    for row in [
        ("early_response", "all", "0", "1", "0.2", "a table"),
        ("early_response", "all", "10", "2", "", "a table"),
        ("early_response", "C24A", "0", "3", "", "a table"),
        ("trade_response", "all", "10", "0", "", "a table"),
        ("trade_response", "all", "110", "1", "", "a table"),
        ("labour_mobility", "all", "10", "1", "", "a table"),
        ("labour_mobility", "all", "110", "inf", "", "a table"),
    ]
)


def test_numbers_lie_between_the_points_of_a_table() -> None:
    """By hand: linear in months, and in 1 / kappa."""
    five, sixty, old = (at_age(months, OWN_AGES) for months in (5, 60, 200))
    assert five.early_response == BySector(1.5, (("C24A", 3.0),))
    assert (five.trade_response, five.labour_mobility) == (BySector(0, (("C24A", 0),)), 1)
    assert sixty.labour_mobility == pytest.approx(2.0)
    assert sixty.trade_response == BySector(0.5, (("C24A", 0.5),))
    assert (old.labour_mobility, old.trade_response) == (inf, BySector(1, (("C24A", 1),)))


def test_what_is_left_of_the_long_run_responds_as_early() -> None:
    """By hand: half of 1 + theta and half of 2, or of 1 + theta where that is less; the floor is theta = 0.1."""
    economy = random_economy(5, sectors=3).replace(trade_elasticity=np.array([0.5, 4.0, 9.0]))
    half = Horizon(trade_response=0.5, early_response=2.0)
    np.testing.assert_allclose(Params(half).theta(economy), [0.5, 2.5, 5.0])
    none = Horizon(trade_response=0.0, early_response=0.9)
    np.testing.assert_allclose(Params(none).theta(economy), 0.1)
    np.testing.assert_array_equal(Params(none).theta_slope(economy), 0.0)
    np.testing.assert_allclose(Params(half).theta_slope(economy), [1.0, 0.5, 0.5])


def test_measures_of_two_ages_respond_with_the_mean_of_both() -> None:
    """By hand: a sector's 1 + theta is the mean over its measures, whatever their order."""
    economy = random_economy(5, sectors=2).replace(
        sectors=("C24A", "C26"), trade_elasticity=np.array([4.0, 4.0])
    )
    mixed = mixed_ages(
        {0.0: 1.0, 60.0: 3.0}, {"C26": {60.0: 1.0}, "C24A": {0.0: 1.0, 60.0: 1.0}}, OWN_AGES
    )
    np.testing.assert_allclose(Params(mixed).theta(economy), [(3 + 4) / 2 - 1, 3.5 - 1])
    assert mixed.months == 45
    assert mixed.labour_mobility == pytest.approx(1 / (0.25 + 0.75 / 2))


def test_the_packaged_ages_go_to_the_long_run() -> None:
    """Trade responds more with every year, and is the chosen set's at ten."""
    economy = random_economy(5, sectors=3).replace(trade_elasticity=np.array([3.0, 4.0, 9.0]))
    thetas = [Params(at_age(12.0 * years)).theta(economy) for years in range(2, 11)]
    assert (np.diff(thetas, axis=0) >= 0).all()
    np.testing.assert_allclose(thetas[-1], economy.trade_elasticity)
    assert {name for name, _ in packaged_ages()} == {*DATED}
    assert all(point.source for points in packaged_ages().values() for point in points)
