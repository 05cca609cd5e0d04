"""Sweep files -> `Design`: which question is asked, what varies and how, what is kept. Any point can be made alone.

Values are texts as the field has them (`25%`, `long_run`), so that whoever reads the field checks them too. The last
field of a grid varies fastest; a random design is a Sobol sequence with Owen's scrambling (Owen, 1995), cut anywhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from paxsilica.analysis.sweep.written import (
    FILTERS,
    SWEEP,
    Spread,
    SweepFile,
    complaints_about,
    wrong_at,
)
from paxsilica.checks import Array
from paxsilica.errors import FileError, gathered, nearest
from paxsilica.findings import DIMENSIONS, variables
from paxsilica.policy.reader import Parsed, Tree, parse, read_text
from paxsilica.policy.values import AS_TYPED, PLAIN_NUMBER

MOST_POINTS = 10**9

CHUNKS = {"run": 96}
"""Points of a chunk, where the file names none: as many as the batch solver takes at a time."""

FEW_IN_A_CHUNK = 16
"""Of another question, which takes longer at a point."""

VALUE_DIGITS = 12
"""Significant digits of a value that is drawn or lies between two ends."""

OTHER_COLUMNS = (
    *(
        "point",
        "status",
        "variable",
        "value",
        "low",
        "high",
        "unit",
        "residual",
        "beyond",
        "message",
    ),
)
"""Of the table of a chunk, beside fields and dimensions."""


@dataclass(frozen=True)
class SweepAxis:
    """One field that varies.

    Attributes:
        field: its path, `measures.total-duty.rate`. name: of its column.
        way: `values`, `from, to, steps`, `uniform`, `normal` or `choice`. values: the list, or the two ends.
        steps: levels on a grid. unit: behind every number; None where the values are no numbers of one unit.
        line: of the file.
    """

    field: str
    name: str
    way: str
    values: tuple[Tree, ...]
    steps: int
    unit: str | None
    line: int

    def level(self, k: int) -> Tree:
        """Its value number k on a grid."""
        if self.way == "values":
            return self.values[k]
        first, last = self._ends
        return self._text(first + (last - first) * (k / max(1, self.steps - 1)))

    def drawn(self, u: float) -> Tree:
        """Its value at a quantile in (0, 1)."""
        if self.way in ("choice", "values"):
            return self.values[min(int(u * len(self.values)), len(self.values) - 1)]
        a, b = self._ends
        if self.way == "normal":
            from scipy.special import ndtri

            return self._text(a + b * float(ndtri(u)))
        return self._text(a + (b - a) * u)

    def number(self, value: Tree) -> float | None:
        """The number of one of its values, without its unit; None where it has none."""
        return None if self.unit is None else number_and_unit(value)[0]

    @cached_property
    def _ends(self) -> tuple[float, float]:
        first, last = (number_and_unit(value)[0] for value in self.values)
        assert first is not None
        assert last is not None
        return first, last

    def _text(self, x: float) -> str:
        text = np.format_float_positional(x, precision=VALUE_DIGITS, fractional=False, trim="-")
        return f"{text}{self.unit}"


def number_and_unit(value: Tree) -> tuple[float | None, str]:
    """`"25%"` -> 25 and `%`; `"1.5 million t"` -> 1.5 and ` million t`; None and the text where no number leads."""
    if not isinstance(value, str):
        return None, ""
    text = value.strip().translate(AS_TYPED)
    match = PLAIN_NUMBER.match(text)
    if match is None or re.match(r"[\d.,-]", text[match.end() :]):
        return None, text
    return float(match[0]), text[match.end() :]


@dataclass(frozen=True)
class Design:
    """What is asked, at which points, and what is kept.

    Attributes:
        name: of the file, as the user wrote it. folder: where its paths begin; None of a text.
        fields: of the question, as written, which do not vary.
        size: how many points there are. chunk: how many of them are written at a time.
        only: dimension -> labels of which kept numbers are kept, as written; those without the dimension are.
        written: the file as its reader understood it. lines: of its entries.
    """

    name: str
    folder: Path | None
    title: str
    question: str
    fields: Mapping[str, Tree]
    axes: tuple[SweepAxis, ...]
    random: bool
    size: int
    seed: int
    chunk: int
    keep: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]]
    written: Mapping[str, Any] = field(repr=False)
    lines: Mapping[str, int] = field(repr=False)

    @property
    def chunks(self) -> int:
        return -(-self.size // self.chunk)

    def span(self, chunk: int) -> range:
        """The points of a chunk."""
        return range(chunk * self.chunk, min((chunk + 1) * self.chunk, self.size))

    def points(self, at: range) -> list[tuple[Tree, ...]]:
        """The values of each point, in the order of the axes; the same whatever range they are made in."""
        if self.random:
            return [
                tuple(axis.drawn(u) for axis, u in zip(self.axes, row, strict=True))
                for row in self._quantiles(at)
            ]
        shape = [axis.steps for axis in self.axes]
        levels = np.unravel_index(np.asarray(at, dtype=np.int64), shape)
        return [
            tuple(axis.level(int(k)) for axis, k in zip(self.axes, row, strict=True))
            for row in zip(*levels, strict=True)
        ]

    def _quantiles(self, at: range) -> Array:
        """`[point, axis]` of the scrambled Sobol sequence, inside (0, 1)."""
        from scipy.stats.qmc import Sobol

        sequence = Sobol(len(self.axes), scramble=True, seed=np.random.default_rng(self.seed))
        if at.start:
            sequence.fast_forward(at.start)
            drawn = sequence.random(len(at))
        else:  # one point, then the rest: a first draw of another size than a power of two is warned of
            drawn = np.vstack(
                [sequence.random(1), *([sequence.random(len(at) - 1)] if len(at) > 1 else [])]
            )
        found: Array = np.clip(drawn, 2.0**-33, 1 - 2.0**-33)
        return found

    def said(self, at: int) -> dict[str, str]:
        """The values of a point by the names of the fields, numbers to four digits."""
        (values,) = self.points(range(at, at + 1))
        numbers = [axis.number(value) for axis, value in zip(self.axes, values, strict=True)]
        return {
            axis.name: as_text(value) if x is None else f"{x:.4g}{axis.unit}"
            for axis, value, x in zip(self.axes, values, numbers, strict=True)
        }

    def error(self, message: str, *where: str) -> FileError:
        """An error with the line of an entry: `error("...", "vary", "horizon")`."""
        while where and "/".join(where) not in self.lines:
            where = where[:-1]
        return FileError(message, self.name, self.lines.get("/".join(where), 1))

    def digest(self, *more: str) -> str:
        """sha256 of everything that the numbers of a chunk hang on, but the program; title and place are none of it."""
        asked = {key: value for key, value in self.written.items() if key != "title"}
        asked["chunk"] = self.chunk
        order = [axis.field for axis in self.axes]
        return hashlib.sha256(json.dumps([asked, order, more], sort_keys=True).encode()).hexdigest()


def as_text(value: Tree) -> str:
    """A value as one text: lists with commas."""
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return value if isinstance(value, str) else json.dumps(value)


def load_design(path: str | Path) -> Design:
    """Read a sweep file. Raises FileError: all that is wrong with it, each with its line and what to write."""
    return parse_design(read_text(path, SWEEP), str(path), Path(path).parent)


def parse_design(text: str, name: str = "sweep", folder: Path | None = None) -> Design:
    """Read a sweep from YAML text.

    Args:
        name: how errors call the text. folder: where the paths in it begin; without it they are as they stand.

    Raises:
        FileError: as `load_design`.
    """
    document = parse(text, name, SWEEP)
    problems = list(document.problems.values())
    try:
        written = SweepFile.model_validate(document.tree)
    except ValidationError as exc:
        raise gathered([*problems, *complaints_about(exc, document)]) from None
    problems += _unknown_variables(written, document)
    axes = []
    for path, spread in written.vary.items():
        try:
            axes.append(_axis_of(path, spread, written.design, document.line(("vary", path))))
        except ValueError as exc:
            problems.append(wrong_at(document, f"{path} {exc}", "vary", path))
    names = [axis.name for axis in axes]
    for at, name_ in enumerate(names):
        if name_ in names[:at]:
            problems.append(
                wrong_at(document, f"two fields are called {name_!r}", "vary", axes[at].field)
            )
    if problems:
        raise gathered(problems)
    chunk = written.chunk or CHUNKS.get(written.question, FEW_IN_A_CHUNK)
    dumped = written.model_dump(mode="json", by_alias=True, exclude_unset=True)
    only = {dimension: getattr(written, f"{dimension}s") for dimension in FILTERS}
    return Design(
        name=name,
        folder=folder,
        title=written.title,
        question=written.question,
        fields=written.fields,
        axes=tuple(axes),
        random=written.design == "random",
        size=_size(written, axes, document),
        seed=written.seed,
        chunk=chunk,
        keep=written.keep,
        only={dimension: labels for dimension, labels in only.items() if labels},
        written=dumped,
        lines={"/".join(map(str, where)): line for where, line in document.lines.items()},
    )


def _axis_of(path: str, spread: Spread, design: str, line: int) -> SweepAxis:
    """Raises ValueError with what is wrong, to stand behind the field's path."""
    way, random = spread.way, design == "random"
    if random and way == "from, to, steps":
        raise ValueError("is drawn at random here: write `uniform: [a, b]`, or `design: grid`")
    if not random and way in ("uniform", "normal", "choice"):
        raise ValueError(f"has `{way}`, which a grid does not: write `design: random` and `points`")
    values: tuple[Tree, ...] = getattr(spread, way) if way in ("uniform", "normal") else ()
    if way in ("values", "choice"):
        values = tuple(getattr(spread, way))
    elif not values:
        values = (spread.from_ or "", spread.to or "")
    units = {number_and_unit(value) for value in values if isinstance(value, str)}
    numeric = (
        len(units)
        and all(x is not None for x, _ in units)
        and not any(isinstance(value, list | dict) for value in values)
    )
    same = {unit for _, unit in units}
    unit = same.pop() if numeric and len(same) == 1 else None
    if way not in ("values", "choice") and unit is None:
        written = " and ".join(as_text(value) for value in values)
        raise ValueError(
            f"goes from one number to another of the same unit, such as 0% to 50%, not {written}"
        )
    steps = spread.steps or len(values)
    if way == "from, to, steps" and steps > 1 and values[0] == values[1]:
        raise ValueError(f"goes from {values[0]} to itself; give two ends, or `steps: 1`")
    name = spread.name or path
    taken = name in OTHER_COLUMNS or (name in DIMENSIONS and path.rpartition(".")[2] != name)
    if taken:
        raise ValueError(f"cannot be called {name!r}, which is another column; give it a `name`")
    return SweepAxis(path, name, way, values, steps, unit, line)


def _size(written: SweepFile, axes: list[SweepAxis], document: Parsed) -> int:
    if written.design == "random":
        if written.points is None:
            raise wrong_at(
                document, "points is missing; say how many are drawn, such as `points: 1000`"
            )
        size, where = written.points, "points"
    else:
        size, where = 1, "vary"
        for axis in axes:
            size *= axis.steps
        if written.points not in (None, size):
            raise wrong_at(
                document,
                f"points is {written.points:,}, and the grid has {size:,}; leave it out, or write `design: random`",
                "points",
            )
    if size < 1:
        raise wrong_at(document, f"points is {size:,}; a sweep has at least 1", where)
    if size > MOST_POINTS:
        raise wrong_at(
            document,
            f"{size:,} points are more than {MOST_POINTS:,}; take fewer steps, or a random design",
            where,
        )
    return size


def _unknown_variables(written: SweepFile, document: Parsed) -> Iterator[FileError]:
    for at, key in enumerate(written.keep):
        if key not in variables():
            hint = nearest(key, variables())
            yield wrong_at(document, f"keep: no variable is called {key!r}{hint}", "keep", at)
