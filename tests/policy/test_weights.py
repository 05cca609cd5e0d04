"""Shares of products in what importers buy: by hand, from the raw tables, and as a partition of every flow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_world import HEAD, small_world

import paxsilica
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.policy import Scenario, load_scenario, parse_scenario
from paxsilica.policy.law.tables import TABLES
from paxsilica.policy.products import lines_of_codes, us_lines
from paxsilica.policy.reach import shares_reached
from paxsilica.policy.weights import Weights, packaged_weights
from paxsilica.questions.run import texts_of

ROOT = Path(__file__).parents[2]
PACKAGED = Path(paxsilica.__file__).parent / "data" / "packaged"


@pytest.fixture(scope="module")
def icio() -> Economy:
    return load_economy("icio2022")


def written(folder: Path, trade: str, *bodies: str, name: str = "mine.csv") -> Scenario:
    """A scenario beside a table of trade."""
    (folder / name).write_text(trade, encoding="utf-8")
    measures = "".join(f"\n  - {{id: m{at}, {body}}}" for at, body in enumerate(bodies)) or " []"
    path = folder / "s.yaml"
    path.write_text(f"{HEAD}weights: {name}\nmeasures:{measures}\n", encoding="utf-8")
    return load_scenario(path)


def share(weights: Weights, buyer: str, seller: str, sector: str, *codes: str) -> float:
    e = weights.economy
    at = e.regions.index(buyer), e.regions.index(seller), e.sectors.index(sector)
    return float(weights.held(lines_of_codes(codes))[at])


# ---- a table of one's own --------------------------------------------------------------------------

MINE = """importer,exporter,product,value
IND,CHN,8541.10,60
India,China,854231,20
India,China,HS 847130,120
IND,Germany,854231,7
NOR,USA,8542,5
"""


def test_shares_of_a_table_by_hand(tmp_path: Path) -> None:
    """60 of 200 from China, all from Germany; from the United States, of which it says nothing, 87 of 207 from all."""
    weights = written(tmp_path, MINE).weights(small_world())
    assert share(weights, "IND", "CHN", "C26", "854110") == pytest.approx(60 / 200)
    assert share(weights, "IND", "CHN", "C26", "8541", "8542") == pytest.approx(80 / 200)
    assert share(weights, "IND", "DEU", "C26", "8542") == pytest.approx(1.0)
    assert share(weights, "IND", "USA", "C26", "8541", "8542") == pytest.approx(87 / 207)
    assert share(weights, "NOR", "USA", "C26", "8542") == pytest.approx(1.0)
    assert share(weights, "IND", "CHN", "A01", "8542") == 0.0


def test_a_heading_is_split_as_us_imports_are(tmp_path: Path) -> None:
    weights, lines = written(tmp_path, MINE).weights(small_world()), us_lines()
    usd = lines.imports["ALL"]
    memories, all_chips = (
        usd[[code.startswith(under) for code in lines.codes]].sum() for under in ("854232", "8542")
    )
    assert share(weights, "NOR", "USA", "C26", "854232") == pytest.approx(memories / all_chips)


def test_whom_a_table_does_not_name_keeps_the_packaged_weights(tmp_path: Path) -> None:
    world, lines = small_world(), lines_of_codes(["8541", "8471"])
    own, packaged = written(tmp_path, MINE).weights(world), packaged_weights(world)
    others = [world.regions.index(region) for region in ("USA", "CHN", "DEU")]
    np.testing.assert_array_equal(own.held(lines)[others], packaged.held(lines)[others])
    known = own.known(lines)[:, world.sectors.index("C26")]
    assert dict(zip(world.regions, known.tolist(), strict=True)) == {
        "USA": True,
        "IND": True,
        "NOR": True,
        "CHN": False,
        "DEU": False,
    }
    assert not own.known(lines_of_codes(["0701"]))[1, 0], "the table has no vegetables"


def test_the_rate_is_the_share_times_the_duty(tmp_path: Path) -> None:
    body = 'kind: tariff, importer: [IND], exporter: [CHN], product: ["8541"], op: add, rate: 50%'
    world = small_world()
    scenario = written(tmp_path, MINE, body)
    added = scenario.compile(world).tariffs - world.tariffs
    assert added[1, 3] == pytest.approx([0, 0.5 * 60 / 200, 0])
    assert np.count_nonzero(added) == 1
    assert scenario.coverage(world) == {"m0": {"C26": pytest.approx(0.3)}}
    assert scenario.known(world) == {"m0": {"C26": pytest.approx(1.0)}}
    (tmp_path / "rates.csv").write_text("product,rate\n8541,50%\n", encoding="utf-8")
    table = "kind: tariff, importer: [IND], exporter: [CHN], table: rates.csv, op: add"
    np.testing.assert_allclose(
        written(tmp_path, MINE, table).compile(world).tariffs - world.tariffs, added, atol=1e-15
    )


def test_us_imports_as_a_table_are_the_packaged_ones(tmp_path: Path, icio: Economy) -> None:
    lines, rows = us_lines(), ["importer,exporter,product,value"]
    for seller in ("IND", "CHN", "JPN"):
        usd = lines.imports[seller]
        rows += [
            f"842,{seller},{code},{value}"
            for code, value in zip(lines.codes[usd > 0], usd[usd > 0], strict=True)
        ]
    own = written(tmp_path, "\n".join(rows) + "\n").weights(icio)
    n = icio.regions.index("USA")
    at = [icio.regions.index(seller) for seller in ("IND", "CHN", "JPN")]
    told = np.isin(icio.sectors, lines.sectors)
    for codes in (["30"], ["8542", "870323"], ["72104900"], ["8541100040", "0101"]):
        ours, theirs = (w.held(lines_of_codes(codes))[n, at] for w in (own, packaged_weights(icio)))
        bought = np.array([[lines.weights(s, icio.sectors)[1]] for s in ("IND", "CHN", "JPN")])
        np.testing.assert_allclose(ours, theirs, atol=1e-12)
        assert bought[:, 0, told].min() > 0


# ---- packaged ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("buyer", "seller", "sector", "code"),
    [
        ("JPN", "CHN", "B08", "250410"),
        ("CHN", "CHL", "B07", "260300"),
        ("KOR", "CHN", "C20", "280530"),
        ("DEU", "NOR", "C24B", "760110"),
        ("ROW", "CHN", "B08", "250410"),
    ],
)
def test_raw_materials_are_what_customs_count_of_the_flow(
    buyer: str, seller: str, sector: str, code: str, icio: Economy
) -> None:
    """BACI of the year of the baseline over the baseline's flow, entry by entry of the packaged table of trade."""
    table = pd.read_parquet(PACKAGED / "material_trade.parquet")
    named = set(icio.regions)
    importer = table.importer.astype(str).map(lambda c: c if c in named else "ROW")
    of = (table.year == 2022) & (importer == buyer) & (table.exporter == seller)
    usd = table[of & (table.code == code)].value_usd_million.sum()
    flow = icio.flows[
        icio.regions.index(buyer), icio.regions.index(seller), icio.sectors.index(sector)
    ]
    weights = packaged_weights(icio)
    counted = weights.counted[
        icio.regions.index(buyer), icio.regions.index(seller), icio.sectors.index(sector)
    ]
    assert 0 < usd / flow <= counted < 1
    assert share(weights, buyer, seller, sector, code) == pytest.approx(usd / flow, rel=1e-5)
    known = weights.known(lines_of_codes([code]))
    assert known[icio.regions.index(buyer), icio.sectors.index(sector)]


def test_where_customs_count_more_than_the_flow_they_share_it_in_proportion(icio: Economy) -> None:
    """Crude oil of Russia to India in 2022: customs count more than twice the flow of the baseline."""
    n, i, j = (icio.regions.index("IND"), icio.regions.index("RUS"), icio.sectors.index("B06"))
    weights = packaged_weights(icio)
    assert weights.counted[n, i, j] > 2
    assert 0.99 < share(weights, "IND", "RUS", "B06", "2709", "2711") <= 1


def test_without_a_year_or_in_another_currency_no_raw_materials_are_known(icio: Economy) -> None:
    from dataclasses import replace

    graphite = lines_of_codes(["250410"])
    at = icio.regions.index("JPN"), icio.sectors.index("B08")
    assert packaged_weights(icio).known(graphite)[at]
    for change in ({"year": None}, {"year": 2021}, {"unit": "million EUR"}):
        other = icio.replace(about=replace(icio.about, **change))
        assert not packaged_weights(other).known(graphite)[at]


def test_the_packaged_raw_materials_are_what_the_tool_builds(tmp_path: Path) -> None:
    code = [sys.executable, str(ROOT / "tools" / "build_raw_imports.py"), "--out", str(tmp_path)]
    subprocess.run(code, capture_output=True, check=True)
    built = pd.read_parquet(tmp_path / "raw_imports.parquet")
    pd.testing.assert_frame_equal(built, pd.read_parquet(TABLES / "raw_imports.parquet"))


# ---- identities ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, icio: Economy) -> tuple[Weights, Weights]:
    own = written(tmp_path_factory.mktemp("own"), MINE + "EU,Iraq,2709,3\nEU,CHN,7208,1\n")
    return packaged_weights(icio), own.weights(icio)


def test_a_group_beside_its_member_is_refused(tmp_path: Path, icio: Economy) -> None:
    with pytest.raises(Exception, match=r"mine\.csv:7: EU is a group, and France in it"):
        written(tmp_path, MINE + "EU,Iraq,2709,3\nFrance,CHN,7208,1\n").weights(icio)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), parts=st.integers(1, 6), own=st.booleans())
def test_the_shares_of_a_partition_sum_to_one(
    both: tuple[Weights, Weights], seed: int, parts: int, own: bool
) -> None:
    """However the customs lines are parted, their shares make up every flow of a sector that has any, once."""
    weights = both[own]
    of = np.random.default_rng(seed).integers(0, parts, len(us_lines().codes))
    shares = [weights.held(of == part) for part in range(parts)]
    assert min(share.min() for share in shares) >= 0
    told = np.isin(weights.economy.sectors, us_lines().sectors)
    whole = np.sum(shares, axis=0)
    traded = weights.economy.flows > 0
    np.testing.assert_allclose(whole[traded & told], 1.0, atol=1e-9)
    assert (whole[..., ~told] == 0).all()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), own=st.booleans())
def test_a_pair_line_by_line_is_what_its_lines_hold_together(
    both: tuple[Weights, Weights], seed: int, own: bool
) -> None:
    weights, rng = both[own], np.random.default_rng(seed)
    lines = rng.random(len(us_lines().codes)) < 0.3
    n, i = rng.integers(0, len(weights.economy.regions), 2)
    if n == i:
        return
    by_line = pd.Series(weights.of_pair(n, i) * lines).groupby(us_lines().sectors).sum()
    held = dict(zip(weights.economy.sectors, weights.held(lines)[n, i], strict=True))
    assert {s: held[s] for s in by_line.index} == pytest.approx(by_line.to_dict(), abs=1e-12)
    assert (weights.traded(_only(weights, n, i)) == (weights.of_pair(n, i) > 0)).mean() > 0.99


def _only(weights: Weights, n: int, i: int) -> np.ndarray:
    flows = np.zeros((len(weights.economy.regions),) * 2, dtype=bool)
    flows[n, i] = True
    return flows


# ---- what is said ------------------------------------------------------------------------------


def test_the_read_back_says_what_is_known_and_of_whom_it_is_not(
    tmp_path: Path, icio: Economy
) -> None:
    chips = 'kind: tariff, importer: [{}], exporter: [CHN], product: ["8542"], op: add, rate: 5%'
    stone = 'kind: export_ban, exporter: [CHN], importer: [{}], product: ["250410"]'
    scenario = written(
        tmp_path, MINE, *(chips.format(b) for b in ("IND", "USA", "JPN", "IND, JPN")),
        *(stone.format(b) for b in ("JPN", "USA")),
    )  # fmt: skip
    named, us, unknown, two, raw, us_raw = scenario.sentences(icio)
    beware = "Beware: by customs code the imports of Japan are unknown here"
    assert "It reaches 10 % of computers and electronics in this trade, by mine.csv." in named
    assert "in this trade, by US imports of 2024." in us
    assert "in this trade, by US imports of 2024. Beware: by customs" in unknown
    assert "by mine.csv and US imports of 2024" in two
    assert "by customs of 2022 (BACI)." in raw
    assert "by US imports of 2024." in us_raw
    said = [beware in text for text in (named, us, unknown, two, raw, us_raw)]
    assert said == [False, False, True, True, False, False]
    assert scenario.known(icio)["m2"] == {"C26": 0.0}
    assert scenario.known(icio)["m4"] == {"B08": 1.0}
    assert 0 < scenario.known(icio)["m3"]["C26"] < 1


def test_a_code_beyond_the_weights_is_named(tmp_path: Path, icio: Economy) -> None:
    """No importer of the table buys refrigerators or mules; the United States buys no mules."""
    body = "kind: tariff, importer: [{}], exporter: [CHN], product: [{}], op: add, rate: 5%"
    scenario = written(
        tmp_path, MINE,
        body.format("IND", '"8542", "852990"'), body.format("USA", '"8542", "010190"'),
        body.format("IND", '"852990"'),
    )  # fmt: skip
    ours, theirs, alone = scenario.sentences(icio)
    assert "Beware: HS 852990 is beyond these weights (mine.csv): they hold no trade of it" in ours
    assert "Beware: HS 010190 is beyond these weights (US imports of 2024)" in theirs
    assert "Beware: HS 852990 is beyond these weights (mine.csv)" in alone
    assert scenario.compile(icio).tariffs[icio.regions.index("IND")] == pytest.approx(
        parse_scenario(f"{HEAD}measures: []\n").compile(icio).tariffs[icio.regions.index("IND")]
        + 0.05 * shares_reached(scenario.measures[0], scenario.names(icio), lambda: scenario.weights(icio))[
            icio.regions.index("IND")
        ] * (np.array(icio.regions) == "CHN")[:, None]
    )  # fmt: skip


def test_a_run_keeps_the_hash_of_the_table(tmp_path: Path) -> None:
    import hashlib

    kept = texts_of(written(tmp_path, MINE))
    table = kept[str(tmp_path / "mine.csv")]
    assert table == {"sha256": hashlib.sha256(MINE.encode()).hexdigest()}
    assert set(kept[str(tmp_path / "s.yaml")]) == {"sha256", "text"}


def test_weights_are_made_where_a_measure_names_products(
    tmp_path: Path, icio: Economy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain duty and a table of rates by sector ask for none; a table of trade that counts nowhere is told of."""
    (tmp_path / "rates.csv").write_text("sector,rate\nC26,50%\n", encoding="utf-8")
    scenario = written(
        tmp_path,
        MINE,
        "kind: tariff, importer: [IND], exporter: [CHN], sector: [C21], op: add, rate: 5%",
        "kind: tariff, importer: [JPN], exporter: [CHN], table: rates.csv, op: set",
    )
    other = icio.replace()
    monkeypatch.setattr("paxsilica.policy.scenario.weights_of_file", None)
    assert not scenario.compile(other).is_nothing
    alone = scenario.model_copy(update={"measures": scenario.measures[:1]})
    assert alone.read_back(other)[-1].startswith("Beware: no measure names products, and ")
