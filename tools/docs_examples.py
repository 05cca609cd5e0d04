"""Examples and own figures of docs/brief.md: what its commands print, and how many of our own items are right.

A fence whose first line is `$ pax ...` holds that command and all that it prints, 110 columns wide; `<!-- own: KIND -->`
stands behind what `benchmarks/own_readings.py` finds. `python tools/docs_examples.py` rewrites the page; a test fails
where it is stale.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from paxsilica.cli.commands import app

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "brief.md"
EXAMPLE = re.compile(r"```\n\$ (?P<command>pax [^\n]+)\n.*?```", re.DOTALL)
OWN = re.compile(r"[^|\n]*(?P<mark><!-- own: (?P<kind>\w+) -->)")
WIDTH = 110

sys.path.insert(0, str(ROOT / "benchmarks"))
import own_readings  # noqa: E402  beside the other benchmarks


def printed(command: str) -> str:
    """What a command prints, on a screen of its own width, with nothing kept."""
    with tempfile.TemporaryDirectory() as home, redirect_stdout(io.StringIO()) as shown:
        environment = {"COLUMNS": str(WIDTH), "NO_COLOR": "1", "XDG_DATA_HOME": home}
        with chdir(ROOT), patch.dict(os.environ, environment):
            app(shlex.split(command)[1:], standalone_mode=False)
    lines = [line.rstrip() for line in shown.getvalue().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def own(kind: str) -> str:
    """How many of our own items of a kind are right: those the rules were written with, those kept aside."""
    (right, asked), (other, aside) = (own_readings.score(kind, kept) for kept in (False, True))
    return f"{right} of {asked}; {other} of {aside}"


def refreshed(text: str) -> str:
    """The page with every example and figure as it is found now."""
    text = EXAMPLE.sub(lambda m: f"```\n$ {m['command']}\n{printed(m['command'])}\n```", text)
    return OWN.sub(lambda m: f" {own(m['kind'])} {m['mark']}", text)


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
