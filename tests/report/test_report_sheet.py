"""The sheets of dependencies and chains: charts fit the schema and show the numbers, pages ask for nothing."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from paxsilica.analysis.dependency.materials import dependencies, suppliers
from paxsilica.analysis.dependency.reliance import foreign_input_reliance
from paxsilica.data import load_economy
from paxsilica.desk import Desk
from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.questions.chain import Chain
from paxsilica.report.depend import Question, depend_sheet
from paxsilica.report.pages import page_of
from paxsilica.report.sheet import Sheet, write_sheet

MAGNETS = """
schema: paxsilica/chain@1
title: Magnets <b>of "ours"</b>
final: [users]
sources: {here: {title: Made up <i>, publisher: tests, licence: none, date: "2024", url: ""}}
stages:
  - {id: ore, name: Ore, shares: {CHN: 60%, AUS: 30%}, year: 2024, source: here, stock: 60 days, rebuild: 360 days}
  - {id: oxide, name: Oxide, shares: unknown, inputs: [{stage: ore}]}
  - {id: users, name: Users, shares: {CHN: 50%, JPN: 50%}, year: 2022, source: here, inputs: [{stage: oxide}]}
"""


@pytest.fixture(scope="module")
def india() -> Sheet:
    d = dependencies(("IND",), ("CHN",))
    return depend_sheet(
        d, Question("India", "China", 2024, date(2026, 1, 1), "pax depend IND --them CHN")
    )


def asked(
    us: tuple[str, ...],
    them: tuple[str, ...] = (),
    year: int = 2024,
    today: date = date(2026, 1, 1),
) -> Sheet:
    notes = Names(day=today).notes(["Pax-Silica", "EU"]) if today == date(2026, 3, 1) else ()
    question = Question("+".join(us), "+".join(them), year, today, "pax depend", notes)
    return depend_sheet(dependencies(us, them), question)


@pytest.fixture(scope="module")
def brazil() -> Sheet:
    """With look-through of inputs."""
    economy = load_economy("icio2022-50")
    question = Question(
        "Brazil", "China", 2024, date(2026, 1, 1), "pax depend BRA --them CHN --inputs"
    )
    return depend_sheet(
        dependencies(("BRA",), ("CHN",)), question, economy, foreign_input_reliance(economy)
    )


@pytest.fixture(scope="module")
def magnets(tmp_path_factory) -> Sheet:
    path = tmp_path_factory.mktemp("chains") / "magnets.yaml"
    path.write_text(MAGNETS, encoding="utf-8")
    asked = Chain(name=str(path), cut="CHN", stage="ore", trusted="JPN")
    return page_of(asked.answered(Desk()))


@pytest.mark.parametrize("name", ["india", "brazil", "magnets"])
def test_every_chart_fits_the_schema_and_says_unit_and_year(name, request):
    sheet = request.getfixturevalue(name)
    assert len(sheet.figures) == {"india": 3, "brazil": 4, "magnets": 4}[name]
    for figure in sheet.figures:
        figure.chart.to_dict()
        subtitle = " ".join(figure.spec["title"]["subtitle"])
        assert re.search(r"%|[Ss]tock|share", subtitle), "no unit"
        assert figure.says


def test_bars_show_the_suppliers(india):
    bars = next(figure for figure in india.figures if figure.name == "suppliers").spec["data"][
        "values"
    ]
    titles = {row["product"]: row["HS"] for row in india.sections[0].table.rows}
    for bar in bars[:5]:
        code = next(
            code for title, code in titles.items() if title.startswith(bar["label"].rstrip("…"))
        )
        (first, *_) = suppliers(("IND",), code, 2024)
        assert bar["value"] == pytest.approx(100 * first.share)


def test_tables_hold_crude_oil_by_source(india):
    (crude,) = [row for row in india.sections[0].table.rows if row["HS"] == "270900"]
    assert crude["top supplier"] == "RUS"
    assert crude["its share, %"] == pytest.approx(37.2, abs=0.1)
    made = {(row["material"], row["stage"]): row for row in india.sections[2].table.rows}
    assert made["Gallium", "refine"]["theirs, %"] == pytest.approx(99.0, abs=0.1)
    assert made["Magnesium metal", "refine"]["theirs, %"] == pytest.approx(87.7, abs=0.1)
    assert made["Rare earths", "mine"]["theirs, %"] == pytest.approx(69.4, abs=0.1)


def test_what_stands_on_the_screen_has_the_years_before_the_distances(india):
    (row, *_) = india.sections[0].table.on_screen(1)
    heads = list(row)
    assert (
        heads.index("passes GeoDep")
        < heads.index("years held")
        < heads.index("lasting")
        < heads.index("GeoDep")
    )
    assert "EU rule" not in heads, "of a single country its second criterion always holds"
    assert "EU rule" in india.sections[0].table.rows[0]
    assert any("CDI2" in line for line in india.sections[0].text)
    assert "EU rule" in asked(("DEU", "FRA")).sections[0].table.on_screen(1)[0]


def heat(sheet: Sheet) -> list[dict]:
    return next((f.spec["data"]["values"] for f in sheet.figures if f.name == "heatmap"), [])


def test_the_heatmap_leaves_out_who_overlaps_and_orders_by_value(india):
    assert {cell["row"] for cell in heat(asked(("FRA",), ("DEU",)))} == {
        "FRA",
        "United States",
        "China",
        "Japan",
        "Korea",
        "India",
        "United Kingdom",
        "Brazil",
        "Australia",
        "Türkiye",
    }
    products = list(dict.fromkeys(cell["column"] for cell in heat(india)))
    codes = {row["product"][:20]: row["HS"] for row in india.sections[0].table.rows}
    bought = [
        sum(
            s.value
            for s in suppliers(("IND",), codes[product[:20].rstrip("…")], 2024)
            if s.country == "CHN"
        )
        for product in products[:6]
        if product[:20] in codes
    ]
    assert len(bought) >= 4
    assert bought == sorted(bought, reverse=True)


def test_the_heatmap_says_that_china_was_chosen_and_is_left_out_of_chinas_sheet():
    (figure,) = [f for f in asked(("FRA",)).figures if f.name == "heatmap"]
    assert "shown by default" in json.dumps(figure.spec["title"])
    assert [f.name for f in asked(("CHN",)).figures] == ["suppliers", "output"]
    assert heat(asked(("DEU",), ("STP",))) == [], "nothing comes from there"


def test_a_country_that_imports_next_to_nothing_has_no_empty_chart():
    sheet = asked(("STP",))
    assert "suppliers" not in [figure.name for figure in sheet.figures]
    assert any("no chart" in line for line in sheet.sections[0].text)
    assert sheet.sections[0].table.rows


def test_the_summary_is_silent_on_what_is_unknown_and_never_of_negative_age():
    early, late = (
        asked(("IND",), ("CHN", "RUS"), 2020, date(2021, 5, 1)),
        asked(("IND",), ("CHN", "RUS")),
    )
    assert "of the three years" not in early.summary[0]
    assert re.search(r", \d+ in at least two of the three years", late.summary[0])
    assert "The data are newer than 2021-05-01" in early.summary[-1]
    assert {"data_newer"} == {note.name for note in early.notes} - {
        note.name for note in late.notes
    }
    assert (
        "Age of the data on 2026-01-01, in calendar years: trade 2, output 1 to 6"
        in late.summary[-1]
    )
    ages = [row["age_years"] for row in early.results]
    assert None in ages
    assert min(age for age in ages if age is not None) >= 0


def test_results_carry_unit_year_and_source(brazil):
    rows = brazil.results
    assert all(row["unit"] and row["year"] and row["source"] and row["title"] for row in rows)
    endless = [
        row for row in rows if row["indicator"] == "import_export_ratio" and row["value"] is None
    ]
    assert endless
    assert all("nothing is exported" in row["note"] for row in endless)
    assert all(row["value"] is not None for row in rows if row not in endless)
    look = [row for row in rows if row["indicator"] == "look_through"]
    table = {row["sector"]: row for row in brazil.sections[-1].table.rows}
    assert len(look) == len(table)
    for row in look:
        assert (row["year"], row["supplier"], row["source"], row["unit"]) == (
            2022,
            "CHN",
            "oecd_icio",
            "share",
        )
        assert row["value"] == pytest.approx(table[row["subject"]]["look-through, %"] / 100)
        assert 0 <= row["value"] <= 1


def test_hidden_dependence_says_how_far_it_is_off_and_names_no_small_sector(brazil):
    hidden = brazil.sections[-1]
    assert "0.5 points on average" in " ".join(hidden.text)
    assert any("another one in 8 %" in line for line in brazil.left_out)
    rows, total = hidden.table.rows, sum(row["output, billion USD"] for row in hidden.table.rows)
    large = [row for row in rows if row["output, billion USD"] >= 0.01 * total]
    top = max(large, key=lambda row: row["hidden, points"])
    (said,) = [line for line in brazil.summary if "look-through" in line]
    assert said.startswith("By look-through, China supplies")
    assert top["name"].lower() in said
    assert "off by a point and more" in said
    assert max(rows, key=lambda row: row["hidden, points"]) not in large, (
        "a small sector would have been named"
    )
    chart = next(figure for figure in brazil.figures if figure.name == "hidden").spec
    assert "Share of China" in " ".join(chart["title"]["subtitle"])


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        asked = [value for key, value in attrs if key in ("src", "href", "action") and value]
        self.found += [value for value in asked if not value.startswith(("#", "data:"))]
        assert tag not in ("iframe", "object", "embed")


@pytest.mark.parametrize("name", ["india", "magnets"])
def test_a_sheet_is_written_whole(name, request, tmp_path):
    sheet = request.getfixturevalue(name)
    page = write_sheet(sheet, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "report.html",
        "results.csv",
        "run.json",
        "charts",
    }
    html = page.read_text(encoding="utf-8")
    links = _Links()
    links.feed(html)
    assert links.found == []
    assert "<b>of" not in html
    assert "Made up <i>" not in html
    rows = list(
        csv.DictReader((tmp_path / "out" / "results.csv").read_text(encoding="utf-8").splitlines())
    )
    assert len(rows) == len(sheet.answer.findings if sheet.answer else sheet.results)
    assert not any(
        value.lower() in ("nan", "inf", "none") for row in rows for value in row.values()
    )
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record.get("run", record)["repeat"] == sheet.command
    again = write_sheet(sheet, tmp_path / "out")
    assert again.read_text(encoding="utf-8") == html
    for figure in sheet.figures:
        assert (tmp_path / "out" / "charts" / f"{figure.name}.png").stat().st_size > 5000


def test_a_folder_with_other_things_is_left_alone(india, tmp_path):
    (tmp_path / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds thesis\.docx"):
        write_sheet(india, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_who_an_alliance_is_and_who_is_disputed_is_told():
    sheet = asked(("USA", "JPN"), today=date(2026, 3, 1))
    members, disputed = sheet.notes[:2]
    assert (members.name, disputed.name) == ("pax-silica.members", "pax-silica.disputed")
    assert "USA (2025-12-12), " in members.text
    assert "IND (2026-02-20)" in members.text
    assert "SWE" not in members.text, "joined later"
    assert "reported to 2026-08-31" in members.text
    assert "NLD, counted from 2025-12-17: a participant that had not signed" in disputed.text
    assert "GRC" not in disputed.text
    assert (
        "who joined later is not known" in Names(day=date(2027, 1, 1)).notes(["pax-silica"])[0].text
    )
    assert len(Names(day=date(2026, 8, 31)).notes(["pax-silica"])) == 1, (
        "in with the whole Union, whoever signed when"
    )
    assert Names().notes(["EU", "IND"]) == ()
    assert len(Names().notes(["pax-silica", "PAX-SILICA"])) == 1


def test_rosters_are_dated():
    assert Names(day=date(2025, 12, 12)).countries("pax-silica") == (
        "USA",
        "JPN",
        "KOR",
        "SGP",
        "GBR",
        "ISR",
        "AUS",
    )
    assert "IND" not in Names(day=date(2026, 2, 19)).countries("pax-silica")
    assert "IND" in Names(day=date(2026, 2, 20)).countries("pax-silica")
    assert len(Names().countries("pax-silica")) == 24 + 27 - len(
        {"NLD", "SWE", "FIN", "DEU", "GRC", "ITA"}
    )
    with pytest.raises(
        InputError, match="has no member on 2025-12-11; its first joined on 2025-12-12"
    ):
        Names(day=date(2025, 12, 11)).countries("pax-silica")
