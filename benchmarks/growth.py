"""Time and memory as the world grows: one solve costs about N^2 J + N J^2, in milliseconds a sweep and in megabytes.

    python benchmarks/growth.py

Four made-up economies of N regions and J sectors, from one generator and seed: shares are drawn, and output follows by
iteration, never by a matrix of N J by N J. In each, one importer puts 25 % on all goods of one exporter. Every size has
two processes of its own: one imports everything and builds the economy, the other also solves. The peak of the second
less that of the first is the solve's own memory; how it grows between sizes is in the last lines. The limit is that the
largest size stays under 2 GB; the script ends with status 1 where it does not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from paxsilica.economy import Array, Economy

# numpy and paxsilica are imported by the measured processes only: Linux counts what the parent of a process holds when
# it starts as memory of that process.

SIZES = ((31, 40), (81, 28), (81, 50), (160, 50))
LIMIT_MB = 2000
REPEATS = 9
SEED = 1


def draw_shares(N: int, J: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """`[n, i, j]` shares in spending and tariffs. The first half of the sectors are goods, the others services."""
    import numpy as np

    goods = np.arange(J) < J // 2
    abroad = ~np.eye(N, dtype=bool)[:, :, None]
    size = rng.lognormal(0.0, 1.2, N)
    shares = rng.gamma(0.7, 1.0, (N, N, J))
    shares *= size[:, None] * rng.lognormal(0.0, 0.7, (N, J))
    shares *= (rng.random(shares.shape) > 0.15) & abroad
    at_home = np.where(goods, rng.uniform(0.45, 0.85, (N, J)), rng.uniform(0.85, 0.99, (N, J)))
    shares *= ((1 - at_home) / shares.sum(1))[:, None, :]
    shares[np.arange(N), np.arange(N)] = at_home
    tariffs = rng.uniform(0.0, 0.08, shares.shape)
    tariffs *= goods & abroad
    return shares, tariffs


def balanced_spending(received: Array, gamma: Array, alpha: Array, deficit_share: Array) -> Array:
    """`[n, j]` spending at which all markets clear, by iteration.

    Args:
        received: `[n, i, j]` shares before tariffs. gamma: `[n, k, j]` inputs per output. alpha: `[n, k]` tastes.
        deficit_share: `[n]` deficit as a share of income, before the world's average is taken off.
    """
    import numpy as np

    output = spending = np.ones(alpha.shape)
    for _ in range(5000):
        revenue = ((1 - received.sum(1)) * spending).sum(1)
        earned = ((1 - gamma.sum(1)) * output).sum(1) + revenue
        income = earned * (1 + deficit_share - (deficit_share * earned).sum() / earned.sum())
        spending = alpha * income[:, None] + np.einsum("nkj,nj->nk", gamma, output)
        sold = np.einsum("nij,nj->ij", received, spending)
        sold *= output.size / sold.sum()
        gap, output = np.abs(sold / output - 1).max(), sold
        if gap < 1e-13:
            return spending
    raise RuntimeError(f"the made-up economy did not settle; its last change was {gap:.1e}")


def made_up_economy(N: int, J: int) -> Economy:
    """An economy with high home shares, a seventh of the foreign cells empty, and inputs of about half of output."""
    import numpy as np

    from paxsilica.economy import Economy

    rng = np.random.default_rng(SEED)
    shares, tariffs = draw_shares(N, J, rng)
    gamma = rng.gamma(0.5, 1.0, (N, J, J))
    gamma *= (rng.uniform(0.35, 0.65, (N, J)) / gamma.sum(1))[:, None, :]
    alpha = rng.dirichlet(np.full(J, 2.0), N)
    shares /= 1 + tariffs
    shares *= balanced_spending(shares, gamma, alpha, rng.uniform(-0.04, 0.04, N))[:, None, :]
    gamma *= shares.sum(0)[:, None, :]
    regions, sectors = [f"R{n}" for n in range(N)], [f"S{j}" for j in range(J)]
    return Economy.from_flows(regions, sectors, shares, tariffs, gamma, rng.uniform(3.0, 8.0, J))


def run_one(N: int, J: int, work: str) -> None:
    """The measured process: builds the economy, solves it if `work` says so, and prints what it found as JSON."""
    from paxsilica.model import solve
    from paxsilica.shock import Shock

    economy = made_up_economy(N, J)
    if economy.notes or economy.baseline_residual > 1e-9:
        raise SystemExit(
            f"{N} x {J} is no equilibrium: residual {economy.baseline_residual:.1e}, {economy.notes}"
        )
    if work == "build":
        print(json.dumps({}))
        return
    tariffs = economy.tariffs.copy()
    tariffs[0, 1, : J // 2] = 0.25
    shock = Shock(economy, tariffs=tariffs)
    outcome = solve(economy, shock)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        solve(economy, shock)
        times.append(time.perf_counter() - start)
    print(json.dumps({"ms": 1e3 * statistics.median(times), "sweeps": outcome.iterations}))


def measure(N: int, J: int, work: str) -> tuple[dict[str, float], float]:
    """What a process of its own reports, and its peak memory in MB."""
    process = subprocess.Popen(
        [sys.executable, __file__, str(N), str(J), work], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise SystemExit(f"{N} x {J}, {work}: the process ended with {process.returncode}")
    return json.loads(said), usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    if len(sys.argv) == 4:
        run_one(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
        return
    print("count: N^2 J + N J^2, in millions")
    print(
        "N x J     count  solve ms  sweeps  ms/sweep  /count  build MB  peak MB  solve's MB  /count"
    )
    memory = []
    for N, J in SIZES:
        count = (N**2 * J + N * J**2) / 1e6
        _, built = measure(N, J, "build")
        found, peak = measure(N, J, "solve")
        sweep, own = found["ms"] / found["sweeps"], peak - built
        memory.append((count, own))
        print(
            f"{N:3} x {J:<3} {count:6.2f} {found['ms']:9.1f} {found['sweeps']:7} {sweep:9.2f} {sweep / count:7.2f}"
            f" {built:9.0f} {peak:8.0f} {own:11.0f} {own / count:7.0f}",
            flush=True,
        )
    (first, least), (last, most) = memory[0], memory[-1]
    slope = (most - least) / (last - first)
    print(f"from the smallest to the largest, the solve's memory grows by {slope:.0f} MB a million")
    within = peak < LIMIT_MB
    print(
        f"limit: the largest under {LIMIT_MB} MB: {'kept' if within else 'BROKEN'} ({peak:.0f} MB)"
    )
    sys.exit(0 if within else 1)


if __name__ == "__main__":
    main()
