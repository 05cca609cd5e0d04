"""What is at which address. No logic of its own: a request becomes a question, an answer a page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from paxsilica import __version__
from paxsilica.errors import InputError, LabelError
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.report.envelope import answer_schema
from paxsilica.report.html import FONT_FACES, asset
from paxsilica.web.about_page import add_about, begin_about
from paxsilica.web.answer_page import add_answers, http_status
from paxsilica.web.fields import question_of
from paxsilica.web.forms_of_answer import WEB_TEMPLATES
from paxsilica.web.home_page import add_home, begin_home
from paxsilica.web.kept_answers import Answers, Keeper
from paxsilica.web.page import over, page
from paxsilica.web.record_page import add_record
from paxsilica.web.safety import Refused
from paxsilica.web.scenario_page import add_scenario
from paxsilica.web.work import Job, Workers
from paxsilica.web.world_pages import add_world

PULSE = 1.0
"""Seconds between two looks at whether a program still waits."""

WRONG = {"type": "object", "required": ["wrong"], "properties": {"wrong": {"type": "string"}}}
"""JSON Schema of what is said of a question that cannot be answered."""


def make_app(store: str | None = None) -> FastAPI:
    """The application; its processes start and end with it.

    Args:
        store: where answers are kept; None is the user's own.
    """
    crew, keeper = Workers(), Keeper(store)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        crew.start()
        keeper.start()
        begin_home(app)
        app.state.begun = begin_about()
        yield
        crew.stop()
        keeper.stop()

    app = FastAPI(
        title="paxsilica", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.crew, app.state.jobs = crew, {}
    app.state.answers = Answers(crew, keeper)
    app.add_exception_handler(Refused, _refusal)
    app.add_exception_handler(HTTPException, _no_page)
    app.mount("/static", StaticFiles(directory=WEB_TEMPLATES.parent / "static"), name="static")
    _add_pages(app)
    for add in (add_home, add_record, add_about, add_answers, add_world, add_scenario):
        add(app)
    for kind in QUESTIONS:
        _add_question(app, kind)
    return app


def _add_pages(app: FastAPI) -> None:
    hidden: Any = {"include_in_schema": False}

    @app.get("/pax.css", **hidden)
    async def style() -> Response:
        own = (WEB_TEMPLATES.parent / "static" / "web.css").read_text(encoding="utf-8")
        return Response(f"{FONT_FACES}\n{asset('css')}\n{own}", media_type="text/css")

    @app.get("/report.js", **hidden)
    async def script() -> Response:
        return Response(asset("js"), media_type="text/javascript")


async def _refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return PlainTextResponse(str(error), error.status)


async def _no_page(request: Request, error: Exception) -> Response:
    """No such address, or none for this method: a page where a person looks."""
    assert isinstance(error, HTTPException)
    if "text/html" not in request.headers.get("accept", ""):
        return await http_exception_handler(request, error)
    why = f"There is nothing at {request.url.path[:60]}."
    return page(request, "wrong.html.j2", error.status_code, title="No such page", why=why)


def _add_question(app: FastAPI, kind: str) -> None:
    """`POST /ask/{kind}`: the fields as JSON, the answer as JSON."""
    known = question_class(kind)
    schema = known.model_json_schema(ref_template=f"#/components/schemas/{kind}_{{model}}")
    defs = schema.pop("$defs", {})
    assert not defs, f"{kind} has fields of its own models"
    ok = {
        "description": "The answer.",
        "content": {"application/json": {"schema": answer_schema()}},
    }

    async def ask(request: Request) -> Response:
        try:
            fields = json.loads(await request.body() or b"{}")
            if not isinstance(fields, dict):
                raise ValueError("it is no object of fields")
            question = question_of(kind, fields)
        except (InputError, LabelError) as error:
            return JSONResponse({"wrong": str(error)}, 422)
        except (ValueError, RecursionError) as error:
            said = f"the body is no JSON object: {error}"[:300]
            return JSONResponse({"wrong": said}, 400)
        job, _ = await app.state.answers.of(question, fields, "json", PULSE)
        await _while_connected(request, job)
        if job.state != "done":
            return JSONResponse({"wrong": str(job.result or job.state)}, http_status(job))
        return Response(job.result, media_type="application/json")

    app.post(
        f"/ask/{kind}",
        summary=QUESTIONS[kind],
        description=known.__doc__ or "",
        responses={200: ok, **_refusals()},
        openapi_extra={
            "requestBody": {"content": {"application/json": {"schema": schema}}, "required": True}
        },
        name=f"ask_{kind}",
    )(ask)


async def _while_connected(request: Request, job: Job) -> None:
    """Wait for a job; it is stopped where all programs that wait for it have gone, and nobody looks at its progress."""
    job.programs += 1
    while not job.over and not await request.is_disconnected():
        await over(job, PULSE)
    job.programs -= 1
    if not job.over and not job.programs and job.number not in request.app.state.jobs:
        request.app.state.crew.cancel(job)


def _refusals() -> dict[int | str, dict[str, Any]]:
    """Every status but 200, with what its text means."""
    text = {"text/plain": {"schema": {"type": "string"}}}
    wrong = {"application/json": {"schema": WRONG}}
    said: dict[int, tuple[str, Mapping[str, Any]]] = {
        400: ("The body is no JSON object.", wrong),
        403: ("A page of another site asked.", text),
        408: ("The body came too slowly.", text),
        413: ("The body is too large.", text),
        421: ("Asked under another name than localhost and this port.", text),
        422: ("A field is wrong, or the question cannot be answered as asked.", wrong),
        429: ("Too many requests, or too many questions that wait.", text),
        503: ("The equations were not solved, or the work was stopped.", wrong),
    }
    return {status: {"description": why, "content": form} for status, (why, form) in said.items()}
