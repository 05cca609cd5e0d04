"""The small world, and a way to write scenarios in one line."""

from collections.abc import Callable

import pytest
from policy_world import HEAD, small_world

from paxsilica.economy import Economy
from paxsilica.policy import Scenario, parse_scenario


@pytest.fixture(scope="session")
def world() -> Economy:
    return small_world()


@pytest.fixture(scope="session")
def measures() -> Callable[..., Scenario]:
    """A scenario from measures in flow style; each begins in its own line, the first in line 4."""

    def build(*bodies: str) -> Scenario:
        return parse_scenario(
            HEAD + "measures:\n" + "".join(f"  - {{{body}}}\n" for body in bodies), "s.yaml"
        )

    return build
