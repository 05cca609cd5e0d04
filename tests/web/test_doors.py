"""Every question is answered by the command line, Python, an agent's client and a browser with the same findings."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import sys
from typing import Any

import pytest
from asked import ASKED
from mcp import Client

import paxsilica as pax
from paxsilica import cli
from paxsilica.desk import Desk
from paxsilica.findings import row_id
from paxsilica.mcp import MOST, Assistant, server_of
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.web.fields import form_of, joined_values, question_of, written_of


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


async def told(name: str, fields: dict[str, Any], desk: Desk) -> Any:
    """What an agent's client is told."""
    async with Client(server_of(Assistant(desk))) as client:
        return (await client.call_tool(name, fields)).structured_content


def test_every_question_is_held_to_this() -> None:
    assert {*ASKED} == {*QUESTIONS}


@pytest.mark.parametrize("kind", ASKED)
def test_four_doors_find_the_same(
    kind: str, served: Any, desk: Desk, monkeypatch: Any, capsys: Any, tmp_path: Any
) -> None:
    fields = ASKED[kind]
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *a, **k: str(tmp_path))
    question = question_class(kind)(**fields)
    rows = pax.ask(question, desk).findings.rows(detail=False)
    assert rows
    reply = served.post(f"/ask/{kind}", json.dumps(fields).encode())
    assert reply.status == 200, reply.text[:300]
    _same(json.loads(reply.text)["findings"], rows)
    agent = asyncio.run(told(kind, fields, desk))
    assert [one["name"] for one in agent["findings"]] == [row_id(row) for row in rows[:MOST]]
    _same(
        [{"value": one["value"]} for one in agent["findings"]],
        [{"value": r["value"]} for r in rows[:MOST]],
    )
    monkeypatch.setattr(sys, "argv", [*shlex.split(question.command()), "--json"])
    monkeypatch.setattr("paxsilica.desk.Desk", lambda *a, **k: desk)
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 0
    _same(json.loads(capsys.readouterr().out)["findings"], rows)


def _same(found: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """The same rows in the same order; numbers to what two processes may differ by."""
    assert len(found) == len(rows)
    for one, other in zip(found, rows, strict=True):
        numbers = [name for name in ("value", "low", "high") if name in one]
        assert {k: v for k, v in one.items() if k not in numbers} == {
            k: v for k, v in other.items() if k not in numbers
        }
        for name in numbers:
            told, own = one[name], other[name]
            assert (told is None) == (own is None)
            assert told is None or told == pytest.approx(own, rel=1e-7, abs=1e-8), other


@pytest.mark.parametrize("kind", ASKED)
def test_a_form_that_is_sent_as_it_stands_asks_what_its_options_would(kind: str) -> None:
    """Every default is written as its reader reads it, and a box that is not ticked says so."""
    asks = question_class(kind)(**ASKED[kind])
    shown = form_of(type(asks), written_of(asks))
    ticks = {
        one.name: ["off", *["on"] * (one.value == "on")] for one in shown if one.kind == "check"
    }
    sent = {one.name: joined_values(ticks.get(one.name, [one.value])) for one in shown}
    assert question_of(kind, sent) == asks
    assert form_of(type(asks), sent) == [one._replace(value=sent[one.name]) for one in shown]


def test_a_box_that_is_unticked_says_so(served: Any) -> None:
    page = served.get("/ask/compare").text
    assert '<input type="hidden" name="bands" value="off"><input id="f-bands"' in page
    two = served.get("/ask/compare?a=policy:us-law@2025-08-27&elasticities=fontagne,uniform_4").text
    assert "<option selected>fontagne,uniform_4</option>" in two
    again = served.get("/q/coerce?sender=China&target=Indja&relief=off&relief=on&matrix=off").text
    assert re.search(r'id="f-relief"[^>]* checked', again)
    assert not re.search(r'id="f-matrix"[^>]* checked', again)
    asked = question_of("compare", {"a": "policy:us-law@2025-08-27", "bands": "off"})
    assert asked.written["bands"] is False
