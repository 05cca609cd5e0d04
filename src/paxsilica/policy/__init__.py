"""Scenario files: read, checked, and compiled to a `Shock`."""

from paxsilica.policy.load import load_scenario, parse_scenario
from paxsilica.policy.measures import KINDS
from paxsilica.policy.scenario import Assumptions, Scenario
from paxsilica.policy.table import kinds_table, measure_table

__all__ = [
    "KINDS",
    "Assumptions",
    "Scenario",
    "kinds_table",
    "load_scenario",
    "measure_table",
    "parse_scenario",
]
