"""The indicators' formulas: pure functions over arrays, each with its paper and equation.

Shares lie between 0 and 1 and sum to 1; NaN means that there is nothing to take a share of.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paxsilica.economy import Array

Bools = NDArray[np.bool_]

WINDOW, LEAST = 3, 2
"""Years in a window, and years in it in which all criteria must hold (GeoDep, criterion 4)."""

BEST, WORST = 2.5, -2.5
"""Ends of the World Bank's governance estimate used for scaling; published values can lie slightly outside."""

UNKNOWN_INSTABILITY = 0.5
"""For a country without an estimate, the middle of the scale, as in geopolrisk-py."""


def shares(amounts: ArrayLike, axis: int = -1) -> Array:
    """Amounts over their sum along `axis`; NaN where the sum is zero. A NaN amount counts as nothing."""
    given = np.nan_to_num(np.asarray(amounts, dtype=float))
    return ratio(given, given.sum(axis, keepdims=True))


def ratio(part: ArrayLike, whole: ArrayLike) -> Array:
    """Part over whole, NaN where the whole is not positive."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))


def hhi(share: ArrayLike, axis: int = -1) -> Array:
    """Herfindahl-Hirschman index, sum of squared shares: from 1/n, equal suppliers, to 1, a single one."""
    return np.asarray(np.square(share).sum(axis))


def extra_share(extra: ArrayLike, intra: ArrayLike) -> Array:
    """Extra-area imports over extra- plus intra-area imports (SWD(2021) 352, CDI2); NaN where nothing is imported."""
    return ratio(extra, np.add(extra, intra))


def import_export_ratio(imports: ArrayLike, exports: ArrayLike) -> Array:
    """Extra-area imports over all exports of the area, intra-area ones included (SWD(2021) 352, CDI3; GeoDep 3).

    Infinite where nothing is exported (GeoDep writes 9999); NaN where nothing is imported either.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.divide(imports, exports))


def weakest(*criteria: tuple[Array, float]) -> Array:
    """Smallest of value over threshold: above 1 exactly where every criterion holds, and how far from failing."""
    ratios = np.broadcast_arrays(*(value / threshold for value, threshold in criteria))
    return np.asarray(np.min(ratios, axis=0))


def lasting(held: Bools) -> Bools:
    """Whether the criteria held in at least two of the three years that end with each (GeoDep, criterion 4).

    Args:
        held: `[..., year]`, consecutive years. A year without imports counts as one in which they did not hold.

    Returns:
        `[..., year - 2]`, one verdict for each complete window.
    """
    windows = np.lib.stride_tricks.sliding_window_view(held, WINDOW, axis=-1)
    return np.asarray(windows.sum(-1) >= LEAST)


def churn(dependent: Bools) -> Array:
    """`[year - 1]` share of what is dependent in one year that is no longer so in the next.

    Args:
        dependent: `[..., year]`. Vicard and Wibaux (2023, CEPII Policy Brief 41) find one in five EU products.
    """
    flat = dependent.reshape(-1, dependent.shape[-1])
    before, dropped = flat[:, :-1].sum(0), (flat[:, :-1] & ~flat[:, 1:]).sum(0)
    return ratio(dropped, before)


def instability(estimate: ArrayLike) -> Array:
    """Political instability on 0..1 from the World Bank's estimate: (2.5 - estimate) / 5, clipped.

    This is how the normalised file of geopolrisk-py follows from the estimate; it fills gaps there with 0, the safest
    value, where a gap here stays NaN.
    """
    return np.clip(np.subtract(BEST, estimate) / (BEST - WORST), 0.0, 1.0)


def import_reliance(imports: ArrayLike, exports: ArrayLike, production: ArrayLike) -> Array:
    """IR = (imports - exports) / (domestic production + imports - exports), between 0 and 1, in one unit.

    European Commission (2017), and the trade exposure TE of Nassar et al. (2020) without changes of stocks. Zero for a
    net exporter that produces; NaN where neither production nor net imports are positive: who produces nothing and
    sells on what it imports has no domestic supply to compare with.
    """
    bought = np.maximum(np.subtract(imports, exports), 0.0)
    return ratio(bought, np.add(production, bought))


def governed_hhi(
    share: ArrayLike, risk: ArrayLike, trade: ArrayLike = 1.0, axis: int = -1
) -> Array:
    """HHI_WGI,t = sum over c of S_c^2 WGI_c t_c, on 0..10 (European Commission 2017, supply risk).

    Args:
        share: S_c of world production, or of actual sourcing: imports by origin and domestic production.
        risk: WGI_c, 0..10, high is bad: 10 times `instability`. The Commission scales the mean of the six indicators;
            of political stability alone values are comparable among materials, not with the Commission's.
        trade: t_c, restrictions and agreements; 1 is neither, below 1 a trade agreement, above 1 a restriction.
    """
    return np.asarray((np.square(share) * np.multiply(risk, trade)).sum(axis))


def supply_risk(
    world: ArrayLike,
    sourcing: ArrayLike,
    reliance: ArrayLike,
    recycling: ArrayLike = 0.0,
    substitution: ArrayLike = 1.0,
) -> Array:
    """SR = [HHI_GS IR/2 + HHI_EU (1 - IR/2)] (1 - EoL_RIR) SI_SR; critical from 1 (European Commission 2017).

    Args:
        world: HHI_GS, `governed_hhi` of world production.
        sourcing: HHI_EU, `governed_hhi` of actual sourcing. NaN where it is unknown: the world's stands in for it, as
            in the Commission's assessments on global supply alone.
        reliance: IR, `import_reliance`.
        recycling: EoL_RIR, end-of-life recycling input rate, decimal.
        substitution: SI_SR, 1 is no substitute.
    """
    half = np.divide(reliance, 2.0)
    mixed = np.multiply(world, half) + np.multiply(sourcing, 1.0 - half)
    mixed = np.where(np.isnan(sourcing), world, mixed)
    return np.asarray(mixed * np.subtract(1.0, recycling) * substitution)


def economic_importance(
    uses: ArrayLike, value_added: ArrayLike, substitution: float = 1.0, largest: float | None = None
) -> float:
    """EI = sum over s of A_s Q_s, times SI_EI, scaled to 0..10 by the largest sector; critical from 2.8
    (European Commission 2017).

    Args:
        uses: A_s, share of the material's use in sector s; sums to 1 at most.
        value_added: Q_s, value added of sector s, any one unit.
        substitution: SI_EI, 1 is no substitute.
        largest: value added of the largest sector of the economy; by default of those given.
    """
    scale = 10.0 / (np.max(value_added) if largest is None else largest)
    return float(scale * np.dot(uses, value_added) * substitution)


def disruption_potential(share: ArrayLike, inability: ArrayLike, unwillingness: ArrayLike) -> Array:
    """DP = sum over c of PS_c^2 ASI_c WSI_c (Nassar et al. 2020, Science Advances 6(8) eaay8647).

    Args:
        share: PS_c of world production.
        inability: ASI_c on 0..1, high is bad; the paper takes 1 less the Fraser Institute's policy perception index.
        unwillingness: WSI_c on 0..1, high is bad; the paper averages trade ties, shared values and military
            cooperation with the United States, so that it is of the assessed country, and 0 for itself.
    """
    return governed_hhi(share, inability, unwillingness)


def usgs_supply_risk(disruption: ArrayLike, exposure: ArrayLike, vulnerability: ArrayLike) -> Array:
    """SR = (DP TE EV)^(1/3) (Nassar et al. 2020).

    Args:
        disruption: DP, `disruption_potential`, 0..1.
        exposure: TE, `import_reliance`, 0..1.
        vulnerability: EV, 0..1, from the value added and operating profit of the using industries. No packaged table
            tells it: it is the user's to give.
    """
    return np.asarray(np.cbrt(np.multiply(disruption, exposure) * vulnerability))


def geopolrisk(
    concentration: ArrayLike, risky: ArrayLike, imports: ArrayLike, production: ArrayLike
) -> Array:
    """GeoPolRisk = HHI_prod sum_i(q_i PV_i) / (sum_i q_i + domestic production) (Koyamparambath et al. 2024, eq. 1).

    Args:
        concentration: HHI of world production, 0..1.
        risky: sum over suppliers of imports times `instability`.
        imports: sum of imports, same unit. production: domestic production, same unit.
    """
    return np.asarray(np.multiply(concentration, ratio(risky, np.add(imports, production))))
