"""Sheets: charts fit the schema, folders are written whole, and pages ask for nothing."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from paxsilica.cli.screen import print_report
from paxsilica.desk import Desk
from paxsilica.economy import Note
from paxsilica.errors import InputError
from paxsilica.questions.chain import Chain
from paxsilica.questions.depend import Depend
from paxsilica.report.pages import report_of
from paxsilica.report.report import Report, Table, report_page, write_report

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
def india() -> Report:
    return report_of(Depend(us="IND", them="CHN").answered(Desk()))


@pytest.fixture(scope="module")
def magnets(tmp_path_factory) -> Report:
    path = tmp_path_factory.mktemp("chains") / "magnets.yaml"
    path.write_text(MAGNETS, encoding="utf-8")
    asked = Chain(name=str(path), cut="CHN", stage="ore", trusted="JPN")
    return report_of(asked.answered(Desk()))


def test_every_chart_fits_the_schema_and_says_its_unit(magnets):
    names = [figure.name for figure in magnets.drawn.figures]
    assert names == ["path", "single-cuts", "flow"]
    for figure in magnets.drawn.figures:
        figure.chart.to_dict()
        measured = [*figure.rows[0]][-1]
        assert re.search(", %( of normal)?$", measured), "no unit"
        assert figure.mark in figure.alt


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
    report = request.getfixturevalue(name)
    page = write_report(report, tmp_path / "out", png=True)
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
    assert len(rows) == len(report.answer.findings)
    assert not any(
        value.lower() in ("nan", "inf", "none") for row in rows for value in row.values()
    )
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["run"]["repeat"] == report.answer.question.command()
    again = write_report(report, tmp_path / "out", png=True)
    assert again.read_text(encoding="utf-8") == html
    for figure in report.drawn.figures:
        assert (tmp_path / "out" / "charts" / f"{figure.name}.png").stat().st_size > 5000


def test_a_folder_with_other_things_is_left_alone(india, tmp_path):
    (tmp_path / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds thesis\.docx"):
        write_report(india, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_report_begins_with_what_makes_its_numbers_doubtful(magnets, capsys):
    """Of the notes those that lead stand first, in their order, also in a part; the others do not."""
    said = ["Beware: it is made up.", "Beware: so."]
    notes = [
        Note("a", "it is made up.", leads=True),
        Note("b", "aside"),
        Note("c", "so", leads=True),
    ]
    doubtful = report_of(replace(magnets.answer, notes=tuple(notes)))
    assert doubtful.sentences[:3] == [*said, doubtful.lead]
    assert not any(line.startswith("Beware") for line in magnets.sentences)

    whole = replace(doubtful, picture=lambda: None, sections=tuple, parts=[doubtful])
    html = " ".join(report_page(whole, {}).replace("\N{NO-BREAK SPACE}", " ").split())
    print_report(whole)
    for place in (html, " ".join(capsys.readouterr().out.split())):
        told = re.findall("Beware: it is made up.|Beware: so.|If all supply of ore from", place)
        assert told == [*said, "If all supply of ore from"] * 2


def test_a_terminal_shows_the_first_rows_and_counts_the_others(magnets, capsys):
    rows = [{"place": f"number {n}", "size": float(n)} for n in range(1, 10)]
    print_report(replace(magnets, screen=Table(rows, most=4)))
    out = capsys.readouterr().out
    assert re.findall(r"number (\d)", out) == ["1", "2", "3", "4"]
    assert "5 more;" in out
