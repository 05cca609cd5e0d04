"""`pax depend` and `pax chain` as a person uses them."""

from __future__ import annotations

import json
import shlex
import sys

import pytest
from test_cli import pax

from paxsilica import cli

CHAIN = """schema: paxsilica/chain@1
title: Ore to metal
final: [metal]
sources: {here: {title: T, publisher: P, licence: L, date: "2024", url: ""}}
stages:
  - {id: ore, name: Ore, shares: {CHN: 70%, AUS: 30%}, year: 2024, source: here}
  - {id: metal, name: Metal, shares: {JPN: 60%, CHN: 40%}, year: 2024, source: here, inputs: [{stage: ore}]}
"""


@pytest.fixture
def own(tmp_path) -> str:
    path = tmp_path / "own.yaml"
    path.write_text(CHAIN, encoding="utf-8")
    return str(path)


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


def test_a_chain_is_cut_and_named_again(own):
    done = pax("chain", own, "--cut", "CHN", "--stage", "ore", "--trusted", "JPN", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (
        "China cut at ore: 30.0 % of normal output is left, held back by ore." in said["summary"][0]
    )
    nothing = json.loads(pax("chain", own, "--trusted", "JPN", "--json").stdout)
    assert {row["still feasible, %"] for row in nothing["stages"]} == {100.0}


def test_packaged_chains_are_listed():
    rows = json.loads(pax("chain", "--json").stdout)
    assert {"chips", "magnets", "crude-oil"} <= {row["chain"] for row in rows}


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
        (("chain", "chps"), "unknown chain 'chps'; did you mean chips?"),
        (
            ("chain", "OWN", "--stage", "ore"),
            "--stage says what is cut at whose plants; name them with --cut",
        ),
        (
            ("chain", "OWN", "--cut", "CHN", "--stage", "or"),
            "unknown stage 'or'; did you mean ore (Ore)?",
        ),
        (
            ("chain", "OWN", "--cut", "CHN", "--share", "0.5"),
            "--share: 0.5 has no % sign; write 50%",
        ),
        (("chain", "OWN", "--cut", "CHN", "--share", "150%"), "a cut of 150% is not possible"),
        (("chain", "OWN", "--cut", "CHN", "--days", "100"), "choose for instance 720 and 30"),
        (
            ("chain", "OWN", "--cut", "CHN", "--link"),
            "has no link to a sector; add one under `links`",
        ),
        (("chain", "OWN", "--link"), "nothing is cut; name suppliers with --cut"),
        (("chain", "OWN", "--cut", "CHN", "--stage", ""), "--stage: a name is empty in ''"),
        (("chain", "OWN", "--buyers", ""), "--buyers says what is cut at whose plants"),
        (("chain", "OWN", "--cut", "TWN,"), "--cut: a name is empty in 'TWN,'"),
        (("chain", "OWN", "--trusted", ""), "--trusted: a name is empty in ''"),
        (("chain", "OWN", "--target", "100%"), "give an output from 0% to below 100%"),
        (("chain", "--cut", "CHN"), "which chain? name one, such as chips"),
        (("chain", "OWN", "OWN", "--out", "x"), "--out holds one chain; 2 are named"),
        (("chain", "OWN", "--out", "OWN"), "is a file; name a folder for the report"),
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


def test_the_command_that_asks_again_gives_the_same(own, tmp_path):
    first = json.loads(
        pax("chain", own, "--cut", "CHN", "--share", "50%", "--trusted", "JPN", "--json").stdout
    )
    again = shlex.split(first["repeat"])
    assert again[0] == "pax"
    assert json.loads(pax(*again[1:], "--json").stdout) == first
    depends = json.loads(
        pax("depend", "JPN,KOR", "--them", "CHN", "--year", "2022", "--json").stdout
    )
    again = shlex.split(depends["repeat"])
    assert json.loads(pax(*again[1:], "--json").stdout) == depends
