"""Every question answers with the same findings from the command line, Python and an agent's client."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from pathlib import Path

import jsonschema
import pytest
from ally_worlds import allied_world
from coercion_world import coercion_world
from mcp import Client
from sweep_world import folder_of

import paxsilica as pax
from paxsilica import cli
from paxsilica.data import write_economy
from paxsilica.desk import Desk
from paxsilica.errors import Cancelled, InputError, LabelError
from paxsilica.findings import row_id
from paxsilica.mcp import MOST, Assistant, server_of
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.report.envelope import answer_schema

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
BRIEFING, TARIFF, CUT = (
    str(EXAMPLES / name)
    for name in ("briefing.md", "us-india-tariff-50.yaml", "us-india-cut-18.yaml")
)
SAID, CAME = (str(EXAMPLES / f"made-up-{name}.csv") for name in ("prediction", "outcomes"))


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("own") / "lands.npz"
    write_economy(coercion_world(), path)
    return str(path)


@pytest.fixture(scope="module")
def asked(own, tmp_path_factory) -> dict:
    """A question of each kind, small enough to be asked three times."""
    allies = str(tmp_path_factory.mktemp("allies") / "small.npz")
    write_economy(allied_world(), allies)
    return {
        "ally": {
            "members": "USA,JPN",
            "add": "IND",
            "value": "preference",
            "as_of": "2026-01-16",
            "baseline": allies,
        },
        "brief": {"files": [BRIEFING], "numbers": True},
        "chain": {"name": "nuclear-fuel", "cut": "RUS", "days": 30, "as_of": "2026-03-01"},
        "coerce": {"matrix": True, "regions": "R0,R1", "sectors": "C26", "baseline": own},
        "compare": {"a": TARIFF, "b": CUT, "bands": False},
        "divert": {"exporter": "R1", "hit_by": "R0=50%", "sectors": "C26", "baseline": own},
        "negotiate": {
            "players": ["R0", "R1"],
            "nash": True,
            "detail": "uniform",
            "bands": False,
            "baseline": own,
        },
        "target": {
            **{"side": "USA", "partner": "IND", "trade": 8, "since": "2024-25", "goal": "30"},
            **{"by": "2030", "purchases": "C26=1", "as_of": "2026-03-01", "baseline": allies},
        },
        "sweep": {
            "file": str(folder_of(tmp_path_factory.mktemp("sweep"), 2) / "sweep.yaml"),
            "workers": 1,
        },
        "run": {"file": TARIFF, "as_of": "2025-08-27", "bands": False},
        "depend": {"us": "IND", "material": "lithium"},
        "score": {
            **{"prediction": SAID, "outcomes": CAME, "importer": "USA"},
            "periods": "2024-10-16,2025-10-16",
        },
    }


def called(name: str, fields: dict, desk: Desk | None = None) -> list[dict]:
    """What an agent's client is told: the result of each call in turn."""

    async def talk() -> list[dict]:
        async with Client(server_of(Assistant(desk))) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            assert tools == {*QUESTIONS, "explain"}
            first = await client.call_tool(name, fields)
            found = [{"error": first.is_error, **(first.structured_content or {})}]
            found[0]["text"] = first.content[0].text
            for finding in (found[0].get("findings") or [])[:1]:
                told = await client.call_tool("explain", {"finding": finding["name"]})
                found.append({"error": told.is_error, **(told.structured_content or {})})
            for wrong in ("unemployment", "unemployment[region=IND]"):
                told = await client.call_tool("explain", {"finding": wrong})
                found.append({"error": told.is_error, "text": told.content[0].text})
            return found

    return asyncio.run(talk())


@pytest.mark.parametrize("name", QUESTIONS)
def test_three_doors_find_the_same(name, asked, monkeypatch, capsys, tmp_path):
    fields = asked[name]
    for folder in ("user_cache_dir", "user_data_dir"):
        monkeypatch.setattr(f"platformdirs.{folder}", lambda *a, **k: str(tmp_path))
    question = question_class(name)(**fields)
    answer = pax.ask(question)
    rows = answer.findings.rows(detail=False)
    assert rows
    monkeypatch.setattr(sys, "argv", [*shlex.split(question.command()), "--json"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    printed = capsys.readouterr()
    assert stop.value.code == 0, printed.err
    said = json.loads(printed.out)
    jsonschema.validate(said, answer_schema())
    assert said["findings"] == rows
    told, explained, *refused = called(name, fields)
    assert not told["error"], told["text"]
    assert [f["value"] for f in told["findings"]] == [row["value"] for row in rows[:MOST]]
    assert [f["name"] for f in told["findings"]] == [row_id(row) for row in rows[:MOST]]
    assert told["summary"] == said["summary"]
    assert told["sources"]
    assert explained["value"] == rows[0]["value"]
    assert explained["source"]
    for answer in refused:
        assert answer["error"]
        assert "do not state a number" in answer["text"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_a_page_that_is_looked_at_and_a_type(name):
    pages = (EXAMPLES.parent / "tests" / "every_page.py").read_text(encoding="utf-8")
    assert f'"{name}' in pages, f"no page of {name} is held to a browser: tests/every_page.py"
    package = Path(pax.__file__).read_text(encoding="utf-8")
    assert f"import {name.title()} as {name.title()}" in package, "type checkers do not know it"


def test_a_wrong_call_is_one_line_that_names_the_field(own):
    told = called("coerce", {"sender": "R0", "target": "R1", "shar": "50%", "baseline": own})[0]
    assert told["error"]
    assert "did you mean share?" in told["text"]
    told = called("coerce", {"sender": "R0", "target": "R9", "baseline": own})[0]
    assert told["error"]
    assert "R9" in told["text"]


def test_a_field_that_is_unknown_missing_or_wrong_is_an_input_error():
    with pytest.raises(InputError, match=r"did you mean sectors\?"):
        pax.Coerce(sender="A", target="B", sector="C26")
    with pytest.raises(InputError, match=r"share: .*no % sign; write 50%"):
        pax.Coerce(sender="A", target="B", share="0.5")
    with pytest.raises(InputError, match="as_of: 2026-02-30 does not exist"):
        pax.Coerce(sender="A", target="B", as_of="2026-02-30")
    with pytest.raises(InputError, match=r"share: .*; as_of: "):
        pax.Coerce(sender="A", target="B", share="x", as_of="y")


def test_what_is_asked_can_be_stopped_and_is_told(own):
    told = []
    desk = Desk(lambda what, done, all_: told.append(what))
    desk.economy(own)
    assert told == [f"loading {own}"]
    assert desk.economy(own) is desk.economy(own)
    desk.cancel()
    with pytest.raises(Cancelled):
        pax.ask(pax.Coerce(matrix=True, regions="2", baseline=own), desk)


def test_an_answer_shows_its_sentence_picture_and_numbers(asked):
    answer = pax.ask(pax.Coerce(**asked["coerce"]))
    shown = answer._repr_html_()
    assert "<svg" in shown
    assert "<script" not in shown
    assert "Real income" in shown
    assert "real_income" not in shown
    assert "%" in shown


def test_an_answer_is_written_from_python(asked, tmp_path):
    page = pax.report(pax.ask(pax.Coerce(**asked["coerce"])), tmp_path / "cut")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_assistant_forgets_nothing_it_was_just_told_and_refuses_what_it_never_said(asked):
    assistant = Assistant()
    assert assistant.explain("real_income")["meaning"]
    with pytest.raises(LabelError, match="do not state a number"):
        assistant.explain("inflation")
    told = assistant.ask("coerce", asked["coerce"])
    with pytest.raises(LabelError, match="no finding"):
        assistant.explain("real_income[region=IND]")
    with pytest.raises(InputError, match="no answer 'x'"):
        assistant.explain(told["findings"][0]["name"], "x")
    found = assistant.explain(told["findings"][0]["name"], told["answer"])
    assert found["certificate"]["status"] == "converged"
    assert found["unit"]


def test_a_desk_keeps_each_set_of_elasticities_apart_and_stops_at_the_next_step(own):
    desk = Desk()
    given, four = desk.economy(own), desk.economy(own, "uniform_4")
    assert set(four.trade_elasticity) == {4.0} != set(given.trade_elasticity)
    desk.cancel()
    with pytest.raises(Cancelled, match="stopped while reading"):
        desk.progress("reading")


def test_the_key_of_an_answer_follows_the_question_and_the_data_behind_it():
    names, asks = pax.Names(pax.load_economy()), pax.Coerce(sender="UK", target="IND")
    keys = {asks.key(names, *digests) for digests in ((), ("a",), ("b",), ("a", "b"))}
    keys.add(pax.Coerce(sender="UK", target="IND", share="50%").key(names))
    assert len(keys) == 5
    assert asks.key(names, "a") == pax.Coerce(sender="GBR", target="India").key(names, "a")


def test_an_earlier_answer_can_still_be_explained(own):
    assistant = Assistant()
    pair = {"matrix": True, "regions": "R0,R1", "baseline": own}
    first, second = (assistant.ask("coerce", pair | {"sectors": s}) for s in ("C26", "C28"))
    for told in (first, second):
        finding = next(f for f in told["findings"] if f["name"].startswith("real_income["))
        assert assistant.explain(finding["name"], told["answer"])["value"] == finding["value"]
    assert first["findings"] != second["findings"]


def test_an_answer_asked_again_is_the_last_one(own):
    """What is explained without an id is what was said last."""
    assistant = Assistant()
    pair = {"matrix": True, "regions": "R0,R1", "baseline": own}
    first, _, again = (
        assistant.ask("coerce", pair | {"sectors": s}) for s in ("C26", "C28", "C26")
    )
    assert first["answer"] == again["answer"]
    finding = next(f for f in again["findings"] if f["name"].startswith("real_income["))
    assert assistant.explain(finding["name"])["value"] == finding["value"]
