"""The page of a sweep: its sentences and pictures against its findings."""

from __future__ import annotations

import pytest
from every_page import QUESTIONS, small_desk
from reports import unfounded
from sweep_world import design, lands_desk

import paxsilica as pax
from paxsilica.desk import Desk
from paxsilica.economy import Note
from paxsilica.report import words
from paxsilica.report.pages import report_of
from paxsilica.report.report import Report


@pytest.fixture(scope="module")
def desk() -> Desk:
    return small_desk()


def page(name: str, desk: Desk) -> Report:
    return report_of(QUESTIONS[name]().answered(desk))


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name.startswith("sweep")])
def test_every_number_of_a_page_is_a_finding(desk, name):
    assert unfounded(page(name, desk)) == []


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("sweep", ["Lines"]),
        ("sweep-kinds", ["Bars"]),
        ("sweep-two", ["Heatmap", "Bars", "Lines", "Lines"]),
        ("sweep-drawn", ["Heatmap", "Bars", "Lines", "Lines", "Bars"]),
    ],
)
def test_the_picture_follows_the_fields(desk, name, marks):
    """One field of numbers is a line, one of kinds bars; two are a heatmap, or a line for each of few kinds."""
    assert [figure.mark for figure in page(name, desk).drawn.figures] == marks


def test_the_lead_says_from_where_to_where_and_at_which_point(desk):
    report = page("sweep-drawn", desk)
    found = report.answer.findings
    ends = [
        found.value("real_income", region="R1", point=end, horizon=None)
        for end in ("lowest", "median", "highest")
    ]
    low, middle, high = map(words.percent, ends)
    assert f"real income of Eastland changes by {low} to {high} (median {middle})" in report.lead
    assert report.lead.startswith(
        "Over 96 points that differ in duty of Northland, rate of answer and horizon"
    )
    assert "lowest with duty of Northland " in report.lead
    assert [number.value for number in report.numbers[:3]] == [low, middle, high]
    assert any("scrambled Sobol sequence" in line for line in report.understood)
    assert "a loss is negative" in " ".join(report.understood).casefold()


def test_lowest_and_highest_are_told_where_they_are():
    """A duty of nothing is the least that hurts whom it hits: the two ends of the grid are the two ends of the answer."""
    text = design(
        "measures.first.rate: {from: 0%, to: 60%, steps: 4, name: duty}", more="regions: [R1]"
    )
    report = report_of(pax.Sweep(text=text, workers=1).answered(lands_desk()))
    value = {
        rate: report.answer.findings.value("real_income", region="R1", point=f"duty {rate}")
        for rate in ("0%", "20%", "40%", "60%")
    }
    least, most = min(value, key=value.get), max(value, key=value.get)
    assert (
        f"lowest with duty {least.replace('%', ' %')} and highest with duty {most.replace('%', ' %')}"
        in report.lead
    )


def test_a_question_without_an_economy_and_a_number_that_does_not_move():
    """How long a chain is watched says nothing of what it still makes; a chain has no baseline to be counted from."""
    fields = "{name: nuclear-fuel, cut: RUS, as_of: 2026-03-01}"
    text = design("days: [30, 60]", question="chain", fields=fields, keep="output_left")
    report = report_of(pax.Sweep(text=text, workers=1).answered(Desk()))
    value = report.answer.findings.value("output_left", point="median")
    same = f"output left is the same, {words.number(value)} % of normal, at every one."
    assert report.lead == f"Over 2 points that differ in days, {same}"
    assert not any("Counted from" in line for line in report.understood)
    assert report.drawn.figures


def test_points_without_numbers_are_counted_on_the_first_screen(monkeypatch):
    text = design("measures.first.rate: {from: 0%, to: 60%, steps: 4}", more="regions: [R1]")
    answer = pax.Sweep(text=text, workers=1).answered(lands_desk())
    for b in answer.findings.blocks:
        if b.variable == "sweep_unsolved":
            b.value[...] = 3
    last = report_of(answer).numbers[-1]
    assert (last.head, last.value, last.note) == ("Points", "4", "3 without numbers")


def test_limits_of_the_model_lead():
    text = design("measures.first.rate: [5%, 400%]", more="regions: [R1]")
    answer = pax.Sweep(text=text, workers=1).answered(lands_desk())
    (note,) = (n for n in answer.notes if n.leads)
    assert isinstance(note, Note)
    assert "can carry 1 of the 2 points" in note.text
    assert (
        report_of(answer)
        .sentences[0]
        .startswith("Beware: no model of this kind can carry 1 of the 2")
    )
