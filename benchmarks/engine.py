"""The engine's speed as ratios of one run: solve against bare arithmetic, batch against loop, gradient against solve.

python benchmarks/engine.py [folder of the NAFTA data of Caliendo and Parro]
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, gradient, rebalance, solve, solve_many
from paxsilica.model.calibration import merged, world
from paxsilica.model.precision import in_double
from paxsilica.model.solve import problem_of
from paxsilica.shock import Shock

REPEATS = 21


def medians(works: Iterable[Callable[[], object]], repeats: int = REPEATS) -> list[float]:
    """Median seconds of calls that take turns, so that a slow spell of the machine meets all of them."""
    works = list(works)
    times: list[list[float]] = []
    for work in works:
        work()
    for _ in range(repeats):
        times.append([])
        for work in works:
            start = time.perf_counter()
            work()
            times[-1].append(time.perf_counter() - start)
    return [statistics.median(column) for column in zip(*times, strict=True)]


def bare_sweeps(shock: Shock, sweeps: int) -> Callable[[], object]:
    """The contractions and transcendentals of so many sweeps alone, inside one compiled loop."""
    p = problem_of(shock, Params())
    w = merged(world(p))

    @jax.jit
    def loop(x: jax.Array) -> jax.Array:
        def once(_: int, x: jax.Array) -> jax.Array:
            gate = jnp.exp(-w.elasticities.trade * 1e-3 * x)
            total = jnp.einsum("jni,ji->jn", w.delivered, gate)
            landed = jnp.einsum("jni,ji->jn", w.received, gate)
            sold = jnp.einsum("jni,jn->ji", w.received, jnp.exp(1e-3 * x) / total)
            cost = jnp.einsum("nkj,kn->jn", w.input_shares, jnp.log(total))
            bought = jnp.einsum("nkj,jn->kn", w.input_shares, gate * sold + landed)
            return cost + jnp.log(bought + 2.0) + jnp.einsum("njk,kn->jn", w.domestic, x) * 1e-3

        return jax.lax.fori_loop(0, sweeps, once, x)

    start = jnp.full(w.expenditure.shape, 0.1)
    return lambda: loop(start).block_until_ready()


def reading(economy: Economy, sweeps: int) -> Callable[[], object]:
    """Read the tables of so many sweeps once, 3 N^2 J + 3 N J^2 numbers each: no sweep of this design is faster."""
    N, J = economy.output.shape
    table = np.ones(3 * N * N * J + 3 * N * J * J)
    return lambda: [np.dot(table, table) for _ in range(sweeps)]


def tariff_scenarios(economy: Economy, count: int, turn: int = 0) -> Iterator[Shock]:
    """Seeded: one importer's tariff of up to 100 % on one exporter's goods."""
    N, goods = len(economy.regions), economy.sector_indices(["goods"])
    for seed in range(turn * count, (turn + 1) * count):
        rng = np.random.default_rng(seed)
        importer, exporter = rng.choice(N, 2, replace=False)
        tariffs = economy.tariffs.copy()
        tariffs[importer, exporter, goods] = rng.uniform(0, 1)
        yield Shock(economy, tariffs=tariffs)


def india(economy: Economy) -> Shock:
    tariffs = economy.tariffs.copy()
    at = economy.regions.index
    tariffs[at("USA"), at("IND"), economy.sector_indices(["goods"])] = 0.5
    return Shock(economy, tariffs=tariffs)


def report_solves(cases: dict[str, Shock]) -> None:
    print(
        "case       horizon    solve ms  sweeps  reading ms  bare sweep ms  solve / (sweeps x bare)"
    )
    for name, shock in cases.items():
        for horizon, params in (("long run", Params()), ("short run", Params(SHORT_RUN))):
            sweeps = solve(shock.economy, shock, params).iterations
            works = [lambda s=shock, p=params: solve(s.economy, s, p), bare_sweeps(shock, sweeps)]
            seconds, bare, read = medians([*works, reading(shock.economy, sweeps)])
            print(
                f"{name:10} {horizon:10} {1e3 * seconds:8.1f} {sweeps:7} {1e3 * read / sweeps:11.3f} "
                f"{1e3 * bare / sweeps:14.3f} {seconds / bare:15.2f}"
            )


def report_batch(economy: Economy, count: int) -> None:
    """Batch and loop take turns, each time on scenarios nobody has looked at yet."""
    solve_many(economy, tariff_scenarios(economy, 96))
    solve(economy, next(tariff_scenarios(economy, 1)))
    ratios, before = [], peak_memory()
    for turn in range(3):
        shocks = list(islice(tariff_scenarios(economy, count, turn), 200))
        start = time.perf_counter()
        alone = [solve(economy, shock).real_income for shock in shocks]
        looped = (time.perf_counter() - start) / len(shocks)
        start = time.perf_counter()
        batch = solve_many(economy, tariff_scenarios(economy, count, turn))
        together = (time.perf_counter() - start) / count
        start = time.perf_counter()
        sum(1 for _ in tariff_scenarios(economy, count, turn))
        together -= (time.perf_counter() - start) / count
        ratios.append(together / looped)
        gap = np.abs(batch.real_income[: len(shocks)] - alone).max()
        print(
            f"solve_many, {count} scenarios: {1e3 * together:.2f} ms each, loop {1e3 * looped:.2f} ms, "
            f"ratio {ratios[-1]:.2f}; largest difference {gap:.1e}"
        )
    print(
        f"median ratio {statistics.median(ratios):.2f}; peak memory {peak_memory():.0f} MB ({before:.0f} MB before)"
    )


def peak_memory() -> float:
    """MB of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3
    )


@in_double
def main() -> None:
    cases = {}
    if len(sys.argv) > 1:
        sys.path.append(str(Path(__file__).parents[1] / "examples"))
        nafta = import_module("nafta").load_cp2015(sys.argv[1])
        without = rebalance(nafta.economy, Params(deficits="balanced"))
        cases["31 x 40"] = Shock(without, tariffs=nafta.with_nafta)
    economy = load_economy("icio2022")
    cases |= {"81 x 28": india(economy), "81 x 50": india(load_economy("icio2022-50"))}
    report_solves(cases)
    shock = cases["81 x 28"]
    single, slope = medians(
        [lambda: solve(economy, shock), lambda: gradient(economy, shock, "IND")]
    )
    print(
        f"gradient of one region's real income to all entries: {1e3 * slope:.1f} ms, {slope / single:.2f} solves"
    )
    report_batch(economy, 2000)


if __name__ == "__main__":
    main()
