"""Answers that are at hand: in memory the last ones, in the one store all that there is room for.

A store that is locked or gone takes nothing away but that: the answer is given, and one line says that it is not kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from paxsilica import __version__
from paxsilica.about import BASELINE
from paxsilica.brief import store as kept
from paxsilica.desk import Desk
from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.questions.question import Question
from paxsilica.web.fields import LONGEST_LINK, link_of, written_of
from paxsilica.web.work import Job, Workers

PATIENT, AGAIN = 0.5, 10.0
"""Seconds that a page waits for a store that is locked; until a store that refused is asked again."""

MOST_IN_MEMORY = 40_000_000
"""Compressed bytes of the last answers."""

Result = TypeVar("Result")


@cache
def build() -> str:
    """Digest of what is installed: who changes the program is not shown what it said before."""
    package = Path(__file__).parents[1]
    files = sorted(path for path in package.rglob("*") if path.suffix in (".py", ".csv", ".yaml"))
    said = [f"{p.relative_to(package)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


class Keeper:
    """The memory and the store of a server; everything runs in one thread, aside from the one that serves.

    Args:
        where: of the store; None is the user's own.

    Attributes:
        unkept: key and form of what is in memory alone, until the store takes it.
    """

    def __init__(self, where: str | None = None) -> None:
        self.unkept: set[tuple[str, str]] = set()
        self._where = where
        self._desk = Desk()
        self._thread = ThreadPoolExecutor(1, "keeper")
        self._open = ExitStack()
        self._store: kept.Store | None = None
        self._refused = ("", -AGAIN)
        self._last: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def start(self) -> None:
        """Load what keys need before anybody asks."""
        self._thread.submit(lambda: (build(), self._desk.economy(BASELINE).digest))

    def stop(self) -> None:
        self._thread.submit(self._open.close)
        self._thread.shutdown(wait=True)

    async def key(self, question: Question) -> str:
        """Of all that the answer depends on; empty where that changes. Raises InputError: names that are none."""
        return await self._aside(lambda: self._key(question))

    async def found(self, key: str, form: str) -> Any:
        """One form of an answer that is at hand; else None."""
        if not key:
            return None
        packed = self._last.get((key, form))
        if packed is not None:
            self._last.move_to_end((key, form))
            return _unpacked(zlib.decompress(packed))
        content, _ = await self._aside(
            lambda: self._asked(lambda s: kept.kept_answer(s, key, form))
        )
        if content is not None:
            self._remember(key, form, content)
        return None if content is None else _unpacked(content)

    async def keep(self, key: str, job: Job) -> str:
        """Keep what a job found; why it is not kept, where it is not."""
        if not key:
            return ""
        content = _packed(job.result)
        self._remember(key, job.form, content)
        asked = json.dumps({"kind": job.kind, **job.fields}, ensure_ascii=False)[:2000]
        about: Any = {"question": asked, "version": __version__}
        _, why = await self._aside(
            lambda: self._asked(lambda s: kept.keep_answer(s, key, job.form, content, **about))
        )
        (self.unkept.add if why else self.unkept.discard)((key, job.form))
        return why

    async def named(self, question: Question) -> tuple[str, str]:
        """The hash by which a question is found again, and why there is none."""
        asked = {"kind": question.kind(), "version": __version__, "fields": written_of(question)}
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
        name, why = await self._aside(lambda: self._asked(lambda s: kept.keep_question(s, text)))
        return name or "", why

    async def question(self, kind: str, name: str) -> Mapping[str, Any]:
        """`version` and `fields` of a question that was kept. Raises InputError: there is none, or of another kind."""
        text, why = await self._aside(lambda: self._asked(lambda s: kept.kept_question(s, name)))
        if text is None:
            gone = why or "it was asked on another machine, or long ago; ask for the whole question"
            raise InputError(f"no question {name[:12]} is kept here: {gone}")
        asked: Mapping[str, Any] = json.loads(text)
        if asked["kind"] != kind:
            raise InputError(f"this link is of pax {asked['kind']}; open /q/{asked['kind']}?h=…")
        return asked

    async def _aside(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _key(self, question: Question) -> str:
        if question.kind() == "score" and question.written:
            return ""  # remembered predictions come and go
        name = getattr(question, "baseline", None) or BASELINE
        economy = self._desk.economy(name, getattr(question, "elasticities", None))
        today = date.today()
        names = Names(economy, getattr(question, "as_of", None) or today)
        return question.key(names, economy.digest, str(today), build())

    def _asked(self, of: Callable[[kept.Store], Result]) -> tuple[Result | None, str]:
        """What the store says, or why it says nothing."""
        why, since = self._refused
        if time.monotonic() - since < AGAIN:
            return None, why
        try:
            if self._store is None:
                opened = kept.open_store(self._where, make=False, wait=PATIENT)
                self._store = self._open.enter_context(opened)
            return of(self._store), ""
        except (InputError, OSError) as error:
            self._refused = (_without_place(str(error)), time.monotonic())
            return None, self._refused[0]

    def _remember(self, key: str, form: str, content: bytes) -> None:
        self._last[key, form] = zlib.compress(content, 1)
        while sum(map(len, self._last.values())) > MOST_IN_MEMORY:
            gone, _ = self._last.popitem(last=False)
            self.unkept.discard(gone)


def _without_place(said: str) -> str:
    """What a store complains of, without its path."""
    return said.partition(": ")[2] or said


def _packed(result: Any) -> bytes:
    """Bytes of a download, or of a page as JSON, after a mark of which they are."""
    return b"b" + result if isinstance(result, bytes) else b"j" + json.dumps(result).encode()


def _unpacked(content: bytes) -> Any:
    return json.loads(content[1:]) if content[:1] == b"j" else content[1:]


class Pending(NamedTuple):
    """A job that runs, and what ends when its answer is kept."""

    job: Job
    task: asyncio.Task[str]


class Answers:
    """Answers at hand, and those that workers are asked for; who asks the same at the same time waits for the same."""

    def __init__(self, crew: Workers, keeper: Keeper) -> None:
        self.crew, self.keeper = crew, keeper
        self._running: dict[tuple[str, str, str], Pending] = {}

    async def of(
        self, question: Question, given: Mapping[str, Any], form: str, within: float | None = None
    ) -> tuple[Job, str]:
        """The job of a question, over or not after some seconds, and why its answer is not kept.

        Args:
            within: seconds; None waits for its end.
        """
        kind = question.kind()
        try:
            key = await self.keeper.key(question)
        except InputError as error:
            return Job(0, kind, given, form, state="wrong", result=str(error)), ""
        content = await self.keeper.found(key, form)
        if content is not None:
            job = Job(0, kind, given, form, state="done", result=content)
            again = (key, form) in self.keeper.unkept
            return job, await self.keeper.keep(key, job) if again else ""
        same = kind, key or json.dumps(given, sort_keys=True, default=str), form
        running = self._running.get(same)
        if running is None or running.job.state == "cancelled":
            job = self.crew.asked(kind, given, form)
            running = Pending(job, asyncio.create_task(self._kept(key, job)))
            self._running[same] = running
            running.task.add_done_callback(lambda _: self._forget(same, job))
        await asyncio.wait({running.task}, timeout=within)
        if running.job.over:
            await asyncio.wait({running.task}, timeout=3 * PATIENT)
        over = running.task.done() and not running.task.cancelled()
        return running.job, running.task.result() if over else ""

    async def permalink(self, question: Question) -> tuple[str, str]:
        """The permalink of a question, which is kept where that is long, and why it could not be."""
        link = link_of(question)
        if len(link) <= LONGEST_LINK:
            return link, ""
        name, why = await self.keeper.named(question)
        return (f"/q/{question.kind()}?h={name}", "") if name else (link, why)

    async def _kept(self, key: str, job: Job) -> str:
        while not job.over:
            await job.changed.wait()
        return await self.keeper.keep(key, job) if job.state == "done" else ""

    def _forget(self, same: tuple[str, str, str], job: Job) -> None:
        if same in self._running and self._running[same].job is job:
            del self._running[same]
