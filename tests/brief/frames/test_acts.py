"""What is read of an act beyond its sides: what the rate does, days, goods, standing, tables, what bars a draft."""

from __future__ import annotations

from datetime import date

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.drafts import drafts_of
from paxsilica.brief.frames.goods import goods_words
from paxsilica.brief.reading import read, record_of
from paxsilica.policy import parse_scenario
from paxsilica.policy.products import hs_codes


def measures(text: str, name: str = "made-up.txt"):
    return read(document_of(text.encode(), name)).measures


def drafts(text: str):
    return drafts_of(record_of([read(document_of(text.encode(), "made-up.txt"))]))


def only(text: str):
    (measure,) = measures(text)
    return measure


STANDINGS = {
    "Peru imposed a 20% tariff on Chilean wine.": "in force",
    "Peru will impose a 20% tariff on Chilean wine.": "announced",
    "Peru threatened a 20% tariff on Chilean wine.": "threatened",
    "Peru is considering a 20% tariff on Chilean wine.": "proposed",
    "Peru will impose a 20% tariff on Chilean wine unless Chile relents.": "conditional",
    "Peru denied that it had imposed a 20% tariff on Chilean wine.": "denied",
    "Peru has not imposed a 20% tariff on Chilean wine.": "denied",
    "Peru did not say that it had imposed a 20% tariff on Chilean wine.": "denied",
    "Peru rescinded its 20% tariff on Chilean wine.": "rescinded",
    "Peru's 20% tariff on Chilean wine expired on Monday.": "expired",
    "A court struck down Peru's 20% tariff on Chilean wine.": "struck down",
    "Chile was spared a 20% Peruvian tariff on its wine.": "averted",
    "Peru postponed its 20% tariff on Chilean wine.": "delayed",
    "In the simulation, Peru imposes a 20% tariff on Chilean wine.": "simulated",
    "In 1985 Peru imposed a 20% tariff on Chilean wine.": "historical",
    "Will Peru impose a 20% tariff on Chilean wine?": "asked",
    "Peru should impose a 20% tariff on Chilean wine.": "opinion",
    "Peru imposed a 20% tariff on Chilean wine. The report is false, officials said.": "denied",
    "Peru imposed a 20% tariff on Chilean wine. The measure was suspended a day later.": "delayed",
    "Chile asked Peru to drop its 20% tariff on Chilean wine.": "in force",
    "Peru's 20% tariff on Chilean wine puzzles exporters.": "in force",
    "A 20% tariff on Chilean wine by Peru puzzles exporters.": "unclear",
}


@pytest.mark.parametrize("text", STANDINGS)
def test_how_an_act_stands(text):
    told = [m for m in measures(text) if not m.id.endswith("-now")]
    found = {m.standing for m in told if 20 in [q.value for q in (m.rate, m.before) if q]}
    assert found == {STANDINGS[text]}
    assert bool(drafts(text)) == (STANDINGS[text] in ("in force", "announced"))


LEVELS = {
    "India imposed a 25% tariff on Peruvian copper.": ("set", 25),
    "India imposed an additional 25% tariff on Peruvian copper.": ("add", 25),
    "India raised its tariff on Peruvian copper by 5 percentage points.": ("add", 5),
    "India cut its tariff on Peruvian copper by 5 percentage points.": ("add", -5),
    "India raised its tariff on Peruvian copper by 10%.": ("of the rate", 10),
    "India raised its tariff on Peruvian copper from 5% to 10%.": ("set", 10),
    "India imposed a tariff of up to 25% on Peruvian copper.": ("up to", 25),
    "India imposed a tariff of between 10% and 25% on Peruvian copper.": ("range", 25),
    "India doubled its tariff on Peruvian copper.": ("multiply", 200),
    "India will abolish its tariff on Peruvian copper.": ("set", 0),
    "India will apply the higher of the MFN rate or a tariff of 15% on Peruvian copper.": (
        "at_least",
        15,
    ),
}


@pytest.mark.parametrize("text", LEVELS)
def test_what_the_rate_does(text):
    rated = [m for m in measures(text) if m.rate]
    assert [(m.op, m.rate.value) for m in rated] == [LEVELS[text]]
    drafted = LEVELS[text][0] in ("set", "add", "at_least")
    assert bool(drafts(text)) == drafted


def test_days_of_a_step_and_of_a_last_day():
    text = (
        "LIMA, March 3, 2026 - Peru will charge a 10% tariff on Chilean wine from 1 April 2026 and 35% from "
        "1 October 2026."
    )
    steps = [(m.rate.value, m.starts) for m in measures(text)]
    assert steps == [(10, date(2026, 4, 1)), (35, date(2026, 10, 1))]
    until = only("Peru imposed a 10% tariff on Chilean wine until 31 May 2027.")
    assert until.ends == date(2027, 5, 31)


def test_a_draft_has_the_days_the_goods_and_what_the_rate_does():
    text = "LIMA, March 3, 2026 - Canada imposed an additional 25% tariff on Japanese cars, effective 1 May 2026."
    (draft,) = drafts(text)
    (measure,) = parse_scenario(draft.text).measures
    assert (measure.importer, measure.exporter, measure.product) == (
        ("CAN",),
        ("JPN",),
        ("HS 8703",),
    )
    assert (measure.op, measure.rate, measure.from_) == ("add", 0.25, date(2026, 5, 1))


def test_without_a_start_the_day_of_the_text_stands_and_the_draft_says_so():
    (draft,) = drafts("LIMA, March 3, 2026 - Canada imposed a 25% tariff on Japanese cars.")
    assert "from: 2026-03-03" in draft.text
    assert any("it is the day of the text, 2026-03-03" in a for a in draft.assumptions)


def test_a_measure_told_twice_is_drafted_once_with_its_goods():
    text = "Canada imposed a 25% tariff on Japanese cars. Canada's 25% tariff on Japan took effect on Monday."
    (draft,) = drafts(text)
    assert "HS 8703" in draft.text


NOT_KNOWN = {
    "Canada imposed a 25% tariff on Japanese flubber.": "flubber is no product that is known",
    "Canada imposed a 25% tariff on Kenyan tea.": "KEN is no region of the baseline",
}


@pytest.mark.parametrize("text", NOT_KNOWN)
def test_what_the_baseline_lacks_is_named_and_not_drafted(text):
    m = only(text)
    assert m.needs == ()
    assert m.lacks == (NOT_KNOWN[text],)
    assert drafts(text) == ()


NEEDS = {
    "The US imposed a 25% tariff on any country that buys oil from Venezuela.": "third country",
    "India imposed an anti-dumping duty of 200 dollars a tonne on Chinese solar glass.": "per unit",
    "Canada imposed a 25% tariff on certain goods from Japan.": "which goods",
    "The EU imposed a 25% tariff on $3 billion of goods from Japan.": "which goods",
    "Canada imposed an anti-dumping duty of 25% on imports from Japan.": "the product",
    "The EU set an import quota of 3 million tonnes on steel from Turkey.": "`within`",
    "A 25% tariff on Japanese cars took effect.": "who acts",
    "Canada imposed a 25% tariff on steel.": "whom it hits",
    "Canada raised its tariff on Chinese flubber to 10%. Mexico followed. Vietnamese rice faces a 20% tariff.": "earlier",
    "Britain will remove tariffs on US ethanol through a tariff rate quota.": "quota",
    "The duty of 39% that Washington imposed on Swiss goods has been cut.": "historical",
    "The original US tariff was 24% for Japan.": "historical",
}


@pytest.mark.parametrize("text", NEEDS)
def test_what_a_person_must_settle_is_said(text):
    assert drafts(text) == ()
    assert any(NEEDS[text] in need for m in measures(text) for need in m.needs)


SIDES = {
    "Canada will levy 10% on Japanese cars and 15% on Korean cars.": {
        ("CAN", "JPN", 10),
        ("CAN", "KOR", 15),
    },
    "Canada charges 10% and 15% on Japan and Korea respectively.": {
        ("CAN", "JPN", 10),
        ("CAN", "KOR", 15),
    },
    "A deal was struck: Canada cuts its duty on Japan's goods to 5% while Japan cuts its duty on Canada's goods to 12%.": {
        ("CAN", "JPN", 5),
        ("JPN", "CAN", 12),
    },
    "Ukraine and Japan apply to each other's poultry a duty of 10%.": {
        ("UKR", "JPN", 10),
        ("JPN", "UKR", 10),
    },
    'The Republic of Korea (hereinafter "Side A") and Japan (hereinafter "Side B") agree. Side B shall apply a duty '
    "of 5% to cars from Side A.": {("JPN", "KOR", 5)},
    "Canada imposed a 10% tariff on steel from all countries except Mexico.": {("CAN", "*", 10)},
}


@pytest.mark.parametrize("text", SIDES)
def test_rates_of_a_sentence_go_to_their_own_sides(text):
    ready = [m for m in measures(text) if not m.needs]
    got = {(a, b, m.rate.value) for m in ready for a in m.implementers for b in m.targets}
    assert got == SIDES[text]


def test_who_is_left_out_is_left_out_of_the_draft():
    (draft,) = drafts("Canada imposed a 10% tariff on steel from all countries except Mexico.")
    (measure,) = parse_scenario(draft.text).measures
    assert (measure.exporter, measure.except_) == (None, ("MEX",))


TABLE = """The United States will charge the following tariffs on imports from these countries from 7 August 2025:
{}
"""
ROWS = [
    ("Afghanistan", 15),
    ("Algeria", 30),
    ("Angola", 15),
    ("European Union", 15),
    ("Japan", 15),
    ("Switzerland", 39),
]


@pytest.mark.parametrize(
    "row", ["{} | {}%", "{}: {} per cent", "- {}, {} %", "| {} | {}% |", "{}\t{}%"]
)
def test_rows_of_a_table_are_read_with_the_sentence_above(row):
    text = TABLE.format("\n".join(row.format(*r) for r in ROWS))
    got = [(m.implementers, m.targets, m.rate.value, m.starts) for m in measures(text)]
    codes = ["AFG", "DZA", "AGO", "EU", "JPN", "CHE"]
    assert got == [
        (("USA",), (code,), rate, date(2025, 8, 7))
        for code, (_, rate) in zip(codes, ROWS, strict=True)
    ]


def test_heads_of_a_table_decide_which_column_counts():
    heads = "| Country | Tariffs charged to the USA | New US tariffs |\n|---|---|---|\n"
    rows = f"{heads}| China | 67% | 34% |\n| Japan | 46% | 24% |"
    assert [m.rate.value for m in measures(TABLE.format(rows)) if m.rate] == [34, 24]
    unclear = rows.replace("Tariffs charged to the USA", "Tariff A").replace(
        "New US tariffs", "Tariff B"
    )
    assert all("column" in m.needs[-1] for m in measures(TABLE.format(unclear)) if m.rate)


@pytest.mark.parametrize(
    "above",
    [
        "Share of each supplier in Egypt's wheat imports, by volume:",
        "VAT in the Gulf:",
        "The president threatened the tariffs below last night. None has been ordered.",
    ],
)
def test_a_table_of_other_numbers_or_of_threats_is_not_drafted(above):
    assert drafts(f"{above}\nJapan | 15%\nKorea | 20%\nChina | 30%\n") == ()


def test_a_long_table_is_one_draft():
    names = ["Angola", "European Union", "Japan", "Switzerland", "Vietnam", "India", "Brazil"]
    text = TABLE.format("\n".join(f"{name} | {rate}%" for rate, name in enumerate(names, 10)))
    (draft,) = drafts(text)
    assert len(parse_scenario(draft.text).measures) == len(names)


def test_every_code_of_a_good_is_one_of_the_harmonized_system():
    codes = {code for goods in goods_words().values() for code in goods.codes}
    assert len(codes) > 200
    hs_codes(sorted(codes))


def test_rates_of_firms_in_lines_are_one_span_though_firms_are_called_after_goods():
    text = (
        "Peru imposed anti-dumping duties on tires from China. The duties are as follows:\n\n"
        "Wanli Tire: 32%\nZodo Tire: 5%\nNot sampled Chinese companies: 14%\n"
        "Amber Zo and the rest of Chinese exporters: 32%\n"
    )
    rated = [m for m in measures(text) if m.rate]
    assert [(m.implementers, m.targets, m.op, m.rate.value) for m in rated] == [
        (("PER",), ("CHN",), "range", 32)
    ]
    assert any("firms pay rates of their own, from 5% to 32%" in need for need in rated[0].needs)


SAME_WORDS = {
    "Turkey will continue to impose an anti-dumping duty of 60% on tyres from China.": {"CHN"},
    "Canada imposed a 25% tariff on Japanese cars and Korean steel.": {"JPN", "KOR"},
}


@pytest.mark.parametrize("text", SAME_WORDS)
def test_every_measure_has_an_id_of_its_own_and_is_told_once(text):
    found = measures(text)
    assert len({m.id for m in found}) == len(found) == len(SAME_WORDS[text])
    assert {code for m in found for code in m.targets} == SAME_WORDS[text]


@pytest.mark.parametrize(
    "rest", ["remain in force", "will continue at rates that vary", "rose to 12 % in May"]
)
def test_what_is_mended_in_a_tree_closes_no_circle(rest):
    """Reading such a sentence once had no end: the goods were put below their own subject."""
    read_of_it = measures(f"Anti-dumping duties on Chinese rolled steel imports {rest}.")
    assert {m.targets for m in read_of_it} == {("CHN",)}
