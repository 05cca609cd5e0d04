"""A world of six regions and four sectors, and scenarios solved on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from worlds import random_economy

from paxsilica.analysis.run import Run
from paxsilica.economy import About, Economy, Note, Source
from paxsilica.model import solve
from paxsilica.policy import parse_scenario
from paxsilica.report import write_report

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
    world = random_economy(7, regions=len(NAMES), sectors=len(SECTORS))
    scaled = {"flows": 1e5 * world.flows, "inputs": 1e5 * world.inputs}
    return world.replace(
        regions=tuple(NAMES), sectors=tuple(SECTORS), notes=(note,), about=about, **scaled
    )


@pytest.fixture(scope="session")
def economy() -> Economy:
    return small_world()


@pytest.fixture(scope="session")
def solved(economy: Economy) -> Callable[..., Run]:
    """`solved("{id: ..., kind: ...}", ..., title="...", extra="...", as_of=None)` -> the run of these measures."""

    def run(
        *measures: str, title: str = "A test", extra: str = "", as_of: date | None = None
    ) -> Run:
        lines = "".join(f"\n  - {measure}" for measure in measures) or " []"
        text = f"schema: paxsilica/scenario@1\ntitle: {title!r}\n{extra}\nmeasures:{lines}\n"
        scenario = parse_scenario(text)
        return Run(scenario, solve(economy, scenario.compile(economy, as_of)), as_of, 0.1)

    return run


@pytest.fixture(scope="session")
def tariff(solved: Callable[..., Run]) -> Run:
    return solved(TARIFF, title="A tariff on India")


@pytest.fixture(scope="session")
def written(tariff: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one whole report."""
    return write_report(tariff, tmp_path_factory.mktemp("report") / "out").parent
