"""`pax new`: a scenario file from a question in words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from paxsilica.errors import InputError


def new(
    question: Annotated[str, typer.Argument(help='In quotes: "US 18 % on India from 2026-02-07".')],
    out: Annotated[
        Path | None, typer.Option("--out", help="A new file for it; else it is printed.")
    ] = None,
) -> None:
    """Write a commented scenario file from a question in words, and say on standard error what was understood."""
    from paxsilica.about import BASELINE
    from paxsilica.brief.question_draft import draft_of
    from paxsilica.desk import Desk
    from paxsilica.files import check_above, printable, whole
    from paxsilica.names import Names
    from paxsilica.policy import parse_scenario

    if out and out.exists():
        raise InputError(f"{out} exists; name a new file")
    if out:
        check_above(out.resolve(), out)
    desk = Desk()
    economy = desk.economy(BASELINE)
    text = draft_of(question, Names(economy), desk.today)
    scenario = parse_scenario(text, "the question")
    scenario.compile(economy)
    for sentence in scenario.read_back(economy):
        print(printable(f"  - {sentence}"), file=sys.stderr)
    if out:
        with whole(out.resolve()) as partial:
            partial.write_text(text, encoding="utf-8")
        print(printable(f"{out}: written; `pax validate {out}` checks it"), file=sys.stderr)
    else:
        print(text, end="")
