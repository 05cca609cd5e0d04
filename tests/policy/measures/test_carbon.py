"""The carbon border charge against the regulation's own figures and the formula worked out by hand."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from policy_world import HEAD, small_world

from paxsilica.data import load_economy
from paxsilica.errors import ScenarioError
from paxsilica.policy import Scenario, parse_scenario
from paxsilica.policy.measures.carbon import (
    CHARGED,
    FREE,
    OTHER,
    TABLE,
    CarbonCharge,
    defaults,
    rates_by_code,
)

ROOT = Path(__file__).resolve().parents[3]
ICIO = load_economy("icio2022")
STEEL = "price: {steel: 700 EUR/t}"


def charged(fields: str, importer: str = "EU") -> Scenario:
    body = f"id: c, kind: carbon_charge, importer: [{importer}], {fields}"
    return parse_scenario(f"{HEAD}measures:\n  - {{{body}}}\n", "s.yaml")


def rates(fields: str, origin: str) -> dict[str, float]:
    measure = charged(fields).measures[0]
    assert isinstance(measure, CarbonCharge)
    return dict(rates_by_code(origin, measure.terms))


def published(shared: Path, country: str, code: str) -> tuple[float, float]:
    """Total and the figure with the mark-up of 2026, as the regulation has them for an eight-digit code."""
    table = pd.read_parquet(shared / "cbam_eu" / "cbam_default_values_2025_2621.parquet")
    (row,) = table[(table.country == country) & (table.cn_code == code)].itertuples()
    return float(row.total), float(row.markup_2026)


@pytest.mark.parametrize(
    ("country", "origin", "cn", "goods", "price", "benchmark"),
    [
        ("India", "IND", "7601", "aluminium", 2400, None),
        ("China", "CHN", "2804 10 00", "hydrogen", 2000, 5.089),
        ("Egypt", "EGY", "2523 29 00", "cement", 90, 0.666),
        ("Other Countries and Territories", "TUR", "2523 29 00", "cement", 90, 0.666),
    ],
)
def test_a_rate_is_the_formula_on_the_regulations_figures(
    shared: Path, country: str, origin: str, cn: str, goods: str, price: int, benchmark: float
) -> None:
    """Benchmarks as column B of Regulation 2025/2620 prints them; without free allocation none is needed."""
    total, marked = published(shared, country, cn)
    code = cn.replace(" ", "")[:6]
    terms = f"ets_price: 80 EUR/t, price: {{{goods}: {price} EUR/t}}"
    found = rates(f"{terms}, year: 2026, free_allocation: 0%", origin)[code]
    assert found == pytest.approx(80 * marked / price, rel=1e-3)
    after = rates(f"{terms}, year: 2026, free_allocation: 0%, carbon_price_paid: 30 EUR/t", origin)
    assert after[code] == pytest.approx((80 * marked - 30 * total) / price, rel=1e-3)
    if benchmark:
        free = rates(f"{terms}, year: 2026", origin)[code]
        assert free == pytest.approx(80 * max(marked - 0.975 * benchmark, 0) / price, rel=2e-3)


def test_what_is_free_falls_as_the_directive_says() -> None:
    """Directive 2003/87/EC, Article 10a(1a)."""
    left = [97.5, 95, 90, 77.5, 51.5, 39, 26.5, 14, 0]
    assert [100 * FREE[str(year)] for year in range(2026, 2035)] == pytest.approx(left)
    terms = [rates(f"ets_price: 75 EUR/t, {STEEL}, year: {year}", "CHN")["7208"] for year in FREE]
    assert terms == sorted(terms)


def test_the_charge_is_the_mean_of_its_codes_on_a_sector() -> None:
    """With one rate for all codes the sector pays it on the share that the codes hold, by US imports of 2024."""
    every = {code for origin in (OTHER, "IND") for code in defaults(origin)}
    fields = f"ets_price: 75 EUR/t, {STEEL}, year: 2026"
    scenario = charged(fields)
    added = scenario.compile(ICIO).tariffs - ICIO.tariffs
    n, i, j = ICIO.regions.index("DEU"), ICIO.regions.index("IND"), ICIO.sectors.index("C24A")
    paid = rates(fields, "IND")
    assert set(paid) <= every
    low, high = min(paid.values()), max(paid.values())
    share = scenario.coverage(ICIO)["c"]["C24A"]
    assert share * low < added[n, i, j] < share * high
    assert added[n, i, ICIO.sectors.index("C26")] == 0


def test_who_is_out_of_scope_pays_nothing() -> None:
    added = (
        charged(f"ets_price: 75 EUR/t, {STEEL}, year: 2026").compile(ICIO).tariffs - ICIO.tariffs
    )
    j = ICIO.sectors.index("C24A")
    germany = added[ICIO.regions.index("DEU"), :, j]
    for region in ("FRA", "NOR", "CHE", "ISL", "DEU"):
        assert germany[ICIO.regions.index(region)] == 0
    assert (germany[[ICIO.regions.index(r) for r in ("CHN", "GBR", "ROW")]] > 0.01).all()
    assert np.abs(added[ICIO.regions.index("USA")]).max() == 0
    with pytest.raises(ScenarioError, match="what Norway sells is not charged"):
        charged(f"exporter: [NOR], ets_price: 75 EUR/t, {STEEL}, year: 2026").compile(ICIO)


def test_rows_without_a_value_are_those_of_other_countries() -> None:
    other, india = defaults(OTHER), defaults("IND")
    filled = {code for code, one in india.items() if not one.own}
    assert filled
    assert all(india[code][:4] == other[code][:4] for code in filled)
    assert defaults("NOWHERE") == {code: one._replace(own=False) for code, one in other.items()}
    every = ", ".join(f"{goods}: 700 EUR/t" for goods in CHARGED)
    told = charged(f"ets_price: 75 EUR/t, price: {{{every}}}, year: 2026").sentences(ICIO)[0]
    assert re.search(r"no default values for [^.]*the Rest of the world: those of other", told)


def test_the_shifted_row_is_put_back() -> None:
    """White Portland cement from Albania: 1.23 direct and 0.14 indirect are 1.37."""
    table = pd.read_parquet(TABLE).set_index(["origin", "code"])
    row = table.loc[("ALB", "252321")]
    assert (row.total, row["2026"], row["2028"]) == pytest.approx((1.37, 1.507, 1.781))


def test_a_code_may_have_a_price_of_its_own() -> None:
    terms = "ets_price: 75 EUR/t, year: 2026, price: {steel: 700 EUR/t, '7308': 2100 EUR/t}"
    both, one = rates(terms, "IND"), rates(f"ets_price: 75 EUR/t, year: 2026, {STEEL}", "IND")
    assert both["7308"] == pytest.approx(one["7308"] / 3)
    assert both["7208"] == one["7208"]
    alone = rates("ets_price: 75 EUR/t, year: 2026, price: {'7308': 2.1 EUR/kg}", "IND")
    assert alone.keys() == {code for code in both if code.startswith("7308")}
    assert alone["7308"] == pytest.approx(both["7308"])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (f"ets_price: 75 EUR/t, {STEEL}", "year is missing; say of which year"),
        (f"year: 2026, {STEEL}", "ets_price is missing"),
        ("ets_price: 75 EUR/t, year: 2026", "price is missing"),
        ("ets_price: 75 EUR/t, year: 2026, price: {}", "price is empty"),
        ("ets_price: 75 EUR/t, year: 2026, price: {steal: 1 EUR/t}", "did you mean steel?"),
        ("ets_price: 75 EUR/t, year: 2026, price: {'8541': 1 EUR/t}", "an HS code of theirs"),
        (f"ets_price: 75 USD/t, year: 2026, {STEEL}", "state both in one currency"),
        (f"ets_price: 75 EUR/MWh, year: 2026, {STEEL}", "is not per tonne"),
        (f"ets_price: 75 EUR/t, year: 2025, {STEEL}", "write 2026 or 2027"),
        (f"ets_price: 75 EUR/t, year: 2026, free_allocation: 120%, {STEEL}", "at most 100%"),
    ],
)
def test_what_is_no_carbon_charge(fields: str, says: str) -> None:
    with pytest.raises(ScenarioError, match=r"s\.yaml:\d+: measure c: ") as refused:
        charged(fields)
    assert says in str(refused.value)


def test_labels_are_looked_up_where_they_stand() -> None:
    with pytest.raises(ScenarioError, match="did you mean DEU"):
        charged(f"ets_price: 75 EUR/t, year: 2026, {STEEL}", "Germny").compile(small_world())


def test_a_world_without_these_goods_is_told() -> None:
    scenario = charged(f"ets_price: 75 EUR/t, year: 2026, {STEEL}", "DEU")
    assert scenario.compile(small_world()).is_nothing
    assert "so that it moves nothing" in scenario.sentences(small_world())[0]


def test_the_packaged_defaults_are_what_the_tool_builds(shared: Path, tmp_path: Path) -> None:
    code = [sys.executable, str(ROOT / "tools" / "build_cbam.py"), "--out", str(tmp_path)]
    subprocess.run([*code, "--shared", str(shared.parent)], capture_output=True, check=True)
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "cbam.parquet"), pd.read_parquet(TABLE)
    )
