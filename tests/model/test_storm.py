"""A small storm: violent shocks on a small economy. The large one is `benchmarks/storm.py`."""

from __future__ import annotations

import pytest
from storm import verdict, weather
from worlds import random_economy


@pytest.mark.parametrize("start", [0, 40, 80])
def test_no_violent_shock_ends_silently_wrong(start):
    """`verdict` raises where an answer fails the independent check; the long run and open trade always have one."""
    economy = random_economy(1, regions=8, sectors=4, zeros=True)
    for seed in range(start, start + 40):
        shock, params = weather(economy, seed)
        said = verdict(economy, seed)
        assert said in ("solved", "not solved"), seed
        if params.trade_response == 1 or not shock.banned.any():
            assert said == "solved", seed
