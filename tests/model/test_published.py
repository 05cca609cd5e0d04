"""Published numbers and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from nafta import load_cp2015
from numpy.polynomial import Chebyshev
from worlds import abroad, random_economy

from paxsilica.economy import Economy
from paxsilica.model import Params, first_order, rebalance, solve
from paxsilica.shock import Shock

# Caliendo and Parro (2015), table 2: welfare, terms of trade, volume of trade, real wage; percent.
CP2015_TABLE_2 = {
    "Mexico": (1.31, -0.41, 1.72, 1.72),
    "Canada": (-0.06, -0.11, 0.04, 0.32),
    "USA": (0.08, 0.04, 0.04, 0.11),
}


@pytest.fixture(scope="module")
def nafta_outcome(shared):
    data = load_cp2015(shared / "cp2015_nafta")
    without = rebalance(data.economy, Params(deficits="balanced"))
    return solve(without, Shock(without, tariffs=data.with_nafta))


@pytest.mark.parametrize("country", CP2015_TABLE_2)
def test_nafta_equals_the_published_table_to_its_two_decimals(nafta_outcome, country):
    at = nafta_outcome.economy.regions.index(country)
    first = first_order(nafta_outcome)
    columns = (
        first.welfare,
        first.terms_of_trade,
        first.volume_of_trade,
        nafta_outcome.real_wage - 1,
    )
    assert tuple(round(100 * float(column[at]), 2) for column in columns) == CP2015_TABLE_2[country]


def test_nafta_real_income_of_mexico_is_more_than_a_point_below_the_first_order_sum(nafta_outcome):
    at = nafta_outcome.economy.regions.index("Mexico")
    gap = 100 * (first_order(nafta_outcome).welfare - (nafta_outcome.real_income - 1))[at]
    assert gap > 1.0


def test_nafta_baseline_tariffs_are_those_of_the_data(shared):
    data = load_cp2015(shared / "cp2015_nafta")
    assert np.array_equal(data.without_nafta, data.economy.tariffs)


@pytest.mark.parametrize("inputs", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_autarky_costs_what_the_domestic_shares_say(seed, inputs):
    """Arkolakis, Costinot and Rodriguez-Clare (2012) with inputs: p = (I - gamma')^-1 (-ln pi_nn / theta)."""
    economy = rebalance(
        random_economy(seed, tariffs=False, inputs=inputs), Params(deficits="balanced")
    )
    closed = np.where(abroad(economy), np.inf, 1.0)
    params = Params(deficits="balanced", backstop_cost=np.inf, tolerance=1e-12)
    outcome = solve(economy, Shock(economy, trade_cost=closed), params)
    for n in range(len(economy.regions)):
        own = -np.log(economy.shares[n, n]) / economy.trade_elasticity
        prices = np.linalg.solve(np.eye(len(own)) - economy.input_shares[n].T, own)
        assert np.log(outcome.real_income[n]) == pytest.approx(
            -economy.final_shares[n] @ prices, abs=1e-6
        )
        assert outcome.real_wage[n] == pytest.approx(outcome.real_income[n], abs=1e-9)


@pytest.mark.parametrize("theta", [3.0, 5.0])
def test_optimal_tariff_of_two_symmetric_countries(theta):
    """Gros (1987): t = 1 / (theta pi'_ff), with pi'_ff the partner's domestic share once the tariff is in force."""
    economy = Economy.from_flows(
        ["H", "F"], ["g"], [[[7.0], [3.0]], [[3.0], [7.0]]], trade_elasticity=theta
    )
    params = Params(tolerance=1e-13)

    def outcome(t):
        return solve(economy, Shock(economy, tariffs=[[[0.0], [t]], [[0.0], [0.0]]]), params)

    guess = 1 / (0.75 * theta)
    nodes = np.cos(np.pi * (np.arange(14) + 0.5) / 14) * 0.4 * guess + guess
    welfare = Chebyshev.fit(nodes, [np.log(outcome(t).real_income[0]) for t in nodes], 12)
    best = [
        t.real
        for t in welfare.deriv().roots()
        if abs(t.imag) < 1e-12 and nodes.min() < t.real < nodes.max()
    ]
    assert len(best) == 1
    assert best[0] == pytest.approx(1 / (theta * outcome(best[0]).shares[1, 1, 0]), abs=1e-6)


def test_one_sector_gains_from_trade_depend_on_the_domestic_share_alone():
    """Arkolakis, Costinot and Rodriguez-Clare (2012): W_hat = pi_hat_nn^(-1/theta) for any trade-cost shock."""
    economy = rebalance(
        random_economy(3, regions=5, sectors=1, tariffs=False, inputs=False),
        Params(deficits="balanced"),
    )
    cost = np.where(
        abroad(economy), np.random.default_rng(0).uniform(0.7, 2.0, economy.flows.shape), 1.0
    )
    outcome = solve(economy, Shock(economy, trade_cost=cost))
    home = np.arange(5)
    own = outcome.shares[home, home, 0] / economy.shares[home, home, 0]
    np.testing.assert_allclose(
        outcome.real_income, own ** (-1 / economy.trade_elasticity[0]), rtol=1e-8
    )
