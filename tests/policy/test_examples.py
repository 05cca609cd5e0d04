"""The examples compile on the packaged baseline and mean what their headers say."""

import importlib.util
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.policy import load_scenario, parse_scenario

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(
    path
    for path in (ROOT / "examples").glob("*.yaml")
    if "schema: paxsilica/scenario@1" in path.read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def icio() -> Economy:
    return load_economy("icio2022")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_compiles_and_says_what_it_leaves_out(path: Path, icio: Economy) -> None:
    scenario = load_scenario(path)
    assert not scenario.compile(icio).is_nothing
    assert scenario.not_modelled
    header = path.read_text(encoding="utf-8").split("schema:")[0]
    assert "What it asks:" in header
    assert "What it does not model:" in header


def test_flat_tariff(icio: Economy) -> None:
    scenario = load_scenario(ROOT / "examples" / "us-india-tariff-50.yaml")
    shock = scenario.compile(icio)
    usa, ind = icio.regions.index("USA"), icio.regions.index("IND")
    goods = icio.sector_indices(["goods"])
    assert (shock.tariffs[usa, ind, goods] == 0.5).all()
    changed = np.argwhere(shock.tariffs != icio.tariffs)
    assert {(int(n), int(i)) for n, i, _ in changed} == {(usa, ind)}
    assert set(changed[:, 2].tolist()) <= set(goods)
    assert scenario.compile(icio, date(2025, 8, 26)).is_nothing
    assert scenario.compile(icio, date(2026, 2, 7)).is_nothing


def test_exemptions_stay_between_nothing_and_fifty_points(icio: Economy) -> None:
    shock = load_scenario(ROOT / "examples" / "us-india-exemptions.yaml").compile(icio)
    usa, ind = icio.regions.index("USA"), icio.regions.index("IND")
    points = dict(zip(icio.sectors, 100 * (shock.tariffs - icio.tariffs)[usa, ind], strict=True))
    assert all(-1e-9 <= value <= 50 + 1e-9 for value in points.values())
    assert points["C29"] == pytest.approx(50)
    assert points["C21"] < 1
    assert points["C19"] == points["SERV"] == 0
    assert points["C26"] < 15 < 45 < points["C13T15"]


def test_free_trade_both_ways(icio: Economy) -> None:
    shock = load_scenario(ROOT / "examples" / "india-eu-fta.yaml").compile(icio)
    ind, union = icio.regions.index("IND"), icio.region_indices(["EU"])
    assert len(union) == 27
    assert (shock.tariffs[ind, union] == 0).all()
    assert (shock.tariffs[union, ind] == 0).all()


def test_chip_ban(icio: Economy) -> None:
    path = ROOT / "examples" / "chip-export-ban.yaml"
    shock = load_scenario(path).compile(icio)
    chn, c26 = icio.regions.index("CHN"), icio.sectors.index("C26")
    sellers = icio.region_indices(["USA", "JPN", "KOR", "NLD", "TWN"])
    assert shock.permitted[chn, sellers, c26] == pytest.approx(0.7)
    assert (shock.permitted != 1).sum() == 5
    assert path.read_text(encoding="utf-8").startswith("# HYPOTHETICAL")


def test_crude_ban_in_both_horizons(icio: Economy) -> None:
    first, later = (
        load_scenario(ROOT / "examples" / f"russian-crude-ban{end}.yaml")
        for end in ("", "-long-run")
    )
    assert (first.assumptions.horizon, later.assumptions.horizon) == ("short_run", "long_run")
    assert first.measures == later.measures
    ind, rus, b06 = icio.regions.index("IND"), icio.regions.index("RUS"), icio.sectors.index("B06")
    assert np.argwhere(first.compile(icio).banned).tolist() == [[ind, rus, b06]]
    bought = icio.flows[ind, :, b06]
    assert bought[rus] / (bought.sum() - bought[ind]) == pytest.approx(
        0.06, abs=0.005
    )  # as the header says


def test_the_shares_in_the_crude_header_are_those_of_the_source(shared: Path) -> None:
    import pandas as pd

    trade = pd.read_parquet(shared / "baci_raw_materials" / "baci_raw_materials.parquet")
    crude = trade[(trade.importer == "IND") & (trade.hs6_92.astype(str) == "270900")]
    total = crude.groupby("year").value_kusd.sum() / 1e6
    russian = crude[crude.exporter == "RUS"].groupby("year").value_kusd.sum() / 1e6
    assert (100 * russian / total).round()[[2024, 2022, 2021]].tolist() == [37, 15, 1]
    assert (russian[2024].round(1), total[2024].round(1)) == (52.7, 141.6)


def test_the_exemptions_file_is_what_its_tool_writes(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location(
        "build_us_india", ROOT / "tools" / "build_us_india_exemptions.py"
    )
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "build_us_india", tool)
    spec.loader.exec_module(tool)
    text = tool.render(tool.read_imports(shared / "us_tariffs"))
    assert text == tool.EXAMPLE.read_text(encoding="utf-8")


def test_the_example_in_the_docs_is_valid(icio: Economy) -> None:
    page = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    assert len(parse_scenario(text, "docs").sentences(icio)) == 3
    assert not parse_scenario(text, "docs").compile(icio).is_nothing


def test_the_fragments_in_the_docs_are_valid(icio: Economy) -> None:
    page = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
    fragments = [
        part.split("```")[0] for part in page.split("```yaml\n")[1:] if part.startswith("measures:")
    ]
    head = "schema: paxsilica/scenario@1\ntitle: docs\n"
    union, products, fiscal, inputs = (parse_scenario(head + part, "docs") for part in fragments)
    members = icio.region_indices(["EU"])
    goods, tariffs = icio.sector_indices(["goods"]), union.compile(icio).tariffs
    outside = [n for n in range(len(icio.regions)) if n not in members]
    assert not tariffs[np.ix_(members, members, goods)].any()
    assert (tariffs[np.ix_(members, outside, goods)] == 0.1).all()
    assert "from every other region, each other included, to 10 %." in union.sentences(icio)[0]
    assert products.compile(icio).changes("permitted")
    assert set(products.coverage(icio)) == {"chips", "goods"}
    assert fiscal.compile(icio).changes("export_tax")
    assert fiscal.compile(icio).changes("subsidy")
    assert inputs.compile(icio).changes("input_subsidy")


def test_the_fragments_of_the_page_of_measures_are_valid(icio: Economy) -> None:
    page = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")
    head = "schema: paxsilica/scenario@1\ntitle: docs\n"
    fragments = [part.split("```")[0] for part in page.split("```yaml\n")[1:]]
    kinds = set()
    for fragment in fragments:
        scenario = parse_scenario(head + fragment, "docs")
        assert not scenario.compile(icio).is_nothing
        kinds |= {measure.kind for measure in scenario.measures}
    assert kinds >= {"specific_duty", "exemption", "agreement", "export_control", "embargo"}
