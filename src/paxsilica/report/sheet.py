"""A sheet, the page of every question: a folder with `report.html`, `charts/`, `results.csv` and `run.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paxsilica import __version__
from paxsilica.findings import variables
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.envelope import run_record, table_text
from paxsilica.report.folder import check_folder, filled
from paxsilica.report.html import render
from paxsilica.report.look import Figure
from paxsilica.report.render import drawing, for_page

MOST_ROWS, MOST_AT_ONCE = 400, 25
"""Rows of a table on the page, and in sight at once; results.csv holds all."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """Rows with the same keys, which are the column heads and carry the units.

    Attributes:
        shown: columns that a screen has room for; () for all. page: those of the page; () for all.
        most: rows that a screen shows.
    """

    rows: Sequence[Row]
    note: str = ""
    shown: Sequence[str] = ()
    page: Sequence[str] = ()
    most: int = 20

    def on_screen(self) -> list[dict[str, Any]]:
        """The first rows, with the columns that a screen has room for."""
        heads = [head for head in self.rows[0] if not self.shown or head in self.shown]
        return [{head: row[head] for head in heads} for row in self.rows[: self.most]]

    def on_page(self) -> dict[str, Any]:
        """What a page shows: heads, each with whether its column holds numbers, rows, and what stands below."""
        heads = [head for head in self.rows[0] if not self.page or head in self.page]
        rows = self.rows[:MOST_ROWS]
        left, tall = len(self.rows) - len(rows), len(rows) > MOST_AT_ONCE
        note = self.note + (f" {len(rows)} rows: scroll in the table." if tall else "")
        note += f" {left} more rows are in results.csv." if left > 0 else ""
        numbers = [
            all(isinstance(row[head], int | float | None) for row in self.rows) for head in heads
        ]
        return {
            "heads": list(zip(heads, numbers, strict=True)),
            "rows": [[row[head] for head in heads] for row in rows],
            "tall": tall,
            "note": note.strip(),
        }


@dataclass(frozen=True)
class Section:
    """A part of the page; `name` is its anchor."""

    name: str
    title: str
    text: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Sheet:
    """Everything the page says; findings, notes, sources and the run are the answer's own.

    Its summary is led by why its numbers may mean nothing. Pages write USD for the money of the baseline; here it
    gets its name. Trade statistics are in dollars anyway.

    Attributes:
        basis: one line each on what the numbers rest on: data, year, units, sign.
    """

    answer: Answer
    kind: str
    title: str
    basis: Sequence[str]
    summary: Sequence[str]
    sections: Sequence[Section]

    def __post_init__(self) -> None:
        said = {name: value for name, value in vars(self).items() if name != "answer"}
        if self.kind != "dependencies":
            said = words.in_currency(said, self.answer.about.currency)
        said["summary"] = (*words.leading(self.answer.notes), *said["summary"])
        vars(self).update(said)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for section in self.sections for figure in section.figures)


def write_sheet(sheet: Sheet, directory: str | Path) -> Path:
    """Write the folder of a sheet, whole or not at all, and return the path of `report.html`.

    Raises:
        InputError: the directory is a file, holds anything but an earlier report, or cannot be written.
        PaxError: the renderer is missing or failed.
    """
    with filled(check_folder(directory), directory) as partial:
        charts = partial / "charts"
        charts.mkdir()
        # the tables are written while the figures are drawn
        with drawing({figure.name: figure.spec for figure in sheet.figures}, charts):
            kept = json.dumps(
                run_record(sheet.answer), indent=2, ensure_ascii=False, allow_nan=False
            )
            (partial / "run.json").write_text(f"{kept}\n", encoding="utf-8", newline="")
            table = table_text(sheet.answer)
            (partial / "results.csv").write_text(table, encoding="utf-8", newline="")
        drawn = {
            figure.name: (charts / f"{figure.name}.svg").read_text(encoding="utf-8")
            for figure in sheet.figures
        }
        (partial / "report.html").write_text(sheet_page(sheet, drawn), encoding="utf-8")
    return Path(directory) / "report.html"


def sheet_page(sheet: Sheet, drawn: Mapping[str, str]) -> str:
    """The page as HTML; `drawn` maps a figure's name to its SVG."""
    money = sheet.answer.about.currency
    return render(
        "sheet.html.j2",
        {
            "sheet": sheet,
            "svg": lambda figure: for_page(drawn[figure.name], figure),
            "cell": cell,
            "tied": words.tied,
            "money": lambda size: words.tied(words.in_currency(words.money(size), money)),
            "version": __version__,
        },
    )


def head(answer: Answer, variable: str) -> str:
    """The head of a column of a variable: `Output left, % of normal`."""
    unit = answer.unit(variable)
    return variables()[variable].head + (f", {unit}" if unit else "")


def columns(answer: Answer, dimension: str, *keys: str) -> dict[str, dict[str, float | None]]:
    """Label along a dimension -> columns of a table: head of each variable -> its value, whole where it has no unit."""
    rows: dict[str, dict[str, float | None]] = {}
    for key in keys:
        for label, value in answer.findings.along(key, dimension).items():
            whole = value is not None and not answer.unit(key)
            rows.setdefault(label, {})[head(answer, key)] = int(value or 0) if whole else value
    return rows


def cell(value: Any) -> str:
    """How a table shows a value: three digits of a number, nothing for None, plain text otherwise."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return words.number(value)
    return "" if value is None else str(value)
