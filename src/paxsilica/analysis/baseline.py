"""The baseline that a question or a scenario names, and the same as an equilibrium from which shocks are solved."""

from __future__ import annotations

from paxsilica.analysis.draws import Draws, drawn_economies
from paxsilica.data import elasticity_sets, with_every_set
from paxsilica.data.own_elasticities import is_table
from paxsilica.desk import Desk
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError, nearest
from paxsilica.model import Params, settled
from paxsilica.policy import Scenario


def baseline_of(scenario: Scenario, desk: Desk) -> Economy:
    """The economy, with the elasticities the scenario asks for. Raises ScenarioError with file and line."""
    chosen = scenario.assumptions.elasticities
    if chosen is not None and not is_table(chosen) and chosen not in elasticity_sets():
        hint = nearest(chosen, elasticity_sets())
        raise scenario.error(
            f"unknown elasticities {chosen!r}{hint}", "assumptions", "elasticities"
        )
    try:
        return desk.economy(scenario.baseline, chosen)
    except InputError as error:
        raise scenario.error(str(error), "baseline") from error


def balanced(desk: Desk, table: Economy, params: Params) -> Economy:
    """A table as the equilibrium of a closure, made once at a desk; see `settled`."""
    key = (table.digest, table.about.elasticities, params.deficits)
    return desk.warm(key, lambda: settled(table, params), f"balancing {table.about.name}")


def balanced_sets(
    desk: Desk, table: Economy, params: Params, draws: Draws | None = None
) -> tuple[list[Economy], tuple[Note, ...]]:
    """The same under each packaged set of elasticities; none, with a note, where they do not cover its sectors. Then under
    elasticities that are drawn, if any, of which a band takes the middle."""
    tables, notes = with_every_set(table)
    drawn = drawn_economies(table, draws) if draws else ()
    return [
        *(balanced(desk, each, params) for each in tables),
        *(settled(each, params) for each in drawn),
    ], notes
