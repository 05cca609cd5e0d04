"""Smooth curves through estimated months, by minimum distance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

Array = np.ndarray[Any, np.dtype[np.float64]]

ASKED = (3, 6, 9, 12, 15)
SLOWEST = (0.5, 12.0)
"""Bounds of the pace, months: beyond the second a curve of fifteen months is a line."""


class Curve(NamedTuple):
    """Response and standard error at ASKED, and the distance that the parameters make least."""

    response: Array
    se: Array
    distance: float


def fitted(
    basis: Array, at: Array, response: Array, covariance: Array, efficient: bool = False
) -> Curve:
    """The months `[m]` on a basis `[m,k]`, read at other months by `at` `[a,k]`: minimum distance.

    Weights are the inverse variances, and the standard errors know the whole covariance; `efficient` weighs by the
    inverse of the covariance instead, which is GLS, and no better
    where the covariance itself is uncertain (Altonji and Segal 1996).
    """
    weight = np.linalg.inv(covariance if efficient else np.diag(np.diag(covariance)))
    gain = np.linalg.solve(basis.T @ weight @ basis, basis.T @ weight)
    left = response - basis @ gain @ response
    spread = at @ gain @ covariance @ gain.T @ at.T
    return Curve(at @ gain @ response, np.sqrt(np.diag(spread)), float(left @ weight @ left))


def level(months: Array) -> Array:
    return np.ones((len(months), 1))


def line(months: Array) -> Array:
    return np.stack([np.ones(len(months)), months], axis=1)


def saturating(months: Array, pace: float) -> Array:
    """b0 + (b1 - b0) (1 - exp(-a / pace)), as weights of b0 and b1."""
    kept = np.exp(-months / pace)
    return np.stack([kept, 1 - kept], axis=1)


def curves(response: Array, covariance: Array) -> dict[str, Curve]:
    """Each form through the months 0, 1, ..., read at ASKED; the standard errors take the pace for known."""
    months, at = np.arange(len(response), dtype=float), np.array(ASKED, float)

    def of(basis: Callable[[Array], Array], efficient: bool = False) -> Curve:
        return fitted(basis(months), basis(at), response, covariance, efficient)

    pace = minimize_scalar(
        lambda pace: of(lambda a: saturating(a, pace)).distance, bounds=SLOWEST, method="bounded"
    ).x
    return {
        "one level": of(level),
        "a line": of(line),
        f"saturating, pace {pace:.1f} months": of(lambda a: saturating(a, pace)),
        "a line, GLS": of(line, efficient=True),
    }
