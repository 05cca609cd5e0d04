"""Small worlds in which governments meet."""

from __future__ import annotations

from typing import Any

import numpy as np
from worlds import random_economy

from paxsilica.analysis.negotiation.game import Government
from paxsilica.economy import Economy
from paxsilica.model import Outcome, Params, settled, solve

TIGHT = Params(deficits="balanced", tolerance=1e-12)
"""Without deficits, as Ossa (2014) has it: a country may else tax all its imports without end, since that makes the money
that it is lent worth more."""


def two_alike(abroad: float, theta: float) -> Economy:
    """Two equal countries, one sector, no inputs, no tariffs; `abroad` is the share of spending on the other."""
    flows = np.array([[1 - abroad, abroad], [abroad, 1 - abroad]])[:, :, None]
    return Economy.from_flows(["A", "B"], ["S"], flows, trade_elasticity=theta)


def small_and_large(size: float, theta: float) -> Economy:
    """A country of a share `size` of the world that spends half its income abroad, and the rest of the world."""
    trade = 0.5 * size
    flows = np.array([[size - trade, trade], [trade, 1 - size - trade]])[:, :, None]
    return Economy.from_flows(["A", "B"], ["S"], flows, trade_elasticity=theta)


def at_odds(seed: int = 1, **shape: Any) -> Outcome:
    """What stands in a random world with tariffs, inputs and unbalanced trade."""
    return solve(settled(random_economy(seed, **shape), TIGHT), params=TIGHT)


def alone(*names: str) -> tuple[Government, ...]:
    return tuple(Government(name, (name,)) for name in names)
