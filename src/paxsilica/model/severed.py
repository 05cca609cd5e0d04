"""Regions and buyers whom bans cut off."""

from __future__ import annotations

import numpy as np

from paxsilica.errors import ShockError
from paxsilica.model.calibration import without_trade
from paxsilica.shock import Shock


def both_ways(shock: Shock, deficits: str) -> Shock:
    """The same shock, closing also the other direction of regions that can only import, or only export, nothing for it.

    Where trade must balance, sales that buy nothing end: the wage would rise until nobody abroad pays it. A region that
    this closes may have been another's only partner, so the question is asked again until nothing more closes.
    """
    while (closed := _closed_both_ways(shock, deficits)) is not shock:
        shock = closed
    return shock


def _closed_both_ways(shock: Shock, deficits: str) -> Shock:
    economy = shock.economy
    no_imports, no_exports = without_trade(economy, shock)
    if not (no_imports | no_exports).any():
        return shock
    held = np.zeros_like(economy.deficit) if deficits == "balanced" else economy.deficit
    small = 1e-9 * economy.flows.sum((1, 2))
    alone = (no_imports & ~(held < -small)) | (no_exports & ~(held > small))
    alone &= ~(no_imports & no_exports)
    if not alone.any():
        return shock
    closed = (alone[:, None] | alone[None, :]) & ~np.eye(len(alone), dtype=bool)
    n, i = np.nonzero(closed)
    sectors = np.arange(len(economy.sectors))
    return shock.changed("permitted", (n[:, None], i[:, None], sectors), 0.0)


def refuse_starved(shock: Shock) -> None:
    """Raises ShockError where bans leave a purchase without any supplier, for a model without makeshifts.

    Spending shares that are fixed, or in the short run nearly fixed proportions, give such a good an infinite price.
    """
    economy = shock.economy
    if not shock.banned.any():
        return
    starved = ~((economy.shares > 0) & ~shock.banned).any(1)
    if starved.any():
        share = np.where(starved, economy.expenditure, 0.0) / economy.expenditure.sum(
            1, keepdims=True
        )
        n, j = np.unravel_index(int(np.argmax(share)), share.shape)
        raise ShockError(
            f"the bans leave {economy.region_name(economy.regions[n])} without any supplier of "
            f"{economy.sector_name(economy.sectors[j])} ({economy.sectors[j]}), {share.max():.1%} of its spending, and "
            "makeshift_cost=inf has no price for doing without; give makeshift_cost a finite value, 100 is the default"
        )
