"""`solve_many` gives the numbers of a loop, whatever the mix of scenarios."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import abroad, random_economy

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import ConvergenceError, InputError, ShockError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Outcome, Params, Status, equations, solve, solve_many
from paxsilica.model.batch import ABREAST, STREAMS
from paxsilica.model.calibration import problem_of, world
from paxsilica.shock import Shock


def shock_of(economy: Economy, seed: int) -> Shock:
    """One importer's tariffs, several importers' bans, productivity, all at once, or an export tax, by turns."""
    rng, off = np.random.default_rng(seed), abroad(economy)
    N = len(economy.regions)
    arrays = {}
    if seed % 5 in (0, 3):
        arrays["tariffs"] = economy.tariffs.copy()
        arrays["tariffs"][seed % N] += rng.uniform(0, 1) * off[seed % N]
    if seed % 5 in (1, 3):
        arrays["permitted"] = np.where(off & (rng.random(off.shape) < 0.05), 0.0, 1.0)
        arrays["permitted"][3:] = 1.0
    if seed % 5 in (2, 3):
        arrays["productivity"] = rng.uniform(0.8, 1.2, economy.output.shape)
    if seed % 5 == 4:
        arrays["export_tax"] = 0.2 * off * (rng.random(off.shape) < 0.3)
    return Shock(economy, **arrays)


def same_as_alone(outcome: Outcome, residual: float) -> None:
    """What was computed for many at once is what each computes for itself."""
    alone = replace(outcome)
    for block, gap in alone.gaps.items():
        np.testing.assert_allclose(outcome.gaps[block], gap, rtol=0, atol=1e-13)
    for name in ("real_income", "deficit", "exports", "tariff_revenue", "backstop", "bought"):
        np.testing.assert_allclose(getattr(outcome, name), getattr(alone, name), rtol=1e-11)
    assert alone.residual == pytest.approx(residual, rel=1e-2, abs=1e-13)


@pytest.mark.parametrize("params", [Params(), Params(SHORT_RUN, deficits="fixed")])
def test_a_batch_equals_the_loop(params):
    economy = random_economy(1, regions=12, sectors=4)
    shocks = [shock_of(economy, seed) for seed in range(ABREAST + 15)]
    seen = {}
    batch = solve_many(
        economy, iter(shocks), params, keep=lambda at, outcome: seen.update({at: outcome})
    )
    loop = [solve(economy, shock, params) for shock in shocks]
    np.testing.assert_allclose(batch.real_income, [o.real_income for o in loop], rtol=1e-9)
    lent = [o.transfer_effect for o in loop]
    np.testing.assert_allclose(batch.transfer_effect, lent, rtol=0, atol=1e-9)
    assert set(batch.status) == {Status.CONVERGED}
    assert max(batch.residual.max(), batch.walras.max()) <= 1e-10
    for at, outcome in enumerate(loop):
        np.testing.assert_allclose(seen[at].flows, outcome.flows, rtol=1e-7, atol=1e-9)
        assert seen[at].status is Status.CONVERGED
        same_as_alone(seen[at], batch.residual[at])
    assert batch.real_income.shape == (len(shocks), 12)


def test_the_packaged_world_in_a_batch_equals_the_loop():
    economy = load_economy("icio2022")
    shocks = []
    for partner in ("IND", "CHN", "VNM"):
        tariffs = economy.tariffs.copy()
        tariffs[economy.regions.index("USA"), economy.regions.index(partner), :27] = 0.5
        shocks.append(Shock(economy, tariffs=tariffs))
    batch = solve_many(economy, shocks)
    np.testing.assert_allclose(
        batch.real_income, [solve(economy, s).real_income for s in shocks], rtol=1e-9
    )


def test_a_batch_reports_progress_and_may_be_empty():
    economy, counts = random_economy(2), []
    solve_many(economy, [Shock(economy)] * 3, progress=counts.append)
    assert counts[-1] == 3
    assert solve_many(economy, []).real_income.shape == (0, 4)


def test_a_batch_fails_as_loudly_as_a_solve():
    economy = random_economy(2)
    shocks = [Shock(economy), shock_of(economy, 3)]
    beyond = Params(tolerance=1e-18, most_sweeps=40)
    with pytest.raises(ConvergenceError):
        solve_many(economy, shocks, beyond)
    assert solve_many(economy, shocks, beyond, throw=False).status[1] is Status.STALLED
    with pytest.raises(ShockError, match="shock 1 of the batch was made for another economy"):
        solve_many(economy, [Shock(economy), Shock(random_economy(3))])


def test_a_baseline_that_is_no_equilibrium_is_refused():
    economy = random_economy(4)
    inputs = economy.inputs.copy()
    inputs[0, 0, 1] = (
        economy.expenditure[0, 0]
        - inputs[0, 0].sum()
        + inputs[0, 0, 1]
        + 1e-3 * economy.output[0, 0]
    )
    unbalanced = economy.replace(inputs=inputs)
    assert "clipped_final_spending" in [note.name for note in unbalanced.notes]
    with pytest.raises(InputError, match="no equilibrium"):
        solve_many(unbalanced, [shock_of(unbalanced, seed) for seed in range(12)])


def test_what_a_failing_callback_raises_ends_the_batch():
    economy, seen = random_economy(2), []

    def refuse(at, outcome):
        seen.append(at)
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        solve_many(economy, (Shock(economy) for _ in range(1000)), keep=refuse)
    assert len(seen) <= STREAMS


def test_a_state_that_is_no_number_has_an_infinite_gap():
    economy = load_economy("icio2022")
    problem = problem_of(Shock(economy), Params())
    w = world(problem)
    start = equations.unchanged(w.expenditure, w.elasticities)
    assert equations.largest(equations.sweep(w, start) - start) < 1e-12
    start[3, 5] = np.nan
    assert equations.largest(equations.sweep(w, start) - start) == np.inf


@pytest.mark.parametrize("params", [Params(), Params(SHORT_RUN)])
def test_each_scenario_may_have_elasticities_of_its_own(params):
    economy, rng = random_economy(1, regions=12, sectors=4), np.random.default_rng(0)
    shocks = []
    for seed in range(20):
        theta = economy.trade_elasticity * rng.uniform(0.7, 1.4, 4)
        drawn = economy.with_theta(theta, economy.notes, economy.about)
        shocks.append(shock_of(economy, seed).on(drawn))
    batch = solve_many(economy, shocks, params)
    loop = [solve(shock.economy, shock, params).real_income for shock in shocks]
    np.testing.assert_allclose(batch.real_income, loop, rtol=1e-9)
    same = solve(economy, shocks[0].on(economy), params).real_income
    assert np.abs(batch.real_income[0] - same).max() > 1e-5


def test_scenarios_with_every_importer_changed_stand_beside_others():
    economy = random_economy(1, regions=12, sectors=4)
    rates = np.linspace(0.05, 0.5, 7)
    shocks = [Shock(economy, tariffs=economy.tariffs + r * abroad(economy)) for r in rates]
    shocks += [shock_of(economy, seed) for seed in range(10)]
    batch = solve_many(economy, shocks)
    loop = [solve(economy, shock).real_income for shock in shocks]
    np.testing.assert_allclose(batch.real_income, loop, rtol=1e-9)


def test_the_same_scenarios_give_the_same_numbers_to_the_last_digit():
    economy = random_economy(1, regions=12, sectors=4)
    shocks = [shock_of(economy, seed) for seed in range(300)]
    first, second = solve_many(economy, shocks), solve_many(economy, iter(shocks))
    np.testing.assert_array_equal(first.real_income, second.real_income)
