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

        def halve(
            state: tuple[jax.Array, jax.Array, jax.Array],
        ) -> tuple[jax.Array, jax.Array, jax.Array]:
            length = state[0] / 2
            return length, size(s.at + length * direction), state[2] + 1

        full = jnp.array(1.0)
        length, reached, _ = jax.lax.while_loop(
            lambda t: (t[1] >= s.gap) & (t[2] < HALVINGS),
            halve,
            (full, size(s.at + direction), jnp.array(0)),
        )
        stuck = ~(reached < s.gap)
        return Newton(
            jnp.where(stuck, s.at, s.at + length * direction),
            jnp.where(stuck, s.gap, reached),
            s.steps + 1,
            stuck,
        )

    def unfinished(s: Newton) -> jax.Array:
        return (s.gap > tolerance) & (s.steps < MOST_STEPS) & ~s.stuck

    return jax.lax.while_loop(
        unfinished, step, Newton(start, size(start), jnp.array(0), jnp.array(False))
    )
