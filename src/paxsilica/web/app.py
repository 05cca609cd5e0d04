"""What is at which address. No logic of its own: a request becomes a question, an answer a page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from sse_starlette.sse import EventSourceResponse

from paxsilica import __version__
from paxsilica.errors import InputError, LabelError
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.report.envelope import answer_schema
from paxsilica.report.html import FONT_FACES, asset
from paxsilica.web.fields import complaints_of, form_of, joined_values, link_of, question_of
from paxsilica.web.forms_of_answer import MEDIA, WEB_TEMPLATES
from paxsilica.web.page import IN_A_BROWSER, over, page
from paxsilica.web.safety import Refused
from paxsilica.web.scenario_page import add_scenario
from paxsilica.web.work import Job, Workers

PATIENCE = 1.5
"""Seconds that a page waits for its answer before it shows how far that is."""

WRONG = {"type": "object", "required": ["wrong"], "properties": {"wrong": {"type": "string"}}}
"""JSON Schema of what is said of a question that cannot be answered."""

Answered = Mapping[str, Any]


def make_app() -> FastAPI:
    """The application; its processes start and end with it."""
    crew = Workers()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        crew.start()
        yield
        crew.stop()

    app = FastAPI(
        title="paxsilica", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.crew, app.state.jobs = crew, {}
    app.add_exception_handler(Refused, _refusal)
    app.mount("/static", StaticFiles(directory=WEB_TEMPLATES.parent / "static"), name="static")
    _add_pages(app)
    add_scenario(app)
    for kind in IN_A_BROWSER:
        _add_question(app, kind)
    return app


def _add_pages(app: FastAPI) -> None:
    hidden: Any = {"include_in_schema": False}

    @app.get("/", **hidden)
    async def home(request: Request) -> Response:
        asks = [(kind, QUESTIONS[kind], _example(kind)) for kind in IN_A_BROWSER]
        return page(request, "home.html.j2", title="What would you like to know?", asks=asks)

    @app.get("/pax.css", **hidden)
    async def style() -> Response:
        own = (WEB_TEMPLATES.parent / "static" / "web.css").read_text(encoding="utf-8")
        return Response(f"{FONT_FACES}\n{asset('css')}\n{own}", media_type="text/css")

    @app.get("/report.js", **hidden)
    async def script() -> Response:
        return Response(asset("js"), media_type="text/javascript")

    @app.get("/ask/{kind}", **hidden)
    async def form(request: Request, kind: str) -> Response:
        if kind not in IN_A_BROWSER:
            return page(
                request, "wrong.html.j2", 404, title="No such question", why=f"no question {kind}"
            )
        given = dict(request.query_params)
        fields = form_of(question_class(kind), given)
        return page(
            request, "form.html.j2", title=QUESTIONS[kind], kind=kind, fields=fields, wrong={}
        )

    @app.get("/q/{kind}", **hidden)
    async def asked(request: Request, kind: str) -> Response:
        return await _answer_page(app, request, kind)

    @app.get("/q/{kind}/{form}", **hidden)
    async def download(request: Request, kind: str, form: str) -> Response:
        if form not in MEDIA:
            return page(
                request, "wrong.html.j2", 404, title="No such form", why=f"no form {form[:20]}"
            )
        job = app.state.crew.asked(kind, _given(request), form)
        await over(job)
        if job.state != "done":
            return page(
                request,
                "wrong.html.j2",
                _http_status(job),
                title="Not answered",
                why=str(job.result),
            )
        name = f'attachment; filename="paxsilica-{kind}.{form}"'
        return Response(job.result, media_type=MEDIA[form], headers={"content-disposition": name})

    @app.get("/jobs/{number}/events", **hidden)
    async def events(request: Request, number: int) -> Response:
        job = app.state.jobs.get(number)
        if job is None:
            return page(
                request, "wrong.html.j2", 404, title="No such work", why="it is over, or never was"
            )
        return EventSourceResponse(_told(job))

    @app.post("/jobs/{number}/cancel", **hidden)
    async def cancel(number: int) -> Response:
        if job := app.state.jobs.get(number):
            app.state.crew.cancel(job)
        return Response(status_code=204)


async def _refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return PlainTextResponse(str(error), error.status)


def _given(request: Request) -> dict[str, str]:
    """The fields of a link or form; joined_values values of one stand together."""
    query = request.query_params
    return {name: joined_values(query.getlist(name)) for name in dict.fromkeys(query)}


async def _answer_page(app: FastAPI, request: Request, kind: str) -> Response:
    """The page of an answer; of a question that is wrong its form again, and of one that takes long how far it is."""
    if kind not in IN_A_BROWSER:
        return page(
            request, "wrong.html.j2", 404, title="No such question", why=f"no question {kind[:20]}"
        )
    given = _given(request)
    try:
        question = question_of(kind, given)
    except InputError as error:
        return _form_again(request, kind, given, str(error))
    job = app.state.crew.asked(kind, given, "page")
    app.state.jobs[job.number] = job
    for old in [*app.state.jobs][:-200]:
        del app.state.jobs[old]
    await over(job, PATIENCE)
    if not job.over:
        return page(
            request, "waiting.html.j2", title="Working on it", job=job, link=link_of(question)
        )
    if job.state == "wrong":
        return _form_again(request, kind, given, str(job.result))
    if job.state != "done":
        return page(
            request, "wrong.html.j2", _http_status(job), title="Not answered", why=str(job.result)
        )
    return page(
        request,
        "answer.html.j2",
        title=job.result["title"],
        body=job.result["body"],
        kind=kind,
        link=link_of(question),
        forms=[*MEDIA],
    )


def _form_again(request: Request, kind: str, given: Mapping[str, str], why: str) -> Response:
    """The form with what is wrong at the fields that it concerns."""
    known = question_class(kind)
    wrong = complaints_of(known, why)
    return page(
        request,
        "form.html.j2",
        422,
        title=QUESTIONS[kind],
        kind=kind,
        fields=form_of(known, given),
        wrong=wrong,
    )


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
    wrong = {"content": {"application/json": {"schema": WRONG}}}

    async def ask(request: Request) -> Response:
        try:
            fields = json.loads(await request.body() or b"{}")
            if not isinstance(fields, dict):
                raise InputError("the body is no JSON object of fields")
            question_of(kind, fields)
        except (InputError, LabelError) as error:
            return JSONResponse({"wrong": str(error)}, 422)
        except (ValueError, RecursionError) as error:
            return JSONResponse({"wrong": f"the body is no JSON: {error}"[:300]}, 400)
        job = app.state.crew.asked(kind, fields, "json")
        await over(job)
        if job.state != "done":
            return JSONResponse({"wrong": str(job.result or job.state)}, _http_status(job))
        return Response(job.result, media_type="application/json")

    app.post(
        f"/ask/{kind}",
        summary=QUESTIONS[kind],
        description=known.__doc__ or "",
        responses={
            200: ok,
            400: {"description": "The body is no JSON object.", **wrong},
            413: {"description": "The body is too large."},
            422: {
                "description": "A field is wrong, or the question cannot be answered as asked.",
                **wrong,
            },
            429: {"description": "Too many requests."},
            503: {"description": "The equations were not solved, or it was cancelled.", **wrong},
        },
        openapi_extra={
            "requestBody": {"content": {"application/json": {"schema": schema}}, "required": True}
        },
        name=f"ask_{kind}",
    )(ask)


def _http_status(job: Job) -> int:
    return {"wrong": 422, "failed": 503, "cancelled": 503}.get(job.state, 503)


async def _told(job: Job) -> AsyncIterator[dict[str, str]]:
    """Server-sent events: how far a job is, then that it is over."""
    while not job.over:
        what, done, total = job.said
        of = f" {done} of {total}" if total else ""
        yield {
            "event": "progress",
            "data": json.dumps({"said": f"{what}{of}", "done": done, "total": total}),
        }
        await job.changed.wait()
    yield {"event": "over", "data": job.state}


def _example(kind: str) -> str:
    """A link to the form with the examples of its fields."""
    return FIRST_LINKS.get(kind, f"/ask/{kind}")


FIRST_LINKS = {
    "run": "/q/run?file=policy:us-law@2026-02-06",
    "depend": "/q/depend?us=IND&them=CHN",
    "chain": "/q/chain?name=chips&cut=TWN",
    "coerce": "/q/coerce?sender=CHN&target=IND",
    "ally": "/q/ally?members=pax-silica&add=IND",
    "negotiate": "/q/negotiate?players=USA,IND&tranche=8",
    "score": "/q/score",
}
"""One question of each kind that says most at first."""
