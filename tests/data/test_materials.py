"""The packaged tables of raw materials against published figures, stoichiometry, each other and their sources."""

import csv
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from paxsilica.data.materials import (
    MaterialTrade,
    Production,
    load_material_trade,
    load_production,
    political_stability,
)
from paxsilica.data.sources import PACKAGED
from paxsilica.errors import LabelError
from paxsilica.names.places import country_names, folded, spellings
from paxsilica.names.products import hs_names, materials

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def production() -> Production:
    return load_production()


@pytest.fixture(scope="module")
def trade() -> MaterialTrade:
    return load_material_trade()


def share(production: Production, product: int, country: str, year: int) -> float:
    at = production.countries.index(country), production.years.index(year)
    return float(production.shares[product][at])


def world(production: Production, material: str, stage: str, year: int, source: str) -> float:
    at = next(
        at
        for at, p in enumerate(production.products)
        if (p.material, p.stage, p.source) == (material, stage, source)
    )
    return float(np.nansum(production.amount[at, :, production.years.index(year)]))


def sellers(
    trade: MaterialTrade, code: str, year: int, importer: str | None = None
) -> dict[str, float]:
    """Shares of the exporters by value."""
    flows = (trade.code == trade.codes.index(code)) & (trade.year == trade.years.index(year))
    if importer:
        flows &= trade.importer == trade.countries.index(importer)
    value = np.bincount(trade.exporter[flows], trade.value[flows], len(trade.countries))
    return dict(zip(trade.countries, value / value.sum(), strict=True))


# ---- shape and labels ------------------------------------------------------------------------------------------


def test_every_table_fits_the_others(production: Production, trade: MaterialTrade) -> None:
    codes = [one.code for one in materials()]
    assert codes == sorted(set(codes))
    assert 60 <= len(codes) <= 90
    assert {p.material for p in production.products} == set(codes)
    assert {p.stage for p in production.products} == {"mine", "refine", "make"}
    assert {p.unit for p in production.products} == {"t", "million m3", "million L", "share"}
    assert {p.source for p in production.products} <= set(
        tomllib.loads((PACKAGED / "SOURCES.toml").read_text("utf-8"))
    )
    assert production.years == tuple(range(2018, 2026))
    assert production.countries == (*sorted(production.countries[:-1]), "OTHER")
    places = {*production.countries, *trade.countries, *political_stability().countries}
    assert places <= set(country_names())
    assert all(len(code) == 3 and code.isalpha() for code in places - {"OTHER"})


def test_codes_of_materials_are_in_the_trade_table_once(trade: MaterialTrade) -> None:
    held = [code for one in materials() for code in one.hs]
    assert len(held) == len(set(held))
    assert set(trade.codes) - set(held) == {"711290"}  # scrap of several precious metals
    for one in materials():
        assert one.hs or one.note, f"{one.code} has no code and no reason"
        assert one.recycling is None or 0 <= one.recycling < 1


def test_shares_add_to_one_and_gaps_stay_gaps(production: Production) -> None:
    assert np.nanmin(production.amount) >= 0
    total = production.shares.sum(1)
    published = [
        [year in production.published(at) for year in production.years] for at in range(len(total))
    ]
    np.testing.assert_array_equal(~np.isnan(total), published)
    np.testing.assert_allclose(total[np.array(published)], 1.0, rtol=1e-12)
    with pytest.raises(ValueError, match="read-only"):
        production.amount[0, 0, 0] = 1.0


def test_first_is_the_best_source_and_longest_has_most_years(production: Production) -> None:
    first, longest = production.at("copper", "mine"), production.longest("copper", "mine")
    assert production.products[first].source == "usgs_mcs"
    assert production.published(first) == (2024, 2025)
    assert production.products[longest].source == "world_mining_data"
    assert production.published(longest) == tuple(range(2018, 2025))
    assert production.longest("helium", "mine") == production.at("helium", "mine")


@pytest.mark.parametrize(
    ("material", "stage", "told"),
    [
        ("galium", "refine", r"'galium'; did you mean gallium \(Gallium\)\?"),
        ("Rare earths", "mine", r"did you mean rare-earths \(Rare earths\)\?"),
        (
            "tungsten",
            "refine",
            r"tungsten has no stage 'refine' in the production table; it has mine",
        ),
    ],
)
@pytest.mark.parametrize("ask", [Production.at, Production.longest])
def test_unknown_labels_name_the_nearest(
    production: Production,
    ask: Callable[[Production, str, str], int],
    material: str,
    stage: str,
    told: str,
) -> None:
    with pytest.raises(LabelError, match=told):
        ask(production, material, stage)


def test_gaps_and_repairs_are_notes(production: Production) -> None:
    names = [note.name for note in production.notes]
    assert len(names) == len(set(names))
    # Mineral Commodity Summaries 2026 prints W for the United States here.
    for material, stage in (
        ("barite", "mine"),
        ("lithium", "mine"),
        ("silicon", "refine"),
        ("tellurium", "refine"),
    ):
        assert f"{material}.{stage}.withheld" in names
        at = (
            production.at(material, stage),
            production.countries.index("USA"),
            production.years.index(2025),
        )
        assert np.isnan(production.amount[at])
    for p in production.products:
        if p.unit == "share":
            assert f"{p.material}.{p.stage}.shares_only" in names
    stages = {(p.material, p.stage) for p in production.products}
    gaps = [tuple(name.split(".")[:2]) for name in names if name.endswith(".no_data")]
    assert ("graphite", "refine") in gaps
    assert not set(gaps) & stages
    assert all(note.name.startswith("titanium.") for note in production.notes_on("titanium"))
    assert [note.name for note in production.notes_on("gallium", "mine")] == [
        "gallium.mine.no_data"
    ]


# ---- published figures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("material", "stage", "country", "percent"),
    [
        ("gallium", "refine", "CHN", 99),
        ("magnesium", "refine", "CHN", 88),
        ("rare-earths", "mine", "CHN", 69),
        ("tungsten", "mine", "CHN", 79),
        ("cobalt", "mine", "COD", 73),
        ("niobium", "mine", "BRA", 93),
        ("graphite", "mine", "CHN", 80),
    ],
)
def test_shares_of_2025_by_the_geological_survey(
    production: Production, material: str, stage: str, country: str, percent: int
) -> None:
    assert share(production, production.at(material, stage), country, 2025) == pytest.approx(
        percent / 100, abs=0.006
    )


def test_uranium_of_kazakhstan(production: Production) -> None:
    """World Nuclear Association: 23,270 t of uranium in 2024; U3O8 is 84.8 % uranium."""
    product = production.at("uranium", "mine")
    at = production.countries.index("KAZ"), production.years.index(2024)
    assert production.amount[product][at] * 0.848 == pytest.approx(23_270, rel=2e-3)
    assert share(production, product, "KAZ", 2024) == pytest.approx(0.384, abs=0.001)


def test_aluminium_obeys_its_chemistry(production: Production) -> None:
    """Al2O3 holds 52.9 % aluminium: 1.89 t of alumina a tonne, and some alumina goes elsewhere; bauxite is 2 to 3.5."""
    bauxite, alumina = (
        world(production, "bauxite", stage, 2024, "usgs_mcs") for stage in ("mine", "refine")
    )
    metal = world(production, "aluminium", "refine", 2024, "usgs_mcs")
    assert 1.89 < alumina / metal < 2.1
    assert 2.0 < bauxite / alumina < 3.5


@pytest.mark.parametrize(
    ("material", "stage", "year", "printed"),
    [
        ("steel", "make", 2024, 1.88e9),
        ("copper", "refine", 2024, 27.6e6),
        ("gallium", "refine", 2024, 848),
        ("titanium-minerals", "mine", 2024, 9.68e6),
        ("feldspar", "mine", 2024, 31.1e6),
        ("tellurium", "refine", 2024, 981),
        ("palladium", "mine", 2024, 217),
    ],
)
def test_world_totals_are_the_printed_ones(
    production: Production, material: str, stage: str, year: int, printed: float
) -> None:
    """Mineral Commodity Summaries 2026, three digits; with split headings and the unnamed rest."""
    assert world(production, material, stage, year, "usgs_mcs") == pytest.approx(printed, rel=5e-3)


def test_two_surveys_agree_on_who_comes_first(production: Production) -> None:
    """US Geological Survey and World Mining Data count on their own: the same first producer in nine of ten."""
    by = {(p.material, p.stage, p.source): at for at, p in enumerate(production.products)}
    year = production.years.index(2024)
    same, apart = [], []
    for (material, stage, source), ours in by.items():
        theirs = by.get((material, stage, "world_mining_data"))
        if source == "usgs_mcs" and theirs is not None:
            a, b = (production.shares[at, :-1, year] for at in (ours, theirs))
            same.append(a.argmax() == b.argmax())
            apart.append(abs(a[a.argmax()] - b[a.argmax()]))
            if apart[-1] > 0.10 or not same[-1]:
                assert f"{material}.{stage}.sources_differ" in {
                    note.name for note in production.notes
                }
    assert len(same) > 40
    assert np.mean(same) >= 0.9
    assert np.median(apart) < 0.03
    assert np.quantile(apart, 0.9) < 0.12


def test_rare_earths_are_refined_where_they_are_not_exported(
    production: Production, trade: MaterialTrade
) -> None:
    """The trap: 284690 of 2023 comes from Myanmar 44 %, Malaysia 16 %, China 15 %; China refines."""
    exports = sellers(trade, "284690", 2023)
    for country, percent in (("MMR", 44), ("MYS", 16), ("CHN", 15)):
        assert exports[country] == pytest.approx(percent / 100, abs=0.006)
    for material in ("neodymium", "praseodymium", "dysprosium", "terbium", "rare-earths"):
        assert share(production, production.at(material, "refine"), "CHN", 2020) > 0.84
    assert "exports_do_not_say_who_refines" in {note.name for note in trade.notes}


def test_crude_oil_of_india(trade: MaterialTrade) -> None:
    bought = sellers(trade, "270900", 2024, importer="IND")
    assert bought["RUS"] == pytest.approx(0.372, abs=5e-4)
    assert bought["IRQ"] == pytest.approx(0.198, abs=5e-4)


def test_trade_is_one_flow_once(trade: MaterialTrade) -> None:
    key = np.stack([trade.code, trade.year, trade.exporter, trade.importer])
    assert np.unique(key, axis=1).shape[1] == len(trade.value)
    assert trade.value.min() > 0
    assert trade.years == tuple(range(2019, 2025))
    assert not (trade.exporter == trade.importer).any()
    assert set(trade.codes) <= set(hs_names())
    notes = {note.name: note for note in trade.notes}
    missing = np.isnan(trade.quantity)
    assert notes["quantity_missing"].usd_million == pytest.approx(
        trade.value[missing].sum(), rel=1e-6
    )
    assert (PACKAGED / "material_trade.parquet").stat().st_size < 4e6


def test_stability_is_on_the_banks_scale() -> None:
    stability = political_stability()
    row = dict(zip(stability.countries, stability.estimate, strict=True))
    assert stability.years == tuple(range(2018, 2025))
    assert np.nanmin(stability.estimate) > -3.5
    assert np.nanmax(stability.estimate) < 2.5
    assert row["SGP"].min() > 1 > -2 > row["AFG"].max()
    assert np.isnan(row["GUY"][-2:]).all()  # the source gives Guyana the numbers of French Guiana
    assert not np.isnan(row["GUY"][:-2]).any()
    assert {"XKX", "TWN"} <= set(row)
    assert {note.name for note in stability.notes} == {"kosovo_code", "guyana_twice", "dropped"}


def test_loading_needs_no_pandas() -> None:
    code = (
        "import sys, paxsilica.data.materials as m; m.load_production(); print('pyarrow' in sys.modules);"
        "m.load_material_trade(); print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# ---- the raw statistics ----------------------------------------------------------------------------------------


def test_trade_totals_are_those_of_the_source(shared: Path, trade: MaterialTrade) -> None:
    from pyarrow import compute, parquet

    raw = parquet.read_table(
        shared / "baci_raw_materials" / "baci_raw_materials.parquet",
        columns=["year", "hs6_92", "value_kusd", "quantity_t"],
        filters=[("year", ">=", 2019)],
    )
    sums = raw.group_by(["hs6_92", "year"]).aggregate(
        [("value_kusd", "sum"), ("quantity_t", "sum")]
    )
    ours, tonnes = (
        np.bincount(trade.code * 6 + trade.year, np.nan_to_num(held), len(trade.codes) * 6)
        for held in (trade.value, trade.quantity)
    )
    assert compute.sum(raw["value_kusd"]).as_py() / 1000 == pytest.approx(ours.sum(), rel=1e-12)
    assert sums.num_rows == np.count_nonzero(ours)
    for row in sums.to_pylist():
        at = trade.codes.index(row["hs6_92"]) * 6 + trade.years.index(row["year"])
        assert ours[at] == pytest.approx(row["value_kusd_sum"] / 1000, rel=1e-12)
        assert tonnes[at] == pytest.approx(row["quantity_t_sum"] or 0.0, rel=1e-12)


def test_shares_are_the_ready_made_ones(shared: Path, production: Production) -> None:
    """The file of shares was computed by others from the same summaries."""
    of = {one.name: one.code for one in materials()} | {
        "Graphite (Natural)": "graphite",
        "Niobium (Columbium)": "niobium",
    }
    stage = {
        "Mine production": "mine",
        "Refinery production": "refine",
        "Smelter production": "refine",
    }
    others = {"Aluminum": "aluminium", "Magnesium Metal": "magnesium", "Rare Earths": "rare-earths"}
    path = shared / "usgs_mcs" / "mcs2026_world_production_shares_2025.csv"
    compared = set()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            material = (of | others).get(row["Commodity"])
            at = stage.get(row["Statistics_detail"])
            split = {
                "feldspar",
                "diatomite",
                "tellurium",
                "steel",
            }  # several headings, or an unnamed rest
            if material and at and material not in split:
                ours = share(
                    production,
                    production.at(material, at),
                    spellings()[folded(row["Country"])],
                    2025,
                )
                assert ours == pytest.approx(float(row["share"] or 0.0), abs=1e-6), (
                    material,
                    row["Country"],
                )
                compared.add((material, at))
    assert len(compared) > 30


def test_the_tool_reproduces_the_packaged_files(shared: Path, tmp_path: Path) -> None:
    from pyarrow import parquet

    code = [
        sys.executable,
        str(ROOT / "tools" / "build_materials.py"),
        "--shared",
        str(shared.parent),
    ]
    printed = subprocess.run(
        [*code, "--out", str(tmp_path)], capture_output=True, text=True, check=True
    ).stdout
    assert "India's crude oil 2024 by value: RUS 37.2%, IRQ 19.8%" in printed
    for name in (
        "production.csv",
        "political_stability.csv",
        "material_notes.csv",
    ):
        assert (tmp_path / name).read_text("utf-8") == (PACKAGED / name).read_text("utf-8"), name
    built, packaged = (
        parquet.read_table(at / "material_trade.parquet") for at in (tmp_path, PACKAGED)
    )
    assert built.schema == packaged.schema
    for column in packaged.column_names:
        np.testing.assert_array_equal(
            built[column].to_numpy(), packaged[column].to_numpy(), err_msg=column
        )
