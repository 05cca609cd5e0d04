"""How the model is closed, how easily things are replaced, and how well it must be solved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.errors import InputError, nearest
from paxsilica.horizon import LONG_RUN, BySector, Horizon

Closure = Literal["fixed_share", "fixed", "balanced"]

LEAST_TRADE_ELASTICITY = 0.1
"""Boehm, Levchenko and Pandalai-Nayar (2023) fit their one-year responses with sigma = 1.1, that is theta = 0.1."""


@dataclass(frozen=True)
class Params:
    """The defaults are the long run of Caliendo and Parro (2015).

    Attributes:
        horizon: how far everything has adjusted: `LONG_RUN`, `SHORT_RUN`, or numbers of one's own.
        deficits: trade deficits stay a `fixed_share` of world income, `fixed` in units of world labour income (the
            numeraire), or vanish (`balanced`).
        backstop_cost: cost of a home-made substitute for a banned product, in hours of work, as a multiple of the
            product's baseline price; inf is no substitute.
        tolerance: largest relative gap allowed in any equation.
        most_sweeps: sweeps after which one attempt gives up.
    """

    horizon: Horizon = LONG_RUN
    deficits: Closure = "fixed_share"
    backstop_cost: float = 100.0
    tolerance: float = 1e-10
    most_sweeps: int = 400

    def __post_init__(self) -> None:
        if self.deficits not in get_args(Closure):
            raise InputError(
                f"unknown deficits {self.deficits!r}"
                + nearest(str(self.deficits), get_args(Closure))
            )
        if not self.backstop_cost >= 1:
            raise InputError(
                f"backstop_cost must be 1 to inf (no backstops), not {self.backstop_cost}"
            )
        if not 0 < self.tolerance < 1e-3:
            raise InputError(
                f"tolerance must be between 0 and 0.001, not {self.tolerance}; 1e-10 is the default"
            )
        if self.most_sweeps < 1:
            raise InputError(
                f"most_sweeps must be at least 1, not {self.most_sweeps}; 400 is the default"
            )

    @property
    def economics(self) -> Params:
        """The same model, whatever the accuracy asked of it."""
        return replace(self, tolerance=Params.tolerance, most_sweeps=Params.most_sweeps)

    def theta(self, economy: Economy) -> Array:
        """`[j]` trade elasticity in force. Of 1 + theta the horizon's `trade_response` has come about; the rest responds
        with its `early_response`, or with 1 + theta where that is less; theta is never below 0.1."""
        share, early = self._response(economy)
        long = 1 + economy.trade_elasticity
        if (share == 1.0).all():
            return economy.trade_elasticity
        return np.maximum(
            share * long + (1 - share) * np.minimum(early, long) - 1, LEAST_TRADE_ELASTICITY
        )

    def theta_slope(self, economy: Economy) -> Array:
        """`[j]` derivative of `theta` with respect to the economy's: zero where the floor binds."""
        share, early = self._response(economy)
        slope = share + (1 - share) * (early > 1 + economy.trade_elasticity)
        free = (self.theta(economy) > LEAST_TRADE_ELASTICITY) | (share == 1.0)
        return np.where(free, slope, 0.0)

    def _response(self, economy: Economy) -> tuple[Array, Array]:
        """`[j]` share of the long-run response that has come about, and the early response."""
        share, early = (
            np.array(
                of.on(economy.sectors) if isinstance(of, BySector) else [of] * len(economy.sectors)
            )
            for of in (self.horizon.trade_response, self.horizon.early_response)
        )
        return share, early
