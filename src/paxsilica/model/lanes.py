"""Scenarios side by side on one baseline, for `solve_many`.

All lanes share the baseline's trade shares: contracting those is one matrix product for all of them, corrected by the
few importers whose terms a scenario changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.economy import Array, Economy, Shock
from paxsilica.model import equations
from paxsilica.model.calibration import Terms, padded, terms_of, world
from paxsilica.model.equations import State, World
from paxsilica.model.fixed_point import Search, advance, begin
from paxsilica.model.outcome import Status
from paxsilica.model.params import Params
from paxsilica.model.solve import Problem, goal_of, problem_of

LANES = 32
"""Scenarios side by side: enough for a matrix product to pay, few enough for their histories to stay in cache."""

DEPTH = 4
"""Past differences kept a lane; their history is most of what a batch reads from memory."""

STRIDE = 8
"""Sweeps between two looks at which lanes have converged; a multiple of the depth."""


OWN = ("rows", "seller", "employment")
LANE_AXES: Any = World._make([0 if name in OWN else None for name in World._fields])
"""What a lane has of its own; everything else of a world is shared, not copied."""


class Answer(NamedTuple):
    """What is kept of one scenario."""

    real_income: Array
    status: Status
    iterations: int
    residual: float
    walras: float


class Lanes:
    """The scenarios that run side by side. The only mutable thing in this room: it lives as long as one batch."""

    def __init__(self, economy: Economy, params: Params) -> None:
        self.params = params
        self.nothing = Shock(economy)
        self.problem = problem_of(self.nothing, params)
        self.goal = goal_of(self.problem, params)
        self.start = equations.unchanged(self.problem.baseline.expenditure, self.problem.elasticities)
        self.rows = 1
        self.asked: list[tuple[int, Shock] | None] = [None] * LANES
        self.terms = [self._terms(self.nothing)] * LANES
        self.fresh = np.ones(LANES, dtype=bool)
        self.search = _begin(self.start, LANES)
        self.done: list[tuple[int, Shock, Terms, Array, int]] = []

    @property
    def empty(self) -> bool:
        return not any(self.asked) and not self.done

    def _terms(self, shock: Shock) -> Terms:
        return terms_of(shock, self.params, self.rows)

    def _stack(self, terms: list[Terms]) -> Problem:
        """The problem with the terms of every lane; bans go elsewhere, so that deficits are the same in all lanes."""
        return self.problem._replace(terms=jax.tree.map(lambda *lanes: np.stack(lanes), *terms))

    def fill(self, source: Iterator[tuple[int, Shock]]) -> list[tuple[int, Shock]]:
        """Give free lanes to the next scenarios; return those that must be solved alone."""
        N, alone = len(self.nothing.economy.regions), []
        for lane in range(LANES):
            while self.asked[lane] is None and (task := next(source, None)) is not None:
                at, shock = task
                rows = padded(len(shock.changed_importers), N)
                if rows == N or shock.narrows or shock.export_tax.any() or shock.subsidy.any():
                    alone.append(task)
                    if len(alone) >= LANES:
                        return alone
                    continue
                if rows > self.rows:
                    self.rows = rows
                    self.terms = [self._terms(task[1] if task else self.nothing) for task in self.asked]
                self.asked[lane], self.terms[lane], self.fresh[lane] = (at, shock), self._terms(shock), True
        return alone

    def run(self) -> list[tuple[int, Shock]]:
        """A stride of sweeps; move converged scenarios out and return those that need the slower solver."""
        if not any(self.asked):
            return []
        self.search = _stride(self._stack(self.terms), self.start, self.search, jnp.asarray(self.fresh), STRIDE)
        self.fresh[:] = False
        gap, sweeps = np.asarray(self.search.best_gap), np.asarray(self.search.sweeps)
        best = np.asarray(self.search.best)
        failed = []
        for lane, task in enumerate(self.asked):
            if task is None:
                continue
            if gap[lane] <= self.goal:
                self.done.append((*task, self.terms[lane], best[lane], int(sweeps[lane]) - 1))
            elif sweeps[lane] >= self.params.most_sweeps or not np.isfinite(gap[lane]):
                failed.append(task)
            else:
                continue
            self.asked[lane] = None
        return failed

    def judged(self) -> Iterator[tuple[int, Answer, Shock, State]]:
        """Check converged scenarios a laneful at a time, the rest when no lane is busy any more."""
        while len(self.done) >= LANES or (self.done and not any(self.asked)):
            ready, self.done = self.done[:LANES], self.done[LANES:]
            full = ready + ready[-1:] * (LANES - len(ready))
            widest = max(len(task[2].at) for task in full)
            terms = [task[2] if len(task[2].at) == widest else self._terms(task[1]) for task in full]
            found = _judge(self._stack(terms), self.start, jnp.asarray(np.stack([task[3] for task in full])))
            income, residual, walras, states = jax.tree.map(np.asarray, found)
            for k, (at, shock, _, _, sweeps) in enumerate(ready):
                solved = residual[k] <= self.params.tolerance
                status = Status.CONVERGED if solved else Status.STALLED
                answer = Answer(income[k], status, sweeps, float(residual[k]), float(walras[k]))
                yield at, answer, shock, State(*(block[k] for block in states))


def _lane_world(problem: Problem, terms: Terms) -> World:
    p = problem
    return world(p.baseline, terms, p.elasticities, p.deficit, p.deficit_share, p.isolated)


@partial(jax.jit, static_argnums=1)
def _begin(start: State, lanes: int) -> Search:
    z, project = equations.packed(start), partial(equations.regional, sectors=len(start.price))
    return jax.vmap(lambda _: begin(z, project, DEPTH))(jnp.arange(lanes))


@partial(jax.jit, static_argnums=4, donate_argnums=2)
def _stride(problem: Problem, start: State, search: Search, fresh: jax.Array, sweeps: int) -> Search:
    sectors, z0 = len(start.price), equations.packed(start)
    lane = partial(_lane_world, problem)
    worlds = jax.vmap(lane, out_axes=LANE_AXES)(problem.terms)

    def restarted(s: Search, new: jax.Array) -> Search:
        blank: dict[str, Any] = dict(point=z0, gap=jnp.inf, sweeps=0, kept=0, best_gap=jnp.inf)
        return s._replace(**{name: jnp.where(new, value, getattr(s, name)) for name, value in blank.items()})

    def one(w: World, s: Search, slot: jax.Array) -> Search:
        def value_at(z: jax.Array) -> jax.Array:
            return equations.packed(equations.sweep(w, equations.unpacked(z, sectors)))

        return advance(value_at, partial(equations.regional, sectors=sectors), s, slot)

    together = jax.vmap(one, in_axes=(LANE_AXES, 0, None))
    begun = jax.vmap(restarted)(search, fresh)
    end: Search = jax.lax.fori_loop(0, sweeps, lambda k, s: together(worlds, s, k % DEPTH), begun)
    return end


@jax.jit
def _judge(problem: Problem, start: State, found: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array, State]:
    income = problem.baseline.income

    def one(terms: Terms, z: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array, State]:
        w, s = _lane_world(problem, terms), equations.unpacked(z, len(start.price))
        a = equations.accounts(w, s)
        residual, walras = equations.gaps(w, s)
        return a.income / income * jnp.exp(-a.consumer_price), residual, walras, s

    return jax.vmap(one)(problem.terms, found)
