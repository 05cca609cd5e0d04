"""Least squares with fixed effects, the cluster jackknife, simultaneous bands, and how often they hold the truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyfixest as pf

Array = np.ndarray[Any, np.dtype[np.float64]]

EFFECTS = "cell_season + partner_month + sector_month"
DRAWS, LEVEL = 100_000, 0.95


@dataclass(frozen=True)
class Design:
    """Regressors cleared of the fixed effects, cell by cell.

    Attributes:
        names: `[k]` of the regressors.
        x: `[n,k]` what the fixed effects leave of them; times the root of the weights where there are any.
        cells: `[n]` whose row it is, from 0.
        frame: the rows, `[n]`, with the keys of the fixed effects.
        weights: `[n]`, or none.
    """

    names: tuple[str, ...]
    x: Array
    cells: np.ndarray[Any, np.dtype[np.int64]]
    frame: pd.DataFrame
    weights: str | None = None

    def by_cell(self, values: Array) -> Array:
        """`[g,k]` or `[g]` sums over the rows of each cell."""
        out = np.zeros((self.cells.max() + 1, *values.shape[1:]))
        np.add.at(out, self.cells, values)
        return out


def demeaned(frame: pd.DataFrame, names: Sequence[str], weights: str | None = None) -> Array:
    """`[n,k]` columns less the fixed effects, by pyfixest; times the root of the weights."""
    fit = pf.feols(
        f"imports ~ {' + '.join(names)} | {EFFECTS}",
        frame,
        vcov="iid",
        weights=weights,
        fixef_rm="none",
        store_data=False,
        copy_data=False,
    )
    if list(fit._coefnames) != list(names):
        lost = sorted(set(names) - set(fit._coefnames))
        raise ValueError(f"the fixed effects leave nothing of {', '.join(lost)}")
    cleared: Array = fit._X
    return cleared


def design(frame: pd.DataFrame, names: Sequence[str], weights: str | None = None) -> Design:
    """The regressors of a sample without missing outcomes."""
    cells = pd.factorize(frame.cell)[0]
    return Design(tuple(names), demeaned(frame, names, weights), cells, frame, weights)


@dataclass(frozen=True)
class Jackknife:
    """What leaving out each cell needs, once for every outcome on one design.

    Attributes:
        inverse: `[k,k]` of X'X.
        without: `[g,k,k]` inverse of X'X without cell g.
    """

    design: Design
    inverse: Array
    without: Array

    @classmethod
    def of(cls, d: Design) -> Jackknife:
        whole = d.x.T @ d.x
        order = np.argsort(d.cells, kind="stable")
        ends = np.cumsum(np.bincount(d.cells))[:-1]
        parts = np.array([x.T @ x for x in np.split(d.x[order], ends)])
        return cls(d, np.linalg.inv(whole), np.linalg.pinv(whole - parts, hermitian=True))

    def estimate(self, y: Array) -> Array:
        """`[k]` coefficients; `y` may still hold the fixed effects, which `x` is clear of."""
        found: Array = self.inverse @ (self.design.x.T @ y)
        return found

    def covariance(self, y: Array) -> Array:
        """`[k,k]` CR3 by cell, of an outcome cleared of the fixed effects (MacKinnon, Nielsen and Webb 2023)."""
        by_cell = self.design.by_cell(self.design.x * y[:, None])
        left = np.einsum("gkl,gl->gk", self.without, by_cell.sum(0) - by_cell) - self.estimate(y)
        found: Array = left.T @ left
        return found


def carried(jackknife: Jackknife, at: Sequence[int]) -> Array:
    """`[g]` share of each cell in what identifies the mean of some coefficients; sums to 1."""
    d = jackknife.design
    moves = d.x @ jackknife.inverse[:, list(at)].mean(1)
    share = d.by_cell(moves**2)
    return share / share.sum()


def critical(covariance: Array, seed: int = 1, level: float = LEVEL) -> float:
    """How many standard errors a band needs to hold a whole path with probability `level` (sup-t)."""
    sd = np.sqrt(np.diag(covariance))
    values, vectors = np.linalg.eigh(covariance / np.outer(sd, sd))
    root = vectors * np.sqrt(values.clip(0))
    draws = np.random.default_rng(seed).standard_normal((DRAWS, len(sd))) @ root.T
    return float(np.quantile(np.abs(draws).max(1), level))


def outcomes(d: Design, residual: Array, size: Array, count: int, swap: bool) -> Iterator[Array]:
    """`[n]` errors that keep the autocorrelation of real ones: `count` of them, seeded.

    Args:
        residual: `[n]` of the estimate.
        size: `[g]` of a cell, by which cells are alike: fifths.
        swap: the months of another cell of like size instead of its own; a random sign for all of them in any case.
    """
    random = np.random.default_rng(2018)
    months = d.frame.month.to_numpy()
    wide = np.zeros((d.cells.max() + 1, months.max() + 1))
    wide[d.cells, months] = residual
    fifth = (np.argsort(np.argsort(size)) * 5) // len(size)
    for _ in range(count):
        of = np.arange(len(size))
        for k in range(5) if swap else ():
            alike = np.flatnonzero(fifth == k)
            of[alike] = random.choice(alike, len(alike))
        signs = random.choice((-1.0, 1.0), len(size))
        yield (signs[:, None] * wide[of])[d.cells, months]


def coverage(
    jackknife: Jackknife, errors: Sequence[Array], path: Array, at: Sequence[int]
) -> tuple[float, float]:
    """How often the simultaneous band holds a known path, and 1.96 standard errors a month of it.

    Args:
        errors: `[n]` each, fixed effects and all.
        path: `[k]` true coefficients.
        at: positions of the months whose band it is.
    """
    d = jackknife.design
    names = [f"s{k}" for k in range(len(errors))]
    held, pointwise = [], []
    for first in range(0, len(errors), 50):
        some = names[first : first + 50]
        frame = pd.concat(
            [d.frame, pd.DataFrame(dict(zip(some, errors[first:], strict=False)), d.frame.index)],
            axis=1,
        )
        for error in demeaned(frame, some, d.weights).T:
            y = d.x @ path + error
            estimate = jackknife.estimate(y)[at]
            covariance = jackknife.covariance(y)[np.ix_(at, at)]
            miss = np.abs(estimate - path[at]) / np.sqrt(np.diag(covariance))
            held.append(miss.max() <= critical(covariance))
            pointwise.append(np.mean(miss <= 1.96))
    return float(np.mean(held)), float(np.mean(pointwise))
