"""The answer of `pax run --path`: a scenario date by date."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from paxsilica.analysis.draws import MOST_NOISE
from paxsilica.analysis.path import (
    OfDate,
    date_blocks,
    dated_blocks,
    noted,
    path_actors,
    path_band,
    path_notes,
    stops_of,
    trajectory,
)
from paxsilica.data.outlook import OUTLOOK
from paxsilica.data.sources import sources_of
from paxsilica.desk import Desk
from paxsilica.findings import Findings
from paxsilica.horizon import Horizon, old_spelling
from paxsilica.policy import Scenario
from paxsilica.policy.dated import on_day
from paxsilica.questions.draws_asked import draws_asked, wrong_count
from paxsilica.questions.question import Answer, solver_of

if TYPE_CHECKING:
    from paxsilica.questions.run import Run

NOT_ON_A_PATH = (
    "Time: every date is an equilibrium of its own, adjusted as far as measures of that age have been seen to bring it. "
    "Stocks, purchases brought forward before a date, investment and unemployment are not counted.",
    "Anybody's answer before a measure is in force, beyond the months by which adjusting is said to begin ahead.",
)

STATIC = "without_growth"
"""Rung of real income in the world of the baseline's year."""


def path_answer(asked: Run, scenario: Scenario, desk: Desk, limits: tuple[str, ...]) -> Answer:
    """The answer. Raises InputError, ConvergenceError."""
    assert asked.path is not None
    ahead = Horizon.parse(asked.anticipated).months if asked.anticipated else 0.0
    t = trajectory(scenario, stops_of(asked.path, asked.every), desk, asked.growth, ahead or 0.0)
    actors, kept = path_actors(t), list[OfDate]()
    own = date_blocks(t, noted(t.solved(t.economy), kept, desk), actors)
    draws = draws_asked(asked.draws, asked.seed)
    band = path_band(t, own, actors, desk, draws) if asked.bands or draws else None
    blocks = [*(band.blocks if band else own), *dated_blocks(t, kept)]
    if t.growth.grows:
        still = date_blocks(t.still, t.still.solved(t.economy), actors)
        blocks += Findings((still[0],)).of(rung=STATIC).blocks
    end = on_day(scenario, t.stops[-1].day)
    spelling = old_spelling(scenario.assumptions.horizon)
    return Answer(
        question=asked,
        findings=Findings(tuple(blocks)),
        names=end.names(t.economy),
        notes=[
            *filter(None, [spelling]),
            *end.outsized(t.table),
            *path_notes(t, kept[-1]),
            *(band.notes if band else ()),
        ],
        sources=(*t.economy.about.sources, *(sources_of([OUTLOOK]) if t.growth.grows else ())),
        not_modelled=(
            *scenario.not_modelled,
            *t.economy.about.not_modelled,
            *NOT_ON_A_PATH,
            *limits,
        ),
        solver=solver_of(t.economy, t.params.tolerance, residual=max(d.residual for d in kept)),
        seed=asked.seed if draws else None,
        attachments={
            "title": scenario.title,
            "actors": asdict(actors),
            "stops": [{"date": s.label, "day": s.day.isoformat()} for s in t.stops],
            "measures": [m.id for m in scenario.measures],
            "read_back": list(end.read_back(t.economy)),
            "growth": t.growth.grows,
            "ahead": t.ahead,
            "sets": band.solved if band else 1,
            "over": band.over if band else "",
        },
    )


def wrong_draws(asked: Run) -> str:
    """What is wrong with the draws; empty where nothing is."""
    if said := wrong_count(asked.draws, asked.seed, asked.yes):
        return said
    if asked.draws is None:
        return "--baseline-error is of draws; give --draws too" if asked.baseline_error else ""
    if not 0 <= asked.baseline_error <= MOST_NOISE:
        return f"baseline_error must be 0% to {MOST_NOISE:.0%}; 10% is usual"
    if asked.baseline_error and asked.path is not None:
        return "--baseline-error is of a single day; leave it out of a path"
    return ""


def without_path(asked: Run) -> str:
    """What to say of an option that has a part on a path alone; empty where none is given."""
    given: dict[str, Any] = asked.model_dump(exclude_defaults=True)
    idle = [name for name in ("every", "growth", "anticipated") if name in given]
    return f"--{idle[0]} is of a path; give --path too" if idle and asked.path is None else ""
