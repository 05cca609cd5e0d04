"""What the commands print on a terminal, and how they read a day."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from paxsilica.errors import InputError
from paxsilica.files import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


def say(*lines: str) -> None:
    """Print lines, each in one line whatever a label, a title or a document holds."""
    for line in lines:
        print(printable(line))


def print_rows(
    rows: Sequence[dict[str, Any]], json_: bool, show: Callable[[Any], str] | None = None
) -> None:
    if json_:
        print_json(list(rows))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in rows[0]:
        numeric = all(isinstance(row[column], int | float) for row in rows)
        table.add_column(printable(column), justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(printable((show or cell)(value)) for value in row.values()))
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 200
    console.print(table)


def cell(value: Any) -> str:
    if not isinstance(value, float):
        return "" if value is None else str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, allow_nan=False))


@contextmanager
def progress(what: str) -> Iterator[None]:
    """A spinner on standard error while something takes its time; silent when nobody watches."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(escape(printable(what))):
        yield


def day(text: str | None) -> date | None:
    if text is None:
        return None
    from paxsilica.policy import parse_date

    try:
        return parse_date(text)
    except ValueError as error:
        raise InputError(f"--as-of: {error}") from None
