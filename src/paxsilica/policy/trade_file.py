"""`weights:` of a scenario: a user's own trade table, or a year of BACI, aggregated by DuckDB.

Columns in any order: importer, exporter, product, value, and perhaps edition and year; or those of BACI, `t, i, j, k, v`.
Other columns are left alone. A comment above the heads may say the edition, as may the name of a file of BACI.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from paxsilica.economy import Economy
from paxsilica.errors import MOST_SHOWN, InputError, ScenarioError, gathered
from paxsilica.names import Names
from paxsilica.names.places import ROW, places, rows
from paxsilica.names.products import hs_digits
from paxsilica.policy.products import (
    BUYER,
    EDITIONS,
    Edition,
)
from paxsilica.policy.trade_cells import Cell, CellsByLabel, cells_of
from paxsilica.policy.trade_table import KINDS_OF_FILE, TradeTable, edition_of
from paxsilica.policy.values import OneLine
from paxsilica.policy.weights import Bought, Weights, weights_from

SUMMED = """
SELECT n.place AS n, i.place AS i, c.place AS cell, sum(CAST(value AS DOUBLE) * c.part) AS value
FROM raw
JOIN of_importer n ON importer = n.label
JOIN of_exporter i ON exporter = i.label
JOIN of_product c ON edition || ' ' || product = c.label AND c.us = n.us
WHERE n.place <> i.place
GROUP BY ALL HAVING sum(CAST(value AS DOUBLE) * c.part) > 0 ORDER BY ALL
"""
"""Money by positions of importer, exporter and cell."""

EVERY_PARTNER = frozenset(
    ("0", "all", "all countries", "total", "w00", "wld", "world", "world total")
)
"""Partners that are all partners together."""

OF_CUSTOMS = {
    **{"58": "BEL", "251": "FRA", "280": "DEU", "490": "TWN", "579": "NOR", "699": "IND"},
    **{"757": "CHE", "842": "USA"},
}
"""Numbers of places that trade statistics write in place of those of ISO 3166."""

OTHER_ASIA = "S19"
"""What BACI's list of countries calls Other Asia, which is nearly all Taiwan."""

FromTable = TypeVar("FromTable")

MILLION = {True: 1e-3, False: 1e-6}
"""What is counted in BACI, thousands of dollars, and in other tables, dollars."""


class ProductFlows(NamedTuple):
    """Trade between regions by product, an entry each; positions in `codes` and in the regions.

    Attributes:
        codes: HS codes of six digits, ascending. edition: of the codes. value: million USD.
    """

    codes: tuple[str, ...]
    edition: str
    importer: NDArray[np.intp]
    exporter: NDArray[np.intp]
    code: NDArray[np.intp]
    value: NDArray[np.float64]


class TradeFile(BaseModel):
    """A table of trade, and the edition of its HS codes where it does not say so itself."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    file: OneLine
    edition: Edition | None = None

    def __str__(self) -> str:
        return self.file

    @property
    def stamp(self) -> tuple[int, int]:
        """What tells a file that has changed."""
        stat = Path(self.file).stat()
        return stat.st_mtime_ns, stat.st_size

    def sha256(self) -> str:
        with open(self.file, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def own_trade(written: str) -> TradeFile:
    """A table that is named on a command line, by its path from here. Raises InputError."""
    if not Path(written).is_file():
        raise InputError(f"--trade: {written}: no such file; check the spelling and the folder")
    try:
        return TradeFile(file=checked_path(written, Path()))
    except ValueError as error:
        raise InputError(f"--trade: {error}") from None


def checked_path(written: str, folder: Path | None) -> str:
    """The path from the scenario's folder. Raises ValueError: it is no file of trade, or a text names no folder."""
    if folder is None:
        raise ValueError(f"{written} is a file, and a text names no folder to begin in")
    path = Path(folder) / written
    if not path.name.casefold().endswith(KINDS_OF_FILE):
        raise ValueError(f"{path} is no table of trade; give a file that ends in .csv or .parquet")
    if not path.is_file():
        raise ValueError(f"{path} does not exist; give a path from the scenario's folder")
    return str(path)


PLACE_NAMES = Names()
"""What places are called, regions of an economy or not."""

_KNOWN: WeakKeyDictionary[Economy, dict[Any, Weights]] = WeakKeyDictionary()


def weights_of_file(file: TradeFile, names: Names) -> Weights:
    """The weights of an economy with those of a file in place of the packaged ones, for the importers that it names.

    Raises:
        ScenarioError: all that is wrong with the file, a line each.
    """
    known, key = _KNOWN.setdefault(names.table, {}), (file, file.stamp, str(dict(names.groups)))
    if key not in known:
        known[key] = weights_from(names.table, _Reading(file, names).bought(), Path(file.file).name)
    return known[key]


def flows_of_file(file: TradeFile, names: Names) -> ProductFlows:
    """The trade of a file by product of six digits, between regions of an economy; BACI counts in thousands of dollars,
    other tables in dollars.

    Raises:
        ScenarioError: all that is wrong with the file, a line each; codes of fewer than six digits, or of two editions.
    """
    return _Reading(file, names).by_product()


@dataclass(frozen=True, eq=False)
class _Reading:
    """One reading of a file by DuckDB, for the labels of an economy."""

    file: TradeFile
    names: Names

    def bought(self) -> Bought:
        """What its importers buy. Raises ScenarioError: all that is wrong with it."""

        def cells(table: TradeTable) -> Bought:
            table.load()
            return Bought(*self._aggregated(table, self._cells(table)))

        return self._read(cells)

    def by_product(self) -> ProductFlows:
        """All of it by product. Raises ScenarioError: all that is wrong with it."""

        def products(table: TradeTable) -> ProductFlows:
            table.load()
            cells, codes, edition = self._six_digits(table)
            n, i, code, value = self._aggregated(table, cells)
            return ProductFlows(codes, edition, n, i, code, value * MILLION[table.of_baci])

        return self._read(products)

    def _read(self, what: Callable[[TradeTable], FromTable]) -> FromTable:
        """What is made of the table. Raises ScenarioError."""
        try:
            import duckdb
        except ImportError as exc:
            raise self._error(
                "is read by DuckDB, which is not installed; run `pip install 'paxsilica[baci]'`"
            ) from exc
        try:
            with duckdb.connect() as db:
                return what(TradeTable(self.file.file, db))
        except UnicodeDecodeError as exc:
            raise self._error("is no text in UTF-8; save the file as UTF-8") from exc
        except (OSError, EOFError, zlib.error) as exc:
            raise self._error(f"cannot be read ({exc}); check the file") from exc
        except duckdb.Error as exc:
            raise self._unreadable(str(exc)) from exc

    def _unreadable(self, said: str) -> ScenarioError:
        """An error of DuckDB in one line, with the line of the file where it gives one."""
        line = re.search(r"CSV Error on Line: (\d+)", said)
        count = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", said)
        told = said.split("\nPossible fixes")[0].strip().split("\n")
        why = told[-1] if line else told[0]
        if count:
            why = f"has {count[2]} columns where {count[1]} have a head"
        return ScenarioError(
            f"cannot be read as a table: {why}", self.file.file, int(line[1]) if line else None
        )

    def _error(self, message: str) -> ScenarioError:
        return ScenarioError(message, self.file.file)

    def _aggregated(
        self, table: TradeTable, cells: tuple[CellsByLabel, dict[str, str]]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """Importer, exporter, cell and money of a table that is loaded, each an entry. Raises ScenarioError."""
        db = table.db
        sides = {side: self._places(db, side) for side in ("importer", "exporter")}
        wrong = {side: problems for side, (_, problems) in sides.items()} | {"product": cells[1]}
        years = [year for (year,) in db.execute("SELECT DISTINCT year FROM raw").fetchall() if year]
        (bad,) = db.execute(
            "SELECT count(*) FROM raw WHERE coalesce(TRY_CAST(value AS DOUBLE), -1) < 0 "
            "OR NOT isfinite(TRY_CAST(value AS DOUBLE))"
        ).fetchone()
        if bad or any(wrong.values()):
            raise gathered(list(self._lines_of(table, wrong)))
        if len(years) > 1:
            raise self._error(f"holds the years {min(years)} to {max(years)}; keep one of them")
        for name, (found, _) in {**sides, "product": cells}.items():
            db.execute(
                f"CREATE TEMP TABLE of_{name} (label VARCHAR, us BOOLEAN, place INTEGER, part DOUBLE)"
            )
            made = _columns(found)
            db.execute(f"INSERT INTO of_{name} SELECT {', '.join(['unnest(?)'] * 4)}", made)
        summed = db.execute(SUMMED).fetchnumpy()
        if not len(summed["value"]):
            raise self._error(
                f"holds no trade between two regions of {self.names.table.about.name}"
            )
        n, i, cell = (np.asarray(summed[key], dtype=np.intp) for key in ("n", "i", "cell"))
        return n, i, cell, np.asarray(summed["value"], dtype=float)

    # ---- labels --------------------------------------------------------------------------------

    def _places(self, db: Any, side: str) -> tuple[CellsByLabel, dict[str, str]]:
        """Label -> positions of regions, and what is wrong with others; a country that no region holds has none."""
        found, wrong = dict[str, list[Cell]](), dict[str, str]()
        regions = self.names.table.regions
        for (label,) in db.execute(f"SELECT DISTINCT {side} FROM raw").fetchall():
            try:
                own = self._regions(label or "")
                found[label or ""] = [(r == BUYER, regions.index(r), 1.0) for r in own]
            except InputError as exc:
                wrong[label or ""] = str(exc)
        alone = {at[0][1]: label for label, at in found.items() if len(at) == 1}
        for label, at in found.items():
            if len(at) > 1 and (within := [n for _, n, _ in at if n in alone]):
                also = alone[within[0]]
                wrong[label] = f"{label} is a group, and {also} in it stands alone too; keep one"
        return found, wrong

    def _regions(self, label: str) -> tuple[str, ...]:
        """Raises InputError: no place, or all of them."""
        if not label:
            raise InputError("no place; name one in every row")
        if " ".join(label.casefold().split()) in EVERY_PARTNER:
            raise InputError(f"{label} is a total of the others; leave its rows out")
        regions, code = self.names.table.regions, self.names.one(label)
        if not code and label.isdecimal():
            code = self._by_number.get(label.lstrip("0"), "")
            if not code:
                raise InputError(
                    f"{label} is the number of no place that is known; write its name, or lay BACI's "
                    "country_codes.csv beside this file"
                )
        code = code or PLACE_NAMES.one(label)
        if code:
            inside = (code,) if code in regions else (ROW,) if ROW in regions else ()
            return inside
        return self.names.regions([label])

    @cached_property
    def _by_number(self) -> Mapping[str, str]:
        """Number of a place, without leading zeros -> its code: of ISO 3166, of trade statistics, of a list beside."""
        known = {place.numeric.lstrip("0"): place.code for place in places() if place.numeric}
        codes = {place.code for place in places()}
        for path in sorted(Path(self.file.file).parent.glob("*country_codes*.csv")):
            for row in rows(path):
                number, code = row.get("country_code", ""), row.get("country_iso3", "")
                code = "TWN" if code == OTHER_ASIA else code
                known.setdefault(number.lstrip("0"), code if code in codes else ROW)
        return known | OF_CUSTOMS

    def _cells(self, table: TradeTable) -> tuple[CellsByLabel, dict[str, str]]:
        """Edition and product -> cells of the weights with the part of each; and what is wrong with others."""
        found, wrong = dict[str, list[Cell]](), dict[str, str]()
        for edition, label in table.db.execute(
            "SELECT DISTINCT edition, product FROM raw"
        ).fetchall():
            key = f"{edition or ''} {label or ''}"
            try:
                own = edition_of(edition) if edition else self.file.edition or table.edition
                found[key] = cells_of((label or "").zfill(6 * table.of_baci), own)
            except InputError as exc:
                wrong[key] = str(exc)
        return found, wrong

    def _six_digits(
        self, table: TradeTable
    ) -> tuple[tuple[CellsByLabel, dict[str, str]], tuple[str, ...], str]:
        """Edition and product -> its code of six digits, whoever buys; what is wrong; the codes; the edition."""
        found, wrong, editions = dict[str, str](), dict[str, str](), set[str]()
        for edition, label in table.db.execute(
            "SELECT DISTINCT edition, product FROM raw"
        ).fetchall():
            key, digits = f"{edition or ''} {label or ''}", hs_digits(label or "")
            digits = digits.zfill(6 * table.of_baci)
            try:
                editions.add(edition_of(edition) if edition else self.file.edition or table.edition)
            except InputError as exc:
                wrong[key] = str(exc)
            if not re.fullmatch(r"(\d\d){3,5}", digits, re.ASCII):
                wrong[key] = f"{(label or '')[:40]!r} is no HS code of 6, 8 or 10 digits"
            found[key] = digits[:6]
        if len(editions) > 1:
            raise self._error(
                f"holds codes of HS {' and '.join(sorted(editions))}; keep one edition"
            )
        codes = sorted({code for key, code in found.items() if key not in wrong})
        place = {code: at for at, code in enumerate(codes)}
        cells = {
            key: [(us, place[code], 1.0) for us in (True, False)]
            for key, code in found.items()
            if key not in wrong
        }
        return (cells, wrong), tuple(codes), next(iter(editions), EDITIONS[-1])

    # ---- problems ------------------------------------------------------------------------------

    def _lines_of(
        self, table: TradeTable, wrong: Mapping[str, Mapping[str, str]]
    ) -> Iterator[ScenarioError]:
        """The first line of each wrong label, and of wrong values, as many as are shown and one more."""
        told, said = set[str](), 0
        for line, row in table.rows():
            product = f"{row.get('edition', '')} {row['product']}"
            problems = [
                *(wrong[side].get(row[side], "") for side in ("importer", "exporter")),
                wrong["product"].get(product, ""),
                _wrong_value(row["value"]),
            ]
            for problem in filter(None, problems):
                if problem not in told:
                    told.add(problem)
                    said += 1
                    yield ScenarioError(problem, self.file.file, line)
            if said > MOST_SHOWN:
                return


def _columns(found: CellsByLabel) -> list[list[Any]]:
    made = [(label, *cell) for label, cells in found.items() for cell in cells]
    return [list(column) for column in zip(*made, strict=True)] or [[], [], [], []]


def _wrong_value(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return f"value {value[:30]!r} is no number; write one in every row"
    if not np.isfinite(number):
        return f"value {value} is not finite; write a number"
    return f"value {value} is negative; trade is not" if number < 0 else ""
