"""Cuts of one pair and of every pair: identities between the two, with the equilibrium, and with its derivative."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from coercion_world import coercion_world, cut_off

from paxsilica.analysis.band import band_over
from paxsilica.analysis.coercion import matrix as matrices
from paxsilica.analysis.coercion import pair as pairs
from paxsilica.analysis.coercion.matrix import coercion_matrix
from paxsilica.analysis.coercion.pair import SIDES, STEPS, baseline_blocks, loss_ratio, pair, sides
from paxsilica.cut import Cut
from paxsilica.data import (
    elasticity_sets,
    load_economy,
    with_elasticities,
    with_every_set,
    write_economy,
)
from paxsilica.economy import Economy
from paxsilica.errors import ConvergenceError, InputError, LabelError
from paxsilica.findings import Findings, block
from paxsilica.horizon import HORIZONS, SHORT_RUN
from paxsilica.model import Params, Status, gradient, rebalance, solve, solve_many
from paxsilica.shock import Shock


@pytest.fixture(scope="module")
def world() -> Economy:
    return rebalance(coercion_world())


CUT = Cut(("R0",), ("R1",))
PARAMS = {key: Params(horizon=horizon) for key, horizon in HORIZONS.items()}


HEADLINE = dict.fromkeys(("sector", "point", "elasticities"))


def findings(*arguments) -> Findings:
    """What is found of a pair."""
    return Findings(pair(*arguments).blocks)


def both(f: Findings, variable: str = "real_income", **where) -> np.ndarray:
    """`[..., 2]` of target and sender; without labels of other dimensions the headline."""
    return f.array(variable, item=SIDES, **(where or HEADLINE))


@pytest.fixture(scope="module")
def found(world) -> dict[str, Findings]:
    return {key: findings(world, CUT, params) for key, params in PARAMS.items()}


def symmetric() -> Economy:
    """Four regions that nothing tells apart."""
    one = coercion_world()
    flows = np.ones(one.flows.shape)
    flows[np.arange(4), np.arange(4)] = 12.0
    inputs = np.full(one.inputs.shape, 1.5)
    return Economy.from_flows(one.regions, one.sectors, flows, inputs=inputs, about=one.about)


# ---- one pair ------------------------------------------------------------------------------------------------


def test_the_changes_are_those_of_the_equilibrium(world, found):
    for key, its in found.items():
        banned = np.ones(world.flows.shape)
        banned[1, 0, :2] = 0
        outcome = solve(world, Shock(world, permitted=banned), PARAMS[key])
        change = 100 * (outcome.real_income - 1)
        percent, money = both(its), both(its, "real_income_money")
        assert percent[::-1] == pytest.approx(change[:2], abs=1e-8)
        assert its.array("real_income", region=world.regions) == pytest.approx(change, abs=1e-8)
        assert money == pytest.approx((change / 100 * world.income)[[1, 0]], rel=1e-8)
        assert its.value("loss_ratio", **HEADLINE) == pytest.approx(
            change[1] * world.income[1] / (change[0] * world.income[0]), rel=1e-6
        )
        of = np.array([1, 0])
        own = (outcome.labour_income + outcome.treasury)[of] / world.gdp[of]
        its_own, transfer = both(its, "real_earned_income"), both(its, "transfer_effect")
        assert its_own == pytest.approx(100 * (own / outcome.consumer_price[of] - 1), abs=1e-8)
        part = world.gdp[of] / world.income[of]
        assert part * its_own + transfer == pytest.approx(percent, abs=1e-8)
        earned = outcome.tariff_revenue - world.tariff_revenue
        assert both(its, "tariff_revenue_change") == pytest.approx(earned[[1, 0]], rel=1e-9)


def test_a_larger_share_hurts_more_and_the_whole_is_the_cut(found):
    assert pytest.approx(np.arange(0.1, 1.05, 0.1)) == STEPS
    for its in found.values():
        curve = both(its, point=[f"{n}" for n in range(10, 101, 10)])
        assert np.all(np.diff(curve[:, 0]) < 0)
        assert curve[-1] == pytest.approx(both(its), abs=1e-7)


def test_each_sector_is_cut_alone(world, found):
    its = found["long_run"]
    baseline = Findings(tuple(baseline_blocks(world, CUT)))
    trade = baseline.along("trade", "sector")
    assert list(trade) == ["C26", "C28"]
    for sector, share in baseline.along("supply_share", "sector").items():
        bought = world.flows[1, :, world.sectors.index(sector)]
        assert share == pytest.approx(100 * bought[0] / bought.sum())
    for key, params in PARAMS.items():
        theta = dict(zip(world.sectors, params.theta(world), strict=True))
        got = found[key].along("trade_elasticity", "sector")
        assert got == {sector: pytest.approx(theta[sector]) for sector in trade}
    for sector in trade:
        alone = cut_off(world, replace(CUT, sectors=(sector,)))
        loss = its.value("real_income", sector=sector, item="targets")
        assert loss == pytest.approx(alone.change_of(["R1"]), abs=1e-8)
        assert trade[sector] == pytest.approx(world.flows[1, 0, world.sectors.index(sector)])


def test_the_band_solves_every_set_of_elasticities(world, found):
    sets = [rebalance(with_elasticities(world, name)) for name in elasticity_sets()]
    names = ("given", *elasticity_sets())
    for key, alone in found.items():
        its = findings(world, CUT, PARAMS[key], sets)
        each = both(its, elasticities=names)
        ratios = its.array("loss_ratio", elasticities=names)
        (headline,) = its.select("real_income", item=SIDES, **HEADLINE).blocks
        (ratio,) = its.select("loss_ratio", **HEADLINE).blocks
        assert headline.value == pytest.approx(both(alone))
        at = names.index("uniform_4")
        again = cut_off(sets[at - 1], CUT, PARAMS[key])
        assert each[at, 0] == pytest.approx(again.change_of(["R1"]), abs=1e-8)
        assert np.array_equal(headline.low, each.min(0))
        assert np.array_equal(headline.high, each.max(0))
        assert both(its, "real_income_median") == pytest.approx(np.median(each, axis=0))
        assert (ratio.low, ratio.high) == (ratios.min(), ratios.max())
        money = np.array([e.income[[1, 0]] for e in (world, *sets)]) * each
        assert ratios == pytest.approx(money[:, 0] / money[:, 1])


def test_a_set_that_is_not_solved_is_left_out_and_a_note_says_so(world, found):
    def stalls(economy):
        if economy.about.elasticities == "uniform_4":
            raise ConvergenceError("not solved")
        return [changes(1.0, -2.0)]

    def changes(*values):
        return block("real_income", values, {"region": ("A", "B")})

    sets = [with_elasticities(world, name) for name in elasticity_sets()]
    band = band_over("given", [changes(3.0, -1.0)], sets, stalls)
    (kept,), (each,) = band.blocks, band.each
    assert np.isnan(each.value[band.sets.index("uniform_4")]).all()
    assert kept.value.tolist() == [3.0, -1.0]
    assert kept.low.tolist() == [1.0, -2.0]
    assert kept.high.tolist() == [3.0, -1.0]
    assert [note.text for note in band.notes] == ["not solved, and left out of the band: uniform_4"]


def test_sectors_of_ones_own_have_no_band_and_a_note_says_so(world, found):
    tables, notes = with_every_set(
        world.replace(sectors=("X", "Y", "SERV"), about=replace(world.about, sector_groups={}))
    )
    its = pair(world, CUT, Params(), tables, notes)
    assert all(b.low is b.high is None for b in its.blocks)
    assert not Findings(its.blocks).select("real_income_median")
    (told,) = (note for note in its.notes if note.name == "elasticities.band")
    assert "do not cover this baseline" in told.text


def test_the_first_order_is_the_exact_derivative(world, found):
    permitted = gradient(world, None, "R1", Params()).permitted[1, 0]
    slope = both(found["long_run"], "first_order_cut")
    goods = world.sector_indices(["goods"])
    assert slope[0] == pytest.approx(-100 * permitted[goods].sum(), rel=1e-7)
    one = findings(world, replace(CUT, sectors=("C26",)), Params())
    assert both(one, "first_order_cut")[0] == pytest.approx(
        -100 * permitted[world.sectors.index("C26")], rel=1e-7
    )
    small = cut_off(world, replace(CUT, share=1e-4))
    assert (small.change_of(["R1"]), small.change_of(["R0"])) == pytest.approx(
        1e-4 * slope, rel=1e-3
    )


def test_a_group_cuts_together_and_is_weighed_by_income(world):
    its = findings(world, Cut(("PAIR",), ("R0",), share=0.5), Params())
    half = np.ones(world.flows.shape)
    half[0, 1:3, :2] = 0.5
    outcome = solve(world, Shock(world, permitted=half))
    lost = (outcome.real_income[1:3] - 1) * world.income[1:3]
    assert both(its)[1] == pytest.approx(100 * lost.sum() / world.income[1:3].sum(), abs=1e-8)
    assert both(its, "real_income_money")[1] == pytest.approx(lost.sum(), rel=1e-6)
    assert not its.select("net_dependence")


def test_what_is_not_solved_has_no_number_and_a_note(world, monkeypatch):
    real = pairs.solve_many

    def stalled(*arguments, **options):
        batch = real(*arguments, **options)
        return replace(batch, status=(Status.STALLED, *batch.status[1:-1], Status.STALLED))

    monkeypatch.setattr(pairs, "solve_many", stalled)
    its = pair(world, CUT, Params())
    f = Findings(its.blocks)
    assert np.isnan(both(f, point="10")).all()
    assert np.isnan(f.value("loss_ratio", sector="C28"))
    (told,) = (note for note in its.notes if note.name == "not solved")
    assert told.text == "long run: cuts not solved, without a number: 10%, C28"


@pytest.mark.parametrize(
    ("senders", "targets", "sectors", "share", "error", "message"),
    [
        (["R0"], ["R0"], ["goods"], 1.0, InputError, "R0 is sender and target"),
        (["R1"], ["PAIR"], ["goods"], 1.0, InputError, "R1 is sender and target"),
        (["R9"], ["R0"], ["goods"], 1.0, LabelError, "unknown region 'R9'"),
        (["R0"], ["R1"], ["godos"], 1.0, LabelError, "did you mean goods?"),
        (["R0"], ["R1"], ["goods"], 0.0, InputError, "give a share above 0%"),
        (["R0"], ["R1"], ["goods"], 1.1, InputError, "at most 100%"),
    ],
)
def test_a_wrong_cut_is_refused(world, senders, targets, sectors, share, error, message):
    with pytest.raises(error, match=message):
        Cut(tuple(senders), tuple(targets), tuple(sectors), share).shock(world)


# ---- every pair ----------------------------------------------------------------------------------------------


def test_the_matrix_holds_every_pair(world, found):
    m = coercion_matrix(world)
    f = m.findings()
    pairs = [(i, n) for i in world.regions for n in world.regions if i != n]
    rows = f.select("loss_ratio").rows()
    assert [(row["partner"], row["region"]) for row in rows] == pairs
    for at, (sender, target) in enumerate(pairs):
        of, cut = {"partner": sender, "region": target}, Cut((sender,), (target,))
        change = cut_off(world, cut).change
        assert m.change[at] == pytest.approx(change, abs=1e-8)
        percent, money = sides(world, cut, change)
        assert both(f, **of)[0] == pytest.approx(percent, abs=1e-8)
        assert both(f, "real_income_money", **of)[0] == pytest.approx(money, rel=1e-6)
        assert f.value("loss_ratio", **of) == pytest.approx(money[0] / money[1], rel=1e-6)
        thirds = {r: x for r, x in zip(world.regions, change, strict=True) if r not in of.values()}
        best = f.row("winner_gain", **of)
        assert best["item"] == max(thirds, key=thirds.get)
        assert best["value"] == pytest.approx(max(thirds.values()), abs=1e-8)
    first = {"partner": "R0", "region": "R1"}
    assert both(f, **first)[0] == pytest.approx(both(found["long_run"]), abs=1e-8)
    assert f.value("tariff_revenue_change", **first) == pytest.approx(
        both(found["long_run"], "tariff_revenue_change")[0], rel=1e-9
    )


def test_a_ratio_is_endless_where_the_sender_loses_nothing_and_unknown_where_it_was_not_solved():
    money = np.array([[-6.0, -2.0], [-1.0, 0.5], [-1.0, 0.0], [np.nan, np.nan]])
    assert loss_ratio(money)[:3].tolist() == [3.0, np.inf, np.inf]
    assert np.isnan(loss_ratio(money)[3])


@pytest.mark.parametrize(
    "params", [Params(), Params(tolerance=1e-9), Params(deficits="fixed"), Params(SHORT_RUN)]
)
def test_the_matrix_says_by_when_whatever_the_other_parameters(world, params):
    f = coercion_matrix(world, ["R0", "R1"], params=params).findings()
    assert {row["horizon"] for row in f.rows()} == {params.horizon.key}


def test_regions_that_nothing_tells_apart_have_one_grip():
    targets, senders = coercion_matrix(symmetric()).percent.T
    assert len(targets) == 12
    assert np.ptp(targets) < 1e-7
    assert targets[0] < senders[0]


def test_what_was_kept_is_not_solved_again(world, tmp_path):
    file = tmp_path / "kept.npz"
    whole = coercion_matrix(world)

    class Stop(Exception):
        pass

    def stop(done, all_):
        if done > all_ / 2:
            raise Stop

    with pytest.raises(Stop):
        coercion_matrix(world, progress=stop, kept=file)
    told = []
    resumed = coercion_matrix(
        world, progress=lambda done, all_: told.append((done, all_)), kept=file
    )
    assert len(told) < 12
    assert told[-1] == (12, 12)
    for name in ("real_income", "revenue"):
        np.testing.assert_allclose(resumed.table[name], whole.table[name], rtol=1e-8)
    told.clear()
    assert np.array_equal(coercion_matrix(world, kept=file).table, resumed.table)
    assert told == []


def test_the_answers_to_another_question_are_refused(world, tmp_path):
    file = tmp_path / "kept.npz"
    coercion_matrix(world, ["R0", "R1"], kept=file)
    with pytest.raises(InputError, match="holds the answers to another question"):
        coercion_matrix(world, ["R0", "R1"], share=0.5, kept=file)
    with pytest.raises(InputError, match="holds the answers to another question"):
        coercion_matrix(world, ["R0", "R1"], params=Params(SHORT_RUN), kept=file)
    for damaged in (b"no archive", b"PK\x03\x04x", b"", file.read_bytes()[:400]):
        file.write_bytes(damaged)
        with pytest.raises(InputError, match="is no file of kept answers"):
            coercion_matrix(world, ["R0", "R1"], kept=file)


def test_cuts_of_the_matrix_that_are_not_solved_become_a_note(world, monkeypatch):
    def stalled(*arguments, keep, **options):
        def kept(at, outcome):
            keep(at, replace(outcome, params=Params(tolerance=1e-300)) if at == 1 else outcome)

        return solve_many(*arguments, keep=kept, **options)

    monkeypatch.setattr(matrices, "solve_many", stalled)
    m = coercion_matrix(world, ["R0", "R1", "R2"])
    assert m.sides[:2].tolist() == [[1, 0], [2, 0]]
    assert np.isnan(m.change[1]).all()
    unknown = m.findings().select(partner="R0", region="R2").rows()
    assert len(unknown) == 7
    assert {row["value"] for row in unknown} == {None}
    assert np.isfinite(m.change[0]).all()
    assert [note.text for note in m.notes] == [
        "Cuts that were not solved and have no number (1): R0 on R2."
    ]


def test_the_same_economy_from_a_file_gives_the_same_grip(world, found, tmp_path):
    write_economy(coercion_world(), tmp_path / "own.npz")
    again = cut_off(rebalance(load_economy(tmp_path / "own.npz")), CUT)
    assert again.change_of(["R1"]) == pytest.approx(both(found["long_run"])[0], rel=1e-5)
