"""The page of a scenario: a form of its measures, its text, and the first screen of its report, which follows a slider."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from paxsilica.errors import InputError, ScenarioError
from paxsilica.names.places import packaged_groups, packaged_regions
from paxsilica.policy.library import is_policy
from paxsilica.policy.measures import KINDS
from paxsilica.policy.reader import Parsed
from paxsilica.report.words import tied
from paxsilica.web.fields import plain_breaks, question_of
from paxsilica.web.forms_of_answer import templates
from paxsilica.web.page import over, page
from paxsilica.web.scenario_form import (
    CASE_OF_INDIA,
    EMPTY_SCENARIO,
    Mistake,
    measure_parts,
    mistakes_in,
    read_scenario,
    shelf_laws,
    top_of,
)
from paxsilica.web.scenario_text import edited, law_text

MOST_FIELDS = 5000

AGES_TO_PICK = ("long_run", "short_run", "3m", "1y", "3y")
"""To pick from; any other age may be written."""


NOT_IN_A_TEXT = ("elasticities", "baseline", "path", "draws")
"""Fields of a run that stay behind where it is opened as a scenario."""


class ScenarioText(NamedTuple):
    """A scenario on the page: its text, as read, what is wrong with it, and what is said of how it came to be."""

    text: str
    document: Parsed | None
    mistakes: tuple[Mistake, ...]
    said: str = ""


def add_scenario(app: FastAPI) -> None:
    """Its addresses; what its first reader would wait for is made meanwhile."""
    Thread(target=_as_linked, args=({"law": "us-law"},), daemon=True).start()
    hidden: Any = {"include_in_schema": False}

    @app.get("/scenario", **hidden)
    async def scenario(request: Request) -> Response:
        given = dict(request.query_params)
        if given.get("h"):
            try:
                kept = await app.state.answers.keeper.question("run", given["h"])
                given = {**given, **kept["fields"]}
            except InputError as error:
                return page(request, "wrong.html.j2", 404, title="No such link", why=str(error))
        sheet = await run_in_threadpool(_as_linked, given)
        return _scenario_response(request, sheet, {}, given.get("first") or sheet.text)

    @app.post("/scenario", **hidden)
    async def sent(request: Request) -> Response:
        given = await _form_fields(request)
        # without script the form does not follow the text: where that was changed, it is meant
        if given.get("do") == "form" and given.get("was") not in (None, given.get("text")):
            given["do"] = "text"
        sheet = await run_in_threadpool(_as_sent, given)
        sheet, result = await _with_answer(app, sheet, given)
        first = given.get("first", sheet.text)
        return _scenario_response(request, sheet, result, first, 422 if sheet.mistakes else 200)

    @app.post("/scenario/now", **hidden)
    async def now(request: Request) -> Response:
        given = await _form_fields(request)
        sheet = await run_in_threadpool(_as_sent, given)
        sheet, result = await _with_answer(app, sheet, given)
        return JSONResponse(_for_script(sheet, result, given.get("do", "form")))


async def _form_fields(request: Request) -> dict[str, str]:
    """The fields of a form, each once."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def _as_linked(given: Mapping[str, str]) -> ScenarioText:
    """What a link asks for: a text, a law, nothing, or else the example."""
    text, said, mistakes = given.get("text") or CASE_OF_INDIA, "", tuple[Mistake, ...]()
    if given.get("empty"):
        text = EMPTY_SCENARIO
    law, day = given.get("law", ""), given.get("day", "")
    if is_policy(file := given.get("file", "")):
        law, _, day = file.partition(":")[2].partition("@")
    if law:
        try:
            text, said = law_text(law, day)
        except InputError as error:
            text, mistakes = EMPTY_SCENARIO, mistakes_in(str(error), None)
    text = plain_breaks(text)
    if around := {key: given[key] for key in ("horizon", "as_of") if given.get(key)}:
        try:
            text = edited(text, around)
        except ScenarioError as error:
            mistakes += mistakes_in(str(error), None)
    if left := [f"{key} {given[key]}" for key in NOT_IN_A_TEXT if given.get(key)]:
        said = f"{said} The form has no field for what the link asks beside: {', '.join(left)}.".strip()
    document, wrong = read_scenario(text)
    return ScenarioText(text, document, (*mistakes, *wrong), said)


def _as_sent(given: Mapping[str, str]) -> ScenarioText:
    """The text that was sent, with what the form says unless the text itself was changed."""
    text = plain_breaks(given.get("text", ""))
    do, mistakes = given.get("do", "form"), tuple[Mistake, ...]()
    if do != "text":
        try:
            text = edited(text if text.strip() else EMPTY_SCENARIO, given, do)
        except ScenarioError:
            mistakes = (Mistake(0, "The form changes nothing until the text can be read again."),)
    document, wrong = read_scenario(text)
    return ScenarioText(text, document, (*wrong, *mistakes))


async def _with_answer(
    app: FastAPI, sheet: ScenarioText, given: Mapping[str, str]
) -> tuple[ScenarioText, dict[str, Any]]:
    """The sheet, with what its answer found wrong, and the first screen of the answer; nothing where it was overtaken."""
    if sheet.mistakes or sheet.document is None:
        return sheet, {}
    fields = {"text": sheet.text, "bands": given.get("bands", "on")}
    try:
        link, _ = await app.state.answers.permalink(question_of("run", {"text": sheet.text}))
        compared = await _compared_link(app, given.get("first", sheet.text), sheet.text)
    except InputError as error:
        return sheet._replace(mistakes=mistakes_in(str(error), None)), {}
    token = re.sub(r"\W", "", given.get("page", ""))[:40]
    shape = "point" if fields["bands"] == "off" else "glance"
    job = app.state.crew.asked("run", fields, shape, after=f"scenario {token}" if token else "")
    await over(job)
    if job.state == "done":
        return sheet, {**job.result, "link": link, "compared": compared}
    if job.state == "cancelled":
        return sheet, {"overtaken": True}
    return sheet._replace(mistakes=mistakes_in(str(job.result), sheet.document)), {}


async def _compared_link(app: FastAPI, first: str, now: str) -> str:
    """The link of what a change does: the text that the page began with against that of now; empty where they are one."""
    first = plain_breaks(first)
    if first == now or read_scenario(first)[1]:
        return ""
    link, _ = await app.state.answers.permalink(question_of("compare", {"a": first, "b": now}))
    return str(link)


def _for_script(sheet: ScenarioText, result: Mapping[str, Any], do: str) -> dict[str, Any]:
    """What the page's script puts in its places. `form` only where the fields may be others than before."""
    overtaken = bool(result.get("overtaken"))
    shown = result and not overtaken
    return {
        "text": sheet.text,
        "overtaken": overtaken,
        "mistakes": [mistake._asdict() for mistake in sheet.mistakes],
        "form": _rendered("scenario_form.html.j2", sheet) if do != "form" else None,
        "result": _rendered("scenario_result.html.j2", sheet, result=result) if shown else None,
    }


def _context(sheet: ScenarioText) -> dict[str, Any]:
    top = top_of(sheet.document)
    laws = shelf_laws()
    own = {mistake.key: mistake.said for mistake in sheet.mistakes if mistake.measure < 0}
    return {
        "text": sheet.text,
        "said": sheet.said,
        "mistakes": sheet.mistakes,
        "wrong_lines": {mistake.line for mistake in sheet.mistakes},
        "top": top,
        "own": own,
        "laws": laws,
        "other_law": top["law"] if top["law"] not in {"", *(law.name for law in laws)} else "",
        "parts": measure_parts(sheet.document, sheet.mistakes),
        "kinds": {name: kind.meaning for name, kind in KINDS.items()},
        "horizons": AGES_TO_PICK,
        "tied": tied,
    }


def _rendered(template: str, sheet: ScenarioText, **more: Any) -> str:
    return templates().get_template(template).render({**_context(sheet), **more})


def _labels_to_pick() -> dict[str, Sequence[tuple[str, str]]]:
    """What may be written in a field, and what it is called."""
    groups = packaged_groups()
    regions = [(place.code, place.name) for place in packaged_regions()]
    regions += [(code, of.get("name", code)) for code, of in groups["regions"].items()]
    return {"region": regions, "sector": [(code, code) for code in groups["sectors"]]}


def _scenario_response(
    request: Request, sheet: ScenarioText, result: Mapping[str, Any], first: str, status: int = 200
) -> Response:
    """The page. `first`: the text that it began with."""
    return page(
        request,
        "scenario.html.j2",
        status,
        title="Scenario",
        token=secrets.token_hex(8),
        first=first,
        labels=_labels_to_pick(),
        result=result,
        **_context(sheet),
    )
