"""Scenarios side by side on one baseline, for `solve_many`.

A scenario is a column of every array, and all share the baseline's trade shares: contracting those is one matrix
product for all of them, corrected by the few importers whose terms a scenario changes. What answers slowly, whole
regions growing dearer or richer, is the same for all and known from the baseline: every step is corrected by it
(`Coarse`).
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.model import equations
from paxsilica.model.cache import remembered
from paxsilica.model.calibration import Problem, Terms, rows_of, world
from paxsilica.model.equations import World
from paxsilica.model.fixed_point import Search, advance, begin
from paxsilica.model.params import Params
from paxsilica.model.solve import problem_of
from paxsilica.shock import Shock

COLUMN_DEPTH = 1
"""Past differences kept for a scenario; with the coarse correction more of them save nothing."""

DIRECTIONS = 3.5
"""Slow directions of the baseline kept for each region; with fewer a batch needs more sweeps, with more dearer ones."""

ROUNDS = 4
"""Multiplications that turn random directions into the slow ones; their span needs only two digits."""

MOST_SWEEPS = 60
"""Sweeps of a scenario in a chunk, whatever `Params.most_sweeps` allows: one that needs more is solved alone."""

GOAL = 0.7
"""Share of the tolerance at which a scenario stops: a corrected sweep's gap is near the largest gap of the equations."""


class Width(NamedTuple):
    """How many scenarios run side by side, and how many such runs at the same time."""

    columns: int
    streams: int


@cache
def width() -> Width:
    """On a CPU as many scenarios as stay in cache, and a run beside one that leaves a core idle; on a GPU one wide run."""
    return (
        Width(48, min(2, os.cpu_count() or 1)) if jax.default_backend() == "cpu" else Width(512, 1)
    )


class Coarse(NamedTuple):
    """The slow directions Q of the sweep's Jacobian K at the baseline, and (1 - Q'KQ)^-1 - 1 on them."""

    directions: jax.Array  # [rows n, d] Q
    answer: jax.Array  # [d, rows n] ((1 - Q'KQ)^-1 - 1) Q'
    home_spending: jax.Array  # [n, k, j] see `_sweep`

    def corrected(self, point: jax.Array, value: jax.Array) -> jax.Array:
        """The value, `[rows, n, l]`, one Newton step further along the slow directions: deflation.

        Two or three digits (bfloat16, summed in single precision) are enough: the correction vanishes with the gap.
        """
        gap = (value - point).reshape(len(self.directions), -1)
        return value + _coarsely(self.directions, _coarsely(self.answer, gap)).reshape(value.shape)


def _coarsely(matrix: jax.Array, x: jax.Array) -> jax.Array:
    return jnp.matmul(matrix, x.astype(matrix.dtype), preferred_element_type=jnp.float32)


class Chunk(NamedTuple):
    """Where a run left its scenarios, and what it says of their equilibrium, checked."""

    states: Any  # [rows, n, l]
    gaps: Any  # [l]
    sweeps: Any  # [l]
    real_income: Any  # [n, l]
    residual: Any  # [l]
    walras: Any  # [l]


class Task(NamedTuple):
    """A scenario on its way: its place in the batch, where to start from, and the sweeps spent on it."""

    at: int
    shock: Shock
    terms: Terms
    state: Array
    sweeps: int


class ChunkSolver:
    """What the batches on one economy have in common."""

    def __init__(self, economy: Economy, params: Params) -> None:
        self.problem = problem_of(Shock(economy), params)
        self.goal = GOAL * params.tolerance
        start = equations.unchanged(self.problem.baseline.expenditure, self.problem.elasticities)
        self.start = np.asarray(start)
        self.coarse = coarse_of(economy, params, self.problem, self.start)

    def run(self, tasks: list[Task], late: int) -> Chunk:
        """Solve tasks of equally many rows side by side until no more than `late` are unfinished."""
        columns = width().columns
        full = tasks + [tasks[-1]] * (columns - len(tasks))
        terms = jax.tree.map(lambda *each: np.stack(each), *(task.terms for task in full))
        states = np.stack([task.state for task in full], axis=-1)
        spare = np.arange(columns) >= len(tasks)
        found = _run(
            self.problem._replace(terms=terms), self.coarse, states, spare, self.goal, late
        )
        return Chunk(*map(np.asarray, found))


_COARSE: WeakKeyDictionary[Economy, dict[Params, Coarse]] = WeakKeyDictionary()


def coarse_of(economy: Economy, params: Params, problem: Problem, start: Array) -> Coarse:
    """The correction for an economy and parameters, made once."""

    def made() -> Coarse:
        count = min(int(DIRECTIONS * len(economy.regions)), start.size // 2)
        seed = np.random.default_rng(0).standard_normal((*start.shape, count))
        coarse: Coarse = _coarse(problem, seed)
        return coarse

    without_bans = replace(params.economics, backstop_cost=Params.backstop_cost)
    return remembered(_COARSE.setdefault(economy, {}), without_bans, made)


@jax.jit
def _coarse(problem: Problem, seed: jax.Array) -> Coarse:
    count = seed.shape[-1]
    none = 0.0 * seed  # the compiler would spend seconds on a constant
    w = side_by_side(problem, None)
    own = _home_spending(problem)

    _, derivative = jax.linearize(lambda z: _sweep(w, own, z), none)

    def times_jacobian(Q: jax.Array) -> jax.Array:
        product: jax.Array = derivative(Q.reshape(none.shape)).reshape(Q.shape)
        return product

    def once_more(_: int, Q: jax.Array) -> jax.Array:
        return jnp.linalg.qr(times_jacobian(Q))[0]

    Q = jax.lax.fori_loop(0, ROUNDS, once_more, seed.reshape(-1, count))
    K, one = Q.T @ times_jacobian(Q), jnp.eye(count)
    answer = (jnp.linalg.inv(one - K) - one) @ Q.T
    return Coarse(Q.astype(jnp.bfloat16), answer.astype(jnp.bfloat16), own)


SHARED = [
    *("seller", "value_added_share", "final_shares", "expenditure", "employment"),
    *("labour_income", "isolated", "deficit", "deficit_share"),
]
"""Fields of a world that get a trailing axis of one."""


def side_by_side(problem: Problem, terms: Terms | None) -> World:
    """The world of all scenarios: `terms` with a leading axis of them (None: the baseline's), the rest shared."""
    p = problem
    w = world(p if terms is None else p._replace(terms=jax.tree.map(lambda x: x[0], terms)))
    w = w._replace(**{name: getattr(w, name)[..., None] for name in SHARED})
    e = jax.tree.map(lambda x: x[..., None] if jnp.ndim(x) else x, w.elasticities)
    w = w._replace(elasticities=e, rows=None)
    if terms is None:
        return w
    rows = jax.vmap(lambda t: rows_of(p.baseline, t, p.elasticities), out_axes=-1)(terms)
    return w._replace(rows=rows, seller=-jnp.log(terms.productivity).T)


def _sweep(w: World, home_spending: jax.Array, z: jax.Array) -> jax.Array:
    """A sweep whose step of expenditure, like that of prices, counts what it does to itself through home inputs.

    What is left to answer slowly then lies in few directions, and the coarse correction takes those.
    """
    new, sectors = equations.sweep(w, z), len(w.expenditure)
    step = equations.over_inputs(home_spending, (new - z)[-sectors:], 2)
    return jnp.concatenate([new[:-sectors], z[-sectors:] + step])


def _home_spending(problem: Problem) -> jax.Array:
    """`[n, k, j]` (1 - S)^-1, with S the share of spending on k that home sales of j cause."""
    b = problem.baseline
    home = jnp.diagonal(b.received, axis1=1, axis2=2)
    spends = jnp.where(b.expenditure > 0, b.expenditure, 1.0)
    caused = b.input_shares * jnp.einsum("jn,kn->nkj", home * b.expenditure, 1 / spends)
    inverse: jax.Array = jnp.linalg.inv(jnp.eye(len(spends)) - caused)
    return inverse


@jax.jit
def _run(
    problem: Problem, coarse: Coarse, start: jax.Array, spare: jax.Array, goal: float, late: int
) -> Chunk:
    w = side_by_side(problem, problem.terms)
    sectors = len(w.expenditure)
    project = partial(equations.regional, sectors=sectors)

    def value_at(z: jax.Array) -> jax.Array:
        return coarse.corrected(z, _sweep(w, coarse.home_spending, z))

    def waiting(s: Search) -> jax.Array:
        return ~(s.best_gap <= goal) & ~spare

    def unfinished(at: tuple[Search, jax.Array]) -> jax.Array:
        return (waiting(at[0]).sum() > late) & (at[0].sweeps < MOST_SWEEPS)

    def step(at: tuple[Search, jax.Array]) -> tuple[Search, jax.Array]:
        return advance(value_at, project, at[0]), at[1] + waiting(at[0])

    end, sweeps = jax.lax.while_loop(
        unfinished, step, (begin(start, project, COLUMN_DEPTH), jnp.zeros(len(spare), int))
    )
    state = equations.unpacked(end.best, sectors)
    a = equations.accounts(w, state)
    residual, walras = equations.gaps(w, state, a)
    income = problem.baseline.income[:, None]
    return Chunk(
        end.best,
        end.best_gap,
        sweeps,
        a.income / income * jnp.exp(-a.consumer_price),
        residual,
        walras,
    )
