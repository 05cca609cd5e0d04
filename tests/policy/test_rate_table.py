"""Tables of rates: equal to the measures that say the same, and refused line by line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_world import HEAD

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import ScenarioError
from paxsilica.policy import load_scenario, parse_scenario
from paxsilica.policy.products import us_lines
from paxsilica.policy.rate_table import read_rates


@pytest.fixture(scope="module")
def icio() -> Economy:
    return load_economy("icio2022")


def written(folder: Path, rows: str, body: str = "op: set") -> Path:
    (folder / "rates.csv").write_text(rows, encoding="utf-8")
    path = folder / "s.yaml"
    path.write_text(
        f"{HEAD}measures:\n  - {{id: t, kind: tariff, table: rates.csv, {body}}}\n",
        encoding="utf-8",
    )
    return path


def level(e: Economy, tariffs: np.ndarray, buyer: str, seller: str, sector: str) -> float:
    return float(tariffs[e.regions.index(buyer), e.regions.index(seller), e.sectors.index(sector)])


OPS = st.sampled_from(["set", "add", "at_least", "multiply"])
CODES = st.sampled_from(["72", "7208", "84", "8703", "30", "8542", "610910"])
CELLS = st.tuples(st.sampled_from(["IND", "CHN", "DEU"]), CODES)


@settings(max_examples=15, deadline=None)
@given(op=OPS, rates=st.dictionaries(CELLS, st.integers(0, 60), min_size=1, max_size=6))
def test_a_table_moves_each_line_by_the_rate_of_its_longest_code(
    icio: Economy, tmp_path_factory: pytest.TempPathFactory, op: str, rates: dict
) -> None:
    """Every customs line by itself: its own rate applied to the sector's tariff, then the weighted mean."""
    rows = "".join(f"USA,{seller},{code},{rate}%\n" for (seller, code), rate in rates.items())
    folder = tmp_path_factory.mktemp("table")
    path = written(folder, f"importer,exporter,product,rate\n{rows}", f"op: {op}")
    found = load_scenario(path).compile(icio).tariffs
    lines, n = us_lines(), icio.regions.index("USA")
    for seller in {seller for seller, _ in rates}:
        usd, i = lines.imports["EU" if seller == "DEU" else seller], icio.regions.index(seller)
        for j, sector in enumerate(icio.sectors):
            at = (lines.sectors == sector) & (usd > 0)
            if not at.any():
                continue
            stands = icio.tariffs[n, i, j]
            levels = []
            for code in lines.codes[at]:
                under = [c for s, c in rates if s == seller and code.startswith(c)]
                rate = rates[seller, max(under, key=len)] / 100 if under else None
                to = {"set": rate, "add": stands + (rate or 0), "multiply": stands * (rate or 0)}
                to["at_least"] = max(stands, rate or 0)
                levels.append(stands if rate is None else to[op])
            assert found[n, i, j] == pytest.approx(np.average(levels, weights=usd[at]), abs=1e-12)


def test_rates_of_sectors_and_groups(icio: Economy, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "exporter,sector,rate\nEU,C29,15%\nJapan,motor vehicles,20%\n",
        "op: set, importer: [USA]",
    )
    found = load_scenario(path).compile(icio).tariffs
    text = f"{HEAD}measures:\n" + "".join(
        f"  - {{id: {seller}, kind: tariff, importer: [USA], exporter: [{seller}], sector: [C29], op: set, rate: {rate}}}\n"
        for seller, rate in (("EU", "15%"), ("JPN", "20%"))
    )
    assert np.array_equal(found, parse_scenario(text).compile(icio).tariffs)


def test_a_rate_of_a_sector_stands_for_what_no_product_takes(icio: Economy, tmp_path: Path) -> None:
    rows = "importer,exporter,sector,product,rate\nUSA,IND,C21,,40%\nUSA,IND,,30,0%\n"
    found = load_scenario(written(tmp_path, rows)).compile(icio).tariffs
    body = '{id: a, kind: tariff, importer: [USA], exporter: [IND], product: ["30"], op: set, rate: 0%}'
    share = parse_scenario(f"{HEAD}measures:\n  - {body}\n").coverage(icio)["a"]["C21"]
    assert level(icio, found, "USA", "IND", "C21") == pytest.approx(0.4 * (1 - share))


def test_dates_of_rows(icio: Economy, tmp_path: Path) -> None:
    rows = (
        "importer,exporter,sector,rate,from,until\nUSA,IND,C29,25%,2025-08-07,2025-08-26\n"
        "USA,IND,C29,50%,2025-08-27,\n"
    )
    scenario = load_scenario(written(tmp_path, rows))
    stood = level(icio, icio.tariffs, "USA", "IND", "C29")
    for day, rate in ((6, stood), (7, 0.25), (26, 0.25), (27, 0.5)):
        found = scenario.compile(icio, date(2025, 8, day)).tariffs
        assert level(icio, found, "USA", "IND", "C29") == pytest.approx(rate)
    with pytest.raises(
        ScenarioError,
        match=r"rates\.csv:3: .* has a rate in line 2 too, on other dates; say which day",
    ):
        scenario.compile(icio)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("importer,exporter,product,rate\nUSA,IND,7208,5\n", [":2: rate 5 has no % sign"]),
        ("importer,exporter,product,rate\nUSA,IND,7208,1001%\n", [":2: rate 1001% is not above"]),
        ("importer,exporter,product,rate\nUSA,,7208,5%\n", [":2: no exporter; name one"]),
        (
            "importer,exporter,product,sector,rate\nUSA,IND,72,C26,5%\n",
            [":2: give a product or a sector"],
        ),
        ("importer,exporter,product\nUSA,IND,72\n", [":1: no column rate; add it"]),
        (
            "importer,exporter,produkt,rate\nUSA,IND,72,5%\n",
            [":1: unknown column 'produkt'; did you mean product"],
        ),
        (
            "importer,product,rate\nUSA,72,5%\n",
            [":1: no column exporter; add it, or name it in the measure"],
        ),
        (
            "importer,exporter,product,rate\nUSA,IND,72,5%\nUSA,IND,72,6%\n",
            [":3: a second rate of the same cell, beside line 2"],
        ),
        ("importer,exporter,product,rate\nUSA,IND,811291,5%\n", [":2: HS 2022 has no code 811291"]),
        (
            "importer,exporter,product,rate,from,until\nUSA,IND,72,5%,2025-02-01,2025-01-01\n",
            [":2: until 2025-01-01 is before from (2025-02-01); swap"],
        ),
        ("importer,exporter,product,rate\n", [": holds no rates"]),
        (
            "importer,exporter,product,rate\nUSA,IND,72,5\nUSA,IND,,5%\nUSA,CHN,84,x%\n",
            [":2: rate 5 has", ":3: give a product", ":4: rate 'x%' is no percentage"],
        ),
    ],
)
def test_a_table_is_refused_with_all_its_lines(rows: str, said: list[str], tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(written(tmp_path, rows))
    lines = str(caught.value).splitlines()
    assert len(lines) == len(said)
    assert all(f"rates.csv{part}" in line for part, line in zip(said, lines, strict=True))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            "importer,exporter,product,rate\nUSA,EU,72,5%\nUSA,DEU,72,6%\n",
            "has a rate in line 2 too, in a group",
        ),
        (
            "importer,exporter,product,rate\nUSA,Indja,72,5%\n",
            "unknown region 'Indja'; did you mean",
        ),
        ("importer,exporter,sector,rate\nUSA,IND,C99,5%\n", "unknown sector 'C99'"),
    ],
)
def test_labels_and_totals_are_refused_with_their_line(
    rows: str, said: str, icio: Economy, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError, match=rf"rates\.csv:\d: .*{said}"):
        load_scenario(written(tmp_path, rows)).compile(icio)


@pytest.mark.parametrize("beside", ["rate: 5%", "sector: [C26]", 'product: ["72"]'])
def test_a_table_stands_alone(beside: str, tmp_path: Path) -> None:
    rows = "importer,exporter,product,rate\nUSA,IND,72,5%\n"
    with pytest.raises(ScenarioError, match="table stands beside"):
        load_scenario(written(tmp_path, rows, f"op: add, {beside}"))


def test_a_table_is_said_and_kept_with_its_scenario(icio: Economy, tmp_path: Path) -> None:
    path = written(
        tmp_path, "importer,exporter,product,rate\nUSA,IND,72,5%\nUSA,IND,84,15%\n", "op: add"
    )
    scenario = load_scenario(path)
    (text,) = scenario.sentences(icio)
    assert (
        "The United States adds between 5 and 15 percentage points to its tariff on 2 products of"
        in text
    )
    assert "rates.csv from India" in text
    assert list(scenario.texts) == [str(path), str(tmp_path / "rates.csv")]


def test_codes_of_no_edition_and_rates_out_of_range_are_told_at_once() -> None:
    text = "exporter,product,rate\nIND,852520,5%\nCHN,8525,1500%\nIND,8525,5%\nIND,8525,6%\n"
    with pytest.raises(ScenarioError) as wrong:
        read_rates(text, "t.csv", None, ["importer"])
    lines = str(wrong.value).split("\n")
    assert [line.split(":")[1] for line in lines] == ["2", "3", "5"]
