"""Partial equilibrium by product: one market, or one product's markets, with everything else held where it is.

    SMART    Laird and Yeats, The UNCTAD Trade Policy Simulation Model, UNCTAD Discussion Paper 19 (1986); the form with a
             cap, Jammes and Olarreaga, Explaining SMART and GSIM, World Bank (2005). One importer, one product.
    CES      the demand system that SMART approximates, solved exactly: `ces_imports`.
    GSIM     Francois and Hall, Global Simulation Analysis of Industry-Level Trade Policy (2003). All importers and
             exporters of one product, whose prices clear its market.

None knows wages, inputs or income: what the equilibrium (`paxsilica.model`) adds. Tariffs are decimals; elasticities are
positive numbers, of demand as of substitution and supply. Arrays may have leading axes, such as one of products.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.economy import Array, Note
from paxsilica.errors import ConvergenceError, InputError

SMART_OVERSTATES = Note(
    "smart_overstates",
    "SMART gives the supplier whose duty changes all of the trade that a lower price creates. In the CES demand that it "
    "approximates, every supplier of the product has its share of that, so that for small changes SMART overstates by the "
    "elasticity of demand times the rivals' share; the exact CES stands beside it",
)
"""To stand beside any number of `smart`."""

SUBSTITUTION = 1.5
"""SMART's usual elasticity of substitution between one supplier and its rivals."""


class Smart(NamedTuple):
    """What a change of one supplier's duty does in one market, in the money of its imports, before duty.

    Attributes:
        creation: `[...]` change of imports from the supplier by their own price, rivals' trade unchanged.
        diversion: `[...]` what moves to the supplier from its rivals, negative where it moves to them.
        revenue: `[...]` change of the importer's tariff revenue.
        welfare: `[...]` change of the importer's welfare, revenue and consumers together.
    """

    creation: Array
    diversion: Array
    revenue: Array
    welfare: Array

    @property
    def total(self) -> Array:
        """`[...]` change of imports from the supplier."""
        return self.creation + self.diversion


def smart(
    supplier: ArrayLike,
    rivals: ArrayLike,
    tariff: ArrayLike,
    new_tariff: ArrayLike,
    demand: ArrayLike,
    substitution: ArrayLike = SUBSTITUTION,
    supply: ArrayLike = np.inf,
    rivals_tariff: ArrayLike = 0.0,
    rivals_price: ArrayLike = 0.0,
) -> Smart:
    """WITS-SMART: trade creation and trade diversion in one market.

        dp = (t' - t) / (1 + t)
        creation  = - M demand dp / (1 + demand / supply)
        diversion = - M R sigma dp / (M + R - M sigma dp),  dp relative to the rivals' price

    The second is R sigma |dp| M / (M + R) for a small change; it never exceeds the rivals' trade R where a duty falls
    nor the supplier's M where it rises: the ratio of both moves by sigma dp and their sum stays. What a risen duty takes
    is M at most. Welfare is the area under demand, mean duty times what is bought more, over the supplier and its rivals
    (Harberger); Laird and Yeats count the creation in it alone.

    SMART credits all creation to the supplier and so overstates against CES, to first order by demand (1 - s) M |dp| with
    s the supplier's share; being linear it has none of the curvature of CES either, which works against that where a
    high duty goes and with it where a high one comes. `ces_imports` is the exact counterpart.

    Args:
        supplier: `[...]` M, imports from the supplier before duty. rivals: `[...]` R, those from everybody else.
        tariff, new_tariff: `[...]` on the supplier, before and after.
        demand: `[...]` elasticity of import demand. substitution: `[...]` sigma. supply: `[...]` of export supply.
        rivals_tariff: `[...]` average on the rivals, for revenue. rivals_price: `[...]` by what it moves their price.

    Raises:
        InputError: negative trade or elasticities, tariffs of -100 % or less.
    """
    M, R, t, new, eps, sigma, mu, t_r = _together(
        supplier, rivals, tariff, new_tariff, demand, substitution, supply, rivals_tariff
    )
    _check_amounts(imports=M, rivals=R, demand=eps, substitution=sigma, supply=mu)
    _check_rates(t, new, t_r)
    own = (new - t) / (1 + t)
    ratio = np.maximum(1 - sigma * ((1 + own) / (1 + np.asarray(rivals_price)) - 1), 0.0)
    both = R + M * ratio
    diversion = np.where(both > 0, M * R * (ratio - 1) / np.where(both > 0, both, 1.0), 0.0)
    creation = np.maximum(-M * eps * own / (1 + eps / mu), -(M + diversion))
    total = creation + diversion
    revenue = new * (M + total) - t * M - t_r * diversion
    welfare = (t + new) / 2 * total - t_r * diversion
    return Smart(creation, diversion, revenue, welfare)


def ces_imports(
    supplier: ArrayLike,
    rivals: ArrayLike,
    tariff: ArrayLike,
    new_tariff: ArrayLike,
    demand: ArrayLike,
    substitution: ArrayLike = SUBSTITUTION,
    rivals_tariff: ArrayLike = 0.0,
    rivals_price: ArrayLike = 0.0,
) -> Array:
    """`[...]` change of imports from a supplier in the CES demand that `smart` approximates, exactly.

    M' / M = p^-sigma P^(sigma - demand), P^(1 - sigma) = s p^(1 - sigma) + (1 - s) r^(1 - sigma): p and r are the
    changes of both prices by their duties, s the supplier's share of spending duty paid; suppliers' prices stand. Arguments
    and errors as in `smart`.
    """
    M, R, t, new, eps, sigma, t_r = _together(
        supplier, rivals, tariff, new_tariff, demand, substitution, rivals_tariff
    )
    _check_amounts(imports=M, rivals=R, demand=eps, substitution=sigma)
    _check_rates(t, new, t_r)
    ours, theirs = M * (1 + t), R * (1 + t_r)
    spent = ours + theirs
    share = np.divide(ours, spent, out=np.zeros(np.shape(spent)), where=spent > 0)
    p, r = np.log((1 + new) / (1 + t)), np.log1p(np.asarray(rivals_price, float))
    power = np.where(sigma == 1, 1.0, 1 - sigma)
    mean = np.log(share * np.exp(power * p) + (1 - share) * np.exp(power * r)) / power
    mean = np.where(sigma == 1, share * p + (1 - share) * r, mean)
    return np.asarray(M * np.expm1(-sigma * p + (sigma - eps) * mean))


class Gsim(NamedTuple):
    """What duties on a product do in all its markets. Money is that of its trade, at world prices.

    Attributes:
        price: `[..., i]` change of exporters' prices, decimal.
        trade: `[..., n, i]` change of trade before duty. quantity: `[..., n, i]` change of its volume, decimal.
        producers: `[..., i]` change of producers' surplus. consumers: `[..., n]` of consumers'.
        revenue: `[..., n]` of tariff revenue.
    """

    price: Array
    trade: Array
    quantity: Array
    producers: Array
    consumers: Array
    revenue: Array

    @property
    def welfare(self) -> Array:
        """`[..., n]` all three together, of places that are importers and exporters in the same order."""
        return self.producers + self.consumers + self.revenue


def gsim(
    trade: ArrayLike,
    tariffs: ArrayLike,
    new_tariffs: ArrayLike,
    demand: ArrayLike = 1.25,
    substitution: ArrayLike = 5.0,
    supply: ArrayLike = 1.5,
    exact: bool = False,
) -> Gsim:
    """GSIM: exporters' prices at which what each sells is what all markets buy of it.

        own elasticity    N_ii = -(s_i demand + (1 - s_i) sigma)      s: shares of spending in a market, duty paid
        cross elasticity  N_ik = s_k (sigma - demand)
        clearing          supply p_i = sum_n f_ni ( N_ii (p_i + T_ni) + sum_k N_ik (p_k + T_nk) ),  T = (t' - t)/(1 + t)

    f: shares of markets in an exporter's sales. With `exact` the CES demand of which these are the slopes, with supply of
    constant elasticity, is solved in levels by Newton's method on the same slopes, which is the linear form at its first
    step; for a change of a per cent both agree. At high duties the linear form may take more than a flow has.

    Args:
        trade: `[..., n, i]` of importer n from exporter i before duty; sales at home on the diagonal, where they are known.
        tariffs, new_tariffs: `[..., n, i]` before and after.
        demand: `[..., n]` elasticity of a market's demand for the product. substitution: `[..., n]` sigma, between
            exporters. supply: `[..., i]` of export supply; positive.

    Raises:
        InputError: negative trade or elasticities, no supply elasticity, tariffs of -100 % or less.
        ConvergenceError: the exact form is not solved to 1e-10.
    """
    M, t, new = _together(trade, tariffs, new_tariffs)
    importers, exporters = np.ones(M.shape[:-1]), np.ones((*M.shape[:-2], M.shape[-1]))
    eps, sigma = (_together(importers, x)[1][..., None] for x in (demand, substitution))
    mu = _together(exporters, supply)[1]
    _check_amounts(trade=M, demand=eps, substitution=sigma, supply=mu)
    _check_rates(t, new)
    if not (mu > 0).all():
        raise InputError(
            "the elasticity of export supply must be positive, or no price clears a market"
        )
    shares, sales = _shares_along(M * (1 + t), -1), _shares_along(M, -2)
    spending, sold_before = (M * (1 + t)).sum(-1), M.sum(-2)
    if exact:
        log_price, paid = _cleared(shares, sales, np.log((1 + new) / (1 + t)), eps, sigma, mu)
        price, quantity = np.expm1(log_price), np.expm1(_ces_volumes(shares, paid, eps, sigma)[1])
        consumers = -spending * _area(_mean(shares, paid, sigma), -eps)[..., 0]
        producers = sold_before * _area(log_price, mu)
    else:
        duty = (new - t) / (1 + t)
        pushed = (sales * _slopes(shares, duty, eps, sigma)).sum(-2)
        pull = _diagonal(mu) - _pull(shares, sales, eps, sigma)
        price = np.linalg.solve(pull, pushed[..., None])[..., 0]
        paid = price[..., None, :] + duty
        quantity, mean = _slopes(shares, paid, eps, sigma), (shares * paid).sum(-1)
        consumers = -spending * mean * (1 - eps[..., 0] * mean / 2)
        producers = sold_before * price * (1 + mu * price / 2)
    sold = M * (1 + price[..., None, :]) * (1 + quantity)
    return Gsim(
        price=price,
        trade=sold - M,
        quantity=np.where(M > 0, quantity, 0.0),
        producers=producers,
        consumers=consumers,
        revenue=(new * sold - t * M).sum(-1),
    )


def _slopes(shares: Array, paid: Array, eps: Array, sigma: Array) -> Array:
    """`[..., n, i]` change of volumes by the changes of prices paid."""
    mean = (shares * paid).sum(-1, keepdims=True)
    return np.asarray(-sigma * paid + (sigma - eps) * mean)


def _pull(shares: Array, sales: Array, eps: Array, sigma: Array) -> Array:
    """`[..., i, k]` change of what is bought of exporter i by exporter k's price."""
    cross = np.einsum("...ni,...nk->...ik", sales * (sigma - eps), shares)
    return np.asarray(cross - _diagonal((sales * sigma).sum(-2)))


def _mean(shares: Array, paid: Array, sigma: Array) -> Array:
    """`[..., n, 1]` log change of a market's CES price of the product, by those of its suppliers."""
    power = np.where(sigma == 1, 1.0, 1 - sigma)
    top = (power * paid).max(-1, keepdims=True)
    total = (shares * np.exp(power * paid - top)).sum(-1, keepdims=True)
    mean = (top + np.log(np.where(total > 0, total, 1.0))) / power
    mean = np.where(sigma == 1, (shares * paid).sum(-1, keepdims=True), mean)
    return np.asarray(np.where(total > 0, mean, 0.0))


def _ces_volumes(shares: Array, paid: Array, eps: Array, sigma: Array) -> tuple[Array, Array]:
    """`[..., n, i]` shares of spending at new prices paid, and log changes of volumes; all prices in logs."""
    mean = _mean(shares, paid, sigma)
    return shares * np.exp((1 - sigma) * (paid - mean)), -sigma * paid + (sigma - eps) * mean


def _area(log_price: Array, power: Array) -> Array:
    """Integral of x^power from one to a price: what a surplus changes by, over its amount."""
    beside = np.where(power == -1, 1.0, 1 + power)
    return np.asarray(np.where(power == -1, log_price, np.expm1(beside * log_price) / beside))


def _cleared(
    shares: Array, sales: Array, duty: Array, eps: Array, sigma: Array, mu: Array
) -> tuple[Array, Array]:
    """`[..., i]` log changes of exporters' prices that clear all markets, and `[..., n, i]` of the prices paid."""
    price = np.zeros(mu.shape)
    active = sales.sum(-2) > 0
    for _ in range(100):
        now, volume = _ces_volumes(shares, price[..., None, :] + duty, eps, sigma)
        wanted = (sales * np.exp(volume)).sum(-2)
        gap = np.where(active, np.log(np.where(active, wanted, 1.0)) - mu * price, 0.0)
        if np.abs(gap).max(initial=0.0) < 1e-12:
            return price, price[..., None, :] + duty
        weights = sales * np.exp(volume) / np.where(active, wanted, 1.0)[..., None, :]
        step = np.linalg.solve(_diagonal(mu) - _pull(now, weights, eps, sigma), gap[..., None])
        price = price + np.clip(step[..., 0], -1.0, 1.0)
    raise ConvergenceError(f"GSIM is not solved: markets miss clearing by {np.abs(gap).max():.1e}")


def _together(*given: ArrayLike) -> list[Array]:
    """Arrays of floats of one shape."""
    return [np.asarray(x) for x in np.broadcast_arrays(*(np.asarray(x, float) for x in given))]


def _shares_along(x: Array, axis: int) -> Array:
    """Shares of a sum along an axis; nothing where the sum is nothing."""
    total = x.sum(axis, keepdims=True)
    return np.asarray(np.divide(x, total, out=np.zeros(x.shape), where=total > 0))


def _diagonal(x: Array) -> Array:
    return np.asarray(x[..., None] * np.eye(x.shape[-1]))


def _check_amounts(**given: Array) -> None:
    for name, x in given.items():
        if not (x >= 0).all():
            raise InputError(
                f"{name}: a number is negative or unknown; give amounts and elasticities of zero or more"
            )


def _check_rates(*rates: Array) -> None:
    for rate in rates:
        if not (np.isfinite(rate) & (rate > -1)).all():
            raise InputError("a tariff is unknown or -100 % or less; write 25 % as 0.25")
