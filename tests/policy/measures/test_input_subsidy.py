"""A subsidy of inputs in a scenario: what it selects, how it reads, and what it does against arrays written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from policy_world import HEAD, world_with_inputs
from worlds import random_economy

from paxsilica.analysis.actors import parties_of
from paxsilica.economy import Economy
from paxsilica.errors import ScenarioError
from paxsilica.model import Params, solve
from paxsilica.policy import Scenario, parse_scenario
from paxsilica.shock import Shock


@pytest.fixture(scope="module")
def world() -> Economy:
    return world_with_inputs()


def of(*bodies: str) -> Scenario:
    lines = "".join(f"  - {{id: m{at}, {body}}}\n" for at, body in enumerate(bodies))
    return parse_scenario(f"{HEAD}measures:\n{lines}", "s.yaml")


def rates(world: Economy, *bodies: str) -> np.ndarray:
    return of(*bodies).compile(world).input_subsidy


FARMS = "kind: input_subsidy, region: [IND], input: [C26], sector: [A01]"


def test_it_reaches_the_region_the_input_and_its_users(world: Economy) -> None:
    expected = np.zeros((5, 3, 3))
    expected[1, 1, 0] = 0.2
    np.testing.assert_array_equal(rates(world, f"{FARMS}, op: set, rate: 20%"), expected)
    expected[:] = 0.0
    expected[[1, 3], 1, :] = -0.1
    body = "kind: input_subsidy, region: [BRICS], input: [C26], op: set, rate: -10%"
    np.testing.assert_array_equal(rates(world, body), expected)
    expected[:] = 0.0
    expected[1, :2, 2] = 0.3
    body = (
        "kind: input_subsidy, region: [IND], input: [goods], sector: [services], op: add, rate: 30%"
    )
    np.testing.assert_array_equal(rates(world, body), expected)


def test_ops_meet_what_stands(world: Economy) -> None:
    at = (1, 1, 0)
    first = f"{FARMS}, op: set, rate: 20%"
    for second, result in (
        ("op: add, rate: 15%", 0.35),
        ("op: multiply, rate: 50%", 0.1),
        ("op: at_least, rate: 30%", 0.3),
        ("op: at_least, rate: 10%", 0.2),
        ("op: set, rate: 0%", 0.0),
    ):
        assert rates(world, first, f"{FARMS}, {second}")[at] == pytest.approx(result)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("op: set, rate: 20%", "The treasury pays 20 % of what the makers of agriculture in India spend on "),
        ("op: add, rate: 5%", "pays 5 percentage points more of what the makers of agriculture in India"),
        ("op: at_least, rate: 5%", "pays at least 5 % of what the makers"),
        ("op: multiply, rate: 50%", "pays 50 % of the share that it paid of what the makers"),
        ("op: set, rate: -20%", "The tax on what the makers of agriculture in India spend on computers and"),
        ("amount: 2 million USD", "The treasury pays 2 million USD a year of what the makers of agriculture"),
    ],
)  # fmt: skip
def test_it_reads_as_a_sentence(world: Economy, body: str, said: str) -> None:
    (sentence,) = of(f"{FARMS}, {body}").sentences(world)
    assert said in sentence
    assert "computers and electronics as inputs" in sentence
    assert "Beware" not in sentence


def test_what_is_easily_overlooked_is_said(world: Economy) -> None:
    all_inputs, none, part = of(
        "kind: input_subsidy, region: [IND], op: set, rate: 20%",
        "kind: input_subsidy, region: [IND], input: [SERV], sector: [A01], op: set, rate: 20%",
        "kind: input_subsidy, region: [IND], input: [SERV, C26], sector: [A01], op: set, rate: 20%",
    ).sentences(world)
    assert "spend on all goods and services as inputs" in all_inputs
    assert "it reaches services too, since it names no sector" in all_inputs
    assert "The baseline has none of this use of inputs: what is zero stays zero" in none
    assert "The baseline has none of this use of inputs for services: what is zero" in part


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("input: [C27], op: set, rate: 5%", "unknown sector 'C27'"),
        ("input: [C26, C26], op: set, rate: 5%", "names C26 twice"),
        ("input: [C26], op: set, rate: 100%", "100% leaves the user no price to pay; it must be below 100%"),
        ("input: [C26], exporter: [CHN], op: set, rate: 5%", "input_subsidy takes no 'exporter'"),
        ("input: [C26], rate: 5%", "op is missing"),
        ("input: [C26], op: set, rate: 5%, amount: 2 million USD", "stands beside op or rate"),
        ("input: [SERV], sector: [A01], amount: 2 million USD", "the baseline has none of this use of inputs"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(world: Economy, body: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=rf"s\.yaml:4: (?s:.*){said}"):
        of(f"kind: input_subsidy, region: [IND], {body}").compile(world)


def test_rates_that_add_up_to_all_of_the_price_are_refused(world: Economy) -> None:
    with pytest.raises(
        ScenarioError,
        match=r"brings input_subsidy to 120% at region IND, input C26, sector A01, which leaves the user no",
    ):
        of(f"{FARMS}, op: set, rate: 60%", f"{FARMS}, op: add, rate: 60%").compile(world)


def test_measures_that_follow_one_another_need_a_day(world: Economy) -> None:
    old, new = (
        f"{FARMS}, op: set, rate: 10%, {date}" for date in ("until: 2025-01-01", "from: 2025-06-01")
    )
    with pytest.raises(
        ScenarioError,
        match=r"on the same use of inputs \(region IND, input C26, sector A01\); say which day",
    ):
        of(old, new).compile(world)


def test_regions_and_sectors_of_one_number_are_no_clash() -> None:
    """In a world of as many regions as sectors a duty and a subsidy of inputs have arrays of one shape and never meet."""
    world = random_economy(3, regions=3, sectors=3)
    duty, subsidy = (
        f"kind: {kind}, op: set, rate: 10%, {date}"
        for kind, date in (
            ("tariff, importer: [R0], exporter: [R1], sector: [S2]", "until: 2025-01-01"),
            ("input_subsidy, region: [R0], input: [S1], sector: [S2]", "from: 2025-06-01"),
        )
    )
    shock = of(duty, subsidy).compile(world)
    assert shock.tariffs[0, 1, 2] == shock.input_subsidy[0, 1, 2] == 0.1


def test_it_is_the_shock_of_its_rates_and_the_treasury_that_pays_is_a_party(world: Economy) -> None:
    scenario = of(f"{FARMS}, op: set, rate: 25%")
    by_hand = np.zeros((5, 3, 3))
    by_hand[1, 1, 0] = 0.25
    found = solve(world, scenario.compile(world), Params(tolerance=1e-12))
    expected = solve(world, Shock(world, input_subsidy=by_hand), Params(tolerance=1e-12))
    np.testing.assert_array_equal(found.real_income, expected.real_income)
    assert found.price[1, 0] < 1, "farms in India sell for less"
    (party,) = parties_of(found, scenario).parties
    assert (party.key, party.imposes, party.taxes) == ("IND", True, True)


def test_a_sum_of_money_is_what_the_treasury_pays(world: Economy) -> None:
    scenario = of(f"{FARMS}, amount: 0.5 million USD")
    found = solve(world, scenario.compile(world), Params(tolerance=1e-11))
    rate = found.shock.input_subsidy
    assert (rate > 0).sum() == 1
    paid = (rate * found.inputs).sum()
    assert paid == pytest.approx(0.5, rel=1e-6)
    without = solve(world, Shock(world), Params(tolerance=1e-11))
    tariffs = found.tariff_revenue[1] - without.tariff_revenue[1]
    assert found.treasury[1] == pytest.approx(without.treasury[1] + tariffs - paid, rel=1e-6)


def test_the_baseline_of_the_same_world_is_unchanged(world: Economy) -> None:
    assert of(f"{FARMS}, op: set, rate: 0%").compile(world).is_nothing
    about = replace(world.about, name="other")
    assert not of(f"{FARMS}, op: set, rate: 1%").compile(world.replace(about=about)).is_nothing
