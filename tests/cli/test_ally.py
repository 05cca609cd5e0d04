"""`pax ally` as a person uses it, on a small baseline."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import replace

import jsonschema
import pytest
from ally_worlds import allied_world

from paxsilica import cli
from paxsilica.data import elasticity_sets, write_economy
from paxsilica.report.envelope import answer_schema


@pytest.fixture(scope="module")
def baseline(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("world") / "small.npz"
    write_economy(allied_world(), path)
    return str(path)


@pytest.fixture
def run(monkeypatch, capsys, baseline):
    """`run(...)` -> exit status, standard output, standard error; SMALL stands for the baseline."""

    def run(*arguments: str) -> tuple[int, str, str]:
        words = [baseline if word == "SMALL" else word for word in arguments]
        monkeypatch.setattr(sys, "argv", ["pax", "ally", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capsys.readouterr()
        return stop.value.code, printed.out, printed.err

    return run


def of(said: dict, variable: str, **labels: str) -> list[dict]:
    rows = [row for row in said["findings"] if row["variable"] == variable]
    return [row for row in rows if all(row.get(k) == v for k, v in labels.items())]


def test_a_newcomer_and_the_command_that_asks_again(run, baseline):
    asked = (
        "USA,JPN,KOR",
        "--add",
        "IND",
        "--baseline",
        "SMALL",
        "--as-of",
        "2026-01-16",
        "--value",
        "preference",
    )
    status, out, err = run(*asked, "--json")
    assert (status, err) == (0, "")
    said = json.loads(out)
    jsonschema.validate(said, answer_schema())
    rows = of(said, "join_preference", region="IND")
    assert {row.get("elasticities") for row in rows} == {None, "given", *elasticity_sets()}
    again = shlex.split(said["run"]["repeat"])
    assert again[:2] == ["pax", "ally"]
    assert json.loads(run(*again[2:], "--json")[1])["findings"] == said["findings"]


def test_a_group_as_adversary_leaves_out_who_is_no_region_and_says_so(run, baseline):
    asked = (
        "USA,JPN",
        "--against",
        "BRICS",
        "--baseline",
        "SMALL",
        "--value",
        "leverage",
        "--json",
    )
    said = json.loads(run(*asked)[1])
    left = next(note["text"] for note in said["notes"] if note["name"] == "against outside")
    assert left.startswith("left out of --against, inside the rest of the world of small: ")
    assert "Ethiopia" in left


def test_a_member_is_shown_as_if_it_joined(run, baseline):
    said = json.loads(
        run("USA,JPN,KOR", "--add", "KOR", "--baseline", "SMALL", "--value", "leverage", "--json")[
            1
        ]
    )
    already = "Korea is a member already: shown are the alliance without it, and what it adds."
    assert already in said["summary"]
    assert of(said, "join_preference", region="KOR")


def test_a_baseline_with_sectors_of_its_own_has_no_bands_and_says_so(run, tmp_path):
    world = allied_world()
    about = replace(world.about, sector_groups={"goods": ("C26", "OWN", "C13T15")})
    write_economy(
        world.replace(sectors=("C26", "OWN", "C13T15", "SERV"), about=about), tmp_path / "own.npz"
    )
    status, out, err = run(
        "USA,JPN", "--add", "IND", "--baseline", str(tmp_path / "own.npz"), "--json"
    )
    assert (status, err) == (0, "")
    said = json.loads(out)
    assert "do not cover this baseline" in next(
        n["text"] for n in said["notes"] if n["name"] == "elasticities.band"
    )
    assert not [row for row in said["findings"] if "elasticities" in row or "low" in row]


def test_who_is_next(run):
    status, out, _ = run("USA,JPN,KOR", "--who-next", "--baseline", "SMALL", "--json")
    assert status == 0
    said = json.loads(out)
    assert {row["region"] for row in of(said, "adds")} == {"IND", "RUS"}
    assert len(of(said, "coverage_mean")) > 100


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("USA,USA",), "the alliance names USA twice"),
        (("USA,CHN",), "CHN is a member and the adversary; leave it in one"),
        (("USA,JPN", "--add", "CHN"), "CHN is a member and the adversary; leave it in one"),
        (
            ("EU,USA", "--add", "DEU"),
            "DEU is a member already, as a part of the European Union; drop it from --add",
        ),
        (
            ("JPN", "--add", "JPN"),
            "the alliance is empty without those that are added; name another member",
        ),
        (
            ("pax-silica", "--as-of", "2025-01-01"),
            "pax-silica has no member on 2025-01-01; its first joined on 2025-12",
        ),
        (("pax-silica", "--as-of", "2026-13-01"), "as_of: 2026-13-01 does not exist"),
        (("USA,JPN", "--as-of", "tomorrow"), "as_of: "),
        ((",",), "members: a name is empty in ','"),
        (("QAT",), "no member is a region of small; name one that is"),
        (("USA,INDI",), "unknown country or group 'INDI'; did you mean IND (India)?"),
        (
            ("USA,JPN", "--who-next", "--add", "IND"),
            "--who-next asks about everybody outside, one by one; drop --add",
        ),
        (("USA,JPN", "--who-next", "--rivals", "CHN"), "drop --rivals"),
        (
            ("USA,JPN", "--value", "prefrence"),
            "unknown value 'prefrence'; did you mean preference?",
        ),
        (("USA,JPN", "--value", ""), "value: a name is empty in ''"),
        (
            ("USA,JPN", "--horizon", "shrt"),
            "'shrt' is no horizon; write long_run, short_run or an age",
        ),
        (("USA,JPN", "--rivals", "JPN"), "JPN is a member and a rival; leave it in one"),
        (
            ("USA,JPN", "--against", "QAT"),
            "--against: small has no QAT; it has USA, JPN, KOR, IND, CHN, RUS",
        ),
        (
            ("USA,JPN", "--rivals", "QAT,RUS"),
            "--rivals: small has no QAT; it has USA, JPN, KOR, IND, CHN, RUS",
        ),
        (("USA,JPN", "--rivals", "RUS"), "RUS alone is no rival bloc"),
        (("USA,IND", "--against", "BRICS"), "IND is a member and the adversary; leave it in one"),
        (("USA,JPN", "--permutations", "7"), "7 permutations; give an even number from 4 to 1000"),
        (("USA,JPN", "--permutations", "1000000000"), "give an even number from 4 to 1000"),
        (("USA,JPN", "--chain", "chps"), "unknown chain 'chps'; did you mean chips?"),
        (
            ("USA,JPN,KOR,IND,RUS", "--who-next"),
            "every region of small is a member or the adversary",
        ),
    ],
)
def test_a_mistake_is_one_line(run, arguments, message):
    status, out, err = run(*arguments, "--baseline", "SMALL")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert message in err
