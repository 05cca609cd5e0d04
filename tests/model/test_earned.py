"""Real income, what a region earns of it, and what comes from abroad as a transfer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import random_economy, some_shock

from paxsilica.economy import Economy
from paxsilica.horizon import LONG_RUN, SHORT_RUN
from paxsilica.model import Params, settled, solve
from paxsilica.shock import Shock

EXACT = 1e-12
CLOSURES = ["fixed_share", "fixed", "balanced"]


@pytest.mark.parametrize("horizon", [LONG_RUN, SHORT_RUN], ids=str)
@pytest.mark.parametrize("deficits", CLOSURES)
def test_earned_income_and_transfers_make_up_real_income(horizon, deficits):
    params = Params(horizon, deficits=deficits)
    economy = settled(random_economy(3), params)
    o = solve(economy, some_shock(economy, 3), params)
    weight = economy.gdp / economy.income
    parts = weight * (o.real_earned_income - 1) + o.transfer_effect
    np.testing.assert_allclose(o.real_income - 1, parts, atol=1e-12)
    assert (np.abs(o.transfer_effect).max() < 1e-9) == (deficits == "balanced")


def test_earned_income_is_what_goods_bought_and_sold_leave():
    """Books kept entry by entry: sales at the border and duties, less what is bought abroad and made."""
    economy = random_economy(5)
    o = solve(economy, some_shock(economy, 5))
    final = o.final.sum(1) - (o.flows.sum((1, 2)) - o.output.sum(1))  # spent, less lent by others
    np.testing.assert_allclose(
        o.real_earned_income, final / economy.gdp / o.consumer_price, rtol=1e-8
    )


def test_a_closed_region_keeps_what_it_no_longer_lends():
    """All exports banned: nothing is lent, and the surplus comes home whatever the prices."""
    economy = random_economy(6, tariffs=False)
    lender = int(np.argmin(economy.deficit / economy.income))
    permitted = np.ones(economy.flows.shape)
    permitted[:, lender] = 0.0
    permitted[lender, lender] = 1.0
    o = solve(economy, Shock(economy, permitted=permitted))
    lent = -economy.deficit[lender] / economy.income[lender]
    assert lent > 0.01
    assert o.transfer_effect[lender] == pytest.approx(lent, rel=1e-9)
    assert o.real_income[lender] > o.real_earned_income[lender]
    closed = o.real_earned_income[lender]
    own = o.labour_income[lender] / o.consumer_price[lender] / economy.labour_income[lender]
    assert closed == pytest.approx(own, rel=1e-9)


@pytest.mark.parametrize("deficits", CLOSURES)
def test_a_side_payment_is_a_transfer_and_nothing_earned_where_prices_stay(deficits):
    """Where all spend alike on everything, no payment moves a price (Samuelson 1952)."""
    sold = np.array([[[6.0], [3.0], [1.0]]] * 3)
    params = Params(deficits=deficits, tolerance=EXACT)
    economy = settled(_pooled(sold), params)
    paid = np.array([0.02, -0.02, 0.0]) * economy.income[0]
    o = solve(economy, Shock(economy, transfer=paid), replace(params, tolerance=EXACT))
    np.testing.assert_allclose(o.transfer_effect, paid / economy.income, atol=1e-9)
    np.testing.assert_allclose(o.real_earned_income, 1.0, rtol=1e-9)


def _pooled(flows):
    spending = np.array([6.0, 3.0, 1.0])[:, None, None]
    return Economy.from_flows(["A", "B", "C"], ["g"], spending * flows / 10)
