"""`pax depend` as a person uses it."""

from __future__ import annotations

import json
import shlex
import sys

import pytest
from test_cli import pax

from paxsilica import cli


@pytest.fixture
def own(tmp_path) -> str:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    return str(tmp_path / "file")


def test_indias_crude_by_source():
    done = pax("depend", "IND", "--material", "270900", "--json")
    first, second, *_ = json.loads(done.stdout)["suppliers"]["270900"]
    assert (first["country"], second["country"]) == ("RUS", "IRQ")
    assert first["share, %"] == pytest.approx(37.2, abs=0.1)
    assert second["share, %"] == pytest.approx(19.8, abs=0.1)


def test_a_group_depends_and_a_group_is_depended_on():
    done = pax("depend", "pax-silica", "--them", "CHN,RUS", "--as-of", "2026-03-01", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["title"] == "Dependence of Pax Silica on China and Russia"
    assert {"imports", "output", "notes", "not_modelled"} <= set(said)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("depend", "INDI"), "unknown country or group 'INDI'; did you mean IND (India)?"),
        (("depend", "IND", "--them", "IND"), "IND is in us and in them; leave it in one"),
        (("depend", "IND,IN"), "us names IND twice, by IND and by IN; name it once"),
        (
            ("depend", "IND", "--material", "galium"),
            "unknown material 'galium'; did you mean gallium (Gallium)?",
        ),
        (("depend", "IND", "--material", "gallium"), "trade has no code of Gallium"),
        (("depend", "IND", "--year", "2018"), "no trade data for 2018; there are 2019 to 2024"),
        (
            ("depend", "pax-silica", "--as-of", "2025-01-01"),
            "pax-silica has no member on 2025-01-01",
        ),
        (("depend", "IND", "--out", "OWN"), "is a file; name a folder for the report"),
        (
            ("depend", "IND", "--material", "lithium", "--out", "x"),
            "drop --them, --inputs and --out",
        ),
        (("depend", "IND", "--baseline", "icio2022"), "add --inputs"),
        (
            ("depend", "EU", "--inputs"),
            "--inputs looks through the inputs of one region of icio2022-50, not of a group",
        ),
        (("depend", "QAT", "--inputs"), "not of QAT, which is part of its rest of the world"),
        (("depend", ","), "us: a name is empty in ','"),
    ],
)
def test_a_mistake_is_one_line(own, monkeypatch, capsys, arguments, message):
    monkeypatch.setattr(
        sys, "argv", ["pax", *(own if argument == "OWN" else argument for argument in arguments)]
    )
    with pytest.raises(SystemExit) as stop:
        cli.main()
    printed = capsys.readouterr()
    assert stop.value.code == 2
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert message in printed.err


def test_a_material_is_found_by_name_and_symbol():
    found = [
        json.loads(pax("depend", "IND", "--material", name, "--json").stdout)
        for name in ("Li", "LITHIUM", "lithium")
    ]
    assert found[0] == found[1] == found[2]
    assert list(found[0]["suppliers"]) == ["lithium"]


def test_the_command_that_asks_again_gives_the_same():
    depends = json.loads(
        pax("depend", "JPN,KOR", "--them", "CHN", "--year", "2022", "--json").stdout
    )
    again = shlex.split(depends["repeat"])
    assert json.loads(pax(*again[1:], "--json").stdout) == depends
