"""Slopes, errors and directions against arithmetic written out here, least squares with dummies, and simulation."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from paxsilica.analysis.score.measures import (
    directions,
    fitted,
    less_means,
    mean_error,
    set_aside,
    share_of,
)
from paxsilica.data.outcomes import AUTUMN_2025


def flows(seed: int, partners: int = 8, sectors: int = 5) -> tuple:
    draw = np.random.default_rng(seed)
    who = np.repeat([f"P{k}" for k in range(partners)], sectors)
    what = np.tile([f"S{k}" for k in range(sectors)], partners)
    x, w = draw.normal(-0.2, 0.2, who.size), draw.lognormal(0, 1, who.size)
    return draw, x, w, list(what), list(who)


def test_a_perfect_prediction_has_slope_one_and_one_twice_too_large_a_half():
    _, x, w, what, who = flows(1)
    shift = np.array([{"S0": 0.4, "S1": -0.3}.get(one, 0.0) for one in what])
    perfect = fitted(x, x + shift, w, what, who, 0)
    assert perfect.slope == pytest.approx(1, abs=1e-12)
    assert perfect.correlation == pytest.approx(1, abs=1e-12)
    assert perfect.slope_ends == pytest.approx((1, 1), abs=1e-9)
    assert fitted(2 * x, x + shift, w, what, who, 0).slope == pytest.approx(0.5, abs=1e-12)
    assert fitted(-x, x + shift, w, what, who, 0).correlation == pytest.approx(-1, abs=1e-12)


def test_the_slope_within_sectors_by_hand():
    """Sector A has mean (3*1 + 1*5)/4 = 2 of x and (3*0 + 1*4)/4 = 1 of y; sector B of equal weights 1.5 and 0.
    Sums: A 3*(-1)(-1) + 1*3*3 = 12 over 3*1 + 1*9 = 12; B 2*(-.5)(1) + 2*(.5)(-1) = -2 over 2*.25 + 2*.25 = 1."""
    x, y, w = np.array([1, 5, 1, 2.0]), np.array([0, 4, 1, -1.0]), np.array([3, 1, 2, 2.0])
    found = fitted(x, y, w, ["A", "A", "B", "B"], ["p", "q", "p", "q"], 0)
    assert found.slope == pytest.approx((12 - 2) / (12 + 1))
    yy = 3 * 1 + 1 * 9 + 2 * 1 + 2 * 1
    assert found.correlation == pytest.approx(10 / np.sqrt(13 * yy))
    assert np.isnan(found.slope_ends).all(), "two partners are too few to draw from"


def test_slopes_are_those_of_least_squares_with_a_dummy_for_each_group():
    draw, x, w, what, who = flows(2)
    y = 0.7 * x + draw.normal(0, 0.1, x.size)
    for groups in (["all"] * x.size, what, who):
        dummies = (np.array(groups)[:, None] == np.unique(groups)).astype(float)
        design, root = np.column_stack([x, dummies]), np.sqrt(w)
        by_hand = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0][0]
        assert fitted(x, y, w, groups, who, 0).slope == pytest.approx(by_hand, rel=1e-9)


def test_the_interval_is_that_of_partners_drawn_one_by_one():
    """The same partners drawn again, their rows stacked and fitted anew."""
    draw, x, w, what, who = flows(3, partners=6, sectors=3)
    y = 0.5 * x + draw.normal(0, 0.2, x.size)
    counts = np.random.default_rng(11).multinomial(6, np.full(6, 1 / 6), size=1000)
    slopes = []
    for count in counts:
        rows = np.concatenate(
            [np.flatnonzero(np.array(who) == f"P{k}") for k in np.repeat(range(6), count)]
        )
        a, b = (less_means(of[rows], w[rows], [what[r] for r in rows]) for of in (x, y))
        slopes.append((w[rows] * a * b).sum() / (w[rows] * a * a).sum())
    low, high = fitted(x, y, w, what, who, 11).slope_ends
    assert (low, high) == pytest.approx(tuple(np.quantile(slopes, [0.025, 0.975])), rel=1e-9)
    assert fitted(x, y, w, what, who, 11) == fitted(x, y, w, what, who, 11)
    assert fitted(x, y, w, what, who, 12).slope_ends != (low, high)


def test_the_interval_holds_the_truth_where_partners_differ():
    """Errors that a partner's flows share: intervals of rows would be far too narrow."""
    held = 0
    for seed in range(120):
        draw, x, _, what, who = flows(seed, partners=24)
        own = dict(zip(sorted({*who}), draw.normal(0, 0.5, 24), strict=True))
        y = x * np.array([0.8 + own[one] for one in who]) + draw.normal(0, 0.05, x.size)
        low, high = fitted(x, y, np.ones(x.size), what, who, 0).slope_ends
        held += low <= 0.8 <= high
    assert 0.87 <= held / 120 <= 0.99


def test_what_says_nothing_has_no_slope():
    _, x, w, what, who = flows(4)
    assert np.isnan(fitted(np.zeros(x.size), x, w, what, who, 0).slope)
    same = np.array([{"S0": 0.1}.get(one, 0.2) for one in what])
    assert np.isnan(fitted(same, x, w, what, who, 0).slope)


def test_errors_and_directions_by_hand():
    said, came, w = np.array([-0.5, 0.0, 0.1]), np.array([-0.2, -0.1, 0.4]), np.array([1, 2, 5.0])
    assert mean_error(said, came, w) == pytest.approx((0.3 + 0.2 + 1.5) / 8)
    assert share_of(np.array([True, False, True]), w) == 6 / 8
    assert np.isnan(share_of(np.array([], dtype=bool), np.array([])))
    # sector A: means of x -.25, of y -.1; B: -.02 and .03 of it lie within five points of its mean
    x, y = np.array([-0.5, 0.0, 0.02, -0.02]), np.array([-0.3, 0.1, 0.5, -0.5])
    right, far = directions(x, y, np.array([1, 1, 3, 3.0]), ["A", "A", "B", "B"])
    assert (right, far) == (1.0, 2 / 8)
    right, _ = directions(x, -y, np.array([1, 1, 3, 3.0]), ["A", "A", "B", "B"])
    assert right == 0


def test_partners_are_set_aside_by_a_rule():
    """`printf IND | sha256sum` begins with c81e, MEX with c9c0."""
    every = ["CHN", "TWN", "IND", "MEX", "DEU", "GBR"]
    aside = set_aside(every)
    assert len(aside) == 2
    assert not {*aside} & {"CHN", "TWN"}
    assert set_aside(every[::-1] * 3) == aside
    assert set_aside(["CHN", "TWN", "IND", "MEX"]) == ("IND",), "c81e... comes before c9c0..."
    assert set_aside(["IND", "MEX"]) == ()


def test_the_interval_on_the_flows_of_the_report_card():
    """Changes are made up; only whose flows they are and their values of 2024 are those of the packaged table."""
    with AUTUMN_2025.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if float(row["before"]) > 30]
    who, what = ([row[name] for row in rows] for name in ("partner", "sector"))
    w, at = np.array([float(row["before"]) for row in rows]), np.unique(who, return_inverse=True)[1]
    held = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        x = -0.1 * draw.lognormal(0, 0.5, 28)[at] * draw.lognormal(0, 0.5, w.size)
        y = 0.9 * x + draw.normal(0, 0.1, 28)[at] + draw.normal(0, 0.2, w.size)
        low, high = fitted(x, y, w, what, who, 0).slope_ends
        held += low <= 0.9 <= high
    assert 0.88 <= held / 200 <= 0.99
