"""Two bands that are never one: what the model does not know of the policy's effect, and what flows of a size do anyway.

The outcome band is both, taken as independent: every point of the first is added to every point of the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from paxsilica.checks import Array

BAND_POINTS = 39
"""Points of equal probability that stand for a policy band of two ends."""

TENTH = NormalDist().inv_cdf(0.9)
"""Standard deviations from the middle of a normal distribution to its 10 and 90 % quantiles."""

COVERED = {"50": (0.25, 0.75), "80": (0.1, 0.9)}
"""Per cent that a band should cover -> its quantiles."""


class SaidChange(NamedTuple):
    """What was said of cells, in log changes.

    Attributes:
        value, low, high: `[c]`; the ends are 10 and 90 % quantiles, or taken for them; NaN where none was given.
        draws: `[d, c]` of the same, where they are known; they stand in place of the ends.
    """

    value: Array
    low: Array
    high: Array
    draws: Array | None = None


def policy_points(said: SaidChange) -> Array:
    """`[c, p]` points of equal probability of the policy band: its draws, or two halves of normal distributions that meet
    in the value and have the ends as their 10 and 90 % quantiles; an end on the wrong side of it counts as the value.
    """
    if said.draws is not None:
        return np.asarray(said.draws.T)
    levels = (np.arange(BAND_POINTS) + 0.5) / BAND_POINTS
    z = np.array([NormalDist().inv_cdf(level) for level in levels]) / TENTH
    value = said.value[:, None]
    below, above = (
        np.maximum(np.nan_to_num(of), 0.0)[:, None]
        for of in (said.value - said.low, said.high - said.value)
    )
    return np.asarray(value + z * np.where(z < 0, below, above))


def outcome_bands(
    said: SaidChange, usual: Array, growth: float
) -> Mapping[str, tuple[Array, Array]]:
    """Per cent that it should cover -> low and high `[c]` of the outcome band.

    Args:
        usual: `[c, q]` points of equal probability of the usual change of each cell. growth: log change added to all.
    """
    points = policy_points(said)
    both = (points[:, :, None] + usual[:, None, :]).reshape(len(points), -1) + growth
    levels = sorted({level for ends in COVERED.values() for level in ends})
    found = dict(zip(levels, np.quantile(both, levels, axis=1, method="hazen"), strict=True))
    return {name: (found[low], found[high]) for name, (low, high) in COVERED.items()}


def covered(measured: Array, band: tuple[Array, Array]) -> Array:
    """`[c]` whether a band holds what was measured; NaN where there is no band."""
    low, high = band
    held = (low <= measured) & (measured <= high)
    return np.where(np.isfinite(low) & np.isfinite(high), held, np.nan)
