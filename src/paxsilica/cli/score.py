"""`pax score`: the question, and beside it `--remember`, which keeps predictions, and `--list`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from paxsilica.cli.brief import By, Make
from paxsilica.cli.screen import print_json, print_rows, say, watched
from paxsilica.errors import InputError

ToRemember = Annotated[
    list[str] | None,
    typer.Option(
        "--remember", help="Keep the folder of a run, or a CSV of flows, as a prediction."
    ),
]
ToList = Annotated[bool, typer.Option("--list", help="What predictions are remembered.")]

OPTIONS: dict[str, tuple[object, object]] = {
    "remember": (None, ToRemember),
    "list_": (False, ToList),
    "new_store": (False, Make),
    "by": (None, By),
}


def score(
    questions: Sequence[Any],
    json_: bool,
    out: Path | None,
    png: bool,
    remember: list[str] | None,
    list_: bool,
    new_store: bool,
    by: str | None,
) -> None:
    """Keep, list or score."""
    from paxsilica.brief import store as kept
    from paxsilica.cli.commands import answer

    asks = questions[0]
    if (remember or list_) and (asks.prediction or out or (remember and list_)):
        raise InputError(
            "--remember keeps and --list lists: give one, and nothing to score or write"
        )
    if remember:
        _remembered(asks, remember, json_, new_store=new_store, by=by)
    elif list_:
        with kept.open_store(asks.store, make=False) as store:
            rows = [one._asdict() for one in kept.predictions(store)]
        if json_:
            print_json(rows)
        elif rows:
            print_rows([{**row, "sha256": row["sha256"][:12]} for row in rows])
        else:
            say("no prediction is remembered; `pax score --remember FOLDER` keeps one")
    else:
        answer(questions, json_, out, png)


def _remembered(asks: Any, files: Sequence[str], json_: bool, **given: Any) -> None:
    from paxsilica.acts.remember import Remember
    from paxsilica.desk import Desk

    shared = {name: getattr(asks, name) for name in ("importer", "baseline", "store")}
    with watched() as progress:
        done = Remember(files=tuple(files), **shared, **given).done(Desk(progress))
    if json_:
        print_json(done)
        return
    for row in done["predictions"]:
        how = "remembered" if row["new"] else f"was remembered on {row['at'][:10]}"
        say(f"{row['title']}: {how} as {row['sha256'][:12]} in {done['store']}")
