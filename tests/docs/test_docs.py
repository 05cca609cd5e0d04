"""README and docs are true: their commands and snippets run, and the numbers they quote are what is found."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import replace
from functools import cache
from importlib import util
from pathlib import Path

import numpy as np
import pytest

import paxsilica as pax
from paxsilica.cli.commands import app
from paxsilica.data import write_economy
from paxsilica.economy import Economy
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.report.pages import report_of

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

KEPT = ("USA", "CHN", "IND", "JPN", "KOR", "RUS", "SAU", "TWN", "DEU", "FRA", "ITA", "GBR", "AUS")
"""Regions of the smaller table that commands with thousands of equilibria are run on; all others are one."""

OWN = {"flows.csv": "importer,", "inputs.csv": "region,", "sectors.csv": "sector,"}
"""Files of a table of one's own, and how those that the docs show begin."""

SERVERS = ("pax mcp", "pax serve")
"""Commands that answer until they are stopped."""

MANY = ("ally", "coerce", "compare", "negotiate")
"""Questions that solve hundreds of equilibria and more."""


def fences(page: Path, *languages: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [body for language, body in found if language in languages]


def commands() -> list[str]:
    lines = [line for page in PAGES for body in fences(page, "", "sh") for line in body.split("\n")]
    said = [re.sub(r"\s+#.*", "", line.strip().removeprefix(".venv/bin/")) for line in lines]
    return sorted(
        {line for line in said if line.startswith("pax ") and not line.startswith(SERVERS)}
    )


def smaller(e: Economy) -> Economy:
    """The same economy with few regions: flows and inputs summed, tariffs weighted by trade."""
    names = [*KEPT, "ROW"]
    of = np.array([names.index(r) if r in KEPT else len(KEPT) for r in e.regions])
    into = (of[:, None] == np.arange(len(names))).astype(float)
    flows = np.einsum("nij,na,ib->abj", e.flows, into, into)
    paid = np.einsum("nij,na,ib->abj", e.flows * e.tariffs, into, into)
    at_home = np.eye(len(names), dtype=bool)[:, :, None]
    groups = {
        name: kept
        for name, members in e.about.region_groups.items()
        if (kept := tuple(region for region in members if region in names))
    }
    tariffs = np.where(at_home, 0.0, paid / np.where(flows > 0, flows, 1.0))
    return Economy.from_flows(
        names,
        e.sectors,
        flows,
        tariffs,
        np.einsum("nkj,na->akj", e.inputs, into),
        e.trade_elasticity,
        about=replace(e.about, region_groups=groups),
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory, request) -> Path:
    """A folder with what docs name: the examples, the files that they show, a table of one's own."""
    here = tmp_path_factory.mktemp("docs")
    for folder in ("examples", "data-nc"):
        shutil.copytree(ROOT / folder, here / folder)
    shown = zip(
        ("my-scenario.yaml", "our-fuel.yaml", "my-chain.yaml"),
        (fences(ROOT / "README.md", "yaml")[0], *fences(ROOT / "docs" / "chains.md", "yaml")),
        strict=True,
    )
    for name, text in shown:
        (here / name).write_text(text, encoding="utf-8")
    (here / "own").mkdir()
    tables = [text for text in fences(ROOT / "docs" / "data.md", "text") if "," in text]
    for name, head in OWN.items():
        (text,) = (table for table in tables if table.startswith(head))
        (here / "own" / name).write_text(text, encoding="utf-8")
    write_economy(smaller(pax.load_economy("icio2022")), here / "small.npz")
    return here


@pytest.fixture
def there(place, monkeypatch) -> Path:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(place / "user"))
    monkeypatch.chdir(place)
    return place


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_docs_runs(command, there, capsys):
    _, *words = shlex.split(command)
    if words[0] in MANY and "--baseline" not in words:
        words += ["--baseline", "small.npz"]
    app(words, standalone_mode=False)
    assert capsys.readouterr().out.strip()
    if "--out" in words:
        assert list((there / words[words.index("--out") + 1]).glob("*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_snippets_of_a_page_run(page, there):
    namespace: dict[str, object] = {"pax": pax}
    for snippet in fences(page, "python"):
        exec(compile(snippet, page.name, "exec"), namespace)


@cache
def tool(name):
    spec = util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_examples_of_the_record_are_what_is_printed():
    examples = tool("docs_examples")
    text = examples.PAGE.read_text(encoding="utf-8")
    assert (
        len(examples.EXAMPLE.findall(text)) == len(re.findall(r"^\$ pax ", text, re.MULTILINE)) >= 2
    )
    assert examples.refreshed(text) == text, "docs/brief.md is stale: python tools/docs_examples.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_quoted_numbers_are_what_is_found(page):
    text = page.read_text(encoding="utf-8")
    fresh = tool("docs_numbers").refreshed(text)
    assert fresh == text, f"{page.name} is stale: python tools/docs_numbers.py"


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_and_field_is_explained(name):
    """Each question has a command in the docs, and each of its fields is named on some page."""
    assert any(line.split()[1] == name for line in commands())
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    unsaid = [f for f in question_class(name).model_fields if f.replace("_", "-") not in text]
    assert not unsaid, f"no page says what {unsaid} of pax {name} are"


def test_the_report_card_is_printed_in_full():
    """What docs/score.md says of autumn 2025 is what is found, whatever it shows."""
    card = tool("score_card")
    text = card.DOCS.read_text(encoding="utf-8")
    assert card.refreshed(text) == text, "docs/score.md is stale: python tools/score_card.py"


def test_a_card_is_written_with_every_section(there):
    prediction, outcomes = (f"examples/made-up-{name}.csv" for name in ("prediction", "outcomes"))
    asked = pax.Score(prediction=prediction, outcomes=outcomes, importer="USA")
    report = report_of(pax.ask(asked))
    text = tool("score_card").written(report)
    assert report.lead in text
    for section in report.drawn.sections:
        assert f"### {section.title}" in text
    rows = [row for s in report.drawn.sections if s.table for row in s.table.rows]
    assert len(re.findall(r"^\| ", text, re.MULTILINE)) >= len(rows)
