"""Any two doors accept the same spellings: every field of every question, scenario files, and the commands themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from names_world import world_of

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import InputError, ScenarioError
from paxsilica.names import Names
from paxsilica.policy import parse_scenario
from paxsilica.questions.question import door
from paxsilica.questions.registry import QUESTIONS, question_class

DAY = date(2026, 3, 1)

REGIONS = {
    **{"GBR": "GBR", "gbr": "GBR", "UK": "GBR", "gb": "GBR", "U.K.": "GBR"},
    **{"United Kingdom": "GBR", "the United Kingdom": "GBR", "Britain": "GBR"},
    **{"IN": "IND", "in": "IND", "india": "IND", "South Korea": "KOR", "Korea": "KOR"},
    **{"the United States": "USA", "U.S.": "USA", "Taiwan": "TWN", "Vietnam": "VNM"},
    **{"Viet Nam": "VNM", "Russia": "RUS", "UAE": "ARE", "Turkey": "TUR", "Türkiye": "TUR"},
    **{"Ivory Coast": "CIV", "Cote d'Ivoire": "CIV", "EL": "GRC"},
    **{"usmca": "CAN MEX USA", "European Free Trade Association": "CHE ISL NOR"},
    "Pax Silica": "USA JPN KOR SGP GBR ISR AUS NLD ARE IND",
    "pax-silica": "USA JPN KOR SGP GBR ISR AUS NLD ARE IND",
}
"""What is written -> regions of the packaged economy; an alliance on DAY."""

OUTSIDE = {"European Free Trade Association": "LIE", "Pax Silica": "QAT", "pax-silica": "QAT"}
"""Who counts as a country too, where countries are asked for."""

SECTORS = {"C26": "C26", "c26": "C26", "chips": "C26", "Chips": "C26", "pharma": "C21"} | {
    "Motor vehicles": "C29",
    "ENERGY": "B05 B06 C19",
}

WITH: dict[tuple[str, str], dict[str, Any]] = {
    ("coerce", "allies"): {"relief": True},
    ("chain", "buyers"): {"cut": "CHN"},
    ("target", "buyer"): {"purchases": "energy=1"},
}
"""Field -> what it needs beside it."""

NEEDED: dict[str, dict[str, Any]] = {
    "chain": {"name": "chips"},
    "compare": {"a": "a.yaml"},
    "coerce": {"sender": "CHN", "target": "JPN"},
    "depend": {"us": "CHN"},
    "divert": {"exporter": "CHN", "hit_by": "USA=50%"},
    "negotiate": {"players": "CHN"},
    "target": {"side": "CHN", "partner": "JPN", "goal": 500, "by": "2030"},
}
"""What a question needs to be one."""


@pytest.fixture(scope="module")
def world() -> Economy:
    return load_economy("icio2022")


def fields() -> Iterator[tuple[str, str, str]]:
    """Question, field, and what its names are resolved as."""
    for name in QUESTIONS:
        for field, info in question_class(name).model_fields.items():
            if sort := door(info).get("names"):
                yield name, field, str(sort)


FIELDS = list(fields())


def asked(name: str, field: str, written: object, names: Names) -> tuple[str, ...]:
    """What a field of a question holds once its names are resolved."""
    given = {**NEEDED.get(name, {}), **WITH.get((name, field), {}), field: written}
    return tuple(getattr(question_class(name)(**given).resolved(names), field))


@pytest.mark.parametrize(("name", "field", "sort"), FIELDS, ids=[".".join(f[:2]) for f in FIELDS])
def test_every_field_of_every_question_takes_every_spelling(world, name, field, sort) -> None:
    names = Names(world, DAY)
    for written, meant in (SECTORS if sort == "sectors" else REGIONS).items():
        more = OUTSIDE.get(written, "").split() if sort == "countries" else []
        for form in (written, (written,)):
            found = asked(name, field, form, names)
            assert sorted(found) == sorted([*meant.split(), *more]), (written, form)


def scenario(measure: str, groups: str = "{}") -> Any:
    return parse_scenario(
        "schema: paxsilica/scenario@1\ntitle: t\n"
        f"groups: {groups}\nmeasures:\n  - {{id: m, {measure}}}\n",
        "s.yaml",
    )


def of_importers(written: str, economy: Economy) -> set[str]:
    text = f'kind: import_ban, importer: ["{written}"], sector: [C26]'
    hit = scenario(text).compile(economy, DAY).banned.any((1, 2))
    return {region for region, there in zip(economy.regions, hit, strict=True) if there}


def of_exporters(written: str, economy: Economy) -> set[str]:
    text = f'kind: export_ban, exporter: ["{written}"], sector: [C26]'
    hit = scenario(text).compile(economy, DAY).banned.any((0, 2))
    return {region for region, there in zip(economy.regions, hit, strict=True) if there}


def of_producers(written: str, economy: Economy) -> set[str]:
    text = f'kind: productivity, region: ["{written}"], op: set, rate: 5%'
    hit = (scenario(text).compile(economy, DAY).productivity != 1).any(1)
    return {region for region, there in zip(economy.regions, hit, strict=True) if there}


def of_groups(written: str, economy: Economy) -> set[str]:
    text = "kind: import_ban, importer: [FRIENDS], sector: [C26]"
    made = scenario(text, f'{{FRIENDS: ["{written}"]}}')
    hit = made.compile(economy, DAY).banned.any((1, 2))
    return {region for region, there in zip(economy.regions, hit, strict=True) if there}


@pytest.mark.parametrize("door", [of_importers, of_exporters, of_producers, of_groups])
@pytest.mark.parametrize("written", [w for w in REGIONS if w != "Cote d'Ivoire"])
def test_a_scenario_takes_every_spelling(
    world: Economy, door: Callable[[str, Economy], set[str]], written: str
) -> None:
    assert door(written, world) == set(REGIONS[written].split())


@pytest.mark.parametrize("written", SECTORS)
def test_a_scenario_takes_every_spelling_of_a_sector(world: Economy, written: str) -> None:
    text = f'kind: import_ban, importer: [USA], sector: ["{written}"]'
    hit = scenario(text).compile(world).banned.any((0, 1))
    found = [sector for sector, there in zip(world.sectors, hit, strict=True) if there]
    assert found == SECTORS[written].split()


def test_a_scenario_counts_an_alliance_on_its_day_and_says_so(world: Economy) -> None:
    ban = scenario("kind: import_ban, importer: [pax-silica], exporter: [CHN], sector: [C26]")
    first, later, ever = (
        ban.compile(world, day).banned.any((1, 2)).sum() for day in (date(2025, 12, 12), DAY, None)
    )
    assert (first, later) == (7, 10)
    assert ever == len(Names(world).regions("pax-silica")) > later
    said = ban.sentences(world, DAY)[0]
    assert said.startswith("Pax Silica (10 of 11 members on 2026-03-01: the United States, Japan,")
    assert "the others are inside ROW" in said
    assert "(42 of 45 members, all that ever joined:" in ban.sentences(world)[0]
    with pytest.raises(ScenarioError, match=r"^s\.yaml:5: measure m: pax-silica has no member on"):
        ban.compile(world, date(2025, 1, 1))


def test_a_measure_that_is_not_in_force_needs_no_member_yet(world: Economy) -> None:
    text = "kind: import_ban, importer: [pax-silica], exporter: [CHN], from: 2026-01-01"
    assert scenario(text).compile(world, date(2025, 1, 1)).is_nothing


def test_a_region_by_two_names_is_still_the_same_region(world: Economy) -> None:
    twice = scenario("kind: tariff, importer: [UK], exporter: [GBR], op: set, rate: 5%")
    with pytest.raises(ScenarioError, match="GBR is named as importer and as exporter"):
        twice.compile(world)
    said = scenario("kind: tariff, importer: [uk, in], op: set, rate: 5%").sentences(world)[0]
    assert said.startswith("The United Kingdom and India set their tariff")


# ---- the commands themselves -----------------------------------------------------------------------------------


@pytest.fixture
def pax(monkeypatch, command, tmp_path) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(tmp_path)
    return command


def tables(folder: Path, regions: tuple[str, ...]) -> None:
    """A user's own tables: everybody sells to everybody, two sectors of the packaged names."""
    folder.mkdir()
    rows = [
        f"{n},{i},{j},{90 if n == i else 5}"
        for n in regions
        for i in regions
        for j in ("C20", "C28")
    ]
    text = "\n".join(["importer,exporter,sector,value", *rows])
    (folder / "flows.csv").write_text(text, encoding="utf-8")


def test_a_group_of_which_the_table_lacks_members(pax, tmp_path) -> None:
    tables(tmp_path / "own", ("DEU", "FRA", "USA"))
    (tmp_path / "s.yaml").write_text(
        "schema: paxsilica/scenario@1\ntitle: made up\nbaseline: ./own\nmeasures:\n"
        "  - {id: m, kind: tariff, importer: [USA], exporter: [EU], op: add, rate: 10%}\n"
    )
    status, out, err = pax("validate", "s.yaml")
    assert (status, out) == (2, "")
    assert err == (
        "pax: s.yaml:5: measure m: group EU needs 25 regions that own lacks (AUT, BEL, BGR, ...); "
        "define your own group\n"
    )


@pytest.mark.parametrize(("code", "name"), [("IRN", "Iran"), ("QAT", "Qatar")])
def test_a_country_inside_the_rest_of_the_world(pax, tmp_path, code, name) -> None:
    (tmp_path / "s.yaml").write_text(
        "schema: paxsilica/scenario@1\ntitle: made up\nmeasures:\n"
        f"  - {{id: m, kind: import_ban, importer: [IND], exporter: [{code}], sector: [B06]}}\n"
    )
    told = (
        f"{name} is inside the rest of the world (ROW) of icio2022 and cannot be named alone; "
        "name ROW for all of it, or a region of `pax show regions`\n"
    )
    assert pax("validate", "s.yaml") == (2, "", f"pax: s.yaml:4: measure m: {told}")
    status, out, err = pax("coerce", "USA", code)
    assert (status, out, err) == (2, "", f"pax: target: {told}")


def test_own_labels_in_every_command(pax, tmp_path) -> None:
    tables(tmp_path / "own", ("reg1", "reg2", "reg3"))
    told = "own has no USA; it has reg1, reg2, reg3"
    assert pax("coerce", "USA", "reg2", "--baseline", "./own") == (2, "", f"pax: sender: {told}\n")
    status, out, _ = pax(
        "coerce", "REG1", "reg2", "--sectors", "chemicals", "--baseline", "./own", "--json"
    )
    assert status == 0
    assert json.loads(out)["question"]["sender"] == ["REG1"]
    none = "pax: own: no sector buys inputs, so there is nothing to look through\n"
    assert pax("depend", "REG1", "--inputs", "--baseline", "./own") == (2, "", none)
    (tmp_path / "s.yaml").write_text(
        "schema: paxsilica/scenario@1\ntitle: made up\nbaseline: ./own\nmeasures:\n"
        "  - {id: m, kind: tariff, importer: [REG1], exporter: [reg2], op: add, rate: 10%}\n"
    )
    status, out, _ = pax("validate", "s.yaml")
    assert status == 0
    assert "Reg1 adds 10 percentage points to its tariff" in out


def test_own_labels_are_looked_through(pax, tmp_path) -> None:
    """reg2 sells each sector of reg1 five of a hundred of every input, and sells all others too."""
    tables(tmp_path / "own", ("reg1", "reg2", "reg3"))
    rows = [
        f"{n},{k},{j},15"
        for n in ("reg1", "reg2", "reg3")
        for k in ("C20", "C28")
        for j in ("C20", "C28")
    ]
    (tmp_path / "own" / "inputs.csv").write_text("\n".join(["region,input,sector,value", *rows]))
    status, out, err = pax(
        "depend", "reg1", "--them", "REG2", "--inputs", "--baseline", "./own", "--json"
    )
    assert (status, err) == (0, "")
    blocks = json.loads(out)["findings"]
    assert "reg2" in json.dumps(blocks)


@pytest.mark.parametrize(
    ("by_name", "by_code"),
    [
        (["depend", "UK", "--them", "in"], ["depend", "GBR", "--them", "IND"]),
        (
            ["chain", "chips", "--cut", "Taiwan", "--trusted", "Pax Silica"],
            ["chain", "chips", "--cut", "TWN", "--trusted", "pax-silica"],
        ),
    ],
    ids=["depend", "chain"],
)
def test_the_same_is_found_by_name_and_by_code(pax, by_name, by_code) -> None:
    found = [pax(*words, "--as-of", "2026-03-01", "--json") for words in (by_name, by_code)]
    assert [status for status, _, _ in found] == [0, 0]
    said, coded = (json.loads(out)["findings"] for _, out, _ in found)
    assert said == coded


@pytest.mark.parametrize("written", ["2846.90", "HS284690", "hs 2846.90"])
def test_an_hs_code_as_tariff_books_write_it(pax, written) -> None:
    plain = pax("depend", "IND", "--material", "284690", "--json", "--as-of", "2026-03-01")
    asked = pax("depend", "in", "--material", written, "--json", "--as-of", "2026-03-01")
    assert plain[0] == asked[0] == 0
    assert json.loads(plain[1])["findings"] == json.loads(asked[1])["findings"]


def test_a_code_of_a_later_edition(pax) -> None:
    status, _, err = pax("depend", "IND", "--material", "811292")
    assert status == 2
    assert "HS 811292 is a code of HS 2002; the trade table counts by HS 1992, where 811291" in err


def test_nested_groups_of_a_file_are_no_bomb(world: Economy) -> None:
    groups = ", ".join(
        f"L{k}: [{', '.join([f'L{k - 1}'] + [f'L{k - 1}X'] * 1)}], L{k}X: [L{k - 1}, L{k - 1}X]"
        for k in range(1, 30)
    )
    made = scenario(
        "kind: import_ban, importer: [L29], exporter: [CHN], sector: [C26]",
        f"{{L0: [UK], L0X: [in], {groups}}}",
    )
    hit = made.compile(world).banned.any((1, 2))
    assert np.flatnonzero(hit).size == 2, "two to the thirtieth paths would never end"
    circle = scenario("kind: import_ban, importer: [A]", "{A: [B], B: [IND, A]}")
    with pytest.raises(ScenarioError, match=r"^s\.yaml:3: group B contains itself \(A > B > A\)"):
        circle.compile(world)


def test_names_know_no_economy_or_one() -> None:
    with pytest.raises(ValueError, match="these names know no economy"):
        Names().regions("IND")
    with pytest.raises(InputError, match="own has no IND"):
        Names(world_of("R1", "R2")).regions("IND")
