"""Every option is handed on: with it, the answer is the one that the library gives, and not the usual one.

What is expected is computed beside the commands: a shock written by hand, or the numbers of the data themselves.
Numbers are looked for wherever they stand in the JSON, with either sign.
"""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pandas as pd
import pytest
from doorway import numbers, tells

from paxsilica.analysis.coercion.counter import reliefs
from paxsilica.cut import Cut
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.horizon import LONG_RUN, SHORT_RUN
from paxsilica.model import Params, rebalance, solve
from paxsilica.shock import Shock

HORIZONS = {"long_run": LONG_RUN, "short_run": SHORT_RUN}


@pytest.fixture(scope="module")
def lands(place) -> Economy:
    return rebalance(load_economy(str(place / "lands.npz")))


@pytest.fixture(scope="module")
def small(place) -> Economy:
    return rebalance(load_economy(str(place / "small.npz")))


def answer(done: tuple[int, str, str]) -> dict:
    status, out, told = done
    assert (status, told) == (0, "")
    return json.loads(out)


def cut(e: Economy, senders, targets, sectors, share=1.0, horizon=LONG_RUN) -> np.ndarray:
    """`[n]` change of real income, %, where the senders' exports of these sectors to the targets fall away."""
    permitted = np.ones_like(e.tariffs)
    places = map(e.region_indices, (targets, senders))
    permitted[np.ix_(*places, e.sector_indices(sectors))] = 1 - share
    return changes(e, Shock(e, permitted=permitted), horizon)


def changes(e: Economy, shock: Shock, horizon=LONG_RUN) -> np.ndarray:
    return 100 * (solve(e, shock, Params(horizon)).real_income - 1)


# ---- coerce ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["--sectors", "C26"], {"sectors": ["C26"]}),
        (["--share", "37%"], {"share": 0.37}),
        (["--sectors", "SERV,C28"], {"sectors": ["SERV", "C28"]}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.parametrize("matrix", [False, True], ids=["pair", "matrix"])
def test_coerce_sectors_and_share(pax, lands, words, asked, matrix):
    pair = ["--matrix", "--regions", "R0,R1"] if matrix else ["R0", "R1"]
    said = answer(pax("coerce", *pair, *words, "--baseline", "lands.npz", "--json"))
    usual = answer(pax("coerce", *pair, "--baseline", "lands.npz", "--json"))
    goods = {"sectors": ["goods"], "share": 1.0}
    for horizon in (LONG_RUN,) if matrix else (LONG_RUN, SHORT_RUN):
        loss = cut(lands, ["R0"], ["R1"], **goods | asked, horizon=horizon)[1]
        assert tells(said, loss)
        if not matrix:
            continue
        assert not tells(usual, loss)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_coerce_matrix_horizon(pax, lands, horizon):
    words = ["coerce", "--matrix", "--baseline", "lands.npz", "--json", "--horizon", horizon]
    said = answer(pax(*words))
    for name, there in HORIZONS.items():
        loss = cut(lands, ["R0"], ["R1"], ["goods"], horizon=there)
        assert tells(said, loss[1]) == tells(said, loss[0]) == (name == horizon)


def test_coerce_matrix_regions_and_by_sector(pax, lands):
    words = ["coerce", "--matrix", "--baseline", "lands.npz", "--json", "--regions", "R0,R2"]
    said, apart = answer(pax(*words)), answer(pax(*words, "--by-sector"))
    whole, one = (cut(lands, ["R0"], ["R2"], sectors)[2] for sectors in (["goods"], ["C28"]))
    assert (tells(said, whole), tells(said, one)) == (True, False)
    assert (tells(apart, whole), tells(apart, one)) == (False, True)
    assert not tells(said, cut(lands, ["R0"], ["R1"], ["goods"])[1])


def test_coerce_relief_and_allies(pax, lands):
    words = ["coerce", "R0", "R1", "--baseline", "lands.npz", "--json"]
    usual, relieved, allied = (
        answer(pax(*words, *more)) for more in ([], ["--relief"], ["--relief", "--allies", "R2"])
    )
    found = reliefs(lands, Cut(("R0",), ("R1",)), ("R2",))
    gains = {relief.kind: relief.gain for relief in found}
    assert [tells(said, gains["stock"]) for said in (usual, relieved, allied)] == [
        False,
        True,
        True,
    ]
    assert [tells(said, gains["join"]) for said in (usual, relieved, allied)] == [
        False,
        False,
        True,
    ]


# ---- ally ------------------------------------------------------------------------------------------------------


def of_a_cut_by(e: Economy, member: str, adversary: str, horizon=LONG_RUN) -> float:
    """Million USD that the adversary loses when this member alone sells it no critical goods."""
    at = e.regions.index(adversary)
    lost = cut(e, [member], [adversary], ["C26", "B07"], horizon=horizon)[at]
    return float(lost * e.income[at] / 100)


def of_free_trade(e: Economy, members, region: str) -> float:
    """Million USD that a member gains when all trade goods with one another free of tariffs."""
    tariffs, inside = e.tariffs.copy(), e.region_indices(members)
    tariffs[np.ix_(inside, inside, e.sector_indices(["goods"]))] = 0.0
    at = e.regions.index(region)
    return float(changes(e, Shock(e, tariffs=tariffs))[at] * e.income[at] / 100)


def test_ally_horizon_against_value_and_add(pax, small):
    asked = ["ally", "USA,JPN,KOR", "--baseline", "small.npz", "--json", "--as-of", "2026-01-16"]
    other = ["--horizon", "short_run", "--against", "RUS", "--value", "leverage", "--add", "IND"]
    usual, said = answer(pax(*asked)), answer(pax(*asked, *other))
    trade = of_free_trade(small, ["USA", "JPN", "KOR"], "KOR")
    assert (tells(usual, trade), tells(said, trade)) == (True, False), "--value"
    for adversary in ("CHN", "RUS"):
        for name, horizon in HORIZONS.items():
            lost = of_a_cut_by(small, "JPN", adversary, horizon)
            assert tells(usual, lost) == (adversary == "CHN" and name == "long_run")
            assert tells(said, lost) == (adversary == "RUS" and name == "short_run")
    newcomer = of_a_cut_by(small, "IND", "RUS", SHORT_RUN)
    assert (tells(usual, newcomer), tells(said, newcomer)) == (False, True), "--add"


# ---- depend ----------------------------------------------------------------------------------------------------


def imports_of(importer: str, code: str, year: int) -> pd.Series:
    """Value by exporter, million USD, straight from the packaged table."""
    file = resources.files("paxsilica") / "data/packaged/material_trade.parquet"
    with resources.as_file(file) as path:
        table = pd.read_parquet(path)
    rows = table[(table.code == code) & (table.year == year) & (table.importer == importer)]
    return rows.set_index("exporter").value_usd_million.sort_values(ascending=False)


@pytest.mark.parametrize("year", [2021, 2023])
def test_depend_material_and_year(pax, year):
    words = ["depend", "IND", "--material", "270900", "--json"]
    said = answer(pax(*words, "--year", str(year)))
    for other in (2021, 2023, 2024):
        bought = imports_of("IND", "270900", other)
        first, share = bought.iloc[0], 100 * bought.iloc[0] / bought.sum()
        assert tells(said, first) == tells(said, share) == (other == year)
    assert not tells(said, imports_of("IND", "271121", year).iloc[0]), "one material was asked for"


def test_depend_them_and_as_of(pax):
    usual = answer(pax("depend", "pax-silica", "--as-of", "2026-03-01", "--json"))
    before = answer(pax("depend", "pax-silica", "--as-of", "2026-02-19", "--json"))
    them = answer(pax("depend", "pax-silica", "--as-of", "2026-03-01", "--them", "CHN", "--json"))
    assert set(numbers(usual)) != set(numbers(before)), "India joined in between"
    assert set(numbers(them)) - set(numbers(usual))


# ---- chain -----------------------------------------------------------------------------------------------------

AT_ONCE = [
    # ore is made by CHN 70 % and AUS 30 %, metal by JPN 60 % and CHN 40 %; metal needs ore one for one
    ([], 0.3),
    (["--share", "37%"], 1 - 0.7 * 0.37),
    (["--share", "37%", "--stage", "metal"], 1 - 0.4 * 0.37),
    # Japan may buy 63 % of what it bought of China's ore, and all of Australia's; China's metal has its ore
    (["--share", "37%", "--stage", "ore", "--buyers", "JPN"], 0.4 + 0.63 * 0.7 * 0.6 + 0.3),
]


@pytest.mark.parametrize(("words", "left"), AT_ONCE, ids=[" ".join(words) for words, _ in AT_ONCE])
def test_chain_cut_share_stage_and_buyers(pax, words, left):
    said = answer(pax("chain", "chain.yaml", "--cut", "CHN", "--trusted", "JPN", "--json", *words))
    usual = answer(pax("chain", "chain.yaml", "--trusted", "JPN", "--json"))
    assert tells(said, min(1.0, left)) or tells(said, 100 * min(1.0, left))
    if words:
        assert not tells(usual, 100 * left)


def test_chain_trusted_target_and_days(pax):
    def told(*more: str) -> list[float]:
        return sorted(numbers(answer(pax("chain", "chain.yaml", "--cut", "CHN", "--json", *more))))

    usual = told("--trusted", "JPN")
    assert told("--trusted", "JPN,AUS") != usual, "Australia has three tenths of the ore"
    for target, both in (("50%", False), ("10%", True)):
        said = answer(pax("chain", "chain.yaml", "--json", "--target", target))
        assert ("Australia and China; or China and Japan" in " ".join(said["summary"])) == both
    assert (720 in usual, 720 in told("--trusted", "JPN", "--days", "360")) == (True, False)


# ---- run, validate, brief --------------------------------------------------------------------------------------

DATED = """schema: paxsilica/scenario@1
title: a duty for half a year
baseline: lands.npz
measures:
  - {id: a, kind: tariff, importer: [R0], exporter: [R1], op: add, rate: 10%, from: 2025-01-01, until: 2025-06-30}
"""


def test_run_as_of(pax, lands, place, tmp_path):
    file = tmp_path / "dated.yaml"
    file.write_text(DATED.replace("lands.npz", str(place / "lands.npz")))
    tariffs = lands.tariffs.copy()
    tariffs[0, 1] += 0.1
    loss = changes(lands, Shock(lands, tariffs=tariffs))[1]
    inside, after = (
        answer(pax("run", str(file), "--as-of", day, "--json"))
        for day in ("2025-06-30", "2025-07-01")
    )
    assert (tells(inside, loss), tells(after, loss)) == (True, False)


def test_run_png(pax, tmp_path):
    status, _, told = pax("run", "s.yaml", "--png")
    assert (status, told) == (2, "pax: --png: name the folder with --out\n")
    for words in ([], ["--png"]):
        assert pax("run", "s.yaml", "--out", str(tmp_path / "D"), *words)[0] == 0
        drawn = {path.stem for path in (tmp_path / "D" / "charts").glob("*.png")}
        assert drawn == {p.stem for p in (tmp_path / "D" / "charts").glob("*.svg") if words}


def test_brief_keep_and_store(pax, tmp_path):
    kept, none = tmp_path / "kept.sqlite", tmp_path / "none.sqlite"
    assert pax("brief", "text.txt", "--no-keep", "--store", str(none))[0] == 0
    assert not any(tmp_path.rglob("*.sqlite")), "a text that was not to be kept was kept"
    assert pax("brief", "text.txt", "--store", str(kept))[0] == 2, "a store that is not there"
    assert pax("brief", "text.txt", "--store", str(kept), "--new-store", "--by", "Ann")[0] == 0
    (deed,) = answer(pax("brief", "history", "--store", str(kept), "--json"))
    assert (deed["by"], deed["deed"]) == ("Ann", "keep")
    assert b"We will sign the agreement" in kept.read_bytes()
    (entry,) = answer(pax("brief", "list", "--store", str(kept), "--json"))
    assert entry["published"] == "2026-01-16"
    assert pax("brief", "list", "--store", str(none), "--json")[0] == 2


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2026-02-27", "due in 1 day"),
        ("2026-03-02", "overdue by 2 days"),
        ("2026-01-01", "not made yet"),
    ],
)
def test_brief_as_of_on_the_page_and_in_the_store(pax, tmp_path, day, status):
    store = str(tmp_path / "kept.sqlite")
    words = ["brief", "text.txt", "--store", store, "--new-store", "--out"]
    assert pax(*words, str(tmp_path / "dated"), "--as-of", day)[0] == 0
    assert pax(*words, str(tmp_path / "undated"))[0] == 0
    dated, undated = (
        (tmp_path / name / "briefing.html").read_text(encoding="utf-8")
        for name in ("dated", "undated")
    )
    assert (status in dated, status in undated) == (True, False)
    row, undated_row = answer(pax("brief", "due", "--as-of", day, "--store", store, "--json"))
    assert row["status"] == status
    assert undated_row["status"] in ("no date given", "not made yet")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["chain", "chain.yaml", "--cut", "CHN", "--trusted", "JPN", "--days", "0"], "0 days"),
        (["ally", "USA,JPN", "--baseline", "small.npz", "--permutations", "0"], "0 permutations"),
        (["coerce", "R0", "R1", "--baseline", "lands.npz", "--sectors", ""], "a name is empty"),
    ],
    ids=lambda value: value[-2] if isinstance(value, list) else "",
)
def test_nought_and_nothing_are_written_too(pax, words, told):
    status, out, said = pax(*words)
    assert (status, out) == (2, "")
    assert told in said
