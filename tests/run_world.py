"""A world of six regions and four sectors, and scenarios solved on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from worlds import labelled_world

from paxsilica.analysis.run import params_of
from paxsilica.desk import Desk
from paxsilica.economy import About, Economy, Note, Source
from paxsilica.model import Outcome, solve
from paxsilica.questions.question import Answer
from paxsilica.questions.run import Run
from paxsilica.report.pages import report_of
from paxsilica.report.report import Report

NAMES = {
    "USA": "United States",
    "IND": "India",
    "VNM": "Viet Nam",
    "DEU": "Germany",
    "FRA": "France",
}
NAMES["ROW"] = "Rest of the world"
SECTORS = {"C13T15": "Textiles", "C26": "Electronics", "B06": "Oil", "SERV": "Services"}
TARIFF = "{id: flat, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%}"


def small_world() -> Economy:
    about = About(
        name="small",
        title="A small world",
        year=2022,
        region_names=NAMES,
        sector_names=SECTORS,
        region_groups={"EUROPE": ("DEU", "FRA")},
        sector_groups={"goods": ("C13T15", "C26", "B06")},
        sources=(Source("Made up", "Nobody", "CC0", "2026", "https://example.org/data"),),
        elasticities="made up",
        not_modelled=("everything else in the world",),
    )
    note = Note("a_repair", "one number was moved", 12.5)
    return labelled_world(7, about, 1e5, notes=(note,))


@dataclass(frozen=True)
class Case:
    """An answer, its page, and the outcome solved apart from it."""

    answer: Answer
    outcome: Outcome

    @cached_property
    def report(self) -> Report:
        return report_of(self.answer)

    @property
    def lines(self) -> tuple[str, ...]:
        return self.report.sentences


def case_on(economy: Economy, *measures: str, **asked: Any) -> Case:
    """The case of these measures on an economy; `title`, and `extra` lines of the file, beside fields of `Run`."""
    title, extra = asked.pop("title", "A test"), asked.pop("extra", "")
    lines = "".join(f"\n  - {measure}" for measure in measures) or " []"
    head = f"schema: paxsilica/scenario@1\ntitle: {title!r}\nbaseline: here\n{extra}"
    desk = Desk()
    desk.warm(("here", None), lambda: economy)
    question = Run(text=f"{head}\nmeasures:{lines}\n", **{"bands": False, **asked})
    answer, scenario = question.answered(desk), question.scenario()
    shock = scenario.compile(economy, question.as_of)
    return Case(answer, solve(economy, shock, params_of(scenario.assumptions)))
