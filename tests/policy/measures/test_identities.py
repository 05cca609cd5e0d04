"""Kinds that are others in other words, against those words; and the arithmetic of exemptions by hand."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_world import HEAD, small_world

from paxsilica.errors import ScenarioError
from paxsilica.policy import Scenario, load_scenario, parse_scenario
from paxsilica.policy.products import lines_of_code, us_lines
from paxsilica.shock import INSTRUMENTS, Shock

WORLD = small_world()
USA, IND, NOR, CHN, DEU = range(5)
A01, C26, SERV = range(3)
WHERE = "importer: [USA], exporter: [IND], sector: [C26]"


def scenario(*bodies: str) -> Scenario:
    lines = "".join(f"  - {{id: m{at}, {body}}}\n" for at, body in enumerate(bodies))
    return parse_scenario(f"{HEAD}measures:\n{lines}", "s.yaml")


def compiled(*bodies: str, day: str | None = None) -> Shock:
    return scenario(*bodies).compile(WORLD, date.fromisoformat(day) if day else None)


def same(one: Shock, other: Shock) -> bool:
    return all(
        np.allclose(getattr(one, name), getattr(other, name), rtol=1e-12, atol=1e-12)
        for name in INSTRUMENTS
    )


def refused(body: str, says: str) -> None:
    with pytest.raises(ScenarioError) as error:
        compiled(body)
    assert says in str(error.value)
    assert str(error.value).startswith("s.yaml:4: measure m0: ")


# ---- duties by quantity ----------------------------------------------------------------------------------------


@given(duty=st.integers(1, 500), price=st.integers(100, 5000), op=st.sampled_from(["set", "add"]))
def test_a_specific_duty_is_the_tariff_of_its_share_of_the_price(
    duty: int, price: int, op: str
) -> None:
    money = f"duty: {duty / 100} USD/kg, price: {price / 100} USD/kg"
    plain = compiled(f"kind: tariff, {WHERE}, op: {op}, rate: {100 * duty / price:.12f}%")
    assert same(compiled(f"kind: specific_duty, {WHERE}, op: {op}, {money}"), plain)


@pytest.mark.parametrize(
    ("duty", "price"),
    [("300 USD/t", "2 USD/kg"), ("0.3 USD/kg", "2000 USD/tonne"), ("0.3 EUR/l", "2 EUR/l")],
)
def test_units_of_mass_convert(duty: str, price: str) -> None:
    body = f"kind: specific_duty, {WHERE}, op: set, duty: {duty}, price: {price}"
    assert compiled(body).tariffs[USA, IND, C26] == pytest.approx(0.15)


def test_a_specific_duty_on_products_reaches_their_share() -> None:
    where = "importer: [USA], exporter: [IND], product: [8541]"
    money = "op: add, duty: 1 USD/kg, price: 4 USD/kg"
    plain = compiled(f"kind: tariff, {where}, op: add, rate: 25%")
    assert same(compiled(f"kind: specific_duty, {where}, {money}"), plain)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ("duty: 0.3 USD/kg", "price is missing; state the price"),
        ("price: 0.3 USD/kg", "duty is missing; write money for each unit"),
        ("duty: 0.3 USD/kg, price: 2 EUR/kg", "state both in one currency"),
        ("duty: 0.3 USD/kg, price: 2 USD/l", "state both per the same unit"),
        ("duty: 0.3 USD, price: 2 USD/kg", "does not say for how much"),
        ("duty: 0.3 USD/kg, price: 0 USD/kg", "is not above 0"),
        ("duty: 0.3 rupees, price: 2 USD/kg", "is no unit"),
        ("duty: 0.3, price: 2 USD/kg", "is no amount with a unit"),
        ("duty: -3 USD/kg, price: 2 USD/kg", "must be above -100%"),
    ],
)
def test_what_is_no_specific_duty(fields: str, says: str) -> None:
    refused(f"kind: specific_duty, {WHERE}, op: set, {fields}", says)


# ---- exemptions ------------------------------------------------------------------------------------------------


def lines(code: str) -> float:
    """Share of the customs lines under a code in what the United States buys of electronics from India."""
    us = us_lines()
    bought, electronics = us.imports["IND"], us.sectors == "C26"
    return float(bought[lines_of_code(code)].sum() / bought[electronics].sum())


SURCHARGE = "kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 25%"
LET_OFF = "kind: exemption, importer: [USA], exporter: [IND]"


@pytest.mark.parametrize(
    ("taxed", "exempt", "left"),
    [
        ("sector: [C26]", "sector: [C26]", 0.0),
        ("sector: [C26]", "product: ['8541']", 1 - lines("8541")),
        ("product: ['8541']", "product: ['8541']", 0.0),
        ("product: ['8541']", "product: ['854143']", lines("8541") - lines("854143")),
        ("product: ['8541']", "product: ['8542']", lines("8541")),
        ("product: ['8541']", "sector: [C26]", 0.0),
        ("sector: [C26]", "sector: [A01]", 1.0),
        ("sector: [C26], except: ['8541']", "product: ['8541']", 1 - lines("8541")),
    ],
)
def test_an_exemption_leaves_the_surcharge_on_what_it_does_not_reach(
    taxed: str, exempt: str, left: float
) -> None:
    shock = compiled(f"{SURCHARGE}, {taxed}", f"{LET_OFF}, {exempt}")
    assert shock.tariffs[USA, IND, C26] == pytest.approx(0.1 + 0.25 * left, abs=1e-12)


def test_an_exemption_goes_back_to_what_stood_before_the_scenario(tmp_path: Path) -> None:
    before = f"{HEAD}measures:\n  - {{id: b, kind: tariff, {WHERE}, op: set, rate: 18%}}\n"
    (tmp_path / "b.yaml").write_text(before, encoding="utf-8")
    now = f"{HEAD}base: ./b.yaml\nmeasures:\n  - {{id: a, {SURCHARGE}}}\n  - {{id: e, {LET_OFF}}}\n"
    (tmp_path / "s.yaml").write_text(now, encoding="utf-8")
    tariffs = load_scenario(tmp_path / "s.yaml").compile(WORLD).tariffs
    assert tariffs[USA, IND, C26] == pytest.approx(0.18)
    assert tariffs[USA, IND, A01] == pytest.approx(0.1)


def test_an_exemption_may_state_its_rate_and_later_measures_act_on_it() -> None:
    shock = compiled(f"{SURCHARGE}, sector: [C26]", f"{LET_OFF}, rate: 4%", f"{SURCHARGE}")
    assert shock.tariffs[USA, IND, C26] == pytest.approx(0.29)
    part = compiled(f"{SURCHARGE}, sector: [C26]", f"{LET_OFF}, product: ['8541'], rate: 4%")
    share = lines("8541")
    assert part.tariffs[USA, IND, C26] == pytest.approx(0.35 * (1 - share) + 0.04 * share)


def test_measures_on_the_same_products_act_on_what_these_pay() -> None:
    """By hand: 25 points on the products and then 4 % for them leaves the rest at 10 %; two bans are one."""
    on, share = "importer: [USA], exporter: [IND], product: ['8541']", lines("8541")
    taxed = compiled(
        f"kind: tariff, {on}, op: add, rate: 25%", f"kind: tariff, {on}, op: set, rate: 4%"
    )
    assert taxed.tariffs[USA, IND, C26] == pytest.approx(0.1 * (1 - share) + 0.04 * share)
    banned = compiled(f"kind: export_ban, {on}", f"kind: import_ban, {on}")
    assert banned.permitted[USA, IND, C26] == pytest.approx(1 - share)


# ---- controls and embargoes ------------------------------------------------------------------------------------


def test_a_control_is_a_ban_of_a_share_or_a_trade_cost() -> None:
    control = f"kind: export_control, {WHERE}"
    assert same(
        compiled(f"{control}, share: 30%"), compiled(f"kind: export_ban, {WHERE}, share: 30%")
    )
    costs = compiled(f"kind: trade_cost, {WHERE}, op: multiply, rate: 105%")
    assert same(compiled(f"{control}, licence_cost: 5%"), costs)
    refused(control, "neither share nor licence_cost")
    refused(f"{control}, share: 5%, licence_cost: 5%", "both share and licence_cost")
    refused(f"{control}, share: 0%", "share 0% stops nothing")
    refused(f"{control}, licence_cost: -5%", "licence_cost -5% is no cost")


@pytest.mark.parametrize("direction", ["exports", "imports", "both"])
def test_an_embargo_is_the_bans_of_its_members(direction: str) -> None:
    banned = np.zeros((5, 5, 3), dtype=bool)
    if direction != "imports":
        banned[CHN, [USA, DEU], C26] = True
    if direction != "exports":
        banned[[USA, DEU], CHN, C26] = True
    body = f"kind: embargo, by: [USA, DEU], target: [CHN], sector: [C26], direction: {direction}"
    assert (compiled(body).banned == banned).all()


def test_an_embargo_on_products_leaves_the_rest() -> None:
    where = "product: ['8541'], share: 100%"
    bans = (
        f"kind: export_ban, exporter: [USA], importer: [CHN], {where}",
        f"kind: import_ban, importer: [USA], exporter: [CHN], {where}",
    )
    embargo = "kind: embargo, by: [USA], target: [CHN], product: ['8541']"
    assert same(compiled(embargo), compiled(*bans))


def test_who_cannot_embargo() -> None:
    refused("kind: embargo, by: [BRICS, USA], target: [CHN]", "China stands in by and in target")
    refused("kind: embargo, by: [USA]", "target is missing; name whom it hits")
    refused("kind: embargo, by: [USA], target: [Chnia]", "did you mean CHN")
    refused("kind: embargo, by: [USA], target: [CHN], direction: out", "write exports or imports")


# ---- transfers -------------------------------------------------------------------------------------------------


def test_a_transfer_sums_to_zero_and_splits_by_income() -> None:
    moved = compiled(
        "kind: transfer, payer: [USA], receiver: [BRICS], amount: 0.6 million USD"
    ).transfer
    share = WORLD.income[[IND, CHN]] / WORLD.income[[IND, CHN]].sum()
    assert moved[[IND, CHN]] == pytest.approx(0.6 * share)
    assert moved[[USA, NOR, DEU]] == pytest.approx([-0.6, 0, 0])
    back = "kind: transfer, payer: [BRICS], receiver: [USA], amount: 600 thousand USD"
    there = "kind: transfer, payer: [USA], receiver: [BRICS], amount: 0.6 million USD"
    assert same(compiled(there, back), Shock(WORLD))


def test_what_is_no_transfer() -> None:
    refused("kind: transfer, payer: [USA], receiver: [USA], amount: 5 USD", "pay and receive")
    refused("kind: transfer, payer: [USA], receiver: [IND], amount: 5 EUR", "currency of the")
    refused("kind: transfer, payer: [USA], receiver: [IND], amount: 5 USD/kg", "is no sum of money")
    refused("kind: transfer, payer: [USA], receiver: [IND], amount: 1 billion USD", "payer earns")
    refused("kind: transfer, payer: [USA], receiver: [IND], amount: -5 USD", "above 0")


# ---- agreements ------------------------------------------------------------------------------------------------

CUTS = "{importer: [IND], sector: [C26], to: 2%}, {exporter: [IND], sector: [A01], cut: 50%}"
PHASES = "phases: {2026-01-01: 20%, 2027-01-01: 40%, 2030-01-01: 100%}"
AGREED = f"kind: agreement, parties: [IND, DEU, NOR], cuts: [{CUTS}]"


@pytest.mark.parametrize(
    ("day", "share"),
    [("2025-12-31", 0.0), ("2026-01-01", 0.2), ("2028-06-01", 0.4), ("2031-01-01", 1.0)],
)
def test_a_phase_is_the_same_cuts_as_plain_tariffs(day: str, share: float) -> None:
    """From 10 %: to 2 % is 8 points off in the end, and half of it 5."""
    plain = (
        f"kind: tariff, importer: [IND], exporter: [DEU, NOR], sector: [C26], op: add, rate: {-8 * share:.6f}%",
        f"kind: tariff, exporter: [IND], importer: [DEU, NOR], sector: [A01], op: add, rate: {-5 * share:.6f}%",
    )
    assert same(compiled(f"{AGREED}, {PHASES}", day=day), compiled(*plain))


def test_without_phases_or_a_day_all_of_it_counts() -> None:
    assert same(compiled(AGREED), compiled(f"{AGREED}, {PHASES}"))
    assert (
        "the last phase counts, of 2030-01-01"
        in scenario(f"{AGREED}, {PHASES}").sentences(WORLD)[0]
    )


def test_an_agreement_on_products_and_costs_is_their_plain_measures() -> None:
    agreed = (
        "kind: agreement, parties: [USA, IND], cuts: [{importer: [USA], product: ['8541'], by: 4%}], "
        "trade_cost: -3%, phases: {2026-01-01: 50%}"
    )
    plain = (
        "kind: tariff, importer: [USA], exporter: [IND], product: ['8541'], op: add, rate: -2%",
        "kind: trade_cost, importer: [USA], exporter: [IND], op: add, rate: -1.5%",
        "kind: trade_cost, importer: [IND], exporter: [USA], op: add, rate: -1.5%",
    )
    assert same(compiled(agreed), compiled(*plain))


def test_a_cut_raises_no_tariff_and_takes_none_below_zero() -> None:
    cuts = "cuts: [{sector: [C26], to: 30%}, {sector: [A01], by: 25%}]"
    shock = compiled(f"kind: agreement, parties: [IND, DEU], {cuts}")
    assert shock.tariffs[IND, DEU, C26] == 0.1
    assert shock.tariffs[IND, DEU, A01] == 0.0


def test_trade_inside_a_party_stays(tmp_path: Path) -> None:
    shock = compiled("kind: agreement, parties: [USA, BRICS], cuts: [{sector: [C26], to: 0%}]")
    changed = np.argwhere(shock.tariffs != WORLD.tariffs).tolist()
    assert changed == [[USA, IND, C26], [USA, CHN, C26], [IND, USA, C26], [CHN, USA, C26]]


def test_an_agreement_takes_its_cuts_from_a_table(tmp_path: Path) -> None:
    table = "importer,exporter,sector,rate\nIND,DEU,C26,2%\nDEU,IND,A01,0%\n"
    (tmp_path / "cuts.csv").write_text(table, encoding="utf-8")
    body = "kind: agreement, parties: [IND, DEU], table: cuts.csv, phases: {2026-01-01: 50%}"
    text = f"{HEAD}measures:\n  - {{id: a, {body}}}\n"
    tariffs = parse_scenario(text, "s.yaml", tmp_path).compile(WORLD).tariffs
    assert tariffs[IND, DEU, C26] == pytest.approx(0.06)
    assert tariffs[DEU, IND, A01] == pytest.approx(0.05)
    assert np.argwhere(tariffs != WORLD.tariffs).tolist() == [[IND, DEU, C26], [DEU, IND, A01]]
    (tmp_path / "cuts.csv").write_text(table + "USA,IND,A01,0%\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"cuts\.csv:4: the United States is no party to"):
        parse_scenario(text, "s.yaml", tmp_path).compile(WORLD)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ("cuts: [{importer: [CHN], to: 0%}]", "China is no party to the agreement of India and"),
        ("cuts: [{importer: [BRICS], to: 0%}]", "China is no party to"),
        ("cuts: [{importer: [Inda], to: 0%}]", "did you mean"),
        ("cuts: [{sector: [C26], to: 0%}, {sector: [goods], by: 1%}]", "a second rate, beside"),
        ("cuts: [{product: ['8541'], to: 0%}, {product: ['854143'], to: 0%}]", "a second rate"),
        ("cuts: [{sector: [C26], to: 0%, by: 3%}]", "write one of `to: 0%`"),
        ("cuts: [{sector: [C26]}]", "says no cut"),
        ("cuts: [{sector: [C26], by: -3%}]", "only cuts"),
        ("cuts: [{sector: [C26], too: 0%}]", "unknown key 'too'; did you mean to?"),
        ("trade_cost: 3%", "is no cut"),
        ("table: 'policy:us-law@2025-08-28'", "whose rates are no cuts; give a CSV file"),
        ("", "cuts nothing"),
        ("cuts: [{to: 0%}], phases: {2027-01-01: 20%, 2026-01-01: 30%}", "must rise"),
        ("cuts: [{to: 0%}], phases: {2027-01-01: 20%, 2028-01-01: 10%}", "must rise"),
        ("cuts: [{to: 0%}], phases: {2027-13-01: 20%}", "does not exist"),
        ("cuts: [{to: 0%}], phases: {2027-01-01: 120%}", "at most 100%"),
    ],
)
def test_what_is_no_agreement(fields: str, says: str) -> None:
    refused(f"kind: agreement, parties: [IND, DEU]{', ' if fields else ''}{fields}", says)


def test_two_cuts_of_one_sector_may_share_it_by_products() -> None:
    cuts = "cuts: [{product: ['8541'], to: 0%}, {sector: [C26], except: ['8541'], to: 5%}]"
    shock = compiled(f"kind: agreement, parties: [USA, IND], {cuts}")
    share = lines("8541")
    assert shock.tariffs[USA, IND, C26] == pytest.approx(0.05 * (1 - share))


def test_a_party_stands_once() -> None:
    cuts = "cuts: [{sector: [C26], to: 0%}]"
    refused(f"kind: agreement, parties: [IND, BRICS], {cuts}", "two parties; name it once")
    refused(f"kind: agreement, parties: [IND], {cuts}", "has one party")


# ---- files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [f"{AGREED}, {PHASES}", "kind: embargo, by: [USA], target: [CHN]"])
def test_new_kinds_survive_being_written(body: str) -> None:
    first = scenario(
        body, f"kind: specific_duty, {WHERE}, op: add, duty: 1 USD/kg, price: 9 USD/kg"
    )
    again = parse_scenario(json.dumps(first.as_dict()), "s.yaml")
    assert again.measures == first.measures
    assert same(again.compile(WORLD), first.compile(WORLD))


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("import_quota", "import_ban or export_ban with a `share`"),
        ("sanctions", "embargo"),
        ("anti-dumping", "tariff with `op: add`"),
        ("safeguard", "tariff with `op: add`"),
        ("countervailing_duty", "tariff with `op: add`"),
        ("tarif", "did you mean tariff?"),
    ],
)
def test_what_is_no_kind_is_told_what_can_say_it(kind: str, meant: str) -> None:
    refused(f"kind: {kind}, importer: [USA]", meant)


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("sector: [gallium]", "no code of its own"),
        ("sector: [Tungsten]", '`product: [261100, 810110]` with `edition: "1992"`'),
        ("product: [rare earths]", "`product: [280530, 284610, 284690]`"),
    ],
)
def test_a_material_is_pointed_to_its_code_and_to_chains(named: str, says: str) -> None:
    refused(f"kind: export_ban, exporter: [CHN], {named}", says)
    refused(f"kind: export_ban, exporter: [CHN], {named}", "ask `pax chain`")
