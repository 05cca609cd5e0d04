"""The points of a sweep: what is asked at each, and the table of a chunk of them.

A worker has a desk of its own and makes everything else from the task, which is the same for every chunk, so that a
chunk holds the same numbers whoever solves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from paxsilica import __version__
from paxsilica.analysis.effects import EFFECT_KEYS
from paxsilica.analysis.sweep.design import Design, SweepAxis, as_text
from paxsilica.analysis.sweep.folder import chunk_bytes
from paxsilica.analysis.sweep.together import (
    PointSolution,
    limits_passed,
    solved_together,
    unsolved,
)
from paxsilica.analysis.sweep.written import FILTERS
from paxsilica.desk import Desk
from paxsilica.errors import ConvergenceError, InputError
from paxsilica.findings import DIMENSIONS, Block, Findings
from paxsilica.model.cache import keep_made
from paxsilica.model.threads import one_thread_each
from paxsilica.policy import Scenario
from paxsilica.policy.reader import Tree
from paxsilica.questions.question import Answer, Question
from paxsilica.questions.registry import question_class
from paxsilica.questions.run import Run
from paxsilica.questions.sweep_fields import from_folder, with_fields

if TYPE_CHECKING:
    import pandas as pd

AS_BEFORE = 1e-6
"""How near a worker must come to the numbers of the first point, relative to them."""

LABEL_COLUMNS = tuple(name for name in DIMENSIONS if name != "point")
"""Labels of a number in the table of a chunk; empty where it has none."""


@dataclass(frozen=True)
class Task:
    """What a worker is told, beside the number of a chunk.

    Attributes:
        today: the day that questions without a date mean. read: scenarios by the file or text that they were read from.
        units: of the variables kept.
        only: dimension -> labels in findings. probe: a point, and its kept numbers, by which a worker is checked.
    """

    design: Design
    today: date
    digest: str = ""
    read: dict[str, Scenario] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    probe: tuple[int, tuple[float, ...]] = (0, ())
    version: str = __version__

    @property
    def kind(self) -> type[Question]:
        return question_class(self.design.question)

    @cached_property
    def in_scenario(self) -> tuple[bool, ...]:
        """Which axes are fields of the scenario; the others are of the question."""
        own = self.kind.model_fields
        return tuple(axis.field not in own for axis in self.design.axes)

    @property
    def together(self) -> bool:
        """Whether points are solved side by side: effects of scenarios, without bands."""
        d = self.design
        bands = next((axis for axis in d.axes if axis.field == "bands"), None)
        asked = self.kind is Run and bands is None and str(d.fields.get("bands")).lower() == "false"
        return asked and EFFECT_KEYS.issuperset(d.keep)

    # ---- a point -------------------------------------------------------------------------------

    def question(self, values: Sequence[Tree]) -> Question:
        """What is asked at a point. Raises InputError."""
        axes = zip(self.design.axes, values, self.in_scenario, strict=True)
        varied = {axis.field: value for axis, value, inside in axes if not inside}
        moved = from_folder(self.kind, varied, self.design.folder)
        return self.kind(**{**self.design.fields, **moved})

    def source(self, asks: Run) -> Scenario:
        """The scenario that is named, read once. Raises InputError."""
        name = asks.file if asks.file is not None else asks.text or ""
        if name not in self.read:
            self.read[name] = Run(file=asks.file, text=asks.text).scenario()
        return self.read[name]

    def scenario(self, asks: Run, values: Sequence[Tree]) -> Scenario:
        """The scenario at a point. Raises ScenarioError with the line of the field in the sweep's file."""
        axes = zip(self.design.axes, values, self.in_scenario, strict=True)
        inside = [(axis, value) for axis, value, of in axes if of]
        read = self.source(asks)
        return asks.adjusted(with_fields(read, inside, self.design) if inside else read)

    def solutions(self, points: Sequence[tuple[Tree, ...]], desk: Desk) -> list[PointSolution]:
        """What is kept of each point, in their order."""
        if not self.together:
            return [self._alone(values, desk) for values in points]
        found: list[PointSolution | None] = []
        asked = []
        for values in points:
            try:
                asks = self.question(values)
                assert isinstance(asks, Run)
                asked.append((self.scenario(asks, values), asks.as_of))
                found.append(None)
            except InputError as error:
                found.append(unsolved(error))
        regions = self.only.get("region", frozenset())
        solved = iter(solved_together(asked, self.design.keep, desk, self.kept, regions))
        return [next(solved) if one is None else one for one in found]

    def answer(self, values: tuple[Tree, ...], desk: Desk) -> Answer:
        """The answer at a point. Raises InputError and ConvergenceError."""
        asks = self.question(values)
        if isinstance(asks, Run):
            return asks.about(self.scenario(asks, values), desk)
        return asks.answered(desk)

    def _alone(self, values: tuple[Tree, ...], desk: Desk) -> PointSolution:
        try:
            answer = self.answer(values, desk)
        except (ConvergenceError, InputError) as error:
            return unsolved(error)
        blocks = map(self.kept, answer.findings.select(*self.design.keep).blocks)
        residual = float(answer.solver.get("residual", np.nan))
        passed = limits_passed(answer.notes)
        return PointSolution(Findings(tuple(filter(None, blocks))), residual, beyond=passed)

    def kept(self, b: Block) -> Block | None:
        """The part of a block with the labels that are kept; what has none of a dimension is kept whole.

        What is of several points itself is not kept: a point of a sweep is one number.
        """
        held = dimensions_of(b)
        if "point" in held:
            return None
        wanted = {name: tuple(labels) for name, labels in self.only.items() if name in held}
        return b.where(wanted)

    # ---- a chunk -------------------------------------------------------------------------------

    def frame(self, chunk: int, desk: Desk) -> pd.DataFrame:
        """The table of a chunk: a row a kept number, and one for each point that has none."""
        import pandas as pd

        at, axes = self.design.span(chunk), self.design.axes
        points = self.design.points(at)
        solutions = self.solutions(points, desk)
        made: dict[str, Any] = {"point": list(at)}
        for k, axis in enumerate(axes):
            made[axis.name] = _axis_column(axis, [values[k] for values in points])
        for name in ("status", "residual", "beyond", "message"):
            made[name] = [getattr(solution, name) for solution in solutions]
        blocks = [s.findings.of(point=str(n)).blocks for n, s in zip(at, solutions, strict=True)]
        found = Findings(tuple(chain.from_iterable(blocks))).table()
        found["point"] = found["point"].astype(int)
        found["unit"] = found["variable"].astype(object).map(self.units)
        found = found.drop(columns=[axis.name for axis in axes if axis.name in found])
        whole = pd.DataFrame(made).merge(found, "left", "point")
        names = ["point", *(axis.name for axis in axes), "status", "variable", *LABEL_COLUMNS]
        names += ["value", "low", "high", "unit", "residual", "beyond", "message"]
        return whole.reindex(columns=list(dict.fromkeys(names)))

    @property
    def texts(self) -> frozenset[str]:
        """Columns of the table that hold texts."""
        own = (axis.name for axis in self.design.axes if axis.unit is None)
        return frozenset((*LABEL_COLUMNS, *own, "status", "variable", "unit", "beyond", "message"))


def solve_chunk(task: Task, chunk: int, desk: Desk | None = None) -> bytes:
    """The Parquet file of a chunk. A worker first solves the probe of the task.

    Args:
        desk: of this process; a worker has its own.

    Raises:
        InputError: the worker is of another version, or finds other numbers at the probe.
    """
    keep_made()
    with one_thread_each():
        if desk is None:
            desk = _own_desk(task.today)
            _check_worker(task.version, task, desk)
        return chunk_bytes(task.frame(chunk, desk), chunk, task.digest, task.texts)


@cache
def _own_desk(today: date) -> Desk:
    return Desk(today=today)


_checked: set[str] = set()


def _check_worker(version: str, task: Task, desk: Desk) -> None:
    if task.digest in _checked:
        return
    if version != __version__:
        raise InputError(
            f"a worker has paxsilica {__version__}, and this is {version}; install one"
        )
    at, known = task.probe
    solution = task.solutions(task.design.points(range(at, at + 1)), desk)[0]
    own = numbers_of(solution)
    if len(own) != len(known) or not np.allclose(own, known, rtol=AS_BEFORE, equal_nan=True):
        why = solution.message or "it finds other numbers"
        raise InputError(
            f"a worker cannot be trusted with point {at}: {why}; give it the same files"
        )
    _checked.add(task.digest)


def dimensions_of(b: Block) -> set[str]:
    return {*b.fixed, *chain.from_iterable(b.axes)}


def numbers_of(solution: PointSolution) -> tuple[float, ...]:
    """Every kept number of a point."""
    return tuple(float(x) for b in solution.findings.blocks for x in b.value.flat)


def _axis_column(axis: SweepAxis, values: Sequence[Tree]) -> list[Any]:
    """The values of a field: numbers without their unit where they have one, else texts."""
    numbers = [axis.number(value) for value in values]
    return list(map(as_text, values)) if None in numbers else numbers


def labels_kept(labels: Mapping[str, Sequence[str]], names: Any) -> dict[str, frozenset[str]]:
    """Filters as labels of findings: each as written, and the regions and sectors that it names. Raises LabelError."""
    found = {}
    for dimension in FILTERS:
        if written := labels.get(dimension):
            resolve = names.sectors if dimension == "sector" else names.regions
            known = [label for label in written if label not in ("world", "hit", "others")]
            found[dimension] = frozenset([*written, *resolve(known, f"{dimension}s")])
    return found
