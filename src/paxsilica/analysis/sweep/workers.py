"""Who solves chunks: this process, processes beside it, or a Dask cluster, each as an `Executor`."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import wait as wait_for
from typing import Any

from paxsilica.errors import InputError, PaxError

MOMENT_AWAITED = 0.5
"""Seconds between two looks at whether to go on."""

CHUNKS_AHEAD = 2
"""Chunks that are asked for and not yet written, for each worker: none waits, and memory does not grow."""

LONGEST_WAIT = "10s"
"""For a scheduler and its first worker."""

LONGEST_ALONE = 60.0
"""Seconds that a scheduler may be without workers."""

GONE = "finished chunks stay: ask again to go on"


@dataclass(frozen=True)
class Crew:
    """Workers.

    Attributes:
        count: how many chunks they solve at a time. here: whether they are this process itself.
        check: a look at whether they still stand; raises PaxError.
        lost: what a chunk raises whose worker was ended from outside. said: what is told of it.
    """

    executor: Executor
    count: int
    here: bool = False
    check: Callable[[], None] = lambda: None
    lost: tuple[type[BaseException], ...] = (BrokenProcessPool,)
    said: str = (
        f"a worker process was ended from outside, perhaps for memory; {GONE}, with fewer --workers if it happens again "
        "(in a script of your own, ask below `if __name__ == '__main__':`)"
    )


class _Here(Executor):
    """Works in this process, when asked."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@contextmanager
def crew_of(workers: int | None, scheduler: str | None) -> Iterator[Crew]:
    """Workers for as long as the body runs.

    Args:
        workers: processes on this machine, default one a core; 1 is this process itself, and so is any number where this
            process is itself a worker. scheduler: address of a Dask scheduler, in place of them.

    Raises:
        InputError: the scheduler is not there, has no workers, or Dask is not installed.
    """
    alone = multiprocessing.current_process().daemon  # such a process may have none beside it
    count = 1 if alone else workers or os.cpu_count() or 1
    if scheduler is not None:
        with _cluster(scheduler) as crew:
            yield crew
    elif count == 1:
        yield Crew(_Here(), 1, here=True)
    else:
        with _processes(count) as executor:
            yield Crew(executor, count)


def worked(
    crew: Crew, job: Callable[[int], bytes], chunks: Iterable[int]
) -> Iterator[tuple[int, bytes] | None]:
    """Each chunk with its content as it comes, in any order; None where nothing came for a moment.

    Few are under way at a time, so that memory does not grow with their number.

    Raises:
        PaxError: workers were ended from outside, or what a chunk itself raises.
    """
    left, waiting = iter(chunks), dict[Future[bytes], int]()
    most = 1 if crew.here else CHUNKS_AHEAD * crew.count
    try:
        while True:
            for chunk in islice(left, most - len(waiting)):
                waiting[crew.executor.submit(job, chunk)] = chunk
            if not waiting:
                return
            done, _ = wait(waiting, MOMENT_AWAITED, FIRST_COMPLETED)
            if not done:
                crew.check()
                yield None
            for future in sorted(done, key=waiting.__getitem__):
                yield waiting.pop(future), _result(future, crew)
    finally:
        for future in waiting:
            future.cancel()


def _result(future: Future[bytes], crew: Crew) -> bytes:
    try:
        return future.result()
    except crew.lost as exc:
        crew.check()
        raise PaxError(crew.said) from exc


# ---- processes on this machine -----------------------------------------------------------------


@contextmanager
def _processes(count: int) -> Iterator[Executor]:
    """Processes that end with this one, however it ends, and at once where the body ends early."""
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _started)
    ended_well = False
    try:
        yield pool
        ended_well = True
    finally:
        pool.shutdown(wait=ended_well, cancel_futures=True)
        if not ended_well:
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()


def _started() -> None:
    """A worker leaves interrupts to its parent, and ends when that has ended: a killed parent cannot tell it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end_with_parent() -> None:
        if parent is not None:
            wait_for([parent.sentinel])
            os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()


# ---- a cluster ---------------------------------------------------------------------------------


@contextmanager
def _cluster(address: str) -> Iterator[Crew]:
    """The workers of a Dask scheduler, which begins a chunk again elsewhere where its worker dies."""
    try:
        from distributed import Client, KilledWorker
        from distributed.comm.core import CommClosedError
    except ModuleNotFoundError as error:
        raise InputError(
            f"--scheduler: {error.name} is not installed; pip install 'paxsilica[distributed]'"
        ) from None
    loud = "distributed", "distributed.client", "tornado.application"
    logs = [logging.getLogger(name) for name in loud]
    levels = [log.level for log in logs]
    for log in logs:  # what it tells of lost connections is said in one line here
        log.setLevel(logging.CRITICAL)
    try:
        client = _connected(Client, address)
        try:
            watch = _Watch(client, address)
            lost = KilledWorker, CommClosedError, CancelledError
            said = f"a chunk lost its workers again and again; {GONE}"
            pool = client.get_executor(pure=False)
            yield Crew(pool, watch.threads(), check=watch.check, lost=lost, said=said)
        finally:
            client.close(timeout=1)
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)


def _connected(kind: Any, address: str) -> Any:
    try:
        client = kind(address, timeout=LONGEST_WAIT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as exc:
        raise InputError(
            f"--scheduler: no Dask scheduler answers at {address}; start one with `dask scheduler` and name its address"
        ) from exc
    try:
        client.wait_for_workers(1, timeout=LONGEST_WAIT)
    except (OSError, TimeoutError) as exc:
        client.close(timeout=1)
        raise InputError(
            f"--scheduler: {address} has no workers; start some with `dask worker {address}`"
        ) from exc
    return client


class _Watch:
    """Looks at whether a scheduler is there and has workers."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address, self.seen = client, address, time.monotonic()

    def threads(self) -> int:
        """How many chunks its workers solve at a time."""
        threads: dict[str, int] = self.client.nthreads()
        return sum(threads.values())

    def check(self) -> None:
        """Raises PaxError where the scheduler is gone, or had no workers for long."""
        gone = PaxError(f"the scheduler {self.address} is gone; {GONE}")
        if self.client.status != "running":
            raise gone
        try:
            threads = self.threads()
        except (OSError, TimeoutError) as exc:
            raise gone from exc
        now = time.monotonic()
        self.seen = now if threads else self.seen
        if now - self.seen > LONGEST_ALONE:
            raise PaxError(
                f"{self.address} has had no workers for {LONGEST_ALONE:.0f} seconds; {GONE}"
            )
