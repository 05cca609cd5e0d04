"""Side payments: what is received is spent, whoever pays does without."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from worlds import abroad, random_economy

from paxsilica.economy import Economy
from paxsilica.errors import ShockError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import (
    Params,
    equations,
    first_order,
    gradient,
    rebalance,
    settled,
    solve,
    solve_many,
)
from paxsilica.model.calibration import problem_of, world
from paxsilica.model.equations import sweep
from paxsilica.model.solve import part_of
from paxsilica.shock import Shock

EXACT = 1e-12


def paid(economy: Economy, share: float) -> np.ndarray:
    """The first region pays a share of its income to the others, in proportion to theirs."""
    T = share * economy.income[0] * economy.income / economy.income[1:].sum()
    T[0] = -T[1:].sum()
    return T


def test_where_all_buy_alike_a_transfer_moves_no_price():
    """Ohlin's answer to Keynes: with one pattern of spending, and no cost of trade, terms of trade stay as they are."""
    rng = np.random.default_rng(3)
    spending = rng.uniform(1, 4, 5)
    sold = rng.uniform(1, 2, (5, 3))
    flows = spending[:, None, None] * sold / sold.sum()
    economy = rebalance(
        Economy.from_flows([f"R{n}" for n in range(5)], ["a", "b", "c"], 1e4 * flows)
    )
    T = paid(economy, 0.2)
    for params in (Params(tolerance=EXACT), Params(SHORT_RUN, tolerance=EXACT)):
        outcome = solve(economy, Shock(economy, transfer=T), params)
        np.testing.assert_allclose(outcome.price, 1.0, rtol=1e-10)
        np.testing.assert_allclose(outcome.real_income, 1 + T / economy.income, rtol=1e-10)


@pytest.mark.parametrize("deficits", ["fixed_share", "fixed", "balanced"])
def test_payments_come_on_top_of_every_closure(deficits):
    params = Params(deficits=deficits)
    economy = settled(random_economy(5), params)
    T = paid(economy, 0.05)
    permitted = np.where(np.random.default_rng(5).random(economy.flows.shape) < 0.1, 0.0, 1.0)
    ban = {"permitted": np.where(abroad(economy), permitted, 1.0)}
    outcome = solve(economy, Shock(economy, **ban, transfer=T), params)
    imports_less_exports = outcome.flows.sum((1, 2)) - outcome.output.sum(1)
    world = outcome.income.sum() / economy.income.sum()
    promised = {
        "fixed_share": world * economy.deficit,
        "fixed": economy.deficit,
        "balanced": 0 * economy.deficit,
    }
    np.testing.assert_allclose(
        imports_less_exports, promised[deficits] + T, atol=1e-8 * economy.income.max()
    )
    alone = solve(economy, Shock(economy, **ban), params)
    assert outcome.real_income[0] < alone.real_income[0]


@pytest.mark.parametrize("params", [Params(), Params(deficits="fixed"), Params(SHORT_RUN)])
def test_first_order_welfare_counts_what_is_paid(params):
    economy = random_economy(7)
    gaps = []
    for share in (1e-2, 1e-3):
        shock = Shock(economy, transfer=paid(economy, share))
        outcome = solve(economy, shock, replace(params, tolerance=EXACT))
        gaps.append(np.abs(first_order(outcome).welfare - (outcome.real_income - 1)).max())
    assert gaps[0] < 0.05 * 1e-2
    assert gaps[1] == pytest.approx(gaps[0] / 100, rel=0.1)


@pytest.mark.parametrize("params", [Params(tolerance=EXACT), Params(SHORT_RUN, tolerance=EXACT)])
def test_the_gradient_says_what_a_payment_does(params):
    """Along a payment from one region to another, against a central difference of exact solves."""
    economy = random_economy(3)
    pays, gets, h = 0, 2, 2e-3
    start = paid(economy, 0.02)

    def real_income(size: float) -> float:
        T = start.copy()
        T[[pays, gets]] += [-size, size]
        return float(solve(economy, Shock(economy, transfer=T), params).real_income[gets])

    slope = gradient(economy, Shock(economy, transfer=start), "R2", params).transfer
    f = [real_income(k * h) for k in (-2, -1, 1, 2)]
    assert slope[gets] - slope[pays] == pytest.approx(
        (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h), rel=1e-6
    )


@pytest.mark.parametrize("deficits", ["fixed_share", "fixed", "balanced"])
def test_a_shock_taken_in_steps_begins_at_the_baseline(deficits):
    """None of a shock leaves every equation where it is, and all of it is the shock: what continuation needs."""
    economy = settled(random_economy(4), Params(deficits=deficits))
    tariffs = economy.tariffs + 0.3 * abroad(economy)
    shock = Shock(economy, tariffs=tariffs, transfer=paid(economy, 0.05))
    problem = problem_of(shock, Params(deficits=deficits))
    start = equations.unchanged(problem.baseline.expenditure, problem.elasticities)
    none = partial(sweep, world(part_of(problem, 0.0)))
    np.testing.assert_allclose(np.asarray(none(start)), np.asarray(start), atol=1e-12)
    outcome = solve(economy, shock, Params(deficits=deficits, tolerance=EXACT))
    whole, there = partial(sweep, world(part_of(problem, 1.0))), outcome.state
    np.testing.assert_allclose(np.asarray(whole(there)), there, atol=1e-10)


def test_a_batch_pays_too():
    economy = random_economy(1, regions=8, sectors=3)
    shocks = [Shock(economy, transfer=paid(economy, share)) for share in np.linspace(0, 0.1, 12)]
    batch = solve_many(economy, shocks)
    np.testing.assert_allclose(
        batch.real_income, [solve(economy, shock).real_income for shock in shocks], rtol=1e-9
    )
    np.testing.assert_allclose(batch.real_income[0], 1.0, rtol=1e-9)


def test_what_was_paid_is_kept_where_a_shock_is_made_again():
    economy = random_economy(1)
    shock = Shock(economy, transfer=paid(economy, 0.1))
    assert not shock.is_nothing
    np.testing.assert_array_equal(Shock(economy, **shock.rows).transfer, shock.transfer)
    assert Shock(economy).rows == {}


def test_payments_that_cannot_be():
    economy = random_economy(1)
    N = len(economy.regions)
    with pytest.raises(ShockError, match="transfers sum to 1, not to 0"):
        Shock(economy, transfer=np.eye(N)[0])
    with pytest.raises(ShockError, match="must be a finite number of million USD"):
        Shock(economy, transfer=np.full(N, np.nan))
    with pytest.raises(ShockError, match="transfer"):
        Shock(economy, transfer=np.zeros(N + 1))
    closed = np.ones(economy.flows.shape)
    closed[0, 1:] = closed[1:, 0] = 0.0
    with pytest.raises(ShockError, match="cannot trade and so neither pay nor receive"):
        solve(economy, Shock(economy, permitted=closed, transfer=paid(economy, 0.01)))
