"""`pax chain` as a question: every field changes the answer as the library's call does, and every door says the same."""

from __future__ import annotations

import json
import math
import shlex
import sys
from datetime import date

import numpy as np
import pytest
from chain_worlds import by_id
from doorway import pax
from typer.testing import CliRunner

from paxsilica.analysis.chain import (
    Outage,
    coverage,
    load_chain,
    over_time,
    packaged_chains,
    single_cuts,
    smallest_cut,
    supply,
)
from paxsilica.analysis.chain.link import linked
from paxsilica.cli.commands import app
from paxsilica.cli.entry import main
from paxsilica.data import with_elasticities, with_every_set
from paxsilica.desk import Desk
from paxsilica.economy import About, Economy
from paxsilica.errors import ConvergenceError, InputError
from paxsilica.findings import Findings
from paxsilica.model import settled
from paxsilica.names import Names
from paxsilica.questions.chain import Chain
from paxsilica.questions.question import Answer
from paxsilica.report.envelope import envelope, run_record
from paxsilica.report.pages.chain import report

FILE = """schema: paxsilica/chain@1
title: Ore to metal
final: [metal]
sources: {here: {title: T, publisher: P, licence: L, date: "2024", url: ""}}
stages:
  - {id: ore, name: Ore, shares: {CHN: 70%, AUS: 30%}, year: 2022, source: here, stock: 42 days,
     rebuild: 360 days}
  - {id: alloy, name: Alloy, shares: unknown, inputs: [{stage: ore}]}
  - {id: metal, name: Metal, shares: {JPN: 60%, CHN: 40%}, year: 2024, source: here,
     inputs: [{stage: alloy}]}
links:
  - {stage: metal, sectors: [C26], kind: use, exposed: 40%, cost: 10%}
  - {stage: ore, sectors: [C26], kind: make, exposed: 30%}
"""

DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("chains") / "own.yaml"
    path.write_text(FILE, encoding="utf-8")
    return str(path)


def small(scale: float) -> Economy:
    """Three regions, two packaged sectors; `scale` is of what is traded."""
    rng = np.random.default_rng(3)
    flows = rng.uniform(1, 2, (3, 3, 2)) * scale
    flows[np.arange(3), np.arange(3)] = rng.uniform(8, 9, (3, 2))
    plain = Economy.from_flows(["CHN", "JPN", "AUS"], ["C26", "SERV"], flows)
    named = About(name="small", region_names={"CHN": "China", "JPN": "Japan", "AUS": "Australia"})
    return with_elasticities(plain.replace(about=named), "fontagne")


@pytest.fixture(scope="module")
def desk() -> Desk:
    """A desk that has two small economies, one of them with another set of elasticities too."""
    made = Desk(today=DAY)
    for name, scale in (("icio2022", 1.0), ("other", 2.0)):
        for chosen in (None, "uniform_4"):
            table = small(scale) if chosen is None else with_elasticities(small(scale), chosen)
            made.warm((name, chosen), lambda table=table: table)
    return made


@pytest.fixture(scope="module")
def asked(own, desk):
    return lambda **fields: Chain(name=own, **fields).answered(desk).findings


# ---- each field, against the library's own call ------------------------------------------------


def test_the_name_chooses_the_chain(desk):
    found = Chain(name="crude-oil").answered(desk).findings
    assert found.value("stages", product="crude-oil") == 2
    assert set(found.along("unnamed_output", "item")) == {"crude-oil", "refined-products"}


@pytest.mark.parametrize(
    ("fields", "outage"),
    [
        ({"cut": "CHN"}, Outage(("CHN",))),
        ({"cut": ("JPN", "China")}, Outage(("JPN", "CHN"))),
        ({"cut": "CHN", "stage": "metal"}, Outage(("CHN",), ("metal",))),
        ({"cut": "CHN", "buyers": "JPN"}, Outage(("CHN",), (), ("JPN",))),
        ({"cut": "CHN", "share": "50%"}, Outage(("CHN",), share=0.5)),
    ],
    ids=["cut", "several", "stage", "buyers", "share"],
)
def test_what_is_cut_is_what_the_library_cuts(own, asked, fields, outage):
    chain, found = load_chain(own), asked(**fields)
    expected = supply(chain, [outage])
    assert found.value("output_left") == 100 * expected.output
    assert found.along("feasible_output", "item") == by_id(chain, 100 * expected.by_stage)
    assert found.along("output_per_capacity", "item") == by_id(chain, expected.gains)
    limits = {id for id, value in found.along("limits_output", "item").items() if value}
    assert limits == set(expected.bottlenecks)
    days = over_time(chain, [outage])
    assert list(found.along("output_over_time", "point").values()) == list(100 * days.output)
    assert found.value("output_lost") == -days.lost
    assert asked().rows() != found.rows()


def test_who_may_not_buy_is_told_what_is_left_to_them(tmp_path, desk):
    """Japan makes 60 % of the metal; without China's ore it has Australia's 30 % alone, and China has enough."""
    plain = FILE.replace("inputs: [{stage: alloy}]", "inputs: [{stage: ore}]")
    lines = [line for line in plain.splitlines(keepends=True) if "id: alloy" not in line]
    path = tmp_path / "direct.yaml"
    path.write_text("".join(lines), encoding="utf-8")
    asked = Chain(name=str(path), cut="CHN", stage="ore", buyers="JPN", trusted="CHN")
    found = asked.answered(desk)
    assert found.findings.value("output_left") == pytest.approx(70)
    (row,) = found.findings.select("group_output_left").rows()
    assert (row["item"], row["region"]) == ("metal", "JPN")
    assert row["value"] == pytest.approx(50)
    text = " ".join(report(found).sentences)
    assert "China cut at ore from Japan: 70.0 % of normal output is left" in text
    assert "Metal, plants of those who may not buy: 50.0 % of their normal output" in text
    assert "China makes more than half of world output at 1 of 2 stages with data" in text


def test_the_trusted_group_is_its_members_on_the_day(own, asked):
    for day in (date(2025, 12, 20), DAY):
        members = Names(day=day).countries("pax-silica,CHN")
        found, alone = (
            asked(trusted="pax-silica,CHN", as_of=day),
            Findings(tuple(coverage(load_chain(own), members, "pax-silica+CHN"))),
        )
        keys = {row["variable"] for row in alone.rows()}
        assert keys == {"group_share", "output_alone", "output_alone_with_unnamed"}
        assert found.select(*keys).rows() == alone.rows()
    early, late = (
        Chain(name="magnets", as_of=day).answered(Desk()).findings
        for day in (date(2026, 2, 19), date(2026, 2, 20))
    )
    joined = late.array("group_share") - early.array("group_share")
    india = load_chain("magnets")
    assert np.nan_to_num(joined) == pytest.approx(
        [100 * s.share("IND") if s.shares else 0.0 for s in india.stages]
    ), "India joined on the second day"


def test_days_are_the_length_of_the_path(own, asked):
    found = asked(cut="CHN", days=360)
    path = over_time(load_chain(own), [Outage(("CHN",))], 360)
    assert list(found.along("output_over_time", "point")) == [f"{30 * t}" for t in range(12)]
    assert found.value("output_lost") == -path.lost
    assert found.value("days_until_short") == path.cover
    assert math.isnan(asked().value("days_until_short")), "never within the time looked at"


def test_the_target_is_what_the_smallest_cut_must_reach(own, asked):
    chain = load_chain(own)
    for target in (0.5, 0.35, 0.0):
        found, (blocks, _) = asked(target=target), smallest_cut(chain, target)
        expected = Findings(tuple(blocks))
        keys = {b.variable for b in blocks}
        assert keys == {"smallest_cut", "smallest_cut_size", "output_floor"}
        assert found.select(*keys).rows() == expected.rows()


def test_every_single_cut_is_a_finding_and_the_small_ones_are_details():
    found = Chain(name="nuclear-fuel").answered(Desk(today=DAY)).findings
    singles = Findings(tuple(single_cuts(load_chain("nuclear-fuel"))))
    rows, shares = (
        {(row["region"], row["item"]): row["value"] for row in found.select(variable).rows()}
        for variable in ("output_without", "output_share")
    )
    wide = singles.cells("region", "item", detail=True)
    assert rows == {at: its["output_without"]["value"] for at, its in wide.items()}
    assert shares == {at: its["output_share"]["value"] for at, its in wide.items()}
    assert rows.keys() == shares.keys()
    shown = [
        row["value"] for row in found.rows(detail=False) if row["variable"] == "output_without"
    ]
    assert sorted(shown) == sorted(value for value in rows.values() if value < 99.5)


# ---- the equilibrium ---------------------------------------------------------------------------

LINK = {"cut": "CHN", "link": True}


@pytest.mark.parametrize("baseline", ["icio2022", "other"])
@pytest.mark.parametrize("elasticities", [None, "uniform_4"])
def test_a_shortage_is_solved_in_the_chosen_economy_with_a_band_over_all_sets(
    own, desk, baseline, elasticities
):
    answer = Chain(name=own, baseline=baseline, elasticities=elasticities, **LINK).answered(desk)
    table = desk.economy(baseline, elasticities)
    time = over_time(load_chain(own), [Outage(("CHN",))])
    by_hand = {
        e.about.elasticities: {r.reading: r for r in linked(time, settled(e))}
        for e in with_every_set(table)[0]
    }
    assert len(by_hand) == 9
    used = by_hand[elasticities or "fontagne"]
    assert set(used) == {"rationed", "substituted", "at_source"}
    for reading in used:
        each = np.array([100 * (r[reading].outcome.real_income - 1) for r in by_hand.values()])
        (found,) = answer.findings.select(
            "real_income", scenario=reading, elasticities=None, horizon="short_run"
        ).blocks
        assert found.axes[0]["region"] == ("CHN", "JPN", "AUS")
        assert found.value == pytest.approx(100 * (used[reading].outcome.real_income - 1), abs=1e-8)
        assert found.low == pytest.approx(each.min(0), abs=1e-8)
        assert found.high == pytest.approx(each.max(0), abs=1e-8)
        assert found.solve in answer.solver
        (volumes,) = answer.findings.select("output_volume", scenario=reading).blocks
        hit = next(b for b in used[reading].blocks() if b.variable == "output_volume")
        assert volumes.value == pytest.approx(hit.value, abs=1e-8)
        assert (volumes.low <= volumes.value).all()
        taken = answer.findings.array("productivity", scenario=reading)
        productivity = used[reading].outcome.shock.productivity
        assert taken == pytest.approx(100 * (productivity[productivity < 1] - 1))
    assert found.low[0] < found.value[0] < found.high[0], (
        "the source is hit, how hard depends on theta"
    )
    assert answer.names.economy is table


def test_run_json_holds_what_the_solver_did(own, desk):
    answer = Chain(name=own, **LINK).answered(desk)
    run = run_record(answer)["run"]
    assert set(run["solver"]) == {"rationed", "substituted", "at_source"}
    for said in run["solver"].values():
        assert said["status"] == "converged"
        assert 0 <= said["residual"] <= said["tolerance"] == 1e-10
        assert said["economy"] == settled(small(1.0)).digest
    assert run["inputs"] == {own: load_chain(own).digest}
    plain = run_record(Chain(name=own, cut="CHN").answered(desk))
    assert plain["run"]["solver"] == {}, "nothing was solved"


def test_sectors_that_no_set_covers_have_one_set_and_a_note_why(own):
    table = small(1.0)
    bare = Desk(today=DAY)
    mine = Economy.from_flows(table.regions, ["C26", "mine"], table.flows)
    bare.warm(("icio2022", None), lambda: mine)
    answer = Chain(name=own, **LINK).answered(bare)
    assert all(b.low is None for b in answer.findings.select("real_income").blocks)
    assert "elasticities.band" in {note.name for note in answer.notes}


def test_a_shortage_that_is_not_solved_ends_the_command_with_1(own, monkeypatch, capsys):
    def fails(*_):
        raise ConvergenceError("the residual is 1", None)

    monkeypatch.setattr("paxsilica.analysis.chain.link.solve", fails)
    monkeypatch.setattr(
        sys, "argv", ["pax", "chain", own, "--cut", "CHN", "--link", "--trusted", "JPN"]
    )
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 1
    assert "the residual is 1" in capsys.readouterr().err


# ---- doors -------------------------------------------------------------------------------------


def test_command_line_python_and_json_say_the_same(own):
    line = ["chain", own, "--cut", "cn", "--stage", "ore", "--share", "50%", "--trusted", "JPN,UK"]
    more = ["--buyers", "Japan", "--days", "360", "--target", "40%", "--as-of", "2026-03-01"]
    done = CliRunner().invoke(app, [*line, *more, "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    asked = {"cut": "cn", "stage": "ore", "share": 0.5, "trusted": ("JPN", "UK")}
    rest = {"buyers": "Japan", "days": 360, "target": 0.4, "as_of": "2026-03-01"}
    answer = Chain(name=own, **asked, **rest).answered(Desk())
    assert said["findings"] == answer.findings.rows(detail=False)
    assert said["question"] == json.loads(json.dumps(envelope(answer)["question"]))
    assert said["question"]["share"] == "50%"
    again = shlex.split(said["run"].pop("repeat"))
    assert again[0] == "pax"
    twice = json.loads(CliRunner().invoke(app, [*again[1:], "--json"]).stdout)
    assert shlex.split(twice["run"].pop("repeat")) == again
    del said["run"]["created"], twice["run"]["created"]
    assert twice == said


def test_several_chains_are_several_answers_and_folders(own, tmp_path):
    out = tmp_path / "out"
    done = CliRunner().invoke(
        app, ["chain", own, "crude-oil", "--trusted", "JPN", "--json", "--out", str(out)]
    )
    first, second = json.loads(done.stdout)
    assert [a["attachments"]["chain"]["title"] for a in (first, second)] == [
        "Ore to metal",
        "Crude oil",
    ]
    assert {path.name for path in out.iterdir()} == {"own", "crude-oil"}
    run = json.loads((out / "own" / "run.json").read_text(encoding="utf-8"))
    assert run["run"]["repeat"] == first["run"]["repeat"]


def test_without_a_name_the_packaged_chains_are_listed():
    answer = Chain().answered(Desk())
    f = answer.findings
    assert tuple(f.along("stages", "product")) == packaged_chains()
    for name in packaged_chains():
        stages = load_chain(name).stages
        years = [stage.year for stage in stages if stage.year]
        assert f.value("stages", product=name) == len(stages)
        assert f.value("stages_with_data", product=name) == sum(
            s.shares is not None for s in stages
        )
        assert list(f.array("data_year", product=name)[0]) == [min(years), max(years)]
        assert answer.attachments["titles"][name] == load_chain(name).title
    done = pax("chain")
    assert done.returncode == 0
    assert all(name in done.stdout for name in packaged_chains())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "chps"}, "unknown chain 'chps'; did you mean chips?"),
        ({"stage": "ore"}, "--stage says what is cut at whose plants; name them with --cut"),
        ({"buyers": "JPN"}, "--buyers says what is cut at whose plants"),
        ({"cut": "CHN", "stage": "or"}, "unknown stage 'or'; did you mean ore"),
        ({"cut": "CHN", "share": "0.5"}, "share: 0.5 has no % sign; write 50%"),
        ({"cut": "CHN", "share": "150%"}, "a cut of 150% is not possible"),
        ({"cut": "CHN", "share": "0%"}, "a cut of 0% is not possible"),
        ({"cut": "CHN", "days": 100}, "choose for instance 720 and 30"),
        ({"link": True}, "nothing is cut; name suppliers with --cut"),
        ({"share": "50%"}, "nothing is cut; name suppliers with --cut"),
        ({"cut": "CHN", "baseline": "icio2022-50"}, "add --link"),
        ({"cut": "CHN", "elasticities": "uniform_4"}, "add --link"),
        ({"cut": "CHN", "stage": ""}, "stage: a name is empty in ''"),
        ({"cut": "TWN,"}, "cut: a name is empty in 'TWN,'"),
        ({"cut": "CHN,China"}, "names CHN twice"),
        ({"cut": "CNH"}, "cut: unknown country or group 'CNH'"),
        ({"trusted": ""}, "trusted: a name is empty in ''"),
        ({"target": "100%"}, "give an output from 0% to below 100%"),
        ({"as_of": "2026-02-30"}, "as_of: 2026-02-30 does not exist"),
        ({"as_of": "2025-01-01"}, "pax-silica has no member on 2025-01-01"),
        ({"name": None, "cut": "CHN"}, "which chain? name one, such as chips"),
        ({"name": None, "days": 360}, "which chain? name one, such as chips"),
        ({"cuts": "CHN"}, "cuts: chain has no field of that name; did you mean cut"),
    ],
)
def test_a_mistake_is_one_line(own, desk, fields, message):
    with pytest.raises(InputError) as error:
        Chain(**{"name": own, **fields}).answered(desk)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--cut", "TWN,"), "cut: a name is empty in 'TWN,'"),
        (("--out", "OWN"), "is a file; name a folder for the report"),
        (("OWN", "--out", "x"), "two reports would both be written to"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line_and_2(
    own, monkeypatch, capsys, options, message
):
    words = [own if option == "OWN" else option for option in options]
    monkeypatch.setattr(sys, "argv", ["pax", "chain", own, *words])
    with pytest.raises(SystemExit) as stop:
        main()
    printed = capsys.readouterr()
    assert (stop.value.code, printed.out, printed.err.count("\n")) == (2, "", 1)
    assert message in printed.err


def test_a_chain_without_links_has_no_equilibrium(tmp_path, desk):
    bare = tmp_path / "bare.yaml"
    bare.write_text(FILE[: FILE.index("links")], encoding="utf-8")
    with pytest.raises(InputError, match="has no link to a sector; add one under `links`"):
        Chain(name=str(bare), cut="CHN", link=True).answered(desk)


# ---- the page ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answer(own, desk) -> Answer:
    return Chain(name=own, trusted="JPN", days=720, **LINK).answered(desk)


def numbers(answer: Answer) -> list[float]:
    found = [
        row[key] for row in answer.findings.rows() for key in ("value", "low", "high") if key in row
    ]
    return [value for value in found if value is not None]


def test_every_number_of_tables_and_charts_is_a_finding(answer):
    """What is lost is shown as 100 less what is left; the flow draws shares as lengths, tested by themselves."""
    page, known = report(answer), np.array(numbers(answer))
    shown = [
        value
        for section in page.sections
        for row in (section.table.rows if section.table else ())
        for key, value in row.items()
        if isinstance(value, int | float) and key != "from day"
    ]
    charts = {figure.name: figure.spec for figure in page.figures}
    assert set(charts) == {"flow", "single-cuts", "path", "cover"}
    cells = charts["single-cuts"]["data"]["values"]
    without = answer.findings.select("output_without")
    for cell in cells:
        left = without.select(
            region=Names().countries(cell["column"]), item=cell["row"].lower()
        ).rows()
        assert [100 - row["value"] for row in left] == [v for v in [cell["value"]] if v is not None]
    assert {cell["row"] for cell in cells} == {"Ore", "Metal"}
    shown += [row["value"] for row in charts["path"]["data"]["values"]]
    shown += [row["value"] for row in charts["cover"]["data"]["values"]]
    assert len(shown) > 60
    for value in shown:
        assert np.isclose(known, value, rtol=1e-12, atol=1e-12).any(), value


def test_the_flow_has_every_stage_once_and_its_shares(answer):
    flow = next(figure.spec for figure in report(answer).figures if figure.name == "flow")
    edges, bars, frames, labels = (layer["data"]["values"] for layer in flow["layer"])
    assert [row["label"] for row in labels] == ["Ore", "Alloy", "Metal"]
    assert {row["edge"] for row in edges} == {"ore alloy", "alloy metal"}
    assert [row["stroke"] > 1 for row in frames] == [True, False, False], "ore limits the output"
    wide = frames[0]["x2"] - frames[0]["x"]
    share = {(row["x2"] - row["x"]) / wide for row in bars if row["x"] >= frames[2]["x"]}
    assert sorted(share) == pytest.approx([0.4, 0.6]), "Japan makes 60 % of the metal"


def test_the_sentences_say_what_the_closed_form_says(own, desk):
    """30 % of ore is left: a stock of 42 days lasts 42 / 0.7 = 60 days, so the third month is the first short one."""
    page = report(Chain(name=own, cut="CHN", stage="ore", trusted="JPN").answered(desk))
    text = " ".join(page.sentences)
    assert "China cut at ore: 30.0 % of normal output is left, held back by ore" in text
    assert "output falls below 99 % after 60 days; over 720 days" in text
    assert "210 days of normal output are lost" in text, "300 days at 70 %, until it is rebuilt"
    assert "Metal, plants of Japan: 30.0 % of their normal output is left" in text
    assert "Japan makes more than half of world output at 1 of 2 stages with data" in text
    assert "It takes one country to bring output to 50.0 % or below: China; or Japan." in text
    assert "1 of 3 stages have no country data and count as safe: alloy" in text
    (row,) = [row for row in page.sections[0].table.rows if row["id"] == "ore"]
    assert row["Days of cover, days"] == pytest.approx(60)
    steps = next(s for s in page.sections if s.name == "time").table.rows
    assert [row["from day"] for row in steps] == [0, 60, 360]


def test_the_page_of_the_equilibrium_shows_bands_and_what_the_links_say(answer):
    section = next(s for s in report(answer).sections if s.name == "equilibrium")
    rows = {row["code"]: row for row in section.table.rows}
    for reading, said in (("rationed", "rationed"), ("at_source", "at the source")):
        found = answer.findings.select(
            "real_income", region="CHN", scenario=reading, elasticities=None
        ).rows()[0]
        row = rows["CHN"]
        assert row[f"real income, {said}, %"] == found["value"]
        assert (row[f"lowest, {said}, %"], row[f"highest, {said}, %"]) == (
            found["low"],
            found["high"],
        )
    text = " ".join(section.text)
    assert "Metal, used by C26, 40.0 %." in text
    assert "Ore, sold by C26, 30.0 %." in text
    assert "Error of the mapping" in text


def test_half_is_half_of_world_output(own, desk):
    """Australia makes 30 % of the ore and no metal: more than half nowhere; with China all of the ore."""
    for group, many in (("AUS", 0), ("AUS,CHN", 1)):
        text = " ".join(report(Chain(name=own, trusted=group).answered(desk)).sentences)
        assert f"more than half of world output at {many} of 2 stages with data" in text
