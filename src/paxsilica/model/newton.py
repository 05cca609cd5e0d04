"""Newton's method with Krylov steps, for the shocks on which the accelerated fixed point stalls.

Knoll and Keyes (2004, J. Comput. Phys. 193(2)): the Jacobian of the gap is only ever multiplied with vectors, each a
difference of two sweeps; GMRES solves for the step, the correction of the gap its preconditioner, and the step is halved
until the gap falls.
"""

from __future__ import annotations

import numpy as np

from paxsilica.economy import Array
from paxsilica.model.equations import largest
from paxsilica.model.fixed_point import End, Map

MOST_STEPS = 25
HALVINGS = 8
KRYLOV = 60
"""Directions of one cycle, of which a step takes two at most."""

SMALL_STEP = 1e-7
"""Step of the forward differences, in logarithms."""


def newton_krylov(value_at: Map, start: Array, tolerance: float, correct: Map) -> End:
    """Solve `value_at(z) = z` from `start`; the caller compares the gap with the tolerance."""
    from scipy.sparse.linalg import LinearOperator, gmres

    shape, used = start.shape, 0

    def gap_at(z: Array) -> Array:
        nonlocal used
        used += 1
        return np.asarray(value_at(z) - z)

    def operator(times: Map) -> LinearOperator:
        return LinearOperator((start.size, start.size), lambda v: times(v.reshape(shape)).ravel())

    def slope(v: Array) -> Array:
        step = SMALL_STEP / max(np.abs(v).max(), np.finfo(float).tiny)
        return np.asarray((gap_at(z + step * v) - gap) / step)

    z, gap = start, gap_at(start)
    size = float(largest(gap))
    for _ in range(MOST_STEPS):
        if not tolerance < size < np.inf:
            break
        closing = operator(lambda v: -correct(v))
        direction, _ = gmres(
            operator(slope), -gap.ravel(), rtol=1e-4, restart=KRYLOV, maxiter=2, M=closing
        )
        halved = [0.5**k * direction.reshape(shape) for k in range(HALVINGS + 1)]
        tried = ((z + step, gap_at(z + step)) for step in halved)
        falls = ((at, its) for at, its in tried if largest(its) < size)
        found = next(falls, None)
        if found is None:
            break
        z, gap = found
        size = float(largest(gap))
    return End(z, size, used)
