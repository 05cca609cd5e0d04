"""Notes of an outcome: each limit at its number, on economies small enough to solve by hand."""

from __future__ import annotations

import numpy as np
import pytest

from paxsilica.economy import Economy
from paxsilica.model import Outcome, Params, notes_of, solve
from paxsilica.shock import Shock

THETA = 4.0


def twins(theta: float = THETA, imports: float = 0.2) -> Economy:
    """Two equal regions that make one good from labour and buy a fifth of it from each other."""
    home = 100 * (1 - imports)
    flows = [[[home], [100 - home]], [[100 - home], [home]]]
    return Economy.from_flows(["A", "B"], ["g"], flows, trade_elasticity=theta)


def both_ways(value: float) -> np.ndarray:
    """`[n, i, j]` a value on what crosses the border, one elsewhere."""
    return np.array([[[1.0], [value]], [[value], [1.0]]])


def reasons(outcome: Outcome) -> list[str]:
    return [
        n.name.partition(".")[2] for n in notes_of(outcome) if n.name.startswith("beyond_the_m")
    ]


def starved(share: float) -> Outcome:
    """A spends a fixed share on y, all of it from B, and may buy it no longer: all is made by hand."""
    flows = [[[100 * (1 - share), 0], [0, 100 * share]], [[100 * share, 0], [0, 100]]]
    economy = Economy.from_flows(["A", "B"], ["x", "y"], flows)
    permitted = np.ones((2, 2, 2))
    permitted[0, 1, 1] = 0.0
    return solve(economy, Shock(economy, permitted=permitted), Params(backstop_cost=1.5))


@pytest.mark.parametrize(("share", "told"), [(0.9e-4, False), (1.1e-4, True)])
def test_backstops_are_told_of_from_a_ten_thousandth_of_income(share, told):
    outcome = starved(share)
    assert outcome.backstop[0, 1] / outcome.income[0] == pytest.approx(share, rel=1e-3)
    assert ("backstop" in [note.name for note in notes_of(outcome)]) == told


def test_the_note_on_backstops_says_where_and_how_much():
    (note,) = (note for note in notes_of(starved(0.04)) if note.name == "backstop")
    assert "at 1.5 times their price" in note.text
    assert "in: A y (4 %)" in note.text
    assert note.usd_million == pytest.approx(4 + 4)  # B, which sells nothing, buys no x either


@pytest.mark.parametrize(("share", "found"), [(0.049, False), (0.051, True)])
def test_a_twentieth_of_income_by_hand_is_beyond_the_model(share, found):
    assert ("backstop" in reasons(starved(share))) == found


@pytest.mark.parametrize(("factor", "found"), [(0.71, []), (0.69, ["real_income"])])
def test_a_loss_of_three_tenths_is_beyond_the_model(factor, found):
    """Where both regions get the same productivity, real income is that factor."""
    economy = twins()
    outcome = solve(economy, Shock(economy, productivity=np.full((2, 1), factor)))
    np.testing.assert_allclose(outcome.real_income, factor, rtol=1e-9)
    assert reasons(outcome) == found


@pytest.mark.parametrize(("banned", "found"), [(0.49, []), (0.51, ["cut_off"])])
def test_a_cut_of_half_of_imports_is_beyond_the_model(banned, found):
    economy = twins()
    permitted = both_ways(1.0)
    permitted[0, 1] = 1 - banned
    outcome = solve(economy, Shock(economy, permitted=permitted))
    assert reasons(outcome) == found
    if found:
        (note,) = (n for n in notes_of(outcome) if n.name == "beyond_the_model.cut_off")
        assert note.usd_million == pytest.approx(2 * 20 * banned)  # what A buys and what B sells
        assert "A and B" in note.text


@pytest.mark.parametrize(("left", "found"), [(0.11, []), (0.09, ["flows"])])
def test_flows_below_a_tenth_are_beyond_the_model(left, found):
    """Between twins wages stay: spending on the other is pi d^-theta / (1 - pi + pi d^-theta)."""
    economy, pi = twins(theta=8.0), 0.2
    power = left * (1 - pi) / (1 - left * pi)
    outcome = solve(economy, Shock(economy, trade_cost=both_ways(power ** (-1 / 8.0))))
    assert outcome.flows[0, 1, 0] == pytest.approx(20 * left, rel=1e-8)
    assert reasons(outcome) == found


@pytest.mark.parametrize(("factor", "found"), [(1.98, []), (2.02, ["size"])])
def test_a_cost_that_doubles_or_halves_is_beyond_the_model(factor, found):
    economy = twins(theta=0.5)
    for by in (factor, 1 / factor):
        assert reasons(solve(economy, Shock(economy, trade_cost=both_ways(by)))) == found
    tariffs = both_ways(factor) - 1
    assert reasons(solve(economy, Shock(economy, tariffs=tariffs))) == found
    made = np.array([[1 / factor], [1.0]])
    outcome = solve(economy, Shock(economy, productivity=made))
    assert [reason for reason in reasons(outcome) if reason == "size"] == found


@pytest.mark.parametrize(("rate", "found"), [(0.49, []), (0.51, ["size"])])
def test_inputs_of_which_a_treasury_pays_half_are_beyond_the_model(rate, found):
    flows = np.array([[[80.0], [20.0]], [[20.0], [80.0]]])
    economy = Economy.from_flows(["A", "B"], ["x"], flows, inputs=np.full((2, 1, 1), 5.0))
    outcome = solve(economy, Shock(economy, input_subsidy=[[[rate]], [[0.0]]]))
    assert [reason for reason in reasons(outcome) if reason == "size"] == found


def test_what_hardly_anybody_trades_is_no_reason():
    """A tenfold duty on a thousandth of what a region buys and sells says nothing about the rest."""
    flows = np.array([[[800, 1.0], [199, 0.1]], [[199, 0.1], [800, 1.0]]])
    economy = Economy.from_flows(["A", "B"], ["x", "y"], flows)
    tariffs = np.zeros((2, 2, 2))
    tariffs[0, 1, 1] = 9.0
    assert reasons(solve(economy, Shock(economy, tariffs=tariffs))) == []


def test_an_ordinary_tariff_is_within_the_model():
    economy = twins()
    tariffs = np.array([[[0.0], [0.25]], [[0.0], [0.0]]])
    assert reasons(solve(economy, Shock(economy, tariffs=tariffs))) == []
