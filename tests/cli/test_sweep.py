"""`pax sweep` as processes: killed runs go on, and a Dask cluster finds the same."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from doorway import process
from sweep_world import folder_of

POINTS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with a sweep of sixty chunks, and what an undisturbed run of it leaves in `whole`."""
    place = folder_of(tmp_path_factory.mktemp("sweep"), POINTS)
    swept(place, "whole", "--workers", "1")
    return place


def swept(folder: Path, out: str, *options: str) -> str:
    with process("sweep", "sweep.yaml", "--out", out, *options, cwd=folder) as started:
        said, wrong = started.communicate(timeout=120)
    assert (started.returncode, wrong) == (0, ""), wrong
    return said


def chunks(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("chunks/*.parquet"))}


def wait_for(folder: Path, count: int, running: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 100
    while len([*folder.glob("chunks/*.parquet")]) < count:
        assert time.monotonic() < until
        assert running.poll() is None, running.communicate()
        time.sleep(0.005)


def below(pid: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    found = {pid}
    for _ in range(3):
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                number, parent = status.read_text().rsplit(")", 1)[1].split()[1], status.parent.name
            except OSError:
                continue
            found |= {int(parent)} if int(number) in found else set()
    return found - {pid}


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_run_that_is_killed_goes_on_and_ends_as_one_that_was_not(folder):
    for turn in (1, 2):
        with process("sweep", "sweep.yaml", "--out", "killed", "--workers", "2", cwd=folder) as run:
            wait_for(folder / "killed", 15 * turn, run)
            workers = below(run.pid)
            run.kill()
        times = {p: p.stat().st_mtime_ns for p in folder.glob("killed/chunks/*.parquet")}
        assert len(times) < POINTS
        until = time.monotonic() + 10
        while any(map(alive, workers)) and time.monotonic() < until:
            time.sleep(0.05)
        assert not [pid for pid in workers if alive(pid)], "a worker outlived its parent"
    swept(folder, "killed", "--workers", "2")
    assert chunks(folder / "killed") == chunks(folder / "whole")
    assert {p: p.stat().st_mtime_ns for p in times} == times, "a finished chunk was solved again"
    manifests = [
        json.loads((folder / out / "sweep.json").read_text()) for out in ("killed", "whole")
    ]
    assert manifests[0] == manifests[1]
    assert (folder / "killed" / "report.html").exists()


def test_a_run_that_is_interrupted_keeps_what_is_finished(folder):
    with process("sweep", "sweep.yaml", "--out", "stopped", "--workers", "2", cwd=folder) as run:
        wait_for(folder / "stopped", 5, run)
        run.send_signal(signal.SIGSTOP)  # it cannot end while its workers are looked for
        workers = below(run.pid)
        run.send_signal(signal.SIGINT)
        run.send_signal(signal.SIGCONT)
        said, wrong = run.communicate(timeout=30)
    assert (run.returncode, said, wrong) == (130, "", "")
    assert len(chunks(folder / "stopped")) >= 5
    until = time.monotonic() + 10
    while any(map(alive, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in workers if alive(pid)]


@contextmanager
def cluster(
    stack: ExitStack, folder: Path, **environment: str
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers of one thread, as processes: the scheduler first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, dask = f"tcp://127.0.0.1:{port}", [sys.executable, "-m", "dask"]
    log = stack.enter_context((folder / "dask.log").open("wb"))
    bare = {"cwd": folder, "stdout": log, "stderr": log, "env": os.environ | environment}
    words = [*dask, "scheduler", "--port", str(port), "--no-dashboard"]
    started = [subprocess.Popen(words, **bare)]
    words = [*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    started += [subprocess.Popen(words, **bare) for _ in range(2)]
    try:
        yield address, started
    finally:
        for one in started:
            one.kill()
            one.wait()


def test_a_cluster_finds_the_same_though_one_of_two_workers_is_killed(folder):
    pytest.importorskip("distributed")
    with ExitStack() as stack, cluster(stack, folder) as (address, (_, first, _)):
        asked = ("sweep", "sweep.yaml", "--out", "dask", "--scheduler", address)
        with process(*asked, cwd=folder) as run:
            wait_for(folder / "dask", 10, run)
            first.kill()
            said, wrong = run.communicate(timeout=120)
    assert (run.returncode, wrong) == (0, ""), wrong
    assert "Duties" in said
    assert chunks(folder / "dask") == chunks(folder / "whole")


def test_a_chunk_that_loses_its_workers_too_often_is_one_line(folder):
    pytest.importorskip("distributed")
    patience = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with ExitStack() as stack, cluster(stack, folder, **patience) as (address, (_, first, _)):
        asked = ("sweep", "sweep.yaml", "--out", "lost", "--scheduler", address)
        with process(*asked, cwd=folder) as run:
            wait_for(folder / "lost", 5, run)
            first.kill()
            said, wrong = run.communicate(timeout=120)
    line = (
        "pax: a chunk lost its workers again and again; finished chunks stay: ask again to go on\n"
    )
    assert (run.returncode, said, wrong) == (1, "", line)
    assert 5 <= len(chunks(folder / "lost")) < POINTS


def test_a_scheduler_that_dies_is_one_line_and_finished_chunks_stay(folder):
    pytest.importorskip("distributed")
    with ExitStack() as stack, cluster(stack, folder) as (address, (scheduler, _, _)):
        asked = ("sweep", "sweep.yaml", "--out", "alone", "--scheduler", address)
        with process(*asked, cwd=folder) as run:
            wait_for(folder / "alone", 5, run)
            scheduler.kill()
            said, wrong = run.communicate(timeout=120)
    line = f"pax: the scheduler {address} is gone; finished chunks stay: ask again to go on\n"
    assert (run.returncode, said, wrong) == (1, "", line)
    kept = chunks(folder / "alone")
    assert 5 <= len(kept) < POINTS
    assert kept.items() <= chunks(folder / "whole").items()


def test_a_folder_of_another_sweep_or_a_file_is_refused_before_anything(
    folder, command, monkeypatch
):
    monkeypatch.chdir(folder)
    text = (folder / "sweep.yaml").read_text()
    (folder / "other.yaml").write_text(text.replace("60%", "50%"))
    told = "pax: whole holds another sweep, 'Duties': vary has changed; name a new folder\n"
    assert command("sweep", "other.yaml", "--out", "whole") == (2, "", told)
    status, out, wrong = command("sweep", "sweep.yaml", "--out", "lands.npz")
    assert (status, out) == (2, "")
    assert "lands.npz" in wrong
    assert os.listdir(folder / "whole")
