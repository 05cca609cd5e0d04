"""Fields that vary: those of a scenario, named by their path, and paths of files among those of a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from paxsilica.analysis.sweep.design import Design, SweepAxis
from paxsilica.errors import gathered, nearest
from paxsilica.policy import Assumptions, Scenario
from paxsilica.policy.complaints import complaints
from paxsilica.policy.library import is_policy
from paxsilica.policy.measure import Tabled
from paxsilica.policy.reader import Parsed, Tree, Where
from paxsilica.policy.table import keys_of
from paxsilica.questions.question import Question, door

FIXED = ("id", "kind", "table")
"""Keys of a measure that make another measure of it; a table is another file."""


def from_folder(
    kind: type[Question], fields: Mapping[str, Tree], folder: Path | None
) -> dict[str, Tree]:
    """Fields with the paths of files among them as they are from here; a path of no file there stays as it is."""

    def moved(value: Tree) -> Tree:
        if folder is None or not isinstance(value, str) or "\n" in value:
            return value
        parts = [part.strip() for part in value.split("+")]
        return "+".join(
            str(folder / part) if not is_policy(part) and (folder / part).exists() else part
            for part in parts
        )

    paths = {n for n, info in kind.model_fields.items() if door(info).get("unit") == "path"}
    return {name: moved(value) if name in paths else value for name, value in fields.items()}


def scenario_fields(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Every field of a scenario that can vary: its path as written -> the steps to it."""
    of: dict[str, tuple[str, ...]] = {
        f"measures.{m.id}.{key}": ("measures", m.id, key)
        for m in scenario.measures
        for key in keys_of(m.kind)
        if key not in FIXED
    }
    of |= {f"assumptions.{name}": ("assumptions", name) for name in Assumptions.model_fields}
    return of | {f"groups.{name}": ("groups", name) for name in scenario.groups}


def steps_to(field: str, scenario: Scenario, design: Design, also: Sequence[str]) -> list[str]:
    """The steps of a field's path, and of what is below it. Raises FileError, with the nearest, also of other fields."""
    known = scenario_fields(scenario)
    for path, steps in known.items():
        if f"{field}.".startswith(f"{path}."):
            return [*steps, *filter(None, field[len(path) + 1 :].split("."))]
    hint = nearest(field, [*known, *also])
    raise design.error(f"no field is called {field!r}{hint}", "vary", field)


def with_fields(
    scenario: Scenario, fields: Sequence[tuple[SweepAxis, Tree]], design: Design
) -> Scenario:
    """A scenario with other values in some of its fields, read as its file is. Raises FileError."""
    parts: dict[str, dict[str, Any]] = {
        "measures": {},
        "assumptions": {name: str(x) for name, x in scenario.assumptions if x is not None},
        "groups": {name: list(labels) for name, labels in scenario.groups.items()},
    }
    of, lines = {m.id: m for m in scenario.measures}, dict[Where, int]()
    for axis, value in fields:
        top, *steps = steps_to(axis.field, scenario, design, ())
        if top == "measures" and steps[0] not in parts[top]:
            written = of[steps[0]].model_dump(mode="json", by_alias=True, exclude_none=True)
            parts[top][steps[0]] = written
        try:
            _replace_at(parts[top], steps, value)
        except (LookupError, ValueError, TypeError):
            raise design.error(f"nothing stands at {axis.field}", "vary", axis.field) from None
        at = [list(parts[top]).index(steps[0]), steps[1]] if top == "measures" else steps[:1]
        lines |= {(): axis.line, (top, *at): axis.line}
    tree: dict[str, Any] = {**parts, "measures": list(parts["measures"].values())}
    tree |= {"schema": "paxsilica/scenario@1", "title": "t"}
    try:
        read = Scenario.model_validate(tree)
    except ValidationError as exc:
        raise gathered(list(complaints(exc, Parsed(design.name, tree, lines)))) from None
    changed = dict(zip(parts["measures"], read.measures, strict=True))
    for id, new in changed.items():
        old = of[id]
        if isinstance(new, Tabled) and isinstance(old, Tabled) and old.rows is not None:
            changed[id] = new.with_rows(old.rows)
    measures = tuple(changed.get(m.id, m) for m in scenario.measures)
    update = {"measures": measures, "groups": read.groups, "assumptions": read.assumptions}
    return scenario.model_copy(update=update)


def _replace_at(node: Any, steps: Sequence[str], value: Tree) -> None:
    """Put a value in a tree; entries of a list count from 1."""
    keys: list[Any] = []
    for step in steps:
        if isinstance(node, list) and not 1 <= int(step) <= len(node):
            raise IndexError(step)
        keys.append((node, int(step) - 1 if isinstance(node, list) else step))
        node = node[keys[-1][1]] if len(keys) < len(steps) else None
    above, key = keys[-1]
    above[key] = value
