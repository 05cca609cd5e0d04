"""One word for a horizon, wherever it stands, and numbers that their sources give."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from coercion_world import coercion_world

from paxsilica.analysis.coercion.matrix import coercion_matrix
from paxsilica.errors import InputError
from paxsilica.horizon import HORIZONS, LONG_RUN, SHORT_RUN, Horizon, old_spelling
from paxsilica.model import Params, settled


def test_the_numbers_are_those_of_their_sources() -> None:
    """The long run is Cobb-Douglas with mobile labour; the short run's sources stand in `docs/model.md`."""
    assert Horizon(1.0, 1.0, 1.0, inf, 1.0) == LONG_RUN == Params().horizon
    assert Horizon(0.5, 0.2, 0.9, 1.0, 0.36) == SHORT_RUN
    assert round(0.76 / 2.1, 2) == SHORT_RUN.trade_response


@pytest.mark.parametrize(("key", "horizon"), HORIZONS.items())
def test_a_horizon_is_read_back_from_what_is_written(key: str, horizon: Horizon) -> None:
    assert (horizon.key, str(horizon)) == (key, key.replace("_", " "))
    for written in (horizon.key, str(horizon)):
        assert Horizon.parse(written) == horizon
        assert old_spelling(written) is None
    assert replace(horizon, input_elasticity=0.7).key == "own"
    assert str(replace(horizon, input_elasticity=0.7)) == "own parameters"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("long", "long_run"),
        ("long-run", "long_run"),
        (" Long  Run ", "long_run"),
        ("short", "short_run"),
        ("short-run", "short_run"),
        ("first-year", "short_run"),
        ("first year", "short_run"),
    ],
)
def test_an_older_spelling_is_read_and_said(written: str, key: str) -> None:
    assert Horizon.parse(written).key == key
    note = old_spelling(written)
    assert note is not None
    assert f"write {key}." in note.text


@pytest.mark.parametrize(
    ("written", "hint"),
    [("medium", ""), ("shortrun", "did you mean short_run?"), ("", "")],
)
def test_what_is_no_horizon_is_refused(written: str, hint: str) -> None:
    with pytest.raises(InputError, match=f"is no horizon; write long_run or short_run.*{hint}"):
        Horizon.parse(written)


@pytest.mark.parametrize(
    ("params", "key"),
    [
        (Params(tolerance=1e-9), "long_run"),
        (Params(deficits="balanced", backstop_cost=40), "long_run"),
        (Params(SHORT_RUN, most_sweeps=300), "short_run"),
        (Params(replace(SHORT_RUN, labour_mobility=2.0)), "own"),
    ],
)
def test_neither_accuracy_nor_closure_is_a_horizon(params: Params, key: str) -> None:
    world = settled(coercion_world(), params)
    assert coercion_matrix(world, ["R0", "R1"], params=params).horizon.key == key


def test_trade_responds_as_its_sources_say() -> None:
    """1 + theta is what responds, with 0.36 of itself in the first year; the floor is sigma = 1.1 of one year."""
    theta = np.array([0.6, 1.0, 2.0, 4.0, 9.0])
    np.testing.assert_array_equal(Params(LONG_RUN).theta(theta), theta)
    np.testing.assert_allclose(Params(SHORT_RUN).theta(theta), [0.1, 0.1, 0.1, 0.8, 2.6])
