"""A table of trade as it lies on disk, as CSV or parquet: its columns, its edition, and its rows with their lines."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from paxsilica.errors import InputError, ScenarioError, gathered, nearest
from paxsilica.policy.products import EDITIONS

REQUIRED = ("importer", "exporter", "product", "value")
OF_BACI = {"importer": "j", "exporter": "i", "product": "k", "value": "v", "year": "t"}

KINDS_OF_FILE = (".csv", ".csv.gz", ".parquet")

SOME_ROWS = 10_000
"""Rows of a parquet file that are read at a time, to find the places of problems."""


@dataclass(frozen=True, eq=False)
class TradeTable:
    """A file that DuckDB reads; `db` is a connection to it."""

    path: str
    db: Any

    def load(self) -> None:
        """Make the table `raw` of its columns as text, empty where it has no edition or year.

        Raises:
            ScenarioError: columns that it lacks.
        """
        picked = {key: f"trim(CAST({name} AS VARCHAR))" for key, (_, name) in self._columns.items()}
        blank = {"edition": "''", "year": "''"}
        columns = ", ".join(f"{sql} AS {key}" for key, sql in {**blank, **picked}.items())
        source, given = self._source
        self.db.execute(f"CREATE TEMP TABLE raw AS SELECT {columns} FROM {source}", given)

    @property
    def of_baci(self) -> bool:
        return self._columns["product"][0] == "k"

    @cached_property
    def edition(self) -> str:
        """Of the codes, as a comment above the heads says or the name of a file of BACI; that of HS 2022 without."""
        said = re.search(r"edition\D{0,3}((?:HS\s?)?\d+)", " ".join(self._comments), re.IGNORECASE)
        named = re.search(r"HS(\d\d)(?!\d)", Path(self.path).name, re.IGNORECASE)
        written = said[1] if said else named[1] if named else ""
        return edition_of(written) if written else EDITIONS[-1]

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Line, of a parquet file the number of the row, and what stands there."""
        at = {key: place for key, (_, place) in self._columns.items()}
        if self._is_parquet:
            found = self.db.execute(
                f"SELECT {', '.join(at.values())} FROM read_parquet(?)", [self.path]
            )
            line = 0
            while some := found.fetchmany(SOME_ROWS):
                for cells in some:
                    line += 1
                    yield line, {k: _cell_text(cell) for k, cell in zip(at, cells, strict=True)}
            return
        places = {key: int(name.removeprefix("c")) for key, name in at.items()}
        with self._open() as file:
            reader = csv.reader(islice(file, self._above, None))
            for cells in reader:
                if any(cells):
                    line = self._above + reader.line_num
                    yield line, {key: cells[place].strip() for key, place in places.items()}

    @property
    def _source(self) -> tuple[str, list[Any]]:
        """What to read from, and what is given to it: of a CSV text all columns as `c0`, `c1`."""
        if self._is_parquet:
            return "read_parquet(?)", [self.path]
        columns = {f"c{at}": "VARCHAR" for at in range(len(self._heads))}
        form = "header=false, auto_detect=false, delim=',', quote='\"', escape='\"'"
        return f"read_csv(?, columns={columns}, skip={self._above}, {form})", [self.path]

    @property
    def _is_parquet(self) -> bool:
        return self.path.casefold().endswith(".parquet")

    def _open(self) -> TextIO:
        if self.path.casefold().endswith(".gz"):
            return gzip.open(self.path, "rt", encoding="utf-8-sig", newline="")
        return open(self.path, encoding="utf-8-sig", newline="")

    @cached_property
    def _comments(self) -> list[str]:
        """The lines above the heads."""
        if self._is_parquet:
            return []
        lines: list[str] = []
        with self._open() as file:
            for line in file:
                if line.strip() and not line.lstrip().startswith("#"):
                    break
                lines.append(line)
        return lines

    @property
    def _above(self) -> int:
        """Lines above the first row."""
        return len(self._comments) + 1

    @cached_property
    def _heads(self) -> list[str]:
        if self._is_parquet:
            told = self.db.execute("DESCRIBE SELECT * FROM read_parquet(?)", [self.path])
            return [str(row[0]) for row in told.fetchall()]
        with self._open() as file:
            return next(csv.reader(islice(file, self._above - 1, None)), [])

    @cached_property
    def _columns(self) -> dict[str, tuple[str, str]]:
        """Column -> its head, and what DuckDB calls it. Raises ScenarioError: columns that are lacking."""
        names = [
            f'"{head.replace(chr(34), 2 * chr(34))}"' if self._is_parquet else f"c{at}"
            for at, head in enumerate(self._heads)
        ]
        found = {
            head.strip().casefold(): (head.strip().casefold(), name)
            for head, name in zip(self._heads, names, strict=True)
        }
        baci = {key: found[head] for key, head in OF_BACI.items() if head in found}
        if set(REQUIRED) <= set(baci):
            return baci
        if lacking := [column for column in REQUIRED if column not in found]:
            line = None if self._is_parquet else self._above
            apart = ";" in "".join(self._heads) or "\t" in "".join(self._heads)
            why = "; columns stand apart by commas" if apart else ""
            problems = (f"no column {c}; add it{why or _misspelt(c, found)}" for c in lacking)
            raise gathered([ScenarioError(problem, self.path, line) for problem in problems])
        return {key: found[key] for key in (*REQUIRED, "edition", "year") if key in found}


def edition_of(written: str) -> str:
    """`2017`, of `HS17` and `2017` alike. Raises InputError."""
    digits = re.sub(r"\D", "", written)
    found = [edition for edition in EDITIONS if digits in (edition, edition[2:])]
    if not found:
        raise InputError(f"{written[:20]!r} is no edition of HS; there are {', '.join(EDITIONS)}")
    return found[0]


def _cell_text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _misspelt(column: str, written: Iterable[str]) -> str:
    hint = nearest(column, written)
    return hint if "did you mean" in hint else ""
