"""Where an exporter could sell more: export potential, and the products that are near to what it sells already.

potential  ITC's export potential (Decreux and Spies, Export Potential Assessments, ITC, 2016): supply x demand x ease

               v_jk^ = (v_k / V_k) * V_jk * e_j,     e_j = v_j / sum_k (v_k / V_k) V_jk

           v what the exporter sells, V what all sell, of product k to market j. The unrealised part is what exceeds
           actual sales. By construction all products of a market sum to what is sold there: potential tells products
           apart, and ease is what the trade of the pair as a whole has of it. ITC also projects supply and demand by
           five years and weighs tariffs and distance by product; none of that is here.
density    Hidalgo, Klinger, Barabasi and Hausmann (2007, Science 317): phi_kl = min( P(k|l), P(l|k) ), the conditional
           probabilities over countries of a revealed comparative advantage (Balassa 1965) above one; density of k is
           the part of the proximity to k that lies in products of which the exporter has one, k itself left out.
"""

from __future__ import annotations

import numpy as np

from paxsilica.economy import Array

ADVANTAGE = 1.0
"""Revealed comparative advantage above which a country has one."""


def potential(sold: Array, demand: Array) -> Array:
    """`[n, k]` export potential of one exporter.

    Args:
        sold: `[n, k]` what it sells to each market. demand: `[n, k]` what each market buys from abroad, of everybody.
    """
    world = demand.sum(0)
    supply = np.divide(sold.sum(0), world, out=np.zeros_like(world), where=world > 0)
    expected = supply * demand
    whole = expected.sum(1)
    ease = np.divide(sold.sum(1), whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray(expected * ease[:, None])


def unrealised(sold: Array, could: Array) -> Array:
    """`[n, k]` potential beyond what is sold; never negative."""
    return np.maximum(could - sold, 0.0)


def advantage(exports: Array) -> Array:
    """`[i, k]` revealed comparative advantage: share of k in the exports of i over its share in the world's; NaN of a
    country or product without exports."""
    of_country, of_product = exports.sum(1, keepdims=True), exports.sum(0, keepdims=True)
    expected = of_country * of_product
    none = np.full(exports.shape, np.nan)
    return np.asarray(np.divide(exports * exports.sum(), expected, out=none, where=expected > 0))


def density(exports: Array, exporter: int) -> Array:
    """`[k]` of the proximity to each product, the part that lies in products in which an exporter has an advantage.

    Args:
        exports: `[i, k]`; a country of which nothing is sold counts nowhere. exporter: its position.

    Returns:
        NaN where no country has an advantage in the product, or in it together with another.
    """
    has = (np.nan_to_num(advantage(exports)) > ADVANTAGE).astype(np.float32)
    alike = has.T @ has
    countries = np.diag(alike).copy()
    most = np.maximum(countries[:, None], countries[None, :])
    near = np.divide(alike, most, out=np.zeros_like(alike), where=most > 0)
    np.fill_diagonal(near, 0.0)
    whole = near.sum(1, dtype=float)
    held = near @ has[exporter]
    none = np.full(len(whole), np.nan)
    return np.asarray(np.divide(held, whole, out=none, where=whole > 0))
