"""`table:` of a measure: a rate for each importer, exporter and product or sector, from a CSV file.

Columns in any order: importer, exporter, product or sector, rate, from, until. The first two may be left out where the
measure names them, dates always. A code inside another goes before it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica.economy import Array, Economy
from paxsilica.errors import FileError, InputError, ScenarioError, gathered, nearest
from paxsilica.names import Names
from paxsilica.policy.products import EDITIONS, hs_codes, lines_of_code, sector_at
from paxsilica.policy.values import parse_date, parse_percent
from paxsilica.policy.weights import OnDemand, Weights

RATE_COLUMNS = ("importer", "exporter", "product", "sector", "rate", "from", "until")
MOST_ROWS, HIGHEST = 200_000, 10.0
"""Rows of a table, and the rate of one as a decimal."""


@dataclass(frozen=True)
class RateRow:
    """One rate; empty text where the measure says it, or where a row has a product or a sector and not the other."""

    line: int
    importer: str
    exporter: str
    product: str
    sector: str
    rate: float
    start: date | None
    until: date | None

    def in_force(self, day: date | None) -> bool:
        return day is None or (self.start or day) <= day <= (self.until or day)

    @property
    def cell(self) -> tuple[str, ...]:
        """Of what it is a rate."""
        return self.importer, self.exporter, self.product, self.sector


@dataclass(frozen=True)
class RateRows:
    """The rates of a file.

    Attributes:
        edition: of its HS codes. said: what is traded, inside a sentence, where not by the name of the file.
        known: what the rates reach in an economy on a day, once it is asked.
    """

    name: str
    edition: str
    rows: tuple[RateRow, ...]
    said: str = ""
    known: dict[tuple[Any, ...], FlowParts] = field(default_factory=dict, repr=False, compare=False)

    def on(self, day: date | None) -> Iterator[RateRow]:
        return (row for row in self.rows if row.in_force(day))

    def error(self, row: RateRow, message: str) -> ScenarioError:
        return ScenarioError(message, self.name, row.line)

    @cached_property
    def codes(self) -> Mapping[str, tuple[str, ...]]:
        """Product as written -> HS 2022 codes. Raises ScenarioError: all that are no code of the edition."""
        found, wrong = dict[str, tuple[str, ...]](), list[ScenarioError]()
        for row in self.rows:
            if row.product and row.product not in found:
                try:
                    found[row.product] = hs_codes([row.product], self.edition)
                except InputError as exc:
                    found[row.product] = ()
                    wrong.append(self.error(row, str(exc)))
        if wrong:
            raise gathered(wrong)
        return found


def read_rates(text: str, name: str, edition: str | None, given: Sequence[str]) -> RateRows:
    """The rates of a CSV text.

    Args:
        name: how errors call it. given: the columns that the measure names itself.

    Raises:
        ScenarioError: all that is wrong with it, a line each: columns, rates, dates, two rates of one cell, a product
            beside its sector.
    """
    lines = csv.reader(text.removeprefix("\ufeff").splitlines())
    heads = [head.strip().casefold() for head in next(lines, [])]
    wrong: list[FileError] = [*_heads(heads, name, given)]
    rows: list[RateRow] = []
    for at, cells in enumerate(lines if not wrong else (), 2):
        if any(cells):
            of = dict(zip(heads, map(str.strip, cells), strict=False))
            try:
                rows.append(_rate_row(at, of, given))
            except ValueError as exc:
                wrong.append(ScenarioError(str(exc), name, at))
    if len(rows) > MOST_ROWS:
        wrong.append(ScenarioError(f"has {len(rows):,} rows; at most {MOST_ROWS:,}", name))
    table = RateRows(name, edition or EDITIONS[-1], tuple(rows))
    wrong += _repeated_cells(table)
    try:
        _ = table.codes
    except FileError as unknown:
        wrong.append(unknown)
    if wrong or not rows:
        raise gathered(wrong or [ScenarioError("holds no rates; give at least one row", name)])
    return table


def _heads(heads: Sequence[str], name: str, given: Sequence[str]) -> Iterator[ScenarioError]:
    if unknown := [head for head in heads if head not in RATE_COLUMNS]:
        for head in unknown:
            yield ScenarioError(
                f"unknown column {head[:40]!r}{nearest(head, RATE_COLUMNS)}", name, 1
            )
        return
    lacking = [side for side in ("importer", "exporter") if side not in (*heads, *given)]
    lacking += ["rate"] * ("rate" not in heads)
    lacking += ["product or sector"] * (not {"product", "sector"}.intersection(heads))
    for column in lacking:
        hint = ", or name it in the measure" if column in ("importer", "exporter") else ""
        yield ScenarioError(f"no column {column}; add it{hint}", name, 1)


def _rate_row(line: int, of: Mapping[str, str], given: Sequence[str]) -> RateRow:
    """Raises ValueError: what is wrong with a row."""
    for side in ("importer", "exporter"):
        if not of.get(side) and side not in given:
            raise ValueError(f"no {side}; name one in every row")
    product, sector = of.get("product", ""), of.get("sector", "")
    if bool(product) == bool(sector):
        raise ValueError("give a product or a sector, one of the two")
    try:
        rate = _percent(of.get("rate", ""))
    except ValueError as exc:
        raise ValueError(f"rate {exc}") from exc
    if not -1 < rate <= HIGHEST:
        raise ValueError(f"rate {of['rate']} is not above -100% and at most {HIGHEST:.0%}")
    start, until = (parse_date(of[key]) if of.get(key) else None for key in ("from", "until"))
    if start and until and until < start:
        raise ValueError(f"until {until} is before from ({start}); swap the two dates")
    sides = of.get("importer", ""), of.get("exporter", "")
    return RateRow(line, *sides, product, sector, rate, start, until)


_percent = cache(parse_percent)


def _repeated_cells(table: RateRows) -> Iterator[ScenarioError]:
    """Rows of one cell whose dates meet."""
    seen: dict[tuple[str, ...], list[RateRow]] = defaultdict(list)
    for row in table.rows:
        for other in seen[row.cell]:
            first, last = max(row.start or date.min, other.start or date.min), date.max
            last = min(row.until or last, other.until or last)
            if first <= last:
                what = f"a second rate of the same cell, beside line {other.line}"
                yield table.error(row, f"{what}; keep one, or give both dates that do not meet")
                break
        seen[row.cell].append(row)


@dataclass(frozen=True, eq=False)
class FlowParts:
    """Parts of flows that have a rate each: positions in `[n, i, j]` laid flat, rates, and shares of the flow."""

    at: NDArray[np.intp]
    rates: Array
    shares: Array

    def moved(self, standing: Array, move: Callable[[Array, Array], Array]) -> Array:
        """`[n, i, j]` levels after `move`, which makes of levels and rates new levels, has acted on each part."""
        stands = standing.ravel()[self.at]
        change = self.shares * (move(stands, self.rates) - stands)
        return standing + np.bincount(self.at, change, standing.size).reshape(standing.shape)

    def reached(self, shape: Sequence[int]) -> Array:
        """`[n, i, j]` share of each flow that has a rate."""
        whole = np.bincount(self.at, self.shares, int(np.prod(shape)))
        return np.minimum(whole, 1.0).reshape(shape)


def parts_of(
    table: RateRows, sides: tuple[Sequence[str], Sequence[str]], names: Names, weights: OnDemand
) -> FlowParts:
    """What the rates in force on the day of the names reach.

    A rate of a product reaches the share of its sector that the customs lines under it are by the weights; a rate of a
    sector what no product of it takes.

    Args:
        sides: importers and exporters of the measure, to which a table with partners of its own is cut.

    Raises:
        ScenarioError: all labels that mean nothing, and a group or total beside a member, with their lines.
    """
    by_code = weights() if any(row.product for row in table.rows) else None
    key = names.table, names.day, sides, by_code
    if key not in table.known:
        found = [np.empty(0, dtype=int), np.empty(0), np.empty(0)]
        made = [
            _of_pair(names.table, by_code, pair, *of) for pair, of in _by_pair(table, sides, names)
        ]
        table.known[key] = FlowParts(*map(np.concatenate, zip(found, *made, strict=True)))
    return table.known[key]


Rates = dict[int, float]
"""Position of a customs line, or of a sector -> its rate."""


def _by_pair(
    table: RateRows, sides: tuple[Sequence[str], Sequence[str]], names: Names
) -> Iterator[tuple[tuple[int, int], tuple[Rates, Rates]]]:
    """Positions of importer and exporter, and the rates of customs lines and of sectors between them."""
    e, wrong = names.table, list[ScenarioError]()
    taken: dict[tuple[int, int, str, str], RateRow] = {}

    def places(row: RateRow, find: Callable[[str], Sequence[str]], label: str) -> list[int]:
        try:
            axis = e.sectors if find == names.sectors else e.regions
            return [axis.index(code) for code in find(label)]
        except InputError as exc:
            wrong.append(table.error(row, str(exc)))
            return []

    named = [[e.regions.index(code) for code in names.regions(side)] for side in sides]
    known: dict[tuple[bool, str], list[int]] = {}
    pairs: dict[tuple[int, int], list[RateRow]] = defaultdict(list)
    for row in table.on(names.day):
        for is_sector, label in ((False, row.importer), (False, row.exporter), (True, row.sector)):
            if label and (is_sector, label) not in known:
                find = names.sectors if is_sector else names.regions
                known[is_sector, label] = places(row, find, label)
        buyers, sellers = (
            [n for n in known[False, own] if not side or n in side] if own else side
            for own, side in zip((row.importer, row.exporter), named, strict=True)
        )
        for n, i in product(buyers, sellers):
            other = taken.setdefault((n, i, row.product, row.sector), row)
            if other is not row:
                why = "in a group or a total of it" if other.cell != row.cell else "on other dates"
                cure = "keep one" if other.cell != row.cell else "say which day is meant: `--as-of`"
                flow = f"what {e.regions[n]} buys from {e.regions[i]}"
                wrong.append(
                    table.error(row, f"{flow} has a rate in line {other.line} too, {why}; {cure}")
                )
            if n != i:
                pairs[n, i].append(row)
    if wrong:
        raise gathered(wrong)
    for pair, rows in pairs.items():
        whole = {j: row.rate for row in rows if row.sector for j in known[True, row.sector]}
        yield pair, (_rates_by_line(table, rows), whole)


def _rates_by_line(table: RateRows, rows: Sequence[RateRow]) -> Rates:
    """Of a line under several codes the rate of the longest."""
    rates: Rates = {}
    coded = [(code, row.rate) for row in rows if row.product for code in table.codes[row.product]]
    for code, rate in sorted(coded, key=lambda one: len(one[0])):
        at = lines_of_code(code)
        rates.update(dict.fromkeys(range(at.start, at.stop), rate))
    return rates


def _of_pair(
    e: Economy, weights: Weights | None, pair: tuple[int, int], lines: Rates, whole: Rates
) -> tuple[Any, Array, Array]:
    """Positions, rates and shares of what the first of a pair buys from the second."""
    (n, i), at = pair, np.fromiter(lines, dtype=int, count=len(lines))
    share = weights.of_pair(n, i)[at] if weights and lines else np.empty(0)
    held = share > 0
    sector, share = sector_at(e.sectors)[at][held], share[held]
    rates = np.fromiter(lines.values(), dtype=float, count=len(lines))[held]
    left = 1.0 - np.bincount(sector, share, len(e.sectors))
    sectors = np.array([*sector, *whole], dtype=int)
    shares = np.array([*share, *(max(left[j], 0.0) for j in whole)])
    first = (n * len(e.regions) + i) * len(e.sectors)
    return first + sectors, np.array([*rates, *whole.values()]), shares
