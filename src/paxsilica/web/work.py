"""Worker processes: each keeps a warm desk, answers one question after another, tells its progress and can be told to stop.

One answers what takes a moment, one what takes long, so that no page waits behind a matrix; a third draws the files of
what takes a moment, and starts when the first is wanted.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Literal

from paxsilica.about import BASELINE
from paxsilica.analysis.baseline import balanced
from paxsilica.desk import Desk
from paxsilica.errors import Cancelled, InputError, PaxError
from paxsilica.model import Params
from paxsilica.questions.question import Answer
from paxsilica.web.fields import link_of, question_of
from paxsilica.web.forms_of_answer import form_of_answer
from paxsilica.web.safety import Refused
from paxsilica.web.world_forms import WORLD_FORMS

LONG = ("ally", "brief", "negotiate", "sweep", "target", "divert", "compare", "score")
"""Questions that take seconds or more, or may; a matrix and a path too."""

DRAWN_FORMS = ("html", "zip", "png", "svg")

MOST_WAITING = 60
"""Jobs in a queue; more are refused."""

MOST_JOBS = 200
"""Jobs whose progress can be asked for."""

OFTEN = 0.1
"""Seconds between two words of progress."""

YIELDS = 10
"""By how much (`nice`) processes for what takes long let others go first: what takes a moment is waited for."""

FIRST: tuple[str, Mapping[str, Any], str] = ("coerce", {"sender": "CHN", "target": "IND"}, "page")
"""What is answered before anybody asks, so that the equations are compiled and the sets of elasticities balanced."""

SOON = 0.5
"""Seconds after which a process that ended is started anew."""

LENIENT = 10.0
"""Seconds that a process has to stop what is cancelled; then it is ended."""

AT_HAND, MORE_AT_HAND = 16, 100
"""Answers that a worker has at hand for another form of them, each under its question as asked and as dated: of what takes
long, which may be large, and of what takes a moment."""

JobState = Literal["queued", "running", "done", "wrong", "failed", "cancelled"]


@dataclass(eq=False)
class Job:
    """A question being answered for a browser.

    Attributes:
        form: of the answer, see `form_of_answer`.
        after: what it takes the place of: an earlier job with the same word is cancelled.
        said: what is being done, how much of it is done, and of how much. result: the form, or what is wrong.
        programs: how many wait for it, which have no page that could stop it.
    """

    number: int
    kind: str
    fields: Mapping[str, Any]
    form: str
    after: str = ""
    state: JobState = "queued"
    said: tuple[str, int, int] = ("waiting", 0, 0)
    result: Any = None
    programs: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def over(self) -> bool:
        return self.state not in ("queued", "running")

    @property
    def process(self) -> Literal["moment", "long", "drawing"]:
        """Which process answers it: what takes long and what draws files stand in nobody's way."""
        if self.kind in LONG or any(map(self.fields.get, ("matrix", "path", "draws"))):
            return "long"
        return "drawing" if self.form.partition("/")[0] in DRAWN_FORMS else "moment"

    def now(self, state: JobState, result: Any = None) -> None:
        """Say that it has come so far."""
        if not self.over:
            self.state, self.result = state, result
            self.stirred()

    def stirred(self) -> None:
        """Wake who waits for news."""
        self.changed.set()
        self.changed = asyncio.Event()


class Workers:
    """The workers of a server."""

    def __init__(self) -> None:
        self._count = 0
        self._workers: dict[str, _Worker] = {}

    def start(self) -> None:
        """Start the processes; to be called where an event loop runs."""
        self._workers = {name: _Worker(name) for name in ("moment", "long")}

    def stop(self) -> None:
        """End the processes; what they were asked for is cancelled."""
        for worker in self._workers.values():
            worker.end()

    def asked(self, kind: str, fields: Mapping[str, Any], form: str, after: str = "") -> Job:
        """A job at the end of its queue; an earlier one that it takes the place of is cancelled.

        Raises:
            Refused: too many wait already.
        """
        self._count += 1
        job = Job(self._count, kind, dict(fields), form, after)
        if job.process not in self._workers:
            self._workers[job.process] = _Worker(job.process)
        worker = self._workers[job.process]
        for other in worker.jobs() if after else ():
            if other.after == after:
                worker.cancel(other)
        if len(worker.jobs()) > MOST_WAITING:
            raise Refused(429, "too many questions wait for an answer; ask again in some seconds")
        worker.put(job)
        return job

    def cancel(self, job: Job) -> None:
        self._workers[job.process].cancel(job)

    @property
    def waiting(self) -> int:
        """Jobs that are not over."""
        return sum(len(worker.jobs()) for worker in self._workers.values())


class _Worker:
    """One process and its queue; a process that ends is started anew, and its job has failed."""

    def __init__(self, name: str) -> None:
        self._yields = 0 if name == "moment" else YIELDS
        self._loop = asyncio.get_running_loop()
        self._queue: list[Job] = []
        self._now: Job | None = None
        self._ended = False
        self._begin()

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._conn, theirs = context.Pipe()
        self._stop = context.Value("q", 0, lock=False)
        self._process: SpawnProcess = context.Process(
            target=work, args=(theirs, self._stop, self._yields), daemon=True
        )
        self._process.start()
        theirs.close()
        threading.Thread(target=self._listen, args=(self._conn,), daemon=True).start()

    def _listen(self, conn: Connection) -> None:
        """In a thread: hand what the process says to the event loop."""
        try:
            while True:
                said = conn.recv()
                self._loop.call_soon_threadsafe(self._heard, said)
        except (EOFError, OSError):
            if not self._ended and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._lost)

    def jobs(self) -> list[Job]:
        return [*([self._now] if self._now else []), *self._queue]

    def put(self, job: Job) -> None:
        self._queue.append(job)
        self._next()

    def cancel(self, job: Job) -> None:
        if job is self._now:
            self._stop.value = job.number
            self._loop.call_later(LENIENT, self._insist, job)
        elif job in self._queue:
            self._queue.remove(job)
            self._place()
        job.now("cancelled")

    def _insist(self, job: Job) -> None:
        """End a process that has not stopped; another takes its place."""
        if job is self._now:
            self._process.kill()

    def end(self) -> None:
        self._ended = True
        for job in self.jobs():
            job.now("cancelled")
        self._process.terminate()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()

    def _next(self) -> None:
        if self._now is None and self._queue:
            job = self._now = self._queue.pop(0)
            job.now("running")
            try:
                self._conn.send((job.number, job.kind, job.fields, job.form))
            except OSError:
                return  # it has ended; `_lost` is on its way
        self._place()

    def _place(self) -> None:
        """Tell who waits how many are before."""
        for before, job in enumerate(self._queue, 1):
            job.said = (f"waiting; {before} before it", 0, 0)
            job.stirred()

    def _heard(self, said: tuple[Any, ...]) -> None:
        what, number, *more = said
        job = self._now
        if job is None or job.number != number:
            return
        if what == "progress":
            job.said = (more[0], more[1], more[2])
            job.stirred()
            return
        job.now(what, more[0])
        self._now = None
        self._next()

    def _lost(self) -> None:
        if self._now is not None:
            self._now.now("failed", "the process that was answering has ended; ask again")
            self._now = None
        self._loop.call_later(SOON, self._anew)

    def _anew(self) -> None:
        if not self._ended:
            self._begin()
            self._next()


# ---- in the process ----------------------------------------------------------------------------


def work(conn: Connection, stop: Any, yields: int) -> None:
    """Answer what comes through the pipe until it is closed.

    Args:
        yields: by how much others come first on the processor, where the system knows that.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(yields)
    now, last = -1, 0.0

    def progress(what: str, done: int, total: int) -> None:
        nonlocal last
        if stop.value == now:
            raise Cancelled(f"stopped while {what}")
        if time.monotonic() - last > OFTEN:
            last = time.monotonic()
            _tell_server(conn, "progress", now, what, done, total)

    desk, at_hand = Desk(progress), OrderedDict[str, Answer]()
    balanced(desk, desk.economy(BASELINE), Params())
    if not yields:
        _job_done(now, *FIRST, desk, at_hand)
    while True:
        try:
            now, kind, fields, form = conn.recv()
        except EOFError:
            return
        today = desk.aside(date.today(), quiet=False)
        _tell_server(conn, *_job_done(now, kind, fields, form, today, at_hand))
        if yields:
            _give_back()
        for old in [*at_hand][: -(AT_HAND if yields else MORE_AT_HAND)]:
            del at_hand[old]


def _tell_server(conn: Connection, *said: Any) -> None:
    """Tell the server; where it is no more, this process ends too."""
    try:
        conn.send(said)
    except OSError:
        raise SystemExit from None


def _give_back() -> None:
    """Hand memory that is free again to the system: on Linux what many threads used stays with them until told."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _job_done(
    number: int,
    kind: str,
    fields: Mapping[str, Any],
    form: str,
    desk: Desk,
    at_hand: OrderedDict[str, Answer],
) -> tuple[str, int, Any]:
    """What became of a job: `done` with the form of its answer, or why there is none."""
    try:
        question = question_of(kind, fields)
        key = link_of(question)
        if key not in at_hand:
            answer = question.answered(desk)
            at_hand[key] = at_hand[link_of(answer.question)] = answer
        made = WORLD_FORMS[form] if form in WORLD_FORMS else partial(form_of_answer, form)
        return "done", number, made(at_hand[key])
    except InputError as error:
        return "wrong", number, str(error)
    except Cancelled:
        return "cancelled", number, None
    except PaxError as error:
        return "failed", number, str(error)
