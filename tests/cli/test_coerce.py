"""`pax coerce` as a person uses it."""

from __future__ import annotations

import csv
import json
import shlex
import sys
from contextlib import contextmanager

import jsonschema
import pytest
from coercion_world import coercion_world

from paxsilica import cli
from paxsilica.data import write_economy
from paxsilica.findings import row_id
from paxsilica.model import cache
from paxsilica.notebook import ask
from paxsilica.questions.coerce import Coerce
from paxsilica.report.envelope import answer_schema


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("own") / "lands.npz"
    write_economy(coercion_world(), path)
    return str(path)


@pytest.fixture
def pax(monkeypatch, capsys, own, tmp_path):
    """Runs a command on the four lands; its exit status, output and complaint. The caches are this test's own."""
    monkeypatch.setattr(cache, "keep_made", lambda: None)
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *a, **k: str(tmp_path / "cache"))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(
            sys,
            "argv",
            [
                "pax",
                "coerce",
                *arguments,
                *([] if "--baseline" in arguments else ["--baseline", own]),
            ],
        )
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capsys.readouterr()
        return stop.value.code, printed.out, printed.err

    return run


def test_a_pair_is_printed_and_told_as_json(pax):
    status, text, _ = pax("R0", "R1")
    assert status == 0
    assert text.lstrip().startswith("Northland cuts off Eastland: goods\n")
    status, text, _ = pax("R0", "R1", "--share", "50%", "--json")
    said = json.loads(text)
    assert status == 0
    jsonschema.validate(said, answer_schema())
    assert said["question"]["share"] == "50%"
    value = {row_id(row): row["value"] for row in said["findings"]}
    whole = "real_income[item=targets,horizon=long_run]"
    assert value["real_income[item=targets,horizon=long_run,point=50]"] == pytest.approx(
        value[whole], abs=1e-7
    )


def test_the_command_line_and_python_find_the_same(pax, own):
    _, text, _ = pax("PAIR", "R0", "--sectors", "C26", "--share", "50%", "--json")
    first = json.loads(text)
    again = shlex.split(first["run"]["repeat"])
    assert again[:2] == ["pax", "coerce"]
    assert json.loads(pax(*again[2:], "--json")[1])["findings"] == first["findings"]
    asks = Coerce(sender=("R1", "R2"), target="R0", sectors="C26", share=0.5, baseline=own)
    assert ask(asks).findings.rows(detail=False) == first["findings"]


def test_the_matrix_is_written_and_kept(pax, tmp_path):
    status, text, _ = pax("--matrix", "--out", str(tmp_path / "report"))
    assert status == 0
    assert "the strongest of 12 cuts" in text
    with (tmp_path / "report" / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ratios = [row for row in rows if row["variable"] == "loss_ratio"]
    assert len({(row["partner"], row["region"]) for row in ratios}) == len(ratios) == 12
    assert len(list((tmp_path / "cache" / "coercion").glob("*.npz"))) == 1
    found = [json.loads(pax("--matrix", "--json")[1])["findings"] for _ in range(2)]
    assert found[0] == found[1]
    assert len(list((tmp_path / "cache" / "coercion").glob("*.npz"))) == 1


def test_a_named_file_is_kept_and_refused_for_another_question(pax, tmp_path):
    file = str(tmp_path / "kept.npz")
    assert pax("--matrix", "--regions", "2", "--keep", file, "--json")[0] == 0
    status, _, told = pax("--matrix", "--regions", "3", "--keep", file, "--json")
    assert status == 2
    assert "holds the answers to another question" in told


def test_a_file_that_cannot_be_kept_is_told_after_the_answer(pax, tmp_path, monkeypatch):
    @contextmanager
    def full(target):
        raise OSError(28, "No space left on device")
        yield target

    monkeypatch.setattr("paxsilica.model.cache.whole", full)
    file = str(tmp_path / "kept.npz")
    status, out, told = pax("--matrix", "--regions", "2", "--keep", file)
    assert (status, "the strongest of 2 cuts" in out) == (1, True)
    assert "No space left on device" in told
    assert pax("--matrix", "--regions", "2")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "who cuts off whom? name a sender and a target"),
        (("R0",), "who cuts off whom? name a sender and a target"),
        (("R0", "R0"), "R0 is sender and target; a region cannot be cut off from itself"),
        (("R1", "PAIR"), "R1 is sender and target"),
        (("R0", "PAI"), "unknown region 'PAI'; did you mean PAIR?"),
        (("R0", "R1", "--sectors", "gods"), "unknown sector 'gods'; did you mean goods?"),
        (("R0", "R1", "--sectors", ""), "sectors: a name is empty in ''"),
        (("R0", ""), "target: a name is empty in ''"),
        (("", "R1"), "sender: a name is empty in ''"),
        (("R0", "R1,"), "target: a name is empty in 'R1,'"),
        (("R0", "R1", "--share", "0.5"), "share: 0.5 has no % sign; write 50%"),
        (("R0", "R1", "--share", "0%"), "a cut of 0% is not possible"),
        (("R0", "R1", "--share", "150%"), "a cut of 150% is not possible"),
        (("R0", "R1", "--matrix"), "--matrix asks of every pair; drop the sender and target"),
        (("--matrix", "--relief"), "--relief and --allies are of one pair"),
        (
            ("R0", "R1", "--allies", "R2"),
            "--allies says with whom the target could trade freely; add --relief",
        ),
        (
            ("R0", "R1", "--relief", "--allies", "R0"),
            "R0 is sender and ally; leave it out of one of them",
        ),
        (
            ("R0", "R1", "--relief", "--allies", "pax-silica"),
            "no member of pax-silica is a region of",
        ),
        (("R0", "R1", "--regions", "2"), "--regions is of the matrix; add --matrix"),
        (("R0", "R1", "--by-sector"), "--by-sector is of the matrix; add --matrix"),
        (("R0", "R1", "--keep", "x"), "--keep is of the matrix; add --matrix"),
        (("R0", "R1", "--horizon", "long_run"), "--horizon is of the matrix"),
        (
            ("--matrix", "--horizon", "medium"),
            "'medium' is no horizon; write long_run, short_run or an age",
        ),
        (("--matrix", "--regions", "1"), "--regions 1: give 2 to 4, or names"),
        (("--matrix", "--regions", "R1"), "a matrix needs two regions at least"),
        (("--matrix", "--regions", "R1,Q"), "unknown region 'Q'"),
        (("--matrix", "--regions", ""), "regions: a name is empty in ''"),
        (("--matrix", "--sectors", "C2"), "unknown sector 'C2'; did you mean C2"),
        (
            ("--matrix", "--by-sector", "--keep", "x"),
            "with --by-sector each sector has its own file",
        ),
        (("R0", "R1", "--baseline", "icio22"), "unknown baseline 'icio22'; did you mean icio2022?"),
        (("R0", "R1", "--as-of", "soon"), "as_of: "),
        (("R0", "R1", "--out", "OWN"), "is a file; name a folder for the report"),
    ],
)
def test_a_mistake_is_one_line(pax, own, monkeypatch, arguments, message):
    monkeypatch.setattr("paxsilica.questions.coerce.balanced", None)  # nothing is solved
    status, out, told = pax(*(own if argument == "OWN" else argument for argument in arguments))
    assert status == 2, told
    assert out == ""
    assert told.count("\n") == 1
    assert message in told
