"""Smooth curves through estimated months, by generalised least squares on their covariance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar
from scipy.stats import chi2

Array = np.ndarray[Any, np.dtype[np.float64]]

ASKED = (3, 6, 9, 12, 15)


class Curve(NamedTuple):
    """Response and standard error at ASKED, and the distance to the months: chi-squared, degrees of freedom."""

    response: Array
    se: Array
    distance: float
    free: int


def fitted(basis: Array, at: Array, response: Array, covariance: Array, bent: int = 0) -> Curve:
    """GLS of the months `[m]` on a basis `[m,k]`, read at other months by `at` `[a,k]`.

    `bent` parameters were chosen beforehand and cost a degree of freedom each.
    """
    factor = cho_factor(covariance)
    inner = np.linalg.inv(basis.T @ cho_solve(factor, basis))
    parameters = inner @ (basis.T @ cho_solve(factor, response))
    left = response - basis @ parameters
    distance = float(left @ cho_solve(factor, left))
    free = len(response) - basis.shape[1] - bent
    return Curve(at @ parameters, np.sqrt(np.diag(at @ inner @ at.T)), distance, free)


def level(months: Array) -> Array:
    return np.ones((len(months), 1))


def line(months: Array) -> Array:
    return np.stack([np.ones(len(months)), months], axis=1)


def saturating(months: Array, pace: float) -> Array:
    """b0 + (b1 - b0) (1 - exp(-a / pace)), as weights of b0 and b1."""
    kept = np.exp(-months / pace)
    return np.stack([kept, 1 - kept], axis=1)


def curves(response: Array, covariance: Array) -> list[list[str]]:
    """Rows of a table: each form, what it says at ASKED, and whether the months refuse it."""
    months, at = np.arange(len(response), dtype=float), np.array(ASKED, float)

    def of(basis: Callable[[Array], Array], bent: int = 0) -> Curve:
        return fitted(basis(months), basis(at), response, covariance, bent)

    best = minimize_scalar(
        lambda pace: of(lambda a: saturating(a, pace)).distance, bounds=(0.5, 24), method="bounded"
    ).x
    forms = {
        "one level": of(level),
        "a line": of(line),
        f"saturating, pace {best:.1f} months": of(lambda a: saturating(a, best), bent=1),
    }
    rows = [["curve", *(f"{a} months" for a in ASKED), "distance (freedom)", "p"]]
    for name, curve in forms.items():
        values = [f"{b:.2f} ({se:.2f})" for b, se in zip(curve.response, curve.se, strict=True)]
        p = chi2.sf(curve.distance, curve.free)
        rows.append([name, *values, f"{curve.distance:.1f} ({curve.free})", f"{p:.2f}"])
    return rows
