"""What orders, proclamations and fact sheets say in their own ways of who acts, on what, and what still stands."""

from __future__ import annotations

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.frames.gate import STANDS
from paxsilica.brief.reading import read

ORDER = (
    "Tackling Threats by the Government of Chad\n\n"
    "By the authority vested in me as President by the Constitution and the laws of the Republic of Kenya, I order:\n\n"
)


def rated(text: str) -> set[tuple[object, ...]]:
    """Actor, targets, op, rate, goods, and whether a person is needed, of each measure with a rate."""
    found = read(document_of(text.encode(), "made-up.md")).measures
    return {
        (
            "+".join(m.implementers),
            "+".join(sorted(m.targets)),
            m.op,
            m.rate.value,
            m.products,
            bool(m.needs),
        )
        for m in found
        if m.rate
    }


READ = {
    ORDER
    + "Accordingly, and as consistent with applicable law, articles of Niger imported into the customs territory of Kenya"
    " shall be subject to an additional *ad valorem* rate of duty of 15 percent.": {
        ("KEN", "NER", "add", 15, "", False)
    },
    ORDER
    + "I raise the tariff rate for imports of cement articles from 10 percent *ad valorem* to 20 percent *ad valorem*.": {
        ("KEN", "*", "set", 20, "cement articles", False)
    },
    ORDER
    + "In Proclamation 12 of March 8, 2018, I decided to adjust the imports of cement by imposing a 9 percent tariff on "
    "imports of cement from all countries.": {("KEN", "*", "set", 9, "cement", True)},
    ORDER
    + "Except as otherwise provided, all imports of rice shall be subject to a 25 percent duty, except for sugar, which"
    " shall be subject to a 10 percent duty. The above tariffs are in addition to any other duties and fees.": {
        ("KEN", "*", "add", 25, "rice", False),
        ("KEN", "*", "add", 10, "sugar", False),
    },
    "Kenya levies a 4% tariff on imports of rice, while Ghana (20%) and Togo (30%) levy much higher duties.": {
        ("KEN", "*", "set", 4, "rice", False),
        ("GHA", "KEN", "set", 20, "rice", True),
        ("TGO", "KEN", "set", 30, "rice", True),
    },
    "Kenya put tariffs on Ghana (20%) and Togo (30%).": {
        ("KEN", "GHA", "set", 20, "", False),
        ("KEN", "TGO", "set", 30, "", False),
    },
    "Joint Statement of Kenya and Ghana in Stockholm\n\nThe Government of the Republic of Kenya (“Kenya”) and the "
    "Government of the Republic of Ghana (“Ghana”) agree as follows:\n1. Kenya will levy a duty of 5% on Ghanaian cocoa.": {
        ("KEN", "GHA", "set", 5, "cocoa", False)
    },
    "Kenya raised the tariff on Ghana from 25% to 35%. In May, Kenya had signed an order to impose a tariff of 25% on "
    "imports from Ghana.": {
        ("KEN", "GHA", "set", 35, "", False),
        ("KEN", "GHA", "set", 25, "", True),
    },
    "There are examples. For example:\n- Kenya levies a 5% tariff on rice from Ghana.": {
        ("KEN", "GHA", "set", 5, "rice", False)
    },
    "COUNTERING PRACTICES THAT THREATEN TO IMPAIR NATIONAL SECURITY: Kenya levies a 5% tariff on rice from Ghana.": {
        ("KEN", "GHA", "set", 5, "rice", False)
    },
    "Kenya will work with partners, rather than undermining them or applying 10 percent tariffs on rice from Ghana.": {
        ("KEN", "GHA", "set", 10, "rice", True)
    },
    "Ghana now faces up to a 45% tariff on imports to Kenya.": {
        ("KEN", "GHA", "up to", 45, "", True)
    },
    "Kenya will remove the tariffs on Ghana that it announced since April 4, 2025.": {
        ("KEN", "GHA", "set", 0, "", True)
    },
    "Kenya imposed 25% tariffs on goods from Ghana that do not meet its rules of origin.": {
        ("KEN", "GHA", "set", 25, "", True)
    },
    "Kenya will eliminate 99 per cent of the tariffs imposed on Ghana's exports.": {
        ("KEN", "GHA", "set", 0, "", True)
    },
    "Kenya reduced duties on car parts accounting for 15 percent of the value of a car.": set(),
    "Kenya levied an additional 40% tariff on Ghana, bringing the total tariff amount to 50%.": {
        ("KEN", "GHA", "add", 40, "", False),
        ("KEN", "GHA", "set", 50, "", True),
    },
    "Kenya approved a 50% increase in customs duties on rice from Ghana.": {
        ("KEN", "GHA", "of the rate", 50, "rice", True)
    },
    "Kenya initially set a 5% tariff on rice from Ghana.": {("KEN", "GHA", "set", 5, "rice", True)},
    "Any country that imposes a 20% tariff on rice from Ghana may be exempt from Kenya's tariff.": {
        ("KEN", "GHA", "set", 20, "rice", True),
        ("KEN", "GHA", "set", 0, "rice", True),
    },
    "Kenya and Ghana signed a trade agreement. Kenya and Ghana will maintain zero customs duties on tea.": {
        ("KEN", "GHA", "set", 0, "tea", False),
        ("GHA", "KEN", "set", 0, "tea", False),
    },
    "Duties of Kenya\n\nImports from Ghana shall bear the additional duties set forth in Annex II to this order.\n\n"
    "ANNEX II\n\n| Country | Duty |\n|---|---|\n| Ghana | 30% |\n| Togo | 20% |\n| Benin | 10% |\n": {
        ("KEN", "GHA", "add", 30, "", False),
        ("KEN", "TGO", "add", 20, "", False),
        ("KEN", "BEN", "add", 10, "", False),
    },
    "Kenya imposed 25% tariffs on goods that are made in Ghana.": {
        ("KEN", "GHA", "set", 25, "", False)
    },
}


@pytest.mark.parametrize("text", READ)
def test_orders_and_fact_sheets_are_read_as_they_stand(text: str) -> None:
    assert rated(text) == READ[text]


NO_ACT = [
    "India permits 26% foreign ownership of coal importers.",
    "Vietnam allows 5% ethanol in petrol.",
    "Peru permits up to 30% foreign content in cars.",
    "Exports of tin require no permit in Peru.",
    "Chile's copper exports need no licence.",
    "Exports of copper from Chile were curbed by drought.",
    "Brazil restricted access to its beef market.",
    "Order 14 (Prohibiting Certain Imports of Steel and Duties on Tea From Chile) of Peru was read.",
]


@pytest.mark.parametrize("text", NO_ACT)
def test_what_somebody_lets_in_or_curbs_without_an_act_is_none(text: str) -> None:
    found = read(document_of(text.encode(), "made-up.txt")).measures
    assert not [m for m in found if m.standing in STANDS]


@pytest.mark.parametrize("where", ["Latin America", "South America", "North America", "Asia"])
def test_a_continent_is_no_state(where: str) -> None:
    text = f"Peru will levy 5% on rice from {where}."
    assert rated(text) == {("PER", "*", "set", 5, "rice", True)}


def test_two_changes_of_one_rate_do_not_replace_each_other() -> None:
    text = (
        "Peru raised its tariff on steel from Chile from 10% to 20% in May. Peru lowered its tariff on steel from Chile "
        "from 20% to 10% in June."
    )
    found = read(document_of(text.encode(), "made-up.txt")).measures
    assert {m.standing for m in found} == {"in force"}


def test_duties_come_on_top_for_the_state_that_the_sentence_is_about() -> None:
    text = (
        "The EU cut its tariff on steel from Chile to 5%. The United States imposed a 10% tariff on tea from Togo. "
        "Such tariffs are in addition to other duties."
    )
    assert {(row[0], row[2]) for row in rated(text)} == {("EU", "set"), ("USA", "add")}


def test_states_that_are_spared_are_not_hit() -> None:
    text = (
        "Peru will impose a 10% tariff on all goods from all countries. Countries that have no coast, such as Chad, Mali "
        "and Niger, spoke."
    )
    assert rated(text) == {("PER", "*", "set", 10, "", False)}
