"""The engine's speed as ratios of one run: solves against reads of their tables, batches against bare products.

    python benchmarks/engine.py [--nafta FOLDER] [--quick]

Ten shocks are named below; each is solved to 1e-10 on every baseline and horizon. A read is one pass over as many numbers
as a sweep's tables hold, by one core, in the same run. `--nafta` is a folder of the data of Caliendo and Parro (2015).
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
from growth import made_up_economy

from paxsilica.data import load_economy, with_every_set
from paxsilica.economy import Economy
from paxsilica.horizon import LONG_RUN, SHORT_RUN
from paxsilica.model import Params, gradient, rebalance, solve, solve_many
from paxsilica.model.batch import ABREAST, STREAMS
from paxsilica.model.calibration import baseline_arrays, problem_of, world
from paxsilica.model.correction import correction_of
from paxsilica.model.equations import sweep
from paxsilica.model.solve import at_baseline
from paxsilica.model.threads import one_thread_each
from paxsilica.shock import Shock

REPEATS = 15


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


def ten_shocks(economy: Economy) -> dict[str, Shock]:
    """The ten, on any baseline: its own largest regions take the place of those that it does not have."""
    size = np.argsort(-economy.income)
    named = ("USA", "CHN", "IND", "RUS", "BLR", "DEU", "VNM", "JPN", "MEX", "CAN")
    at = {
        name: economy.regions.index(name) if name in economy.regions else int(size[k])
        for k, name in enumerate(named)
    }
    everybody, every_sector = np.arange(len(size)), np.arange(len(economy.sectors))
    goods, none = np.array(economy.goods), Shock(economy)

    def on(importers: list[str], exporters: list[str]) -> tuple[np.ndarray, ...]:
        return np.ix_([at[n] for n in importers], [at[i] for i in exporters], goods)

    def abroad(n: int) -> np.ndarray:
        return np.delete(everybody, n)

    def war(rate: float) -> Shock:
        there = none.changed("tariffs", on(["USA"], ["CHN"]), rate)
        return there.changed("tariffs", on(["CHN"], ["USA"]), rate)

    def ban(importer: str, exporter: str) -> Shock:
        cells = np.ix_([at[importer]], [at[exporter]], every_sector)
        return none.changed("permitted", cells, 0.0)

    of_all = none
    for n in everybody:
        cells = np.ix_([n], abroad(n), goods)
        of_all = of_all.changed("tariffs", cells, lambda rate: rate + 0.25)
    usa, china = at["USA"], at["CHN"]
    return {
        "India 50 %": none.changed("tariffs", on(["USA"], ["IND"]), 0.5),
        "war of 145 %": war(1.45),
        "world +25 points": of_all,
        "ban CHN to IND": ban("IND", "CHN"),
        "ban RUS to BLR": ban("BLR", "RUS"),
        "USA +10 on all": none.changed(
            "tariffs", np.ix_([usa], abroad(usa), goods), lambda rate: rate + 0.1
        ),
        "China's exports cost 20 %": none.changed(
            "trade_cost", np.ix_(abroad(china), [china], goods), 1.2
        ),
        "Germany -10 % productivity": none.changed(
            "productivity", np.ix_([at["DEU"]], every_sector), 0.9
        ),
        "export tax of China 30 %": none.changed(
            "export_tax", np.ix_(abroad(china), [china], goods), 0.3
        ),
        "USA free for MEX, CAN, JPN": none.changed(
            "tariffs", on(["USA"], ["MEX", "CAN", "JPN"]), 0.0
        ),
    }


def reading(economy: Economy) -> Callable[[], object]:
    """Read what a sweep's tables hold once, 3 N^2 J + 3 N J^2 numbers: no sweep of this design is much faster."""
    N, J = economy.output.shape
    table = np.ones(3 * N * N * J + 3 * N * J * J)

    def read() -> object:
        with one_thread_each():
            return np.dot(table, table)

    return read


def report_solves(baselines: dict[str, Economy]) -> None:
    print("baseline   horizon    sweeps (ten shocks)                        median  most")
    for name, economy in baselines.items():
        for horizon in (LONG_RUN, SHORT_RUN):
            params = Params(horizon)
            solves = [partial(solve, economy, s, params) for s in ten_shocks(economy).values()]
            sweeps = [each().iterations for each in solves]
            read, *seconds = medians([reading(economy), *solves])
            print(
                f"{name:10} {horizon!s:10} {sweeps!s:42} {statistics.median(sweeps):6g} {max(sweeps):5}"
            )
            print(
                f"{'':21} India 50 %: {1e3 * seconds[0]:.2f} ms = {seconds[0] / read:.1f} reads of {1e3 * read:.3f} ms; "
                f"median of ten {statistics.median(seconds) / read:.1f}, most {max(seconds) / read:.1f}"
            )


def report_sweeps(sizes: Iterable[tuple[int, int]]) -> None:
    """Made-up economies need half the sweeps of real ones and flatter a solve: here a sweep alone against a read."""
    for regions, sectors in sizes:
        economy = made_up_economy(regions, sectors)
        problem = problem_of(ten_shocks(economy)["India 50 %"], Params())
        w, start = world(problem), at_baseline(problem)
        with one_thread_each():
            read, swept = medians([reading(economy), partial(sweep, w, start)])
        print(
            f"{regions} x {sectors} (made up): {1e3 * swept:.2f} ms a sweep, {swept / read:.2f} reads of {1e3 * read:.2f}"
        )


def one_pair(economy: Economy, count: int, kind: str, turn: int = 0) -> Iterator[Shock]:
    """Seeded: a tariff of up to 100 % of one importer on one exporter's goods, or a ban of all it sells there."""
    N, goods = len(economy.regions), np.array(economy.goods)
    none = Shock(economy)
    for seed in range(turn * count, (turn + 1) * count):
        rng = np.random.default_rng(seed)
        importer, exporter = rng.choice(N, 2, replace=False)
        if kind == "tariffs":
            cells = np.ix_([importer], [exporter], goods)
            yield none.changed("tariffs", cells, rng.uniform(0, 1))
        else:
            cells = np.ix_([importer], [exporter], np.arange(len(economy.sectors)))
            yield none.changed("permitted", cells, 0.0)


def drawn(economy: Economy, shock: Shock, count: int) -> Iterator[Shock]:
    """The same shock under seeded trade elasticities, a fifth up or down each (log standard deviation 0.2)."""
    rng = np.random.default_rng(0)
    for _ in range(count):
        theta = economy.trade_elasticity * np.exp(0.2 * rng.standard_normal(len(economy.sectors)))
        yield shock.on(economy.with_theta(theta, economy.notes, economy.about))


def bare_products(economy: Economy, sweeps: int) -> None:
    """The matrix products of so many sweeps of single scenarios and nothing else, on as many cores as a batch uses."""
    b = baseline_arrays(economy)
    J, N = b.expenditure.shape

    def products(_: int) -> None:
        x = np.ones((J, N, ABREAST))
        y, to = x.swapaxes(0, 1), b.received.swapaxes(1, 2)
        for _ in range(sweeps // (ABREAST * STREAMS)):
            for table in (b.shares, b.received, to):
                table @ x
            for inputs in (b.input_shares, b.input_shares.swapaxes(1, 2)):
                inputs @ y

    with one_thread_each(), ThreadPoolExecutor(STREAMS) as pool:
        list(pool.map(products, range(STREAMS)))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def report_batches(economy: Economy, count: int) -> None:
    """Batch and bare products take turns, each time on scenarios nobody has looked at yet."""
    found: dict[str, list[float]] = {"tariffs": [], "bans": [], "making": [], "bare": []}
    solve_many(economy, one_pair(economy, 2 * ABREAST, "tariffs"))
    for turn in range(3):
        for kind in ("tariffs", "bans"):
            batch = None

            def work(kind: str = kind, turn: int = turn) -> None:
                nonlocal batch
                batch = solve_many(economy, one_pair(economy, count, kind, turn))

            found[kind].append(timed(work))
            if kind == "tariffs":
                sweeps = int(batch.iterations.sum())
                found["bare"].append(timed(lambda n=sweeps: bare_products(economy, n)))
        found["making"].append(
            timed(lambda t=turn: sum(1 for _ in one_pair(economy, count, "tariffs", t)))
        )
    tariffs, bans, making, bare = (statistics.median(found[name]) for name in found)
    print(
        f"batch of {count} tariffs: {1e3 * tariffs / count:.2f} ms each = {tariffs / bare:.1f} times its bare products; "
        f"bans {bans / tariffs:.2f} times tariffs; making scenarios {making / tariffs:.1%}"
    )
    shocks = list(one_pair(economy, 200, "tariffs"))
    alone = [solve(economy, shock).real_income for shock in shocks]
    gap = np.abs(solve_many(economy, shocks).real_income - alone).max()
    print(f"largest difference of any real income from the loop's: {gap:.1e}")


def report_elasticities(economy: Economy, shock: Shock, draws: int) -> None:
    seconds = timed(lambda: solve_many(economy, drawn(economy, shock, draws)))
    print(
        f"{draws} draws of trade elasticities: {seconds:.1f} s, {1e3 * seconds / draws:.2f} ms each"
    )
    sets, _ = with_every_set(economy)
    single, nine = medians(
        [lambda: solve(economy, shock), lambda: [solve(e, shock.on(e)) for e in sets]]
    )
    print(
        f"{len(sets)} sets of elasticities, warm: {1e3 * nine:.0f} ms = {nine / single:.1f} solves"
    )


def peak_memory() -> float:
    """MB of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nafta", help="folder of the data of Caliendo and Parro (2015)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the scenarios")
    asked = parser.parse_args()
    baselines = {}
    if asked.nafta:
        sys.path.append(str(Path(__file__).parents[1] / "examples"))
        nafta = import_module("nafta").load_cp2015(asked.nafta)
        baselines["31 x 40"] = rebalance(nafta.economy, Params(deficits="balanced"))
    economy = load_economy("icio2022")
    baselines |= {"81 x 28": economy, "81 x 50": load_economy("icio2022-50")}
    print(f"{os.cpu_count()} cores")
    for horizon in (LONG_RUN, SHORT_RUN):
        fresh = load_economy("icio2022")
        made = timed(lambda e=fresh, h=horizon: correction_of(e, Params(h)))
        print(f"correction of the gap, made once, 81 x 28, {horizon}: {1e3 * made:.0f} ms")
    report_solves(baselines)
    report_sweeps(((160, 50), (49, 200)))
    shock = ten_shocks(economy)["India 50 %"]
    single, slope = medians(
        [lambda: solve(economy, shock), lambda: gradient(economy, shock, "IND")]
    )
    print(
        f"gradient of one region's real income to all entries: {1e3 * slope:.1f} ms, {slope / single:.2f} solves"
    )
    scale = 10 if asked.quick else 1
    before = peak_memory()
    report_batches(economy, 2000 // scale)
    report_elasticities(economy, shock, 10_000 // scale)
    print(f"peak memory {peak_memory():.0f} MB, before batches {before:.0f} MB")


if __name__ == "__main__":
    main()
