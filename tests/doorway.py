"""What tests of doors share: commands, in this process and as processes, and numbers found in JSON wherever they stand."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from paxsilica import cli

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", "from paxsilica.cli import main; main()"]

CHAIN = """schema: paxsilica/chain@1
title: Ore to metal
final: [metal]
sources: {here: {title: T, publisher: P, licence: L, date: "2024", url: ""}}
stages:
  - {id: ore, name: Ore, shares: {CHN: 70%, AUS: 30%}, year: 2024, source: here}
  - {id: metal, name: Metal, shares: {JPN: 60%, CHN: 40%}, year: 2024, source: here, inputs: [{stage: ore}]}
"""

SCENARIO = """schema: paxsilica/scenario@1
title: Northland taxes Eastland
baseline: lands.npz
measures:
  - {id: a, kind: tariff, importer: [R0], exporter: [R1], op: add, rate: 10%}
"""

TEXT = (
    "WASHINGTON, 16 January 2026 - The United States will lift its tariff of 25% on Indian steel, "
    "Secretary Ana Ruiz said. She added: “We will sign the agreement on the tariff by 28 February 2026.”\n"
)


def process(*words: str, cwd: Path, **options: Any) -> subprocess.Popen[str]:
    """A command as a person starts it; both streams are pipes unless said otherwise."""
    environment = os.environ | {"COLUMNS": "200"} | options.pop("env", {})
    command = [*options.pop("start", COMMAND), *words]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen(command, text=True, cwd=cwd, env=environment, **streams)


def pax(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """What a command prints and its exit status, in this process, which need not load the program anew."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in "oe"]
    with (
        chdir(cwd),
        patch.dict(os.environ, {"COLUMNS": "200"}),
        patch.object(sys, "argv", ["pax", *words]),
        redirect_stdout(streams[0]),
        redirect_stderr(streams[1]),
        pytest.raises(SystemExit) as stop,
    ):
        cli.main()
    out, err = (stream.buffer.getvalue().decode() for stream in streams)
    return subprocess.CompletedProcess(["pax", *words], int(stop.value.code or 0), out, err)


def anew(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same as a process of its own."""
    with process(*words, cwd=cwd, env=environment) as started:
        out, err = started.communicate(timeout=300)
    return subprocess.CompletedProcess(["pax", *words], started.returncode, out, err)


def numbers(said: Any) -> Iterator[float]:
    """Every number in JSON."""
    if isinstance(said, dict | list):
        for part in said.values() if isinstance(said, dict) else said:
            yield from numbers(part)
    elif isinstance(said, int | float) and not isinstance(said, bool):
        yield float(said)


def tells(said: Any, value: float) -> bool:
    """Whether JSON holds a number, with either sign, to seven digits."""
    return any(abs(abs(number) - abs(value)) <= 1e-6 * abs(value) for number in numbers(said))
