"""A small storm: violent shocks on a small economy. The large one is `benchmarks/storm.py`."""

from __future__ import annotations

import pytest
from storm import verdict
from worlds import random_economy


@pytest.mark.parametrize("start", [0, 40, 80])
def test_no_violent_shock_ends_silently_wrong(start):
    """`verdict` raises where an answer fails the independent check."""
    economy = random_economy(1, regions=8, sectors=4, zeros=True)
    for seed in range(start, start + 40):
        assert verdict(economy, seed) == "solved", seed
