"""The equilibrium in changes: Caliendo and Parro (2015) with nested CES, sector labour and treasury.

A hat is counterfactual over baseline. Inside the model arrays are sector first (`[j, n, i]`: sector, importer,
exporter), because one contraction over exporters is then a batch of matrix-vector products. The unknowns are the
logarithms of wage, price and expenditure changes, so that zero is the baseline and no step can leave the positive cone.

Every equation also takes a trailing axis, written `...`: scenarios side by side, where `rows` and `seller` are a
scenario's own and what all share has a trailing axis of one (`paxsilica.model.vectorised`).

Each elasticity of a nest is None where it is one (Cobb-Douglas), or the reciprocal of labour mobility None where labour
moves freely: the simpler equation is then compiled, not approached.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.model.fixed_point import largest

LABOUR_STEP = 0.5
"""The full step to the wage that clears the labour market overshoots where few sectors export."""


MOST_LENT = 0.9
"""A surplus that is held while the lender's economy collapses would leave it less than nothing to spend."""

NEXT_TO_NOTHING = 1e-15
"""Share of world income added to a sum that may be zero before dividing by it."""


class Elasticities(NamedTuple):
    """Elasticities of substitution; None is one (or, for `labour`, free mobility)."""

    trade: Any  # [j,1] theta
    value_added: Any  # between value added and inputs
    inputs: Any  # among inputs
    consumption: Any  # among consumption goods
    labour: Any  # 1/kappa: 0 is free mobility between sectors, 1 is none


class ChangedRows(NamedTuple):
    """Terms of trade of the importers `at` that differ from a baseline shared by many scenarios."""

    at: jax.Array  # [r] importer, or N for padding
    delivered: jax.Array  # [j,r,i]
    received: jax.Array  # [j,r,i]
    taxed: jax.Array | None  # [j,r,i]
    backstop: jax.Array | None  # [j,r]


class World(NamedTuple):
    """What one solve holds fixed: baseline shares and the shock. Arrays are sector first, money is million USD."""

    delivered: jax.Array  # [j,n,i] pi kappa_hat^-theta, kappa_hat = (1+tau')/(1+tau) (1+e') d_hat
    received: jax.Array  # [j,n,i] the same over (1+tau')(1+e'): what reaches the factory gate
    taxed: (
        jax.Array | None
    )  # [j,n,i] e' times received: what reaches the exporter's treasury; None without such taxes
    backstop: (
        jax.Array | None
    )  # [j,n] (lost share of pi) m^-theta: home-made for banned products; None without bans
    rows: ChangedRows | None
    seller: jax.Array  # [j,i] log of (1-s')/A_hat, gate price over unit cost
    subsidy: (
        jax.Array | None
    )  # [j,i] s', share of cost paid by the treasury; None where it pays none
    user: (
        jax.Array | None
    )  # [n,k,j] log of 1-s', what sector j pays of the price of input k; None where it pays all
    elasticities: Elasticities
    input_shares: jax.Array  # [n,k,j] gamma
    value_added_share: jax.Array  # [j,n]
    final_shares: jax.Array  # [k,n] alpha
    expenditure: jax.Array  # [j,n] X
    employment: jax.Array  # [j,n] share of sector j in labour income, sums to one over j
    labour_income: jax.Array  # [n] wL
    domestic: jax.Array  # [n,j,k] (1 - pi_nn gamma')^-1
    isolated: (
        jax.Array
    )  # [n] True where bans leave no trade at all: the region's money then has a level of its own
    deficit: jax.Array  # [n] D held in units of the numeraire
    deficit_share: jax.Array  # [n] D held as a share of world income


class State(NamedTuple):
    """The unknowns, in logarithms of changes."""

    wage: jax.Array  # [1,n], or [j,n] where labour does not move freely
    price: jax.Array  # [j,n]
    expenditure: jax.Array  # [j,n]


def packed(s: State) -> jax.Array:
    """`[rows, n, ...]` the unknowns as one matrix, the blocks above one another."""
    return jnp.concatenate(s)


def unpacked(z: jax.Array, sectors: int) -> State:
    """The state of a matrix of unknowns; its wages are one row, or one for each of the `sectors`."""
    wages = len(z) - 2 * sectors
    return State(z[:wages], z[wages : wages + sectors], z[wages + sectors :])


def regional(z: jax.Array, sectors: int) -> jax.Array:
    """`[3n, ...]` averages of the unknowns over sectors: the projection on which the acceleration judges a step."""
    rows = (len(z) - 2 * sectors, sectors, sectors)
    average = np.repeat(np.eye(3) / rows, rows, axis=1)
    means: jax.Array = jnp.einsum("br,rn...->bn...", average, z).reshape(-1, *z.shape[2:])
    return means


class Accounts(NamedTuple):
    """What a state implies. Levels in million USD, with world labour income as numeraire."""

    price: jax.Array  # [j,n] log P_hat
    expenditure: jax.Array  # [j,n] X' that income and output ask for
    output: jax.Array  # [j,i] Y', sales at the factory gate
    imports: jax.Array  # [n] purchases before tariff, the domestic ones included
    exports: jax.Array  # [n] sales at the border, the domestic ones and export taxes included
    value_added: jax.Array  # [j,n] what sectors pay for labour
    backstop: jax.Array | float  # [n] what buyers pay labour for backstops
    wages: jax.Array  # [n] what labour earns
    revenue: jax.Array  # [n] tariffs and export taxes less subsidies of production and of inputs
    income: jax.Array  # [n] I'
    consumer_price: jax.Array  # [n] log of the consumption price index


def index(mean: Callable[[Any], jax.Array], logs: Any, elasticity: jax.Array | None) -> jax.Array:
    """log of the CES index (mean of x^(1-rho))^(1/(1-rho)), whose limit at rho = 1 is the mean of the logs.

    Written with expm1 and log1p so that it is exact to rounding however close rho is to one.
    """
    if elasticity is None:
        return mean(logs)
    power = 1 - elasticity
    return jnp.log1p(mean(jax.tree.map(lambda x: jnp.expm1(power * x), logs))) / power


def response(log_ratio: jax.Array, elasticity: jax.Array | None) -> jax.Array | float:
    """Factor on a spending share when its relative price changes by `log_ratio`."""
    return 1.0 if elasticity is None else jnp.exp((1 - elasticity) * log_ratio)


def unchanged(expenditure: jax.Array, e: Elasticities) -> jax.Array:
    """`[rows, n]` the unknowns where nothing has changed, for `[j, n]` expenditure."""
    zero = jnp.zeros_like(expenditure)
    return packed(State(zero if e.labour is not None else zero[:1], zero, zero))


def accounts(w: World, s: State) -> Accounts:
    """Costs, prices, sales, revenue, income and demand that a state implies."""
    e, v = w.elasticities, w.value_added_share
    Q = _bundle_price(w, s.price)
    c = index(lambda x: v * x[0] + (1 - v) * x[1], (s.wage, Q), e.value_added)

    gate = jnp.exp(-e.trade * (c + w.seller))
    P_theta = from_exporters(w, "delivered", gate)
    average_wage = _average_wage(w, s)
    X = w.expenditure * jnp.exp(s.expenditure)
    backstop: jax.Array | float = 0.0
    if w.backstop is not None:
        home_made = w.backstop * jnp.exp(-e.trade * average_wage)
        P_theta = P_theta + home_made
        backstop = (X / P_theta * home_made).sum(0)
    demand = X / P_theta
    Y = gate * to_exporters(w, "received", demand)
    imports, exports = (demand * from_exporters(w, "received", gate)).sum(0), Y.sum(0)
    revenue = X.sum(0) - backstop - imports
    if w.taxed is not None:
        taxes = (gate * to_exporters(w, "taxed", demand)).sum(0)
        paid = (demand * from_exporters(w, "taxed", gate)).sum(0)
        imports, exports, revenue = imports + paid, exports + taxes, revenue - paid + taxes
    cost = Y
    if w.subsidy is not None:
        cost = Y / (1 - w.subsidy)
        revenue = revenue - (cost - Y).sum(0)
    spent = cost * response(Q - c, e.value_added) / response(Q, e.inputs)
    bought, paid_for_users = _bought(w, s.price, spent)
    revenue = revenue - paid_for_users

    wages = w.labour_income * jnp.exp(average_wage)
    earned = wages + revenue
    I = earned + deficits(w.deficit + w.deficit_share * earned.sum(0), earned)
    P_C = index(lambda P: (w.final_shares * P).sum(0), s.price, e.consumption)
    final = w.final_shares * response(s.price - P_C, e.consumption) * I
    return Accounts(
        price=-jnp.log(P_theta) / e.trade,
        expenditure=final + bought,
        output=Y,
        imports=imports,
        exports=exports,
        value_added=v * cost * response(s.wage - c, e.value_added),
        backstop=backstop,
        wages=wages,
        revenue=revenue,
        income=I,
        consumer_price=P_C,
    )


def _bundle_price(w: World, price: jax.Array) -> jax.Array:
    """`[j, n]` log of the price that sectors pay for their bundles of inputs."""
    v = w.value_added_share
    m = jnp.where(v < 1, 1 - v, 1.0)
    if w.user is None:
        return index(lambda P: over_inputs(w.input_shares, P, 1) / m, price, w.elasticities.inputs)
    return index(
        lambda P: (w.input_shares * P).sum(1).T / m,
        _user_price(price, w.user),
        w.elasticities.inputs,
    )


def _bought(w: World, price: jax.Array, spent: jax.Array) -> tuple[jax.Array, jax.Array | float]:
    """`[k, n]` purchases of inputs at market prices, and `[n]` what treasuries pay of them.

    Args:
        spent: `[j, n]` what sectors pay for inputs themselves, over the response to the price of the bundle.
    """
    e = w.elasticities.inputs
    if w.user is None:
        return response(price, e) * over_inputs(w.input_shares, spent, 2), 0.0
    paid = w.input_shares * spent.T[:, None] * response(_user_price(price, w.user), e)
    bought = paid * jnp.exp(-w.user)
    return bought.sum(2).T, (bought - paid).sum((1, 2))


def _user_price(price: jax.Array, user: jax.Array) -> jax.Array:
    """`[n, k, j]` log of the price at which sector j buys input k."""
    return price.T[:, :, None] + user


def deficits(promised: Any, earned: Any) -> Any:
    """`[n, ...]` D': the promised deficits, except that no region lends abroad more than `MOST_LENT` of what it earns.

    What lenders cannot lend the borrowers do without, in proportion. Plain arithmetic, for numpy and JAX alike.
    """
    least = -MOST_LENT * earned
    lent = promised * (promised > least) + least * (promised <= least)
    borrowed = lent * (lent > 0)
    return lent - borrowed * (lent.sum(0) / (borrowed.sum(0) + NEXT_TO_NOTHING * earned.sum(0)))


def asked_wages(w: World, a: Accounts) -> jax.Array:
    """log of the wage change at which labour supply meets what sectors pay; in the shape of `State.wage`."""
    e = w.elasticities
    total = a.value_added.sum(0)
    asked = jnp.log((total + a.backstop) / w.labour_income)[None]
    if e.labour is None:
        return asked
    works = w.employment > 0
    share = jnp.where(works, a.value_added / jnp.where(works, w.employment, 1.0) / total, 1.0)
    scarcity: jax.Array = e.labour * jnp.log(share)
    return asked + scarcity


def asked_spending(w: World, a: Accounts) -> jax.Array:
    """log of the expenditure change that income and output ask for; zero where nothing is bought."""
    spends = w.expenditure > 0
    return jnp.log(jnp.where(spends, a.expenditure / jnp.where(spends, w.expenditure, 1.0), 1.0))


def gaps(w: World, s: State, a: Accounts) -> tuple[jax.Array, jax.Array]:
    """The largest relative gap of any equation, trade balance included, and Walras' excess demand for labour."""
    spending = (w.expenditure * jnp.exp(s.expenditure)).sum(0)
    balance = (a.imports - a.exports - (a.income - a.wages - a.revenue)) / spending
    paid = a.value_added.sum(0) + a.backstop
    labour = asked_wages(w, a) - s.wage
    if (
        w.elasticities.labour is not None
    ):  # against what workers earn, where the sweep counts what they are paid
        labour = labour + w.elasticities.labour * jnp.log(paid / a.wages)
    blocks = (a.price - s.price, asked_spending(w, a) - s.expenditure, labour, balance[None])
    return largest(jnp.concatenate(blocks)), jnp.abs((paid - a.wages).sum(0)) / a.wages.sum(0)


def sweep(w: World, z: jax.Array) -> jax.Array:
    """One pass of the fixed-point map; its fixed point is the equilibrium with world labour income as numeraire.

    An isolated region's own labour income is its numeraire.

    The step of prices counts what they do to themselves through home inputs, which saves one sweep in seven.
    """
    s = unpacked(z, len(w.expenditure))
    a = accounts(w, s)
    wage = s.wage + labour_step(w.elasticities, w.value_added_share) * (asked_wages(w, a) - s.wage)
    own_level = jnp.where(w.isolated, jnp.log(a.wages / w.labour_income), 0.0)
    wage = wage - jnp.log(a.wages.sum(0) / w.labour_income.sum(0)) - own_level
    price = s.price + over_inputs(w.domestic, a.price - s.price, 2)
    return packed(State(wage, price, asked_spending(w, a)))


def labour_step(e: Elasticities, value_added_share: jax.Array | float = 1.0) -> jax.Array | float:
    """Share of the labour-market gap that one sweep closes; by sector, demand answers wages by up to theta."""
    return (
        LABOUR_STEP
        if e.labour is None
        else 1 / (1 + LABOUR_STEP * e.labour * e.trade * value_added_share)
    )


def _average_wage(w: World, s: State) -> jax.Array:
    """log Phi_hat: what labour earns in all sectors together (Galle, Rodriguez-Clare and Yi 2023, Roy-Frechet)."""
    nu = w.elasticities.labour
    if nu is None:
        return s.wage[0]
    average: jax.Array = nu * jax.nn.logsumexp(s.wage / nu, axis=0, b=w.employment)
    return average


def over_inputs(table: jax.Array, x: jax.Array, axis: int) -> jax.Array:
    """`[j, n, ...]` sum over an axis of a table `[n, j, k]` times `[k, n, ...]`; keeps scenarios innermost."""
    return jax.lax.dot_general(table, x, (((axis,), (0,)), ((0,), (1,)))).swapaxes(0, 1)


def from_exporters(w: World, name: str, gate: jax.Array) -> jax.Array:
    """`[j, n, ...]` sum over exporters."""
    total = jnp.einsum("jni,ji...->jn...", getattr(w, name), gate)
    if w.rows is None:
        return total
    listed = _is_row(w.rows, total.shape[1])
    changed = (getattr(w.rows, name) * gate[:, None]).sum(2)
    updated: jax.Array = total * ~listed.any(0) + (changed[:, :, None] * listed).sum(1)
    return updated


def to_exporters(w: World, name: str, demand: jax.Array) -> jax.Array:
    """`[j, i, ...]` sum over importers."""
    if w.rows is None:
        return jnp.einsum("jni,jn...->ji...", getattr(w, name), demand)
    listed = _is_row(w.rows, demand.shape[1])
    same = jnp.einsum("jni,jn...->ji...", getattr(w, name), demand * ~listed.any(0))
    asked = (demand[:, None] * listed).sum(2)
    updated: jax.Array = same + (getattr(w.rows, name) * asked[:, :, None]).sum(1)
    return updated


def _is_row(rows: ChangedRows, regions: int) -> jax.Array:
    """`[r, n, ...]` True where importer n is row r."""
    return rows.at[:, None] == jnp.arange(regions).reshape(-1, *[1] * (rows.at.ndim - 1))
