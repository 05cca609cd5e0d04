"""What the chunks of a sweep say: lowest, median and highest of every number, the response to each field, what drives it.

Chunks are read one at a time; what is held is one number a point for each number that is summed up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.sweep.design import Design, SweepAxis, as_text
from paxsilica.analysis.sweep.folder import SweepFolder
from paxsilica.checks import Array
from paxsilica.errors import ConvergenceError
from paxsilica.findings import Block, block

MOST_SERIES, MOST_HELD = 200, 8_000_000
"""Numbers that are summed up, and values held of all of them together: 64 MB."""

MOST_LEVELS, BINS, FEWEST_BINS, IN_A_CELL = 25, 20, 3, 5
"""Values of a field that are shown one by one; where it has more, at most and at least so many groups of as many points
each, with so many points in each group, or in each cell of two fields, where there are that many."""

MOST_LINES = 4
"""Values of one field of two up to which the other is shown in full, with a line for each."""

ONE_BY_ONE = ("values", "from, to, steps", "choice")
"""Ways to vary with levels of their own."""

LOW_TO_HIGH = ("lowest", "median", "highest")

NumberLabels = tuple[tuple[str, str], ...]
"""Dimension and label of a number, in the order of dimensions."""


@dataclass(frozen=True, eq=False)
class AxisLevels:
    """The values of a field over the points.

    Attributes:
        at: `[point]` which level a point has. labels: of each, with the unit. numbers: None where they are none.
        grouped: whether a level is several values, and its number their mean.
    """

    axis: SweepAxis
    at: NDArray[np.intp]
    labels: tuple[str, ...]
    numbers: tuple[float, ...] | None
    grouped: bool


@dataclass(eq=False)
class Collected:
    """The points of a sweep, as far as they are held.

    Attributes:
        series: variable and labels -> `[point]`, NaN where there is no number. unread: how many numbers are not held.
        status, beyond: points by how they ended, and by the limits of the model that they pass.
        values: `[point]` of each field.
    """

    size: int
    series: dict[tuple[str, NumberLabels], Array] = field(default_factory=dict)
    unread: set[tuple[str, NumberLabels]] = field(default_factory=set)
    status: Counter[str] = field(default_factory=Counter)
    beyond: Counter[str] = field(default_factory=Counter)
    residual: float = 0.0
    values: list[list[Any]] = field(default_factory=list)


def collected(design: Design, folder: SweepFolder, dimensions: Sequence[str]) -> Collected:
    """Read every chunk in turn."""
    found = Collected(design.size, values=[[] for _ in design.axes])
    most = max(1, min(MOST_SERIES, MOST_HELD // design.size))
    for chunk in range(design.chunks):
        table = folder.frame(chunk).to_pandas()
        each = table.drop_duplicates("point")
        found.status.update(each["status"].astype(str))
        found.beyond.update(text for text in each["beyond"].dropna().astype(str))
        found.residual = max(found.residual, float(each["residual"].fillna(0).max()))
        for axis, held in zip(design.axes, found.values, strict=True):
            held.extend(each[axis.name].tolist())
        numbers = table[table["variable"].notna()]
        keys = ["variable", *dimensions]
        for key, rows in numbers.groupby(keys, observed=True, dropna=False, sort=False):
            variable, *labels = key
            of = tuple(
                (n, str(x))
                for n, x in zip(dimensions, labels, strict=True)
                if x == x and x is not None
            )
            name = str(variable), of
            if name not in found.series:
                if len(found.series) >= most:
                    found.unread.add(name)
                    continue
                found.series[name] = np.full(design.size, np.nan)
            found.series[name][rows["point"].to_numpy()] = rows["value"].to_numpy()
    return found


def leading_number(design: Design, found: Collected) -> tuple[str, NumberLabels]:
    """Of the first variable kept, that of the first region, partner and sector asked for, else what varies most."""

    def order(key: tuple[str, NumberLabels]) -> tuple[Any, ...]:
        variable, labels = key
        asked = [
            names.index(label) if (label := dict(labels).get(dimension)) in names else len(names)
            for dimension, names in design.only.items()
        ]
        values = found.series[key]
        spread = np.nanmax(values) - np.nanmin(values) if np.isfinite(values).any() else 0.0
        return (design.keep.index(variable), *asked, -spread)

    return min(found.series, key=order)


def levels_of(axis: SweepAxis, values: Sequence[Any], most: int | None = None) -> AxisLevels:
    """The values of a field as levels, in order; of many different numbers groups of as many points each.

    Args:
        most: of two fields together, levels above which a field that was not drawn is grouped too; default however many.
    """
    if axis.unit is None:
        names = list(dict.fromkeys([*map(as_text, axis.values), *map(str, values)]))
        place = {name: k for k, name in enumerate(names)}
        at = np.array([place[str(value)] for value in values], dtype=np.intp)
        return AxisLevels(axis, at, tuple(names), None, False)
    x = np.array(values, dtype=float)
    unique, at = np.unique(x, return_inverse=True)
    if len(unique) <= (most or MOST_LEVELS) or (most is None and axis.way in ONE_BY_ONE):
        labels = tuple(f"{value:.10g}{axis.unit}" for value in unique)
        return AxisLevels(axis, at.astype(np.intp), labels, tuple(unique.tolist()), False)
    rank, of = np.argsort(np.argsort(x, kind="stable")), len(x)
    if axis.way in ONE_BY_ONE:
        rank, of = at, len(unique)
    count = min(BINS, max(FEWEST_BINS, int((len(x) / IN_A_CELL) ** (0.5 if most else 1))))
    at = rank * count // of
    means = tuple(float(x[at == k].mean()) for k in range(count))
    labels = tuple(f"{value:.3g}{axis.unit}" for value in means)
    return AxisLevels(axis, at.astype(np.intp), labels, means, True)


def means_by(at: NDArray[np.intp], count: int, y: Array) -> Array:
    """`[level]` mean of the known values; NaN where there is none."""
    known = np.isfinite(y)
    number = np.bincount(at[known], minlength=count)
    total = np.bincount(at[known], y[known], minlength=count)
    means: Array = np.divide(total, number, out=np.full(count, np.nan), where=number > 0)
    return means


def first_order_share(at: NDArray[np.intp], y: Array, exact: bool) -> float:
    """The share of the variance of y that the mean given a field explains, Var(E[y|x]) / Var(y), in [0, 1].

    Args:
        at: `[point]` level of the field. exact: the points are a whole grid; of a sample the variance of the levels' means
            that chance alone would bring is taken off (the correlation ratio, adjusted as by Kelley, 1935).
    """
    known = np.isfinite(y)
    at, y = at[known], y[known]
    spread = float(((y - y.mean()) ** 2).sum()) if y.size else 0.0
    if y.size < 2 or spread <= 1e-24 * max(1.0, float((y**2).sum())):
        return float("nan")
    within = float(((y - means_by(at, int(at.max()) + 1, y)[at]) ** 2).sum())
    count = len(np.unique(at))
    if exact:
        return 1 - within / spread
    if y.size <= count:
        return float("nan")
    return float(np.clip(1 - within / spread * (y.size - 1) / (y.size - count), 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class Summed:
    """What a page is made of.

    Attributes:
        blocks: findings. lead: the number that leads. levels: of every field. surface: of those of the picture, one or two.
        ends: points where the lead is lowest and highest.
    """

    blocks: tuple[Block, ...]
    lead: tuple[str, NumberLabels]
    levels: tuple[AxisLevels, ...]
    surface: tuple[AxisLevels, ...]
    ends: tuple[int, int]


def summed(design: Design, found: Collected) -> Summed:
    """Findings of what was collected. Raises ConvergenceError: no point has a number."""
    if not any(np.isfinite(y).any() for y in found.series.values()):
        raise ConvergenceError(
            f"none of the {found.size:,} points has a number; see `message` in the tables"
        )
    lead = leading_number(design, found)
    y = found.series[lead]
    levels = tuple(map(levels_of, design.axes, found.values))
    exact = not design.random and bool(np.isfinite(y).all())
    shares = [first_order_share(level.at, y, exact) for level in levels]
    order = sorted(range(len(levels)), key=lambda k: -np.nan_to_num(shares[k], nan=-1.0))
    surface, pictured = tuple(sorted(order[:2])), levels
    if all(len(levels[k].labels) > MOST_LINES for k in surface) and len(surface) > 1:
        pictured = tuple(
            levels_of(level.axis, values, MOST_LEVELS)
            for level, values in zip(levels, found.values, strict=True)
        )
    blocks = [*_low_to_high(found, lead), *_surface(lead, y, [pictured[k] for k in surface])]
    if len(levels) > 1:
        blocks += [b for level in levels for b in _surface(lead, y, [level])]
        names = [level.axis.name for level in levels]
        blocks.append(block("sweep_sensitivity", [100 * s for s in shares], {"item": names}))
    for level in dict.fromkeys((*levels, *pictured)):
        if level.numbers is not None:
            of = {"point": [cell_label([(level.axis.name, label)]) for label in level.labels]}
            blocks.append(block("sweep_level", level.numbers, of, item=level.axis.name))
    ends = int(np.nanargmin(y)), int(np.nanargmax(y))
    return Summed(tuple(blocks), lead, levels, tuple(pictured[k] for k in surface), ends)


def point_counts(found: Collected) -> Iterator[Block]:
    """How many points there are, and how many of them have no number."""
    yield block("sweep_points", found.size)
    yield block("sweep_unsolved", found.status["not solved"])
    yield block("sweep_refused", found.status["refused"])


def _low_to_high(found: Collected, lead: tuple[str, NumberLabels]) -> Iterator[Block]:
    for name, y in sorted(found.series.items(), key=lambda item: item[0] != lead):
        if np.isfinite(y).any():
            variable, labels = name
            ends = [np.nanmin(y), np.nanmedian(y), np.nanmax(y)]
            of: dict[str, Any] = dict(labels)
            yield block(variable, ends, {"point": LOW_TO_HIGH}, **of)


def cell_label(parts: Sequence[tuple[str, str]]) -> str:
    """`duty 25%, horizon long_run`: what a cell of the response is called in findings."""
    return ", ".join(f"{name} {label}" for name, label in parts)


def _surface(
    lead: tuple[str, NumberLabels], y: Array, levels: Sequence[AxisLevels]
) -> Iterator[Block]:
    """Means over the points of each combination of levels."""
    shape = [len(level.labels) for level in levels]
    at = np.ravel_multi_index([level.at for level in levels], shape)
    means = means_by(at, int(np.prod(shape)), y)
    labels = [
        cell_label(
            [(level.axis.name, level.labels[k]) for level, k in zip(levels, index, strict=True)]
        )
        for index in np.ndindex(*shape)
    ]
    of: dict[str, Any] = dict(lead[1])
    yield block(lead[0], means, {"point": labels}, **of)


def levels_attached(levels: Sequence[AxisLevels]) -> list[Mapping[str, Any]]:
    """What a page needs to know of the fields."""
    return [
        {**asdict(level.axis), "unit": (level.axis.unit or "").strip()}
        | {name: getattr(level, name) for name in ("labels", "numbers", "grouped")}
        for level in levels
    ]
