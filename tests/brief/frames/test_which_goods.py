"""Which nouns are goods, which are none, and what a measure says of goods that it leaves open."""

from __future__ import annotations

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read

UNSAID = "which goods are meant is not said"


def measures(text: str):
    return read(document_of(text.encode(), "made-up.txt")).measures


GOODS = {
    # no goods: people, papers, bodies, what is compounded with an instrument, verbs taken for nouns
    "Peru put a 12% tariff on cement amounting to $4 per bag.": {"cement"},
    "Kenya said tariffs on maize meal and oil drop to 14% from 31%.": {"maize meal", "oil"},
    "Ghana imposed a 20% tariff on its rivals.": {""},
    "Ghana imposed a 20% tariff on friends and foes.": {""},
    "Norway drew up a tariff strategy and imposed a 7% tariff on shoes from Chile.": {"shoes"},
    "The Ministry of Steel said that Chile will put a 9% tariff on shoes from Peru.": {"shoes"},
    "The Agriculture Minister said that Chile will put a 9% tariff on shoes from Peru.": {"shoes"},
    "Swiss duties on Icelandic fish fillets fall to 3%.": {"fish fillets"},
    # and what only looks so
    "Peru put a 12% tariff on vinyl flooring from Ghana.": {"vinyl flooring"},
    "Peru put a 12% tariff on duck leg quarters from Ghana.": {"duck leg quarters"},
    "Peru put a 12% tariff on two types of steel from Ghana.": {"steel"},
    "Peru put a 12% tariff on a large number of glass products from Ghana.": {"glass products"},
}


@pytest.mark.parametrize("text", GOODS)
def test_which_nouns_are_goods(text):
    found = [m for m in measures(text) if m.rate]
    assert {g for m in found for g in m.products.split(", ")} == GOODS[text]


HEADS = {
    "Plywood:\n- Peru raised the duty to 8%.": "Plywood",
    "Ironing boards:\n- Peru raised the duty to 8%.": "Ironing boards",
    "LIMA: Peru raised the duty to 8%.": "",
    "Specifically:\n- Peru raised the duty to 8%.": "",
    "Under this accord:\n- Peru raised the duty to 8%.": "",
    "Other exporters:\n- Peru raised the duty to 8%.": "",
}


@pytest.mark.parametrize("text", HEADS)
def test_which_heads_of_lines_are_goods(text):
    assert {m.products for m in measures(text)} == {HEADS[text]}


OPEN = {
    "Peru taxes soap. Peru put a 12% tariff on 310 imported items from Ghana.": "310 imported items",
    "Peru taxes soap. Peru put a 12% tariff on $3 billion worth of goods from Ghana.": "3 billion",
    "Peru taxes soap. Peru put a 12% tariff on certain goods from Ghana.": "certain goods",
}


@pytest.mark.parametrize("text", OPEN)
def test_goods_that_are_left_open_are_told_in_their_own_words_and_wait(text):
    (m,) = (m for m in measures(text) if m.rate)
    assert m.products.startswith(OPEN[text])
    assert UNSAID in m.needs


WAITING = [
    "Kenya banned the import of several Ugandan agricultural products.",
    "Kenya has abolished its tariff on other agricultural goods from Uganda.",
    "Kenya banned the import of several of the agricultural goods of Uganda.",
]


@pytest.mark.parametrize("text", WAITING)
def test_a_part_of_a_broad_kind_of_goods_waits(text):
    assert measures(text)
    assert all(UNSAID in m.needs for m in measures(text))


DRAFTED = [
    "Kenya banned the import of all Ugandan agricultural products.",
    "Kenya put a 30% tariff on certain steel products from Uganda.",
]


@pytest.mark.parametrize("text", DRAFTED)
def test_a_whole_kind_and_a_part_of_a_narrow_one_do_not(text):
    assert not any(UNSAID in m.needs for m in measures(text))


def test_a_duty_on_whatever_a_country_sells_takes_no_goods_from_around():
    text = "Togo sells cotton to Peru. A 15% reciprocal tariff was imposed by Peru in May."
    assert [(m.products, m.suggested) for m in measures(text)] == [("", ("targets",))]
