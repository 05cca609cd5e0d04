"""Targets of trade against closed forms, solves apart from them, and the raw vintages."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from run_world import small_world
from scipy.stats import norm
from worlds import random_economy

from paxsilica.analysis.standing_law import standing_law
from paxsilica.analysis.target.gravity import (
    QUANTILES,
    Pairs,
    fan_of,
    probability,
    quantiles,
    trade_growth,
)
from paxsilica.analysis.target.path import pairs_of, path_blocks
from paxsilica.analysis.target.period import Period, parse_period
from paxsilica.analysis.target.reach import (
    MOST_CUT,
    Case,
    factor_for,
    met_blocks,
    target_blocks,
    tariff_blocks,
)
from paxsilica.analysis.target.trade import Counted, Pledge
from paxsilica.data import load_economy
from paxsilica.data.outlook import packaged_outlook
from paxsilica.data.sources import PACKAGED
from paxsilica.economy import Economy
from paxsilica.errors import ConvergenceError
from paxsilica.findings import Findings
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, rebalance, solve
from paxsilica.shock import Shock

GOODS = ("C13T15", "C26", "B06")
PAIR = Counted(("USA",), ("IND",), GOODS)
DEVIATIONS = {"target_probability": 0.2}
META = 1e-4
"""A target is met to 0.01 %."""


@pytest.fixture(scope="module")
def world() -> Economy:
    return rebalance(small_world())


def case_on(economy: Economy, **changes) -> Case:
    """Growth by a half; tariffs of 30 % stand, and their end is zero; oil is bought; other costs fall by a tenth."""
    counted = changes.pop("counted", PAIR)
    at = counted.cells(economy, "both")
    stands = Shock(economy).changed("tariffs", at, 0.3)
    base = counted.money(economy, economy.flows)
    usual = {
        "stood": Shock(economy),
        "stands": stands,
        "ends": stands.changed("tariffs", at, 0.0),
        "pledges": (Pledge("B06", ("B06",), 0.3 * base, ("USA",), ("IND",)),),
        "cut": 0.1,
        "base": base,
        "goal": 6 * base,
        "growth": 1.5,
        "deviations": DEVIATIONS,
        "params": Params(),
        "then": Params(),
    }
    return Case(economy, counted, **{**usual, **changes})


@pytest.fixture(scope="module")
def case(world) -> Case:
    return case_on(world)


def traded(economy: Economy, flows: np.ndarray) -> float:
    """Goods both ways, added up one by one."""
    u, i = economy.regions.index("USA"), economy.regions.index("IND")
    return sum(flows[u, i, j] + flows[i, u, j] for j in map(economy.sectors.index, GOODS))


def solved_apart(economy: Economy, tariff: float, cost: np.ndarray) -> np.ndarray:
    """Flows under one tariff of both sides on the other's goods, and trade costs; arrays made here."""
    u, i = economy.regions.index("USA"), economy.regions.index("IND")
    goods = [economy.sectors.index(j) for j in GOODS]
    tariffs = np.array(economy.tariffs)
    for n, m in ((u, i), (i, u)):
        tariffs[n, m, goods] = tariff
    return solve(economy, Shock(economy, tariffs=tariffs, trade_cost=cost)).flows


def both_ways(economy: Economy, factor: float) -> np.ndarray:
    u, i = economy.regions.index("USA"), economy.regions.index("IND")
    cost = np.ones(economy.flows.shape)
    for j in map(economy.sectors.index, GOODS):
        cost[u, i, j] = cost[i, u, j] = factor
    return cost


# ---- periods -----------------------------------------------------------------------------------


def test_periods_are_twelve_months_and_count_from_end_to_end():
    known, goal = parse_period("2024-25"), parse_period("2030")
    assert known.last == date(2025, 3, 31)
    assert goal.last == date(2030, 12, 31)
    assert goal.time - known.time == 5.75
    assert round((500 / 131.84) ** (1 / 5.75), 4) == 1.2609
    assert parse_period("2025-06-30").time == 2024.5
    assert str(parse_period("2025-06-30")) == "the 12 months to 2025-06-30"
    assert parse_period("1999-00").last == date(2000, 3, 31)


@pytest.mark.parametrize("text", ["30", "2024-26", "2024-2025", "FY25", "2025-02-30", "", "20301"])
def test_what_is_no_period_is_told_how_to_write_one(text):
    with pytest.raises(ValueError, match=r"write (?:a year such as|year-month-day)"):
        parse_period(text)


@given(st.dates(date(2001, 1, 1), date(2049, 12, 31)))
def test_the_end_of_a_period_grows_with_its_last_day(day):
    time = Period("", day).time
    assert day.year - 1 < time <= day.year
    assert abs(time + 1 - (day.year + (day.timetuple().tm_yday) / 365.25)) < 0.01


# ---- growth and its fan ------------------------------------------------------------------------


def test_trade_grows_with_the_product_of_both_economies_over_the_world():
    o, members = packaged_outlook(), packaged_outlook().members(("USA", "IND"), ("USA", "IND"))
    gdp = pd.read_csv(PACKAGED / "outlook.csv").query("vintage == '2025-10'").set_index("country")
    factor, left = trade_growth(
        o, Pairs(members, np.array([0]), np.array([1]), np.ones(1)), 2024.25, 2030
    )
    base = 0.75 * gdp["2024"] + 0.25 * gdp["2025"]
    by_hand = gdp["2030"] / base
    assert factor == pytest.approx(by_hand["USA"] * by_hand["IND"] / by_hand["WLD"])
    assert 1.5 < factor < 1.65
    assert left == ()


def test_between_groups_every_pair_grows_for_itself_at_its_weight():
    o, regions = packaged_outlook(), ("USA", "CHN", "IND")
    members, flows = o.members(regions, regions), np.array([0.25, 0.75])
    factor, _ = trade_growth(
        o, Pairs(members, np.array([0, 1]), np.array([2, 2]), flows), 2024, 2028
    )
    alone = [
        trade_growth(o, Pairs(members, np.array([a]), np.array([2]), np.ones(1)), 2024, 2028)[0]
        for a in (0, 1)
    ]
    assert factor == pytest.approx(0.25 * alone[0] + 0.75 * alone[1])


def test_weights_are_the_baselines_trade_of_what_counts(world):
    o = packaged_outlook()
    u, (i, v) = world.regions.index("USA"), (world.regions.index(r) for r in ("IND", "VNM"))
    one, _ = pairs_of(o, world, Counted(("USA",), ("IND", "VNM"), GOODS, "exports"))
    goods = [world.sectors.index(j) for j in GOODS]
    sold = np.array([world.flows[n, u, goods].sum() for n in (i, v)])
    assert one.weights == pytest.approx(sold / sold.sum())
    assert [o.countries[one.members[b][0]] for b in one.b] == ["IND", "VNM"]


def product_errors(table: pd.DataFrame, pairs: pd.DataFrame, ahead: int) -> pd.DataFrame:
    """`[pair, vintage]` log outcome over forecast of Y_a Y_b / Y_W, grown since the year before a vintage.

    Args:
        table: GDP by country; columns vintage and year. pairs: columns a and b.
    """
    found = {}
    for vintage in sorted({v for v, _ in table.columns} - {"2025-10"}):
        first, last = int(vintage[:4]) - 1, int(vintage[:4]) + ahead
        if last > 2024:
            continue
        cells = [(v, y) for v in (vintage, "2025-10") for y in (first, last)]
        gdp = table[cells].dropna()
        error = np.log(gdp[cells[3]] / gdp[cells[2]]) - np.log(gdp[cells[1]] / gdp[cells[0]])
        total = gdp.sum()
        whole = np.log(total[cells[3]] / total[cells[2]]) - np.log(
            total[cells[1]] / total[cells[0]]
        )
        found[vintage] = (
            error.reindex(pairs.a).to_numpy() + error.reindex(pairs.b).to_numpy() - whole
        )
    return pd.DataFrame(found)


def empirical_widths(table: pd.DataFrame) -> tuple[list[float], list[float], list[float]]:
    """Own, pooled and what the fan must be, of the United States and India, by pandas alone."""
    e = load_economy("icio2022")
    goods = [e.sectors.index(j) for j in e.about.sector_groups["goods"]]
    trade = e.flows[:, :, goods].sum(2)
    names = [(a, b) for n, a in enumerate(e.regions) for b in e.regions[n + 1 :] if b != "ROW"]
    at = {r: n for n, r in enumerate(e.regions)}
    pairs = pd.DataFrame(names, columns=["a", "b"])
    weight = np.array([trade[at[a], at[b]] + trade[at[b], at[a]] for a, b in names])
    own, pooled = [], []
    for ahead in range(4):
        error = product_errors(table, pairs, ahead)
        mine = error[(pairs.a.isin(["IND", "USA"])) & (pairs.b.isin(["IND", "USA"]))]
        own.append(math.sqrt((mine**2).to_numpy().mean()))
        known = error.notna().to_numpy()
        weights = np.broadcast_to(weight[:, None], known.shape)[known]
        pooled.append(math.sqrt(np.average(error.to_numpy()[known] ** 2, weights=weights)))
    both = [math.sqrt((a**2 + b**2) / 2) for a, b in zip(own, pooled, strict=True)]
    return own, pooled, np.maximum.accumulate(both).tolist()


def held_against(table: pd.DataFrame) -> None:
    e = load_economy("icio2022")
    counted = Counted(("USA",), ("IND",), e.about.sector_groups["goods"])
    fan = fan_of(packaged_outlook(), *pairs_of(packaged_outlook(), e, counted), 2024.0)
    own, pooled, width = empirical_widths(table)
    assert fan.counted == (8, 6, 4, 2)
    assert fan.own == pytest.approx(own, rel=2e-5)
    assert fan.pooled == pytest.approx(pooled, rel=2e-5)
    assert [fan.deviation(2025 + k) for k in range(4)] == pytest.approx(width, rel=2e-5)


def test_the_fan_is_as_wide_as_the_vintages_missed(shared):
    """Straight from the raw vintages."""
    raw = pd.read_parquet(shared / "imf_weo_2025_10" / "weo_vintages_2021_2025.parquet")
    gdp = raw[(raw.concept == "NGDPD") & (raw.iso3 != "511")]
    held_against(gdp.pivot(index="iso3", columns=["vintage", "year"], values="value"))


def test_the_fan_is_as_wide_as_the_packaged_vintages_missed():
    long = pd.read_csv(PACKAGED / "outlook.csv").melt(["vintage", "country"], var_name="year")
    long = long[long.country != "WLD"].astype({"year": int})
    held_against(long.pivot(index="country", columns=["vintage", "year"], values="value"))


def test_beyond_three_years_the_variance_grows_with_time_since_growth_begins():
    e = load_economy("icio2022")
    counted = Counted(("USA",), ("IND",), ("C26",))
    fan = fan_of(packaged_outlook(), *pairs_of(packaged_outlook(), e, counted), 2024.0)
    third = fan.deviation(2028.0)
    assert fan.deviation(2030.0) ** 2 == pytest.approx(third**2 * 6 / 4)
    assert fan.deviation(2028.0 + 1e-9) == pytest.approx(third)
    assert fan.deviation(2026.5) ** 2 == pytest.approx(
        (fan.deviation(2026.0) ** 2 + fan.deviation(2027.0) ** 2) / 2
    )
    widths = [fan.deviation(time) for time in np.linspace(2024, 2030, 61)]
    assert widths[0] == 0
    assert np.diff(widths).min() >= 0


def test_a_base_that_is_in_the_past_of_the_outlook_has_no_error_until_its_last_known_year():
    e = load_economy("icio2022")
    pairs = pairs_of(packaged_outlook(), e, Counted(("USA",), ("IND",), ("C26",)))
    past, last = (fan_of(packaged_outlook(), *pairs, base) for base in (2019.0, 2024.0))
    assert past.width == pytest.approx(last.width)
    assert past.deviation(2024.0) == 0


def test_quantiles_and_probabilities_are_those_of_a_normal_log():
    for q, z in QUANTILES.items():
        assert z == pytest.approx(norm.ppf(int(q) / 100), abs=1e-9)
        end = quantiles([200.0], [0.3])[[*QUANTILES].index(q), 0]
        assert probability(200.0, 0.3, end) == pytest.approx(1 - int(q) / 100)
    assert probability(100.0, 0.0, 99.0) == 1.0
    assert probability(100.0, 0.25, 130.0) == pytest.approx(norm.sf(math.log(1.3) / 0.25))


# ---- the cut that is left ----------------------------------------------------------------------


def test_put_back_the_cut_meets_the_target(world, case):
    """On every rung, solved apart from what found it."""
    scale = case.base * 1.5 / traded(world, world.flows)
    for rung, tariff in (("stands", 0.3), ("tariffs", 0.0)):
        cost = both_ways(world, case.needed[case.rungs.index(rung)].factor)
        flows = solved_apart(world, tariff, cost)
        assert scale * traded(world, flows) == pytest.approx(case.goal, rel=META)


def test_put_back_the_cut_meets_the_target_on_the_whole_world():
    """131.84 to 500 billion, United States and India, growth by 1.565: the packaged baseline."""
    e = load_economy("icio2022")
    counted = Counted(("USA",), ("IND",), e.about.sector_groups["goods"])
    nothing = Shock(e)
    case = Case(
        e,
        counted,
        nothing,
        nothing,
        None,
        (),
        0.0,
        131_840,
        500_000,
        1.565,
        DEVIATIONS,
        *2 * [Params()],
    )
    u, i = e.regions.index("USA"), e.regions.index("IND")
    goods = [e.sectors.index(j) for j in counted.sectors]
    cost = np.ones(e.flows.shape)
    cost[u, i, goods] = cost[i, u, goods] = case.needed[0].factor
    after = solve(e, Shock(e, trade_cost=cost)).flows
    before, then = (f[u, i, goods].sum() + f[i, u, goods].sum() for f in (e.flows, after))
    assert 131_840 * 1.565 * then / before == pytest.approx(500_000, rel=META)


def test_a_flow_too_small_to_matter_follows_the_trade_elasticity():
    """Prices and wages stand still: the flow, before tariff, moves by factor^-theta."""
    e = random_economy(3, regions=3, sectors=1, inputs=False, tariffs=False)
    flows = np.array(e.flows)
    flows[0, 1], flows[1, 0] = 1e-7, 1e-7
    tiny = rebalance(Economy.from_flows(e.regions, e.sectors, flows, None, None, 5.0), Params())
    start = solve(tiny)
    cells = Counted(("R0",), ("R1",), ("S0",)).cells(tiny)
    now = float(start.flows[cells].sum())
    found = factor_for(start, cells, lambda o: float(o.flows[cells].sum()), 3 * now)
    assert found.factor == pytest.approx(3 ** (-1 / 5), rel=1e-5)


@pytest.mark.parametrize("times", [0.5, 0.9, 1.0, 1.1, 3.0])
def test_a_larger_target_takes_a_larger_cut_and_one_that_is_passed_a_rise(world, times):
    start = solve(world)
    cells = PAIR.cells(world)

    def money(outcome) -> float:
        return float(outcome.flows[cells].sum())

    found = factor_for(start, cells, money, times * money(start))
    assert money(
        solve(world, Shock(world, trade_cost=both_ways(world, found.factor)))
    ) == pytest.approx(times * money(start), rel=META)
    assert (found.factor < 1) == (times > 1)


def test_a_target_out_of_reach_is_told_and_what_the_largest_cut_brings(world):
    case = case_on(world, pledges=(), goal=1e6 * traded(world, world.flows))
    found = case.needed[0]
    assert math.isnan(found.factor)
    cost = both_ways(world, 1 - MOST_CUT)
    most = traded(world, solve(world, Shock(world, trade_cost=cost)).flows)
    assert case.money(found.outcome) == pytest.approx(case.scale * most, rel=1e-6)


# ---- instruments -------------------------------------------------------------------------------


def test_growth_and_instruments_multiply(world, case):
    trade = Findings(tuple(target_blocks(case))).along("target_trade", "rung")
    scale = 1.5 * case.base / traded(world, world.flows)
    free = solved_apart(world, 0.0, np.ones(world.flows.shape))
    assert trade["growth"] == pytest.approx(1.5 * case.base)
    assert trade["tariffs"] == pytest.approx(scale * traded(world, free))
    assert trade["stands"] < trade["growth"] < trade["tariffs"] < trade["B06"] < trade["non_tariff"]


def test_what_stood_in_the_base_period_is_what_trade_is_measured_from(world, case):
    """A base measured under what still stands is neither raised nor lowered by it."""
    same = replace(case, stood=case.stands)
    trade = Findings(tuple(target_blocks(same))).along("target_trade", "rung")
    assert trade["stands"] == pytest.approx(trade["growth"]) == pytest.approx(1.5 * case.base)


def test_a_base_that_had_little_time_to_answer_is_measured_in_the_short_run(world, case):
    """Growth alone stays base times growth; what is left of the answer comes with what stands."""
    short = Params(horizon=SHORT_RUN)
    young = replace(case, stood=case.stands, then=short)
    found = Findings(tuple(target_blocks(young)))
    trade = found.along("target_trade", "rung")
    first, last = (
        traded(world, solve(world, Shock(world, **case.stands.rows), params).flows)
        for params in (short, Params())
    )
    assert trade["growth"] == pytest.approx(1.5 * case.base)
    assert trade["stands"] == pytest.approx(1.5 * case.base * last / first)
    assert last < first
    met = Findings(tuple(met_blocks(young))).along("target_trade_with_cut", "rung")
    assert met == pytest.approx(dict.fromkeys(young.rungs, case.goal), rel=META)


def test_a_purchase_raises_its_flow_by_its_amount_and_others_sell_less(world, case):
    (pledge,) = case.pledges
    found = Findings(tuple(target_blocks(case)))
    u, i, j = world.regions.index("USA"), world.regions.index("IND"), world.sectors.index("B06")
    cost = np.ones(world.flows.shape)
    cost[i, u, j] = 1 - found.value("purchase_cut", item="B06") / 100
    scale = 1.5 * case.base / traded(world, world.flows)
    before, after = (
        scale * solved_apart(world, 0.3, c) for c in (np.ones(world.flows.shape), cost)
    )
    change = after[i, :, j] - before[i, :, j]
    assert change[u] == pytest.approx(pledge.amount, rel=1e-5)
    others = change.sum() - change[u] - change[i]
    assert found.value("purchase_others", item="B06") == pytest.approx(others, rel=1e-4)
    assert found.value("purchase_home", item="B06") == pytest.approx(change[i], rel=1e-4)
    net = traded(world, after) - traded(world, before)
    assert found.value("purchase_net", item="B06") == pytest.approx(net, rel=1e-4)
    assert others < 0


def test_two_purchases_together_raise_both_flows(world):
    base = traded(world, world.flows)
    two = tuple(Pledge(j, (j,), 0.2 * base, ("USA",), ("IND",)) for j in ("B06", "C26"))
    case = case_on(world, pledges=two, cut=0.0)
    for bare in (frozenset(), frozenset({"tariffs"})):
        without, with_both = (case.worths[s].outcome for s in (bare, bare | {"B06", "C26"}))
        for pledge in two:
            more = case.bought(pledge, with_both) - case.bought(pledge, without)
            assert more == pytest.approx(pledge.amount, rel=1e-5)


def test_a_purchase_out_of_reach_is_not_solved(world):
    big = Pledge("B06", ("B06",), 1e9 * traded(world, world.flows), ("USA",), ("IND",))
    with pytest.raises(ConvergenceError, match="purchase of B06 is out of reach"):
        _ = case_on(world, pledges=(big,)).worths


def test_contributions_are_means_over_all_orders_and_add_up(case):
    """Each order walked, by what the coalitions are worth."""
    found = Findings(tuple(target_blocks(case)))
    shares, trade = (found.along(k, "rung") for k in ("target_contribution", "target_trade"))
    worth = {s: case.money(f.outcome) for s, f in case.worths.items()}
    for player in case.players:
        adds = []
        for order in permutations(case.players):
            before = frozenset(order[: order.index(player)])
            adds.append(worth[before | {player}] - worth[before])
        assert shares[player] == pytest.approx(np.mean(adds))
    for key in ("target_contribution", "target_contribution_in_turn"):
        whole = sum(found.along(key, "rung").values())
        assert whole == pytest.approx(trade["non_tariff"] - case.base)


def test_a_cut_of_other_costs_is_their_factor(world):
    case = case_on(world, pledges=(), ends=None, cut=0.25)
    trade = Findings(tuple(target_blocks(case))).along("target_trade", "rung")
    flows = solved_apart(world, 0.3, both_ways(world, 0.75))
    assert trade["non_tariff"] == pytest.approx(case.scale * traded(world, flows))


def test_probabilities_are_of_the_fan_around_each_rung(case):
    found = Findings(tuple(target_blocks(case)))
    for rung, money in found.along("target_trade", "rung").items():
        odds = 100 * norm.sf(math.log(case.goal / money) / DEVIATIONS["target_probability"])
        assert found.value("target_probability", rung=rung) == pytest.approx(odds, rel=1e-9)


def test_tariffs_are_means_by_trade_of_each_side_on_the_other(world, case):
    found = Findings(tuple(tariff_blocks(case, "USA", "IND")))
    u, i = world.regions.index("USA"), world.regions.index("IND")
    goods = [world.sectors.index(j) for j in GOODS]
    sold = world.flows[i, u, goods]
    mean = 100 * (world.tariffs[i, u, goods] * sold).sum() / sold.sum()
    row = found.along("trade_weighted_tariff", "rung", region="USA", partner="IND")
    assert row == pytest.approx({"growth": mean, "stands": 30.0, "tariffs": 0.0})


@pytest.mark.parametrize("flow", ["exports", "imports"])
def test_one_direction_counts_alone_and_costs_fall_both_ways(world, flow):
    counted = replace(PAIR, flow=flow)
    u, i = world.regions.index("USA"), world.regions.index("IND")
    n, m = (i, u) if flow == "exports" else (u, i)
    goods = [world.sectors.index(j) for j in GOODS]
    assert counted.money(world, world.flows) == pytest.approx(world.flows[n, m, goods].sum())
    case = case_on(world, counted=counted, pledges=(), cut=0.0)
    after = solve(world, Shock(world, trade_cost=both_ways(world, case.needed[0].factor))).flows
    assert case.scale * after[n, m, goods].sum() == pytest.approx(case.goal, rel=META)


def test_the_path_ends_on_the_rungs_and_begins_at_the_base(world, case):
    o = packaged_outlook()
    since, by = parse_period("2024-25"), parse_period("2030")
    pairs, every = pairs_of(o, world, PAIR)
    fan = fan_of(o, pairs, every, since.time)
    own = replace(case, growth=trade_growth(o, pairs, since.time, by.time)[0])
    found = Findings(tuple(path_blocks(o, pairs, fan, own, since, by, date(2026, 8, 31))))
    top = found.along("target_path", "date", rung="non_tariff")
    alone = found.along("target_path", "date", rung="growth")
    trade = Findings(tuple(target_blocks(own))).along("target_trade", "rung")
    assert [*top] == ["2024-25", "2025", "2026", "2027", "2028", "2029", "2030"]
    assert top["2024-25"] == alone["2024-25"] == pytest.approx(case.base)
    assert alone["2030"] == pytest.approx(trade["growth"])
    assert top["2030"] == pytest.approx(trade["non_tariff"])
    median = found.along("target_quantile", "date", point="50", rung=None)
    assert median == pytest.approx(alone)


# ---- what stands -------------------------------------------------------------------------------


def test_the_law_stands_where_the_united_states_trade_and_the_baseline_can_hold_it(world):
    whole, day = load_economy("icio2022"), date(2026, 3, 1)
    assert (
        standing_law(None, day, whole, ("USA", "IND"), "now").called == "the US law of 2026-03-01"
    )
    assert standing_law(None, day, whole, ("CHN", "IND"), "now").scenario is None
    assert standing_law(None, date(2024, 9, 30), whole, ("USA", "IND"), "then").scenario is None
    assert standing_law("baseline", day, whole, ("USA", "IND"), "now").scenario is None
    late = standing_law(None, date(2030, 1, 1), whole, ("USA", "IND"), "now")
    assert "known until" in late.notes[0].text
    lacking = standing_law(None, day, world, ("USA", "IND"), "now")
    assert lacking.scenario is None
    assert "regions that small lacks" in lacking.notes[0].text
