"""The sentences and the table of a run say what the outcome says."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from reports import numbers_of, unfounded
from run_world import TARIFF, case_on

from paxsilica.data import load_economy
from paxsilica.names import Names
from paxsilica.report import words
from paxsilica.report.envelope import envelope

TWO_WAYS = [
    "{id: a, kind: tariff, importer: [IND], exporter: [EUROPE], op: set, rate: 0%}",
    "{id: b, kind: tariff, importer: [EUROPE], exporter: [IND], op: set, rate: 0%}",
]
BETTER = "{id: a, kind: productivity, region: [VNM], sector: [C26], op: set, rate: 10%}"
BLOCS = "groups: {WEST: [USA, DEU, FRA], EAST: [IND, VNM]}"


def index(run, code):
    return run.outcome.economy.regions.index(code)


def line_of(run, begins):
    return next(line for line in run.lines if line.startswith(begins))


def test_the_summary_repeats_the_outcome(tariff):
    lines, o, e = tariff.lines, tariff.outcome, tariff.outcome.economy
    for line, code in zip(lines, sorted(("IND", "USA"), key=o.welfare.get), strict=False):
        n = index(tariff, code)
        assert Names(e).say_region(code) in line
        assert words.number(abs(tariff.outcome.welfare[code])) + " %" in line
        assert words.money(abs((o.real_income[n] - 1) * e.income[n])) in line
        assert ("falls" in line) == (o.real_income[n] < 1)
    goods = [e.sectors.index(sector) for sector in ("C13T15", "C26", "B06")]
    trade = line_of(tariff, "Exports of goods from India to the United States")
    for flows in (e.flows, o.flows):
        assert words.money(flows[index(tariff, "USA"), index(tariff, "IND"), goods].sum()) in trade
    revenue = line_of(tariff, "Tariff revenue of the United States")
    assert words.money(e.tariff_revenue[index(tariff, "USA")]) in revenue
    assert words.money(o.tariff_revenue[index(tariff, "USA")]) in revenue
    assert "2022" in " ".join(lines)
    assert "converged" in lines[-1]
    assert f"{o.residual:.1e}" in lines[-1]


def test_the_best_region_leads_the_gains(tariff):
    best = tariff.outcome.economy.region_name(tariff.outcome.welfare.idxmax())
    line = line_of(tariff, "The largest gains in per cent: ")
    assert line.removeprefix("The largest gains in per cent: ").startswith(best)


def test_nothing_changes_is_said_and_nothing_else(solved):
    lines = solved().lines
    assert len(lines) == 2
    assert "changes nothing" in lines[0]


def test_several_targets_are_added_up(solved):
    run = solved("{id: a, kind: export_ban, exporter: [USA], importer: [DEU, FRA], sector: [C26]}")
    change = (run.outcome.real_income - 1) * run.outcome.economy.income
    total = change[[index(run, "DEU"), index(run, "FRA")]].sum()
    (line,) = (line for line in run.lines if "together" in line and "real income" in line.lower())
    assert words.money(abs(total)) in line


def test_imposers_and_targets_lead_by_how_hard_each_is_hit(solved):
    """A tenth on all and more on one: the one is spoken of by name, and nobody twice."""
    run = solved(
        "{id: all, kind: tariff, importer: [USA], op: add, rate: 10%}",
        "{id: one, kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 60%}",
    )
    lines = [line for line in run.lines if line.startswith("Real ") and " in " in line]
    assert sum("in India " in line for line in lines) == 1
    assert sum("in the United States " in line for line in lines) == 1
    welfare = run.outcome.welfare
    first = "India" if welfare["IND"] < welfare["USA"] else "the United States"
    assert f"in {first} " in lines[0]
    assert any(line.startswith("Exports of all sectors from India to") for line in run.lines)


def test_two_blocs_are_told_whole_and_never_as_elsewhere(solved):
    run = solved(
        "{id: w, kind: tariff, importer: [WEST], exporter: [EAST], op: set, rate: 90%}",
        "{id: e, kind: tariff, importer: [EAST], exporter: [WEST], op: set, rate: 80%}",
        extra=BLOCS,
    )
    text = " ".join(run.lines)
    assert "in WEST (3 regions) together" in text
    assert "India and Viet Nam together" in text or "Viet Nam and India together" in text
    losses = [line for line in run.lines if line.startswith("The largest losses")]
    members = ("United States", "Germany", "France", "India", "Viet Nam")
    assert not [name for line in losses for name in members if name in line]


def test_a_cut_that_raises_the_price_is_told_by_its_volume(solved):
    """Value up and volume down: a reader must not take the one for the other."""
    run = solved(
        "{id: a, kind: productivity, region: [VNM], sector: [B06], op: multiply, rate: 30%}",
        "{id: b, kind: trade_cost, exporter: [VNM], importer: [IND], sector: [B06], op: add, rate: 60%}",
    )
    o, e = run.outcome, run.outcome.economy
    cell = index(run, "IND"), index(run, "VNM"), e.sectors.index("B06")
    price = o.gate_price[cell[1], cell[2]] * 1.6
    volume = 100 * (o.flows[cell] / price / e.flows[cell] - 1)
    line = line_of(run, "Exports of oil from Viet Nam to India")
    assert f"fall by {words.number(abs(volume))} % in volume" in line
    assert words.money(o.flows[cell]) in line
    assert f"their price rises by {words.number(100 * (price - 1))} %" in line


@pytest.mark.parametrize(("rate", "by_volume"), [("4%", False), ("6%", True)])
def test_a_flow_is_told_by_its_volume_from_a_price_of_a_twentieth_on(solved, rate, by_volume):
    cost = (
        f"kind: trade_cost, exporter: [VNM], importer: [IND], sector: [B06], op: add, rate: {rate}"
    )
    run = solved(f"{{id: b, {cost}}}")
    price = run.outcome.gate_price[index(run, "VNM"), 2] * (1 + float(rate[:-1]) / 100)
    assert (price > 1.05) == by_volume, "the gate price hardly moves"
    line = line_of(run, "Exports of oil from Viet Nam to India")
    assert ("in volume" in line) == by_volume


def test_sentences_carry_the_range_of_their_findings():
    run = case_on(load_economy("icio2022"), TARIFF, bands=True)
    row = run.answer.findings.row("real_income", region="IND")
    shown = f"({words.signed(row['low'])} to {words.percent(row['high'])})"
    assert shown in line_of(run, "Real income in India")
    assert "the range over 9 published sets" in run.lines[-2]
    assert "range over" not in " ".join(case_on(load_economy("icio2022"), TARIFF).lines)


def test_what_is_made_at_home_is_told_by_its_output(solved):
    run = solved(
        "{id: a, kind: productivity, region: [VNM], sector: [B06], op: multiply, rate: 70%}"
    )
    o, e = run.outcome, run.outcome.economy
    cell = index(run, "VNM"), e.sectors.index("B06")
    volume = 100 * (o.output[cell] / o.gate_price[cell] / e.output[cell] - 1)
    line = line_of(run, "Output of oil in Viet Nam")
    assert line == f"Output of oil in Viet Nam falls by {words.number(abs(volume))} % in volume."


def test_a_result_beyond_the_model_leads_with_that(solved):
    run = solved(
        "{id: a, kind: export_ban, exporter: [VNM]}", "{id: b, kind: import_ban, importer: [VNM]}"
    )
    assert run.lines[0].startswith("No model of this kind can carry this result: ")
    assert "imports or exports of Viet Nam" in run.lines[0]
    mild = solved("{id: a, kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 5%}")
    assert not [line for line in mild.lines if "No model of this kind" in line]


def test_what_a_transfer_gives_is_told_apart_from_what_is_earned(solved):
    """A lender whose exports are banned lends no longer: the headline is what it earns."""
    e = solved().outcome.economy
    n = int(np.argmin(e.deficit / e.income))
    code, name = e.regions[n], Names(e).say_region(e.regions[n])
    run = solved(f"{{id: a, kind: export_ban, exporter: [{code}]}}")
    o = run.outcome
    lent = -100 * o.economy.deficit[n] / o.economy.income[n]
    assert lent > 1
    line = line_of(run, f"Real earned income in {name} ")
    assert words.number(abs(100 * (o.real_earned_income[n] - 1))) + " %" in line
    assert f"adds {words.number(lent)} % of income" in line
    assert words.number(abs(o.welfare[code])) + " %" in line


def test_rows_hold_every_region_from_the_largest_loss_on(tariff):
    (table,) = (s.table for s in tariff.report.sections if s.name == "regions")
    assert {row["code"] for row in table.rows} == set(tariff.outcome.economy.regions)
    values = [row["Real income, %"] for row in table.rows]
    assert values == sorted(values)
    expected = [tariff.outcome.welfare[row["code"]] for row in table.rows]
    assert values == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("measures", [[TARIFF], TWO_WAYS, [BETTER]], ids=["one", "two", "home"])
def test_every_number_of_tables_and_charts_is_a_finding(solved, measures):
    """But those of the map, whose numbers hang on shapes: a test of charts compares them."""
    report = solved(*measures).report
    parts = [
        replace(s, figures=[f for f in s.figures if f.name != "real-income-map"])
        for s in report.sections
    ]
    charted = replace(report, sections=tuple(parts))
    assert len(list(numbers_of(charted))) > 120
    assert unfounded(charted) == []


def test_json_is_plain_finite_and_repeatable(tariff):
    record = envelope(tariff.answer, tariff.lines)
    again = envelope(tariff.answer, tariff.lines)
    assert json.loads(json.dumps(record, allow_nan=False)) == json.loads(json.dumps(record))
    assert record["run"].pop("created") <= again["run"].pop("created")
    assert json.dumps(again) == json.dumps(record)
    found = {
        row["region"]: row["value"]
        for row in record["findings"]
        if row["variable"] == "real_income"
    }
    for region, value in tariff.outcome.welfare.items():
        assert found[region] == pytest.approx(value, rel=1e-9)
    assert record["run"]["solver"]["residual"] == tariff.outcome.residual
    assert record["attachments"]["scenario"]["measures"]["flat"].endswith("to 50 %.")
    assert "everything else in the world" in record["not_modelled"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1e-15, "0"),
        (-0.28412, "−0.284"),
        (0.0632, "0.0632"),
        (1234.56, "1,235"),
        (-9.999, "−10.0"),
    ],
)
def test_numbers_have_three_digits_and_a_true_minus(value, text):
    assert words.number(value) == text


def test_money_takes_the_unit_that_fits():
    assert words.money(9340.2) == "USD 9.34 billion"
    assert words.money(-348.1) == "USD −348 million"
    assert words.money(999.6) == "USD 1.00 billion"
    assert words.money(-999_600) == "USD −1.00 trillion"
    assert words.money(0.0) == words.signed_money(1e-12) == "USD 0"
    assert words.money(0.25) == "USD 250 thousand"
    assert words.money(2.5e6) == "USD 2.50 trillion"
    assert words.signed_money(348.1) == "USD +348 million"
    assert math.isfinite(float(words.billion(51_300)))


def test_exports_of_a_group_leave_out_its_own_members(solved):
    run = solved(
        "{id: a, kind: tariff, importer: [USA], exporter: [DEU, FRA], sector: [C26], op: set, rate: 40%}"
    )
    e, o, two = run.outcome.economy, run.outcome, [index(run, "DEU"), index(run, "FRA")]
    others = [n for n in range(len(e.regions)) if n not in two]
    line = line_of(run, "All exports of")
    assert "to all regions outside" in line
    for flows in (e.flows, o.flows):
        assert words.money(flows[np.ix_(others, two)].sum()) in line


def test_the_world_leads_where_everybody_is_hit(solved):
    lines = solved("{id: a, kind: trade_cost, op: add, rate: 10%}").lines
    assert lines[0].startswith("Over the whole world")
    assert sum(line.startswith("Over the whole world") for line in lines) == 1


def test_no_region_of_the_first_sentences_comes_back_among_the_losses_elsewhere(tariff):
    line = line_of(tariff, "The largest losses")
    assert "India" not in line
    assert "United States" not in line


@pytest.mark.parametrize("left_out", [0, 1])
def test_all_other_regions_are_all_others(solved, economy, left_out):
    """Most of the world is not called the rest of it where somebody is named by no measure."""
    others = [region for region in economy.regions if region not in ("USA", "ROW")]
    hit = [*others[left_out:], "ROW"]
    measure = f"{{id: a, kind: tariff, importer: [USA], exporter: [{', '.join(hit)}], op: add, rate: 20%}}"
    lines = solved(measure).lines
    said = [line for line in lines if "all other regions" in line]
    assert bool(said) == (not left_out)
    assert bool([x for x in lines if f"all {len(hit)} regions that" in x]) == bool(left_out)
    assert not [line for line in lines if "elsewhere" in line]


def test_backstops_for_banned_products_are_told(solved):
    """In the short run, with a trade response so low that a ban has next to no substitute."""
    run = solved(
        "{id: a, kind: import_ban, importer: [VNM], sector: [B06]}",
        horizon="short_run",
        extra="assumptions: {backstop_cost: 3}",
    )
    spent = run.outcome.backstop.sum(1) / run.outcome.income
    assert spent.max() > 1e-3
    (line,) = (line for line in run.lines if "made at home by hand" in line)
    assert "3 times" in line
    assert "VNM B06" in line
    assert words.money(run.outcome.backstop.sum()) in line


def test_groups_take_their_name(economy):
    names = Names(economy, groups={"THREE": ("DEU", "FRA", "VNM")})
    assert (
        names.say_regions(["FRA", "DEU", "VNM", "USA"]) == "THREE (3 regions) and the United States"
    )
    assert (
        names.say_regions([code for code in economy.regions if code != "USA"])
        == "all other regions"
    )
    assert names.say_sectors(["B06", "C26", "C13T15"]) == "goods"
