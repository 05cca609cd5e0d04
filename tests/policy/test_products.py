"""Products of a measure: codes of every edition, and shares of sectors counted again from the raw customs table."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from policy_world import HEAD, small_world

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import InputError, ScenarioError
from paxsilica.policy import Scenario, parse_scenario
from paxsilica.policy.law.tables import TABLES
from paxsilica.policy.products import EDITIONS, editions, hs_codes, us_lines

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def icio() -> Economy:
    return load_economy("icio2022")


def of(*bodies: str) -> Scenario:
    lines = "".join(f"  - {{id: m{at}, {body}}}\n" for at, body in enumerate(bodies))
    return parse_scenario(f"{HEAD}measures:\n{lines}", "s.yaml")


def tariffs(e: Economy, *bodies: str) -> np.ndarray:
    return of(*bodies).compile(e).tariffs


# ---- codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["HS 7208", "hs7208", "72.08", "72 08", " 7208 "])
def test_a_code_is_read_as_tariff_books_write_it(written: str) -> None:
    assert hs_codes([written]) == ("7208",)


@pytest.mark.parametrize(
    ("written", "edition", "codes"),
    [
        ("7208", "1992", {"7208"}),
        ("847330", "2007", {"847330"}),
        ("010111", "1992", {"010121"}),
        ("854231", "2017", {"854231"}),
    ],
)
def test_codes_of_older_editions_are_followed(written: str, edition: str, codes: set[str]) -> None:
    """World Customs Organization, correlation tables: pure-bred horses were 0101.11 until HS 2012."""
    found = set(hs_codes([written], edition))
    assert codes <= found
    assert all(code in editions()["2022"] or len(code) == 4 for code in found)


def test_gallium_and_indium_moved_out_of_one_code() -> None:
    """HS 1992 had 8112.91 for gallium, hafnium, indium and others; 8112.92 came with HS 2002."""
    with pytest.raises(InputError, match=r"HS 2022 has no code 811291; HS 1992 and 1996 have it"):
        hs_codes(["811291"])
    assert "811292" in hs_codes(["811291"], "1992")
    with pytest.raises(InputError, match=r"HS 1992 has no code 811292"):
        hs_codes(["811292"], "1992")


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_code_of_an_edition_leads_to_codes_of_the_last(edition: str) -> None:
    last = editions()["2022"]
    some = sorted(editions()[edition])[::97]
    assert all(set(hs_codes([code], edition)) <= last for code in some)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("720", "is no HS code; write 2, 4, 6, 8 or 10 digits"),
        ("steel", "is no HS code"),
        ("77", "HS 2022 has no code 77"),
        ("720899", "HS 2022 has no code 720899; there is 720810"),
        ("72089999", "that the United States traded in 2024"),
    ],
)
def test_what_is_no_code_is_refused_with_its_line(written: str, said: str, icio: Economy) -> None:
    scenario = of(
        f'kind: tariff, importer: [USA], exporter: [IND], product: ["{written}"], op: add, rate: 5%'
    )
    with pytest.raises(ScenarioError, match=rf"^s\.yaml:4: measure m0: .*{said}"):
        scenario.compile(icio)


# ---- shares ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def customs(shared: Path) -> pd.DataFrame:
    """US imports of 2024 as the Census Bureau counts them, with the sector of each line by the tools' own map."""
    sys.path.insert(0, str(ROOT / "tools"))
    from us_trade import sector_of

    table = pd.read_parquet(shared / "us_tariffs" / "us_imports_hs10_2024_51partners.parquet")
    walk = pd.read_csv(shared / "us_tariffs" / "hs10_gtap_crosswalk.csv", dtype=str)
    gtap = dict(zip(walk.hs10, walk.gtap_code, strict=True))
    return table.assign(sector=[sector_of(code, gtap[code]) for code in table.HS10])


@pytest.mark.parametrize(
    ("region", "partner", "sector", "codes"),
    [
        ("IND", "INDIA", "C21", ["30"]),
        ("IND", "INDIA", "C26", ["8517", "847130"]),
        ("JPN", "JAPAN", "C29", ["8703", "870899"]),
        ("DEU", "EUROPEAN UNION", "C28", ["8486"]),
        ("CHN", "CHINA", "C24A", ["7208", "72104900"]),
    ],
)
def test_a_duty_on_products_is_the_mean_over_the_sector(
    region: str,
    partner: str,
    sector: str,
    codes: list[str],
    customs: pd.DataFrame,
    icio: Economy,
) -> None:
    """25 points on codes that are a share s of a sector are 25 s points, s counted here from the raw table."""
    rows = customs[(partner == customs.CTY_NAME) & (customs.sector == sector)]
    share = rows.imports[rows.HS10.str.startswith(tuple(codes))].sum() / rows.imports.sum()
    assert 0.0005 < share < 1
    listed = ", ".join(f'"{code}"' for code in codes)
    body = f"kind: tariff, importer: [USA], exporter: [{region}], product: [{listed}], op: add, rate: 25%"
    added = tariffs(icio, body) - icio.tariffs
    n, i, j = icio.regions.index("USA"), icio.regions.index(region), icio.sectors.index(sector)
    assert added[n, i, j] == pytest.approx(0.25 * share, rel=1e-6)
    assert np.abs(np.delete(added, n, 0)).max() == 0
    (covered,) = of(body).coverage(icio).values()
    assert covered[sector] == pytest.approx(share, rel=1e-6)


def test_the_packaged_links_are_what_the_tool_builds(shared: Path, tmp_path: Path) -> None:
    code = [sys.executable, str(ROOT / "tools" / "build_hs_links.py"), "--out", str(tmp_path)]
    subprocess.run([*code, "--shared", str(shared.parent)], capture_output=True, check=True)
    built = pd.read_parquet(tmp_path / "hs_links.parquet")
    pd.testing.assert_frame_equal(built, pd.read_parquet(TABLES / "hs_links.parquet"))


ALL = "kind: tariff, importer: [USA], exporter: [IND]"


def test_all_lines_of_a_sector_are_the_sector(icio: Economy) -> None:
    lines = us_lines()
    codes = ", ".join(f'"{code}"' for code in lines.codes[lines.sectors == "C21"])
    whole = tariffs(icio, f"{ALL}, sector: [C21], op: set, rate: 50%")
    parts = tariffs(icio, f"{ALL}, product: [{codes}], op: set, rate: 50%")
    assert parts == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize("op", ["set", "add", "at_least", "multiply"])
def test_a_product_and_all_but_it_are_all(op: str, icio: Economy) -> None:
    """Both halves of a list, each with its own share, move a tariff as much as the whole for ops that are linear in it."""
    rate = {"set": "30%", "add": "30%", "at_least": "30%", "multiply": "150%"}[op]
    whole = tariffs(icio, f"{ALL}, sector: [goods], op: {op}, rate: {rate}")
    some, rest = (
        tariffs(icio, f"{ALL}, {what}, op: {op}, rate: {rate}") - icio.tariffs
        for what in ('product: ["84", "30"]', 'sector: [goods], except: ["84", "30"]')
    )
    assert icio.tariffs + some + rest == pytest.approx(whole, abs=1e-12)


def test_sectors_and_partners_are_left_out(icio: Economy) -> None:
    body = "kind: tariff, importer: [USA], sector: [goods], except: [energy, India, C29], op: add, rate: 10%"
    added = (tariffs(icio, body) - icio.tariffs)[icio.regions.index("USA")]
    goods = icio.sector_indices(["goods"])
    left = [*icio.sector_indices(["energy"]), icio.sectors.index("C29")]
    for i, region in enumerate(icio.regions):
        taxed = set(np.flatnonzero(added[i]))
        expected = set() if region in ("USA", "IND") else set(goods) - set(left)
        assert taxed == expected
        assert added[i][list(taxed)] == pytest.approx(0.1)


def test_a_ban_of_products_leaves_the_others(icio: Economy) -> None:
    body = 'kind: export_ban, exporter: [IND], importer: [USA], product: ["30"]'
    permitted = of(body).compile(icio).permitted
    at = icio.regions.index("USA"), icio.regions.index("IND"), icio.sectors.index("C21")
    (share,) = of(body).coverage(icio).values()
    assert permitted[at] == pytest.approx(1 - share["C21"])
    assert 0 < permitted[at] < 0.2
    assert (np.delete(permitted[at[:2]], at[2]) > 0.99).all()


# ---- what is said ------------------------------------------------------------------------------


def test_the_read_back_says_the_share_and_whose_imports_it_is_known_by(icio: Economy) -> None:
    body = 'kind: tariff, importer: [{}], exporter: [IND], product: ["30"], op: add, rate: 25%'
    (ours,), (theirs,) = (of(body.format(buyer)).sentences(icio) for buyer in ("USA", "EU"))
    share = of(body.format("USA")).coverage(icio)["m0"]["C21"]
    assert "25 percentage points to its tariff on products of HS 30 from India" in ours
    assert f"It reaches {100 * share:.3g} % of pharmaceuticals" in ours
    assert "by US imports of 2024" in ours
    unknown = "by customs code the imports of the European Union (27 regions) are unknown here"
    assert (unknown in ours, unknown in theirs) == (False, True)


def test_what_is_left_out_is_said(icio: Economy) -> None:
    (text,) = of(f"{ALL}, sector: [goods], except: [HS30, energy], op: add, rate: 5%").sentences(
        icio
    )
    energy = "energy (coal, oil and gas extraction and refined petroleum)"
    assert f"on goods, except HS 30 and {energy}, from India" in text


def test_products_stand_in_place_of_sectors() -> None:
    with pytest.raises(ScenarioError, match="product stands beside sector"):
        of(f'{ALL}, sector: [goods], product: ["30"], op: add, rate: 5%')


def test_an_economy_of_other_sectors_has_no_products(measures: Callable[..., Scenario]) -> None:
    world = small_world()
    own = Economy.from_flows(world.regions, ("X", "Y", "Z"), world.flows)
    scenario = measures(f'id: a, {ALL}, product: ["30"], op: add, rate: 5%')
    with pytest.raises(ScenarioError, match="has sectors of its own, which no HS code tells"):
        scenario.compile(own)
