"""Anderson acceleration of a fixed-point map, compiled as one loop.

Walker and Ni (2011, SIAM J. Numer. Anal. 49(4)), type II: the next point is the map's value less the combination of
past differences that best explains the current gap. What explains is judged on a projection of the gap (for an
equilibrium, averages over sectors: the slow modes are those of whole regions), which takes as many sweeps as the full
gap and a fraction of the work. The history of values is kept in single precision: it only shapes a correction that
vanishes at the solution, and it is most of what is read from memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

Map = Callable[[jax.Array], jax.Array]
"""From a flat vector to one: the map itself, or the projection on which its gap is judged."""

DEPTH = 10
"""Past differences kept; 15 saves a twentieth of the sweeps and costs as much in the least squares."""

RIDGE = 1e-10
"""Relative ridge on the Gram matrix: keeps the step defined when differences become parallel."""

BLOW_UP = 1e3
"""A step whose gap exceeds the best so far by this factor is dropped and the history with it."""


class Search(NamedTuple):
    """Where the loop is: `point` is to be evaluated next, `best` with `best_gap` is the closest point seen so far."""

    point: jax.Array
    gap: jax.Array
    sweeps: jax.Array
    kept: jax.Array
    best_gap: jax.Array
    best: jax.Array
    best_value: jax.Array
    last_value: jax.Array
    last_seen: jax.Array
    values: jax.Array  # [depth, size] past differences of the map's values
    seen: jax.Array  # [depth, projection] past differences of the projected gap


def begin(start: jax.Array, project: Map, depth: int = DEPTH) -> Search:
    """A search that has not evaluated anything yet."""
    inf, zero = jnp.array(jnp.inf), jnp.array(0)
    seen = project(start)
    history, past = jnp.zeros((depth, start.size), jnp.float32), jnp.zeros((depth, seen.size))
    return Search(start, inf, zero, zero, inf, start, start, start, seen, history, past)


def advance(value_at: Map, project: Map, s: Search, slot: jax.Array | int) -> Search:
    """One evaluation of the map and the next point. `slot` counts up, modulo the depth, from one call to the next."""
    value = value_at(s.point)
    difference = value - s.point
    gap = largest(difference)
    sound = gap <= BLOW_UP * s.best_gap
    better = gap < s.best_gap
    depth = len(s.seen)
    used = (slot - jnp.arange(depth)) % depth < s.kept
    look = project(difference)
    seen = s.seen.at[slot].set(look - s.last_seen)
    values = s.values.at[slot].set((value - s.last_value).astype(jnp.float32))
    gram = jnp.where(used[:, None] & used, seen @ seen.T, 0.0)
    ridge = jnp.where(used, RIDGE * jnp.diagonal(gram).max(), 1.0)
    weights = jnp.linalg.solve(gram + jnp.diag(ridge), jnp.where(used, seen @ look, 0.0))
    correction = sum(jnp.where(used[d], weights[d] * values[d], 0.0) for d in range(depth))
    restart = jnp.where(s.sweeps == 0, value, s.best_value)
    return Search(
        point=jnp.where(sound, value - correction, restart),
        gap=gap,
        sweeps=s.sweeps + 1,
        kept=jnp.where(sound, s.kept + 1, 0),
        best_gap=jnp.where(better, gap, s.best_gap),
        best=jnp.where(better, s.point, s.best),
        best_value=jnp.where(better, value, s.best_value),
        last_value=value,
        last_seen=look,
        values=values,
        seen=seen,
    )


def largest(difference: jax.Array) -> jax.Array:
    """Largest absolute entry, infinite where any is not a number: the compiled maximum would pass over it."""
    return jnp.where(jnp.isfinite(difference).all(), jnp.abs(difference).max(), jnp.inf)


def unfinished(s: Search, tolerance: jax.Array | float, most_sweeps: jax.Array | int) -> jax.Array:
    """Whether to go on: not close enough, sweeps left, and not lost among infinities."""
    lost = (s.sweeps > 0) & ~jnp.isfinite(s.best_gap)
    return (s.sweeps < most_sweeps) & ~(s.best_gap <= tolerance) & ~lost


def fixed_point(
    value_at: Map, project: Map, start: jax.Array, tolerance: jax.Array | float, most_sweeps: jax.Array | int
) -> Search:
    """Iterate until `max|value_at(z) - z| <= tolerance` or the sweeps run out; traceable.

    The answer is `best`. Never raises: the caller compares `best_gap` with the tolerance.
    """
    return jax.lax.while_loop(
        lambda s: unfinished(s, tolerance, most_sweeps),
        lambda s: advance(value_at, project, s, s.sweeps % DEPTH),
        begin(start, project),
    )
