"""First-order exposure: what every region's real income owes, at the margin, to every other region.

Kleinman, Liu and Redding (2024, International Friends and Enemies, AEJ Macro) give the matrix for one sector without
inputs; here it is the exact derivative of the whole model at the baseline, by one adjoint for each affected region.
Set beside an exact cut it shows how far a cut is from a small one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.model import Params, gradient


@dataclass(frozen=True, eq=False)
class Exposure:
    """Derivatives of real income at the baseline.

    Attributes:
        productivity: `[n, i]` d ln W_n / d ln z_i, elasticity: i becomes more productive in all sectors alike.
        dearer: `[n, i, j]` loss of n, %, when what i sells to n of j costs 1 % more to deliver.
        cut: `[n, i, j]` loss of n, %, when i stops selling j to n, at the rate at which the first product lost hurts.
        backfire: `[n, i, j]` loss of the seller i by the same cut.

    NaN where the seller is the buyer, or where it was not asked for; zero where nothing is sold. A gain is a negative
    loss.
    """

    economy: Economy
    params: Params
    productivity: Array
    dearer: Array
    cut: Array
    backfire: Array

    def over(self, losses: Array, sectors: Sequence[str] = ("goods",)) -> Array:
        """`[n, i]` one of the losses, over sectors or sector groups together. Raises LabelError."""
        return np.asarray(losses[:, :, self.economy.sector_indices(sectors)].sum(2))


def exposure(
    economy: Economy, params: Params | None = None, affected: Sequence[str] | None = None
) -> Exposure:
    """The exposure of every region to every other.

    Args:
        affected: regions or region groups whose real income is asked for; the losses of the others are NaN.

    Raises:
        LabelError: an unknown region. InputError: the baseline is no equilibrium; `rebalance` it first.
        ConvergenceError: an adjoint is not solved.
    """
    params = params or Params()
    N, J = economy.output.shape
    productivity, (dearer, cut, backfire) = np.full((N, N), np.nan), np.full((3, N, N, J), np.nan)
    for r in range(N) if affected is None else economy.region_indices(affected):
        found = gradient(economy, None, economy.regions[r], params)
        productivity[r] = found.productivity.sum(1)
        dearer[r] = -found.trade_cost[r]
        cut[r] = 100 * found.permitted[r]
        backfire[:, r] = 100 * found.permitted[:, r]
    home = np.arange(N)
    for losses in (dearer, cut, backfire):
        losses[home, home] = np.nan
    return Exposure(economy, params, productivity, dearer, cut, backfire)


def loss_if_dearer(
    economy: Economy, sectors: Sequence[str] = ("goods",), params: Params | None = None
) -> Array:
    """`[n, i]` loss of real income of n, %, to first order, when what i sells to n of the sectors becomes 1 % dearer.

    NaN on the diagonal. Raises LabelError, and as `exposure`.
    """
    found = exposure(economy, params)
    return found.over(found.dearer, sectors)
