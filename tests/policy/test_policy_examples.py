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
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


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
    assert shock.trade_cost[chn, sellers, c26] ** -icio.trade_elasticity[c26] == pytest.approx(0.7)
    assert (shock.trade_cost != 1).sum() == 5
    assert path.read_text(encoding="utf-8").startswith("# HYPOTHETICAL")


def test_the_exemptions_file_is_what_its_tool_writes(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location("build_us_india", ROOT / "tools" / "build_us_india_exemptions.py")
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
