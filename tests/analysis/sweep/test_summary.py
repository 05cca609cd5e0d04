"""What drives a number, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats.qmc import Sobol

from paxsilica.analysis.sweep.summary import BINS, first_order_share, means_by


def test_parts_of_a_sum_on_a_grid_are_the_variances_of_its_terms():
    """Var(E[y|x]) / Var(y) of y = x + 3 z on a full grid: the variances add up, and so do the parts."""
    x, z = np.arange(7), np.arange(5)
    at = [k.ravel() for k in np.meshgrid(x, z, indexing="ij")]
    y = x[at[0]] + 3.0 * z[at[1]]
    parts = [first_order_share(k, y, exact=True) for k in at]
    whole = x.var() + 9 * z.var()
    assert parts == pytest.approx([x.var() / whole, 9 * z.var() / whole])
    product = (x - x.mean())[at[0]] * (z - z.mean())[at[1]]
    assert first_order_share(at[0], product, exact=True) == pytest.approx(0, abs=1e-12)


def test_parts_of_a_sample_come_near_those_of_ishigami_and_homma():
    """Ishigami and Homma (1990): parts 0.3139, 0.4424 and 0 of sin x + 7 sin2 y + 0.1 z4 sin x, from -pi to pi.

    Groups of a twentieth of two waves lose some of the second.
    """
    u = Sobol(3, scramble=True, seed=1).random_base2(14)
    x, y, z = (2 * u.T - 1) * np.pi
    found = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    bins = [(np.argsort(np.argsort(v)) * BINS // len(v)) for v in (x, y, z)]
    parts = [first_order_share(at, found, exact=False) for at in bins]
    assert parts == pytest.approx([0.3139, 0.4424, 0.0], abs=0.015)


def test_chance_is_no_part_and_a_constant_has_none():
    rng = np.random.default_rng(0)
    noise, at = rng.standard_normal(400), rng.integers(0, 20, 400)
    assert (
        first_order_share(at, noise, exact=False)
        < 0.06
        < first_order_share(at, noise, exact=True) + 0.04
    )
    assert np.isnan(first_order_share(at, np.full(400, 0.3), exact=False))
    assert np.isnan(first_order_share(at, np.full(400, np.nan), exact=False))


def test_means_leave_out_what_is_unknown():
    found = means_by(np.array([0, 0, 1, 2]), 4, np.array([1.0, 3.0, np.nan, 5.0]))
    assert found == pytest.approx([2.0, np.nan, 5.0, np.nan], nan_ok=True)
