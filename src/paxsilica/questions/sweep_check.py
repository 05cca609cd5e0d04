"""A sweep before anything is solved: every field exists, and what is asked at each point can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice, product
from typing import Any

import numpy as np

from paxsilica.analysis.sweep.design import Design
from paxsilica.desk import Desk
from paxsilica.errors import FileError, InputError, nearest
from paxsilica.policy import Scenario
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.questions.run import Run
from paxsilica.questions.sweep_fields import known_fields, scenario_path
from paxsilica.questions.sweep_points import Task

MOST_CHECKED = 20_000
"""Points that are all read before anything is solved: some seconds. Of more, those with the ends of every field."""

STRETCH = 1000
"""Points that are made at a time to be read."""

MOST_CORNERS = 64
"""Points at the ends of fields whose measures are applied before anything is solved."""


def read_task(design: Design, today: date) -> Task:
    """The task of a design, without what its first answer tells: every field exists, and values can be read.

    Raises:
        InputError: a question or a field that does not exist, with the nearest that does; a value that its reader refuses,
            with the point.
    """
    if design.question not in QUESTIONS or design.question == "sweep":
        others = [name for name in QUESTIONS if name != "sweep"]
        raise design.error(
            f"no question is called {design.question!r}{nearest(design.question, others)}",
            "question",
        )
    kind = question_class(design.question)
    fields = dict(design.fields)
    if kind is Run:
        fields.setdefault("bands", "false")
    for name in fields:
        if name not in kind.model_fields:
            said = f"{design.question} has no field {name!r}{nearest(name, kind.model_fields)}"
            raise design.error(said, "fields", name)
        if any(name == axis.field.removeprefix("assumptions.") for axis in design.axes):
            said = f"{name} is held by `fields` and varied; leave it out of one of them"
            raise design.error(said, "fields", name)
    fields = Task(design, today).paths(fields)
    task = Task(replace(design, fields=fields), today)
    try:
        read = _scenarios(task) if kind is Run else {}
    except InputError as error:
        raise design.error(str(error).splitlines()[0], "fields", "file") from error
    first = next(iter(read.values()), None)
    for axis in design.axes:
        if axis.field not in kind.model_fields:
            if first is None:
                known = known_fields(kind, None)
                said = f"no field is called {axis.field!r}{nearest(axis.field, known)}"
                raise design.error(said, "vary", axis.field)
            for scenario in read.values():
                scenario_path(axis.field, scenario, design)
    return replace(task, read=read)


def _scenarios(task: Task) -> dict[str, Scenario]:
    """Every scenario that is named, by file or text, read once."""
    found: dict[str, Scenario] = {}
    sources = [axis for axis in task.design.axes if axis.field in ("file", "text")]
    for values in product(*(axis.values for axis in sources)):
        varied = {axis.field: value for axis, value in zip(sources, values, strict=True)}
        given = {**task.design.fields, **task.paths(varied)}
        source: dict[str, Any] = {name: given[name] for name in ("file", "text") if name in given}
        asks = Run(**source)
        named = asks.file if asks.file is not None else asks.text or ""
        if named not in found:
            found[named] = asks.scenario()
    return found


def check_points(task: Task, desk: Desk) -> None:
    """Read what is asked at every point, of very many at the ends of every field, and apply measures at some ends.

    Raises:
        InputError: the first that cannot be, with its point and its fields.
    """
    design = task.design
    size = min(design.size, MOST_CHECKED)
    compiled = set(islice(_end_points(design, size), MOST_CORNERS))
    for first in range(0, size, STRETCH):
        _check(task, range(first, min(first + STRETCH, size)), compiled, desk)
    for at in sorted(at for at in compiled if at >= size):
        _check(task, range(at, at + 1), compiled, desk)


def _check(task: Task, at: range, compiled: set[int], desk: Desk) -> None:
    for n, values in zip(at, task.design.points(at), strict=True):
        try:
            asks = task.question(values)
            if isinstance(asks, Run):
                scenario = task.scenario(asks, values)
                if n in compiled:
                    economy = desk.economy(scenario.baseline, scenario.assumptions.elasticities)
                    scenario.compile(economy, asks.as_of)
        except InputError as error:
            raise _at_a_point(task, n, error) from error


def _at_a_point(task: Task, at: int, error: InputError) -> FileError:
    """The first line of an error, with the point where it is met."""
    design, said = task.design, str(error).splitlines()[0]
    values = design.points(range(at, at + 1))[0]
    line = design.lines["vary"]
    if isinstance(error, FileError) and error.path == design.name:
        line, said = error.line or line, said.split(": ", 1)[1]
    where = f"point {at} of {design.size:,} ({design.shown(values)})"
    return FileError(f"{where}: {said}", design.name, line)


def _end_points(design: Design, size: int) -> Iterator[int]:
    """Points at the ends of the fields: the corners of a grid; of random points those with the least and most of each."""
    yield 0
    if not design.random:
        shape = [axis.steps for axis in design.axes]
        for corner in product(*({0, n - 1} for n in shape)):
            yield int(np.ravel_multi_index(corner, shape))
        return
    points = design.points(range(size))
    for k, axis in enumerate(design.axes):
        numbers = [axis.number(values[k]) for values in points]
        if None not in numbers:
            yield from (int(np.argmin(numbers)), int(np.argmax(numbers)))  # type: ignore[arg-type]
