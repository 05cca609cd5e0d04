"""Policies beyond US duties: dated and sourced files of the package, refused on days of which they know nothing."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from doorway import ROOT, pax
from policy_world import HEAD

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import ScenarioError
from paxsilica.names.rosters import rosters
from paxsilica.policy import load_scenario, parse_scenario
from paxsilica.policy.catalogue import catalogue, described
from paxsilica.policy.library import ENTRY_FOLDER, US_LAW, shelf
from paxsilica.policy.load import shelf_entry

FILES = [policy for policy in shelf() if policy != US_LAW]
LISTS = ROOT.parent / "shared" / "data" / "us_tariff_lists_waugh"


@pytest.fixture(scope="module")
def icio() -> Economy:
    return load_economy("icio2022")


@pytest.mark.parametrize("policy", FILES)
def test_an_entry_says_from_when_by_whom_and_what_it_leaves_out(policy: str) -> None:
    scenario, told = shelf_entry(policy), described(policy)
    titles = {source.title for source in scenario.source if source.url}
    for measure in scenario.measures:
        assert measure.from_, measure.id
        assert measure.source in titles, measure.id
    assert told.first <= told.last
    assert told.sources
    assert told.leaves_out
    assert str(told.last) in told.known


@pytest.mark.parametrize("policy", FILES)
def test_an_entry_reads_back_each_measure_of_each_day_with_its_dates(
    policy: str, icio: Economy
) -> None:
    told = described(policy)
    for day in {told.first, told.last, *(part.first for part in told.parts)}:
        scenario = load_scenario(f"policy:{policy}@{min(day, told.last)}")
        scenario.compile(icio)
        in_force, said = scenario.in_force(), scenario.sentences(icio)
        assert len(said) == len(in_force)
        for measure, sentence in zip(in_force, said, strict=True):
            assert f"From {measure.from_}" in sentence


@pytest.mark.parametrize("policy", FILES)
def test_days_outside_are_refused_with_those_that_are_known(policy: str) -> None:
    told, one = described(policy), timedelta(days=1)
    for day in (told.first - one, told.last + one):
        said = f"{policy} of {day} is not known; it is from {told.first} until {told.last}"
        with pytest.raises(ScenarioError, match=said) as caught:
            load_scenario(f"policy:{policy}@{day}")
        assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("policy:china-contols@2025-10-10", "did you mean china-controls"),
        ("policy:China-controls@2025-10-10", "did you mean china-controls"),
        ("policy:@2025-10-10", "no policy ''"),
        ("policy:eu-cba@2025-10-10", "`pax show policy` for all"),
        ("policy:chip-controls", "which day"),
        ("policy:chip-controls@soon", "is no date"),
        ("policy:chip-controls/paid@2025-10-10", "chip-controls has no variants"),
    ],
)
def test_what_is_not_on_the_shelf_is_refused_in_one_line(name: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as caught:
        load_scenario(name)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("day", "points"),
    [
        ("2025-04-09", 0),
        ("2025-04-10", 84),
        ("2025-04-12", 125),
        ("2025-05-14", 10),
        ("2025-11-10", 10),
    ],
)
def test_the_duties_of_china_on_computers_are_those_of_the_day(
    day: str, points: int, icio: Economy
) -> None:
    """No list of February or March reaches sector C26, so that its duty is that on all goods alone."""
    found = load_scenario(f"policy:china-retaliation@{day}").compile(icio).tariffs - icio.tariffs
    n, i, j = icio.regions.index("CHN"), icio.regions.index("USA"), icio.sectors.index("C26")
    assert found[n, i, j] == pytest.approx(points / 100, abs=1e-12)
    found[n, i] = 0
    assert not found.any()


def test_what_ended_on_31_august_is_no_longer_in_force(icio: Economy) -> None:
    on = {
        day: load_scenario(f"policy:canada-retaliation@{day}").compile(icio).tariffs - icio.tariffs
        for day in ("2025-08-31", "2025-09-01")
    }
    n, i = icio.regions.index("CAN"), icio.regions.index("USA")
    textiles, steel = icio.sectors.index("C13T15"), icio.sectors.index("C24A")
    assert on["2025-08-31"][n, i, textiles] > 0.2
    assert on["2025-09-01"][n, i, textiles] == pytest.approx(0, abs=1e-12)
    assert on["2025-09-01"][n, i, steel] == pytest.approx(on["2025-08-31"][n, i, steel])


def test_exempt_members_of_the_union_go_on_buying(icio: Economy) -> None:
    permitted = load_scenario("policy:russian-crude@2023-01-01").compile(icio).permitted
    i, j = icio.regions.index("RUS"), icio.sectors.index("B06")
    by = {code: permitted[icio.regions.index(code), i, j] for code in ("DEU", "HUN", "IND")}
    assert by["HUN"] == by["IND"] == 1
    assert by["DEU"] < 0.1


def test_whoever_acts_may_be_left_out_as_well_as_whom_it_is_on(icio: Economy) -> None:
    """A ban of the Union on Russia, save Hungary, is the ban of all other members."""
    body = "{{id: a, kind: import_ban, importer: [EU], exporter: [RUS], sector: [B06], except: [{left}]}}"
    left = parse_scenario(f"{HEAD}measures:\n  - {body.format(left='HUN, USA')}\n").compile(icio)
    i, j, n = icio.regions.index("RUS"), icio.sectors.index("B06"), icio.regions.index("HUN")
    whole = parse_scenario(f"{HEAD}measures:\n  - {body.format(left='C20')}\n").compile(icio)
    assert left.permitted[n, i, j] == 1
    assert whole.permitted[n, i, j] == 0
    others = np.arange(len(icio.regions)) != n
    assert np.array_equal(left.permitted[others], whole.permitted[others])
    with pytest.raises(ScenarioError, match="except JPN leaves out nobody"):
        parse_scenario(f"{HEAD}measures:\n  - {body.format(left='JPN')}\n").compile(icio)


def test_all_entries_stack_and_act_in_order(icio: Economy) -> None:
    day = date(2025, 10, 15)
    names = [
        f"policy:{told.name}@{day}"
        for told in catalogue()
        if told.first <= day <= told.last and told.name != "pax-silica"
    ]
    assert len(names) >= 6
    stacked, shock = load_scenario("+".join(names)), None
    for name in names:
        shock = load_scenario(name).compile(icio, after=shock)
    assert shock is not None
    assert np.array_equal(stacked.compile(icio).tariffs, shock.tariffs)
    assert np.array_equal(stacked.compile(icio).permitted, shock.permitted)
    assert stacked.known_until == min(
        told.last
        for told in catalogue()
        if f"policy:{told.name}@{day}" in names and told.name != US_LAW
    )


def test_an_entry_is_what_stood_before_but_no_table_of_rates(tmp_path: Path) -> None:
    name = "policy:chip-controls@2025-05-01"
    body = "{id: more, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: add, rate: 5%}"
    path = tmp_path / "a.yaml"
    path.write_text(f"{HEAD}base: {name}\nmeasures:\n  - {body}\n", encoding="utf-8")
    before = load_scenario(path).before
    assert before is not None
    assert before.as_of == date(2025, 5, 1)
    table = body.replace("sector: [goods]", f'table: "{name}"').replace(", rate: 5%", "")
    with pytest.raises(ScenarioError, match=r"is no table of rates; stack it with \+"):
        parse_scenario(f"{HEAD}measures:\n  - {table}\n")


def test_a_day_after_what_a_file_knows_is_refused(icio: Economy) -> None:
    text = f"{HEAD}known_until: 2025-12-31\nmeasures: []\n"
    assert parse_scenario(text).compile(icio, date(2025, 12, 31))
    with pytest.raises(ScenarioError, match=r"scenario:\d+: .* known until 2025-12-31"):
        parse_scenario(text).compile(icio, date(2026, 1, 1))
    with pytest.raises(ScenarioError, match="known until 2026-02-28"):
        load_scenario("policy:chip-controls@2025-05-01").compile(icio, date(2026, 3, 1))


def test_files_of_the_package_are_named_without_a_path() -> None:
    texts = load_scenario("policy:canada-retaliation@2025-03-14").texts
    assert "canada-retaliation.yaml" in texts
    assert all(not Path(name).is_absolute() for name in texts)
    assert all(
        (ENTRY_FOLDER / name).read_text(encoding="utf-8") == text for name, text in texts.items()
    )


def test_members_of_pax_silica_stand_in_the_roster_alone() -> None:
    told = described("pax-silica")
    roster = rosters()["pax-silica"]
    assert [(part.id, part.first) for part in told.parts] == [
        (m.code, m.since) for m in roster.members
    ]
    assert not shelf_entry("pax-silica").measures
    assert "since" not in (ENTRY_FOLDER / "pax-silica.yaml").read_text(encoding="utf-8")


@pytest.mark.skipif(not LISTS.is_dir(), reason="needs ../shared/data/us_tariff_lists_waugh")
@pytest.mark.parametrize("name", ["march", "steel"])
def test_lists_of_canada_are_those_of_the_orders(name: str) -> None:
    """Every six-digit code has 25 % times the part of its tariff lines that the order names, counted here anew."""

    def lines(of: str) -> set[str]:
        text = (LISTS / f"canada-{of}-list.csv").read_text(encoding="utf-8-sig")
        return set(re.findall(r"^\"?(\d{4}\.\d\d\.\d\d)", text, re.MULTILINE))

    every = Counter(line[:7] for line in lines("march") | lines("steel") | lines("125b"))
    listed = Counter(line[:7] for line in lines(name))
    packaged = {}
    for table in ("march",) if name == "march" else ("metals", "other"):
        with (ENTRY_FOLDER / "lists" / f"canada-{table}.csv").open(encoding="utf-8") as file:
            packaged |= {row["product"]: float(row["rate"][:-1]) for row in csv.DictReader(file)}
    for code, n in listed.items():
        if code[:2] not in ("98", "99"):
            rate = packaged.get(code.replace(".", ""))
            assert rate is None or rate == pytest.approx(25 * n / every[code], rel=1e-3)
    assert len(packaged) >= 0.98 * sum(code[:2] not in ("98", "99") for code in listed)


def test_show_policy_lists_all_and_one() -> None:
    everything = pax("show", "policy").stdout
    assert all(policy in everything for policy in shelf())
    one = pax("show", "policy", "china-controls").stdout
    for part in ("2025-11-08", "Known from 2023-08-01 until 2026-06-22", "left out: ", "https://"):
        assert part in one
    wrong = pax("show", "policy", "china-contrls")
    assert wrong.returncode == 2
    assert "did you mean china-controls" in wrong.stderr
