"""Every packaged file names its source and a licence that is open to every use, and what is not open stays outside."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from paxsilica.analysis.chain import load_chain, packaged_chains, supply
from paxsilica.data.sources import PACKAGED

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "paxsilica"
APART = ROOT / "data-nc"
TOOLS = ROOT / "tools" / "chains" / "sources.toml"

OPEN = (
    r"public domain|CC0 1\.0|CC BY 4\.0|Etalab 2\.0|EU reuse, Decision 2011/833/EU|MIT|ISC"
    r"|BSD-3-Clause|0BSD|Apache-2\.0|OFL-1\.1|free with citation|facts, cited"
)
"""What a licence may begin with; a remark in brackets may follow, and another licence after a semicolon."""

needs_apart = pytest.mark.skipif(not APART.is_dir(), reason="data-nc is not in this copy")


def open_to_all(licence: str) -> bool:
    parts = re.split(r"; (?![^(]*\))", licence)
    return all(re.fullmatch(rf"(?:{OPEN})(?: \([^()]*\))?", part) for part in parts)


@cache
def sources() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((PACKAGED / "SOURCES.toml").read_text(encoding="utf-8"))


def files() -> set[Path]:
    """Every file of the package that is no code."""
    found = {path for path in PACKAGE.rglob("*") if path.is_file()}
    return {p for p in found if p.suffix not in (".py", ".pyc") and "__pycache__" not in p.parts}


@pytest.mark.parametrize(
    "licence",
    [
        "CC BY-NC 4.0",
        "CC BY-SA 4.0",
        "CC BY-ND 4.0",
        "ODbL",
        "GPL-3.0",
        "cite",
        "cite: the authors",
        "unknown",
        "",
        "CC BY 4.0; CC BY-NC 4.0",
        "MIT (code); all rights reserved (data)",
        "CC BY 4.0 for research only",
    ],
)
def test_a_licence_that_is_not_open_to_every_use_is_refused(licence: str) -> None:
    assert not open_to_all(licence)


def test_every_packaged_file_is_declared_by_a_source() -> None:
    named = {entry.partition(":")[0] for source in sources().values() for entry in source["files"]}
    for pattern in named:
        assert list(PACKAGE.glob(pattern)), f"SOURCES.toml names {pattern}, which is no file"
    declared = {path for pattern in named for path in PACKAGE.glob(pattern)}
    undeclared = sorted(path.relative_to(PACKAGE).as_posix() for path in files() - declared)
    assert not undeclared, f"no source is named for {undeclared}; add them to SOURCES.toml"


def test_every_source_states_an_open_licence_and_where_it_was_read() -> None:
    for key, source in sources().items():
        assert open_to_all(source["licence"]), f"{key}: {source['licence']!r} is not open"
        assert source["publisher"], key
        assert source["stated"], f"{key}: where is the licence stated?"
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", source["checked"]), key


@pytest.mark.parametrize("name", packaged_chains())
def test_every_source_of_a_packaged_chain_is_open_and_known(name: str) -> None:
    known = sources() | (
        tomllib.loads(TOOLS.read_text(encoding="utf-8")) if TOOLS.is_file() else {}
    )
    chain = load_chain(name)
    for key, source in chain.sources.items():
        assert open_to_all(source.licence), f"{name}, {key}: {source.licence!r} is not open"
        if TOOLS.is_file():
            assert known[key]["licence"] == source.licence
            assert known[key]["stated"]
    assert not any(note.name == "licence" for note in chain.notes)


def test_rows_of_tables_name_sources_that_are_declared() -> None:
    lines = (PACKAGED / "production.csv").read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("source")
    assert {line.split(",")[at] for line in lines[1:] if '"' not in line} <= set(sources())
    text = "\n".join(lines)
    assert "bgs" not in text


def test_the_docs_print_every_source() -> None:
    docs = ROOT / "docs" / "data.md"
    if not docs.is_file() or not TOOLS.is_file():
        pytest.skip("the documentation or the tools are not in this copy")
    told = docs.read_text(encoding="utf-8").partition("## Licences")[2]
    for key, source in {**sources(), **tomllib.loads(TOOLS.read_text(encoding="utf-8"))}.items():
        row = " | ".join(source[part] for part in ("publisher", "licence", "stated", "checked"))
        assert row in told, f"docs/data.md does not print {key}; run tools/licences.py"


def test_the_notice_names_every_publisher() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for key, source in sources().items():
        if key != "own":
            for publisher in re.split(r"; ", source["publisher"]):
                name = re.sub(r"^the | \(.*| which .*", "", publisher).split(",")[0]
                assert name in notice, f"NOTICE does not name {name} ({key})"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel and the source distribution, built from this copy."""
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    out = tmp_path_factory.mktemp("dist")
    code = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    subprocess.run(code, cwd=ROOT, check=True, capture_output=True)
    return out


def test_the_distributions_hold_nothing_that_lies_apart(built: Path) -> None:
    (wheel,), (sdist,) = built.glob("*.whl"), built.glob("*.tar.gz")
    inside = zipfile.ZipFile(wheel).namelist()
    with tarfile.open(sdist) as archive:
        inside += archive.getnames()
    assert "paxsilica/data/packaged/SOURCES.toml" in inside
    barred = {path.name for path in APART.glob("*.yaml")} | {"data-nc"}
    assert not [name for name in inside if barred & set(Path(name).parts)]


def test_the_wheel_holds_no_file_that_is_not_declared(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = {n for n in zipfile.ZipFile(wheel).namelist() if n.startswith("paxsilica/")}
    data = {n.removeprefix("paxsilica/") for n in names if not n.endswith((".py", "/"))}
    assert data == {path.relative_to(PACKAGE).as_posix() for path in files()}


@needs_apart
@pytest.mark.parametrize("name", ["chips-eto", "ai-stack-eto"])
def test_what_lies_apart_says_so_first(name: str) -> None:
    path = APART / f"{name}.yaml"
    assert path.read_text(encoding="utf-8").startswith("# NOT FOR COMMERCIAL USE: CC BY-NC 4.0")
    chain = load_chain(path)
    lead = next(note for note in supply(chain).notes if note.leads)
    assert lead.name == "licence"
    assert all(word in lead.text for word in ("CC BY-NC 4.0", "Emerging Technology Observatory"))
    assert {source.licence for source in chain.sources.values()} - {"CC BY-NC 4.0"} == {
        source.licence for source in chain.sources.values() if open_to_all(source.licence)
    }
