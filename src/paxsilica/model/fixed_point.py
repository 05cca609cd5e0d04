"""Anderson acceleration of a fixed-point map, compiled as one loop.

Walker and Ni (2011, SIAM J. Numer. Anal. 49(4)), type II: the next point is the map's value less the combination of
past differences that best explains the current gap. The least squares problem is solved from its small Gram matrix,
updated by one row a sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

DEPTH = 10
"""Past differences kept; 15 saves a tenth of the sweeps and costs as much in the least squares."""

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
    best_value: jax.Array
    last_value: jax.Array
    last_difference: jax.Array
    values: jax.Array
    differences: jax.Array
    gram: jax.Array


@partial(jax.jit, static_argnums=0)
def fixed_point(
    sweep: Callable[[Any, Any], Any], parameters: Any, start: Any, tolerance: float, most_sweeps: int
) -> tuple[Any, jax.Array, jax.Array]:
    """The state with `max|sweep(state) - state| <= tolerance`, the gap reached, and the sweeps used.

    Never raises: the caller compares the gap with the tolerance. A gap that is not finite is returned as it is.
    """
    flat, unflatten = ravel_pytree(start)

    def value_at(z: jax.Array) -> jax.Array:
        return ravel_pytree(sweep(parameters, unflatten(z)))[0]

    def advance(s: Search) -> Search:
        value = value_at(s.point)
        difference = value - s.point
        gap = jnp.abs(difference).max()
        sound = gap <= BLOW_UP * s.best_gap
        best = gap < s.best_gap
        slot = (s.kept - 1) % DEPTH
        fresh = s.kept == 0
        d_difference = jnp.where(fresh, 0.0, difference - s.last_difference)
        differences = s.differences.at[slot].set(d_difference)
        values = s.values.at[slot].set(jnp.where(fresh, 0.0, value - s.last_value))
        row = differences @ d_difference
        gram = s.gram.at[slot].set(row).at[:, slot].set(row)
        size = jnp.diagonal(gram)
        ridge = jnp.where(size > 0, RIDGE * size.max(), 1.0)
        weights = jnp.linalg.solve(gram + jnp.diag(ridge), differences @ difference)
        restart = jnp.where(s.sweeps == 0, value, s.best_value)
        return Search(
            point=jnp.where(sound, value - weights @ values, restart),
            at=s.point,
            gap=gap,
            sweeps=s.sweeps + 1,
            kept=jnp.where(sound, s.kept + 1, 0),
            best_gap=jnp.where(best, gap, s.best_gap),
            best_value=jnp.where(best, value, s.best_value),
            last_value=value,
            last_difference=difference,
            values=jnp.where(sound, values, 0.0),
            differences=jnp.where(sound, differences, 0.0),
            gram=jnp.where(sound, gram, 0.0),
        )

    def unfinished(s: Search) -> jax.Array:
        lost = (s.sweeps > 0) & ~jnp.isfinite(s.best_gap)
        return (s.sweeps < most_sweeps) & ~(s.gap <= tolerance) & ~lost

    size = flat.size
    inf, zero, none = jnp.array(jnp.inf), jnp.array(0), jnp.zeros((DEPTH, size))
    begin = Search(flat, flat, inf, zero, zero, inf, flat, flat, flat, none, none, jnp.zeros((DEPTH, DEPTH)))
    end = jax.lax.while_loop(unfinished, advance, begin)
    return unflatten(end.at), end.gap, end.sweeps
