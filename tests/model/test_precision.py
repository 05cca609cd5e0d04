"""A process in 32 bits that uses the solver stays in 32 bits, and gets the numbers of one in 64."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
from worlds import random_economy

PROGRAM = """
import importlib, json, pkgutil, jax, jax.numpy as jnp

def host():
    return str(jnp.ones(2).dtype), str((jnp.arange(2) / 3).dtype), dict(jax.config.values)

before = host()
import paxsilica
for module in pkgutil.walk_packages(paxsilica.__path__, "paxsilica."):
    importlib.import_module(module.name)
imported = host()
from test_precision import answers
print(json.dumps([before == imported, *answers(), before == host(), before[:2]]))
"""


def answers() -> tuple[list[str], list[float]]:
    """Kinds of numbers and the numbers themselves, from every door of the solver."""
    from paxsilica.model import Params, gradient, rebalance, solve, solve_many
    from paxsilica.shock import Shock

    economy, params = random_economy(2), Params(tolerance=1e-12)

    def dearer(rate):
        tariffs = economy.tariffs.copy()
        tariffs[0, 1] += rate
        return Shock(economy, tariffs=tariffs)

    outcome = solve(economy, dearer(0.2), params)
    again = solve(economy, dearer(0.3), params, start=outcome)
    batch = solve_many(economy, [dearer(rate / 10) for rate in range(12)], params)
    slope = gradient(economy, dearer(0.2), "R2", params)
    balanced = rebalance(economy, Params(deficits="balanced"))
    assert max(outcome.residual, again.residual, *batch.residual) < 1e-12
    found = [outcome.real_income, again.real_income, batch.real_income, slope.tariffs]
    kinds = {str(np.asarray(values).dtype) for values in (outcome.state, *found)}
    numbers = [float(x) for values in (*found, balanced.flows) for x in np.ravel(values)]
    return sorted(kinds), numbers


def test_the_host_keeps_its_bits_and_gets_the_numbers_of_64():
    with jax.enable_x64(True):
        mine = answers()
    here = Path(__file__).resolve().parent
    paths = os.pathsep.join([str(here), str(here.parent), *filter(None, sys.path)])
    given = os.environ | {
        "PYTHONPATH": paths,
        "JAX_ENABLE_X64": "0",
        "JAX_COMPILATION_CACHE_DIR": str(jax.config.jax_compilation_cache_dir),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.05",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=given, capture_output=True, text=True, check=True
    )
    imported_alike, kinds, numbers, solved_alike, host = json.loads(done.stdout)
    assert host == ["float32", "float32"]
    assert imported_alike, "importing the package changed the configuration of JAX"
    assert solved_alike, "solving changed the configuration of JAX"
    assert kinds == ["float64"]
    assert mine == (kinds, numbers)
