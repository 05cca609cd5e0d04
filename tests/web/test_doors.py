"""Every question is answered by the command line, Python, an agent's client and a browser with the same findings."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from typing import Any

import pytest
from mcp import Client

import paxsilica as pax
from paxsilica import cli
from paxsilica.desk import Desk
from paxsilica.findings import row_id
from paxsilica.mcp import MOST, Assistant, server_of
from paxsilica.questions.registry import QUESTIONS, question_class

TARIFF = """schema: paxsilica/scenario@1
title: A tariff
measures:
  - {{id: flat, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: {}}}
"""
DAY = "2026-03-01"
NEWS = """BRASILIA, March 2, 2026 - Brazil faces US tariffs of 40 per cent on its goods.

The minister said Brazil will buy 50 aircraft by 1 July 2027.
"""
DUTIES = """schema: paxsilica/sweep@1
title: Duties
question: run
fields: {{text: "{}"}}
vary: {{measures.flat.rate: {{from: 10%, to: 50%, steps: 3, name: duty}}}}
keep: [real_income]
regions: [IND, USA]
""".format(TARIFF.format("50%").replace("\n", "\\n"))

ASKED: dict[str, dict[str, Any]] = {
    "depend": {"us": "IND", "material": "lithium"},
    "chain": {"name": "nuclear-fuel", "cut": "RUS", "days": 30, "as_of": DAY},
    "ally": {"members": "USA,JPN", "add": "IND", "value": "preference", "as_of": DAY},
    "coerce": {"sender": "CHN", "target": "IND", "sectors": "C26", "bands": False},
    "negotiate": {
        "players": "USA,IND",
        "nash": True,
        "among": True,
        "detail": "uniform",
        "sectors": "C26",
        "offers": False,
        "bands": False,
        "as_of": DAY,
    },
    "divert": {"exporter": "IND", "hit_by": "USA=50%", "sectors": "C26", "as_of": DAY},
    "target": {
        **{"side": "USA", "partner": "IND", "goal": "500", "by": "2030", "trade": "190"},
        **{"since": "2024", "bands": False, "as_of": DAY},
    },
    "compare": {"a": TARIFF.format("50%"), "b": TARIFF.format("18%"), "bands": False},
    "score": {},
    "run": {"text": TARIFF.format("50%"), "bands": False, "as_of": DAY},
    "sweep": {"text": DUTIES},
    "brief": {"text": NEWS, "run": True, "numbers": True, "as_of": DAY},
}
"""One of each kind of the packaged baseline, as small as it can be."""


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
