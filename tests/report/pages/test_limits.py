"""What a page says of quotas, sums, caps and lost capacity, read off its sentences, against the books of the outcome."""

from __future__ import annotations

import re

import pytest
from run_world import case_on, small_world

WORLD = small_world()
AT = {name: at for at, name in enumerate(WORLD.regions)} | {
    name: at for at, name in enumerate(WORLD.sectors)
}
QUOTA = (
    "{{id: q, kind: tariff_quota, importer: [USA], exporter: [IND], sector: [C26], op: set, "
    "quota: {quota}, within: 5%, beyond: 60%}}"
)


def told(case, title):
    """Value and note of a number of the first screen."""
    [number] = [n for n in case.report.numbers if n.head.startswith(title)]
    return number.value, number.note


def size(text, words):
    """The number behind some words, in million where it is money."""
    scale = {"billion": 1e3, "million": 1.0, "trillion": 1e6, "thousand": 1e-3, "%": 1.0, "a": 1.0}
    number, unit = re.search(rf"{words} (?:USD )?([\d,.]+) ([a-z%]+)", text).groups()
    return float(number.replace(",", "")) * scale[unit]


@pytest.mark.parametrize(
    ("quota", "holds"), [("500%", "not filled"), ("70%", "filled"), ("1%", "exceeded")]
)
def test_a_quota_says_its_regime_its_duty_and_who_gains_what(quota: str, holds: str) -> None:
    case = case_on(WORLD, QUOTA.format(quota=quota))
    value, note = told(case, "Quota q")
    assert value.split(":")[0] == holds
    o, n, i, j = case.outcome, AT["USA"], AT["IND"], AT["C26"]
    duty = float(o.shock.tariffs[n, i, j])
    assert size(note, "duty on the margin") == pytest.approx(100 * duty, rel=0.01)
    bought = o.flows[n, i, j] / o.gate_price[i, j] / WORLD.flows[n, i, j]
    share = float(quota.removesuffix("%")) / 100
    within = min(1.0, share / bought)
    rent = (duty - 0.05) * o.flows[n, i, j] * within
    assert size(note, "rent of its licences") == pytest.approx(rent, rel=0.01, abs=1e-6)


def test_lost_capacity_says_its_price_and_its_rent() -> None:
    case = case_on(WORLD, "{id: l, kind: capacity_loss, region: [VNM], sector: [C26], share: 20%}")
    value, note = told(case, "Capacity l")
    o, i, j = case.outcome, AT["VNM"], AT["C26"]
    assert value == "is all used"
    assert size(note, "price") == pytest.approx(100 * (o.output / o.cost - 1)[i, j], rel=0.01)
    assert size(note, "scarcity earns") == pytest.approx((o.output - o.cost)[i, j], rel=0.01)
    assert "may gain" in " ".join(case.lines)


def test_a_sum_says_what_share_of_cost_it_pays() -> None:
    case = case_on(
        WORLD, "{id: s, kind: subsidy, region: [DEU], sector: [C26], amount: 9 billion USD}"
    )
    value, note = told(case, "Sum s")
    share = 9000 / case.outcome.cost[AT["DEU"], AT["C26"]]
    assert value == "USD 9.00 billion a year"
    assert size(note, "it pays") == pytest.approx(100 * share, rel=0.01)


@pytest.mark.parametrize(("price", "holds"), [(60, "bites"), (400, "does not bite")])
def test_a_cap_says_whether_it_bites_and_what_the_seller_forgoes(price: int, holds: str) -> None:
    case = case_on(
        WORLD,
        "{id: c, kind: price_cap, importer: [EUROPE], exporter: [VNM], sector: [B06], "
        f"price: {price} USD/bbl, market: 80 USD/bbl}}",
    )
    value, note = told(case, "Price cap c")
    assert value.split(":")[0] == holds
    o, i = case.outcome, AT["VNM"]
    lost = o.tariff_revenue[i] - o.treasury[i]
    assert size(note, "gain the") == pytest.approx(lost, rel=0.01, abs=1e-6)
    assert not any(n.head.startswith("Tariff of") for n in case.report.numbers)
    assert ("no limit that it sets is reached" in case.report.lead) == (holds != "bites")
    if holds == "bites":
        assert any("the rent of a price cap is in it" in n.note for n in case.report.numbers)
