"""Whole processes of `pax`, from start to exit, each also as a ratio to `python -c "import numpy"` of the same run.

The processes take turns, so that what else the machine does weighs on all alike; figures are medians of seven turns
after one that fills the caches. Then a run on a machine that never ran one, with empty cache folders, over the next.
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
NUMPY = [sys.executable, "-c", "import numpy"]
TURNS, FIRST_RUNS = 7, 5


def measure(
    *arguments: str, home: str | None = None, command: list[str] | None = None
) -> tuple[float, float]:
    """Seconds and MB of one process, its children's memory counted apart; `home` is where it finds its caches.

    A user's Python keeps compiled bytecode, so the process may too: without it half of `pax run` is compiling modules.
    """
    words = [*(command or PAX), *arguments]
    start = time.perf_counter()
    caches = {} if home is None else {"HOME": home, "XDG_CACHE_HOME": home}
    given = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(words[0], words, given | caches, file_actions=silent)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(words)} ended with {status}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return time.perf_counter() - start, usage.ru_maxrss / unit


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = ["--out", f"{folder}/report"]
        commands = {
            "pax --help": ["--help"],
            "pax depend IND": ["depend", "IND"],
            "pax chain chips --cut TWN": ["chain", "chips", "--cut", "TWN"],
            "pax run": ["run", EXAMPLE],
            "pax run --out": ["run", EXAMPLE, *out],
            "pax run --out --png": ["run", EXAMPLE, *out, "--png"],
        }
        numpy = 'python -c "import numpy"'
        seconds: dict[str, list[float]] = {name: [] for name in (numpy, *commands)}
        memory = dict.fromkeys(seconds, 0.0)
        for turn in range(TURNS + 1):
            for name in seconds:
                words = commands.get(name, [])
                took, room = measure(*words, command=None if words else NUMPY)
                memory[name] = max(memory[name], room)
                if turn:
                    seconds[name].append(took)
        usual = {name: statistics.median(took) for name, took in seconds.items()}
        for name, took in usual.items():
            ratio = took / usual[numpy]
            print(f"{name:26} {took:6.2f} s {ratio:6.1f} x numpy {memory[name]:6.0f} MB")
        print(f"--out over run: {usual['pax run --out'] / usual['pax run']:.2f}")
        pairs = [
            [measure("run", EXAMPLE, home=f"{folder}/home{number}")[0] for _ in range(2)]
            for number in range(FIRST_RUNS)
        ]
        ratio = statistics.median(first / later for first, later in pairs)
        first, later = map(statistics.median, zip(*pairs, strict=True))
        print(f"first run, empty caches: {first:.2f} s; the next: {later:.2f} s; ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
