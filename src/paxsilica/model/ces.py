"""CES in levels: the arithmetic of `Outcome`, which checks the solver's own in logarithms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from paxsilica.economy import Array


def price_index(mean: Callable[..., Array], elasticity: float, *prices: Array) -> Array:
    """The CES price index of price changes; `mean` weighs them with baseline shares."""
    if elasticity == 1.0:
        return np.exp(mean(*map(np.log, prices)))
    power = 1 - elasticity  # expm1 and log1p keep every digit when the elasticity is close to one
    index: Array = np.exp(np.log1p(mean(*(np.expm1(power * np.log(x)) for x in prices))) / power)
    return index


def shifted(spent: Array, price: Array, index: Array | float, elasticity: float) -> Array:
    """Spending on one of several when its price changes against the index of all."""
    return spent if elasticity == 1.0 else spent * power(price / index, 1 - elasticity)


def power(base: Array, exponent: Array | float) -> Array:
    """base^exponent by exp and log, several times faster than numpy's.

    Off by |exponent log(base)| units of the last digit at most.
    """
    raised: Array = np.exp(exponent * np.log(base))
    return raised
