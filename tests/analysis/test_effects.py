"""A run's findings against the outcome's own accounts, and its band against solving each set by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from worlds import random_economy, some_shock

from paxsilica.analysis.effects import earned_leads, effects, headline
from paxsilica.analysis.run import band_of, solved
from paxsilica.data import load_economy
from paxsilica.desk import Desk
from paxsilica.findings import row_id, variables
from paxsilica.model import Params, first_order, solve
from paxsilica.model.welfare import volumes
from paxsilica.policy import parse_scenario
from paxsilica.shock import Shock

HEAD = "schema: paxsilica/scenario@1\ntitle: t\nmeasures:\n"
TARIFF = "  - {id: a, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%}\n"
SMALL = "  - {id: a, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: add, rate: 0.01%}\n"


@pytest.fixture(scope="module")
def india():
    return solved(parse_scenario(HEAD + TARIFF))


@pytest.fixture(scope="module")
def outcome():
    economy = random_economy(5, regions=5)
    return solve(economy, some_shock(economy, 5))


def test_every_number_is_known_by_its_variable_and_labels_alone(outcome, india):
    for found in (effects(outcome), effects(india.outcome, india.actors)):
        ids = Counter(row_id(row) for row in found.rows())
        assert [name for name, times in ids.items() if times > 1] == []
        assert {row["variable"] for row in found.rows()} <= set(variables())


def test_the_accounts_of_the_findings_close(outcome):
    """Exports to all partners are exports, theirs are imports, imports less exports are the deficit."""
    e, found = outcome.economy, effects(outcome)
    for region in e.regions:
        others = [r for r in e.regions if r != region]
        for when in ("before", "after"):
            sold = found.array("trade", region=region, partner=others, sector=None, scenario=when)
            total = found.value("trade", region=region, partner="world", scenario=when)
            assert sold.sum() == pytest.approx(total, rel=1e-12)
            bought = found.value("trade", region="world", partner=region, scenario=when)
            deficit = found.value("deficit", region=region, scenario=when)
            assert bought - total == pytest.approx(deficit, abs=1e-7 * total)
    money = found.array("real_income_money", region=e.regions)
    world = found.value("real_income_money", region="world")
    assert world == pytest.approx(money.sum(), rel=1e-12)
    share = found.value("real_income", region="world")
    assert share == pytest.approx(100 * money.sum() / e.income.sum(), rel=1e-12)


def test_prices_wages_and_trade_of_the_findings_belong_together(outcome):
    """Identities across variables: none of them is computed from another."""
    e, found = outcome.economy, effects(outcome)
    wage, price, real = (
        1 + found.array(name, region=e.regions) / 100
        for name in ("wage", "consumer_price", "real_wage")
    )
    np.testing.assert_allclose(real, wage / price, rtol=1e-12)
    bought = 1 + found.array("purchase_price", region=e.regions) / 100
    cobb_douglas = np.exp((e.final_shares * np.log(bought)).sum(1))
    np.testing.assert_allclose(price, cobb_douglas, rtol=1e-10)
    sold = found.array("trade", region=e.regions, partner="world", sector=None)
    change = found.array("trade_change", region=e.regions, partner="world")
    np.testing.assert_allclose(change, 100 * (sold[:, 1] / sold[:, 0] - 1), rtol=1e-9)
    both = found.array("tariff_revenue", region=e.regions)
    moved = found.array("tariff_revenue_change", region=e.regions)
    np.testing.assert_allclose(moved, both[:, 1] - both[:, 0], rtol=1e-12)
    books = outcome.shock.tariffs * outcome.flows
    np.testing.assert_allclose(both[:, 1], books.sum((1, 2)), rtol=1e-10)
    output = found.array("output", region=e.regions)
    np.testing.assert_allclose(output[..., 1], outcome.flows.sum(0), rtol=1e-9)
    assert found.array("trade_elasticity").tolist() == e.trade_elasticity.tolist()


def test_the_treasury_is_told_where_it_is_more_than_tariffs():
    economy = random_economy(5, regions=3)
    tax, subsidy = np.zeros(economy.flows.shape), np.zeros(economy.output.shape)
    tax[1, 0, 1], subsidy[2, 0] = 0.2, 0.1
    o = solve(economy, Shock(economy, export_tax=tax, subsidy=subsidy))
    found = effects(o)
    gate = o.flows / (1 + tax)
    books = (economy.tariffs * o.flows).sum((1, 2)) + (tax * gate).sum((0, 2))
    books -= (subsidy / (1 - subsidy) * gate.sum(0)).sum(1)
    after = found.array("treasury_revenue", region=economy.regions)[:, 1]
    np.testing.assert_allclose(after, books, rtol=1e-9)
    assert not effects(solve(economy)).select("treasury_revenue").blocks


def test_where_trade_goes_adds_up_at_both_ends(india):
    """What India sells of goods by destination, what the United States buys by source and at home."""
    found, e = effects(india.outcome, india.actors), india.outcome.economy
    goods = e.sector_indices(["goods"])
    n, i = (e.regions.index(code) for code in ("USA", "IND"))
    for when, flows in (("before", e.flows), ("after", india.outcome.flows)):
        hit = flows[:, :, goods].sum(2)
        sold = found.array("sold_hit", region="IND", scenario=when).sum()
        assert sold == pytest.approx(hit[:, i].sum() - hit[i, i], rel=1e-9)
        bought = found.array("bought_hit", partner="USA", scenario=when).sum()
        home = found.value("home_sales", region="USA", scenario=when)
        assert bought + home == pytest.approx(hit[n].sum(), rel=1e-9)
        assert home == pytest.approx(hit[n, n], rel=1e-9)
    moved = found.array("trade_moved", region="IND", partner="USA")
    both = [flows[n, i] for flows in (e.flows, india.outcome.flows)]
    np.testing.assert_allclose(moved, both[1] - both[0], atol=1e-6)


def test_flows_by_sector_add_up_to_the_flow(india):
    found = effects(india.outcome, india.actors)
    for when in ("before", "after"):
        of = {"region": "IND", "partner": "USA", "scenario": when}
        by_sector = found.array("trade", **of, sector=india.outcome.economy.sectors)
        assert by_sector.sum() == pytest.approx(found.value("trade", **of, sector=None), rel=1e-12)
        goods = found.array(
            "trade", **of, sector=india.outcome.economy.about.sector_groups["goods"]
        )
        assert goods.sum() == pytest.approx(found.value("trade", **of, sector="hit"), rel=1e-12)


def test_real_income_is_what_is_earned_and_what_is_lent(india):
    found, e = effects(india.outcome, india.actors), india.outcome.economy
    parts = [
        found.array(name, region=e.regions) for name in ("real_earned_income", "transfer_effect")
    ]
    total = parts[0] * e.gdp / e.income + parts[1]
    np.testing.assert_allclose(found.array("real_income", region=e.regions), total, atol=1e-10)


def test_first_order_terms_are_in_per_cent_and_right_for_a_small_measure():
    """For a small one their sum is the exact change, in the same unit."""
    run = solved(parse_scenario(HEAD + SMALL))
    found = effects(run.outcome, run.actors)
    exact, first = (found.value(name, region="IND") for name in ("real_income", "first_order"))
    assert exact < -1e-5
    assert first == pytest.approx(exact, rel=0.01)
    terms = ("terms_of_trade", "volume_of_trade", "technology", "transfers")
    assert sum(found.value(name, region="IND") for name in terms) == pytest.approx(first, rel=1e-9)


def test_volumes_are_values_where_no_price_moves_and_quantities_where_they_do():
    """A region twice as productive in everything sells goods at half the price in its own wages."""
    economy = random_economy(2, regions=3, sectors=1, tariffs=False, inputs=False)
    o = solve(economy, Shock(economy, productivity=np.array([[2.0], [1.0], [1.0]])))
    price = o.wage / np.array([2.0, 1.0, 1.0])
    np.testing.assert_allclose(volumes(o)[..., 0], o.flows[..., 0] / price, rtol=1e-12)
    np.testing.assert_allclose(volumes(solve(economy)), economy.flows, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "transfer", "leads"),
    [
        (-0.774, 3.33, True),
        (-0.284, 0.038, False),
        (-5.0, 0.4, False),
        (-5.0, 0.6, True),
        (-2.0, 0.19, False),
        (-2.0, 0.21, True),
        (0.0, 0.09, False),
        (0.0, 0.11, True),
    ],
)
def test_a_transfer_is_told_apart_where_it_matters(change, transfer, leads):
    assert earned_leads(change, transfer) == leads
    assert earned_leads(-change, -transfer) == leads


def test_the_band_is_the_range_over_the_sets_solved_one_by_one(india):
    band = band_of(india)
    found = effects(india.outcome, india.actors, band)
    by_hand = []
    for name in band.sets:
        economy = load_economy("icio2022", elasticities=name)
        shock = india.scenario.compile(economy)
        by_hand.append(100 * (solve(economy, shock).real_income - 1))
    row = found.row("real_income", region="IND")
    n = india.outcome.economy.regions.index("IND")
    values = [change[n] for change in by_hand]
    assert len(values) == 9
    assert row["low"] == pytest.approx(min(values), rel=1e-7)
    assert row["high"] == pytest.approx(max(values), rel=1e-7)
    assert row["value"] == pytest.approx(values[0], rel=1e-7)
    blocks = headline(india.outcome, india.actors)
    for b, alone in zip(band.blocks, blocks, strict=True):
        np.testing.assert_array_equal(b.value, alone.value)
        known = np.isfinite(b.value)
        assert (b.low <= b.value)[known].all()
        assert (b.value <= b.high)[known].all()


def test_no_other_set_no_band():
    economy = random_economy(1)
    scenario = parse_scenario(
        HEAD + "  - {id: a, kind: tariff, importer: [R0], op: add, rate: 9%}\n"
    )
    desk = Desk()
    desk.warm(("icio2022", None), lambda: economy)
    found = solved(scenario, None, desk)
    band = band_of(found, desk)
    assert "do not cover this baseline" in band.notes[0].text
    assert "low" not in effects(found.outcome, found.actors, band).row("real_income", region="R0")


def test_the_long_table_of_a_run_has_every_finding(india):
    found = effects(india.outcome, india.actors, band_of(india))
    assert len(found.table()) == len(found) > 23_000


def test_a_ban_of_all_exports_is_told_by_what_is_earned():
    """A surplus of 3.33 % of income that is no longer lent hides what China loses."""
    ban = "  - {id: a, kind: export_ban, exporter: [CHN]}\n"
    run = solved(parse_scenario(HEAD + ban))
    found = effects(run.outcome, run.actors)
    e = load_economy("icio2022")
    n = e.regions.index("CHN")
    lent = -100 * e.deficit[n] / e.income[n]
    assert found.value("transfer_effect", region="CHN") == pytest.approx(lent, rel=1e-9)
    assert found.value("real_income", region="CHN") == pytest.approx(-0.774, abs=5e-4)
    assert earned_leads(*(found.value(k, region="CHN") for k in ("real_income", "transfer_effect")))
    assert Params().deficits == "fixed_share"


def test_a_party_of_several_regions_is_weighed_by_their_incomes():
    """Two that one taxes alike: sums of money over sums of income, or of GDP for what is earned, region by region."""
    e = random_economy(5, regions=5)
    tariffs = e.tariffs.copy()
    tariffs[0, 1:3] += 0.4
    o = solve(e, Shock(e, tariffs=tariffs))
    found, pair = effects(o), slice(1, 3)
    assert abs(e.deficit[pair].sum()) > 0.001 * e.income[pair].sum()
    lost, earned = ((x[pair] - 1) for x in (o.real_income, o.real_earned_income))
    expected = {
        "real_income": 100 * (lost @ e.income[pair]) / e.income[pair].sum(),
        "real_income_money": lost @ e.income[pair],
        "real_earned_income": 100 * (earned @ e.gdp[pair]) / e.gdp[pair].sum(),
        "transfer_effect": 100 * (o.transfer_effect * e.income)[pair].sum() / e.income[pair].sum(),
    }
    told = {name: found.value(name, region="R1+R2") for name in expected}
    assert told == pytest.approx(expected, rel=1e-9)


def test_income_per_person_is_money_over_people_and_blank_where_they_are_not_known(india):
    found, e = effects(india.outcome, india.actors, band_of(india)), india.outcome.economy
    people = found.along("population", "region")
    assert people["IND"] == pytest.approx(1425.4, rel=0.005)
    assert people["ROW"] is None
    for region in ("IND", "USA"):
        money, each = (
            found.row(f"real_income_{of}", region=region) for of in ("money", "per_person")
        )
        for end in ("value", "low", "high"):
            assert each[end] == pytest.approx(money[end] / people[region], rel=1e-12)
    assert found.row("real_income_per_person", region="ROW")["value"] is None
    assert found.row("real_income_per_person", region="world")["value"] is None
    assert -10 < found.value("real_income_per_person", region="IND") < -3
    assert list(people) == list(e.regions)


def test_the_people_of_several_regions_are_counted_together():
    both = "  - {id: a, kind: tariff, importer: [USA], exporter: [DEU, FRA], op: add, rate: 10%}\n"
    run = solved(parse_scenario(HEAD + both))
    found = effects(run.outcome, run.actors)
    money = found.value("real_income_money", region="DEU+FRA")
    people = found.along("population", "region")
    each = found.value("real_income_per_person", region="DEU+FRA")
    assert each == pytest.approx(money / (people["DEU"] + people["FRA"]), rel=1e-12)


def test_a_users_own_labels_have_no_people(outcome):
    found = effects(outcome)
    assert not found.select("real_income_per_person").blocks
    assert set(found.along("population", "region").values()) == {None}


def test_trade_weighted_tariffs_are_the_sum_of_weights_times_rates():
    """Closed form from the economy and the shock's rates alone, weights of the baseline before and after. Of sectors that
    are hit all is counted: what R1 sells R0 of the second sector is not taxed, nor what R2 sells it of the first."""
    base = random_economy(5, regions=5)
    groups = {"goods": base.sectors[:2]}
    e = base.replace(about=replace(base.about, sector_groups=groups))
    tariffs = e.tariffs.copy()
    tariffs[0, 1, 0] += 0.4
    tariffs[0, 2, 1] += 0.2
    tariffs[3, 4] += 0.1
    o = solve(e, Shock(e, tariffs=tariffs))
    found = effects(o)

    def expected(rates, importers, exporters, sectors):
        pairs = [(n, i, j) for n in importers for i in exporters for j in sectors if n != i]
        total = sum(e.flows[cell] for cell in pairs)
        return 100 * sum(e.flows[cell] / total * rates[cell] for cell in pairs)

    cases = {
        ("R1+R2", "R0", "goods"): ([0], [1, 2], [0, 1]),
        ("R0", "R1+R2", "goods"): ([1, 2], [0], [0, 1]),
        ("R1+R2", "R1+R2", "goods"): ([1, 2], [1, 2], [0, 1]),
        ("R1+R2", "R0", "hit"): ([0], [1, 2], [0, 1]),
        ("R4", "R3", "hit"): ([3], [4], [0, 1, 2]),
        ("world", "R3", "goods"): ([3], range(5), [0, 1]),
        ("world", "R2", "goods"): ([2], range(5), [0, 1]),
    }
    for (region, partner, sector), cells in cases.items():
        told = found.array("trade_weighted_tariff", region=region, partner=partner, sector=sector)
        both = [expected(rates, *cells) for rates in (e.tariffs, tariffs)]
        np.testing.assert_allclose(told.ravel(), both, rtol=1e-10)
    sold = found.array("trade", region="R1+R2", partner="R0", sector="hit").ravel()
    every = [sum(x[0, i, j] for i in (1, 2) for j in (0, 1)) for x in (e.flows, o.flows)]
    np.testing.assert_allclose(sold, every, rtol=1e-10)
    own = found.array("trade_weighted_tariff", region="R0", partner="R0", sector="goods")
    assert np.isnan(own).all()


def test_a_tariff_on_all_goods_of_one_seller_is_its_trade_weighted_tariff(india):
    found = effects(india.outcome, india.actors)
    sides = {"region": "IND", "partner": "USA", "scenario": "after"}
    for sector in ("goods", "hit"):
        assert found.value("trade_weighted_tariff", **sides, sector=sector) == pytest.approx(50)
    of_all = {"region": "world", "partner": "USA", "sector": "goods"}
    before, after = found.array("trade_weighted_tariff", **of_all).ravel()
    assert 1 < before < after < 6


def test_first_order_terms_of_a_party_are_those_of_its_members_weighed_by_income():
    e = random_economy(5, regions=5)
    tariffs = e.tariffs.copy()
    tariffs[0, 1:3] += 0.4
    o = solve(e, Shock(e, tariffs=tariffs))
    found, first = effects(o), first_order(o)
    for name, term in {**vars(first), "first_order": first.welfare}.items():
        for label, at in (("R1+R2", [1, 2]), ("world", range(5)), ("R0", [0])):
            share = sum(term[n] * e.income[n] for n in at) / sum(e.income[n] for n in at)
            assert found.value(name, region=label) == pytest.approx(
                100 * share, rel=1e-9, abs=1e-12
            )


def test_prices_in_local_wages_fall_as_real_wages_rise(outcome):
    found, regions = effects(outcome), outcome.economy.regions
    price, wage, dearer = (
        1 + found.array(name, region=regions) / 100
        for name in ("consumer_price", "wage", "consumer_price_in_wages")
    )
    np.testing.assert_allclose(dearer, price / wage, rtol=1e-12)


def test_where_no_flow_is_hit_the_flow_that_moves_most_is_told():
    """Found again by going through every flow that crosses a border, one by one."""
    e = random_economy(3, regions=4)
    made = np.ones(e.output.shape)
    made[1, 2] = 1.3
    o = solve(e, Shock(e, productivity=made))
    moved = volumes(o)
    size, sides = max(
        (abs(moved[n, i, j] - e.flows[n, i, j]), (n, i, j))
        for n in range(4)
        for i in range(4)
        for j in range(len(e.sectors))
        if n != i
    )
    n, i, j = sides
    of = {"region": e.regions[i], "partner": e.regions[n], "sector": e.sectors[j]}
    volume = effects(o).value("trade_volume", **of)
    assert size > 0
    assert volume == pytest.approx(100 * (moved[sides] / e.flows[sides] - 1), rel=1e-12)
    before, after = effects(o).array("trade", **of).ravel()
    assert (before, after) == pytest.approx((e.flows[sides], o.flows[sides]))
