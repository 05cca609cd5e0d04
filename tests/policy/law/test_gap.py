"""The tables of docs/policy.md: they are current, their steps add up, and what was paid is that of the raw file."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from law_tools import ROOT, tool

from paxsilica.policy.law import law_of
from paxsilica.policy.law.book import book
from paxsilica.policy.law.duties import added
from paxsilica.policy.law.tables import customs_lines, detailed

GAP = tool("us_law_gap")
PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
DAY = date(2025, 11, 1)


def short(month: str) -> dict[str, float]:
    """By goods group, points by which what was paid on Indian goods falls short of the law, older duties included."""
    its = GAP.groups_of("IND", month)
    missing = 100 * its.mix_now * (its.added + its.older - its.paid)
    return dict(zip(its.names, missing.tolist(), strict=True))


def test_the_tables_of_the_page_are_current() -> None:
    assert GAP.refreshed(PAGE) == PAGE, "docs/policy.md is stale: python tools/us_law_gap.py"


@pytest.mark.parametrize("partner", ["IND", "BRA", "JPN", "EU"])
def test_the_steps_from_headline_to_paid_add_up(partner: str) -> None:
    *parts, (_, paid) = GAP.steps(partner, DAY)
    assert sum(value for _, value in parts) == pytest.approx(paid, abs=1e-4)
    assert parts[0][1] == pytest.approx(law_of(DAY, "statutory").means([partner])[0])
    assert paid == pytest.approx(law_of(DAY, "paid").means([partner])[0])


def test_what_was_paid_more_than_a_year_before_is_that_of_the_raw_file(shared: Path) -> None:
    raw = pd.read_parquet(
        shared / "us_trade_monthly" / "us_imports_naics_by_country_monthly.parquet"
    )
    whole = raw[(raw.naics == "00") & (raw.country == "BRAZIL")].set_index("time")
    rate = 100 * whole.duty / whole.imports
    partners, _, paid = GAP.gaps()
    for at, month in enumerate(GAP.MONTHS):
        rise = rate[f"{month}-01"] - rate[f"2024-{month[5:]}-01"]
        assert paid[partners.index("BRA"), at] == pytest.approx(rise, abs=1e-3)


def test_the_mix_of_the_raw_industries_says_the_same(shared: Path) -> None:
    """The law at the mix of November by NAICS-3, with the industry of each customs line as the source has it."""
    raw = pd.read_parquet(
        shared / "us_trade_monthly" / "us_imports_naics_by_country_monthly.parquet"
    ).astype({"naics": str, "country": str})
    now = raw[(raw.country == "INDIA") & (raw.time == "2025-11-01") & (raw.naics != "00")]
    metals = pd.read_csv(
        shared / "us_tariff_rules_yale" / "metal_content_shares_bea_hs10.csv", dtype=str
    ).drop_duplicates("hs10")
    industry = metals.set_index("hs10").naics.str[:3]
    six = industry.groupby(industry.index.str[:6]).agg(lambda its: its.mode()[0])
    lines = pd.Series([f"{code:010d}" for code in customs_lines().tolist()])
    naics = lines.map(industry).fillna(lines.str[:6].map(six))
    flows = detailed()
    own = flows.partner == flows.partners.index("IND")
    rates = added(flows, book("effective"), date(2025, 11, 20))[own]
    table = pd.DataFrame(
        {
            "naics": naics.to_numpy()[flows.line[own]],
            "usd": flows.usd[own],
            "duty": rates * flows.usd[own],
        }
    )
    law = table.groupby("naics")[["usd", "duty"]].sum()
    by_industry = (law.duty / law.usd).reindex(now.naics).to_numpy()
    known = ~np.isnan(by_industry)
    mixed = np.average(by_industry[known], weights=now.imports[known])
    its = GAP.groups_of("IND", "2025-11")
    assert 100 * mixed == pytest.approx(100 * its.mix_now @ its.added, abs=0.6)


def test_what_the_page_says_of_india_is_what_is_counted() -> None:
    told = re.sub(r"\s+", " ", PAGE)
    lag = {
        month: -100 * GAP.steps("IND", date.fromisoformat(f"{month}-01"))[5][1]
        for month in ("2025-09", "2025-11")
    }
    assert (
        f"{lag['2025-11']:.1f} points are missing, where in September {lag['2025-09']:.1f} were"
        in told
    )
    missing, its = short("2025-11"), GAP.groups_of("IND", "2025-11")
    at = its.names.index("C26")
    assert f"{missing['C26']:.1f} points are computers and electronics" in told
    assert f"{100 * its.mix_now[at]:.0f} % of India's sales in that month" in told
    assert f"against {100 * its.mix[at]:.0f} % in 2024" in told
    assert (
        f"the law is {100 * its.added[at]:.0f} % at the mix of 2024, and {100 * its.paid[at]:.0f} % was paid"
        in told
    )
    rest = -100 * GAP.steps("IND", DAY)[6][1] - missing["C26"]
    assert f"What is left of the rest, {rest:.1f} points" in told
    means = [100 * float(law_of(DAY, v).means(["IND"])[0]) for v in ("effective", "paid")]
    assert f"come to {means[0]:.0f} %" in told
    assert f"paid that month was {means[1]:.0f} %" in told
