"""Closed forms of power against direct evaluations, and first-order exposure against exact solves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import random_economy

from paxsilica.analysis.chain.link import ces
from paxsilica.analysis.coercion.closed_forms import (
    cms_power,
    cms_powers,
    income_loss,
    liu_yang,
    power,
    power_nested,
    price_rise,
    second_order,
)
from paxsilica.analysis.coercion.exposure import exposure, loss_if_dearer
from paxsilica.economy import Economy
from paxsilica.errors import InputError, LabelError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, rebalance, solve
from paxsilica.shock import Shock

# ---- Clayton, Maggiori and Schreger ------------------------------------------------------------------------------


@pytest.mark.parametrize(("omega", "expected"), [(0.5, 0.173), (0.9, 0.576), (0.99, 1.15)])
def test_power_of_one_group_is_the_published_number(omega, expected):
    assert power(omega, 5) == pytest.approx(expected, abs=1.5e-3)


def two_level_index(varieties: list[list[tuple[float, float]]], sigma, rho: float) -> float:
    """ln of the price index of groups of varieties (taste, price), added up variety by variety."""
    groups = [
        sum(taste * price ** (1 - s) for taste, price in group)
        for group, s in zip(varieties, sigma, strict=True)
    ]
    prices = [total ** (1 / (1 - s)) for total, s in zip(groups, sigma, strict=True)]
    return float(np.log(sum(price ** (1 - rho) for price in prices)) / (1 - rho))


@given(
    st.integers(0, 10**6),
    st.floats(0.2, 8).filter(lambda rho: abs(rho - 1) > 0.05),
    st.floats(0.05, 0.95),
)
def test_nested_power_is_the_index_without_the_senders_varieties(seed, rho, beta):
    """From tastes and prices alone: the shares come from the demand they imply."""
    rng = np.random.default_rng(seed)
    J, V, own = int(rng.integers(1, 5)), 4, 2  # the sender sells the first two of four varieties
    sigma = rng.uniform(1.5, 9, J)
    taste, price = rng.uniform(0.2, 3, (J, V)), rng.uniform(0.5, 2, (J, V))
    spent = taste * price ** (1 - sigma[:, None])
    omega = spent[:, :own].sum(1) / spent.sum(1)
    value = spent.sum(1) ** ((1 - rho) / (1 - sigma))
    Omega = value / value.sum()
    every, left = (
        [[(taste[j, v], price[j, v]) for v in range(first, V)] for j in range(J)]
        for first in (0, own)
    )
    direct = (
        beta / (1 - beta) * (two_level_index(left, sigma, rho) - two_level_index(every, sigma, rho))
    )
    assert power_nested(Omega, omega, sigma, rho, beta) == pytest.approx(
        direct, rel=1e-10, abs=1e-10
    )


def test_limits():
    Omega, omega, sigma = [0.5, 0.3, 0.2], [0.1, 0.6, 0.0], [3.0, 6.0, 2.0]
    cobb_douglas = -(0.5 * np.log(0.9) / 2 + 0.3 * np.log(0.4) / 5)
    assert price_rise(Omega, omega, sigma) == pytest.approx(cobb_douglas, rel=1e-14)
    for rho in (1 - 1e-7, 1 + 1e-7, 1 - 1e-12):
        assert price_rise(Omega, omega, sigma, rho) == pytest.approx(cobb_douglas, rel=1e-6)
    assert power_nested(Omega, [0, 0, 0], sigma, 3.0, 0.4) == 0.0
    assert power(0.0, 5) == 0.0
    assert power(1.0, 5) == np.inf
    assert (
        price_rise(Omega, [1, 0, 0], 5, rho=1.0)
        == price_rise(Omega, [1, 0, 0], 5, rho=0.5)
        == np.inf
    )
    # above one, the other groups stand in for a group that is gone
    assert price_rise(Omega, [1, 0, 0], 5, rho=3.0) == pytest.approx(-np.log(0.5) / 2)
    assert price_rise([1, 0], [1, 1], 5, rho=3.0) == np.inf
    assert price_rise([1, 0], [0.5, 1], 5) == power(
        0.5, 5
    )  # a group nobody buys from does not count
    # one elasticity throughout is one group
    assert price_rise(Omega, omega, 4.0, rho=4.0) == pytest.approx(
        power(0.5 * 0.1 + 0.3 * 0.6, 4.0), rel=1e-13
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: power(1.2, 5), "sender's share of 1.2"),
        (lambda: power(float("nan"), 5), "share of nan"),
        (lambda: power(0.5, 1.0), "must be above 1"),
        (lambda: price_rise([0.5, 0.4], [0, 0], 5), "sum to 0.9"),
        (lambda: price_rise([0.5, 0.5], [0], 5), "do not match"),
        (lambda: price_rise([1.5, -0.5], [0, 0], 5), "group share of 1.5"),
        (lambda: price_rise([1.0], [0.5], 5, rho=0.0), "above 0"),
        (lambda: power_nested([1.0], [0.5], 5, 2, 1.0), "between 0 and 1"),
        (lambda: cms_power(random_economy(1), ["R0"], ["S0"], share=0.0), "cut of 0%"),
        (lambda: cms_powers(random_economy(1), ["S0"], rho=-1.0), "above 0"),
        (lambda: second_order(0.9, 0.2, -0.1), "after the shortage is 1.1"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(call, message):
    with pytest.raises(InputError, match=message) as refused:
        call()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("rho", [1.0, 0.4, 2.5])
def test_power_in_an_economy_is_the_formula_on_its_table(rho):
    economy = random_economy(6, regions=5, zeros=True)
    paid = economy.flows * (1 + economy.tariffs)
    bought = paid.sum(1)
    powers = cms_powers(economy, ["S0", "S2"], rho=rho)
    assert np.isnan(np.diag(powers)).all()
    together = cms_power(economy, ["R1", "R3"], ["S0", "S2"], rho=rho)
    assert np.isnan(together[[1, 3]]).all()
    np.testing.assert_allclose(
        cms_power(economy, ["R1"], ["S0", "S2"], rho=rho), powers[:, 1], rtol=1e-13
    )
    for n in (0, 2, 4):
        Omega, omega = bought[n] / bought[n].sum(), paid[n, 1] / bought[n]
        both = (paid[n, 1] + paid[n, 3]) / bought[n]
        omega[1] = both[1] = 0.0  # S1 is not cut
        sigma = 1 + economy.trade_elasticity
        assert powers[n, 1] == pytest.approx(price_rise(Omega, omega, sigma, rho), rel=1e-12)
        assert together[n] == pytest.approx(price_rise(Omega, both, sigma, rho), rel=1e-12)
    np.testing.assert_allclose(
        income_loss(powers[0, 1]), 100 * (1 - np.exp(-powers[0, 1])), rtol=1e-12
    )
    with pytest.raises(LabelError, match="unknown sector"):
        cms_powers(economy, ["S9"])


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
    powers = cms_powers(only, ["S1"])
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
        powers = cms_powers(economy, ["S0", "S1"], share=small, rho=0.7, params=params) / small
        np.fill_diagonal(powers, 0.0)
        expected = liu_yang(economy, ["S0", "S1"], params)
        np.testing.assert_allclose(powers.T - powers, expected, atol=2e-6 * np.abs(expected).max())


# ---- Bachmann et al. ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "elasticity"), [(0.04, 0.04), (0.04, 0.2), (0.2, 0.5), (0.1, 1.0), (0.1, 3.0)]
)
def test_second_order_of_a_shortage_meets_the_exact_ces_at_third_order(cost, elasticity):
    """The cost share at a level m is a m^p / (1 - a + a m^p), p = (s - 1)/s; halving dlnm leaves an eighth."""
    p = (elasticity - 1) / elasticity

    def miss(log_level: float) -> float:
        weight = cost * np.exp(p * log_level)
        change = weight / (1 - cost + weight) - cost
        return second_order(cost, change, log_level) - np.log(
            ces(cost, elasticity, np.exp(log_level))
        )

    h = 0.04 / max(1.0, abs(p))
    if elasticity == 1:
        assert miss(-0.1) == pytest.approx(0.0, abs=1e-15)
        return
    assert abs(miss(-h)) < 0.01 * cost * h
    assert miss(-h) / miss(-h / 2) == pytest.approx(8, rel=0.05)


# ---- first-order exposure ----------------------------------------------------------------------------------------

EXACT = dict(tolerance=1e-13)


def slope(value_of, h: float) -> float:
    """Central difference, error of the fourth order."""
    f = [value_of(k * h) for k in (-2, -1, 1, 2)]
    return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)


def slope_down(value_of, h: float) -> float:
    """Difference to one side, error of the fifth order: no more than all of a product range can be permitted."""
    weights = (137 / 60, -5, 5, -10 / 3, 5 / 4, -1 / 5)
    return -sum(weight * value_of(k * h) for k, weight in enumerate(weights)) / -h


def test_exposure_equals_differences_of_exact_solves():
    economy, params = random_economy(3), Params(SHORT_RUN, **EXACT)
    found = exposure(economy, params)
    sold = ["S0", "S2"]
    j = economy.sector_indices(sold)
    dearer, cut, backfire = (found.over(x, sold) for x in (found.dearer, found.cut, found.backfire))
    np.testing.assert_array_equal(dearer, loss_if_dearer(economy, sold, params))

    def income(name: str, at: tuple, value: float) -> np.ndarray:
        values = np.ones(economy.output.shape if name == "productivity" else economy.flows.shape)
        values[at] = value
        return solve(economy, Shock(economy, **{name: values}), params).real_income

    for i in (0, 2):
        by_hand = slope(lambda x, i=i: income("productivity", (i,), np.exp(x)), 2e-3)
        np.testing.assert_allclose(
            found.productivity[:, i], by_hand, atol=1e-6 * np.abs(by_hand).max()
        )
    for n, i in ((0, 1), (2, 3), (3, 0)):
        at = np.ix_([n], [i], j)
        by_hand = slope(lambda x, at=at: income("trade_cost", at, np.exp(x)), 2e-3)
        assert dearer[n, i] == pytest.approx(-by_hand[n], rel=1e-6)
        by_hand = slope_down(lambda x, at=at: income("permitted", at, 1 - x), 4e-3)
        assert cut[n, i] == pytest.approx(100 * by_hand[n], rel=1e-6)
        assert backfire[n, i] == pytest.approx(100 * by_hand[i], rel=1e-6)
    assert np.isnan(np.diag(dearer)).all()
    some = exposure(
        economy, params, ["R2"]
    )  # the buyer's row, and the seller's column of what backfires
    for name in ("productivity", "dearer", "cut"):
        np.testing.assert_array_equal(getattr(some, name)[2], getattr(found, name)[2])
        assert np.isnan(getattr(some, name)[[0, 1, 3]]).all()
    np.testing.assert_array_equal(some.backfire[:, 2], found.backfire[:, 2])
    assert np.isnan(some.backfire[:, [0, 1, 3]]).all()


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

    found = exposure(economy, params)
    closed = np.array([utility(e, np.zeros((N, N))) for e in I]).T
    np.testing.assert_allclose(found.productivity, closed, rtol=1e-6)
    dearer = loss_if_dearer(economy, ["S0"], params)
    for n, i in ((0, 1), (4, 2)):
        k = np.zeros((N, N))
        k[n, i] = 1.0
        assert dearer[n, i] == pytest.approx(-utility(np.zeros(N), k)[n], rel=1e-6)

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
