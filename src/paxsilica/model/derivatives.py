"""Exact derivatives of any function of the equilibrium with respect to every entry of the shock at once.

Implicit function theorem: at the solution z = G(z, p), so dJ/dp = J_p + lambda' G_p with lambda = G_z' lambda + J_z.
The adjoint is the fixed point of the transposed sweep, corrected as a solve is by the transposed blocks: as many products
as a solve has sweeps, and no matrix. The equations are the solver's own; here JAX's arrays run through them.
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
from paxsilica.errors import ConvergenceError
from paxsilica.model import equations
from paxsilica.model.cache import keep_compiled
from paxsilica.model.calibration import Problem, baseline_arrays, problem_of, terms_of, world
from paxsilica.model.conditions import refuse_decided
from paxsilica.model.correction import correction_of
from paxsilica.model.fixed_point import Search
from paxsilica.model.goals import Goal
from paxsilica.model.outcome import Outcome
from paxsilica.model.params import Params
from paxsilica.model.precision import in_double
from paxsilica.model.solve import solve
from paxsilica.model.world import World
from paxsilica.shock import INSTRUMENTS, Shock

keep_compiled(jax)

ADJOINT_TOLERANCE = 1e-11
"""Relative to the largest entry of the objective's derivative: small entries of the gradient keep six digits."""

MOST_TRANSPOSED = 200
"""Products with the transposed Jacobian after which an adjoint gives up."""


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
    region = economy.region_indices([objective])[0] if isinstance(objective, str) else 0
    of = _real_income if isinstance(objective, str) else _function(objective)
    entries = {
        name: getattr(shock, name) for name, row in INSTRUMENTS.items() if not row.sums_to_zero
    }
    values, (by_entry, by_theta, by_deficit) = _derivatives(
        outcome, entries, of, np.array([region])
    )
    return Gradient(
        value=float(values[0]),
        trade_elasticity=by_theta[0, :, 0] * params.theta_slope(economy),
        transfer=by_deficit[0],
        **{name: each[0] for name, each in by_entry.items()},
    )


@in_double
def slopes(outcome: Outcome, goals: Goal, by: str = "tariffs") -> Array:
    """`[g, n, i, j]` derivative of each of several goals at a solved equilibrium, side by side.

    Args:
        by: the instrument on flows whose every level is moved: `tariffs`, `trade_cost` or `permitted`.

    Raises:
        ConvergenceError: the adjoint is not solved.
    """
    _, (by_entry, *_) = _derivatives(outcome, {by: getattr(outcome.shock, by)}, _weighed, goals)
    return np.asarray(by_entry[by])


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


def _derivatives(
    outcome: Outcome, entries: Mapping[str, Array], objective: Callable[..., jax.Array], asked: Any
) -> tuple[Array, tuple[Mapping[str, Array], Array, Array]]:
    """AnyArray of goals, and their derivatives by entries of the shock, `[j, 1]` theta and `[n]` deficits.

    Args:
        objective: of an `Equilibrium` and of one of those `asked`, which have a leading axis of them.
    """
    economy, shock, here = outcome.economy, outcome.shock, outcome.state
    problem, income = problem_of(shock, outcome.params), economy.income
    w = jax.device_put(world(problem))
    J, J_z, pull = _slopes_here(objective, w, income, asked, here)
    adjoint = _adjoint(outcome, pull, np.asarray(J_z))
    everybody = terms_of(shock, outcome.params, np.arange(len(economy.regions)))
    problem = problem._replace(baseline=_on_device(economy), terms=everybody)
    d = _by_shock(objective, problem, dict(entries), income, asked, here, adjoint)
    return np.asarray(J), jax.tree.map(np.asarray, d)


def _adjoint(outcome: Outcome, pull: Any, J_z: Array) -> Array:
    """`[rows, n, g]` lambda of each goal.

    Args:
        pull: see `_slopes_here`. J_z: the goals' own derivatives by the unknowns.

    Raises:
        ConvergenceError: the adjoint is not solved.
    """
    correct = correction_of(outcome.economy, outcome.params).transposed
    project = partial(equations.regional, sectors=len(outcome.economy.sectors))
    scale = np.maximum(np.abs(J_z).max((0, 1)), 1e-300)
    aim = J_z / scale
    s = Search(aim, project, correct)
    while s.evaluations < MOST_TRANSPOSED and not np.all(s.best_gap <= ADJOINT_TOLERANCE):
        s.advance(np.asarray(_pulled(pull, s.point)) + aim)
    if not (s.best_gap <= 1e3 * ADJOINT_TOLERANCE).all():
        raise ConvergenceError(
            f"the adjoint equations are not solved (they miss by {s.best_gap.max():.1e}); solve tighter",
            outcome,
        )
    return np.asarray(s.best * scale)


ON_DEVICE = "on device"


def _on_device(economy: Economy) -> Any:
    """The baseline's arrays as JAX's, made once."""
    kept = economy.made_of_accounts
    if ON_DEVICE not in kept:
        kept[ON_DEVICE] = jax.device_put(baseline_arrays(economy))
    return kept[ON_DEVICE]


@partial(jax.jit, static_argnums=0)
def _slopes_here(
    objective: Callable[..., jax.Array], w: World, income: Any, asked: Any, here: Any
) -> tuple[jax.Array, jax.Array, Any]:
    """`[g]` goals, `[rows, n, g]` their derivatives by the unknowns, and the transposed sweep as a function."""

    def of(one: Any) -> tuple[jax.Array, jax.Array]:
        return jax.value_and_grad(lambda z: objective(equilibrium(w, z, income), one))(here)

    J, J_z = jax.vmap(of, out_axes=(0, -1))(asked)
    return J, J_z, jax.vjp(partial(equations.sweep, w), here)[1]


@jax.jit
def _pulled(pull: Any, adjoint: Any) -> jax.Array:
    """`[rows, n, g]` transposed Jacobian of the sweep times each column."""
    pulled: jax.Array = jax.vmap(lambda v: pull(v)[0], in_axes=-1, out_axes=-1)(adjoint)
    return pulled


@partial(jax.jit, static_argnums=0)
def _by_shock(
    objective: Callable[..., jax.Array],
    problem: Problem,
    entries: Mapping[str, Any],
    income: Any,
    asked: Any,
    here: Any,
    adjoint: Any,
) -> Any:
    """Derivatives of the Lagrangian by entries, theta and deficits, each with a leading axis of goals."""

    def lagrangian(entries: Any, theta: Any, deficit: Any, one: Any, by: Any) -> jax.Array:
        terms, e = problem.terms._replace(**entries), problem.elasticities._replace(trade=theta)
        w = world(problem._replace(terms=terms, elasticities=e, deficit=deficit))
        found = jnp.vdot(by, equations.sweep(w, here))
        return objective(equilibrium(w, here, income), one) + found

    at = entries, problem.elasticities.trade, problem.deficit
    return jax.vmap(
        lambda one, by: jax.grad(lagrangian, argnums=(0, 1, 2))(*at, one, by), in_axes=(0, -1)
    )(asked, adjoint)


def equilibrium(w: World, z: jax.Array, income: jax.Array) -> Equilibrium:
    """What the unknowns imply, in the axes of `Outcome`."""
    s = equations.unpacked(z, len(w.expenditure))
    a, price = equations.accounts(w, s), equations.consumer_price(w, s.price)
    return Equilibrium(
        real_income=a.income / income * jnp.exp(-price),
        income=a.income,
        wage=a.wages / w.labour_income,
        consumer_price=jnp.exp(price),
        treasury=a.revenue,
        output=a.output.T,
        value_added=a.value_added.T,
        price=jnp.exp(a.price).T,
        expenditure=(w.expenditure * jnp.exp(s.expenditure)).T,
    )
