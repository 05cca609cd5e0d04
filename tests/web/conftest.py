"""One server for all tests of the browser's door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from served import Served, serving


@pytest.fixture(scope="session")
def served(tmp_path_factory: Any) -> Iterator[Served]:
    """`pax serve`, started once and stopped at the end."""
    with serving(tmp_path_factory.mktemp("own")) as found:
        yield found
