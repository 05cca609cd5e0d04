"""A sweep of 10,000 scenarios beside a bare `solve_many` of the same shocks: time, and memory of all processes over time.

    python benchmarks/sweep.py [--side 100] [--workers N] [--kill 3] [--dask]

The scenario is two duties, of the United States on India and of India on the United States, each in `--side` steps from
0 to 100 %. `--kill` runs it once more and ends it by SIGKILL so many times, `--dask` once more on a scheduler with two
workers, of which one is killed in the middle; both must hold what the undisturbed run holds, byte by byte.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.model import solve_many
from paxsilica.policy import parse_scenario
from paxsilica.shock import Shock

SCENARIO = """schema: paxsilica/scenario@1
title: Duties of the United States and India on one another
measures:
  - {{id: usa, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: {}}}
  - {{id: india, kind: tariff, importer: [IND], exporter: [USA], sector: [goods], op: set, rate: {}}}
"""
SWEEP = """schema: paxsilica/sweep@1
title: Two duties
fields: {{file: scenario.yaml}}
vary:
  measures.usa.rate: {{from: 0%, to: 100%, steps: {0}}}
  measures.india.rate: {{from: 0%, to: 100%, steps: {0}}}
keep: [real_income]
regions: [IND, USA, VNM]
"""
START = "from paxsilica.cli import main; main()"


def sweep(folder: Path, out: str, *options: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", START, "sweep", "sweep.yaml", "--out", out, *options]
    return subprocess.Popen(
        words, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def resident(pid: int) -> float:
    """MB of a process and all below it; pages that they share count for each."""
    size = 0
    for one in family(pid):
        try:
            size += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
    return size * os.sysconf("SC_PAGE_SIZE") / 1e6


class Watched:
    """Memory of a family of processes, a look a tenth of a second."""

    def __init__(self, pid: int) -> None:
        self.pid, self.sizes, self.over = pid, list[float](), threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    def _look(self) -> None:
        while not self.over.wait(0.1):
            self.sizes.append(resident(self.pid))

    def tenths(self) -> list[int]:
        """The most in each tenth of the time."""
        self.over.set()
        self.thread.join()
        return [int(part.max()) for part in np.array_split(np.array(self.sizes), 10) if part.size]


def finished(process: subprocess.Popen[str]) -> None:
    said, wrong = process.communicate()
    if process.returncode:
        raise SystemExit(f"the sweep ended with {process.returncode}: {wrong or said}")


def chunks(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("chunks/*.parquet"))}


def same(folder: Path, one: str, two: str) -> None:
    a, b = chunks(folder / one), chunks(folder / two)
    files = "the same bytes in every chunk" if a == b else "OTHER BYTES"
    tables = [
        pq.read_table(folder / name / "chunks").to_pandas().astype({"region": str})
        for name in (one, two)
    ]
    rows = [table.sort_values(["point", "region"]).to_csv(index=False).encode() for table in tables]
    print(
        f"  {two}: {len(b)} chunks, {files}; sorted rows {'equal' if rows[0] == rows[1] else 'DIFFER'}"
    )


def wait_for(folder: Path, count: int, process: subprocess.Popen[str]) -> int:
    """Wait until so many chunks are there, and say how many there are."""
    while (there := len(chunks(folder))) < count and process.poll() is None:
        time.sleep(0.02)
    return there


def killed(folder: Path, times: int, total: int) -> None:
    for turn in range(times):
        process = sweep(folder, "killed", *WORKERS)
        there = wait_for(folder / "killed", (turn + 1) * total // (times + 1), process)
        below = family(process.pid)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        time.sleep(1.0)
        left = [pid for pid in below if Path(f"/proc/{pid}/exe").exists()]
        print(
            f"  SIGKILL at {there} of {total} chunks; {len(left)} of {len(below)} processes left a second later"
        )
    start = time.perf_counter()
    finished(sweep(folder, "killed", *WORKERS))
    print(f"  the rest took {time.perf_counter() - start:.1f} s")
    same(folder, "whole", "killed")


def on_dask(folder: Path, total: int) -> None:
    port = 8790 + os.getpid() % 100
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    dask = [sys.executable, "-m", "dask"]
    started = [
        subprocess.Popen([*dask, "scheduler", "--port", str(port), "--no-dashboard"], **quiet)
    ]
    work = [*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    started += [subprocess.Popen(work, **quiet) for _ in range(2)]
    try:
        start = time.perf_counter()
        process = sweep(folder, "dask", "--scheduler", address)
        there = wait_for(folder / "dask", total // 2, process)
        started[1].send_signal(signal.SIGKILL)
        print(f"  one of two workers killed at {there} of {total} chunks")
        finished(process)
        print(f"  finished after {time.perf_counter() - start:.1f} s")
    finally:
        for one in started:
            one.kill()
            one.wait()
    same(folder, "whole", "dask")


def bare(economy: Economy, side: int) -> tuple[float, float, np.ndarray]:
    """Seconds to make the shocks and to solve them, and what they bring."""

    def shocks() -> Iterator[Shock]:
        for usa in np.linspace(0, 100, side):
            for india in np.linspace(0, 100, side):
                yield parsed(usa, india).compile(economy)

    parsed = scenario_of(economy)
    making = timed(lambda: sum(1 for _ in shocks()))
    start = time.perf_counter()
    found = solve_many(economy, shocks()).real_income
    return making, time.perf_counter() - start, found


def scenario_of(economy: Economy) -> Callable[[float, float], object]:
    read = parse_scenario(SCENARIO.format("0%", "0%"))

    def at(usa: float, india: float) -> object:
        measures = [
            measure.model_copy(update={"rate": rate / 100})
            for measure, rate in zip(read.measures, (usa, india), strict=True)
        ]
        return read.model_copy(update={"measures": tuple(measures)})

    return at


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


WORKERS: list[str] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=100, help="steps of each duty")
    parser.add_argument("--workers", type=int, help="processes; default one a core")
    parser.add_argument("--kill", type=int, default=0, help="times that a run is killed")
    parser.add_argument("--dask", action="store_true", help="on a scheduler with two workers")
    asked = parser.parse_args()
    WORKERS[:] = ["--workers", str(asked.workers)] if asked.workers else []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "scenario.yaml").write_text(SCENARIO.format("0%", "0%"))
        (folder / "sweep.yaml").write_text(SWEEP.format(asked.side))
        start = time.perf_counter()
        process = sweep(folder, "whole", *WORKERS)
        watched = Watched(process.pid)
        finished(process)
        seconds, size = time.perf_counter() - start, asked.side**2
        print(
            f"{os.cpu_count()} cores; {size:,} points: {seconds:.1f} s as a whole process, "
            f"{1e3 * seconds / size:.2f} ms each"
        )
        print(f"  memory of all processes, MB, most in each tenth of the time: {watched.tenths()}")
        total = len(chunks(folder / "whole"))
        if asked.kill:
            killed(folder, asked.kill, total)
        if asked.dask:
            on_dask(folder, total)
        making, solving, incomes = bare(load_economy("icio2022"), asked.side)
        print(
            f"bare solve_many: {solving:.1f} s, of which making shocks {making:.1f} s; "
            f"the sweep takes {seconds / solving:.1f} times as long"
        )
        table = pq.read_table(folder / "whole" / "chunks").to_pandas()
        regions = load_economy("icio2022").regions
        found = table[table.variable.astype(str) == "real_income"]
        at = [regions.index(region) for region in found.region.astype(str)]
        gap = np.abs(found.value / 100 - (incomes[found.point, at] - 1)).max()
        print(f"largest difference of a real income from the bare one: {gap:.1e}")


if __name__ == "__main__":
    main()
