"""The packaged outcomes against the raw table and another extract of it, and the usual changes against sums written out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from paxsilica.data.outcomes import (
    AUTUMN_2025,
    LEAST_AFTER,
    LEAST_BEFORE,
    UsualChanges,
    usual_changes,
    world_growth,
)
from paxsilica.data.outlook import packaged_outlook
from paxsilica.data.sources import PACKAGED

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(shared, tmp_path_factory) -> tuple[Path, str]:
    """What the tool writes, and what it prints."""
    out = tmp_path_factory.mktemp("built")
    code = [sys.executable, str(ROOT / "tools" / "build_outcomes.py"), "--out", str(out)]
    done = subprocess.run(
        [*code, "--shared", str(shared.parent)], capture_output=True, check=True, text=True
    )
    return out, done.stdout


@pytest.fixture(scope="module")
def autumns(shared) -> pd.DataFrame:
    """Imports of single codes by country and year, September to November, million."""
    path = shared / "us_trade_monthly" / "us_imports_naics_by_country_monthly.parquet"
    raw = pd.read_parquet(path)
    raw = raw[raw.time.dt.month.between(9, 11)]
    keys = [raw.country.astype(str), raw.naics.astype(str), raw.time.dt.year]
    return raw.groupby(keys)[["imports", "duty"]].sum() / 1e6


def test_the_tables_are_what_the_tool_builds(built):
    for name in ("us_imports_autumn_2025.csv", "us_import_changes.csv"):
        assert (built[0] / name).read_text("utf-8") == (PACKAGED / name).read_text("utf-8")


def test_outcomes_are_those_of_another_extract(shared):
    """The extract was made before and by other code; its labels name one sector of each group."""
    other = pd.read_parquet(shared / "backtest_us_2025" / "actual.parquet")
    ours = pd.read_csv(AUTUMN_2025)
    ours["g"] = ours.sector.str.partition("+")[0]
    both = ours.merge(other, left_on=["partner", "g"], right_on=["iso", "g"], how="left")
    assert len(both) == len(ours)
    pairs = {"before": "imports_a", "after": "imports_b", "duty_before": "duty_a"}
    for mine, theirs in (pairs | {"duty_after": "duty_b"}).items():
        assert both[mine].to_numpy() == pytest.approx(both[theirs].to_numpy() / 1e6, abs=1e-6)
    left = other[~other.set_index(["iso", "g"]).index.isin(ours.set_index(["partner", "g"]).index)]
    small = (left.imports_a <= 1e6 * LEAST_BEFORE) | ~(left.imports_b > 1e6 * LEAST_AFTER)
    assert small.all(), "what is left out is zero on one side, and small"


def test_flows_are_sums_of_their_codes(autumns):
    ours = pd.read_csv(AUTUMN_2025).set_index(["partner", "sector"])
    for partner, country in (("IND", "INDIA"), ("VNM", "VIETNAM")):
        for sector, codes in (("C13T15", ("313", "314", "315", "316")), ("C20+C21", ("325",))):
            of = [autumns.loc[(country, code, 2025)] for code in codes]
            here = ours.loc[(partner, sector)]
            assert here.after == pytest.approx(sum(one.imports for one in of), abs=1e-5)
            assert here.duty_after == pytest.approx(sum(one.duty for one in of), abs=1e-5)


def test_as_many_flows_count_as_the_specification_says():
    ours = pd.read_csv(AUTUMN_2025)
    assert ((ours.before > LEAST_BEFORE) & (ours.after > LEAST_AFTER)).sum() == 404
    assert (ours.partner.nunique(), ours.sector.nunique()) == (28, 20)
    assert (ours.duty_after < ours.after).all()
    assert ours.before.sum() == pytest.approx(650_000, rel=0.15), "most of 3.25 trillion a year"


def test_usual_changes_are_counted_on_years_before_2025(autumns):
    """One flow of one class, by hand: it is among the changes of that year, and 2025 is in none."""
    spec = (ROOT / "tools" / "build_outcomes.py").read_text(encoding="utf-8")
    assert "range(2017, 2024) if year not in (2019, 2020)" in spec
    table = usual_changes()
    assert table.above.tolist() == [30, 100, 300, 1000]
    assert np.abs(np.median(table.change, axis=1)) == pytest.approx(0, abs=0.01)
    assert (np.diff(table.change, axis=1) >= 0).all()


def test_a_flow_has_the_changes_of_its_class():
    table = UsualChanges(np.array([30.0, 100.0]), np.array([[-2.0, 2.0], [-1.0, 1.0]]))
    found = table.of(np.array([5.0, 31.0, 100.0, 101.0, 1e6]))
    assert found[:, 1].tolist() == [2, 2, 2, 1, 1]


def test_coverage_before_2025_is_what_the_docs_say(built):
    """Rows of docs/score.md against what the tool prints."""
    page = (ROOT / "docs" / "score.md").read_text(encoding="utf-8")
    said = re.findall(r"^\| ([\d, ]+) \| (\d+) \| (\d+) % \| (\d+) % \|", page, re.M)
    assert said == re.findall(r"^([\d, ]+) \| (\d+): (\d+) (\d+)$", built[1], re.M)
    assert len(said) == 8
    means = [round(np.mean([int(row[k]) for row in said[3:]])) for k in (2, 3)]
    assert f"the bands hold {means[0]} and {means[1]} % on average" in page


def test_world_income_grows_as_world_gdp():
    """Of the twelve months around the middle of October: .29 of the next year's GDP and .71 of the year's."""
    o = packaged_outlook()
    gdp = dict(zip(o.years, o.gdp[-1, o.countries.index("WLD")], strict=True))
    part = 9.5 / 12 - 0.5
    by_hand = ((1 - part) * gdp[2025] + part * gdp[2026]) / (
        (1 - part) * gdp[2024] + part * gdp[2025]
    )
    assert world_growth(2024 + 9.5 / 12, 2025 + 9.5 / 12) == pytest.approx(by_hand)
