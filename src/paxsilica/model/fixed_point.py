"""Anderson acceleration of a fixed-point map, compiled as one loop.

Walker and Ni (2011, SIAM J. Numer. Anal. 49(4)), type II: the next point is the map's value less the combination of
past differences that best explains the current gap. The least squares problem is solved from its small Gram matrix,
updated by one row a sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp

DEPTH = 10
"""Past differences kept; 15 saves a twentieth of the sweeps and costs as much in the least squares."""

RIDGE = 1e-14
"""Relative ridge on the Gram matrix: keeps the step defined when differences become parallel."""

BLOW_UP = 1e3
"""A step whose gap exceeds the best so far by this factor is dropped and the history with it."""


class Search(NamedTuple):
    """Where the loop is. `point` is to be evaluated next; `at` is the last point evaluated and `gap` its residual."""

    point: jax.Array
    at: jax.Array
    gap: jax.Array
    sweeps: jax.Array
    kept: jax.Array
    best_gap: jax.Array
    best: jax.Array
    best_value: jax.Array
    last_value: jax.Array
    last_difference: jax.Array
    values: jax.Array
    differences: jax.Array
    gram: jax.Array


def fixed_point(
    value_at: Callable[[jax.Array], jax.Array],
    start: jax.Array,
    tolerance: jax.Array | float,
    most_sweeps: jax.Array | int,
    depth: int = DEPTH,
) -> Search:
    """Iterate until `max|value_at(z) - z| <= tolerance` or the sweeps run out; traceable.

    The answer is `at` with its `gap` where that is within the tolerance; else `best` with `best_gap` is the closest
    point seen. Never raises: the caller compares.
    """

    def advance(s: Search) -> Search:
        value = value_at(s.point)
        difference = value - s.point
        gap = jnp.abs(difference).max()
        sound = gap <= BLOW_UP * s.best_gap
        best = gap < s.best_gap
        slot = (s.kept - 1) % depth
        used = jnp.arange(depth) < s.kept
        latest = difference - s.last_difference
        differences = s.differences.at[slot].set(latest)
        values = s.values.at[slot].set(value - s.last_value)
        row, target = jnp.stack([latest, difference]) @ differences.T
        gram = s.gram.at[slot].set(row).at[:, slot].set(row)
        size = jnp.where(used, jnp.diagonal(gram), 0.0)
        system = jnp.where(used[:, None] & used, gram, 0.0) + jnp.diag(jnp.where(used, RIDGE * size.max(), 1.0))
        weights = jnp.where(used, jnp.linalg.solve(system, jnp.where(used, target, 0.0)), 0.0)
        restart = jnp.where(s.sweeps == 0, value, s.best_value)
        return Search(
            point=jnp.where(sound, value - weights @ values, restart),
            at=s.point,
            gap=gap,
            sweeps=s.sweeps + 1,
            kept=jnp.where(sound, s.kept + 1, 0),
            best_gap=jnp.where(best, gap, s.best_gap),
            best=jnp.where(best, s.point, s.best),
            best_value=jnp.where(best, value, s.best_value),
            last_value=value,
            last_difference=difference,
            values=values,
            differences=differences,
            gram=gram,
        )

    def unfinished(s: Search) -> jax.Array:
        lost = (s.sweeps > 0) & ~jnp.isfinite(s.best_gap)
        return (s.sweeps < most_sweeps) & ~(s.gap <= tolerance) & ~lost

    inf, zero, none = jnp.array(jnp.inf), jnp.array(0), jnp.zeros((depth, start.size))
    gram = jnp.zeros((depth, depth))
    begin = Search(start, start, inf, zero, zero, inf, start, start, start, start, none, none, gram)
    return jax.lax.while_loop(unfinished, advance, begin)
