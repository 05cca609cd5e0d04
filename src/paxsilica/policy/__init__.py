"""Scenario files: read, checked, and compiled to a `Shock`."""

from paxsilica.policy.load import load_scenario, parse_scenario, stack
from paxsilica.policy.measures import KINDS, Measure, Row, measure_table
from paxsilica.policy.scenario import Assumptions, Citation, Scenario

__all__ = [
    "KINDS",
    "Assumptions",
    "Citation",
    "Measure",
    "Row",
    "Scenario",
    "load_scenario",
    "measure_table",
    "parse_scenario",
    "stack",
]
