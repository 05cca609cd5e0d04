"""How trade grows with two economies alone, and how wide the fan around that is.

Frictionless gravity with unit elasticities (Anderson and van Wincoop 2003, equation 9 with its term of trade costs held):
trade of a and b moves with Y_a Y_b / Y_world, nominal, in USD. Between groups every pair of regions grows for itself:

    G(t) = sum_ab w_ab y_a(t) y_b(t) / y_W(t),   w_ab shares of the baseline's trade, y growth of GDP since the base period

The fan is the error that earlier vintages made of this very G, in logs: log G(outcome) - log G(forecast).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paxsilica.data.outlook import Forecasts, MemberPositions, Outlook
from paxsilica.economy import Array

YEARS_AHEAD = (0, 1, 2, 3)
"""Years after a vintage's own for which there are outcomes."""

OWN_WEIGHT = 0.5
"""Weight of the pair's own errors, which are few; that of the errors of all pairs, by their trade, is the rest."""

QUANTILES = {"5": -1.6448536269514722, "25": -0.6744897501960817, "50": 0.0}
QUANTILES |= {str(100 - int(q)): -z for q, z in QUANTILES.items() if z}
"""Per cent -> standard normal quantile: the ends of the bands of 90 and of 50 %, and the median."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Who trades with whom: positions among regions of the outlook, and how much.

    Attributes:
        members: of each region. a, b: `[p]` positions of the two sides. weights: `[p]` sum to one.
    """

    members: MemberPositions
    a: NDArray[np.integer[Any]]
    b: NDArray[np.integer[Any]]
    weights: Array

    def product(self, growth: Array) -> Array:
        """`[..., p]` growth of Y_a Y_b / Y_W of growth factors `[..., r + 1]`, the world's last."""
        found: Array = growth[..., self.a] * growth[..., self.b] / growth[..., -1:]
        return found


@dataclass(frozen=True, eq=False)
class Fan:
    """How wide forecasts missed, in logs.

    Attributes:
        after: years after a vintage's own year at which its growth begins; -1 is the last year that it took for known.
        ahead: years after it in which growth ends. counted: errors of the pair there.
        own, pooled: root mean square of the pair's errors, and of those of all pairs, weighted by trade.
        width: what is used: root mean square of all these errors, the pair's own at `OWN_WEIGHT` of the weight; never less
            than a year earlier, since what is not known of a year is not known better of a later one.
    """

    issued: int
    after: float
    ahead: tuple[int, ...]
    counted: tuple[int, ...]
    own: Array
    pooled: Array
    width: Array

    def of(self, errors: Array) -> Fan:
        """The fan that other errors make, `own` or `pooled`."""
        return replace(self, width=_widening(errors))

    def deviation(self, time: float) -> float:
        """Standard deviation of log trade at a time; between two years its square is on the line between theirs.

        Beyond the last year with outcomes the variance grows in proportion to the time since growth begins, as that of a
        random walk does.
        """
        ahead, last = time - self.issued, self.ahead[-1]
        if ahead > last:
            return float(self.width[-1]) * math.sqrt((ahead - self.after) / (last - self.after))
        known = [self.after, *self.ahead], [0.0, *self.width**2]
        return math.sqrt(float(np.interp(ahead, *known)))


def trade_growth(
    outlook: Outlook, pairs: Pairs, first: float, last: float
) -> tuple[float, tuple[str, ...]]:
    """The factor by which trade grows, and the countries without a forecast. Raises InputError: as `Outlook.growth`."""
    found = outlook.growth(pairs.members, first, last)
    factor = pairs.product(np.append(found.regions, found.world)) @ pairs.weights
    return float(factor), found.left_out


def fan_of(outlook: Outlook, pairs: Pairs, everybody: Pairs, base: float) -> Fan:
    """The fan of trade whose base period ends at a time.

    Args:
        everybody: all pairs of single economies, from whose errors the pooled ones are.
    """
    after = max(base - outlook.issued, -1.0)
    ahead = tuple(year for year in YEARS_AHEAD if year > after)
    own, pooled, counted = [], [], []
    for year in ahead:
        forecasts = outlook.forecasts(pairs.members, after, year)
        missed = _missed(pairs, forecasts)
        counted.append(len(missed))
        own.append(math.sqrt(float((missed**2).mean())) if missed.size else math.nan)
        pooled.append(_pooled_error(everybody, outlook.forecasts(everybody.members, after, year)))
    one, every = np.array(own), np.array(pooled)
    known = np.where(np.isfinite(one), one, every)
    width = _widening(np.sqrt(OWN_WEIGHT * known**2 + (1 - OWN_WEIGHT) * every**2))
    return Fan(outlook.issued, after, ahead, tuple(counted), known, every, width)


def _widening(errors: Array) -> Array:
    found: Array = np.maximum.accumulate(errors)
    return found


def quantiles(median: ArrayLike, deviation: ArrayLike) -> Array:
    """`[q, t]` of trade whose log is normal around a median."""
    z = np.array([*QUANTILES.values()])[:, None]
    found: Array = np.asarray(median) * np.exp(z * np.asarray(deviation))
    return found


def probability(median: float, deviation: float, goal: float) -> float:
    """That trade whose log is normal around a median is at least a goal."""
    if not deviation:
        return float(median >= goal)
    return 0.5 * math.erfc(math.log(goal / median) / (deviation * math.sqrt(2)))


def _missed(pairs: Pairs, forecasts: Forecasts) -> Array:
    """`[v]` log of the outcome over the forecast of the trade of all pairs together."""
    outcome, forecast = (
        pairs.product(growth) @ pairs.weights for growth in (forecasts.outcome, forecasts.forecast)
    )
    missed: Array = np.log(outcome / forecast)
    return missed[np.isfinite(missed)]


def _pooled_error(everybody: Pairs, forecasts: Forecasts) -> float:
    """Root mean square of the errors of each pair for itself, weighted by trade."""
    with np.errstate(invalid="ignore", divide="ignore"):
        missed = np.log(
            everybody.product(forecasts.outcome) / everybody.product(forecasts.forecast)
        )
    known = np.isfinite(missed)
    weights = np.broadcast_to(everybody.weights, missed.shape)[known]
    return math.sqrt(float(np.average(missed[known] ** 2, weights=weights)))
