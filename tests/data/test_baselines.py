"""The packaged baselines against facts from outside: the OECD's totals, US customs, the law of the EU."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import paxsilica.data as data
from paxsilica.data.sources import PACKAGED
from paxsilica.economy import Economy
from paxsilica.errors import LabelError
from paxsilica.names import Names
from paxsilica.names.places import packaged_groups, packaged_regions
from paxsilica.names.sectors import packaged_sectors, sector_meanings

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
NAMES = ("icio2022", "icio2022-50")
needs_sources = pytest.mark.skipif(
    not (SHARED / "data").is_dir(), reason="the raw statistics (../shared/data) are not here"
)


@pytest.fixture(scope="module", params=NAMES)
def economy(request: pytest.FixtureRequest) -> Economy:
    return data.load_economy(request.param)


def check(economy: Economy, name: str) -> float:
    return next(item.value for item in data.economy_checks(economy) if item.name == name)


def test_shapes_and_labels(economy: Economy) -> None:
    N, J = 81, 28 if economy.about.name == "icio2022" else 50
    assert economy.flows.shape == economy.tariffs.shape == (N, N, J)
    assert economy.inputs.shape == (N, J, J)
    assert economy.regions[-1] == "ROW"
    assert set(economy.about.region_names) == set(economy.regions)
    assert set(economy.about.sector_names) == set(economy.sectors)
    assert economy.about.year == 2022
    assert economy.about.sources == data.packaged_sources()


def test_world_output_is_the_oecd_total(economy: Economy) -> None:
    assert check(economy, "world output") == pytest.approx(199.690693, abs=1e-4)


def test_baseline_is_an_equilibrium(economy: Economy) -> None:
    assert economy.baseline_residual < 1e-12
    assert abs(economy.deficit.sum()) < 1e-9 * economy.income.sum()
    assert economy.final.min() >= 0
    assert "clipped_final_spending" not in {note.name for note in economy.notes}


def test_value_added_is_never_below_its_floor(economy: Economy) -> None:
    assert economy.value_added_share[economy.output > 0].min() >= 0.00999


def test_no_tariffs_at_home_in_the_eu_or_on_services(economy: Economy) -> None:
    union = economy.region_indices(["EU"])
    assert len(union) == 27
    assert not economy.tariffs[np.ix_(union, union)].any()
    assert not economy.tariffs[:, :, economy.sector_indices(["services"])].any()
    assert not np.einsum("nnj->nj", economy.tariffs).any()


def test_every_named_repair_is_there(economy: Economy) -> None:
    sizes = {note.name: note.usd_million for note in economy.notes}
    assert sizes["services_tariffs_removed"] == pytest.approx(128_104, abs=1)
    assert sizes["us_imports_without_sector"] == pytest.approx(129_825, abs=1)
    assert sizes["duties_on_inputs_leave_value_added"] == pytest.approx(238_223, abs=1)
    assert {
        "row_as_importer_untaxed",
        "us_tariffs_of_2024",
        "value_added_floor",
        "trade_elasticities",
    } <= set(sizes)
    assert ("services_split_estimated" in sizes) == (economy.about.name == "icio2022-50")


def test_both_versions_hold_the_same_goods() -> None:
    small, large = map(data.load_economy, NAMES)
    goods = small.sector_indices(["goods"])
    assert goods == large.sector_indices(["goods"])
    np.testing.assert_allclose(
        small.flows[:, :, goods], large.flows[:, :, goods], rtol=1e-5, atol=0.1
    )
    np.testing.assert_array_equal(small.tariffs[:, :, goods], large.tariffs[:, :, goods])
    services = large.sector_indices(["services"])
    np.testing.assert_allclose(
        small.flows[:, :, -1], large.flows[:, :, services].sum(2), rtol=1e-5, atol=0.2
    )


def test_us_rates_are_what_customs_collected() -> None:
    """US Census, 2024: China 46.7 bn of duties on 429.4 bn; India 2.1 on 87.7; weights are of 2022, hence the band."""
    economy = data.load_economy()
    us, goods = economy.regions.index("USA"), economy.sector_indices(["goods"])
    for partner, rate in (
        ("CHN", 0.1087),
        ("IND", 0.0240),
        ("MEX", 0.0025),
        ("CAN", 0.0010),
        ("KHM", 0.0705),
    ):
        at = economy.regions.index(partner)
        flows, tariffs = economy.flows[us, at][goods], economy.tariffs[us, at][goods]
        assert (flows * tariffs).sum() / flows.sum() == pytest.approx(rate, abs=0.02), partner


def test_checks_say_what_the_articles_say_beside_the_data(economy: Economy) -> None:
    share = next(
        item for item in data.economy_checks(economy) if item.name == "US share in India's exports"
    )
    assert share.value == pytest.approx(20.6, abs=0.05)
    assert "18 %" in share.comment
    ranked = [item.name for item in data.economy_checks(economy) if item.name.startswith("GDP of")]
    assert ranked[:2] == ["GDP of United States", "GDP of China"]
    assert len(ranked) == 10


def test_checks_work_for_any_economy() -> None:
    tiny = Economy.from_flows(["A", "B"], ["X"], [[[8.0], [2.0]], [[2.0], [8.0]]])
    names = [item.name for item in data.economy_checks(tiny)]
    assert "world mean tariff" in names
    assert not any("India" in name for name in names)


def test_unknown_baseline_names_the_nearest() -> None:
    with pytest.raises(LabelError, match=r"unknown baseline 'icio2020'; did you mean icio2022\?"):
        data.load_economy("icio2020")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("UK", "GBR"),
        ("GB", "GBR"),
        ("in", "IND"),
        ("NO", "NOR"),
        ("UAE", "ARE"),
        ("CH", "CHE"),
    ],
)
def test_two_letter_codes_are_understood(economy: Economy, written: str, meant: str) -> None:
    """ISO 3166: CH is Switzerland, which by spelling alone would be China or Chile."""
    assert Names(economy).regions([written]) == (meant,)
    with pytest.raises(LabelError, match="valid ones begin"):
        economy.region_indices([written])


def test_groups_know_their_members_inside_row(economy: Economy) -> None:
    """The Gulf Cooperation Council has six members; the OECD table has two of them."""
    inside = economy.about.members_inside_row
    assert set(economy.about.region_groups["GCC"]) | set(inside["GCC"]) == {
        "ARE",
        "BHR",
        "KWT",
        "OMN",
        "QAT",
        "SAU",
    }
    assert "EU" not in inside
    assert not {code for codes in inside.values() for code in codes} & set(economy.regions)


def test_package_stays_small() -> None:
    assert sum(path.stat().st_size for path in PACKAGED.iterdir()) < 15e6
    assert (PACKAGED / "countries.json").stat().st_size < 400_000


def test_loading_imports_no_pandas() -> None:
    code = "import sys, paxsilica.data as d; d.load_economy(); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_groups_hold_known_members() -> None:
    regions = {region.code for region in packaged_regions()}
    for name, group in packaged_groups()["regions"].items():
        assert set(group["members"]) <= regions, name
        assert not set(group.get("outside", ())) & regions, name
        assert group["as_of"], name
        assert group["source"].startswith("https://"), name
    sectors = [sector.code for sector in packaged_sectors()]
    assert {code for codes in packaged_groups()["sectors"].values() for code in codes} <= set(
        sectors
    )
    assert sector_meanings(["A01", "SERV"])["sector_groups"]["services"] == ("SERV",)


def test_every_region_but_row_has_a_shape_on_the_map() -> None:
    world = data.world_map()
    shapes = {shape.get("id"): shape for shape in world["objects"]["countries"]["geometries"]}
    missing = [
        region.code
        for region in packaged_regions()
        if region.code != "ROW" and region.numeric not in shapes
    ]
    assert not missing
    assert shapes["702"]["properties"]["name"] == "Singapore"
    assert "Antarctica" not in {shape["properties"]["name"] for shape in shapes.values()}


@needs_sources
def test_output_by_country_is_the_published_one(economy: Economy) -> None:
    with (SHARED / "data" / "icio2022" / "country_totals.csv").open(encoding="utf-8") as file:
        published = {
            row["country"]: float(row["gross_output_bn"]) * 1000 for row in csv.DictReader(file)
        }
    for region, output in zip(economy.regions, economy.output.sum(1), strict=True):
        assert output == pytest.approx(published[region], rel=1e-6, abs=15.0), region


@needs_sources
def test_the_tool_reproduces_the_packaged_files(tmp_path: Path) -> None:
    code = [
        sys.executable,
        str(ROOT / "tools" / "build_baseline.py"),
        "--shared",
        str(SHARED),
        "--out",
        str(tmp_path),
    ]
    printed = subprocess.run(code, capture_output=True, text=True, check=True).stdout
    assert "imports for consumption 2024: 3251.152 billion USD, duties 76.160" in printed
    assert "sum of rate x imports 76.152123, duties used 76.152123" in printed
    for name in ("elasticities.csv", "countries.json"):
        assert (tmp_path / name).read_text(encoding="utf-8") == (PACKAGED / name).read_text(
            encoding="utf-8"
        ), name
    for name in NAMES:
        built, packaged = data.load_economy(tmp_path / f"{name}.npz"), data.load_economy(name)
        assert built.about == packaged.about
        assert [note.name for note in built.notes] == [note.name for note in packaged.notes]
        for array in ("flows", "tariffs", "inputs", "trade_elasticity"):
            np.testing.assert_allclose(
                getattr(built, array), getattr(packaged, array), rtol=3e-7, err_msg=array
            )
