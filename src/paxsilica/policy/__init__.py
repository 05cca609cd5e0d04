"""Scenario files: read, checked, and compiled to a `Shock`."""

from paxsilica.policy.load import load_scenario, parse_scenario, stack
from paxsilica.policy.measures import KINDS, Measure
from paxsilica.policy.scenario import Assumptions, Citation, Scenario
from paxsilica.policy.table import measure_table
from paxsilica.policy.values import parse_date

__all__ = [
    "KINDS",
    "Assumptions",
    "Citation",
    "Measure",
    "Scenario",
    "load_scenario",
    "measure_table",
    "parse_date",
    "parse_scenario",
    "stack",
]
