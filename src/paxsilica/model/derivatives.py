"""Exact derivatives of any function of the equilibrium with respect to every entry of the shock at once.

Implicit function theorem: at the solution z = G(z, p), so dJ/dp = J_p + lambda' G_p with lambda = G_z' lambda + J_z.
The adjoint is the fixed point of the transposed sweep: as many products as a solve has sweeps, and no matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.errors import ConvergenceError, ShockError, joined
from paxsilica.model import equations
from paxsilica.model.calibration import Problem, merged, terms_of, world
from paxsilica.model.fixed_point import fixed_point
from paxsilica.model.outcome import Outcome
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
    value_added: jax.Array  # [i,j] what sectors pay for labour, million USD
    price: jax.Array  # [n,j] P_hat
    expenditure: jax.Array  # [n,j] X', million USD


Objective = Callable[[Equilibrium], jax.Array]


class Goal(NamedTuple):
    """A linear objective, million USD: the sum of weights times real income, and times real value added of sectors.

    One goal or, with a leading axis, several. Value added is deflated by the consumer prices of its region.
    """

    real_income: (
        Array  # [..., n] million USD; baseline income makes it real income at baseline prices
    )
    value_added: Array  # [..., n, j] pure number; zero where sectors count alike


def real_incomes(
    economy: Economy, groups: Sequence[Sequence[int]], weights: Array | None = None
) -> Goal:
    """The real income of each group of regions: several goals.

    Args:
        groups: positions of the regions of each. weights: `[n]` of their real incomes W_hat; None takes baseline income.
    """
    each = economy.income if weights is None else weights
    income = np.zeros((len(groups), len(economy.regions)))
    for group, at in zip(income, groups, strict=True):
        group[at] = each[at]
    return Goal(income, np.zeros((*income.shape, len(economy.sectors))))


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
    if shock is not None:
        refuse_decided(shock)
    outcome = solve(economy, shock, params)
    economy, shock, params = outcome.economy, outcome.shock, outcome.params
    problem = problem_of(shock, params)
    region = economy.region_indices([objective])[0] if isinstance(objective, str) else 0
    of = _real_income if isinstance(objective, str) else _function(objective)
    entries = {
        name: getattr(shock, name) for name, row in INSTRUMENTS.items() if not row.sums_to_zero
    }
    value, d, gap = _gradient(problem, entries, outcome.state, of, region)
    _refuse_unsolved(gap, outcome)
    by_entry, by_theta, by_deficit = d
    return Gradient(
        value=float(value),
        trade_elasticity=np.asarray(by_theta)[:, 0] * params.theta_slope(economy.trade_elasticity),
        transfer=np.asarray(by_deficit),
        **{name: np.asarray(values) for name, values in by_entry.items()},
    )


@in_double
def slopes(outcome: Outcome, goals: Goal, by: str = "tariffs") -> Array:
    """`[g, n, i, j]` derivative of each of several goals at a solved equilibrium, side by side.

    Args:
        by: the instrument on flows whose every level is moved: `tariffs` or `trade_cost`.

    Raises:
        ConvergenceError: the adjoint is not solved.
    """
    shock, params = outcome.shock, outcome.params
    everybody = terms_of(shock, params, len(outcome.economy.regions))
    problem = problem_of(shock, params)._replace(terms=everybody)
    d, gaps = _each_slope(problem, {by: getattr(shock, by)}, outcome.state, goals)
    _refuse_unsolved(gaps.max(), outcome)
    return np.asarray(d)


def goal_values(outcome: Outcome, goals: Goal) -> Array:
    """`[g]` the goals at an equilibrium, million USD."""
    real = outcome.value_added / outcome.consumer_price[:, None]
    added: Array = np.einsum("gnj,nj->g", goals.value_added, real)
    return np.asarray(goals.real_income @ outcome.real_income + added)


def refuse_decided(shock: Shock) -> None:
    """Raises ShockError: the equilibrium decides a level, by which there is no derivative."""
    if shock.conditions:
        names = joined([condition.name for condition in shock.conditions])
        raise ShockError(f"a level of {names} follows from the equilibrium; give the rate itself")


def _refuse_unsolved(gap: Any, outcome: Outcome) -> None:
    if not gap <= 1e3 * ADJOINT_TOLERANCE:
        raise ConvergenceError(
            f"the adjoint equations are not solved (they miss by {float(gap):.1e}); solve tighter",
            outcome,
        )


def _real_income(q: Equilibrium, region: jax.Array) -> jax.Array:
    return q.real_income[region]


def _weighed(q: Equilibrium, goal: Goal) -> jax.Array:
    real = q.value_added / q.consumer_price[:, None]
    total: jax.Array = goal.real_income @ q.real_income + (goal.value_added * real).sum()
    return total


@cache
def _function(objective: Objective) -> Callable[[Equilibrium, Any], jax.Array]:
    """One wrapper for each objective, so that the compiler recognises it."""
    return lambda q, _: objective(q)


@jax.jit
def _each_slope(
    problem: Problem, entries: Mapping[str, Any], here: Any, goals: Goal
) -> tuple[jax.Array, jax.Array]:
    def of(goal: Goal) -> tuple[jax.Array, jax.Array]:
        _, (by_entry, *_), gap = _gradient(problem, entries, here, _weighed, goal)
        (by_level,) = by_entry.values()
        return by_level, gap

    return jax.vmap(of)(goals)


@partial(jax.jit, static_argnums=3)
def _gradient(
    problem: Problem,
    entries: Mapping[str, Any],
    here: Any,
    objective: Callable[[Equilibrium, Any], jax.Array],
    asked: Any,
) -> tuple[jax.Array, Any, jax.Array]:
    sectors, regions = problem.employment.shape
    now = merged(world(problem))

    def value(w: equations.World, z: jax.Array) -> jax.Array:
        return objective(equilibrium(w, z, problem.baseline.income), asked)

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
        value_added=a.value_added.T,
        price=jnp.exp(a.price).T,
        expenditure=(w.expenditure * jnp.exp(s.expenditure)).T,
    )
