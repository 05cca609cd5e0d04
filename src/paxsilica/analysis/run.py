"""One scenario, from file to solved outcome."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paxsilica.analysis.baseline import baseline_of
from paxsilica.errors import ShockError
from paxsilica.model import Outcome, Params, rebalance, solve
from paxsilica.policy import Assumptions, Scenario, load_scenario


@dataclass(frozen=True, eq=False)
class Run:
    """A scenario and what it does. `as_of` is None where every measure counts whatever its date."""

    scenario: Scenario
    outcome: Outcome
    as_of: date | None
    solve_seconds: float


def run_scenario(file: str | Path, as_of: date | None = None) -> Run:
    """Read a scenario (or a stack `a.yaml+b.yaml`), load its baseline, and solve it.

    A baseline whose final spending had to be clipped is rebalanced first, which its notes then say.

    Raises:
        InputError: the file, the baseline or the shock is wrong; the message begins with the file.
        ConvergenceError: the equations are not solved.
    """
    return solved(load_scenario(file), as_of)


def solved(scenario: Scenario, as_of: date | None = None) -> Run:
    """Load a scenario's baseline and solve it; raises what `run_scenario` raises."""
    economy = baseline_of(scenario)
    if any(note.name == "clipped_final_spending" for note in economy.notes):
        economy = rebalance(economy)
    shock = scenario.compile(economy, as_of)
    start = time.perf_counter()
    try:
        outcome = solve(economy, shock, params_of(scenario.assumptions))
    except ShockError as error:
        raise scenario.error(str(error)) from error
    return Run(scenario, outcome, as_of, time.perf_counter() - start)


def params_of(assumptions: Assumptions) -> Params:
    """What the model holds fixed, by the scenario's `horizon`, `deficits` and `makeshift_cost`."""
    build = Params.short_run if assumptions.horizon == "short_run" else Params
    given = (
        {} if assumptions.makeshift_cost is None else {"makeshift_cost": assumptions.makeshift_cost}
    )
    return build(deficits=assumptions.deficits, **given)
