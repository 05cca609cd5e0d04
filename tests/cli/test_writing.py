"""What a command writes, whatever happens to its reader, its disk, its renderer or itself."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import resource
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from coercion_world import coercion_world
from doorway import SCENARIO, process

from paxsilica.data import write_economy
from paxsilica.files import unguarded

CUT = ["chain", "chain.yaml", "--cut", "CHN", "--trusted", "JPN"]
NO_RENDERER = "raise ImportError('the renderer is not installed')"
SLEEPS = """
import os, time
drawn = []
def vegalite_to_svg(spec, *_):
    drawn.append(spec)
    if len(drawn) == 1:  # to be warm, before there is a report
        return "<svg/>"
    open(os.environ["PAX_TEST_PID"], "w").write(str(os.getpid()))
    time.sleep(60)
"""
SMALL_FILES = """
import resource, sys
sys.dont_write_bytecode = True  # it would be cut short and kept, and break whoever loads it next
resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, {bytes}))
from paxsilica.cli import main
main()
"""


def one_line(text: str) -> str:
    assert text.startswith("pax: ")
    assert text.count("\n") == 1, text
    return text


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (["run", "s.yaml"], {"report.html", "results.csv", "run.json"}),
        (["coerce", "--matrix", "--regions", "2", "--baseline", "lands.npz"], {"report.html"}),
        (CUT, {"report.html", "run.json"}),
        (["brief", "text.txt", "--no-keep"], {"briefing.html", "record.json"}),
    ],
    ids=lambda words: words[0] if isinstance(words, list) else "",
)
def test_all_is_written_though_nobody_reads_what_is_printed(place, tmp_path, words, files):
    read, write = os.pipe()
    os.close(read)
    with process(*words, "--out", str(tmp_path / "D"), cwd=place, stdout=write) as done:
        os.close(write)
        assert done.stderr.read() == ""
    assert files <= {path.name for path in (tmp_path / "D").iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == ["D"]


@pytest.mark.parametrize("bytes", [60, 60_000], ids=["the tables", "the pictures"])
def test_a_disk_that_fills_is_one_line_that_names_the_folder(place, tmp_path, bytes):
    start = [sys.executable, "-c", SMALL_FILES.format(bytes=bytes)]
    with process(*CUT, "--out", str(tmp_path / "D"), cwd=place, start=start) as done:
        out, told = done.communicate()
    assert (done.returncode, out) == (2, "")
    assert f"{tmp_path / 'D'}: cannot be written (File too large)" in one_line(told)
    assert list(tmp_path.iterdir()) == []


def renderer(folder: Path, code: str) -> dict[str, str]:
    """The environment of a command whose renderer is this code."""
    (folder / "vl_convert.py").write_text(code)
    before = os.environ.get("PYTHONPATH", "")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{before}"}


def test_a_missing_renderer_is_one_line_and_nothing_is_left(place, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    with process(
        *CUT, "--out", str(tmp_path / "D"), cwd=place, env=renderer(broken, NO_RENDERER)
    ) as done:
        out, told = done.communicate()
    assert (done.returncode, out) == (1, "")
    assert "the renderer is not installed" in one_line(told)
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


@pytest.mark.parametrize(("how", "left"), [(signal.SIGTERM, False), (signal.SIGKILL, True)])
def test_a_command_that_is_stopped_leaves_nothing_for_longer_than_the_next(
    place, tmp_path, how, left
):
    slow, reports = tmp_path / "slow", tmp_path / "reports"
    slow.mkdir()
    env = renderer(slow, SLEEPS) | {"PAX_TEST_PID": str(slow / "pid")}
    with process(*CUT, "--out", str(reports / "D"), cwd=place, env=env) as stopped:
        drawing = drawing_process(slow / "pid")
        stopped.send_signal(how)
        assert stopped.wait() == (-how if left else 128 + how)
    with contextlib.suppress(ProcessLookupError):
        os.kill(drawing, 0 if how == signal.SIGTERM else signal.SIGKILL)
        assert left, "the second process lives on"
    assert reports.exists() == left
    with process(*CUT, "--out", str(reports / "E"), cwd=place) as again:
        assert again.communicate()[1] == ""
    assert [path.name for path in reports.iterdir()] == ["E"]


COLLECTS = """
import gc, os, signal, time
from paxsilica.cli import entry, main
def stopped_while_collecting(*_):
    os.kill(os.getpid(), signal.SIGTERM)
def work(**_):
    gc.callbacks.append(stopped_while_collecting)
    gc.collect()
    time.sleep(30)
entry.app = work
main()
"""


def test_a_command_that_is_stopped_while_garbage_is_collected_ends_too(tmp_path):
    """What is raised in a callback of the collector is lost; JAX has one, and tables are loaded as pictures are drawn."""
    with process(cwd=tmp_path, start=[sys.executable, "-c", COLLECTS]) as stopped:
        assert stopped.wait(timeout=20) == 143


def drawing_process(file: Path) -> int:
    """Its id, once it draws."""
    for _ in range(600):
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int(file.read_text())
        time.sleep(0.1)
    raise AssertionError("nothing was drawn within a minute")


@contextlib.contextmanager
def full_disk():
    """No file of this process may grow."""
    before, kept = resource.getrlimit(resource.RLIMIT_FSIZE), sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = kept


MATRIX = ("coerce", "--matrix", "--regions", "2", "--baseline", "lands.npz", "--json")


def test_a_cache_that_cannot_be_written_is_a_note_and_no_more(pax, caches):
    status, whole, _ = pax(*MATRIX)
    assert status == 0
    for file in (caches / "coercion").iterdir():
        file.write_bytes(b"damaged")
    with full_disk():
        status, said, told = pax(*MATRIX)
    assert (status, told) == (0, "")
    notes = [note["text"] for note in json.loads(said)["notes"]]
    assert any("the cache of answers: cannot be written (File too large)" in note for note in notes)
    assert without_notes(said) == without_notes(whole)


def test_a_file_named_by_the_user_that_cannot_be_written_is_told_after_the_answer(pax, tmp_path):
    _, whole, _ = pax(*MATRIX)
    kept = tmp_path / "kept.npz"
    with full_disk():
        status, said, told = pax(*MATRIX, "--keep", str(kept))
    assert status == 1
    assert f"{kept}: cannot be written (File too large)" in one_line(told)
    assert not kept.exists()
    assert without_notes(said) == without_notes(whole)


def test_a_place_where_nothing_can_be_kept_is_refused_before_anything_is_solved(pax, tmp_path):
    (tmp_path / "plain").write_text("")
    status, out, told = pax(*MATRIX, "--keep", str(tmp_path / "plain" / "kept.npz"))
    assert (status, out) == (2, "")
    assert "nothing can be written in plain" in one_line(told)


def without_notes(said: str) -> dict:
    answer = json.loads(said)
    return {name: part for name, part in answer.items() if name not in ("notes", "question", "run")}


FORMULAS = ("=cmd|' /C calc'!A0", "+R1", "-R2", "@R3")


@pytest.fixture(scope="module")
def formulas(tmp_path_factory) -> Path:
    """A folder with a baseline whose regions are called as formulas are."""
    folder = tmp_path_factory.mktemp("formulas")
    world = coercion_world()
    about = replace(world.about, region_names={}, region_groups={})
    write_economy(world.replace(regions=FORMULAS, about=about), folder / "lands.npz")
    (folder / "s.yaml").write_text(SCENARIO.replace("R0", '"@R3"').replace("R1", '"-R2"'))
    return folder


@pytest.mark.parametrize(
    "words",
    [["run", "s.yaml"], ["coerce", "--matrix", "--baseline", "lands.npz"]],
    ids=lambda w: w[0],
)
def test_no_cell_of_a_table_is_a_formula(pax, formulas, tmp_path, monkeypatch, words):
    monkeypatch.chdir(formulas)
    assert pax(*words, "--out", str(tmp_path / "D"))[0] == 0
    with (tmp_path / "D" / "results.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    texts = [cell for cell in cells if not is_number(cell)]
    assert not [cell for cell in texts if cell.startswith(tuple("=+-@\t\r\n"))]
    assert set(FORMULAS) <= {unguarded(cell) for cell in texts}


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
