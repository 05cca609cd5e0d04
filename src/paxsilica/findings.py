"""`Findings`: what an analysis found, as labelled numbers under machine keys, whatever the room.

A `Block` holds one variable over its dimensions. What a variable means, its unit, sign and head stand once, in
`variables.csv`; no key, label or head holds a unit, and nothing here is a sentence for the eye.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paxsilica.errors import LabelError, nearest

if TYPE_CHECKING:
    import pandas as pd

DIMENSIONS = (
    *("region", "partner", "sector", "product", "item", "measure", "date"),
    *("horizon", "elasticities", "scenario", "rung", "point"),
)
"""What a number can be of, in the order in which tables show it."""

ORIGIN = ("solve", "source")
"""Where a number comes from."""

Labels = str | Sequence[str]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Variable:
    """A row of `variables.csv`.

    Attributes:
        unit: `{currency}` and `{year}` stand for those of the baseline.
        sign: what a minus means; empty where the number has none.
        source: paper and equation, or the data, that define it.
    """

    key: str
    head: str
    unit: str
    sign: str
    meaning: str
    source: str


@cache
def variables() -> Mapping[str, Variable]:
    """Every variable that any finding may have, by key."""
    path = Path(__file__).parent / "variables.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["key"]: Variable(**row) for row in csv.DictReader(file)}


@dataclass(frozen=True, eq=False)
class Block:
    """One variable over its dimensions.

    Attributes:
        axes: one mapping for each axis of `value`: dimension -> labels along it. Dimensions that share an axis go
            together, as the columns of a long table do.
        fixed: dimensions with one label for the whole block.
        value, low, high: of the shape of the axes; NaN is unknown; low and high None where no band was asked for.
        solve: which equilibrium the numbers come from, a key of the run's `solver`; empty where none was solved.
        source: keys in SOURCES.toml of the data behind these numbers, where they differ within a variable.
        detail: too long for a screen and for JSON; the long table has it.
    """

    variable: str
    axes: tuple[Mapping[str, tuple[str, ...]], ...]
    fixed: Mapping[str, str]
    value: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    solve: str = ""
    source: str = ""
    detail: bool = False

    def where(self, wanted: Mapping[str, Labels | None]) -> Block | None:
        """The part with these labels, or None; a dimension wanted as None must be absent."""
        keep: list[NDArray[np.intp] | None] = [None] * len(self.axes)
        for name, labels in wanted.items():
            at = next((k for k, axis in enumerate(self.axes) if name in axis), None)
            if labels is None:
                if at is not None or name in self.fixed:
                    return None
                continue
            chosen = {labels} if isinstance(labels, str) else set(labels)
            if at is None:
                if self.fixed.get(name) not in chosen:
                    return None
                continue
            hit = np.array([label in chosen for label in self.axes[at][name]], dtype=bool)
            if (before := keep[at]) is not None:
                hit &= np.isin(np.arange(len(hit)), before)
            if not hit.any():
                return None
            keep[at] = np.flatnonzero(hit)
        return self._taken(keep)

    def _taken(self, keep: Sequence[NDArray[np.intp] | None]) -> Block:
        if all(rows is None for rows in keep):
            return self
        axes = []
        parts = {name: getattr(self, name) for name in ("value", "low", "high")}
        for at, rows in enumerate(keep):
            axis = self.axes[at]
            if rows is not None:
                axis = {name: tuple(labels[k] for k in rows) for name, labels in axis.items()}
                parts = {n: x if x is None else np.take(x, rows, axis=at) for n, x in parts.items()}
            axes.append(axis)
        return replace(self, axes=tuple(axes), **parts)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One dict a number: variable, its dimensions, value, and low and high where there is a band."""
        for index in np.ndindex(self.value.shape):
            row: dict[str, Any] = {"variable": self.variable}
            of = {
                name: axis[name][k]
                for k, axis in zip(index, self.axes, strict=True)
                for name in axis
            }
            of |= self.fixed
            row |= {name: of[name] for name in DIMENSIONS if name in of}
            row["value"] = _known(self.value, index)
            if self.low is not None and self.high is not None:
                row |= {"low": _known(self.low, index), "high": _known(self.high, index)}
            row |= {name: text for name in ORIGIN if (text := getattr(self, name))}
            yield row


def block(
    variable: str,
    values: ArrayLike,
    *axes: Mapping[str, Sequence[str]],
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    solve: str = "",
    source: str = "",
    detail: bool = False,
    **fixed: str,
) -> Block:
    """A block, checked: `block("real_income", x, {"region": regions}, horizon="long_run")`.

    Args:
        values: an array with one axis for each of `axes`, or a number; None and NaN are unknown.
        fixed: dimension -> its one label.

    Raises:
        LabelError: an unknown variable or dimension. ValueError: shapes that do not fit.
    """
    if variable not in variables():
        raise LabelError(f"unknown variable {variable!r}{nearest(variable, variables())}")
    _check_dimensions(variable, [*_named(axes), *fixed])
    found = tuple({name: tuple(map(str, labels)) for name, labels in axis.items()} for axis in axes)
    shape = tuple(len(next(iter(axis.values()))) for axis in found)
    if any(
        len(labels) != n for axis, n in zip(found, shape, strict=True) for labels in axis.values()
    ):
        raise ValueError(f"{variable}: dimensions that share an axis differ in length")

    def shaped(x: ArrayLike) -> Numbers:
        numbers = np.array(x, dtype=np.float64)
        if numbers.shape != shape:
            raise ValueError(f"{variable}: values of shape {numbers.shape} on axes of {shape}")
        return numbers

    band = [None if x is None else shaped(x) for x in (low, high)]
    return Block(variable, found, fixed, shaped(values), band[0], band[1], solve, source, detail)


def _named(axes: Sequence[Mapping[str, Sequence[str]]]) -> Iterator[str]:
    return (name for axis in axes for name in axis)


def _check_dimensions(variable: str, named: Sequence[str]) -> None:
    for name in named:
        if name not in DIMENSIONS or named.count(name) > 1:
            raise LabelError(
                f"{variable}: dimension {name!r} unknown or twice; {', '.join(DIMENSIONS)}"
            )


@dataclass(frozen=True, eq=False)
class Findings:
    """Blocks, in the order in which they were found."""

    blocks: tuple[Block, ...] = field(default=())

    def __add__(self, more: Findings | Iterable[Block]) -> Findings:
        return Findings((*self.blocks, *(more.blocks if isinstance(more, Findings) else more)))

    def __len__(self) -> int:
        """How many numbers there are."""
        return sum(b.value.size for b in self.blocks)

    def select(self, *keys: str, **where: Labels | None) -> Findings:
        """The numbers of these variables (none named: all) with these labels; None asks for a dimension's absence."""
        of = [b for b in self.blocks if not keys or b.variable in keys]
        return Findings(tuple(part for b in of if (part := b.where(where)) is not None))

    def of(self, **fixed: str) -> Findings:
        """The same numbers with one more dimension, the same for all, which none of them has."""
        for b in self.blocks:
            _check_dimensions(b.variable, [*_named(b.axes), *b.fixed, *fixed])
        return Findings(tuple(replace(b, fixed={**b.fixed, **fixed}) for b in self.blocks))

    def rows(self, *, detail: bool = True) -> list[dict[str, Any]]:
        """Every number as a dict, see `Block.rows`; without `detail` those that a screen or JSON has room for."""
        return [row for b in self.blocks if detail or not b.detail for row in b.rows()]

    def row(self, variable: str, **where: Labels | None) -> dict[str, Any]:
        """The one number that is meant. Raises LabelError where there is none or more than one."""
        found = self.select(variable, **where)
        if len(found) != 1:
            raise LabelError(f"{len(found)} findings of {variable} with {where}, not one")
        return found.rows()[0]

    def value(self, variable: str, **where: Labels | None) -> float:
        """The one value that is meant; NaN where it is unknown. Raises LabelError as `row`."""
        value = self.row(variable, **where)["value"]
        return float("nan") if value is None else float(value)

    def array(self, variable: str, **where: Labels | None) -> Numbers:
        """The values of the one block that is meant. Raises LabelError where there is none or more than one."""
        found = self.select(variable, **where).blocks
        if len(found) != 1:
            raise LabelError(f"{len(found)} blocks of {variable} with {where}, not one")
        return found[0].value

    def along(
        self, variable: str, dimension: str, **where: Labels | None
    ) -> dict[str, float | None]:
        """Label -> value of a variable along one dimension, None where it is unknown.

        Blocks without the dimension are passed over. Raises LabelError where a label has two values.
        """
        rows = [row for row in self.select(variable, **where).rows() if dimension in row]
        found = {row[dimension]: row["value"] for row in rows}
        if len(found) != len(rows):
            raise LabelError(f"{variable} with {where} has more than one value for a {dimension}")
        return found

    def cells(
        self, *names: str, also: str = "measure", detail: bool = False
    ) -> dict[Any, dict[str, dict[str, Any]]]:
        """Wide: label (of one dimension) or labels (of several) -> variable, with its label of `also` -> the number's row.

        The key of a number is `over_threshold geodep` where it has a label of `also`, else its variable alone.
        """
        wide: dict[Any, dict[str, dict[str, Any]]] = {}
        for row in self.rows(detail=detail):
            labels = tuple(row.get(name) for name in names)
            key = f"{row['variable']} {row.get(also, '')}".strip()
            wide.setdefault(labels if len(names) > 1 else labels[0], {})[key] = row
        return wide

    def table(self) -> pd.DataFrame:
        """The long table: a row a number; labels are dictionary-coded, so that a million rows stay small."""
        import pandas as pd

        known, blocks = variables(), self.blocks
        columns: dict[str, Any] = {"variable": _coded(blocks, [b.variable for b in blocks])}
        for name in DIMENSIONS:
            if any(name in b.fixed or any(name in axis for axis in b.axes) for b in blocks):
                columns[name] = _dimension(blocks, name)
        for name in ("value", "low", "high"):
            columns[name] = np.concatenate([np.array([]), *(_flat(b, name) for b in blocks)])
        columns["unit"] = _coded(blocks, [known[b.variable].unit for b in blocks])
        for name in ORIGIN:
            columns[name] = _coded(blocks, [getattr(b, name) for b in blocks])
        return pd.DataFrame(columns)


def row_id(row: Mapping[str, Any]) -> str:
    """A stable name of a number: `real_income[region=IND,horizon=long_run]`."""
    of = ",".join(f"{name}={row[name]}" for name in DIMENSIONS if name in row)
    return f"{row['variable']}[{of}]"


def _known(values: Numbers, index: tuple[int, ...]) -> float | None:
    value = float(values[index])
    return value if np.isfinite(value) else None


def _flat(b: Block, name: str) -> Numbers:
    given: Numbers | None = getattr(b, name)
    return np.full(b.value.size, np.nan) if given is None else given.ravel()


def _coded(blocks: Sequence[Block], labels: Sequence[str]) -> Any:
    """One label for each block, as a column."""
    place = {label: k for k, label in enumerate(dict.fromkeys(labels))}
    sizes = [b.value.size for b in blocks]
    return _categorical(np.repeat([place[label] for label in labels], sizes), place)


def _dimension(blocks: Sequence[Block], name: str) -> Any:
    """The labels of one dimension as a column; blank where a block lacks it."""
    place: dict[str, int] = {}
    codes = []
    for b in blocks:
        at = next((k for k, axis in enumerate(b.axes) if name in axis), None)
        own = b.axes[at][name] if at is not None else (b.fixed[name],) if name in b.fixed else ()
        code = np.array([place.setdefault(label, len(place)) for label in own] or [-1])
        around = [-1 if at == k else 1 for k in range(b.value.ndim)]
        codes.append(np.broadcast_to(code.reshape(around), b.value.shape).ravel())
    return _categorical(np.concatenate(codes), place)


def _categorical(codes: NDArray[np.intp], place: Mapping[str, int]) -> Any:
    import pandas as pd

    made: Any = pd.Categorical.from_codes
    return made(codes.astype(np.int32), list(place))
