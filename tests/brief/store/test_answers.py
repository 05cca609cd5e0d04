"""Answers and long questions in the store: kept once, bounded, whole after a kill, and never waited for long."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from paxsilica.brief.store import (
    keep_answer,
    keep_question,
    kept_answer,
    kept_question,
    open_store,
    predictions,
    remember,
)
from paxsilica.errors import InputError

Fresh = Callable[[], str]


def keep(store, key: str, content: bytes, form: str = "page", **more: int) -> bool:
    return keep_answer(store, key, form, content, question="{}", version="1", **more)


def test_an_answer_is_kept_once_and_each_form_apart(fresh: Fresh) -> None:
    with open_store(fresh()) as store:
        assert keep(store, "k", b"first")
        assert not keep(store, "k", b"second")
        assert keep(store, "k", b"table", form="csv")
        assert kept_answer(store, "k", "page") == b"first"
        assert kept_answer(store, "k", "csv") == b"table"
        assert kept_answer(store, "k", "zip") is None


def test_a_question_is_called_by_the_sha256_of_its_text(fresh: Fresh) -> None:
    said = '{"text": "é\\n"}'
    with open_store(fresh()) as store:
        name = keep_question(store, said)
        assert name == hashlib.sha256(said.encode()).hexdigest() == keep_question(store, said)
        assert kept_question(store, name) == said
        assert kept_question(store, "0" * 64) is None


def test_the_oldest_go_first_by_number_and_by_size(fresh: Fresh) -> None:
    with open_store(fresh()) as store:
        for n in range(6):
            keep(store, str(n), b"x", most=4)
        assert [kept_answer(store, str(n), "page") is None for n in range(6)] == [True] * 2 + [
            False
        ] * 4
        for n in range(20):  # random bytes do not get smaller: each takes 1,000 and a few
            assert keep(store, f"big{n}", os.urandom(1000), room=12_000)
        held = [n for n in range(20) if kept_answer(store, f"big{n}", "page")]
        assert held == [*range(9, 20)]
        assert not keep(store, "too large", os.urandom(2000), room=12_000)


def test_a_store_of_the_third_version_gets_room_for_answers(tmp_path: Path) -> None:
    where = tmp_path / "a.sqlite"
    with open_store(where) as store:
        remember(store, "a title", "{}", "Ann")
    engine = create_engine(f"sqlite:///{where}")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE brief_answers"))
        connection.execute(text("DROP TABLE brief_questions"))
        connection.execute(text("UPDATE brief_store SET version = 3"))
    engine.dispose()
    with open_store(where) as store:
        assert keep(store, "k", b"x")
        assert [one.title for one in predictions(store)] == ["a title"]


def test_who_does_not_want_to_wait_for_a_locked_store_is_told_in_one_line(tmp_path: Path) -> None:
    where = tmp_path / "a.sqlite"
    with open_store(where):
        pass
    other = sqlite3.connect(where, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_store(where, wait=0.1) as store:
        begun = time.monotonic()
        with pytest.raises(InputError, match="locked") as told:
            keep(store, "k", b"x")
        assert time.monotonic() - begun < 5
        assert "\n" not in str(told.value)
        assert kept_answer(store, "k", "page") is None
    other.close()


KEEPS = """
import sys
from paxsilica.brief.store import keep_answer, open_store
with open_store(sys.argv[1]) as store:
    print("begun", flush=True)
    for n in range(10_000):
        keep_answer(store, str(n), "page", b"x" * 50_000, question="", version="1")
        print(n, flush=True)
"""


def test_a_store_whose_writer_is_killed_is_whole(tmp_path: Path) -> None:
    where = tmp_path / "a.sqlite"
    command = [sys.executable, "-c", KEEPS, str(where)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if line.strip() == "20":
                break
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
    last = int(rest[-1]) if rest else 20
    with open_store(where) as store:
        assert all(kept_answer(store, str(n), "page") == b"x" * 50_000 for n in range(last + 1))
        assert not keep(store, "0", b"again")
    with sqlite3.connect(where) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count, keys = plain.execute(
            "SELECT count(*), count(DISTINCT key) FROM brief_answers"
        ).fetchone()
    assert count == keys >= last + 1
