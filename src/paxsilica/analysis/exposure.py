"""Whom every region sells to and buys from abroad, and what: accounts of the baseline, with nothing solved."""

from __future__ import annotations

import numpy as np

from paxsilica.analysis.actors import world_of
from paxsilica.economy import Economy, abroad
from paxsilica.findings import Findings, block


def exposure(economy: Economy) -> Findings:
    """Trade across borders, services included, before the importer's tariff.

    `trade` of every pair, from `region` to `partner`; of each with the world as the other side, whole and by sector;
    `buyer_share`, % of the seller's exports, and `seller_share`, % of the buyer's imports (NaN of one without any).
    """
    e, world = economy, world_of(economy)
    sold = abroad(e.flows).transpose(1, 0, 2)
    pairs = sold.sum(2)
    sellers, buyers, sectors = {"region": e.regions}, {"partner": e.regions}, {"sector": e.sectors}
    exports, imports = pairs.sum(1), pairs.sum(0)
    with np.errstate(invalid="ignore"):
        of_exports, of_imports = 100 * pairs / exports[:, None], 100 * pairs / imports
    return Findings(
        (
            block("trade", pairs, sellers, buyers),
            block("trade", exports, sellers, partner=world),
            block("trade", imports, buyers, region=world),
            block("trade", sold.sum(1), sellers, sectors, partner=world),
            block("trade", sold.sum(0), buyers, sectors, region=world),
            block("buyer_share", of_exports, sellers, buyers),
            block("seller_share", of_imports, sellers, buyers),
        )
    )
