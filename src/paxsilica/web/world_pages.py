"""`/world`, the map of a law, and `/country/IND`: what one country sells and buys, depends on, fears, has joined and
promised. Every block is the answer of a question, and leads to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from paxsilica.brief import store as kept
from paxsilica.errors import InputError, LabelError
from paxsilica.names import Names
from paxsilica.names.places import ROW, country_names, members_of_group, packaged_groups
from paxsilica.names.rosters import rosters
from paxsilica.policy.library import shelf
from paxsilica.policy.values import parse_date
from paxsilica.questions.question import Question
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.theme import HUES
from paxsilica.web.answer_page import http_status
from paxsilica.web.fields import LAW_EXAMPLE, link_of, question_of, written_of
from paxsilica.web.forms_of_answer import chart_html
from paxsilica.web.own_record import from_own_record
from paxsilica.web.page import address_of, page, show_progress
from paxsilica.web.work import Job
from paxsilica.web.world_forms import USUAL_LAW, law_in_address

SOON, BRIEFLY = 1.5, 0.6
"""Seconds that a page waits for what it stands on, and for the blocks that may come later."""

MOST_SENDERS = 6
"""Suppliers of a country that cut it off: with it they are a matrix of 42 cuts under every set of elasticities."""

OF_THE_WORLD = ("baseline", "elasticities")
"""Fields of a run that are those of a cut too."""

OF_A_MOMENT = ("path", "every", "growth", "anticipated", "draws", "seed", "baseline_error", "yes")
"""Fields of a run that the map has no room for."""


class NotShown(Exception):
    """Why a page cannot be shown. `status`: of HTTP."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Unfinished(Exception):
    """What a page stands on is not solved yet. `job`: what is waited for."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.kind)
        self.job = job


def add_world(app: FastAPI) -> None:
    """Add both pages to an application."""
    hidden: Any = {"include_in_schema": False}

    @app.get("/world", **hidden)
    async def world(request: Request) -> Response:
        async def made() -> Response:
            asks = _run_asked(request)
            told = await _stood_on(request, asks, "world")
            return page(request, "world.html.j2", **told, link=link_of(asks), laws=shelf())

        return await _page_or_why(request, made)

    @app.get("/country/{code}", **hidden)
    async def country(request: Request, code: str) -> Response:
        async def made() -> Response:
            found = country_meant(code)
            if found != code:
                return RedirectResponse(address_of(request, f"/country/{found}"), 303)
            asks, day = _run_asked(request), _day(request)
            told = await _stood_on(request, asks, "exposures")
            blocks = await _blocks(request, found, told["regions"].get(found), asks)
            return page(
                request,
                "country.html.j2",
                title=told["regions"].get(found, {}).get("name") or country_names()[found],
                code=found,
                it=told["regions"].get(found),
                about=told,
                picture=_partners(told, found),
                tied=words.tied,
                alliances=alliances_of(found, day) if found != ROW else [],
                groups=_groups_of(found),
                day=day,
                day_asked=bool(request.query_params.get("day")),
                promises=await asyncio.to_thread(promises_of, found, day),
                law=(law := law_in_address(asks)),
                asked=written_of(asks) if law else {},
                run=link_of(asks),
                here=address_of(request),
                **blocks,
            )

        return await _page_or_why(request, made)


async def _page_or_why(request: Request, make: Callable[[], Awaitable[Response]]) -> Response:
    """The page; or that it is not ready, or why there is none."""
    try:
        return await make()
    except Unfinished as error:
        here = address_of(request)
        return page(
            request, "waiting.html.j2", title="Working on it", job=error.job, link=here, file=False
        )
    except NotShown as error:
        return page(request, "wrong.html.j2", error.status, title="Not shown", why=str(error))


def country_meant(written: str) -> str:
    """Code of the one country that a name means, or of the rest of the world. Raises NotShown."""
    if written == ROW:
        return ROW
    try:
        found = Names().countries(written)
    except (LabelError, InputError) as error:
        raise NotShown(404, str(error)) from None
    if len(found) != 1:
        raise NotShown(
            404, f"{written[:40]} is {len(found)} countries; name one, such as {found[0]}"
        )
    return found[0]


def _run_asked(request: Request) -> Question:
    """The run that the pages show: that of the address, else the usual one. Raises NotShown."""
    given = {name: value for name, value in request.query_params.items() if value and name != "day"}
    if given.keys() & {*OF_A_MOMENT}:
        name = next(name for name in given if name in OF_A_MOMENT)
        raise NotShown(422, f"{name}: the map shows one moment and one band; ask it at /ask/run")
    if not given.keys() & {"file", "text"}:
        given = {**USUAL_LAW, **given}
    try:
        return question_of("run", given)
    except InputError as error:
        raise NotShown(
            422, f"{error}. A law is written with its day, such as {LAW_EXAMPLE}"
        ) from None


def _day(request: Request) -> date:
    """The day that memberships and promises are counted on. Raises NotShown."""
    written = request.query_params.get("day", "")
    try:
        return parse_date(written) if written else date.today()
    except ValueError as error:
        raise NotShown(422, f"day: {error}") from None


# ---- what the workers are asked ----------------------------------------------------------------


async def _stood_on(request: Request, asks: Question, form: str) -> dict[str, Any]:
    """What a page stands on. Raises Unfinished, NotShown."""
    job = await _within(request, asks, form, SOON)
    if not job.over:
        raise Unfinished(job)
    if job.state != "done":
        raise NotShown(http_status(job), str(job.result or job.state))
    found: dict[str, Any] = job.result
    return found


async def _within(request: Request, asks: Question, form: str, seconds: float) -> Job:
    """The job of a question, over or not; who asks again waits for the same."""
    job: Job
    job, _ = await request.app.state.answers.of(asks, asks.written, form, seconds)
    if not job.over:
        show_progress(request, job)
    return job


async def _blocks(
    request: Request, code: str, it: Mapping[str, Any] | None, run: Question
) -> dict[str, Any]:
    """What a country depends on and who can hurt it: each an answer, why there is none, or what is waited for."""
    asks = {"depends": question_of("depend", {"us": code})} if code != ROW else {}
    suppliers = [one["code"] for one in it["buys"]["partners"] if one["code"] != ROW] if it else []
    if suppliers and code != ROW:
        fields = {
            "matrix": True,
            "regions": ",".join([code, *suppliers[:MOST_SENDERS]]),
            "bands": True,
            **{name: run.written[name] for name in OF_THE_WORLD if name in run.written},
        }
        asks["threats"] = question_of("coerce", fields)
    forms = {"depends": "glance", "threats": "threats"}
    found = [_within(request, question, forms[name], BRIEFLY) for name, question in asks.items()]
    jobs = dict(zip(asks, await asyncio.gather(*found), strict=True))
    absent = {"state": "absent", "result": None, "job": None, "link": ""}
    told = {
        name: {"state": job.state, "result": job.result, "job": job, "link": link_of(asks[name])}
        for name, job in jobs.items()
    }
    waited = next((one["job"] for one in told.values() if not one["job"].over), None)
    return {"depends": absent, "threats": absent, "waited": waited, **told}


# ---- what is no question's ---------------------------------------------------------------------


def _partners(told: Mapping[str, Any], code: str) -> str:
    """The picture of the first screen: the largest buyers and sellers, in per cent of all of either."""
    it = told["regions"].get(code)
    if it is None:
        return ""
    kinds = {"of its exports": HUES[0], "of its imports": HUES[1]}
    rows = [
        {
            "label": one["name"],
            "kind": kind,
            "value": one["value"],
            "text": one["share"],
            "tip": f"{one['name']}: {one['share']} {kind}, {one['size']}",
        }
        for kind, way in zip(kinds, ("sells", "buys"), strict=True)
        for one in it[way]["partners"]
    ]
    title = f"The largest partners of {it['say']}, goods and services, {told['year']}"
    notes = [f"Share in all that it sells and in all that it buys abroad. {told['baseline']}."]
    axis = "Share of exports and of imports, %"
    made = bars("partners", title, rows, axis, notes, kinds, grouped=True, heads=("Partner", "Of"))
    return chart_html(made)


def alliances_of(code: str, day: date) -> list[dict[str, Any]]:
    """The packaged alliances, and whether and since when a country belongs to them on a day."""
    found = []
    for roster in rosters().values():
        since = roster.since(code)
        by = next((member for member in roster.members if code in member.countries), None)
        found.append(
            {
                "name": roster.name,
                "title": roster.title,
                "since": since if since and since <= day else None,
                "later": since if since and since > day else None,
                "by": by,
                "reported_to": roster.reported_to,
            }
        )
    return found


def _groups_of(code: str) -> list[str]:
    return [name for name in packaged_groups()["regions"] if code in members_of_group(name)]


def promises_of(code: str, day: date) -> dict[str, Any]:
    """What a state, and who speaks for it, promised in the user's own record; `kept` is False where there is none, and
    none is made."""

    def read(store: kept.Store) -> list[kept.Due]:
        its = kept.find(store, kept.Wanted(kind="commitments", state=code))
        places = {(one.source, one.exact) for one in its}
        return [one for one in kept.due(store, day) if (one.source, one.exact) in places]

    try:
        rows = None if code == ROW else from_own_record(read)
    except InputError as error:
        return {"kept": True, "rows": [], "why": str(error)}
    return {"kept": rows is not None, "rows": rows or [], "why": ""}
