"""The page of `depend`: it shows the findings, and says what they are of."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from reports import numbers_of, unfounded

import paxsilica as pax
from paxsilica.analysis.dependency.materials import suppliers
from paxsilica.desk import Desk
from paxsilica.questions.depend import Depend
from paxsilica.report.glance import glance
from paxsilica.report.pages import report_of
from paxsilica.report.pages.depend_rows import spans
from paxsilica.report.report import Report, write_report


@pytest.fixture(scope="module")
def page():
    """Pages of answers at one desk, each question once."""
    desk, known = Desk(today=date(2026, 1, 1)), {}

    def made(us: str, **fields) -> Report:
        key = json.dumps([us, fields])
        if key not in known:
            known[key] = report_of(pax.ask(Depend(us=us, **fields), desk))
        return known[key]

    return made


@pytest.fixture(scope="module")
def india(page) -> Report:
    return page("IND", them="CHN")


@pytest.fixture(scope="module")
def brazil(page) -> Report:
    """With look-through of inputs."""
    return page("BRA", them="CHN", inputs=True)


def section(report: Report, name: str):
    return next(part for part in report.sections if part.name == name)


def rows(report: Report, name: str) -> list:
    return list(section(report, name).table.rows)


def chart(report: Report, name: str) -> dict:
    return next((figure.spec for figure in report.drawn.figures if figure.name == name), {})


ASKED = [
    ("IND", {"them": "CHN"}, 3),
    ("BRA", {"them": "CHN", "inputs": True}, 4),
    ("EU", {}, 3),
    ("IND", {"material": ["270900", "lithium"]}, 0),
]


@pytest.mark.parametrize(("us", "fields", "figures"), ASKED)
def test_a_page_shows_nothing_that_is_no_finding(page, us, fields, figures):
    report = page(us, **fields)
    assert len(report.drawn.figures) == figures, "suppliers alone are a table"
    assert len(list(numbers_of(report))) > 50
    assert unfounded(report) == []


@pytest.mark.parametrize(("us", "fields", "figures"), ASKED)
def test_every_chart_fits_the_schema_and_says_unit_and_year(page, us, fields, figures):
    for figure in page(us, **fields).figures:
        figure.chart.to_dict()
        assert "%" in " ".join(figure.spec["title"]["subtitle"]), "no unit"
        assert figure.alt


def test_bars_show_the_suppliers(india):
    titles = {row["product"]: row["HS"] for row in rows(india, "imports")}
    for bar in chart(india, "suppliers")["data"]["values"][:5]:
        short = bar["label"].rstrip("…")
        code = next(code for title, code in titles.items() if title.startswith(short))
        (first, *_) = suppliers(("IND",), code, 2024).array("import_share")
        assert bar["value"] == pytest.approx(first)


def test_tables_hold_crude_oil_by_source(india):
    (crude,) = [row for row in rows(india, "imports") if row["HS"] == "270900"]
    assert crude["top supplier"] == "RUS"
    assert crude["its share, %"] == pytest.approx(37.2, abs=0.1)
    made = {(row["material"], row["stage"]): row for row in rows(india, "output")}
    assert made["Gallium", "refine"]["theirs, %"] == pytest.approx(99.0, abs=0.1)
    assert made["Magnesium metal", "refine"]["theirs, %"] == pytest.approx(87.7, abs=0.1)
    assert made["Rare earths", "mine"]["theirs, %"] == pytest.approx(69.4, abs=0.1)
    shares = [row["theirs, %"] for row in rows(india, "output")]
    known = [share for share in shares if share is not None]
    assert known == sorted(known, reverse=True)


def test_what_stands_on_the_screen_has_the_years_before_the_distances(page, india):
    (row, *_) = section(india, "imports").table.on_screen()
    heads = list(row)
    order = [heads.index(h) for h in ("passes GeoDep", "years held", "lasting", "GeoDep")]
    assert order == sorted(order)
    assert "EU rule" not in heads, "of a single country its second criterion always holds"
    assert "EU rule" in rows(india, "imports")[0]
    assert any("CDI2" in line for line in section(india, "imports").text)
    assert "EU rule" in section(page("DEU,FRA"), "imports").table.on_screen()[0]


def test_what_passes_stands_first_by_imports_and_names_its_years(page):
    table = rows(page("EU", them="CHN"), "imports")
    order = [(row["passes GeoDep"] == "no", -row["imports, million USD"]) for row in table]
    assert order == sorted(order)
    for row in table:
        assert (row["passes GeoDep"] == "yes") == (row["GeoDep over threshold by"] > 0)
        held, of = row["years held"].rsplit(" of ", 1)
        assert (row["passes GeoDep"] == "yes") == held.endswith("2024")
        assert of == "6"


def test_spans_of_years():
    assert spans([2019, 2020, 2021, 2023]) == "2019-2021, 2023"
    assert spans([]) == ""


def test_what_a_country_makes_itself_stands_last(page):
    table = rows(page("EU"), "output")
    risks = [row for row in table if row["supply risk, 0-10"] is not None]
    others = [r["supply risk, 0-10"] for r in risks if (r["own output, % of supply"] or 0) < 50]
    first = [row["supply risk, 0-10"] for row in risks][: len(others)]
    assert first == sorted(others, reverse=True)
    alone = [row for row in table if row["sourcing"] == "own output only"]
    assert alone
    assert {row["over threshold by"] for row in alone} == {None}, "no verdict"
    assert all("over threshold by" not in row for row in rows(page("IND", them="CHN"), "output"))


def test_what_is_withheld_is_named(page):
    made = {(row["material"], row["stage"]): row for row in rows(page("USA"), "output")}
    lithium = made["Lithium", "mine"]
    assert (lithium["ours, %"], lithium["no figure"]) == (None, "USA withheld")


def heat(report: Report) -> list[dict]:
    return chart(report, "heatmap").get("data", {}).get("values", [])


def test_the_heatmap_leaves_out_who_overlaps_and_orders_by_value(page, india):
    others = ("Brazil", "Australia", "Türkiye", "United Kingdom", "United States")
    assert {cell["row"] for cell in heat(page("FRA", them="DEU"))} == {
        *("France", "China", "Japan", "Korea", "India"),
        *others,
    }
    products = list(dict.fromkeys(cell["column"] for cell in heat(india)))
    codes = {row["product"]: row["HS"] for row in rows(india, "imports")}
    bought = [
        suppliers(("IND",), codes[title], 2024).along("imports", "partner").get("CHN", 0)
        for title in products[:6]
        if title in codes
    ]
    assert len(bought) >= 4
    assert bought == sorted(bought, reverse=True)


def test_the_heatmap_says_that_china_was_chosen_and_is_left_out_of_chinas_page(page):
    assert "shown by default" in json.dumps(chart(page("FRA"), "heatmap")["title"])
    assert [figure.name for figure in page("CHN").figures] == ["suppliers", "output"]
    assert heat(page("DEU", them="STP")) == [], "nothing comes from there"


def test_a_country_that_imports_next_to_nothing_has_no_empty_chart(page):
    report = page("STP")
    assert "suppliers" not in [figure.name for figure in report.drawn.figures]
    assert any("no chart" in line for line in section(report, "imports").text)
    assert rows(report, "imports")


def test_the_summary_is_silent_on_what_is_unknown_and_never_of_negative_age(page):
    early = page("IND", them="CHN,RUS", year=2020, as_of="2021-05-01")
    late = page("IND", them="CHN,RUS")
    assert "of the three years" not in early.sentences[0]
    assert re.search(r", \d+ in at least two of the three years", late.sentences[0])
    assert "The data are newer than 2021-05-01" in early.sentences[-1]
    newer = {note.name for note in early.answer.notes} - {note.name for note in late.answer.notes}
    assert newer == {"data_newer"}
    told = "Age of the data on 2026-01-01, in calendar years: trade 2, output 1 to 6"
    assert told in late.sentences[-1]


def test_a_group_and_those_it_depends_on_are_called_by_name(page):
    report = page("pax-silica", them="CHN,RUS", as_of="2026-03-01")
    assert report.title == "Dependence of Pax Silica on China and Russia"
    assert "countries are taken as one" in report.basis[1]
    assert report.answer.notes[0].name == "pax-silica.members"


def test_hidden_dependence_says_how_far_it_is_off_and_names_no_small_sector(brazil):
    hidden = section(brazil, "hidden")
    assert "0.5 points on average" in " ".join(hidden.text)
    assert any("another one in 8 %" in line for line in brazil.answer.not_modelled)
    table, total = hidden.table.rows, sum(r["output, billion USD"] for r in hidden.table.rows)
    large = [row for row in table if row["output, billion USD"] >= 0.01 * total]
    top = max(large, key=lambda row: row["hidden, points"])
    (said,) = [line for line in brazil.sentences if "look-through" in line]
    assert said.startswith("By look-through, China supplies")
    assert top["name"].lower() in said
    assert "off by a point and more" in said
    small = max(table, key=lambda row: row["hidden, points"])
    assert small not in large, "a small sector would have been named"
    assert "Share of China" in " ".join(chart(brazil, "hidden")["title"]["subtitle"])
    drawn = [row["b"] for row in chart(brazil, "hidden")["layer"][0]["data"]["values"]]
    most = sorted((row["look-through, %"] for row in table), reverse=True)
    assert drawn == most[: len(drawn)]


def test_suppliers_of_a_material_stand_alone(page):
    report = page("IND", material=["lithium"])
    (alone,) = report.sections
    assert report.title == "Suppliers of lithium to India"
    sold = suppliers(("IND",), "lithium", 2024).along("imports", "partner")
    row = alone.table.rows[0]
    assert (row["country"], row["million USD"]) == next(iter(sold.items()))
    nothing = page("STP", material=["antimony"])
    assert "Nothing was imported." in nothing.sections[0].text


def test_a_page_is_written_whole_and_shows_itself(india, tmp_path):
    html = write_report(india, tmp_path / "out").read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("report.html", "results.csv", "run.json", "charts")
    }
    assert not re.findall(r'(?:src|href)="(?!#|data:)', html)
    assert write_report(india, tmp_path / "out").read_text(encoding="utf-8") == html
    assert "Dependence of India on China" in glance(india.answer)
