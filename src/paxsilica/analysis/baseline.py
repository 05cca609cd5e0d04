"""The baseline that a scenario names."""

from __future__ import annotations

from paxsilica.data import elasticity_sets, load_economy
from paxsilica.economy import Economy
from paxsilica.errors import InputError, nearest
from paxsilica.policy import Scenario


def baseline_of(scenario: Scenario) -> Economy:
    """The economy, with the elasticities the scenario asks for. Raises ScenarioError with file and line."""
    chosen = scenario.assumptions.elasticities
    if chosen is not None and chosen not in elasticity_sets():
        hint = nearest(chosen, elasticity_sets())
        raise scenario.error(
            f"unknown elasticities {chosen!r}{hint}", "assumptions", "elasticities"
        )
    try:
        return load_economy(scenario.baseline, elasticities=chosen)
    except InputError as error:
        raise scenario.error(str(error), "baseline") from error
