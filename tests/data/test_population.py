"""The packaged populations against the IMF's table, and against sums of accounts of others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paxsilica.data import load_economy
from paxsilica.data.population import POPULATION, population
from paxsilica.data.sources import PACKAGED, sources_of

ROOT = Path(__file__).parents[2]


def test_regions_of_the_packaged_baseline_have_people_but_the_rest_of_the_world_has_none():
    e = load_economy("icio2022")
    people = population(e.about.year)
    assert [region for region in e.regions if region not in people] == ["ROW"]
    assert population(None) == population(1890) == {}
    assert sources_of([POPULATION])[0].publisher == "International Monetary Fund"


def test_income_per_person_is_what_is_known_of_rich_and_poor():
    """GDP per person of 2022 as the World Bank gives it, USD to within a tenth."""
    e = load_economy("icio2022")
    people = population(2022)
    per_person = {
        region: gdp / people[region]
        for region, gdp in zip(e.regions, e.gdp.tolist(), strict=True)
        if region in people
    }
    assert per_person["IND"] == pytest.approx(2_350, rel=0.1)
    assert per_person["USA"] == pytest.approx(77_900, rel=0.1)
    assert per_person["CHN"] == pytest.approx(12_700, rel=0.1)
    assert 300 < min(per_person.values()) < max(per_person.values()) < 140_000


def test_the_table_is_what_the_tool_builds(shared, tmp_path):
    code = [sys.executable, str(ROOT / "tools" / "build_population.py"), "--out", str(tmp_path)]
    subprocess.run([*code, "--shared", str(shared.parent)], capture_output=True, check=True)
    built, packaged = ((at / "population.csv").read_text("utf-8") for at in (tmp_path, PACKAGED))
    assert built == packaged
