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
from contextlib import contextmanager
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright

from paxsilica.analysis.baseline import balanced
from paxsilica.desk import Desk
from paxsilica.model import Params, solve
from paxsilica.policy import parse_scenario
from paxsilica.questions.registry import QUESTIONS
from paxsilica.web.home_page import FIRST_QUESTIONS
from paxsilica.web.scenario_form import CASE_OF_INDIA

TIMES, PAINTS = 50, 5
PAGES = (
    *("/", "/scenario", "/world", "/country/IND", "/country/ROW", "/record", "/about", "/promises"),
    *(f"/ask/{kind}" for kind in QUESTIONS),
    *(example.link for example in FIRST_QUESTIONS),
)
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
LONGEST = 120
"""Seconds until the answer of a page is at hand."""


@contextmanager
def server() -> Iterator[str]:
    """A server of its own, warm once the address is handed out."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, "-m", "paxsilica.web", "--port", str(port)]
        env = {**os.environ, "XDG_CACHE_HOME": cache, "XDG_DATA_HOME": cache}
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
    """First paint of every page, in a browser that has its scripts already, of answers that are at hand."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_context().new_page()
        for path in PAGES:
            found = []
            wait_for_answer(f"{url}{path}")
            for turn in range(PAINTS + 1):
                page.goto(f"{url}{path}")
                while (painted := page.evaluate(PAINTED)) is None:
                    page.wait_for_timeout(20)
                found += [painted / 1000] if turn else []
            said(f"first paint {path[:34]}", found)
        browser.close()


def wait_for_answer(url: str) -> None:
    """Until the page of an address has all that it shows."""
    for _ in range(2 * LONGEST):
        with urllib.request.urlopen(url, timeout=LONGEST) as reply:
            if b'id="waiting"' not in reply.read():
                return
        time.sleep(0.5)
    raise TimeoutError(url)


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
