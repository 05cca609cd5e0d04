"""Cuts of one pair and of every pair: identities between the two, with the equilibrium, and with its derivative."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from coercion_world import coercion_world

from paxsilica.analysis.coercion import matrix as matrices
from paxsilica.analysis.coercion import pair as pairs
from paxsilica.analysis.coercion.cut import cut_off
from paxsilica.analysis.coercion.exposure import exposure
from paxsilica.analysis.coercion.matrix import coercion_matrix
from paxsilica.analysis.coercion.pair import Pair, first_order, pair
from paxsilica.data import elasticity_sets, load_economy, with_elasticities, write_economy
from paxsilica.economy import Economy
from paxsilica.errors import InputError, LabelError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, Status, rebalance, solve, solve_many
from paxsilica.shock import Cut

CUT = Cut(("R0",), ("R1",))


@pytest.fixture(scope="module")
def world() -> Economy:
    return rebalance(coercion_world())


@pytest.fixture(scope="module")
def found(world) -> Pair:
    return pair(world, CUT)


def symmetric() -> Economy:
    """Four regions that nothing tells apart."""
    one = coercion_world()
    flows = np.ones(one.flows.shape)
    flows[np.arange(4), np.arange(4)] = 12.0
    inputs = np.full(one.inputs.shape, 1.5)
    return Economy.from_flows(one.regions, one.sectors, flows, inputs=inputs, about=one.about)


# ---- one pair ------------------------------------------------------------------------------------------------


def test_the_losses_are_those_of_the_equilibrium(world, found):
    params = {"long run": Params(), "short run": Params(SHORT_RUN)}
    for h in found.horizons:
        outcome = solve(world, CUT.shock(world), params[h.name])
        loss = 100 * (1 - outcome.real_income)
        assert (h.losses.sender, h.losses.target) == pytest.approx(tuple(loss[:2]), abs=1e-8)
        assert h.losses.target_usd == pytest.approx(loss[1] / 100 * world.income[1], rel=1e-9)
        assert h.losses.ratio == pytest.approx(
            loss[1] * world.income[1] / (loss[0] * world.income[0]), rel=1e-6
        )
        assert h.revenue[0] == pytest.approx(
            outcome.tariff_revenue[1] - world.tariff_revenue[1], rel=1e-9
        )


def test_a_larger_share_hurts_more_and_the_whole_is_the_cut(found):
    for h in found.horizons:
        assert [share for share, _ in h.curve] == pytest.approx(np.arange(0.1, 1.05, 0.1))
        losses = [its.target for _, its in h.curve]
        assert np.all(np.diff(losses) > 0)
        assert losses[-1] == pytest.approx(h.losses.target, abs=1e-7)


def test_each_sector_is_cut_alone(world, found):
    for cut in found.long.sectors:
        alone = cut_off(world, replace(CUT, sectors=(cut.sector,)))
        assert cut.losses.target == pytest.approx(alone.loss_of(["R1"]), abs=1e-8)
        assert cut.trade == pytest.approx(world.flows[1, 0, world.sectors.index(cut.sector)])
    assert [cut.sector for cut in found.long.sectors] == ["C26", "C28"]


def test_the_band_solves_every_set_of_elasticities(world, found):
    assert {v.elasticities for v in found.band} == {"given", *elasticity_sets()}
    assert [v.elasticities for v in found.band if v.own] == ["given"]
    assert (found.band[0].long, found.band[0].first) == (found.long.losses, found.first.losses)
    other = rebalance(with_elasticities(world, "uniform_4"))
    for horizon, params in (("long", Params()), ("first", Params(SHORT_RUN))):
        again = cut_off(other, CUT, params)
        of = {v.elasticities: getattr(v, horizon).target for v in found.band}
        assert of["uniform_4"] == pytest.approx(again.loss_of(["R1"]), abs=1e-8)
        low, median, high = found.band_of("target", horizon)
        assert (low, high) == (min(of.values()), max(of.values()))
        assert (
            sum(value <= median for value in of.values())
            >= len(of) / 2
            <= sum(v >= median for v in of.values())
        )
    ratios = {v.elasticities: v.long.target_usd / v.long.sender_usd for v in found.band}
    assert found.band_of("ratio")[::2] == pytest.approx(
        (min(ratios.values()), max(ratios.values()))
    )


def test_sectors_of_ones_own_have_no_band_and_a_note_says_so():
    own = coercion_world().replace(
        sectors=("X", "Y", "SERV"), about=replace(coercion_world().about, sector_groups={})
    )
    found = pair(own, Cut(("R0",), ("R1",), ("X",)))
    assert found.band == ()
    assert found.band_of("target") is None
    assert "do not cover this baseline" in next(
        note.text for note in found.notes if note.name == "elasticities.band"
    )


def test_the_first_order_is_the_exact_derivative(world, found):
    e = exposure(world, Params(), ["R1"])
    beside = found.long.beside.first_order
    assert beside.target == pytest.approx(e.over(e.cut)[1, 0], rel=1e-9)
    assert first_order(world, replace(CUT, sectors=("C26",)).shock(world), ["R1"], Params())[
        0
    ] == pytest.approx(e.over(e.cut, ["C26"])[1, 0], rel=1e-9)
    small = cut_off(world, replace(CUT, share=1e-4))
    assert (small.loss_of(["R1"]), small.loss_of(["R0"])) == pytest.approx(
        (1e-4 * beside.target, 1e-4 * beside.sender), rel=1e-3
    )


def test_a_group_cuts_together_and_is_weighed_by_income(world):
    found = pair(world, Cut(("PAIR",), ("R0",), share=0.5))
    outcome = solve(world, Cut(("R1", "R2"), ("R0",), ("C26", "C28"), 0.5).shock(world))
    lost = (1 - outcome.real_income[1:3]) * world.income[1:3]
    assert found.cut.senders == ("R1", "R2")
    assert found.long.losses.sender == pytest.approx(
        100 * lost.sum() / world.income[1:3].sum(), abs=1e-8
    )
    assert found.long.losses.sender_usd == pytest.approx(lost.sum(), rel=1e-6)
    assert found.long.beside.liu_yang is None


def test_who_gains_is_third_and_gains(world, found):
    for region, gain, usd in found.first.winners():
        assert region not in ("R0", "R1")
        assert gain > 0
        assert usd == pytest.approx(gain / 100 * world.income[world.regions.index(region)])


def test_what_is_not_solved_has_no_number_and_a_note(world, monkeypatch):
    real = pairs.solve_many

    def stalled(*arguments, **options):
        batch = real(*arguments, **options)
        return replace(batch, status=(Status.STALLED, *batch.status[1:-1], Status.STALLED))

    monkeypatch.setattr(pairs, "solve_many", stalled)
    found = pair(world, CUT)
    assert np.isnan(found.long.curve[0][1].target)
    assert np.isnan(found.long.sectors[-1].losses.ratio)
    said = [note.text for note in found.notes if note.name == "not solved"]
    assert said == [
        f"{name}: cuts not solved, without a number: 10%, C28" for name in ("long run", "short run")
    ]


@pytest.mark.parametrize(
    ("senders", "targets", "sectors", "share", "error", "message"),
    [
        (["R0"], ["R0"], ["goods"], 1.0, InputError, "R0 is sender and target"),
        (["R1"], ["PAIR"], ["goods"], 1.0, InputError, "R1 is sender and target"),
        (["R9"], ["R0"], ["goods"], 1.0, LabelError, "unknown region 'R9'"),
        (["R0"], ["R1"], ["godos"], 1.0, LabelError, "did you mean goods?"),
        (["R0"], ["R1"], ["goods"], 0.0, InputError, "give a share above 0%"),
    ],
)
def test_a_wrong_question_is_refused_before_anything_is_solved(
    monkeypatch, senders, targets, sectors, share, error, message
):
    monkeypatch.setattr(pairs, "rebalance", None)
    with pytest.raises(error, match=message):
        pair(coercion_world(), Cut(senders, targets, sectors, share))


# ---- every pair ----------------------------------------------------------------------------------------------


def test_the_matrix_holds_every_pair(world, found):
    m = coercion_matrix(world)
    assert np.isnan(np.diag(m.targets_loss)).all()
    for i, sender in enumerate(m.regions):
        for n, target in enumerate(m.regions):
            if i != n:
                grip = cut_off(world, Cut((sender,), (target,)))
                assert m.loss[i, n] == pytest.approx(grip.loss, abs=1e-8)
                assert m.ratio[i, n] == pytest.approx(grip.ratio, rel=1e-6)
    assert m.targets_loss[0, 1] == pytest.approx(found.long.losses.target, abs=1e-8)
    assert m.revenue[0, 1] == pytest.approx(found.long.revenue[0], rel=1e-9)
    winner, gain = m.winner("R0", "R1")
    thirds = {r: -m.loss[0, 1, at] for at, r in enumerate(world.regions) if r not in ("R0", "R1")}
    assert (winner, gain) == (max(thirds, key=thirds.get), max(thirds.values()))


def test_regions_that_nothing_tells_apart_have_one_grip():
    m = coercion_matrix(symmetric())
    off = ~np.eye(4, dtype=bool)
    assert np.ptp(m.targets_loss[off]) < 1e-7
    assert m.targets_loss[off] == pytest.approx(m.targets_loss.T[off], abs=1e-7)
    assert m.targets_loss[0, 1] > m.senders_loss[0, 1]


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
    assert np.array_equal(resumed.loss, whole.loss, equal_nan=True)
    assert np.array_equal(resumed.revenue, whole.revenue, equal_nan=True)
    told.clear()
    assert np.array_equal(coercion_matrix(world, kept=file).loss, whole.loss, equal_nan=True)
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
        with pytest.raises(InputError, match="is no file of kept cuts"):
            coercion_matrix(world, ["R0", "R1"], kept=file)


def test_cuts_of_the_matrix_that_are_not_solved_become_a_note(world, monkeypatch):
    def stalled(*arguments, keep, **options):
        def kept(at, outcome):
            keep(at, replace(outcome, params=Params(tolerance=1e-300)) if at == 1 else outcome)

        return solve_many(*arguments, keep=kept, **options)

    monkeypatch.setattr(matrices, "solve_many", stalled)
    m = coercion_matrix(world, ["R0", "R1", "R2"])
    assert np.isnan(m.loss[0, 2]).all()
    assert np.isnan(m.ratio[0, 2])
    assert np.isfinite(m.loss[0, 1]).all()
    assert [note.text for note in m.notes] == [
        "Cuts that were not solved and have no number (1): R0 on R2."
    ]


def test_the_same_economy_from_a_file_gives_the_same_grip(world, found, tmp_path):
    write_economy(coercion_world(), tmp_path / "own.npz")
    again = pair(load_economy(tmp_path / "own.npz"), CUT)
    assert again.long.losses.target == pytest.approx(found.long.losses.target, rel=1e-5)
