"""Bands against normal distributions, whose quantiles and sums are known."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from paxsilica.analysis.score.bands import SaidChange, covered, outcome_bands, policy_points

NORMAL = NormalDist()


def said(value: list[float], below: float, above: float) -> SaidChange:
    x = np.array(value)
    return SaidChange(x, x - below, x + above)


def usual(deviation: float, cells: int, points: int = 40) -> np.ndarray:
    levels = (np.arange(points) + 0.5) / points
    return np.tile([deviation * NORMAL.inv_cdf(level) for level in levels], (cells, 1))


def test_the_ends_of_a_policy_band_are_its_tenth_and_ninetieth():
    points = policy_points(said([-0.3], 0.1, 0.4))[0]
    assert np.median(points) == pytest.approx(-0.3)
    ends = np.quantile(points, [0.1, 0.9], method="hazen")
    assert ends == pytest.approx([-0.4, 0.1], abs=0.01)


def test_two_independent_normals_add_their_variances():
    policy = 0.2 * NORMAL.inv_cdf(0.9)
    bands = outcome_bands(said([-0.5, 0.1], policy, policy), usual(0.15, 2), 0.05)
    both = np.hypot(0.2, 0.15)
    for name, level in (("50", 0.75), ("80", 0.9)):
        low, high = bands[name]
        width = both * NORMAL.inv_cdf(level)
        assert low == pytest.approx(np.array([-0.45, 0.15]) - width, abs=0.006)
        assert high == pytest.approx(np.array([-0.45, 0.15]) + width, abs=0.006)


def test_bands_hold_what_they_say_of_a_distribution_that_is_known():
    """Outcomes drawn as the bands suppose: a policy's effect that differs by half its band, and a usual change."""
    draw, cells = np.random.default_rng(5), 4000
    value = draw.normal(-0.2, 0.3, cells)
    policy = 0.1 * NORMAL.inv_cdf(0.9)
    came = value + draw.normal(0, 0.1, cells) + draw.normal(0, 0.25, cells) + 0.05
    bands = outcome_bands(
        SaidChange(value, value - policy, value + policy), usual(0.25, cells), growth=0.05
    )
    for name, band in bands.items():
        assert np.mean(covered(came, band)) == pytest.approx(float(name) / 100, abs=0.02)


def test_draws_stand_in_place_of_ends_and_give_the_same():
    draw = np.random.default_rng(6)
    value, policy = np.array([-0.4]), 0.1 * NORMAL.inv_cdf(0.9)
    ends = SaidChange(value, value - policy, value + policy)
    drawn = ends._replace(draws=value + draw.normal(0, 0.1, (4000, 1)))
    by_ends, by_draws = (outcome_bands(of, usual(0.05, 1), 0.0)["80"] for of in (ends, drawn))
    assert np.ravel(by_draws) == pytest.approx(np.ravel(by_ends), abs=0.01)


def test_without_a_policy_band_the_usual_change_is_all():
    none = np.full(1, np.nan)
    low, high = outcome_bands(SaidChange(np.array([-0.1]), none, none), usual(0.2, 1), 0.0)["80"]
    width = 0.2 * NORMAL.inv_cdf(0.9)
    assert (low[0], high[0]) == pytest.approx((-0.1 - width, -0.1 + width), abs=0.004)
    assert np.isnan(covered(np.array([0.0]), (none, none))).all()


def test_a_value_outside_its_own_band_counts_as_the_end():
    x = np.array([0.0])
    points = policy_points(SaidChange(x, x + 0.1, x + 0.3))[0]
    assert points.min() == 0
    assert points.max() > 0.3
