"""Marginal values of capacity, from the programme's dual

    min  b lambda + c mu   subject to   A' lambda + mu >= output,  lambda, mu >= 0,

where mu_si is what a unit of capacity c_si adds. At a kink, where several stages bind at once, the dual has many optima
and a solver returns any of them. The value function is concave in capacity, and its right derivative is the least mu_si
over all optima (Gal 1986): that is the shadow price here. Where the solver's own mu_si is zero, so is the least.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from paxsilica.analysis.chain.program import Program, Solution, maximise
from paxsilica.economy import Array

ROUNDING = 1e-9
SMALLEST = 1e-7
"""Marginal values below are the solver's rounding."""


class _Face:
    """The dual's optima: variables lambda `[row]`, then mu `[y and d]`."""

    def __init__(self, program: Program, capacity: Array, best: Solution) -> None:
        from scipy.sparse import csr_array, eye_array, hstack, vstack

        rows, columns = program.A.shape
        self.program, self.mu = program, rows
        size = rows + program.bounded
        value = np.concatenate([program.b, capacity.ravel(), np.ones(program.bounded - program.made)])
        covered = hstack([program.A.T, eye_array(columns, program.bounded)])
        self.A: Any = vstack([-covered, csr_array(value[None, :])])
        self.b = np.append(-program.output, best.value + ROUNDING)
        self.lower, self.upper = np.zeros(size), np.full(size, np.inf)

    def most(self, c: Array) -> float:
        return maximise(c, self.A, self.b, self.lower, self.upper, self.program.chain.name).value

    def unit(self, *columns: int) -> Array:
        c = np.zeros(len(self.lower))
        c[list(columns)] = 1.0
        return c


def gains(program: Program, capacity: Array, best: Solution) -> Array:
    """`[stage, block]` output gained per unit of capacity added: the right derivative of the optimum."""
    face, gain = _Face(program, capacity, best), np.zeros(program.made)
    for at in np.flatnonzero(best.of_bounds[: program.made] > SMALLEST):
        least = -face.most(-face.unit(face.mu + int(at)))
        gain[at] = least if least > SMALLEST else 0.0
    return gain.reshape(program.share.shape)


def binding(program: Program, capacity: Array, best: Solution) -> list[int]:
    """Stages whose capacity has a positive marginal value in some optimum of the dual, among those optima that ascribe
    as much as possible to final demand: a product at its normal output is limited by demand, not by its plants."""
    from scipy.sparse import csr_array, hstack, vstack

    face = _Face(program, capacity, best)
    y, d = range(face.mu, face.mu + program.made), range(face.mu + program.made, len(face.lower))
    demand = face.unit(*d)
    most = face.most(demand)
    shown = csr_array((-np.full(program.made, 1e4), (range(program.made), y)), shape=(program.made, len(demand)))
    A = vstack(
        [
            hstack([vstack([face.A, csr_array(-demand[None, :])]), csr_array((len(face.b) + 1, program.made))]),
            hstack([shown, csr_array(np.eye(program.made))]),
        ]
    )
    b = np.concatenate([face.b, [ROUNDING - most], np.zeros(program.made)])
    c = np.concatenate([np.zeros(len(demand)), np.ones(program.made)])
    lower, upper = np.zeros(len(c)), np.concatenate([face.upper, np.ones(program.made)])
    found = maximise(c, A, b, lower, upper, program.chain.name).x[len(demand) :].reshape(program.share.shape)
    return [int(s) for s in np.flatnonzero((found > 1e-2).any(1))]
