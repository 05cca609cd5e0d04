"""The table of measures for people: what `pax show measures` and the docs print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from paxsilica.policy.measure import Measure, MeasureKind
from paxsilica.policy.measures import KINDS
from paxsilica.policy.values import show_percent

Line = dict[str, str]
"""One kind, or one field of it: kind, field, unit, range, default, meaning."""


def kinds_table() -> list[Line]:
    """Every kind: what it is in law, how it enters the model, a line of a file, its type in the Global Trade Alert."""
    return [
        {
            "kind": name,
            "what it is": kind.meaning,
            "how it enters the model": kind.enters,
            "Global Trade Alert": kind.gta,
            "example": kind.example,
        }
        for name, kind in KINDS.items()
    ]


def measure_table() -> list[Line]:
    """Every field of every kind, for `pax show measures` and the docs; a rate for every op."""
    return [row for name, kind in KINDS.items() for row in _kind_rows(name, kind)]


def keys_of(kind: str) -> dict[str, Any]:
    """Keys of a measure of this kind, as written, in reading order -> pydantic field."""
    fields = KINDS[kind].model.model_fields
    own = [key for key in fields if key not in Measure.model_fields]
    own.sort(key=lambda key: key not in ("importer", "exporter"))
    order = ("id", "kind", *own, "from_", "until", "source", "note")
    return {fields[key].alias or key: fields[key] for key in order}


def _kind_rows(name: str, kind: MeasureKind) -> Iterator[Line]:
    for key, info in keys_of(name).items():
        extra = info.json_schema_extra or {"unit": "text", "range": name}
        unit, span, meaning = extra["unit"], extra["range"], info.description or kind.meaning
        default = "required"
        if not info.is_required():
            default = "-" if info.default in (None, (), {}) else info.default
            default = default if isinstance(default, str) else show_percent(default)
        if get_origin(info.annotation) is Literal and key != "kind":
            span = ", ".join(kind.ops or get_args(info.annotation))
        elif unit in ("region", "sector"):
            span = f"list of {unit}s or groups"
            default = default if info.is_required() else "all"
        lines = {key: (span, meaning)}
        if key == "rate" and kind.ops:
            lines = {f"rate ({op})": (str(to.range), to.meaning) for op, to in kind.ops.items()}
        for field, (range_, text) in lines.items():
            yield dict(
                kind=name, field=field, unit=unit, range=range_, default=default, meaning=text
            )
