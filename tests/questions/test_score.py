"""`score` as a question: runs, tables and remembered predictions, its refusals, and a page that shows findings alone."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reports import unfounded
from run_world import TARIFF, small_world

import paxsilica as pax
from paxsilica.acts.remember import Remember
from paxsilica.data import write_economy
from paxsilica.desk import Desk
from paxsilica.errors import InputError
from paxsilica.findings import Findings, block
from paxsilica.report import words
from paxsilica.report.pages import report_of
from paxsilica.report.pages.score import _verdict

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SAID, CAME = (str(EXAMPLES / f"made-up-{name}.csv") for name in ("prediction", "outcomes"))
ASKED = {"prediction": SAID, "outcomes": CAME, "importer": "USA"}
PERIODS = "2024-10-16,2025-10-16"
NONE = dict.fromkeys(("region", "partner", "sector"))


@pytest.fixture(scope="module")
def answer():
    return pax.ask(pax.Score(**ASKED, periods=PERIODS))


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Path, str]:
    """The folder of a run on a small world, and that world."""
    folder = tmp_path_factory.mktemp("run")
    own = str(folder / "small.npz")
    write_economy(small_world(), own)
    text = f"schema: paxsilica/scenario@1\ntitle: t\nbaseline: small.npz\nmeasures:\n  - {TARIFF}\n"
    (folder / "s.yaml").write_text(text)
    pax.report(pax.ask(pax.Run(file=str(folder / "s.yaml"), bands=False)), folder / "out")
    return folder / "out", own


def test_an_error_by_pandas(answer):
    said, came = pd.read_csv(SAID), pd.read_csv(CAME)
    both = said.merge(came, on=["partner", "sector"], suffixes=("_said", ""))
    both = both[(both.before > 30) & (both.after > 3)]
    growth = math.log(1 + answer.findings.value("income_growth") / 100)
    predicted = np.log(both.after_said / both.before_said) + growth
    miss = np.log(both.after / both.before) - predicted
    of = {"scenario": "all", "item": "prediction", **NONE}
    error = answer.findings.value("score_error", point="with_growth", **of)
    assert error == pytest.approx(100 * np.average(miss.abs(), weights=both.before))
    rate = both.duty_after / both.after, both.duty_before / both.before
    rival = -2 * (np.log1p(rate[0]) - np.log1p(rate[1]))
    error = answer.findings.value(
        "score_error", point="without_growth", **{**of, "item": "duty_times_elasticity"}
    )
    miss = np.log(both.after / both.before) - rival
    assert error == pytest.approx(100 * np.average(miss.abs(), weights=both.before))


def test_a_page_shows_findings_alone(answer):
    report = report_of(answer)
    assert unfounded(report) == []
    names = [section.name for section in report.drawn.sections]
    assert names[:4] == ["rivals", "fit", "bands", "misses"]
    assert "goals" not in names, "goals are those of the packaged card"
    assert {"by-partner", "by-sector"} <= {*names}
    assert any("Set aside are" in line for line in report.drawn.sections[0].text)
    slope = answer.findings.row(
        "score_slope",
        **{"scenario": "all", "item": "prediction", "measure": "within_sector"},
        point="by_value",
    )
    for end in ("value", "low", "high"):
        assert words.number(slope[end], 2) in report.lead
    assert "never" not in report.lead


def test_the_packaged_card_has_goals(answer):
    about = {**answer.attachments["prediction"], "packaged": True}
    packaged = {**answer.attachments, "prediction": about}
    made = type(answer)(
        **{**vars(answer), "attachments": packaged},
    )
    section = next(s for s in report_of(made).drawn.sections if s.name == "goals")
    assert len(section.table.rows) == 8
    of = {"scenario": "without_C26", "item": "prediction"}
    direction = answer.findings.value("score_direction", **of)
    row = next(row for row in section.table.rows if "Direction" in row["Goal"])
    assert row["Met"] == (direction >= 80)
    assert row["Measured"] == direction


@pytest.mark.parametrize(
    ("value", "low", "high", "told"),
    [
        (0.9, 0.4, 1.2, "right in size"),
        (0.4, 0.2, 0.7, "too large"),
        (1.5, 1.2, 1.9, "too small"),
        (0.1, -0.2, 0.4, "do not show"),
        (-0.8, -1.2, -0.4, "do not show"),
        (0.6, -0.2, 1.4, "say little"),
        (0.9, None, None, "Too few partners"),
        (None, None, None, "Too few partners"),
    ],
)
def test_the_verdict_follows_the_interval(value, low, high, told):
    assert told in _verdict({"value": value, "low": low, "high": high})


def test_the_flows_of_a_run_are_scored(run, tmp_path):
    folder, own = run
    table = pd.read_csv(folder / "results.csv")
    trade = table[(table.variable == "trade") & (table.region == "IND") & (table.partner == "USA")]
    of = trade[trade.sector == "C26"].set_index("scenario").value
    outcomes = tmp_path / "came.csv"
    outcomes.write_text(
        f"importer,partner,sector,before,after\nUSA,India,C26,{of.before},{of.after * 1.1}\n"
    )
    asked = {"prediction": str(folder), "outcomes": str(outcomes), "baseline": own}
    found = pax.ask(pax.Score(**asked))
    error = found.findings.value(
        "score_error", scenario="all", item="prediction", point="without_growth", **NONE
    )
    assert error == pytest.approx(100 * math.log(1.1))
    assert report_of(found).lead.startswith("Too few partners")
    assert any(note.name == "score.no_policy_band" for note in found.notes)
    outcomes.write_text("importer,partner,sector,before,after\nUSA,France,C26,100,90\n")
    told = "none of the 1 outcomes is predicted: USA from FRA, C26, and so on; predicted are imports of USA"
    with pytest.raises(InputError, match=told):
        pax.ask(pax.Score(**asked))


def test_a_remembered_prediction_is_scored_as_it_was_made(tmp_path, answer):
    copy = tmp_path / "made-up-prediction.csv"
    copy.write_bytes(Path(SAID).read_bytes())
    store = str(tmp_path / "own.sqlite")
    done = Remember(files=(str(copy),), importer="USA", store=store, new_store=True, by="Ann").done(
        Desk()
    )
    (row,) = done["predictions"]
    assert (row["by"], row["title"], row["new"]) == ("Ann", "made-up-prediction", True)
    copy.write_text("partner,sector,before,after\nIND,C26,1,2\n")
    asked = {**ASKED, "prediction": row["sha256"][:8], "store": store, "periods": PERIODS}
    again = pax.ask(pax.Score(**asked))
    assert again.findings.rows() == answer.findings.rows()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"outcomes": CAME}, "outcomes are of which prediction"),
        ({**ASKED, "periods": "2025-10-16,2024-10-16"}, "two days, the earlier first"),
        ({**ASKED, "periods": "2025-10-16"}, "two days, the earlier first"),
        ({**ASKED, "seed": -1}, "must be 0 or above"),
    ],
)
def test_fields_that_do_not_go_together(fields, told):
    with pytest.raises(InputError, match=told):
        pax.Score(**fields)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({**ASKED, "prediction": "nowhere"}, "nowhere: no such file"),
        ({**ASKED, "importer": None}, r"whose imports\? add a column importer"),
        ({**ASKED, "importer": "IND"}, "IND is importer and partner"),
        ({**ASKED, "periods": "2001-01-01,2002-01-01"}, "the outlook of .* covers"),
        ({**ASKED, "outcomes": SAID}, "unknown column 'low'"),
    ],
)
def test_what_cannot_be_scored_is_told_in_a_line(fields, told):
    with pytest.raises(InputError, match=told):
        pax.ask(pax.Score(**fields))


def test_a_folder_that_is_none_of_a_run(tmp_path):
    with pytest.raises(InputError, match="give the folder that `pax run FILE --out FOLDER`"):
        pax.ask(pax.Score(**{**ASKED, "prediction": str(tmp_path)}))
    (tmp_path / "results.csv").write_text("a,b\n1,2\n")
    (tmp_path / "run.json").write_text(json.dumps({"question": {}}))
    with pytest.raises(InputError, match="is no folder of a run"):
        pax.ask(pax.Score(**{**ASKED, "prediction": str(tmp_path)}))


def test_a_run_of_several_dates_is_refused(tmp_path):
    """Trade of two dates: one of them would have to be meant."""
    side = {"region": "IND", "partner": "USA", "sector": "C26"}
    blocks = [
        block("trade", [400.0, after], {"scenario": ("before", "after")}, date=date, **side)
        for date, after in (("2025-Q3", 300.0), ("2025-Q4", 200.0))
    ]
    Findings(tuple(blocks)).table().to_csv(tmp_path / "results.csv", index=False)
    record = {
        "question": {"kind": "run"},
        "run": {"paxsilica": "0", "created": "2025-01-01", "repeat": "", "solver": {}},
    }
    (tmp_path / "run.json").write_text(json.dumps(record))
    came = tmp_path / "came.csv"
    came.write_text("importer,partner,sector,before,after\nUSA,IND,C26,100,50\n")
    with pytest.raises(InputError, match="holds 2 of date, 2025-Q3 first; score a run with one"):
        pax.ask(pax.Score(prediction=str(tmp_path), outcomes=str(came)))
