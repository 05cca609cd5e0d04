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

import numpy as np

from paxsilica.analysis.chain.graph import EQUAL
from paxsilica.analysis.chain.program import Linear, Program, Solution
from paxsilica.economy import Array

SMALLEST = 1e-7
"""Marginal values below are the solver's rounding."""

CLEAR = 1e-3
"""Marginal value that an optimum is asked to give a stage: above what `EQUAL` lets a stage with spare room have."""


class DualFace:
    """The dual's optima: variables lambda `[row]`, then mu `[y and d]`.

    Attributes:
        gains: `[stage, block]` output gained per unit of capacity added: the right derivative of the optimum.
    """

    def __init__(self, program: Program, capacity: Array, best: Solution) -> None:
        from scipy.sparse import eye_array, hstack

        rows, columns = program.A.shape
        bounded = columns - program.sizes[2]
        value = np.append(program.b, program.upper(capacity)[:bounded])
        covered = hstack([program.A.T, eye_array(columns, bounded)])
        dual = Linear(program.chain.name, -covered, -program.output, np.full(len(value), np.inf))
        self._optima = dual.with_rows(value[None], best.value + EQUAL)
        self._mu = np.pad(program.making[:, :bounded], [(0, 0), (rows, 0)])
        gains = np.zeros(program.share.size)
        for at in np.flatnonzero(best.of_bounds[: gains.size] > SMALLEST):
            least = self._optima.maximise(-np.eye(1, len(value), rows + at)[0]).x[rows + at]
            gains[at] = least if least > SMALLEST else 0.0
        self.gains = gains.reshape(program.share.shape)

    def binding(self) -> list[int]:
        """Stages that limit the output, alone or together with others."""
        alone = frozenset(map(int, np.flatnonzero((self.gains > 0).any(1))))
        return [s for s in self._valued() if s in alone or self._completes(s, alone)]

    def _valued(self) -> list[int]:
        """Stages with a clear mu in some optimum: where the sum of min(mu_s, CLEAR) is largest, each has one."""
        stages, size = self._mu.shape
        each = np.eye(stages)
        shown = self._optima.with_columns(np.ones(stages)).with_rows(
            np.hstack([-self._mu / CLEAR, each])
        )
        found = shown.maximise(np.repeat([0.0, 1.0], [size, stages]))
        return [int(s) for s in np.flatnonzero(found.x[size:] > 0.5)]

    def _completes(self, s: int, alone: frozenset[int]) -> bool:
        """Whether s adds output to a set of stages that adds none without it: the stages outside s and `rest`, where
        `rest` is as small as it can be. Stages that raise the output alone have a mu in every optimum."""
        clear = self._optima.with_rows(-self._mu[[s]], -CLEAR)
        rest = self._outside({s}, clear)
        for t in sorted(rest - alone):
            if not self._outside(rest - {t} | {s}, clear):
                rest -= {t}
        return bool(self._outside(rest, self._optima))

    def _outside(self, kept: AbstractSet[int], optima: Linear) -> frozenset[int]:
        """The stages outside `kept` with a mu where their sum is least."""
        others = np.delete(self._mu, list(kept), 0).sum(0)
        found = self._mu @ optima.maximise(-others).x
        return frozenset(map(int, np.flatnonzero(found > SMALLEST))) - kept
