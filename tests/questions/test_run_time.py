"""`pax run` by when and how surely: ages, paths and draws as they are asked for."""

from __future__ import annotations

import numpy as np
import pytest
from every_page import small_desk
from run_world import TARIFF

import paxsilica as pax
from paxsilica.errors import InputError
from paxsilica.questions.run_path import STATIC

TEXT = "schema: paxsilica/scenario@1\ntitle: T\nmeasures:\n  - "
SINCE = TEXT + TARIFF.replace("rate: 50%", "rate: 50%, from: 2025-01-15") + "\n"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"path": "2026-01..2025-01"}, "ends before it begins"),
        ({"path": "soon"}, "is no span; write first and last month"),
        ({"path": "2025-01..2025-12", "horizon": "1y"}, "a path has its own days and ages"),
        ({"path": "2025-01..2025-12", "as_of": "2025-02-01"}, "a path has its own days and ages"),
        ({"every": "year"}, "--every is of a path; give --path too"),
        ({"anticipated": "6m"}, "--anticipated is of a path"),
        ({"growth": False}, "--growth is of a path"),
        ({"path": "2025-01..2025-12", "every": "week"}, "every: "),
        ({"path": "2025-01..2025-12", "anticipated": "-6m"}, "an age is 1m to 30y"),
        ({"horizon": "-1y"}, "an age is 1m to 30y"),
        ({"horizon": "500y"}, "an age is 1m to 30y"),
        ({"draws": 0}, "0 draws make no range"),
        ({"draws": 10_000_000}, "10,000,000 draws take hours; give --yes"),
        ({"seed": 2}, "--seed is of draws"),
        ({"baseline_error": "10%"}, "--baseline-error is of draws"),
        ({"draws": 9, "baseline_error": "90%"}, "baseline_error must be 0% to 50%"),
        ({"draws": 9, "baseline_error": "5%", "path": "2025-01..2025-12"}, "is of a single day"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(asked: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        pax.ask(pax.Run(text=SINCE, **asked), small_desk())


def test_the_same_seed_gives_the_same_band_and_another_does_not() -> None:
    def ends(**of) -> np.ndarray:
        blocks = pax.ask(pax.Run(text=SINCE, draws=6, **of), small_desk()).findings
        (b,) = [x for x in blocks.select("real_income").blocks if x.low is not None]
        return np.stack([b.low, b.high])

    np.testing.assert_array_equal(ends(), ends())
    assert (ends() != ends(seed=2)).any()


def test_an_aged_run_is_ranged_over_the_measured_response() -> None:
    answer = pax.ask(pax.Run(text=SINCE, horizon="1y"), small_desk())
    row = answer.findings.row("real_income", region="IND")
    assert row["low"] < row["value"] < row["high"]
    assert row["horizon"] == "1y"
    told = answer.attachments["scenario"]["over"]
    assert (
        told == "10 sets of trade elasticities and both ends of the measured response at that age"
    )


def test_a_path_has_every_date_with_its_certificate_and_says_what_it_rests_on() -> None:
    answer = pax.ask(pax.Run(text=SINCE, path="2024-10..2025-06"), small_desk())
    f, dates = answer.findings, [s["date"] for s in answer.attachments["stops"]]
    assert dates == ["2024-Q4", "2025-Q1", "2025-Q2"]
    residual = f.array("path_residual", date=dates)
    assert (residual < 1e-10).all()
    age = f.along("path_age", "date")
    assert [age["2025-Q1"], age["2025-Q2"]] == [1, 4]
    assert age["2024-Q4"] is None
    income = f.along("real_income", "date", region="IND", rung=None)
    assert income["2024-Q4"] == pytest.approx(0, abs=1e-9)
    assert income["2025-Q2"] < -0.01
    still = f.along("real_income", "date", region="IND", rung=STATIC)
    assert still["2025-Q2"] == pytest.approx(income["2025-Q2"], rel=0.2)
    flow = {"region": "IND", "partner": "USA", "sector": "hit", "date": "2025-Q2"}
    before, after = (f.value("path_trade", scenario=s, **flow) for s in ("before", "after"))
    assert f.value("trade_change", **flow) == pytest.approx(100 * (after / before - 1))


def test_a_matrix_has_ranges_when_they_are_asked_for() -> None:
    asked = {"matrix": True, "baseline": "wide", "regions": "3"}
    plain, ranged = (
        pax.ask(pax.Coerce(**asked, **more), small_desk()).findings for more in ({}, {"draws": 4})
    )
    assert all(b.low is None for b in plain.blocks)
    for b in ranged.select("real_income").blocks:
        assert b.low is not None
        assert (b.low <= b.high).all()
    np.testing.assert_array_equal(
        *(f.select("loss_ratio").blocks[0].value for f in (plain, ranged))
    )
