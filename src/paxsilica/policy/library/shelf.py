"""What stands on the shelf, what a name such as `policy:china-controls@2025-10-10` asks for, and when it is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from paxsilica.errors import ScenarioError, nearest
from paxsilica.names.rosters import rosters
from paxsilica.policy.scenario import Scenario
from paxsilica.policy.values import parse_date

ENTRY_FOLDER = Path(__file__).parent
PREFIX, US_LAW = "policy:", "us-law"


@dataclass(frozen=True)
class PolicyName:
    """A name, taken apart. `variant`: of the US law alone; `name`: as written."""

    policy: str
    variant: str | None
    day: date
    name: str


def is_policy(name: str) -> bool:
    return name.strip().casefold().startswith(PREFIX)


@cache
def shelf() -> tuple[str, ...]:
    """The names of all entries."""
    return US_LAW, *sorted(path.stem for path in ENTRY_FOLDER.glob("*.yaml"))


def known_policy(policy: str, name: str) -> str:
    """The entry of that name. Raises ScenarioError: there is none."""
    if policy not in shelf():
        near = nearest(policy, shelf())
        raise ScenarioError(
            f"no policy {policy[:40]!r}{near}; write policy:us-law@2025-08-28, or `pax show policy` for all",
            name,
        )
    return policy


def policy_name(name: str) -> PolicyName:
    """What a name asks for.

    Raises:
        ScenarioError: no entry, no day, no date, or a variant of what has none.
    """
    match = re.fullmatch(r"policy:([^/@]*)(?:/([^@]*))?(?:@(.*))?", name.strip(), re.IGNORECASE)
    wanted, variant, day = match.groups() if match else ("", None, None)
    policy = known_policy(wanted, name)
    if not day:
        raise ScenarioError(f"which day? write policy:{policy}@2025-08-28", name)
    if variant and policy != US_LAW:
        raise ScenarioError(f"{policy} has no variants; write policy:{policy}@{day}", name)
    try:
        return PolicyName(policy, variant, parse_date(day), name)
    except ValueError as exc:
        raise ScenarioError(str(exc), name) from exc


def entry_text(policy: str) -> tuple[str, str]:
    """The file of an entry: how errors call it, and its text."""
    path = ENTRY_FOLDER / f"{policy}.yaml"
    return path.name, path.read_text(encoding="utf-8")


def entry_span(policy: str, scenario: Scenario) -> tuple[date, date]:
    """From when until when an entry is known: from its first measure or member to the last day that was checked."""
    if policy in rosters():
        roster = rosters()[policy]
        return min(member.since for member in roster.members), roster.reported_to
    assert scenario.known_until is not None, policy
    return min(m.from_ for m in scenario.measures if m.from_), scenario.known_until
