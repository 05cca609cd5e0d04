"""Tables of rates: how rows are written, which column counts, and what is no table of rates."""

from __future__ import annotations

from datetime import date

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.frames.tables import tables_of

ABOVE = "Peru charges these duties on imports:\n"


def rows(text: str) -> list[tuple[str, str, float]]:
    """Place, goods and rate of every row."""
    return [
        (r.place, r.goods.words if r.goods else "", r.rate) for t in tables_of(text) for r in t.rows
    ]


STATES = [("JPN", "", 24), ("KOR", "", 12.5), ("EU", "", 7)]


@pytest.mark.parametrize(
    "table",
    [
        "Japan | 24%\nSouth Korea | 12.5%\nEuropean Union | 7%",
        "| Japan | 24% |\n| South Korea | 12.5 % |\n| the EU | 7 % |",
        "Country | Rate\n--- | ---\nJapan | 24%\nSouth Korea | 12.5%\nEU | 7%",
        "Country\tRate (%)\nJapan\t24\nSouth Korea\t12.5\nEU\t7",
        "Country; Duty\nJapan; 24 %\nSouth Korea; 12,5 %\nEU; 7 %",
        "Japan: 24 per cent\nSouth Korea: 12.5 per cent\nEuropean Union: 7 per cent",
        "Japan - 24 pct\nSouth Korea – 12½ pct\nEuropean Union — 7 pct",
        "Japan      24%\nSouth Korea      12.5%\nEU      7%",
        "Japan ........ 24%\nSouth Korea ... 12.5%\nEU ............... 7%",
        "Japan........24%\nSouth Korea.....12.5%\nEU.........7%",
        "Japan . . . . 24%\nSouth Korea . . . . 12.5%\nEU . . . . 7%",
        "Japan,24%\nSouth Korea,12.5%\nEU,7%",
        "• Japan: 24%\n• South Korea: 12.5%\n• EU: 7%",
        "- Japan, 24%\n- Korea, Republic of, 12.5%\n- EU, 7%",
        "1. Japan 24%\n2. South Korea 12.5%\n3. EU 7%",
        "(a) Japan: twenty-four percent;\n(b) South Korea: twelve and a half percent; and\n(c) EU: 7 (seven) percent.",
        "1 | Japan | 24%\n2 | South Korea | 12.5%\n3 | EU | 7%",
        "24% | Japan\n12.5% | South Korea\n7% | EU",
        "24%: Japan\n12.5%: South Korea\n7%: EU",
        "Japan¹ | 24%\nSouth Korea (a) | 12.5%*\nEU [2] | 7% (b)",
        "| Country | Rate1 | \n|---|---|\n| Japan2 | 24% | \n| South Korea | 12.5%³ | \n| EU† | 7% | ",
        "Japan\n24%\nSouth Korea\n12.5%\nEU\n7%",
        "Articles of Japan: 24 percent; Articles of South Korea: 12.5 percent; Articles of the European Union: 7 percent",
        "Products of Japan: 24%; products of South Korea: 12.5%; and products of the EU: 7%. They apply from May.",
        "Japan 24% South Korea 12.5%\nEU 7%",
        "Country | Rate | Country | Rate\nJapan | 24% | South Korea | 12.5%\nEU | 7% | |",
        "Country | Share of imports | Duty\nJapan | 31% | 24%\nSouth Korea | 22% | 12.5%\nEU | 17% | 7%",
        "Country | Old rate | New rate\nJapan | 10% | 24%\nSouth Korea | 5% | 12.5%\nEU | 5% | 7%",
        "Country | Code | Tariff\nJapan | JP | 24%\nSouth Korea | KR | 12.5%\nEU | EU | 7%",
        "Country | Region | Tariff\nJapan | Asia | 24%\nSouth Korea | Asia | 12.5%\nEU | Europe | 7%\nAll others | | 30%",
    ],
)
def test_rows_of_states(table: str) -> None:
    assert rows(ABOVE + table) == STATES


GOODS = [("", "butter", 40), ("", "wine", 0), ("", "cars", 17.5)]


@pytest.mark.parametrize(
    "table",
    [
        "butter\t40%\nwine\tfree\ncars\t17.5%",
        "Product | Duty\nbutter | 40 percent ad valorem\nwine | nil\ncars | 17.5 percent ad valorem",
        "- butter: 40%\n- wine: 0%\n- cars: 17.5%",
        "butter — 40 p.c.\nwine — 0 p.c.\ncars — 17½ p.c.",
        "  butter ....... 40%\n  wine ....... 0%\n  cars ....... 17.5%",
        "Product;Duty in per cent\nbutter;40\nwine;0\ncars;17.5",
        "butter: 40%; wine: 0%; cars: 17.5%",
        "Product | From | To\nbutter | 25% | 40%\nwine | 5% | 0%\ncars | 25% | 17.5%",
        "butter | 25% → 40%\nwine | 5% -> 0%\ncars | from 25% to 17.5%",
        "butter: 40% (previously 25%)\nwine: 0% (was 5%)\ncars: 17.5% (down from 25%)",
        "Product | Current duty | New duty\nbutter | 25% | 40%\nwine | 5% | free\ncars | 25% | 17.5%",
        "Product | Previous duty | Current duty\nbutter | 25% | 40%\nwine | 5% | 0%\ncars | 25% | 17.5%",
        "40% - butter\n0% - wine\n17.5% - cars",
    ],
)
def test_rows_of_goods(table: str) -> None:
    assert rows(ABOVE + table) == GOODS


@pytest.mark.parametrize(
    "table",
    [
        "Product | From | To\nbutter | 25% | 40%\ncars | 30% | 17.5%",
        "Product\tOld (%)\tNew (%)\nbutter\t25\t40\ncars\t30\t17.5",
        "butter: from 25% to 40%\ncars: from 30% to 17.5%",
        "butter: from 25 to 40%\ncars: from 30 to 17.5%",
        "butter | 40% (up from 25%)\ncars | 17.5% (formerly 30%)",
    ],
)
def test_the_old_rate_is_kept_beside_the_new(table: str) -> None:
    (found,) = tables_of(ABOVE + table)
    assert [(r.rate, r.before) for r in found.rows] == [(40, 25), (17.5, 30)]
    assert not found.doubt


BOTH = [("JPN", "cars", 24), ("JPN", "wine", 5), ("KOR", "cars", 12.5), ("KOR", "wine", 8)]


@pytest.mark.parametrize(
    "table",
    [
        "Country | Goods | Duty\nJapan | cars | 24%\nJapan | wine | 5%\nKorea | cars | 12.5%\nKorea | wine | 8%",
        "cars\tJapan\t24%\nwine\tJapan\t5%\ncars\tSouth Korea\t12.5%\nwine\tSouth Korea\t8%",
        "Japan - cars - 24%\nJapan - wine - 5%\nSouth Korea - cars - 12.5%\nSouth Korea - wine - 8%",
        "Japan, cars: 24%\nJapan, wine: 5%\nSouth Korea, cars: 12.5%\nSouth Korea, wine: 8%",
        "cars from Japan: 24%\nwine from Japan: 5%\ncars from South Korea: 12.5%\nwine from South Korea: 8%",
        "Japan (cars) | 24%\nJapan (wine) | 5%\nSouth Korea (cars) | 12.5%\nSouth Korea (wine) | 8%",
        "| Product | Japan | South Korea |\n|---|---|---|\n| cars | 24% | 12.5% |\n| wine | 5% | 8% |",
        "Product\tJapan (%)\tSouth Korea (%)\ncars\t24\t12.5\nwine\t5\t8",
        "| | Cars | Wine |\n|---|---|---|\n| Japan | 24% | 5% |\n| South Korea | 12.5% | 8% |",
        "Product | Duty on Japan | Duty on goods from South Korea\ncars | 24% | 12.5%\nwine | 5% | 8%",
    ],
)
def test_rows_of_a_state_and_its_goods(table: str) -> None:
    assert sorted((p, g.casefold(), r) for p, g, r in rows(ABOVE + table)) == BOTH


def test_several_states_may_share_a_rate() -> None:
    wanted = [("JPN", "", 10), ("BIH", "", 10), ("KOR", "", 25), ("USA", "", 25)]
    for table in (
        "Japan, Bosnia and Herzegovina: 10%\nSouth Korea and the US: 25%",
        "10% | Japan, Bosnia and Herzegovina\n25% | South Korea and the US",
    ):
        (found,) = tables_of(ABOVE + table)
        assert rows(ABOVE + table) == wanted
        assert len({(r.start, r.end) for r in found.rows}) == 4


MISSPELT = [("JPN", 10), ("IND", 20), ("BIH", 12), ("CIV", 15)]


def test_a_misspelt_state_among_states_is_the_nearest_one() -> None:
    table = "Japan | 10%\nIndia | 20%\nBosnia & Harzegovina | 12%\nCote d'Ivore | 15%"
    (found,) = tables_of(ABOVE + table)
    assert [(r.place, r.rate, r.doubt) for r in found.rows] == [(*one, "") for one in MISSPELT]


@pytest.mark.parametrize(
    ("label", "place"),
    [("Austrlia", {"AUS", "AUT"}), ("Nigera", {"NGA", "NER"}), ("Atlantis", {""})],
)
def test_a_state_that_two_are_like_or_none_is_in_doubt(label: str, place: set[str]) -> None:
    (found,) = tables_of(f"{ABOVE}Japan | 10%\n{label} | 12%\nIndia | 15%")
    assert found.rows[1].place in place
    assert label in found.rows[1].doubt


@pytest.mark.parametrize(
    "table",
    [
        "butter | 5% - 10%\ncars | up to 25%",
        "butter: 5-10%\ncars: up to 25%",
        "Product | Duty\nbutter | between 5% and 10%\ncars | 25% less the duty that stands",
    ],
)
def test_spans_and_ceilings_say_what_they_are(table: str) -> None:
    (found,) = tables_of(ABOVE + table)
    assert [(r.rate, r.op) for r in found.rows] == [(10, "range"), (25, "up to")]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("08-12-2024", "13-12-2029"),
        ("2024-12-08", "2029-12-13"),
        ("8 December 2024", "13 Dec 2029"),
    ],
)
def test_columns_of_days_bound_a_row(first: str, last: str) -> None:
    table = f"Country | Product | Duty | Imposed | Expires\nJapan | wine | 5% | {first} | {last}"
    (row,) = tables_of(ABOVE + table)[0].rows
    assert (row.place, row.rate) == ("JPN", 5)
    assert (row.starts, row.ends) == (date(2024, 12, 8), date(2029, 12, 13))


def test_days_in_numbers_that_may_be_either_are_none() -> None:
    table = "Country | Product | Duty | Expires\nJapan | wine | 5% | 08-12-2029"
    (row,) = tables_of(ABOVE + table)[0].rows
    assert row.ends is None


def test_two_duties_of_a_line_and_lists_in_a_sentence() -> None:
    text = "Final rates:\n- Japan: dumping margins up to 12%; CVD rate 1,203.5%"
    assert [(r.place, r.duty, r.rate, r.op) for t in tables_of(text) for r in t.rows] == [
        ("JPN", "Anti-dumping", 12, "up to"),
        ("JPN", "Anti-subsidy", 1203.5, ""),
    ]
    assert rows("Peru hits many. Among them are the EU (20%), China (54%) and Japan (24%).") == [
        ("EU", "", 20),
        ("CHN", "", 54),
        ("JPN", "", 24),
    ]
    assert rows(f"{ABOVE}Butter 40%, wine 0% and cars 17.5%") == [
        ("", "Butter", 40),
        ("", "wine", 0),
        ("", "cars", 17.5),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "Acme Steel Co.: 12.1%\nBrass & Sons: 14.7%\nAll others: 20%",
        "- Acme Steel Group: 12.1%.\n- Brassco: 14.7% (on request)\n- All other companies: 20%.",
        "Company | Duty\nAcme | 12.1%\nBrass & Sons | 14.7%\nAny other | 20%",
    ],
)
def test_rates_of_firms_are_one_span(table: str) -> None:
    (found,) = tables_of(ABOVE + table)
    (row,) = found.rows
    assert (row.place, row.goods, row.rate, row.op) == ("", None, 20, "range")
    assert "from 12.1% to 20%, all others 20%" in row.doubt


def test_rates_of_firms_are_one_span_for_each_state() -> None:
    table = (
        "Country | Producer | Duty\nJapan | Acme | 5%\nJapan | Others | 9%\nIndia | Brassco | 7%"
    )
    assert rows(ABOVE + table) == [("JPN", "", 9), ("IND", "", 7)]


def test_goods_are_no_misspelt_states() -> None:
    assert rows(ABOVE + "wine | 5%\nmalt | 10%\ncars | 12%") == [
        ("", "wine", 5),
        ("", "", 10),
        ("", "cars", 12),
    ]


def test_customs_codes_are_goods() -> None:
    table = "HS 0703 | onions | 15%\nHS 0803 | bananas | 20%\n2523.29 | cement | 30%"
    (found,) = tables_of(ABOVE + table)
    codes = [r.goods.codes for r in found.rows if r.goods]
    assert (codes, [r.rate for r in found.rows]) == (
        [("0703",), ("0803",), ("252329",)],
        [15, 20, 30],
    )


def test_goods_that_nobody_knows_stay_beside_their_state() -> None:
    table = "Country | Product | Duty\nJapan | flubber | 24%\nJapan | wine | 5%"
    (first, _) = tables_of(ABOVE + table)[0].rows
    assert (first.place, first.goods and (first.goods.words, first.goods.known)) == (
        "JPN",
        ("flubber", False),
    )


def test_a_head_vouches_for_goods_that_nobody_knows() -> None:
    table = "wine | 24%\nflubber | 5%\nzorbs | 6%"
    assert rows(ABOVE + table) == []
    (found,) = tables_of(f"{ABOVE}Product | Duty\n{table}")
    assert [(r.label, r.rate) for r in found.rows] == [("wine", 24), ("flubber", 5), ("zorbs", 6)]


@pytest.mark.parametrize(
    "table",
    [
        "Product | Tariff A | Tariff B\nbutter | 25% | 40%\ncars | 30% | 17.5%",
        "butter | 25% | 40%\ncars | 30% | 17.5%",
        "Country | 2025 duty | 2026 duty\nJapan | 25% | 40%\nIndia | 30% | 17.5%",
    ],
)
def test_columns_that_cannot_be_told_apart_are_in_doubt(table: str) -> None:
    (found,) = tables_of(ABOVE + table)
    assert "column" in found.doubt


@pytest.mark.parametrize(
    "text",
    [
        "Growth forecasts for 2027:\nJapan | 1.1%\nIndia | 6.4%\nKenya | 5.0%",
        "Share of each supplier in Peru's tin imports:\nJapan: 41%\nIndia: 20%",
        "Share of Peru's imports that pay the new tariffs:\nJapan: 41%\nIndia: 20%",
        "Trade-weighted average tariffs, 2024:\nJapan: 2.4%\nIndia: 12%",
        "Inflation, year on year:\nJapan - 2.9%\nIndia - 4.1%",
        "Country | GDP growth\nJapan | 1.1%\nIndia | 6.4%",
        "Country | Rank | Weight\nJapan | 1 | 12%\nIndia | 2 | 9%",
        "Corporate tax rates in 2026:\nJapan\t30%\nIndia\t25%",
        "Peru's exports by partner, change on the year:\nJapan +12%\nIndia +7%",
        "Peru's exports by partner:\nJapan -12%\nIndia -7%",
        "The duty will be 25 % for Tunisia, 30 % for Bosnia and Herzegovina, 35 % for Serbia and Bangladesh.",
        "Canada will levy 10% on Japan; Mexico will levy 15% on Korea; India will levy 20% on China.",
        "The US will charge Japan 24%, Korea 25%, India 26%, Vietnam 46%.",
        "Duties on wine rose to 25%\nThe government in Lima fell by 5%",
        "Japan: 24%",
    ],
)
def test_what_is_no_table_of_rates(text: str) -> None:
    assert rows(text) == []


def test_rows_say_where_they_stand_and_the_sentence_above_is_no_part() -> None:
    text = f"{ABOVE}Country | Duty\nJapan | 24%\nIndia | 25%\nIt said so on Monday."
    (found,) = tables_of(text)
    assert text[found.start : found.end] == "Country | Duty\nJapan | 24%\nIndia | 25%"
    assert [text[r.start : r.end] for r in found.rows] == ["Japan | 24%", "India | 25%"]
    listed = "The duties are as follows: Articles of Japan: 24 percent; Articles of India: 25 percent. They stay."
    (found,) = tables_of(listed)
    assert (
        listed[found.start : found.end]
        == "Articles of Japan: 24 percent; Articles of India: 25 percent"
    )


def test_a_page_of_the_web_gives_its_table() -> None:
    page = (
        "<html><body><article><h1>Duties</h1><p>Peru will charge the following duties on imports from the countries below, "
        "the ministry said in a long statement on Friday.</p><table><tr><th>Country</th><th>Duty<sup>1</sup></th></tr>"
        "<tr><td>Japan<sup>2</sup></td><td>24%</td></tr><tr><td>India</td><td>25%</td></tr></table>"
        "<p>The list is long and it was given to the press by the office of the president.</p></article></body></html>"
    )
    text = document_of(page.encode(), "made-up.html").text
    assert rows(text) == [("JPN", "", 24), ("IND", "", 25)]


def test_long_monotonous_texts_end() -> None:
    for piece in (
        "Japan | 5% | ",
        "Japan: 5%; ",
        "a\t",
        "5%\n",
        "Japan 5% ",
        ". . ",
        "from 5% to ",
    ):
        tables_of(piece * (20_000 // len(piece)))
