"""Closed forms of power from a table of shares alone: what to set beside an exact cut.

    Clayton, Maggiori and Schreger   what a target loses when it buys nothing from the sender any more, from the
                                     price index of a nested CES (A Theory of Economic Coercion and Fragmentation)
    Liu and Yang                     the first order of the same, both ways (International Power, NBER WP 34006)
    Bachmann et al. (2022)           the second order of a shortage of an input (What if?)

All hold wages and every other price where they are, and follow no input to its users: they rank pairs at once, and the
equilibrium (`paxsilica.analysis.coercion.cut`) says how much of the ranking stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.economy import Array, Economy
from paxsilica.errors import InputError
from paxsilica.model import Params

# ---- power of Clayton, Maggiori and Schreger ---------------------------------------------------------------------


def power(omega: float, sigma: float) -> float:
    """-ln(1 - omega) / (sigma - 1): one group of varieties, of which the sender holds the share omega.

    The log rise of the price index of a CES when the sender's varieties go (Clayton, Maggiori and Schreger, one group,
    beta = 1/2); infinite at omega = 1.

    Args:
        omega: share of spending, 0..1. sigma: elasticity of substitution within the group, above 1.

    Raises:
        InputError: a share outside 0..1, or sigma not above 1.
    """
    return price_rise([1.0], [omega], sigma)


def power_nested(
    group_shares: ArrayLike, sender_shares: ArrayLike, sigma: ArrayLike, rho: float, beta: float
) -> float:
    """-beta/(1-beta) 1/(rho-1) ln sum_J Omega_J (1-omega_J)^((rho-1)/(sigma_J-1)): log loss of the target's value.

    Clayton, Maggiori and Schreger, nested CES: profits of a buyer whose output is its bundle of inputs to the power
    beta are in proportion to the bundle's price to the power -beta/(1-beta).

    Args:
        beta: share of the bundle in the buyer's costs and profits, between 0 and 1. The rest: see `price_rise`.

    Raises:
        InputError: beta is not between 0 and 1, or as `price_rise`.
    """
    if not 0 < beta < 1:
        raise InputError(f"beta is the inputs' share and must lie between 0 and 1, not {beta:g}")
    return beta / (1 - beta) * price_rise(group_shares, sender_shares, sigma, rho)


def price_rise(
    group_shares: ArrayLike, sender_shares: ArrayLike, sigma: ArrayLike, rho: float = 1.0
) -> float:
    """ln P_hat of a two-level CES from which the sender's varieties are removed, all other prices unchanged.

    Args:
        group_shares: `[J]` Omega, share of each group in spending; sums to one.
        sender_shares: `[J]` omega, the sender's share in each group.
        sigma: scalar or `[J]`, elasticity within groups, above 1: below, nothing replaces what is lost.
        rho: elasticity across groups, above 0; 1 is Cobb-Douglas.

    Returns:
        0 where the sender sells nothing, infinite where it cannot be replaced: it is all of a group at rho up to 1,
        or all of every group.

    Raises:
        InputError: shares outside 0..1 or of other lengths, group shares that do not sum to one, sigma not above 1,
            rho not above 0.
    """
    Omega, omega = (
        np.atleast_1d(np.asarray(group_shares, float)),
        np.atleast_1d(np.asarray(sender_shares, float)),
    )
    elasticity = np.asarray(sigma, float)
    if Omega.ndim != 1 or Omega.shape != omega.shape or elasticity.shape not in ((), Omega.shape):
        raise InputError(
            f"{Omega.size} groups, {omega.size} shares of the sender and {elasticity.size} elasticities do not match; "
            "give one of each for every group"
        )
    for name, values in (("group", Omega), ("sender's", omega)):
        wrong = values[~((values >= 0) & (values <= 1))]
        if wrong.size:
            raise InputError(
                f"a {name} share of {wrong[0]:g} is not possible; give decimals from 0 to 1"
            )
    if not abs(Omega.sum() - 1) <= 1e-6:
        raise InputError(f"the group shares sum to {Omega.sum():.6g}; they must sum to 1")
    low = elasticity[~(elasticity > 1)]
    if low.size:
        raise InputError(
            f"elasticity within groups is {low[0]:g}; it must be above 1, or nothing replaces the sender"
        )
    _check_rho(rho)
    return float(_log_price(Omega / Omega.sum(), omega, elasticity - 1, rho))


def _check_rho(rho: float) -> None:
    if not 0 < rho < np.inf:
        raise InputError(
            f"elasticity across groups is {rho:g}; it must be above 0 (1 is Cobb-Douglas)"
        )


def _log_price(Omega: Array, omega: Array, theta: Array, rho: float) -> Array:
    """`[...]` ln P_hat of groups in the last axis: 1/(1-rho) ln sum Omega exp((1-rho) g), g = -ln(1-omega)/theta."""
    Omega, omega, theta = np.broadcast_arrays(Omega, omega, theta)
    with np.errstate(divide="ignore"):
        g = np.where(Omega > 0, -np.log1p(-omega) / theta, 0.0)
    if rho == 1:
        return np.asarray((Omega * np.where(Omega > 0, g, 0.0)).sum(-1))
    x = np.where(Omega > 0, (1 - rho) * g, -np.inf)
    top = x.max(-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        near = np.log1p((Omega * np.expm1(x - top)).sum(-1))  # exact as rho goes to 1
        far = np.log((Omega * np.exp(x - top)).sum(-1))
        inner = np.where((np.where(Omega > 0, top - x, 0.0)).max(-1) < 1, near, far)
        top = top[..., 0]
        return np.asarray(np.where(np.isinf(top), np.inf, (top + inner) / (1 - rho)))


# ---- applied to an economy ---------------------------------------------------------------------------------------


def spending_shares(economy: Economy) -> Array:
    """`[n, j]` Omega: share of sector j in all that n buys, inputs and final goods, duty paid."""
    return np.asarray(economy.expenditure / economy.expenditure.sum(1, keepdims=True))


def cms_power(
    economy: Economy,
    senders: Sequence[str],
    sectors: Sequence[str] = ("goods",),
    *,
    share: float = 1.0,
    rho: float = 1.0,
    params: Params | None = None,
) -> Array:
    """`[n]` power of the senders, acting together, over every region: ln P_hat of all that it buys.

    Groups are sectors, with the share of each in the target's spending on inputs and final goods; the senders' part in
    it counts domestic supply in the whole; sigma_J = 1 + theta_J. The senders over themselves are NaN.

    Args:
        senders: regions or region groups. sectors: sectors or sector groups that are cut; the others stay.
        share: part of the senders' product range that is cut. rho: across sectors.
        params: default the long run; decides theta.

    Raises:
        LabelError: an unknown region or sector. InputError: a share not above 0 and up to 1, or rho not above 0.
    """
    i = economy.region_indices(senders)
    found = _cms(economy, economy.shares[:, i].sum(1)[:, None], sectors, share, rho, params)[:, 0]
    found[i] = np.nan
    return found


def cms_powers(
    economy: Economy,
    sectors: Sequence[str] = ("goods",),
    *,
    share: float = 1.0,
    rho: float = 1.0,
    params: Params | None = None,
) -> Array:
    """`[target, sender]`: `cms_power` of every single region; NaN on the diagonal."""
    found = _cms(economy, economy.shares, sectors, share, rho, params)
    np.fill_diagonal(found, np.nan)
    return found


def _cms(
    economy: Economy,
    omega: Array,
    sectors: Sequence[str],
    share: float,
    rho: float,
    params: Params | None,
) -> Array:
    """`[n, i]` from omega `[n, i, j]`."""
    if not 0 < share <= 1:
        raise InputError(
            f"a cut of {100 * share:.6g}% is not possible; give a share above 0%, at most 100%"
        )
    _check_rho(rho)
    cut = np.zeros(len(economy.sectors))
    cut[economy.sector_indices(sectors)] = share
    theta = (params or Params()).theta(economy.trade_elasticity)
    return _log_price(spending_shares(economy)[:, None], np.minimum(cut * omega, 1.0), theta, rho)


def income_loss(power: ArrayLike) -> Array:
    """100 (1 - exp(-power)), %: loss of real income when all that is bought becomes dearer by the power.

    It holds wages, other prices and the sender's income fixed, and reads income as spent on the same bundle as all
    purchases, inputs included: no dearer input makes another product dearer. Where they do, and none of it is borne
    abroad, the power is larger by the factor of all spending over income, about two.
    """
    return np.asarray(-100 * np.expm1(-np.asarray(power, float)))


def liu_yang(
    economy: Economy, sectors: Sequence[str] = ("goods",), params: Params | None = None
) -> Array:
    """`[A, B]` P_{A->B} = sum_k s_{B<-A,k}/eps_k - sum_k s_{A<-B,k}/eps_k (Liu and Yang 2025).

    s is the share of what B buys from A in sector k, duty paid, in all that B buys, domestic supply, inputs and final
    goods; eps_k is theta_k. Positive: B depends on A more than A on B. P[A, B] = -P[B, A].

    Raises:
        LabelError: an unknown sector.
    """
    k = economy.sector_indices(sectors)
    theta = (params or Params()).theta(economy.trade_elasticity)
    needs = np.einsum(
        "nik,nk->ni", economy.shares[:, :, k], (spending_shares(economy) / theta)[:, k]
    )
    return np.asarray(needs.T - needs)


# ---- shortage ----------------------------------------------------------------------------------------------------


def second_order(cost: float, change: float, log_level: float) -> float:
    """dlnW = a dlnm + 1/2 da dlnm: log output when an input with cost share a falls (Bachmann et al. 2022, section 3).

    Args:
        cost: a, before the shortage. change: da, its change in the shortage (positive where the input is hard to
            replace, so that its price rises by more than its quantity falls). log_level: dlnm, negative.

    Raises:
        InputError: a cost share outside 0..1, before or after.
    """
    for name, share in (("before", cost), ("after", cost + change)):
        if not 0 <= share <= 1:
            raise InputError(
                f"the input's cost share {name} the shortage is {share:g}; it must lie between 0 and 1"
            )
    return (cost + change / 2) * log_level
