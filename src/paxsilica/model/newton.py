"""Newton's method with Krylov steps, for the shocks on which the accelerated fixed point stalls.

Knoll and Keyes (2004, J. Comput. Phys. 193(2)): the Jacobian of the gap is only ever multiplied with vectors, each a
forward derivative of one sweep; GMRES solves for the step, and the step is halved until the gap falls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.sparse.linalg import gmres

from paxsilica.model.fixed_point import largest

MOST_STEPS = 25
HALVINGS = 8
KRYLOV = 60
"""Directions of one GMRES cycle, and two cycles a step: the sweep's spectrum is clustered, so few are needed."""


class Newton(NamedTuple):
    at: jax.Array
    gap: jax.Array
    steps: jax.Array
    stuck: jax.Array


def newton_krylov(
    value_at: Callable[[jax.Array], jax.Array], start: jax.Array, tolerance: jax.Array | float
) -> Newton:
    """Solve `value_at(z) = z` from `start`; traceable. The caller compares `gap` with the tolerance."""

    def gap_at(z: jax.Array) -> jax.Array:
        return value_at(z) - z

    def size(z: jax.Array) -> jax.Array:
        return largest(gap_at(z))

    def step(s: Newton) -> Newton:
        gap, slope = jax.linearize(gap_at, s.at)
        direction, _ = gmres(
            slope, -gap, tol=1e-4, restart=KRYLOV, maxiter=2, solve_method="incremental"
        )
        direction = jnp.where(jnp.isfinite(direction).all(), direction, gap)

        def reached(halvings: jax.Array) -> tuple[jax.Array, jax.Array]:
            return halvings, size(s.at + 0.5**halvings * direction)

        halvings, gap = jax.lax.while_loop(
            lambda tried: ~(tried[1] < s.gap) & (tried[0] < HALVINGS),
            lambda tried: reached(tried[0] + 1),
            reached(jnp.array(0)),
        )
        stuck = ~(gap < s.gap)
        return Newton(
            jnp.where(stuck, s.at, s.at + 0.5**halvings * direction),
            jnp.where(stuck, s.gap, gap),
            s.steps + 1,
            stuck,
        )

    def unfinished(s: Newton) -> jax.Array:
        return (s.gap > tolerance) & (s.steps < MOST_STEPS) & ~s.stuck

    return jax.lax.while_loop(
        unfinished, step, Newton(start, size(start), jnp.array(0), jnp.array(False))
    )
