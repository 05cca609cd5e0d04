"""Pages of alliances: charts fit the schema and show the numbers, sentences say them with unit and sign."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from ally_worlds import allied_world, ask_of

from paxsilica.analysis.alliance.assess import Assessment, assess
from paxsilica.analysis.alliance.who_next import WhoNext, who_next
from paxsilica.analysis.chain import load_chain
from paxsilica.economy import Economy, Note
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params
from paxsilica.report.ally import ally_sheet
from paxsilica.report.ally_charts import COLUMN
from paxsilica.report.ally_next import next_sheet
from paxsilica.report.ally_words import Question, basis
from paxsilica.report.sheet import Sheet, write_sheet


def question(added: str = "", rivals: str = "") -> Question:
    notes = (Note("three.disputed", "KOR, counted from 2026-01-01: sources differ"),)
    return Question(
        "The Three",
        added,
        "China",
        rivals,
        load_chain("ai-stack"),
        date(2026, 1, 16),
        "pax ally",
        notes,
    )


@pytest.fixture(scope="module")
def economy() -> Economy:
    return allied_world()


@pytest.fixture(scope="module")
def found(economy) -> Assessment:
    stiff = economy.replace(trade_elasticity=economy.trade_elasticity / 2)
    return assess(ask_of(economy, rivals=("CHN", "RUS")), load_chain("ai-stack"), [economy, stiff])


@pytest.fixture(scope="module")
def joined(found) -> Sheet:
    return ally_sheet(found, question("India", "China and Russia"))


@pytest.fixture(scope="module")
def candidates(economy) -> WhoNext:
    return who_next(ask_of(economy, ()), load_chain("ai-stack"))


@pytest.fixture(scope="module")
def ranked(candidates) -> Sheet:
    return next_sheet(candidates, question())


@pytest.mark.parametrize(("name", "figures"), [("joined", 6), ("ranked", 2)])
def test_every_chart_fits_the_schema_and_says_unit_and_year(name, figures, request):
    sheet = request.getfixturevalue(name)
    assert len(sheet.figures) == figures
    for figure in sheet.figures:
        figure.chart.to_dict()
        assert re.search(
            r"percentage points.*20\d\d|[MmBb]illion USD of 2022", said(figure.spec)
        ), figure.name
        assert figure.says


def said(spec: dict) -> str:
    return " ".join(spec["title"]["subtitle"]).replace("\N{NO-BREAK SPACE}", " ")


def table(sheet: Sheet, name: str) -> list:
    return next(section for section in sheet.sections if section.name == name).table.rows


def test_steps_run_from_bloc_to_bloc_and_end_at_the_sum(found, joined):
    spec = next(figure for figure in joined.figures if figure.name == "layers").spec
    rows = spec["layer"][2]["data"]["values"]
    blocs, layers = len(found.ask.after.countries), len(found.layers)
    assert len(rows) == (blocs + 1) * layers
    for at, layer in enumerate(found.layers):
        mine = rows[at * (blocs + 1) : (at + 1) * (blocs + 1)]
        for above, below in pairwise(mine[:blocs]):
            assert below["x"] == pytest.approx(above["x2"])
        assert mine[blocs - 1]["x2"] == pytest.approx(mine[blocs]["x2"])
        assert mine[blocs]["x2"] - mine[0]["x"] == pytest.approx(COLUMN * layer.after)
        assert [row["kind"] for row in mine] == ["member"] * (blocs - 1) + ["added", "together"]


def test_bars_and_table_show_the_values(found, joined):
    for kind in found.kinds:
        rows = {row["bloc"]: row for row in table(joined, kind.kind)}
        for bloc in kind.blocs:
            row = rows[found.ask.economy.region_name(bloc.name)]
            assert row["Shapley value, million USD"] == bloc.shapley
            assert row["last in, million USD"] == bloc.last
        whole = sum(row["Shapley value, million USD"] for row in rows.values())
        assert whole == pytest.approx(kind.after, rel=1e-9, abs=1e-4)


def test_a_layer_of_services_is_unknown_and_no_output_is_zero(joined):
    rows = {row["layer"]: row for row in table(joined, "layers")}
    assert rows["models"]["China's loss if cut, million USD"] is None
    assert rows["models"]["added, points"] == 0
    assert rows["compute"]["China's loss if cut, million USD"] > 0


def test_the_summary_says_who_and_how_much(joined):
    text = "\n".join(joined.summary)
    assert "The Three with India" in text
    assert "China would lose USD" in text
    assert re.search(r"India itself (gains|loses)", text)
    assert "Disputed membership: KOR" in text
    assert "nan" not in text.casefold()
    assert "If China and Russia trade goods free of tariffs" in text
    assert any("gain is positive" in line for line in joined.basis)


def test_sampling_is_said_with_its_error(economy, monkeypatch):
    monkeypatch.setattr("paxsilica.analysis.alliance.assess.MOST_EXACT", 3)
    found = assess(ask_of(economy, kinds=("leverage",), permutations=6), load_chain("ai-stack"), [])
    sheet = ally_sheet(found, question("India"))
    section = next(section for section in sheet.sections if section.name == "leverage")
    assert any("Sampled: 6 orders of entry" in line for line in section.text)
    assert all(row["standard error, million USD"] >= 0 for row in section.table.rows)
    whole = sum(row["Shapley value, million USD"] for row in section.table.rows)
    assert whole == pytest.approx(found.kinds[0].after, rel=1e-9)


def test_candidates_are_listed_with_what_they_add(candidates, ranked):
    rows = table(ranked, "candidates")
    best = candidates.candidates[0]
    assert rows[0]["code"] == best.code
    assert rows[0]["adds to free trade, million USD"] == best.preference
    assert [row["rank, free trade"] for row in rows] == sorted(
        row["rank, free trade"] for row in rows
    )
    assert all(row["code"] not in ("USA", "CHN") for row in table(ranked, "outside"))


def test_the_folder_holds_page_numbers_and_question(joined, tmp_path):
    page = write_sheet(joined, tmp_path / "out")
    html = page.read_text(encoding="utf-8")
    assert html.count("<figure") == len(joined.figures)
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["asked"]["added"] == ["IND"]
    rows = list(
        csv.DictReader((tmp_path / "out" / "results.csv").read_text(encoding="utf-8").splitlines())
    )
    shapley = [
        float(row["value"])
        for row in rows
        if row["variable"] == "shapley" and row["of"] == "leverage"
    ]
    (value,) = [
        float(row["value"])
        for row in rows
        if row["variable"] == "value" and row["of"] == "leverage"
    ]
    assert sum(shapley) == pytest.approx(value, rel=1e-9)


def test_an_alliance_of_one_has_a_page(economy):
    from paxsilica.analysis.alliance.assess import Ask
    from paxsilica.analysis.alliance.roster import alliance

    alone = alliance(economy, ["USA"])
    found = assess(Ask(economy, alone, ("CHN",), sectors=("C26",)), load_chain("ai-stack"), [])
    sheet = ally_sheet(found, question())
    assert not any(section.name.startswith("joining") for section in sheet.sections)
    assert found.kinds[0].after == 0


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (Params(deficits="balanced"), "; long run, everything has adjusted;"),
        (Params(SHORT_RUN, tolerance=1e-9), "; short run (about the first year), sluggish trade;"),
    ],
)
def test_the_horizon_is_not_read_from_the_closure(economy, params, said):
    assert said in basis(replace(ask_of(economy), params=params))[0]
