"""A report begins with it where US customs count many times what a baseline has of a sector, by sums of raw tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from policy_world import HEAD

from paxsilica.data import load_economy
from paxsilica.desk import Desk
from paxsilica.economy import Economy
from paxsilica.names.places import packaged_groups
from paxsilica.policy import parse_scenario
from paxsilica.policy.law.tables import TABLES
from paxsilica.questions.run import Run
from paxsilica.report.pages import report_of

COPPER = 'kind: tariff, importer: [USA], exporter: [CHL], product: ["7403"], op: set, rate: 50%'


@pytest.fixture(scope="module")
def icio() -> Economy:
    return load_economy("icio2022")


@pytest.fixture(scope="module")
def customs() -> pd.DataFrame:
    """Million USD of 2024 by partner, code and sector, as packaged."""
    bought = pd.read_parquet(TABLES / "us_imports_2024.parquet")
    lines = pd.read_parquet(TABLES / "us_lines.parquet").set_index("hs10").sector
    bought["sector"], bought["usd"] = bought.hs10.map(lines), bought.usd / 1e6
    bought["hs10"] = bought.hs10.astype(str).str.zfill(10)
    return bought[bought.sector != ""]


def said(body: str, economy: Economy) -> str:
    notes = parse_scenario(f"{HEAD}measures: [{{id: a, {body}}}]\n").outsized(economy)
    assert all(note.leads for note in notes)
    return " ".join(note.text for note in notes)


def flow(economy: Economy, seller: str, sector: str) -> tuple[int, int, int]:
    us, of = economy.regions.index("USA"), economy.regions.index(seller)
    return us, of, economy.sectors.index(sector)


def test_copper_of_chile_is_told_with_both_sums(icio: Economy, customs: pd.DataFrame) -> None:
    chile = customs[(customs.partner == "CHL") & customs.hs10.str.startswith("7403")]
    counted, traded = chile.usd.sum(), icio.flows[flow(icio, "CHL", "C24B")]
    assert counted > 50 * traded > 1
    text = said(COPPER, icio)
    assert f"USD {float(f'{counted:.3g}'):,.0f} million of non-ferrous metals from Chile" in text
    assert f"{counted / traded:.0f} times the whole sector's flow" in text
    assert f"in the baseline of 2022 (USD {traded:.1f} million)" in text
    everybody = COPPER.replace("exporter: [CHL], ", "")
    assert "from Chile" in said(everybody, icio)
    ban = 'kind: export_ban, exporter: [CHL], product: ["7403"], share: 50%'
    assert said(ban, icio) == text


@pytest.mark.parametrize(("factor", "told"), [(2.97, False), (3.03, True)])
def test_it_begins_at_three_times(
    factor: float, told: bool, icio: Economy, customs: pd.DataFrame
) -> None:
    chile = customs[(customs.partner == "CHL") & customs.hs10.str.startswith("7403")]
    flows = icio.flows.copy()
    flows[flow(icio, "CHL", "C24B")] = chile.usd.sum() / factor
    assert bool(said(COPPER, icio.replace(flows=flows, about=icio.about))) == told


@pytest.mark.parametrize(
    "body",
    [
        'kind: tariff, importer: [USA], product: ["72"], op: set, rate: 50%',
        'kind: tariff, importer: [USA], exporter: [CHL], product: ["4907"], op: set, rate: 50%',
        "kind: tariff, importer: [USA], exporter: [CHL], sector: [C24B], op: set, rate: 50%",
        COPPER.replace("USA", "EU"),
        COPPER.replace("product", "except"),
        COPPER.replace("exporter: [CHL]", "except: [CHL, COL]"),
    ],
    ids=["near", "little", "whole sector", "of others", "code left out", "partners left out"],
)
def test_it_is_silent_elsewhere(body: str, icio: Economy) -> None:
    assert not said(body, icio)


def test_other_years_and_currencies_are_not_compared(icio: Economy) -> None:
    for other in ({"year": 2007}, {"year": None}, {"unit": "million EUR"}):
        assert not said(COPPER, icio.replace(about=replace(icio.about, **other)))


def test_a_law_on_everything_does_not_begin_with_it(icio: Economy, customs: pd.DataFrame) -> None:
    """The pairs that are so many times too small hold less than a tenth of all that customs count of every chapter."""
    members = packaged_groups()["regions"]["EU"]["members"]
    pairs = customs.groupby(["partner", "sector"]).usd.sum()
    sellers = {r: [r] for r in icio.regions if r not in (*members, "USA")} | {"EU": members}
    us, whole, small = icio.regions.index("USA"), 0.0, 0.0
    for (partner, sector), counted in pairs[pairs > 10].items():
        if partner in sellers and sector in icio.sectors:
            at = [icio.regions.index(r) for r in sellers[partner] if r in icio.regions]
            traded = icio.flows[us, at, icio.sectors.index(sector)].sum()
            whole, small = whole + counted, small + counted * (counted >= 3 * traded)
    assert 0.01 < small / whole < 0.1
    chapters = ", ".join(f'"{n:02}"' for n in range(1, 98) if n != 77)
    assert not said(
        f"kind: tariff, importer: [USA], product: [{chapters}], op: add, rate: 5%", icio
    )


def test_a_report_begins_with_it() -> None:
    asked = Run(text=f"{HEAD}measures: [{{id: a, {COPPER}}}]\n", bands=False)
    (line,) = report_of(asked.answered(Desk())).beware
    assert line.startswith("Beware: by customs, US imports of the products named")
    assert np.char.count(line, "times") == 1
