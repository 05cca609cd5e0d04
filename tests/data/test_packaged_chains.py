"""The packaged chains: each loads, says its sources, and holds the numbers of the raw statistics."""

import csv
import tomllib
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from chain_worlds import parse_chain

from paxsilica.analysis.alliance.layers import layer_coverage
from paxsilica.analysis.chain import (
    Outage,
    SupplyChain,
    coverage,
    load_chain,
    packaged_chains,
    single_cuts,
    supply,
)
from paxsilica.analysis.chain.graph import LAYERS
from paxsilica.data import load_economy
from paxsilica.data.materials import load_production
from paxsilica.data.sources import PACKAGED
from paxsilica.findings import Findings
from paxsilica.names import Names

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "chains" / "own-nuclear-fuel.yaml"

APART = Path(__file__).resolve().parents[2] / "data-nc"

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "chains"

NAMES = ("ai-stack", "batteries", "chips", "crude-oil", "magnets", "nuclear-fuel")
CHAINS = PACKAGED / "chains"
ROUNDED = 1e-4
"""Shares are written with two decimals of a percent."""


@pytest.fixture(scope="module", params=NAMES)
def chain(request: pytest.FixtureRequest) -> SupplyChain:
    return packaged(request.param)


@cache
def packaged(name: str) -> SupplyChain:
    """Read once."""
    return load_chain(name)


def share(chain: str, stage: str, country: str) -> float:
    found = packaged(chain)
    return found.stages[found.position(stage)].share(country)


def test_all_are_packaged() -> None:
    assert packaged_chains() == NAMES


def test_each_begins_by_saying_what_it_is_not() -> None:
    for name in NAMES:
        head = (CHAINS / f"{name}.yaml").read_text(encoding="utf-8").split("schema:")[0]
        assert all(line.startswith("#") for line in head.strip().splitlines())
        assert "Not modelled:" in head


def test_every_source_is_complete_and_used(chain: SupplyChain) -> None:
    for source in chain.sources.values():
        assert all((source.title, source.publisher, source.licence, source.date, source.url))
        assert source.url.startswith(("https://", "http://"))
    named = {stage.source for stage in chain.stages} | {link.source for link in chain.links}
    assert named - {""} <= set(chain.sources)
    for stage in chain.stages:
        assert stage.shares is None or (stage.source and stage.year)
        if stage.stock is not None or stage.rebuild is not None:
            assert "Stock:" in stage.note


def test_what_is_unknown_is_said(chain: SupplyChain) -> None:
    notes = " ".join(note.text for note in chain.notes)
    assert all(stage in notes for stage in chain.unknown)


def test_shares_fit_into_the_world(chain: SupplyChain) -> None:
    for stage in chain.stages:
        assert sum((stage.shares or {}).values()) <= 1 + 1e-9
        split = stage.basis == "imports"  # the Union over its members
        assert stage.shares is None or split or min(stage.shares.values()) >= 5e-4 - ROUNDED


def test_links_name_sectors_of_the_baseline(chain: SupplyChain) -> None:
    sectors = load_economy("icio2022").sectors
    assert chain.links
    for link in chain.links:
        assert set(link.sectors) <= set(sectors)
        assert link.source or "Upper bound" in link.note


def test_the_ai_stack_covers_the_eight_layers() -> None:
    stages = packaged("ai-stack").stages
    assert {stage.layer for stage in stages} == set(LAYERS)


def test_nothing_cut_nothing_lost(chain: SupplyChain) -> None:
    assert supply(chain).output == 1.0
    assert chain.countries


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("batteries",)])
def test_of_one_product_no_more_is_left_than_of_its_scarcest_input(name: str) -> None:
    chain = packaged(name)
    left = supply(chain, [Outage(("CHN",))]).output
    assert left <= min(1 - stage.share("CHN") for stage in chain.stages) + 1e-6


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("chips", "machines"),
        ("magnets", "magnets"),
        ("nuclear-fuel", "enrichment"),
        ("batteries", "anodes"),
    ],
)
def test_a_cut_of_one_narrow_stage_leaves_its_other_suppliers(name: str, stage: str) -> None:
    found = packaged(name)
    at = found.stages[found.position(stage)]
    largest = max(at.shares or {}, key=at.share)
    left = supply(found, [Outage((largest,), (stage,))])
    assert left.output == pytest.approx(1 - at.share(largest), abs=1e-6)


def test_what_the_alliance_makes_is_the_sum_over_its_members() -> None:
    group = Names(day=date(2026, 8, 31)).countries("pax-silica")
    found = Findings(tuple(coverage(packaged("ai-stack"), group, "us")))
    shares = found.along("group_share", "item")
    machinery, gallium = shares["machinery"], shares["gallium"]
    economy = load_economy("icio2022-50")
    made = economy.output[:, economy.sectors.index("C28")]
    ours = sum(made[economy.regions.index(c)] for c in group if c in economy.regions)
    assert machinery == pytest.approx(100 * ours / made.sum(), abs=0.3)
    assert gallium is not None
    assert gallium < 1
    assert found.value("output_alone") <= gallium + 1e-4


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
    assert packaged("nuclear-fuel").unknown == ("fuel-assemblies",)
    assert own.stages[own.position("fuel-assemblies")].inputs[0].stage == "enrichment"


# ---- against the sources ---------------------------------------------------------------------------------------------


def test_refined_and_mined_shares_are_those_of_the_material_table() -> None:
    table = load_production()
    for name, stage, material, step in (
        ("ai-stack", "gallium", "gallium", "refine"),
        ("magnets", "ore", "rare-earths", "mine"),
        ("batteries", "manganese-refined", "manganese", "refine"),
        ("nuclear-fuel", "uranium", "uranium", "mine"),
    ):
        found = packaged(name)
        at = found.stages[found.position(stage)]
        assert at.year is not None
        row = table.shares[table.at(material, step), :, table.years.index(at.year)]
        for country, value in (at.shares or {}).items():
            assert value == pytest.approx(row[table.countries.index(country)], abs=ROUNDED)


def test_rare_earth_ore_is_that_of_the_survey(shared: Path) -> None:
    raw = pd.read_csv(shared / "usgs_mcs" / "mcs2026_world_production_shares_2025.csv")
    ore = raw[(raw.Commodity == "Rare Earths") & raw.num.notna()].set_index("Country").share
    for country, code in (
        ("China", "CHN"),
        ("United States", "USA"),
        ("Australia", "AUS"),
        ("Burma", "MMR"),
    ):
        assert share("magnets", "ore", code) == pytest.approx(ore[country], abs=ROUNDED)


def test_us_chip_imports_add_up_to_the_customs_data(shared: Path) -> None:
    with (PACKAGED / "us_chip_imports.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    raw = pd.read_parquet(shared / "us_tariffs" / "us_imports_hs10_2024_51partners.parquet")
    raw = raw[raw.CTY_NAME != "SLOVAKIA"]
    for heading in ("3818", "8486", "8541", "8542"):
        mine = [row for row in rows if row["hs4"] == heading]
        want = raw[raw.HS10.astype(str).str.startswith(heading)].imports.sum() / 1e6
        assert sum(float(row["million_usd"]) for row in mine) == pytest.approx(want, rel=1e-5)
        assert sum(float(row["share"]) for row in mine) == pytest.approx(1, abs=1e-3)
        assert len({row["partner"] for row in mine}) == len(mine)
        assert "USA" not in {row["partner"] for row in mine}


@pytest.mark.parametrize(
    ("stage", "heading"),
    [("wafers", "3818"), ("machines", "8486"), ("chips", "8542"), ("devices", "8541")],
)
def test_chip_shares_are_of_us_imports_and_the_us_is_missing(
    stage: str, heading: str, shared: Path
) -> None:
    raw = pd.read_parquet(shared / "us_tariffs" / "us_imports_hs10_2024_51partners.parquet")
    raw = raw[raw.HS10.astype(str).str.startswith(heading) & (raw.CTY_NAME != "SLOVAKIA")]
    bought = raw.groupby("CTY_NAME").imports.sum() / raw.imports.sum()
    chain = packaged("chips")
    at = chain.stages[chain.position(stage)]
    for name, code in (("TAIWAN", "TWN"), ("JAPAN", "JPN"), ("CHINA", "CHN"), ("MALAYSIA", "MYS")):
        assert at.share(code) == pytest.approx(bought[name], abs=ROUNDED)
    union = sum(map(at.share, Names().countries("EU")))
    assert union == pytest.approx(bought["EUROPEAN UNION"], abs=ROUNDED)
    assert at.basis == "imports"
    assert at.missing == ("USA",)


def test_what_the_us_makes_of_chips_is_missing_and_never_zero() -> None:
    """Nowhere a number for it: not as a share, not as a cut, not as what it makes alone; and all say so first."""
    chain = packaged("chips")
    found = Findings(tuple(coverage(chain, ("USA",), "us")))
    assert set(found.along("group_share", "item").values()) == {None}
    assert layer_coverage(chain, ("USA",)) == pytest.approx(
        {"compute": np.nan, "manufacturing": np.nan}, nan_ok=True
    )
    assert "USA" not in {
        row["region"] for row in Findings(tuple(single_cuts(chain))).table().to_dict("records")
    }
    of_both = Findings(tuple(coverage(chain, ("USA", "JPN"), "both"))).along("group_share", "item")
    of_one = Findings(tuple(coverage(chain, ("JPN",), "one"))).along("group_share", "item")
    assert of_both == of_one
    cut = supply(chain, [Outage(("USA",))])
    told = {note.name for note in cut.notes if note.leads}
    assert told == {"missing shares", "cut of a missing share"}
    assert {note.name for note in supply(chain).notes if note.leads} == {"missing shares"}


def test_figures_kept_by_hand_name_a_source() -> None:
    sources = tomllib.loads((TOOLS / "sources.toml").read_text(encoding="utf-8"))
    with (TOOLS / "figures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert row["source"] in sources
            assert float(row["value"]) > 0
            assert row["read"]


def test_enrichment_is_what_is_said_elsewhere() -> None:
    """The chain is not made from these: Rosatom has 27.1 of 62.9 million SWU (World Nuclear Association, 2025); Urenco
    said of Eunice in 2010 that it may have 5.7, of Almelo at the end of 2009 that it had 4.4."""
    assert share("nuclear-fuel", "enrichment", "RUS") == pytest.approx(27.1 / 62.9, abs=0.01)
    assert share("nuclear-fuel", "enrichment", "USA") < 5.7 / 62.9
    assert share("nuclear-fuel", "enrichment", "NLD") > 4.4 / 62.9


def test_industries_are_gross_output_of_the_input_output_table(shared: Path) -> None:
    with np.load(shared / "icio2022" / "icio2022_81x50.npz") as table:
        countries, sectors, output = list(table["countries"]), list(table["sectors"]), table["GO"]
    for name, stage, codes in (
        ("crude-oil", "refined-products", ["C19"]),
        ("batteries", "lfp-cars", ["C29"]),
        ("magnets", "motors-and-vehicles", ["C27", "C29"]),
        ("ai-stack", "electricity", ["D"]),
    ):
        made = output[:, [sectors.index(code) for code in codes]].sum(1)
        for country in ("CHN", "USA", "DEU", "IND"):
            want = made[countries.index(country)] / made.sum()
            assert share(name, stage, country) == pytest.approx(want, abs=0.002), (
                stage,
                country,
            )  # repairs move little


def test_heavy_oxides_are_those_of_premise(shared: Path) -> None:
    raw = pd.read_csv(shared / "mining_refining" / "mining_refining_shares_2020_2030.csv")
    by = raw.groupby(["Metal", "Country"])["Year 2020"].sum()
    assert share("magnets", "heavy-oxides", "CHN") == pytest.approx(
        by.loc["dysprosium oxide"]["China"], abs=ROUNDED
    )


def test_the_stock_of_crude_is_the_reserve_of_some_for_the_use_of_all(shared: Path) -> None:
    """90 days of what the members import on balance, from the raw trade."""
    raw = pd.read_parquet(
        shared / "baci_raw_materials" / "baci_raw_materials.parquet",
        columns=["exporter", "importer", "quantity_t"],
        filters=[("hs6_92", "==", "270900"), ("year", "==", 2024)],
    )
    with (TOOLS / "figures.csv").open(encoding="utf-8") as file:
        members = {row["country"] for row in csv.DictReader(file) if row["key"] == "iea-members"}
    assert len(members) == 31
    bought, sold = (raw.groupby(side).quantity_t.sum() for side in ("importer", "exporter"))
    net = bought.sub(sold, fill_value=0.0).clip(lower=0.0)
    world = 4_603e6  # tonnes, crude petroleum 2024, World Mining Data
    stage = packaged("crude-oil").stages[0]
    assert stage.stock == pytest.approx(90 * net[net.index.isin(members)].sum() / world, abs=0.1)


def test_the_stock_of_enriched_uranium_is_that_of_europe_for_all() -> None:
    chain = packaged("nuclear-fuel")
    required = chain.stages[chain.position("reactors")].shares or {}
    part = sum(required.get(country, 0.0) for country in Names().countries("EU"))
    assert chain.stages[chain.position("enrichment")].stock == pytest.approx(730 * part, abs=0.2)
    assert all(stage.rebuild is None for stage in chain.stages)


def test_what_shares_are_of_is_said() -> None:
    def bases(name: str) -> dict[str, str]:
        return {stage.id: stage.basis for stage in packaged(name).stages}

    known = [stage for stage in packaged("chips").stages if stage.shares is not None]
    assert {stage.basis for stage in known} == {"imports"}
    assert bases("nuclear-fuel") == {
        "uranium": "plant",
        "conversion": "capacity",
        "enrichment": "capacity",
        "fuel-assemblies": "plant",
        "reactors": "plant",
    }
    assert bases("ai-stack")["frontier-models"] == "count"


def test_links_are_of_three_kinds() -> None:
    kinds = {
        name: {(link.stage, link.sectors, link.kind) for link in packaged(name).links}
        for name in NAMES
    }
    assert kinds == {
        "ai-stack": {("applications", ("SERV",), "is")},
        "batteries": {("lfp-cars", ("C29",), "is"), ("nickel-cars", ("C29",), "is")},
        "chips": {("chips", ("C26",), "use")},
        "crude-oil": {("crude-oil", ("B06",), "make")},
        "magnets": {("motors-and-vehicles", ("C29",), "is")},
        "nuclear-fuel": {("reactors", ("SERV",), "is")},
    }


def test_the_example_fills_in_what_the_packaged_chain_lacks() -> None:
    own, ours = load_chain(EXAMPLE), packaged("nuclear-fuel")
    assert ours.unknown == ("fuel-assemblies",)
    assert own.unknown == ()
    assert [stage.id for stage in own.stages] == [stage.id for stage in ours.stages]
    enrichment = own.stages[own.position("enrichment")]
    assert enrichment == ours.stages[ours.position("enrichment")]


# ---- what lies apart: the chip dataset that is not for commercial use ------------------------------------------------

needs_apart = pytest.mark.skipif(not APART.is_dir(), reason="data-nc is not in this copy")


@cache
def eto(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Inputs, and the shares of named countries, scaled where they add up to more than 100 per cent."""
    provision, providers, inputs = (
        pd.read_csv(folder / f"{name}.csv", dtype=str, encoding="utf-8-sig").fillna("")
        for name in ("provision", "providers", "inputs")
    )
    countries = providers[providers.provider_type == "country"].provider_id
    rows = provision[provision.provider_id.isin(countries) & (provision.share_provided != "")]
    rows = rows.assign(value=rows.share_provided.astype(float))
    total = rows.groupby("provided_id").value.transform("sum").clip(lower=100.0)
    rows = rows.assign(share=rows.value / total)
    return inputs, rows[~rows.provider_name.isin(["Various", "Various countries", "EUR"])]


@needs_apart
def test_chip_shares_that_lie_apart_are_those_of_the_dataset(shared: Path) -> None:
    inputs, rows = eto(shared / "eto_semiconductor_2026_NC")
    published: dict[str, dict[str, float]] = defaultdict(dict)
    for name, group in rows.groupby("provided_name"):
        published[str(name)] = dict(zip(group.provider_name, group.share, strict=True))
    renamed = {
        "design": "Logic chip design",
        "fabrication": "Fabrication",
        "chips": "Assembly, testing, and packaging (ATP)",
    }
    chain = load_chain(APART / "chips-eto.yaml")
    for stage in chain.stages:
        want = published[renamed.get(stage.id, stage.name)]
        assert (stage.shares is None) is (not want), stage.id
        for country, value in want.items():
            if value >= 5e-4:
                assert stage.share(country) == pytest.approx(value, abs=ROUNDED), stage.id
    years = {stage.year for stage in chain.stages if stage.capital and stage.shares}
    assert years == {2022, 2025}
    tools = set(inputs.input_name[inputs.type == "tool_resource"])
    tools.remove("Electronic design automation software")
    named = {stage.name for stage in chain.stages}
    assert {stage.name for stage in chain.stages if stage.capital} == tools & named


@needs_apart
def test_chips_that_lie_apart_extend_the_packaged_stack(shared: Path) -> None:
    chain = load_chain(APART / "ai-stack-eto.yaml")
    ours = packaged("ai-stack")
    assert set(ours.ids) < set(chain.ids)
    _, rows = eto(shared / "eto_semiconductor_2026_NC")
    for id, code in (("euv-scanners", "N20"), ("soc-test-equipment", "N80"), ("wafers", "N26")):
        of = rows[rows.provided_id == code]
        for country, value in zip(of.provider_name, of.share, strict=True):
            assert chain.stages[chain.position(id)].share(country) == pytest.approx(
                value, abs=ROUNDED
            )
    assert supply(chain, [Outage(("NLD",))]).output == 0  # all EUV scanners
