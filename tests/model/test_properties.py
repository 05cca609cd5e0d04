"""Identities that hold in every economy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import abroad, random_economy, some_shock

from paxsilica.analysis.effects import effects
from paxsilica.economy import Economy
from paxsilica.errors import ConvergenceError, InputError, ShockError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, Status, first_order, notes_of, rebalance, settled, solve
from paxsilica.shock import Shock

seeds = st.integers(0, 10_000)
few = settings(max_examples=12, deadline=None)


@few
@given(seeds)
def test_the_equilibrium_balances(seed):
    economy = random_economy(seed, zeros=True)
    outcome = solve(economy, some_shock(economy, seed))
    assert outcome.status is Status.CONVERGED
    assert outcome.residual <= 1e-10
    assert outcome.walras <= 1e-10
    value_added = (economy.value_added_share * outcome.output + outcome.backstop).sum(1)
    np.testing.assert_allclose(value_added, outcome.labour_income, rtol=1e-9)
    assert outcome.deficit.sum() == pytest.approx(0, abs=1e-8 * outcome.income.sum())
    assert (outcome.flows[np.isinf(outcome.shock.trade_cost)] == 0).all()


@few
@given(seeds)
def test_nothing_changes_nothing(seed):
    economy = random_economy(seed, zeros=True)
    outcome = solve(economy, Shock(economy))
    assert np.abs(outcome.welfare).max() <= 1e-12
    np.testing.assert_allclose(outcome.flows, economy.flows, rtol=1e-14)
    table = effects(outcome).table()
    of = table[table.unit.str.startswith("%")].set_index("variable")["value"]
    assert of.drop("trade_weighted_tariff", errors="ignore").abs().max() <= 1e-11
    tariffs = table[table.variable == "trade_weighted_tariff"].pivot_table(
        "value", ["region", "partner"], "scenario", observed=True
    )
    np.testing.assert_allclose(tariffs["before"], tariffs["after"], rtol=1e-12)


@few
@given(seeds, st.floats(1e-3, 1e3))
def test_the_unit_of_money_does_not_matter(seed, factor):
    economy = random_economy(seed)
    scaled = economy.replace(flows=factor * economy.flows, inputs=factor * economy.inputs)
    shock = some_shock(economy, seed)
    other = solve(
        scaled,
        Shock(scaled, **shock.rows),
        Params(tolerance=1e-12),
    )
    np.testing.assert_allclose(
        other.real_income, solve(economy, shock, Params(tolerance=1e-12)).real_income, rtol=1e-9
    )


@few
@given(seeds)
def test_the_order_of_regions_and_sectors_does_not_matter(seed):
    economy = random_economy(seed)
    rng = np.random.default_rng(seed)
    n, j = rng.permutation(len(economy.regions)), rng.permutation(len(economy.sectors))
    flow = np.ix_(n, n, j)
    permuted = Economy.from_flows(
        [economy.regions[a] for a in n],
        [economy.sectors[a] for a in j],
        economy.flows[flow],
        economy.tariffs[flow],
        economy.inputs[np.ix_(n, j, j)],
        economy.trade_elasticity[j],
    )
    shock = some_shock(economy, seed)
    moved = Shock(
        permuted,
        tariffs=shock.tariffs[flow],
        trade_cost=shock.trade_cost[flow],
        productivity=shock.productivity[np.ix_(n, j)],
    )
    exact = Params(tolerance=1e-12)
    np.testing.assert_allclose(
        solve(permuted, moved, exact).real_income,
        solve(economy, shock, exact).real_income[n],
        rtol=1e-9,
    )


SMALL_CHANGES = {
    "tariffs": lambda e, x, h: e.tariffs + h * x,
    "trade_cost": lambda e, x, h: 1 + h * x,
    "permitted": lambda e, x, h: 1 - h * x,
    "export_tax": lambda e, x, h: h * x,
    "productivity": lambda e, x, h: 1 + h * x.sum(0),
    "subsidy": lambda e, x, h: h * x.sum(0),
    "input_subsidy": lambda e, x, h: h * x[:, : len(e.sectors)],
}


@pytest.mark.parametrize("instrument", SMALL_CHANGES)
@pytest.mark.parametrize("params", [Params(), Params(deficits="fixed"), Params(SHORT_RUN)])
def test_first_order_welfare_is_the_derivative_of_real_income(instrument, params):
    """The gap to the exact change falls with the square of the shock."""
    economy = random_economy(7)
    direction = np.random.default_rng(7).random(economy.flows.shape) * abroad(economy)
    gaps, sizes = [], []
    for h in (1e-3, 1e-4):
        shock = Shock(economy, **{instrument: SMALL_CHANGES[instrument](economy, direction, h)})
        outcome = solve(economy, shock, replace(params, tolerance=1e-12))
        gaps.append(np.abs(first_order(outcome).welfare - (outcome.real_income - 1)).max())
        sizes.append(np.abs(outcome.real_income - 1).max())
    assert gaps[0] < 0.05 * sizes[0]
    assert gaps[1] == pytest.approx(gaps[0] / 100, rel=0.1)


@pytest.mark.parametrize("deficits", ["fixed_share", "fixed", "balanced"])
def test_closures_hold_what_they_promise(deficits):
    economy = settled(random_economy(5), Params(deficits=deficits))
    outcome = solve(economy, some_shock(economy, 5), Params(deficits=deficits))
    imports_less_exports = outcome.flows.sum((1, 2)) - outcome.output.sum(1)
    world = outcome.income.sum() / economy.income.sum()
    promised = {
        "fixed_share": world * economy.deficit,
        "fixed": economy.deficit,
        "balanced": 0 * economy.deficit,
    }
    np.testing.assert_allclose(
        imports_less_exports, promised[deficits], atol=1e-8 * economy.income.max()
    )


def test_a_counterfactual_is_a_baseline():
    """Two steps from the counterfactual give what one step from the baseline gives."""
    economy = rebalance(random_economy(8), Params(deficits="balanced"))
    shock, exact = some_shock(economy, 8), Params(deficits="balanced", tolerance=1e-12)
    halfway = solve(economy, Shock(economy, tariffs=shock.tariffs), exact)
    there = halfway.as_economy()
    assert there.about.name == f"{economy.about.name}, counterfactual"
    assert there.notes[-1].name == "counterfactual"
    second = solve(
        there,
        Shock(
            there,
            tariffs=shock.tariffs,
            trade_cost=shock.trade_cost,
            productivity=shock.productivity,
        ),
        exact,
    )
    whole = solve(economy, shock, exact)
    np.testing.assert_allclose(
        halfway.real_income * second.real_income, whole.real_income, rtol=1e-8
    )


def test_the_two_line_economy_of_the_design():
    economy = Economy.from_flows(["A", "B"], ["g"], [[[10.0], [2.0]], [[2.0], [10.0]]])
    outcome = solve(economy, Shock(economy, tariffs=[[[0.0], [0.5]], [[0.0], [0.0]]]))
    assert outcome.welfare["A"] > 0 > outcome.welfare["B"]


def test_a_tolerance_below_rounding_raises_and_says_where():
    economy, beyond = random_economy(1), Params(tolerance=1e-18, most_sweeps=50)
    shock = some_shock(economy, 1)
    with pytest.raises(ConvergenceError, match=r"miss by .* worst at R\d") as caught:
        solve(economy, shock, beyond)
    assert caught.value.outcome.status is Status.STALLED
    assert caught.value.outcome.residual < 1e-10
    assert solve(economy, shock, beyond, throw=False).status is Status.STALLED


def test_a_start_from_nearby_saves_sweeps_and_changes_nothing_else():
    economy = random_economy(1)
    shock = some_shock(economy, 1)
    near = solve(
        economy, Shock(economy, **{**shock.rows, "productivity": 1.01 * shock.productivity})
    )
    cold, warm = solve(economy, shock), solve(economy, shock, start=near)
    np.testing.assert_allclose(warm.real_income, cold.real_income, rtol=1e-9)
    assert warm.iterations < cold.iterations
    with pytest.raises(InputError, match="another economy"):
        solve(random_economy(2), start=near)
    with pytest.raises(InputError, match="mobility of labour"):
        solve(economy, shock, Params(SHORT_RUN), start=near)


def test_newton_finishes_what_the_fixed_point_leaves():
    economy = random_economy(1)
    shock, exact = some_shock(economy, 1), Params(tolerance=1e-12)
    hurried = solve(economy, shock, Params(tolerance=1e-12, most_sweeps=2))
    np.testing.assert_allclose(
        hurried.real_income, solve(economy, shock, exact).real_income, rtol=1e-11
    )


def test_a_table_with_clipped_final_spending_must_be_rebalanced():
    flows = np.array([[[10.0, 5.0], [2.0, 1.0]], [[2.0, 1.0], [10.0, 5.0]]])
    inputs = np.zeros((2, 2, 2))
    inputs[0, 1, 0] = 6.5
    economy = Economy.from_flows(["A", "B"], ["x", "y"], flows, inputs=inputs)
    assert [note.name for note in economy.notes] == ["clipped_final_spending"]
    assert economy.notes[0].usd_million == pytest.approx(0.5)
    with pytest.raises(InputError, match="rebalance"):
        solve(economy)
    balanced = rebalance(economy)
    assert balanced.baseline_residual < 1e-9
    assert [note.name for note in balanced.notes] == ["clipped_final_spending", "rebalanced"]
    assert np.abs(solve(balanced).welfare).max() <= 1e-12


def test_a_region_cut_off_balances_its_trade_and_the_others_keep_theirs():
    economy = random_economy(2)
    closed = np.ones(economy.flows.shape)
    closed[0, 1:] = closed[1:, 0] = np.inf
    outcome = solve(economy, Shock(economy, trade_cost=closed), Params(backstop_cost=np.inf))
    assert outcome.deficit[0] == 0
    assert outcome.deficit.sum() == pytest.approx(0, abs=1e-9 * outcome.income.sum())
    own = -np.log(economy.shares[0, 0]) / economy.trade_elasticity
    prices = np.linalg.solve(np.eye(len(own)) - economy.input_shares[0].T, own)
    autarky = np.exp(-economy.final_shares[0] @ prices)  # Arkolakis, Costinot, Rodriguez-Clare
    assert outcome.real_wage[0] == pytest.approx(autarky, rel=1e-6)


def test_a_shock_belongs_to_its_economy():
    with pytest.raises(ShockError, match="another economy"):
        solve(random_economy(1), Shock(random_economy(1)))


def test_small_gaps_that_add_up_in_a_trade_balance_are_closed():
    """Two regions with a large imbalance: the sweep is at its goal while the balance still misses the tolerance."""
    flows = np.array(
        [[[35478.0, 20791.0], [11639.0, 10661.0]], [[42531.0, 46510.0], [34265.0, 39180.0]]]
    )
    economy = rebalance(Economy.from_flows(["A", "B"], ["goods", "services"], flows))
    permitted = np.ones((2, 2, 2))
    permitted[1, 0, 0] = 0.0
    outcome = solve(economy, Shock(economy, permitted=permitted), Params(SHORT_RUN))
    assert outcome.residual <= 1e-10


@pytest.mark.parametrize("bad", [dict(deficits="fixed_shares"), dict(tolerance=0.0)])
def test_params_are_checked(bad):
    with pytest.raises(InputError):
        Params(**bad)


def test_a_surplus_stops_at_its_limit_with_a_note():
    """A lender whose economy collapses keeps a tenth of its earnings; the world's deficits still sum to zero."""
    economy = random_economy(6, tariffs=False)
    lender = int(np.argmin(economy.deficit / economy.income))
    productivity = np.ones(economy.output.shape)
    productivity[lender] = 1e-3
    outcome = solve(economy, Shock(economy, productivity=productivity), Params(deficits="fixed"))
    earned = outcome.labour_income + outcome.treasury
    assert outcome.deficit[lender] == pytest.approx(-0.9 * earned[lender], rel=1e-9)
    assert outcome.deficit.sum() == pytest.approx(0, abs=1e-9 * earned.sum())
    assert notes_of(outcome)[-1].name == "surplus_at_its_limit"
    assert economy.regions[lender] in notes_of(outcome)[-1].text
