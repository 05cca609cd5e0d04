"""What every page of this server is made by."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from paxsilica import __version__
from paxsilica.questions.registry import QUESTIONS
from paxsilica.web.forms_of_answer import templates
from paxsilica.web.work import MOST_JOBS, Job


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of this server."""
    told = {
        "nonce": request.state.nonce,
        "version": __version__,
        "questions": QUESTIONS,
        **context,
    }
    text = templates().get_template(template).render(told)
    return HTMLResponse(text, status)


def address_of(request: Request, path: str = "") -> str:
    """Where a request came, with what it asks; or another path with the same."""
    return (path or request.url.path) + f"?{request.url.query}" * bool(request.url.query)


def show_progress(request: Request, job: Job) -> None:
    """Let a page ask how far a job is; those that are over are forgotten, and the oldest."""
    jobs = request.app.state.jobs
    gone = [number for number, one in jobs.items() if one.over and one.state != "cancelled"]
    for old in [*gone, *[*jobs][:-MOST_JOBS]]:
        jobs.pop(old, None)
    jobs[job.number] = job


async def over(job: Job, within: float | None = None) -> None:
    """Wait until a job is over, or for some seconds."""

    async def waited() -> None:
        while not job.over:
            await job.changed.wait()

    try:
        await asyncio.wait_for(waited(), within)
    except TimeoutError:
        return
