"""Measures that name a limit and no rate: what they are read as, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from policy_world import HEAD, small_world

from paxsilica.conditions import Ceiling, PriceCap, Quota, settlements
from paxsilica.errors import ScenarioError
from paxsilica.model import solve
from paxsilica.policy import parse_scenario
from paxsilica.policy.scenario import Scenario

WORLD = small_world()
QUOTA = "kind: tariff_quota, importer: [USA], exporter: [CHN], sector: [C26], op: set, within: 0%, beyond: 25%"
TRADED = float(WORLD.flows[0, 3, 1])


def scenario(*measures: str) -> Scenario:
    listed = "".join(f"  - {{id: m{at}, {measure}}}\n" for at, measure in enumerate(measures))
    return parse_scenario(f"{HEAD}measures:\n{listed}", "s.yaml")


@pytest.mark.parametrize(
    "size",
    [
        "quota: 50%",
        f"quota: {TRADED / 2:.10f} million USD",
        f"quota: {TRADED / 2 * 1e6 / 400:.6f} t, price: 400 USD/t",
        f"quota: {TRADED / 2 * 1e6 / 400:.3f} thousand kg, price: 0.4 USD/kg",
    ],
)
def test_a_quota_is_a_share_a_sum_or_a_quantity_at_a_price(size: str) -> None:
    [condition] = scenario(f"{QUOTA}, {size}").compile(WORLD).conditions
    assert isinstance(condition, Quota)
    assert condition.volume == pytest.approx(TRADED / 2, rel=1e-6)
    assert (condition.within, condition.beyond, condition.added) == (0.0, 0.25, False)


def test_a_quota_shared_by_several_is_of_all_their_trade_together() -> None:
    wide = QUOTA.replace("[CHN]", "[CHN, IND]")
    [condition] = scenario(f"{wide}, quota: 100%, rent: exporter").compile(WORLD).conditions
    assert isinstance(condition, Quota)
    assert condition.volume == pytest.approx(TRADED + WORLD.flows[0, 1, 1])
    assert condition.rent_to == "exporter"


def test_a_subsidy_of_a_sum_costs_the_treasury_that_sum() -> None:
    made = float(WORLD.output[1].sum())
    asked = f"kind: subsidy, region: [IND], amount: {0.01 * made:.6f} million USD"
    outcome = solve(WORLD, scenario(asked).compile(WORLD))
    paid = (outcome.cost - outcome.output)[1].sum()
    assert paid == pytest.approx(0.01 * made, rel=1e-6)
    [(_, found)] = settlements(outcome)
    assert found.rate == pytest.approx(outcome.shock.subsidy[1, 0], rel=1e-12)


def test_a_cap_is_the_ratio_of_two_prices_and_lost_capacity_what_is_left() -> None:
    cap = "kind: price_cap, importer: [DEU, USA], exporter: [NOR], sector: [A01], price: 30 USD/t, market: 0.04 USD/kg"
    lost = "kind: capacity_loss, region: [CHN], sector: [C26, SERV], share: 20%"
    first, *rest = scenario(cap, lost).compile(WORLD).conditions
    assert isinstance(first, PriceCap)
    assert first.cap == pytest.approx(0.75)
    assert all(isinstance(one, Ceiling) and one.left == pytest.approx(0.8) for one in rest)
    assert len(rest) == 2


def test_limits_act_on_what_all_other_rates_leave_whatever_their_order() -> None:
    quota, tariff = (
        f"{QUOTA}, quota: 50%".replace("op: set", "op: add"),
        "kind: tariff, importer: [USA], exporter: [CHN], op: set, rate: 10%",
    )
    one, two = (
        solve(WORLD, scenario(*order).compile(WORLD))
        for order in ((quota, tariff), (tariff, quota))
    )
    assert np.allclose(one.real_income, two.real_income, rtol=1e-9)
    assert one.shock.tariffs[0, 3, 1] > 0.1


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (f"{QUOTA}, quota: 500", "no amount with a unit"),
        (f"{QUOTA}, quota: 500 t", "give its price"),
        (f"{QUOTA}, quota: 500 million EUR", "in USD"),
        (f"{QUOTA}, quota: 0%", "above 0"),
        (f"{QUOTA}, quota: 5 USD/t", "is a price"),
        (f"{QUOTA}, quota: 50%, price: 4 USD/t", "no use beside a quota in %"),
        (f"{QUOTA}, quota: 5 bbl, price: 4 USD/t", "USD/bbl"),
        (f"{QUOTA.replace('25%', '0%')}, quota: 50%", "is not above within"),
        (f"{QUOTA}", "quota"),
        (
            "kind: price_cap, importer: [USA], exporter: [NOR], price: 60 USD/bbl, market: 400 USD/t",
            "one unit for both",
        ),
        (
            "kind: price_cap, importer: [USA], exporter: [NOR], price: 60 USD, market: 4 USD/t",
            "no price",
        ),
        ("kind: capacity_loss, region: [CHN], share: 100%", "leaves no output"),
        ("kind: capacity_loss, region: [CHN], share: 0%", "loses nothing"),
        ("kind: subsidy, region: [IND], amount: 5%", "no sum of money"),
        (
            "kind: subsidy, region: [IND], amount: 5 million USD, op: set, rate: 3%",
            "one of the two",
        ),
        ("kind: productivity, region: [IND], amount: 5 million USD", "nobody pays"),
        ("kind: subsidy, region: [IND]", "op"),
    ],
)
def test_what_is_no_limit_is_refused_with_its_line(measure: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as refused:
        scenario(measure).compile(WORLD)
    assert str(refused.value).startswith("s.yaml:")


def test_the_same_trade_is_limited_once() -> None:
    with pytest.raises(ScenarioError, match="m0 limits the same already"):
        scenario(f"{QUOTA}, quota: 50%", f"{QUOTA}, quota: 60%").compile(WORLD)


def test_a_quota_on_no_trade_is_refused() -> None:
    nobody = WORLD.replace(flows=np.where(WORLD.flows == TRADED, 0.0, WORLD.flows))
    with pytest.raises(ScenarioError, match="none of this trade"):
        scenario(f"{QUOTA}, quota: 50%").compile(nobody)
