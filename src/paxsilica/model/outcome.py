"""`Outcome`: a solved counterfactual, its proof, and labelled tables on demand.

Everything here is computed from wage, price and expenditure by the equations written out once more in numpy, level by
level: the residuals check the solver with arithmetic it did not use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import InputError
from paxsilica.model.calibration import baseline_arrays, closure, sold
from paxsilica.model.ces import power, price_index
from paxsilica.model.equations import deficits
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
class Outcome:
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

    # ---- the equilibrium, level by level --------------------------------------------------------------------

    @cached_property
    def theta(self) -> Array:
        """`[j]` trade elasticity in force."""
        return self.params.theta(self.economy)

    @cached_property
    def user_price(self) -> Array:
        """`[n, k, j]` change of the price at which j buys input k; with a last axis of one where all pay all of it."""
        price: Array = self.price[:, :, None]
        subsidised = self.shock.changes("input_subsidy")
        return price * (1 - self.shock.input_subsidy) if subsidised else price

    @cached_property
    def input_price(self) -> Array:
        """`[n, j]` change of the price of sector j's bundle of inputs."""
        v = self.economy.value_added_share
        bundle = np.where(v < 1, 1 - v, 1.0)

        def mean(x: Array) -> Array:
            if x.shape[2] == 1:
                return np.asarray((self.economy.input_shares.swapaxes(1, 2) @ x)[:, :, 0] / bundle)
            return np.asarray((self.economy.input_shares * x).sum(1) / bundle)

        return price_index(mean, self.user_price, self.params.horizon.input_elasticity)

    @cached_property
    def unit_cost(self) -> Array:
        """`[i, j]` c_hat, change of the cost of one bundle of value added and inputs (before productivity)."""
        v = self.economy.value_added_share

        def mean(x: Array) -> Array:
            total: Array = v * x[0] + (1 - v) * x[1]
            return total

        prices = np.stack([np.broadcast_to(self.wages, v.shape), self.input_price])
        return price_index(mean, prices, self.params.horizon.value_added_elasticity)

    @cached_property
    def gate_price(self) -> Array:
        """`[i, j]` change of the price at the factory gate: cost over productivity, less the subsidy."""
        return self.unit_cost * (1 - self.shock.subsidy) / self.shock.productivity

    @cached_property
    def _gate_weight(self) -> Array:
        """`[i, j]` gate_price^-theta."""
        return power(self.gate_price, -self.theta)

    @cached_property
    def _trade_weight(self) -> Array:
        """`[r, i, j]` permitted kappa^-theta of the importers whose terms of trade change, one elsewhere."""
        s, n = self.shock, self.shock.changed_importers
        return s.take("permitted", n) * power(s.wedge(n), -self.theta)

    @cached_property
    def _landed(self) -> Array:
        """`[r, i, j]` share before the importer's tariff, for importers whose terms change; see `Economy.landed`."""
        n = self.shock.changed_importers
        return self.economy.shares[n] * self._trade_weight / (1 + self.shock.take("tariffs", n))

    @cached_property
    def _home_made(self) -> Array:
        """`[n, j]` backstops for banned products, beside `shares`."""
        e, s = self.economy, self.shock
        home_made = np.zeros_like(self.price)
        if s.narrows:
            n = s.changed_importers
            narrower = np.where(s.banned[n], 1.0, 1 - s.take("permitted", n))
            backstop_price = self.params.backstop_cost * self.wage[n, None]
            home_made[n] = (e.shares[n] * narrower).sum(1) * backstop_price**-self.theta
        return home_made

    def _over_exporters(self, same: Array, changed: Array) -> Array:
        """`[n, j]` sum over exporters at their gate prices.

        Args:
            same: `[j, n, i]` of the baseline. changed: `[r, i, j]`, in place of its rows.
        """
        total: Array = np.ascontiguousarray((same @ self._gate_weight.T[:, :, None])[:, :, 0].T)
        total[self.shock.changed_importers] = np.einsum("rij,ij->rj", changed, self._gate_weight)
        return total

    @cached_property
    def _available(self) -> Array:
        """`[n, j]` P_hat^-theta."""
        changed = self.economy.shares[self.shock.changed_importers] * self._trade_weight
        same = baseline_arrays(self.economy).shares
        return self._over_exporters(same, changed) + self._home_made

    @cached_property
    def _demand(self) -> Array:
        """`[n, j]` spending per unit of `_available`."""
        return self.expenditure / self._available

    @cached_property
    def shares(self) -> Array:
        """`[n, i, j]` pi', without backstops."""
        shares: Array = self.economy.shares * self._gate_weight
        shares[self.shock.changed_importers] *= self._trade_weight
        shares /= self._available[:, None, :]
        return shares

    @cached_property
    def flows(self) -> Array:
        """`[n, i, j]` M', before the importer's tariff (export taxes included), million USD."""
        flows: Array = self.shares * self.expenditure[:, None, :]
        flows /= 1 + self.shock.tariffs
        return flows

    @cached_property
    def backstop(self) -> Array:
        """`[n, j]` spending on home-made substitutes for banned products, all of it pay for labour, million USD."""
        return self._demand * self._home_made

    @cached_property
    def purchases(self) -> Array:
        """`[n]` purchases before the importer's tariff, the domestic ones included, backstops not, million USD."""
        landed = self._over_exporters(baseline_arrays(self.economy).received, self._landed)
        return np.asarray((self._demand * landed).sum(1))

    @cached_property
    def output(self) -> Array:
        """`[i, j]` Y', sales at the factory gate, million USD."""
        n, others = self.shock.changed_importers, self._demand.copy()
        others[n] = 0.0
        received = self._landed / (1 + self.shock.take("export_tax", n))
        same = baseline_arrays(self.economy).received.swapaxes(1, 2)
        sold: Array = np.ascontiguousarray((same @ others.T[:, :, None])[:, :, 0].T)
        sold += np.einsum("rij,rj->ij", received, self._demand[n])
        return sold * self._gate_weight

    @property
    def gate_sales(self) -> Array:
        """`[n, i, j]` flows less what the exporter's treasury takes of them: what reaches the factory gate, million USD."""
        taxed = self.shock.changes("export_tax")
        return np.asarray(self.flows / (1 + self.shock.export_tax) if taxed else self.flows)

    @cached_property
    def exports(self) -> Array:
        """`[n]` sales at the border, the domestic ones and export taxes included, million USD."""
        taxed = self.shock.changes("export_tax")
        return np.asarray(self.flows.sum((0, 2)) if taxed else self.output.sum(1))

    @cached_property
    def cost(self) -> Array:
        """`[i, j]` cost of production, what sales and subsidy pay for, million USD."""
        return self.output / (1 - self.shock.subsidy)

    @cached_property
    def value_added(self) -> Array:
        """`[i, j]` what sector j pays for labour, million USD."""
        relative = self.wages / self.unit_cost
        dearer = power(relative, 1 - self.params.horizon.value_added_elasticity)
        return self.economy.value_added_share * dearer * self.cost

    @cached_property
    def _spent_on_inputs(self) -> Array:
        """`[n, j]` what sectors pay for inputs themselves, over the response to the price of the bundle."""
        horizon = self.params.horizon
        dearer = power(self.input_price / self.unit_cost, 1 - horizon.value_added_elasticity)
        return dearer * self.cost / power(self.input_price, 1 - horizon.input_elasticity)

    @cached_property
    def inputs(self) -> Array:
        """`[n, k, j]` purchases of k by sector j, duty paid, million USD; what a treasury pays of them is in them."""
        relative = power(self.user_price, 1 - self.params.horizon.input_elasticity)
        market: Array = self.price[:, :, None] / self.user_price
        return self.economy.input_shares * self._spent_on_inputs[:, None, :] * relative * market

    @cached_property
    def bought(self) -> Array:
        """`[n, k]` purchases of k by all sectors, duty paid, million USD."""
        if self.shock.changes("input_subsidy"):
            return np.asarray(self.inputs.sum(2))
        of_one = (self.economy.input_shares @ self._spent_on_inputs[:, :, None])[:, :, 0]
        return np.asarray(of_one * power(self.price, 1 - self.params.horizon.input_elasticity))

    @cached_property
    def final(self) -> Array:
        """`[n, k]` final spending, duty paid, million USD."""
        relative = self.price / self.consumer_price[:, None]
        dearer = power(relative, 1 - self.params.horizon.consumption_elasticity)
        return self.economy.final_shares * dearer * self.income[:, None]

    @cached_property
    def _employed(self) -> Array:
        """`[n, j]` baseline pay of sectors that still have a buyer; labour stuck in the others earns nothing."""
        e = self.economy
        return np.where(sold(self.shock), e.value_added_share * e.output, 0.0)

    @cached_property
    def wage(self) -> Array:
        """`[n]` change of what labour earns in all sectors together (Roy-Frechet average; w_hat if it is mobile)."""
        if self.wages.shape[1] == 1:
            return self.wages[:, 0]
        kappa = self.params.horizon.labour_mobility
        highest = self.wages.max(1)
        shares = self._employed / (self.economy.value_added_share * self.economy.output).sum(
            1, keepdims=True
        )
        average: Array = highest * (shares * (self.wages / highest[:, None]) ** kappa).sum(1) ** (
            1 / kappa
        )
        return average

    @cached_property
    def labour_income(self) -> Array:
        """`[n]` w' L, million USD."""
        return self.wage * self.economy.labour_income

    @cached_property
    def tariff_revenue(self) -> Array:
        """`[n]` tariffs collected, million USD."""
        revenue: Array = (self.expenditure - self.backstop).sum(1) - self.purchases
        return revenue

    @cached_property
    def treasury(self) -> Array:
        """`[n]` R', tariffs and export taxes less subsidies, million USD."""
        treasury: Array = self.tariff_revenue + self.exports - self.cost.sum(1)
        if self.shock.changes("input_subsidy"):
            treasury -= (self.inputs * self.shock.input_subsidy).sum((1, 2))
        return treasury

    @cached_property
    def promised_deficit(self) -> Array:
        """`[n]` D' as the closure alone would have it."""
        fixed, share = closure(self.shock, self.params.deficits)
        promised: Array = fixed + share * (self.labour_income + self.treasury).sum()
        return promised

    @cached_property
    def deficit(self) -> Array:
        """`[n]` D' of the chosen closure, million USD; see `equations.deficits` for its limit."""
        return np.asarray(deficits(self.promised_deficit, self.labour_income + self.treasury))

    @cached_property
    def income(self) -> Array:
        """`[n]` I' = w'L + R' + D', million USD."""
        return self.labour_income + self.treasury + self.deficit

    @cached_property
    def consumer_price(self) -> Array:
        """`[n]` change of the consumption price index."""
        return price_index(
            lambda x: (self.economy.final_shares * x).sum(1),
            self.price,
            self.params.horizon.consumption_elasticity,
        )

    @cached_property
    def real_income(self) -> Array:
        """`[n]` W_hat = I_hat / P_hat: exact, not a first-order sum."""
        return self.income / self.economy.income / self.consumer_price

    @property
    def real_earned_income(self) -> Array:
        """`[n]` change of what a region earns itself, labour income and treasury, over P_hat."""
        return (self.labour_income + self.treasury) / self.economy.gdp / self.consumer_price

    @property
    def transfer_effect(self) -> Array:
        """`[n]` what trade deficits and side payments add to real income, as a share of the baseline's income.

        With `real_earned_income` weighted by GDP over income it is the change of real income:
        W_hat - 1 = GDP / I (E_hat / P_hat - 1) + transfer_effect.
        """
        e = self.economy
        return (self.deficit / self.consumer_price - e.deficit) / e.income

    @cached_property
    def real_wage(self) -> Array:
        """`[n]` w_hat / P_hat."""
        return self.wage / self.consumer_price

    # ---- proof ------------------------------------------------------------------------------------------------

    @cached_property
    def gaps(self) -> Mapping[str, Array]:
        """Relative gap of every equation, by block; trade balance is implied by the rest and checked too."""
        X = self.final + self.bought
        spends = self.economy.expenditure > 0
        return {
            "price": power(self._available, -1 / self.theta) / self.price - 1,
            "goods market": np.divide(X, self.expenditure, out=np.ones_like(X), where=spends) - 1,
            "labour market": self._labour_gap,
            "trade balance": (self.purchases - self.exports - self.deficit)
            / self.expenditure.sum(1),
        }

    @cached_property
    def _labour_gap(self) -> Array:
        total: Array = ((self.value_added + self.backstop).sum(1) / self.labour_income)[:, None]
        if self.wages.shape[1] == 1:
            return total[:, 0] - 1
        in_sectors = 1 - self.backstop.sum(1) / self.labour_income
        paid = self._employed * (self.wage * np.maximum(in_sectors, np.finfo(float).tiny))[:, None]
        scarcity = np.divide(self.value_added, paid, out=np.ones_like(paid), where=paid > 0)
        asked = self.wage[:, None] * scarcity ** (1 / self.params.horizon.labour_mobility)
        gap: Array = np.where(paid > 0, total * asked / self.wages, 1.0) - 1
        return gap

    @cached_property
    def residuals(self) -> Mapping[str, float]:
        """Largest relative gap of each block of equations."""
        return {block: float(np.abs(gap).max()) for block, gap in self.gaps.items()}

    @property
    def residual(self) -> float:
        """The largest of `residuals`."""
        return float(np.max(list(self.residuals.values())))

    @cached_property
    def walras(self) -> float:
        """Sum over regions of excess demand for labour, relative to world labour income: zero by Walras' law."""
        excess = self.value_added.sum() + self.backstop.sum() - self.labour_income.sum()
        return float(abs(excess) / self.labour_income.sum())

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
