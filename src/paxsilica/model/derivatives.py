"""Exact derivatives of any function of the equilibrium with respect to every entry of the shock at once.

Implicit function theorem: at the solution z = G(z, p), so dJ/dp = J_p + lambda' G_p with lambda = G_z' lambda + J_z.
The adjoint is the fixed point of the transposed sweep: as many products as a solve has sweeps, and no matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.errors import ConvergenceError, ShockError, joined
from paxsilica.model import equations
from paxsilica.model.calibration import Problem, merged, world
from paxsilica.model.fixed_point import fixed_point
from paxsilica.model.params import Params
from paxsilica.model.precision import in_double
from paxsilica.model.solve import problem_of, solve
from paxsilica.shock import INSTRUMENTS, Shock

ADJOINT_TOLERANCE = 1e-11
"""Relative to the largest entry of the objective's derivative: small entries of the gradient keep six digits."""


class Equilibrium(NamedTuple):
    """What an objective may look at: traced arrays, in the axes and units of `Outcome`."""

    real_income: jax.Array  # [n] W_hat
    income: jax.Array  # [n] I', million USD
    wage: jax.Array  # [n] w_hat
    consumer_price: jax.Array  # [n]
    treasury: jax.Array  # [n] R', million USD
    output: jax.Array  # [i,j] Y', million USD
    price: jax.Array  # [n,j] P_hat
    expenditure: jax.Array  # [n,j] X', million USD


Objective = Callable[[Equilibrium], jax.Array]


@dataclass(frozen=True, eq=False)
class Gradient:
    """d objective / d each entry of a shock (same shapes and units), and of the economy's trade elasticities.

    Entries that are banned outright have derivative zero: a ban is lifted by a step, not by a margin. Transfers sum to
    zero, so only differences between the entries of `transfer` mean anything.
    """

    value: float
    tariffs: Array
    trade_cost: Array
    productivity: Array
    permitted: Array
    export_tax: Array
    subsidy: Array
    input_subsidy: Array
    transfer: Array
    trade_elasticity: Array


@in_double
def gradient(
    economy: Economy, shock: Shock | None, objective: str | Objective, params: Params | None = None
) -> Gradient:
    """Derivative of an objective at the equilibrium after a shock: one solve and one adjoint solve.

    Args:
        objective: a region, for its real income W_hat, or a function of `Equilibrium` that returns a scalar; write it
            with `jax.numpy`, and numbers of your own with `numpy`, which has 64 bits whatever JAX is set to. Pass the
            same function object again to reuse its compilation.

    Raises:
        LabelError: the region does not exist. ShockError: the equilibrium decides a level.
        ConvergenceError: the equilibrium or its adjoint is not solved.
    """
    if shock is not None and shock.conditions:
        names = joined([condition.name for condition in shock.conditions])
        raise ShockError(f"a level of {names} follows from the equilibrium; give the rate itself")
    outcome = solve(economy, shock, params)
    economy, shock, params = outcome.economy, outcome.shock, outcome.params
    problem = problem_of(shock, params)
    region = economy.region_indices([objective])[0] if isinstance(objective, str) else 0
    of = _real_income if isinstance(objective, str) else _function(objective)
    entries = {
        name: getattr(shock, name) for name, row in INSTRUMENTS.items() if not row.sums_to_zero
    }
    value, d, gap = _gradient(problem, entries, outcome.state, of, region)
    if not gap <= 1e3 * ADJOINT_TOLERANCE:
        raise ConvergenceError(
            f"the adjoint equations are not solved (they miss by {float(gap):.1e}); solve tighter",
            outcome,
        )
    by_entry, by_theta, by_deficit = d
    return Gradient(
        value=float(value),
        trade_elasticity=np.asarray(by_theta)[:, 0] * params.theta_slope(economy.trade_elasticity),
        transfer=np.asarray(by_deficit),
        **{name: np.asarray(values) for name, values in by_entry.items()},
    )


def _real_income(q: Equilibrium, region: jax.Array) -> jax.Array:
    return q.real_income[region]


@cache
def _function(objective: Objective) -> Callable[[Equilibrium, jax.Array], jax.Array]:
    """One wrapper for each objective, so that the compiler recognises it."""
    return lambda q, _: objective(q)


@partial(jax.jit, static_argnums=3)
def _gradient(
    problem: Problem,
    entries: Mapping[str, Any],
    here: Any,
    objective: Callable[[Equilibrium, jax.Array], jax.Array],
    region: jax.Array,
) -> tuple[jax.Array, Any, jax.Array]:
    sectors, regions = problem.employment.shape
    now = merged(world(problem))

    def value(w: equations.World, z: jax.Array) -> jax.Array:
        return objective(equilibrium(w, z, problem.baseline.income), region)

    J, J_z = jax.value_and_grad(partial(value, now))(here)
    _, transposed = jax.vjp(partial(equations.sweep, now), here)
    scale = jnp.maximum(jnp.abs(J_z).max(), 1e-300)
    adjoint = fixed_point(
        lambda v: transposed(v)[0] + J_z / scale,
        partial(equations.regional, sectors=sectors),
        J_z / scale,
        ADJOINT_TOLERANCE,
        1000,
    )

    def lagrangian(entries: Mapping[str, Any], theta: jax.Array, deficit: jax.Array) -> jax.Array:
        every = problem.terms._replace(at=np.arange(regions), **entries)
        e = problem.elasticities._replace(trade=theta)
        w = merged(world(problem._replace(terms=every, elasticities=e, deficit=deficit)))
        return value(w, here) + jnp.vdot(scale * adjoint.best, equations.sweep(w, here))

    d = jax.grad(lagrangian, argnums=(0, 1, 2))(
        entries, problem.elasticities.trade, problem.deficit
    )
    return J, d, adjoint.best_gap


def equilibrium(w: equations.World, z: jax.Array, income: jax.Array) -> Equilibrium:
    """What the unknowns imply, in the axes of `Outcome`."""
    s = equations.unpacked(z, len(w.expenditure))
    a = equations.accounts(w, s)
    return Equilibrium(
        real_income=a.income / income * jnp.exp(-a.consumer_price),
        income=a.income,
        wage=a.wages / w.labour_income,
        consumer_price=jnp.exp(a.consumer_price),
        treasury=a.revenue,
        output=a.output.T,
        price=jnp.exp(a.price).T,
        expenditure=(w.expenditure * jnp.exp(s.expenditure)).T,
    )
