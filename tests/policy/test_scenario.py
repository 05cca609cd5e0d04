"""Scenarios: dates, groups, stacking, words, and what a file that changes nothing does."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import StringIO
from itertools import combinations
from pathlib import Path

import pytest
from policy_world import HEAD
from ruamel.yaml import YAML

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import ScenarioError
from paxsilica.policy import Scenario, load_scenario, parse_scenario

USA, IND, NOR, CHN, DEU = range(5)

TWO_STEPS = (
    "id: first, kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 25%, from: 2025-08-07",
    "id: second, kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 25%, "
    "from: 2025-08-27, until: 2026-02-06",
)


# ---- dates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "rate", "ids"),
    [
        (None, 0.6, ["first", "second"]),
        (date(2025, 8, 6), 0.1, []),
        (date(2025, 8, 7), 0.35, ["first"]),
        (date(2025, 8, 26), 0.35, ["first"]),
        (date(2025, 8, 27), 0.6, ["first", "second"]),
        (date(2026, 2, 6), 0.6, ["first", "second"]),
        (date(2026, 2, 7), 0.35, ["first"]),
    ],
)
def test_as_of(
    day: date | None, rate: float, ids: list[str], world: Economy, measures: Callable[..., Scenario]
) -> None:
    scenario = measures(*TWO_STEPS)
    assert scenario.compile(world, day).tariffs[USA, IND, 0] == pytest.approx(rate)
    assert [measure.id for measure in scenario.in_force(day)] == ids
    assert len(scenario.sentences(world, day)) == len(ids)


def test_a_measure_of_one_day(world: Economy, measures: Callable[..., Scenario]) -> None:
    scenario = measures(
        "id: a, kind: import_ban, importer: [USA], from: 2025-01-02, until: 2025-01-02"
    )
    assert [scenario.compile(world, date(2025, 1, day)).is_nothing for day in (1, 2, 3)] == [
        True,
        False,
        True,
    ]


# ---- what a file means -----------------------------------------------------------------------------------------


def test_no_measures_change_nothing(world: Economy) -> None:
    assert parse_scenario(HEAD + "measures: []\n").compile(world).is_nothing


def test_defaults(world: Economy) -> None:
    scenario = parse_scenario(HEAD + "measures: []\n")
    assert scenario.baseline == "icio2022"
    assert scenario.assumptions.model_dump() == {
        "horizon": "long_run",
        "deficits": "fixed_share",
        "elasticities": None,
        "revenue": "lump_sum",
        "backstop_cost": None,
    }


def test_labels_that_look_like_numbers_or_booleans_stay_text(
    measures: Callable[..., Scenario],
) -> None:
    measure = measures("id: 0101, kind: export_ban, exporter: [NO, yes, 0101]").measures[0]
    assert (measure.id, measure.model_dump()["exporter"]) == ("0101", ("NO", "yes", "0101"))


def test_texts_are_read_as_one_line(measures: Callable[..., Scenario]) -> None:
    text = "schema: paxsilica/scenario@1\ntitle: >\n  one\n  line\nmeasures: []\n"
    assert parse_scenario(text + "not_modelled:\n  - |\n    a\n\n    b\n").not_modelled == ("a b",)
    assert parse_scenario(text).title == "one line"
    hindi = "\u0915\u094d\u200d\u0937"  # ka and ssa, with a joiner that the script needs
    assert measures(f"id: a, kind: export_ban, note: {hindi}").measures[0].note == hindi


def test_groups_of_groups(world: Economy) -> None:
    text = "measures:\n  - {id: a, kind: export_ban, exporter: [ALL], importer: [NOR]}\n"
    scenario = parse_scenario(HEAD + text + "groups: {ALL: [WEST, BRICS], WEST: [USA, DEU]}\n")
    assert scenario.names(world).expanded == {
        "ALL": ("USA", "DEU", "IND", "CHN"),
        "WEST": ("USA", "DEU"),
    }
    shock = scenario.compile(world)
    assert {int(i) for n, i, j in zip(*shock.banned.nonzero(), strict=True)} == {USA, IND, CHN, DEU}


def test_the_groups_of_a_file_win_over_those_of_the_baseline(world: Economy) -> None:
    scenario = parse_scenario(HEAD + "measures: []\ngroups: {BRICS: [IND, CHN, NOR]}\n")
    assert scenario.names(world).expanded == {"BRICS": ("IND", "CHN", "NOR")}


def test_a_scenario_can_be_written_out_and_read_again(
    world: Economy, measures: Callable[..., Scenario]
) -> None:
    scenario = measures(
        *TWO_STEPS, "id: ban, kind: export_ban, exporter: [USA], share: 12.5%, note: why not"
    )
    text = StringIO()
    YAML().dump(scenario.as_dict(), text)
    again = parse_scenario(text.getvalue())
    assert again.as_dict() == scenario.as_dict()
    assert (again.compile(world).tariffs == scenario.compile(world).tariffs).all()


def test_scenarios_are_frozen_and_travel_between_processes(
    measures: Callable[..., Scenario],
) -> None:
    scenario = measures(*TWO_STEPS)
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario
    assert copy.place("measures", "second", "rate") == ("s.yaml", 5)
    with pytest.raises(ValueError, match="frozen"):
        scenario.title = "other"


# ---- stacking --------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.chdir(tmp_path)

    def write(**texts: str) -> None:
        for name, text in texts.items():
            Path(f"{name}.yaml").write_text(f"schema: paxsilica/scenario@1\ntitle: {name}\n{text}")

    return write


BAN = "measures:\n  - {id: ban, kind: export_ban, exporter: [USA], importer: [CHN]}\n"
TAX = (
    "measures:\n  - {id: tax, kind: tariff, importer: [CHN], exporter: [USA], op: set, rate: 20%}\n"
)


def test_stacked_files_act_in_order(files: Callable[..., None], world: Economy) -> None:
    files(
        a=TAX + "not_modelled: [x]\ngroups: {W: [USA]}\n",
        b=TAX.replace("tax", "tax2").replace("set", "add"),
    )
    files(c=BAN + "not_modelled: [x, y]\ngroups: {W: [USA]}\nassumptions: {deficits: balanced}\n")
    scenario = load_scenario("a.yaml+b.yaml + c.yaml")
    assert scenario.title == "a + b + c"
    assert [measure.id for measure in scenario.measures] == ["tax", "tax2", "ban"]
    assert scenario.compile(world).tariffs[CHN, USA, 0] == pytest.approx(0.4)
    assert scenario.not_modelled == ("x", "y")
    assert scenario.groups == {"W": ("USA",)}
    assert scenario.assumptions.deficits == "balanced"
    assert tuple(scenario.texts) == ("a.yaml", "b.yaml", "c.yaml")
    assert scenario.place("measures", "ban", "importer") == ("c.yaml", 4)


def test_an_unstated_baseline_agrees_with_any(files: Callable[..., None]) -> None:
    files(a=TAX, b=BAN + "baseline: icio2022-50\n")
    assert load_scenario("a.yaml+b.yaml").baseline == "icio2022-50"


CONFLICTS = {
    "id": (TAX, TAX, "b.yaml:4: measure id 'tax' is taken by a.yaml:4; rename one"),
    "baseline": (
        TAX + "baseline: one\n",
        BAN + "baseline: two\n",
        "b.yaml:5: baseline is two here but one in a.yaml:5; make them agree or drop one",
    ),
    "assumption": (
        TAX + "assumptions: {deficits: fixed}\n",
        BAN + "assumptions: {deficits: balanced}\n",
        "b.yaml:5: assumptions deficits is balanced here but fixed in a.yaml:5; make them agree or drop one",
    ),
    "group": (
        TAX + "groups: {W: [USA]}\n",
        BAN + "groups: {W: [USA, DEU]}\n",
        "b.yaml:5: groups W is [USA, DEU] here but [USA] in a.yaml:5; make them agree or drop one",
    ),
}


@pytest.mark.parametrize(("a", "b", "message"), CONFLICTS.values(), ids=CONFLICTS)
def test_conflicts_between_stacked_files(
    a: str, b: str, message: str, files: Callable[..., None]
) -> None:
    files(a=a, b=b)
    with pytest.raises(ScenarioError) as caught:
        load_scenario("a.yaml+b.yaml")
    assert str(caught.value) == message


def test_an_error_in_a_stacked_file_names_that_file(
    files: Callable[..., None], world: Economy
) -> None:
    files(a=TAX, b=BAN.replace("CHN", "NORR"))
    with pytest.raises(
        ScenarioError, match=r"^b\.yaml:4: measure ban: unknown region 'NORR'; did you mean NOR"
    ):
        load_scenario("a.yaml+b.yaml").compile(world)
    with pytest.raises(ScenarioError, match=r"^c\.yaml: no such file; did you mean"):
        load_scenario("a.yaml+c.yaml")


# ---- words -----------------------------------------------------------------------------------------------------

SENTENCES = {
    "kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%, from: 2025-08-07": (
        "From 2025-08-07 the United States sets its tariff on goods from India to 50 %."
    ),
    "kind: tariff, importer: [USA, DEU], exporter: [IND], sector: [C26], op: add, rate: -1%, until: 2026-01-01": (
        "Until 2026-01-01 the United States and Germany take 1 percentage point off their tariff on computers and "
        "electronics from India."
    ),
    "kind: tariff, importer: [BRICS], op: at_least, rate: 12.5%, from: 2025-01-01, until: 2025-02-01": (
        "From 2025-01-01 until 2025-02-01 BRICS (2 regions) raise their tariff on all goods and services from every "
        "other region, each other included, to 12.5 % where it is lower. Beware: it taxes trade among these regions too, "
        "such as what India buys from China. Beware: it taxes services too, since it names no sector."
    ),
    "kind: tariff, importer: [USA], op: multiply, rate: 50%, sector: [A01]": (
        "The United States cuts its tariff on agriculture from every other region to 50 % of what it was."
    ),
    "kind: trade_cost, exporter: [IND], importer: [USA], op: set, rate: -10%, sector: [services]": (
        "The cost of services from India delivered to the United States is 10 % below the baseline. The cost is the whole "
        "price on arrival, not the freight alone."
    ),
    "kind: trade_cost, exporter: [IND], op: add, rate: 10%, sector: [services]": (
        "The cost of services from India delivered to every other region rises by 10 % of the baseline. The cost is the "
        "whole price on arrival, not the freight alone."
    ),
    "kind: export_ban, exporter: [USA], importer: [CHN], sector: [C26], share: 30%": (
        "The United States bans 30 % of its exports of computers and electronics to China. At unchanged prices the volume "
        "would fall by this share; how far it falls depends on prices too."
    ),
    "kind: import_ban, importer: [DEU, NOR]": (
        "Germany and Norway ban all their imports of all goods and services from every other region, each other "
        "included. Beware: it bans trade among these regions too, such as what Norway buys from Germany. Beware: it bans "
        "services too, since it names no sector."
    ),
    "kind: tariff, exporter: [BRICS], sector: [A01], op: set, rate: 5%": (
        "Every region sets its tariff on agriculture from BRICS (2 regions), trade among these included, to 5 %. Beware: "
        "it taxes trade among these regions too, such as what India buys from China."
    ),
    "kind: tariff, importer: [BRICS], exporter: [BRICS], sector: [A01], op: set, rate: 5%": (
        "BRICS (2 regions) set their tariff on agriculture from each other to 5 %."
    ),
    "kind: tariff, importer: [USA, CHN], exporter: [BRICS], sector: [A01], op: set, rate: 5%": (
        "The United States and China set their tariff on agriculture from BRICS (2 regions), China included, to 5 %."
    ),
    "kind: export_ban, exporter: [BRICS], sector: [A01]": (
        "BRICS (2 regions) ban all their exports of agriculture to every other region, each other included. Beware: it "
        "bans trade among these regions too, such as what India buys from China."
    ),
    "kind: import_ban, importer: [CHN], exporter: [BRICS], sector: [A01]": (
        "China bans all its imports of agriculture from BRICS (2 regions)."
    ),
    "kind: export_tax, exporter: [IND], sector: [A01], op: set, rate: 20%": (
        "India sets its export tax on agriculture sold to every other region to 20 %."
    ),
    "kind: export_tax, exporter: [IND], importer: [USA], sector: [A01], op: add, rate: -2%": (
        "India takes 2 percentage points off its export tax on agriculture sold to the United States."
    ),
    "kind: subsidy, region: [IND], sector: [C26], op: set, rate: 10%": (
        "The treasury pays 10 % of the cost of producing computers and electronics in India."
    ),
    "kind: subsidy, region: [IND], sector: [C26], op: set, rate: -10%": (
        "The tax on producing computers and electronics in India is 10 % of the cost."
    ),
    "kind: productivity, region: [IND], sector: [C26, A01], op: multiply, rate: 110%": (
        "Output per bundle of inputs of computers and electronics and agriculture in India is multiplied by 110 %."
    ),
}


@pytest.mark.parametrize(("body", "sentence"), SENTENCES.items())
def test_sentences(
    body: str, sentence: str, world: Economy, measures: Callable[..., Scenario]
) -> None:
    assert measures(f"id: a, {body}").sentences(world) == (sentence,)


ALIKE = {
    "the same deed on other sectors and at other rates": (
        ["sector: [C26], op: add, rate: 5%", "sector: [A01, SERV], op: add, rate: 12.5%"],
        ["adds between 5 and 12.5 percentage points to its tariff on "],
    ),
    "one rate": (
        ["sector: [C26], op: set, rate: 5%", "sector: [A01], op: set, rate: 5%"],
        ["sets its tariff on goods from India to 5 %"],
    ),
    "twice on one sector adds up and is no range": (
        ["sector: [C26], op: add, rate: 25%", "sector: [goods], op: add, rate: 25%"],
        ["adds 25 percentage points", "adds 25 percentage points"],
    ),
    "up and down": (
        ["sector: [C26], op: add, rate: 5%", "sector: [A01], op: add, rate: -5%"],
        ["adds 5 percentage points", "takes 5 percentage points off"],
    ),
    "more and less than it was": (
        ["sector: [C26], op: multiply, rate: 50%", "sector: [A01], op: multiply, rate: 150%"],
        ["cuts its tariff", "raises its tariff"],
    ),
    "different deeds": (
        ["sector: [C26], op: add, rate: 5%", "sector: [A01], op: at_least, rate: 5%"],
        ["adds 5", "to 5 % where it is lower"],
    ),
}


@pytest.mark.parametrize("case", ALIKE)
def test_what_is_the_same_deed_is_one_clause(
    case: str, world: Economy, measures: Callable[..., Scenario]
) -> None:
    bodies, clauses = ALIKE[case]
    head = "kind: tariff, importer: [USA], exporter: [IND]"
    told = measures(*(f"id: m{at}, {head}, {body}" for at, body in enumerate(bodies))).clauses(
        world
    )
    assert len(told) == len(clauses)
    for said, clause in zip(told, clauses, strict=True):
        assert clause in said


def test_measures_on_others_are_other_deeds(
    world: Economy, measures: Callable[..., Scenario]
) -> None:
    ban = "kind: export_ban, exporter: [USA], sector: [{}], importer: [{}]"
    made = (ban.format(*of) for of in (("C26", "CHN"), ("A01", "IND"), ("SERV", "CHN")))
    told = measures(*(f"id: b{at}, {body}" for at, body in enumerate(made))).clauses(world)
    assert [clause.rpartition(" to ")[2] for clause in told] == ["China", "India"]


def test_the_european_union_acts_as_one(measures: Callable[..., Scenario]) -> None:
    icio = load_economy("icio2022")
    body = "id: a, kind: tariff, importer: [{}], exporter: [IND], sector: [A01], op: set, rate: 5%"
    for union, verb in (("EU", "sets its tariff"), ("ASEAN", "set their tariff")):
        assert f") {verb} on" in measures(body.format(union)).sentences(icio)[0]


def test_a_group_with_members_inside_row_says_so(
    world: Economy, measures: Callable[..., Scenario]
) -> None:
    partly = world.replace(about=replace(world.about, members_inside_row={"BRICS": ("ETH", "IRN")}))
    scenario = measures(
        "id: a, kind: import_ban, importer: [USA], exporter: [BRICS], sector: [A01]"
    )
    assert (
        "from BRICS (2 of 4 members: India and China; the others are inside ROW)."
        in scenario.sentences(partly)[0]
    )
    own = parse_scenario(
        HEAD + "measures: [{id: a, kind: export_ban, exporter: [BRICS]}]\ngroups: {BRICS: [IND]}\n"
    )
    assert own.sentences(partly)[0].startswith("BRICS (1 region) bans all its exports")


def test_what_was_read_is_kept_byte_for_byte(files: Callable[..., None]) -> None:
    files(a=TAX, b=BAN)
    Path("a.yaml").write_bytes(
        "\ufeff".encode() + Path("a.yaml").read_bytes().replace(b"\n", b"\r\n")
    )
    before = {name: Path(name).read_bytes() for name in ("a.yaml", "b.yaml")}
    scenario = load_scenario("a.yaml+b.yaml")
    Path("a.yaml").write_text("changed")
    assert {name: text.encode() for name, text in scenario.texts.items()} == before
    assert tuple(scenario.texts) == ("a.yaml", "b.yaml")


def test_stacking_knows_every_spelling_of_the_ending(files: Callable[..., None]) -> None:
    files(a=TAX, b=BAN)
    Path("a.yaml").rename("A.YAML")
    Path("b.yaml").rename("b.Yml")
    assert [measure.id for measure in load_scenario("A.YAML+b.Yml").measures] == ["tax", "ban"]


def test_long_lists_are_cut(measures: Callable[..., Scenario], world: Economy) -> None:
    regions = ", ".join(f"G{at}" for at in range(10))
    pairs = list(combinations(["USA", "IND", "NOR", "CHN", "DEU"], 2))
    named = ", ".join(f"G{at}: [{', '.join(pair)}]" for at, pair in enumerate(pairs))
    groups = f"groups: {{{named}}}\n"
    body = f"{{id: a, kind: productivity, region: [{regions}], op: set, rate: 1%}}"
    (text,) = parse_scenario(HEAD + groups + f"measures: [{body}]\n").sentences(world)
    assert text.startswith(
        "Output per bundle of inputs of all goods and services in G0 (2 regions), G1 (2 "
    )
    assert "and 4 more is 1 % above the baseline." in text
