"""The card of worlds whose answers are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from paxsilica.analysis.score.bands import SaidChange
from paxsilica.analysis.score.card import Card
from paxsilica.analysis.score.cells import Scored
from paxsilica.analysis.score.rivals import rivals_of
from paxsilica.data.outcomes import UsualChanges

SECTORS = ("C20", "C26", "C28")
NONE = dict.fromkeys(("region", "partner", "sector"))


def cells(seed: int = 0, partners: int = 9, noise: float = 0.0, growth: float = 0.0) -> Scored:
    """Flows that came as predicted, times growth and noise."""
    draw = np.random.default_rng(seed)
    who = tuple(np.repeat([f"P{k}" for k in range(partners)], len(SECTORS)).tolist())
    what = SECTORS * partners
    before, said = draw.lognormal(6, 1, len(who)) + 30, draw.normal(-0.2, 0.3, len(who))
    after = before * np.exp(said + growth + noise * draw.normal(size=len(who)))
    nothing = np.full(len(who), np.nan)
    return Scored(
        ("USA",) * len(who),
        who,
        what,
        tuple((one,) for one in what),
        before,
        after,
        SaidChange(said, nothing, nothing),
        draw.uniform(0, 0.3, len(who)),
    )


def usual(deviation: float = 0.1) -> UsualChanges:
    points = deviation * np.linspace(-2, 2, 40)
    return UsualChanges(np.array([30.0, 300.0]), np.stack([2 * points, points]))


def test_a_perfect_prediction_with_the_growth_of_the_world():
    c = cells(growth=0.05)
    found = Card(c, rivals_of(c), usual(), growth=0.05).findings()
    of = {"scenario": "all", "item": "prediction", **NONE}
    for measure in ("all", "within_sector", "within_partner"):
        for point in ("by_value", "equal"):
            slope = found.value("score_slope", measure=measure, point=point, **of)
            assert slope == pytest.approx(1, abs=1e-9)
    assert found.value("score_error", point="with_growth", **of) == pytest.approx(0, abs=1e-9)
    assert found.value("score_error", point="without_growth", **of) == pytest.approx(5)
    assert found.value("score_sign", point="with_growth", **of) == pytest.approx(100)
    assert found.value("score_direction", **of) == 100
    for rung in ("50", "80"):
        held = {"item": "outcome_band", "rung": rung, "point": "with_growth", "scenario": "all"}
        assert found.value("score_coverage", **held) == 100
    assert found.value("income_growth") == pytest.approx(100 * np.expm1(0.05))
    whole = found.value("imports_measured", scenario="all", **NONE)
    assert whole == pytest.approx(100 * (c.after.sum() / c.before.sum() - 1))
    assert whole == pytest.approx(found.value("imports_predicted", scenario="all", **NONE))


def test_rivals_by_hand():
    c = cells(noise=0.2)
    c = replace(c, age=np.full(len(c.before), 4.5))
    rivals = rivals_of(c, {0.0: -0.5, 3.0: -1.0, 6.0: -2.0})
    assert rivals["no_change"].tolist() == [0.0] * len(c.before)
    assert rivals["duty_times_elasticity"] == pytest.approx(-2 * c.duty)
    assert rivals["reduced_form"] == pytest.approx(-1.5 * c.duty)
    found = Card(c, rivals, usual(), growth=0.03).findings()
    weight, came = c.before / c.before.sum(), np.log(c.after / c.before)
    of = {"scenario": "all", "point": "without_growth", **NONE}
    for name, change in rivals.items():
        error = found.value("score_error", item=name, **of)
        assert error == pytest.approx(100 * (weight * abs(came - change)).sum())
        grown = found.value("score_error", item=name, **{**of, "point": "with_growth"})
        assert grown == pytest.approx(100 * (weight * abs(came - change - 0.03)).sum())
    down = found.value("score_sign", item="always_down", scenario="all")
    assert down == pytest.approx(100 * weight[came < 0].sum())
    assert not found.select("score_slope", item="no_change").blocks


def test_rivals_that_need_duties_are_left_out_without_them():
    c = cells()
    duty = c.duty.copy()
    duty[0] = np.nan
    assert [*rivals_of(replace(c, duty=duty))] == ["no_change"]
    assert "reduced_form" not in rivals_of(c, {0.0: -1.0}), "no age is known"


def test_samples_are_those_that_are_named():
    c = cells()
    card = Card(c, rivals_of(c), usual())
    masks = card.samples()
    assert masks["all"].sum() == 27
    assert masks["without_C26"].sum() == 18
    assert masks["set_aside"].sum() == 9, "three of nine partners"
    assert masks["set_aside_without_C26"].sum() == 6
    found = card.findings()
    for name, of in masks.items():
        assert found.value("score_cells", scenario=name, **NONE) == of.sum()
        part = c.where(of)
        error = np.average(np.abs(part.measured - part.said.value), weights=part.before)
        is_error = found.value(
            "score_error", scenario=name, item="prediction", point="without_growth"
        )
        assert is_error == pytest.approx(100 * error, abs=1e-9)
    others = cells()
    others = replace(others, sectors=tuple((f"S{one}",) for one in others.sector))
    assert "without_C26" not in Card(others, {}, usual()).samples()


def test_partners_and_sectors_add_up_to_the_whole():
    c = cells(noise=0.3)
    found = Card(c, rivals_of(c), usual()).findings()
    for dimension in ("partner", "sector"):
        of = dict.fromkeys({*NONE} - {dimension}) | {"scenario": None}
        before = found.along("imports_before", dimension, **of)
        assert sum(before.values()) == pytest.approx(c.before.sum())
        error = found.along("score_error", dimension, **of)
        share = sum(before[k] * error[k] for k in before) / c.before.sum()
        whole = found.value("score_error", scenario="all", item="prediction", **NONE)
        assert share == pytest.approx(whole)
    rows = found.select("miss_share").rows()
    assert sum(row["value"] for row in rows) == pytest.approx(100)


def test_coverage_is_that_of_a_distribution_that_is_known():
    """Usual changes are uniform from -0.2 to 0.2 beyond 300 million, and twice as wide below."""
    c = cells(seed=3, partners=400)
    draw = np.random.default_rng(9)
    width = np.where(c.before > 300, 0.2, 0.4)
    c = replace(c, after=c.before * np.exp(c.said.value + width * draw.uniform(-1, 1, width.size)))
    levels = np.linspace(-0.975, 0.975, 40)
    table = UsualChanges(np.array([30.0, 300.0]), np.stack([0.4 * levels, 0.2 * levels]))
    found = Card(c, {}, table).findings()
    for rung in ("50", "80"):
        held = {"item": "outcome_band", "rung": rung, "scenario": "all"}
        assert found.value("score_coverage", **held) == pytest.approx(float(rung), abs=4)
