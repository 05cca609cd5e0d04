"""The directory: what is in it, that it is whole, and what it refuses to overwrite."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from dataclasses import fields, replace
from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest
from run_world import case_on
from worlds import random_economy

from paxsilica import __version__
from paxsilica.data import write_economy
from paxsilica.desk import Desk
from paxsilica.economy import Economy
from paxsilica.errors import InputError, PaxError
from paxsilica.horizon import Horizon
from paxsilica.model import Params, rebalance
from paxsilica.policy import load_scenario
from paxsilica.questions.ally import Ally
from paxsilica.questions.coerce import Coerce
from paxsilica.questions.run import Run, texts_of
from paxsilica.report import report, words
from paxsilica.report.envelope import run_record
from paxsilica.report.folder import check_folder
from paxsilica.report.render import drawing, renderer


def write_report(case, folder):
    return report.write_report(case.report, folder)


def tree(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def test_the_directory_holds_everything(written):
    names = [
        "consumer-prices",
        "destinations",
        "exports-by-sector",
        "gains-and-losses",
        "output-by-sector",
        "real-income-map",
        "suppliers",
    ]
    charts = [f"charts/{name}.svg" for name in names]
    assert tree(written) == sorted([*charts, "report.html", "results.csv", "run.json"])
    for name in names:
        assert (written / f"charts/{name}.svg").read_text(encoding="utf-8").startswith("<svg")
    assert [path.name for path in written.parent.iterdir()] == ["out"], (
        "something half-written was left"
    )


def test_results_equal_the_findings_to_the_last_digit(written, tariff):
    read = pd.read_csv(
        written / "results.csv", dtype=str, keep_default_na=False, float_precision="round_trip"
    )
    rows = tariff.answer.findings.rows()
    assert len(read) == len(rows)
    for line, row in zip(read.to_dict("records"), rows, strict=True):
        assert (float(line["value"]) if line["value"] else None) == row["value"]
        assert all(line.get(name, "") == str(row.get(name, "")) for name in ("variable", "region"))
    assert "nan" not in (written / "results.csv").read_text(encoding="utf-8").casefold().split(",")
    pairs = read[(read.variable == "trade") & (read.sector != "") & (read.sector != "hit")]
    assert set(zip(pairs.region, pairs.partner, strict=True)) == {("IND", "USA")}
    assert len(pairs) == 2 * 4


def test_the_record_repeats_the_run(written, tariff):
    text = (written / "run.json").read_text(encoding="utf-8")
    kept = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    again = json.loads(json.dumps(run_record(tariff.answer)))
    assert kept["run"].pop("created") <= again["run"].pop("created")
    assert kept == again
    solver = kept["run"]["solver"]
    assert solver["economy"] == tariff.outcome.economy.digest
    assert solver["residuals"] == dict(tariff.outcome.residuals)
    assumed = tariff.answer.attachments["scenario"]["assumptions"]
    assumed = {name: float(value) if value == "inf" else value for name, value in assumed.items()}
    horizon = Horizon(**{field.name: assumed[field.name] for field in fields(Horizon)})
    others = {f.name: assumed[f.name] for f in fields(Params) if f.name != "horizon"}
    assert Params(horizon, **others) == tariff.outcome.params
    (file,) = kept["run"]["inputs"].values()
    assert hashlib.sha256(file["text"].encode()).hexdigest() == file["sha256"]
    question = Run(**{k: v for k, v in kept["question"].items() if k != "kind"})
    desk = Desk()
    desk.warm(("here", None), lambda: tariff.outcome.economy)
    repeated = question.answered(desk)
    assert repeated.findings.rows() == tariff.answer.findings.rows()


def test_the_record_names_the_versions_that_it_was_made_with(tariff):
    run = run_record(tariff.answer)["run"]
    assert run["paxsilica"] == __version__
    assert run["python"] == platform.python_version()
    assert run["packages"] == {n: version(n) for n in ("jax", "numpy", "pandas", "scipy")}


def test_an_answer_holds_each_note_and_source_once(tariff):
    a = tariff.answer
    twice = replace(a, notes=[*a.notes, *a.notes], sources=[*a.sources, *a.sources])
    assert (twice.notes, twice.sources) == (a.notes, a.sources)
    assert len(set(a.notes)) == len(a.notes) > 0


def test_the_record_keeps_the_file_as_it_was_read(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"\xef\xbb\xbfschema: paxsilica/scenario@1\r\ntitle: t\r\nmeasures: []\r\n")
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    scenario = load_scenario(path)
    path.write_text("changed after it was read")
    ((name, file),) = texts_of(scenario).items()
    assert name == str(path)
    assert file["sha256"] == before


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

    monkeypatch.setattr(report, "run_record", fail)
    with pytest.raises(InputError, match="No space left"):
        write_report(solved(), target)
    assert (target / "report.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("regions", "sectors", "inputs"), [(2, 1, False), (3, 1, True), (2, 40, True)]
)
def test_economies_of_other_sizes_have_reports_too(tmp_path, regions, sectors, inputs):
    economy = random_economy(3, regions, sectors, inputs=inputs)
    tariff = "{id: a, kind: tariff, importer: [R0], exporter: [R1], op: add, rate: 10%}"
    run = case_on(economy, tariff, title="two lines")
    html = write_report(run, tmp_path / "out").read_text(encoding="utf-8")
    names = [figure.name for figure in run.report.drawn.figures]
    assert "real-income-map" not in names
    assert names[0] == "gains-and-losses"
    assert len(set(names)) == len(names) == html.count("<svg")
    assert "None" not in re.sub(r"None\.", "", html)


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
    better = "{id: a, kind: productivity, region: [R0], op: set, rate: 10%}"
    for name, economy in (("one", random_economy(3, 1, 3, inputs=True)), ("two", one_way)):
        run = case_on(economy, better)
        html = write_report(run, tmp_path / name).read_text(encoding="utf-8")
        assert "eal income of R0" in html
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


def clipped(economy):
    """The same with inputs that exceed one purchase, so that final spending there is clipped."""
    inputs = economy.inputs.copy()
    inputs[0, 0] *= 1 + 1.01 * economy.final_shares[0, 0] * economy.income[0] / inputs[0, 0].sum()
    return economy.replace(inputs=inputs, notes=())


def test_after_a_rebalance_nobody_is_told_to_rebalance(economy):
    before, after = (
        {note.name: note for note in e.notes}
        for e in (clipped(economy), rebalance(clipped(economy)))
    )
    clip = before["clipped_final_spending"]
    assert "rebalance" in clip.text
    cut = after["clipped_final_spending"]
    assert "rebalance" not in cut.text
    assert cut.text.startswith("final spending is negative in 1 cell")
    assert cut.text.endswith("clipped to zero.")
    assert clip.text.startswith(cut.text)
    assert cut.usd_million == clip.usd_million
    assert "rebalanced" in after


@pytest.mark.parametrize("asked", ["run", "coerce", "ally"])
def test_no_question_tells_to_rebalance_what_was(economy, asked, tmp_path):
    path = str(write_economy(clipped(economy), tmp_path / "clipped.npz"))
    a, b = economy.regions[:2]
    measure = f"{{id: a, kind: tariff, importer: [{a}], exporter: [{b}], op: add, rate: 1%}}"
    scenario = f"schema: paxsilica/scenario@1\ntitle: clipped\nmeasures: [{measure}]\n"
    question = {
        "run": lambda: Run(text=scenario, baseline=path, bands=False),
        "coerce": lambda: Coerce(sender=(a,), target=(b,), baseline=path),
        "ally": lambda: Ally(members=(a, b), against=(economy.regions[2],), baseline=path),
    }[asked]()
    told = [note.text for note in question.answered(Desk()).notes]
    assert any("final spending is negative" in text for text in told)
    assert not [text for text in told if "`rebalance`" in text]


def test_the_short_run_and_the_treasury_are_named(economy, solved, tmp_path):
    tax = "{id: x, kind: export_tax, exporter: [IND], importer: [USA], sector: [C26], op: set, rate: 20%}"
    run = solved(tax, horizon="short_run")
    html = (
        write_report(run, tmp_path / "out")
        .read_text(encoding="utf-8")
        .replace("\N{NO-BREAK SPACE}", " ")
    )
    long_run = [html[at.start() - 40 : at.end()] for at in re.finditer("[Ll]ong[- ]run", html)]
    assert long_run, "the share of the long-run response that has come about is said"
    assert not any("Long run: two equilibria" in text for text in html.split("\n"))
    for part in (
        "Short run, about the first year: workers stay in their sectors",
        "Change from the 2022 baseline, short run.",
        "0.2 among inputs",
        "36% of the long-run response",
    ):
        assert part in html, part
    o, n = run.outcome, economy.regions.index("IND")
    (told,) = (x for x in run.report.numbers if x.head.startswith("Tariffs and export taxes less"))
    before, after = economy.tariff_revenue[n], o.treasury[n]
    assert told.head.endswith(" of India")
    assert told.value == f"{words.money(before)} → {words.money(after)}"


def test_a_chart_that_cannot_be_drawn_says_so(tmp_path):
    with (
        pytest.raises(PaxError, match=r"could not be drawn \(.+\); install"),
        renderer() as process,
        drawing({"bad": {"mark": 3}}, tmp_path, process),
    ):
        pass


def test_one_process_draws_for_several_folders_and_png_where_it_is_asked_for(tmp_path):
    bars = {"mark": "bar", "data": {"values": [{"x": 1.0}]}, "encoding": {"x": {"field": "x"}}}
    with renderer() as process:
        for name, png in (("one", False), ("two", True)):
            (tmp_path / name).mkdir()
            with drawing({"bars": bars}, tmp_path / name, process, png):
                pass
    assert tree(tmp_path) == ["one/bars.svg", "two/bars.png", "two/bars.svg"]
    one, two = ((tmp_path / name / "bars.svg").read_bytes() for name in ("one", "two"))
    assert one == two
    assert one.startswith(b"<svg")
    assert (tmp_path / "two/bars.png").read_bytes().startswith(b"\x89PNG")


def test_who_draws_is_stopped_where_what_is_done_meanwhile_fails(tmp_path):
    with renderer() as process:
        with pytest.raises(KeyError), drawing({"bars": {"mark": "bar"}}, tmp_path, process):
            raise KeyError
        assert process.returncode is not None
