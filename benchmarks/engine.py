"""The engine's speed as ratios of one run: solve against bare arithmetic, batch against loop, gradient against solve.

python benchmarks/engine.py [folder of the NAFTA data of Caliendo and Parro]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.data import load_economy
from paxsilica.data.cp2015 import load_cp2015
from paxsilica.economy import Economy, Shock
from paxsilica.model import Params, gradient, rebalance, solve, solve_many
from paxsilica.model.calibration import merged, world
from paxsilica.model.solve import problem_of

REPEATS = 21


def median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median seconds of a call, after one that compiles."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def bare_sweep(shock: Shock, sweeps: int = 200) -> float:
    """Seconds of one sweep's contractions and transcendentals alone, repeated inside one compiled loop."""
    p = problem_of(shock, Params())
    w = merged(world(p.baseline, p.terms, p.elasticities, p.deficit, p.deficit_share, p.isolated))

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
    return median(lambda: loop(start).block_until_ready(), 7) / sweeps


def tariff_scenarios(economy: Economy, count: int) -> Iterator[Shock]:
    """Seeded: one importer's tariff of up to 100 % on one exporter's goods."""
    N, goods = len(economy.regions), economy.sector_indices(["goods"])
    for seed in range(count):
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
    print("case       horizon    solve ms  sweeps  bare sweep ms  solve / (sweeps x bare)")
    for name, shock in cases.items():
        bare = bare_sweep(shock)
        for horizon, params in (("long run", Params()), ("short run", Params.short_run())):
            outcome = solve(shock.economy, shock, params)
            seconds = median(lambda s=shock, p=params: solve(s.economy, s, p))
            ratio = seconds / (outcome.iterations * bare)
            print(
                f"{name:10} {horizon:10} {1e3 * seconds:8.1f} {outcome.iterations:7} {1e3 * bare:14.3f} {ratio:15.2f}"
            )


def main() -> None:
    cases = {}
    if len(sys.argv) > 1:
        nafta = load_cp2015(sys.argv[1])
        without = rebalance(nafta.economy, Params(deficits="balanced"))
        cases["31 x 40"] = Shock(without, tariffs=nafta.with_nafta)
    economy = load_economy("icio2022")
    cases |= {"81 x 28": india(economy), "81 x 50": india(load_economy("icio2022-50"))}
    report_solves(cases)

    single = median(lambda: solve(economy, cases["81 x 28"]))
    slope = median(lambda: gradient(economy, cases["81 x 28"], "IND"), 7)
    print(f"gradient of one region's real income to all entries: {slope / single:.2f} solves")

    shocks = list(tariff_scenarios(economy, 200))
    solve_many(economy, shocks[:64])
    start = time.perf_counter()
    batch = solve_many(economy, shocks)
    together = (time.perf_counter() - start) / len(shocks)
    start = time.perf_counter()
    alone = [solve(economy, shock).real_income for shock in shocks]
    looped = (time.perf_counter() - start) / len(shocks)
    gap = np.abs(batch.real_income - alone).max()
    ratio = together / looped
    print(f"solve_many: {1e3 * together:.1f} ms a scenario, loop {1e3 * looped:.1f} ms, ratio {ratio:.2f}")
    print(f"largest difference between the two: {gap:.1e}")


if __name__ == "__main__":
    main()
