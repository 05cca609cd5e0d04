"""The negotiation list on a page: every number against the findings, names instead of codes, and what stands in no list."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from policy_world import small_world
from reports import unfounded

from paxsilica.analysis.negotiation.offers import negotiation_list
from paxsilica.findings import Findings
from paxsilica.model import solve
from paxsilica.names import Names
from paxsilica.questions.coerce import Coerce
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.pages.negotiate_list import list_sections
from paxsilica.report.report import Report, Section
from paxsilica.shock import Shock


@cache
def answer(one: str = "USA", two: str = "IND", free: bool = False) -> Answer:
    e = small_world()
    tariffs = np.array(e.tariffs)
    if free:
        tariffs[e.region_indices([two]), e.region_indices([one])] = 0.0
    weak = e.with_theta(e.trade_elasticity / 2, (), replace(e.about, elasticities="half"))
    before, names = solve(e, Shock(e, tariffs=tariffs)), Names(e)
    offers = negotiation_list(
        before, names, one, two, day=None if free else date(2025, 11, 1), others=[weak]
    )
    asked = Coerce(sender=one, target=two)
    found = Findings(offers.blocks)
    return Answer(asked, found, names, notes=offers.notes, sources=offers.sources)


def sections(**asked: object) -> list[Section]:
    return list_sections(answer(**asked))  # type: ignore[arg-type]


def test_every_number_is_a_finding() -> None:
    page = Report(answer(), "offers", "List", "Lead.", sections=sections)
    assert len(page.drawn.sections) == 7
    assert unfounded(page) == []


def test_titles_say_who_asks_and_who_defends() -> None:
    assert [section.title for section in sections()] == [
        "Products that stand in question",
        "What the United States asks of India",
        "What the United States defends against India",
        "What India asks of the United States",
        "What India defends against the United States",
        "Duties of India on the United States, sector by sector",
        "Duties of the United States on India, sector by sector",
    ]


def test_the_first_row_is_said_with_its_duty_margin_and_band() -> None:
    found, section = answer().findings, sections()[3]
    of = {"region": "IND", "item": "offensive"}
    row = found.select("offer_won", **of).rows()[0]
    duty = found.value("offer_duty", product=row["product"], **of)
    margin = found.value("offer_margin", product=row["product"], **of)
    said = section.text[0]
    assert f"under a duty of {words.number(duty)} %, {words.number(-margin)} points more" in said
    assert words.money(row["value"]) in said
    assert words.money_range([row["low"], row["high"]], words.number) in said
    assert section.table is not None
    first = section.table.rows[0]
    assert re.fullmatch(r"\d{4}\.\d\d\.\d{4}", first["HS code"])
    assert first["Exports won, million USD a year"] == row["value"]
    assert first["Year of trade"] == 2024


def test_how_often_smart_stands_above_is_counted() -> None:
    found = answer().findings
    won, smart = (
        np.concatenate([b.value for b in found.select(key, item="offensive").blocks])
        for key in ("offer_won", "offer_smart")
    )
    said = " ".join(sections()[0].text)
    assert f"for {int((smart > won).sum())} of the {len(won)} products asked for" in said


def test_no_code_stands_in_a_sentence_or_a_label() -> None:
    codes = re.compile(r"\b(A01|C26|SERV|USA|IND|offer_\w+)\b")
    for section in sections():
        labels = [str(row.get("label", "")) for figure in section.figures for row in figure.rows]
        for text in (section.title, *section.text, *labels):
            assert not codes.search(text), text


@pytest.mark.parametrize("at", [1, 4])
def test_a_side_that_meets_no_duty_asks_for_nothing(at: int) -> None:
    found = sections(one="NOR", two="IND", free=True)
    assert found[at].text == ["No duty of India stands on any product that Norway sells it."]
    assert found[at].table is None


def test_nothing_is_shown_where_nothing_was_listed() -> None:
    bare = Answer(Coerce(sender="USA", target="IND"), Findings(()), Names(small_world()))
    assert list_sections(bare) == []
