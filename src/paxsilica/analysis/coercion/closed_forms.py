"""Closed forms of power from a table of shares alone: what to set beside an exact cut.

    Clayton, Maggiori and Schreger   what a target loses when it buys nothing from the sender any more, from the
                                     price index of a nested CES (A Theory of Economic Coercion and Fragmentation)
    Liu and Yang                     the first order of the same, both ways (International Power, NBER WP 34006)

All hold wages and every other price where they are, and follow no input to its users: they rank pairs at once, and the
equilibrium (`paxsilica.analysis.coercion.pair`) says how much of the ranking stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.checks import check_share
from paxsilica.economy import Array, Economy
from paxsilica.model import Params


def price_rise(Omega: ArrayLike, omega: ArrayLike, theta: ArrayLike) -> Array:
    """`[...]` ln P_hat of all that is bought without the sender's varieties, all other prices unchanged.

    sum_J Omega_J g_J, g_J = -ln(1-omega_J)/theta_J: CES within groups, Cobb-Douglas across. What a buyer loses whose
    inputs have the share beta is beta/(1-beta) times it.

    Args:
        Omega: `[..., J]` share of each group in spending; sums to one. omega: `[..., J]` the sender's in each group.
        theta: `[..., J]` elasticity of substitution within groups, less one; positive.

    Returns:
        0 where the sender sells nothing, infinite where it cannot be replaced: it is all of a group.
    """
    Omega, omega, theta = np.broadcast_arrays(Omega, omega, theta)
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = -Omega * np.log1p(-omega) / theta
    return np.asarray(np.where(Omega > 0, rise, 0.0).sum(-1))


def spending_shares(economy: Economy) -> Array:
    """`[n, j]` Omega: share of sector j in all that n buys, inputs and final goods, duty paid."""
    return np.asarray(economy.expenditure / economy.expenditure.sum(1, keepdims=True))


def cms_power(
    economy: Economy,
    senders: Sequence[str],
    sectors: Sequence[str] = ("goods",),
    *,
    share: float = 1.0,
    params: Params | None = None,
) -> Array:
    """`[n]` power of the senders, acting together, over every region: ln P_hat of all that it buys.

    Groups are sectors, with the share of each in the target's spending on inputs and final goods; the senders' part in
    it counts domestic supply in the whole; sigma_J = 1 + theta_J. The senders over themselves are NaN.

    Args:
        senders: regions or region groups. sectors: sectors or sector groups that are cut; the others stay.
        share: part of the senders' product range that is cut.
        params: default the long run; decides theta.

    Raises:
        LabelError: an unknown region or sector. InputError: a share not above 0 and up to 1.
    """
    check_share(share)
    cut = np.zeros(len(economy.sectors))
    cut[economy.sector_indices(sectors)] = share
    i = economy.region_indices(senders)
    omega = np.minimum(cut * economy.shares[:, i].sum(1), 1.0)
    theta = (params or Params()).theta(economy)
    found = price_rise(spending_shares(economy), omega, theta)
    found[i] = np.nan
    return found


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
    theta = (params or Params()).theta(economy)
    needs = np.einsum(
        "nik,nk->ni", economy.shares[:, :, k], (spending_shares(economy) / theta)[:, k]
    )
    return np.asarray(needs.T - needs)
