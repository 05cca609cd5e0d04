"""What is written: whole or not at all, whatever ends the program; and what no spreadsheet or terminal obeys."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.files import csv_text, printable, unguarded, whole

HALF = """
import os, signal, sys, time
from pathlib import Path
from paxsilica.files import whole
with whole(Path(sys.argv[1])) as partial:
    partial.mkdir()
    (partial / "half").write_text("half")
    {then}
"""
KILLED_BETWEEN = "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
WAITING = "print('here', flush=True); time.sleep(60)"


def other(then: str, target: Path) -> subprocess.Popen[str]:
    """Another program, which writes a folder to `target`."""
    command = [sys.executable, "-c", HALF.format(then=then), str(target)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(target: Path, content: str = "new", error: BaseException | None = None) -> None:
    with whole(target) as partial:
        partial.mkdir()
        (partial / "file").write_text(content)
        if error:
            raise error


def test_a_file_and_a_folder_take_the_place_of_the_one_before(tmp_path):
    for content in ("one", "two"):
        write(tmp_path / "deep" / "folder", content)
        with whole(tmp_path / "plain") as partial:
            partial.write_text(content)
    assert (tmp_path / "deep" / "folder" / "file").read_text() == "two"
    assert (tmp_path / "plain").read_text() == "two"
    assert names(tmp_path) == ["deep", "plain"]
    assert names(tmp_path / "deep") == ["folder"]


@pytest.mark.parametrize("error", [OSError(28, "No space left"), KeyboardInterrupt(), SystemExit()])
def test_what_fails_leaves_all_as_it_was(tmp_path, error):
    write(tmp_path / "folder", "earlier")
    for target in (tmp_path / "folder", tmp_path / "not" / "there" / "yet"):
        with pytest.raises(type(error)):
            write(target, "new", error)
    assert names(tmp_path) == ["folder"]
    assert (tmp_path / "folder" / "file").read_text() == "earlier"


def test_what_a_killed_program_left_goes_with_the_next(tmp_path):
    with other(WAITING, tmp_path / "a") as killed:
        assert killed.stdout.readline() == "here\n"
        killed.kill()
    (left,) = names(tmp_path)
    assert left.startswith(".pax-")
    write(tmp_path / "b")
    assert names(tmp_path) == ["b"]


def test_what_a_living_program_writes_is_left_alone(tmp_path):
    with other(WAITING, tmp_path / "a") as living:
        assert living.stdout.readline() == "here\n"
        write(tmp_path / "b")
        (at_work,) = [path for path in tmp_path.iterdir() if path.name != "b"]
        assert (at_work / "new" / "half").read_text() == "half"
        living.kill()


def test_an_earlier_folder_comes_back_when_its_successor_never_came(tmp_path):
    write(tmp_path / "report", "earlier")
    with other(KILLED_BETWEEN, tmp_path / "report") as killed:
        assert killed.wait() == -signal.SIGKILL
    assert "report" not in names(tmp_path)
    write(tmp_path / "another")
    assert names(tmp_path) == ["another", "report"]
    assert names(tmp_path / "report") == ["file"]


@pytest.mark.parametrize("name", [".pax-notes.partial", ".pax-0123abcd.partial.txt", "pax.partial"])
def test_only_what_looks_like_ours_is_cleared(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.docx").write_text("mine")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "thesis.docx").write_text("mine")
    (tmp_path / ".pax-0123abcd.partial").symlink_to(elsewhere)
    write(tmp_path / "b")
    assert (tmp_path / name / "thesis.docx").exists()
    assert (elsewhere / "thesis.docx").exists()


# ---- cells -----------------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.from_regex("'*[=+@\t\r\n-].*")


@given(st.lists(TEXTS, min_size=2, max_size=2))
def test_every_text_comes_back_and_none_is_a_formula(cells):
    (row,) = csv.reader(io.StringIO(csv_text(["a", "b"], [cells]).partition("\n")[2], newline=""))
    assert [unguarded(cell) for cell in row] == cells
    assert not any(cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) for cell in row)


@given(st.lists(st.floats(allow_nan=False) | st.integers(), min_size=1))
def test_numbers_are_not_touched(numbers):
    text = csv_text(["n"], [[number] for number in numbers])
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [type(n)(cell) for n, (cell,) in zip(numbers, read, strict=True)] == numbers


def test_no_value_is_an_empty_cell_and_heads_are_texts_too():
    assert csv_text(["=a", "b", "c"], [[None, float("nan"), True]]) == "'=a,b,c\n,,True\n"


# ---- lines -----------------------------------------------------------------------------------------------------


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text):
    shown = printable(text)
    assert len(shown) == len(text)
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Zl", "Zp"}
    turns = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert not {unicodedata.bidirectional(c) for c in shown} & turns


def test_what_is_no_command_is_left_as_it_is():
    plain = "−4.6\N{NO-BREAK SPACE}% Côte d’Ivoire 日本 \U0001f469\u200d\U0001f52c"
    assert printable(plain) == plain
    assert (
        printable("a\x1b[2Jb\nc\x07") == "a\N{REPLACEMENT CHARACTER}[2Jb c\N{REPLACEMENT CHARACTER}"
    )
