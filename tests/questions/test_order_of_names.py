"""Numbers stay with their labels in whatever order a person names regions and sectors."""

from __future__ import annotations

import pytest
from every_page import small_desk

import paxsilica as pax
from paxsilica.findings import row_id
from paxsilica.questions.question import Question

WIDE = {"baseline": "wide"}

PAIRS = {
    "divert": [
        lambda one, two: pax.Divert(exporter=one, hit_by="USA=30%", sectors=two, **WIDE),
        ("IND,CHN", "C26,C20"),
        ("CHN,IND", "C20,C26"),
    ],
    "target": [
        lambda one, two: pax.Target(
            side=one, partner="USA", goal=2000, by="2030", sectors=two, bands=False, **WIDE
        ),
        ("KOR,IND", "C20,C26"),
        ("IND,KOR", "C26,C20"),
    ],
    "negotiate": [
        lambda one, two: pax.Negotiate(
            players=["USA", one], threat="war", sectors=two, bands=False, **WIDE
        ),
        ("IND+CHN", "C26,C20"),
        ("IND+CHN", "C20,C26"),
    ],
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_order_of_names_moves_no_number(name):
    asked, *written = PAIRS[name]
    desk = small_desk()

    def found(question: Question) -> dict[str, float | None]:
        rows = question.answered(desk).findings.rows()
        return {row_id(row): row["value"] for row in rows}

    one, two = (found(asked(*words)) for words in written)
    assert {x.replace("KOR+IND", "IND+KOR") for x in one} == {
        x.replace("KOR+IND", "IND+KOR") for x in two
    }
    for label, value in one.items():
        if value is not None and label in two:
            assert value == pytest.approx(two[label], rel=1e-6, abs=1e-6), label
