"""The questions in a browser: the same answers as elsewhere, complaints at their fields, links and downloads."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

import paxsilica as pax

TEXT = """schema: paxsilica/scenario@1
title: A tariff
measures:
  - {id: flat, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%}
"""


def test_every_question_has_a_form_with_its_fields(served: Any) -> None:
    page = served.get("/ask/coerce")
    assert page.status == 200
    for name in ("sender", "target", "sectors", "share", "horizon"):
        assert f'name="{name}"' in page.text
    assert 'name="keep"' not in page.text


def test_an_answer_by_json_is_that_of_python(served: Any) -> None:
    reply = served.post("/ask/coerce", b'{"sender": "CHN", "target": "IND", "bands": false}')
    assert reply.status == 200
    rows = {
        json.dumps({k: v for k, v in r.items() if k != "value"}, sort_keys=True): r["value"]
        for r in json.loads(reply.text)["findings"]
    }
    own = pax.ask(pax.Coerce(sender="CHN", target="IND", bands=False)).findings.rows(detail=False)
    for row in own:
        key = json.dumps({k: v for k, v in row.items() if k != "value"}, sort_keys=True)
        assert rows[key] == pytest.approx(row["value"], rel=1e-9, abs=1e-12)
    assert len(own) == len(rows)


def test_a_link_holds_the_question_and_its_page_says_the_answer(served: Any) -> None:
    page = served.awaited("/q/coerce?sender=China&target=IND&bands=off")
    assert page.status == 200
    link = re.search(r'id="permalink" href="([^"]+)"', page.text)
    assert link is not None
    again = served.get(link[1].replace("&amp;", "&"))
    lead = r'<p class="lead">(.*?)</p>'
    assert re.search(lead, again.text)[1] == re.search(lead, page.text)[1]


def test_downloads_are_what_the_command_line_writes(served: Any) -> None:
    table = served.get("/q/coerce/csv?sender=CHN&target=IND&bands=off")
    rows = [*csv.DictReader(io.StringIO(table.text))]
    assert {"variable", "value", "unit"} <= {*rows[0]}
    assert table.headers["content-disposition"] == 'attachment; filename="paxsilica-coerce.csv"'
    whole = served.get("/q/coerce/html?sender=CHN&target=IND&bands=off")
    assert whole.text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("path", "field", "said"),
    [
        ("/q/coerce?sender=CHM&target=IND", "", "CHM"),
        ("/q/coerce?sender=CHN", "", "name a sender and a target"),
        ("/q/run?file=/etc/passwd", "file", "the browser opens no files"),
        ("/q/run?file=../x.yaml", "file", "the browser opens no files"),
        ("/q/run?file=Makefile", "file", "the browser opens no files"),
        ("/q/run?file=policy:us-law@2026-02-06,src", "file", "the browser opens no files"),
        ("/q/score?prediction=LICENSE", "prediction", "the browser opens no files"),
        ("/q/compare?a=Makefile&b=Makefile", "a", "the browser opens no files"),
        ("/q/negotiate?players=USA,IND&base=Makefile", "base", "the browser opens no files"),
        ("/q/chain?name=Makefile&cut=TWN", "name", "the browser opens no files"),
        ("/q/coerce?sender=CHN&target=IND&baseline=secret", "baseline", "is not packaged"),
        ("/q/coerce?sender=CHN&target=IND&keep=x", "", "the browser has no such field"),
        ("/q/run?text=measures", "", "schema"),
        ("/q/negotiate?players=USA,IND&horizon=soon", "", "is no horizon"),
        ("/q/depend?us=IND&material=galium", "material", "did you mean gallium"),
        (
            "/q/coerce?sender=CHN&target=IND&by_sector=on",
            "by_sector",
            "by sector is of the matrix; add matrix",
        ),
        ("/q/sweep?file=x.yaml", "", "the browser has no such field"),
        ("/q/negotiate?players=USA,IND&trade=x", "", "the browser has no such field"),
    ],
)
def test_what_is_wrong_stands_at_its_field(served: Any, path: str, field: str, said: str) -> None:
    page = served.awaited(path)
    assert page.status == 422, page.text[:300]
    if field:
        about = re.search(rf'id="about-{field}">(.*?)</p>', page.text, re.DOTALL)
        assert about is not None
        assert said in about[1]
    else:
        assert said in page.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 400),
        (b'{"sender": 3, "target": "IND"}', 422),
        (b'{"sender": "CHN", "target": "IND", "share": "150%"}', 422),
        (b'{"nothing": 1}', 422),
        (b"\xff", 400),
        (b'{"sender": "CHN", "target": "IND", "baseline": "/etc"}', 422),
    ],
)
def test_a_wrong_body_is_said_in_one_line(served: Any, body: bytes, status: int) -> None:
    reply = served.post("/ask/coerce", body)
    assert reply.status == status
    assert "\n" not in json.loads(reply.text)["wrong"]


def test_a_scenario_by_its_text(served: Any) -> None:
    reply = served.post("/ask/run", json.dumps({"text": TEXT, "bands": False}).encode())
    assert reply.status == 200
    (india,) = [
        f["value"]
        for f in json.loads(reply.text)["findings"]
        if f["variable"] == "real_income" and f.get("region") == "IND"
    ]
    own = pax.ask(pax.Run(text=TEXT, bands=False))
    assert india == pytest.approx(own.findings.value("real_income", region="IND"), rel=1e-9)
