"""One set of equations for numpy and for JAX, and its correction at the baseline against JAX's own derivatives."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from worlds import every_instrument, random_economy

from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params
from paxsilica.model.calibration import baseline_arrays, problem_of, world
from paxsilica.model.correction import correction_of, own_blocks
from paxsilica.model.equations import accounts, sweep, unchanged, unpacked
from paxsilica.model.precision import in_double
from paxsilica.model.world import World
from paxsilica.shock import Shock

EVERY = [Params(), Params(SHORT_RUN), Params(replace(SHORT_RUN, labour_mobility=2.0))]


def everything(seed: int, params: Params) -> tuple[World, np.ndarray]:
    """A world in which every instrument is in force, and unknowns away from its equilibrium."""
    economy = random_economy(seed, regions=6, sectors=3, zeros=True)
    w = world(problem_of(every_instrument(economy, seed), params))
    start = unchanged(w.expenditure, w.elasticities)
    return w, start + np.random.default_rng(seed).uniform(-0.3, 0.3, start.shape)


@pytest.mark.parametrize("params", EVERY)
@pytest.mark.parametrize("seed", range(3))
@in_double
def test_numpy_and_jax_give_the_same_numbers(seed, params):
    w, z = everything(seed, params)
    compiled = jax.jit(sweep)(w, jnp.asarray(z))
    np.testing.assert_allclose(compiled, sweep(w, z), rtol=0, atol=1e-12)
    s = unpacked(z, len(w.expenditure))
    for found, account in zip(jax.jit(accounts)(w, s), accounts(w, s), strict=True):
        np.testing.assert_allclose(found, account, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("params", EVERY)
@in_double
def test_blocks_are_those_of_the_jacobian(params):
    """Every region's block from one evaluation of regions alone, against the whole Jacobian by forward derivatives."""
    economy = random_economy(3, regions=5, sectors=3)
    w = world(problem_of(Shock(economy), replace(params, deficits="fixed")))
    start = unchanged(w.expenditure, w.elasticities)
    jacobian = np.asarray(jax.jacfwd(partial(sweep, w))(jnp.asarray(start)))
    blocks = own_blocks(w, baseline_arrays(economy), start)
    for n, block in enumerate(blocks):
        own = np.eye(len(start)) - jacobian[:, n, :, n]
        np.testing.assert_allclose(block @ own, np.eye(len(start)), atol=2e-4)


@pytest.mark.parametrize("params", EVERY)
def test_the_transposed_correction_is_the_transpose(params):
    economy, rng = random_economy(3, regions=6, sectors=3), np.random.default_rng(0)
    correction = correction_of(economy, params)
    w = world(problem_of(Shock(economy), params))
    u, v = rng.standard_normal((2, *unchanged(w.expenditure, w.elasticities).shape))
    there, back = np.vdot(u, correction.corrected(v)), np.vdot(correction.transposed(u), v)
    assert there == pytest.approx(back, rel=1e-5)


@pytest.mark.parametrize("params", EVERY)
def test_the_correction_is_nearly_newtons_step(params):
    """A gap of the baseline's equations, to first order: what is left after the step is a small part of it."""
    economy, rng = random_economy(5, regions=8, sectors=3), np.random.default_rng(0)
    w = world(problem_of(Shock(economy), params))
    start = unchanged(w.expenditure, w.elasticities)
    correct, moved = (
        correction_of(economy, params).corrected,
        1e-6 * rng.standard_normal(start.shape),
    )
    gap = sweep(w, start + moved) - (start + moved)
    assert np.linalg.norm(moved + correct(gap)) < 0.35 * np.linalg.norm(moved)
