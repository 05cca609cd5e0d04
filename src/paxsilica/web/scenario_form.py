"""A scenario's YAML -> a form of its measures, with the reader's own messages at their fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from paxsilica.errors import InputError, ScenarioError
from paxsilica.policy.catalogue import catalogue
from paxsilica.policy.load import scenario_of
from paxsilica.policy.measure import MeasureKind
from paxsilica.policy.measures import KINDS
from paxsilica.policy.reader import Parsed, parse
from paxsilica.policy.table import keys_of

EMPTY_SCENARIO = "schema: paxsilica/scenario@1\ntitle: What if\nmeasures: []\n"

CASE_OF_INDIA = """\
schema: paxsilica/scenario@1
title: US tariff on all goods from India
measures:
  - id: duty
    kind: tariff
    importer: [USA]
    exporter: [IND]
    sector: [goods]
    op: set
    rate: 50%
assumptions: {horizon: long_run}
"""
"""The case of India, which a page begins with where nothing else is asked for."""

TOP_KEYS = ("title", "base", "as_of")
"""Of a scenario, beside its measures and its horizon."""

SELDOM_ASKED = ("id", "except")
"""Fields that stand aside, with those that are texts or choices and may be left out."""

UNITS_OF_LABELS = ("region", "sector", "HS code")
"""Units of fields that hold several labels."""

LINE_OF_TEXT = re.compile(r"scenario:(\d+): (?:measure (\S+): )?(.*)")


class Mistake(NamedTuple):
    """What the reader says of a text. `line`: from 1, 0 of none; `measure`: its number, -1 of none; `key`: of a field."""

    line: int
    said: str
    measure: int = -1
    key: str = ""


class MeasureField(NamedTuple):
    """How a field of a measure is asked for. `shape`: see `shape_of`; `least`, `most`: where its slider ends."""

    name: str
    key: str
    help: str
    unit: str
    shape: str
    choices: tuple[str, ...]
    required: bool
    value: str
    wrong: str
    least: float = 0
    most: float = 100


class MeasurePart(NamedTuple):
    """A measure in the form. `kept`: what only the text holds of it; `aside`: fields that are seldom wanted."""

    number: int
    kind: str
    means: str
    fields: Sequence[MeasureField]
    aside: Sequence[MeasureField]
    kept: tuple[str, ...]
    wrong: str


class ShelfLaw(NamedTuple):
    name: str
    title: str
    first: date
    last: date


@cache
def shelf_laws() -> tuple[ShelfLaw, ...]:
    """What stands on the shelf, with the days between which each is known."""
    return tuple(ShelfLaw(of.name, of.title, of.first, of.last) for of in catalogue())


# ---- reading -----------------------------------------------------------------------------------


def read_scenario(text: str) -> tuple[Parsed | None, tuple[Mistake, ...]]:
    """The text as read, None where it is no YAML, and what is wrong with it."""
    try:
        document = parse(text)
    except ScenarioError as error:
        return None, mistakes_in(str(error), None)
    try:
        scenario_of(document, text)
    except InputError as error:
        return document, mistakes_in(str(error), document)
    return document, ()


def mistakes_in(message: str, document: Parsed | None) -> tuple[Mistake, ...]:
    """The reader's own messages, each with its line, and the measure and field that it is about."""
    found = []
    for said in message.split("\n"):
        match = LINE_OF_TEXT.fullmatch(said)
        if not match:
            found.append(Mistake(0, said))
            continue
        line, id, why = int(match[1]), match[2], match[3]
        number, key = _place_of(line, id, why, document)
        found.append(Mistake(line, f"measure {id}: {why}" if id else why, number, key))
    return tuple(found)


def _place_of(line: int, id: str | None, why: str, document: Parsed | None) -> tuple[int, str]:
    """The number of a measure, and the key of its field or of the scenario's, that a message is about."""
    if document is None:
        return -1, ""
    there = [where for where, at in document.lines.items() if at == line]
    rows = rows_of(document)
    with_id = [n for n, row in enumerate(rows) if id and row.get("id") == id]
    numbered = [int(where[1]) for where in there if where[0] == "measures" and len(where) > 1]
    number = next(iter([*with_id, *numbered]), -1)
    words = [re.sub(r"\W", "", word) for word in why.split()[:2]]
    if number < 0:
        top = next((word for word in words if word in (*TOP_KEYS, "horizon")), "")
        return -1, top or str(next(iter(there), ("",))[-1])
    keys = keys_of(rows[number]["kind"]) if rows[number].get("kind") in KINDS else {"kind": None}
    own = {str(where[2]) for where in there if where[:2] == ("measures", number) and where[2:]}
    named = [word for word in words if word in keys] or [*(own - {"id"} if len(own) == 1 else ())]
    return number, next(iter(named), "")


def rows_of(document: Parsed) -> list[dict[str, Any]]:
    """The measures as read; nothing of one that is no mapping."""
    measures = document.tree.get("measures")
    every = measures if isinstance(measures, list) else []
    return [row if isinstance(row, dict) else {} for row in every]


def as_field(value: Any) -> str | None:
    """A value of the text as a field shows it; None where no field can."""
    if isinstance(value, list):
        return ", ".join(value) if all(isinstance(one, str) for one in value) else None
    return value if isinstance(value, str) else None


def top_of(document: Parsed | None) -> dict[str, str]:
    """The scenario's own fields. `law` and `day`: of what stood before."""
    tree: Mapping[str, Any] = document.tree if document else {}
    assumed = tree.get("assumptions")
    found = {key: as_field(tree.get(key)) or "" for key in TOP_KEYS}
    found["horizon"] = str(assumed.get("horizon", "")) if isinstance(assumed, dict) else ""
    name, _, day = found["base"].removeprefix("policy:").partition("@")
    return {**found, "law": name, "day": day}


# ---- showing -----------------------------------------------------------------------------------


def measure_parts(document: Parsed | None, mistakes: Iterable[Mistake]) -> list[MeasurePart]:
    """The measures of a text as parts of the form."""
    wrong: dict[tuple[int, str], str] = {}
    for mistake in mistakes:
        at = mistake.measure, mistake.key
        wrong[at] = "; ".join(filter(None, (wrong.get(at, ""), mistake.said)))
    return [
        _measure_part(n, row, wrong) for n, row in enumerate(rows_of(document) if document else [])
    ]


def _measure_part(
    number: int, row: Mapping[str, Any], wrong: Mapping[tuple[int, str], str]
) -> MeasurePart:
    kind = KINDS.get(str(row.get("kind")))
    known = keys_of(str(row.get("kind"))) if kind else {}
    fields, aside = list[MeasureField](), list[MeasureField]()
    for key, info in known.items():
        shape = shape_of(info)
        if key == "kind" or shape == "kept" or (key in row and as_field(row[key]) is None):
            continue
        field = _measure_field(number, key, info, row, kind)._replace(
            wrong=wrong.get((number, key), "")
        )
        seldom = key in SELDOM_ASKED or (shape in ("text", "choice") and not info.is_required())
        (aside if seldom and not field.wrong else fields).append(field)
    own = {field.key for field in (*fields, *aside)} | {"kind"}
    said = [why for (n, key), why in wrong.items() if n == number and key not in own - {"kind"}]
    return MeasurePart(
        number,
        str(row.get("kind", "")),
        f"{kind.meaning[:1].upper()}{kind.meaning[1:]}. {kind.enters}" if kind else "",
        fields,
        aside,
        tuple(key for key in row if key not in own),
        "; ".join(said),
    )


def shape_of(info: FieldInfo) -> str:
    """list, percent, choice, date or text; `kept`: what no single field can hold."""
    types = [info.annotation, *get_args(info.annotation)]
    origins = [get_origin(one) for one in types] + [
        get_origin(inner) for one in types for inner in get_args(one)[:1]
    ]
    unit = _field_extra(info).get("unit", "text")
    if Literal in origins:
        return "choice"
    if unit in UNITS_OF_LABELS:
        return "list"
    if dict in origins or tuple in origins:
        return "kept"
    return {"%": "percent", "date": "date"}.get(unit, "text")


def _field_extra(info: FieldInfo) -> dict[str, Any]:
    return dict(info.json_schema_extra) if isinstance(info.json_schema_extra, dict) else {}


def _slider_ends(range_: str, value: str) -> tuple[float, float]:
    """Where a slider begins and ends, per cent: what is usual of a range, and what stands."""
    match = re.search(r"(-?[\d.]+)% to (?:below )?(-?[\d.]+)%", range_)
    low, high = (float(match[1]), float(match[2])) if match else (0.0, 100.0)
    usual = max(low, 0.0 if high > 0 else -100.0), min(high, 100.0)
    known = re.fullmatch(r"-?\d+(\.\d+)? ?%", value)
    at = float(value.rstrip("% ")) if known else usual[0]
    return min(usual[0], at), max(usual[1], at)


def _measure_field(
    number: int, key: str, info: FieldInfo, row: Mapping[str, Any], kind: MeasureKind | None
) -> MeasureField:
    literal = next(
        (t for t in (info.annotation, *get_args(info.annotation)) if get_origin(t) is Literal), None
    )
    choices = tuple(map(str, get_args(literal))) if literal else ()
    value, told, range_ = as_field(row.get(key, "")) or "", info.description or "", ""
    if not value and not info.is_required() and isinstance(info.default, str):
        value = info.default
    op = (kind.ops if kind else {}).get(str(row.get("op", "")))
    if key == "op" and op:
        told = op.meaning
    if shape_of(info) == "percent":
        range_ = str(op.range) if key == "rate" and op else _field_extra(info).get("range", "")
    low, high = _slider_ends(range_, value)
    told += f" ({range_})" if range_ not in ("", "-") else ""
    unit = str(_field_extra(info).get("unit", ""))
    shape, needed = shape_of(info), info.is_required()
    name = f"m{number}.{key}"
    return MeasureField(name, key, told, unit, shape, choices, needed, value, "", low, high)
