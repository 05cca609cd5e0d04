"""What a new user does in a browser: each walk begins at the first page, and what it ends at is what Python finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asked import ASKED
from browsing import barriers, faint, shown, too_wide, watched
from playwright.sync_api import Browser, Locator, Page, expect

import paxsilica as pax
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.report.pages import report_of
from paxsilica.report.words import tied
from paxsilica.web.fields import link_of
from paxsilica.web.scenario_form import CASE_OF_INDIA

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SEEDS = sorted((Path(__file__).resolve().parents[3] / "shared" / "seeds").glob("*.*"))
LONG = 90_000


class Walker:
    """A person at a page, whose clicks are counted."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.clicks = page, 0
        page.goto(url)

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def link(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f'[name="{name}"]').fill(value)

    def uncheck(self, *names: str) -> None:
        for name in names:
            self.page.locator(f'[name="{name}"][type=checkbox]').uncheck()

    @property
    def lead(self) -> str:
        """The first sentence of the answer; waited for."""
        place = self.page.locator(".lead")
        expect(place).to_be_visible(timeout=LONG)
        return str(place.inner_text())


@pytest.fixture
def walker(browser: Browser, served: Any) -> Iterator[Walker]:
    """At the first page; at the end nothing was asked elsewhere and nothing complained."""
    size = {"width": 1300, "height": 900}
    with watched(browser, (served.url, "data:"), viewport=size) as (page, said):
        yield Walker(page, f"{served.url}/")
    assert said == []


def lead_of(kind: str, **fields: Any) -> str:
    """The same sentence, asked in Python."""
    return tied(report_of(pax.ask(question_class(kind)(**fields))).lead)


def test_what_18_instead_of_50_per_cent_does_to_india(walker: Walker) -> None:
    walker.link("Change it")
    rate = walker.page.locator('[name="m0.rate"]')
    begun = walker.page.locator('[name="first"]').input_value()
    walker.click(rate)
    rate.fill("18%")
    link = walker.page.locator("#compared")
    expect(link).to_be_visible(timeout=LONG)
    expect(walker.page.locator("#scenario")).not_to_have_attribute("aria-busy", "true")
    walker.click(link)
    assert walker.clicks == 3
    now = begun.replace("rate: 50%", "rate: 18%")
    assert walker.lead == lead_of("compare", a=begun, b=now)
    assert "India" in walker.lead


def test_who_supplies_the_gallium_of_india(walker: Walker) -> None:
    walker.link("depend")
    walker.fill(us="India", material="gallium")
    walker.button("Answer")
    assert walker.clicks == 2
    assert walker.lead == lead_of("depend", us="India", material="gallium")
    assert "gallium" in walker.lead.lower()


def test_what_pax_silica_gains_by_india(walker: Walker) -> None:
    walker.link("What does Pax Silica gain by India, and what India?")
    assert walker.clicks == 1
    assert walker.lead == lead_of("ally", members="pax-silica", add="IND")


def test_which_promises_of_two_articles_are_overdue(walker: Walker) -> None:
    if not SEEDS:
        pytest.skip("the two articles stand in ../shared/seeds")
    walker.link("Record")
    walker.page.locator("#files").set_input_files(SEEDS)
    walker.clicks += 1
    walker.fill(as_of="2030-01-01")
    walker.button("Read")
    assert walker.clicks == 3
    assert "2 texts report" in walker.lead
    expect(walker.page.get_by_text("overdue by").first).to_be_visible()


def test_a_law_of_two_days_compared(walker: Walker) -> None:
    walker.link("compare")
    days = {"a": "policy:us-law@2025-03-01", "b": "policy:us-law@2025-08-27"}
    walker.fill(**days)
    walker.uncheck("bands")
    walker.button("Answer")
    assert walker.lead == lead_of("compare", **days, bands=False)


def test_taiwan_cut_from_the_chain_of_chips(walker: Walker) -> None:
    walker.link("chain")
    walker.fill(name="chips", cut="TWN")
    walker.button("Answer")
    assert walker.lead == lead_of("chain", name="chips", cut="TWN")


def test_a_first_tranche(walker: Walker) -> None:
    walker.link("negotiate")
    walker.fill(players="USA,IND", tranche="3", sectors="C26,C29")
    walker.uncheck("bands", "offers")
    walker.button("Answer")
    fields = {"players": "USA,IND", "tranche": 3, "sectors": "C26,C29"}
    assert walker.lead == lead_of("negotiate", **fields, bands=False, offers=False)


def test_a_text_is_pasted_read_and_its_draft_run(walker: Walker) -> None:
    walker.link("Record")
    walker.fill(text=ASKED["brief"]["text"])
    walker.button("Read")
    assert "The text reports" in walker.lead
    walker.link("Run it")
    expect(walker.page.locator(".lead")).to_contain_text("Brazil", timeout=LONG)
    draft = pax.ask(pax.Brief(text=ASKED["brief"]["text"])).attachments["drafts"][0]["text"]
    assert walker.lead == lead_of("run", text=draft)


def test_a_sweep_by_its_example(walker: Walker) -> None:
    walker.link("sweep")
    walker.click(walker.page.locator("p", has_text="For example").get_by_role("link"))
    walker.button("Answer")
    assert "42 points" in walker.lead


# ---- every page --------------------------------------------------------------------------------


PAGES = (
    *("/", "/scenario", f"/scenario?text={'x' * 9}", "/record", "/about", "/promises"),
    *("/world", "/country/IND", "/country/ROW", "/country/XYZ", "/none", "/q/none"),
    *(f"/ask/{kind}" for kind in QUESTIONS),
    "/q/coerce?sender=CHM&target=IND",
    *(link_of(question_class(kind)(**fields)) for kind, fields in ASKED.items()),
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path[:40])
def test_no_page_has_a_barrier(browser: Browser, served: Any, path: str) -> None:
    with watched(browser, (served.url, "data:")) as (page, _):
        page.goto(f"{served.url}{path}")
        expect(page.locator("h1, pre, body > p").first).to_be_visible(timeout=LONG)
        expect(page.locator("#waiting")).to_have_count(0, timeout=LONG)
        shown(page, 1300)
        assert barriers(page) + faint(page) + too_wide(page) == []
        shown(page, 390, "dark")
        assert faint(page) + too_wide(page) == []


def test_the_first_text_of_the_scenario_page_is_the_case(walker: Walker) -> None:
    walker.link("Scenario")
    assert walker.page.locator("#text").input_value() == CASE_OF_INDIA
