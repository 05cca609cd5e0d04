"""The packaged tables are what their tool makes of the raw files, and hold what they should."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from law_tools import BUILD, tool

from paxsilica.policy.law.book import all_entries
from paxsilica.policy.law.tables import MEMBERS, TABLES, codes_of, detailed, table


def test_the_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in TABLES.iterdir()) < 4e6


def test_the_packaged_tables_are_what_the_tool_makes(shared: Path) -> None:
    for name, built in tool(BUILD).tables(shared).items():
        pd.testing.assert_frame_equal(
            built.reset_index(drop=True), table(name), check_dtype=False, obj=name
        )


def test_imports_add_up_to_those_of_the_raw_files(shared: Path) -> None:
    raw = pd.read_parquet(shared / "us_tariffs" / "us_imports_hs10_2024_51partners.parquet")
    flows = detailed()
    assert len(flows.partners) == 51
    assert flows.usd.sum() == pytest.approx(raw.imports.sum(), rel=1e-6)
    totals = pd.read_csv(shared / "us_tariffs" / "us_tariff_by_country_hs2_sep2025.csv")
    all_partners = totals[totals.partner != "EUROPEAN UNION"].imports_2024_usd.sum()
    single = table("us_imports_2024")
    alone = single[~single.partner.isin(["EU"])].usd.astype(float).sum()
    assert alone + table("us_chapters_2024").usd.astype(float).sum() == pytest.approx(
        all_partners, rel=1e-3
    )
    assert MEMBERS - {"SVK"} <= set(table("us_chapters_2024").partner)


def test_paid_groups_add_up_to_all_imports(shared: Path) -> None:
    raw = pd.read_parquet(
        shared / "us_trade_monthly" / "us_imports_naics_by_country_monthly.parquet"
    )
    whole = raw[(raw.naics == "00") & (raw.country == "TOTAL FOR ALL COUNTRIES")]
    november = float(whole[whole.time == "2025-11-01"].imports.iloc[0])
    paid = table("us_paid")
    some = paid[(paid.month == "2025-11") & ~paid.partner.isin(MEMBERS)].imports.sum()
    assert 0.85 * november < some < november  # the partners that are named, the Union once
    assert paid.partner.nunique() == 31


def test_every_packaged_list_is_used() -> None:
    named = {name for e in all_entries() for name in (*e.goods, *e.except_)}
    assert named == set(table("us_lists").list.unique())
    assert all(code.isdigit() and 2 <= len(code) <= 10 for name in named for code in codes_of(name))
