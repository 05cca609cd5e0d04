"""Thousands of seeded violent shocks: none may end silently wrong.

Tariffs from 0 to 500 %, bans of whole regions and sectors, productivity from a tenth to ten times, in every mix, in the
short and the long run, under every closure. Each answer is checked by arithmetic that the solver does not use.

    python benchmarks/storm.py [count] [first seed] [baseline]
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np

from paxsilica.data import load_economy
from paxsilica.economy import Array, Economy
from paxsilica.errors import ConvergenceError, ShockError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, Status, settled, solve
from paxsilica.model.params import Closure
from paxsilica.shock import Shock

_economy: Economy

CLOSURES = ("fixed_share", "fixed", "balanced")


def violent_shock(economy: Economy, rng: np.random.Generator) -> Shock:
    """One to three instruments, each on a random block of regions and sectors."""
    N, J = economy.output.shape
    off = ~np.eye(N, dtype=bool)[:, :, None]
    kinds = rng.choice(
        ["tariff", "ban_region", "ban_sector", "productivity"],
        size=rng.integers(1, 4),
        replace=False,
    )
    arrays: dict[str, Array] = {}
    for kind in kinds:
        if kind == "tariff":
            hit = off & _some(rng, N)[:, None, None] & _some(rng, N)[None, :, None] & _some(rng, J)
            arrays["tariffs"] = np.where(hit, rng.uniform(0, 5, hit.shape), economy.tariffs)
        elif kind == "productivity":
            hit = _some(rng, N)[:, None] & _some(rng, J)
            arrays["productivity"] = np.where(hit, 10 ** rng.uniform(-1, 1, hit.shape), 1.0)
        else:
            region, closed = rng.integers(N), np.zeros((N, N, J), dtype=bool)
            if kind == "ban_sector":
                closed[:, :, rng.integers(J)] = True
            else:
                closed[region], closed[:, region] = rng.random() < 0.7, rng.random() < 0.7
            arrays["permitted"] = np.where(closed & off, 0.0, arrays.get("permitted", 1.0))
    return Shock(economy, **arrays)


def _some(rng: np.random.Generator, size: int) -> np.ndarray:
    """One, a few, or all positions of an axis."""
    share = rng.choice([0.0, 0.2, 1.0])
    chosen = rng.random(size) < share
    chosen[rng.integers(size)] = True
    return chosen


def weather(economy: Economy, seed: int) -> tuple[Shock, Params]:
    """The shock and the parameters of one seed."""
    rng = np.random.default_rng(seed)
    shock = violent_shock(economy, rng)
    params = Params() if rng.random() < 0.5 else Params(SHORT_RUN)
    return shock, replace(params, deficits=CLOSURES[rng.integers(3)], tolerance=1e-9)


@cache
def baseline_of(economy: Economy, deficits: Closure) -> Economy:
    """The economy at rest under a rule for deficits, made once in each process."""
    return settled(economy, Params(deficits=deficits))


def verdict(economy: Economy, seed: int) -> str:
    """`solved`, `refused` or `not solved`; raises AssertionError where an answer is wrong."""
    shock, params = weather(economy, seed)
    try:
        base = baseline_of(economy, params.deficits)
        outcome = solve(base, Shock(base, **shock.rows), params)
    except ShockError as error:
        return f"refused: {' '.join(str(error).split()[:3])} ..."
    except ConvergenceError:
        return "not solved"
    assert outcome.status is Status.CONVERGED
    assert outcome.residual <= 1e-9, (seed, outcome.residuals)
    assert outcome.walras <= 1e-9, (seed, outcome.walras)
    assert min(outcome.wages.min(), outcome.price.min(), outcome.real_income.min()) > 0, seed
    assert np.isfinite(outcome.real_income).all(), seed
    return "solved"


def prepare(baseline: str) -> None:
    """Load the economy once in each process."""
    global _economy
    _economy = load_economy(baseline)


def said(seed: int) -> str:
    return verdict(_economy, seed)


def main() -> None:
    count, first, baseline = (*sys.argv[1:], *("10000", "0", "icio2022")[len(sys.argv) - 1 :])
    seeds = range(int(first), int(first) + int(count))
    verdicts: Counter[str] = Counter()
    lost = []
    start = time.perf_counter()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), spawn, prepare, (baseline,)) as pool:
        for seed, said_of in zip(seeds, pool.map(said, seeds, chunksize=20), strict=True):
            verdicts[said_of] += 1
            if said_of != "solved":
                lost.append(seed)
            if verdicts.total() % 500 == 0:
                print(
                    f"{verdicts.total():6} {dict(verdicts)} {time.perf_counter() - start:.0f} s",
                    flush=True,
                )
    print(f"{len(seeds)} storms: {dict(verdicts)}; not solved or refused: seeds {lost[:40]}")
    print(f"solved {verdicts['solved'] / len(seeds):.2%} in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
