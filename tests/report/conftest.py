"""Scenarios solved on a small world, and one whole report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from run_world import TARIFF, Case, case_on, small_world

from paxsilica.economy import Economy
from paxsilica.report.report import write_report


@pytest.fixture(scope="session")
def economy() -> Economy:
    return small_world()


@pytest.fixture(scope="session")
def solved(economy: Economy) -> Callable[..., Case]:
    """`solved("{id: ..., kind: ...}", ..., title="...", extra="...", as_of=None)`: see `case_on`."""
    return partial(case_on, economy)


@pytest.fixture(scope="session")
def tariff(solved: Callable[..., Case]) -> Case:
    return solved(TARIFF, title="A tariff on India")


@pytest.fixture(scope="session")
def written(tariff: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one whole report."""
    return write_report(tariff.report, tmp_path_factory.mktemp("report") / "out").parent
