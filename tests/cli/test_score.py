"""`pax score` on the command line: keep, list and score, each in a line where something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SAID, CAME = (str(EXAMPLES / f"made-up-{name}.csv") for name in ("prediction", "outcomes"))


@pytest.fixture
def store(tmp_path) -> list[str]:
    return ["--store", str(tmp_path / "own.sqlite")]


def test_a_prediction_is_remembered_listed_and_scored(pax, store):
    words = ["--remember", SAID, "--importer", "USA", "--by", "Ann", *store]
    status, _, err = pax("score", *words)
    assert status == 2
    assert "there is no store" in err
    status, out, _ = pax("score", *words, "--new-store")
    assert status == 0
    assert "made-up-prediction: remembered as" in out
    status, out, _ = pax("score", *words)
    assert "made-up-prediction: was remembered on" in out
    status, out, _ = pax("score", "--list", *store, "--json")
    (row,) = json.loads(out)
    assert (row["title"], row["by"]) == ("made-up-prediction", "Ann")
    status, out, _ = pax("score", "--list", *store)
    assert row["sha256"][:12] in out
    status, out, _ = pax("score", row["sha256"][:10], CAME, "--importer", "USA", *store)
    assert status == 0
    assert "Slope within sectors" in out
    status, _, err = pax("score", "0123456789", CAME, "--importer", "USA", *store)
    assert (status, err.count("\n")) == (2, 1)
    assert "no prediction begins with 0123456789" in err


def test_nothing_is_remembered_yet(pax, store):
    pax("score", "--remember", SAID, "--importer", "USA", "--new-store", *store)
    status, out, _ = pax("score", "--remember", SAID, "--importer", "USA", *store, "--json")
    assert status == 0
    assert json.loads(out)["predictions"][0]["new"] is False


def test_wrong_lines_are_each_a_line(pax, tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text("partner,sector,before,after\nIndai,C26,4,3\nIND,C26,0,3\n")
    status, _, err = pax("score", SAID, str(path), "--importer", "USA")
    assert status == 2
    assert len(err.strip().split("\n")) == 2
    assert all(line.startswith("pax: ") for line in err.strip().split("\n"))


@pytest.mark.parametrize("more", [["--list"], [SAID], ["--out", "card"]])
def test_what_is_kept_is_not_scored_too(pax, store, more):
    status, _, err = pax("score", *more, "--remember", SAID, *store)
    assert status == 2
    assert "--remember keeps and --list lists: give one" in err
