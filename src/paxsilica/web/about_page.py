"""About the data: where it is from, under which licence, how old it is, what was repaired, what the model leaves out."""

from __future__ import annotations

import asyncio
from datetime import date
from functools import cache
from typing import Any

from fastapi import FastAPI, Request, Response

from paxsilica.about import BASELINE
from paxsilica.data import load_economy, packaged_economies
from paxsilica.data.sources import sources_by_use
from paxsilica.policy.catalogue import catalogue
from paxsilica.questions.run import BEFORE_THE_LONG_RUN, IN_THE_LONG_RUN, MODEL_LIMITS
from paxsilica.report import words
from paxsilica.web.page import page

LEFT_OUT_BY_MODEL = (IN_THE_LONG_RUN, BEFORE_THE_LONG_RUN, *MODEL_LIMITS)

USES = {
    "economies": "The world economy",
    "horizons": "How fast buyers, workers and suppliers adjust",
    "population": "Population",
    "outlook": "Forecasts of growth",
    "responses": "How imports answered to duties",
    "materials": "Raw materials",
    "names": "Codes of products",
    "law": "Laws and duties",
    "program": "Parts of this program",
}
"""What a use of a source in SOURCES.toml is called here."""


def add_about(app: FastAPI) -> None:
    """`/about`."""

    @app.get("/about", include_in_schema=False)
    async def about(request: Request) -> Response:
        told = await asyncio.to_thread(_packaged_data)
        return page(
            request,
            "about.html.j2",
            title="About the data",
            today=date.today(),
            tied=words.tied,
            money=words.money,
            limits=LEFT_OUT_BY_MODEL,
            uses=USES,
            **told,
        )


def begin_about() -> asyncio.Task[dict[str, Any]]:
    """Read what is packaged while nobody waits for it."""
    return asyncio.create_task(asyncio.to_thread(_packaged_data))


@cache
def _packaged_data() -> dict[str, Any]:
    """What is packaged: economies, sources by what they are used for, and policies of the shelf."""
    economies = [load_economy(name) for name in packaged_economies()]
    return {
        "economies": sorted(economies, key=lambda e: e.about.name != BASELINE),
        "sources": sources_by_use(),
        "shelf": [*catalogue()],
    }
