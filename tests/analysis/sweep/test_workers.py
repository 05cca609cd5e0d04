"""Workers: few chunks under way, a worker that is ended from outside, a scheduler that is not there."""

from __future__ import annotations

import os
import socket
import sys
from concurrent.futures import Executor, Future
from itertools import islice
from typing import Any

import pytest

from paxsilica.analysis.sweep.workers import CHUNKS_AHEAD, Crew, crew_of, worked
from paxsilica.errors import InputError, PaxError


class Slow(Executor):
    """Ends a chunk only when it is looked at, the last first; counts what is under way."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Any]] = []
        self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.waiting.append((Future(), fn(*args)))
        self.most = max(self.most, len(self.waiting))
        return self.waiting[-1][0]

    def end_one(self) -> None:
        future, value = self.waiting.pop()
        future.set_result(value)


def test_few_chunks_are_under_way_however_many_there_are(monkeypatch):
    monkeypatch.setattr("paxsilica.analysis.sweep.workers.MOMENT_AWAITED", 0.01)
    slow = Slow()
    crew = Crew(slow, 3, check=slow.end_one)
    found = [one for one in worked(crew, str, range(10)) if one is not None]
    assert sorted(found) == [(n, str(n)) for n in range(10)]
    assert slow.most == 3 * CHUNKS_AHEAD


def test_this_process_solves_one_at_a_time_when_asked():
    done = []
    with crew_of(1, None) as crew:
        assert crew.here
        for found in islice(worked(crew, done.append, range(100)), 3):
            assert found is not None
    assert done == [0, 1, 2]


def test_processes_solve_and_are_gone_afterwards():
    with crew_of(2, None) as crew:
        assert sorted(filter(None, worked(crew, abs, [-3, -2]))) == [(-3, 3), (-2, 2)]


def test_a_worker_that_is_ended_is_one_line():
    said = r"ended from outside.* finished chunks stay: ask again"
    with pytest.raises(PaxError, match=said), crew_of(2, None) as crew:
        list(worked(crew, os._exit, [1]))


def test_a_scheduler_that_is_not_there_or_cannot_be(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setattr("paxsilica.analysis.sweep.workers.LONGEST_WAIT", "1s")
    said = f"no Dask scheduler answers at {address}; start one"
    with pytest.raises(InputError, match=said), crew_of(None, address):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = r"is not installed; pip install 'paxsilica\[distributed\]'"
    with pytest.raises(InputError, match=said), crew_of(None, address):
        pass
