"""A sweep before anything is solved: every field exists, and what is asked at each point can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from paxsilica.analysis.sweep.design import Design
from paxsilica.desk import Desk
from paxsilica.errors import FileError, InputError, nearest
from paxsilica.policy.reader import Tree
from paxsilica.questions.question import Question
from paxsilica.questions.registry import QUESTIONS, question_class
from paxsilica.questions.run import Run
from paxsilica.questions.sweep_fields import from_folder, steps_to
from paxsilica.questions.sweep_points import Task

STRETCH, MOST_STRETCHES = 1000, 20
"""Points in a row that are read before anything is solved, and how many such rows, evenly spaced: some seconds."""


def read_task(design: Design, today: date) -> Task:
    """The task of a design: its question and every field exist. Raises FileError, with the nearest that does."""
    if design.question not in QUESTIONS or design.question == "sweep":
        hint = nearest(design.question, [name for name in QUESTIONS if name != "sweep"])
        raise design.error(f"no question is called {design.question!r}{hint}", "question")
    kind = question_class(design.question)
    own, usual = kind.model_fields, {"bands": "false"} if kind is Run else {}
    for name in design.fields:
        if name not in own:
            said = f"{design.question} has no field {name!r}{nearest(name, own)}"
            raise design.error(said, "fields", name)
        if any(name == axis.field.removeprefix("assumptions.") for axis in design.axes):
            said = f"{name} is held by `fields` and varied; leave it out of one of them"
            raise design.error(said, "fields", name)
    fields = from_folder(kind, {**usual, **design.fields}, design.folder)
    task = Task(replace(design, fields=fields), today)
    for axis in design.axes:
        if axis.field not in own:
            _check_path(task, axis.field, kind)
    return task


def _check_path(task: Task, field: str, kind: type[Question]) -> None:
    design, own = task.design, list(kind.model_fields)
    if kind is not Run:
        raise design.error(f"no field is called {field!r}{nearest(field, own)}", "vary", field)
    asks = task.question(design.points(range(1))[0])
    assert isinstance(asks, Run)
    try:
        scenario = task.source(asks)
    except InputError as error:
        raise design.error(str(error).splitlines()[0], "fields", "file") from error
    steps_to(field, scenario, design, own)


def check_points(task: Task, desk: Desk) -> None:
    """Read what is asked at every point, of very many at rows of them, and apply the measures at the ends of each field.

    Raises:
        FileError: the first that cannot be, with its point and its fields.
    """
    design, read = task.design, dict[int, tuple[Tree, ...]]()
    rows = min(MOST_STRETCHES, -(-design.size // STRETCH))
    for start in np.linspace(0, max(0, design.size - STRETCH), rows).astype(int).tolist():
        at = range(start, min(start + STRETCH, design.size))
        for n, values in zip(at, design.points(at), strict=True):
            _read(task, n, values)
            read[n] = values
    ends = {min(read), max(read)}
    for k, axis in enumerate(design.axes):
        numbers = {n: axis.number(values[k]) or 0.0 for n, values in read.items()}
        ends |= {min(numbers, key=numbers.__getitem__), max(numbers, key=numbers.__getitem__)}
    for n in sorted(ends):
        _read(task, n, read[n], desk)


def _read(task: Task, at: int, values: tuple[Tree, ...], desk: Desk | None = None) -> None:
    """Read what is asked at a point; with a desk its measures are applied too."""
    try:
        asks = task.question(values)
        if isinstance(asks, Run):
            scenario = task.scenario(asks, values)
            if desk is not None:
                economy = desk.economy(scenario.baseline, scenario.assumptions.elasticities)
                scenario.compile(economy, asks.as_of)
    except InputError as error:
        raise at_point(task.design, at, error) from error


def at_point(design: Design, at: int, error: InputError) -> FileError:
    """The first line of an error, with the point and the fields where it is met."""
    said, line = str(error).splitlines()[0], design.lines["vary"]
    if isinstance(error, FileError) and error.path == design.name:
        line, said = error.line or line, said.split(": ", 1)[1]
    told = ", ".join(f"{name} = {value}" for name, value in design.said(at).items())
    return FileError(f"point {at} of {design.size:,} ({told}): {said}", design.name, line)
