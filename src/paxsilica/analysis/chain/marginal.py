"""Marginal values of capacity, from the programme's dual

    min  b lambda + c mu   subject to   A' lambda + mu >= output,  lambda, mu >= 0,

where mu_si is what a unit of capacity c_si adds. At a kink, where several stages bind at once, the dual has many optima
and a solver returns any of them. The value function is concave in capacity, and its right derivative is the least mu_si
over all optima (Gal 1986): that is the shadow price here. Where the solver's own mu_si is zero, so is the least.

Widening a set of stages raises the output if, and only if, every optimum has a positive mu somewhere in the set. So the
output is limited by stage s, alone or together with others, where some set of stages adds nothing without s and
something with it: where s and a set R hold all mu of one optimum, and R alone holds all mu of none. A stage that has
lost its last plant may have any mu; it is not listed for that.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np

from paxsilica.analysis.chain.graph import EQUAL
from paxsilica.analysis.chain.program import Program, Solution, maximise
from paxsilica.economy import Array

SMALLEST = 1e-7
"""Marginal values below are the solver's rounding."""

CLEAR = 1e-3
"""Marginal value that an optimum is asked to give a stage: above what `EQUAL` lets a stage with spare room have."""


class _Face:
    """The dual's optima: variables lambda `[row]`, then mu `[y and d]`."""

    def __init__(self, program: Program, capacity: Array, best: Solution) -> None:
        from scipy.sparse import csr_array, eye_array, hstack, vstack

        rows, columns = program.A.shape
        self.program, self.mu = program, rows
        self.stages = frozenset(range(len(program.share)))
        size = rows + program.bounded
        value = np.concatenate(
            [program.b, capacity.ravel(), np.ones(program.bounded - program.made)]
        )
        covered = hstack([program.A.T, eye_array(columns, program.bounded)])
        self.A: Any = vstack([-covered, csr_array(value[None, :])], format="csr")
        self.b = np.append(-program.output, best.value + EQUAL)
        self.lower, self.upper = np.zeros(size), np.full(size, np.inf)

    def least(self, column: int) -> float:
        """The smallest mu of one column of y."""
        c = np.zeros(len(self.lower))
        c[self.mu + column] = -1.0
        return -maximise(c, self.A, self.b, self.lower, self.upper, self.program.chain.name).value

    def of_stages(self) -> Array:
        """`[stage, variable]` which variables are a stage's mu."""
        blocks = self.program.share.shape[1]
        rows = np.zeros((len(self.stages), len(self.lower)))
        rows[:, self.mu : self.mu + self.program.made] = np.kron(
            np.eye(len(self.stages)), np.ones(blocks)
        )
        return rows

    def outside(self, kept: AbstractSet[int], valued: int | None = None) -> frozenset[int]:
        """The stages outside `kept` with a mu where their sum is least, among optima that give one stage a clear mu."""
        from scipy.sparse import csr_array, vstack

        mu = self.of_stages()
        c = -mu[sorted(self.stages - kept)].sum(0)
        A, b = self.A, self.b
        if valued is not None:
            A, b = vstack([A, csr_array(-mu[valued][None, :])]), np.append(b, -CLEAR)
        found = maximise(c, A, b, self.lower, self.upper, self.program.chain.name)
        return frozenset(map(int, np.flatnonzero(mu @ found.x > SMALLEST))) - kept

    def valued(self) -> list[int]:
        """Stages with a clear mu in some optimum: where the sum of min(mu_s, CLEAR) is largest, each has one."""
        from scipy.sparse import csr_array, eye_array, hstack, vstack

        count, size = len(self.stages), len(self.lower)
        shown = hstack([csr_array(-self.of_stages() / CLEAR), eye_array(count)])
        A = vstack([hstack([self.A, csr_array((self.A.shape[0], count))]), shown])
        c = np.append(np.zeros(size), np.ones(count))
        upper = np.append(self.upper, np.ones(count))
        found = maximise(
            c,
            A,
            np.append(self.b, np.zeros(count)),
            np.zeros(len(c)),
            upper,
            self.program.chain.name,
        )
        return [int(s) for s in np.flatnonzero(found.x[size:] > 0.5)]


def gains(program: Program, capacity: Array, best: Solution) -> Array:
    """`[stage, block]` output gained per unit of capacity added: the right derivative of the optimum."""
    face, gain = _Face(program, capacity, best), np.zeros(program.made)
    for at in np.flatnonzero(best.of_bounds[: program.made] > SMALLEST):
        least = face.least(int(at))
        gain[at] = least if least > SMALLEST else 0.0
    return gain.reshape(program.share.shape)


def binding(program: Program, capacity: Array, best: Solution, gain: Array) -> list[int]:
    """Stages that limit the output, alone or together with others. `gain` is what `gains` gives."""
    face = _Face(program, capacity, best)
    alone = frozenset(map(int, np.flatnonzero((gain > 0).any(1))))
    return [s for s in face.valued() if s in alone or _completes(face, s, alone)]


def _completes(face: _Face, s: int, alone: frozenset[int]) -> bool:
    """Whether s adds output to a set of stages that adds none without it: the stages outside s and `rest`, where `rest`
    is as small as it can be. Stages that raise the output alone have a mu in every optimum."""
    rest = face.outside({s}, s)
    for t in sorted(rest - alone):
        if not face.outside(rest - {t} | {s}, s):
            rest -= {t}
    return bool(face.outside(rest))
