"""What every page of this server is made by."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from paxsilica import __version__
from paxsilica.questions.registry import QUESTIONS
from paxsilica.web.forms_of_answer import templates
from paxsilica.web.work import Job

IN_A_BROWSER = tuple(kind for kind in QUESTIONS if kind not in ("brief", "sweep"))
"""Questions with a form of their own; texts have the page of the record, and a sweep writes a folder."""


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page of this server."""
    told = {
        "nonce": request.state.nonce,
        "version": __version__,
        "questions": IN_A_BROWSER,
        **context,
    }
    text = templates().get_template(template).render(told)
    return HTMLResponse(text, status)


async def over(job: Job, within: float | None = None) -> None:
    """Wait until a job is over, or for some seconds."""

    async def waited() -> None:
        while not job.over:
            await job.changed.wait()

    try:
        await asyncio.wait_for(waited(), within)
    except TimeoutError:
        return
