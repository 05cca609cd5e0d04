"""Draws and paths as whole processes, each beside as many bare solves of the same shock in the same run.

Figures are medians of three turns; processes and solves take turns.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from command import measure

import paxsilica as pax
from paxsilica.model import settled

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
TURNS = 3
SPAN = "2025-01..2030-12"

COMMANDS = {
    "200 draws": (["us-india-tariff-50.yaml", "--draws", "200"], 200),
    "24 quarters, 9 sets, a file": (["us-india-tariff-50.yaml", "--path", SPAN], 24 * 9),
    "24 quarters, 9 sets, the US law": (["us-india-law.yaml", "--path", SPAN], 24 * 9),
}


def main() -> None:
    economy = settled(pax.load_economy())
    shock = pax.load_scenario(EXAMPLES / "us-india-tariff-50.yaml").compile(economy)
    params = pax.Params(pax.Horizon.parse("1y"))
    pax.solve(economy, shock, params)
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    memory, bare = dict.fromkeys(COMMANDS, 0.0), list[float]()
    for _ in range(TURNS):
        for name, ((file, *options), _) in COMMANDS.items():
            took, room = measure("run", str(EXAMPLES / file), *options)
            seconds[name].append(took)
            memory[name] = max(memory[name], room)
        start = time.perf_counter()
        for _ in range(100):
            pax.solve(economy, shock, params)
        bare.append((time.perf_counter() - start) / 100)
    one = statistics.median(bare)
    print(f"a bare solve at one year: {1e3 * one:.1f} ms")
    for name, (_, solves) in COMMANDS.items():
        took = statistics.median(seconds[name])
        print(
            f"{name}: {took:.1f} s, {took / (solves * one):.1f} times {solves} bare solves, {memory[name]:.0f} MB"
        )


if __name__ == "__main__":
    main()
