"""What a reader of `pax serve` waits for: an answer after the slider stops, and the first paint of every page.

A server is started; the scenario page's own request is sent 50 times, each with a rate that nobody asked for before,
without the range and with that over nine sets. Times are from the request sent to the reply read, on the same machine,
so network aside they are the server's. A bare solve of the same shocks stands beside them, measured between them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from paxsilica.analysis.baseline import balanced
from paxsilica.desk import Desk
from paxsilica.model import Params, solve
from paxsilica.policy import parse_scenario
from paxsilica.web.scenario_form import CASE_OF_INDIA

TIMES, PAINTS = 50, 5
PAGES = (
    "/",
    "/scenario",
    "/ask/coerce",
    "/ask/run",
    "/q/coerce?sender=CHN&target=IND",
    "/q/run?file=policy:us-law@2026-02-06",
    "/q/depend?us=IND&them=CHN",
    "/q/chain?name=chips&cut=TWN",
    "/record",
    "/about",
    "/world",
    "/country/IND",
)
SETTLED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
"""Read after the load event, when a paint has been reported."""


@contextmanager
def server() -> Iterator[str]:
    """A server of its own, warm once the address is handed out."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "paxsilica.web", "--port", str(port)]
        env = {**os.environ, "XDG_CACHE_HOME": cache}
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env) as process:
            url = f"http://localhost:{port}"
            try:
                for _ in range(300):
                    try:
                        urllib.request.urlopen(url).read()
                        break
                    except urllib.error.URLError:
                        time.sleep(0.1)
                yield url
            finally:
                process.terminate()


def asked(url: str, rate: float, bands: str) -> float:
    """Seconds of one move of the slider."""
    fields = {"do": "form", "page": "bench", "text": CASE_OF_INDIA, "bands": bands}
    body = urlencode({**fields, "m0.rate": f"{rate:g}%"}).encode()
    request = urllib.request.Request(f"{url}/scenario/now", body, {"Origin": url})
    start = time.perf_counter()
    with urllib.request.urlopen(request) as reply:
        told = json.loads(reply.read())
    took = time.perf_counter() - start
    assert told["result"], told["mistakes"]
    assert ("9 sets" in told["result"]) == (bands == "on")
    return took


def bare() -> Callable[[float], float]:
    """Seconds of one solve of the same measure at a rate, and nothing else."""
    desk, params = Desk(), Params()
    economy = balanced(desk, desk.economy("icio2022"), params)

    def once(rate: float) -> float:
        text = re.sub(r"rate: 50%", f"rate: {rate:g}%", CASE_OF_INDIA)
        shock = parse_scenario(text).compile(economy)
        start = time.perf_counter()
        solve(economy, shock, params)
        return time.perf_counter() - start

    return once


def said(what: str, seconds: list[float]) -> None:
    ms = sorted(1000 * s for s in seconds)
    middle = statistics.median(ms)
    print(f"{what:48s} {middle:7.1f} ms  ({ms[0]:.1f} to {ms[-1]:.1f}; n={len(ms)})", flush=True)


def paints(url: str) -> None:
    """First paint of every page, in a browser that has its scripts and style already, of an answer that is at hand."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_context().new_page()
        for path in PAGES:
            found = []
            with suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"{url}{path}", timeout=60).read()  # its answer is at hand
            for turn in range(PAINTS + 1):
                reply = page.goto(f"{url}{path}")
                if reply is None or not reply.ok:
                    break
                page.wait_for_timeout(50)
                painted = page.evaluate(SETTLED)
                found += [painted / 1000] if turn and painted is not None else []
            if found:
                said(f"first paint {path}", found)
            else:
                print(f"{f'first paint {path}':48s} no such page")
        browser.close()


def main() -> None:
    once = bare()
    with server() as url:
        for rate in range(3):
            asked(url, 90 + rate, "on")
            asked(url, 90 + rate, "off")
            once(90 + rate)
        solves, points, bands = list[float](), list[float](), list[float]()
        for n in range(TIMES):
            solves.append(once(10 + n / 2))
            points.append(asked(url, 10 + n / 2, "off"))
            bands.append(asked(url, 10 + n / 2, "on"))
        said("bare solve", solves)
        said("the point, after the slider stops", points)
        said("the band over nine sets", bands)
        paints(url)


if __name__ == "__main__":
    main()
