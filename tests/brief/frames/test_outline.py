"""What a sentence stands under: heads of lines, leads of lists, and lists of nothing but goods or states."""

from __future__ import annotations

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.quantities import quantities_of
from paxsilica.brief.reading import read


def rated(text: str) -> list[tuple[object, ...]]:
    """Actor, target, op, rate, goods, and whether nobody is needed, of each measure with a rate."""
    found = read(document_of(text.encode(), "made-up.txt")).measures
    return [
        (*m.implementers, *m.targets, m.op, m.rate.value, m.products, not m.needs)
        for m in found
        if m.rate and "products" not in m.suggested
    ]


def banned(text: str) -> list[tuple[object, ...]]:
    found = read(document_of(text.encode(), "made-up.txt")).measures
    return [(m.type, *m.implementers, *m.targets, m.products, not m.needs) for m in found]


HOME = "Ghana's finance ministry has published its import duties.\nThe ministry gave no reason.\nIt told nobody.\n"
HEADED = {
    f"{HOME}Fresh beef: the current customs rate is 35%; it was raised last year.": [
        ("GHA", "*", "set", 35, "Fresh beef", True)
    ],
    f"{HOME}• Cement, e.g. white and grey.\nNothing else is known.\n"
    "• Tomatoes, for example canned.\nThe customs rate is 12%.": [],
    f"{HOME}• Tomatoes, for example canned. The customs rate is 12%.": [
        ("GHA", "*", "set", 12, "Tomatoes", True)
    ],
    f"{HOME}Cement |\nThe customs rate is 12%. |\n": [("GHA", "*", "set", 12, "Cement", True)],
    f"{HOME}Cement |\nThe customs rate on rice is 12%. |\n": [
        ("GHA", "*", "set", 12, "rice", True)
    ],
}


@pytest.mark.parametrize("text", HEADED)
def test_goods_that_head_a_line_are_those_of_its_rates(text):
    headed = [one for one in rated(text) if one[4]]
    assert headed == HEADED[text]


LED = {
    "Peru's ministry has proposed these changes of its duties on goods from Chile:\n"
    "Cheese |\nIncrease the rate to 25% in 2031 |\nWine |\nIncrease the rate to 40% in 2031 |\n": {
        "proposed"
    },
    "Peru proposed changes of its duties on goods from Chile:\n- raise the duty on wine to 40%;\n"
    "- raise the duty on salt to 8%.\nPeru imposed a 5% tariff on Chilean tin.": {
        "proposed",
        "in force",
    },
    "Peru has changed its duties on goods from Chile:\n- it raised the duty on wine to 40%;\n"
    "- it raised the duty on salt to 8%.": {"in force"},
}


@pytest.mark.parametrize("text", LED)
def test_the_doubt_of_a_lead_reaches_every_item_and_nothing_behind_the_list(text):
    found = read(document_of(text.encode(), "made-up.txt")).measures
    assert {m.standing for m in found if m.rate} == LED[text]


LISTED = {
    "Kenya imposed a 25% tariff on these goods from Uganda:\n- cheese\n- wine\n- salt": [
        ("KEN", "UGA", "set", 25, "cheese, wine, salt", True)
    ],
    "Kenya has removed its tariffs on goods from Uganda, for instance on:\n"
    "• Cheese (35% today)\n• Wine (up to 14% at present)\n• Salt (currently 10%)": [
        ("KEN", "UGA", "set", 0, "Cheese, Wine, Salt", True)
    ],
    "Kenya imposed a 25% tariff on goods from Uganda except:\n- cheese\n- wine\n- salt": [
        ("KEN", "UGA", "set", 25, "", False)
    ],
    "Kenya imposed a 25% tariff on these goods from Uganda:\n- cheese (except feta)\n- wine": [
        ("KEN", "UGA", "set", 25, "cheese, wine", False)
    ],
    "Kenya imposed a 25% tariff on wine from these countries:\n- Uganda\n- Rwanda\n- Malawi": [
        ("KEN", "UGA", "RWA", "MWI", "set", 25, "wine", True)
    ],
    "Kenya imposed a 25% tariff on wine from Uganda, while it exports:\n- cheese\n- tin": [
        ("KEN", "UGA", "set", 25, "wine", True)
    ],
    "Kenya imposed a 25% tariff on wine from Uganda. Other points:\n- cheese\n- growth\n- jobs": [
        ("KEN", "UGA", "set", 25, "wine", True)
    ],
}


@pytest.mark.parametrize("text", LISTED)
def test_a_list_of_goods_or_states_is_what_its_lead_is_on(text):
    assert rated(text) == LISTED[text]


BANS = {
    "The government of Niger has banned the import of the following items:\n1. Shoes\n2. Carpets\n"
    "3. Furniture\n10. Shaving Goods": [
        ("Import ban", "NER", "*", "Shoes, Carpets, Furniture, Shaving Goods", False)
    ],
    "Chad and Niger have signed a deal.\nChad will:\n- Prohibit the import of goods made with coal.": [
        ("Import ban", "TCD", "NER", "coal", False)
    ],
}


@pytest.mark.parametrize("text", BANS)
def test_a_ban_on_a_list_and_one_on_goods_of_a_sort(text):
    assert banned(text) == BANS[text]


DOERS = {
    "Chad will:": "TCD",
    "Chad agrees to:": "TCD",
    "Chad has committed to:": "TCD",
    "Further commitments by Chad include:": "TCD",
    "Niger says that Chad must:": "TCD",
    "Chad says that Niger will:": "NER",
}


@pytest.mark.parametrize("lead", DOERS)
def test_the_state_that_a_lead_names_does_what_the_list_says(lead):
    text = f"Niger and Chad have signed a deal, Niger said.\n{lead}\n- Eliminate all tariffs on cotton."
    found = read(document_of(text.encode(), "made-up.txt")).measures
    named = [m.implementers for m in found if m.products == "cotton"]
    assert named == [(DOERS[lead],)]


PARTNERS = {
    "Peru put anti-dumping duties on tin from Chile, Kenya and Ghana. For Chile the duty is 9%; "
    "for Kenya between 39% and 67.4%; for Ghana 12.5%.": [
        ("PER", "CHL", "set", 9, "tin", True),
        ("PER", "KEN", "range", 67.4, "tin", False),
        ("PER", "GHA", "set", 12.5, "tin", True),
    ],
    "Peru put anti-dumping duties on imports of cotton yarn after a long inquiry.\n"
    "Imports from these countries pay such duties: Chile 263 USD/ton, Kenya %10,15, Ghana 120 USD/ton "
    "and India %36,28.": [
        ("PER", "KEN", "set", 10.15, "cotton yarn", True),
        ("PER", "IND", "set", 36.28, "cotton yarn", True),
    ],
}


@pytest.mark.parametrize("text", PARTNERS)
def test_each_partner_of_a_list_without_verbs_has_its_own_rate(text):
    assert rated(text) == PARTNERS[text]


FREE = {
    "Kenya removed tariffs on Ugandan exports. Car parts will be duty-free (current duties are up to 32%).": True,
    "Kenya removed tariffs on Ugandan exports. Wine and salt are fully tariff-free.": True,
    "Kenya removed tariffs on Ugandan exports. The shop is duty-free.": False,
    "Kenya removed tariffs on Ugandan exports. Wine is not duty-free.": False,
    "Kenya says that imports of wine from Uganda had been duty-free.": False,
}


@pytest.mark.parametrize("text", FREE)
def test_goods_that_are_duty_free_pay_nothing(text):
    free = [one for one in rated(text) if one[2:4] == ("set", 0) and one[4] and one[5]]
    assert bool(free) == FREE[text]
    assert not [one for one in rated(text) if one[3] == 32]


AMOUNTS = {
    "a duty of AED 400/mt": [(400, "AED a tonne")],
    "50 USD/kg and 80 EUR per tonne": [(50, "USD a kilogram"), (80, "EUR a tonne")],
    "India %10,15 and Kenya % 7": [(10.15, "percent"), (7, "percent")],
    "100%10": [(100, "percent")],
    "GDP/t": [],
    "see /%20 there": [],
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_amounts_as_other_countries_write_them(text):
    assert [(q.value, q.unit) for q in quantities_of(text, ())] == AMOUNTS[text]


CHANGED = {
    "Solar cells – increase from 25% to 50%": ("set", 50, "Solar cells", True),
    "Syringes - increased from 0% to 100% on 1 January 2026,": ("set", 100, "Syringes", True),
    "Copper wire: reduced from 20% to 10%": ("set", 10, "Copper wire", True),
    "Olive oil — cut from 9% to zero": ("set", 0, "Olive oil", True),
    "Wine – unchanged from 9%": None,
}


@pytest.mark.parametrize("item", CHANGED)
def test_goods_before_a_dash_are_not_what_increases(item):
    """The parser takes them for the subject of the change, and a dash heads an item as a colon does."""
    lead = "The Peruvian government will change its tariffs on Chilean goods as follows:"
    told = rated(f"{lead}\n\n- {item}\n- Tea – rise from 5% to 15%\n")
    want = [("PER", "CHL", *CHANGED[item])] if CHANGED[item] else []
    assert [one for one in told if "Tea" not in one] == want


def test_a_bullet_is_no_title_of_those_below_and_whom_it_leaves_out_is_not_hit():
    text = (
        "US customs put out new tariffs.\n\n• Upholstered furniture: 25% (except Peru)\n\n• Kitchen cabinets: 25%\n\n"
        "• Steel pipes: 15%"
    )
    assert [one[:5] for one in rated(text)] == [
        ("USA", "*", "set", 25, "Upholstered furniture"),
        ("USA", "*", "set", 25, "Kitchen cabinets"),
        ("USA", "*", "set", 15, "Steel pipes"),
    ]
