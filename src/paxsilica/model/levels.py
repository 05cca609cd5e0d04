"""The equilibrium level by level: from wage, price and expenditure to incomes, and the gap of every equation.

The equations are written out once more in numpy: what checks the solver is arithmetic that it did not use. Outcomes side
by side have a leading axis, written `...`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paxsilica.economy import Array, Economy
from paxsilica.model.calibration import baseline_arrays, closure, sold
from paxsilica.model.ces import power, price_index, shifted
from paxsilica.model.equations import deficits
from paxsilica.model.params import Params
from paxsilica.shock import Shock


class Enacted(NamedTuple):
    """What a shock changes in the equations; None is nothing.

    Of shocks side by side `columns` says whose the rows are; what has no rows has a leading axis of shocks.
    """

    importers: NDArray[np.intp]  # [r] whose terms of trade change
    columns: tuple[NDArray[np.intp], ...]  # one of [r], or none
    theta: Array  # [j] or [l,1,j]
    weight: Array  # [r,i,j] permitted kappa^-theta, or one
    delivered: Array  # [r,i,j] of the share at unchanged gate prices
    landed: Array  # [r,i,j] the same before the importer's tariff; see `Economy.landed`
    export_tax: Array | None  # [r,i,j]
    lost: Array | None  # [r,j] share that may no longer be bought
    gate: Array | None  # [...,i,j] gate price over unit cost
    paid_by_sales: Array | None  # [...,i,j] part of the cost
    paid_by_users: Array | None  # [n,k,j] part of the price of inputs
    employed: Array | None  # [...,n,j] baseline pay where a buyer is left; None: mobile labour
    deficit: Array  # [...,n]
    deficit_share: Array  # [...,n]

    @property
    def at(self) -> tuple[Any, ...]:
        """Where the rows stand among those of all importers."""
        return (*self.columns, self.importers)


def enacted(params: Params, shocks: Sequence[Shock], together: bool) -> Enacted:
    """What shocks change side by side, or one alone; those together subsidise no inputs."""

    def whole(of: Callable[[Shock], Array]) -> Array:
        return np.stack([of(s) for s in shocks]) if together else of(shocks[0])

    def rows(of: Callable[[Shock, NDArray[np.intp]], Array]) -> Array:
        return np.concatenate([of(s, s.changed_importers) for s in shocks])

    def changed(*names: str) -> bool:
        return any(s.changes(name) for s in shocks for name in names)

    each = [np.full(len(s.changed_importers), at) for at, s in enumerate(shocks)]
    columns = (np.concatenate(each),) if together else ()
    theta = whole(lambda s: params.theta(s.economy))
    theta = theta[:, None] if together else theta
    importers = np.concatenate([s.changed_importers for s in shocks])
    shares, weight, lost, employed = shocks[0].economy.shares[importers], np.ones(()), None, None
    if changed("tariffs", "export_tax", "trade_cost"):
        weight = power(rows(Shock.wedge), -theta[columns])
    if any(s.narrows for s in shocks):
        weight = weight * rows(lambda s, n: s.take("permitted", n))
        lost = np.einsum("rij,rij->rj", shares, rows(lambda s, _: s.narrower))
    if not math.isinf(params.horizon.labour_mobility):
        paid = shocks[0].economy.value_added_share * shocks[0].economy.output
        employed = whole(lambda s: np.where(sold(s), paid, 0.0))
    delivered = shares * weight
    closures = [closure(s, params.deficits) for s in shocks]
    held, share = (np.stack(x) if together else x[0] for x in zip(*closures, strict=True))
    return Enacted(
        importers=importers,
        columns=columns,
        theta=theta,
        weight=weight,
        delivered=delivered,
        landed=delivered / (1 + rows(lambda s, n: s.take("tariffs", n))),
        export_tax=rows(lambda s, n: s.take("export_tax", n)) if changed("export_tax") else None,
        lost=lost,
        gate=whole(lambda s: s.gate) if changed("subsidy", "productivity") else None,
        paid_by_sales=whole(lambda s: 1 - s.subsidy) if changed("subsidy") else None,
        paid_by_users=1 - shocks[0].input_subsidy if changed("input_subsidy") else None,
        employed=employed,
        deficit=held,
        deficit_share=share,
    )


def _contracted(table: Array, x: Array, over: int) -> Array:
    """`[..., n, j]` matrices times the one axis of x, one for each entry of the other.

    Args:
        over: the axis that the products run along: 0 (table `[j, n, i]`) or 1 (table `[n, j, k]`).
    """
    there, back = ((2, 1, 0), (2, 1, 0)) if over == 0 else ((1, 2, 0), (2, 0, 1))
    columns = np.ascontiguousarray(x.reshape(-1, *x.shape[-2:]).transpose(there))
    return np.ascontiguousarray((table @ columns).transpose(back)).reshape(x.shape)


class Levels:
    """An equilibrium in levels, money in million USD; or many of one economy's accounts."""

    economy: Economy
    params: Params
    wages: Array
    price: Array
    expenditure: Array

    @cached_property
    def enacted(self) -> Enacted:
        raise NotImplementedError

    @cached_property
    def user_price(self) -> Array:
        """`[n, k, j]` change of the price at which j buys input k; with a last axis of one where all pay all of it."""
        price: Array = self.price[..., None]
        paid = self.enacted.paid_by_users
        return price if paid is None else price * paid

    @cached_property
    def input_price(self) -> Array:
        """`[..., n, j]` change of the price of sector j's bundle of inputs."""
        v, used = self.economy.value_added_share, self.economy.input_shares
        bundle = np.where(v < 1, 1 - v, 1.0)
        elasticity = self.params.horizon.input_elasticity
        if self.enacted.paid_by_users is not None:
            return price_index(
                lambda x: np.asarray((used * x).sum(1) / bundle), elasticity, self.user_price
            )
        used = used.swapaxes(1, 2)
        return price_index(lambda x: _contracted(used, x, 1) / bundle, elasticity, self.price)

    @cached_property
    def unit_cost(self) -> Array:
        """`[..., i, j]` c_hat, change of the cost of one bundle of value added and inputs (before productivity)."""
        v = self.economy.value_added_share

        def mean(wage: Array, bundle: Array) -> Array:
            total: Array = v * wage + (1 - v) * bundle
            return total

        elasticity = self.params.horizon.value_added_elasticity
        return price_index(mean, elasticity, self.wages, self.input_price)

    @cached_property
    def gate_price(self) -> Array:
        """`[..., i, j]` change of the price at the factory gate: cost over productivity, less the subsidy."""
        gate = self.enacted.gate
        return self.unit_cost if gate is None else self.unit_cost * gate

    @cached_property
    def _gate_weight(self) -> Array:
        """`[..., i, j]` gate_price^-theta."""
        return power(self.gate_price, -self.enacted.theta)

    @cached_property
    def _home_made(self) -> Array:
        """`[..., n, j]` backstops for banned products, beside `shares`."""
        t = self.enacted
        if t.lost is None:
            return np.broadcast_to(0.0, self.price.shape)
        home_made = np.zeros_like(self.price)
        cost, theta = self.params.backstop_cost * self.wage[t.at], t.theta[t.columns]
        home_made[t.at] = t.lost * power(cost[:, None], -theta.reshape(-1, theta.shape[-1]))
        return home_made

    def _over_exporters(self, same: Array, changed: Array) -> Array:
        """`[..., n, j]` sum over exporters at their gate prices.

        Args:
            same: `[j, n, i]` of the baseline. changed: `[r, i, j]`, in place of its rows.
        """
        t, total = self.enacted, _contracted(same, self._gate_weight, 0)
        total[t.at] = np.einsum(
            "rij,rij->rj", changed, np.broadcast_to(self._gate_weight[t.columns], changed.shape)
        )
        return total

    def _at_gates(self, changed: Array, total: Array) -> Array:
        """`[..., i, j]` what buyers pay at gate prices.

        Args:
            changed: `[r, i, j]`, of importers whose terms change. total: what the others pay, at the baseline's.
        """
        t = self.enacted
        sold = changed * self._demand[t.at][:, None]
        for at, row in enumerate(sold):
            total[tuple(x[at] for x in t.columns)] += row
        return total * self._gate_weight

    @cached_property
    def _available(self) -> Array:
        """`[..., n, j]` P_hat^-theta."""
        t, same = self.enacted, baseline_arrays(self.economy).shares
        bought = self._over_exporters(same, t.delivered)
        return bought if t.lost is None else bought + self._home_made

    @cached_property
    def _demand(self) -> Array:
        """`[..., n, j]` spending per unit of `_available`."""
        return self.expenditure / self._available

    @cached_property
    def backstop(self) -> Array:
        """`[..., n, j]` spending on home-made substitutes for banned products, all of it pay for labour, million USD."""
        banned = self.enacted.lost is not None
        return self._demand * self._home_made if banned else self._home_made

    @cached_property
    def purchases(self) -> Array:
        """`[..., n]` purchases before the importer's tariff, the domestic ones included, backstops not, million USD."""
        landed = self._over_exporters(baseline_arrays(self.economy).received, self.enacted.landed)
        return np.asarray((self._demand * landed).sum(-1))

    @cached_property
    def output(self) -> Array:
        """`[..., i, j]` Y', sales at the factory gate, million USD."""
        t, others, received = self.enacted, self._demand.copy(), self.enacted.landed
        others[t.at] = 0.0
        if t.export_tax is not None:
            received = received / (1 + t.export_tax)
        same = baseline_arrays(self.economy).received.swapaxes(1, 2)
        return self._at_gates(received, _contracted(same, others, 0))

    @cached_property
    def exports(self) -> Array:
        """`[..., n]` sales at the border, the domestic ones and export taxes included, million USD."""
        sales, tax = self.output, self.enacted.export_tax
        if tax is not None:
            taxes = self.enacted.landed * tax / (1 + tax)
            sales = sales + self._at_gates(taxes, np.zeros_like(sales))
        return np.asarray(sales.sum(-1))

    @cached_property
    def cost(self) -> Array:
        """`[..., i, j]` cost of production, what sales and subsidy pay for, million USD."""
        paid = self.enacted.paid_by_sales
        return self.output if paid is None else self.output / paid

    @cached_property
    def value_added(self) -> Array:
        """`[..., i, j]` what sector j pays for labour, million USD."""
        paid, elasticity = (
            self.economy.value_added_share * self.cost,
            self.params.horizon.value_added_elasticity,
        )
        return shifted(paid, self.wages, self.unit_cost, elasticity)

    @cached_property
    def _spent_on_inputs(self) -> Array:
        """`[..., n, j]` what sectors pay for inputs themselves, over the response to the price of the bundle."""
        among, price = self.params.horizon, self.input_price
        spent = shifted(self.cost, price, self.unit_cost, among.value_added_elasticity)
        return shifted(spent, 1 / price, 1.0, among.input_elasticity)

    @cached_property
    def inputs(self) -> Array:
        """`[n, k, j]` purchases of k by sector j, duty paid, million USD; what a treasury pays of them is in them."""
        spent: Array = self.economy.input_shares * self._spent_on_inputs[:, None, :]
        spent *= self.price[:, :, None] / self.user_price
        return shifted(spent, self.user_price, 1.0, self.params.horizon.input_elasticity)

    @cached_property
    def bought(self) -> Array:
        """`[..., n, k]` purchases of k by all sectors, duty paid, million USD."""
        if self.enacted.paid_by_users is not None:
            return np.asarray(self.inputs.sum(2))
        of_one = _contracted(self.economy.input_shares, self._spent_on_inputs, 1)
        return shifted(of_one, self.price, 1.0, self.params.horizon.input_elasticity)

    @cached_property
    def final(self) -> Array:
        """`[..., n, k]` final spending, duty paid, million USD."""
        spent: Array = self.economy.final_shares * self.income[..., None]
        elasticity = self.params.horizon.consumption_elasticity
        return shifted(spent, self.price, self.consumer_price[..., None], elasticity)

    @cached_property
    def wage(self) -> Array:
        """`[..., n]` change of what labour earns in all sectors together (Roy-Frechet average; w_hat if it is mobile)."""
        employed, e = self.enacted.employed, self.economy
        if employed is None:
            return np.asarray(self.wages[..., 0])
        kappa = self.params.horizon.labour_mobility
        highest = self.wages.max(-1)
        shares = employed / (e.value_added_share * e.output).sum(1, keepdims=True)
        average: Array = highest * (shares * (self.wages / highest[..., None]) ** kappa).sum(
            -1
        ) ** (1 / kappa)
        return average

    @cached_property
    def labour_income(self) -> Array:
        """`[..., n]` w' L, million USD."""
        return self.wage * self.economy.labour_income

    @cached_property
    def tariff_revenue(self) -> Array:
        """`[..., n]` tariffs collected, million USD."""
        revenue: Array = self.expenditure.sum(-1) - self.backstop.sum(-1) - self.purchases
        return revenue

    @cached_property
    def treasury(self) -> Array:
        """`[..., n]` R', tariffs and export taxes less subsidies, million USD."""
        treasury: Array = self.tariff_revenue + self.exports - self.cost.sum(-1)
        if (paid := self.enacted.paid_by_users) is not None:
            treasury -= (self.inputs * (1 - paid)).sum((1, 2))
        return treasury

    @cached_property
    def promised_deficit(self) -> Array:
        """`[..., n]` D' as the closure alone would have it."""
        earned = (self.labour_income + self.treasury).sum(-1, keepdims=True)
        promised: Array = self.enacted.deficit + self.enacted.deficit_share * earned
        return promised

    @cached_property
    def deficit(self) -> Array:
        """`[..., n]` D' of the chosen closure, million USD; see `equations.deficits` for its limit."""
        return np.asarray(
            deficits(self.promised_deficit.T, (self.labour_income + self.treasury).T)
        ).T

    @cached_property
    def income(self) -> Array:
        """`[..., n]` I' = w'L + R' + D', million USD."""
        return self.labour_income + self.treasury + self.deficit

    @cached_property
    def consumer_price(self) -> Array:
        """`[..., n]` change of the consumption price index."""
        return price_index(
            lambda x: (self.economy.final_shares * x).sum(-1),
            self.params.horizon.consumption_elasticity,
            self.price,
        )

    @cached_property
    def real_income(self) -> Array:
        """`[..., n]` W_hat = I_hat / P_hat: exact, not a first-order sum."""
        return self.income / self.economy.income / self.consumer_price

    @property
    def transfer_effect(self) -> Array:
        """`[..., n]` what trade deficits and side payments add to real income, as a share of the baseline's income.

        With `real_earned_income` weighted by GDP over income it is the change of real income:
        W_hat - 1 = GDP / I (E_hat / P_hat - 1) + transfer_effect.
        """
        e = self.economy
        return (self.deficit / self.consumer_price - e.deficit) / e.income

    # ---- proof ------------------------------------------------------------------------------------------------

    @cached_property
    def gaps(self) -> Mapping[str, Array]:
        """Relative gap of every equation, by block; trade balance is implied by the rest and checked too."""
        X = self.final + self.bought
        spends = np.broadcast_to(self.economy.expenditure > 0, X.shape)
        return {
            "price": power(self._available, -1 / self.enacted.theta) / self.price - 1,
            "goods market": np.divide(X, self.expenditure, out=np.ones_like(X), where=spends) - 1,
            "labour market": self._labour_gap,
            "trade balance": (self.purchases - self.exports - self.deficit)
            / self.expenditure.sum(-1),
        }

    @cached_property
    def _labour_gap(self) -> Array:
        total: Array = (self.value_added.sum(-1) + self.backstop.sum(-1)) / self.labour_income
        employed = self.enacted.employed
        if employed is None:
            return total - 1
        in_sectors = 1 - self.backstop.sum(-1) / self.labour_income
        working = self.wage * np.maximum(in_sectors, np.finfo(float).tiny)
        paid = employed * working[..., None]
        scarcity = np.divide(self.value_added, paid, out=np.ones_like(paid), where=paid > 0)
        asked = self.wage[..., None] * scarcity ** (1 / self.params.horizon.labour_mobility)
        gap: Array = np.where(paid > 0, total[..., None] * asked / self.wages, 1.0) - 1
        return gap

    @cached_property
    def excess_labour(self) -> Array:
        """`[...]` sum over regions of excess demand for labour, relative to world labour income."""
        earned = self.labour_income.sum(-1)
        paid = self.value_added.sum((-1, -2)) + self.backstop.sum((-1, -2))
        return np.asarray(np.abs(paid - earned) / earned)
