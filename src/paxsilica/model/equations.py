"""The equilibrium in changes: Caliendo and Parro (2015) with nested CES, sector labour and treasury.

A hat is counterfactual over baseline. Inside the model arrays are sector first (`[j, n, i]`: sector, importer,
exporter), because one contraction over exporters is then a batch of matrix products. The unknowns are the logarithms of
wage, price and expenditure changes, so that zero is the baseline and no step can leave the positive cone.

The equations stand here once, for numpy and for JAX: each asks its arrays for their namespace. Every equation also takes
a trailing axis, written `...`: scenarios side by side, where `rows` and `seller` are a scenario's own and what all share
has a trailing axis of one (`paxsilica.model.vectorised`).

Each elasticity of a nest is None where it is one (Cobb-Douglas), or the reciprocal of labour mobility None where labour
moves freely: the simpler equation is then computed, not approached.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paxsilica.model.world import (
    Alone,
    AnyArray,
    Elasticities,
    State,
    World,
    namespace,
    placed,
)

MOST_LENT = 0.9
"""A surplus that is held while the lender's economy collapses would leave it less than nothing to spend."""

NEXT_TO_NOTHING = 1e-15
"""Share of world income added to a sum that may be zero before dividing by it."""


def packed(s: State) -> AnyArray:
    """`[rows, n, ...]` the unknowns as one matrix, the blocks above one another."""
    return namespace(s.price).concatenate(s)


def unpacked(z: AnyArray, sectors: int) -> State:
    """The state of a matrix of unknowns; its wages are one row, or one for each of the `sectors`."""
    wages = len(z) - 2 * sectors
    return State(z[:wages], z[wages : wages + sectors], z[wages + sectors :])


def regional(z: AnyArray, sectors: int) -> AnyArray:
    """`[3n, ...]` averages of the unknowns over sectors: the projection on which the acceleration judges a step."""
    means = _averages(len(z), sectors).astype(z.dtype) @ z.reshape(len(z), -1)
    return means.reshape(-1, *z.shape[2:])


@cache
def _averages(rows: int, sectors: int) -> NDArray[np.float64]:
    sizes = (rows - 2 * sectors, sectors, sectors)
    return np.repeat(np.eye(3) / sizes, sizes, axis=1)


class Accounts(NamedTuple):
    """What a state implies. Levels in million USD, with world labour income as numeraire."""

    price: AnyArray  # [j,n] log P_hat
    expenditure: AnyArray  # [j,n] X' that income and output ask for
    output: AnyArray  # [j,i] Y', sales at the factory gate
    imports: AnyArray  # [n] purchases before tariff, the domestic ones included
    export_taxes: AnyArray | float  # [n] what exporters' treasuries earn at the border
    value_added: AnyArray  # [j,n] what sectors pay for labour
    backstop: AnyArray | float  # [n] what buyers pay labour for backstops
    wages: AnyArray  # [n] what labour earns
    revenue: AnyArray  # [n] tariffs and export taxes less subsidies of production and of inputs
    income: AnyArray  # [n] I'


def index(mean: Callable[..., AnyArray], elasticity: AnyArray | None, *logs: AnyArray) -> AnyArray:
    """log of the CES index (mean of x^(1-rho))^(1/(1-rho)), whose limit at rho = 1 is the mean of the logs.

    Written with expm1 and log1p so that it is exact to rounding however close rho is to one.
    """
    if elasticity is None:
        return mean(*logs)
    xp, power = namespace(logs[0]), 1 - elasticity
    return xp.log1p(mean(*(xp.expm1(power * x) for x in logs))) / power


def responding(
    spent: AnyArray, price: AnyArray | float, mean: AnyArray | float, elasticity: AnyArray | None
) -> AnyArray:
    """Spending on one of several when its price changes against the index of all; both are logs."""
    if elasticity is None:
        return spent
    return spent * namespace(spent).exp((1 - elasticity) * (price - mean))


def unchanged(expenditure: AnyArray, e: Elasticities) -> AnyArray:
    """`[rows, n]` the unknowns where nothing has changed, for `[j, n]` expenditure."""
    zero = 0.0 * expenditure
    return packed(State(zero if e.labour is not None else zero[:1], zero, zero))


def accounts(w: World, s: State) -> Accounts:
    """Costs, prices, sales, revenue, income and demand that a state implies."""
    xp, e = namespace(s.price), w.elasticities
    v, m = w.value_added_share, w.bundle_share
    Q = _bundle_price(w, s.price)
    c = index(lambda wage, bundle: v * wage + m * bundle, e.value_added, s.wage, Q)
    gate = xp.exp(-e.trade * (c if w.seller is None else c + w.seller))
    X = w.expenditure * xp.exp(s.expenditure)
    average_wage = _average_wage(w, s)

    own = w.alone
    traded = _traded(w, gate, X, average_wage) if own is None else _trade_alone(own, gate, X)
    Y, taxes = traded.output, traded.export_taxes
    revenue = X.sum(0) - traded.backstop - traded.imports + taxes
    cost = Y
    if w.subsidy is not None:
        cost = Y / (1 - w.subsidy)
        revenue = revenue - (cost - Y).sum(0)
    spent = responding(cost, Q, c, e.value_added)
    bought, paid_for_users = _bought(w, s.price, Q, spent)
    revenue = revenue - paid_for_users

    wages = w.labour_income * xp.exp(average_wage)
    earned = wages + revenue
    I = earned + deficits(w.deficit + w.deficit_share * earned.sum(0), earned)
    final = w.final_shares * I
    if e.consumption is not None:
        final = responding(final, s.price, consumer_price(w, s.price), e.consumption)
    return Accounts(
        price=xp.log(traded.available) / -e.trade,
        expenditure=final + bought,
        output=Y,
        imports=traded.imports,
        export_taxes=taxes,
        value_added=responding(v * cost, s.wage, c, e.value_added),
        backstop=traded.backstop,
        wages=wages,
        revenue=revenue,
        income=I,
    )


def consumer_price(w: World, price: AnyArray) -> AnyArray:
    """`[n]` log of the consumption price index."""
    return index(lambda P: (w.final_shares * P).sum(0), w.elasticities.consumption, price)


class Trade(NamedTuple):
    """What buyers find and sellers get at gate prices and spending."""

    available: AnyArray  # [j,n] P_hat^-theta
    output: AnyArray  # [j,i]
    imports: AnyArray  # [n]
    export_taxes: AnyArray | float  # [n]
    backstop: AnyArray | float  # [n]


def _traded(w: World, gate: AnyArray, X: AnyArray, average_wage: AnyArray) -> Trade:
    """Gate prices and spending meet: shares, sales and what treasuries earn at borders.

    Args:
        gate: `[j, i]` gate price to the power of -theta. X: `[j, n]` spending, duty paid.
    """
    available, home_made = from_exporters(w, "delivered", gate), _home_made(w, average_wage)
    at, backstop = _rows_at(w), 0.0
    if home_made is not None:
        available = placed(available, at, available[at] + home_made)
    demand = X / available
    if home_made is not None:
        backstop = placed(0.0 * average_wage, at[1:], (demand[at] * home_made).sum(0))
    imports = (demand * from_exporters(w, "received", gate)).sum(0)
    taxes: AnyArray | float = 0.0
    if w.taxed is not None:
        imports = imports + (demand * from_exporters(w, "taxed", gate)).sum(0)
        taxes = (gate * to_exporters(w, "taxed", demand)).sum(0)
    return Trade(
        available=available,
        output=gate * to_exporters(w, "received", demand),
        imports=imports,
        export_taxes=taxes,
        backstop=backstop,
    )


def _home_made(w: World, average_wage: AnyArray) -> AnyArray | None:
    """What backstops add to `Trade.available`, where the rows stand; None where nothing is banned."""
    theta, table = w.elasticities.trade, w.backstop
    if w.rows is not None:
        theta, table = theta.swapaxes(1, 2), w.rows.backstop
    if table is None:
        return None
    return table * namespace(table).exp(-theta * average_wage[_rows_at(w)[1:]])


def _trade_alone(own: Alone, gate: AnyArray, X: AnyArray) -> Trade:
    """`_traded` where every region moves by itself, without bans or export taxes."""
    dearer = gate - 1
    available = 1 + own.delivered * dearer
    demand = X / available
    sold = own.received * demand + own.exported - own.competes * dearer
    imports = (demand * (own.imported + own.received * dearer)).sum(0)
    return Trade(available, gate * sold, imports, export_taxes=0.0, backstop=0.0)


def _bundle_price(w: World, price: AnyArray) -> AnyArray:
    """`[j, n]` log of the price that sectors pay for their bundles of inputs."""
    m = w.bundle_share
    if w.user is None:
        used = w.input_shares.swapaxes(1, 2)
        return index(lambda P: over_inputs(used, P) / m, w.elasticities.inputs, price)
    return index(
        lambda P: (w.input_shares * P).sum(1).T / m,
        w.elasticities.inputs,
        _user_price(price, w.user),
    )


def _bought(
    w: World, price: AnyArray, bundle: AnyArray, spent: AnyArray
) -> tuple[AnyArray, AnyArray | float]:
    """`[k, n]` purchases of inputs at market prices, and `[n]` what treasuries pay of them.

    Args:
        bundle: `[j, n]` log price of the bundle. spent: `[j, n]` what sectors pay for inputs themselves.
    """
    e = w.elasticities.inputs
    spent = responding(spent, 0.0, bundle, e)
    if w.user is None:
        return responding(over_inputs(w.input_shares, spent), price, 0.0, e), 0.0
    paid = responding(w.input_shares * spent.T[:, None], _user_price(price, w.user), 0.0, e)
    bought = paid * namespace(price).exp(-w.user)
    return bought.sum(2).T, (bought - paid).sum((1, 2))


def _user_price(price: AnyArray, user: AnyArray) -> AnyArray:
    """`[n, k, j]` log of the price at which sector j buys input k."""
    return price.T[:, :, None] + user


def deficits(promised: Any, earned: Any) -> Any:
    """`[n, ...]` D': the promised deficits, except that no region lends abroad more than `MOST_LENT` of what it earns.

    What lenders cannot lend the borrowers do without, in proportion.
    """
    xp = namespace(earned)
    lent = xp.maximum(promised, -MOST_LENT * earned)
    borrowed = xp.maximum(lent, 0.0)
    return lent - borrowed * (lent.sum(0) / (borrowed.sum(0) + NEXT_TO_NOTHING * earned.sum(0)))


def asked_wages(w: World, a: Accounts) -> AnyArray:
    """log of the wage change at which labour supply meets what sectors pay; in the shape of `State.wage`."""
    xp, e = namespace(a.value_added), w.elasticities
    total = a.value_added.sum(0)
    asked = xp.log((total + a.backstop) / w.labour_income)[None]
    if e.labour is None:
        return asked
    works = w.employment > 0
    share = xp.where(works, a.value_added / xp.where(works, w.employment, 1.0) / total, 1.0)
    return asked + e.labour * xp.log(share)


def asked_spending(w: World, a: Accounts) -> AnyArray:
    """log of the expenditure change that income and output ask for; zero where nothing is bought."""
    after, before = a.expenditure, w.expenditure
    if w.unbought is not None:
        after, before = after + w.unbought, before + w.unbought
    return namespace(after).log(after / before)


def largest(difference: AnyArray) -> AnyArray:
    """`[...]` largest absolute entry over the first two axes, infinite where any is not a number."""
    xp = namespace(difference)
    size = xp.abs(difference).max(0).max(0)
    return xp.where(xp.isnan(size), np.inf, size)


def sweep(w: World, z: AnyArray) -> AnyArray:
    """One pass of the fixed-point map; its fixed point is the equilibrium with world labour income as numeraire.

    An isolated region's own labour income is its numeraire. Where regions stand alone, others earn as in the baseline.
    """
    xp, a = namespace(z), accounts(w, unpacked(z, len(w.expenditure)))
    world = w.labour_income.sum(0)
    if w.alone is None:
        level = xp.log(a.wages.sum(0) / world)
        if w.isolated is not None:
            level = level + xp.where(w.isolated, xp.log(a.wages / w.labour_income), 0.0)
    else:
        level = xp.log1p((a.wages - w.labour_income) / world)
    return packed(State(asked_wages(w, a) - level, a.price, asked_spending(w, a)))


def _average_wage(w: World, s: State) -> AnyArray:
    """log Phi_hat: what labour earns in all sectors together (Galle, Rodriguez-Clare and Yi 2023, Roy-Frechet)."""
    xp, nu = namespace(s.wage), w.elasticities.labour
    if nu is None:
        return s.wage[0]
    highest = s.wage.max(0)
    return highest + nu * xp.log((w.employment * xp.exp((s.wage - highest) / nu)).sum(0))


def over_inputs(table: AnyArray, x: AnyArray) -> AnyArray:
    """`[k, n, ...]` sum over j of a table `[n, k, j]` times `[j, n, ...]`."""
    columns = x.reshape(*x.shape[:2], -1).swapaxes(0, 1)
    total = (table @ columns).swapaxes(0, 1)
    return total.reshape(total.shape[:2] + x.shape[2:])


def _times(table: AnyArray, x: AnyArray) -> AnyArray:
    """`[j, n, ...]` sum over i of a table `[j, n, i]` times `[j, i, ...]`."""
    return (table @ x.reshape(*x.shape[:2], -1)).reshape(x.shape)


def from_exporters(w: World, name: str, gate: AnyArray) -> AnyArray:
    """`[j, n, ...]` sum over exporters."""
    total = _times(getattr(w, name), gate)
    if w.rows is not None:
        met = gate.transpose(2, 0, 1)[..., None]
        total[_rows_at(w)] = (getattr(w.rows, name) @ met)[..., 0].swapaxes(0, 1)
    return total


def to_exporters(w: World, name: str, demand: AnyArray) -> AnyArray:
    """`[j, i, ...]` sum over importers."""
    table = getattr(w, name).swapaxes(1, 2)
    if w.rows is None:
        return _times(table, demand)
    at = _rows_at(w)
    asked = demand[at].swapaxes(0, 1)[:, :, None]
    total = _times(table, placed(demand, at, 0.0))
    total += (asked @ getattr(w.rows, name))[:, :, 0].transpose(1, 2, 0)
    return total


def _rows_at(w: World) -> tuple[Any, ...]:
    """Where the rows stand in `[j, n, l]`, in the order `[j, l, r]`; everywhere in `[j, n]` where there are none."""
    if w.rows is None:
        return slice(None), slice(None)
    return slice(None), w.rows.importer, np.arange(len(w.rows.importer))[:, None]
