"""What a measure leaves out and the text around it names: suggested, said so, and never drafted by itself."""

from __future__ import annotations

import pytest

from paxsilica.brief.consent import accepted
from paxsilica.brief.documents import document_of
from paxsilica.brief.drafts import drafts_of
from paxsilica.brief.reading import read, record_of


def reading_of(text: str):
    return read(document_of(text.encode(), "made-up.txt"))


SUGGESTED = {
    # text: rate -> who acts, whom it hits, goods, what of these is suggested
    "LIMA, 3 March 2026 - Peru opened a review of glass from Chile. The duty is 14%.": (
        14,
        ("PER",),
        ("CHL",),
        {"glass"},
        {"targets", "products"},
    ),
    "Kenya changes its tariff book. Rice and maize are concerned. The duty rises to 35% on 1 July 2026.": (
        35,
        ("KEN",),
        ("*",),
        {"rice", "maize"},
        {"targets", "products"},
    ),
    "Norway charges a safeguard duty of 12% on steel wire from Turkey. The safeguard duty will be 9% from 2027.": (
        9,
        ("NOR",),
        ("TUR",),
        {"steel wire"},
        set(),
    ),
}


@pytest.mark.parametrize("text", SUGGESTED)
def test_what_is_left_out_is_suggested_from_the_text_around(text):
    rate, acts, hit, goods, suggested = SUGGESTED[text]
    found = [m for m in reading_of(text).measures if m.rate and m.rate.value == rate]
    assert [(m.implementers, m.targets) for m in found] == [(acts, hit)]
    (m,) = found
    assert goods <= {g.strip().lower() for g in m.products.split(",")}
    assert suggested <= set(m.suggested)


NEVER = [
    "LIMA, 3 March 2026 - Peru opened a review of glass from Chile. The duty is 14%.",
    "Kenya changes its tariff book. Rice and maize are concerned. The duty rises to 35% on 1 July 2026.",
    "OSLO, 4 May 2026 - Customs will collect a 7% tariff on shoes from June, a notice says.",
]


@pytest.mark.parametrize("text", NEVER)
def test_what_is_suggested_waits_for_a_person(text):
    reading = reading_of(text)
    assert any(m.suggested for m in reading.measures)
    assert drafts_of(record_of([reading])) == ()
    for m in reading.measures:
        told = [need for need in m.needs if need.endswith("taken from the text around it")]
        assert len(told) == len(m.suggested)


SAID = [
    "Peru imposed a 20% tariff on Chilean wine.",
    "Peru imposed a 20% tariff on all goods from Chile.",
    "Peru denied that it had imposed a 20% tariff on Chilean wine. Bolivia sells maize.",
]


@pytest.mark.parametrize("text", SAID)
def test_nothing_is_suggested_where_the_words_say_it(text):
    assert [m.suggested for m in reading_of(text).measures if m.rate] == [()]


def test_of_two_states_neither_is_said_to_act():
    text = "India and Nepal met on Monday. A tariff of 20% on tea will apply from May."
    assert all("implementers" not in m.suggested for m in reading_of(text).measures)


def test_after_a_yes_it_is_drafted_as_suggested():
    record = record_of([reading_of(next(iter(SUGGESTED)))])
    (m,) = (m for r in record.readings for m in r.measures if m.rate)
    (draft,) = drafts_of(accepted(record, [m.id], "Ann"))
    assert all(word in draft.text for word in ("PER", "CHL", "14%", "70"))


NAMED_BELOW = {
    "Peru banned exports of strategic materials to Chile. This includes tin, zinc and copper.": (
        "strategic materials: tin, zinc and copper"
    ),
    "Peru put a 20% tariff on selected imports from Chile. The products covered include wine, salt and glass.": (
        "wine, salt and glass"
    ),
    "Peru put a 20% tariff on various goods from Chile. Prices rose. These comprise wine, salt and glass.": (
        "wine, salt and glass"
    ),
    "Peru put a 20% tariff on selected imports from Chile. Exemptions include wine, salt and glass.": "",
    "Peru put a 20% tariff on selected imports from Chile. These goods are used in cars, ships and bridges.": "",
    "Peru put a 20% tariff on Chilean wine. Its exports include salt, glass and tin.": "wine",
    "Peru put a 20% tariff on selected imports from Chile. These policies include taxes on wine.": "",
}


@pytest.mark.parametrize("text", NAMED_BELOW)
def test_goods_that_the_next_sentence_names_are_suggested(text):
    m = reading_of(text).measures[0]
    named = NAMED_BELOW[text]
    assert ("products" in m.suggested) == (len(named) > len("wine"))
    assert (named in m.products) if named else ("wine" not in m.products)


TOLD_AFTER = {
    "imports from Ghana. They cover cocoa and tea.": ("cocoa and tea", True),
    "selected goods from Ghana. These include cocoa and tea.": (
        "selected goods: cocoa and tea",
        True,
    ),
    "imports from Ghana. They cover everything except tea.": ("", False),
    "imports from Ghana. The affected sectors include cocoa and tea.": ("", False),
    "soap from Ghana. They cover cocoa and tea.": ("soap", False),
    "Ghana over Iranian oil.": ("", False),
}


@pytest.mark.parametrize("goods", TOLD_AFTER)
def test_a_sentence_that_says_which_goods_lends_them_to_the_one_before_it(goods):
    m = reading_of(f"Peru approved duties of 20% on {goods}").measures[0]
    assert (m.products, "products" in m.suggested) == TOLD_AFTER[goods]


def test_a_duty_of_another_rate_lends_no_goods():
    text = (
        "Chile cut its 9% duty on Ghanaian cocoa to 4%. Chile put a 7% duty on 12 items from Ghana."
    )
    assert [m.products for m in reading_of(text).measures if m.rate.value == 7] == [
        "12 items from Ghana"
    ]
