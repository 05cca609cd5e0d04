"""`coerce` as a question: every field reaches the answer, and pages and files show findings alone."""

from __future__ import annotations

import json

import numpy as np
import pytest
from coercion_world import coercion_world, cut_off

import paxsilica as pax
from paxsilica.cut import Cut
from paxsilica.data import load_economy, write_economy
from paxsilica.desk import Desk
from paxsilica.economy import Economy
from paxsilica.errors import InputError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, rebalance, solve
from paxsilica.questions.coerce import Coerce, of_most_income
from paxsilica.questions.question import Answer
from paxsilica.report.envelope import envelope
from paxsilica.report.pages import report_of

HEADLINE = {"sector": None, "point": None, "elasticities": None}


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("own") / "lands.npz"
    write_economy(coercion_world(), path)
    return str(path)


@pytest.fixture(scope="module")
def world(own) -> Economy:
    return rebalance(load_economy(own))


@pytest.fixture(scope="module")
def asked(own, tmp_path_factory):
    """Answers at one desk, each question once; the cache of matrices is this module's."""
    desk, known = Desk(), {}
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("paxsilica.questions.coerce.cache_folder", lambda name: folder)

        def answer(**fields) -> Answer:
            key = json.dumps(fields, sort_keys=True)
            if key not in known:
                known[key] = pax.ask(Coerce(**{"baseline": own, **fields}), desk)
            return known[key]

        yield answer


@pytest.fixture(scope="module")
def one(asked) -> Answer:
    return asked(sender="R0", target="R1", relief=True, allies="R2")


def test_each_field_changes_the_answer_as_the_library_does(asked, world):
    """The equilibrium of the cut, solved by hand for every field that has a say in it."""
    for fields, cut, params in (
        ({}, Cut(("R0",), ("R1",)), Params()),
        ({"sender": "R3"}, Cut(("R3",), ("R1",)), Params()),
        ({"target": "PAIR"}, Cut(("R0",), ("R1", "R2")), Params()),
        ({"sectors": "C26"}, Cut(("R0",), ("R1",), ("C26",)), Params()),
        ({"share": "30%"}, Cut(("R0",), ("R1",), share=0.3), Params()),
    ):
        answer = asked(**{"sender": "R0", "target": "R1", **fields})
        got = answer.findings.value("real_income", item="targets", horizon="long_run", **HEADLINE)
        assert got == pytest.approx(cut_off(world, cut, params).change_of(cut.targets), abs=1e-8)
    short = asked(sender="R0", target="R1").findings
    assert short.value(
        "real_income", item="targets", horizon="short_run", **HEADLINE
    ) == pytest.approx(
        cut_off(world, Cut(("R0",), ("R1",)), Params(SHORT_RUN)).change_of(["R1"]), abs=1e-8
    )


def test_a_set_of_elasticities_is_solved_under_it_and_is_in_the_band(asked, own):
    base = asked(sender="R0", target="R1")
    other = asked(sender="R0", target="R1", elasticities="uniform_4")
    of = {"item": "targets", "horizon": "long_run", "sector": None, "point": None}
    value = other.findings.value("real_income", elasticities=None, **of)
    assert value == pytest.approx(
        base.findings.value("real_income", elasticities="uniform_4", **of), abs=1e-7
    )
    assert value != pytest.approx(base.findings.value("real_income", elasticities=None, **of))
    row = base.findings.row("real_income", elasticities=None, **of)
    assert row["low"] <= value <= row["high"]
    assert row["low"] <= row["value"] <= row["high"]


def test_relief_and_allies_are_asked_for(asked, one):
    assert not asked(sender="R0", target="R1").findings.select("relief_net").blocks
    kinds = [row["measure"] for row in one.findings.select("relief_net").rows()]
    assert "join" in kinds
    alone = asked(sender="R0", target="R1", relief=True)
    assert "join" not in [row["measure"] for row in alone.findings.select("relief_net").rows()]
    (joined,) = one.findings.select("relief_net", measure="join").rows()
    assert joined["partner"] == "R2"
    nets = [row["value"] for row in one.findings.select("relief_net").rows()]
    assert nets == sorted(nets, reverse=True)


def test_the_matrix_takes_horizon_regions_sectors_and_share(asked, world):
    cut = Cut(("R0",), ("R1",), ("C28",), 0.5)
    answer = asked(matrix=True, horizon="short_run", regions="R0,R1", sectors="C28", share="50%")
    got = answer.findings.value("real_income", partner="R0", region="R1", item="targets")
    grip = cut_off(world, cut, Params(SHORT_RUN))
    assert got == pytest.approx(grip.change_of(["R1"]), abs=1e-8)
    assert {row["horizon"] for row in answer.findings.select("real_income").rows()} == {"short_run"}
    pairs = [(r["partner"], r["region"]) for r in answer.findings.select("loss_ratio").rows()]
    assert pairs == [("R0", "R1"), ("R1", "R0")]
    assert "short run" in report_of(answer).title
    two = asked(matrix=True, regions="2")
    names = {row["region"] for row in two.findings.select("loss_ratio").rows()}
    assert names == set(of_most_income(world, 2))
    old = asked(matrix=True, horizon="first-year", regions="2")
    assert any(note.name == "horizon" for note in old.notes)


def test_what_is_kept_is_gone_on_from(own, tmp_path):
    file = tmp_path / "kept.npz"
    asks = Coerce(matrix=True, regions="2", keep=str(file), baseline=own)
    first = pax.ask(asks)
    assert file.exists()
    steps = []
    again = pax.ask(asks, Desk(lambda what, done, all_: steps.append(what)))
    assert not any("pairs" in what for what in steps)
    assert again.findings.rows() == first.findings.rows()
    with pytest.raises(InputError, match="holds the answers to another question"):
        pax.ask(Coerce(matrix=True, regions="3", keep=str(file), baseline=own))


def test_an_alliance_is_counted_on_its_day():
    asks = Coerce(sender="pax-silica", target="CHN", as_of="2026-01-16")
    assert "--as-of 2026-01-16" in asks.command()
    assert asks.key(pax.Names(pax.load_economy(), asks.as_of)) != Coerce(
        sender="pax-silica", target="CHN", as_of="2026-03-01"
    ).key(pax.Names(pax.load_economy(), Coerce(sender="X", target="Y", as_of="2026-03-01").as_of))


def test_spellings_of_one_country_are_one_question():
    names = pax.Names(pax.load_economy())
    keys = {
        Coerce(sender=s, target="IND").key(names) for s in ("GBR", "UK", "gb", "United Kingdom")
    }
    assert len(keys) == 1
    assert Coerce(sender="FRA", target="IND").key(names) not in keys


def test_units_are_those_that_the_numbers_have(one, world):
    """Per cent of income, money, and money per money, by arithmetic between the findings."""
    f, of = one.findings, {"horizon": "long_run", **HEADLINE}
    percent, money = (
        {item: f.value(name, item=item, **of) for item in ("targets", "senders")}
        for name in ("real_income", "real_income_money")
    )
    income = world.income[world.regions.index("R1")]
    assert money["targets"] == pytest.approx(percent["targets"] / 100 * income, rel=1e-6)
    assert f.value("loss_ratio", **of) == pytest.approx(money["targets"] / money["senders"])
    units = {"real_income": "%", "loss_ratio": "USD per USD", "power": "%"}
    units |= {"real_income_money": "million USD of 2022 a year", "relief_per_dollar": "USD per USD"}
    assert {name: one.unit(name) for name in units} == units
    said = envelope(one)["variables"]
    assert {name: said[name]["unit"] for name in units} == units


def hub() -> Economy:
    """Four lands that trade with the last one above all, and hardly with each other."""
    one = coercion_world()
    flows = np.ones(one.flows.shape)
    flows[3], flows[:, 3] = 20.0, 20.0
    flows[np.arange(4), np.arange(4)] = 60.0
    inputs = np.full(one.inputs.shape, 4.0)
    return Economy.from_flows(one.regions, one.sectors, flows, inputs=inputs, about=one.about)


def beyond(world: Economy, cut: Cut) -> bool:
    """By hand: a side loses more than half of what it buys or sells abroad, or more real income or means than a model
    of this kind can carry."""
    outcome = solve(world, cut.shock(world))
    (n, i, j), home = cut.places(world), np.eye(len(world.regions), dtype=bool)
    traded = np.where(home[:, :, None], 0.0, world.flows)
    ended = cut.share * traded[n[0], i[0], j].sum()
    bought, sold = traded[n[0]].sum(), traded[:, i[0]].sum()
    lost, spent = np.abs(outcome.real_income - 1), outcome.backstop.sum(1) / outcome.income
    return bool(ended > 0.5 * min(bought, sold) or lost.max() > 0.3 or spent.max() > 0.05)


@pytest.mark.parametrize(
    ("fields", "count"),
    [({}, 6), ({"share": "90%"}, 6), ({"share": "70%"}, 0), ({"by_sector": True}, 0)],
)
def test_one_note_counts_the_cuts_that_no_model_can_carry_and_leads_the_page(
    tmp_path, fields, count
):
    write_economy(hub(), tmp_path / "hub.npz")
    world = rebalance(load_economy(tmp_path / "hub.npz"))
    asks = Coerce(**{"matrix": True, "baseline": str(tmp_path / "hub.npz"), **fields})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("paxsilica.questions.coerce.cache_folder", lambda name: tmp_path)
        answer, again = pax.ask(asks), pax.ask(asks)  # solved, and kept
    share = float(fields.get("share", "100%").rstrip("%")) / 100
    parts = [(s,) for s in world.sectors] if "by_sector" in fields else [("C26", "C28")]
    cuts = [
        Cut((sender,), (target,), part, share)
        for part in parts
        for sender in world.regions
        for target in world.regions
        if sender != target
    ]
    passed = [cut for cut in cuts if beyond(world, cut)]
    found = [note for note in answer.notes if note.name.startswith("beyond_the_model.")]
    assert again.notes == answer.notes
    assert len(found) == bool(passed)
    assert len(passed) == count
    lines = list(report_of(answer).sentences)
    assert [line for line in lines if "no model of this kind" in line] == lines[: len(found)]
    for note in found:
        assert f"can carry {len(passed)} of the {len(cuts)} cuts" in note.text
        losses = {
            cut: max(-cut_off(world, cut).change_of(side) for side in (cut.targets, cut.senders))
            for cut in passed
        }
        most = max(losses.values())
        worst = next(cut for cut in passed if losses[cut] == pytest.approx(most, rel=1e-8))
        sender, target = (
            {"United States": "the United States"}.get(name, name)
            for name in (world.region_name(side[0]) for side in (worst.senders, worst.targets))
        )
        one = "largest loss" if len(passed) == 1 else "largest losses"
        assert f"the {one} among them: {sender} cuts off {target}" in note.text
