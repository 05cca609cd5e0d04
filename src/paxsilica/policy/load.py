"""Files and texts -> `Scenario`, one or several stacked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from paxsilica.errors import FileError, ScenarioError, gathered
from paxsilica.policy.complaints import complaints
from paxsilica.policy.library import (
    ENTRY_FOLDER,
    US_LAW,
    entry_span,
    entry_text,
    gaps_of,
    is_policy,
    law_rates,
    law_scenario,
    policy_name,
)
from paxsilica.policy.measure import Tabled
from paxsilica.policy.measures.border import BorderRate
from paxsilica.policy.rate_table import read_rates
from paxsilica.policy.reader import RATE_TABLE, FileLine, Parsed, Where, parse, read_text
from paxsilica.policy.scenario import Assumptions, Scenario


def load_scenario(path: str | Path, within: tuple[Path, ...] = ()) -> Scenario:
    """Read a scenario file, a policy such as `policy:us-law@2025-08-28`, or several stacked as `"a.yaml+b.yaml"`, which act
    in this order.

    The baseline is named, not loaded; what stood before, its `base`, is.

    Args:
        within: the files whose base it is.

    Raises:
        ScenarioError: the file is no readable text, breaks a rule of the format, or two stacked
            files disagree on baseline, base, assumptions or a group, or use the same measure id.
    """
    plus = re.compile(r"(?:(?<=\.yaml)|(?<=\.yml)|(?<=@\d{4}-\d\d-\d\d))\s*\+\s*", re.IGNORECASE)
    parts = plus.split(path) if isinstance(path, str) else [path]
    scenarios, problems = list[Scenario](), list[FileError]()
    for part in parts:
        try:
            scenarios.append(_named(part, within))
        except FileError as error:
            problems.append(error)
    if problems:
        raise gathered(problems)
    return stack(scenarios)


def _named(name: str | Path, within: tuple[Path, ...]) -> Scenario:
    """A file, or a policy off the shelf. Raises FileError."""
    if is_policy(str(name)):
        return policy_scenario(str(name))
    file = Path(name)
    return parse_scenario(read_text(name), str(name), file.parent, (*within, file))


def policy_scenario(name: str) -> Scenario:
    """The scenario of a policy off the shelf, on the day that its name has.

    Raises:
        ScenarioError: no such entry, or a day on which it is not known, with from when until when it is.
    """
    wanted = policy_name(name)
    if wanted.policy == US_LAW:
        return law_scenario(wanted)
    whole = shelf_entry(wanted.policy)
    first, last = entry_span(wanted.policy, whole)
    if not first <= wanted.day <= last:
        raise ScenarioError(
            f"{wanted.policy} of {wanted.day} is not known; it is from {first} until {last}", name
        )
    on_day = whole.model_copy(update={"as_of": wanted.day})
    return on_day.located({**whole.places, ("as_of",): (name, 1)}, whole.texts)


@cache
def shelf_entry(policy: str) -> Scenario:
    """An entry of the shelf with all its measures, whatever their dates; its tables are named from the package."""
    name, text = entry_text(policy)
    whole = parse_scenario(text, name, ENTRY_FOLDER)
    texts = {
        str(Path(key).relative_to(ENTRY_FOLDER)) if key != name else key: of
        for key, of in whole.texts.items()
    }
    return whole.located(whole.places, texts)


def parse_scenario(
    text: str,
    name: str = "scenario",
    folder: Path | None = None,
    within: tuple[Path, ...] = (),
) -> Scenario:
    """Read a scenario from YAML text.

    Args:
        name: how errors call the text.
        folder: where the path of a baseline or a base begins; without it such a path is refused.
        within: the files that are being read: this one, and those whose base it is.

    Raises:
        ScenarioError: with `name`, line, reason and remedy.
    """
    return scenario_of(parse(text, name), text, folder, within)


def scenario_of(
    document: Parsed, text: str = "", folder: Path | None = None, within: tuple[Path, ...] = ()
) -> Scenario:
    """A scenario from what its YAML text says, as `parse_scenario`. Raises ScenarioError."""
    problems = [*document.problems.values(), *_twice(document)]
    try:
        scenario = Scenario.model_validate(document.tree, context={"folder": folder})
    except ValidationError as exc:
        problems += complaints(exc, document)
    else:
        if not problems:
            places = _places_of(document, scenario)
            read = _with_tables(scenario, folder, places, {document.name: text})
            return _on_its_base(read, folder, within)
    raise gathered(problems)


def _on_its_base(scenario: Scenario, folder: Path | None, within: tuple[Path, ...]) -> Scenario:
    """The scenario, knowing what stood before. Raises ScenarioError: it cannot be read, or is of another world."""
    if scenario.base is None:
        return scenario
    before = _resolved_base(scenario, scenario.base, folder, within)
    own = {("assumptions", key): value for key, value in scenario.assumptions}
    for where, claim in ({("baseline",): scenario.baseline} | own).items():
        if (stood := _stated(before).get(where, claim)) != claim:
            raise scenario.error(
                f"{' '.join(where)} is {_text(claim)} here but {_text(stood)} in "
                f"{_line_of(before, *where)}, its base; make them agree or drop one",
                *where,
            )
    found = scenario.model_copy(update={"base": " + ".join(before.texts)})
    return found.located(scenario.places, scenario.texts, before)


def _resolved_base(
    scenario: Scenario, base: str, folder: Path | None, within: tuple[Path, ...]
) -> Scenario:
    """What a `base` names: a scenario file, or a policy. Raises ScenarioError."""
    if is_policy(base):
        try:
            return policy_scenario(base)
        except ScenarioError as exc:
            raise scenario.error(f"base {exc}", "base") from exc
    if folder is None:
        raise scenario.error(
            "base must stand in a file; a text names no folder to begin in", "base"
        )
    path = folder / base
    if path.resolve() in [file.resolve() for file in within]:
        raise scenario.error(f"base {base} stands on this file itself; name another", "base")
    if not path.is_file():
        raise scenario.error(f"base {path} does not exist; give a path from this folder", "base")
    return load_scenario(path, within)


def _with_tables(
    scenario: Scenario, folder: Path | None, places: Mapping[Where, FileLine], texts: dict[str, str]
) -> Scenario:
    """The scenario with the rates of its tables, whose texts it keeps. Raises ScenarioError: all that is wrong in them."""
    measures, problems = list(scenario.measures), list[FileError]()
    scenario = scenario.located(places, texts)
    for at, measure in enumerate(measures):
        table = getattr(measure, "table", None)
        if not isinstance(measure, Tabled) or not table:
            continue
        if is_policy(table) and isinstance(measure, BorderRate):
            try:
                law, rates = law_rates(policy_name(table))
                measures[at] = measure.with_rows(rates)
                gaps = dict.fromkeys([*scenario.not_modelled, *gaps_of(law)])
                scenario = scenario.model_copy(update={"not_modelled": tuple(gaps)})
            except ScenarioError as exc:
                where = "measures", measure.id, "table"
                problems.append(scenario.error(f"measure {measure.id}: table {exc}", *where))
            continue
        if folder is None:
            reason = f"measure {measure.id}: table {table} is a file, and a text names no folder"
            problems.append(scenario.error(reason, "measures", measure.id, "table"))
            continue
        path = folder / table
        given = [side for side in ("importer", "exporter") if getattr(measure, side, None)]
        try:
            texts[str(path)] = read_text(path, RATE_TABLE)
            rows = read_rates(texts[str(path)], str(path), getattr(measure, "edition", None), given)
            measures[at] = measure.with_rows(rows)
        except FileError as problem:
            problems.append(problem)
    if problems:
        raise gathered(problems)
    return scenario.model_copy(update={"measures": tuple(measures)}).located(places, texts)


def _twice(document: Parsed) -> Iterator[ScenarioError]:
    """Measures that take the id of another."""
    measures, first = document.tree.get("measures"), dict[str, int]()
    for at, measure in enumerate(measures if isinstance(measures, list) else ()):
        id = measure.get("id") if isinstance(measure, dict) else None
        if isinstance(id, str):
            line = document.line(("measures", at, "id"))
            if id in first:
                taken = f"measure id {id[:40]!r} stands twice (first in line {first[id]})"
                yield ScenarioError(f"{taken}; rename one", document.name, line)
            first.setdefault(id, line)


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
                taken = _line_of(owner[measure.id], *where)
                raise scenario.error(
                    f"measure id {measure.id!r} is taken by {taken}; rename one", *where
                )
            owner[measure.id] = scenario
    agreed = _agreed(scenarios)
    groups = {where[1]: value for where, value in agreed.items() if where[0] == "groups"}
    assumed = {where[1]: value for where, value in agreed.items() if where[0] == "assumptions"}
    joined = {
        "title": " + ".join(s.title for s in scenarios),
        "source": tuple(dict.fromkeys(source for s in scenarios for source in s.source)),
        "baseline": agreed.get(("baseline",), scenarios[0].baseline),
        "trade": agreed.get(("weights",)),
        "base": agreed.get(("base",)),
        "as_of": agreed.get(("as_of",)),
        "known_until": min((s.known_until for s in scenarios if s.known_until), default=None),
        "groups": groups,
        "measures": tuple(measure for s in scenarios for measure in s.measures),
        "assumptions": Assumptions(**assumed),
        "not_modelled": tuple(dict.fromkeys(gap for s in scenarios for gap in s.not_modelled)),
    }
    places = {where: at for s in reversed(scenarios) for where, at in s.places.items()}
    texts = {name: text for s in scenarios for name, text in s.texts.items()}
    before = next((s.before for s in scenarios if s.before), None)
    return scenarios[0].model_copy(update=joined).located(places, texts, before)


def _agreed(scenarios: Sequence[Scenario]) -> dict[tuple[str, ...], Any]:
    """Entries that all who state them state alike, by their place. ScenarioError if two differ."""
    agreed: dict[tuple[str, ...], Any] = {}
    stated_by: dict[tuple[str, ...], Scenario] = {}
    for scenario in scenarios:
        for where, claim in _stated(scenario).items():
            value = agreed.setdefault(where, claim)
            first = stated_by.setdefault(where, scenario)
            if claim != value:
                there = f"{_text(value)} in {_line_of(first, *where)}"
                raise scenario.error(
                    f"{' '.join(where)} is {_text(claim)} here but {there}; make them agree or drop one",
                    *where,
                )
    return agreed


def _stated(scenario: Scenario) -> dict[tuple[str, ...], Any]:
    """What a file says itself, where it could contradict another."""
    assumed = scenario.assumptions
    return {
        **{
            (key,): getattr(scenario, key)
            for key in ("baseline", "base", "as_of")
            if key in scenario.model_fields_set
        },
        **({("weights",): scenario.trade} if scenario.trade else {}),
        **{("groups", name): labels for name, labels in scenario.groups.items()},
        **{("assumptions", key): getattr(assumed, key) for key in assumed.model_fields_set},
    }


def _text(value: object) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value)


def _line_of(scenario: Scenario, *where: str) -> str:
    place = scenario.place(*where)
    return f"{place[0]}:{place[1]}" if place else "another scenario"


def _places_of(document: Parsed, scenario: Scenario) -> dict[Where, FileLine]:
    """Lines keyed by the id of the measure, not its number, so that they survive stacking."""
    places: dict[Where, FileLine] = {}
    for where, line in document.lines.items():
        if where[0] == "measures" and len(where) > 1:
            where = ("measures", scenario.measures[int(where[1])].id, *where[2:])
        places[where] = document.name, line
    return places
