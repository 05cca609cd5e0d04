"""The page of `depend`: its sentences, numbers, pictures and tables say what trade, output and inputs say."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from reports import numbers_of, unfounded
from worlds import random_economy

import paxsilica as pax
from paxsilica.analysis.dependency.materials import by_region, suppliers
from paxsilica.analysis.dependency.tables import packaged
from paxsilica.data import write_economy
from paxsilica.desk import Desk
from paxsilica.findings import variables
from paxsilica.names import Names
from paxsilica.names.products import hs_names, materials
from paxsilica.questions.depend import Depend
from paxsilica.report.charts.theme import GAIN, LOSS
from paxsilica.report.glance import glance
from paxsilica.report.pages import report_of
from paxsilica.report.report import Number, Report, Section, write_report

YEAR, DAY = "2024", date(2026, 1, 1)

UNITS = {"trillion": 1e6, "billion": 1e3, "million": 1.0, "thousand": 1e-3}

ON = [
    ("IND", "CHN"),
    ("BRA", "CHN"),
    ("USA", "CAN"),
    ("JPN,KOR", "AUS"),
    ("EU", "CHN,RUS"),
    ("CHN", "AUS"),
    ("STP", "PRT"),
    ("DEU", "STP"),
    ("GBR", "USA"),
    ("pax-silica", "CHN"),
]
ALONE = ["IND", "JPN", "EU", "DEU,FRA", "CHN", "STP", "QAT", "ZAF"]


@pytest.fixture(scope="module")
def page():
    """Pages of answers at one desk, each question once."""
    desk, known = Desk(today=DAY), {}

    def made(us: str, **fields: Any) -> Report:
        key = json.dumps([us, fields])
        if key not in known:
            known[key] = report_of(pax.ask(Depend(us=us, **fields), desk))
        return known[key]

    return made


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """`own(seed)`: the file of a small world with labels of its own."""
    folder = tmp_path_factory.mktemp("own")

    def made(seed: int) -> str:
        path = folder / f"{seed}.npz"
        if not path.exists():
            write_economy(random_economy(seed, 4, 5), path)
        return str(path)

    return made


# ---- the same by other means -------------------------------------------------------------------


@cache
def bought(us: str, year: str) -> dict[str, dict[str, float]]:
    """HS code -> seller -> million USD that the members buy from outside, added up flow by flow."""
    t, members = packaged().trade, Names(day=DAY).countries(us)
    inside = np.isin(t.countries, members)
    flows = inside[t.importer] & ~inside[t.exporter] & (np.array(t.years)[t.year] == int(year))
    found: dict[str, dict[str, float]] = {}
    for n in np.flatnonzero(flows & (t.value > 0)):
        sold = found.setdefault(t.codes[t.code[n]], {})
        seller = t.countries[t.exporter[n]]
        sold[seller] = sold.get(seller, 0.0) + t.value[n]
    return found


def share_of(sold: dict[str, float], them: str) -> float:
    return 100 * sum(sold.get(c, 0.0) for c in Names().countries(them)) / sum(sold.values())


def mostly(us: str, them: str, year: str = YEAR) -> dict[str, float]:
    """Name of a product -> share, of those of which more than half comes from them, by what comes from there."""
    shares = {code: share_of(sold, them) for code, sold in bought(us, year).items()}
    value = {code: sum(sold.values()) for code, sold in bought(us, year).items()}
    main = [code for code in shares if shares[code] > 50]
    return {code: shares[code] for code in sorted(main, key=lambda c: -shares[c] * value[c])}


def passing(report: Report, year: str = YEAR) -> list[str]:
    """Codes whose three criteria hold, each against its threshold, by the value of all imports."""
    found, codes = report.answer.findings, bought(",".join(report.answer.question.us), year)
    held = [
        {
            row["product"]
            for row in found.select(name, date=year).rows()
            if row["value"] is not None and row["value"] > limit
        }
        for name, limit in (("import_hhi", 0.4), ("world_export_hhi", 0.4))
    ]
    more = found.select("over_threshold", measure="import_export_ratio", date=year).rows()
    self_sufficient = {
        row["product"] for row in more if row["value"] is not None and row["value"] <= 0
    }
    main = (held[0] & held[1] & set(codes)) - self_sufficient
    return sorted(main, key=lambda code: -sum(codes[code].values()))


def years_held(us: str, code: str, them: str) -> tuple[int, int]:
    """In how many years more than half came from them, of how many with imports."""
    known = [
        sold[code] for year in packaged().trade.years if code in (sold := bought(us, str(year)))
    ]
    return sum(share_of(sold, them) > 50 for sold in known), len(known)


def made_by(report: Report, variable: str = "output_of_them") -> dict[tuple[str, str], float]:
    """Material and stage -> share of world output in the latest year known of the stage."""
    latest: dict[tuple[str, str], tuple[str, float | None]] = {}
    for row in report.answer.findings.select("output_share").rows():
        latest[row["product"], row["item"]] = row["date"], row["value"]
    if variable == "output_share":
        return {stage: share for stage, (_, share) in latest.items()}
    found = report.answer.findings.select(variable).rows()
    return {
        stage: row["value"]
        for row in found
        if row["date"] == latest.get(stage := (row["product"], row["item"]), ("", 0))[0]
    }


def said(text: str, value: float) -> bool:
    """Whether a number as written is the value, to the digits that are written."""
    number = text.replace(",", "").replace("−", "-")
    digits = len(number.partition(".")[2])
    return abs(float(number) - value) <= 0.5000001 * 10.0**-digits


def paid(text: str, million: float) -> bool:
    """Whether `USD 5.52 million` is the value."""
    number, unit = re.fullmatch(r"USD ([\d.,]+) ?(\w*)", text).groups()
    size = UNITS[unit] if unit else 1e-6
    return said(number, million / size)


def code_of(name: str) -> str:
    (code,) = (code for code, its in hs_names().items() if its.casefold() == name.casefold())
    return code


def section(report: Report, name: str) -> Section:
    return next(part for part in report.drawn.sections if part.name == name)


def bars_of(report: Report, name: str) -> list[dict[str, Any]]:
    (figure,) = (figure for figure in report.drawn.figures if figure.name == name)
    return figure.spec["data"]["values"]


# ---- with them ---------------------------------------------------------------------------------

OF = re.compile(
    r"([\d.]+) % of (USD [\d.,]+ \w+) of (.+?)(?= and [\d.]+ % of USD|, [\d.]+ % of USD|$)"
)

LEAD = re.compile(
    r"(?P<who>.+?) (?P<make>makes?) more than half of the world's output at (?P<made>\d+) of (?P<stages>\d+) stages of "
    r"materials, and (?P<us>.+?) (?P<buy>buys? more than half of (?:its|their)) imports of (?P<main>none|\d+) of "
    r"(?P<all>\d+) raw-material products from there in (?P<year>\d{4})"
    r"(?: \((?P<always>none|\d+) of them in every year with imports\), by value above all (?P<best>.+))?\."
)


@pytest.mark.parametrize(("us", "them"), ON)
def test_the_lead_names_what_comes_mostly_from_them_and_what_they_make(page, us, them):
    report = page(us, them=them)
    found = LEAD.fullmatch(report.lead)
    assert found, report.lead
    names, main = report.answer.names, mostly(us, them)
    assert found["us"] == names.say(us.split(","), inside=True)
    assert found["who"].removeprefix("The ") == names.say(them.split(",")).removeprefix("The ")
    assert found["main"] == str(len(main) or "none")
    assert int(found["all"]) == len(bought(us, YEAR))
    assert found["year"] == YEAR
    held = [years_held(us, code, them) for code in main]
    if main:
        always = sum(years == known for years, known in held)
        assert found["always"] == str(always or "none")
        listed = OF.findall(found["best"])
        assert [code_of(name) for *_, name in listed] == list(main)[:3]
        for share, money, name in listed:
            code = code_of(name)
            assert said(share, main[code])
            assert paid(money, sum(bought(us, YEAR)[code].values()))
    shares = made_by(report)
    assert int(found["made"]) == sum(share is not None and share > 50 for share in shares.values())
    assert int(found["stages"]) == len(made_by(report, "output_share"))
    several, many = "," in us, "," in them
    assert found["buy"] == (
        "buy more than half of their" if several else "buys more than half of its"
    )
    assert found["make"] == ("make" if many else "makes")


@pytest.mark.parametrize(("us", "them"), ON)
def test_numbers_say_share_value_and_years_of_the_largest_and_the_stages(page, us, them):
    report, main = page(us, them=them), mostly(us, them)
    stages, *products = report.numbers
    assert len(products) == min(3, len(main))
    whose = report.answer.names.say(them.split(","), inside=True)
    for number, (code, share) in zip(products, main.items(), strict=False):
        name, _, seller = number.head.rpartition(" from ")
        assert (code_of(name), seller) == (code, whose)
        written, money = re.fullmatch(r"([\d.]+) % of (USD .+)", number.value).groups()
        assert said(written, share)
        assert paid(money, sum(bought(us, YEAR)[code].values()))
        held = re.fullmatch(
            rf"imports of {YEAR}; more than half from {whose} in (\d+) of (\d+) years with imports",
            number.note,
        )
        assert (int(held[1]), int(held[2])) == years_held(us, code, them)
    shares = {stage: share for stage, share in made_by(report).items() if share and share > 50}
    assert stages.value == f"{len(shares)} of {len(made_by(report, 'output_share'))}"
    assert stages.head.startswith(f"Stages of materials at which {whose} make")
    assert stages.head.endswith("more than half of the world's output")
    listed = re.findall(r"(\d+|\d+\.\d+) %", stages.note)
    assert len(listed) == min(3, len(shares))
    for text, share in zip(listed, sorted(shares.values(), reverse=True), strict=False):
        assert said(text, share)


@pytest.mark.parametrize(("us", "them"), ON)
def test_why_names_the_products_that_they_also_make_most_of(page, us, them):
    report = page(us, them=them)
    heavy = {material for (material, _), share in made_by(report).items() if share and share > 50}
    theirs = {code for m in materials() if m.code in heavy for code in m.hs}
    both = [hs_names()[code] for code in mostly(us, them) if code in theirs]
    head, _, rest = report.why.partition(", so that there is little to buy elsewhere; ")
    assert bool(rest) == bool(both), "nothing is scarce where they make little"
    for at, name in enumerate(both):
        assert (name.casefold() in head.casefold()) == (at < 4 or len(both) == 5)
    if both:
        many = " make " if "," in them else " makes "
        assert f"{many}more than half of the world's output at some stage of " in head
    assert "choice of supplier" in report.why
    whose = report.answer.names.say(them.split(","), inside=True)
    assert report.why.endswith(f"mined or refined by {whose}.")


# ---- without them ------------------------------------------------------------------------------

FROM = re.compile(
    r"([\d.]+) % of (USD [\d.,]+ ?\w*) of (.+?) from (.+?)(?=, \d[\d.]* % of USD| and \d[\d.]* % of USD|\.$)"
)


@pytest.mark.parametrize("us", ALONE)
def test_without_them_the_lead_names_what_passes_geodep_with_its_supplier(page, us):
    report = page(us)
    main, codes = passing(report), bought(us, YEAR)
    found = re.match(
        r"(.+?) (depends?) on others for (none|\d+) of (\d+) raw-material products in (\d{4}) by the GeoDep rule of few "
        r"suppliers, more imports than exports and a concentrated world market"
        r"(?: \((none|\d+) of them in every year with imports\), by value above all )?",
        report.lead,
    )
    who, verb, number, of, year, always = found.groups()
    name = report.answer.names.say(us.split(","), inside=True)
    assert who == name[0].upper() + name[1:]
    assert verb == ("depend" if "," in us else "depends")
    assert (number, int(of), year) == (str(len(main) or "none"), len(codes), YEAR)
    if main:
        held = report.answer.findings.along("years_passed", "product", measure="geodep")
        known = report.answer.findings.along("years_known", "product", measure="geodep")
        assert always == str(sum(held[code] == known[code] for code in main) or "none")
        listed = FROM.findall(report.lead[found.end() :])
        assert [code_of(name) for _, _, name, _ in listed] == main[:3]
        for (share, money, name, seller), number in zip(listed, report.numbers, strict=False):
            sold = codes[code_of(name)]
            first = max(sold, key=sold.get)
            assert seller == report.answer.names.say_region(first)
            assert said(share, 100 * sold[first] / sum(sold.values()))
            assert paid(money, sum(sold.values()))
            assert number.head.casefold() == f"{name} from {seller}".casefold()
            assert number.value == f"{share} % of {money}"
            code = code_of(name)
            assert f"in {held[code]:.0f} of {known[code]:.0f} years" in number.note
            assert "all GeoDep criteria" in number.note


def test_without_them_it_is_counted_where_one_country_makes_more_than_half(page):
    report = page("JPN")
    stages = report.numbers[-1]
    shares = made_by(report, "output_share")
    assert stages.value == f"{sum(share > 50 for share in shares.values())} of {len(shares)}"
    assert "one country makes more than half" in stages.head
    assert stages.note.count("China") == 3, "who makes all of it is named"
    assert "imports more than it exports" in report.why
    assert "concentration above 0.4)" in report.why
    assert "they export" in page("DEU,FRA").why


# ---- as understood -----------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{}, {"them": "CHN"}, {"year": 2021}, {"as_of": "2027-05-01"}])
def test_what_it_rests_on_is_said_with_year_age_and_reach(page, fields):
    report = page("EU", **fields)
    text = " ".join(report.understood)
    year, day = str(fields.get("year", YEAR)), fields.get("as_of", str(DAY))
    dates = [int(row["date"]) for row in report.answer.findings.select("output_share").rows()]
    assert f"Imports from outside in {year} by value in USD" in text
    assert f"of {len(packaged().trade.codes)} raw materials" in text
    assert f"world output of {min(dates)} to {max(dates)}" in text
    members = len(Names(day=DAY).countries("EU"))
    assert f"{members} countries are taken as one" in text
    now = int(day[:4])
    ages = f"trade is {now - int(year)} years old, output {now - max(dates)} to {now - min(dates)}"
    assert f"on {day} {ages}" in text
    passes = "a quarter to a half of what passes GeoDep in one year does not in the next"
    assert (passes in text) == ("them" not in fields)
    rate = "Judge by the years in which the rule held, not by one year"
    for limit in ("no band", "shipped from", "raw materials alone", "made at home", rate):
        assert limit in text
    assert "taken as one" not in " ".join(page("IND").understood)


def test_data_newer_than_the_day_have_no_age(page):
    text = " ".join(page("IND", year=2020, as_of="2021-05-01").understood)
    assert "the data are newer than 2021-05-01" in text
    assert "years old" not in text


def test_the_rate_of_change_that_pages_tell_is_that_of_trade():
    """Of what passes GeoDep in one year, the share that does not in the next, over countries and codes."""
    _, values = by_region()
    passed = values["geodep"] > 1
    known = np.flatnonzero(np.isfinite(values["geodep"]).any((0, 1)))
    lost = [
        1 - (passed[..., year] & passed[..., year + 1]).sum() / passed[..., year].sum()
        for year in known[:-1]
    ]
    assert 0.2 < min(lost) < 0.3
    assert 0.4 < max(lost) < 0.55


# ---- pictures and tables -----------------------------------------------------------------------


@pytest.mark.parametrize(("us", "them"), [*ON[:4], *((us, "") for us in ALONE[:4])])
def test_the_picture_shows_the_shares_in_the_order_of_the_lead(page, us, them):
    report = page(us, **({"them": them} if them else {}))
    codes, picture = bought(us, YEAR), bars_of(report, "imports")
    main = list(mostly(us, them)) if them else passing(report)
    assert [code_of(bar["label"]) for bar in picture[: len(main)]] == main[: len(picture)]
    for bar in picture:
        sold = codes[code_of(bar["label"])]
        share = share_of(sold, them) if them else 100 * max(sold.values()) / sum(sold.values())
        assert bar["value"] == pytest.approx(share)
        rest = "half or less" if them else "others"
        assert (bar["kind"] == rest) == (code_of(bar["label"]) not in main)
        assert said(bar["text"].partition(" %")[0], share)
    figure = report.drawn.picture
    shown = json.dumps(figure.spec)
    assert GAIN not in shown, "a share is no gain"
    assert LOSS not in shown, "a share is no loss"
    assert YEAR in " ".join(figure.spec["title"]["text"])
    assert list(figure.rows[0])[-1] == "Share of imports, %"
    whose = (
        report.answer.names.say(them.split(","), inside=True) if them else "the largest supplier"
    )
    rule = f"more than half from {whose}" if them else "all GeoDep criteria"
    order = f", {rule} first" if 0 < len(main) < len(codes) else ""
    said_note = " ".join(figure.spec["title"]["subtitle"]).replace("\N{NO-BREAK SPACE}", " ")
    assert said_note == (
        f"Share of imports, %, from {whose}; {len(picture)} of {len(codes)} are shown{order}."
    )
    assert report.screen.note.endswith(f"{YEAR}{'' if them else ', by value'}: first {rule}")


def test_the_table_of_imports_holds_the_findings_under_their_heads(page):
    report = page("EU", them="CHN")
    found, heads = report.answer.findings, variables()
    codes = bought("EU", YEAR)
    table = section(report, "imports").table.rows
    assert {row["HS code"] for row in table} == set(codes)
    for row in table:
        code, sold = row["HS code"], codes[row["HS code"]]
        assert row["product"] == hs_names()[code]
        assert row["largest supplier"] == report.answer.names.name(max(sold, key=sold.get))
        assert row["Imports, million USD"] == pytest.approx(sum(sold.values()))
        for key in ("from_them", "import_share", "import_hhi", "geodep", "eu_bottom_up"):
            unit = report.answer.unit(key)
            (number,) = found.select(key, product=code, date=YEAR, region="EU").rows()
            assert row[f"{heads[key].head}, {unit}"] == number["value"]
        assert row["years with more than half from China"] == "{} of {}".format(
            *years_held("EU", code, "CHN")
        )
    assert report.screen.rows == table
    assert len(report.screen.on_screen()) == 10
    assert "from them" not in " ".join(section(page("EU"), "imports").table.rows[0]), (
        "nobody was asked about"
    )


def test_what_others_buy_from_them_in_one_list(page):
    report = page("IND", them="CHN")
    rows = section(report, "others").table.rows
    assert set(rows[0]) == {"product", *(f"{who}, %" for who in (
        "India", "United States", "EU", "Japan", "Korea", "United Kingdom", "Brazil", "Australia", "Türkiye"))}  # fmt: skip
    japan = bought("JPN", YEAR)
    for row in rows:
        sold = japan.get(code_of(row["product"]))
        share = row["Japan, %"]
        assert (share is None) == (sold is None)
        assert sold is None or share == pytest.approx(share_of(sold, "CHN"))
    overlapping = section(page("DEU", them="STP"), "others").table.rows[0]
    assert "EU, %" not in overlapping, "Germany is in it"
    assert "China, %" in overlapping
    beside = section(page("IND"), "others")
    assert beside.title == "Imports from China, beside those of others"
    assert beside.text == [
        f"Share of imports by value in {YEAR}, %; blank where nothing is imported."
    ]


def test_output_stands_by_share_with_who_makes_most_and_what_is_withheld(page):
    report = page("USA", them="CHN")
    names = {m.code: m.name for m in materials()}
    stages = {"mine": "mined", "refine": "refined", "make": "made"}
    shares = {(names[m], stages[s]): share for (m, s), share in made_by(report).items()}
    table = section(report, "output").table.rows
    assert len(table) == len(made_by(report, "output_share"))
    listed = [row["Their share of world output, %"] or 0.0 for row in table]
    assert listed == sorted(listed, reverse=True)
    for row in table:
        assert row["Their share of world output, %"] == shares.get((row["material"], row["stage"]))
    made = {(row["material"], row["stage"]): row for row in table}
    assert made["Gallium", "refined"]["largest producer"] == "China"
    assert made["Gallium", "refined"]["Their share of world output, %"] > 95
    lithium = made["Lithium", "mined"]
    assert lithium["Own share of world output, %"] is None
    assert lithium["no figure"] == "United States withheld"
    for bar in bars_of(report, "output"):
        name, stage = re.fullmatch(r"(.+) \((\w+)\)", bar["label"]).groups()
        assert bar["value"] == shares[name, stage]
        assert (bar["kind"] == "more than half") == (bar["value"] > 50)


@pytest.mark.parametrize(
    ("us", "fields"),
    [
        ("IND", {"them": "CHN"}),
        ("BRA", {"them": "CHN", "inputs": True}),
        ("EU", {}),
        ("IND", {"material": ["270900", "lithium"]}),
    ],
)
def test_a_page_shows_findings_alone_and_no_code_or_exponent(page, us, fields):
    report = page(us, **fields)
    assert len(list(numbers_of(report))) > 50
    assert unfounded(report) == []
    for line in (report.title, *report.sentences):
        assert not re.search(r"\d[eE][+-]?\d", line)
        codes = set(re.findall(r"\b[A-Z]{3}\b", line)) - {"USD"}
        assert not codes, line
    for figure in report.drawn.figures:
        figure.chart.to_dict()
        assert figure.alt


# ---- inputs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("them", ["", "R2"])
def test_inputs_name_the_large_sector_with_most_hidden(page, own, seed, them):
    report = page("R0", inputs=True, baseline=own(seed), **({"them": them} if them else {}))
    found = report.answer.findings
    value = {
        key: found.along(key, "sector")
        for key in ("output", "look_through", "face_value", "hidden_share")
    }
    partner = {row["sector"]: row["partner"] for row in found.select("look_through").rows()}
    least = 0.01 * sum(value["output"].values())
    large = [sector for sector, output in value["output"].items() if output >= least]
    gap = {s: value["look_through"][s] - value["face_value"][s] for s in large}
    ranked = sorted(gap, key=lambda s: -gap[s])
    top = ranked[0]
    told = re.fullmatch(
        r"Of all that goes into (\w+) of R0, counted at every stage, ([\d.]+) % \(([\d.]+) % directly\) comes from (\w+), "
        r"the largest difference among sectors of at least 1 % of output\.",
        report.lead,
    )
    assert (told[1].upper(), told[4]) == (top.upper(), partner[top])
    assert said(told[2], value["look_through"][top])
    assert said(told[3], value["face_value"][top])
    assert [n.head.upper() for n in report.numbers] == [
        f"Inputs of {s} from {partner[s]}".upper() for s in ranked[1:4]
    ]
    for number, sector in zip(report.numbers, ranked[1:4], strict=False):
        whole, direct = re.fullmatch(r"([\d.]+) % \(([\d.]+) % directly\)", number.value).groups()
        assert said(whole, value["look_through"][sector])
        assert said(direct, value["face_value"][sector])
        assert number.note == (
            "all inputs, counted at every stage; most hidden among sectors of at least 1 % of output"
        )
    assert "not known for this table" in " ".join(report.understood)
    assert [row["sector"] for row in section(report, "hidden").table.rows[: len(ranked)]] == ranked
    for row in section(report, "hidden").table.rows:
        assert row["Look-through, %"] == value["look_through"][row["sector"]]
        assert row["Face value, %"] == value["face_value"][row["sector"]]


def test_where_several_are_asked_about_inputs_come_from_the_largest_supplier(page):
    report = page("BRA", them="CHN,RUS", inputs=True)
    (figure,) = (figure for figure in report.drawn.figures if figure.name == "hidden")
    assert "the largest supplier" in " ".join(figure.spec["title"]["subtitle"])
    partner = {
        row["sector"]: row["partner"]
        for row in report.answer.findings.select("look_through").rows()
    }
    named = {report.answer.names.table.sector_name(code): code for code in partner}
    for bar in figure.spec["data"]["values"]:
        assert bar["text"].endswith(
            f", {report.answer.names.say_region(partner[named[bar['label']]])}"
        )


def test_a_small_sector_is_not_named_and_the_error_is(page):
    report = page("BRA", them="CHN", inputs=True)
    (number,) = report.numbers[4:]
    rows = section(report, "hidden").table.rows
    output = next(head for head in rows[0] if head.startswith("Output, million USD"))
    hidden = "Hidden, percentage points"
    total = sum(row[output] for row in rows)
    large = [row for row in rows if row[output] >= 0.01 * total]
    top = max(large, key=lambda row: row[hidden])
    assert top["sector"].casefold() in number.head.casefold()
    assert number.head.endswith("from China")
    assert max(row[hidden] for row in rows) > top[hidden], "a small sector would have been named"
    assert "off by 0.5 points on average" in " ".join(report.understood)
    content = report.answer.findings.value("vertical_specialisation")
    (text,) = (line for line in section(report, "hidden").text if line.startswith("Import content"))
    assert said(re.search(r"direct and through domestic inputs: ([\d.]+) %", text)[1], content)


# ---- suppliers of a material -------------------------------------------------------------------


@pytest.mark.parametrize("us", ["IND", "EU", "USA", "JPN,KOR"])
@pytest.mark.parametrize("written", [["270900"], ["lithium", "270900"], ["tungsten"]])
def test_suppliers_of_a_material_are_named_by_share(page, us, written):
    report = page(us, material=written)
    names = {**{m.code: m.name for m in materials()}, **hs_names()}
    listed = iter(report.numbers)
    for at, code in enumerate(written):
        sold = suppliers(Names(day=DAY).countries(us), code, int(YEAR)).along("imports", "partner")
        total, name = sum(sold.values()), names[code].lower()
        (told,) = re.findall(rf"(USD [\d.,]+ \w+) of {name} \((.+?)\)", report.lead)
        assert paid(told[0], total)
        first = sorted(sold, key=lambda c: -sold[c])[:3]
        shares = re.findall(r"([\d.]+) % from (.+?)(?=, \d| and \d|$)", told[1])
        assert [who for _, who in shares] == [report.answer.names.say_region(c) for c in first]
        for (share, who), country in zip(shares, first, strict=True):
            assert said(share, 100 * sold[country] / total)
            number = next(listed)
            assert number.head == f"{names[code]} from {who}"
            percent, money = re.fullmatch(r"([\d.]+) % \((USD .+)\)", number.value).groups()
            assert percent == share
            assert paid(money, sold[country])
        table = section(report, f"suppliers-{at}").table.rows
        assert [row["Imports, million USD"] for row in table] == sorted(sold.values(), reverse=True)
        assert table[0]["supplier"] == report.answer.names.name(first[0])
    assert report.lead.startswith(f"In {YEAR} ")
    assert "tell who sold" in report.why
    sold = [figure for figure in report.drawn.figures if figure.name.startswith("suppliers")]
    assert len(sold) == len(written)
    for figure in report.drawn.figures:
        (note,) = figure.spec["title"]["subtitle"]
        assert ("from each supplier;" if figure in sold else "from each country;") in note
        values = [bar["value"] for bar in figure.spec["data"]["values"]]
        assert values == sorted(values, reverse=True)


def test_nothing_bought_is_said(page):
    report = page("STP", material=["antimony"])
    nothing = f"In {YEAR} São Tomé and Príncipe imported USD 0 of antimony."
    assert report.lead.startswith(f"{nothing} World output of antimony (mined)")
    assert report.numbers == []
    assert report.drawn.picture is None


# ---- the whole ---------------------------------------------------------------------------------


def test_numbers_are_written_out():
    assert str(Number("Bismuth from China", "85 %", note="imports of 2024")) == (
        "Bismuth from China: 85 % (imports of 2024)"
    )


def test_a_page_is_written_whole_and_every_picture_and_bar_has_words(page, tmp_path):
    report = page("IND", them="CHN")
    html = write_report(report, tmp_path / "out").read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("report.html", "results.csv", "run.json", "charts")
    }
    assert not re.findall(r'(?:src|href)="(?!#|data:)', html)
    pictures = re.findall(r"<svg[^>]*>", html)
    assert len(pictures) == len(report.drawn.figures)
    assert all(re.search(r'role="img" aria-label="[^"]+"', picture) for picture in pictures)
    tips = re.findall(r"<title>([^<]*)</title>", html.partition("<body>")[2])
    assert len(tips) == sum(len(figure.rows) for figure in report.drawn.figures)
    assert all(" %" in tip for tip in tips)
    assert "Dependence of India on China" in glance(report.answer)
