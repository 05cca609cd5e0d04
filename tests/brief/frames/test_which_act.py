"""Acts that curb a flow, let a quantity in, or free goods, and how acts stand beside pleas, pacts and old rates."""

from __future__ import annotations

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read


def told(text: str) -> set[tuple[str, str, str, float | None, str]]:
    """Type, who acts, who is hit, rate and standing of each measure of a text."""
    return {
        (m.type, *m.implementers, *m.targets, m.rate.value if m.rate else None, m.standing)
        for m in read(document_of(text.encode(), "made-up.txt")).measures
    }


def drafted(text: str) -> list[float]:
    """The rates of the measures that wait for nobody."""
    found = read(document_of(text.encode(), "made-up.txt")).measures
    stands = [m for m in found if m.standing in ("in force", "announced") and not m.needs]
    return sorted(m.rate.value for m in stands if m.rate)


LICENCE = "Export licensing requirement"
CURBS = {
    "Chile restricted exports of lithium to Peru.": {(LICENCE, "CHL", "PER", None, "in force")},
    "Chile has restricted the export of lithium.": {(LICENCE, "CHL", "*", None, "in force")},
    "Chile tightened curbs on lithium exports to Peru.": {
        (LICENCE, "CHL", "PER", None, "in force")
    },
    "Chile increased controls on exports of lithium.": {(LICENCE, "CHL", "*", None, "in force")},
    "Chile eased restrictions on lithium exports to Peru.": {
        (LICENCE, "CHL", "PER", None, "rescinded")
    },
    "Chile wants to restrict exports of lithium.": {(LICENCE, "CHL", "*", None, "proposed")},
    "Exports of lithium from Chile need approval from the ministry.": {
        (LICENCE, "CHL", "*", None, "in force")
    },
    "Exporters in Chile must apply for licences to ship lithium.": {
        (LICENCE, "CHL", "*", None, "in force")
    },
    "Japan restricted Chile's access to memory chips.": {(LICENCE, "JPN", "CHL", None, "in force")},
    "The storm limited exports of lithium from Chile.": set(),
    "High prices restrict imports of wheat into Egypt.": set(),
    "The mine limits its exports to Japan.": set(),
}


@pytest.mark.parametrize("text", CURBS)
def test_what_curbs_a_flow_of_goods(text):
    assert told(text) == CURBS[text]


QUOTAS = {
    "Kenya has permitted 90,000 metric tonnes of duty-free rice to be imported.": "Import quota",
    "Kenya allowed duty-free imports of 50,000 tonnes of rice.": "Import quota",
    "Kenya approved the duty-free import of 90,000 tonnes of rice.": "Import quota",
    "Kenya will let up to 4,000 Japanese cars into the country at a tariff rate of 6%.": "Import quota",
    "Peru's tariff on British cars will fall from 90 per cent to 10 per cent, subject to a quota.": (
        "Import quota"
    ),
    "Peru imposed tariff-rate quotas on Chilean steel, with an out-of-quota duty of 25 percent.": (
        "Import quota"
    ),
    "Rice from Uganda will be allowed into Kenya duty-free.": "Import tariff",
    "The law allows the president of Peru to impose tariffs of up to 50% on steel.": "Import tariff",
}


@pytest.mark.parametrize("text", QUOTAS)
def test_a_quantity_that_is_let_in_at_a_rate_is_a_quota(text):
    assert {kind for kind, *_ in told(text)} == {QUOTAS[text]}


def test_a_price_rise_that_lets_more_in_is_no_quota():
    assert told("Lower costs let Uganda sell 20% more rice in Kenya.") == set()


STANDING = {
    "A 10% duty is to be imposed on tea from Peru, the Chilean ministry has decided.": [10],
    "The aim is to cut tariffs of Chile on rice from Peru to 5%.": [],
    "Chile approved the increase from 12 to 25 percent of the import tax for tea from Peru.": [25],
    "Chile came to an agreement with Peru to reduce Chilean tariffs from 39% to 15%.": [15],
    "Chile reacted to a call by Peru to reduce Chilean tariffs from 39% to 15%.": [],
    "Chile succeeded in keeping its 2% tariff on tea from Peru.": [2],
    "Chile set a 10% tariff on tea from Peru under the Trade Act of 1974.": [10],
    "Chile had answered by taxing Peruvian goods, including a 76 percent tariff on tea.": [],
    "Chile plans to place a 10% tariff on tea from Peru, increasing to 25% in June.": [],
    "The Tea Board applied for an increase in Chilean tariffs on tea from Peru to 82%.": [],
    "Questions include which goods from Peru the Chilean 20% tariff will cover.": [],
    "The probe came after the five-year duties of Chile on tea from Peru ended.": [],
    "Chile raised its tariff on tea from Peru. Tea from Peru is subject to a 30% duty.": [30],
}


@pytest.mark.parametrize("text", STANDING)
def test_how_an_act_stands_by_the_words_around_it(text):
    assert drafted(text) == STANDING[text]


def test_only_the_acts_of_one_who_is_elected_are_plans():
    text = (
        "Chile will impose a 10% tariff on tea from Peru. President-elect Donald Trump was in Iowa."
    )
    assert drafted(text) == [10]


SOME_OF_ALL = {
    "Chile will remove import duties on more than 90 per cent of goods from Peru.": [],
    "Chile will remove import duties on all goods from Peru.": [0],
    "Chile taxes Peru. Goods from Peru on the list will bear 5%.": [],
    "Chile taxes Peru. Goods from Peru will bear 5%.": [5],
}


@pytest.mark.parametrize("text", SOME_OF_ALL)
def test_goods_on_a_list_and_shares_of_all_goods_are_not_all(text):
    assert drafted(text) == SOME_OF_ALL[text]


AT_ODDS = {
    "Chile has a 12% tariff on tea from Peru. Tea from Peru pays a 15% tariff in Chile.": [],
    "Chile has a 12% tariff on tea from Peru. Chile raised its duty on this tea to 15%.": [15],
    "Chile has a 12% tariff on tea from Peru. Chile has a 15% tariff on rice from Peru.": [12, 15],
}


@pytest.mark.parametrize("text", AT_ODDS)
def test_two_rates_of_the_same_goods_wait(text):
    assert drafted(text) == AT_ODDS[text]


FREE = {
    "Chile suspended import duties on tea from Peru.": (0, "delayed"),
    "Chile announced the suspension of import duties on tea from Peru.": (0, "delayed"),
    "Tea from Peru will not be subject to Chilean tariffs.": (0, "denied"),
    "Chile suspended a 24% tariff on tea from Peru.": (24, "delayed"),
    "Chile will not raise its tariff on tea from Peru.": (None, "denied"),
}


@pytest.mark.parametrize("text", FREE)
def test_goods_that_a_suspended_duty_leaves_free(text):
    assert {(rate, standing) for *_, rate, standing in told(text)} == {FREE[text]}


def test_what_goods_are_worth_is_no_duty_on_them():
    text = "Chile put a 25% duty on tea from Peru with a minimum value of $125 a tonne."
    found = read(document_of(text.encode(), "made-up.txt")).measures
    assert [m.amount for m in found] == [None]


def test_who_welcomes_a_ban_does_not_levy_it():
    kinds = told("The ban of Chile on Russian tea was welcomed by the Peruvian president's aides.")
    assert ("Import ban", "PER", "RUS", None, "in force") not in kinds


def test_who_answers_a_tariff_does_not_levy_it():
    text = (
        "Chile put a 45% tariff on goods from Peru, to which Peru responded with duties of its own."
    )
    assert ("Import tariff", "CHL", "PER", 45, "in force") in told(text)
