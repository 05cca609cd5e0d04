"""What a terminal shows: tables, reports, JSON, and how far the work is."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paxsilica.errors import InputError
from paxsilica.files import printable

if TYPE_CHECKING:
    from paxsilica.report.report import Report

Json = Annotated[bool, typer.Option("--json", help="Print only JSON on standard output.")]


LONGEST_LINE = 200
"""Letters of a table's line where nobody's terminal says how many there is room for."""


def say(*lines: str) -> None:
    """Print lines, each in one line whatever a label, a title or a document holds."""
    for line in lines:
        print(printable(line))


def print_rows(
    rows: Sequence[Mapping[str, Any]], json_: bool = False, show: Callable[[Any], str] | None = None
) -> None:
    """A table of rows with the same keys, or the rows as JSON."""
    if json_:
        print_json(list(rows))
        return
    right = [all(isinstance(row[head], int | float | None) for row in rows) for head in rows[0]]
    lines = [[printable((show or shown)(value)) for value in row.values()] for row in rows]
    lines.insert(0, [printable(head) for head in rows[0]])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    narrow = not any(
        unicodedata.combining(c) or unicodedata.east_asian_width(c) in "WF"
        for c in "".join(chain(*lines))
    )
    on_terminal = sys.stdout and sys.stdout.isatty()
    if narrow and not on_terminal and sum(widths) + 3 * len(widths) <= LONGEST_LINE:
        _print_plainly(lines, widths, right)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head, numeric in zip(lines[0], right, strict=True):
        table.add_column(head, justify="right" if numeric else "left")
    for line in lines[1:]:
        table.add_row(*line)
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = LONGEST_LINE
    console.print(table)


def _print_plainly(
    lines: Sequence[Sequence[str]], widths: Sequence[int], right: Sequence[bool]
) -> None:
    """As rich lays it out, which takes longer to load than a scenario to solve."""
    sides = [">" if numeric else "<" for numeric in right]
    texts = [
        "   ".join(
            f"{text:{side}{width}}" for text, side, width in zip(line, sides, widths, strict=True)
        )
        for line in lines
    ]
    texts.insert(1, "─" * len(texts[0]))
    blank = " " * len(texts[0])
    for text in (blank, *texts, blank):
        print(f" {text} ")


def shown(value: Any) -> str:
    if not isinstance(value, float):
        return "" if value is None else str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, allow_nan=False))


def print_report(report: Report, page: Path | None = None) -> None:
    """The first screen in words, the one table of a terminal, and where the rest is."""
    from paxsilica.report.report import cell

    for one in (report, *report.parts):
        say("", one.title, "", *one.beware, one.lead)
        if one.numbers:
            say("", *(f"  {number}" for number in one.numbers))
        if one.why:
            say("", f"Why: {one.why}")
    if report.understood:
        say("", *report.understood)
    if report.screen and report.screen.rows:
        say("", report.screen.note)
        print_rows(report.screen.on_screen(), show=cell)
        if (left := len(report.screen.rows) - report.screen.most) > 0:
            print(f"  {left} more; --json or --out DIR gives all")
    if report.answer.notes:
        print(f"Notes on the data: {len(report.answer.notes)}; --json or --out DIR gives them")
    if page:
        say(f"Report: {page}")
    else:
        print("The rest: --out DIR writes the report with its pictures, --json prints every number")


@contextmanager
def watched() -> Iterator[Callable[[str, int, int], None] | None]:
    """Bars on standard error, called with (what, done, all); a total of 0 is a spinner. None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                for old in tasks.values():
                    bars.update(old, visible=False)
                tasks[what] = bars.add_task(escape(printable(what)), total=total or None)
            bars.update(tasks[what], completed=done, total=total or None)

        yield progress


def parsed_day(text: str) -> date:
    """A day as an option has it. Raises InputError."""
    from paxsilica.policy.values import parse_date

    try:
        return parse_date(text)
    except ValueError as error:
        raise InputError(f"--as-of: {error}") from None
