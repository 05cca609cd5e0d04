"""The first page, the promises that fall due and About the data: what they say is what other doors say."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tomllib
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from browsing import Scheme, barriers, faint, shown, too_wide, watched

import paxsilica as pax
from paxsilica.data import load_economy
from paxsilica.data.sources import PACKAGED
from paxsilica.policy import load_scenario, parse_scenario
from paxsilica.questions.registry import QUESTIONS
from paxsilica.web.fields import question_of
from paxsilica.web.home_page import FIRST_QUESTIONS, INDIA, Promises, kept_promises
from paxsilica.web.page import page

ROOT = Path(__file__).resolve().parents[2]
TEXT = """OSLO, March 2, 2026 - Norway will remove its duty on fish by 1 July 2026, the minister said.

Kenya will open a school by 31 December 2027, the minister said. Kenya will buy tea.
"""


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<script.*?</script>|<[^>]+>", " ", page, flags=re.DOTALL))


def test_the_case_is_that_of_the_example() -> None:
    here, there = (
        parse_scenario(INDIA),
        load_scenario(ROOT / "examples" / "us-india-tariff-50.yaml"),
    )
    assert here.measures == there.measures
    assert (here.baseline, here.assumptions) == (there.baseline, there.assumptions)
    assert here.not_modelled == there.not_modelled


def test_the_case_is_solved_and_says_what_python_finds(served: Any) -> None:
    reply = served.get("/solved")
    assert reply.status == 200
    found = pax.ask(pax.Run(text=INDIA)).findings.value("real_income", region="IND")
    said = re.search(r"real income of India falls by ([\d.]+) %", text_of(reply.text))
    assert said is not None
    assert float(said[1]) == pytest.approx(-found, rel=5e-3)
    assert f"falls by {said[1]} %" in text_of(
        served.get("/").text
    )  # from now on it is there at once


def test_every_question_has_an_example_that_can_be_asked(served: Any) -> None:
    assert {example.kind for example in FIRST_QUESTIONS} == {*QUESTIONS}
    for example in FIRST_QUESTIONS:
        assert question_of(example.kind, example.fields).kind() == example.kind
        assert f'href="{example.link.replace("&", "&amp;")}"' in served.get("/").text
    for example in FIRST_QUESTIONS:
        if example.kind in ("depend", "chain"):
            assert served.get(example.link.replace("?", "/csv?", 1)).status == 200


def test_looking_for_promises_makes_no_store(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert asyncio.run(kept_promises(date(2026, 12, 1))) is None
    assert not [*tmp_path.iterdir()]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user's own store, with one text in it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    text = tmp_path / "secret-folder" / "news.txt"
    text.parent.mkdir()
    text.write_text(TEXT, encoding="utf-8")
    keep = "import sys; from paxsilica.cli.entry import main; main()"
    subprocess.run(
        [sys.executable, "-c", keep, "brief", str(text), "--by", "Test"],
        check=True,
        capture_output=True,
    )
    return tmp_path


def shown_as(promises: Promises | None, day: date) -> str:
    request: Any = SimpleNamespace(state=SimpleNamespace(nonce="n"))
    made = page(request, "promises.html.j2", title="Promises", promises=promises, day=day)
    return bytes(made.body).decode()


def test_promises_are_overdue_or_ahead_by_their_days(kept: Path) -> None:
    found = asyncio.run(kept_promises(date(2026, 12, 1)))
    assert found is not None
    assert [(one.last, one.status) for one in found.overdue] == [
        (date(2026, 7, 1), f"overdue by {31 - 1 + 31 + 30 + 31 + 30 + 1} days")
    ]
    assert [one.last for one in found.ahead] == [date(2027, 12, 31)]
    told = shown_as(found, date(2026, 12, 1))
    assert "remove its duty on fish" in told
    assert "news.txt" in told
    assert "secret-folder" not in told
    early = asyncio.run(kept_promises(date(2026, 7, 1)))  # due on the very day is not overdue
    assert early is not None
    assert not early.overdue
    assert early.ahead[0].status == "due on this day"


def test_a_store_that_cannot_be_read_is_said_without_its_path(
    kept: Path,
) -> None:
    (store,) = kept.rglob("brief.sqlite")
    store.write_bytes(b"no database at all" * 100)
    found = asyncio.run(kept_promises(date(2026, 12, 1)))
    assert found is not None
    assert found.wrong.startswith("your record")
    assert str(kept) not in found.wrong
    assert 'role="alert"' in shown_as(found, date(2026, 12, 1))


def test_about_names_every_source_licence_and_repair(served: Any) -> None:
    told = unescape(text_of(served.get("/about").text)).replace("\u00a0", " ")
    entries = tomllib.loads((PACKAGED / "SOURCES.toml").read_text(encoding="utf-8"))
    for entry in entries.values():
        for part in (entry["title"], entry["licence"], entry["date"]):
            assert part in told
    for note in load_economy("icio2022").notes:
        assert " ".join(note.text.split()) in told
    for limit in pax.ask(pax.Run(text=INDIA, bands=False)).not_modelled[-3:]:
        assert limit in told


@pytest.mark.parametrize("path", ["/", "/about", "/promises"])
def test_pages_can_be_read_by_everybody(browser: Any, served: Any, path: str) -> None:
    with watched(browser, (served.url, "data:")) as (visit, complaints):
        visit.goto(f"{served.url}{path}")
        if path == "/":
            visit.wait_for_selector("#solved svg")
            assert "India" in visit.inner_text("#solved .lead")
        views: list[tuple[int, Scheme]] = [(1280, "light"), (1280, "dark"), (390, "light")]
        for width, scheme in views:
            shown(visit, width, scheme)
            assert barriers(visit) + faint(visit) + too_wide(visit) == []
        assert complaints == []
