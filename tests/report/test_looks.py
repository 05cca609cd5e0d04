"""How every page looks in a real browser: nothing sticks out, overlaps, is cut off, is faint or is closed to somebody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browsing import complaints, opened
from every_page import PAGES, small_desk, written_page

from paxsilica.desk import Desk


@pytest.fixture(scope="module")
def desk() -> Desk:
    return small_desk()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_well(name, desk, browser, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("paxsilica.questions.coerce.cache_folder", lambda name: tmp_path)
    with opened(browser, written_page(name, desk, tmp_path)) as (page, asked):
        found = [*complaints(page), *asked]
    assert not found, "\n".join(found)


BAD = """<!doctype html><html lang="en"><title>Bad</title><style>p { white-space: nowrap }</style><main><h1>Bad</h1>
<p>This line is meant to be long enough to be wider than the widest of the screens: %s</p>
<p style="color: #ddd; background: #fff">Faint</p><img src="data:,"><div style="height: 9px; overflow: hidden">Half
seen</div><figure id="chart"><svg width="200" height="100" role="img" aria-label="A chart">
<text x="180" y="50">Outside</text><text x="10" y="50">On one</text><text x="12" y="52">another</text>
<text x="10" y="90">Cut sh…</text><text x="60" y="70" font-size="6">Tiny</text>
<text transform="translate(60 20)"><tspan>Two</tspan></text>
<text x="100" y="95" transform="rotate(-60 100 95)">Turned</text><text x="120" y="92">free</text>
</svg></figure></main><img src="http://example.invalid/x.png" alt="Elsewhere"><script>throw Error("broken")</script>"""


def test_the_checks_see_what_is_wrong(browser, tmp_path: Path):
    (tmp_path / "bad.html").write_text(BAD % ("very long " * 60), encoding="utf-8")
    with opened(browser, tmp_path / "bad.html") as (page, asked):
        found = "\n".join([*complaints(page), *asked])
    for what in (
        r"at 390 px: \d+ px too wide: <p> This line",
        r"on paper: \d+ px too wide: <p> This line",
        r"chart: “Outside” \d\d px outside",
        r"chart: “On one” and “another” overlap by",
        r"chart: “Cut sh…” is cut short",
        r"chart: “Tiny” in letters of 6.0 px",
        r"“Half\nseen” is cut off",
        r"image-alt \(critical\): img",
        r"color-contrast \(serious\): p",
        r"http://example.invalid/x.png",
        r"broken",
    ):
        assert re.search(what, found), what
    for fine in ("“Two”", "“Turned”", "“free”"):
        assert fine not in found
