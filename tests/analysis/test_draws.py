"""Draws: seeded, of the moments that are stated, and bands that are quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from run_world import small_world

import paxsilica as pax
from paxsilica.analysis.band import band_drawn, band_over
from paxsilica.analysis.draws import (
    SCALE_SPREAD,
    SUBSTITUTION_SPREAD,
    driven,
    printed_errors,
    response_ends,
    uncertainty_of,
)
from paxsilica.data.elasticities import elasticity_sets, trade_elasticity
from paxsilica.errors import ConvergenceError
from paxsilica.findings import block
from paxsilica.horizon import SHORT_RUN, at_age
from paxsilica.model import Params


@pytest.fixture(scope="module")
def known():
    return uncertainty_of(pax.load_economy(), {})


def test_the_same_seed_draws_the_same(known) -> None:
    one, two, other = ([*known.drawn(3, seed)] for seed in (5, 5, 6))
    for a, b, c in zip(one, two, other, strict=True):
        np.testing.assert_array_equal(a.economy.trade_elasticity, b.economy.trade_elasticity)
        assert (a.ages, a.substitution) == (b.ages, b.substitution)
        assert a.substitution != c.substitution
    assert [w.substitution for w in known.drawn(9, 5)][:3] == [w.substitution for w in one]


def test_draws_have_the_moments_that_are_stated(known) -> None:
    """Every set as often as another; where errors are printed their mean and standard deviation."""
    worlds = [*known.drawn(1500, 1)]
    substitution = np.log([w.substitution for w in worlds])
    assert substitution.std() == pytest.approx(SUBSTITUTION_SPREAD, rel=0.08)
    assert abs(substitution.mean()) < 0.03
    e = known.economy
    c25, c20 = e.sectors.index("C25"), e.sectors.index("C20")
    values = np.array([w.economy.trade_elasticity for w in worlds])
    fontagne = trade_elasticity("fontagne", e.sectors)[c20]
    part = (values[:, c20] == fontagne).mean()
    assert part == pytest.approx(1 / len(elasticity_sets()), abs=0.03)
    caliendo = trade_elasticity("caliendo_parro", e.sectors)
    close = [*elasticity_sets()].index("caliendo_parro")
    drawn = np.array(
        [
            known.world({"errors": z}, close).economy.trade_elasticity[c25]
            for z in np.random.default_rng(0).standard_normal((2000, len(e.sectors)))
        ]
    )
    assert drawn.mean() == pytest.approx(caliendo[c25], rel=0.03)
    assert drawn.std() == pytest.approx(printed_errors()["caliendo_parro", "C25"], rel=0.08)


def test_the_measured_response_moves_by_its_standard_error(known) -> None:
    """2.23 (0.52), all months together, as the table has it; what comes later by its own."""
    points = [w.ages["early_response", "all"] for w in known.drawn(2000, 2)]
    drawn = np.array([[p.value for p in of] for of in points])
    np.testing.assert_array_equal(drawn[:, 0], drawn[:, 1])
    assert drawn[:, 0].mean() == pytest.approx(2.23, abs=0.03)
    assert drawn[:, 0].std() == pytest.approx(0.52, rel=0.05)
    later = np.array([w.ages["trade_response", "all"][1].value for w in known.drawn(500, 2)])
    assert later.std() == pytest.approx(0.13, rel=0.15)
    assert abs(np.corrcoef(later, drawn[:500, 0])[0, 1]) < 0.15


def test_a_world_without_draws_is_the_one_that_is_used(known) -> None:
    world = known.world({})
    np.testing.assert_array_equal(world.economy.trade_elasticity, known.economy.trade_elasticity)
    for params in (Params(), Params(SHORT_RUN), Params(at_age(12))):
        assert world.params(params) == params


def test_both_ends_of_the_response_lie_around_it(known) -> None:
    low, high = (
        w.params(Params(at_age(12))).theta(known.economy) for w in response_ends(known).values()
    )
    assert (low < Params(at_age(12)).theta(known.economy)).all()
    assert (Params(at_age(12)).theta(known.economy) < high).all()
    assert {*driven(known, aged=False)} == {"sets", "substitution"}
    assert {*driven(known, aged=True)} == {"sets", "substitution", "response", "pace"}


def test_sectors_that_no_set_covers_are_scaled_together() -> None:
    own = uncertainty_of(small_world().replace(sectors=("a", "b", "c", "d")), {})
    assert not own.covered
    logs = np.log(
        [w.economy.trade_elasticity / own.economy.trade_elasticity for w in own.drawn(800, 1)]
    )
    np.testing.assert_allclose(logs, logs[:, :1] * np.ones(4), atol=1e-12)
    assert logs[:, 0].std() == pytest.approx(SCALE_SPREAD, rel=0.1)


def test_a_baseline_with_an_error_is_an_equilibrium_of_other_flows() -> None:
    known = uncertainty_of(small_world(), {}, noise=0.1)
    (world,) = known.drawn(1, 3)
    assert world.economy.baseline_residual < 1e-8
    moved = np.log(world.economy.flows / known.economy.flows)[known.economy.flows > 0]
    assert 0.05 < moved.std() < 0.2


def test_a_band_holds_the_middle_of_the_draws() -> None:
    """By hand: of 0, 1, ..., 100 the 10 and 90 % quantiles are 10 and 90; what is not solved is counted and left out."""

    def compute(world: int):
        if world > 100:
            raise ConvergenceError("not solved")
        return [block("real_income", [float(world), -1.0], {"region": ("USA", "IND")})]

    own = [block("real_income", [7.0, -1.0], {"region": ("USA", "IND")})]
    band = band_drawn("used", own, range(104), compute, 104, lambda *_: None)
    (b,) = band.blocks
    np.testing.assert_allclose([b.value[0], b.low[0], b.high[0]], [7, 10, 90])
    np.testing.assert_allclose([b.low[1], b.high[1]], -1)
    assert band.draws == 101
    assert band.over == "the middle 80 % of 101 draws"
    assert [n.text for n in band.notes] == [
        "3 of 104 draws are not solved and left out of the band"
    ]
    with pytest.raises(ConvergenceError, match="none of 3 draws is solved"):
        band_drawn("used", own, range(101, 104), compute, 3, lambda *_: None)


def test_other_variants_widen_the_range_and_are_no_sets() -> None:
    own = [block("real_income", [1.0], {"region": ("USA",)})]
    more = {"response_low": lambda: [block("real_income", [0.5], {"region": ("USA",)})]}
    band = band_over("used", own, [], lambda _: own, more=more)
    (b,) = band.blocks
    assert (b.low[0], b.high[0]) == (0.5, 1.0)
    assert band.solved == 1
    assert band.over == "both ends of the measured response at that age"
