"""Fields that vary: those of a scenario, named by their path, and paths of files among those of a question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from paxsilica.questions.run import Run


def is_path(kind: type[Question], name: str) -> bool:
    info = kind.model_fields.get(name)
    return info is not None and door(info).get("unit") == "path"


def from_folder(value: Tree, folder: Path | None) -> Tree:
    """A path, or several with a plus between them, as it is from here; what is no file there stays as it is."""
    if folder is None or not isinstance(value, str) or "\n" in value:
        return value
    parts = value.split("+") if ".y" in value else [value]
    return "+".join(
        part
        if is_policy(part) or not (folder / part.strip()).exists()
        else str(folder / part.strip())
        for part in parts
    )


def with_fields(
    scenario: Scenario, fields: Sequence[tuple[SweepAxis, Tree]], design: Design
) -> Scenario:
    """A scenario with other values in some of its fields, read as its file is."""
    if not fields:
        return scenario
    ids = {m.id: at for at, m in enumerate(scenario.measures)}
    changed: dict[int, Any] = {}
    tree: dict[str, Any] = {"schema": "paxsilica/scenario@1", "title": "t"}
    lines: dict[Where, int] = {}
    for axis, value in fields:
        top, *path = scenario_path(axis.field, scenario, design)
        if top == "measures":
            at, node = (
                ids[path[0]],
                changed.setdefault(ids[path[0]], _as_written(scenario.measures[ids[path[0]]])),
            )
            place: Where = ("measures", list(changed).index(at), path[1])
            path = path[1:]
        else:
            node = tree.setdefault(
                top, _as_written(scenario)[top] if top == "groups" else _assumptions_tree(scenario)
            )
            place = (top, path[0])
        lines |= {(): axis.line, place: axis.line}
        _replace_at(node, path, value, axis, design)
    tree["measures"] = list(changed.values())
    document = Parsed(design.name, tree, lines)
    try:
        read = Scenario.model_validate(tree)
    except ValidationError as exc:
        raise gathered(list(complaints(exc, document))) from None
    measures = list(scenario.measures)
    for at, new in zip(changed, read.measures, strict=True):
        old = measures[at]
        rows = old.rows if isinstance(old, Tabled) else None
        measures[at] = new.with_rows(rows) if isinstance(new, Tabled) and rows is not None else new
    update: dict[str, Any] = {"measures": tuple(measures)}
    update |= {name: getattr(read, name) for name in ("groups", "assumptions") if name in tree}
    return scenario.model_copy(update=update)


def _as_written(part: Any) -> dict[str, Any]:
    found: dict[str, Any] = part.model_dump(mode="json", by_alias=True, exclude_none=True)
    return found


def _assumptions_tree(scenario: Scenario) -> dict[str, Any]:
    return {name: str(x) for name, x in scenario.assumptions if x is not None}


def _replace_at(
    node: Any, path: Sequence[str], value: Tree, axis: SweepAxis, design: Design
) -> None:
    for depth, step in enumerate(path):
        last = depth == len(path) - 1
        if isinstance(node, list):
            if not (step.isdecimal() and 1 <= int(step) <= len(node)):
                said = f"{axis.field}: {step!r} is no entry of a list of {len(node)}; count from 1"
                raise design.error(said, "vary", axis.field)
            if last:
                node[int(step) - 1] = value
            node = node[int(step) - 1]
        elif isinstance(node, dict) and (last or step in node):
            if last:
                node[step] = value
            node = node[step]
        else:
            raise design.error(f"{axis.field}: there is no {step!r} below it", "vary", axis.field)


def scenario_path(field_: str, scenario: Scenario, design: Design) -> list[str]:
    """The steps of a field's path: `measures`, an id, a key and what is below it. Raises FileError."""
    top, _, rest = field_.partition(".")
    ids = sorted((m.id for m in scenario.measures), key=len, reverse=True)
    if top == "measures":
        for id in ids:
            if rest.startswith(f"{id}."):
                keys = rest.removeprefix(f"{id}.").split(".")
                kind = next(m.kind for m in scenario.measures if m.id == id)
                if keys[0] in keys_of(kind) and keys[0] not in ("id", "kind", "table"):
                    return [top, id, *keys]
    below: dict[str, Collection[str]] = {
        "assumptions": Assumptions.model_fields,
        "groups": scenario.groups,
    }
    if rest in below.get(top, ()):
        return [top, rest]
    known = known_fields(Run, scenario)
    raise design.error(f"no field is called {field_!r}{nearest(field_, known)}", "vary", field_)


def known_fields(kind: type[Question], scenario: Scenario | None) -> list[str]:
    """Every field that can vary: of the question, and of its scenario."""
    fields = list(kind.model_fields)
    if scenario is not None:
        fields += [
            f"measures.{m.id}.{key}"
            for m in scenario.measures
            for key in keys_of(m.kind)
            if key not in ("id", "kind", "table")
        ]
        fields += [f"assumptions.{name}" for name in Assumptions.model_fields]
        fields += [f"groups.{name}" for name in scenario.groups]
    return fields
