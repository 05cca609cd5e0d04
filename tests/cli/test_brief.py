"""`pax brief` as a person uses it."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from doorway import ROOT, pax

from paxsilica.brief.store import open_store

BRIEFING = str(ROOT / "examples" / "briefing.md")


@pytest.fixture
def store(tmp_path) -> str:
    with open_store(tmp_path / "brief.sqlite"):
        return str(tmp_path / "brief.sqlite")


def test_the_example_is_read_drafted_and_solved(store):
    done = pax("brief", BRIEFING, "--run", "--store", store)
    assert done.returncode == 0, done.stderr
    for line in (
        "6 statements, by Sergio Gor, S. Jaishankar and 3 others",
        "Tariff of 50 % of the United States on India",
        "conclude the first tranche by fall 2025",
    ):
        assert line in done.stdout
    assert not re.search(r"\b(USA|IND)\b", done.stdout)


def test_what_is_read_is_kept_once_and_answers(store):
    for _ in range(2):
        assert pax("brief", BRIEFING, "--store", store).returncode == 0
    (entry,) = json.loads(pax("brief", "list", "--store", store, "--json").stdout)
    assert (entry["published"], entry["basis"]) == ("2026-01-16", "dateline")
    shown = json.loads(pax("brief", "show", entry["sha256"], "--store", store, "--json").stdout)
    text = shown["document"]["text"]
    assert all(
        text[s["span"]["start"] : s["span"]["end"]] == s["span"]["exact"]
        for s in shown["statements"]
    )
    due = json.loads(
        pax("brief", "due", "--as-of", "2026-03-05", "--store", store, "--json").stdout
    )
    status = {row["due"]: row["status"] for row in due if row["due"]}
    assert status["2025-11-30"] == "overdue by 95 days"
    assert status["2030-12-31"] == "due in 1,762 days"
    whole = pax("brief", "show", entry["sha256"], "--store", store).stdout
    for words in (
        "Who said what (6)",
        "Commitments (5)",
        "External Affairs Minister",
        "to stay in touch",
    ):
        assert words in whole
    (hit,) = json.loads(pax("brief", "search", "minerals", "--store", store, "--json").stdout)
    assert hit["places"] == 2


def test_a_team_corrects_finds_and_looks_back(tmp_path):
    where = ("--store", str(tmp_path / "team.sqlite"))
    made = pax("brief", BRIEFING, *where, "--new-store", "--by", "Ann", "--json")
    assert made.returncode == 0, made.stderr
    asked = ("brief", "find", "--kind", "measures", "--state", "India", *where, "--json")
    (found,) = json.loads(pax(*asked).stdout)
    deed = pax("brief", "correct", found["subject"], "rate", "18", "--by", "Bob", *where)
    assert deed.stdout.startswith("2: Bob did correct "), deed.stderr
    assert "(before: 50.0)" in deed.stdout
    (found,) = json.loads(pax(*asked).stdout)
    assert (found["standing"], found["item"]["rate"]["value"]) == ("corrected", 18.0)
    deeds = json.loads(pax("brief", "history", *where, "--json").stdout)
    assert [(one["by"], one["deed"]) for one in deeds] == [("Ann", "keep"), ("Bob", "correct")]
    assert pax("brief", "undo", "2", "--by", "Ann", *where).returncode == 0
    (found,) = json.loads(pax(*asked).stdout)
    assert found["item"]["rate"]["value"] == 50.0
    assert "0 links are new" in pax("brief", "link", *where).stdout


def test_export_writes_json_ld_and_tables(store, tmp_path):
    pax("brief", BRIEFING, "--store", store)
    done = pax("brief", "export", "--store", store, "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert "@context" in json.loads((tmp_path / "out" / "record.jsonld").read_text())
    for name in ("statements", "times", "events", "actors"):
        assert (tmp_path / "out" / f"{name}.csv").read_text().startswith("document,")
    assert ",keep," in (tmp_path / "out" / "history.csv").read_text()


def test_a_draft_that_is_written_can_be_validated(tmp_path):
    done = pax(
        "brief", BRIEFING, "--no-keep", "--out", str(tmp_path / "out"), "--as-of", "2026-02-01"
    )
    assert done.returncode == 0, done.stderr
    (draft,) = (tmp_path / "out").glob("*.yaml")
    valid = pax("validate", str(draft))
    assert "sets its tariff on goods from India to 50 %" in valid.stdout


def test_its_help_is_light_and_names_the_files_that_it_writes():
    code = "import sys; from paxsilica.cli import main\ntry: main()\nexcept SystemExit: print('jax' in sys.modules)"
    run = [sys.executable, "-c", code, "brief", "--help"]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert "read" in done.stdout
    assert done.stdout.splitlines()[-1] == "False", "the help of a group solves nothing"
    assert "briefing.html" in pax("brief", "read", "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.txt"], "nowhere.txt: no such file"),
        (["due", "--as-of", "2026-02-30", "--store", "x.sqlite"], "--as-of: "),
        (["show", "abc", "--store", "x.sqlite"], "x.sqlite: there is no store; check the spelling"),
        ([BRIEFING, "--store", "x.sqlite"], "x.sqlite: there is no store; check the spelling"),
        (["show", "abc"], "no document begins with 'abc'"),
        (["retract", "abc", "--by", "Ann"], "no document begins with 'abc'"),
        (["confirm", "abc", "--by", ""], "say who does it, with --by or in PAX_NAME"),
        (["find", "--kind", "rules"], "no items are called 'rules'"),
        (["history", "abc"], "nothing was done to 'abc'"),
        (["list", "--store", "mysql://host/x"], "postgresql://"),
    ],
)
def test_wrong_input_is_one_line_and_status_2(tmp_path, arguments, message):
    done = pax("brief", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_text_without_a_measure_has_nothing_to_run(store, tmp_path):
    (tmp_path / "calm.txt").write_text(
        "Minister Ana Ruiz said that nothing has changed in the harbour today."
    )
    done = pax("brief", "calm.txt", "--run", "--store", store, cwd=tmp_path)
    assert done.returncode == 2
    assert "no scenario draft to run" in done.stderr


def test_brief_alone_shows_its_help():
    done = pax("brief")
    assert done.returncode == 0
    assert "pax brief FILE" in done.stdout
