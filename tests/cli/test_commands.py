"""The command line as a person uses it: its two streams and its exit status."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from doorway import COMMAND, ROOT, anew, pax

from paxsilica.cli.screen import parsed_day
from paxsilica.errors import InputError

EXAMPLE = str(ROOT / "examples" / "us-india-tariff-50.yaml")

NOTHING = """
schema: paxsilica/scenario@1
title: nothing changes
measures: []
"""


@pytest.fixture(scope="module")
def answer() -> dict:
    done = pax("run", EXAMPLE, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def changes(answer: dict) -> dict[str, float]:
    """Real income by region, %."""
    rows = [row for row in answer["findings"] if row["variable"] == "real_income"]
    return {row["region"]: row["value"] for row in rows if row["region"] != "world"}


def test_the_india_tariff_is_solved_and_signed_as_expected(answer):
    solver = answer["run"]["solver"]
    assert solver["status"] == "converged"
    assert solver["residual"] <= 1e-9
    change = changes(answer)
    assert len(change) == 81
    assert change["IND"] < 0 < min(change["VNM"], change["KHM"])


def test_a_second_run_gives_the_same_numbers_to_the_last_digit(answer):
    again = json.loads(anew("run", EXAMPLE, "--json").stdout)
    assert again["findings"] == answer["findings"]
    assert again["run"]["solver"] == answer["run"]["solver"]


def test_a_scenario_that_changes_nothing_changes_nothing(tmp_path):
    (tmp_path / "nothing.yaml").write_text(NOTHING)
    change = changes(json.loads(pax("run", "nothing.yaml", "--json", cwd=tmp_path).stdout))
    assert max(map(abs, change.values())) <= 1e-12


def test_a_day_before_the_tariff_changes_nothing():
    early = json.loads(pax("run", EXAMPLE, "--as-of", "2025-01-01", "--json").stdout)
    assert early["question"]["as_of"] == "2025-01-01"
    assert max(map(abs, changes(early).values())) <= 1e-12


WRONG = {
    "unknown region": (
        "title: t\nmeasures:\n  - {id: a, kind: tariff, importer: [Norwy], op: set, rate: 10%}",
        "NOR",
    ),
    "rate without %": (
        "title: t\nmeasures:\n  - {id: a, kind: tariff, importer: [USA], op: set, rate: 0.5}",
        "50%",
    ),
    "unknown baseline": ("title: t\nbaseline: icio2202\nmeasures: []", "icio2022"),
    "unknown elasticities": (
        "title: t\nmeasures: []\nassumptions: {elasticities: fontange}",
        "fontagne",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_gets_one_line_status_2_and_writes_nothing(tmp_path, case):
    text, remedy = WRONG[case]
    (tmp_path / "wrong.yaml").write_text("schema: paxsilica/scenario@1\n" + text)
    done = pax("run", "wrong.yaml", "--out", "report", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("pax: wrong.yaml:")
    assert remedy in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["wrong.yaml"]


def test_run_reads_the_scenario_back(tmp_path):
    (tmp_path / "own").mkdir()
    rows = [f"{n},{i},C28,{90 if n == i else 5}" for n in "AB" for i in "AB"]
    flows = "\n".join(["importer,exporter,sector,value", *rows, ""])
    (tmp_path / "own" / "flows.csv").write_text(flows)
    measure = (
        "{id: m, kind: tariff, importer: [A], exporter: [B], op: set, rate: 5%, from: 2025-01-01}"
    )
    head = "schema: paxsilica/scenario@1\ntitle: mine\nbaseline: ./own\n"
    (tmp_path / "s.yaml").write_text(f"{head}measures: [{measure}]\n")
    shown = pax("run", "s.yaml", cwd=tmp_path).stdout
    read = pax("validate", "s.yaml", cwd=tmp_path).stdout.splitlines()[1:]
    assert read == [
        "  - From 2025-01-01 A sets its tariff on all goods and services from B to 5 %.",
        "  - No day is given: every measure counts, whatever its dates.",
    ]
    said = [line.removeprefix("  - ") for line in read]
    at = [shown.index(line) for line in ("mine", "Real income of", *said, "The largest losses")]
    assert at == sorted(at)


def test_every_problem_of_a_file_gets_its_line(tmp_path):
    rows = ["{id: a, kind: tariff, op: set, rate: 5}", "{id: b, kind: tarif}"]
    text = "schema: paxsilica/scenario@1\ntitle: t\nmeasures:\n" + "".join(
        f"  - {r}\n" for r in rows
    )
    (tmp_path / "a\nb.yaml").write_text(text)
    done = pax("validate", "a\nb.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "pax: a b.yaml:4: measure a: rate 5 has no % sign; write 5%",
        "pax: a b.yaml:5: measure b: unknown kind 'tarif'; did you mean tariff?",
    ]


def test_a_wrong_second_file_stops_before_the_first_is_written(tmp_path):
    (tmp_path / "right.yaml").write_text(NOTHING)
    done = pax("run", "right.yaml", "rihgt.yaml", "--out", "report", cwd=tmp_path)
    assert done.returncode == 2
    assert "right.yaml" in done.stderr
    assert not (tmp_path / "report").exists()


def test_a_date_that_is_none_is_refused():
    done = pax("run", EXAMPLE, "--as-of", "27/08/2025")
    assert done.returncode == 2
    assert "2025-08-07" in done.stderr


@pytest.mark.parametrize("text", ["20250827", "2025-W35-3", "2025-02-30", "2025-8-27"])
def test_only_one_spelling_of_a_date_is_taken(text):
    with pytest.raises(InputError, match="2025-08-07"):
        parsed_day(text)


@pytest.mark.parametrize(
    "arguments", [["bogus"], ["run"], ["show"], ["run", "--bogus", "x"], ["run", "a\nb.yaml"]]
)
def test_a_wrong_command_gets_one_line(arguments):
    done = pax(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("pax: ")


def test_two_reports_in_one_place_are_refused_before_anything_is_solved(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yaml").write_text("this is not even read")
    done = pax("run", "a/x.yaml", "b/x.yaml", "--out", "multi", cwd=tmp_path)
    assert done.returncode == 2
    assert "two reports would both be written to multi/x" in done.stderr
    assert not (tmp_path / "multi").exists()


@pytest.mark.parametrize("files", [["one.yaml"], ["two.yaml", "one.yaml"]])
def test_a_folder_that_is_taken_is_refused_before_anything_is_solved(tmp_path, files):
    taken = tmp_path / "out" / ("" if len(files) == 1 else "one")
    taken.mkdir(parents=True)
    (taken / "thesis.docx").write_text("mine")
    done = pax("run", *files, "--out", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "thesis.docx" in done.stderr, "the missing scenario was looked for first"
    assert [path.name for path in tmp_path.rglob("*.*")] == ["thesis.docx"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_gets_one_line_and_status_1():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("pax: standard output: No space left")
    assert len(done.stderr.splitlines()) == 1


def test_a_terminal_without_unicode_still_sees_the_minus(tmp_path):
    (tmp_path / "t.yaml").write_text(
        "schema: paxsilica/scenario@1\ntitle: t\nmeasures:\n"
        "  - {id: a, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: add, rate: 50%}\n"
    )
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = anew("run", "t.yaml", cwd=tmp_path, **plain)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    row = next(line for line in done.stdout.splitlines() if line.startswith(("|India", " India")))
    assert " -0." in row


def test_a_home_that_cannot_be_written_is_no_trouble(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "nothing.yaml").write_text(NOTHING)
    home = str(tmp_path / "file" / "home")
    done = anew("run", "nothing.yaml", cwd=tmp_path, HOME=home, XDG_CACHE_HOME=home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The scenario changes nothing" in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.startswith(" ")]


def test_numbers_on_the_screen_have_no_exponent():
    printed = pax("show", "economy").stdout
    assert "e+0" not in printed
    checks = json.loads(pax("show", "economy", "--json").stdout)["checks"]
    exports = next(check["value"] for check in checks if check["name"] == "exports of India")
    assert f" {exports:,.0f} " in printed


def test_a_purchase_that_loses_every_supplier_has_a_price_and_a_note(tmp_path):
    text = "measures:\n  - {id: a, kind: import_ban, importer: [SGP], sector: [B06]}"
    (tmp_path / "starve.yaml").write_text(
        f"schema: paxsilica/scenario@1\ntitle: no oil for Singapore\n{text}\n"
    )
    done = pax("run", "starve.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert "backstop" in done.stdout


def test_validate_says_in_words_what_a_measure_does():
    done = pax("validate", EXAMPLE)
    assert done.returncode == 0
    assert "United States" in done.stdout
    assert "India" in done.stdout
    assert "50 %" in done.stdout


@pytest.mark.parametrize("what", ["regions", "sectors", "measures", "economy"])
def test_show_prints_a_table_or_json(what):
    assert pax("show", what).returncode == 0
    assert json.loads(pax("show", what, "--json").stdout)


def test_show_economy_prints_the_checks():
    printed = pax("show", "economy").stdout
    for expected in (
        "199.7",
        "baseline residual",
        "US share in India's exports",
        "Repairs and caveats",
    ):
        assert expected in printed


def test_help_names_every_command_and_the_version_is_printed():
    printed = pax("--help").stdout
    assert all(command in printed for command in ("run", "validate", "show"))
    assert pax("--version").stdout.startswith("paxsilica ")
