"""Whole processes of `pax`: wall seconds and peak memory, medians of five after one run that fills the caches.

Then the same run on a machine that never compiled the equations, and once more: what the cache of compiled code saves.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = str(Path(__file__).resolve().parents[1] / "examples" / "us-india-tariff-50.yaml")
PAX = [sys.executable, "-c", "from paxsilica.cli import main; main()"]


def measure(*arguments: str, home: str | None = None) -> tuple[float, float]:
    """Seconds and MB of one process, its children's memory counted apart; `home` is where it finds its caches.

    A user's Python keeps compiled bytecode, so the process may too: without it half of `pax run` is compiling modules.
    """
    start = time.perf_counter()
    caches = {} if home is None else {"HOME": home, "XDG_CACHE_HOME": home}
    given = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(PAX[0], [*PAX, *arguments], given | caches, file_actions=silent)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"pax {' '.join(arguments)} ended with {status}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return time.perf_counter() - start, usage.ru_maxrss / unit


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "pax --help": ["--help"],
            "pax run": ["run", EXAMPLE],
            "pax run --out": ["run", EXAMPLE, "--out", f"{folder}/report"],
        }
        for name, arguments in commands.items():
            measure(*arguments)
            seconds, memory = zip(*(measure(*arguments) for _ in range(5)), strict=True)
            print(f"{name:16} {statistics.median(seconds):6.2f} s   {max(memory):6.0f} MB")
        for time_of_day in ("first run", "second run"):
            out = Path(folder) / time_of_day
            whole, _ = measure("run", EXAMPLE, "--out", str(out), home=f"{folder}/home")
            print(f"{time_of_day:16} {whole:6.2f} s, compilation included")


if __name__ == "__main__":
    main()
