"""The packaged outlook against the IMF's tables, and what is computed from it against sums written out here."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from paxsilica.data import load_economy
from paxsilica.data.outlook import OUTLOOK, WORLD_TOTAL, Outlook, packaged_outlook
from paxsilica.data.sources import PACKAGED, sources_of
from paxsilica.errors import InputError

ROOT = Path(__file__).parents[2]
GROUPS = r"GX?\d+|511"


@pytest.fixture(scope="module")
def raw(shared) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GDP of the newest outlook by area and year, and of all vintages by country, vintage and year; billion USD."""
    folder = shared / "imf_weo_2025_10"
    newest = pd.read_parquet(folder / "weo_2025_10.parquet").query("concept == 'NGDPD'")
    every = pd.read_parquet(folder / "weo_vintages_2021_2025.parquet").query("concept == 'NGDPD'")
    return (
        newest.pivot(index="ref_area", columns="year", values="value"),
        every.pivot(index="iso3", columns=["vintage", "year"], values="value"),
    )


def made_up() -> Outlook:
    """Two countries, a third that one vintage lacks, and the world; the newest vintage is of 2024."""
    vintages, countries, years = (
        ("2022-04", "2024-10"),
        ("AAA", "BBB", "CCC", WORLD_TOTAL),
        range(2021, 2026),
    )
    gdp = np.full((2, 4, 5), np.nan)
    gdp[0, 0] = [100, 110, 120, 130, 140]
    gdp[0, 1] = [200, 200, 200, 200, 200]
    gdp[1, 0] = [100, 121, 132, 150, 180]
    gdp[1, 1] = [200, 210, 220, 230, 240]
    gdp[1, 2] = [50, 50, 50, 50, np.nan]
    gdp[1, 3] = gdp[1, :3].sum(0)
    gdp[1, 3, 4] = 475
    return Outlook(vintages, countries, tuple(years), gdp)


def test_the_table_is_what_the_tool_builds(shared, tmp_path):
    code = [sys.executable, str(ROOT / "tools" / "build_outlook.py"), "--out", str(tmp_path)]
    subprocess.run([*code, "--shared", str(shared.parent)], capture_output=True, check=True)
    built, packaged = ((at / "outlook.csv").read_text("utf-8") for at in (tmp_path, PACKAGED))
    assert built == packaged


def test_gdp_is_in_billions_and_that_of_the_source(raw):
    newest, every = raw
    o = packaged_outlook()
    assert 29_000 < newest.loc["USA", 2024] < 30_000
    for country, area in (
        ("USA", "USA"),
        ("IND", "IND"),
        ("GBR", "GBR"),
        (WORLD_TOTAL, "G001"),
        ("XKX", "KOS"),
    ):
        at = o.countries.index(country)
        assert o.gdp[-1, at] == pytest.approx(
            newest.loc[area, list(o.years)], abs=6e-4, nan_ok=True
        )
    for vintage in o.vintages[:-1]:
        v, since = o.vintages.index(vintage), int(vintage[:4]) - 1
        own = o.gdp[v, o.countries.index("IND")]
        assert np.isnan(own[: since - o.years[0]]).all()
        known = every.loc["IND", vintage].reindex(range(since, 2031))
        assert own[since - o.years[0] :] == pytest.approx(known, abs=6e-4, nan_ok=True)


def test_no_group_of_countries_counts_as_a_country(raw):
    newest, every = raw
    o = packaged_outlook()
    recent = newest.loc[:, 2015:].dropna(how="all")
    codes = {*recent.index, *every.dropna(how="all").index} - {"KOS", "WBG"}
    countries = {c for c in codes if not pd.Series([c]).str.fullmatch(GROUPS)[0]} | {"XKX", "PSE"}
    known = np.isfinite(o.gdp).any((0, 2))
    assert {c for c, k in zip(o.countries, known, strict=True) if k} - {WORLD_TOTAL} == countries
    year = o.years.index(2024)
    parts = np.nansum(o.gdp[-1, :, year]) - o.gdp[-1, o.countries.index(WORLD_TOTAL), year]
    assert parts == pytest.approx(newest.loc["G001", 2024], rel=1e-5)


def test_every_region_of_the_packaged_baseline_has_an_outlook_and_its_source_is_named():
    o, regions = packaged_outlook(), load_economy("icio2022").regions
    members = o.members(regions, regions)
    counted = np.concatenate(members)
    assert len(counted) == len({*counted.tolist()}) == len(o.countries) - 1
    assert sources_of([OUTLOOK])[0].publisher == "International Monetary Fund"


def test_growth_is_that_of_the_source_and_the_world_is_the_worlds(raw):
    newest, _ = raw
    o = packaged_outlook()
    found = o.growth(o.members(("USA", "IND"), ("USA", "IND")), 2024.0, 2030.0)
    assert found.regions == pytest.approx(
        newest.loc[["USA", "IND"], 2030] / newest.loc[["USA", "IND"], 2024], rel=1e-6
    )
    assert found.world == pytest.approx(
        newest.loc["G001", 2030] / newest.loc["G001", 2024], rel=1e-6
    )


def test_a_fiscal_year_is_three_quarters_of_one_year_and_one_of_the_next():
    with (PACKAGED / "outlook.csv").open(encoding="utf-8", newline="") as file:
        rows = {(r["vintage"], r["country"]): r for r in csv.DictReader(file)}
    india = {y: float(rows["2025-10", "IND"][y]) for y in ("2024", "2025", "2030")}
    o = packaged_outlook()
    (factor,) = o.growth(o.members(("IND",), ("IND",)), 2024.25, 2030.0).regions
    assert factor == pytest.approx(india["2030"] / (0.75 * india["2024"] + 0.25 * india["2025"]))


def test_a_region_of_several_grows_as_those_that_are_known_and_says_who_is_not():
    o = made_up()
    members = o.members(("AAA", "ROW"), ("AAA", "ROW"))
    found = o.growth(members, 2021.0, 2025.0)
    assert found.regions == pytest.approx([180 / 100, 240 / 200])
    assert found.left_out == ("CCC",)
    assert found.world == pytest.approx(475 / 350)


def test_forecasts_are_held_against_years_that_are_over():
    """The vintage of 2022: from 2021 on, outcomes are of 2022 and 2023; of the world those that both know."""
    o = made_up()
    members = o.members(("AAA", "BBB"), ("AAA", "BBB", "CCC"))
    one = o.forecasts(members, -1.0, 1.0)
    assert one.vintages == ("2022-04",)
    assert one.forecast == pytest.approx(np.array([[120 / 100, 1.0, 320 / 300]]))
    assert one.outcome == pytest.approx(np.array([[132 / 100, 220 / 200, 352 / 300]]))
    assert o.forecasts(members, -1.0, 2.0).vintages == ()
    assert o.forecasts(members, -0.5, 1.0).forecast[0, 0] == pytest.approx(120 / 105)


def test_what_the_outlook_does_not_cover_is_refused():
    o = packaged_outlook()
    with pytest.raises(InputError, match="no GDP of R0; it knows countries by ISO code"):
        o.members(("R0",), ("R0",))
    with pytest.raises(InputError, match="covers 2015 to 2030, not 2031"):
        o.growth(o.members(("USA",), ("USA",)), 2024.0, 2031.0)
    with pytest.raises(InputError, match="has GDP of PAK from 2015 to 2025 only"):
        o.growth(o.members(("PAK",), ("PAK",)), 2024.0, 2026.0)
