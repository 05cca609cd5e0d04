"""Buyers whom bans leave without any supplier.

Fixed spending shares (or, in the short run, nearly fixed proportions) give a good that cannot be had an infinite price.
Where the baseline spending on it is small, the good is taken out of the buyer's basket and recipes, and a note says so;
where it is large there is no equilibrium that the model could describe, and the shock is refused.
"""

from __future__ import annotations

import numpy as np

from paxsilica.economy import Economy, Note, Shock
from paxsilica.errors import ShockError
from paxsilica.model.calibration import without_trade

SMALL = 0.01
"""Share of a region's expenditure up to which a good that cannot be had any more is taken out of its basket."""


def both_ways(shock: Shock, deficits: str) -> Shock:
    """The same shock, closing also the other direction of regions that can only import, or only export, nothing for it.

    Where trade must balance, sales that buy nothing end: the wage would rise until nobody abroad pays it.
    """
    economy = shock.economy
    no_imports, no_exports = without_trade(economy, shock)
    if not (no_imports | no_exports).any():
        return shock
    held = np.zeros_like(economy.deficit) if deficits == "balanced" else economy.deficit
    small = 1e-9 * economy.flows.sum((1, 2))
    alone = (no_imports & ~(held < -small)) | (no_exports & ~(held > small))
    if not alone.any():
        return shock
    closed = (alone[:, None] | alone[None, :]) & ~np.eye(len(alone), dtype=bool)
    permitted = np.where(closed[:, :, None], 0.0, shock.permitted)
    return Shock(economy, **shock.given | {"permitted": permitted})


def without_severed(shock: Shock) -> Shock:
    """The same shock on an economy without the purchases that no supplier can serve any more.

    Raises:
        ShockError: such a purchase is more than 1 % of a region's expenditure.
    """
    economy = shock.economy
    if not shock.banned.any():
        return shock
    starved = np.asarray(~((economy.shares > 0) & ~shock.banned).any(1))
    if not starved.any():
        return shock
    lost = np.where(starved, economy.expenditure, 0.0)
    share = lost / economy.expenditure.sum(1, keepdims=True)
    if share.max() > SMALL:
        n, j = np.unravel_index(int(np.argmax(share)), share.shape)
        raise ShockError(
            f"the bans leave {economy.region_name(economy.regions[n])} without any supplier of "
            f"{economy.sector_name(economy.sectors[j])} ({economy.sectors[j]}), {share.max():.1%} of its spending, and "
            "the model has no price for doing without; ban a share below 100% or leave one supplier"
        )
    return Shock(_without(economy, starved, lost), **shock.given)


def _without(economy: Economy, starved: np.ndarray, lost: np.ndarray) -> Economy:
    flows = np.where(starved[:, None, :], 0.0, economy.flows)
    smaller = np.divide(flows.sum(0), economy.output, out=np.ones_like(economy.output), where=economy.output > 0)
    inputs = np.where(starved[:, :, None], 0.0, economy.inputs) * smaller[:, None, :]
    cells = [f"{economy.regions[n]} {economy.sectors[j]}" for n, j in np.argwhere(starved & (lost > 0))]
    named = ", ".join(cells[:6]) + (f" and {len(cells) - 6} more" if len(cells) > 6 else "")
    text = (
        f"the bans leave no supplier of: {named}; these purchases are taken out of the baseline, so the harm of doing "
        "without them is not counted; the size is the spending on them"
    )
    return economy.replace(
        flows=flows, inputs=inputs, notes=(*economy.notes, Note("goods_that_cannot_be_had", text, float(lost.sum())))
    )
