"""Files and texts -> `Scenario`, one or several stacked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from paxsilica.errors import FileError, ScenarioError, gathered
from paxsilica.policy.complaints import complaints
from paxsilica.policy.measures import KINDS
from paxsilica.policy.reader import FileLine, Parsed, Tree, Where, parse, read_text
from paxsilica.policy.scenario import Assumptions, Citation, Scenario
from paxsilica.policy.table import keys_of


def load_scenario(path: str | Path) -> Scenario:
    """Read a scenario file, or several stacked as `"a.yaml+b.yaml"`, which act in this order.

    The baseline is named, not loaded.

    Raises:
        ScenarioError: the file is no readable text, breaks a rule of the format, or two stacked
            files disagree on baseline, assumptions or a group, or use the same measure id.
    """
    plus = re.compile(r"(?<=\.yaml)\s*\+\s*|(?<=\.yml)\s*\+\s*", re.IGNORECASE)
    parts = plus.split(path) if isinstance(path, str) else [path]
    scenarios, problems = list[Scenario](), list[FileError]()
    for part in parts:
        try:
            scenarios.append(parse_scenario(read_text(part), str(part), Path(part).parent))
        except FileError as error:
            problems.append(error)
    if problems:
        raise gathered(problems)
    return stack(scenarios)


def parse_scenario(text: str, name: str = "scenario", folder: Path | None = None) -> Scenario:
    """Read a scenario from YAML text.

    Args:
        name: how errors call the text.
        folder: where the path of a baseline begins; without it such a path is refused.

    Raises:
        ScenarioError: with `name`, line, reason and remedy.
    """
    document = parse(text, name)
    problems = [*document.problems.values(), *_twice(document)]
    try:
        scenario = Scenario.model_validate(document.tree, context={"folder": folder})
    except ValidationError as exc:
        problems += complaints(exc, document, _keys_at)
    else:
        if not problems:
            return scenario.located(_places_of(document, scenario), {name: text})
    raise gathered(problems)


def _twice(document: Parsed) -> Iterator[ScenarioError]:
    """Measures that take the id of another."""
    measures, first = document.tree.get("measures"), dict[str, int]()
    for at, measure in enumerate(measures if isinstance(measures, list) else ()):
        id = measure.get("id") if isinstance(measure, dict) else None
        line = document.line(("measures", at, "id"))
        if isinstance(id, str) and id in first:
            text = f"measure id {id[:40]!r} stands twice (first in line {first[id]}); rename one"
            yield ScenarioError(text, document.name, line)
        elif isinstance(id, str):
            first[id] = line


def stack(scenarios: Sequence[Scenario]) -> Scenario:
    """Several scenarios as one: measures in order, titles joined by " + ", sources and gaps of all.

    Raises:
        ScenarioError: two of them use the same measure id, or state a different baseline,
            assumption or group.
    """
    if len(scenarios) == 1:
        return scenarios[0]
    owner: dict[str, Scenario] = {}
    for scenario in scenarios:
        for measure in scenario.measures:
            if measure.id in owner:
                where = ("measures", measure.id)
                taken = _line_of(owner[measure.id].place(*where))
                raise scenario.error(
                    f"measure id {measure.id!r} is taken by {taken}; rename one", *where
                )
            owner[measure.id] = scenario
    stated = {key for s in scenarios for key in s.assumptions.model_fields_set}
    groups = dict.fromkeys(name for s in scenarios for name in s.groups)
    joined = {
        "title": " + ".join(s.title for s in scenarios),
        "source": _all(scenarios, "source"),
        "baseline": _agreed(scenarios, "baseline") or scenarios[0].baseline,
        "as_of": _agreed(scenarios, "as_of"),
        "groups": {name: _agreed(scenarios, "groups", name) for name in groups},
        "measures": tuple(measure for s in scenarios for measure in s.measures),
        "assumptions": Assumptions(**{k: _agreed(scenarios, "assumptions", k) for k in stated}),
        "not_modelled": _all(scenarios, "not_modelled"),
    }
    places: dict[Where, FileLine] = {}
    for scenario in reversed(scenarios):
        places |= scenario.places
    texts = {name: text for scenario in scenarios for name, text in scenario.texts.items()}
    return scenarios[0].model_copy(update=joined).located(places, texts)


def _agreed(scenarios: Sequence[Scenario], *where: str) -> Any:
    """An entry that all who state it state alike; None if nobody. ScenarioError if two differ."""
    claims = [(s, claim) for s in scenarios if (claim := _stated(s, *where)) is not None]
    for other, claim in claims[1:]:
        first, value = claims[0]
        if claim != value:
            here, there = (_text(claim), f"{_text(value)} in {_line_of(first.place(*where))}")
            raise other.error(
                f"{' '.join(where)} is {here} here but {there}; make them agree or drop one", *where
            )
    return claims[0][1] if claims else None


def _stated(scenario: Scenario, *where: str) -> Any:
    holder = getattr(scenario, where[0]) if len(where) > 1 else scenario
    if isinstance(holder, BaseModel):
        return getattr(holder, where[-1]) if where[-1] in holder.model_fields_set else None
    return holder.get(where[-1])


def _all(scenarios: Sequence[Scenario], key: str) -> tuple[Any, ...]:
    entries: list[Any] = []
    for scenario in scenarios:
        entries += [entry for entry in getattr(scenario, key) if entry not in entries]
    return tuple(entries)


def _text(value: object) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value)


def _line_of(place: FileLine | None) -> str:
    return f"{place[0]}:{place[1]}" if place else "another scenario"


def _keys_at(where: Where, node: Tree) -> list[str]:
    if (
        len(where) == 2
        and where[0] == "measures"
        and isinstance(node, dict)
        and node.get("kind") in KINDS
    ):
        return list(keys_of(str(node["kind"])))
    models: dict[str, type[BaseModel]] = {"source": Citation, "assumptions": Assumptions}
    model = models.get(str(where[0]), Scenario) if where else Scenario
    return [info.alias or key for key, info in model.model_fields.items()]


def _places_of(document: Parsed, scenario: Scenario) -> dict[Where, FileLine]:
    """Lines keyed by the id of the measure, not its number, so that they survive stacking."""
    ids = [measure.id for measure in scenario.measures]
    places: dict[Where, FileLine] = {}
    for where, line in document.lines.items():
        by_id = where[0] == "measures" and len(where) > 1
        places[("measures", ids[int(where[1])], *where[2:]) if by_id else where] = (
            document.name,
            line,
        )
    return places
