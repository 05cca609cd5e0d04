"""The table of measures for people: what `pax show measures` and the docs print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paxsilica.policy.measures import KINDS, Kind
from paxsilica.policy.values import show_percent

Line = dict[str, str]
"""One field of one kind: kind, field, unit, range, default, meaning."""


def measure_table() -> list[Line]:
    """Every field of every kind, for `pax show measures` and the docs; a rate for every op."""
    return [row for name, kind in KINDS.items() for row in _kind_rows(name, kind)]


def keys_of(kind: str) -> dict[str, Any]:
    """Keys of a measure of this kind, as written, in reading order -> pydantic field."""
    model = KINDS[kind].model.model_fields
    first, last = (
        ("id", "kind", "importer", "exporter", "region", "sector"),
        ("from_", "until", "source", "note"),
    )
    order = (*first, *(key for key in model if key not in first + last), *last)
    return {model[key].alias or key: model[key] for key in order if key in model}


def _kind_rows(name: str, kind: Kind) -> Iterator[Line]:
    for key, info in keys_of(name).items():
        extra = info.json_schema_extra or {"unit": "text", "range": name}
        unit, span, meaning = extra["unit"], extra["range"], info.description or kind.meaning
        default = (
            "required"
            if info.is_required()
            else "-"
            if info.default is None
            else show_percent(info.default)
        )
        lines = [(key, span, meaning)]
        if key == "rate":
            lines = [
                (f"rate ({op})", str(rule.range), rule.meaning) for op, rule in kind.ops.items()
            ]
        elif key == "op":
            lines = [(key, ", ".join(kind.ops), meaning)]
        elif unit in ("region", "sector"):
            lines, default = [(key, f"list of {unit}s or groups", meaning)], "all"
        for field, range_, text in lines:
            yield dict(
                kind=name, field=field, unit=unit, range=range_, default=default, meaning=text
            )
