"""The page of an answer, its permalink and its downloads; and how far one is that takes long."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette.sse import EventSourceResponse

from paxsilica import __version__
from paxsilica.errors import InputError
from paxsilica.questions.question import Question
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.web.fields import (
    complaints_of,
    form_of,
    joined_values,
    question_of,
)
from paxsilica.web.forms_of_answer import MEDIA, PICTURES
from paxsilica.web.home_page import FIRST_QUESTIONS
from paxsilica.web.page import page, show_progress
from paxsilica.web.work import Job

PATIENCE = 1.2
"""Seconds that a page waits for its answer before it shows how far that is."""


class Given(NamedTuple):
    """What a link or a form asks: its fields, and what has changed since the link was made."""

    fields: dict[str, str]
    changes: list[str]


def add_answers(app: FastAPI) -> None:
    """`/ask/{kind}`, `/q/{kind}` and below it the downloads, and `/jobs`."""
    hidden: Any = {"include_in_schema": False}

    @app.get("/ask/{kind}", **hidden)
    async def form(request: Request, kind: str) -> Response:
        if kind not in QUESTIONS:
            return _no_such(request, "question", kind)
        try:
            given = await _given(request, kind)
        except InputError as error:
            return _wrong(request, 404, str(error), "No such link")
        return _form_page(request, kind, given)

    @app.get("/q/{kind}", **hidden)
    async def asked(request: Request, kind: str) -> Response:
        return await _asked(request, kind, "page")

    @app.get("/q/{kind}/{form}", **hidden)
    async def download(request: Request, kind: str, form: str) -> Response:
        if form not in MEDIA:
            return _no_such(request, "download", form)
        return await _asked(request, kind, form)

    @app.get("/q/{kind}/{form}/{chart}", **hidden)
    async def picture(request: Request, kind: str, form: str, chart: str) -> Response:
        if form not in PICTURES:
            return _no_such(request, "picture", form)
        return await _asked(request, kind, f"{form}/{chart}")

    @app.get("/jobs/{number}/events", **hidden)
    async def events(number: int) -> Response:
        return EventSourceResponse(_told(app.state.jobs.get(number)))

    @app.post("/jobs/{number}/cancel", **hidden)
    async def cancel(request: Request, number: int) -> Response:
        job = app.state.jobs.get(number)
        if job is None:
            return _no_such(request, "work", str(number))
        app.state.crew.cancel(job)
        link, _ = await app.state.answers.permalink(question_of(job.kind, job.fields))
        return RedirectResponse(link.replace("/q/", "/ask/", 1), 303)


async def _given(request: Request, kind: str) -> Given:
    """The fields of a request; several values of one stand together, and a hash is what it was made of.

    Raises:
        InputError: no question of that hash is kept here.
    """
    query = request.query_params
    fields = {name: joined_values(query.getlist(name)) for name in dict.fromkeys(query)}
    version, name = fields.pop("v", ""), fields.pop("h", "")
    if name:
        found = await request.app.state.answers.keeper.question(kind, name)
        fields, version = {**found["fields"], **fields}, found["version"]
    if version in ("", __version__):
        return Given(fields, [])
    changes = [
        f"This link was made by version {version[:20]}, and is answered by {__version__}: numbers may differ."
    ]
    known = question_class(kind).model_fields
    gone = [one for one in fields if one not in known]
    changes += [f"There is no field {one[:40]} any more; it is left out." for one in gone]
    return Given({k: text for k, text in fields.items() if k in known}, changes)


async def _asked(request: Request, kind: str, form: str) -> Response:
    """An answer in a form; of a question that is wrong its form again, and of one that takes long how far it is."""
    if kind not in QUESTIONS:
        return _no_such(request, "question", kind)
    try:
        given = await _given(request, kind)
    except InputError as error:
        return _wrong(request, 404, str(error), "No such link")
    try:
        question = question_of(kind, given.fields)
    except InputError as error:
        return _form_page(request, kind, given, str(error))
    seen = form == "page" or "text/html" in request.headers.get("accept", "")
    answers = request.app.state.answers
    job, unkept = await answers.of(question, given.fields, form, PATIENCE if seen else None)
    if not job.over:
        return await _waiting(request, job, question)
    if job.state == "wrong" and form == "page":
        return _form_page(request, kind, given, str(job.result))
    if job.state != "done":
        why = job.result or "It was stopped; ask again."
        return _wrong(request, http_status(job), str(why), "Not answered")
    if form != "page":
        return _as_download(kind, form, job.result)
    found = job.result
    link, no_link = await answers.permalink(question_of(kind, _fields_of(found["link"])))
    told: dict[str, Any] = {"kind": kind, "link": link, "forms": [*MEDIA], "pictures": [*PICTURES]}
    return page(
        request,
        "answer.html.j2",
        title=found["title"],
        body=found["body"],
        charts=found["charts"],
        **told,
        changes=given.changes,
        unkept=unkept or no_link,
    )


def _fields_of(link: str) -> dict[str, str]:
    return {name: text for name, text in parse_qsl(link.partition("?")[2]) if name != "v"}


async def _waiting(request: Request, job: Job, question: Question) -> Response:
    """How far a job is; its page goes on to the answer by itself."""
    show_progress(request, job)
    link, _ = await request.app.state.answers.permalink(question)
    if job.form != "page":
        link = link.replace(f"/q/{job.kind}", f"/q/{job.kind}/{job.form}", 1)
    told = {"title": "Working on it", "job": job, "link": link, "file": job.form != "page"}
    return page(request, "waiting.html.j2", 202, **told)


def _as_download(kind: str, form: str, content: bytes) -> Response:
    sort, _, chart = form.partition("/")
    name = "-".join(filter(None, ("paxsilica", kind, chart)))
    told = {"content-disposition": f'attachment; filename="{name}.{sort}"'}
    return Response(content, media_type={**MEDIA, **PICTURES}[sort], headers=told)


def _form_page(request: Request, kind: str, given: Given, why: str = "") -> Response:
    """The form of a question; what is wrong stands at the fields that it concerns."""
    known = question_class(kind)
    told: dict[str, Any] = {"fields": form_of(known, given.fields), "changes": given.changes}
    told["examples"] = [one for one in FIRST_QUESTIONS if one.kind == kind and not given.fields]
    wrong = complaints_of(known, why) if why else {}
    status, title = 422 if why else 200, QUESTIONS[kind]
    return page(request, "form.html.j2", status, title=title, kind=kind, wrong=wrong, **told)


def _wrong(request: Request, status: int, why: str, title: str) -> Response:
    return page(request, "wrong.html.j2", status, title=title, why=why)


def _no_such(request: Request, what: str, name: str) -> Response:
    return _wrong(request, 404, f"There is no {what} {name[:40]}.", f"No such {what}")


def http_status(job: Job) -> int:
    """Of a job that found no answer."""
    return 422 if job.state == "wrong" else 503


async def _told(job: Job | None) -> AsyncIterator[dict[str, str]]:
    """Server-sent events: how far a job is, then that it is over; one that is forgotten is over too."""
    while job and not job.over:
        what, done, total = job.said
        of = f" {done} of {total}" if total else ""
        told = {"said": f"{what}{of}", "done": done, "total": total}
        yield {"event": "progress", "data": json.dumps(told)}
        await job.changed.wait()
    yield {"event": "over", "data": job.state if job else "done"}
