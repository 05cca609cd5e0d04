"""What stands on a day, and what stood in a base period: the tariffs of the baseline, the law of a day, or a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from paxsilica.economy import Economy, Note
from paxsilica.names.places import packaged_regions
from paxsilica.policy import Scenario, load_scenario
from paxsilica.policy.law.book import known
from paxsilica.policy.law.law import HOME
from paxsilica.policy.library import is_policy, policy_name

BASELINE_TARIFFS = "baseline"
"""Asks for the tariffs of the baseline and nothing else."""

HALF_A_YEAR = timedelta(days=182)


class StandingLaw(NamedTuple):
    """What stands: None is the baseline. `called`: inside a sentence; empty for the baseline. `young`: in force for a year
    or so at most, so that trade had little time to answer. `day`: of the US law in it, if there is any."""

    scenario: Scenario | None = None
    called: str = ""
    young: bool = False
    day: date | None = None
    notes: tuple[Note, ...] = ()


def standing_law(
    asked: str | None, day: date, economy: Economy, regions: tuple[str, ...], what: str
) -> StandingLaw:
    """What stands on a day.

    Args:
        asked: a scenario file, a policy of a day, or `baseline`. By default the US law of the day where the United States
            are among the `regions`.
        what: `now`, or `then` of the base period, for the notes.

    Raises:
        ScenarioError: the file cannot be read.
    """
    if asked == BASELINE_TARIFFS:
        return StandingLaw()
    if asked is not None:
        return file_of(asked)
    first, last = known()
    if HOME not in regions or day < first:
        return StandingLaw()
    if lacking := {p.code for p in packaged_regions()} - {*economy.regions}:
        text = (
            f"the US law of {day} is left out, since it names {len(lacking)} regions that {economy.about.name} lacks: its "
            "own tariffs stand"
        )
        return StandingLaw(notes=(Note(f"law.{what}", text),))
    found, on = file_of(f"policy:us-law@{min(day, last)}"), min(day, last)
    text = f"the US law is known until {last}; that day's stands for {day}"
    notes = (Note(f"law.{what}", text),) * (day > last)
    return found._replace(called=f"the US law of {on}", young=True, notes=notes)


def file_of(path: str) -> StandingLaw:
    """A scenario, by its title. Raises ScenarioError."""
    scenario = load_scenario(path)
    day = policy_name(path).day if is_policy(path) else None
    return StandingLaw(
        scenario,
        day=day,
        called=f"\N{LEFT DOUBLE QUOTATION MARK}{scenario.title}\N{RIGHT DOUBLE QUOTATION MARK}",
    )
