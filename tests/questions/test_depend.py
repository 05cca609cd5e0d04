"""`depend` as a question: every field reaches the answer, whatever the door."""

from __future__ import annotations

import csv
import json
import shlex
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner
from worlds import random_economy

import paxsilica as pax
from paxsilica.analysis.dependency.materials import makers, suppliers
from paxsilica.analysis.dependency.reliance import foreign_input_reliance
from paxsilica.analysis.dependency.tables import packaged
from paxsilica.cli.commands import app
from paxsilica.data import load_economy, write_economy
from paxsilica.desk import Desk
from paxsilica.economy import Economy
from paxsilica.errors import InputError
from paxsilica.names.products import materials
from paxsilica.questions.depend import Depend
from paxsilica.questions.question import Answer
from paxsilica.report.pages import report_of

CRUDE, DAY = "270900", "2026-03-01"


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("own") / "lands.npz"
    write_economy(random_economy(7, 3, 3), path)
    return str(path)


@pytest.fixture(scope="module")
def world(own) -> Economy:
    return load_economy(own)


@pytest.fixture(scope="module")
def ask():
    """Answers at one desk."""
    desk = Desk(today=date(2026, 3, 1))
    return lambda **fields: pax.ask(Depend(**fields), desk)


def said(*arguments: str) -> dict:
    done = CliRunner().invoke(app, ["depend", *arguments, "--json"])
    assert done.exit_code == 0, done.exception
    return json.loads(done.stdout)


# ---- every field -------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [None, 2021])
def test_who_is_asked_about_whom_and_of_which_year(ask, year):
    of = ask(us="UK", them="in", year=year).findings
    at = {"product": CRUDE, "date": str(year or 2024), "region": "GBR"}
    sold = suppliers("GBR", CRUDE, year or 2024).along("import_share", "partner")
    value = suppliers("GBR", CRUDE, year or 2024).along("imports", "partner")
    assert of.value("imports", **at) == pytest.approx(sum(value.values()))
    assert of.value("from_them", partner="IND", **at) == pytest.approx(sold.get("IND", 0))
    concentration = sum((share / 100) ** 2 for share in sold.values())
    assert of.value("import_hhi", **at) == pytest.approx(concentration)


def test_nobody_asked_about_leaves_their_share_out(ask):
    of = ask(us="GBR").findings
    assert {b.fixed["partner"] for b in of.select("from_them").blocks} == {"CHN"}, (
        "beside, by default"
    )
    assert of.select("output_of_them").blocks == ()


SOLD = ("imports", "import_share", "import_weight", "estimated_weight")


def test_who_makes_what_trade_does_not_count(ask):
    """USGS Mineral Commodity Summaries 2026: primary low-purity gallium of 2025, 900 t China, 6 t Russia, 3 t Japan."""
    answer = ask(us="IND", material="gallium")
    made = answer.findings.select("output_share", product="gallium", item="refine", date="2025")
    tonnes = {"CHN": 900, "RUS": 6, "JPN": 3}
    shares = {country: 100 * t / 909 for country, t in tonnes.items()}
    assert made.along("output_share", "region") == pytest.approx(shares)
    assert answer.findings.select(*SOLD).blocks == ()
    lead = report_of(answer).lead
    assert "99.0 % in China" in lead
    assert "Who sells it to India trade statistics do not tell" in lead


def test_shares_of_makers_add_up_with_those_unnamed():
    for material in materials():
        of = makers(material.code)
        assert of.blocks
        for block in of.select("output_share").blocks:
            rest = of.value("unnamed_output", item=block.fixed["item"])
            assert block.value.sum() + rest == pytest.approx(100)
            assert list(block.value) == sorted(block.value, reverse=True)


def test_suppliers_of_several_materials(ask):
    of = ask(us="IND", material=("Li", CRUDE, "lithium"), year=2022).findings
    for code in ("lithium", CRUDE):
        alone = suppliers(("IND",), code, 2022, called="IND")
        found = of.select(*SOLD, product=code)
        assert found.rows() == alone.rows()
        sold = found.along("imports", "partner")
        total = found.value("imports", partner=None)
        assert total > 0
        assert total == pytest.approx(sum(sold.values()))
        for country, share in found.along("import_share", "partner").items():
            assert share == pytest.approx(100 * sold[country] / total)
    assert {b.variable for b in of.blocks} == {*SOLD, "output_share", "unnamed_output"}
    assert {b.fixed["product"] for b in of.select("output_share").blocks} == {
        *("lithium", "crude-oil")
    }
    assert len(of.select("imports", partner=None).blocks) == 2, "each once, however it is written"


def test_indias_crude_by_source():
    findings = said("IND", "--material", CRUDE)["findings"]
    shares = {row["partner"]: row["value"] for row in findings if row["variable"] == "import_share"}
    assert list(shares)[:2] == ["RUS", "IRQ"]
    assert shares["RUS"] == pytest.approx(37.2, abs=0.1)
    assert shares["IRQ"] == pytest.approx(19.8, abs=0.1)


def test_the_day_counts_members_and_ages(ask):
    early, late = (ask(us="pax-silica", as_of=day) for day in ("2026-02-19", "2026-02-20"))
    members = [answer.attachments["members"]["us"] for answer in (early, late)]
    assert set(members[1]) - set(members[0]) == {"IND"}
    assert early.findings.value("members", region="pax-silica") == len(members[0])
    assert [early.question.as_of, late.question.as_of] == [date(2026, 2, 19), date(2026, 2, 20)]
    age = {"measure": "tables", "date": "2024"}
    assert late.findings.value("data_age", **age) == 2
    assert ask(us="IND", as_of="2029-01-01").findings.value("data_age", **age) == 5
    assert np.isnan(ask(us="IND", as_of="2023-01-01").findings.value("data_age", **age))


def test_inputs_are_looked_through(ask):
    economy = load_economy("icio2022-50")
    reliance = foreign_input_reliance(economy)
    answer = ask(us="USA", them="CHN", inputs=True)
    n, s = (economy.regions.index(code) for code in ("USA", "CHN"))
    for name, shares in (("face_value", reliance.face), ("look_through", reliance.look_through)):
        for row in answer.findings.select(name, region="USA", partner="CHN").rows():
            j = economy.sectors.index(row["sector"])
            assert row["value"] == pytest.approx(100 * shares[s, n, j])
            assert (row["solve"], row["source"]) == ("look_through", "oecd_icio")
    solved = answer.solver["look_through"]
    assert solved["residual"] < 1e-12
    assert solved["economy"] == economy.digest
    assert "solver" in answer.run
    assert ask(us="USA", them="CHN").solver == {}
    top = ask(us="USA", inputs=True).findings.select("look_through").rows()
    largest = reliance.top_foreign(reliance.look_through)[n]
    known = [economy.regions[at] for at in largest if at >= 0]
    assert [row["partner"] for row in top] == known, "of every sector that makes anything"
    both = ask(us="USA", them="CHN,RUS", inputs=True).findings.select("look_through").rows()
    assert [row["value"] for row in both] == [row["value"] for row in top]


def test_labels_of_ones_own_need_the_baseline_alone(ask, own, world):
    """Against the whole Leontief inverse, by hand."""
    answer = ask(us="R0", them="R1", inputs=True, baseline=own)
    N, J = len(world.regions), len(world.sectors)
    A = np.zeros((N, J, N, J))
    for s, k, n, j in np.ndindex(A.shape):
        bought = world.inputs[n, k, j] * world.shares[n, s, k] / (1 + world.tariffs[n, s, k])
        A[s, k, n, j] = bought / world.output[n, j]
    A = A.reshape(N * J, N * J)
    look = (np.linalg.inv(np.eye(N * J) - A) - np.eye(N * J)).reshape(N, J, N, J).sum(1)
    face = A.reshape(N, J, N, J).sum(1)
    for name, amounts in (("face_value", face), ("look_through", look)):
        exact = 100 * (amounts / amounts.sum(0))[1, 0]
        np.testing.assert_allclose(answer.findings.array(name, partner="R1"), exact, rtol=1e-9)
    foreign = 100 * (1 - (look / look.sum(0))[0, 0])
    np.testing.assert_allclose(answer.findings.array("foreign_look_through"), foreign, rtol=1e-9)
    np.testing.assert_allclose(answer.findings.array("output"), world.output[0])
    assert {b.variable for b in answer.findings.blocks}.isdisjoint({"imports", "geodep"})
    assert any("R0, R1" in note.text for note in answer.notes)
    assert "oecd_icio" not in {b.source for b in answer.findings.blocks}


# ---- doors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("JPN,KOR", "--them", "CHN", "--year", "2022", "--as-of", DAY),
        ("IND", "--material", "lithium", "--material", CRUDE, "--as-of", DAY),
        ("R0", "--inputs", "--baseline", "OWN", "--as-of", DAY),
    ],
    ids=["group", "materials", "own labels"],
)
def test_the_command_line_answers_as_python_does_and_says_how_to_ask_again(own, arguments):
    found = said(*(own if word == "OWN" else word for word in arguments))
    fields = {k: v for k, v in found["question"].items() if k != "kind"}
    answer = pax.ask(Depend(**fields))
    assert found["findings"] == answer.findings.rows(detail=False)
    again = shlex.split(found["run"]["repeat"])
    assert again[:2] == ["pax", "depend"]
    assert said(*again[2:])["findings"] == found["findings"]


def test_the_key_of_an_answer_is_of_what_is_meant(ask):
    keys = {
        question.key(answer.names)
        for question in (Depend(us="UK", as_of=DAY), Depend(us="GBR", as_of=DAY))
        for answer in [ask(us="GBR")]
    }
    assert len(keys) == 1
    names = ask(us="GBR").names
    assert Depend(us="GBR").key(names) != Depend(us="GBR", year=2021).key(names)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"us": "INDI"}, "unknown country or group 'INDI'; did you mean IND (India)?"),
        ({"us": "IND", "them": "IND"}, "IND is in us and in them; leave it in one"),
        ({"us": "IND,IN"}, "us names IND twice, by IND and by IN; name it once"),
        ({"us": ","}, "us: a name is empty in ','"),
        ({}, "us: is missing: A country or group"),
        ({"us": "IND", "material": ["galium"]}, "'galium'; did you mean gallium (Gallium)?"),
        (
            {"us": "IND", "material": ["gallium"], "year": 2024},
            "--year is of trade, which has no code of Gallium: no code of its own",
        ),
        ({"us": "IND", "material": ["li"], "them": "CHN"}, "drop --them and --inputs"),
        ({"us": "IND", "material": ["li"], "inputs": True}, "drop --them and --inputs"),
        ({"us": "IND", "year": 2018}, "no trade data for 2018; there are 2019 to 2024"),
        (
            {"us": "IND", "year": 2018, "material": ["li"]},
            "no trade data for 2018; there are 2019 to 2024",
        ),
        ({"us": "pax-silica", "as_of": "2025-01-01"}, "pax-silica has no member on 2025-01-01"),
        ({"us": "IND", "baseline": "icio2022"}, "add --inputs"),
        ({"us": "EU", "inputs": True}, "inputs of one region of icio2022-50, not of a group"),
        ({"us": "QAT", "inputs": True}, "Qatar is inside the rest of the world (ROW)"),
        ({"us": "MCO"}, "us: the trade table has no MCO"),
        ({"us": "IND", "inputs": True, "baseline": "OWN"}, "has no IND; it has R0, R1, R2"),
        ({"us": "R0", "them": "CHN", "inputs": True, "baseline": "OWN"}, "--them: "),
        ({"us": "R0", "them": "R0", "inputs": True, "baseline": "OWN"}, "R0 is in us and in them"),
        ({"us": "R0", "year": 2020, "inputs": True, "baseline": "OWN"}, "which has no R0; drop it"),
        ({"us": "R0"}, "unknown country or group 'R0'"),
    ],
)
def test_a_mistake_is_one_clear_line(ask, own, fields, message):
    given = {k: own if v == "OWN" else v for k, v in fields.items()}
    with pytest.raises(InputError) as caught:
        ask(**given)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


# ---- files -------------------------------------------------------------------------------------


def test_files_hold_every_finding_and_what_was_solved(own, tmp_path: Path):
    done = CliRunner().invoke(
        app, ["depend", "R0", "--inputs", "--baseline", own, "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 0, done.exception
    answer: Answer = pax.ask(Depend(us="R0", inputs=True, baseline=own))
    text = (tmp_path / "out" / "results.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert [float(row["value"]) for row in rows] == [r["value"] for r in answer.findings.rows()]
    assert {row["unit"] for row in rows} == {"%", "percentage points", "million USD"}
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert run["run"]["solver"]["look_through"]["residual"] < 1e-12
    assert run["question"]["baseline"] == own


def test_the_tables_that_are_read_are_those_that_are_packaged(ask):
    answer = ask(us="IND", them="CHN")
    assert answer.findings.value("products_counted", measure="table") == len(packaged().trade.codes)
    titles = {source.title for source in answer.sources}
    assert any("BACI" in title for title in titles)
    assert len(titles) == 5
