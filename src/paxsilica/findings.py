"""`Findings`: what an analysis found, as labelled numbers under machine keys, whatever the room.

A `Block` holds one variable over its dimensions. What a variable means, its unit, sign and head stand once, in
`variables.csv`; no key, label or head holds a unit, and nothing here is a sentence for the eye.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import chain, compress
from operator import attrgetter, methodcaller
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
        keep = [np.ones(length, dtype=bool) for length in self.value.shape]
        for name, labels in wanted.items():
            one = labels is None or isinstance(labels, str)
            chosen = {labels} if one else set(labels or ())
            at = self.axis_of(name)
            if at is None:
                if self.fixed.get(name) not in chosen:
                    return None
                continue
            keep[at] &= np.array([label in chosen for label in self.axes[at][name]], dtype=bool)
            if not keep[at].any():
                return None
        if all(kept.all() for kept in keep):
            return self
        axes = (
            {name: tuple(compress(labels, kept)) for name, labels in axis.items()}
            for axis, kept in zip(self.axes, keep, strict=True)
        )
        numbers = {name: x[np.ix_(*keep)] for name, x in self.numbers.items()}
        return replace(self, axes=tuple(axes), **numbers)

    def axis_of(self, dimension: str) -> int | None:
        """The axis along which a dimension varies; None where it is fixed or absent."""
        return next((k for k, axis in enumerate(self.axes) if dimension in axis), None)

    def labels(self, dimension: str) -> Any:
        """The labels of a dimension, broadcastable to the numbers; None where it has none."""
        at = self.axis_of(dimension)
        if at is None:
            return self.fixed.get(dimension)
        places = [-1 if k == at else 1 for k in range(self.value.ndim)]
        return np.array(self.axes[at][dimension]).reshape(places)

    @property
    def numbers(self) -> dict[str, Any]:
        """The value and, where there is a band, low and high."""
        named = {"value": self.value, "low": self.low, "high": self.high}
        return {name: x for name, x in named.items() if x is not None}

    def rows(self) -> Iterator[dict[str, Any]]:
        """One dict a number: variable, its dimensions, value, and low and high where there is a band."""
        numbers = self.numbers
        for index in np.ndindex(self.value.shape):
            row: dict[str, Any] = {"variable": self.variable}
            of = dict(self.fixed)
            for k, axis in zip(index, self.axes, strict=True):
                of |= {name: labels[k] for name, labels in axis.items()}
            row |= {name: of[name] for name in DIMENSIONS if name in of}
            row |= {name: _known(x, index) for name, x in numbers.items()}
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
    _check_dimensions(variable, *axes, fixed)
    found = tuple({name: tuple(map(str, labels)) for name, labels in axis.items()} for axis in axes)
    lengths = [{len(labels) for labels in axis.values()} for axis in found]
    if any(len(several) > 1 for several in lengths):
        raise ValueError(f"{variable}: dimensions that share an axis differ in length")
    shape = tuple(length for (length,) in lengths)

    def shaped(x: ArrayLike) -> Numbers:
        numbers = np.array(x, dtype=np.float64)
        if numbers.shape != shape:
            raise ValueError(f"{variable}: values of shape {numbers.shape} on axes of {shape}")
        return numbers

    band = [None if x is None else shaped(x) for x in (low, high)]
    return Block(variable, found, fixed, shaped(values), band[0], band[1], solve, source, detail)


def _check_dimensions(variable: str, *given: Iterable[str]) -> None:
    for name in (named := list(chain(*given))):
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

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Those that any of the numbers has."""
        held = {name for b in self.blocks for name in chain(b.fixed, *b.axes)}
        return tuple(name for name in DIMENSIONS if name in held)

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
            _check_dimensions(b.variable, *b.axes, b.fixed, fixed)
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

        def column(of: Callable[[Block], Any]) -> Any:
            flat = (np.broadcast_to(of(b), b.value.shape).ravel() for b in self.blocks)
            return np.concatenate([np.array([]), *flat])

        def coded(of: Callable[[Block], Any]) -> Any:
            place: dict[Any, int] = {None: -1}

            def codes(b: Block) -> Any:
                labels = np.array(of(b), dtype=object)
                found = [place.setdefault(label, len(place) - 1) for label in labels.flat]
                return np.reshape(found, labels.shape)

            made = column(codes).astype(np.int32)
            return pd.Categorical.from_codes(made, pd.Index(list(place)[1:], dtype=object))

        columns = {"variable": coded(lambda b: b.variable)}
        for name in self.dimensions:
            columns[name] = coded(methodcaller("labels", name))
        for name in ("value", "low", "high"):
            columns[name] = column(partial(_end, name=name))
        columns["unit"] = coded(lambda b: variables()[b.variable].unit)
        for name in ORIGIN:
            columns[name] = coded(attrgetter(name))
        return pd.DataFrame(columns)


def row_id(row: Mapping[str, Any]) -> str:
    """A stable name of a number: `real_income[region=IND,horizon=long_run]`."""
    of = ",".join(f"{name}={row[name]}" for name in DIMENSIONS if name in row)
    return f"{row['variable']}[{of}]"


def _known(values: Numbers, index: tuple[int, ...]) -> float | None:
    value = float(values[index])
    return value if np.isfinite(value) else None


def _end(b: Block, name: str) -> Any:
    return b.numbers.get(name, np.nan)
