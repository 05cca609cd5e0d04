"""The market of the United States by product: its imports of 2024 by customs code and partner, and the duties on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from paxsilica.economy import Array
from paxsilica.names.places import members_of_group
from paxsilica.policy.law.book import book, known
from paxsilica.policy.law.duties import charged
from paxsilica.policy.law.tables import UNION, customs_lines, detailed, taxed_sectors

TO_SIX = 10**4
"""From a line of ten digits to its code of six."""


class OneMarket(NamedTuple):
    """One market by product: what an exporter and its rivals sell there, and the duties on both, decimals.

    Attributes:
        codes: HS codes of six digits. sectors: `[k]` of each. supplier, rivals: `[h, k]` million USD, by importer.
        tariff, new_tariff: `[h, k]` on the exporter. rivals_tariff, rivals_new: `[h, k]` on its rivals, by what they sell.
        title: whose trade it is.
    """

    codes: tuple[str, ...]
    sectors: tuple[str, ...]
    supplier: Array
    rivals: Array
    tariff: Array
    new_tariff: Array
    rivals_tariff: Array
    rivals_new: Array
    title: str


def partner_of(exporters: Sequence[str]) -> str:
    """The partner of US customs that the exporters are: a country with detail by line, or the EU as a whole; else none."""
    if {*exporters} == {*members_of_group(UNION)}:
        return UNION
    alone = len(exporters) == 1 and exporters[0] in detailed().partners
    return exporters[0] if alone else ""


def us_market(
    partner: str,
    law: tuple[date, str] | None,
    rises: Mapping[str, tuple[float, float]],
    sectors: Sequence[str],
) -> OneMarket:
    """What the United States buys of each product of some sectors, and the duties of before 2025 and with the hit.

    Args:
        partner: of `partner_of`. law: day and variant of the US law, whose duties are known by line; None: a hit by sector.
        rises: sector -> points that a hit by sector adds, on the partner and on its rivals.
    """
    flows = detailed()
    variant = law[1] if law else "effective"
    before, ours = charged(flows, book(variant), known()[0]), flows.sold_by([partner])
    if law:
        after = charged(flows, book(variant), law[0])
    else:
        points = np.array([rises.get(sector, (0.0, 0.0)) for sector in taxed_sectors()])
        after = before + points[flows.sector, np.where(ours, 0, 1)]
    counts = np.isin(np.array(taxed_sectors())[flows.sector], list(sectors)) & (ours | flows.once)
    codes, code = np.unique(customs_lines()[flows.line[counts]] // TO_SIX, return_inverse=True)
    usd, ours, sector = flows.usd[counts] / 1e6, ours[counts], flows.sector[counts]
    before, after = before[counts], after[counts]

    def summed(x: Array) -> Array:
        return np.asarray(np.bincount(code, x, len(codes)), dtype=float)[None]

    def mean(rate: Array, who: Array) -> Array:
        whole = summed(usd * who)
        return np.divide(summed(usd * who * rate), whole, out=np.zeros_like(whole), where=whole > 0)

    # the sector of a code is that of its largest flow
    of_code, order = np.zeros(len(codes), dtype=int), np.argsort(usd, kind="stable")
    of_code[code[order]] = sector[order]
    us, them = ours.astype(float), (~ours).astype(float)
    return OneMarket(
        codes=tuple(f"{number:06d}" for number in codes.tolist()),
        sectors=tuple(taxed_sectors()[at] for at in of_code),
        supplier=summed(usd * us),
        rivals=summed(usd * them),
        tariff=mean(before, us),
        new_tariff=mean(after, us),
        rivals_tariff=mean(before, them),
        rivals_new=mean(after, them),
        title="imports of the United States in 2024, US Census Bureau, HS 2022",
    )
