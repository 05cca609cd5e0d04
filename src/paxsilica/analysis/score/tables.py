"""A user's tables of flows before and after: every complaint names file and line, and all are collected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from paxsilica.data.rows import CsvLine, Wrong, number_in, read_rows
from paxsilica.errors import FileError, InputError, all_lines
from paxsilica.names import Names

NEEDED, DUTIES = ("partner", "sector", "before", "after"), ("duty_before", "duty_after")
TOGETHER = "+"
"""Between sectors or partners that stand in one row: `C20+C21`."""


class FlowRow(NamedTuple):
    """A row as understood: `partner` is one label for its `partners`; `numbers` of those columns that the table has."""

    place: str
    importer: str
    partner: str
    partners: tuple[str, ...]
    sectors: tuple[str, ...]
    numbers: dict[str, float]

    def at(self, column: str) -> float:
        """A number of the row; NaN where its table has no such column."""
        return self.numbers.get(column, float("nan"))


def flow_rows(
    path: Path, names: Names, importer: str = "", more: Sequence[str] = DUTIES
) -> list[FlowRow]:
    """The rows of a CSV with partner, sector, before, after, perhaps importer, and `more` numbers.

    Args:
        importer: where the table has no column of that name.

    Raises:
        FileError: no such file, other columns, unknown names, numbers that are none, not above zero, rows twice, or a total
            beside its parts; a line for each.
    """
    if not path.is_file():
        raise FileError(
            f"no such file; it needs columns {','.join(NEEDED)} and perhaps importer", str(path)
        )
    wrong: Wrong = []
    lines = read_rows(path, NEEDED, ("importer", *more), wrong)
    if not importer and not any(line.cells.get("importer") for line in lines):
        raise FileError("whose imports? add a column importer, or --importer USA", str(path))
    rows = [row for line in lines if (row := _row_of(line, names, importer, more, wrong))]
    if not wrong:
        _refuse_overlap(rows, wrong)
    if wrong:
        raise FileError(all_lines(wrong))
    return rows


def _row_of(
    line: CsvLine, names: Names, importer: str, more: Sequence[str], wrong: Wrong
) -> FlowRow | None:
    cells, before = line.cells, len(wrong)
    whose = cells.get("importer") or importer
    if not whose:
        wrong.append(f"{line.place}: importer is empty; say whose imports, such as USA")
        return None
    try:
        buyer = names.region([whose], "importer")
        written = cells["partner"].split(TOGETHER)
        partners = names.placed_regions(written, "partner")
        sectors = names.placed_sectors(cells["sector"].split(TOGETHER), "sector")
    except InputError as error:
        wrong.append(f"{line.place}: {error}")
        return None
    if buyer in partners:
        wrong.append(f"{line.place}: {buyer} is importer and partner; sales at home are no trade")
    given = [name for name in (*NEEDED[2:], *more) if cells.get(name)]
    numbers = {name: number_in(line, name, wrong) for name in given}
    if len(wrong) > before:
        return None
    for name, value in numbers.items():
        if value < 0 or (value == 0 and name not in DUTIES):
            wrong.append(
                f"{line.place}: {name} is {value:g}; only flows above zero have a log change, so drop the row"
            )
    for name in NEEDED[2:]:
        if name not in numbers:
            wrong.append(f"{line.place}: {name} is empty; drop the row")
    if len(wrong) > before:
        return None
    return FlowRow(line.place, buyer, names.label(written), partners, sectors, numbers)


def _refuse_overlap(rows: Sequence[FlowRow], wrong: Wrong) -> None:
    """The same flow must not stand in two rows."""
    held: dict[tuple[str, str, str], FlowRow] = {}
    for row in sorted(rows, key=lambda one: len(one.partners) * len(one.sectors)):
        atoms = [(row.importer, p, s) for p in row.partners for s in row.sectors]
        first = next((held[atom] for atom in atoms if atom in held), None)
        if first is None:
            held |= dict.fromkeys(atoms, row)
        elif (row.partners, row.sectors) == (first.partners, first.sectors):
            wrong.append(f"{row.place}: the same flow as {first.place}; keep one")
        else:
            wrong.append(
                f"{row.place}: a total beside its part, holding flows of {first.place}; keep the parts or the total"
            )
