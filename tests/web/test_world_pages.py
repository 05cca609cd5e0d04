"""The map of a law and the page of a country: numbers as elsewhere, links that lead there, and nothing made by looking."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import browsing
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

import paxsilica as pax
from paxsilica.acts.keep import Keep
from paxsilica.desk import Desk
from paxsilica.report import words
from paxsilica.web.world_forms import with_country_links
from paxsilica.web.world_pages import NotShown, alliances_of, country_meant, promises_of

Visited = Callable[..., tuple[Page, list[str]]]

LAW = "policy:us-law@2026-02-06"
OWN = """schema: paxsilica/scenario@1
title: A <script>alert(1)</script> tariff
measures:
  - {id: flat, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%}
"""


def ready(served: Any, path: str) -> str:
    """The page once nothing on it is waited for."""
    for _ in range(100):
        page = served.get(path)
        assert page.status == 200, page.text[:300]
        if 'id="waiting"' not in page.text:
            return str(page.text)
        time.sleep(0.3)
    raise AssertionError(f"{path} is never ready")


# ---- the words of a page -----------------------------------------------------------------------


def test_names_are_links_in_texts_alone() -> None:
    of = {"India": "/country/IND", "Guinea": "/country/GIN", "Papua New Guinea": "/country/PNG"}
    assert (
        with_country_links("<p>To India.</p>", of) == '<p>To <a href="/country/IND">India</a>.</p>'
    )
    assert (
        with_country_links("Papua New Guinea", of) == '<a href="/country/PNG">Papua New Guinea</a>'
    )
    for alone in (
        '<b title="India">x</b>',
        "<script>India</script>",
        "<summary><h2>India</h2></summary>",
        '<a href="/">India</a>',
        "Indiana, Sub-India",
    ):
        assert with_country_links(alone, of) == alone
    after = with_country_links("<a><b>India</b></a><i>India</i>", of)
    assert after == '<a><b>India</b></a><i><a href="/country/IND">India</a></i>'


def test_a_name_with_an_apostrophe_and_an_address_with_an_ampersand() -> None:
    found = with_country_links("Côte d&#39;Ivoire", {"Côte d'Ivoire": "/country/CIV?a=1&b=2"})
    assert found == '<a href="/country/CIV?a=1&amp;b=2">Côte d&#39;Ivoire</a>'


# ---- the world ---------------------------------------------------------------------------------


def test_the_world_is_the_report_of_the_run_with_links(served: Any) -> None:
    page, own = ready(served, "/world"), pax.ask(pax.Run(file=LAW))
    report = ready(served, f"/q/run?file={LAW}")
    lead = re.compile(r'<p class="lead">(.*?)</p>', re.DOTALL)
    assert re.sub(r"</?a\b[^>]*>", "", lead.search(page)[1]) == lead.search(report)[1]
    regions = own.names.table.regions
    changes = own.findings.along("real_income", "region", region=regions)
    listed = dict(re.findall(r'<li><a href="/country/(\w+)">.*?</a> <span>(.*?)</span>', page))
    assert listed == {code: words.percent(changes[code] or 0.0) for code in regions}


def test_no_name_of_a_country_is_left_without_its_link(served: Any) -> None:
    page = ready(served, "/world")
    main = page[page.index('<p class="lead">') : page.index('id="sources"')]
    bare = re.sub(r"<(a|script|summary|code|button)\b.*?</\1>", "", main, flags=re.DOTALL)
    words_left = unescape(re.sub(r"<[^>]*>", " ", bare))
    for name in ("Viet Nam", "United States", "Korea", "Côte d'Ivoire"):
        assert f">{name}</a>" in unescape(page)
        assert name not in words_left


def test_another_law_leads_to_countries_under_it(served: Any) -> None:
    page = ready(served, f"/world?text={quote(OWN)}&bands=off")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    link = unescape(re.search(r'href="(/country/IND\?[^"]*)"', page)[1])
    country = ready(served, link)
    assert "<script>alert(1)" not in country
    value = pax.ask(pax.Run(text=OWN, bands=False)).findings.value("real_income", region="IND")
    assert words.percent(value) in unescape(country).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/world?file=/etc/passwd", 422, "the browser opens no files"),
        ("/world?file=policy:us-lav@2026-02-06", 422, "us-law"),
        ("/world?path=2024-01..2025-01", 422, "the map shows one moment"),
        ("/world?nothing=1", 422, "no field of that name"),
        ("/world?text=measures", 422, "schema"),
        ("/country/INDA", 404, "did you mean IND (India)?"),
        ("/country/EU", 404, "EU is 27 countries; name one"),
        ("/country/%3Cb%3E", 404, "unknown country or group"),
        ("/country/IND?day=soon", 422, "day: "),
        ("/country/IND?file=/etc/passwd", 422, "the browser opens no files"),
    ],
)
def test_what_is_wrong_is_one_line(served: Any, path: str, status: int, said: str) -> None:
    page = served.get(path)
    assert page.status == status, page.text[:300]
    assert said in unescape(re.search(r'role="alert">(.*?)</p>', page.text)[1])


# ---- a country ---------------------------------------------------------------------------------


def test_a_country_says_what_the_baseline_holds(served: Any) -> None:
    """Exports and imports as the table's own cells add up, and the largest buyer among them."""
    page, e = ready(served, "/country/IND"), pax.load_economy("icio2022")
    at = e.regions.index("IND")
    home = e.flows[at, at].sum()
    exports, imports = e.flows[:, at].sum() - home, e.flows[at].sum() - home
    assert f"<dt>Exports</dt><dd><strong>{words.money(exports)}<" in page
    assert f"<dt>Imports</dt><dd><strong>{words.money(imports)}<" in page
    sales = dict(zip(e.regions, e.flows[:, at].sum(1), strict=True))
    del sales["IND"]
    first = max(sales, key=sales.__getitem__)
    row = re.search(
        r'Sells to</th>.*?<tbody>\s*<tr>.*?href="/country/(\w+)".*?"n">(.*?)<', page, re.S
    )
    assert row.groups() == (first, words.money(sales[first]))


def test_who_can_hurt_it_is_what_the_pair_says(served: Any) -> None:
    page = unescape(ready(served, "/country/IND"))
    pair = pax.ask(pax.Coerce(sender="CHN", target="IND", bands=False)).findings
    row = re.search(
        r'href="/country/CHN">China</a></th>((?:<td class="n">[^<]*</td>)+)',
        page[page.index('id="threats"') :],
    )
    cells = re.findall(r'"n">(.*?)<', row[1])
    for cell, item in ((cells[0], "targets"), (cells[2], "senders")):
        of = {"horizon": "long_run", "item": item, "sector": None, "point": None}
        value = pair.value("real_income", elasticities=None, region=None, **of)
        assert cell == words.percent(value)
    assert "/q/coerce?sender=CHN&target=IND" in page


def test_what_it_depends_on_is_the_answer_of_depend(served: Any) -> None:
    page, report = ready(served, "/country/IND"), ready(served, "/q/depend?us=IND")
    lead = re.search(r'<p class="lead">(.*?)</p>', report, re.DOTALL)[1]
    assert lead in page
    assert '<a href="/q/depend?us=IND' in page


def test_a_name_leads_to_the_code_and_keeps_the_question(served: Any) -> None:
    assert country_meant("India") == country_meant("IND") == country_meant("in") == "IND"
    page = ready(served, "/country/india?day=2026-01-01")
    assert "<h1>India</h1>" in page
    assert "joined on 2026-02-20" in page


def test_inside_the_rest_of_the_world(served: Any) -> None:
    page = ready(served, "/country/QAT")
    assert "no region of the baseline by itself" in page
    assert 'id="depends"' in page
    assert 'id="threats"' not in page
    rest = ready(served, "/country/ROW")
    assert "<h1>Rest of the world</h1>" in rest
    assert 'id="depends"' not in rest


@pytest.mark.parametrize("written", ["", "EU", "ROWX", "pax-silica"])
def test_a_page_is_of_one_country(written: str) -> None:
    with pytest.raises(NotShown):
        country_meant(written)


def test_membership_is_of_a_day() -> None:
    """India joined on 20 February 2026 (Emirates News Agency); Austria is in it through the Union since 23 June."""
    (before,), (on,) = (alliances_of("IND", date(2026, 2, day)) for day in (19, 20))
    assert (before["since"], before["later"]) == (None, date(2026, 2, 20))
    assert on["since"] == date(2026, 2, 20)
    (austria,) = alliances_of("AUT", date(2026, 12, 1))
    assert (austria["since"], austria["by"].code) == (date(2026, 6, 23), "EU")
    (china,) = alliances_of("CHN", date(2026, 12, 1))
    assert china["since"] is china["later"] is None


def test_promises_are_read_and_no_record_is_made_by_looking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    assert promises_of("IND", date(2026, 3, 1)) == {"kept": False, "rows": [], "why": ""}
    assert not (tmp_path / "own").exists()
    text = (
        "New Delhi, 1 February 2026. India will cut its tariff on cars by 1 April 2026, the ministry said. "
        "The United States will remove its duty on steel by 1 May 2026, the White House said."
    )
    paper = tmp_path / "news.txt"
    paper.write_text(text, encoding="utf-8")
    Keep(files=(str(paper),), by="a test").done(Desk())
    (one,) = promises_of("IND", date(2026, 4, 2))["rows"]
    assert one.exact.startswith("India will cut")
    assert one.last == date(2026, 4, 1)
    assert promises_of("CHN", date(2026, 4, 2))["rows"] == []


# ---- in a browser ------------------------------------------------------------------------------


@pytest.fixture
def visited(browser: Browser, served: Any) -> Iterator[Visited]:
    """Opens a page in a browser of its own; gives what it complains of too."""

    def opened(path: str, **how: Any) -> tuple[Page, list[str]]:
        size = {"width": 1400, "height": 900}
        inside = (served.url, "data:")
        page, said = stack.enter_context(browsing.watched(browser, inside, viewport=size, **how))
        page.goto(f"{served.url}{path}")
        return page, said

    with ExitStack() as stack:
        yield opened


def test_a_click_on_a_country_opens_its_page(visited: Visited, served: Any) -> None:
    ready(served, "/world")
    page, complaints = visited("/world")
    shape = page.locator('[data-chart="real-income-map"] path[aria-label^="India:"]')
    page.wait_for_selector('[data-chart="real-income-map"] path')
    box = shape.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/country/IND")
    assert page.locator("h1").inner_text() == "India"
    page.wait_for_selector('[data-chart="partners"] svg')
    assert complaints == []


def test_the_keyboard_goes_to_a_country_by_its_link(visited: Visited, served: Any) -> None:
    ready(served, "/world")
    page, complaints = visited("/world")
    page.locator(".countries a", has_text="India").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/country/IND")
    assert complaints == []


@pytest.mark.parametrize("path", ["/world", "/country/IND", "/country/QAT"])
def test_nothing_stands_in_the_way(visited: Visited, served: Any, path: str) -> None:
    ready(served, path)
    page, complaints = visited(path)
    page.wait_for_load_state("networkidle")
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found] == []
    for width in (1400, 390):
        browsing.shown(page, width)
        assert browsing.too_wide(page) == []
        assert browsing.misplaced(page) == []
    browsing.shown(page, 1050, scheme="dark")
    assert browsing.faint(page) == []
    assert complaints == []


def test_without_script(visited: Visited, served: Any) -> None:
    ready(served, "/world"), ready(served, "/country/IND")
    page, _ = visited("/world", java_script_enabled=False)
    page.locator(".countries a", has_text="India").click()
    assert page.locator("h1").inner_text() == "India"
    page.locator("#sells table a", has_text="China").first.click()
    assert page.locator("h1").inner_text() == "China"


def test_what_takes_long_comes_when_it_is_there(visited: Visited, served: Any) -> None:
    """A country that nobody asked about yet: its page stands at once, and the blocks that are solved follow."""
    ready(served, "/world")
    page, complaints = visited("/country/PER")
    assert page.locator("h1").inner_text() == "Peru"
    page.wait_for_selector("#threats table", timeout=30_000)
    assert complaints == []
