"""Which kind of act a text tells of, which goods it is on, and what is no act of its own."""

from __future__ import annotations

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read


def measures(text: str):
    return read(document_of(text.encode(), "made-up.txt")).measures


def drafted(text: str):
    """Kind, who acts, who is hit, rate and goods of each measure that waits for nobody."""
    return [
        (m.type, m.implementers, m.targets, m.rate.value if m.rate else None, m.products)
        for m in measures(text)
        if not m.needs
    ]


DUTIES_ON_EXPORTS = {
    "Vietnam introduces a duty of 10% on the export of pepper.": ("Export tax", "VNM", "*"),
    "The duty on the export of rice from Vietnam will be 5%.": ("Export tax", "VNM", "*"),
    "Vietnam raised its taxes on pepper exports from 5% to 8%.": ("Export tax", "VNM", "*"),
    "Vietnam set the export customs duty on pepper at 8%.": ("Export tax", "VNM", "*"),
    "Vietnam imposed an 8% export duty on pepper.": ("Export tax", "VNM", "*"),
    "Vietnam imposed an 8% tariff on its pepper exports.": ("Export tax", "VNM", "*"),
    "Vietnam raised withholdings on exports of pepper to 8%.": ("Export tax", "VNM", "*"),
    "Vietnam imposed an 8% duty on pepper exports to Japan.": ("Export tax", "VNM", "JPN"),
    "Japan imposed an 8% duty on pepper exports from Vietnam.": ("Import tariff", "JPN", "VNM"),
    "Japan imposed an 8% tariff on Vietnamese pepper exports.": ("Import tariff", "JPN", "VNM"),
    "Vietnamese pepper exports face an 8% tariff in Japan.": ("Import tariff", "JPN", "VNM"),
    "Japan imposed an 8% tariff on imports of pepper.": ("Import tariff", "JPN", "*"),
}


@pytest.mark.parametrize("text", DUTIES_ON_EXPORTS)
def test_a_duty_on_what_its_own_state_sells_is_an_export_tax_on_all_buyers(text):
    ((kind, actor, target, rate, _goods),) = drafted(text)
    assert (kind, *actor, *target) == DUTIES_ON_EXPORTS[text]
    assert rate in (5, 8, 10)


GOODS = {
    "Kenya banned the export of maize. The ban covers Uganda and Rwanda.": ["maize", "maize"],
    "Kenya put a 20% tariff on Ugandan maize. Kenya raised its duty on this crop to 25%.": [
        "maize"
    ],
    "Kenya has a duty on maize from Uganda. The 20% duty on the crop starts in May.": ["maize"],
    "Kenya imposed a 20% anti-dumping duty on Chinese tyres. A 5% duty will apply to the subject"
    " goods from India.": ["tyres", "tyres"],
    "Kenya imposed a 20% tariff on covered tyres from China.": ["tyres"],
    "Kenya banned the export and re-export of German lorries to Uganda.": ["lorries"],
}


@pytest.mark.parametrize("text", GOODS)
def test_goods_that_are_named_before(text):
    assert [goods for *_, goods in drafted(text)] == GOODS[text]


NO_GOODS = [
    "Vietnam put an 8% tariff on exports.",
    "Kenya introduced export controls for the council's consideration.",
    "Kenya imposed export controls that restrict the ability of Uganda to build tanks.",
    "Kenya banned the import of the following items:",
    "Kenya put a 20% tariff on these goods from Uganda.",
]


@pytest.mark.parametrize("text", NO_GOODS)
def test_acts_bodies_and_unsaid_goods_are_no_goods(text):
    assert not drafted(text)
    assert not any(m.products for m in measures(text))


EMBARGOES = {
    "Chile imposed an embargo on beef from Peru.": "Import ban",
    "Chile imposed an embargo on beef produced in Peru.": "Import ban",
    "Chile imposed an embargo on Peru.": "Trade ban",
    "Chile imposed an embargo on Peruvian beef.": "Trade ban",
    "Chile imposed a ban on Peruvian beef.": "Import ban",
    "Chile banned beef imports. The embargo applies to Peru.": "Import ban",
}


@pytest.mark.parametrize("text", EMBARGOES)
def test_an_embargo_on_goods_from_somewhere_keeps_them_out(text):
    assert measures(text)[-1].type == EMBARGOES[text]
    assert "PER" in measures(text)[-1].targets


ITEMS = (
    "\n- Peru raises its tariff on Chilean wine to 20%\n- Peru puts a 5% tariff on Chilean salt\n"
)
LISTS = {
    f"Peru's minister has proposed the following changes to its tariffs on Chile:{ITEMS}": [],
    f"In the simulation the steps would be these:{ITEMS}": [],
    f"Peru threatened Chile with these tariffs:{ITEMS}": [],
    f"Peru has decided on the following tariffs:{ITEMS}": [20, 5],
    f"Peru has proposed a tariff on tin. It has decided on this:{ITEMS}": [20, 5],
    f"Peru has proposed these steps:\n- a duty on tin\n\nTariffs are in force on wine and salt.{ITEMS}": [
        *(20, 5)
    ],
}


@pytest.mark.parametrize("text", LISTS)
def test_a_doubt_before_a_list_is_one_of_all_its_items(text):
    assert [rate for _, _, _, rate, _ in drafted(text)] == LISTS[text]


FACTS_ABOUT_ACTS = {
    "Peru put a 20% duty on Chilean wine. The duty can be suspended by the cabinet.": [20],
    "Peru put a 20% duty on Chilean wine. The duty was suspended by the cabinet.": [],
    "Peru put a 20% duty on Chilean wine. Bolivia raised the tariff on Brazil to 30%.": [20, 30],
    "Peru extended the ban on the export of tin from the country.": [None],
    "Peru banned the import of tin from the country.": [],
}


@pytest.mark.parametrize("text", FACTS_ABOUT_ACTS)
def test_what_the_next_sentence_says_of_an_act(text):
    found = drafted(text)
    assert [rate for _, _, _, rate, _ in found] == FACTS_ABOUT_ACTS[text]
    assert all(not goods for _, actor, _, _, goods in found if actor == ("BOL",))


ENDED = {
    "Kenya lifted its ban on maize imports from Uganda. It had banned the maize in March.": 0,
    "Kenya lifted its ban on maize imports from Uganda. The ban was extended in March.": 0,
    "Kenya lifted its ban on maize imports from Uganda. It banned milk imports from Uganda.": 1,
    "Kenya lifted its ban on maize imports from Uganda. It banned maize from Uganda again.": 1,
    "Kenya lifted its ban on maize imports from Uganda. It will ban maize from Uganda in May.": 1,
    "Kenya banned maize imports from Uganda. In May it lifted its ban on maize imports.": 0,
}


@pytest.mark.parametrize("text", ENDED)
def test_a_ban_whose_end_is_told_first(text):
    assert len(drafted(text)) == ENDED[text]


NOT_THE_RATE_NOW = {
    "Peru raised its tariff on Chilean wine to 20% from 5% earlier.": [20],
    "Peru put a 20% tariff on Chilean wine; the rate was 5% before.": [20],
    "Peru's tariff on Chilean wine, which was 5%, is now 20%.": [20],
    "Peru had a 5% tariff on Chilean wine.": [],
    "Peru removed most of its tariffs on Chilean goods.": [],
    "Peru removed certain tariffs on Chile.": [],
    "Peru removed its tariffs on Chilean goods.": [0],
    "Peru removed non-tariff barriers to Chilean goods, such as permits, quotas and taxes.": [],
    "Viña Sol SpA of Chile gets the lowest rate, 5%.": [],
    "Peru put a 20% tariff on Chilean wine. Viña Sol SpA of Chile faces a rate of 5%.": [20],
}


@pytest.mark.parametrize("text", NOT_THE_RATE_NOW)
def test_rates_until_now_parts_of_duties_and_rates_of_firms_wait(text):
    assert [rate for _, _, _, rate, _ in drafted(text)] == NOT_THE_RATE_NOW[text]


LICENSED = {
    "China banned exports of gallium.": "Export ban",
    "China banned exports of gallium without a licence.": "Export licensing requirement",
    "Gallium may not be exported from China without a permit.": "Export licensing requirement",
    "Chile banned imports of beef without prior approval.": "Import licensing requirement",
    "President Xi signed an order banning the importation from Japan of beef.": "Import ban",
}


@pytest.mark.parametrize("text", LICENSED)
def test_what_is_banned_without_a_permit_needs_a_licence(text):
    (m,) = measures(text)
    assert (m.type, m.products in ("gallium", "Gallium", "beef")) == (LICENSED[text], True)


def test_who_it_is_forbidden_to_is_no_goods_told_of_before():
    text = "Chile put a 5% duty on Japanese tin. It is forbidden to export cars without a permit."
    assert not any("tin" in m.products for m in measures(text)[1:])


def test_a_tariff_on_exports_may_be_one_on_those_of_others():
    (m,) = measures("Vietnam will put an 8% tariff on pepper exports, it said on Monday.")
    assert (m.type, "which goods are meant is not said" in m.needs) == ("Import tariff", True)


TITLES = {
    "Peru puts 20% duty on Chile\n\nOn Monday Peru put a 20% duty on Chilean wine.": ["wine"],
    "Peru puts 20% duty on Chilean food\n\nPeru put a 20% duty on Chilean salmon.": ["salmon"],
    "Peru puts 20% duty on Chilean salmon\n\nPeru put a 20% duty on Chilean tin.": [
        "salmon",
        "tin",
    ],
    "Peru puts 20% duty on Chile\n\nOn Monday Peru put a 30% duty on Chilean wine.": ["", "wine"],
    "Peru puts 20% duty on Chilean wine\n\nPeru put a 19.83% duty on Chilean wine.": ["wine"],
    "Peru puts 20% duty on Chilean wine\n\nPeru put a 19.3% duty on Chilean wine.": [
        "wine",
        "wine",
    ],
    "Peru puts 20% duty on Chilean wine\n\nPeru put a 20% surtax on Chilean wine.": ["wine"],
    "Peru puts 20% duty on Chilean wine\n\nPeru put a 20% surtax on Chilean tin.": ["wine", "tin"],
}


@pytest.mark.parametrize("text", TITLES)
def test_a_title_of_more_goods_than_the_text_below(text):
    assert [m.products.split()[-1] if m.products else "" for m in measures(text)] == TITLES[text]


WAITING = {
    "Japan said that Chile's export curbs on copper were a breach of trade law.": True,
    "Chile imposed export curbs on copper.": False,
    "Exports of copper from Chile are now subject to a licence, the ministry said.": False,
    "Brazil has raised its tariff on Chinese cars to 6%, and up to 4,000 workers gain.": False,
    "Egypt said a cargo of 630 Moroccan cars was blocked.": True,
    "Egypt blocked imports of Moroccan cars.": False,
    "Russia has no plans to expand the list of Turkish fruit that is banned from import.": True,
    "The EU imposed an anti-dumping duty of 20% on imports of tyres.": True,
    "The EU imposed an anti-dumping duty of 20% on imports of tyres from Turkey.": False,
    "The EU imposed a safeguard duty of 20% on imports of tyres.": False,
    "The dumping margin for rebar from Thailand is under two percent, Canada said.": True,
    "Norway will reduce or eliminate tariffs on Swiss cheese.": True,
    "Norway will eliminate tariffs on Swiss cheese.": False,
    "Imports from Fiji were set to face a 32% Australian duty.": True,
    "Imports from Fiji are set to face a 32% Australian duty.": False,
    "A survey in Australia says that adding a 10% tariff on wine from Fiji would hit sales.": True,
    "There was a consensus in India to lift the tax on sugar imports to 40%.": True,
    "India decided to lift the tax on sugar imports to 40%.": False,
    "Kenya announced new tariffs weeks after it said it would hit Chad with a 10% tax on imports.": True,
    "Kenya hit Chad with a 10% tax on imports weeks after Chad hit Kenya.": False,
    "The 20% universal tariff - an idea from Chile's minister - would add a fortune, he said.": True,
    "Peru said that a 20% tariff would be put on Chilean wine should talks fail.": True,
    "Peru said that Chile would pay, and that a 20% tariff would be put on Chilean wine should"
    " talks fail.": True,
    "Peru said that a 20% tariff would be put on Chilean wine in May.": False,
    "The president-elect is in Lima. Peru announced it would put a 20% tariff on Chilean wine.": True,
    "The president is in Lima. Peru announced it would put a 20% tariff on Chilean wine.": False,
    "Peru proposes to cut tariffs. As part of the proposed changes, Peru will put a 20% tariff on"
    " Chilean wine.": True,
    "Peru decides to cut tariffs. Among the changes, Peru will put a 20% tariff on Chilean wine.": (
        False
    ),
    "Peru put a 20% tariff on most other goods from Chile.": True,
    "Peru put a 20% tariff on goods from Chile.": False,
    "Peru has banned imports from a fifth Chilean plant.": True,
    "Peru imposed tariffs of 10 to 20% on imports from Chile.": True,
    "Peru banned the import from Chile by rail of petrol and coal.": True,
    "Chile has drafted an order to ban imports of eggs. The ban will apply to eggs from Peru.": True,
    "Chile issued an order to ban imports of eggs. The ban will apply to eggs from Peru.": False,
}


@pytest.mark.parametrize("text", WAITING)
def test_what_is_spoken_of_limited_or_past_is_no_draft(text):
    """Fields that no text tells, such as the share that gets no licence, are no doubt."""
    asked = [[n for n in m.needs if not n.startswith("write ")] for m in measures(text)]
    assert all(asked) == WAITING[text]


@pytest.mark.parametrize(
    ("day", "standing"), [("October 1, 2016", "expired"), ("October 1, 2018", "in force")]
)
def test_what_ran_out_before_the_day_of_the_text(day, standing):
    text = f"LIMA, October 7, 2016 - Peru banned exports of wheat to Chile until {day}."
    assert [m.standing for m in measures(text)] == [standing]


SIDES = {
    "The Thai Customs Department announced that the export of fish from Japan has been banned.": (
        ("Import ban", "THA", "JPN"),
    ),
    "Japan's ministry announced that the export of fish from Japan has been banned.": (
        ("Export ban", "JPN", "*"),
    ),
    "Peru hailed it. President Donald Trump said so even as his administration keeps a 90% tariff"
    " on Chinese cars.": (("Import tariff", "USA", "CHN"),),
    "Kenya put a 10% duty on maize from Chad. Imports of maize from other countries pay 30%.": (
        ("Import tariff", "KEN", "TCD"),
    ),
    "India has an export duty on onions of 20%. It raised this duty to 30%.": (
        *(("Export tax", "IND", "*"), ("Export tax", "IND", "*")),
    ),
    "Kenya put a 10% duty on maize from Chad. It put a 30% duty on all wheat imports.": (
        *(("Import tariff", "KEN", "TCD"), ("Import tariff", "KEN", "*")),
    ),
}


@pytest.mark.parametrize("text", SIDES)
def test_whose_act_it_is_where_the_text_told_of_another(text):
    assert [(kind, *a, *t) for kind, a, t, _rate, _goods in drafted(text)] == [*SIDES[text]]


def test_a_day_is_no_fruit():
    assert "date" not in [
        m.products for m in measures("Peru stopped copper exports from that date.")
    ]
    assert [m.products for m in measures("Peru banned exports of dates.")] == ["dates"]


def test_a_title_gives_way_to_goods_that_the_text_below_leaves_open():
    title = "Peru puts 30% tariff on Chile\n\n"
    assert drafted(f"{title}Peru put a 30% tariff on 20 products from Chile.") == []
    assert len(drafted(f"{title}Peru put a 40% tariff on 20 products from Chile.")) == 1


UNDECIDED = {
    "Peru levies a 5% duty on Chilean wine, despite Brazil's refusal to extend the ban on salt.": [
        5
    ],
    "Peru has put up for public comment a draft law on a ban on exports of tin.": [],
    "Peru's ministry has prepared a draft government decree on a ban on the export of tin.": [],
    "Peru adopted the draft decree on a ban on the export of tin.": [None],
    "Peru put a 12% tariff on 40 million dollars of Chilean goods.": [],
    "Peru put a 12% tariff on Chilean goods.": [12],
    "Peru put anti-dumping duties totalling 31% on Chilean wine.": [],
    "Peru put duties totalling 31% on Chilean wine.": [31],
    "Peru's average duty on Chilean wine is 7%.": [],
    "Peru imposed an anti-dumping duty of 9% on Chilean tyres. Bolivian imports were charged duties"
    " of 20%.": [9, 20],
    "Peru will bring in a ban on wine imports from Chile for consideration by the congress.": [],
    "Peru reduced the previous rate of 11% on Chilean wine.": [],
    "The second set of tariffs is applied by Peru on Chilean wine at 10%.": [10],
    "Peru put a 12% duty on extra-regional cement.": [12],
    "Peru put a 40% or $900 duty on Chilean cars.": [],
    "Peru tariffs were put on Chilean makers of tyres. A duty of 9% will be applied to Sodimac and"
    " 12% to Falabella.": [],
    "Peru will stay within its export quota for tin to Chile.": [],
    "Peru has periodically halted its tin exports to Chile.": [],
    "Peru has halted its tin exports to Chile.": [None],
    "Peru has the right to raise its tariff on Chilean wine from 6% to 20%.": [],
    "Peru had earlier said it would put a 20% tariff on Chilean wine.": [],
    "The bank found that 20% tariffs on Chilean wine would raise the price of lunch in Peru.": [],
    "Peru agreed to pause a 20% tariff on goods from Chile except wine, which will face 5%"
    " tariffs.": [],
    "Peru's decision requires that Peruvian exporters prohibit re-exports of tin to Chile.": [],
    "Peru will withdraw the tariff preferences of Chile.": [],
    "Peru announced the easing of restrictions on exports of tin to Chile.": [],
    "Peru announced the lifting of the ban on imports of Chilean wine.": [],
    "Peru put a 20% tariff on certain agricultural products from Chile.": [],
    "Peru put a 20% tariff on certain tyres from Chile.": [20],
}


@pytest.mark.parametrize("text", UNDECIDED)
def test_what_is_denied_drafted_summed_allowed_supposed_or_a_firms_is_no_draft(text):
    assert [rate for *_, rate, _ in drafted(text)] == UNDECIDED[text]


BANS = {
    "The sanctions also prohibit the exportation of tin and copper from Peru to Chile.": [
        ("Export ban", "PER", "CHL")
    ],
    "Peru is imposing a prohibition on the direct or indirect import of tyres from Chile.": [
        ("Import ban", "PER", "CHL")
    ],
    "Peru's tariffs on Chilean wine have blocked exports to that market.": [],
    "Peru imposed a 25% tariff on Chilean wine and banned imports of Chilean salt.": [
        ("Import tariff", "PER", "CHL"),
        ("Import ban", "PER", "CHL"),
    ],
    "Peru imposed a 25% tariff on Chilean wine and banned exports of maize after a drought.": [
        ("Import tariff", "PER", "CHL")
    ],
    "Peru banned exports of wine over Chile's invasion of Bolivia.": [("Export ban", "PER", "*")],
    "Peru imposed a ban on the export of grain outside the customs territory of Mercosur.": [
        ("Export ban", "PER", "*")
    ],
    "Peru imposed a ban on the export of grain to the customs territory of Mercosur.": [
        ("Export ban", "PER", "MERCOSUR")
    ],
    "Peru announced a ban on Chilean milk imports and Brazil, the region's biggest economy,"
    " backed it.": [("Import ban", "PER", "CHL")],
    "Peru announced a ban on milk imports from Chile and Brazil.": [
        ("Import ban", "PER", "CHL", "BRA")
    ],
    "Peru will keep a ban on the import of all Chilean goods to Peru.": [
        ("Import ban", "PER", "CHL")
    ],
}


@pytest.mark.parametrize("text", BANS)
def test_what_bans_a_flow_of_goods_and_whom_it_hits(text):
    assert [(kind, *actor, *target) for kind, actor, target, *_ in drafted(text)] == BANS[text]


NAMED_BEFORE = {
    "Peru put duties on imports of Chilean lace and ribbons. The duty on all the items is 10%.": [
        "lace, ribbons"
    ],
    "Peru banned imports of several Chilean farm products, including maize and rice.": [
        "maize, rice"
    ],
    "Peru will go on imposing anti-dumping duties on imports of tyres from Chile. The rate for"
    " Chilean producers will be 26%.": ["tyres"],
}


@pytest.mark.parametrize("text", NAMED_BEFORE)
def test_goods_that_a_text_tells_by_examples_or_by_what_was_named(text):
    assert [goods for *_, goods in drafted(text)] == NAMED_BEFORE[text]


ON_EXPORTS = {
    "Peru cut its export taxes on farm products. Tariffs on maize drop to 24% from 31%.": "Export tax",
    "Peru cut its export taxes on imported tin. Tariffs on maize drop to 24% from 31%.": "Import tariff",
    "Peru cut its taxes on farm products. Tariffs on maize drop to 24% from 31%.": "Import tariff",
}


@pytest.mark.parametrize("text", ON_EXPORTS)
def test_a_plain_duty_of_a_text_on_exports_alone_is_one_on_exports(text):
    assert [m.type for m in measures(text) if m.rate] == [ON_EXPORTS[text]]


IN_MONEY = {
    "Indonesia put a duty of Rp1,405 a kilogram on imported yarn.": (1405, "IDR a kilogram"),
    "Bangladesh put a duty of Tk 1,000 a tonne on imported sugar.": (1000, "BDT a tonne"),
    "Malaysia put a duty of RM 40 a tonne on imported sugar.": (40, "MYR a tonne"),
}


@pytest.mark.parametrize("text", IN_MONEY)
def test_duties_in_the_money_of_more_states(text):
    ((amount),) = [m.amount for m in measures(text) if m.amount]
    assert (amount.value, amount.unit) == IN_MONEY[text]


def test_a_tax_on_exports_that_an_agreement_forgoes_makes_no_duty_of_it_one():
    """A duty that a party removes is on what the other sells, though the agreement speaks of export taxes too."""
    text = "Joint statement of Norway and Kenya. {} Neither side will impose new export taxes."
    removal = "Kenya will remove its duty on fish products by 1 July 2026."
    assert "Export tax" not in {
        m.type for m in read(document_of(text.format(removal).encode(), "a.txt")).measures if m.rate
    }
