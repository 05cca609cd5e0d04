"""`coerce` as a question: every field reaches the answer, and pages and files show findings alone."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from coercion_world import coercion_world, cut_off

import paxsilica as pax
from paxsilica.data import load_economy, write_economy
from paxsilica.desk import Desk
from paxsilica.economy import Economy
from paxsilica.errors import InputError
from paxsilica.findings import Findings, block
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, rebalance, solve
from paxsilica.questions.coerce import Coerce, of_most_income
from paxsilica.questions.question import Answer
from paxsilica.report.envelope import envelope
from paxsilica.report.pages import report_of
from paxsilica.report.report import Report, write_report
from paxsilica.report.words import number
from paxsilica.shock import Cut

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


def cells(report: Report) -> set[float]:
    """Every number of every table and chart of a page."""
    found: set[float] = set()

    def walk(node) -> None:
        if isinstance(node, dict):
            list(map(walk, node.values()))
        elif isinstance(node, list | tuple):
            list(map(walk, node))
        elif isinstance(node, float):
            found.add(node)

    for section in report.sections:
        walk([dict(row) for row in section.table.rows] if section.table else [])
        for figure in section.figures:
            walk([layer["data"]["values"] for layer in _with_data(figure.spec)])
    return found


def _with_data(spec) -> list[dict]:
    own_data = [spec] if "values" in spec.get("data", {}) else []
    inner = [part for key in ("layer", "hconcat", "vconcat") for part in spec.get(key, [])]
    inner += [spec["spec"]] if "spec" in spec else []
    return own_data + [found for part in inner for found in _with_data(part)]


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": "R0", "target": "R1", "relief": True, "allies": "R2"},
        {"matrix": True},
        {"matrix": True, "by_sector": True},
    ],
    ids=["pair", "matrix", "by sector"],
)
def test_a_page_shows_nothing_that_is_no_finding(asked, fields):
    """Tables hold findings, up to their sign and to thousands; charts may also draw a gain at zero."""
    answer = asked(**fields)
    values = [row["value"] for row in answer.findings.rows() if row["value"] is not None]
    known = np.sort(np.abs([*values, *(v / 1e3 for v in values), 0.0]))
    report = report_of(answer)
    numbers = {
        value
        for section in report.sections
        if section.table
        for row in section.table.rows
        for value in row.values()
        if isinstance(value, float)
    }
    shares = {float(n) for n in range(0, 101, 10)}
    for value in numbers - shares:
        at = min(int(np.searchsorted(known, abs(value))), len(known) - 1)
        near = min(abs(known[max(at - 1, 0)] - abs(value)), abs(known[at] - abs(value)))
        assert near <= 1e-12 * max(1.0, abs(value)), value
    assert len(numbers) > 10


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


def test_a_page_is_written_whole_with_every_finding(one, tmp_path):
    page = write_report(report_of(one), tmp_path / "report")
    text = page.read_text(encoding="utf-8")
    assert all(f'id="{section.name}"' in text for section in report_of(one).sections)
    record = json.loads((page.parent / "run.json").read_text(encoding="utf-8"))
    assert record["question"]["kind"] == "coerce"
    assert record["run"]["solver"]["status"] == "converged"
    with (page.parent / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(one.findings)
    first = one.findings.rows()[0]
    assert float(rows[0]["value"]) == first["value"]


def test_the_page_says_sign_year_and_what_is_left_out(one, asked):
    for answer in (one, asked(matrix=True)):
        report = report_of(answer)
        assert "A loss of real income is positive" in report.basis[0]
        assert "2022" in report.basis[0]
        left = " ".join(report.answer.not_modelled)
        assert all(word in left for word in ("Transshipment", "Services", "Qatar", "short run"))


def test_every_chart_fits_the_schema_and_says_what_it_shows(one, asked):
    for answer, charts in (
        (one, {"losses", "curve", "sectors", "band-long-run", "band-short-run", "relief"}),
        (asked(matrix=True), {"network", "scatter", "heatmap"}),
        (asked(matrix=True, by_sector=True), {"sectors"}),
    ):
        report = report_of(answer)
        assert {figure.name for figure in report.drawn.figures} <= charts
        assert len(report.drawn.figures) >= len(charts) - 1
        for figure in report.drawn.figures:
            figure.chart.to_dict()
            assert figure.alt


def test_the_curve_goes_from_nothing_to_the_whole(one):
    rows = next(f for f in report_of(one).figures if f.name == "curve").spec["data"]["values"]
    ends = {(row["who"], row["when"]): row["value"] for row in rows if row["x"] == 100}
    assert all(row["value"] == 0 for row in rows if row["x"] == 0)
    for who, item, at in (
        ("Eastland", "targets", "short run"),
        ("Northland", "senders", "long run"),
    ):
        loss = -one.findings.value(
            "real_income", item=item, horizon=at.replace(" ", "_"), **HEADLINE
        )
        assert ends[who, at] == pytest.approx(loss, abs=1e-7)


def test_losses_of_all_regions_stand_in_money_and_per_cent(one, world):
    rows = next(s for s in report_of(one).sections if s.name == "losses").table.rows
    for row in rows:
        income = world.income[world.regions.index(row["code"])]
        assert row["long run, billion USD"] == pytest.approx(row["long run, %"] * income / 1e5)
    assert [row["side"] for row in rows] == ["target", "sender", "", ""]


def changed(answer: Answer, variable: str, value: float, **where: str) -> Answer:
    """The same answer with one number in place of another."""
    blocks = []
    for b in answer.findings.blocks:
        rows = list(b.rows()) if b.variable == variable else []
        hit = [all(row.get(k) == v for k, v in where.items()) for row in rows]
        if any(hit) and b.where(where) is not None:
            flat = np.where(hit, value, b.value.ravel()).reshape(b.value.shape)
            b = block(variable, flat, *b.axes, low=b.low, high=b.high, **b.fixed)
        blocks.append(b)
    return replace(answer, findings=Findings(tuple(blocks)))


def test_a_cut_that_was_not_solved_is_blank(one):
    nothing = changed(one, "real_income", math.nan, sector="C26", horizon="long_run")
    nothing = changed(nothing, "loss_ratio", math.nan, sector="C26", horizon="long_run")
    rows = next(s for s in report_of(nothing).sections if s.name == "sectors").table.rows
    row = next(row for row in rows if row["code"] == "C26")
    assert row["long run, target's loss, %"] is row["ratio in money"] is None
    json.dumps([dict(row) for row in rows], allow_nan=False)


def test_unsolved_pairs_and_senders_that_gain_are_blank_not_infinite(asked):
    answer = asked(matrix=True)
    for name in ("real_income", "real_income_money", "loss_ratio", "winner_gain"):
        answer = changed(answer, name, math.nan, partner="R0", region="R1")
    answer = changed(answer, "loss_ratio", math.inf, partner="R2", region="R3")
    report = report_of(answer)
    assert any("1 cut was not solved" in line for line in report.sentences)
    rows = next(s for s in report.sections if s.name == "grips").table.rows
    assert not [row for row in rows if (row["sender"], row["target"]) == ("R0", "R1")]
    blank = [row for row in rows if row["ratio in money"] is None]
    assert [(row["sender"], row["target"]) for row in blank] == [("R2", "R3")]


def test_a_strongest_sector_is_the_maximum_over_sectors(asked):
    answer = asked(matrix=True, by_sector=True)
    for row in report_of(answer).sections[0].table.rows:
        alone = {
            sector: -answer.findings.value(
                "real_income",
                partner=row["sender"],
                region=row["target"],
                sector=sector,
                item="targets",
            )
            for sector in ("C26", "C28")
        }
        assert (
            row["name of sector"]
            == {
                "C26": "Computers and electronics",
                "C28": "Machinery",
            }[max(alone, key=alone.get)]
        )
        assert row["target's loss, %"] == max(alone.values())
        assert row["its loss, %"] == min(alone.values())


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


def test_the_matrix_counts_the_cuts_of_one_per_cent_and_more(asked):
    """Each pair's own number against the sentence, with one loss between a hundredth and one per cent."""
    answer = changed(asked(matrix=True), "real_income", -0.5, partner="R0", region="R1")
    rows = answer.findings.select("real_income", item="targets").rows()
    heavy = sum(row["value"] <= -1 for row in rows)
    assert 0 < heavy < len(rows)
    text = " ".join(report_of(answer).sentences)
    assert f"{heavy} of {len(rows)} cuts cost the target 1 % and more" in text


def test_a_band_is_told_from_the_smallest_loss_to_the_largest(one):
    """The ends of both bands stand in the sentence, smallest loss first."""
    (said,) = (line for line in report_of(one).sentences if line.startswith("Over "))
    for horizon, end in (("long_run", "in the long run"), ("short_run", "in the short run")):
        row = one.findings.row("real_income", item="targets", horizon=horizon, **HEADLINE)
        low, high = -row["high"], -row["low"]
        assert low < high
        assert f"{number(low)} to {number(high)} % {end}" in said


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
        worst = max(losses, key=losses.get)
        pair = " on ".join(world.region_name(side[0]) for side in (worst.senders, worst.targets))
        assert f"the largest losses among them: {pair}" in note.text
