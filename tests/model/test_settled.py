"""A baseline from which no shock moves nothing, or none at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import abroad, random_economy, some_shock

from paxsilica.economy import Economy
from paxsilica.errors import InputError
from paxsilica.horizon import HORIZONS, SHORT_RUN
from paxsilica.model import Params, gradient, rebalance, settled, solve, solve_many
from paxsilica.model.solve import _solve
from paxsilica.shock import Shock


@pytest.mark.parametrize("ask", [solve, gradient, solve_many], ids=lambda f: f.__name__)
def test_deficits_that_must_vanish_are_not_charged_to_the_shock(ask):
    """Every door of the model refuses and says what to do, and what it says works."""
    economy, params = random_economy(3), Params(deficits="balanced")
    for shock in (None, some_shock(economy, 3)):
        args = {solve: (shock,), gradient: (shock, "R0"), solve_many: ([shock or Shock(economy)],)}
        with pytest.raises(
            InputError, match=r"rebalance\(economy, Params\(deficits='balanced'\)\)"
        ):
            ask(economy, *args[ask], params)
    assert settled(economy) is economy
    assert solve(settled(economy, params), None, params).residual <= 1e-10


@pytest.mark.parametrize("horizon", HORIZONS.values())
@pytest.mark.parametrize("deficits", ["fixed_share", "fixed", "balanced"])
def test_no_shock_moves_nothing(horizon, deficits):
    """Also where a region lends more than the model lets it, and the first year starts where the long run does."""
    flows = random_economy(9, tariffs=False).flows.copy()
    flows[0] *= 0.02  # buys next to nothing, at home too, and lends the rest
    lender = Economy.from_flows([f"R{n}" for n in range(4)], ["a", "b", "c"], flows)
    assert lender.deficit[0] < -0.9 * lender.gdp[0]
    for economy in (random_economy(9, zeros=True), lender):
        params = Params(horizon, deficits=deficits)
        base = settled(economy, params)
        assert np.abs(solve(base, None, params).real_income - 1).max() < 1e-11
        np.testing.assert_array_equal(base.flows, settled(economy, Params(deficits=deficits)).flows)


@pytest.mark.parametrize(
    "params", [Params(deficits="balanced"), Params(SHORT_RUN, deficits="balanced")]
)
def test_removing_deficits_first_is_what_a_comparison_of_two_balanced_worlds_says(params):
    """Hat algebra is transitive: shock over no shock, both solved from the table with its deficits."""
    economy = random_economy(4)
    base = rebalance(economy, params)
    shock = some_shock(economy, 4)
    cost = np.where(
        np.isinf(shock.trade_cost), 2.0, shock.trade_cost
    )  # backstops are not transitive
    shock = Shock(economy, **{**shock.rows, "trade_cost": cost})
    step = solve(base, Shock(base, **shock.rows), params).real_income
    exact = replace(params, tolerance=1e-12)
    whole, removal = (_solve(s, exact, True).real_income for s in (shock, Shock(economy)))
    np.testing.assert_allclose(step, whole / removal, rtol=1e-8)
    assert np.abs(removal - 1).max() > 0.01


def test_each_rule_for_deficits_is_solved_as_if_it_were_alone():
    """One table, its rules asked in turn, against tables that nobody has asked before."""
    shared = random_economy(11)
    for deficits in ("fixed_share", "fixed", "fixed_share"):
        params, fresh = Params(deficits=deficits), random_economy(11)
        found, alone = (
            solve(e, Shock(e, tariffs=e.tariffs + 0.3 * abroad(e)), params) for e in (shared, fresh)
        )
        np.testing.assert_array_equal(found.real_income, alone.real_income)
        np.testing.assert_allclose(found.deficit, found.promised_deficit, atol=1e-8)
