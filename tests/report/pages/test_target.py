"""The page of `pax target`: its sentences and numbers against the findings, also where a target is met, far, or one way."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import numpy as np
import pytest
from every_page import QUESTIONS, small_desk
from reports import numbers_of, unfounded

import paxsilica as pax
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.pages import report_of
from paxsilica.report.pages.target_view import odds, odds_range
from paxsilica.report.report import Report

PAGES = [name for name in QUESTIONS if name.startswith("target")]
NUMBER = r"([−+]?[\d,]+(?:\.\d+)?)"
MONEY = {"million": 1.0, "billion": 1e3, "trillion": 1e6}


@cache
def answered(name: str) -> Answer:
    return QUESTIONS[name]().answered(small_desk())


@cache
def asked(**fields) -> Answer:
    usual = {"side": "USA", "partner": "IND", "by": "2030", "goal": 4000.0, "bands": False}
    return pax.Target(**usual | fields).answered(small_desk())


def money(text: str) -> list[float]:
    """Amounts in a sentence, million USD."""
    found = re.findall(rf"USD {NUMBER} (million|billion|trillion)", text)
    return [float(n.replace(",", "").replace("−", "-")) * MONEY[unit] for n, unit in found]


def known(answer: Answer) -> np.ndarray:
    blocks = answer.findings.blocks
    ends = [np.ravel(x) for b in blocks for x in (b.value, b.low, b.high) if x is not None]
    return np.concatenate(ends)


@pytest.mark.parametrize("name", PAGES)
def test_every_number_of_a_table_or_picture_is_a_finding(name):
    """Ends of bands are theirs."""
    answer = answered(name)
    values = known(answer)
    values = np.abs(values[np.isfinite(values)])
    left = [
        x
        for x in unfounded(report_of(answer))
        if not np.isclose(x, values, rtol=1e-9).any() and not np.isclose(1e3 * x, values).any()
    ]
    assert left == []
    assert len([*numbers_of(report_of(answer))]) > 40


@pytest.mark.parametrize("name", PAGES)
def test_every_amount_of_the_first_screen_is_a_finding_or_a_difference_of_two(name):
    answer = answered(name)
    report, f = report_of(answer), answer.findings
    gap = f.value("target_goal") - f.value("target_trade", rung="growth", elasticities=None)
    values = np.abs(np.append(known(answer), gap))
    for sentence in (report.lead, report.why, *map(str, report.numbers)):
        for amount in money(sentence):
            assert np.isclose(abs(amount), values, rtol=0.006).any(), (amount, sentence)


def test_the_lead_says_growth_instruments_and_what_is_left():
    answer = answered("target")
    f, lead = answer.findings, report_of(answer).lead
    assert lead.startswith("Trade in goods between the United States and India, USD ")
    base, alone, top = money(lead)[:3]
    assert base == pytest.approx(f.value("trade_base"), rel=0.006)
    assert alone == pytest.approx(
        f.value("target_trade", rung="growth", elasticities=None), rel=0.006
    )
    assert top == pytest.approx(
        f.value("target_trade", rung="non_tariff", elasticities=None), rel=0.006
    )
    assert "zero tariffs between both, USD 20 billion more of oil bought by India and other" in lead
    assert "other trade costs 5 % lower" in lead
    cut = f.value("target_cut", rung="non_tariff", elasticities=None)
    assert f"would have to fall by {words.number(cut)} % (" in lead


def test_one_way_is_told_as_exports_and_a_group_by_its_name():
    lead = report_of(answered("target-groups")).lead
    assert lead.startswith("Exports of goods from EUROPE to India and Viet Nam, USD ")
    assert " grow to USD " in lead
    assert "would have to fall by" in lead
    assert "as well" not in lead


def test_what_is_out_of_reach_says_so_and_how_far_the_largest_cut_goes():
    answer = answered("target-far")
    report = report_of(answer)
    most = answer.findings.value("target_trade_with_cut", rung=answer.attachments["rungs"][-1])
    assert "is out of reach, since even trade costs 90 % lower on all of it bring" in report.lead
    assert money(report.lead)[-1] == pytest.approx(most, rel=0.006)
    assert np.isnan(answer.findings.value("target_cut", rung="growth"))
    shown = {n.head: n.value for n in report.numbers}
    assert shown["Cut in all trade costs that is left"] == "more than 90 %"
    (section,) = [s for s in report.drawn.sections if s.name == "cut"]
    assert "Out of reach even with 90 % less" in section.text[1]


def test_what_is_met_says_by_how_much_costs_could_rise():
    answer = asked(goal=700.0)
    report = report_of(answer)
    rung = answer.attachments["rungs"][-1]
    cut = answer.findings.value("target_cut", rung=rung)
    assert cut < 0
    assert report.lead.endswith(": the target of USD 700 billion is met.")
    (number,) = [n for n in report.numbers if n.head == "Cut in all trade costs that is left"]
    assert number.value == f"{words.number(cut)} %"
    assert number.note == "a minus: they could rise by so much"


def test_sets_that_meet_a_target_are_counted():
    answer = asked(goal=1000.0, bands=True)
    cuts = [
        row["value"]
        for row in answer.findings.select("target_cut", rung="tariffs").rows()
        if "elasticities" in row
    ]
    met = sum(cut <= 0 for cut in cuts)
    lead = report_of(answer).lead
    if answer.findings.value("target_cut", rung="tariffs", elasticities=None) <= 0:
        under = f" under {met} of {len(cuts)} sets" if met < len(cuts) else ""
        assert f"USD 1.00 trillion is met{under}" in lead
    else:
        assert "would have to fall by" in lead


def test_steps_and_contributions_are_told_in_their_order():
    report = report_of(answered("target"))
    sections = {s.name: s for s in report.drawn.sections}
    assert [*sections] == [
        "steps",
        "contributions",
        "cut",
        "purchases",
        "sets",
        "chances",
        "errors",
        "path",
    ]
    steps = [row["Step"] for row in sections["steps"].table.rows]
    assert steps == [
        "Growth of both economies",
        "Zero tariffs between both",
        "Oil bought, USD 20 billion more",
        "Other trade costs down by 5 %",
    ]
    assert [row["Step"] for row in sections["contributions"].table.rows] == steps
    shares = [row["Contribution, billion USD"] for row in sections["contributions"].table.rows]
    f = answered("target").findings
    top = f.value("target_trade", rung="non_tariff", elasticities=None)
    assert 1e3 * sum(shares) == pytest.approx(top - f.value("trade_base"))


def test_the_picture_is_the_fan_with_the_goal_and_both_ends():
    answer = answered("target")
    figure = report_of(answer).drawn.picture
    assert figure.mark == "Fan"
    last = figure.table[-1]
    assert last["Period"] == "2030"
    for point, head in (
        ("5", "90 % of outcomes, low, billion USD a year"),
        ("75", "50 % of outcomes, high, billion USD a year"),
    ):
        value = answer.findings.value("target_quantile", date="2030", point=point, rung=None)
        assert last[head] == pytest.approx(value / 1e3)


def test_what_rests_on_forecasts_alone_is_said_on_the_first_screen():
    report: Report = report_of(asked(trade=400.0, since="2024-25"))
    said = " ".join(report.understood)
    assert "2024-25 ends on 2025-03-31, 2030 on 2030-12-31" in said
    assert "nominal USD of their year" in said
    assert "errors in GDP forecasts alone" in said
    assert "its level is set to the USD 400 billion of 2024-25" in said
    assert "That is no forecast of trade" in said


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        (1e-9, "below 0.1 %"),
        (0.64, "0.64 %"),
        (13.4, "13 %"),
        (99.3, "99.3 %"),
        (99.99, "above 99.9 %"),
    ],
)
def test_probabilities_claim_no_digits_they_have_not(percent, said):
    assert odds(percent) == said
    assert odds_range([percent, percent]) == ""
    assert odds_range([0.0, 100.0]) == "below 0.1 % to above 99.9 %"


def test_the_day_is_part_of_the_question():
    assert report_of(asked()).answer.question.model_dump()["as_of"] == date(2026, 3, 1)


def test_sets_that_no_cut_helps_are_counted():
    answer = asked(goal=10_000.0, by="2028", horizon="short_run", tariffs="stand", bands=True)
    cuts = [
        row["value"]
        for row in answer.findings.select("target_cut", rung="stands").rows()
        if "elasticities" in row
    ]
    far, report = cuts.count(None), report_of(answer)
    own = answer.findings.value("target_cut", rung="stands", elasticities=None)
    assert 0 < far < len(cuts)
    assert np.isfinite(own)
    assert f"out of reach under {far} of {len(cuts)} sets)" in report.lead


@pytest.mark.parametrize("name", ["target", "target-far"])
def test_each_step_of_the_bridge_begins_where_the_one_before_ended(name):
    answer = answered(name)
    f = answer.findings
    (section,) = [s for s in report_of(answer).drawn.sections if s.name == "contributions"]
    (figure,) = [figure for figure in section.figures if figure.name == "bridge"]
    base, *steps, top, goal = figure.spec["data"]["values"]
    assert [row["level"] for row in (base, top, goal)] == [True] * 3
    for before, after in zip([base, *steps], [*steps, top], strict=True):
        assert after["start"] == (0.0 if after["level"] else before["end"])
    assert 1e3 * base["end"] == pytest.approx(f.value("trade_base"))
    assert 1e3 * goal["end"] == pytest.approx(f.value("target_goal"))
    rung = answer.attachments["rungs"][-1]
    assert 1e3 * top["end"] == pytest.approx(f.value("target_trade", rung=rung, elasticities=None))
