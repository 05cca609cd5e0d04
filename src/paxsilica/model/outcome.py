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

import jax.numpy as jnp
import numpy as np

from paxsilica.economy import Array, Economy, Note, Shock
from paxsilica.errors import InputError
from paxsilica.model.calibration import closure
from paxsilica.model.equations import MOST_LENT, State, deficits
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
        wages: `[n, 1]` w_hat, or `[n, j]` by sector where labour does not move freely.
        price: `[n, j]` P_hat. expenditure: `[n, j]` X', million USD, duty paid.
    """

    economy: Economy
    shock: Shock
    params: Params
    iterations: int
    wages: Array
    price: Array
    expenditure: Array

    @property
    def state(self) -> State:
        """The unknowns as the solver holds them, to start another solve from here."""
        spends = self.economy.expenditure > 0
        change = np.divide(self.expenditure, self.economy.expenditure, out=np.ones_like(self.price), where=spends)
        return State(*(jnp.asarray(np.log(x).T) for x in (self.wages, self.price, change)))

    # ---- the equilibrium, level by level --------------------------------------------------------------------

    @cached_property
    def theta(self) -> Array:
        """`[j]` trade elasticity in force."""
        return self.params.theta(self.economy.trade_elasticity)

    @cached_property
    def input_price(self) -> Array:
        """`[n, j]` change of the price of sector j's bundle of inputs."""
        gamma = self.economy.input_shares
        bundle = np.maximum(gamma.sum(1), np.finfo(float).tiny)
        return _ces(gamma / bundle[:, None, :], self.price[:, :, None], self.params.input_elasticity, axis=1)

    @cached_property
    def unit_cost(self) -> Array:
        """`[i, j]` c_hat, change of the cost of one bundle of value added and inputs (before productivity)."""
        v = self.economy.value_added_share
        prices = np.stack([np.broadcast_to(self.wages, v.shape), self.input_price])
        return _ces(np.stack([v, 1 - v]), prices, self.params.value_added_elasticity, axis=0)

    @cached_property
    def gate_price(self) -> Array:
        """`[i, j]` change of the price at the factory gate: cost over productivity, less the subsidy."""
        price: Array = self.unit_cost * (1 - self.shock.subsidy) / self.shock.productivity
        return price

    @cached_property
    def _delivered(self) -> Array:
        e, s = self.economy, self.shock
        delivered: Array = e.shares * self.gate_price**-self.theta
        n = s.changed_importers
        kappa = (1 + s.tariffs[n]) / (1 + e.tariffs[n]) * (1 + s.export_tax[n]) * s.trade_cost[n]
        delivered[n] *= s.permitted[n] * kappa**-self.theta
        return delivered

    @cached_property
    def shares(self) -> Array:
        """`[n, i, j]` pi'."""
        total = self._delivered.sum(1, keepdims=True)
        shares: Array = np.divide(self._delivered, total, out=np.zeros_like(self._delivered), where=total > 0)
        return shares

    @cached_property
    def flows(self) -> Array:
        """`[n, i, j]` M', before the importer's tariff (export taxes included), million USD."""
        total = self._delivered.sum(1)
        scale = np.divide(self.expenditure, total, out=np.zeros_like(total), where=total > 0)
        flows: Array = self._delivered * scale[:, None, :]
        flows /= 1 + self.shock.tariffs
        return flows

    @cached_property
    def output(self) -> Array:
        """`[i, j]` Y', sales at the factory gate, million USD."""
        taxed = self.shock.touches("export_tax")
        output: Array = (self.flows / (1 + self.shock.export_tax) if taxed else self.flows).sum(0)
        return output

    @cached_property
    def exports(self) -> Array:
        """`[n]` sales at the border, the domestic ones and export taxes included, million USD."""
        exports: Array = self.flows.sum((0, 2)) if self.shock.touches("export_tax") else self.output.sum(1)
        return exports

    @cached_property
    def cost(self) -> Array:
        """`[i, j]` cost of production, what sales and subsidy pay for, million USD."""
        cost: Array = self.output / (1 - self.shock.subsidy)
        return cost

    @cached_property
    def value_added(self) -> Array:
        """`[i, j]` what sector j pays for labour, million USD."""
        v = self.economy.value_added_share * _switch(self.wages / self.unit_cost, self.params.value_added_elasticity)
        return v * self.cost

    @cached_property
    def inputs(self) -> Array:
        """`[n, k, j]` purchases of k by sector j, duty paid, million USD."""
        p = self.params
        bundle = _switch(self.input_price / self.unit_cost, p.value_added_elasticity) * self.cost
        relative = self.price[:, :, None] / self.input_price[:, None, :]
        return self.economy.input_shares * _switch(relative, p.input_elasticity) * bundle[:, None, :]

    @cached_property
    def final(self) -> Array:
        """`[n, k]` final spending, duty paid, million USD."""
        relative = self.price / self.consumer_price[:, None]
        shares = self.economy.final_shares * _switch(relative, self.params.consumption_elasticity)
        return shares * self.income[:, None]

    @cached_property
    def _employed(self) -> Array:
        """`[n, j]` baseline pay of sectors that still have a buyer; labour stuck in the others earns nothing."""
        e = self.economy
        sells = np.where(self.shock.banned, 0.0, e.flows).sum(0) > 0
        return np.where(sells, e.value_added_share * e.output, 0.0)

    @cached_property
    def wage(self) -> Array:
        """`[n]` change of what labour earns in all sectors together (Roy-Frechet average; w_hat if it is mobile)."""
        if self.wages.shape[1] == 1:
            return self.wages[:, 0]
        kappa = self.params.labour_mobility
        highest = self.wages.max(1)
        shares = self._employed / (self.economy.value_added_share * self.economy.output).sum(1, keepdims=True)
        average: Array = highest * (shares * (self.wages / highest[:, None]) ** kappa).sum(1) ** (1 / kappa)
        return average

    @cached_property
    def labour_income(self) -> Array:
        """`[n]` w' L, million USD."""
        wages: Array = self.wage * self.economy.labour_income
        return wages

    @cached_property
    def tariff_revenue(self) -> Array:
        """`[n]` tariffs collected, million USD."""
        revenue: Array = np.einsum("nij,nij->n", self.shock.tariffs, self.flows)
        return revenue

    @cached_property
    def treasury(self) -> Array:
        """`[n]` R', tariffs and export taxes less subsidies, million USD."""
        at_border = self.exports - self.output.sum(1)
        treasury: Array = self.tariff_revenue + at_border - (self.cost - self.output).sum(1)
        return treasury

    @cached_property
    def _promised(self) -> Array:
        """`[n]` D' as the closure alone would have it."""
        fixed, share = closure(self.economy, self.shock, self.params.deficits)
        promised: Array = fixed + share * (self.labour_income + self.treasury).sum()
        return promised

    @cached_property
    def deficit(self) -> Array:
        """`[n]` D' of the chosen closure, million USD; see `equations.deficits` for its limit."""
        deficit: Array = deficits(self._promised, self.labour_income + self.treasury)
        return deficit

    @property
    def notes(self) -> tuple[Note, ...]:
        """The baseline's notes, and one where the closure met its limit."""
        short = np.maximum(self.deficit - self._promised, 0.0)
        lenders = [r for r, gap in zip(self.economy.regions, short, strict=True) if gap > 1e-9 * self.income.sum()]
        if not lenders:
            return self.economy.notes
        text = (
            f"the surplus of {', '.join(lenders)} would exceed {MOST_LENT:.0%} of what is earned there after it; "
            "it is held at that limit, and the regions that borrow do with less"
        )
        return (*self.economy.notes, Note("surplus_at_its_limit", text, float(short.sum())))

    @cached_property
    def income(self) -> Array:
        """`[n]` I' = w'L + R' + D', million USD."""
        return self.labour_income + self.treasury + self.deficit

    @cached_property
    def consumer_price(self) -> Array:
        """`[n]` change of the consumption price index."""
        return _ces(self.economy.final_shares, self.price, self.params.consumption_elasticity, axis=1)

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
        spends = e.expenditure > 0
        price = self._delivered.sum(1) ** (-1 / self.theta) / self.price - 1
        X = self.final + self.inputs.sum(2)
        goods = np.divide(X, self.expenditure, out=np.ones_like(X), where=spends) - 1
        balance = (self.flows.sum((1, 2)) - self.exports - self.deficit) / self.expenditure.sum(1)
        gaps = {"price": price, "goods market": goods, "labour market": self._labour_gap, "trade balance": balance}
        return gaps

    @cached_property
    def _labour_gap(self) -> Array:
        total: Array = (self.value_added.sum(1) / self.labour_income)[:, None]
        if self.wages.shape[1] == 1:
            return total[:, 0] - 1
        paid = self._employed * self.wage[:, None]
        scarcity = np.divide(self.value_added, paid, out=np.ones_like(paid), where=paid > 0)
        asked = self.wage[:, None] * scarcity ** (1 / self.params.labour_mobility)
        gap: Array = np.where(paid > 0, total * asked / self.wages, 1.0) - 1
        return gap

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
        excess = self.value_added.sum() - self.labour_income.sum()
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
        if self.shock.export_tax.any() or self.shock.subsidy.any():
            raise InputError(
                "an economy holds no export taxes or subsidies; take a counterfactual without them as baseline"
            )
        return e.replace(flows=self.flows, tariffs=self.shock.tariffs, inputs=self.inputs)


def _ces(shares: Array, prices: Array, elasticity: float, axis: int) -> Array:
    """The CES price index of price changes at baseline shares along an axis."""
    if elasticity == 1.0:
        index: Array = np.exp((shares * np.log(prices)).sum(axis))
        return index
    power = 1 - elasticity  # expm1 and log1p keep every digit when the elasticity is close to one
    index = np.exp(np.log1p((shares * np.expm1(power * np.log(prices))).sum(axis)) / power)
    return index


def _switch(relative_price: Array, elasticity: float) -> Array | float:
    """Factor on a spending share."""
    return 1.0 if elasticity == 1.0 else relative_price ** (1 - elasticity)
