"""Sentences, rows and JSON say what the outcome says."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from paxsilica.analysis.run import Run
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, solve
from paxsilica.names import Names
from paxsilica.report import as_json, region_rows, summary_lines, words
from paxsilica.report.page import TERMS


def index(run, code):
    return run.outcome.economy.regions.index(code)


def test_the_summary_repeats_the_outcome(tariff):
    lines, o, e = summary_lines(tariff), tariff.outcome, tariff.outcome.economy
    for line, code in zip(lines, ("IND", "USA"), strict=False):
        n = index(tariff, code)
        assert Names(e).say_region(code) in line
        assert words.number(abs(tariff.outcome.welfare[code])) + " %" in line
        assert words.money(abs((o.real_income[n] - 1) * e.income[n])) in line
        assert ("falls" in line) == (o.real_income[n] < 1)
    goods = [e.sectors.index(sector) for sector in ("C13T15", "C26", "B06")]
    trade = next(
        line
        for line in lines
        if line.startswith("Exports of goods from India to the United States")
    )
    for flows in (e.flows, o.flows):
        assert words.money(flows[index(tariff, "USA"), index(tariff, "IND"), goods].sum()) in trade
    revenue = next(line for line in lines if line.startswith("Tariff revenue of the United States"))
    assert words.money(e.tariff_revenue[index(tariff, "USA")]) in revenue
    assert words.money(o.tariff_revenue[index(tariff, "USA")]) in revenue
    assert "2022" in " ".join(lines)
    assert "converged" in lines[-1]
    assert f"{o.residual:.1e}" in lines[-1]


def test_the_best_region_leads_the_gains(tariff):
    best = tariff.outcome.economy.region_name(tariff.outcome.welfare.idxmax())
    line = next(line for line in summary_lines(tariff) if "largest gains" in line)
    assert line.removeprefix("The largest gains in per cent: ").startswith(best)


def test_nothing_changes_is_said_and_nothing_else(solved):
    lines = summary_lines(solved())
    assert len(lines) == 2
    assert "changes nothing" in lines[0]


def test_several_targets_are_added_up(solved):
    run = solved("{id: a, kind: export_ban, exporter: [USA], importer: [DEU, FRA], sector: [C26]}")
    change = (run.outcome.real_income - 1) * run.outcome.economy.income
    total = change[[index(run, "DEU"), index(run, "FRA")]].sum()
    assert words.money(abs(total)) in summary_lines(run)[0]
    assert "together" in summary_lines(run)[0]


def test_rows_hold_every_region_from_the_largest_loss_on(tariff):
    rows = region_rows(tariff)
    assert {row["region"] for row in rows} == set(tariff.outcome.economy.regions)
    values = [row["real income, %"] for row in rows]
    assert values == sorted(values)
    assert values == [tariff.outcome.welfare[row["region"]] for row in rows]


def test_json_is_plain_finite_and_repeatable(tariff):
    record = as_json(tariff)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert json.dumps(as_json(tariff)) == json.dumps(record)
    assert record["real_income_change_percent"] == dict(tariff.outcome.welfare)
    assert record["residual"] == tariff.outcome.residual
    assert record["focus"]["target"] == ["IND"]
    assert record["measures"]["flat"].endswith("to 50 %.")
    assert "everything else in the world" in record["not_modelled"]
    first = record["first_order_percent_of_income"]
    total = np.sum([list(first[term].values()) for term in first if term != "sum"], axis=0)
    assert set(first) == {*TERMS, "sum"}
    assert np.allclose(total, list(first["sum"].values()), rtol=0, atol=1e-12)


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
    line = next(line for line in summary_lines(run) if line.startswith("All exports of"))
    assert "to all regions outside" in line
    for flows in (e.flows, o.flows):
        assert words.money(flows[np.ix_(others, two)].sum()) in line


def test_the_world_leads_where_everybody_is_hit(solved):
    lines = summary_lines(solved("{id: a, kind: trade_cost, op: add, rate: 10%}"))
    assert lines[0].startswith("Over the whole world")
    assert sum(line.startswith("Over the whole world") for line in lines) == 1


def test_no_region_of_the_first_sentences_comes_back_among_the_losses_elsewhere(solved):
    run = solved(
        "{id: a, kind: tariff, importer: [USA], exporter: [IND], op: set, rate: 50%, sector: [goods]}"
    )
    line = next(line for line in summary_lines(run) if "largest losses" in line)
    assert "India" not in line
    assert "United States" not in line


def test_makeshifts_for_banned_products_are_told(economy, solved):
    scenario = solved("{id: a, kind: import_ban, importer: [VNM], sector: [B06]}").scenario
    outcome = solve(
        economy, scenario.compile(economy), Params(replace(SHORT_RUN, trade_response=0.1))
    )
    line = next(
        line
        for line in summary_lines(Run(scenario, outcome, None, 0.1))
        if "made at home by hand" in line
    )
    assert "100 times" in line
    assert "VNM B06" in line
    assert "USD" in line


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
