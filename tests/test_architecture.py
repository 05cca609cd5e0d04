"""The rules that keep the program easy to change: who imports whom, how long things are, what is never written."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "paxsilica"
SOURCES = sorted(PACKAGE.rglob("*.py"))
PROGRAMS = [*SOURCES, *sorted((ROOT / "tools").glob("*.py"))]

BASE = {
    "errors",
    "checks",
    "about",
    "horizon",
    "economy",
    "shock",
    "cut",
    "conditions",
    "files",
    "names",
}
COMPUTING = BASE | {"data", "model", "policy", "brief", "analysis", "report"}
MAY_IMPORT = {
    "errors": set[str](),
    "checks": {"errors", "files"},
    "files": {"errors"},
    "about": set[str](),
    "credible": {"errors", "checks", "about"},
    "horizon": {"errors", "about"},
    "economy": {"errors", "checks", "about", "credible"},
    "shock": {"errors", "checks", "economy"},
    "cut": {"errors", "checks", "economy", "shock"},
    "conditions": {"economy", "shock"},
    "names": {"errors", "about", "economy"},
    "data": BASE | {"credible"},
    "model": BASE,
    "policy": BASE,
    "brief": BASE | {"policy"},
    "analysis": BASE | {"data", "model", "policy", "brief", "desk", "findings"},
    "findings": {"errors"},
    "desk": BASE | {"data"},
    "questions": COMPUTING - {"report"} | {"findings", "desk", "names"},
    "report": COMPUTING | {"findings", "questions"},
    "mcp": COMPUTING | {"findings", "questions", "desk", "names"},
    "notebook": COMPUTING | {"findings", "questions", "desk"},
    "acts": COMPUTING - {"report"} | {"findings", "desk", "questions"},
    "cli": COMPUTING | {"findings", "questions", "desk", "acts"},
    "web": COMPUTING | {"findings", "questions", "desk", "acts"},
    "__init__": COMPUTING | {"findings", "notebook", "names", "questions"},
}
HEAVY = (
    *("altair", "docx", "highspy", "jax", "lxml", "nupunkt", "pandas", "pyarrow", "pydantic"),
    *("pypdfium2", "scipy", "spacy", "sqlalchemy", "striprtf", "trafilatura", "xarray"),
)
LINES_IN_A_FILE = 470
LINES_IN_A_FUNCTION = 80


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """Full names of everything of ours that a file imports, inside functions too."""
    package = ("paxsilica", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            names = [
                ".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names
            ]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "paxsilica")


@pytest.mark.parametrize("path", SOURCES, ids=where)
def test_imports_run_one_way(path: Path) -> None:
    room = room_of(path)
    assert room in MAY_IMPORT, f"{room} is a new room: say in MAY_IMPORT what it may import"
    for name in imported(path):
        parts = name.split(".")
        target = parts[1] if len(parts) > 1 and parts[1] in MAY_IMPORT else "__init__"
        if target == room or name == "paxsilica.__version__":
            continue
        assert target in MAY_IMPORT[room], (
            f"{where(path)} imports {name}, but {room} may not import {target}"
        )
        solves = room == "report" and name.startswith("paxsilica.model.solve")
        assert not solves, f"{where(path)} imports {name}; a report reads results and never solves"


@pytest.mark.parametrize("path", PROGRAMS, ids=where)
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    length = len(text.splitlines())
    assert length <= LINES_IN_A_FILE, f"{where(path)} has {length} lines; split it by idea"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = span(node) - (span(node.body[0]) if ast.get_docstring(node) else 0)
            place = f"{where(path)}:{node.lineno} {node.name}"
            assert lines <= LINES_IN_A_FUNCTION, f"{place} has {lines} lines; split it by idea"


def span(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


RESOLVING = {
    "called",
    "folded",
    "holders",
    "Index",
    "spellings",
    "world_meanings",
}


@pytest.mark.parametrize("path", [p for p in SOURCES if room_of(p) != "names"], ids=where)
def test_one_room_resolves_names(path: Path) -> None:
    """Everybody else asks `Names`: whoever looked labels up would accept other spellings than the next door."""
    looked_up = {name for name in imported(path) if name.startswith("paxsilica.names.")}
    found = {name.rsplit(".", 1)[1] for name in looked_up} & RESOLVING
    assert not found, f"{where(path)} looks names up with {found}; resolve them with `Names`"
    if room_of(path) not in ("brief", "errors"):
        assert "difflib" not in path.read_text(encoding="utf-8"), f"{where(path)}: use `nearest`"


@pytest.mark.parametrize("path", PROGRAMS, ids=where)
def test_no_error_is_caught_blindly(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = (
                {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
                if node.type
                else {"all"}
            )
            blind = caught & {"all", "Exception", "BaseException"}
            assert not blind, (
                f"{where(path)}:{node.lineno} catches everything; name the errors it can handle"
            )


@pytest.mark.parametrize("module", ["paxsilica", "paxsilica.cli"])
def test_importing_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({set(HEAVY)} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [], (
        f"import {module} loads these at once; import them where they are used"
    )


def test_a_run_of_a_duty_on_all_goods_reads_no_table_of_customs() -> None:
    """Pandas and pyarrow, which read such tables, are two thirds of the memory of a run that needs neither."""
    code = (
        "import sys; from paxsilica.cli.entry import main\n"
        "try: main()\nexcept SystemExit: print(*sorted({'pandas', 'pyarrow', 'jax'} & set(sys.modules)))"
    )
    asked = ["run", str(ROOT / "examples" / "us-india-tariff-50.yaml")]
    done = subprocess.run(
        [sys.executable, "-c", code, *asked], capture_output=True, text=True, check=True
    )
    assert "real income of India" in done.stdout
    assert done.stdout.splitlines()[-1] == ""


def test_every_command_is_documented() -> None:
    import typer

    from paxsilica.cli.commands import app

    group = typer.main.get_group(app)
    commands = group.list_commands(typer.Context(group))
    pages = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))
    missing = [name for name in commands if not re.search(rf"\bpax {re.escape(name)}\b", pages)]
    assert not missing, f"no page under docs/ shows these commands: {missing}"


def written_files() -> Iterator[Path]:
    for folder in (".ci", "benchmarks", "docs", "examples", "src", "tests", "tools"):
        yield from (
            path
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        )
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.name != ".git")


NEVER_WRITTEN = {
    "a path of one machine": re.compile(rb"(?<![\w./])/(?:work|tmp|home|root|Users)/"),
    "the host of a package index": re.compile(
        rb"(?:pypi|pythonhosted|npmjs|crates|deb\.debian)\.(?:org|io)\b"
    ),
}


@pytest.mark.parametrize("what", NEVER_WRITTEN)
def test_nothing_in_the_repository_names(what: str) -> None:
    for path in written_files():
        content = path.read_bytes()
        found = None if b"\0" in content[:8192] else NEVER_WRITTEN[what].search(content)
        assert not found, f"{where(path)} names {what}: {found[0].decode()}"


RETIRED = {
    *(
        "asking",
        "beside",
        "found",
        "grip",
        "grips",
        "keeping",
        "lane",
        "lanes",
        "look",
        "makeshift",
    ),
    *("makeshifts", "marked", "opening", "severed", "sheet", "sheets", "told", "under"),
}
"""Words that a newcomer could not guess: modules, functions, classes and constants have the field's own."""


def top_level(path: Path) -> Iterator[str]:
    yield path.stem
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and is_set(n))


def is_set(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


@pytest.mark.parametrize("path", SOURCES, ids=where)
def test_names_are_words_that_a_newcomer_can_guess(path: Path) -> None:
    words = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
    for name in top_level(path):
        retired = RETIRED & {word.lower() for word in words.findall(name)}
        assert not retired, f"{where(path)}: {name} is named {retired}; take the field's own word"


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in SOURCES if path.name != "__init__.py"}), ids=where
)
def test_tests_mirror_the_source(folder: Path) -> None:
    mirror = ROOT / "tests" / folder.relative_to(PACKAGE)
    assert [*mirror.rglob("test_*.py")], f"the tests of {where(folder)} stand in {where(mirror)}"
