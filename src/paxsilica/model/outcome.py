"""`Outcome`: a solved counterfactual, its proof, and labelled tables on demand.

Everything is computed from wage, price and expenditure (`paxsilica.model.levels`): the residuals check the solver with
arithmetic it did not use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import InputError
from paxsilica.model.levels import Enacted, Levels, enacted
from paxsilica.model.params import Params
from paxsilica.shock import Shock

if TYPE_CHECKING:
    import pandas as pd


class Status(Enum):
    """How a solve ended; the value is the message."""

    CONVERGED = "converged"
    STALLED = "the sweeps ran out"
    NOT_FINITE = "the iteration left the range of numbers"


@dataclass(frozen=True, eq=False)
class Outcome(Levels):
    """A counterfactual equilibrium. World labour income is the numeraire: nominal changes are relative to it.

    Attributes:
        iterations: sweeps of the fixed-point map that were needed.
        wages: `[n, 1]` w_hat, or `[n, j]` by sector where labour does not move freely.
        price: `[n, j]` P_hat. expenditure: `[n, j]` X', million USD, duty paid.
        base: another equilibrium of the same economy, which stood before; None is the baseline.
        unknowns: what was found for the conditions of the shock, in their order.
    """

    economy: Economy
    shock: Shock
    params: Params
    iterations: int
    wages: Array
    price: Array
    expenditure: Array
    base: Outcome | None = None
    unknowns: tuple[float, ...] = ()

    @cached_property
    def before(self) -> Outcome:
        """What changes are counted from: the `base`, or the baseline as an equilibrium. Levels here are its own."""
        if self.base is not None:
            return self.base
        one, spent = np.ones_like(self.wages), self.economy.expenditure
        return Outcome(
            self.economy, Shock(self.economy), self.params, 0, one, np.ones_like(spent), spent
        )

    @property
    def state(self) -> Array:
        """`[rows, n]` the unknowns as the solver holds them, to start another solve from here."""
        spends = self.economy.expenditure > 0
        change = np.divide(
            self.expenditure, self.economy.expenditure, out=np.ones_like(self.price), where=spends
        )
        state: Array = np.log(np.hstack([self.wages, self.price, change])).T
        return state

    @cached_property
    def enacted(self) -> Enacted:
        """What the shock changes in the equations."""
        return enacted(self.params, [self.shock], together=False)

    @property
    def theta(self) -> Array:
        """`[j]` trade elasticity in force."""
        return self.enacted.theta

    @cached_property
    def shares(self) -> Array:
        """`[n, i, j]` pi', without backstops."""
        shares: Array = self.economy.shares * self._gate_weight
        shares[self.enacted.importers] *= self.enacted.weight
        shares /= self._available[:, None, :]
        return shares

    @cached_property
    def flows(self) -> Array:
        """`[n, i, j]` M', before the importer's tariff (export taxes included), million USD."""
        flows: Array = self.shares * self.expenditure[:, None, :]
        flows /= 1 + self.shock.tariffs
        return flows

    @property
    def gate_sales(self) -> Array:
        """`[n, i, j]` flows less what the exporter's treasury takes of them: what reaches the factory gate, million USD."""
        taxed = self.shock.changes("export_tax")
        return np.asarray(self.flows / (1 + self.shock.export_tax) if taxed else self.flows)

    @property
    def real_earned_income(self) -> Array:
        """`[n]` change of what a region earns itself, labour income and treasury, over P_hat."""
        return (self.labour_income + self.treasury) / self.economy.gdp / self.consumer_price

    @cached_property
    def real_wage(self) -> Array:
        """`[n]` w_hat / P_hat."""
        return self.wage / self.consumer_price

    # ---- proof ------------------------------------------------------------------------------------------------

    @cached_property
    def residuals(self) -> Mapping[str, float]:
        """Largest relative gap of each block of equations."""
        return {block: float(np.abs(gap).max()) for block, gap in self.gaps.items()}

    @property
    def residual(self) -> float:
        """The largest of `residuals`."""
        return float(np.max(list(self.residuals.values())))

    @property
    def walras(self) -> float:
        """Sum over regions of excess demand for labour, relative to world labour income: zero by Walras' law."""
        return float(self.excess_labour)

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

    def as_economy(self) -> Economy:
        """The counterfactual as a baseline of its own, for a second step from here."""
        e = self.economy
        if self.shock.beyond_tariffs:
            raise InputError(
                "an economy holds no export taxes or subsidies; take a counterfactual without them as baseline"
            )
        if self.backstop.any():
            raise InputError(
                "an economy holds no backstops for banned products; solve with Params(backstop_cost=inf) first"
            )
        solved = replace(e, flows=self.flows, tariffs=self.shock.tariffs, inputs=self.inputs)
        if self.shock.is_nothing:
            return solved
        text = f"flows, tariffs and inputs are a solved counterfactual of {e.about.name}, not data"
        note = Note("counterfactual", text, of=("flows", "tariffs", "inputs"))
        about = replace(e.about, name=f"{e.about.name}, counterfactual")
        return replace(solved, notes=(*e.notes, note), about=about)


@dataclass(frozen=True, eq=False)
class SideBySide(Levels):
    """Outcomes of one economy's accounts with a leading axis: everything is computed for all of them at once.

    Attributes:
        shocks: without conditions or input subsidies. sweeps: `[l]`.
        wages: `[l, n, 1]` or `[l, n, j]`. price, expenditure: `[l, n, j]`.
    """

    economy: Economy
    shocks: Sequence[Shock]
    params: Params
    sweeps: Sequence[int]
    wages: Array
    price: Array
    expenditure: Array

    @cached_property
    def enacted(self) -> Enacted:
        """What the shocks change in the equations."""
        return enacted(self.params, self.shocks, together=True)

    @cached_property
    def residuals(self) -> Mapping[str, Array]:
        """`[l]` largest relative gap of each block of equations."""
        each = {block: np.abs(gap) for block, gap in self.gaps.items()}
        return {block: gap.reshape(len(gap), -1).max(1) for block, gap in each.items()}

    @property
    def residual(self) -> Array:
        """`[l]` the largest of `residuals`."""
        return np.asarray(np.max(list(self.residuals.values()), axis=0))

    def at(self, column: int) -> Outcome:
        """One of them, with all that was computed for it here: every array known has the leading axis."""
        known = {name: x[column] for name, x in vars(self).items() if isinstance(x, np.ndarray)}
        known["gaps"], known["residuals"] = (
            {block: x[column] for block, x in of.items()} for of in (self.gaps, self.residuals)
        )
        shock = self.shocks[column]
        made = Outcome(
            economy=shock.economy,
            shock=shock,
            params=self.params,
            iterations=self.sweeps[column],
            wages=self.wages[column],
            price=self.price[column],
            expenditure=self.expenditure[column],
        )
        vars(made).update(known)
        return made
