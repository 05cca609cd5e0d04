"""The first page: a case already solved, what can be asked with an example of each, and which kept promises fall due."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import cache
from pathlib import PurePath
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response

from paxsilica.brief.store import Due, due
from paxsilica.errors import InputError
from paxsilica.policy import parse_scenario
from paxsilica.web.forms_of_answer import templates
from paxsilica.web.own_record import STORE_WAIT, from_own_record
from paxsilica.web.page import over, page
from paxsilica.web.record_page import EXAMPLE_TEXT
from paxsilica.web.work import Job

INDIA = """\
schema: paxsilica/scenario@1
title: US tariff of 50 % on all goods from India
source:
  - title: Executive Order 14326, Further Modifying the Reciprocal Tariff Rates
    url: https://www.whitehouse.gov/presidential-actions/2025/07/further-modifying-the-reciprocal-tariff-rates/
    published: 2025-07-31
  - title: Executive Order 14329, Addressing Threats to the United States by the Government of the Russian Federation
    url: https://www.federalregister.gov/documents/2025/08/11/2025-15267/addressing-threats-to-the-united-states-by-the-government-of-the-russian-federation
    published: 2025-08-06
baseline: icio2022
measures:
  - id: total-duty
    kind: tariff
    importer: [USA]
    exporter: [IND]
    sector: [goods]
    op: set
    rate: 50%
    from: 2025-08-27
    until: 2026-02-06
    source: Executive Orders 14326 and 14329
    note: until 26 August 2025 the additional duty was 25 %
assumptions: {horizon: long_run, deficits: fixed_share, revenue: lump_sum}
not_modelled:
  - exemptions for medicines, electronics, fuels and other listed goods
  - duties of Section 232 on steel, aluminium, copper and vehicles
  - US tariffs on other partners changed in the same year
  - any answer by India
"""
"""The case that the first page has solved; examples/us-india-tariff-50.yaml says where its numbers are from."""


DUTIES_FROM_NONE = """\
schema: paxsilica/sweep@1
title: A US duty on all goods from India, from none to 100 %
question: run
fields:
  text: |
    schema: paxsilica/scenario@1
    title: A US duty on all goods from India
    measures:
      - {id: duty, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%}
vary:
  assumptions.horizon: {values: [long_run, short_run], name: horizon}
  measures.duty.rate: {from: 0%, to: 100%, steps: 21, name: duty}
keep: [real_income, real_income_money]
regions: [IND, USA]
"""


class Example(NamedTuple):
    """A question in words, and the fields that ask it."""

    kind: str
    said: str
    fields: dict[str, str]

    @property
    def link(self) -> str:
        return f"/q/{self.kind}?{urlencode(self.fields)}".rstrip("?")

    @property
    def own(self) -> str:
        """Where another of its kind is asked; texts and files are dropped on the page of the record."""
        return "/record" if self.kind == "brief" else f"/ask/{self.kind}"


FIRST_QUESTIONS = (
    Example(
        "run",
        "What do the duties of the United States do that applied on 6 February 2026?",
        {"file": "policy:us-law@2026-02-06"},
    ),
    Example(
        "depend",
        "On whom does India depend, and for which raw materials on China?",
        {"us": "IND", "them": "CHN"},
    ),
    Example(
        "chain",
        "How many chips are left to the United States without Taiwan?",
        {"name": "chips", "cut": "TWN"},
    ),
    Example(
        "coerce",
        "What would it cost India, and what China, if China sold India nothing more?",
        {"sender": "CHN", "target": "IND"},
    ),
    Example(
        "ally",
        "What does Pax Silica gain by India, and what India?",
        {"members": "pax-silica", "add": "IND"},
    ),
    Example(
        "negotiate",
        "With which eight concessions should India and the United States begin?",
        {"players": "USA,IND", "tranche": "8"},
    ),
    Example(
        "divert",
        "Where can India sell what the United States no longer buys?",
        {"exporter": "IND", "hit_by": "policy:us-law@2025-11-01"},
    ),
    Example(
        "target",
        "Can trade of India and the United States reach 500 billion dollars by 2030?",
        {
            "side": "USA",
            "partner": "IND",
            "trade": "131.84",
            "since": "2024-25",
            "goal": "500",
            "by": "2030",
            "as_of": "2026-08-31",
        },
    ),
    Example(
        "compare",
        "What changed for whom between the US duties of 6 February and of 1 March 2026?",
        {"a": "policy:us-law@2026-02-06", "b": "policy:us-law@2026-03-01"},
    ),
    Example(
        "sweep",
        "How does India's loss hang on the US duty, from none to 100 %, at once and in the long run?",
        {"text": DUTIES_FROM_NONE},
    ),
    Example(
        "brief",
        "What does a text say: who promised what, and what would its measures do?",
        {"text": EXAMPLE_TEXT, "run": "on"},
    ),
    Example("score", "How well did this model predict what happened?", {}),
)
"""One question of each kind that says most at first."""

FEW_PROMISES = 6
"""Promises on the first page that are overdue, and as many that fall due next."""


class Promises(NamedTuple):
    """Those of the user's record on a day: what is overdue, the latest first, what falls due, the next first, and what
    is wrong where they cannot be read."""

    overdue: list[Due]
    ahead: list[Due]
    wrong: str = ""

    def few(self) -> Promises:
        return Promises(self.overdue[:FEW_PROMISES], self.ahead[:FEW_PROMISES], self.wrong)


def add_home(app: FastAPI) -> None:
    """`/`, its case when that is solved, and `/promises`."""

    @app.get("/", include_in_schema=False)
    async def home(request: Request) -> Response:
        job = begin_home(app)
        promises = await kept_promises(date.today())
        return page(
            request,
            "home.html.j2",
            title="What would you like to know?",
            examples=FIRST_QUESTIONS,
            india={"text": INDIA},
            left_out=_case_leaves_out(),
            glance=job.result if job.state == "done" else None,
            promises=promises.few() if promises else None,
            left=sum(map(len, promises[:2])) - sum(map(len, promises.few()[:2])) if promises else 0,
            day=date.today(),
        )

    @app.get("/solved", include_in_schema=False)
    async def solved(request: Request) -> Response:
        job = begin_home(app)
        await over(job)
        if job.state != "done":
            return Response(status_code=503)
        text = templates().get_template("home_solved.html.j2").render(glance=job.result)
        return Response(text, media_type="text/html")

    @app.get("/promises", include_in_schema=False)
    async def promises(request: Request) -> Response:
        today = date.today()
        found = await kept_promises(today)
        return page(
            request, "promises.html.j2", title="Promises of your record", promises=found, day=today
        )


def begin_home(app: FastAPI) -> Job:
    """The job of the case that the first page shows: solved once, and again where that failed."""
    job: Job | None = getattr(app.state, "solved", None)
    if job is None or job.state not in ("queued", "running", "done"):
        job = app.state.solved = app.state.crew.asked("run", {"text": INDIA}, "glance")
    return job


@cache
def _case_leaves_out() -> tuple[str, ...]:
    return parse_scenario(INDIA).not_modelled


async def kept_promises(today: date) -> Promises | None:
    """Promises of the user's own store; None where there is none: looking makes none."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(_promises_of, today), STORE_WAIT)
    except TimeoutError:
        return Promises([], [], "your record is busy: another program writes it; look again")


def _promises_of(today: date) -> Promises | None:
    try:
        found = from_own_record(lambda store: due(store, today))
    except InputError as error:
        return Promises([], [], str(error))
    if found is None:
        return None
    named = [one._replace(source=PurePath(one.source).name) for one in found]
    late = [one for one in named if one.last and one.last < today]
    ahead = [one for one in named if (day := one.last or one.first) and day >= today]
    return Promises(late[::-1], sorted(ahead, key=_first_or_last_day))


def _first_or_last_day(one: Due) -> Any:
    return one.last or one.first
