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
    "Peru put a 12% tariff on goods from Asia.": {""},
    "Peru put a 12% tariff on Ghanaian-origin goods.": {""},
    "Peru put a 12% tariff on Ghanaian-origin soap.": {"soap"},
    "Peru put a 12% tariff on transshipments from Ghana.": {"transshipments"},
    "Peru raised the duty on List 2 goods from Ghana to 12%.": {"List 2 goods"},
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
    "Peru taxes soap. Peru put a 12% tariff on $3 billion worth of goods from Ghana.": "$3 billion",
    "Peru taxes soap. Peru put a 12% tariff on certain goods from Ghana.": "certain goods",
    "Peru taxes soap. Peru put a 12% tariff on a wide range of goods from Ghana.": "a wide range of goods",
    "Peru taxes soap. Peru put a 12% tariff on a first package of goods from Ghana.": "a first package of goods",
    "Peru put 12% on soap and 9% on most other goods from Ghana.": ("soap", "most other goods"),
    "Peru taxes soap. Peru said €90m of imports from Ghana will face a 12% tariff.": "€90m of imports",
    "Peru taxes soap. Peru exempts 32 commodities imported from Ghana from import duty.": "32 commodities",
    "Peru taxes soap. Peru put a 12% tariff on the $3 billion list of goods from Ghana.": "$3 billion list of goods",
    "Peru banned the export of goods for military use to Ghana.": "export of goods for military use",
    "Peru taxes soap. Peru will levy 35% on most other items from Ghana.": "most other items",
    "Peru taxes soap. Peru will remove duties on 95% of Ghanaian exports.": "95% of Ghanaian exports",
}


@pytest.mark.parametrize("text", OPEN)
def test_goods_that_are_left_open_are_told_in_their_own_words_and_wait(text):
    *named, m = (m for m in measures(text) if m.rate or "soap" not in m.products)
    *goods, left_open = OPEN[text] if isinstance(OPEN[text], tuple) else (OPEN[text],)
    assert [one.products for one in named] == goods
    assert m.products.startswith(left_open)
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


FLOWS = {
    # whatever is exported or imported is goods
    "Togo has suspended the importation of ostriches from Ghana.": {"ostriches"},
    "Togo extended a ban on the export of farm animals to Ghana.": {"farm animals"},
    "Togo introduced a ban on the import of wigs from Ghana.": {"wigs"},
    "Togo has suspended the approval of treaties with Ghana.": set(),
    "Togo introduced a ban on the import of 40 members of the bloc.": {""},
    # a part, a sum or a set of acts is none
    "The second set of Togolese tariffs is applied to all goods from Ghana at 10%.": {""},
    "One of the richest states, Ghana will face a 10% tariff of Togo on all its goods.": {""},
    # goods that bear something, not the state that they are from, and the other way round
    "Most goods are free. The exception is energy products from Ghana, which face a 10% Togolese duty.": {
        "energy products"
    },
    "Togo buys tea from Ghana, which imposed a 10% duty on wine from Togo.": {"wine"},
}


@pytest.mark.parametrize("text", FLOWS)
def test_what_goes_abroad_is_goods(text):
    assert {m.products for m in measures(text)} == FLOWS[text]


SHORT = {
    "Chile put 9% on crude palm oil (CPO) from Peru. CPO from Togo pays 12%.": "crude palm oil",
    "Chile put 9% on hot-rolled coils (“HRC”) from Peru. The duty on HRC from Togo is 12%.": "hot-rolled coils",
    "Chile put 9% on a battery electric vehicle (BEV) from Peru. BEVs from Togo pay 12%.": "battery electric vehicle",
    # a short name of no goods
    "Chile's agreement on wheat (CPO) is signed. Under the CPO Chile put 12% on rice from Togo.": "rice",
    "Chile has a free trade agreement (FTA). Under the FTA rice from Togo pays 12% in Chile.": "rice",
}


@pytest.mark.parametrize("text", SHORT)
def test_goods_have_the_name_that_the_text_gives_a_short_one(text):
    assert [m.products for m in measures(text) if m.rate and m.rate.value == 12] == [SHORT[text]]


REMEDIES = {
    "Duties of 9% apply to Chinese imports, while Thai imports face 12%.": [
        ("Anti-dumping", "aluminium foil"),
        ("Anti-dumping", "aluminium foil"),
    ],
    "India put a tariff of 9% on all Chinese goods.": [("Import tariff", "")],
    "Peru put a tariff of 9% on Indian imports.": [("Import tariff", "")],
    "India put a duty of 9% on Chinese wine.": [("Import tariff", "wine")],
    "India announced a 9% tariff on goods from China.": [("Import tariff", "")],
}


@pytest.mark.parametrize("text", REMEDIES)
def test_duties_on_a_state_in_a_text_of_remedies_are_on_the_goods_told_of(text):
    found = measures(f"India imposed anti-dumping duties on aluminium foil. {text}")
    assert [(m.type, m.products) for m in found if m.rate] == REMEDIES[text]


FOLLOWING = {
    "Chile bans the import of the following goods from Peru:\n\n• wigs\n• fireworks\n": "wigs, fireworks",
    "Chile bans the import of the following food products from Peru:\n\n• bread, including rolls;\n": "bread",
    "Chile will ban the import of wine from Peru in the following cases:\n\n• floods\n• wars\n": "wine",
}


@pytest.mark.parametrize("text", FOLLOWING)
def test_goods_that_follow_are_those_of_the_list(text):
    assert {m.products for m in measures(text)} == {FOLLOWING[text]}


CODES = {
    "tomato": ("0702",),
    "cherry": ("0809",),
    "soybean meal": ("2304",),
    "soybeans": ("1201",),
    "perfume": ("3303",),
    "make-up": ("3304",),
}


@pytest.mark.parametrize("goods", CODES)
def test_goods_stand_at_their_headings_in_one_number_and_many(goods):
    assert {m.codes for m in measures(f"Peru put a 12% tariff on {goods} from Ghana.")} == {
        CODES[goods]
    }


def test_what_goods_are_worth_is_no_quota():
    texts = ("$9 billion worth of goods", "$9 billion of goods", "400 tonnes of steel")
    types = [m.type for x in texts for m in measures(f"Peru put a 12% tariff on {x} from Ghana.")]
    assert types == ["Import tariff", "Import tariff", "Import quota"]
