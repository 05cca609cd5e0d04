"""Nested CES, labour between mobile and fixed, taxes with their books: limits, closed forms and identities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import abroad, every_instrument, random_economy

from paxsilica.analysis.effects import effects
from paxsilica.economy import Economy
from paxsilica.errors import InputError, ShockError
from paxsilica.horizon import SHORT_RUN, Horizon
from paxsilica.model import Params, notes_of, rebalance, settled, solve
from paxsilica.model.dataset import dataset
from paxsilica.shock import Shock

EXACT = 1e-13


NEAR_ONE = {
    "value_added_elasticity": 1 + 1e-11,
    "input_elasticity": 1 - 1e-11,
    "consumption_elasticity": 1 + 1e-11,
    "labour_mobility": 1e12,
}


@pytest.mark.parametrize("name", NEAR_ONE)
@pytest.mark.parametrize("seed", range(2))
def test_each_limit_is_the_simpler_model(name, seed):
    economy = random_economy(seed, zeros=True)
    shock = every_instrument(economy, seed)
    simple = solve(economy, shock, Params(tolerance=EXACT))
    near = solve(economy, shock, Params(Horizon(**{name: NEAR_ONE[name]}), tolerance=EXACT))
    np.testing.assert_allclose(near.real_income, simple.real_income, rtol=1e-10)
    np.testing.assert_allclose(near.flows, simple.flows, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "params", [Params(), Params(SHORT_RUN), Params(replace(SHORT_RUN, labour_mobility=2.0))]
)
@pytest.mark.parametrize("deficits", ["fixed_share", "fixed", "balanced"])
def test_every_block_holds_with_all_instruments_at_once(params, deficits):
    params = replace(params, deficits=deficits)
    economy = settled(random_economy(4, zeros=True), params)
    outcome = solve(economy, every_instrument(economy), params)
    assert outcome.residual <= 1e-10
    assert outcome.walras <= 1e-10
    users_pay = outcome.inputs * (1 - outcome.shock.input_subsidy)
    np.testing.assert_allclose(outcome.value_added + users_pay.sum(1), outcome.cost, rtol=1e-9)
    np.testing.assert_allclose(outcome.final.sum(1), outcome.income, rtol=1e-9)


def test_the_treasury_books_balance():
    """What the treasury collects and pays is what the shares of each flow say, entry by entry."""
    economy = random_economy(6)
    outcome = solve(economy, every_instrument(economy, 6))
    shock, N, J = outcome.shock, len(economy.regions), len(economy.sectors)
    books = np.zeros(N)
    for n in range(N):
        for i in range(N):
            for j in range(J):
                gate = outcome.flows[n, i, j] / (1 + shock.export_tax[n, i, j])
                books[n] += shock.tariffs[n, i, j] * outcome.flows[n, i, j]
                books[i] += shock.export_tax[n, i, j] * gate
                books[i] -= shock.subsidy[i, j] / (1 - shock.subsidy[i, j]) * gate
    books -= np.einsum("nkj,nkj->n", shock.input_subsidy, outcome.inputs)
    np.testing.assert_allclose(outcome.treasury, books, rtol=1e-10)


def test_lerner_symmetry():
    """Lerner (1936): a uniform import tariff and a uniform export tax do the same under balanced trade."""
    economy = rebalance(
        random_economy(2, tariffs=False), Params(deficits="balanced", tolerance=EXACT)
    )
    params = Params(deficits="balanced", tolerance=EXACT)
    importing, exporting = np.zeros(economy.flows.shape), np.zeros(economy.flows.shape)
    importing[0, 1:] = 0.25
    exporting[1:, 0] = 0.25
    tariff = solve(economy, Shock(economy, tariffs=importing), params)
    tax = solve(economy, Shock(economy, export_tax=exporting), params)
    np.testing.assert_allclose(tariff.real_income, tax.real_income, rtol=1e-10)


def test_a_subsidy_is_productivity_that_somebody_pays_for():
    """Prices react to a subsidy as to productivity; real income of the subsidising region is lower by the bill."""
    economy = random_economy(7, regions=2, sectors=1, inputs=False, tariffs=False)
    subsidy = np.zeros((2, 1))
    subsidy[0] = 0.1
    paid = solve(economy, Shock(economy, subsidy=subsidy), Params(tolerance=EXACT))
    assert (
        paid.real_income[0]
        < solve(economy, Shock(economy, productivity=1 / (1 - subsidy))).real_income[0]
    )
    assert paid.treasury[0] == pytest.approx(-0.1 * paid.cost[0, 0], rel=1e-12)


def test_subsidised_inputs_of_one_region_by_hand():
    """Cobb-Douglas in a closed region: ln p = (1 - g')^-1 sum_k g_kj ln(1 - s_kj), and the books are linear."""
    inputs = np.array([[2.0, 3.0], [1.0, 4.0]])
    economy = Economy.from_flows(["A"], ["x", "y"], [[[10.0, 16.0]]], inputs=[inputs])
    rate = np.array([[0.0, 0.4], [0.25, -0.1]])
    shares, final = inputs / [10.0, 16.0], np.array([5.0, 11.0]) / 16.0
    log_price = np.linalg.solve(np.eye(2) - shares.T, (shares * np.log(1 - rate)).sum(0))
    gross = shares / (1 - rate)
    bill = (gross * rate).sum(0)
    output = np.linalg.solve(np.eye(2) - gross + np.outer(final, bill), final * 16.0)
    outcome = solve(economy, Shock(economy, input_subsidy=[rate]), Params(tolerance=EXACT))
    np.testing.assert_allclose(outcome.price[0], np.exp(log_price), rtol=1e-12)
    np.testing.assert_allclose(outcome.inputs[0], gross * output, rtol=1e-12)
    assert outcome.treasury[0] == pytest.approx(-(bill @ output), rel=1e-12)
    expected = (16.0 - bill @ output) / 16.0 / np.exp(final @ log_price)
    assert outcome.real_income[0] == pytest.approx(expected, rel=1e-12)
    assert expected < 1, "a subsidy of inputs in a world without other wedges wastes"


@pytest.mark.parametrize(
    "horizon", [Horizon(), Horizon(value_added_elasticity=0.5, input_elasticity=0.2)], ids=str
)
def test_where_inputs_are_all_of_cost_their_subsidy_is_one_of_production(horizon):
    flows = np.array([[[32.0, 64.0], [8.0, 4.0]], [[16.0, 8.0], [64.0, 32.0]]])
    inputs = np.zeros((2, 2, 2))
    inputs[:, 0, 0], inputs[:, 1, 0] = [16.0, 32.0], [32.0, 40.0]
    inputs[:, 0, 1] = [4.0, 8.0]
    economy = Economy.from_flows(["A", "B"], ["all inputs", "y"], flows, inputs=inputs)
    np.testing.assert_array_equal(economy.value_added_share[:, 0], 0.0)
    made, bought = np.zeros((2, 2)), np.zeros((2, 2, 2))
    made[0, 0] = bought[0, :, 0] = 0.3
    params = Params(horizon, tolerance=EXACT)
    producer = solve(economy, Shock(economy, subsidy=made), params)
    user = solve(economy, Shock(economy, input_subsidy=bought), params)
    for name in ("real_income", "flows", "inputs", "treasury", "price"):
        np.testing.assert_allclose(getattr(user, name), getattr(producer, name), 1e-10, 1e-12)
    assert abs(user.real_income[0] - 1) > 1e-3


def test_inputs_subsidised_in_both_nests_hold_their_demands():
    """Each purchase answers the price its own user pays: q_kj ~ (u_kj/Q_j)^-eta (Q_j/c_j)^-epsilon, entry by entry."""
    economy, rng = random_economy(5), np.random.default_rng(5)
    rate = rng.uniform(-0.3, 0.6, economy.inputs.shape)
    horizon = Horizon(value_added_elasticity=0.5, input_elasticity=0.2)
    o = solve(economy, Shock(economy, input_subsidy=rate), Params(horizon, tolerance=EXACT))
    g, v = economy.input_shares, economy.value_added_share
    for n, j in np.ndindex(*economy.output.shape):
        user = o.price[n] * (1 - rate[n, :, j])
        Q = (g[n, :, j] @ user**0.8 / (1 - v[n, j])) ** 1.25
        c = (v[n, j] * o.wage[n] ** 0.5 + (1 - v[n, j]) * Q**0.5) ** 2
        quantity = economy.inputs[n, :, j] * (user / Q) ** -0.2 * (Q / c) ** -0.5
        made = o.output[n, j] / c / economy.output[n, j]
        np.testing.assert_allclose(o.inputs[n, :, j], o.price[n] * quantity * made, rtol=1e-9)


@pytest.mark.parametrize("params", [Params(), Params(SHORT_RUN)])
def test_a_partial_ban_takes_out_its_share_at_unchanged_prices(params):
    """Armington with equal varieties: at given gate prices a flow falls by the share banned."""
    economy = random_economy(3)
    permitted = np.ones(economy.flows.shape)
    permitted[0, 1] = 0.7
    outcome = solve(economy, Shock(economy, permitted=permitted), params)
    flows = (outcome.flows[0, 1] / outcome.flows[0, 0]) / (
        economy.flows[0, 1] / economy.flows[0, 0]
    )
    prices = (outcome.gate_price[1] / outcome.gate_price[0]) ** -params.theta(economy)
    np.testing.assert_allclose(flows / prices, 0.7, rtol=1e-12)


def test_a_full_ban_is_an_infinite_cost_and_an_exact_zero():
    economy = random_economy(9)
    banned = abroad(economy) & (np.random.default_rng(1).random(economy.flows.shape) < 0.2)
    by_range = solve(economy, Shock(economy, permitted=np.where(banned, 0.0, 1.0)))
    by_cost = solve(economy, Shock(economy, trade_cost=np.where(banned, np.inf, 1.0)))
    assert (by_range.flows[banned] == 0).all()
    np.testing.assert_array_equal(by_range.real_income, by_cost.real_income)


def test_labour_that_cannot_move_earns_its_sectors_fortune():
    """kappa = 1: the labour income of a sector changes exactly as its wage does (Galle et al. 2023, equation 4)."""
    economy = random_economy(3)
    outcome = solve(
        economy, every_instrument(economy, 3), Params(Horizon(labour_mobility=1.0), tolerance=EXACT)
    )
    before = economy.value_added_share * economy.output
    np.testing.assert_allclose(outcome.value_added, before * outcome.wages, rtol=1e-10)
    assert np.ptp(outcome.wages, axis=1).min() > 1e-3


def test_labour_supply_follows_the_roy_model():
    """Galle, Rodriguez-Clare and Yi (2023): income shares move with (w_j / average)^kappa."""
    economy, kappa = random_economy(3), 1.7
    outcome = solve(
        economy,
        every_instrument(economy, 3),
        Params(Horizon(labour_mobility=kappa), tolerance=EXACT),
    )
    before = economy.value_added_share * economy.output
    was, now = (x / x.sum(1, keepdims=True) for x in (before, outcome.value_added))
    np.testing.assert_allclose(
        now / was, (outcome.wages / outcome.wage[:, None]) ** kappa, rtol=1e-9
    )


def test_leontief_inputs_keep_their_proportions():
    """With a near-zero elasticity the quantities of inputs per unit of output do not change."""
    economy = random_economy(5)
    params = Params(Horizon(value_added_elasticity=1e-6, input_elasticity=1e-6))
    outcome = solve(economy, Shock(economy, tariffs=every_instrument(economy, 5).tariffs), params)
    quantity = outcome.inputs / outcome.price[:, :, None]
    output = outcome.cost / outcome.unit_cost
    ratio = quantity / economy.inputs / (output / economy.output)[:, None, :]
    np.testing.assert_allclose(ratio, 1.0, atol=1e-5)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Horizon(value_added_elasticity=0.0), "between 0 and 20"),
        (lambda: Horizon(labour_mobility=0.5), r"must be 1 \(fixed\) to inf"),
        (lambda: Horizon(trade_response=1.5), "at most 1"),
        (lambda: Params(backstop_cost=0.5), r"must be 1 to inf \(no backstops\)"),
        (lambda: Params(most_sweeps=0), "at least 1"),
    ],
)
def test_parameters_outside_their_range_are_refused(build, message):
    with pytest.raises(InputError, match=message):
        build()


@pytest.fixture
def starved():
    """A buys y only from B, and may not any more."""
    flows = np.full((2, 2, 2), 10.0)
    flows[0, 0, 1], flows[0, 1, 1] = 0.0, 5.0
    economy = Economy.from_flows(["A", "B"], ["x", "y"], flows)
    ban = np.ones(flows.shape)
    ban[0, 1, 1] = 0.0
    return Shock(economy, permitted=ban)


def test_a_good_that_cannot_be_had_is_made_by_hand(starved):
    """Its price is the wage times the cost, and its makers' pay is part of labour income."""
    outcome = solve(starved.economy, starved, Params(backstop_cost=30.0, tolerance=EXACT))
    assert outcome.price[0, 1] == pytest.approx(30 * outcome.wage[0], rel=1e-10)
    assert outcome.backstop[0, 1] == pytest.approx(outcome.expenditure[0, 1], rel=1e-10)
    assert (outcome.flows[0, :, 1] == 0).all()
    paid = outcome.value_added.sum(1) + outcome.backstop.sum(1)
    np.testing.assert_allclose(paid, outcome.labour_income, rtol=1e-10)
    note = notes_of(outcome)[-1]
    assert (note.name, note.usd_million) == ("backstop", pytest.approx(outcome.backstop.sum()))
    assert "A y" in note.text
    with pytest.raises(InputError, match="no backstops"):
        outcome.as_economy()


def test_backstops_are_in_the_tables(starved):
    outcome = solve(starved.economy, starved)
    table = effects(outcome).table().query("variable == 'makeshift_spending'")
    assert table[["region", "sector"]].values.tolist() == [["A", "y"]]
    assert table["value"].item() == pytest.approx(outcome.expenditure[0, 1], rel=1e-9)
    made = dataset(outcome)["backstop"].sel(region="A", sector="y")
    assert made.item() == table["value"].item()


def test_a_closed_region_closes_the_one_that_traded_with_nobody_else():
    """D may not import, so it sells to nobody; C, which bought from D alone, has nothing to buy."""
    flows = np.zeros((4, 4, 1))
    bought = {"AB": 10, "BA": 10, "BC": 10, "DC": 10, "DB": 10, "CD": 20}
    for (importer, exporter), flow in (bought | {2 * who: 50 for who in "ABCD"}).items():
        flows["ABCD".index(importer), "ABCD".index(exporter)] = flow
    economy = Economy.from_flows(list("ABCD"), ["x"], flows)
    ban = np.ones(flows.shape)
    ban[3, :3] = 0.0
    outcome = solve(
        economy, Shock(economy, permitted=ban), Params(deficits="balanced", tolerance=EXACT)
    )
    assert outcome.flows[1, 2] == outcome.flows[2, 3] == 0.0
    left = 5 / 7 + 2 / 7 * Params().backstop_cost ** -economy.trade_elasticity[0]
    found = outcome.real_income[[2, 3]]
    np.testing.assert_allclose(found, left ** (1 / economy.trade_elasticity[0]), rtol=1e-12)


def test_without_backstops_a_good_that_cannot_be_had_is_refused(starved):
    with pytest.raises(
        ShockError, match=r"leave A without any supplier of y \(y\), 20.0% of its spending"
    ):
        solve(starved.economy, starved, Params(backstop_cost=np.inf))


@pytest.mark.parametrize("params", [Params(), Params(SHORT_RUN)])
def test_backstops_are_one_more_supplier_in_the_nest(params):
    """Each region's purchases of a good, backstops included, follow one CES of elasticity 1 + theta."""
    economy, cost = random_economy(3), 8.0
    permitted = np.where(abroad(economy), 0.4, 1.0)
    outcome = solve(
        economy,
        Shock(economy, permitted=permitted),
        replace(params, backstop_cost=cost, tolerance=EXACT),
    )
    lost = 0.6 * (economy.shares * abroad(economy)).sum(1)
    price = cost * outcome.wage[:, None]
    share = outcome.backstop / outcome.expenditure
    np.testing.assert_allclose(share, lost * (price / outcome.price) ** -outcome.theta, rtol=1e-10)
    np.testing.assert_allclose(share + outcome.shares.sum(1), 1.0, rtol=1e-10)
    np.testing.assert_allclose(
        outcome.real_income, outcome.income / economy.income / outcome.consumer_price
    )


def test_backstops_vanish_as_they_grow_dear():
    economy = random_economy(9)
    shock = Shock(economy, permitted=np.where(abroad(economy), 0.5, 1.0))
    none = solve(economy, shock, Params(backstop_cost=np.inf, tolerance=EXACT))
    dear = solve(economy, shock, Params(backstop_cost=1e12, tolerance=EXACT))
    np.testing.assert_allclose(dear.real_income, none.real_income, rtol=1e-10)
    assert not none.backstop.any()
