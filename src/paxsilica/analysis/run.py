"""One scenario, from file to solved outcome."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paxsilica.analysis.baseline import baseline_of
from paxsilica.economy import Note
from paxsilica.errors import ShockError
from paxsilica.horizon import Horizon, old_spelling
from paxsilica.model import Outcome, Params, settled, solve
from paxsilica.policy import Assumptions, Scenario, load_scenario


@dataclass(frozen=True, eq=False)
class Run:
    """A scenario and what it does. `as_of` is None where every measure counts whatever its date.

    `notes` are on how the scenario is written; those on its numbers are the outcome's.
    """

    scenario: Scenario
    outcome: Outcome
    as_of: date | None
    solve_seconds: float
    notes: tuple[Note, ...] = ()


def run_scenario(file: str | Path, as_of: date | None = None) -> Run:
    """Read a scenario (or a stack `a.yaml+b.yaml`), load its baseline, and solve it.

    A baseline whose final spending had to be clipped, or whose deficits the scenario removes, is
    rebalanced first, which its notes then say: a measure answers for its own effect alone.

    Raises:
        InputError: the file, the baseline or the shock is wrong; the message begins with the file.
        ConvergenceError: the equations are not solved.
    """
    return solved(load_scenario(file), as_of)


def solved(scenario: Scenario, as_of: date | None = None) -> Run:
    """Load a scenario's baseline and solve it; raises what `run_scenario` raises."""
    params = params_of(scenario.assumptions)
    economy = settled(baseline_of(scenario), params)
    shock = scenario.compile(economy, as_of)
    start = time.perf_counter()
    try:
        outcome = solve(economy, shock, params)
    except ShockError as error:
        raise scenario.error(str(error)) from error
    seconds = time.perf_counter() - start
    told = old_spelling(scenario.assumptions.horizon)
    return Run(scenario, outcome, scenario.day(as_of), seconds, (told,) if told else ())


def params_of(assumptions: Assumptions) -> Params:
    """What the model holds fixed, by the scenario's `horizon`, `deficits` and `makeshift_cost`."""
    cost = assumptions.makeshift_cost
    return Params(
        horizon=Horizon.parse(assumptions.horizon),
        deficits=assumptions.deficits,
        makeshift_cost=Params.makeshift_cost if cost is None else cost,
    )
