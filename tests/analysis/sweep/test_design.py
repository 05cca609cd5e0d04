"""Designs: which points there are, whoever makes them, and what is said of a file that breaks a rule."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sweep_world import design

from paxsilica.analysis.sweep.design import number_and_unit, parse_design
from paxsilica.errors import FileError

GRID = design("horizon: [long_run, short_run]", "measures.first.rate: {from: 0%, to: 1%, steps: 5}")
RANDOM = design(
    "measures.first.rate: {uniform: [-10%, 30%]}",
    "measures.answer.rate: {normal: [5%, 2%]}",
    "horizon: {choice: [long_run, short_run, long_run, short_run]}",
    more="design: random\npoints: 1024\nseed: 7",
)


def test_a_grid_has_every_value_with_every_other_the_last_field_fastest():
    made = parse_design(GRID).points(range(10))
    rates = ("0%", "0.25%", "0.5%", "0.75%", "1%")
    assert made == list(product(("long_run", "short_run"), rates))


@given(cuts=st.sets(st.integers(1, 1023), max_size=5), random=st.booleans())
def test_points_are_the_same_however_they_are_cut(cuts, random):
    d = parse_design(RANDOM if random else GRID)
    ends = [0, *sorted(cut for cut in cuts if cut < d.size), d.size]
    parts = [point for a, b in pairwise(ends) for point in d.points(range(a, b))]
    assert parts == d.points(range(d.size))


def test_drawn_points_follow_their_laws():
    """1024 points of a Sobol sequence in base 2: each quarter holds a quarter of them exactly (Owen, 1995)."""
    points = parse_design(RANDOM).points(range(1024))
    rate, answer = (np.array([number_and_unit(p[k])[0] for p in points]) for k in (0, 1))
    counts, _ = np.histogram(rate, np.linspace(-10, 30, 5))
    assert counts.tolist() == [256] * 4
    quartiles = stats.norm(5, 2).ppf([0.25, 0.5, 0.75])
    assert np.searchsorted(np.sort(answer), quartiles).tolist() == [256, 512, 768]
    assert [p[2] for p in points].count("short_run") == 512
    again, other = (parse_design(RANDOM.replace("seed: 7", s)) for s in ("seed: 7", "seed: 8"))
    assert again.points(range(9)) == points[:9] != other.points(range(9))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("25%", (25.0, "%")),
        ("-1.5 million t", (-1.5, " million t")),
        ("\N{MINUS SIGN}3 %", (-3.0, " %")),
        ("2025-01-01", (None, "2025-01-01")),
        ("long_run", (None, "long_run")),
    ],
)
def test_a_value_is_a_number_with_its_unit_or_a_text(written, found):
    assert number_and_unit(written) == found


def test_the_digest_is_of_what_is_asked_and_not_of_its_title():
    first = parse_design(GRID)
    same = GRID.replace("title: Duties", "title: The same")
    others = (GRID.replace("1%", "2%"), GRID + "seed: 3\n", GRID + "chunk: 5\n")
    assert parse_design(same).digest("x") == first.digest("x") != first.digest("y")
    assert len({first.digest(), *(parse_design(text).digest() for text in others)}) == 4


RATE = "measures.first.rate"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (design(f"{RATE}: {{from: 0%, to: 9%, steps: 0}}"), r"sweep:\d+: steps cannot be '0'"),
        (design(f"{RATE}: {{from: 0%, to: 9%}}"), r"varies in one way"),
        (design(f"{RATE}: {{from: 0%, to: 9, steps: 3}}"), r"same unit, .* not 0% and 9"),
        (design(f"{RATE}: {{from: 2%, to: 2%, steps: 3}}"), r"goes from 2% to itself"),
        (design(f"{RATE}: {{uniform: [0%, 9%]}}"), r"has `uniform`, which a grid does not"),
        (design(f"{RATE}: {{vales: [0%]}}"), r"unknown key 'vales'; did you mean values\?"),
        (design(f"{RATE}: [1%]", keep="real_incom"), r"'real_incom'; did you mean real_income\?"),
        (design(f"{RATE}: [1%]", more="points: 7"), r"points is 7, and the grid has 1"),
        (design(f"{RATE}: {{values: [1%], name: value}}"), r"cannot be called 'value'"),
        (design(f"{RATE}: {{values: [1%], name: region}}"), r"cannot be called 'region'"),
        (
            design(f"{RATE}: {{uniform: [0%, 9%]}}", more="design: random\npoints: 0"),
            r"points is 0; a sweep has at least 1",
        ),
        (design(f"{RATE}: {{uniform: [0%, 9%]}}", more="design: random"), r"points is missing"),
        (
            design(f"{RATE}: {{from: 0%, to: 9%, steps: 1000000001}}"),
            r"1,000,000,001 points are more than 1,000,000,000",
        ),
        (
            "schema: paxsilica/sweep@1\ntitle: t\nkeep: [wage]\n",
            r"vary is missing; name what varies",
        ),
        ("schema: paxsilica/scenario@1\ntitle: t\nkeep: [wage]\n", r"schema cannot be"),
    ],
)
def test_a_file_that_breaks_a_rule_is_told_so_with_its_line(text, said):
    with pytest.raises(FileError, match=said) as error:
        parse_design(text)
    assert "\n" not in str(error.value) or "vary is missing" in said or "schema" in said
