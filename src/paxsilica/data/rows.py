"""CSV files of a user's baseline as rows; every complaint names file and line, and all are collected."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paxsilica.checks import Array
from paxsilica.errors import EconomyError, nearest
from paxsilica.names.places import misprint

Wrong = list[str]
"""Complaints so far, a line each."""


@dataclass(frozen=True)
class CsvLine:
    """One line of a CSV file: `place` is `file:line`."""

    place: str
    cells: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Filled:
    """Numbers of a file on their axes, zero where no row is; `places` maps a cell to its `file:line`."""

    axes: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, Array]
    places: Mapping[tuple[int, ...], str]

    def labels(self, cell: Sequence[int]) -> str:
        """`JPN, ZAF, C28`."""
        return ", ".join(names[k] for names, k in zip(self.axes.values(), cell, strict=True))


def on_axes(
    rows: Sequence[CsvLine],
    axes: Mapping[str, tuple[str, ...]],
    columns: Sequence[str],
    wrong: Wrong,
) -> Filled:
    """The rows on their axes. Unknown labels, cells given twice and what is no number are added to `wrong`."""
    at = {axis: {label: k for k, label in enumerate(labels)} for axis, labels in axes.items()}
    shape = tuple(len(labels) for labels in axes.values())
    arrays = {column: np.zeros(shape) for column in columns}
    seen: dict[tuple[int, ...], str] = {}
    for row in rows:
        unknown = [axis for axis in axes if row.cells[axis] not in at[axis]]
        for axis in unknown:
            label = row.cells[axis]
            wrong.append(f"{row.place}: unknown {axis} {label!r}{misprint(label, axes[axis])}")
        if unknown:
            continue
        cell = tuple(at[axis][row.cells[axis]] for axis in axes)
        if cell in seen:
            same = ", ".join(axes)
            wrong.append(f"{row.place}: the same {same} as {seen[cell]}; add them up")
        seen[cell] = row.place
        for column in columns:
            if column in row.cells:
                read = percentage_in if column == "tariff" else number_in
                arrays[column][cell] = read(row, column, wrong)
    return Filled(axes, arrays, seen)


def number_in(row: CsvLine, column: str, wrong: Wrong) -> float:
    """The number of a cell, perhaps negative; 0 with a complaint where there is none."""
    return _finite(row, column, row.cells[column], "a plain number such as 1234.5", wrong)


def percentage_in(row: CsvLine, column: str, wrong: Wrong) -> float:
    """`25%` as 0.25, above -100 %; 0 with a complaint where it is none."""
    text = row.cells[column]
    if text != "0" and not text.endswith("%"):
        wrong.append(f"{row.place}: {column} is {text!r}; write a percentage such as 25%")
        return 0.0
    plain = text.removesuffix("%").strip()
    value = _finite(row, column, plain, "a percentage such as 25%", wrong) / 100.0
    if value <= -1.0:
        wrong.append(f"{row.place}: {column} is {text}; it must be above -100%")
    return value


def _finite(row: CsvLine, column: str, text: str, wanted: str, wrong: Wrong) -> float:
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    given = row.cells[column]
    wrong.append(f"{row.place}: {column} is {given!r}; write {wanted}, or drop the row if zero")
    return 0.0


def read_rows(
    path: Path, needed: Sequence[str], optional: Sequence[str], wrong: Wrong
) -> list[CsvLine]:
    """The rows of a CSV file with a header; labels and numbers without surrounding blanks.

    Lines that are no rows are added to `wrong`.

    Raises:
        EconomyError: no such file, no text, or another header: nothing else can then be said of it.
    """
    if not path.is_file():
        raise EconomyError(
            f"{path}: no such file; a baseline folder needs {path.name} with columns {','.join(needed)}"
        )
    before = len(wrong)
    try:
        rows = list(_lines_of(path, needed, optional, wrong))
    except (UnicodeDecodeError, csv.Error) as exc:
        raise EconomyError(f"{path}: not a CSV text file in UTF-8; save it as CSV ({exc})") from exc
    except OSError as exc:
        raise EconomyError(
            f"{path}: cannot be read ({exc.strerror}); check the file and its permissions"
        ) from exc
    if not rows and len(wrong) == before:
        raise EconomyError(
            f"{path}: has a header but no rows; add one row for each flow above zero"
        )
    return rows


def _lines_of(
    path: Path, needed: Sequence[str], optional: Sequence[str], wrong: Wrong
) -> Iterator[CsvLine]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(path, header, needed, optional)
        for line in reader:
            place, cells = f"{path}:{reader.line_num}", [cell.strip() for cell in line]
            if not any(cells):
                continue
            if "\0" in "".join(cells):
                text = "holds a NUL byte, so it is no text; save the file as CSV in UTF-8"
                wrong.append(f"{place}: {text}")
            elif len(cells) != len(header):
                count = f"{len(cells)} fields, the header has {len(header)}"
                wrong.append(f"{place}: {count}; quote text with commas")
            else:
                yield CsvLine(place, dict(zip(header, cells, strict=True)))


def _check_header(
    path: Path, header: Sequence[str], needed: Sequence[str], optional: Sequence[str]
) -> None:
    if not any(header):
        raise EconomyError(f"{path}: is empty; it needs a header with columns {','.join(needed)}")
    for column in header:
        if column not in (*needed, *optional):
            raise EconomyError(
                f"{path}:1: unknown column {column!r}{nearest(column, [*needed, *optional])}"
            )
        if header.count(column) > 1:
            raise EconomyError(f"{path}:1: column {column!r} is there twice; keep one")
    for column in needed:
        if column not in header:
            raise EconomyError(f"{path}:1: no column {column!r}; the file needs {','.join(needed)}")
