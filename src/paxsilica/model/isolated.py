"""Regions and buyers whom bans cut off."""

from __future__ import annotations

import math

import numpy as np

from paxsilica.errors import ShockError
from paxsilica.model.calibration import trade_links, without_trade
from paxsilica.model.params import Params
from paxsilica.shock import Shock


def solvable(shock: Shock, params: Params) -> Shock:
    """The shock as it is solved: with what bans close for it, too.

    Raises:
        ShockError: bans leave a purchase that nothing stands in for.
    """
    shock = both_ways(shock, params.deficits)
    if math.isinf(params.backstop_cost):
        refuse_starved(shock)
    return shock


def both_ways(shock: Shock, deficits: str) -> Shock:
    """The same shock, closing also the other direction of regions that can only import, or only export, nothing for it.

    Where trade must balance, sales that buy nothing end: the wage would rise until nobody abroad pays it. A region that
    this closes may have been another's only partner, so the question is asked again until nothing more closes.
    """
    economy, small = shock.economy, trade_links(shock.economy).rounding
    held = 0.0 if deficits == "balanced" else economy.deficit
    sectors = np.arange(len(economy.sectors))
    while True:
        no_imports, no_exports = without_trade(shock)
        alone = (no_imports & ~(held < -small)) | (no_exports & ~(held > small))
        alone &= ~(no_imports & no_exports)
        if not alone.any():
            return shock
        n, i = np.nonzero((alone[:, None] | alone) & ~np.eye(len(alone), dtype=bool))
        shock = shock.changed("permitted", (n[:, None], i[:, None], sectors), 0.0)


def refuse_starved(shock: Shock) -> None:
    """Raises ShockError where bans leave a purchase without any supplier, for a model without backstops.

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
            "backstop_cost=inf has no price for doing without; give backstop_cost a finite value, 100 is the default"
        )
