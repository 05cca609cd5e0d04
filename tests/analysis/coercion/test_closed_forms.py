"""Closed forms of power against direct evaluations, and the gradient against the matrix of friends and enemies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import random_economy

from paxsilica.analysis.coercion.closed_forms import (
    cms_power,
    income_loss,
    liu_yang,
    price_rise,
)
from paxsilica.economy import Economy
from paxsilica.errors import InputError, LabelError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, gradient, rebalance, solve
from paxsilica.shock import Shock

# ---- Clayton, Maggiori and Schreger ------------------------------------------------------------------------------


@pytest.mark.parametrize(("omega", "expected"), [(0.5, 0.173), (0.9, 0.576), (0.99, 1.15)])
def test_power_of_one_group_is_the_published_number(omega, expected):
    assert price_rise([1.0], [omega], 5 - 1) == pytest.approx(expected, abs=1.5e-3)


def group_index(varieties: list[tuple[float, float]], sigma: float) -> float:
    """ln of the price index of a group of varieties (taste, price), added up variety by variety."""
    return float(
        np.log(sum(taste * price ** (1 - sigma) for taste, price in varieties)) / (1 - sigma)
    )


@given(st.integers(0, 10**6))
def test_power_is_the_index_without_the_senders_varieties(seed):
    """From tastes and prices alone: the shares within groups come from the demand they imply."""
    rng = np.random.default_rng(seed)
    J, V, own = int(rng.integers(1, 5)), 4, 2  # the sender sells the first two of four varieties
    sigma = rng.uniform(1.5, 9, J)
    taste, price = rng.uniform(0.2, 3, (J, V)), rng.uniform(0.5, 2, (J, V))
    spent = taste * price ** (1 - sigma[:, None])
    omega, Omega = spent[:, :own].sum(1) / spent.sum(1), rng.dirichlet(np.ones(J))
    every, left = (
        [
            group_index([(taste[j, v], price[j, v]) for v in range(first, V)], sigma[j])
            for j in range(J)
        ]
        for first in (0, own)
    )
    direct = sum(Omega[j] * (left[j] - every[j]) for j in range(J))
    assert price_rise(Omega, omega, sigma - 1) == pytest.approx(direct, rel=1e-10, abs=1e-10)


def test_limits():
    Omega, omega, theta = np.array([0.5, 0.3, 0.2]), [0.1, 0.6, 0.0], np.array([2.0, 5.0, 1.0])
    cobb_douglas = -(0.5 * np.log(0.9) / 2 + 0.3 * np.log(0.4) / 5)
    assert price_rise(Omega, omega, theta) == pytest.approx(cobb_douglas, rel=1e-14)
    assert price_rise(Omega, [0, 0, 0], theta) == 0.0
    assert price_rise(Omega, [1, 0, 0], 4) == np.inf
    one = -np.log(0.5) / 4
    for other in (0, 1):
        found = price_rise(np.array([1, 0]), [0.5, other], 4)
        assert found == one, "nobody buys from the second group"


def powers_of(economy: Economy, sectors: list[str], **how) -> np.ndarray:
    """`[target, sender]` of every single region."""
    return np.array([cms_power(economy, [r], sectors, **how) for r in economy.regions]).T


def test_a_bad_share_is_refused_in_one_line():
    with pytest.raises(InputError, match="cut of 0%") as refused:
        cms_power(random_economy(1), ["R0"], ["S0"], share=0.0)
    assert "\n" not in str(refused.value)


def test_power_in_an_economy_is_the_formula_on_its_table():
    economy = random_economy(6, regions=5, zeros=True)
    paid = economy.flows * (1 + economy.tariffs)
    bought = paid.sum(1)
    powers = powers_of(economy, ["S0", "S2"])
    assert np.isnan(np.diag(powers)).all()
    together = cms_power(economy, ["R1", "R3"], ["S0", "S2"])
    assert np.isnan(together[[1, 3]]).all()
    for n in (0, 2, 4):
        Omega, omega = bought[n] / bought[n].sum(), paid[n, 1] / bought[n]
        both = (paid[n, 1] + paid[n, 3]) / bought[n]
        omega[1] = both[1] = 0.0  # S1 is not cut
        theta = economy.trade_elasticity
        assert powers[n, 1] == pytest.approx(price_rise(Omega, omega, theta), rel=1e-12)
        assert together[n] == pytest.approx(price_rise(Omega, both, theta), rel=1e-12)
    np.testing.assert_allclose(
        income_loss(powers[0, 1]), 100 * (1 - np.exp(-powers[0, 1])), rtol=1e-12
    )
    with pytest.raises(LabelError, match="unknown sector"):
        cms_power(economy, ["R1"], ["S9"])


def test_power_is_convex_in_the_part_that_is_cut_and_an_only_supplier_has_it_without_bound():
    economy = random_economy(6)
    cuts = np.array(
        [cms_power(economy, ["R1"], ["S0"], share=s)[0] for s in np.linspace(0.1, 1, 10)]
    )
    assert (np.diff(cuts) > 0).all()
    assert (np.diff(cuts, 2) > 0).all()
    flows = economy.flows.copy()
    flows[0, [0, 2, 3], 1] = 0.0
    only = Economy.from_flows(
        economy.regions, economy.sectors, flows, trade_elasticity=economy.trade_elasticity
    )
    powers = powers_of(only, ["S1"])
    assert powers[0, 1] == np.inf
    assert income_loss(powers)[0, 1] == 100.0
    assert powers[0, 2] == powers[0, 3] == 0.0


# ---- Liu and Yang ------------------------------------------------------------------------------------------------


def test_liu_yang_is_antisymmetric_and_the_sum_over_sectors():
    economy = random_economy(8, regions=5)
    found = liu_yang(economy, economy.sectors)
    np.testing.assert_array_equal(found, -found.T)
    paid = economy.flows * (1 + economy.tariffs)
    total = paid.sum((1, 2))
    by_hand = sum(
        (paid[3, 1, k] / total[3] - paid[1, 3, k] / total[1]) / theta
        for k, theta in enumerate(economy.trade_elasticity)
    )
    assert found[1, 3] == pytest.approx(by_hand, rel=1e-12)
    np.testing.assert_allclose(
        found, sum(liu_yang(economy, [s]) for s in economy.sectors), atol=1e-15
    )


def test_liu_yang_is_the_slope_of_the_nested_power_at_a_small_cut():
    economy, small = random_economy(8, regions=5), 1e-6
    for params in (Params(), Params(SHORT_RUN)):
        powers = powers_of(economy, ["S0", "S1"], share=small, params=params) / small
        np.fill_diagonal(powers, 0.0)
        expected = liu_yang(economy, ["S0", "S1"], params)
        np.testing.assert_allclose(powers.T - powers, expected, atol=2e-6 * np.abs(expected).max())


# ---- Kleinman, Liu and Redding ----------------------------------------------------------------------------------------

EXACT = dict(tolerance=1e-13)


def test_one_sector_exposure_is_the_friends_and_enemies_matrix_and_good_at_one_percent():
    """Kleinman, Liu and Redding (2024): S expenditure shares, T income shares, goods dearer by dk_ni:

    dln w_i = sum_n T_in (dln w_n - theta (dln p_ni - dln P_n)), dln p_ni = dln w_i - dln z_i + dk_ni, dln P = S dln p.
    """
    theta, params, N = 4.5, Params(deficits="balanced", **EXACT), 5
    economy = rebalance(
        random_economy(2, regions=N, sectors=1, tariffs=False, inputs=False), params
    ).replace(trade_elasticity=np.array([theta]))
    S, T, I = economy.shares[:, :, 0], (economy.flows[:, :, 0] / economy.output[:, 0]).T, np.eye(N)
    numeraire = economy.income / economy.income.sum()
    system = np.vstack([I - T - theta * (T @ S - I), numeraire])

    def utility(z: np.ndarray, k: np.ndarray) -> np.ndarray:
        moved = k - z[None, :]  # [n, i] what is not wages in dln p
        right = theta * (T @ (S * moved).sum(1) - np.einsum("in,ni->i", T, moved))
        wage = np.linalg.lstsq(system, np.append(right, 0.0), rcond=None)[0]
        return wage - (S * (wage[None, :] + moved)).sum(1)

    slopes = [gradient(economy, None, region, params) for region in economy.regions]
    closed = np.array([utility(e, np.zeros((N, N))) for e in I]).T
    of_productivity = np.array([found.productivity.sum(1) for found in slopes])
    np.testing.assert_allclose(of_productivity, closed, rtol=1e-6)
    for n, i in ((0, 1), (4, 2)):
        k = np.zeros((N, N))
        k[n, i] = 1.0
        by_cost = slopes[n].trade_cost[n, i].sum()
        assert by_cost == pytest.approx(utility(np.zeros(N), k)[n], rel=1e-6)

    one = 0.01
    up, down = (
        np.log(
            solve(
                economy, Shock(economy, productivity=np.exp(s * one * I[:, :1])), params
            ).real_income
        )
        for s in (1, -1)
    )
    np.testing.assert_allclose(
        (up - down) / (2 * one), closed[:, 0], atol=1e-3 * np.abs(closed[:, 0]).max()
    )
    np.testing.assert_allclose(up / one, closed[:, 0], atol=1e-2 * np.abs(closed[:, 0]).max())
