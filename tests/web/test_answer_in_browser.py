"""The page of an answer in a real browser: its link in another one, each download opened, and Stop."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from browsing import Scheme, barriers, faint, shown, too_wide, watched
from playwright.sync_api import Browser, Page, expect

from paxsilica.policy.reader import parse

PAIR = "/q/coerce?sender=CHN&target=IND&bands=off"


@pytest.fixture
def visit(browser: Browser, served: Any) -> Any:
    """Opens a page in a browser of its own; at the end nothing was asked elsewhere and nothing complained."""
    complaints: list[list[str]] = []

    def opened(path: str) -> Page:
        page, said = stack.enter_context(watched(browser, (served.url, "data:")))
        complaints.append(said)
        page.goto(f"{served.url}{path}")
        return page

    with ExitStack() as stack:
        yield opened
    assert not any(complaints), complaints


def test_a_permalink_shows_the_same_in_another_browser(visit: Any, served: Any) -> None:
    page = visit(PAIR)
    expect(page.locator(".lead")).to_be_visible(timeout=20_000)
    other = visit(page.locator("#permalink").get_attribute("href"))
    expect(other.locator(".lead")).to_have_text(page.locator(".lead").inner_text(), timeout=20_000)
    numbers = ".numbers, dl"
    assert other.locator(numbers).all_inner_texts() == page.locator(numbers).all_inner_texts()


def test_every_download_can_be_opened(visit: Any) -> None:
    page = visit(PAIR)
    expect(page.locator(".lead")).to_be_visible(timeout=20_000)
    page.evaluate("document.querySelector('.pictures').open = true")
    found: dict[str, bytes] = {}
    links = page.locator(".after p a, .pictures li:first-child a")
    paths = [link.get_attribute("href") for link in links.all()]
    for path in (path for path in paths if path.count("/") > 2):
        with page.expect_download(timeout=40_000) as file:
            page.evaluate("path => { location.href = path; }", path)
        found[path.split("/")[3].partition("?")[0]] = Path(file.value.path()).read_bytes()
    assert {*found} == {"json", "csv", "parquet", "yaml", "html", "zip", "svg", "png"}
    rows = len(json.loads(found["json"])["findings"])
    assert len(found["csv"].decode().splitlines()) == rows + 1
    assert pq.read_table(io.BytesIO(found["parquet"])).num_rows == rows
    assert found["html"].startswith(b"<!doctype html>")
    assert found["svg"].startswith(b"<svg")
    assert found["png"].startswith(b"\x89PNG")
    asked = parse(found["yaml"].decode()).tree
    assert (asked["question"], asked["fields"]["target"]) == ("coerce", ["IND"])
    names = zipfile.ZipFile(io.BytesIO(found["zip"])).namelist()
    assert {"report.html", "results.csv", "run.json"} <= {*names}


def test_what_takes_long_is_stopped_and_stays_so(visit: Any, served: Any) -> None:
    page = visit("/q/ally?members=pax-silica&add=IND&as_of=2026-03-03")
    expect(page.locator("#waiting")).to_be_visible()
    assert not barriers(page) + faint(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("input[name=members]")).to_have_value("pax-silica")


def test_the_page_of_a_changed_link_is_sound_on_a_phone_and_in_the_dark(visit: Any) -> None:
    page = visit(f"{PAIR}&v=0.0.1&colour=red")
    expect(page.locator(".lead")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("There is no field colour any more")).to_be_visible()
    assert not barriers(page)
    views: list[tuple[int, Scheme]] = [(1050, "dark"), (390, "light")]
    for width, scheme in views:
        shown(page, width, scheme)
        assert not faint(page) + too_wide(page)
