"""What every test may use."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import CHROMIUM, chromium
from hypothesis import settings
from playwright.sync_api import Browser

from paxsilica import cli
from paxsilica.model.cache import keep_made

ROOT = Path(__file__).resolve().parents[1]

# The first example compiles the model, and a failure must come back on every run.
settings.register_profile("pax", deadline=None, derandomize=True)
settings.load_profile("pax")

# Compiling takes two thirds of the suite's time: the workers share what they compile, and a second run finds it.
keep_made()

# A process that may not keep bytecode compiles every module anew: two seconds of each of the hundred that tests start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The raw tables that lie beside the repository; a test that needs them is skipped where they are absent."""
    path = ROOT.parent / "shared" / "data"
    if not path.is_dir():
        pytest.skip("the raw tables (../shared/data) are not on this machine")
    return path


@pytest.fixture(scope="session", autouse=True)
def looked_through(tmp_path_factory) -> Iterator[None]:
    """What is kept of look-throughs begins empty, so that no test reads what another version found."""
    folder = tmp_path_factory.mktemp("look-through")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("paxsilica.questions.depend.cache_folder", lambda _: folder)
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser. It ends with the module: while Playwright runs, nothing else may start an event loop."""
    if CHROMIUM is None:
        pytest.skip("no Chromium or Chrome on PATH")
    with chromium() as started:
        yield started


@pytest.fixture
def command(monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """`command("run", "s.yaml")`, in this process -> exit status, standard output, standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["pax", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    return run
