"""Anderson acceleration of a fixed-point map, one evaluation at a time.

Walker and Ni (2011, SIAM J. Numer. Anal. 49(4)), type II: the next point is the map's value less the combination of
past differences that best explains the current gap. What explains may be judged on a projection of the gap (for an
equilibrium, averages over sectors: the slow modes are those of whole regions), which takes as many evaluations as the
full gap and a fraction of the work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from paxsilica.checks import Array
from paxsilica.model.equations import largest

Map = Callable[[Any], Any]
"""From a matrix of unknowns to one: the map itself, a correction of its gap, or the projection that judges it."""

DEPTH = 5
"""Past differences kept; more save next to nothing once the gap is corrected."""

RIDGE = 1e-10
"""Relative ridge on the Gram matrix: keeps the step defined when differences become parallel."""

BLOW_UP = 1e3
"""A step whose gap exceeds the best by this factor is dropped with the history: back to the value before it."""


def unmoved(gap: Array) -> Array:
    """The correction that corrects nothing."""
    return gap


@dataclass(eq=False)
class Search:
    """Where a search is; searches may run side by side, in the trailing axis `...` of everything.

    Attributes:
        point: `[rows, columns, ...]` to be evaluated next.
        project: on what a step is judged. correct: makes the plain step of a gap. depth: past differences kept.
        best, best_gap: the closest point seen so far, and `[...]` its gap.
        evaluations: of the map so far.
    """

    point: Array
    project: Map
    correct: Map = unmoved
    depth: int = DEPTH
    best: Array = field(init=False)
    best_gap: Any = np.inf
    evaluations: int = 0
    before: tuple[Array, Array] | None = None
    """The corrected value before, and its step projected."""
    values: Array = field(init=False)
    """`[depth, rows, columns, ...]` past differences of the corrected values, in any order; zero before there are any."""
    seen: Array = field(init=False)
    """`[depth, projection, ...]` past differences of the projected steps."""

    def __post_init__(self) -> None:
        self.best = self.point
        self.values = np.zeros((self.depth, *self.point.shape), self.point.dtype)
        self.seen = np.zeros((self.depth, *self.project(self.point).shape))

    def advance(self, value: Array) -> None:
        """Go on after the map's `value` at the point."""
        gap = value - self.point
        size = largest(gap)
        sound, better = size <= BLOW_UP * self.best_gap, size < self.best_gap
        step = self.correct(gap)
        value, projected = self.point + step, self.project(step)
        last, last_seen = self.before or (value, projected)
        slot = self.evaluations % self.depth
        np.subtract(value, last, out=self.values[slot])
        np.subtract(projected, last_seen, out=self.seen[slot])
        if not np.all(sound):
            self.values = np.where(sound, self.values, 0.0)
            self.seen = np.where(sound, self.seen, 0.0)
        weights = combination(self.seen, projected).astype(value.dtype)
        ahead = value - _mixed(weights, self.values)
        self.best = chosen(better, self.point, self.best)
        self.best_gap = chosen(better, size, self.best_gap)
        self.point = chosen(sound, ahead, last)
        self.before = chosen(sound, value, last), projected
        self.evaluations += 1


def chosen(condition: Any, yes: Any, no: Any) -> Any:
    """`where` that costs nothing where all is chosen alike."""
    if np.all(condition):
        return yes
    return np.where(condition, yes, no) if np.any(condition) else no


def combination(seen: Array, projected: Array) -> Array:
    """`[depth, ...]` weights of the past differences that best explain the gap; zero for those that are zero."""
    gram = np.einsum("dp...,ep...->...de", seen, seen)
    ridge = RIDGE * np.einsum("...dd->...", gram) + np.finfo(float).tiny
    gram = gram + ridge[..., None, None] * np.eye(len(seen))
    explained = np.einsum("dp...,p...->...d", seen, projected)
    weights = np.linalg.solve(gram, explained[..., None])[..., 0]
    return np.asarray(weights if weights.ndim == 1 else np.moveaxis(weights, -1, 0))


def _mixed(weights: Array, values: Array) -> Array:
    """`[rows, columns, ...]` weighted sum; one search goes fastest in one product, many in a few."""
    if weights.ndim == 1:
        return np.asarray(np.einsum("d,drc->rc", weights, values))
    total: Array = weights[0] * values[0]
    for weight, one in zip(weights[1:], values[1:], strict=True):
        total += weight * one
    return total


class End(NamedTuple):
    """Where one search ended; the caller compares the gap with what was asked."""

    point: Array
    gap: float
    evaluations: int

    def after(self, before: End) -> End:
        """The same end with what was spent before."""
        return self._replace(evaluations=self.evaluations + before.evaluations)


def fixed_point(value_at: Map, search: Search, tolerance: float, most: int) -> End:
    """Iterate until `max|value_at(z) - z| <= tolerance`, the evaluations run out, or no number is left.

    The end is one step beyond the point whose gap was small enough, and closer; the gap is that of the point.
    """
    while search.evaluations < most and not search.best_gap <= tolerance:
        search.advance(value_at(search.point))
        if not np.isfinite(search.best_gap):
            break
    close = search.best_gap <= tolerance
    return End(search.point if close else search.best, float(search.best_gap), search.evaluations)
