"""A benchmark measures what a user meets."""

import importlib.util
import sys

import pytest
from conftest import ROOT


def test_a_measured_process_may_keep_its_bytecode(monkeypatch):
    spec = importlib.util.spec_from_file_location("command", ROOT / "benchmarks" / "command.py")
    command = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(command)
    asked = [sys.executable, "-c", "import sys; sys.exit(sys.dont_write_bytecode)"]
    monkeypatch.setattr(command, "PAX", asked)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    seconds, memory = command.measure()
    assert 0 < seconds < 60
    assert memory > 1
    monkeypatch.setattr(command, "PAX", [*asked[:2], "import sys; sys.exit(3)"])
    with pytest.raises(SystemExit, match="ended with"):
        command.measure()
