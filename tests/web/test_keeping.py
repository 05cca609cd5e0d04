"""Permalinks and what is kept: the same answer again, at once; whole after a kill; without a store all the same."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import pytest
from served import Served, serving

from paxsilica import __version__
from paxsilica.brief.store import open_store

PAIR = "sender=CHN&target=IND&bands=off"
LEAD = r'<p class="lead">(.*?)</p>'
TEXT = """schema: paxsilica/scenario@1
title: A tariff
measures:
  - {id: flat, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%}
"""


@contextmanager
def storing(store: Path) -> Iterator[Served]:
    """A server of its own with a store that is named."""
    with open_store(store):
        pass
    with serving(store.parent, "--store", str(store)) as served:
        yield served


def kept_rows(store: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(store) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return plain.execute("SELECT key, form FROM brief_answers ORDER BY number").fetchall()


def permalink(text: str) -> str:
    found = re.search(r'id="permalink" href="([^"]+)"', text)
    assert found is not None
    return unescape(found[1])


def test_an_answer_is_kept_once_and_is_the_same_after_a_new_start(tmp_path: Path) -> None:
    store = tmp_path / "kept.sqlite"
    with storing(store) as served:
        first = served.awaited(f"/q/coerce?{PAIR}")
        assert first.status == 200
        assert served.get(f"/q/coerce?{PAIR}").text.count("<h1") == 1
        assert served.get("/q/coerce/csv?sender=China&target=India&bands=off").status == 200
        assert served.get(f"/q/coerce/csv?{PAIR}").status == 200
        kept = served.get(f"/q/coerce/json?{PAIR}").text
    rows = kept_rows(store)
    assert [form for _, form in rows] == ["page", "csv", "json"]
    assert len({key for key, _ in rows}) == 1, "China is CHN: the same question"
    with storing(store) as served:
        again = served.get(f"/q/coerce?{PAIR}")
        assert served.get(f"/q/coerce/json?{PAIR}").text == kept, "with the moment it was made"
    assert re.search(LEAD, again.text)[1] == re.search(LEAD, first.text)[1]
    assert kept_rows(store) == rows


def test_killed_in_the_middle_nothing_is_broken_left_over_or_doubled(tmp_path: Path) -> None:
    store = tmp_path / "kept.sqlite"
    with storing(store) as served:
        served.awaited(f"/q/coerce?{PAIR}")
        workers = psutil.Process(served.process.pid).children(recursive=True)
        assert served.get("/q/coerce?matrix=on&regions=60").status == 202
        served.process.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(workers, timeout=20)
        assert not alive
    before = kept_rows(store)
    with storing(store) as served:
        served.awaited(f"/q/coerce?{PAIR}")
        page = served.awaited("/q/coerce?matrix=on&regions=60")
        assert page.status == 200
    rows = kept_rows(store)
    assert rows[: len(before)] == before
    assert len({*rows}) == len(rows) == 2


def test_a_locked_store_is_one_line_and_the_page_answers(tmp_path: Path) -> None:
    store = tmp_path / "kept.sqlite"
    with storing(store) as served:
        other = sqlite3.connect(store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        page = served.awaited(f"/q/coerce?{PAIR}")
        assert page.status == 200
        said = re.search(r'role="status">This answer is not kept: (.*?)</p>', page.text)
        assert said is not None
        assert "locked" in said[1]
        assert str(tmp_path) not in page.text
        begun = time.monotonic()
        assert "is not kept" in served.get(f"/q/coerce?{PAIR}").text
        assert time.monotonic() - begun < 5, "the store is not asked each time"
        other.close()
    assert kept_rows(store) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stopped_leaves_no_process(how: signal.Signals, tmp_path: Path) -> None:
    with storing(tmp_path / "kept.sqlite") as served:
        assert served.get("/q/ally?members=pax-silica&add=IND").status == 202
        workers = psutil.Process(served.process.pid).children(recursive=True)
        assert len(workers) >= 2
        begun = time.monotonic()
        served.process.send_signal(how)
        served.process.wait(15)
        _, alive = psutil.wait_procs(workers, timeout=10)
        assert not alive
        assert time.monotonic() - begun < 10


def test_a_long_question_has_a_link_by_its_hash(served: Any) -> None:
    text = TEXT + "".join(f"# line {n} of a long remark\n" for n in range(250))
    path = f"/q/run?text={quote(text)}&bands=off"
    page = served.awaited(path)
    link = permalink(page.text)
    assert re.fullmatch(r"/q/run\?h=[0-9a-f]{64}", link)
    again = served.awaited(link)
    assert re.search(LEAD, again.text)[1] == re.search(LEAD, page.text)[1]
    assert permalink(again.text) == link
    form = served.get(link.replace("/q/", "/ask/"))
    assert "line 249 of a long remark" in form.text
    table = served.get(link.replace("/q/run", "/q/run/csv"))
    assert table.text.startswith("variable,")
    assert served.get(link.replace("/q/run", "/q/coerce")).status == 404
    gone = served.get(f"/q/run?h={'0' * 64}")
    assert gone.status == 404
    assert "is kept here" in gone.text


def test_a_link_of_another_version_says_what_changed(served: Any) -> None:
    page = served.awaited(f"/q/coerce?{PAIR}&v=0.0.1&colour=red")
    assert page.status == 200
    assert f"made by version 0.0.1, and is answered by {__version__}" in page.text
    assert "There is no field colour any more" in page.text
    link = permalink(page.text)
    assert urlsplit(link).query.endswith(f"v={__version__}")
    assert "colour" not in link
    assert "made by version" not in served.awaited(link).text
    wrong = served.get(f"/q/coerce?{PAIR}&colour=red&v={__version__}")
    assert wrong.status == 422


def test_an_injected_version_is_text(served: Any) -> None:
    page = served.get(f"/ask/coerce?v={quote('<script>x</script>')}&{quote('<b>')}=1")
    assert "<script>x" not in page.text
    assert "<b>" not in page.text


def test_a_chart_is_had_alone_as_svg_and_png(served: Any) -> None:
    page = served.awaited(f"/q/coerce?{PAIR}")
    links = re.findall(r'href="(/q/coerce/svg/[^"]+)"', page.text)
    assert links
    svg = served.get(unescape(links[0]))
    assert svg.status == 200
    assert svg.text.startswith("<svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.headers["content-disposition"].endswith('.svg"')
    png = served.get(unescape(links[0]).replace("/svg/", "/png/", 1))
    assert png.headers["content-type"] == "image/png"
    assert "PNG" in png.text[:8]
    assert served.get(f"/q/coerce/svg/no-such?{PAIR}").status == 422
    assert served.get(f"/q/coerce/gif/no-such?{PAIR}").status == 404


def test_stopping_leads_back_to_the_form(served: Any) -> None:
    page = served.get("/q/ally?members=pax-silica&add=IND&as_of=2026-03-01")
    assert page.status == 202
    number = re.search(r'data-job="(\d+)"', page.text)
    assert number is not None
    form = served.post(f"/jobs/{number[1]}/cancel", b"")
    assert form.status == 200
    assert 'name="members"' in form.text
    assert 'value="2026-03-01"' in form.text
    assert served.post("/jobs/99999/cancel", b"").status == 404


def test_who_asks_the_same_waits_for_the_same(served: Any) -> None:
    path = "/q/ally?members=pax-silica&add=IND&as_of=2026-03-02"
    first, second = (re.search(r'data-job="(\d+)"', served.get(path).text) for _ in "ab")
    assert first is not None
    assert second is not None
    assert first[1] == second[1]
    served.post(f"/jobs/{first[1]}/cancel", b"")


def test_a_download_by_a_program_waits_for_its_file(served: Any) -> None:
    body = json.loads(served.get("/q/depend/json?us=IND&them=CHN").text)
    assert body["question"]["us"] == ["IND"]
