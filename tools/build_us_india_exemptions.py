"""Write examples/us-india-exemptions.yaml: the additional 50 points on India, less what is exempt, by sector.

    python tools/build_us_india_exemptions.py --shared ../shared

For each sector, the rate is 50 points times the share of the United States' 2024 imports from India (US Census, HS10)
that is not on the list of exempt products. The same tables always give the same file.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from us_trade import sector_of

ADDITIONAL = 50.0
"""Percentage points: 25 of Executive Order 14326 and 25 of Executive Order 14329."""

ALIGNED_PARTNERS_ONLY = ("7102", "7103", "88")
"""Diamonds, gemstones, aircraft and their parts. The list holds them because Executive Order 14346 (5 September 2025)
lets partners with a trade agreement have them free of duty; India was not one while the 50 points stood."""

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "us-india-exemptions.yaml"

HEADER = """\
# What it asks: what do the two additional US duties on India do, counting what is exempt from them?
#
# Facts. Executive Order 14326 of 31 July 2025 set India's reciprocal duty at 25 % from 7 August 2025; Executive Order
# 14329 of 6 August 2025 added 25 points over purchases of Russian oil from 27 August 2025 and was lifted on 7 February
# 2026. Both exempt listed products, among them medicines, phones, computers, chips, fuels and some minerals.
#
# How the rates were made (tools/build_us_india_exemptions.py writes this file; do not edit it by hand):
#   rate = 50 points x (1 - exempt share), where the exempt share is that of US imports from India in 2024, by HS10.
#   Of {total:,.0f} million USD, {exempt:,.0f} ({share:.1%}) were exempt.
#   - Customs lines of chapters 98 and 99 (goods returned, low value) count on neither side.
#   - Diamonds, gemstones and aircraft count as dutiable: the list holds them for partners with a trade agreement.
#   - The list is cumulative (food exempted in November 2025 is in it) and wide for machinery: it exempts too much
#     rather than too little, so these rates err on the low side, as a flat 50 % errs on the high side.
#
# What it does not model: the choice of goods inside a sector, where trade shifts to what is exempt; and the duties of
# Section 232 on steel, aluminium, copper, vehicles and their parts, which replace these two: they are treated here at
# the same additional rate as everything else.
schema: paxsilica/scenario@1
title: Additional US duties of 50 points on India, with exemptions, by sector
source:
  - url: https://www.whitehouse.gov/presidential-actions/2025/07/further-modifying-the-reciprocal-tariff-rates/
    title: Executive Order 14326, Further Modifying the Reciprocal Tariff Rates
    published: 2025-07-31
  - url: https://www.federalregister.gov/documents/2025/08/11/2025-15267/addressing-threats-to-the-united-states-by-the-government-of-the-russian-federation
    title: Executive Order 14329, Addressing Threats to the United States by the Government of the Russian Federation
    published: 2025-08-06
  - title: US imports by HS10 and partner, 2024
    publisher: US Census Bureau
  - title: Products exempt from the IEEPA duties, and crosswalk from HS10 to GTAP (tariff rate tracker)
    publisher: The Budget Lab at Yale
baseline: icio2022
measures:
"""

MEASURE = """\
  # {sector}: imports of {imports:,.1f} million USD in 2024, {share:.1%} of them exempt
  - {{id: additional-{sector}, kind: tariff, importer: [USA], exporter: [IND], sector: [{sector}],
     op: add, rate: {rate:.2f}%, from: 2025-08-27, until: 2026-02-06}}
"""

FOOTER = """\
assumptions: {horizon: long_run, deficits: fixed_share, revenue: lump_sum}
not_modelled:
  - shifts inside a sector from dutiable to exempt goods
  - duties of Section 232, which replace the additional duties on steel, aluminium, copper and vehicles
  - goods that were on the water when the duties began
  - any answer by India
"""


@dataclass(frozen=True)
class Imports:
    """US imports of one sector from India, million USD."""

    sector: str
    imports: float
    exempt: float

    @property
    def share(self) -> float:
        return self.exempt / self.imports

    @property
    def rate(self) -> float:
        """Additional duty, percentage points, to two decimals."""
        return round(ADDITIONAL * (1.0 - self.share), 2)


def is_exempt(hs10: str, listed: set[str]) -> bool:
    """Whether a customs line of 2024 is on the list. Exemptions are by HS8, which the list shows as eight digits and
    `00`; the last two digits alone were renumbered between 2024 and the list."""
    return (hs10 in listed or hs10[:8] + "00" in listed) and not hs10.startswith(
        ALIGNED_PARTNERS_ONLY
    )


def read_imports(folder: Path) -> list[Imports]:
    """Imports and exempt imports by sector, in the order of sector codes."""
    lines = pd.read_parquet(folder / "us_imports_hs10_2024_51partners.parquet")
    lines = lines[lines.CTY_NAME == "INDIA"].sort_values("HS10")
    crosswalk = pd.read_csv(folder / "hs10_gtap_crosswalk.csv", dtype=str, keep_default_na=False)
    listed = set(pd.read_csv(folder / "ieepa_exempt_products.csv", dtype=str).hts10.str[:10])
    gtap = dict(zip(crosswalk.hs10, crosswalk.gtap_code, strict=True))
    totals: dict[str, list[float]] = {}
    for hs10, usd in zip(lines.HS10, lines.imports, strict=True):
        sector = sector_of(hs10, gtap[hs10])
        if sector is not None and sector != "SERV":
            total = totals.setdefault(sector, [0.0, 0.0])
            total[0] += usd / 1e6
            total[1] += usd / 1e6 * is_exempt(hs10, listed)
    return [Imports(sector, *totals[sector]) for sector in sorted(totals)]


def render(sectors: list[Imports]) -> str:
    """The scenario file as text."""
    total, exempt = sum(s.imports for s in sectors), sum(s.exempt for s in sectors)
    parts = [HEADER.format(total=total, exempt=exempt, share=exempt / total)]
    for s in sectors:
        if s.rate > 0:
            parts.append(
                MEASURE.format(sector=s.sector, imports=s.imports, share=s.share, rate=s.rate)
            )
        else:
            parts.append(
                f"  # {s.sector}: all of {s.imports:,.2f} million USD is exempt, so no measure\n"
            )
    return "".join([*parts, FOOTER])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--shared", type=Path, required=True, help="folder that holds data/us_tariffs"
    )
    folder = parser.parse_args().shared / "data" / "us_tariffs"
    EXAMPLE.write_text(render(read_imports(folder)), encoding="utf-8")
    print(f"wrote {EXAMPLE}")


if __name__ == "__main__":
    main()
