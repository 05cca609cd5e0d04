"""The command line: a door. It turns words into a question or an act, and an answer into what a terminal shows."""

from __future__ import annotations

from paxsilica.cli.entry import main as main
