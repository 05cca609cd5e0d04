"""Exact derivatives of any function of the equilibrium with respect to every entry of the shock at once.

Implicit function theorem: at the solution z = G(z, p), so dJ/dp = J_p + lambda' G_p with lambda = G_z' lambda + J_z.
The adjoint is the fixed point of the transposed sweep: as many products as a solve has sweeps, and no matrix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.errors import ConvergenceError
from paxsilica.model import equations
from paxsilica.model.adjoint import entries_of, pulled_back, with_every_instrument
from paxsilica.model.calibration import Problem, merged, world
from paxsilica.model.equations import State
from paxsilica.model.fixed_point import fixed_point
from paxsilica.model.params import Params
from paxsilica.model.precision import in_double
from paxsilica.model.solve import problem_of, solve
from paxsilica.shock import Shock

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
        LabelError: the region does not exist. ConvergenceError: the equilibrium or its adjoint is not solved.
    """
    outcome = solve(economy, shock, params)
    economy, shock, params = outcome.economy, outcome.shock, outcome.params
    problem = problem_of(shock, params)
    region = economy.region_indices([objective])[0] if isinstance(objective, str) else 0
    of = _real_income if isinstance(objective, str) else _function(objective)
    value, d, d_theta, gap = _gradient(problem, entries_of(shock), outcome.state, of, region)
    if not gap <= 1e3 * ADJOINT_TOLERANCE:
        raise ConvergenceError(
            f"the adjoint equations are not solved (they miss by {float(gap):.1e}); solve tighter",
            outcome,
        )
    return Gradient(
        value=float(value),
        trade_elasticity=np.asarray(d_theta) * params.theta_slope(economy.trade_elasticity),
        **{name: np.asarray(values) for name, values in d.items()},
    )


def _real_income(q: Equilibrium, region: jax.Array) -> jax.Array:
    return q.real_income[region]


_FUNCTIONS: dict[Objective, Callable[[Equilibrium, jax.Array], jax.Array]] = {}


def _function(objective: Objective) -> Callable[[Equilibrium, jax.Array], jax.Array]:
    """One wrapper for each objective, so that the compiler recognises it."""
    return _FUNCTIONS.setdefault(objective, lambda q, _: objective(q))


@partial(jax.jit, static_argnums=3)
def _gradient(
    problem: Problem,
    entries: dict[str, jax.Array],
    state: State,
    objective: Callable[[Equilibrium, jax.Array], jax.Array],
    region: jax.Array,
) -> tuple[jax.Array, dict[str, jax.Array], jax.Array, jax.Array]:
    b, sectors = problem.baseline, len(state.price)
    here = equations.packed(state)
    now = merged(world(problem))

    def value(w: equations.World, z: jax.Array) -> jax.Array:
        return objective(equilibrium(w, equations.unpacked(z, sectors), b.income), region)

    def sweep(w: equations.World, z: jax.Array) -> jax.Array:
        return equations.packed(equations.sweep(w, equations.unpacked(z, sectors)))

    J, J_z = jax.value_and_grad(partial(value, now))(here)
    _, transposed = jax.vjp(partial(sweep, now), here)
    scale = jnp.maximum(jnp.abs(J_z).max(), 1e-300)
    adjoint = fixed_point(
        lambda v: transposed(v)[0] + J_z / scale,
        partial(equations.regional, sectors=sectors),
        J_z / scale,
        ADJOINT_TOLERANCE,
        1000,
    )

    def lagrangian(w: equations.World) -> jax.Array:
        return value(w, here) + jnp.vdot(scale * adjoint.best, sweep(w, here))

    every = with_every_instrument(now)
    d_world = jax.grad(lagrangian, allow_int=True)(every)
    d_entries, d_theta = pulled_back(
        b, problem.terms, problem.elasticities, entries, every, d_world
    )
    return J, {**d_entries, "transfer": d_world.deficit}, d_theta, adjoint.best_gap


def equilibrium(w: equations.World, s: State, income: jax.Array) -> Equilibrium:
    """What a state implies, in the axes of `Outcome`."""
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
