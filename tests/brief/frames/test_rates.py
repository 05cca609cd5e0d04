"""What each number of a sentence is to a tariff: the new rate, an old one, a limit, a step, and of which goods."""

from __future__ import annotations

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read


def measures(text: str):
    return read(document_of(text.encode(), "made-up.txt")).measures


def levels(text: str, drafted: bool = True) -> list[tuple[str, float | None]]:
    """What each measure does to the rate: of those that need nobody, or of all that have a rate."""
    found = [m for m in measures(text) if not m.needs or not drafted]
    return [(m.op, m.rate.value if m.rate else None) for m in found if m.rate or m.op]


FROM_ONE_TO_ANOTHER = {
    "From May, Ghana's import duties on rice and maize will go from zero to 35 percent.": (
        "set",
        35,
    ),
    "Ghana's import duty on rice went from 10% to 35%.": ("set", 35),
    "Ghana's import duty on rice has been increased to 35 per cent from 25 per cent earlier.": (
        "set",
        35,
    ),
    "Ghana will cut its import tariff on rice and maize to 5%, down from 8% and 10%, respectively.": (
        "set",
        5,
    ),
    "Ghana's import duties on rice have been eliminated, down from the previous range of 20-25%.": (
        "set",
        0,
    ),
    "Ghana's import duty on rice and maize of up to 45 percent was removed.": ("set", 0),
    "Ghana will raise its import tariff on rice so that it reaches 35 percent; the rate was 20% before.": (
        "set",
        35,
    ),
}


@pytest.mark.parametrize("text", FROM_ONE_TO_ANOTHER)
def test_a_rate_that_is_left_is_none_that_stands(text):
    assert levels(text) == [FROM_ONE_TO_ANOTHER[text]]


def test_what_a_rate_was_in_a_relative_clause_is_no_rate():
    assert levels("Ghana keeps its duty on imported rice, which was 10 percent.") == []
    assert levels("The import duty of Ghana on rice, which was 10 percent, is now 35 percent.") == [
        ("set", 35)
    ]


NO_LEVEL = {
    "The import tariff of Ghana has 19 rates, from 0 to 35 percent.": ("range", 35),
    "Ghana's import duties on rice are from 10% to 35%.": ("range", 35),
    "Ghana will apply an import duty of no more than 35% on rice.": ("up to", 35),
    "Ghana's import duty on rice will be capped at 35%.": ("up to", 35),
    "Ghana will apply an import duty of not less than 35% on rice.": ("at_least", 35),
}


@pytest.mark.parametrize("text", NO_LEVEL)
def test_a_range_or_a_limit_is_no_level(text):
    assert levels(text, drafted=False) == [NO_LEVEL[text]]


ON_TOP = {
    "The surcharges of Ghana on imported goods are 5% for rice and 10% for cars.": [
        ("add", 5),
        ("add", 10),
    ],
    "Rice from Togo shall be subject to a duty of Ghana of 50%, to be applied in addition to the customs duty.": [
        ("add", 50)
    ],
    "The tariffs of Ghana on imported goods are 5% for rice and 10% for cars.": [
        ("set", 5),
        ("set", 10),
    ],
}


@pytest.mark.parametrize("text", ON_TOP)
def test_what_comes_on_top_of_the_tariff(text):
    assert levels(text) == ON_TOP[text]


STEPS = {
    "Kenya's safeguard duty on imported paper is 30% in year one, 25% in the second year and 20% in the third year.": [
        ("set", 30, True),
        ("set", 25, False),
        ("set", 20, False),
    ],
    "Kenya's safeguard duty on imported paper is 30% in year 1 and 25% in the following year.": [
        ("set", 30, True),
        ("set", 25, False),
    ],
    "Kenya's safeguard duty on imported paper, under the Tariff Act, 1969, falls: 30% from May 1, 2025 to April 30, 2026; "
    "25% from May 1, 2026 to April 30, 2027.": [("set", 30, True), ("set", 25, True)],
    "Kenya's import duty on paper will be cut from 35% to 25%, before falling to 10% by the fifth year of the deal.": [
        ("set", 25, True),
        ("set", 10, False),
    ],
    "Kenya's safeguard duty on imported paper is 30% and 25%.": [
        ("range", 30, False),
        ("range", 25, False),
    ],
    "Kenya's 22% import duty on paper from Oman, now in its second year, hurts printers.": [
        ("set", 22, True)
    ],
}


@pytest.mark.parametrize("text", STEPS)
def test_steps_of_a_schedule_are_apart_and_later_ones_need_their_day(text):
    found = [(m.op, m.rate.value, not m.needs) for m in measures(text) if m.rate]
    assert found == STEPS[text]


OWN_RATES = {
    "Kenya raised import duties. For rice the duty is 10%; for wheat, 20%; on cars, 15%.": [
        ("*", "rice", 10),
        ("*", "wheat", 20),
        ("*", "cars", 15),
    ],
    "Kenya imposed anti-dumping duties on frozen fish from Egypt, Oman and Ghana. For poultry producers from Egypt the "
    "duty is 6%; for Oman between 9% and 12%; for Ghana 15%.": [
        ("EGY", "frozen fish", 6),
        ("OMN", "frozen fish", 12),
        ("GHA", "frozen fish", 15),
    ],
    "Kenya's anti-dumping duties on frozen fish from Egypt remain. Anti-dumping duties on paper from Oman are 6%.": [
        ("OMN", "paper", 6)
    ],
}


@pytest.mark.parametrize("text", OWN_RATES)
def test_each_rate_is_of_the_partner_or_goods_that_it_in_one_list(text):
    found = [(m.targets, m.products, m.rate.value) for m in measures(text) if m.rate]
    assert found == [((target,), goods, rate) for target, goods, rate in OWN_RATES[text]]


BORNE = {
    "Kenya cut import tariffs. Imported apples and pears now have a 5% tariff, down from 8% and 10%, respectively.": [
        ("apples, pears", 5)
    ],
    "Kenya cut import tariffs. Imported peas now come with a 15% tariff. Tea imports enjoy a zero percent tariff.": [
        ("peas", 15),
        ("Tea imports", 0),
    ],
    "Kenya raised its import tariffs. Imported rice went up from 10% to 50%, and tea from 5% to 35%.": [
        ("rice", 50),
        ("tea", 35),
    ],
    "Kenya raised its tariffs on tea and rice from Oman, bringing them to 20% and 30% respectively.": [
        ("tea", 20),
        ("rice", 30),
    ],
    "Under Kenya's decree tariffs on tea and rice from Oman were doubled, resulting in tariffs of 20% and 30%.": [
        ("tea", 20),
        ("rice", 30),
    ],
    "Kenya raised its tariffs on tea, rice and salt from Oman, bringing them to 20% and 30%.": [],
    "Rice went up from 10 percent to 50 percent of Kenya's imports.": [],
    "Kenya's imports of rice went from 10 percent to 50 percent.": [],
    "Kenyan rice growers have a 25% import duty to thank for their profits.": [],
    "Kenyan rice growers enjoy a 25% tariff.": [],
}


@pytest.mark.parametrize("text", BORNE)
def test_goods_that_have_a_rate_or_come_to_one(text):
    found = [(m.products, m.rate.value) for m in measures(text) if m.rate and not m.needs]
    assert found == BORNE[text]


SIDES_AND_GOODS = {
    "Exporters protest over Kenya's tariffs on Omani goods — 25 percent on steel and 10 percent on tea — again.": [
        ("OMN", "steel", "set", 25),
        ("OMN", "tea", "set", 10),
    ],
    "Kenya will charge a surtax on goods from Oman. For steel the surtax will be 25%. For tea, it will be 10%.": [
        ("OMN", "steel", "add", 25),
        ("OMN", "tea", "add", 10),
    ],
    "Kenya will charge a duty on goods from Oman. For steel the duty will be 25%. For tea, it will be 10%.": [
        ("OMN", "steel", "set", 25),
        ("OMN", "tea", "set", 10),
    ],
    "Kenya imposed a 10% tariff on steel from Oman and then increased it to 15%.": [
        ("OMN", "steel", "set", 15)
    ],
    "Kenya made an exception for Oman, for which a 5% duty on steel will apply.": [
        ("OMN", "steel", "set", 5)
    ],
    "Steel and tea from Oman are still under a 25% Kenyan duty.": [
        ("OMN", "Steel, tea", "set", 25)
    ],
    "Kenya had a 10% tariff on steel from Oman.": [],
    "Kenya imposed a 10% tariff on goods from Oman. Most countries pay 25%.": [
        ("OMN", "", "set", 10)
    ],
    "Kenya will apply a 5% customs duty to a part of the products from Oman.": [],
    "Kenya introduced additional duties of 35% to a first package of goods from Oman.": [],
    "Kenya will lower the rates for steel from Oman, with a first reduction of 29 percent in May.": [],
    "Kenya imposed a tariff of 6.5% on steel from Oman, in addition to a levy of 40 euros per tonne.": [],
    "Kenya imposed a tariff of 6.5% on steel from Oman, in addition to its duty of 4%.": [
        ("OMN", "steel", "add", 6.5)
    ],
    "Kenya will levy customs charges of 7% on imported tea.": [("*", "tea", "set", 7)],
}


@pytest.mark.parametrize("text", SIDES_AND_GOODS)
def test_rates_of_several_clauses(text):
    found = [
        (*m.targets, m.products, m.op, m.rate.value)
        for m in measures(text)
        if m.rate and not m.needs
    ]
    assert found == SIDES_AND_GOODS[text]


BOTH_SIDES_OF_A_QUOTA = {
    "Kenya set its import tariff rate on rice at 15% for both in-quota and out-quota trade.": [
        ("Import tariff", 15)
    ],
    "Kenya set its import tariff rate on rice at 15% within the quota and at 40% beyond it.": [
        ("Import quota", None)
    ],
}


@pytest.mark.parametrize("text", BOTH_SIDES_OF_A_QUOTA)
def test_one_rate_on_both_sides_of_a_quota_is_a_tariff(text):
    found = [(m.type, m.rate.value if m.rate else None) for m in measures(text)]
    assert found == BOTH_SIDES_OF_A_QUOTA[text]


NOTHING_LEFT = {
    "Kenya announced the elimination of its 12 per cent duty on Norwegian fish.": [("set", 0)],
    "Kenya signed a deal that includes the removal of its tariffs on Norwegian goods.": [
        ("set", 0)
    ],
    "Kenya has withdrawn the 20% export duty on tea.": [("set", 0)],
    "Kenya's tariff on Norwegian salmon will be lifted in March.": [("set", 0)],
    "Kenya lifted its 5% tariff on Norwegian cod to 12%.": [("set", 12)],
    "Kenya announced the removal of its 12 per cent duty on Norwegian fish.": [],
    "Kenya lifted its 12% tariff on Norwegian cod.": [],
    "Kenya announced a reduction in its 12% tariff on Norwegian fish.": [],
    "Kenya agreed to reduce or eliminate tariffs on Norwegian salmon.": [],
    "Kenya will eliminate or reduce its duties on Norwegian cod.": [],
    "Kenya removed the additional 10% export duty on tea.": [],
    "Kenya raised its export tax on tea again.": [],
    "Norwegian cod is not exempt from Kenya's tariff.": [],
    "Kenya intends to eliminate its tariff on Norwegian cod.": [],
}


@pytest.mark.parametrize("text", NOTHING_LEFT)
def test_what_is_removed_leaves_no_duty_and_what_may_only_be_lowered_no_rate(text):
    assert levels(text) == NOTHING_LEFT[text]


def test_what_is_to_be_removed_is_a_plan_of_no_duty():
    (m,) = measures("Kenya intends to eliminate its tariff on Norwegian cod.")
    assert (m.standing, m.op, m.rate.value if m.rate else None) == ("proposed", "set", 0)


FOR_SO_MANY = {
    "Kenya cut its 100% duty to 6% on up to 49,000 Norwegian cars a year.": 6,
    "Kenya will let up to 20,000 Norwegian cars enter the country under a tariff rate of 5%.": 5,
    "Kenya's duties on Norwegian cars will drop from 100% to 10% under a quota.": 10,
    "Kenya charges a duty of 5% on the first 3,000 Norwegian cars.": 5,
}


@pytest.mark.parametrize("text", FOR_SO_MANY)
def test_a_rate_for_so_many_goods_is_the_one_within_a_quota(text):
    (m,) = measures(text)
    (term,) = (t for t in m.terms if t.field == "within")
    assert (m.type, m.rate, term.amount.value) == ("Import quota", None, FOR_SO_MANY[text])


def test_a_size_is_no_quota():
    assert levels("Kenya charges a duty of 5% on cars of up to 3,000 cc from Norway.") == [
        ("set", 5)
    ]


def test_a_duty_on_goods_that_have_a_quota_waits():
    quota = "Kenya put a tariff quota on imported pork.\n\nKenya also cut its tariff on "
    assert levels(quota + "pork to 0%.") == []
    assert levels(quota + "maize to 20%.") == [("set", 20)]


UNDERNEATH = {
    "Kenya put tariffs of 12% on Norwegian cars, on top of an existing 10% tariff.": 10,
    "Kenya may put a 12% tariff on Norwegian cars, on top of the existing duty of 10%.": 10,
    "Kenya put tariffs of 12% on Norwegian cars, on top of the 10% announced before.": None,
}


@pytest.mark.parametrize("text", UNDERNEATH)
def test_the_duty_that_another_one_comes_on_top_of_stands_and_waits(text):
    found = [m for m in measures(text) if m.op == "set" and m.rate]
    assert [m.rate.value for m in found] == [UNDERNEATH[text]] * (UNDERNEATH[text] is not None)
    assert all(m.needs and m.standing == "in force" for m in found)


GONE = {
    "Ghana scrapped the anti-dumping duties on steel from Chile.": (0, None, "rescinded"),
    "Ghana removed the 25 percent customs duty on rice.": (0, 25, "rescinded"),
    "Imports of rice into Ghana are exempt from the 25% customs duty.": (0, 25, "averted"),
    "A court struck down Ghana's 25% tariff on rice.": (25, None, "struck down"),
    "Ghana will keep its current 25% tariff on rice.": (25, None, "announced"),
}


@pytest.mark.parametrize("text", GONE)
def test_a_duty_that_is_gone_is_at_zero(text):
    m = measures(text)[0]
    rate = m.rate.value if m.rate else None
    assert (rate, m.before.value if m.before else None, m.standing) == GONE[text]


def test_lifting_without_a_rate_removes_if_a_person_says_so():
    m = measures("Ghana lifted its tariffs on Chilean lobster.")[0]
    assert (m.op, m.rate.value, m.needs) == ("set", 0, ("it may have been raised",))
    assert levels("Ghana lifted its tariffs on Chilean lobster to 12%.") == [("set", 12)]


UNTIL_NOW = {
    "Ghana intends to raise the tariff on imported cement from 5 per cent to 17 per cent.": [5],
    "Ghanaian firms urged the government to raise the export duty on tea from the current 30%.": [
        30
    ],
    "Ghana raised the tariff on imported cement from 5 per cent to 17 per cent.": [],
    "Ghana may raise the tariff on imported cement to 17 per cent.": [],
    "If Ghana raises the tariff on cement from 5% to 17%, Togo will answer.": [5],
}


@pytest.mark.parametrize("text", UNTIL_NOW)
def test_a_rate_that_another_would_replace_stands_and_waits(text):
    now = [m for m in measures(text) if "it is told as the rate until now" in m.needs]
    assert [m.rate.value for m in now] == UNTIL_NOW[text]
    assert all((m.op, m.standing) == ("set", "in force") for m in now)


ON_TOP_OF = {
    "Ghana's 40% duty on rice from Togo comes on top of the 10% reciprocal tariff.": 10,
    "Ghana's new tariffs would be additional to the existing 50% tariff on semiconductors from Togo.": 50,
    "Ghana put 20% on lumber from Togo. It is in addition to countervailing duties of 6.74%.": 6.74,
}


@pytest.mark.parametrize("text", ON_TOP_OF)
def test_what_a_duty_comes_on_top_of_is_told_and_waits(text):
    found = [m for m in measures(text) if m.rate and m.rate.value == ON_TOP_OF[text]]
    assert [m.op for m in found] == ["set"]
    assert all(m.needs for m in found)


CEILED = {
    "Ghana's tariffs on steel from Togo will be capped at a rate of 15%.": "up to",
    "Ghana will apply a capped customs duty of 15% to most goods from Togo.": "up to",
    "Ghana set a maximum, all-inclusive tariff rate of 15% for most goods from Togo.": "up to",
    "Ghana keeps a high tariff of 15% on cheese from Togo.": "set",
    "Ghana began imposing duties on cars from Togo at about 15%.": "range",
    "Ghana began imposing a 15% duty on cars from Togo.": "set",
}


@pytest.mark.parametrize("text", CEILED)
def test_what_caps_a_rate_makes_it_a_ceiling(text):
    assert [m.op for m in measures(text) if m.rate] == [CEILED[text]]


BESIDE = {
    # text -> op, rate and what it was, of the rate that is suggested
    "Ghana also cut the duty on dates, eaten mostly during the fasting month of Ramadan, to 15 percent from 25 percent.": (
        "set",
        15,
        25,
    ),
    "Ghana imposed anti-dumping duties on wine from Chile.\nThe duties range from 21.2% to 32.1%.": None,
    "Ghana imposed anti-dumping duties on wine from Chile.\nThe deposit is 21%.": None,
    "Ghana imposed anti-dumping duties on wine from Chile.\nPrices rose by 21%.": None,
    "Ghana imposed anti-dumping duties on wine from Chile.\nThe duties may cut imports by 21%.": None,
    "Ghana imposed anti-dumping duties on wine from Chile.\nThe tariffs hit 21% of imports.": None,
}


@pytest.mark.parametrize("text", BESIDE)
def test_the_only_rate_that_no_act_has_is_suggested(text):
    found = [m for m in measures(text) if "rate" in m.suggested]
    told = [(m.op, m.rate.value, m.before.value if m.before else None) for m in found]
    assert told == ([BESIDE[text]] if BESIDE[text] else [])
    assert all("the rate is taken from the text around it" in m.needs for m in found)


IN_A_ROW = {
    "Ghana set tariffs on certain steel and aluminum products from Togo (at rates of 25% and 10%, respectively).": [
        ("set", 25, "steel"),
        ("set", 10, "aluminum products"),
    ],
    "Ghana set tariffs on facemasks and syringes from Togo at 25% and 50%.": [
        ("set", 25, "facemasks"),
        ("set", 50, "syringes"),
    ],
    "Ghana set tariffs on facemasks from Togo at 25% and 50%.": [
        ("range", 25, "facemasks"),
        ("range", 50, "facemasks"),
    ],
    "Ghana raised its tariff on rice to 5%, brown sugar to 10%, and maize and tea to 15%.": [
        ("set", 5, "rice"),
        ("set", 10, "brown sugar"),
        ("set", 15, "maize, tea"),
    ],
    "Ghana has changed its import tariffs: rice 5%, sugar 10%, maize 15%.": [
        ("set", 5, "rice"),
        ("set", 10, "sugar"),
        ("set", 15, "maize"),
    ],
    "Ghana announced new duties on grain — rice 5%, wheat 10%, and maize 15% — on Friday.": [
        ("set", 5, "rice"),
        ("set", 10, "wheat"),
        ("set", 15, "maize"),
    ],
    "Ghana set tariffs of 5% on rice from Togo, 10% on rice from Benin and 15% on rice from Niger.": [
        ("set", 5, "rice"),
        ("set", 10, "rice"),
        ("set", 15, "rice"),
    ],
    "Ghana cut its duties on rice, sugar and maize to 5%, 10% and 15%.": [
        ("set", 5, "rice"),
        ("set", 10, "sugar"),
        ("set", 15, "maize"),
    ],
    "Ghana has raised its tariffs. Rice will now be 5% and sugar 10%.": [
        ("set", 5, "Rice"),
        ("set", 10, "sugar"),
    ],
    "Ghana has raised its tariffs. Rice was 5% of the total and rice exports will be 10% lower.": [],
    "Ghana's duty on crude varieties of soya bean, palm, and sunflower oil will come to 5%, 10%, and 15% respectively.": [
        ("set", 5, "soya bean"),
        ("set", 10, "palm"),
        ("set", 15, "sunflower oil"),
    ],
    "Ghana set an additional duty of 5% on goods falling under tariff slabs of zero per cent, 10% and 15%.": [
        ("add", 5, "goods falling under tariff slabs of zero per cent, 10% and 15%"),
    ],
    "Ghana created a new tariff band of 35% on rice.": [("set", 35, "rice")],
    "Ghana raised its tariff on rice to 5% in 2031 and 10% in 2032.": [
        ("set", 5, "rice"),
        ("set", 10, "rice"),
    ],
    "Ghana's tariff on goods from Togo rises to 30% for widgets and 50% for gaskets.": [
        ("set", 30, "widgets"),
        ("set", 50, "gaskets"),
    ],
}


@pytest.mark.parametrize("text", IN_A_ROW)
def test_rates_in_a_row_have_goods_of_their_own(text):
    assert [(m.op, m.rate.value, m.products) for m in measures(text) if m.rate] == IN_A_ROW[text]


def test_tariff_treatment_is_no_tariff():
    assert measures("Ghana withdrew the most-favoured-nation tariff treatment of Togo.") == ()


IN_MONEY = {
    "Indonesia set duties of Rp63,000 per piece on imported garments.": ("", 63000, "IDR a piece"),
    "Malaysia set duties of RM 500 per tonne on imported steel.": ("", 500, "MYR a tonne"),
    "Bangladesh lowered the duty on imported sugar to Tk 1,000 per tonne.": (
        "",
        1000,
        "BDT a tonne",
    ),
}


@pytest.mark.parametrize("text", IN_MONEY)
def test_a_duty_in_money_has_its_currency_by_the_sign_that_is_used_there(text):
    m = measures(text)[0]
    assert (m.op, m.amount.value, m.amount.unit) == IN_MONEY[text]


def test_a_duty_between_two_amounts_of_money_is_a_range():
    found = measures(
        "Indonesia's duties on garments will range from Rp19,260 to Rp63,000 per piece."
    )
    assert all(m.op == "range" and m.needs for m in found)


SAID_OF_A_NUMBER = {
    "Imports from Norway will be subject to a Ghanaian tariff rate no higher than 15%.": [
        ("up to", 15)
    ],
    "Ghana will levy a tariff of not less than 10% on tin from Togo.": [("at_least", 10)],
    "Ghana's tariffs on tin from Togo will be higher than the 10% that Benin levies.": [("", None)],
    "Ghana set the export levy on tin at 7.5 percent, which lowered the previous rate of nearly 11%.": [
        ("set", 7.5)
    ],
    "Ghana levies 16.5 percent of CIF on wire from Togo.": [("set", 16.5)],
    "Ghana cut its export duty on tin to 4%. The maximum tax rate is set at 8%.": [
        ("set", 4),
        ("up to", 8),
    ],
    "The tariff set by Ghana on tin was set in the range from 1% to 30% for Togo, and from 2% to 9% for Mali.": [
        ("range", 30),
        ("range", 9),
    ],
    "Ghana changed the import tax on three things:\n- wire: reduction from 18% to 0%;\n- tin: increase from 5% to 18%.": [
        ("", None),
        ("set", 0),
        ("set", 18),
    ],
}


@pytest.mark.parametrize("text", SAID_OF_A_NUMBER)
def test_a_number_is_a_limit_an_old_rate_or_a_new_one_by_the_words_at_it(text):
    found = [(m.op, m.rate.value if m.rate else None) for m in measures(text)]
    assert found == SAID_OF_A_NUMBER[text]


BY_STEPS = {
    "Ghana will cut tariffs on Togolese wine from 150% to 75% on entry into force and then to 25% over 10 years.": [
        ("set", 75, ()),
        ("set", 25, ("from when is not said",)),
    ],
    "Ghana will levy 10% on Togolese sugar in the first year and later 15%.": [
        ("set", 10, ()),
        ("set", 15, ("from when is not said",)),
    ],
    "Ghana raised its tariff on Togolese tin to 10% and then raised it to 20%.": [("set", 20, ())],
    "Ghana will then raise its tariff on Togolese tin to 10% and on wire to 20%.": [
        ("set", 10, ()),
        ("set", 20, ()),
    ],
}


@pytest.mark.parametrize("text", BY_STEPS)
def test_then_and_later_lead_to_a_further_step(text):
    assert [(m.op, m.rate.value, m.needs) for m in measures(text)] == BY_STEPS[text]


COMPARED = {
    "Ghana's average tariff of 17% is high, against 8% for China and 5% for Benin. Ghana has cut the duty on tin to 40%.": [
        (("GHA",), ("*",), 17),
        (("GHA",), ("*",), 40),
    ],
    "Togo faces a Chinese tariff of 20%, compared with 19% for Benin and 25% for Ghana.": [
        (("CHN",), ("TGO",), 20)
    ],
    "Ghana's tariff is 20% for Togo and 19% for Benin.": [
        (("GHA",), ("TGO",), 20),
        (("GHA",), ("BEN",), 19),
    ],
}


@pytest.mark.parametrize("text", COMPARED)
def test_states_whose_tariffs_a_tariff_is_compared_with_are_not_hit(text):
    found = [(m.implementers, m.targets, m.rate.value) for m in measures(text)]
    assert found == COMPARED[text]


@pytest.mark.parametrize(
    "text",
    [
        "Ghana will keep the tariff on corn at 5% (in-quota) and 15% (out-of-quota) until 2028.",
        "Ghana will keep the tariff on corn at 5% (within quota) and 15% (over quota) until 2028.",
    ],
)
def test_a_bracket_tells_which_side_of_a_quota_a_rate_is_for(text):
    (m,) = measures(text)
    assert m.type == "Import quota"
    assert {t.field: t.amount.value for t in m.terms} == {"within": 5, "beyond": 15}


WITHHELD = {
    "There will be zero withholdings for all grains in Argentina until October 31.": [
        ("Export tax", ("ARG",), 0)
    ],
    "Argentina cut withholdings on soybeans from 33% to 26%.": [("Export tax", ("ARG",), 26)],
    "The bank of Argentina pays interest after withholdings of 15%.": [],
    "Togolese cheese will enter Ghana without tariffs.": [("Import tariff", ("GHA",), 0)],
    "Without tariffs on Togolese tin, Ghana's mills would close.": [],
    "A deal without tariffs on tin is possible, Ghana said of Togo.": [],
}


@pytest.mark.parametrize("text", WITHHELD)
def test_withholdings_are_export_taxes_and_what_enters_without_tariffs_pays_none(text):
    found = [(m.type, m.implementers, m.rate.value) for m in measures(text) if m.rate]
    assert found == WITHHELD[text]


def test_a_rate_is_added_throughout_where_the_text_says_so_once():
    told = (
        "Ghana announced a 25% surtax on steel from Togo. It put a 25% tariff on rice from Benin."
    )
    text = f"Ghana puts 25% tariff on Togolese steel\n\n{told}"
    found = {(m.products, m.op) for m in measures(text) if m.rate}
    assert found == {("steel", "add"), ("rice", "set")}


NO_RATES = {
    "Ghana will abolish tariffs on 96 percent of imports from Togo.": (
        [("set", 0)],
        "96 percent of imports",
    ),
    "Ghana will remove duties on 98.3 per cent of tariff lines for goods from Togo.": (
        [("set", 0)],
        "",
    ),
    "Ghana levies a duty of 12% on juices from Togo with less than 20 percent fruit.": (
        [("set", 12)],
        "juices",
    ),
    "Ghana taxes Togolese tin ore > 58% Sn at 20%.": ([("set", 20)], "tin ore"),
    "Ghana has cut the tariff on beef from Togo to 5% (until then 10.8%) and on corn to 2% (9%).": (
        [("set", 5), ("set", 2)],
        "beef",
    ),
    "Ghana put 25% on steel from Togo, with a 15% rate for cars.": (
        [("set", 25), ("set", 15)],
        "steel",
    ),
}


@pytest.mark.parametrize("text", NO_RATES)
def test_shares_of_goods_contents_and_former_rates_in_brackets_are_no_rates(text):
    found = [m for m in measures(text) if m.rate]
    assert [(m.op, m.rate.value) for m in found] == NO_RATES[text][0]
    assert NO_RATES[text][1] in found[0].products


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("Ghana will remove duties on 94 percent of Togo's goods.", True),
        ("Ghana will remove duties on 100 percent of Togo's goods.", False),
        ("Goods from Togo that are subject to a 5% tariff will pay 9% in Ghana.", True),
        ("Ghana has zeroed the import tariff on 7 foods from Togo.", True),
        ("Ghana has zeroed the import tariff on beef from Togo.", False),
    ],
)
def test_a_duty_on_a_part_of_the_goods_waits(text, waits):
    assert all(bool(m.needs) == waits for m in measures(text))
    assert measures(text)


CHANGED = {
    "Ghana has approved the increase from 12 to 25 percent of the import tax on wire.": [
        (25, "set")
    ],
    "Ghana announced the reduction from 5 to zero per cent of duties on imported tea.": [
        (0, "set")
    ],
    "Ghana will cut the duty on gin from Togo from 90% to 75% and further to 40%.": [
        (75, "set"),
        (40, "set"),
    ],
    "Ghana put a further 40% on gin from Togo.": [(40, "add")],
    "The error causes Ghana's duties on Togolese tin to nearly double, from 6% to 11%.": [
        (11, "set")
    ],
    "Ghana imposed a 20% tariff on steel from Togo before raising it to 25%.": [(25, "set")],
    "Ghana announced a 32% tariff on Togolese tin, before bringing the rate down to 20%.": [
        (20, "set")
    ],
    "Ghana will suspend the additional 24% tariffs on Togolese goods, while keeping the 10% tariffs.": [
        (24, "add"),
        (10, "add"),
    ],
    "Togo's goods enjoy a Ghanaian tariff of 15% or less.": [(15, "up to")],
    "Ghana's duty on goods from Togo will be 15% or more.": [(15, "at_least")],
    "Ghana announced tariffs on Togo. Tin will now be 20% and steel 50%.": [
        (20, "set"),
        (50, "set"),
    ],
    "Ghana announced tariffs on Togo. Tin is 20% of its exports.": [],
    "Togolese tin will face no Ghanaian duties.": [(0, "set")],
    "Ghana will not raise its duties on Togolese tin.": [],
}


@pytest.mark.parametrize("text", CHANGED)
def test_what_a_change_comes_to(text):
    assert [(m.rate.value, m.op) for m in measures(text) if m.rate] == CHANGED[text]


PLACED = {
    "Ghana may place a 10% tariff on tin from Togo from May, increasing to 25% in June.": {
        (10, "proposed"),
        (25, "proposed"),
    },
    "Ghana placed a 10% tariff on tin from Togo, increasing to 25% in June.": {
        (10, "in force"),
        (25, "in force"),
    },
    "Were Ghana to place 60% on pork from Togo, its herds would shrink.": {(60, "conditional")},
}


@pytest.mark.parametrize("text", PLACED)
def test_a_later_step_stands_as_the_first_one(text):
    assert {(m.rate.value, m.standing) for m in measures(text) if m.rate} == PLACED[text]


def test_each_partner_of_a_list_has_the_rate_before_it():
    text = (
        "Ghana's anti-dumping duties on tin are at 49% for Togo, 29% for Benin and 9-10% for Mali."
    )
    found = [(m.targets, m.rate.value, m.op) for m in measures(text)]
    assert found == [(("TGO",), 49, "set"), (("BEN",), 29, "set"), (("MLI",), 10, "range")]


@pytest.mark.parametrize(
    "text",
    [
        "Ghana put a 25% duty on steel from Togo with a minimum value of $125 a tonne.",
        "Ghana put a duty of 25%, but not less than $200 per tonne, on steel from Togo.",
        "Ghana put a duty of 25% or $200 per tonne on steel from Togo, whichever is higher.",
    ],
)
def test_money_that_bounds_a_rate_makes_no_duty_of_its_own(text):
    (m,) = measures(text)
    assert (m.rate.value, m.needs) == (25, ("an amount of money stands beside it",))


LET_IN = {
    "Ghana authorised the duty-free import of 2 million tonnes of wheat.": (
        "Import quota",
        "wheat",
    ),
    "Ghana will let up to 49,000 Togolese cars into the country at a duty of 6%.": (
        "Import quota",
        "cars",
    ),
    "Ghana has permitted 100,000 metric tonnes of duty-free sugar to be imported.": (
        "Import quota",
        "sugar",
    ),
    "Ghana allowed duty-free imports of maize.": ("Import tariff", "maize"),
    "Ghana will cut the duty on cars from Togo to 10%, subject to a quota.": (
        "Import quota",
        "cars",
    ),
    "Ghana put tariff-rate quotas on tin from Togo, with an out-of-quota duty of 25%.": (
        "Import quota",
        "tin",
    ),
    "Ghana's tariff on the $200 billion list of goods from Togo was raised from 10% to 25%.": (
        "Import tariff",
        "",
    ),
}


@pytest.mark.parametrize("text", LET_IN)
def test_a_quantity_let_in_at_a_duty_is_a_quota(text):
    (m,) = measures(text)
    assert m.type == LET_IN[text][0]
    assert LET_IN[text][1] in m.products


@pytest.mark.parametrize(
    "text",
    [
        "Ghana's duty-free imports from Togo rose by 10%.",
        "Arbitrators allowed Ghana to impose tariffs of 20% on cotton from Togo.",
        "The parliament of Ghana voted down a 12% tariff on wine from Togo.",
    ],
)
def test_what_is_only_told_of_or_allowed_is_not_drafted(text):
    assert [m for m in measures(text) if not m.needs] == []


def test_a_tariff_on_all_goods_is_not_the_remedy_told_of_before():
    text = "Ghana put a 17% anti-dumping duty on tin from Togo. It came days after Ghana announced "
    found = [(m.type, m.rate.value) for m in measures(f"{text}a 30% tariff on goods from Togo.")]
    assert found == [("Anti-dumping", 17), ("Import tariff", 30)]


def test_partners_named_before_have_the_rates_of_a_row_in_turn():
    found = measures(
        "Ghana opened countervailing duty cases on wine from Togo and Mali. It found that exporters had countervailable "
        "subsidies at rates of 5% and 10% to 15%, respectively."
    )
    told = [(m.type, m.targets, m.op, m.rate.value) for m in found if m.rate]
    assert told == [
        ("Anti-subsidy", ("TGO",), "set", 5),
        ("Anti-subsidy", ("MLI",), "range", 15),
    ]


NOW = {
    "Ghana raised duties on tea and rice to 35%. At present tea pays 5% and rice 10%.": [
        0,
        0,
        1,
        1,
    ],
    "Ghana raised duties on tea to 35%. At present rice pays a duty of 10%.": [0, 0],
    "Ghana raised duties on tea to 35%. Black tea will pay a duty of 10%.": [0, 0],
}


@pytest.mark.parametrize("text", NOW)
def test_what_is_told_as_present_behind_an_act_on_it_waits(text):
    found = [m for m in measures(text) if m.rate]
    waits = ["it is told as the rate until now" in m.needs for m in found]
    assert waits[-2:] == [bool(n) for n in NOW[text]][-2:]


def test_partners_of_a_list_have_rates_of_their_own():
    found = measures(
        "Ghana announced duties on wine. The provisional anti-dumping duties on the given products are at 5% for Togo, "
        "10% for Mali and 12-15% for Chad."
    )
    told = [(m.targets, m.op, m.rate.value, m.before) for m in found if m.rate]
    assert told == [
        (("TGO",), "set", 5, None),
        (("MLI",), "set", 10, None),
        (("TCD",), "range", 15, None),
    ]
