"""The equilibrium in changes, as in Caliendo and Parro (2015, REStud 82(1), equations 10-14).

A hat is counterfactual over baseline. Inside the model arrays are sector first (`[j, n, i]`: sector, importer,
exporter), because one contraction over exporters is then a batch of matrix-vector products. The unknowns are the
logarithms of wage, price and expenditure changes, so that zero is the baseline and no step can leave the positive cone.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.economy import Array, Economy, Shock

jax.config.update("jax_enable_x64", True)

LABOUR_STEP = 0.5
"""Share of the labour-market gap that one sweep closes; the full step overshoots where few sectors export."""


class World(NamedTuple):
    """What one solve holds fixed: baseline shares and the shock. Arrays are sector first."""

    delivered: jax.Array  # [j,n,i] pi (A_hat kappa_hat^-1)^theta, where kappa_hat = (1+tau')/(1+tau) d_hat
    received: jax.Array  # [j,n,i] the same over 1+tau'
    theta: jax.Array  # [j,1]
    input_shares: jax.Array  # [n,k,j] gamma
    value_added_share: jax.Array  # [j,n]
    final_shares: jax.Array  # [k,n] alpha
    expenditure: jax.Array  # [j,n] X
    labour_income: jax.Array  # [n] wL
    deficit: jax.Array  # [n] D held in units of the numeraire
    deficit_share: jax.Array  # [n] D held as a share of world income


class State(NamedTuple):
    """The unknowns, in logarithms of changes."""

    wage: jax.Array  # [n]
    price: jax.Array  # [j,n]
    expenditure: jax.Array  # [j,n]


class Accounts(NamedTuple):
    """What a state implies. Levels in million USD, with world labour income as numeraire."""

    unit_cost: jax.Array  # [j,i] log c_hat
    price: jax.Array  # [j,n] log P_hat
    output: jax.Array  # [j,i] Y'
    imports: jax.Array  # [j,n] purchases before tariff, the domestic ones included
    revenue: jax.Array  # [n] R'
    income: jax.Array  # [n] I'
    expenditure: jax.Array  # [j,n] X' that income and output ask for
    labour_demand: jax.Array  # [n]


def world(economy: Economy, shock: Shock, deficits: str) -> World:
    """The arrays of one solve. A ban (infinite trade cost) is a share of exactly zero."""
    theta = economy.trade_elasticity
    kappa = (1 + shock.tariffs) / (1 + economy.tariffs) * shock.trade_cost
    delivered = economy.shares * (kappa / shock.productivity) ** -theta
    fixed = economy.deficit if deficits == "fixed" else np.zeros_like(economy.deficit)
    share = economy.deficit / economy.income.sum() if deficits == "fixed_share" else np.zeros_like(economy.deficit)

    def sector_first(a: Array) -> jax.Array:
        return jnp.asarray(np.moveaxis(a, -1, 0))

    return World(
        delivered=sector_first(delivered),
        received=sector_first(delivered / (1 + shock.tariffs)),
        theta=jnp.asarray(theta[:, None]),
        input_shares=jnp.asarray(economy.input_shares),
        value_added_share=sector_first(economy.value_added_share),
        final_shares=sector_first(economy.final_shares),
        expenditure=sector_first(economy.expenditure),
        labour_income=jnp.asarray(economy.labour_income),
        deficit=jnp.asarray(fixed),
        deficit_share=jnp.asarray(share),
    )


def baseline(w: World) -> State:
    """The state in which nothing has changed."""
    zero = jnp.zeros_like(w.expenditure)
    return State(jnp.zeros_like(w.labour_income), zero, zero)


def accounts(w: World, s: State) -> Accounts:
    """Costs, prices, sales, revenue, income and demand that a state implies (CP2015 equations 10-14)."""
    log_c = w.value_added_share * s.wage + jnp.einsum("nkj,kn->jn", w.input_shares, s.price)
    c_theta = jnp.exp(-w.theta * log_c)
    P_theta = jnp.einsum("jni,ji->jn", w.delivered, c_theta)
    X = w.expenditure * jnp.exp(s.expenditure)
    demand = X / P_theta
    Y = c_theta * jnp.einsum("jni,jn->ji", w.received, demand)
    imports = demand * jnp.einsum("jni,ji->jn", w.received, c_theta)
    R = (X - imports).sum(0)
    earned = jnp.exp(s.wage) * w.labour_income + R
    I = earned + w.deficit + w.deficit_share * earned.sum()
    return Accounts(
        unit_cost=log_c,
        price=-jnp.log(P_theta) / w.theta,
        output=Y,
        imports=imports,
        revenue=R,
        income=I,
        expenditure=w.final_shares * I + jnp.einsum("nkj,jn->kn", w.input_shares, Y),
        labour_demand=(w.value_added_share * Y).sum(0),
    )


def sweep(w: World, s: State) -> State:
    """One pass of the fixed-point map; its fixed point is the equilibrium with world labour income as numeraire."""
    a = accounts(w, s)
    gap = jnp.log(a.labour_demand / w.labour_income) - s.wage
    wage = s.wage + LABOUR_STEP * gap
    wage = wage - jnp.log((jnp.exp(wage) * w.labour_income).sum() / w.labour_income.sum())
    spends = w.expenditure > 0
    expenditure = jnp.where(spends, jnp.log(jnp.where(spends, a.expenditure / w.expenditure, 1.0)), 0.0)
    return State(wage, a.price, expenditure)
