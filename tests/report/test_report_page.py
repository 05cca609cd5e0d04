"""`report.html` asks for nothing, runs nothing that is not its own, and says everything it must."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from browsing import opened
from run_world import Case

from paxsilica.names import Names
from paxsilica.report import words
from paxsilica.report.report import write_report

EVIL = "<script>alert(1)</script>"


class Page(HTMLParser):
    """Tags, the addresses they name, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.scripts, self.words, self.ids = 0, [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.ids += [value for name, value in attrs if name == "id"]
        named = {"src", "href", "xlink:href", "srcset", "data", "action", "poster", "background"}
        self.addresses += [value or "" for name, value in attrs if name in named]
        self.addresses += [
            url
            for _, value in attrs
            for url in re.findall(r"url\(\s*['\"]?([^'\")]*)", value or "")
        ]

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def html(written):
    return (written / "report.html").read_text(encoding="utf-8")


def test_no_address_leads_out(html):
    addresses = Page(html).addresses
    assert addresses
    assert [a for a in addresses if not a.startswith(("#", "data:"))] == []
    assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", html)


def test_nothing_may_be_fetched_and_ids_are_unique(html):
    assert "default-src 'none'" in html
    ids = Page(html).ids
    assert len(ids) == len(set(ids))


def test_every_section_is_there_with_every_region(html, tariff):
    text = " ".join(" ".join(Page(html).words).split())
    page = tariff.report
    shown = [part for one in page.numbers for part in (one.head, one.value, one.note)]
    for line in (page.lead, page.why, *page.understood, *shown):
        assert words.tied(line) in " ".join(Page(html).words)
    for name in tariff.outcome.economy.about.region_names.values():
        assert name in text
    parts = [
        "What was asked, as understood",
        "sets its tariff on goods from India to 50 %",
        "Made up. Nobody",
        "one number was moved (USD 12.5 million)",
        "everything else in the world",
        "First-order terms, sum",
        "Walras",
        "Assumptions",
        "paxsilica 0.",
    ]
    for part in parts:
        assert part in text.replace("\N{NO-BREAK SPACE}", " "), part
    assert html.count("<svg") == 7
    assert "<title>India: " in html, "the marks have no tooltips"


def test_an_empty_scenario_is_not_put_down_to_a_day(solved, tmp_path):
    html = page(solved(), tmp_path / "empty")
    assert "since it holds no measure" in html
    late = "{id: t, kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 20%, from: 2030-01-01}"
    early = solved(late, as_of=date(2026, 1, 1))
    html = page(early, tmp_path / "early")
    assert "since no measure is in force on 2026-01-01" in html


def test_text_from_files_is_escaped(solved, tmp_path):
    extra = f"source: [{{title: '{EVIL}', quote: '{EVIL}'}}]\nnot_modelled: ['{EVIL}']"
    run = solved(title=EVIL, extra=extra)
    html = page(run, tmp_path / "evil")
    assert Page(html).scripts == 1
    assert EVIL not in html
    assert html.count("&lt;script&gt;alert(1)") >= 4


def page(run, folder):
    """The page of a case as HTML."""
    return write_report(run.report, folder).read_text(encoding="utf-8")


def test_names_of_a_baseline_are_escaped_inside_charts(tariff, tmp_path):
    from dataclasses import replace

    e = tariff.outcome.economy
    about = replace(
        e.about, region_names={**e.about.region_names, "VNM": EVIL}, sector_names={"C26": EVIL}
    )
    names = Names(e.replace(about=about))
    html = page(Case(replace(tariff.answer, names=names), tariff.outcome), tmp_path / "evil")
    assert EVIL not in html
    assert Page(html).scripts == 1


# ---- in a browser ----------------------------------------------------------------------------------------------


def test_the_browser_test_would_see_a_request(browser, tmp_path):
    page = tmp_path / "leaky.html"
    page.write_text('<!doctype html><img src="http://example.invalid/x.png">', encoding="utf-8")
    with opened(browser, page) as (_, asked):
        assert "http://example.invalid/x.png" in asked


def test_the_script_runs_under_the_policy_and_asks_for_nothing(browser, written):
    """A click on a head sorts its table, and parts that were folded open where a link leads into them."""
    with opened(browser, written / "report.html") as (page, asked):
        table = page.locator("details.part table[data-sortable]").first
        assert table.locator("thead button.sort").count() == table.locator("thead th").count()
        head = table.locator("thead th.n").first
        column = head.evaluate("head => head.cellIndex")
        for order in ("ascending", "descending"):
            head.locator("button").evaluate("button => button.click()")
            assert head.get_attribute("aria-sort") == order
            values = table.evaluate(
                "(t, column) => [...t.tBodies[0].rows].map(row => +row.cells[column].dataset.value)",
                column,
            )
            assert values == sorted(values, reverse=order == "descending")
            assert len(set(values)) > 1
        assert page.locator("#sources[open]").count() == 0
        page.evaluate("location.hash = '#sources'")
        page.wait_for_selector("#sources[open]")
        assert asked == []
