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
import numpy as np

Map = Callable[[jax.Array], jax.Array]
"""From a matrix of unknowns to one: the map itself, or the projection on which its gap is judged."""

DEPTH = 10
"""Past differences kept; 15 saves a twentieth of the sweeps and costs as much in the least squares."""

RIDGE = 1e-10
"""Relative ridge on the Gram matrix: keeps the step defined when differences become parallel."""

BLOW_UP = 1e3
"""A step whose gap exceeds the best by this factor is dropped with the history: back to the value before it."""


class Search(NamedTuple):
    """Where the loop is: `point` is to be evaluated next, `best` with `best_gap` is the closest point seen so far.

    Searches may run side by side, in the trailing axis `...` of everything but `sweeps`.
    """

    point: jax.Array  # [rows, columns, ...]
    sweeps: jax.Array
    best_gap: jax.Array  # [...]
    best: jax.Array
    last_value: jax.Array
    last_seen: jax.Array
    values: jax.Array  # [depth, rows, columns, ...] past differences of the map's values, zero where there are none yet
    seen: jax.Array  # [depth, projection, ...] past differences of the projected gap


def begin(start: jax.Array, project: Map, depth: int = DEPTH) -> Search:
    """Searches that have not evaluated anything yet."""
    seen = project(start)
    history, past = jnp.zeros((depth, *start.shape), jnp.float32), jnp.zeros((depth, *seen.shape))
    far = jnp.full(start.shape[2:], jnp.inf)
    return Search(start, jnp.array(0, jnp.int32), far, start, start, seen, history, past)


def advance(value_at: Map, project: Map, s: Search) -> Search:
    """One evaluation of the map and the next point."""
    value = value_at(s.point)
    difference = value - s.point
    gap = largest(difference)
    sound = gap <= BLOW_UP * s.best_gap
    better = gap < s.best_gap
    follows = sound & (s.sweeps > 0)
    projected = project(difference)
    slot = s.sweeps % len(s.seen)
    moved = jnp.where(follows, value - s.last_value, 0.0).astype(jnp.float32)
    turned = jnp.where(follows, projected - s.last_seen, 0.0)
    values = jax.lax.dynamic_update_index_in_dim(s.values, moved, slot, 0)
    seen = jnp.where(sound, jax.lax.dynamic_update_index_in_dim(s.seen, turned, slot, 0), 0.0)
    weights = combination(seen, projected)
    correction = sum(weights[d] * values[d] for d in range(len(seen)))
    return Search(
        point=jnp.where(sound, value - correction, s.last_value),
        sweeps=s.sweeps + 1,
        best_gap=jnp.where(better, gap, s.best_gap),
        best=jnp.where(better, s.point, s.best),
        last_value=jnp.where(sound, value, s.last_value),
        last_seen=projected,
        values=values,
        seen=seen,
    )


def combination(seen: jax.Array, projected: jax.Array) -> jax.Array:
    """`[depth, ...]` weights of the past differences that best explain the gap; zero for those that are zero."""
    gram = jnp.einsum("dp...,ep...->...de", seen, seen)
    ridge = RIDGE * jnp.trace(gram, axis1=-2, axis2=-1) + np.finfo(float).tiny
    factor = jax.scipy.linalg.cho_factor(
        gram + ridge[..., None, None] * np.eye(len(seen)), lower=True
    )
    explained = jnp.einsum("dp...,p...->...d", seen, projected)[..., None]
    return jnp.moveaxis(jax.scipy.linalg.cho_solve(factor, explained)[..., 0], -1, 0)


def largest(difference: jax.Array) -> jax.Array:
    """`[...]` largest absolute entry over the first two axes, infinite where any is not a number.

    Compared as integers: the bits of positive numbers are in the numbers' own order with NaN above infinity, while the
    compiled maximum of floats passes over NaN, and is slower.
    """
    unsigned = jax.lax.bitcast_convert_type(difference, jnp.int64) & np.int64(2**63 - 1)
    size = jax.lax.bitcast_convert_type(unsigned.max(0).max(0), jnp.float64)
    return jnp.where(jnp.isnan(size), jnp.inf, size)


def unfinished(s: Search, tolerance: jax.Array | float, most_sweeps: jax.Array | int) -> jax.Array:
    """Whether to go on: not close enough, sweeps left, and not lost among infinities."""
    lost = (s.sweeps > 0) & ~jnp.isfinite(s.best_gap)
    return (s.sweeps < most_sweeps) & ~(s.best_gap <= tolerance) & ~lost


def fixed_point(
    value_at: Map,
    project: Map,
    start: jax.Array,
    tolerance: jax.Array | float,
    most_sweeps: jax.Array | int,
) -> Search:
    """Iterate until `max|value_at(z) - z| <= tolerance` or the sweeps run out; traceable.

    The answer is `best`. Never raises: the caller compares `best_gap` with the tolerance.
    """
    return jax.lax.while_loop(
        lambda s: unfinished(s, tolerance, most_sweeps),
        lambda s: advance(value_at, project, s),
        begin(start, project),
    )
