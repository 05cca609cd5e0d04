"""The sheets of dependencies and chains: charts fit the schema and show the numbers, pages ask for nothing."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from paxsilica.analysis.chain import Cut, coverage, over_time, parse_chain, single_cuts, smallest_cut
from paxsilica.analysis.dependency.materials import dependencies, suppliers
from paxsilica.data.rosters import members_of
from paxsilica.errors import InputError
from paxsilica.report.chain import ChainResult, chain_sheet
from paxsilica.report.depend import Question, depend_sheet
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
    return depend_sheet(d, Question("India", "China", 2024, date(2026, 1, 1), "pax depend IND --them CHN"))


@pytest.fixture(scope="module")
def magnets() -> Sheet:
    chain = parse_chain(MAGNETS)
    time = over_time(chain, [Cut(("CHN",), ("ore",))])
    return chain_sheet(
        ChainResult(
            chain=chain,
            group="Japan",
            members=("JPN",),
            coverage=coverage(chain, ("JPN",)),
            found=time.at_once,
            time=time,
            singles=single_cuts(chain),
            smallest=smallest_cut(chain),
            cuts_said="China cut at ore",
            command="pax chain magnets.yaml --cut CHN",
        )
    )


@pytest.mark.parametrize("name", ["india", "magnets"])
def test_every_chart_fits_the_schema_and_says_unit_and_year(name, request):
    sheet = request.getfixturevalue(name)
    assert len(sheet.figures) == {"india": 3, "magnets": 4}[name]
    for figure in sheet.figures:
        figure.chart.to_dict()
        subtitle = " ".join(figure.spec["title"]["subtitle"])
        assert re.search(r"%|[Ss]tock|share", subtitle), "no unit"
        assert figure.says


def test_bars_show_the_suppliers(india):
    bars = next(figure for figure in india.figures if figure.name == "suppliers").spec["data"]["values"]
    titles = {row["product"]: row["HS"] for row in india.sections[0].table.rows}
    for bar in bars[:5]:
        (first, *_) = suppliers(("IND",), titles[bar["label"]], 2024)
        assert bar["value"] == pytest.approx(100 * first.share)


def test_tables_hold_crude_oil_by_source(india):
    (crude,) = [row for row in india.sections[0].table.rows if row["HS"] == "270900"]
    assert crude["top supplier"] == "RUS"
    assert crude["its share, %"] == pytest.approx(37.2, abs=0.1)
    made = {(row["material"], row["stage"]): row for row in india.sections[2].table.rows}
    assert made["Gallium", "refine"]["theirs, %"] == pytest.approx(99.0, abs=0.1)
    assert made["Magnesium metal", "refine"]["theirs, %"] == pytest.approx(87.7, abs=0.1)
    assert made["Rare earths", "mine"]["theirs, %"] == pytest.approx(69.4, abs=0.1)


def test_the_flow_has_every_stage_once_and_its_shares(magnets):
    layers = next(figure for figure in magnets.figures if figure.name == "flow").spec["layer"]
    edges, bars, frames, labels = (layer["data"]["values"] for layer in layers)
    assert [row["label"] for row in labels] == ["Ore", "Oxide", "Users"]
    assert {row["edge"] for row in edges} == {"ore oxide", "oxide users"}
    assert [row["stroke"] > 1 for row in frames] == [True, False, False], "ore limits the output"
    wide = frames[0]["x2"] - frames[0]["x"]
    share = {(row["y"], row["kind"]): (row["x2"] - row["x"]) / wide for row in bars if row["x"] < frames[1]["x"]}
    assert sorted(share.values()) == pytest.approx([0.1, 0.9]), "nothing is Japan's; a tenth is unnamed"


def test_the_summary_says_what_the_closed_form_says(magnets):
    """40 % of ore is left: stocks of 60 days last 60 / 0.6 = 100 days, so the fourth month is the first short one."""
    text = " ".join(magnets.summary)
    assert "40.0 % of normal output is left, held back by ore" in text
    assert "output falls below 99 % after 90 days" in text
    assert "It takes one country to bring output to 50.0 % or below: China" in text
    assert "1 of 3 stages have no country data" in text
    (row,) = [row for row in magnets.sections[0].table.rows if row["id"] == "ore"]
    assert row["days of cover"] == pytest.approx(100)
    steps = next(section for section in magnets.sections if section.name == "time").table.rows
    assert steps[0]["output, % of normal"] == 100
    assert steps[-1]["from day"] == 360, "rebuilt after a year"
    assert steps[-1]["output, % of normal"] == 100


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
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report.html", "results.csv", "run.json", "charts"}
    html = page.read_text(encoding="utf-8")
    links = _Links()
    links.feed(html)
    assert links.found == []
    assert "<b>of" not in html
    assert "Made up <i>" not in html
    rows = list(csv.DictReader((tmp_path / "out" / "results.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(sheet.results)
    assert not any(value.lower() in ("nan", "inf", "none") for row in rows for value in row.values())
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["repeat"] == sheet.command
    again = write_sheet(sheet, tmp_path / "out")
    assert again.read_text(encoding="utf-8") == html
    for figure in sheet.figures:
        assert (tmp_path / "out" / "charts" / f"{figure.name}.png").stat().st_size > 5000


def test_a_folder_with_other_things_is_left_alone(india, tmp_path):
    (tmp_path / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds thesis\.docx"):
        write_sheet(india, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_rosters_are_dated():
    assert members_of("pax-silica", date(2025, 12, 12)) == ("USA", "JPN", "KOR", "SGP", "GBR", "ISR", "AUS")
    assert "IND" not in members_of("pax-silica", date(2026, 2, 19))
    assert "IND" in members_of("pax-silica", date(2026, 2, 20))
    assert len(members_of("pax-silica")) == 24 + 27 - len({"NLD", "SWE", "FIN", "DEU", "GRC", "ITA"})
    with pytest.raises(InputError, match="has no member on 2025-12-11; its first joined on 2025-12-12"):
        members_of("pax-silica", date(2025, 12, 11))
