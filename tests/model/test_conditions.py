"""Levels that the equilibrium decides, against cases solved by hand and identities of the books."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from worlds import random_economy

from paxsilica.conditions import Budget, Ceiling, PriceCap, Quota, crowded, settlements
from paxsilica.economy import Economy
from paxsilica.errors import ConvergenceError, ShockError
from paxsilica.model import Params, gradient, solve, solve_many
from paxsilica.shock import Shock

THETA, WITHIN, BEYOND = 4.0, 0.02, 0.4
FLOWS = np.array([[[80.0], [20.0]], [[20.0], [60.0]]])
"""`[n, i, j]`: A sells 80 at home and 20 to B, which sells 60 at home and 20 to A."""

ONE_FLOW = (np.array([0]), np.array([1]), np.array([0]))
"""What A buys from B."""


def two_countries() -> Economy:
    return Economy.from_flows(["A", "B"], ["goods"], FLOWS, trade_elasticity=THETA)


class ByHand:
    """Two countries, one good, labour alone: A's imports under a duty and a rent, from one equation in one unknown.

    The price of A's labour is one. B's is `w`; A buys from B at `w (1 + rent) (1 + duty)`, B from A at one.
    """

    def __init__(self, duty: float, rent: float) -> None:
        self.duty, self.rent = duty, rent
        self.w: float = brentq(lambda w: self.excess(w), 0.2, 5.0, xtol=1e-15)

    def bought(self, w: float) -> tuple[float, float, float]:
        """A's imports at the gate in B, B's imports from A, and A's income."""
        delivered = w * (1 + self.rent) * (1 + self.duty)
        share_a = 0.2 * delivered**-THETA / (0.8 + 0.2 * delivered**-THETA)
        share_b = 0.25 / (0.75 * w**-THETA + 0.25)
        # income_a = 100 + revenue, revenue = duty / (1 + duty) share_a income_a
        income_a = 100 / (1 - share_a * self.duty / (1 + self.duty))
        border = share_a * income_a / (1 + self.duty)
        income_b = 80 * w + border * self.rent / (1 + self.rent)
        return border / (1 + self.rent), share_b * income_b, income_a

    def excess(self, w: float) -> float:
        gate, sold, _ = self.bought(w)
        return gate * (1 + self.rent) - sold

    @property
    def volume(self) -> float:
        gate: float = self.bought(self.w)[0]
        return gate / self.w


def quota_by_hand(volume: float, rent_to: str) -> tuple[str, ByHand]:
    """The regime and the equilibrium of a quota of 2 % within and 40 % beyond, by its definition."""
    exporter = rent_to == "exporter"

    def priced(duty: float, filled: float) -> ByHand:
        rent = filled * ((1 + duty) / (1 + WITHIN) - 1) * exporter
        return ByHand((1 + duty) / (1 + rent) - 1, rent)

    if priced(WITHIN, 1.0).volume <= volume:
        return "within", priced(WITHIN, 1.0)
    if priced(BEYOND, 1.0).volume <= volume:
        duty = brentq(lambda t: priced(t, 1.0).volume - volume, WITHIN, BEYOND, xtol=1e-15)
        return "at", priced(duty, 1.0)
    filled = brentq(lambda f: priced(BEYOND, f).volume * f - volume, 0.0, 1.0, xtol=1e-15)
    return "beyond", priced(BEYOND, filled)


@pytest.mark.parametrize("rent_to", ["importer", "exporter"])
@pytest.mark.parametrize(("volume", "regime"), [(25.0, "within"), (12.0, "at"), (3.0, "beyond")])
def test_a_quota_is_the_hand_solved_case_of_two_countries(
    volume: float, regime: str, rent_to: str
) -> None:
    economy = two_countries()
    quota = Quota("q", ONE_FLOW, np.ones(1), WITHIN, BEYOND, volume, rent_to=rent_to)  # type: ignore[arg-type]
    outcome = solve(economy, Shock(economy).under(quota))
    found, hand = quota_by_hand(volume, rent_to)
    [(_, made)] = settlements(outcome)
    assert found == regime == made.regime
    gate, _, income_a = hand.bought(hand.w)
    assert outcome.wages[1, 0] / outcome.wages[0, 0] == pytest.approx(hand.w, rel=1e-7)
    assert outcome.income[0] / outcome.labour_income[0] == pytest.approx(income_a / 100, rel=1e-7)
    assert quota.used(outcome) * volume == pytest.approx(gate / hand.w, rel=1e-7)
    if regime == "at":
        assert quota.used(outcome) == pytest.approx(1, rel=1e-7)
        paid = (1 + hand.duty) * (1 + hand.rent) - 1
        assert made.rate == pytest.approx(paid, rel=1e-6)
    if rent_to == "exporter":
        scale = outcome.labour_income[0] / 100
        assert made.money == pytest.approx(gate * hand.rent * scale, rel=1e-6, abs=1e-6)
        assert outcome.treasury[1] == pytest.approx(made.money, rel=1e-6, abs=1e-6)
    assert outcome.residual < 1e-9


def test_a_rent_that_the_importer_keeps_is_the_duty_less_the_lower_duty_on_the_quota() -> None:
    economy = two_countries()
    quota = Quota("q", ONE_FLOW, np.ones(1), WITHIN, BEYOND, 3.0)
    outcome = solve(economy, Shock(economy).under(quota))
    bought, price = outcome.flows[0, 1, 0], outcome.gate_price[1, 0]
    [(_, made)] = settlements(outcome)
    assert made.money == pytest.approx((BEYOND - WITHIN) * 3.0 * price, rel=1e-7)
    assert outcome.tariff_revenue[0] == pytest.approx(BEYOND * bought, rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_quotas_on_a_made_up_world_keep_their_definition(seed: int) -> None:
    economy = random_economy(seed, regions=4, sectors=3)
    rng = np.random.default_rng(seed)
    quotas = []
    for importer in (0, 2):
        n, i, j = np.nonzero(np.arange(3)[None, None] == rng.integers(3) + np.zeros((4, 4, 1)))
        pick = (n == importer) & (i != importer)
        at = n[pick], i[pick], j[pick]
        reach = rng.uniform(0.3, 1.0, pick.sum())
        volume = float((reach * economy.flows[at]).sum() * rng.uniform(0.2, 1.1))
        low = float(rng.uniform(0, 0.1))
        to = ("importer", "exporter")[seed % 2]
        quotas.append(
            Quota(f"q{importer}", at, reach, low, low + 0.5, volume, added=True, rent_to=to)  # type: ignore[arg-type]
        )
    outcome = solve(economy, Shock(economy).under(*quotas))
    for quota, (_, made) in zip(quotas, settlements(outcome), strict=True):
        standing = np.average(
            economy.tariffs[quota.at], weights=quota.reach * economy.flows[quota.at]
        )
        match made.regime:
            case "within":
                assert made.used <= 1
                assert made.rate == pytest.approx(standing + quota.within)
            case "at":
                assert made.used == pytest.approx(1, abs=1e-7)
                assert standing + quota.within <= made.rate <= standing + quota.beyond
            case "beyond":
                assert made.used >= 1
                assert made.rate == pytest.approx(standing + quota.beyond)
    assert abs(outcome.walras) < 1e-9


@pytest.mark.parametrize("money", [5.0, 0.01, -3.0])
def test_a_subsidy_in_money_costs_the_treasury_that_money(money: float) -> None:
    economy = random_economy(3)
    at = (np.array([1, 1]), np.array([0, 2]))
    outcome = solve(economy, Shock(economy).under(Budget("s", "subsidy", at, money)))
    paid = outcome.cost.sum(1) - outcome.output.sum(1)
    assert paid[1] == pytest.approx(money, rel=1e-6)
    assert np.delete(paid, 1) == pytest.approx(0, abs=1e-9)
    rate = outcome.shock.subsidy[at]
    assert rate[0] == pytest.approx(rate[1], rel=1e-12)
    again = solve(economy, Shock(economy, subsidy=outcome.shock.subsidy))
    assert again.real_income == pytest.approx(outcome.real_income, rel=1e-9)


@pytest.mark.parametrize("money", [2.0, 0.01])
def test_a_subsidy_of_inputs_in_money_costs_the_treasury_that_money(money: float) -> None:
    economy = random_economy(3)
    at = (np.array([1, 1]), np.array([0, 0]), np.array([1, 2]))
    outcome = solve(economy, Shock(economy).under(Budget("s", "input_subsidy", at, money)))
    free = outcome.tariff_revenue[1] - outcome.treasury[1]
    assert free == pytest.approx(money, rel=1e-6)
    assert outcome.residual < 1e-9


def test_a_capped_price_is_the_cap_and_one_above_the_price_changes_nothing() -> None:
    economy = random_economy(5)
    n = np.array([0, 1, 2])
    at = (n, np.full(3, 3), np.full(3, 1))
    outcome = solve(economy, Shock(economy).under(PriceCap("oil", at, np.ones(3), 0.7)))
    paid = outcome.gate_price[3, 1] * (1 + outcome.shock.export_tax[at])
    assert paid == pytest.approx(0.7, rel=1e-7)
    [(_, made)] = settlements(outcome)
    assert made.money == pytest.approx(made.rate / -(1 + made.rate) * outcome.flows[at].sum())
    assert made.regime == "at"
    assert outcome.treasury[3] < solve(economy).treasury[3]
    idle = solve(economy, Shock(economy).under(PriceCap("oil", at, np.ones(3), 1.3)))
    assert idle.real_income == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("left", [0.9, 0.5])
def test_lost_capacity_leaves_what_it_says_and_the_rent_at_home(left: float) -> None:
    economy = random_economy(7)
    at = (np.array([2]), np.array([1]))
    ceiling = Ceiling("plants", at, left)
    outcome = solve(economy, Shock(economy).under(ceiling))
    quantity = outcome.output[2, 1] / outcome.gate_price[2, 1] / economy.output[2, 1]
    assert quantity == pytest.approx(left, rel=1e-7)
    rent = outcome.output[2, 1] - outcome.cost[2, 1]
    assert rent > 0
    [(_, made)] = settlements(outcome)
    assert made.money == pytest.approx(rent, rel=1e-9)
    assert made.place == (2, 1)
    assert outcome.treasury[2] - outcome.tariff_revenue[2] == pytest.approx(rent, rel=1e-9)


def test_capacity_that_nobody_asks_for_costs_nothing() -> None:
    economy = random_economy(7)
    halved = np.where(np.arange(4)[:, None] == 2, 0.5, np.ones((4, 3)))
    gone = Shock(economy, productivity=halved)
    ceiling = Ceiling("plants", (np.array([2]), np.array([1])), 0.95)
    free, under = solve(economy, gone), solve(economy, gone.under(ceiling))
    assert ceiling.made(free) < 0.95
    assert under.real_income == pytest.approx(free.real_income, rel=1e-9)


def test_conditions_go_with_the_shock_and_start_from_what_was_asked() -> None:
    economy = two_countries()
    quota = Quota("q", ONE_FLOW, np.ones(1), WITHIN, BEYOND, 12.0)
    first = solve(economy, Shock(economy).under(quota))
    again = solve(economy, first.shock, start=first)
    assert again.real_income == pytest.approx(first.real_income, rel=1e-9)
    other = economy.replace(trade_elasticity=np.full(1, 8.0))
    moved = solve(other, first.shock.on(other))
    assert quota.used(moved) == pytest.approx(1, rel=1e-7)
    assert moved.shock.tariffs[0, 1, 0] != pytest.approx(first.shock.tariffs[0, 1, 0])
    many = solve_many(economy, [first.shock.asked, Shock(economy), Shock(economy)])
    assert many.real_income[0] == pytest.approx(first.real_income, rel=1e-9)


def test_only_parts_of_a_flow_can_be_limited_twice() -> None:
    half, more = np.full(1, 0.5), np.full(1, 0.6)
    first, second, third = (
        Quota(name, ONE_FLOW, reach, WITHIN, BEYOND, 12.0)
        for name, reach in (("one", half), ("two", half), ("three", more))
    )
    assert crowded([first, second]) is None
    assert crowded([first, third]) == "one"


def test_what_the_equilibrium_decides_has_no_derivative_and_what_cannot_be_met_raises() -> None:
    economy = two_countries()
    quota = Quota("q", ONE_FLOW, np.ones(1), WITHIN, BEYOND, 12.0)
    with pytest.raises(ShockError, match="q follows from the equilibrium"):
        gradient(economy, Shock(economy).under(quota), "A")
    at = (np.array([0]), np.array([0]))
    raised = Budget("raise", "subsidy", at, -1e4)
    with pytest.raises(ConvergenceError, match="raise cannot be met"):
        solve(economy, Shock(economy).under(raised), Params())
