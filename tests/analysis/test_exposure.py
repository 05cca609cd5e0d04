"""Whom a region sells to and buys from, against sums by hand and what must add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import random_economy

from paxsilica.analysis.actors import world_of
from paxsilica.analysis.exposure import exposure
from paxsilica.economy import Economy


def test_by_hand() -> None:
    """B sells 3 of cloth and 1 of wine to A, and 4 of cloth to C; nobody else sells abroad but C, 2 of wine to A."""
    flows = np.zeros((3, 3, 2))
    flows[[0, 1, 2], [0, 1, 2]] = 100.0
    flows[0, 1] = 3.0, 1.0
    flows[2, 1] = 4.0, 0.0
    flows[0, 2] = 0.0, 2.0
    e = Economy.from_flows("ABC", ("cloth", "wine"), flows, tariffs=None)
    found, world = exposure(e), world_of(e)
    assert found.value("trade", region="B", partner="A", sector=None) == 4
    assert found.value("trade", region="B", partner=world, sector=None) == 8
    assert found.value("trade", region=world, partner="A", sector=None) == 6
    assert found.value("trade", region="B", partner=world, sector="cloth") == 7
    assert found.value("trade", region=world, partner="A", sector="wine") == 3
    assert found.value("trade", region="A", partner="A", sector=None) == 0
    assert found.value("buyer_share", region="B", partner="A") == 50
    assert found.value("seller_share", region="B", partner="A") == pytest.approx(100 * 4 / 6)
    assert np.isnan(found.value("buyer_share", region="A", partner="B"))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_is_sold_is_bought_and_shares_are_whole(seed: int) -> None:
    e = random_economy(seed)
    found, world = exposure(e), world_of(e)
    pairs = found.array("trade", region=e.regions, partner=e.regions, sector=None)
    sold = found.array("trade", region=e.regions, partner=world, sector=None)
    bought = found.array("trade", region=world, partner=e.regions, sector=None)
    assert sold.sum() == pytest.approx(bought.sum())
    assert pairs.sum(1) == pytest.approx(sold)
    by_sector = found.array("trade", region=e.regions, partner=world, sector=e.sectors)
    assert by_sector.sum(1) == pytest.approx(sold)
    at_home = e.flows[np.arange(4), np.arange(4)].sum()
    assert sold.sum() == pytest.approx(e.flows.sum() - at_home)
    assert found.array("buyer_share").sum(1) == pytest.approx(100)
    assert found.array("seller_share").sum(0) == pytest.approx(100)
