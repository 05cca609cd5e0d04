"""The directory: what is in it, that it is whole, and what it refuses to overwrite."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from worlds import random_economy

from paxsilica.analysis.run import Run
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError, PaxError
from paxsilica.horizon import SHORT_RUN, Horizon
from paxsilica.model import Params, solve
from paxsilica.policy import load_scenario, parse_scenario
from paxsilica.report import check_folder, record, words, write, write_report
from paxsilica.report.render import drawing
from paxsilica.shock import Shock


def tree(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_the_directory_holds_everything(written):
    names = [
        "exports-by-sector",
        "gains-and-losses",
        "output-by-sector",
        "prices-and-revenue",
        "real-income-map",
        "where-trade-goes",
    ]
    charts = [f"charts/{name}.{end}" for name in names for end in ("png", "svg")]
    assert tree(written) == sorted([*charts, "report.html", "results.csv", "run.json"])
    for name in names:
        assert (written / f"charts/{name}.png").read_bytes().startswith(b"\x89PNG")
        assert (written / f"charts/{name}.svg").read_text(encoding="utf-8").startswith("<svg")
    assert [path.name for path in written.parent.iterdir()] == ["out"], (
        "something half-written was left"
    )


def test_results_equal_the_table_to_the_last_digit(written, tariff):
    texts = {"region": str, "partner": str, "sector": str}
    read = pd.read_csv(
        written / "results.csv", dtype=texts, keep_default_na=False, float_precision="round_trip"
    )
    table = tariff.outcome.table().astype(texts)
    own = read["variable"].str.startswith("exports to partner by sector")
    pairs, read = read[own], read[~own]
    assert not read["value"].isna().any()
    assert "nan" not in (written / "results.csv").read_text(encoding="utf-8").casefold().split(",")
    pd.testing.assert_frame_equal(read, table, check_exact=True, check_dtype=False)
    assert set(zip(pairs.region, pairs.partner, strict=True)) == {("IND", "USA")}
    for when in ("before", "after"):
        by_sector = pairs.loc[pairs.variable == f"exports to partner by sector {when}", "value"]
        total = (
            table[table.variable == f"exports to partner {when}"]
            .set_index(["region", "partner"])
            .value
        )
        assert len(by_sector) == 4
        assert by_sector.sum() == pytest.approx(total["IND", "USA"], rel=1e-12)


def test_the_record_repeats_the_run(written, tariff):
    text = (written / "run.json").read_text(encoding="utf-8")
    kept = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    again = json.loads(json.dumps(record.run_record(tariff)))
    assert kept.pop("created") <= again.pop("created")
    assert kept == again
    assert kept["baseline"]["digest"] == tariff.outcome.economy.digest
    assert kept["residuals"] == dict(tariff.outcome.residuals)
    params = {
        name: float(value) if value == "inf" else value for name, value in kept["params"].items()
    }
    assert params.pop("horizon") == "long_run"
    horizon = Horizon(**{field.name: params.pop(field.name) for field in fields(Horizon)})
    assert Params(horizon, **params) == tariff.outcome.params
    (file,) = kept["scenario"]["files"]
    assert hashlib.sha256(file["text"].encode()).hexdigest() == file["sha256"]
    assert file["name"] in kept["repeat"]


def test_the_record_keeps_the_file_as_it_was_read(solved, tmp_path):
    run = solved()
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xef\xbb\xbfschema: paxsilica/scenario@1\r\ntitle: t\r\nmeasures: []\r\n")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    scenario = load_scenario(path)
    path.write_text("changed after it was read")
    (file,) = record.scenario_files(type(run)(scenario, run.outcome, None, 0.1))
    assert file.name == str(path)
    assert file.sha256 == before


def test_two_reports_differ_in_time_only(written, tariff, tmp_path):
    other = write_report(tariff, tmp_path / "again").parent
    assert tree(other) == tree(written)
    for name in tree(written):
        one, two = ((folder / name).read_bytes() for folder in (written, other))
        if name == "run.json":
            one, two = (re.sub(rb'"created": "[^"]*"', b"", content) for content in (one, two))
        assert one == two, name


def test_an_earlier_report_is_replaced(solved, tmp_path):
    target = tmp_path / "deep" / "out"
    write_report(solved(), target)
    (target / "report.html").write_text("old", encoding="utf-8")
    assert write_report(solved(), target) == target / "report.html"
    assert (target / "report.html").read_text(encoding="utf-8") != "old"
    assert [path.name for path in target.parent.iterdir()] == ["out"]


def test_an_empty_directory_is_used(solved, tmp_path):
    (tmp_path / "out").mkdir()
    assert write_report(solved(), tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["file", "foreign", "mixed", "below a file", "here"])
def test_anything_else_is_refused_in_one_line(solved, tmp_path, monkeypatch, kind):
    target = tmp_path / "out"
    if kind == "file":
        target.write_text("mine", encoding="utf-8")
    elif kind == "below a file":
        (tmp_path / "plain").write_text("mine", encoding="utf-8")
        target = tmp_path / "plain" / "out"
    else:
        target.mkdir()
    if kind in ("foreign", "mixed"):
        (target / "thesis.docx").write_text("mine", encoding="utf-8")
    if kind == "mixed":
        (target / "run.json").write_text("{}", encoding="utf-8")
    if kind == "here":
        monkeypatch.chdir(target)
    before = tree(tmp_path)
    with pytest.raises(InputError) as refusal:
        write_report(solved(), target)
    assert "\n" not in str(refusal.value)
    assert "folder" in str(refusal.value)
    assert tree(tmp_path) == before


def test_a_failure_leaves_the_earlier_report(solved, tmp_path, monkeypatch):
    target = tmp_path / "out"
    write_report(solved(), target)
    before = (target / "report.html").read_bytes()

    def fail(run):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "run_record", fail)
    with pytest.raises(InputError, match="No space left"):
        write_report(solved(), target)
    assert (target / "report.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("regions", "sectors", "inputs"), [(2, 1, False), (3, 1, True), (2, 40, True)]
)
def test_economies_of_other_sizes_have_reports_too(tmp_path, regions, sectors, inputs):
    economy = random_economy(3, regions, sectors, inputs=inputs)
    scenario = parse_scenario(
        "schema: paxsilica/scenario@1\ntitle: two lines\nmeasures:\n"
        "  - {id: a, kind: tariff, importer: [R0], exporter: [R1], op: add, rate: 10%}\n"
    )
    run = Run(scenario, solve(economy, scenario.compile(economy)), None, 0.1)
    html = write_report(run, tmp_path / "out").read_text(encoding="utf-8")
    assert html.count("<svg") == 5, "no map, and everything else"
    assert "None" not in re.sub(r"None\.", "", html)


def test_an_unsolved_outcome_is_called_so_and_not_drawn(tariff, tmp_path):
    broken = replace(tariff.outcome, wages=np.full_like(tariff.outcome.wages, np.nan))
    html = write_report(replace(tariff, outcome=broken), tmp_path / "out").read_text(
        encoding="utf-8"
    )
    assert "NOT SOLVED" in html
    assert "<svg" not in html
    assert (
        json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["residual"] is None
    )


def test_regions_that_trade_nothing_have_reports_too(tmp_path):
    two = random_economy(3, 2, 2, inputs=False)
    flows = two.flows.copy()
    flows[1, 0] = 0.0
    one_way = Economy.from_flows(
        two.regions,
        two.sectors,
        flows,
        np.zeros_like(flows),
        np.zeros((2, 2, 2)),
        two.trade_elasticity,
    )
    scenario = parse_scenario(
        "schema: paxsilica/scenario@1\ntitle: better\nmeasures:\n"
        "  - {id: a, kind: productivity, region: [R0], op: set, rate: 10%}\n"
    )
    for name, economy in (("one", random_economy(3, 1, 3, inputs=True)), ("two", one_way)):
        run = Run(scenario, solve(economy, scenario.compile(economy)), None, 0.1)
        html = write_report(run, tmp_path / name).read_text(encoding="utf-8")
        assert "Real income in R0" in html
        assert html.count("<svg") >= 3


def test_a_name_too_long_and_a_lost_folder_are_refused_in_one_line(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for name in ("x" * 300, "report"):
        with pytest.raises(InputError, match="name another folder") as refusal:
            check_folder(name)
        assert "\n" not in str(refusal.value)
        assert len(str(refusal.value)) < 200


def test_the_longest_name_a_folder_may_have_is_written(solved, tmp_path):
    assert write_report(solved(), tmp_path / ("x" * 255)).exists()


def test_after_a_rebalance_nobody_is_told_to_rebalance(economy):
    clip = Note(
        "clipped_final_spending",
        "3 cells. The table is then no equilibrium: solve it once with it",
        1.0,
    )
    before, after = (
        economy.replace(notes=notes)
        for notes in ((clip,), (clip, Note("rebalanced", "moved", 2.0)))
    )
    assert record.notes_of(before) == [clip]
    assert [note.text for note in record.notes_of(after)] == ["3 cells.", "moved"]


def test_the_real_clip_note_still_ends_with_the_advice_that_is_cut(economy):
    inputs = economy.inputs.copy()
    inputs[0, 0] *= 1 + 1.01 * economy.final_shares[0, 0] * economy.income[0] / inputs[0, 0].sum()
    (clip,) = [
        n
        for n in economy.replace(inputs=inputs, notes=()).notes
        if n.name == "clipped_final_spending"
    ]
    (cut, _) = record.notes_of(economy.replace(notes=(clip, Note("rebalanced", "moved", 2.0))))
    assert "rebalance" not in cut.text
    assert cut.text.startswith("final spending is negative in 1 cell")


def test_the_short_run_and_the_treasury_are_named(economy, solved, tmp_path):
    tax = np.zeros_like(economy.tariffs)
    tax[0, 1, 1] = 0.2
    shock = Shock(economy, export_tax=tax)
    run = replace(solved(), outcome=solve(economy, shock, Params(SHORT_RUN)))
    html = (
        write_report(run, tmp_path / "out")
        .read_text(encoding="utf-8")
        .replace("\N{NO-BREAK SPACE}", " ")
    )
    long_run = [html[at.start() - 40 : at.end()] for at in re.finditer("[Ll]ong[- ]run", html)]
    assert len(long_run) == 2, "the share of the response that has come about, and the path to it"
    for part in (
        "Horizon: short run",
        "Exact change of real income, short run",
        "0.2 among inputs",
        "stays in its sector",
        "36%",
    ):
        assert part in html, part
    o, n = run.outcome, 1
    sums = (
        f"goes from {words.money(economy.tariff_revenue[n])} to {words.money(o.treasury[n])} a year"
    )
    assert f"Treasury revenue (tariffs and export taxes less subsidies) of India {sums}" in html


def test_a_chart_that_cannot_be_drawn_says_so(tmp_path):
    with (
        pytest.raises(PaxError, match=r"could not be drawn \(.+\); install"),
        drawing({"bad": {"mark": 3}}, tmp_path),
    ):
        pass
