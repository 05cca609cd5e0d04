"""The rules of the house: one place for one thing, doors that only open, and a size that is seen."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from paxsilica.cli.options import command_for
from paxsilica.findings import variables
from paxsilica.questions.registry import QUESTIONS, question_class

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "paxsilica"
SOURCES = sorted(PACKAGE.rglob("*.py"))

DOORS = ("cli/", "mcp.py", "notebook.py", "__init__.py")
"""Where our own modules may be imported inside a function, so that a door opens before what is behind it is loaded."""

LINES, TOKENS, NAMES_TWICE = 71_600, 527_000, 20
"""The house may not grow beyond this. What needs more room says so, and raises the number, in its first commit."""


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def own_imports(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return bool(node.level) or (node.module or "").split(".")[0] == "paxsilica"
    return isinstance(node, ast.Import) and any(
        a.name.split(".")[0] == "paxsilica" for a in node.names
    )


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("path", SOURCES, ids=room)
def test_only_doors_import_our_own_inside_functions(path: Path) -> None:
    if room(path).startswith(DOORS):
        return
    hidden = [f.name for f in functions(path) if any(map(own_imports, ast.walk(f)))]
    assert not hidden, f"{room(path)}: {hidden} import our own modules; import them at the top"


def top_level(path: Path) -> Iterator[str]:
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (t.id for t in node.targets if isinstance(t, ast.Name))


def test_few_names_stand_in_two_files() -> None:
    where = defaultdict(set)
    for path in SOURCES:
        for name in top_level(path):
            if not name.startswith("__"):
                where[name].add(room(path))
    twice = {name: rooms for name, rooms in where.items() if len(rooms) > 1}
    assert len(twice) <= NAMES_TWICE, f"{len(twice)} names stand in two files or more"


def test_the_house_keeps_to_its_size() -> None:
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    skipped |= {tokenize.ENDMARKER, tokenize.ENCODING}
    lines = tokens = 0
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        lines += len(text.splitlines())
        kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        docs = {
            at
            for node in ast.walk(tree(path))
            if isinstance(node, kinds) and ast.get_docstring(node) is not None
            for at in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
        }
        found = tokenize.generate_tokens(io.StringIO(text).readline)
        tokens += sum(t.type not in skipped and t.start[0] not in docs for t in found)
    print(f"src: {lines:,} lines, {tokens:,} tokens")
    assert lines <= LINES
    assert tokens <= TOKENS


@pytest.mark.parametrize(
    ("what", "pattern", "homes"),
    [
        ("draws a progress bar", r"rich\.progress", ("cli/screen.py",)),
        (
            "makes a table an equilibrium",
            r"\b(?:rebalance|settled)\(",
            ("model/", "analysis/baseline.py", "analysis/draws.py", "analysis/run.py"),
        ),
        ("opens SQLAlchemy", r"import sqlalchemy|from sqlalchemy", ("brief/store/",)),
        ("skips the formatter", r"# fmt: (?:skip|off)", ()),
        ("catches a horizon's old word", r"[\"'](?:first[ -]year|long-run|short-run)[\"']", ()),
    ],
)
def test_one_place(what: str, pattern: str, homes: tuple[str, ...]) -> None:
    found = [
        room(path)
        for path in SOURCES
        if re.search(pattern, path.read_text(encoding="utf-8")) and not room(path).startswith(homes)
    ]
    assert not found, f"{found} {what}; one place does: {homes}"


@pytest.mark.parametrize(
    "part", ["analysis", "questions", "acts", "findings.py", "desk.py", "shock.py"]
)
def test_no_key_holds_a_unit(part: str) -> None:
    """Machine keys carry no unit: units stand in variables.csv, and pages put them beside heads."""
    unit = re.compile(r", (?:%|USD|million|billion|points|tonnes)|\b(?:percent|million_usd)$")
    for path in SOURCES:
        if not room(path).startswith(part):
            continue
        for node in ast.walk(tree(path)):
            for key in node.keys if isinstance(node, ast.Dict) else ():
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    assert not unit.search(key.value), f"{room(path)}:{key.lineno} {key.value!r}"


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_field_of_a_question_is_an_option(name: str) -> None:
    kind = question_class(name)
    options = {parameter.name for parameter in command_for(kind, lambda *asked: None).params}
    assert set(kind.model_fields) <= options
    for field, info in kind.model_fields.items():
        assert info.description, f"{name}.{field} says nothing of itself"
    schema = kind.model_json_schema()
    assert set(schema["properties"]) == set(kind.model_fields)


def test_every_variable_is_found_somewhere() -> None:
    """A row of variables.csv that no room writes is dead."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    built = re.compile(r"join_(?:preference|embargo|resilience)_transfer|treasury_revenue_change")
    dead = [k for k in variables() if f'"{k}"' not in text and not built.fullmatch(k)]
    assert not dead, f"no room writes {dead}"
