"""Gradients against finite differences and against a published closed form."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.polynomial import Chebyshev
from worlds import abroad, random_economy

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import LabelError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, gradient, rebalance, solve
from paxsilica.shock import INSTRUMENTS, Shock

EXACT = dict(tolerance=1e-12)
STEP = 2e-3


def shock_of(economy: Economy) -> dict[str, np.ndarray]:
    rng, off = np.random.default_rng(1), abroad(economy)
    return dict(
        tariffs=np.where(off, rng.uniform(0, 0.5, off.shape), economy.tariffs),
        trade_cost=np.where(off, rng.uniform(0.9, 1.3, off.shape), 1.0),
        productivity=rng.uniform(0.9, 1.1, economy.output.shape),
        permitted=np.where(off, rng.uniform(0.4, 0.9, off.shape), 1.0),
        export_tax=np.where(off, rng.uniform(-0.1, 0.2, off.shape), 0.0),
        subsidy=rng.uniform(-0.1, 0.1, economy.output.shape),
        input_subsidy=rng.uniform(-0.1, 0.2, economy.inputs.shape),
    )


def central(value_of, x0: float) -> float:
    """Five-point central difference, error of the fourth order."""
    h = STEP * max(abs(x0), 1.0)
    f = [value_of(x0 + k * h) for k in (-2, -1, 1, 2)]
    return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)


@pytest.mark.parametrize("params", [Params(**EXACT), Params(SHORT_RUN, **EXACT)])
def test_gradient_equals_central_differences_on_random_entries(params):
    economy = random_economy(3)
    arrays = shock_of(economy)
    found = gradient(economy, Shock(economy, **arrays), "R1", params)
    rng, off = np.random.default_rng(0), np.argwhere(abroad(economy))
    assert set(arrays) == set(INSTRUMENTS) - {"transfer"}, "side payments have a test of their own"
    names = ["tariffs"] * 7 + list(arrays) * 3
    for name in names:
        at = (
            tuple(off[rng.integers(len(off))])
            if INSTRUMENTS[name].on_flows
            else tuple(map(rng.integers, arrays[name].shape))
        )

        def value_of(x, name=name, at=at):
            changed = arrays[name].copy()
            changed[at] = x
            return solve(economy, Shock(economy, **arrays | {name: changed}), params).real_income[1]

        expected = central(value_of, arrays[name][at])
        assert getattr(found, name)[at] == pytest.approx(expected, rel=1e-6, abs=1e-9), (name, at)


ROUNDING = 5e-12
"""What a difference of solves cannot see of a derivative: each real income is good to about 1e-14, the seven of them
lie within a width of 0.1/theta of two to a tenth, and the slope at the middle weighs them by about one over that width.
"""

NODES = np.cos(np.pi * (np.arange(7) + 0.5) / 7)


def test_gradient_on_the_packaged_world_equals_differences_on_200_entries():
    """100 entries of all, 100 of the strongest, against the slope of a polynomial through seven solves.

    Real income is analytic in the tariff over changes of the order of 1/theta, so a tenth of that leaves the polynomial
    of degree six an error far below 1e-6.
    """
    economy, params = load_economy("icio2022"), Params(tolerance=1e-13)
    usa, ind = (economy.regions.index(region) for region in ("USA", "IND"))
    tariffs = economy.tariffs.copy()
    tariffs[usa, ind, :27] = 0.5
    found = gradient(economy, Shock(economy, tariffs=tariffs), "IND", params).tariffs
    traded, rng = np.argwhere((economy.flows > 0) & abroad(economy)), np.random.default_rng(0)
    strongest = traded[np.argsort(-np.abs(found[tuple(traded.T)]))[:2000]]
    entries = np.concatenate([rng.choice(some, 100, replace=False) for some in (traded, strongest)])
    plain = 0
    for n, i, j in entries:
        width = 0.1 / economy.trade_elasticity[j]
        f = []
        for node in NODES:
            changed = tariffs.copy()
            changed[n, i, j] += width * node
            f.append(solve(economy, Shock(economy, tariffs=changed), params).real_income[ind] - 1)
        difference = Chebyshev.fit(NODES, f, 6).deriv()(0.0) / width
        assert found[n, i, j] == pytest.approx(difference, rel=1e-6, abs=ROUNDING)
        plain += abs(found[n, i, j]) > 1e6 * ROUNDING
    assert plain > 50  # the others must agree within rounding, which is a weaker check


@pytest.mark.parametrize("params", [Params(**EXACT), Params(SHORT_RUN, **EXACT)])
def test_gradient_with_respect_to_the_trade_elasticities(params):
    economy = random_economy(3)
    arrays = shock_of(economy)
    found = gradient(economy, Shock(economy, **arrays), "R0", params)
    for j in range(len(economy.sectors)):

        def value_of(theta, j=j):
            changed = economy.trade_elasticity.copy()
            changed[j] = theta
            other = economy.replace(trade_elasticity=changed)
            return solve(other, Shock(other, **arrays), params).real_income[0]

        expected = central(value_of, economy.trade_elasticity[j])
        assert found.trade_elasticity[j] == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_any_function_of_the_equilibrium_has_a_gradient():
    economy, params = random_economy(5), Params(**EXACT)
    weights = economy.income / economy.income.sum()

    def world_welfare(equilibrium):
        return (weights * jnp.log(equilibrium.real_income)).sum() + 1e-3 * equilibrium.output[1, 2]

    found = gradient(economy, None, world_welfare, params)

    def value_of(x):
        tariffs = economy.tariffs.copy()
        tariffs[2, 0, 1] = x
        outcome = solve(economy, Shock(economy, tariffs=tariffs), params)
        return float(weights @ np.log(outcome.real_income)) + 1e-3 * outcome.output[1, 2]

    assert found.value == pytest.approx(value_of(economy.tariffs[2, 0, 1]), rel=1e-12)
    assert found.tariffs[2, 0, 1] == pytest.approx(
        central(value_of, economy.tariffs[2, 0, 1]), rel=1e-6
    )


def test_one_sector_gradient_is_the_friends_and_enemies_matrix():
    """Kleinman, Liu and Redding (2024), with S expenditure shares, T income shares and M = T S - I:

    dln w = T dln w + theta M (dln w - dln z), dln u = dln w - S (dln w - dln z).
    """
    theta = 4.5
    economy = rebalance(
        random_economy(2, regions=5, sectors=1, tariffs=False, inputs=False),
        Params(deficits="balanced", **EXACT),
    ).replace(trade_elasticity=np.array([theta]))
    S = economy.shares[:, :, 0]
    T = (economy.flows[:, :, 0] / economy.output[:, 0]).T
    M, I = T @ S - np.eye(5), np.eye(5)
    income = economy.income / economy.income.sum()
    closed = np.vstack([I - T - theta * M, income])
    wage = np.linalg.lstsq(closed, np.vstack([-theta * M, np.zeros(5)]), rcond=None)[0]
    utility = wage - S @ (wage - I)
    for n, region in enumerate(economy.regions):
        found = gradient(economy, None, region, Params(deficits="balanced", **EXACT))
        np.testing.assert_allclose(found.productivity[:, 0], utility[n], rtol=1e-6)


def test_a_ban_has_no_margin_and_an_unknown_region_is_refused():
    economy = random_economy(4)
    ban = np.ones(economy.flows.shape)
    ban[0, 1, 2] = 0.0
    found = gradient(economy, Shock(economy, permitted=ban), "R0", Params(**EXACT))
    assert found.tariffs[0, 1, 2] == found.trade_cost[0, 1, 2] == 0.0
    with pytest.raises(LabelError, match="unknown region 'R9'"):
        gradient(economy, None, "R9")
