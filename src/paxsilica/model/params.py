"""How the model is closed, how easily things are replaced, and how well it must be solved."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

import numpy as np

from paxsilica.economy import Array
from paxsilica.errors import InputError, nearest

Closure = Literal["fixed_share", "fixed", "balanced"]

LEAST_TRADE_ELASTICITY = 0.1
"""Boehm, Levchenko and Pandalai-Nayar (2023) fit their one-year responses with sigma = 1.1, that is theta = 0.1."""


@dataclass(frozen=True)
class Params:
    """The defaults are the long run of Caliendo and Parro (2015); `Params.short_run()` is the first year.

    Attributes:
        deficits: trade deficits stay a `fixed_share` of world income, `fixed` in units of world labour income (the
            numeraire), or vanish (`balanced`).
        value_added_elasticity: of substitution between value added and inputs; 1 is Cobb-Douglas.
        input_elasticity: of substitution among inputs.
        consumption_elasticity: of substitution among consumption goods.
        labour_mobility: kappa of Roy-Frechet labour supply (Galle, Rodriguez-Clare and Yi 2023): inf is one wage in a
            region, 1 is labour that stays in its sector.
        trade_response: share of the long-run response of tariff-exclusive trade flows, elasticity 1 + theta, that
            has come about; 1 is all of it.
        makeshift_cost: cost of a home-made substitute for a banned product, in hours of work, as a multiple of the
            product's baseline price; inf is no substitute.
        tolerance: largest relative gap allowed in any equation.
        most_sweeps: sweeps after which one attempt gives up.
    """

    deficits: Closure = "fixed_share"
    value_added_elasticity: float = 1.0
    input_elasticity: float = 1.0
    consumption_elasticity: float = 1.0
    labour_mobility: float = math.inf
    trade_response: float = 1.0
    makeshift_cost: float = 100.0
    tolerance: float = 1e-10
    most_sweeps: int = 400

    def __post_init__(self) -> None:
        if self.deficits not in get_args(Closure):
            raise InputError(
                f"unknown deficits {self.deficits!r}"
                + nearest(str(self.deficits), get_args(Closure))
            )
        for name in ("value_added_elasticity", "input_elasticity", "consumption_elasticity"):
            if not 0 < getattr(self, name) < 20:
                raise InputError(
                    f"{name} must be between 0 and 20, not {getattr(self, name)}; 1 is Cobb-Douglas"
                )
        if not self.labour_mobility >= 1:
            raise InputError(
                f"labour_mobility must be 1 (fixed) to inf (mobile), not {self.labour_mobility}"
            )
        if not 0 < self.trade_response <= 1:
            raise InputError(
                f"trade_response must be above 0 and at most 1, not {self.trade_response}"
            )
        if not self.makeshift_cost >= 1:
            raise InputError(
                f"makeshift_cost must be 1 to inf (no makeshifts), not {self.makeshift_cost}"
            )
        if not 0 < self.tolerance < 1e-3:
            raise InputError(
                f"tolerance must be between 0 and 0.001, not {self.tolerance}; 1e-10 is the default"
            )
        if self.most_sweeps < 1:
            raise InputError(
                f"most_sweeps must be at least 1, not {self.most_sweeps}; 400 is the default"
            )

    @classmethod
    def short_run(cls, **changes: Any) -> Params:
        """The first year after a shock: workers stay in their sector, inputs are hard to replace, trade is sluggish.

        Every number is documented with its source in `docs/model.md`; `changes` replaces any of them.
        """
        known = {field.name for field in fields(cls)}
        for name in changes:
            if name not in known:
                raise InputError(f"unknown parameter {name!r}" + nearest(name, known))
        first_year = dict(
            value_added_elasticity=0.5,
            input_elasticity=0.2,
            consumption_elasticity=0.9,
            labour_mobility=1.0,
            trade_response=0.36,
        )
        return cls(**(first_year | changes))

    @property
    def economics(self) -> Params:
        """The same model, whatever the accuracy asked of it."""
        return replace(self, tolerance=Params.tolerance, most_sweeps=Params.most_sweeps)

    def theta(self, trade_elasticity: Array) -> Array:
        """`[j]` trade elasticity in force: 1 + theta shrinks to `trade_response` of itself, with a floor of 0.1."""
        if self.trade_response == 1.0:
            return trade_elasticity
        return np.maximum(self.trade_response * (1 + trade_elasticity) - 1, LEAST_TRADE_ELASTICITY)

    def theta_slope(self, trade_elasticity: Array) -> Array:
        """`[j]` derivative of `theta` with respect to its argument: zero where the floor binds."""
        free = self.trade_response * (1 + trade_elasticity) - 1 > LEAST_TRADE_ELASTICITY
        return np.where(free | (self.trade_response == 1.0), self.trade_response, 0.0)
