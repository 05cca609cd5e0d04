"""`Outcome`: a solved counterfactual, its proof, and labelled tables on demand.

Everything here is computed from wage, price and expenditure by the equations written out once more in numpy, level by
level: the residuals check the solver with arithmetic it did not use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.economy import Array, Economy, Shock
from paxsilica.model.params import Params

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class Status(Enum):
    """How a solve ended; the value is the message."""

    CONVERGED = "converged"
    STALLED = "the sweeps ran out"
    NOT_FINITE = "the iteration left the range of numbers"


@dataclass(frozen=True, eq=False)
class Outcome:
    """A counterfactual equilibrium. World labour income is the numeraire: nominal changes are relative to it.

    Attributes:
        iterations: sweeps of the fixed-point map that were needed.
        wage: `[n]` w_hat. price: `[n, j]` P_hat. expenditure: `[n, j]` X', million USD, duty paid.
    """

    economy: Economy
    shock: Shock
    params: Params
    iterations: int
    wage: Array
    price: Array
    expenditure: Array

    # ---- the equilibrium, level by level --------------------------------------------------------------------

    @cached_property
    def unit_cost(self) -> Array:
        """`[i, j]` c_hat, change of the cost of one bundle of inputs (before productivity)."""
        e = self.economy
        log_inputs = np.einsum("nkj,nk->nj", e.input_shares, np.log(self.price))
        log_cost: Array = e.value_added_share * np.log(self.wage)[:, None] + log_inputs
        return np.exp(log_cost)

    @cached_property
    def _delivered(self) -> Array:
        e, s = self.economy, self.shock
        kappa = (1 + s.tariffs) / (1 + e.tariffs) * s.trade_cost
        delivered: Array = e.shares * (kappa * (self.unit_cost / s.productivity)) ** -e.trade_elasticity
        return delivered

    @cached_property
    def shares(self) -> Array:
        """`[n, i, j]` pi'."""
        shares: Array = self._delivered / self._delivered.sum(1, keepdims=True)
        return shares

    @cached_property
    def flows(self) -> Array:
        """`[n, i, j]` M', before the importer's tariff, million USD."""
        flows: Array = self.shares * self.expenditure[:, None, :] / (1 + self.shock.tariffs)
        return flows

    @cached_property
    def output(self) -> Array:
        """`[i, j]` Y', million USD."""
        output: Array = self.flows.sum(0)
        return output

    @cached_property
    def labour_income(self) -> Array:
        """`[n]` w' L, million USD."""
        wages: Array = self.wage * self.economy.labour_income
        return wages

    @cached_property
    def tariff_revenue(self) -> Array:
        """`[n]` R', million USD."""
        revenue: Array = (self.shock.tariffs * self.flows).sum((1, 2))
        return revenue

    @cached_property
    def deficit(self) -> Array:
        """`[n]` D' of the chosen closure, million USD."""
        D = self.economy.deficit
        if self.params.deficits == "balanced":
            return np.zeros_like(D)
        if self.params.deficits == "fixed":
            return D
        kept: Array = D * (self.labour_income + self.tariff_revenue).sum() / self.economy.income.sum()
        return kept

    @cached_property
    def income(self) -> Array:
        """`[n]` I' = w'L + R' + D', million USD."""
        return self.labour_income + self.tariff_revenue + self.deficit

    @cached_property
    def consumer_price(self) -> Array:
        """`[n]` change of the consumption price index, prod_k P_hat^alpha."""
        log_index: Array = (self.economy.final_shares * np.log(self.price)).sum(1)
        return np.exp(log_index)

    @cached_property
    def real_income(self) -> Array:
        """`[n]` W_hat = I_hat / P_hat: exact, not a first-order sum."""
        return self.income / self.economy.income / self.consumer_price

    @cached_property
    def real_wage(self) -> Array:
        """`[n]` w_hat / P_hat."""
        return self.wage / self.consumer_price

    # ---- proof ------------------------------------------------------------------------------------------------

    @cached_property
    def _gaps(self) -> dict[str, Array]:
        e = self.economy
        price = self._delivered.sum(1) ** (-1 / e.trade_elasticity) / self.price - 1
        X = e.final_shares * self.income[:, None] + np.einsum("nkj,nj->nk", e.input_shares, self.output)
        goods = np.divide(X, self.expenditure, out=np.ones_like(X), where=e.expenditure > 0) - 1
        labour = (e.value_added_share * self.output).sum(1) / self.labour_income - 1
        balance = (self.flows.sum((1, 2)) - self.output.sum(1) - self.deficit) / self.expenditure.sum(1)
        return {"price": price, "goods market": goods, "labour market": labour, "trade balance": balance}

    @cached_property
    def residuals(self) -> Mapping[str, float]:
        """Largest relative gap of each block of equations; trade balance is implied by the rest and checked too."""
        return {block: float(np.abs(gap).max()) for block, gap in self._gaps.items()}

    @property
    def residual(self) -> float:
        """The largest of `residuals`."""
        return float(np.max(list(self.residuals.values())))

    @cached_property
    def walras(self) -> float:
        """Sum over regions of excess demand for labour, relative to world labour income: zero by Walras' law."""
        excess = (self.economy.value_added_share * self.output).sum() - self.labour_income.sum()
        return float(abs(excess) / self.labour_income.sum())

    @property
    def worst(self) -> str:
        """Where the largest gap is, in words."""
        block = max(self._gaps, key=lambda b: np.nan_to_num(np.abs(self._gaps[b]), nan=np.inf).max())
        gap = np.nan_to_num(np.abs(self._gaps[block]), nan=np.inf)
        at = np.unravel_index(int(np.argmax(gap)), gap.shape)
        return " ".join([self.economy.regions[at[0]], *([self.economy.sectors[at[1]]] if len(at) > 1 else [])])

    @cached_property
    def status(self) -> Status:
        """Converged only if every equation, checked afresh, holds."""
        if not np.isfinite(self.residual):
            return Status.NOT_FINITE
        return Status.CONVERGED if self.residual <= self.params.tolerance else Status.STALLED

    # ---- what users read --------------------------------------------------------------------------------------

    @property
    def welfare(self) -> pd.Series:
        """Exact change of real income by region, percent of the baseline."""
        import pandas as pd

        index = pd.Index(self.economy.regions, name="region")
        return pd.Series(100 * (self.real_income - 1), index=index, name="real income change, %")

    def table(self) -> pd.DataFrame:
        """Long table: variable, region, partner, sector, value, unit. No NaN: changes from zero are left out."""
        from paxsilica.model.tables import long_table

        return long_table(self)

    def to_xarray(self) -> xr.Dataset:
        """Every array with its axes: changes are factors (1 is unchanged), levels million USD."""
        from paxsilica.model.tables import dataset

        return dataset(self)

    def as_economy(self) -> Economy:
        """The counterfactual as a baseline of its own, for a second step from here."""
        e = self.economy
        return e.replace(flows=self.flows, tariffs=self.shock.tariffs, inputs=e.input_shares * self.output[:, None, :])
