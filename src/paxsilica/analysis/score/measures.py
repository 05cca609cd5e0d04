"""How well predicted changes fit measured ones: slopes, correlations, errors, directions. Every change is a log change."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from paxsilica.checks import Array, Bool

REDRAWN = 1000
"""Times that the partners are drawn anew, with replacement."""

INTERVAL = (0.025, 0.975)
FEW_PARTNERS = 5
"""With fewer there is nothing to draw from: no interval."""

FAR = 0.05
"""Log change from the mean of its sector beyond which a prediction has said a direction."""

NEVER_SET_ASIDE = ("CHN", "TWN")


class Fit(NamedTuple):
    """Slope of measured on predicted changes and their correlation, each with the ends of its 95 % interval."""

    slope: float
    correlation: float
    slope_ends: tuple[float, float]
    correlation_ends: tuple[float, float]


def fitted(
    predicted: Array,
    measured: Array,
    weight: Array,
    groups: Sequence[str],
    partners: Sequence[str],
    seed: int,
) -> Fit:
    """Weighted least squares of measured on predicted changes, each less the weighted mean of its group.

    The interval is of a bootstrap over partners (Cameron, Gelbach and Miller 2008, their pairs cluster bootstrap): whole
    partners are drawn with replacement, means of groups are taken anew in every draw, and the ends are its 2.5 and 97.5 %.

    Args:
        predicted, measured, weight: `[c]`. groups: `[c]`, all alike for one mean. partners: `[c]`, who are drawn.
    """
    group, partner = (
        np.unique(np.array(of, dtype=str), return_inverse=True)[1] for of in (groups, partners)
    )
    several = int(partner.max()) + 1
    x, y, w = predicted, measured, weight
    sums = np.zeros((several, int(group.max()) + 1, 6))
    terms = np.stack([w, w * x, w * y, w * x * x, w * x * y, w * y * y], axis=-1)
    np.add.at(sums, (partner, group), terms)
    slope, correlation = _of_sums(sums.sum(0)[None])
    none = (np.nan, np.nan)
    if several < FEW_PARTNERS:
        return Fit(float(slope[0]), float(correlation[0]), none, none)
    drawn = np.random.default_rng(seed).multinomial(
        several, np.full(several, 1 / several), size=REDRAWN
    )
    again = _of_sums(np.einsum("dp,pgk->dgk", drawn, sums))
    ends = [_interval_ends(of) for of in again]
    return Fit(float(slope[0]), float(correlation[0]), ends[0], ends[1])


def _of_sums(sums: Array) -> tuple[Array, Array]:
    """`[d]` slopes and correlations of `[d, g, 6]` weighted sums; NaN where nothing varies."""
    w, x, y, xx, xy, yy = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(w > 0, 1 / w, 0.0)
        squares = [(xx, x, x), (xy, x, y), (yy, y, y)]
        sxx, sxy, syy = ((ab - a * b * share).sum(1) for ab, a, b in squares)
        varies = (sxx > 1e-12 * xx.sum(1)) & (sxx > 0)
        sxx = np.where(varies, sxx, np.nan)
        return sxy / sxx, sxy / np.sqrt(sxx * np.where(syy > 0, syy, np.nan))


def _interval_ends(values: Array) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not known.size:
        return np.nan, np.nan
    low, high = np.quantile(known, INTERVAL)
    return float(low), float(high)


def mean_error(predicted: Array, measured: Array, weight: Array) -> float:
    """Weighted mean of the absolute difference."""
    return float(np.average(np.abs(measured - predicted), weights=weight))


def share_of(right: Bool, weight: Array) -> float:
    """Share of the weight for which something holds; NaN without weight."""
    whole = weight.sum()
    return float(weight[right].sum() / whole) if whole > 0 else float("nan")


def less_means(change: Array, weight: Array, groups: Sequence[str]) -> Array:
    """`[c]` changes less the weighted mean of their group."""
    _, at = np.unique(np.array(groups, dtype=str), return_inverse=True)
    mean = np.bincount(at, weight * change) / np.bincount(at, weight)
    return np.asarray(change - mean[at])


def directions(
    predicted: Array, measured: Array, weight: Array, sectors: Sequence[str]
) -> tuple[float, float]:
    """Share of value on which a cell that was predicted more than `FAR` from the mean of its sector went to that side of
    the measured mean; and the share of all value that such cells have."""
    said, went = (less_means(of, weight, sectors) for of in (predicted, measured))
    far = np.abs(said) > FAR
    return share_of((said * went > 0)[far], weight[far]), share_of(far, weight)


def set_aside(partners: Sequence[str]) -> tuple[str, ...]:
    """A third of the partners, never China or Taiwan: those whose codes have the lowest sha256.

    The number is a third of all partners, rounded down.
    """
    every = sorted({*partners})
    ranked = sorted(
        (one for one in every if one not in NEVER_SET_ASIDE),
        key=lambda one: sha256(one.encode()).hexdigest(),
    )
    return tuple(ranked[: len(every) // 3])
