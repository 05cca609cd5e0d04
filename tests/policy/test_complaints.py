"""Every rule of the scenario file: a breach is one line with file, line, reason and remedy."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from policy_world import HEAD

from paxsilica.economy import Economy
from paxsilica.errors import ScenarioError
from paxsilica.policy import Scenario, load_scenario, parse_scenario

GOOD = (
    "id: first, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%"
)

BAD_MEASURES = {
    "region": (
        "kind: tariff, importer: [USB], op: set, rate: 5%",
        "unknown region 'USB'; did you mean USA",
    ),
    "a country that is no region": (
        "kind: export_ban, exporter: [IR]",
        "flows has no IR (IRN); it has USA, IND, NOR, CHN, DEU",
    ),
    "region by a misspelled name": (
        "kind: export_ban, exporter: [Inndia]",
        "unknown region 'Inndia'; did you mean IND (India)?",
    ),
    "sector": (
        "kind: tariff, sector: [C27], op: set, rate: 5%",
        "unknown sector 'C27'; did you mean C26",
    ),
    "productivity sector": (
        "kind: productivity, sector: [C27], op: set, rate: 5%",
        "unknown sector 'C27'",
    ),
    "key": (
        "kind: tariff, sectors: [C26], op: set, rate: 5%",
        "unknown key 'sectors'; did you mean sector?",
    ),
    "key of another kind": ("kind: export_ban, op: set", "export_ban takes no 'op'; remove it"),
    "importer of productivity": (
        "kind: productivity, importer: [USA], op: set, rate: 5%",
        "productivity takes no 'importer'; remove it (productivity takes region, sector, op, rate,",
    ),
    "kind": ("kind: tarif, op: set, rate: 5%", "unknown kind 'tarif'; did you mean tariff?"),
    "no kind": ("op: set, rate: 5%", "kind is missing; write one of tariff, export_tax"),
    "op": ("kind: tariff, op: sett, rate: 5%", "op cannot be 'sett'; write set or add"),
    "no op": ("kind: tariff, rate: 5%", "op is missing; write one of set, add, at_least, multiply"),
    "no op of trade cost": ("kind: trade_cost, rate: 5%", "op is missing"),
    "no rate": (
        "kind: tariff, op: set",
        "rate is missing; write a percentage, such as `rate: 25%`",
    ),
    "rate without %": ("kind: tariff, op: set, rate: 0.5", "rate 0.5 has no % sign; write 50%"),
    "whole rate without %": ("kind: tariff, op: set, rate: 25", "rate 25 has no % sign; write 25%"),
    "share without %": (
        "kind: export_ban, exporter: [USA], share: 0.3",
        "share 0.3 has no % sign; write 30%",
    ),
    "rate in words": (
        "kind: tariff, op: set, rate: half",
        "'half' is no percentage; write a plain number",
    ),
    "rate with comma": (
        "kind: tariff, op: set, rate: '1,5%'",
        "rate '1,5%' has a comma; write 1.5%",
    ),
    "rate with comma, unquoted": (
        "kind: tariff, op: set, rate: −25,5 %",
        "rate '−25,5 %' has a comma; write -25.5%",
    ),
    "comma and no % sign": (
        "kind: tariff, op: set, rate: 0,5",
        "rate '0,5' has a comma and no % sign; write 0.5%",
    ),
    "comma of thousands or decimals": (
        "kind: tariff, rate: 1,250%, op: set",
        "rate '1,250%' has a comma; write 1.250% or 1250%",
    ),
    "region in two spellings": (
        "kind: tariff, exporter: [IND, India], op: set, rate: 5%",
        "IND and India are the same; keep one",
    ),
    "sector in two spellings": (
        "kind: tariff, sector: [C26, computers and electronics], op: set, rate: 5%",
        "C26 and computers and electronics are the same; keep one",
    ),
    "label twice": (
        "kind: tariff, exporter: [IND, IND], op: set, rate: 5%",
        "exporter names IND twice; keep one, or write the one that was meant",
    ),
    "escape in a note": (
        'kind: export_ban, note: "a \\e[31m"',
        "note holds the control character U+001B; remove it",
    ),
    "change of direction in a source": (
        'kind: export_ban, source: "a \\u202e b"',
        "source holds the control character U+202E; remove it",
    ),
    "endless note": (
        f"kind: export_ban, note: {'x' * 10_001}",
        "note has 10,001 characters; write at most 10,000",
    ),
    "misspelt kind": ("knd: export_ban", "unknown key 'knd'; did you mean kind?"),
    "rate that is NaN": ("kind: tariff, op: set, rate: nan%", "'nan%' is no percentage"),
    "rate that is a list": (
        "kind: tariff, op: set, rate: [5%]",
        "rate must be a percentage such as 25%",
    ),
    "tariff below -100 %": (
        "kind: tariff, op: set, rate: -120%",
        "rate -120% would pay the importer",
    ),
    "tariff of -100 %": ("kind: tariff, op: at_least, rate: -100%", "it must be above -100%"),
    "tariff too high": ("kind: tariff, op: set, rate: 20000%", "it must be at most 10000%"),
    "negative factor": ("kind: tariff, op: multiply, rate: -5%", "it must be at least 0%"),
    "negative trade cost": (
        "kind: trade_cost, op: set, rate: -150%",
        "rate -150% would make the trade cost negative; it must be above -100%",
    ),
    "trade cost times zero": ("kind: trade_cost, op: multiply, rate: 0%", "it must be above 0%"),
    "negative output": ("kind: productivity, op: set, rate: -100%", "would make output negative"),
    "subsidy of everything": (
        "kind: subsidy, region: [IND], op: set, rate: 100%",
        "rate 100% leaves the producer no cost to pay; it must be below 100%",
    ),
    "export tax of -100 %": (
        "kind: export_tax, op: set, rate: -100%",
        "would give the goods away for nothing",
    ),
    "export tax on itself": (
        "kind: export_tax, importer: [IND], exporter: [IND], op: set, rate: 5%",
        "a region cannot tax its trade with itself",
    ),
    "share of nothing": (
        "kind: import_ban, importer: [USA], share: 0%",
        "share 0% bans nothing; it must be above 0%",
    ),
    "share above all": (
        "kind: import_ban, importer: [USA], share: 101%",
        "it must be at most 100%",
    ),
    "ban on itself": (
        "kind: export_ban, importer: [CHN], exporter: [CHN]",
        "a region cannot ban itself",
    ),
    "ban on itself and another": (
        "kind: import_ban, importer: [USA, CHN], exporter: [CHN]",
        "CHN is named as importer and as exporter; a region cannot ban itself: name its partners only",
    ),
    "tariff on itself": (
        "kind: tariff, importer: [IND], exporter: [IND], op: set, rate: 5%",
        "cannot tax its",
    ),
    "dates reversed": (
        "kind: export_ban, exporter: [USA], from: 2025-08-27, until: 2025-08-07",
        "until 2025-08-07 is before from (2025-08-27); swap the two dates",
    ),
    "date with a time": (
        "kind: export_ban, exporter: [USA], from: 2025-08-07T00",
        "is no date; write year-month-day",
    ),
    "date in another order": (
        "kind: export_ban, exporter: [USA], from: 07/08/2025",
        "is no date; write year",
    ),
    "day that does not exist": (
        "kind: export_ban, exporter: [USA], until: 2025-02-30",
        "2025-02-30 does not exist",
    ),
    "text for a list": (
        "kind: tariff, importer: USA, op: set, rate: 5%",
        "write `importer: [USA]`",
    ),
    "empty list": (
        "kind: tariff, importer: [], op: set, rate: 5%",
        "importer is empty; name something",
    ),
    "list in a list": (
        "kind: export_ban, exporter: [[USA]]",
        "exporter entry 1 must be text, not a list",
    ),
}


@pytest.mark.parametrize(("body", "remedy"), BAD_MEASURES.values(), ids=BAD_MEASURES)
def test_bad_measure(
    body: str, remedy: str, world: Economy, measures: Callable[..., Scenario]
) -> None:
    with pytest.raises(ScenarioError) as caught:
        measures(GOOD, f"id: bad, {body}").compile(world)
    message = str(caught.value)
    assert message.startswith("s.yaml:5: measure bad: ")
    assert remedy in message
    assert "\n" not in message
    assert (caught.value.path, caught.value.line) == ("s.yaml", 5)


def test_every_problem_of_a_file_is_said_at_once() -> None:
    """One line each, in the order of the file; what a misspelt key leaves missing is no problem of its own."""
    text = HEAD + (
        "measures:\n"
        "  - {id: a, kind: tariff, op: set, rate: 25,5%}\n"
        "  - {id: a, kind: tarif, op: set, rate: 5%}\n"
        "  - id: b\n"
        "    kind: export_ban\n"
        "    note:\n"
        "    sectors: [C26]\n"
        "    share: 7\n"
        "    share: 8\n"
        "  - {id: c, kind: tariff, op: set, rat: 5%}\n"
        "assumptions: {backstop_cost: 1,5}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "s.yaml")
    assert str(caught.value).split("\n") == [
        "s.yaml:4: measure a: rate '25,5%' has a comma; write 25.5%",
        "s.yaml:5: measure id 'a' stands twice (first in line 4); rename one",
        "s.yaml:5: measure a: unknown kind 'tarif'; did you mean tariff?",
        "s.yaml:8: 'note' has no value; write one or remove the line",
        "s.yaml:9: measure b: unknown key 'sectors'; did you mean sector?",
        "s.yaml:11: key 'share' stands twice (first in line 10); keep one",
        "s.yaml:12: measure c: unknown key 'rat'; did you mean rate?",
        "s.yaml:13: backstop_cost '1,5' is no plain number; write one such as 100 or 2.5",
    ]
    assert (caught.value.path, caught.value.line) == ("s.yaml", 4)


def test_of_very_many_problems_the_first_twenty_are_shown() -> None:
    lines = "".join(f"  - {{id: m{at}, kind: tariff, op: set, rate: 5}}\n" for at in range(25))
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(HEAD + "measures:\n" + lines, "s.yaml")
    said = str(caught.value).split("\n")
    assert [line.split(":")[1] for line in said[:-1]] == [str(4 + at) for at in range(20)]
    assert said[-1] == "and 5 more problems"


def test_problems_of_stacked_files_are_said_together(tmp_path: Path) -> None:
    for name, rate in (("b", "5"), ("a", "7")):
        body = f"measures: [{{id: {name}, kind: tariff, op: set, rate: {rate}}}]\n"
        (tmp_path / f"{name}.yaml").write_text(HEAD + "\n" * int(rate) + body)
    b, a = tmp_path / "b.yaml", tmp_path / "a.yaml"
    with pytest.raises(ScenarioError) as caught:
        load_scenario(f"{b}+{a}")
    assert str(caught.value).split("\n") == [
        f"{b}:8: measure b: rate 5 has no % sign; write 5%",
        f"{a}:10: measure a: rate 7 has no % sign; write 7%",
    ]


BAD_HEADS = {
    "no schema": (
        "title: x\nmeasures: []\n",
        1,
        "schema is missing; begin the file with `schema: paxsilica/sc",
    ),
    "other schema": (
        "schema: paxsilica/scenario@2\ntitle: x\nmeasures: []\n",
        1,
        "write paxsilica/scenario@1",
    ),
    "no title": ("schema: paxsilica/scenario@1\nmeasures: []\n", 1, "title is missing"),
    "unknown key": (
        HEAD + "measurs: []\n",
        3,
        "unknown key 'measurs'; did you mean measures?",
    ),
    "escape in the title": (
        'schema: paxsilica/scenario@1\ntitle: "a\\e]0;b"\nmeasures: []\n',
        2,
        "title holds the control character U+001B; remove it",
    ),
    "endless title": (
        f"schema: paxsilica/scenario@1\ntitle: {'x' * 200_000}\nmeasures: []\n",
        2,
        "title has 200,000 characters; write at most 200",
    ),
    "blank title": (
        "schema: paxsilica/scenario@1\ntitle: ' '\nmeasures: []\n",
        2,
        "title is empty",
    ),
    "escape in what is left out": (
        HEAD + 'measures: []\nnot_modelled: [a, "b\\x9bm"]\n',
        4,
        "not_modelled entry 2 holds the control character U+009B",
    ),
    "escape in an address": (
        HEAD + 'measures: []\nsource: [{url: "https://a\\e[1m"}]\n',
        4,
        "source 1: url holds the control character U+001B",
    ),
    "escape in a quote": (
        HEAD + 'measures: []\nsource: [{quote: "b\\a"}]\n',
        4,
        "source 1: quote holds the control character U+0007",
    ),
    "group that names one twice": (
        HEAD + "measures: []\ngroups: {PAX: [USA, USA]}\n",
        4,
        "PAX names USA twice",
    ),
    "both names of the backstop's cost": (
        HEAD + "measures: []\nassumptions: {makeshift_cost: 40, backstop_cost: 40}\n",
        4,
        "unknown key 'makeshift_cost'; did you mean backstop_cost?",
    ),
    "backstop cost in words": (
        HEAD + "measures: []\nassumptions: {backstop_cost: high}\n",
        4,
        "backstop_cost 'high' is no plain number; write one such as 100 or 2.5",
    ),
    "no measures": (HEAD, 1, "measures is missing; list the measures, or write `measures: []`"),
    "measures without value": (HEAD + "measures:\n", 3, "'measures' has no value"),
    "measures as mapping": (HEAD + "measures: {a: b}\n", 3, "measures must be a list"),
    "measure as text": (HEAD + "measures: [tariff]\n", 3, "measure 1: it must be a mapping"),
    "id twice": (
        HEAD + f"measures:\n  - {{{GOOD}}}\n  - {{{GOOD}}}\n",
        5,
        "stands twice (first in line 4); rename",
    ),
    "no id": (HEAD + "measures:\n  - {kind: export_ban}\n", 4, "measure 1: id is missing"),
    "id with spaces": (
        HEAD + "measures:\n  - {id: a b, kind: export_ban}\n",
        4,
        "use letters, digits",
    ),
    "horizon": (
        HEAD + "measures: []\nassumptions:\n  horizon: medium\n",
        5,
        "'medium' is no horizon; write long_run, short_run or an age",
    ),
    "deficits": (HEAD + "measures: []\nassumptions: {deficits: fixd}\n", 4, "did you mean fixed?"),
    "assumption": (
        HEAD + "measures: []\nassumptions: {deficit: fixed}\n",
        4,
        "did you mean deficits?",
    ),
    "assumptions as text": (HEAD + "measures: []\nassumptions: fixed\n", 4, "must be a mapping"),
    "address of a source": (
        HEAD + "measures: []\nsource: [{url: 'javascript:alert(1)'}]\n",
        4,
        "begin with https://",
    ),
    "key of a source": (
        HEAD + "measures: []\nsource: [{titel: x}]\n",
        4,
        "source 1: unknown key 'titel'",
    ),
    "baseline from a text": (
        HEAD + "measures: []\nbaseline: ../mine.npz\n",
        4,
        "name of a packaged economy",
    ),
    "group that is no list": (HEAD + "measures: []\ngroups: {PAX: USA}\n", 4, "write `PAX: [USA]`"),
    "group with a bad name": (
        HEAD + "measures: []\ngroups: {'a b': [USA]}\n",
        4,
        "use letters, digits",
    ),
    "empty group": (HEAD + "measures: []\ngroups:\n  PAX: []\n", 5, "PAX is empty"),
}


@pytest.mark.parametrize(("text", "line", "remedy"), BAD_HEADS.values(), ids=BAD_HEADS)
def test_bad_head(text: str, line: int, remedy: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "s.yaml")
    assert str(caught.value).startswith(f"s.yaml:{line}: ")
    assert remedy in str(caught.value)
    assert "\n" not in str(caught.value)


BAD_GROUPS = {
    "shadows a region": (
        "  NOR: [USA]\n",
        5,
        "group NOR shadows the region Norway; rename the group",
    ),
    "unknown member": (
        "  PAX: [USA, USB]\n",
        5,
        "group PAX: unknown region 'USB'; did you mean USA",
    ),
    "contains itself": (
        "  A: [B]\n  B: [USA, A]\n",
        6,
        "group B contains itself (A > B > A); list regions instead",
    ),
}


@pytest.mark.parametrize(("groups", "line", "remedy"), BAD_GROUPS.values(), ids=BAD_GROUPS)
def test_bad_group(groups: str, line: int, remedy: str, world: Economy) -> None:
    scenario = parse_scenario(HEAD + "measures: []\ngroups:\n" + groups, "s.yaml")
    with pytest.raises(ScenarioError) as caught:
        scenario.compile(world)
    assert str(caught.value).startswith(f"s.yaml:{line}: {remedy}")


OUT_OF_RANGE = {
    "tariff": (
        [
            "kind: tariff, importer: [USA], exporter: [IND, CHN], sector: [C26], op: add, rate: -115%"
        ],
        "brings tariff to -105% at importer USA, exporter IND, sector C26 and 1 more cell, which would pay",
        "above -100%",
    ),
    "trade cost": (
        ["kind: trade_cost, importer: [USA], exporter: [IND], sector: [A01], op: add, rate: -100%"],
        "brings trade_cost to -100% at importer USA, exporter IND, sector A01, which would make the trade cost",
        "above -100%",
    ),
    "productivity": (
        ["kind: productivity, region: [CHN], sector: [A01], op: add, rate: -130%"],
        "brings productivity to -130% at region CHN, sector A01, which would make output negative",
        "above -100%",
    ),
    "subsidy": (
        ["kind: subsidy, region: [CHN], sector: [A01], op: add, rate: 60%"] * 2,
        "brings subsidy to 120% at region CHN, sector A01, which leaves the producer no cost to pay",
        "below 100%",
    ),
    "trade cost that would overflow": (
        [
            "kind: trade_cost, importer: [USA], exporter: [IND], sector: [A01], op: multiply, rate: 10000%"
        ]
        * 200,
        "brings trade_cost to 99999900% at importer USA, exporter IND, sector A01, which is too high",
        "at most 1000000%",
    ),
    "tariff that would overflow": (
        [
            "kind: tariff, importer: [USA], exporter: [IND], sector: [A01], op: multiply, rate: 10000%"
        ]
        * 200,
        "brings tariff to 10000000% at importer USA, exporter IND, sector A01, which is too high",
        "at most 1000000%",
    ),
}


@pytest.mark.parametrize(("bodies", "what", "bound"), OUT_OF_RANGE.values(), ids=OUT_OF_RANGE)
def test_result_out_of_range_names_the_cell(
    bodies: list[str], what: str, bound: str, world: Economy, measures: Callable[..., Scenario]
) -> None:
    with pytest.raises(ScenarioError) as caught:
        measures(*(f"id: m{at}, {body}" for at, body in enumerate(bodies))).compile(world)
    assert str(caught.value).startswith("s.yaml:")
    assert what in str(caught.value)
    assert str(caught.value).endswith(f"keep the result {bound}")


def test_labels_of_measures_not_in_force_are_checked(
    world: Economy, measures: Callable[..., Scenario]
) -> None:
    with pytest.raises(ScenarioError, match="unknown region"):
        measures("id: old, kind: export_ban, exporter: [XXX], until: 2020-01-01").compile(
            world, date(2025, 1, 1)
        )


def test_label_deep_in_block_style_has_its_own_line(world: Economy) -> None:
    text = (
        HEAD
        + "measures:\n  - id: a\n    kind: export_ban\n    exporter:\n      - USA\n      - NORR\n"
    )
    with pytest.raises(
        ScenarioError, match=r"^s\.yaml:8: measure a: unknown region 'NORR'; did you mean NOR"
    ):
        parse_scenario(text, "s.yaml").compile(world)


def test_baseline_path_is_found_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine.npz").touch()
    file = tmp_path / "s.yaml"
    file.write_text(HEAD + "measures: []\nbaseline: ./mine.npz\n")
    assert load_scenario(file).baseline == str(tmp_path / "mine.npz")
    file.write_text(HEAD + "measures: []\nbaseline: other.npz\n")
    with pytest.raises(
        ScenarioError, match=r"s\.yaml:4: baseline .*other\.npz does not exist; give a path"
    ):
        load_scenario(file)
