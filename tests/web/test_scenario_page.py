"""The page of a scenario in a real browser: form and text follow each other, and the answer follows both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from browsing import barriers, faint, shown, too_wide, watched
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

import paxsilica as pax
from paxsilica.errors import ScenarioError
from paxsilica.policy import KINDS, parse_scenario
from paxsilica.web.scenario_form import (
    CASE_OF_INDIA,
    EMPTY_SCENARIO,
    measure_parts,
    read_scenario,
    shelf_laws,
    top_of,
)
from paxsilica.web.scenario_text import edited, law_text

WITH_COMMENTS = """\
# why
schema: paxsilica/scenario@1
title: Two  # of them
measures:
  - {id: one, kind: tariff, importer: [USA], exporter: [IND], op: set, rate: 50%}  # the first
  - id: two
    kind: export_ban
    exporter: [CHN]
    product: ["2504"]
    note: graphite
groups: {Quad: [USA, IND, JPN, AUS]}
"""


NAMES = ("title", "law", "day", "horizon", "as_of", "kind", "do")
NAMES += tuple(f"m{n}.{key}" for n in (0, 1) for key in ("kind", "op", "rate", "importer", "from"))


def fields_of(text: str) -> dict[str, str]:
    """Every field that the form of a text has, as a browser sends them."""
    document, mistakes = read_scenario(text)
    found = top_of(document)
    for part in measure_parts(document, mistakes):
        found[f"m{part.number}.kind"] = part.kind
        found |= {field.name: field.value for field in (*part.fields, *part.aside)}
    return found


@pytest.mark.parametrize("law", [law.name for law in shelf_laws()])
def test_a_form_that_nobody_touched_changes_no_text(law: str) -> None:
    text, _ = law_text(law, "")
    parse_scenario(text)
    assert edited(text, fields_of(text)) == text


def test_one_field_changes_one_line_and_comments_stay() -> None:
    new = edited(WITH_COMMENTS, {**fields_of(WITH_COMMENTS), "m0.rate": "18%"})
    assert new == WITH_COMMENTS.replace("50%", "18%")
    new = edited(WITH_COMMENTS, {**fields_of(WITH_COMMENTS), "m1.product": "2504, 3801"})
    assert parse_scenario(new).measures[1].product == ("2504", "3801")  # type: ignore[union-attr]
    assert new.splitlines()[:5] == WITH_COMMENTS.splitlines()[:5]


def test_what_yaml_would_take_for_numbers_days_or_nothing_stays_as_written() -> None:
    text = WITH_COMMENTS.replace('"2504"', "0101, 1.50, 0x10, 1_000, ~, NO").replace(
        "note: graphite", "note: null\n    until: 2025-02-30"
    )
    new = edited(text, {**fields_of(text), "m0.rate": "18%"})
    assert new == text.replace("50%", "18%")
    (mistake,) = read_scenario(new)[1]
    assert (mistake.measure, mistake.key) == (1, "until")


@given(st.text(max_size=300), st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30)))
def test_any_text_and_any_fields_are_read_or_refused(text: str, sent: dict[str, str]) -> None:
    for whole in (text, f"{WITH_COMMENTS}{text}", f"{EMPTY_SCENARIO}{text}"):
        with suppress(ScenarioError):
            measure_parts(*read_scenario(edited(whole, sent, sent.get("do", ""))))


def test_measures_are_added_moved_and_taken_away() -> None:
    moved = parse_scenario(edited(WITH_COMMENTS, fields_of(WITH_COMMENTS), "down-0"))
    assert [m.id for m in moved.measures] == ["two", "one"]
    left = parse_scenario(edited(WITH_COMMENTS, fields_of(WITH_COMMENTS), "remove-0"))
    assert [m.id for m in left.measures] == ["two"]
    text = EMPTY_SCENARIO
    for kind in KINDS:
        text = edited(text, {**fields_of(text), "kind": kind}, "add")
    assert [m.kind for m in parse_scenario(text).measures] == [*KINDS]
    assert edited(text, fields_of(text)) == text


def test_another_kind_keeps_what_both_have() -> None:
    (new,) = parse_scenario(edited(CASE_OF_INDIA, {"m0.kind": "trade_cost"})).measures
    kept = new.model_dump(include={"id", "kind", "importer", "exporter", "sector"})
    assert kept == {
        "id": "duty",
        "kind": "trade_cost",
        "importer": ("USA",),
        "exporter": ("IND",),
        "sector": ("goods",),
    }


def test_what_stood_before_has_the_last_day_where_none_is_given() -> None:
    last = next(law.last for law in shelf_laws() if law.name == "us-law")
    assert f"base: policy:us-law@{last}\n" in edited(CASE_OF_INDIA, {"law": "us-law", "day": ""})
    text = edited(CASE_OF_INDIA, {"law": "us-law", "day": "2026-02-06", "horizon": "1y"})
    read = parse_scenario(text)
    assert (read.base, read.assumptions.horizon) == ("policy:us-law@2026-02-06", "1y")
    again = edited(text, {**fields_of(text), "law": "", "day": ""})
    assert parse_scenario(again).base is None


@pytest.mark.parametrize(
    ("kind", "key", "ends"),
    [
        ("tariff", "rate", (0, 100)),
        ("export_ban", "share", (0, 100)),
        ("agreement", "trade_cost", (-100, 0)),
    ],
)
def test_a_slider_ends_where_the_range_of_its_field_does(
    kind: str, key: str, ends: tuple[int, int]
) -> None:
    document, _ = read_scenario(edited(EMPTY_SCENARIO, {"kind": kind}, "add"))
    (part,) = measure_parts(document, ())
    (field,) = (one for one in part.fields if one.key == key)
    assert (field.least, field.most) == ends


@pytest.mark.parametrize(
    ("old", "new", "line", "measure", "key"),
    [
        ("50%", "50", 10, 0, "rate"),
        ("kind: tariff", "kind: tarif", 4, 0, "kind"),
        ("op: set", "op: put", 9, 0, "op"),
        ("title: US", "titel: US", 2, -1, "titel"),
        ("long_run", "soon", 11, -1, "horizon"),
        ("    op: set\n", "    op: [\n", 11, -1, ""),
    ],
)
def test_a_mistake_has_its_line_and_its_field(
    old: str, new: str, line: int, measure: int, key: str
) -> None:
    _, mistakes = read_scenario(CASE_OF_INDIA.replace(old, new))
    first = mistakes[0]
    assert (first.line, first.measure) == (line, measure)
    assert first.key == key


def now(served: Any, **fields: str) -> Any:
    form = {"content-type": "application/x-www-form-urlencoded", "Origin": served.url}
    return json.loads(served.post("/scenario/now", urlencode(fields).encode(), **form).text)


def test_a_region_that_does_not_exist_is_said_at_its_line(served: Any) -> None:
    reply = now(served, do="text", text=CASE_OF_INDIA.replace("[IND]", "[INT]"))
    (wrong,) = reply["mistakes"]
    assert (wrong["line"], wrong["measure"], wrong["key"]) == (7, 0, "exporter")
    assert "INT" in wrong["said"]
    assert reply["result"] is None


def test_an_unreadable_text_is_not_overwritten_by_the_form(served: Any) -> None:
    broken = CASE_OF_INDIA.replace("op: set", "op: [")
    reply = now(served, do="form", text=broken, **{"m0.rate": "18%"})
    assert reply["text"] == broken
    assert any("until the text can be read" in m["said"] for m in reply["mistakes"])


def test_without_script_the_form_is_answered(served: Any) -> None:
    body = urlencode({"do": "form", "text": CASE_OF_INDIA, "m0.rate": "18%"}).encode()
    page = served.post("/scenario", body, Origin=served.url)
    assert page.status == 200
    own = pax.ask(pax.Run(text=CASE_OF_INDIA.replace("50%", "18%"), bands=False)).findings
    size = abs(own.value("real_income", region="IND"))
    lead = re.search(r'<p class="lead">(.*?)</p>', page.text)
    assert lead is not None
    assert f"falls by {size:.3g}" in lead[1].replace("\xa0", " ")


def test_without_script_a_changed_text_is_not_overwritten(served: Any) -> None:
    """Whoever changes the text and presses the button of the form is answered about the text."""
    changed = CASE_OF_INDIA.replace("50%", "30%")
    sent = {"do": "form", "text": changed, "was": CASE_OF_INDIA, "m0.rate": "50%"}
    page = served.post("/scenario", urlencode(sent).encode(), Origin=served.url)
    assert "rate: 30%" in page.text
    assert 'name="m0.rate" type="text" inputmode="decimal" value="30%"' in page.text
    same = {**sent, "text": CASE_OF_INDIA, "m0.rate": "18%"}
    assert "rate: 18%" in served.post("/scenario", urlencode(same).encode(), Origin=served.url).text


def test_a_link_to_a_run_opens_what_was_asked(served: Any) -> None:
    asked = {"text": CASE_OF_INDIA, "horizon": "short_run", "elasticities": "caliendo_parro"}
    page = served.get(f"/scenario?{urlencode(asked)}").text
    assert "horizon: short_run" in page
    assert "no field for what the link asks beside: elasticities caliendo_parro" in page
    law = served.get("/scenario?file=policy:us-law@2026-02-06").text
    assert "US duties in force on 2026-02-06" in law


def test_script_in_a_text_stays_text(served: Any) -> None:
    evil = CASE_OF_INDIA.replace("US tariff", "<script>alert(1)</script> </textarea>")
    page = served.get(f"/scenario?text={quote(evil)}")
    assert "<script>alert" not in page.text
    assert page.text.count("</textarea>") == 1


def test_what_overtakes_cancels(served: Any) -> None:
    """Of two that are sent at once for one page, the one that came last is answered."""
    from concurrent.futures import ThreadPoolExecutor

    def slow(rate: int) -> Any:
        text = CASE_OF_INDIA.replace("50%", f"{rate}%")
        return now(served, page="one", do="text", text=text, bands="on")

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(slow, range(30, 38)))
    assert sum(not reply["overtaken"] for reply in replies) < len(replies)
    assert any(reply["result"] for reply in replies)
    assert all(reply["result"] or reply["overtaken"] for reply in replies)


# ---- in the browser ----------------------------------------------------------------------------


@pytest.fixture
def page(browser: Any, served: Any) -> Iterator[Any]:
    """A page that must neither complain nor ask elsewhere."""
    size = {"width": 1400, "height": 900}
    with watched(browser, (served.url, "data:"), viewport=size) as (opened, said):
        yield opened
    assert said == []


def settled(page: Any) -> None:
    """Wait until the answer stands with its range."""
    for _ in range(2):  # what was typed last is asked a moment later
        page.wait_for_timeout(300)
        page.locator("#scenario:not([aria-busy])").wait_for()


def lead(page: Any) -> str:
    return str(page.locator("#result .lead").inner_text())


def test_the_case_of_india_by_form_and_its_link_elsewhere(
    page: Any, served: Any, browser: Any
) -> None:
    page.goto(f"{served.url}/scenario?empty=1")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator('[name="m0.sector"]').wait_for()
    page.fill('[name="m0.sector"]', "goods")
    page.fill('[name="m0.rate"]', "50%")
    settled(page)
    read = parse_scenario(page.input_value("#text"))
    assert read.measures[0].model_dump(include={"importer", "exporter", "sector", "rate"}) == {
        "importer": ("USA",),
        "exporter": ("IND",),
        "sector": ("goods",),
        "rate": 0.5,
    }
    before = lead(page)
    assert "India falls by" in before
    assert "9 sets" in before
    slider = page.locator('input[data-for="f-m0.rate"]')
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    settled(page)
    assert page.input_value('[name="m0.rate"]') == "45%"
    assert "rate: 45%" in page.input_value("#text")
    assert lead(page) != before
    assert "to 45" in lead(page)
    own = pax.ask(pax.Run(text=page.input_value("#text"))).findings
    assert f"{abs(own.value('real_income', region='IND')):.3g}" in lead(page)
    link = page.locator("#permalink").get_attribute("href")
    other = browser.new_context()
    there = other.new_page()
    there.goto(f"{served.url}{link}")
    assert there.locator(".lead").inner_text() == lead(page)
    other.close()


def test_the_form_follows_the_text_and_a_mistake_stands_at_its_line(page: Any, served: Any) -> None:
    page.goto(f"{served.url}/scenario")
    page.locator(".lead").wait_for()
    page.fill("#text", CASE_OF_INDIA.replace("50%", "18%").replace("[IND]", "[IND, VNM]"))
    expect(page.locator('[name="m0.rate"]')).to_have_value("18%")
    assert page.input_value('[name="m0.exporter"]') == "IND, VNM"
    settled(page)
    page.fill("#text", CASE_OF_INDIA.replace("50%", "50"))
    page.locator("#mistakes .wrong").wait_for()
    assert page.locator("#mistakes .wrong").inner_text().startswith("Line 10: measure duty: rate")
    assert page.locator("#lines mark").inner_text() == "10"
    assert "write 50%" in page.locator('[data-wrong="m0.rate"]').inner_text()
    assert page.get_attribute('[name="m0.rate"]', "aria-invalid") == "true"
    page.fill('[name="m0.rate"]', "25%")
    expect(page.locator("#mistakes .wrong")).to_have_count(0)
    settled(page)
    assert "to 25" in lead(page)


def test_measures_are_stacked_and_reordered_with_buttons(page: Any, served: Any) -> None:
    page.goto(f"{served.url}/scenario")
    page.locator(".lead").wait_for()
    page.select_option("#kind", "export_ban")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("fieldset.measure >> nth=1").wait_for()
    page.get_by_role("button", name="Measure 2 earlier").click()
    expect(page.locator('[name="m0.kind"]')).to_have_value("export_ban")
    assert [m.kind for m in parse_scenario(page.input_value("#text")).measures] == [
        "export_ban",
        "tariff",
    ]
    page.get_by_role("button", name="Remove measure 1").click()
    expect(page.locator("fieldset.measure")).to_have_count(1)
    page.select_option("#f-law", "us-law")
    page.fill("#f-day", "2026-02-06")
    settled(page)
    assert parse_scenario(page.input_value("#text")).base == "policy:us-law@2026-02-06"


def test_who_sees_or_points_badly_can_use_it(page: Any, served: Any) -> None:
    page.goto(f"{served.url}/scenario?text={quote(CASE_OF_INDIA.replace('50%', '50'))}")
    page.locator("#mistakes .wrong").wait_for()
    assert barriers(page) + faint(page) == []
    page.goto(f"{served.url}/scenario")
    page.locator(".lead").wait_for()
    settled(page)
    for width in (1700, 1050, 390):
        shown(page, width)
        assert too_wide(page) == []
    assert barriers(page) + faint(page) == []
    shown(page, 1050, scheme="dark")
    assert faint(page) == []
