"""Measures that follow one another need a day; those that are in force together do not."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_world import HEAD, small_world

from paxsilica.economy import Economy
from paxsilica.errors import ScenarioError
from paxsilica.policy import Scenario, load_scenario, parse_scenario

WORLD = small_world()
USA, IND, NOR, CHN, DEU = range(5)
ON = "kind: tariff, importer: [USA], exporter: [IND], sector: [C26]"
STEPS = (
    f"id: a, {ON}, op: multiply, rate: 60%, until: 2025-03-31",
    f"id: b, {ON}, op: multiply, rate: 30%, from: 2025-04-01, until: 2025-06-29",
    f"id: c, {ON}, op: multiply, rate: 10%, from: 2025-06-30",
)


def refusal(scenario: Scenario) -> str:
    with pytest.raises(ScenarioError) as caught:
        scenario.compile(WORLD)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_measures_that_follow_one_another_need_a_day(measures: Callable[..., Scenario]) -> None:
    """60 %, 30 % and 10 % of a duty of 10 % were 0.18 %, which no day ever had."""
    assert refusal(measures(*STEPS)) == (
        "s.yaml:5: measures a (until 2025-03-31), b (from 2025-04-01 until 2025-06-29) and c (from 2025-06-30) follow "
        "one another on the same trade (importer USA, exporter IND, sector C26); say which day is meant: `--as-of "
        "2025-03-31` (a) or `--as-of 2025-04-01` (b) or `--as-of 2025-06-30` (c), or give `as_of:` in the file"
    )
    for day, left in (("2025-03-31", 0.06), ("2025-04-01", 0.03), ("2025-06-30", 0.01)):
        shock = measures(*STEPS).compile(WORLD, date.fromisoformat(day))
        assert shock.tariffs[USA, IND, 1] == pytest.approx(left)


def test_fifty_then_eighteen_points_are_never_sixty_eight(
    measures: Callable[..., Scenario],
) -> None:
    """A duty that ends on the day on which the next begins is replaced, not added to."""
    add = f"{ON}, op: add"
    for last in ("2026-02-06", "2026-02-07"):
        both = measures(
            f"id: old, {add}, rate: 50%, until: {last}",
            f"id: new, {add}, rate: 18%, from: 2026-02-07",
        )
        said = refusal(both)
        assert "measures old" in said
        assert "(old) or" in said
        assert "(new), or" in said
    one_day = measures(
        f"id: old, {add}, rate: 50%, until: 2026-02-07",
        f"id: new, {add}, rate: 18%, from: 2026-02-07, until: 2026-02-07",
    )
    assert one_day.compile(WORLD).tariffs[USA, IND, 1] == pytest.approx(0.78)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=4))
def test_refused_where_two_have_no_day_in_common(ends: list[tuple[int, int]]) -> None:
    """Against counting days: two meet on none, or on one of which both are more than that day."""
    begin = date(2025, 1, 1)
    periods = [set(range(min(pair), max(pair) + 1)) for pair in ends]
    bodies = [
        f"  - {{id: m{at}, {ON}, op: add, rate: 1%, from: {begin + timedelta(days=min(days))}, "
        f"until: {begin + timedelta(days=max(days))}}}\n"
        for at, days in enumerate(periods)
    ]
    scenario = parse_scenario(HEAD + "measures:\n" + "".join(bodies), "s.yaml")

    def follow(one: set[int], other: set[int]) -> bool:
        return len(one & other) == 0 or (len(one & other) == 1 < min(len(one), len(other)))

    following = {
        at
        for pair in combinations(range(len(periods)), 2)
        for at in pair
        if follow(*(periods[n] for n in pair))
    }
    if not following:
        assert scenario.compile(WORLD).tariffs[USA, IND, 1] == pytest.approx(
            0.1 + 0.01 * len(periods)
        )
        return
    said = refusal(scenario)
    assert all((f"m{at} (from" in said) == (at in following) for at in range(len(periods)))
    days = [line.split("`")[0] for line in said.split("--as-of ")[1:]]
    for day in days:
        scenario.compile(WORLD, date.fromisoformat(day))


APART = {
    "other trade": (f"{ON}, op: add, rate: 1%", ON.replace("IND", "CHN") + ", op: add, rate: 1%"),
    "other sector": (f"{ON}, op: add, rate: 1%", ON.replace("C26", "A01") + ", op: add, rate: 1%"),
    "trade and production": (
        f"{ON}, op: add, rate: 1%",
        "kind: subsidy, region: [IND], sector: [C26], op: add, rate: 1%",
    ),
}


@pytest.mark.parametrize("bodies", APART.values(), ids=APART)
def test_measures_on_different_things_may_follow(
    bodies: tuple[str, str], measures: Callable[..., Scenario]
) -> None:
    first, second = bodies
    measures(f"id: a, {first}, until: 2025-01-01", f"id: b, {second}, from: 2026-01-01").compile(
        WORLD
    )


TOGETHER = {
    "duty and ban": (
        f"{ON}, op: add, rate: 1%",
        "kind: export_ban, exporter: [IND], importer: [USA], share: 30%",
        "the same trade (importer USA, exporter IND, sector C26)",
    ),
    "group and member": (
        "kind: tariff, importer: [USA], exporter: [BRICS], sector: [goods], op: add, rate: 1%",
        f"{ON}, op: add, rate: 1%",
        "the same trade (importer USA, exporter IND, sector C26)",
    ),
    "production": (
        "kind: subsidy, region: [IND], sector: [C26], op: add, rate: 60%",
        "kind: productivity, region: [IND], op: add, rate: 1%",
        "the same production (region IND, sector C26)",
    ),
    "what would also break a limit": (
        "kind: subsidy, region: [IND], sector: [C26], op: add, rate: 60%",
        "kind: subsidy, region: [IND], sector: [C26], op: add, rate: 60%",
        "the same production (region IND, sector C26)",
    ),
}


@pytest.mark.parametrize("bodies", TOGETHER.values(), ids=TOGETHER)
def test_measures_on_the_same_thing_may_not(
    bodies: tuple[str, str, str], measures: Callable[..., Scenario]
) -> None:
    first, second, where = bodies
    said = refusal(
        measures(f"id: a, {first}, until: 2025-01-01", f"id: b, {second}, from: 2026-01-01")
    )
    assert f"follow one another on {where};" in said
    measures(f"id: a, {first}", f"id: b, {second.replace('60%', '6%')}, from: 2026-01-01").compile(
        WORLD
    )


def test_a_file_may_name_its_day_and_the_command_another(
    measures: Callable[..., Scenario],
) -> None:
    text = HEAD + "as_of: 2025-04-01\nmeasures:\n" + "".join(f"  - {{{s}}}\n" for s in STEPS)
    scenario = parse_scenario(text, "s.yaml")
    assert scenario.compile(WORLD).tariffs[USA, IND, 1] == pytest.approx(0.03)
    later = date(2025, 7, 1)
    assert scenario.compile(WORLD, later).tariffs[USA, IND, 1] == pytest.approx(0.01)
    assert [m.id for m in scenario.in_force()] == ["b"]
    assert [m.id for m in scenario.in_force(later)] == ["c"]
    assert scenario.as_dict()["as_of"] == "2025-04-01"
    with pytest.raises(
        ScenarioError, match=r"^s\.yaml:3: as_of '1\.4\.2025' is no date; write year"
    ):
        parse_scenario(text.replace("2025-04-01", "1.4.2025", 1), "s.yaml")


def test_stacked_files_must_mean_the_same_day(tmp_path: Path) -> None:
    def stacked(*days: str) -> Scenario:
        for at, (day, step) in enumerate(zip(days, STEPS, strict=False)):
            head = HEAD + (f"as_of: {day}\n" if day else "")
            (tmp_path / f"{at}.yaml").write_text(head + f"measures:\n  - {{{step}}}\n")
        return load_scenario("+".join(f"{tmp_path}/{at}.yaml" for at in range(len(days))))

    assert stacked("2025-03-31", "").as_of == date(2025, 3, 31)
    assert stacked("", "2025-04-01").in_force()[0].id == "b"
    assert stacked("2025-04-01", "2025-04-01").as_of == date(2025, 4, 1)
    with pytest.raises(
        ScenarioError, match=r"1\.yaml:3: as_of is 2025-04-01 here but 2025-03-31 in"
    ):
        stacked("2025-03-31", "2025-04-01")
    assert "a (until 2025-03-31) and b" in refusal(stacked("", ""))


def test_every_unknown_label_of_a_file_is_said_at_once(
    world: Economy, measures: Callable[..., Scenario]
) -> None:
    scenario = measures(
        "id: a, kind: export_ban, exporter: [USB, USA], importer: [CHM], sector: [C27]",
        "id: b, kind: subsidy, region: [INX], op: set, rate: 5%",
    )
    with pytest.raises(ScenarioError) as caught:
        scenario.compile(world)
    said = str(caught.value).split("\n")
    assert [line.split(";")[0] for line in said] == [
        "s.yaml:4: measure a: unknown region 'CHM'",
        "s.yaml:4: measure a: unknown region 'USB'",
        "s.yaml:4: measure a: unknown sector 'C27'",
        "s.yaml:5: measure b: unknown region 'INX'",
    ]
