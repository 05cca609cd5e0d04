"""Texts from a browser are read in a process of their own: it lives for one reading, has little time and memory, and
writes no file, so that what is malicious ends it and nothing else."""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections.abc import Sequence
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read, record_of
from paxsilica.desk import Desk
from paxsilica.errors import InputError
from paxsilica.questions.brief import Brief
from paxsilica.report.pages import report_of
from paxsilica.report.report import page_context
from paxsilica.web.forms_of_answer import templates
from paxsilica.web.reading_report import for_browser

SECONDS, WORK_SECONDS = 60.0, 30
"""Until a reading must be there, its process's start included, and of work in it."""

MEMORY = 1_200_000_000
"""Bytes that a reading may take beyond what its process begins with."""

LARGEST_READING = 60_000_000
"""Bytes of a page that is handed back."""

TOO_MUCH = (
    "takes more time or memory than a page has; `pax brief FILE` on the command line has more"
)


class Upload(NamedTuple):
    """Bytes of a text, and what it is called here: `text-1.pdf`, never as its sender calls it."""

    data: bytes
    called: str


def read_uploads(uploads: Sequence[Upload], as_of: date) -> dict[str, str]:
    """Title and body of the page of what texts hold; waits for it.

    Raises:
        InputError: a text that cannot be read, or takes more than `SECONDS`, `WORK_SECONDS` or `MEMORY`.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work_within_limits, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.send((as_of.isoformat(), [one.called for one in uploads]))
        for one in uploads:
            ours.send_bytes(one.data)
        if not ours.poll(SECONDS):
            raise InputError(TOO_MUCH)
        found: dict[str, str] = json.loads(ours.recv_bytes(LARGEST_READING))
    except (EOFError, OSError):
        raise InputError(TOO_MUCH) from None
    finally:
        process.kill()
        process.join()
        ours.close()
    if wrong := found.get("wrong"):
        raise InputError(wrong)
    return found


# ---- in the process ----------------------------------------------------------------------------


def _work_within_limits(conn: Connection) -> None:
    as_of, names = conn.recv()
    uploads = [Upload(conn.recv_bytes(), name) for name in names]
    _set_limits()
    try:
        found = _reading_page(uploads, date.fromisoformat(as_of))
    except InputError as error:
        found = {"wrong": str(error)}
    except (MemoryError, RecursionError):
        found = {"wrong": TOO_MUCH}
    conn.send_bytes(json.dumps(found).encode())


def _set_limits() -> None:
    """Limits of the process from here on, where the system has them."""
    if sys.platform != "win32":
        import resource

        size = Path("/proc/self/statm")
        begun = int(size.read_text().split()[0]) * resource.getpagesize() if size.exists() else 0
        limits = {
            resource.RLIMIT_AS: begun + MEMORY if begun else resource.RLIM_INFINITY,
            resource.RLIMIT_CPU: int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
            + WORK_SECONDS,
            resource.RLIMIT_FSIZE: 0,
        }
        for what, most in limits.items():
            resource.setrlimit(what, (most, most))


def _reading_page(uploads: Sequence[Upload], as_of: date) -> dict[str, str]:
    record = record_of([read(document_of(one.data, one.called)) for one in uploads])
    asks = Brief(files=tuple(one.called for one in uploads), as_of=as_of)
    answer = asks.about(record, Desk(today=as_of))
    report = for_browser(report_of(answer), answer)
    context = page_context(report, lambda _: "")
    body = templates().get_template("body.html.j2").render(context)
    return {"title": report.title, "body": body}
