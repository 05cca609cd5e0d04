"""What a shock holds, entry by entry, against arrays written by hand."""

from __future__ import annotations

import numpy as np
import pytest
from coercion_world import coercion_world

from paxsilica.errors import InputError, LabelError
from paxsilica.shock import Cut


@pytest.mark.parametrize("share", [1.0, 0.3])
def test_a_cut_is_a_ban_of_the_senders_sales_to_the_targets(share: float) -> None:
    world = coercion_world()
    by_hand = np.ones((4, 4, 3))
    for target, sender in ((0, 1), (0, 2), (3, 1), (3, 2)):
        by_hand[target, sender, :2] = 1 - share
    cut = Cut(("PAIR",), ("R3", "R0"), ("goods",), share)
    np.testing.assert_array_equal(cut.shock(world).permitted, by_hand)
    assert cut.on(world) == Cut(("R1", "R2"), ("R0", "R3"), ("C26", "C28"), share)
    assert Cut("R0", "R1", "C26") == Cut(("R0",), ("R1",), ("C26",))


@pytest.mark.parametrize(
    ("cut", "error", "message"),
    [
        (dict(senders=("R0",), targets=("R0",)), InputError, "R0 is sender and target"),
        (dict(senders=("R1",), targets=("PAIR",)), InputError, "R1 is sender and target"),
        (dict(senders=("R9",), targets=("R0",)), LabelError, "unknown region 'R9'"),
        (dict(senders=("R0",), targets=("R1",), sectors=("godos",)), LabelError, "did you mean"),
        (dict(senders=("R0",), targets=("R1",), share=0.0), InputError, "0% is not possible"),
        (dict(senders=("R0",), targets=("R1",), share=1.000001), InputError, "100.0001%"),
        (dict(senders=("R0",), targets=("R1",), share=np.nan), InputError, "nan%"),
    ],
)
def test_a_cut_that_cannot_be_is_refused(cut, error, message) -> None:
    with pytest.raises(error, match=message):
        Cut(**cut).shock(coercion_world())
