"""The packaged chains: each loads, says its sources, and holds the numbers of the raw statistics."""

import csv
import tomllib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from paxsilica.analysis.chain import Chain, Cut, coverage, load_chain, packaged_chains, parse_chain, supply
from paxsilica.analysis.chain.graph import LAYERS
from paxsilica.data import load_economy
from paxsilica.data.labels import PACKAGED
from paxsilica.data.materials import load_production
from paxsilica.data.rosters import members_of

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "chains" / "own-nuclear-fuel.yaml"

NAMES = ("ai-stack", "batteries", "chips", "crude-oil", "magnets", "nuclear-fuel")
CHAINS = PACKAGED / "chains"
ROUNDED = 1e-4
"""Shares are written with two decimals of a percent."""


@pytest.fixture(scope="module", params=NAMES)
def chain(request: pytest.FixtureRequest) -> Chain:
    return load_chain(request.param)


def share(chain: str, stage: str, country: str) -> float:
    found = load_chain(chain)
    return found.stages[found.position(stage)].share(country)


def test_all_are_packaged() -> None:
    assert packaged_chains() == NAMES


def test_each_begins_by_saying_what_it_is_not() -> None:
    for name in NAMES:
        head = (CHAINS / f"{name}.yaml").read_text(encoding="utf-8").split("schema:")[0]
        assert all(line.startswith("#") for line in head.strip().splitlines())
        assert "Not modelled:" in head


def test_every_source_is_complete_and_used(chain: Chain) -> None:
    for source in chain.sources.values():
        assert all((source.title, source.publisher, source.licence, source.date, source.url))
        assert source.url.startswith(("https://", "http://"))
    named = {stage.source for stage in chain.stages} | {link.source for link in chain.links}
    assert named - {""} <= set(chain.sources)
    for stage in chain.stages:
        assert stage.shares is None or (stage.source and stage.year)
        if stage.stock is not None or stage.rebuild is not None:
            assert "Stock:" in stage.note


def test_what_is_unknown_is_said(chain: Chain) -> None:
    notes = " ".join(note.text for note in chain.notes)
    assert all(stage in notes for stage in chain.unknown)


def test_shares_fit_into_the_world(chain: Chain) -> None:
    for stage in chain.stages:
        assert sum((stage.shares or {}).values()) <= 1 + 1e-9
        assert stage.shares is None or min(stage.shares.values()) >= 5e-4 - ROUNDED


def test_links_name_sectors_of_the_baseline(chain: Chain) -> None:
    sectors = load_economy("icio2022").sectors
    assert chain.links
    for link in chain.links:
        assert set(link.sectors) <= set(sectors)
        assert link.source or "Upper bound" in link.note


def test_the_ai_stack_covers_the_eight_layers() -> None:
    stages = load_chain("ai-stack").stages
    assert {stage.layer for stage in stages} == set(LAYERS)


def test_nothing_cut_nothing_lost(chain: Chain) -> None:
    assert supply(chain).output == pytest.approx(1.0)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("batteries", "crude-oil")])
def test_of_one_product_no_more_is_left_than_of_its_scarcest_input(name: str) -> None:
    chain = load_chain(name)
    left = supply(chain, [Cut(("CHN",))]).output
    assert left <= min(1 - stage.share("CHN") for stage in chain.stages) + 1e-6


@pytest.mark.parametrize(
    ("name", "stage"),
    [("chips", "euv-scanners"), ("magnets", "magnets"), ("nuclear-fuel", "enrichment"), ("batteries", "anodes")],
)
def test_a_cut_of_one_narrow_stage_leaves_its_other_suppliers(name: str, stage: str) -> None:
    found = load_chain(name)
    at = found.stages[found.position(stage)]
    largest = max(at.shares or {}, key=at.share)
    left = supply(found, [Cut((largest,), (stage,))])
    assert left.output == pytest.approx(1 - at.share(largest), abs=1e-6)


def test_what_the_alliance_makes_is_the_sum_over_its_members() -> None:
    group = members_of("pax-silica", date(2026, 8, 31))
    found = coverage(load_chain("ai-stack"), group)
    euv, gallium = found.shares["euv-scanners"], found.shares["gallium"]
    assert euv == pytest.approx(1.0)  # the Netherlands
    assert gallium is not None
    assert gallium < 0.01
    assert found.alone <= gallium + 1e-6


def test_gaps_are_filled_in_by_extending() -> None:
    own = parse_chain(
        """schema: paxsilica/chain@1
title: Nuclear fuel with assemblies of my own
extends: nuclear-fuel
sources:
  mine: {title: Own estimate, publisher: me, licence: private, date: "2026"}
stages:
  - id: fuel-assemblies
    name: Fuel assemblies
    shares: {RUS: 17%, USA: 30%}
    year: 2024
    source: mine
"""
    )
    assert own.unknown == ()
    assert load_chain("nuclear-fuel").unknown == ("fuel-assemblies",)
    assert own.stages[own.position("fuel-assemblies")].inputs[0].stage == "enrichment"


# ---- against the sources ---------------------------------------------------------------------------------------------


def test_refined_and_mined_shares_are_those_of_the_material_table() -> None:
    table = load_production()
    for name, stage, material, step in (
        ("ai-stack", "gallium", "gallium", "refine"),
        ("magnets", "ore", "rare-earths", "mine"),
        ("batteries", "cobalt-refined", "cobalt", "refine"),
        ("nuclear-fuel", "uranium", "uranium", "mine"),
    ):
        found = load_chain(name)
        at = found.stages[found.position(stage)]
        assert at.year is not None
        row = table.shares[table.at(material, step), :, table.years.index(at.year)]
        for country, value in (at.shares or {}).items():
            assert value == pytest.approx(row[table.countries.index(country)], abs=ROUNDED)


def test_rare_earth_ore_is_that_of_the_survey(shared: Path) -> None:
    raw = pd.read_csv(shared / "usgs_mcs" / "mcs2026_world_production_shares_2025.csv")
    ore = raw[(raw.Commodity == "Rare Earths") & raw.num.notna()].set_index("Country").share
    for country, code in (("China", "CHN"), ("United States", "USA"), ("Australia", "AUS"), ("Burma", "MMR")):
        assert share("magnets", "ore", code) == pytest.approx(ore[country], abs=ROUNDED)


def test_chip_shares_are_those_of_cset(shared: Path) -> None:
    folder = shared / "eto_semiconductor"
    provision = pd.read_csv(folder / "provision.csv", dtype=str)
    providers = pd.read_csv(folder / "providers.csv", dtype=str)
    countries = providers[providers.provider_type == "country"].provider_id
    rows = provision[provision.provider_id.isin(countries) & provision.share_provided.notna()]
    published = {
        (name, country.replace("MAL", "MYS")): float(text.rstrip("%")) / 100
        for name, country, text in zip(rows.provided_name, rows.provider_name, rows.share_provided, strict=True)
        if country != "Various"
    }
    total = rows.assign(value=rows.share_provided.str.rstrip("%").astype(float)).groupby("provided_name").value.sum()
    found = {s.name: s for s in load_chain("chips").stages}
    renamed = {"Design": "design", "Fabrication": "fabrication", "Assembly, testing, and packaging (ATP)": "chips"}
    by_id = {s.id: s for s in load_chain("chips").stages}
    missing = set()
    for (name, country), value in published.items():
        stage = by_id[renamed[name]] if name in renamed else found.get(name)
        if stage is None:
            missing.add(name)
            continue
        assert stage.share(country) == pytest.approx(value / max(total[name] / 100, 1), abs=ROUNDED)
    assert missing == {"Process monitoring and curve tracing equipment"}


def test_every_input_of_cset_with_a_number_is_a_stage(shared: Path) -> None:
    provision = pd.read_csv(shared / "eto_semiconductor" / "provision.csv", dtype=str)
    providers = pd.read_csv(shared / "eto_semiconductor" / "providers.csv", dtype=str)
    countries = providers[providers.provider_type == "country"].provider_id
    rows = provision[provision.provider_id.isin(countries) & provision.share_provided.notna()]
    chips = load_chain("chips")
    assert sum(stage.shares is not None for stage in chips.stages) == rows.provided_id.nunique()


def test_us_chip_imports_add_up_to_the_customs_data(shared: Path) -> None:
    with (PACKAGED / "us_chip_imports.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    raw = pd.read_parquet(shared / "us_tariffs" / "us_imports_hs10_2024_51partners.parquet")
    raw = raw[raw.CTY_NAME != "SLOVAKIA"]
    for heading in ("8486", "8541", "8542"):
        mine = [row for row in rows if row["hs4"] == heading]
        want = raw[raw.HS10.astype(str).str.startswith(heading)].imports.sum() / 1e6
        assert sum(float(row["million_usd"]) for row in mine) == pytest.approx(want, rel=1e-5)
        assert sum(float(row["share"]) for row in mine) == pytest.approx(1, abs=1e-3)
        assert len({row["partner"] for row in mine}) == len(mine)


def test_figures_kept_by_hand_name_a_source() -> None:
    folder = Path(__file__).parents[2] / "tools" / "chains"
    sources = tomllib.loads((folder / "sources.toml").read_text(encoding="utf-8"))
    with (folder / "figures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["source"] in sources
            assert float(row["value"]) > 0
            assert row["read"]


def test_enrichment_from_three_sources_gives_the_world() -> None:
    stage = load_chain("nuclear-fuel").stages[load_chain("nuclear-fuel").position("enrichment")]
    urenco = sum(stage.share(country) for country in ("GBR", "NLD", "DEU", "USA"))
    # Euratom Supply Agency, capacity of 2015: Urenco 33 %, Russia 47 %, France 12 %.
    assert urenco == pytest.approx(0.33, abs=0.06)
    assert stage.share("RUS") == pytest.approx(0.47, abs=0.06)
    assert stage.share("FRA") == pytest.approx(0.12, abs=0.01)


def test_the_example_fills_in_what_the_packaged_chain_lacks() -> None:
    own, packaged = load_chain(EXAMPLE), load_chain("nuclear-fuel")
    assert packaged.unknown == ("fuel-assemblies",)
    assert own.unknown == ()
    assert [stage.id for stage in own.stages] == [stage.id for stage in packaged.stages]
    enrichment = own.stages[own.position("enrichment")]
    assert enrichment == packaged.stages[packaged.position("enrichment")]
