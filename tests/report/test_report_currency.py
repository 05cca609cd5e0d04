"""Reports name the currency of the baseline, and begin with what makes a baseline hard to believe."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from paxsilica.desk import Desk
from paxsilica.questions.coerce import Coerce
from paxsilica.questions.run import Run
from paxsilica.report import words
from paxsilica.report.envelope import run_record, table_text
from paxsilica.report.pages import report_of
from paxsilica.report.report import report_page

FLOWS = """importer,exporter,sector,value
JPN,JPN,C20,310
JPN,JPN,C28,420
BRA,BRA,C20,150
BRA,BRA,C28,90
JPN,BRA,C20,7
JPN,BRA,C28,2
BRA,JPN,C20,9
BRA,JPN,C28,24
"""
DUTY = """schema: paxsilica/scenario@1
title: a duty
baseline: .
measures:
  - {id: m, kind: tariff, importer: [BRA], exporter: [JPN], sector: [C28], op: add, rate: 20%}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flows.csv").write_text(FLOWS, encoding="utf-8")
    (tmp_path / "about.toml").write_text('unit = "billion"\ncurrency = "EUR"\nyear = 2019\n')
    return tmp_path


def asked(folder: Path) -> list:
    (folder / "duty.yaml").write_text(DUTY, encoding="utf-8")
    return [
        Run(file=str(folder / "duty.yaml"), bands=False),
        Coerce(sender="JPN", target="BRA", baseline=str(folder)),
    ]


def test_every_word_and_every_unit_is_in_the_currency_of_the_baseline(folder):
    for question in asked(folder):
        answer = question.answered(Desk())
        report = report_of(answer)
        said = json.dumps(asdict(report), default=str)
        html = report_page(report, {figure.name: "" for figure in report.drawn.figures})
        for text in (said, html, table_text(answer)):
            assert "EUR" in text
        for text in (said, html, table_text(answer), json.dumps(run_record(answer), default=str)):
            assert not re.search(r"\bUSD\b|\bdollars?\b", text)
    assert "In 2019 Japan sold Brazil EUR 33.0 billion of what is cut" in " ".join(
        report.understood
    )


def test_dollars_stay_dollars():
    said = {"imports, million USD": ["USD 7.9 billion", 3.0, None]}
    assert words.in_currency(said, "USD") is said
    assert words.in_currency(said, "EUR") == {
        "imports, million EUR": ["EUR 7.9 billion", 3.0, None]
    }
    assert (
        words.in_currency("USDA, 1.8 dollars for each dollar", "INR")
        == "USDA, 1.8 INR for each INR"
    )


def test_what_is_hard_to_believe_leads_the_page_and_the_screen(folder):
    (folder / "flows.csv").write_text(FLOWS.replace("0\n", "0.01\n"), encoding="utf-8")
    (folder / "sectors.csv").write_text("sector,trade_elasticity\nC20,0.9\nC28,0.7\n", "utf-8")
    for question in asked(folder):
        report = report_of(question.answered(Desk()))
        beware = [line for line in report.sentences if "Beware" in line]
        assert beware == [report.sentences[0]]
        assert beware[0].startswith("Beware: trade elasticities are all below 1 (0.9 and 0.7)")
        html = report_page(report, {figure.name: "" for figure in report.drawn.figures})
        assert html.index("Beware: trade") < html.index(
            words.tied(report.sentences[1]).split("’")[0]
        )
