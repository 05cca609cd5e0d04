"""A report: what an answer says to a reader.

The first screen is one sentence, one picture, a handful of numbers and why; everything else is folded below it. A
page, a terminal, JSON, a notebook and an agent show the same. On disk it is a folder with `report.html`, `charts/`,
`results.csv` and `run.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from paxsilica import __version__
from paxsilica.findings import variables
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.theme import Figure
from paxsilica.report.envelope import run_record, table_text
from paxsilica.report.folder import check_folder, filled
from paxsilica.report.html import FONT_FACES, render
from paxsilica.report.render import Renderer, drawing, for_page, renderer

MOST_ROWS, MOST_AT_ONCE = 400, 25
"""Rows of a table on the page, and in sight at once; results.csv holds all."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Number:
    """A number of the first screen, as written: `Number("Real income of India", "−0.26 %", "−0.31 to −0.21 %")`.

    Attributes:
        band: the range over elasticity sets; empty where there is none. note: what of, when, since when.
    """

    head: str
    value: str
    band: str = ""
    note: str = ""

    def __str__(self) -> str:
        about = "; ".join(filter(None, (self.band, self.note)))
        return f"{self.head}: {self.value}" + (f" ({about})" if about else "")


@dataclass(frozen=True)
class Table:
    """Rows with the same keys, which are the column heads and carry the units.

    Attributes:
        shown: columns of a terminal; () for all. page: those of the page; () for all. most: rows of a terminal.
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
        note = self.note + (
            f" {left} more rows are in the files beside this page." if left > 0 else ""
        )
        numbers = [
            all(isinstance(row[head], int | float | None) for row in self.rows) for head in heads
        ]
        return {
            "heads": list(zip(heads, numbers, strict=True)),
            "rows": [[row[head] for head in heads] for row in rows],
            "tall": tall,
            "stack": not any(numbers),
            "note": note.strip(),
        }


@dataclass(frozen=True)
class Section:
    """A part of the page below the first screen; `name` is its anchor. A template shows what is no table; one that is
    `shown` is unfolded."""

    name: str
    title: str
    text: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    table: Table | None = None
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    shown: bool = False


class Drawn(NamedTuple):
    """What a page has and a terminal has not."""

    picture: Figure | None
    sections: Sequence[Section]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All of them, the picture of the first screen first."""
        first = (self.picture,) if self.picture else ()
        return (*first, *(figure for section in self.sections for figure in section.figures))


@dataclass(frozen=True)
class Report:
    """What is said of an answer; its findings, notes, sources and run are the answer's own.

    Pages write USD for the money of the baseline; here it gets its name.

    Attributes:
        lead: one sentence with its band. numbers: a handful. why: one sentence, in plain words.
        understood: what was asked, as understood, and what the numbers rest on: data, year, units, sign.
        picture, sections: made when a page is wanted. proof: how well it is solved.
        screen: the one table of a terminal. currency: of the numbers; empty for the baseline's.
        parts: reports that this one rests on; their first screens stand below its own. beside: what the folder holds.
    """

    answer: Answer
    kind: str
    title: str
    lead: str
    numbers: Sequence[Number] = ()
    why: str = ""
    understood: Sequence[str] = ()
    picture: Callable[[], Figure | None] = lambda: None
    sections: Callable[[], Sequence[Section]] = tuple
    proof: Sequence[str] = ()
    screen: Table | None = None
    currency: str = ""
    parts: Sequence[Report] = ()
    beside: str = "run.json beside this page holds what was asked, results.csv every number, charts its pictures."

    def __post_init__(self) -> None:
        said = ("title", "lead", "numbers", "why", "understood", "proof", "screen")
        for name in said:
            object.__setattr__(self, name, self._in_currency(getattr(self, name)))

    def _in_currency(self, said: Any) -> Any:
        return words.in_currency(said, self.currency or self.answer.about.currency)

    @property
    def beware(self) -> list[str]:
        """Why its numbers may mean nothing; stands before everything else."""
        return words.leading(self.answer.notes)

    @property
    def sentences(self) -> list[str]:
        """The first screen in sentences."""
        said = [*self.beware, self.lead, *map(str, self.numbers), self.why, *self.understood]
        for part in self.parts:
            said += [f"{part.title}:", *part.beware, part.lead, *map(str, part.numbers), part.why]
        return [line for line in said if line]

    @cached_property
    def first_picture(self) -> Figure | None:
        """That of the first screen, without drawing what stands below."""
        figure: Figure | None = self._in_currency(self.picture())
        return figure

    @cached_property
    def drawn(self) -> Drawn:
        """Its pictures and sections."""
        return Drawn(self.first_picture, self._in_currency(tuple(self.sections())))


def write_report(
    report: Report, directory: str | Path, png: bool = False, process: Renderer | None = None
) -> Path:
    """Write the folder of a report, whole or not at all, and return the path of `report.html`.

    Args:
        png: whether charts are written as PNG too. process: what draws them, if it has been started.

    Raises:
        InputError: the directory is a file, holds anything but an earlier report, or cannot be written.
        PaxError: the renderer is missing or failed.
    """
    figures = {figure.name: figure for figure in report.drawn.figures}
    slots = {name: f"<!-- {name} -->" for name in figures}  # what is escaped cannot hold one
    specs = {name: figure.spec for name, figure in figures.items()}
    started = nullcontext(process) if process or not figures else renderer()
    beside = report.answer.question.BESIDE
    target = check_folder(directory, beside=beside)
    with filled(target, directory, beside) as partial, started as process:
        charts = partial / "charts"
        charts.mkdir()
        # tables and page are written while the figures are drawn
        with drawing(specs, charts, process, png) if process else nullcontext():
            kept = json.dumps(
                run_record(report.answer), indent=2, ensure_ascii=False, allow_nan=False
            )
            (partial / "run.json").write_text(f"{kept}\n", encoding="utf-8", newline="")
            table = table_text(report.answer)
            (partial / "results.csv").write_text(table, encoding="utf-8", newline="")
            page = report_page(report, slots)
        for name, figure in figures.items():
            picture = charts / f"{name}.svg"
            svg = picture.read_text(encoding="utf-8")
            page = page.replace(slots[name], for_page(svg, figure))
            lettered = svg.replace(">", f"><style>{FONT_FACES}</style>", 1)
            picture.write_text(lettered, encoding="utf-8")
        (partial / "report.html").write_text(page, encoding="utf-8")
    return Path(directory) / "report.html"


def report_page(report: Report, pictures: Mapping[str, str]) -> str:
    """The page as HTML; `pictures` maps a figure's name to what stands for it."""
    return render("report.html.j2", page_context(report, lambda figure: pictures[figure.name]))


def page_context(report: Report, picture: Callable[[Figure], str]) -> dict[str, Any]:
    """What the template of a report's body reads; `picture` is the HTML of a figure."""
    money = report.currency or report.answer.about.currency
    return {
        "report": report,
        "svg": picture,
        "behind": lambda figure: Table(figure.table).on_page(),
        "cell": cell,
        "tied": words.tied,
        "money": lambda size: words.tied(words.in_currency(words.money(size), money)),
        "version": __version__,
    }


def head(answer: Answer, variable: str) -> str:
    """The head of a column of a variable: `Output left, % of normal`."""
    unit = answer.unit(variable)
    return variables()[variable].head + (f", {unit}" if unit else "")


def columns(
    answer: Answer, dimension: str, *keys: str, **where: str | None
) -> dict[str, dict[str, float | None]]:
    """Label along a dimension -> columns of a table: head of each variable -> its value, whole where it has no unit."""
    rows: dict[str, dict[str, float | None]] = {}
    for key in keys:
        for label, value in answer.findings.along(key, dimension, **where).items():
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
