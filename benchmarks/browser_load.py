"""Sixteen people at one `pax serve`, while a matrix is solved: errors, waiting times and memory.

    python benchmarks/browser_load.py [--users 16] [--seconds 60] [--pause 1.0]

It starts a server of its own on this machine, with a store of its own, and asks nothing else. Each user asks one thing
after another, with a pause between, as a browser does: pages and forms, questions that others ask too, questions that
nobody asked before, a slider that moves and rests, downloads, mistakes, and what takes long. A page that is not there
within a moment shows how far it is; how long its answer took is counted apart. Server and users share two cores.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import psutil

from paxsilica.web.scenario_form import CASE_OF_INDIA

COMMON = (
    "coerce?sender=CHN&target=IND",
    "coerce?sender=CHN&target=USA",
    "run?file=policy:us-law@2026-02-06",
    "depend?us=IND&them=CHN",
    "depend?us=IND&material=gallium",
    "chain?name=chips&cut=TWN",
    "coerce?sender=RUS&target=DEU",
    "depend?us=JPN&them=CHN",
)
LONG = ("ally?members=pax-silica&add=IND", "negotiate?players=USA,IND&tranche=8", "score?")
PAGES = ("/", "/ask/run", "/ask/coerce", "/ask/ally", "/pax.css", "/report.js", "/static/web.js")
WRONG = ("/q/coerce?sender=CHM&target=IND", "/q/run?file=../x.yaml", "/q/depend?us=XYZ", "/q/none")
MATRIX = "/q/coerce?matrix=on&bands=on"
SIDES = ("CHN", "USA", "IND", "JPN", "DEU", "KOR", "FRA", "GBR", "BRA", "AUS", "MEX", "VNM")
PAIRS = [*itertools.permutations(SIDES, 2)]
MOVES = 5
"""Of a slider, before it rests."""


class Took(NamedTuple):
    kind: str
    status: int
    seconds: float
    answer: bool


class User(threading.Thread):
    """Asks until the time is over."""

    def __init__(self, number: int, port: int, until: float, pause: float) -> None:
        super().__init__(daemon=True)
        self.port, self.until, self.pause = port, until, pause
        self.random = random.Random(number)
        self.took: list[Took] = []

    def run(self) -> None:
        while time.monotonic() < self.until:
            kind, path, wait = self.chosen()
            if kind == "slider":
                self.slide()
                continue
            begun, status = time.monotonic(), self.sent(kind, path)
            while wait and status == 202 and time.monotonic() < self.until:
                time.sleep(0.5)
                status = self.sent("looked again", path)
            if wait and status == 200:
                self.took.append(Took(kind, status, time.monotonic() - begun, True))
            self.rest()

    def rest(self) -> None:
        time.sleep(self.pause * self.random.uniform(0.5, 1.5))

    def slide(self) -> None:
        """Move a slider, each move once the last is answered, and let it rest."""
        of, first = self.random.choice(SIDES[1:]), self.random.uniform(5, 90)
        text = CASE_OF_INDIA.replace("[IND]", f"[{'IND' if of == 'USA' else of}]")
        for move in range(MOVES + 1):
            bands = "on" if move == MOVES else "off"
            fields = {"do": "form", "page": self.name, "text": text, "bands": bands}
            body = urlencode({**fields, "m0.rate": f"{first + min(move, MOVES - 1):.2f}%"})
            self.sent("slider rests" if move == MOVES else "slider moves", "/scenario/now", body)
        self.rest()

    def chosen(self) -> tuple[str, str, bool]:
        """What is asked next, and whether the user waits for the answer."""
        pick, of = self.random.random(), self.random.choice
        if pick < 0.30:
            return "page", of(PAGES), False
        if pick < 0.38:
            return "slider", "", False
        if pick < 0.60:
            return "common question", f"/q/{of(COMMON)}", True
        if pick < 0.75:
            name, _, asked = of(COMMON).partition("?")
            return "download", f"/q/{name}/{of(('csv', 'json', 'yaml'))}?{asked}", True
        if pick < 0.85:
            sender, target = of(PAIRS)
            share = self.random.randint(5, 100)
            own = f"sender={sender}&target={target}&share={share}%25&bands=off"
            return "new question", f"/q/coerce?{own}", True
        if pick < 0.90:
            sender, target = of(PAIRS)
            return "new with its band", f"/q/coerce?sender={sender}&target={target}", True
        if pick < 0.95:
            return "mistake", of(WRONG), False
        return "long question", f"/q/{of(LONG)}", False

    def sent(self, kind: str, path: str, body: str | None = None) -> int:
        """Status of what was sent, a form where it has a body."""
        begun = time.monotonic()
        own = {"Accept": "text/html", "Origin": f"http://localhost:{self.port}"}
        try:
            line = http.client.HTTPConnection("localhost", self.port, timeout=30)
            line.request("POST" if body else "GET", path, body, own)
            reply = line.getresponse()
            reply.read()
            line.close()
            status = reply.status
        except OSError:
            status = 0
        self.took.append(Took(kind, status, time.monotonic() - begun, False))
        return status


def share_below(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else float("nan")


def memory(process: psutil.Process) -> dict[str, float]:
    """MB of the server and of each of its processes, the largest first."""
    own = {"server": process.memory_info().rss / 1e6}
    parts = sorted((c.memory_info().rss / 1e6 for c in process.children(True)), reverse=True)
    return own | {f"process {n}": size for n, size in enumerate(parts, 1) if size > 50}


def printed(took: list[Took]) -> bool:
    """Print what was measured; whether it is good enough."""
    asked = [one for one in took if not one.answer]
    errors = Counter(one.status for one in asked if one.status not in (200, 202, 404, 422))
    print(f"{len(asked)} requests, {len(errors)} kinds of error {dict(errors)}")
    print(f"{'':20} {'number':>7} {'p50 ms':>8} {'p95 ms':>8} {'most ms':>8} {'waiting':>8}")
    for kind in ("all", *dict.fromkeys(sorted(one.kind for one in asked))):
        these = [one for one in asked if kind in ("all", one.kind)]
        took_ms = [1000 * one.seconds for one in these]
        waits = sum(one.status == 202 for one in these)
        ends = [f"{x:8.0f}" for x in (share_below(took_ms, 0.5), share_below(took_ms, 0.95))]
        print(f"{kind:20} {len(these):7} {' '.join(ends)} {max(took_ms):8.0f} {waits:8}")
    print("seconds until the answer, waiting pages included:")
    for kind in dict.fromkeys(sorted(one.kind for one in took if one.answer)):
        these = [one.seconds for one in took if one.answer and one.kind == kind]
        low, high = share_below(these, 0.5), share_below(these, 0.95)
        print(f"{kind:20} {len(these):7} {low:8.2f} {high:8.2f} {max(these):8.2f}")
    return not errors and share_below([one.seconds for one in asked], 0.95) < 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pause", type=float, default=1.0, help="Seconds between two requests.")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    with socket.socket() as any_one:
        any_one.bind(("127.0.0.1", 0))
        port = any_one.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "XDG_DATA_HOME": folder, "XDG_CACHE_HOME": str(Path(folder) / "cache")}
        command = [sys.executable, "-m", "paxsilica.web", "--port", str(port)]
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            server.stdout.readline()
            time.sleep(5)
            try:
                good = measured(port, server.pid, given.users, given.seconds, given.pause)
            finally:
                server.terminate()
                server.wait(20)
    sys.exit(0 if good else 1)


def measured(port: int, pid: int, users: int, seconds: float, pause: float) -> bool:
    """Run the users, and print what they met and the memory as it grows."""
    until = time.monotonic() + seconds
    crowd = [User(number, port, until, pause) for number in range(users)]
    User(-1, port, until, pause).sent("matrix", MATRIX)
    for user in crowd:
        user.start()
    server, told = psutil.Process(pid), list[dict[str, float]]()
    while time.monotonic() < until:
        time.sleep(min(10.0, max(0.1, until - time.monotonic())))
        told.append(memory(server))
        said = ", ".join(f"{name} {size:.0f}" for name, size in told[-1].items())
        print(f"{seconds - (until - time.monotonic()):4.0f} s, MB: {said}", flush=True)
    for user in crowd:
        user.join(40)
    return printed([one for user in crowd for one in user.took])


if __name__ == "__main__":
    main()
