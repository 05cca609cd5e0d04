"""Differences of two scenarios against solves by hand, and contributions against what Shapley values must be."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import numpy as np
import pytest
from run_world import small_world
from worlds import labelled_world

from paxsilica.analysis import contributions as room
from paxsilica.analysis.compare import Comparison, compared, comparison_of
from paxsilica.analysis.contributions import contributions
from paxsilica.analysis.effects import effects
from paxsilica.analysis.plan import WORLD, acts_of
from paxsilica.analysis.run import solved
from paxsilica.data import load_economy
from paxsilica.desk import Desk
from paxsilica.errors import Cancelled
from paxsilica.findings import Findings
from paxsilica.model import Params, solve
from paxsilica.policy import Scenario, load_scenario, parse_scenario
from paxsilica.shock import Shock

INDIA = "{id: india, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: add, rate: 25%}"
VIET_NAM = "{id: vietnam, kind: tariff, importer: [USA], exporter: [VNM], sector: [C26], op: add, rate: 20%}"
OIL = "{id: oil, kind: import_ban, importer: [DEU], exporter: [IND], sector: [B06], share: 50%}"
NOTHING = "{id: nothing, kind: tariff, importer: [USA], sector: [goods], op: at_least, rate: 0%}"
CHIPS = "{id: chips, kind: productivity, region: [VNM], sector: [C26], op: add, rate: 5%}"


def scenario(*measures: str, extra: str = "", baseline: str = "here") -> Scenario:
    lines = "".join(f"\n  - {measure}" for measure in measures) or " []"
    head = f"schema: paxsilica/scenario@1\ntitle: t\nbaseline: {baseline}\n{extra}"
    return parse_scenario(f"{head}measures:{lines}\n")


@pytest.fixture(scope="module")
def desk() -> Desk:
    desk, world = Desk(), small_world()
    desk.warm(("here", None), lambda: world)
    desk.warm(("other", None), lambda: world.replace(trade_elasticity=2 * world.trade_elasticity))
    names = {k: v for k, v in world.about.region_names.items() if k != "FRA"}
    about = world.about.__class__(
        region_names=names,
        sector_names=world.about.sector_names,
        sector_groups=world.about.sector_groups,
    )
    desk.warm(("fewer", None), lambda: labelled_world(3, about, 1e5))
    return desk


def pair(a: Scenario, b: Scenario, desk: Desk, days=(None, None)) -> Comparison:
    return comparison_of(a, b, days, desk)


def split(both: Comparison, desk: Desk) -> Findings:
    return Findings(contributions(both, desk))


def total(both: Comparison) -> np.ndarray:
    found = Findings(compared(both, bands=False).blocks)
    return found.array("real_income", region=[*both.groups], scenario="difference")[:, 0]


def real(economy, *shocks: Shock) -> list[np.ndarray]:
    return [100 * (solve(economy, shock).real_income - 1) for shock in shocks]


def test_differences_are_those_of_two_solves(desk):
    both = pair(scenario(INDIA), scenario(INDIA, VIET_NAM), desk)
    e, found = both.a.outcome.economy, Findings(compared(both, bands=False).blocks)
    duty = np.zeros(e.tariffs.shape)
    duty[0, 1, :3] = 0.25
    one = Shock(e, tariffs=e.tariffs + duty)
    duty[0, 2, 1] = 0.20
    two = Shock(e, tariffs=e.tariffs + duty)
    a, b = real(e, one, two)
    shown = found.array("real_income", region=e.regions)
    np.testing.assert_allclose(shown.T, [a, b, b - a], atol=1e-7)
    money = found.array("real_income_money", region=e.regions, scenario="difference")[:, 0]
    np.testing.assert_allclose(money, (b - a) * e.income / 100, atol=1e-9 * e.income.sum())
    world = found.value("real_income", region="world", scenario="difference")
    assert world == pytest.approx(((b - a) * e.income).sum() / e.income.sum(), rel=1e-6)
    outcomes = solve(e, one), solve(e, two)
    sold = [o.flows[0, 2, 1] for o in outcomes]
    trade = found.array("trade", region="VNM", partner="USA", sector="hit")
    np.testing.assert_allclose(trade, [*sold, sold[1] - sold[0]], rtol=1e-7)
    rate = found.array("trade_weighted_tariff", region="VNM", partner="USA", sector="hit")
    own = 100 * e.tariffs[0, 2, 1]
    np.testing.assert_allclose(rate, [own, own + 20, 20], rtol=1e-9)
    made = found.array("output_volume", region=e.regions, sector=e.sectors)
    volume = [100 * (o.output / o.gate_price / e.output - 1) for o in outcomes]
    np.testing.assert_allclose(made[:, :, 2], volume[1] - volume[0], atol=1e-7)
    pairs = found.array("trade", region=e.regions, partner="USA", sector=None, scenario="a")
    bought = outcomes[0].flows[0].sum(1)
    np.testing.assert_allclose(np.sort(pairs[:, 0]), np.sort(bought[1:]), rtol=1e-7)


def test_a_run_and_a_comparison_say_one_number_of_the_same_flow(desk):
    """A floor between two sellers' duties taxes one of them; the mean and the trade are of both, by hand."""
    e = small_world()
    own, weight = e.tariffs[0, 1:3, 1], e.flows[0, 1:3, 1]
    floor = own.mean()
    duty = "kind: tariff, importer: [USA], exporter: [IND, VNM], sector: [C26], op: at_least"
    both = pair(scenario(), scenario(f"{{id: floor, {duty}, rate: {100 * floor:.12f}%}}"), desk)
    alone, of_two = effects(both.b.outcome, both.b.actors), compared(both, bands=False).blocks
    sides = {"region": "IND+VNM", "partner": "USA", "sector": "hit"}
    mean = [100 * (rates @ weight) / weight.sum() for rates in (own, np.maximum(own, floor))]
    sold = [o.flows[0, 1:3, 1].sum() for o in (both.a.outcome, both.b.outcome)]
    for key, expected in (("trade_weighted_tariff", mean), ("trade", sold)):
        np.testing.assert_allclose(alone.array(key, **sides).ravel(), expected, rtol=1e-6)
        shown = Findings(of_two).array(key, **sides)[:2]
        np.testing.assert_allclose(shown, expected, rtol=1e-6)


def test_two_measures_by_hand(desk):
    """The four worlds of two measures, and the mean of both orders."""
    both = pair(scenario(), scenario(INDIA, VIET_NAM), desk)
    e, india, vietnam = both.a.outcome.economy, *np.zeros((2, *small_world().tariffs.shape))
    india[0, 1, :3], vietnam[0, 2, 1] = 0.25, 0.20
    none, one, two, all_ = real(
        e, *(Shock(e, tariffs=e.tariffs + x) for x in (0 * india, india, vietnam, india + vietnam))
    )
    found = split(both, desk).array("contribution", region=e.regions)
    np.testing.assert_allclose(found[0], ((one - none) + (all_ - two)) / 2, atol=1e-8)
    np.testing.assert_allclose(found[1], ((two - none) + (all_ - one)) / 2, atol=1e-8)


MIXED = {
    "added": (scenario(INDIA), scenario(INDIA, VIET_NAM, CHIPS, OIL)),
    "dropped": (scenario(VIET_NAM, OIL, INDIA), scenario(INDIA)),
    "changed": (scenario(INDIA, OIL), scenario(VIET_NAM, INDIA.replace("25%", "18%"), CHIPS)),
    "turned": (
        scenario(INDIA, NOTHING.replace("0%", "40%")),
        scenario(NOTHING.replace("0%", "40%"), INDIA),
    ),
}


@pytest.mark.parametrize("name", MIXED)
def test_contributions_add_up_and_the_plan_has_both_ends(name, desk):
    both = pair(*MIXED[name], desk)
    plan, e = both.plan, both.a.outcome.economy
    everybody = frozenset(player.key for player in plan.players)
    first, last = plan.shocks(e, [frozenset(), everybody])
    for shock, side in ((first, both.a), (last, both.b)):
        own = side.scenario.compile(e)
        for axis in ("tariffs", "permitted", "productivity"):
            np.testing.assert_array_equal(getattr(shock, axis), getattr(own, axis))
    found = split(both, desk).array("contribution", region=[*both.groups])
    assert np.abs(total(both)).max() > 1e-4
    np.testing.assert_allclose(found.sum(0), total(both), atol=1e-9)


def test_contributions_are_the_mean_over_every_order(desk):
    """Each of the 24 orders by hand, for changes that meet on the same flow and whose order matters."""
    at_least = INDIA.replace("india", "floor").replace("add, rate: 25%", "at_least, rate: 45%")
    both = pair(scenario(OIL), scenario(INDIA, at_least, CHIPS), desk)
    plan, e = both.plan, both.a.outcome.economy
    names = [player.key for player in plan.players]
    worth = {}
    for order in permutations(names):
        for size in range(len(order) + 1):
            inside = frozenset(order[:size])
            if inside not in worth:
                (shock,) = plan.shocks(e, [inside])
                worth[inside] = real(e, shock)[0]
    mean = {name: [] for name in names}
    for order in permutations(names):
        for size, name in enumerate(order):
            mean[name].append(worth[frozenset(order[: size + 1])] - worth[frozenset(order[:size])])
    found = split(both, desk)
    for name in names:
        value = found.array("contribution", region=e.regions, measure=name)[0]
        np.testing.assert_allclose(value, np.mean(mean[name], axis=0), atol=1e-8)
    assert found.value("coalitions_solved") == 2 ** len(names)
    assert found.value("orders_sampled") == 0


def test_what_does_nothing_contributes_nothing_and_alikes_contribute_alike(desk):
    twins = (VIET_NAM, VIET_NAM.replace("id: vietnam", "id: again"))
    both = pair(scenario(), scenario(INDIA, NOTHING, *twins), desk)
    found, groups = split(both, desk), [*both.groups]
    of = {
        name: found.array("contribution", region=groups, measure=name)[0]
        for name in ("india", "nothing", "vietnam", "again")
    }
    assert np.abs(of["nothing"]).max() < 1e-9
    np.testing.assert_allclose(of["vietnam"], of["again"], atol=1e-9)
    assert np.abs(of["vietnam"]).max() > 1e-4


def test_a_scenario_does_not_differ_from_itself(desk):
    both = pair(scenario(INDIA, OIL), scenario(INDIA, OIL), desk)
    assert both.plan.players == ()
    assert not contributions(both, desk)
    for found in compared(both, bands=False).blocks:
        gap = Findings((found,)).select(scenario="difference").blocks[0].value
        assert not np.nan_to_num(gap).any()


def test_what_is_held_goes_by_what_it_does_and_not_by_how_it_is_written(desk):
    other = "{id: x, kind: tariff, importer: [US], exporter: [India], sector: [B06, C26, C13T15], op: add, rate: 25%}"
    group = INDIA.replace("[IND]", "[THEM]")
    for b in (scenario(other), scenario(group, extra="groups: {THEM: [IND]}\n")):
        assert pair(scenario(INDIA), b, desk).plan.players == ()
    wider = scenario(group, extra="groups: {THEM: [IND, VNM]}\n")
    (player,) = pair(scenario(INDIA), wider, desk).plan.players
    assert player.was is not None
    assert player.now is not None
    elsewhere = scenario(VIET_NAM.replace("vietnam", "india"))
    dropped, begun = pair(scenario(INDIA), elsewhere, desk).plan.players
    assert (dropped.now, begun.was) == (None, None)
    assert dropped.key != begun.key


def test_a_day_decides_which_measures_differ(desk):
    text = scenario(INDIA.replace("25%}", "25%, from: 2025-08-01}"), VIET_NAM)
    early, late = date(2025, 7, 1), date(2025, 8, 1)
    for days, differ in (((late, None), []), ((early, late), ["india"]), ((early, early), [])):
        both = pair(text, text, desk, days)
        assert [player.key for player in both.plan.players] == differ
        assert bool(np.abs(total(both)).max() > 1e-4) == bool(differ)


def test_the_parties_are_those_of_the_measures_that_differ(desk):
    """A duty on all that begins where one on India ends: India is spoken of, and not only as one of all."""
    every = "{id: all, kind: tariff, importer: [USA], sector: [goods], op: add, rate: 10%}"
    both = pair(scenario(INDIA, OIL), scenario(every, OIL), desk)
    assert {party.regions for party in both.actors.parties} >= {("IND",), ("USA",)}
    assert not [p for p in both.actors.parties if p.regions == ("DEU",)]
    assert [act.measure.id for act in both.plan.differing] == ["india", "all"]
    assert {flow.importer for flow in both.actors.flows} == {"USA"}


def test_what_stood_before_is_part_of_the_world(tmp_path, desk):
    head = "schema: paxsilica/scenario@1\ntitle: t\nbaseline: here\n"
    (tmp_path / "before.yaml").write_text(f"{head}measures:\n  - {INDIA}\n")
    (tmp_path / "after.yaml").write_text(f"{head}base: ./before.yaml\nmeasures:\n  - {VIET_NAM}\n")
    before, after = (load_scenario(tmp_path / f"{name}.yaml") for name in ("before", "after"))
    both = pair(before, after, desk)
    e = both.a.outcome.economy
    assert [act.measure.id for act in acts_of(after, e)] == ["india", "vietnam"]
    assert [player.key for player in both.plan.players] == ["vietnam"]
    run = solved(after, desk=desk).outcome
    ratio = run.real_income / run.before.real_income
    grown = 1 + total(both)[: len(e.regions)] / 100 / both.a.outcome.real_income
    np.testing.assert_allclose(grown, ratio, rtol=1e-9)


@pytest.mark.parametrize("asked", ["horizon: short_run", "deficits: fixed", "elsewhere", "fewer"])
def test_another_world_is_a_change_of_its_own(asked, desk):
    """Baseline, horizon and closure contribute too, and all adds up; regions that one lacks are left out."""
    name = {"elsewhere": "other", "fewer": "fewer"}.get(asked, "here")
    extra = f"assumptions: {{{asked}}}\n" if ":" in asked else ""
    same = pair(scenario(INDIA), scenario(INDIA, extra=extra, baseline=name), desk)
    (player,) = same.plan.players
    assert player.key == WORLD
    alone = split(same, desk).array("contribution", region=[*same.groups])
    np.testing.assert_allclose(alone[0], total(same), atol=1e-12)
    both = pair(scenario(INDIA), scenario(VIET_NAM, extra=extra, baseline=name), desk)
    assert [player.key for player in both.plan.players] == ["india", "vietnam", WORLD]
    found = split(both, desk).array("contribution", region=[*both.groups])
    np.testing.assert_allclose(found.sum(0), total(both), atol=1e-9)
    assert ("FRA" in both.groups) == (asked != "fewer")


def eleven() -> tuple[Scenario, Scenario]:
    """Eleven measures that do the same on the same flow: each contributes an eleventh."""
    many = [INDIA.replace("id: india", f"id: m{k}").replace("25%", "5%") for k in range(11)]
    return scenario(), scenario(*many)


def test_beyond_ten_changes_orders_are_sampled_and_their_error_is_known(desk, monkeypatch):
    """The exact value is known by symmetry; it lies within four standard errors, which shrink with the sample."""
    both, errors = pair(*eleven(), desk), []
    exact = total(both) / 11
    for solves in (500, 2200):
        monkeypatch.setattr(room, "SOLVES", solves)
        found = split(both, desk)
        value = found.array("contribution", region=[*both.groups])
        error = found.array("contribution_error", region=[*both.groups])
        np.testing.assert_allclose(value.sum(0), total(both), atol=1e-9)
        assert (np.abs(value - exact) <= 4 * error + 1e-9).all()
        assert found.value("orders_sampled") == max(32, 2 * (solves // 22))
        errors.append(error[:, 1].mean())
    assert errors[1] < 0.6 * errors[0]
    again = split(both, desk).array("contribution", region=[*both.groups])
    np.testing.assert_array_equal(again, value)


def test_ten_changes_are_exact(desk):
    a, b = eleven()
    ten = b.model_copy(update={"measures": b.measures[:10]})
    both = pair(a, ten, desk)
    found = split(both, desk)
    assert found.value("coalitions_solved") == 2**10
    value = found.array("contribution", region=[*both.groups])
    np.testing.assert_allclose(value, np.tile(total(both) / 10, (10, 1)), atol=1e-8)


def test_long_work_is_told_and_stops_between_solves(desk):
    told: list[tuple[str, int, int]] = []
    both = pair(*MIXED["added"], desk)
    desk_told = Desk(lambda *step: told.append(step))
    contributions(both, desk_told)
    assert [step[1] for step in told] == list(range(1, 2**3 - 1))
    assert {step[2] for step in told} == {2**3 - 2}
    stopping = Desk(lambda *_: stopping.cancel())
    with pytest.raises(Cancelled):
        contributions(both, stopping)


def test_a_range_is_that_of_the_differences_within_each_set():
    desk = Desk()
    a, b = scenario(INDIA, baseline="icio2022"), scenario(VIET_NAM, baseline="icio2022")
    both = pair(a, b, desk)
    band = compared(both, desk)
    assert band.solved == len(band.sets) == 9
    row = Findings(band.blocks).row("real_income", region="IND", scenario="difference")
    for name in ("caliendo_parro", "uniform_4"):
        e = load_economy("icio2022", elasticities=name)
        at = e.regions.index("IND")
        one, two = (solve(e, s.compile(e), Params()).real_income[at] for s in (a, b))
        each = next(x for x in band.each if x.variable == "real_income")
        found = Findings((each,)).value(
            "real_income", region="IND", scenario="difference", elasticities=name
        )
        assert found == pytest.approx(100 * (two - one), rel=1e-6)
        assert row["low"] - 1e-9 <= found <= row["high"] + 1e-9
    assert row["low"] < row["value"] < row["high"]


def test_two_sets_of_elasticities_have_no_range(desk):
    a, b = (
        scenario(INDIA, baseline="icio2022", extra=f"assumptions: {{elasticities: {name}}}\n")
        for name in ("fontagne", "uniform_4")
    )
    band = compared(pair(a, b, Desk()))
    assert band.solved == 1
    assert "different sets" in band.notes[0].text


def test_rates_that_both_sides_read_by_themselves_are_the_same_rates() -> None:
    """What is on the shelf twice, read twice, is one measure; of another day it is another."""
    icio = load_economy("icio2022")
    one, same, later = (
        acts_of(load_scenario(f"policy:us-law@{day}"), icio)[0].key
        for day in ("2025-11-01", "2025-11-01", "2026-02-07")
    )
    assert one == same
    assert one != later
