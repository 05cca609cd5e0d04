"""Texts in a browser: pasted or dropped they are read, marked and drafted; what is malicious ends its own process alone."""

from __future__ import annotations

import io
import multiprocessing
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import Scheme, barriers, faint, shown, too_wide, watched

import paxsilica as pax
from paxsilica.errors import InputError
from paxsilica.policy import parse_scenario
from paxsilica.web import record_reading
from paxsilica.web.record_page import EXAMPLE_TEXT
from paxsilica.web.record_reading import Upload, read_uploads

EXAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "examples"
NEWS = "BRASILIA, 3 April 2026 - The United States imposed a tariff of 25 percent on all goods from Brazil on 1 April 2026."
OPEN = (
    "LONDON, April 3, 2026 - Japan imposed a tariff on all goods from Brazil on 1 April 2026. "
    "Kenya will open a school by 1 May 2026, the minister said."
)
HOSTILE = (
    f'<script>window.hurt = 1</script><img src="x" onerror="window.hurt = 2"> {NEWS} '
    '"<svg onload=alert(1)>Brazil will buy rice by 1 May 2026", <b onmouseover="window.hurt=3">Lula</b> said.'
)
EDGE = "edge-of-parts"


def form_body(files: Sequence[tuple[str, bytes]] = (), **fields: str) -> bytes:
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts += [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'.encode()
        + b"Content-Type: application/octet-stream\r\n\r\n"
        + data
        + b"\r\n"
        for name, data in files
    ]
    return b"".join(parts) + f"--{EDGE}--\r\n".encode()


def sent(served: Any, files: Sequence[tuple[str, bytes]] = (), **fields: str) -> Any:
    headers = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
    return served.post("/record", form_body(files, **fields), **headers)


def complaint(reply: Any) -> str:
    (said,) = re.findall(r'role="alert" id="wrong">(.*?)</p>', reply.text, re.DOTALL)
    return unescape(said)


def plain(reply: Any) -> str:
    """The words of a page, with plain blanks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", reply.text)).split())


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "/"), data)
    return file.getvalue()


def pdf_of(pages: int, content: bytes = b"") -> bytes:
    """A PDF of so many pages that share one stream of content, packed."""
    kids = b" ".join(b"%d 0 R" % (5 + at) for at in range(pages))
    packed = zlib.compress(content, 9)
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    leaf = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>"
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
    tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages)
    whole, places = b"%PDF-1.4\n", []
    for at, body in enumerate(
        [b"<</Type/Catalog/Pages 2 0 R>>", tree, font, stream, *[leaf] * pages], 1
    ):
        places.append(len(whole))
        whole += b"%d 0 obj%sendobj\n" % (at, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    foot = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(whole))
    return whole + head + table + foot


def test_a_text_is_read_marked_and_drafted(served: Any) -> None:
    reply = sent(served, text=NEWS, as_of="2026-12-01")
    assert reply.status == 200
    (run,) = re.findall(r'href="(/q/run\?[^"]+)"', reply.text)
    (other,) = re.findall(r'href="(/scenario\?[^"]+)"', reply.text)
    run = unescape(run)
    assert urlsplit(run).query == urlsplit(unescape(other)).query
    (draft,) = parse_qs(urlsplit(run).query)["text"]
    measure: Any
    (measure,) = parse_scenario(draft).measures
    assert (measure.kind, *measure.importer, *measure.exporter) == ("tariff", "USA", "BRA")
    assert '<span class="measure">' in reply.text
    marked = re.search(r'id="words-1"[^>]*>(.*?)</div>', reply.text, re.DOTALL)
    assert marked is not None  # whole and unchanged under its marks
    assert unescape(re.sub(r"<[^>]+>", "", marked[1])) == NEWS
    assert served.get(run.replace("/q/run?", "/q/run/json?")).status == 200  # waits for it
    answered = served.get(run)
    assert answered.status == 200
    found = pax.ask(pax.Run(text=draft)).findings.value("real_income", region="BRA")
    said = re.search(r"income of Brazil falls by ([\d.]+) %", plain(answered))
    assert said is not None
    assert float(said[1]) == pytest.approx(-found, rel=5e-3)


def test_what_needs_a_person_is_said_with_its_reason(served: Any) -> None:
    reply = sent(served, text=OPEN)
    part = re.search(r'id="needs".*?</details>', reply.text, re.DOTALL)
    assert part is not None
    assert "Japan" in part[0]
    assert "rate" in part[0]
    assert "/q/run?text" not in reply.text


def test_promises_are_judged_on_the_day_that_is_given(served: Any) -> None:
    for day, status in (("2026-05-03", "overdue by 2 days"), ("2026-04-30", "due in 1 day")):
        assert status in plain(sent(served, text=OPEN, as_of=day))


def test_two_files_are_read_together_and_called_as_here(served: Any) -> None:
    files = [
        (name, (EXAMPLES_FOLDER / name).read_bytes())
        for name in ("briefing.md", "joint-statement.md")
    ]
    reply = sent(served, files)
    assert reply.status == 200
    assert "2 texts report" in reply.text
    assert "text-2.md" in reply.text
    assert "joint-statement" not in reply.text


def test_what_is_pasted_is_text_again_in_its_field(served: Any) -> None:
    page = served.get("/record?text=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page.text
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize(
    ("files", "fields", "said"),
    [
        ([("a.docx", zipped(word_document=b"\0" * 60_000_000))], {}, "unpacks to 60 MB"),
        ([("a.docx", b"PK\x03\x04 word/ and no more")], {}, "is a broken Word file"),
        ([("a.pdf", pdf_of(10_000))], {}, "has 10,000 pages"),
        ([("a.pdf", b"%PDF-1.7 and no more")], {}, "is a broken PDF"),
        (
            [("a.pdf", pdf_of(1, b"BT /F 9 Tf (a ) Tj ET\n" * 15_000_000))],
            {},
            "more time or memory",
        ),
        ([("../../../etc/passwd", b"x")], {}, "is a path"),
        ([("..\\\\..\\\\x.txt", b"x")], {}, "is a path"),
        ([("/etc/passwd", b"x")], {}, "is a path"),
        ([("a.txt", bytes(range(256)) * 9)], {}, "is a binary file"),
        ([("a.html", b"<html><script>window.hurt = 1</script></html>")], {}, "without the text"),
        ([("a.html", b"<html><body>" + b"<div>" * 300_000)], {}, "without the text"),
        ([("a.txt", b"a" * 4_900_000), ("b.txt", b"b" * 200_000)], {}, "5,100,000 bytes"),
        ([(f"{at}.txt", b"a") for at in range(11)], {}, "Too many files"),
        ([], {}, "there is no text"),
        ([], {"text": " \n"}, "there is no text"),
        ([], {"text": NEWS, "as_of": "soon"}, "is no date"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_one_line(
    served: Any, files: list[tuple[str, bytes]], fields: dict[str, str], said: str
) -> None:
    reply = sent(served, files, **fields)
    assert reply.status == 422
    line = complaint(reply)
    assert said in line
    assert "\n" not in line
    assert "/" not in line.partition(":")[0]
    assert served.get("/record").status == 200


def test_a_body_that_is_no_form_is_refused(served: Any) -> None:
    for body, kind in (
        (b"{}", "application/json"),
        (b"--x", f"multipart/form-data; boundary={EDGE}"),
    ):
        assert served.post("/record", body, **{"Content-Type": kind}).status == 422


def test_a_text_may_be_larger_than_a_question_but_not_than_its_page(served: Any) -> None:
    whole = b"a" * 5_600_000
    reply: Any = None
    try:
        reply = sent(served, [("a.txt", whole)])
    except OSError:  # the server closed the line before all was sent
        return
    assert reply.status == 413


def test_what_takes_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_reading, "SECONDS", 0.01)
    with pytest.raises(InputError, match="more time or memory"):
        read_uploads([Upload(NEWS.encode(), "text-1.txt")], date(2026, 12, 1))
    assert not multiprocessing.active_children()


@pytest.fixture
def visit(browser: Any, served: Any) -> Iterator[Any]:
    """A page that must neither complain nor ask elsewhere."""
    size = {"width": 1280, "height": 900}
    with watched(browser, (served.url, "data:"), viewport=size) as (page, said):
        page.on("dialog", lambda dialog: said.extend([dialog.message, str(dialog.dismiss())]))
        yield page
    assert said == []


def fits_everybody(page: Any) -> None:
    views: list[tuple[int, Scheme]] = [(1280, "light"), (1280, "dark"), (390, "light")]
    for width, scheme in views:
        shown(page, width, scheme)
        assert barriers(page) + faint(page) + too_wide(page) == []


def test_a_text_is_pasted_read_and_its_draft_run(visit: Any, served: Any) -> None:
    visit.goto(f"{served.url}/record")
    fits_everybody(visit)
    visit.click("text=an example")
    assert visit.input_value("#text") == EXAMPLE_TEXT
    visit.click("button:has-text('Read')")
    visit.wait_for_selector("#texts .measure")
    assert visit.locator("#words-1").is_visible()
    assert visit.locator("#drafts").is_visible()
    fits_everybody(visit)
    visit.click("text=Run it")
    visit.wait_for_selector("#permalink")
    assert "India" in visit.inner_text(".lead")


@pytest.mark.parametrize("way", ["pasted", "as a page"])
def test_script_in_a_text_does_not_run(visit: Any, served: Any, way: str) -> None:
    visit.goto(f"{served.url}/record")
    if way == "pasted":
        visit.fill("#text", HOSTILE)
    else:
        paragraphs = f"<p>{HOSTILE}</p>" * 3
        head = "<head><title><script>window.hurt=4</script></title></head>"
        whole = f"<!doctype html><html>{head}<body><article>{paragraphs}</article></body></html>"
        visit.set_input_files(
            "#files",
            {"name": "<img src=x>.html", "mimeType": "text/html", "buffer": whole.encode()},
        )
    visit.click("button:has-text('Read')")
    visit.wait_for_selector("#words-1")
    assert visit.evaluate("window.hurt") is None
    assert visit.locator("#words-1 img, #words-1 script, #words-1 svg, #words-1 b").count() == 0
    if way == "pasted":
        assert "<script>window.hurt = 1</script>" in visit.inner_text("#words-1")


def test_too_large_a_file_is_said_before_it_is_sent(visit: Any, served: Any) -> None:
    visit.goto(f"{served.url}/record")
    large = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"a" * 5_000_001}
    visit.set_input_files("#files", large)
    visit.click("button:has-text('Read')")
    assert "5,000,001 bytes" in visit.inner_text("#reading")
    assert visit.url == f"{served.url}/record"


def test_a_file_is_dropped_on_the_page(visit: Any, served: Any) -> None:
    visit.goto(f"{served.url}/record")
    visit.evaluate(
        """text => {
            const held = new DataTransfer();
            held.items.add(new File([text], "news.txt", { type: "text/plain" }));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
        }""",
        NEWS,
    )
    visit.click("button:has-text('Read')")
    visit.wait_for_selector("#drafts")
    assert "Brazil" in visit.inner_text("#words-1")
