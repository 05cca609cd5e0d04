"""`pax run` as a question: every field changes the answer as the library's own call does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from run_world import small_world

from paxsilica.data import load_economy, write_economy
from paxsilica.desk import Desk
from paxsilica.errors import InputError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, settled, solve
from paxsilica.policy import load_scenario, parse_scenario
from paxsilica.questions.run import Run

TEXT = """schema: paxsilica/scenario@1
title: two days of a duty
baseline: here
measures:
  - {id: a, kind: tariff, importer: [USA], exporter: [IND], op: set, rate: 50%, from: 2025-01-01, until: 2025-06-30}
  - {id: b, kind: import_ban, importer: [USA], exporter: [VNM], sector: [C26], from: 2025-04-01}
"""
DAY = "2025-05-01"


@pytest.fixture(scope="module")
def desk():
    desk = Desk()
    desk.warm(("here", None), small_world)
    return desk


def income(question, desk):
    answer = question.answered(desk)
    regions = answer.names.table.regions
    return answer.findings.array("real_income", region=regions)


def by_hand(text=TEXT, day=date(2025, 5, 1), params=None, economy=None):
    params = params or Params()
    economy = settled(economy or small_world(), params)
    shock = parse_scenario(text).compile(economy, day)
    return 100 * (solve(economy, shock, params).real_income - 1)


def test_a_file_and_its_text_are_the_same_question(tmp_path, desk):
    (tmp_path / "s.yaml").write_text(TEXT)
    file = Run(file=str(tmp_path / "s.yaml"), as_of=DAY, bands=False)
    text = Run(text=TEXT, as_of=DAY, bands=False)
    np.testing.assert_array_equal(income(file, desk), income(text, desk))
    np.testing.assert_allclose(income(text, desk), by_hand(), rtol=1e-9)
    assert file.label == "s"
    assert Run(file="a/x.yaml+b/y.yaml").label == "x+y"


def test_the_day_decides_which_measures_act(desk):
    later = income(Run(text=TEXT, as_of="2025-09-01", bands=False), desk)
    np.testing.assert_allclose(later, by_hand(day=date(2025, 9, 1)), rtol=1e-9)
    assert np.abs(later - by_hand()).max() > 1e-4
    answer = Run(text=TEXT, as_of="2025-09-01", bands=False).answered(desk)
    assert list(answer.attachments["scenario"]["measures"]) == ["b"]
    assert answer.attachments["scenario"]["idle"] == 1
    assert [party["key"] for party in answer.attachments["actors"]["parties"]] != []


def test_the_horizon_asked_for_stands_before_the_scenarios(desk):
    short = Run(text=TEXT, as_of=DAY, horizon="short_run", bands=False)
    np.testing.assert_allclose(income(short, desk), by_hand(params=Params(SHORT_RUN)), rtol=1e-9)
    rows = short.answered(desk).findings.rows()
    assert {row["horizon"] for row in rows} == {"short_run"}
    own = Run(text=TEXT + "assumptions: {horizon: short_run}\n", as_of=DAY, bands=False)
    np.testing.assert_array_equal(income(own, desk), income(short, desk))
    with pytest.raises(InputError, match="is no horizon"):
        Run(text=TEXT, as_of=DAY, horizon="soon").answered(desk)


def test_elasticities_and_bands_are_those_of_the_published_sets(desk):
    text = TEXT.replace("baseline: here", "baseline: icio2022")
    used = Run(text=text, as_of=DAY, elasticities="caliendo_parro").answered(desk)
    row = used.findings.row("real_income", region="IND")
    economy = load_economy("icio2022", elasticities="caliendo_parro")
    exact = by_hand(text, economy=economy)[economy.regions.index("IND")]
    assert row["value"] == pytest.approx(exact, rel=1e-9)
    assert row["low"] <= row["value"] <= row["high"]
    assert row["low"] < row["high"]
    assert used.attachments["scenario"]["sets"] == 9
    plain = Run(text=text, as_of=DAY, bands=False).answered(desk)
    assert "low" not in plain.findings.row("real_income", region="IND")
    assert plain.attachments["scenario"]["sets"] == 1
    with pytest.raises(InputError, match="did you mean fontagne"):
        Run(text=text, as_of=DAY, elasticities="fontange").answered(desk)


def test_a_baseline_of_ones_own_takes_the_place_of_the_files(tmp_path, desk):
    world = small_world()
    other = world.replace(trade_elasticity=2 * world.trade_elasticity)
    write_economy(other, tmp_path / "other.npz")
    other = load_economy(tmp_path / "other.npz")
    asked = Run(text=TEXT, as_of=DAY, baseline=str(tmp_path / "other.npz"), bands=False)
    np.testing.assert_allclose(income(asked, desk), by_hand(economy=other), rtol=1e-9)
    assert np.abs(by_hand(economy=other) - by_hand()).max() > 1e-3


@pytest.mark.parametrize("horizon", ["long_run", "short_run"])
@pytest.mark.parametrize("deficits", ["fixed_share", "fixed", "balanced"])
def test_a_measure_of_nothing_moves_nothing(desk, horizon, deficits):
    nothing = TEXT.partition("measures:")[0] + (
        f"assumptions: {{horizon: {horizon}, deficits: {deficits}}}\n"
        "measures:\n  - {id: n, kind: tariff, importer: [USA], op: add, rate: 0%}\n"
    )
    assert np.abs(income(Run(text=nothing, bands=False), desk)).max() < 1e-9


def test_one_scenario_is_asked_about():
    for given in ({}, {"file": "a.yaml", "text": TEXT}):
        with pytest.raises(InputError, match="name a scenario file, or give its text"):
            Run(**given)


def test_a_long_text_is_read(desk):
    text = TEXT + "".join(f"# line {n} of a long comment\n" for n in range(400))
    assert len(text) > 10_000
    np.testing.assert_allclose(
        income(Run(text=text, as_of=DAY, bands=False), desk), by_hand(), rtol=1e-9
    )


def test_what_is_left_out_is_told(desk):
    text = TEXT + "not_modelled: [rules of origin]\n"
    told = Run(text=text, as_of=DAY, bands=False).answered(desk).not_modelled
    assert told[0] == "rules of origin"
    assert "everything else in the world" in told
    assert sum(line.startswith("Time: ") for line in told) == 1


def test_the_command_of_a_question_asks_it_again(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(TEXT)
    command = Run(file=str(path), as_of=DAY, bands=False, horizon="short_run").command()
    assert command == f"pax run {path} --as-of {DAY} --horizon short_run --no-bands"
    assert load_scenario(path).title == "two days of a duty"
    assert Path(path).exists()


@pytest.mark.parametrize(
    ("file", "label"),
    [
        ("a/b.yaml", "b"),
        ("a/b.yaml+c.yml", "b+c"),
        ("policy:us-law@2025-08-28", "us-law@2025-08-28"),
        ("policy:us-law/paid@2025-11-01+x/y.yaml", "us-law-paid@2025-11-01+y"),
    ],
)
def test_a_folder_is_called_by_files_and_policies(file, label):
    assert Run(file=file).label == label
