"""What every test may use."""

from pathlib import Path

import pytest
from hypothesis import settings

from paxsilica.model.cache import keep_compiled

ROOT = Path(__file__).resolve().parents[1]

# The first example compiles the model, and a failure must come back on every run.
settings.register_profile("pax", deadline=None, derandomize=True)
settings.load_profile("pax")

# Compiling takes two thirds of the suite's time: the workers share what they compile, and a second run finds it.
keep_compiled()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The raw tables that lie beside the repository; a test that needs them is skipped where they are absent."""
    path = ROOT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("the raw tables (../shared/data) are not on this machine")
    return path
