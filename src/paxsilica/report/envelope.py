"""The one form of an answer in JSON, whatever was asked: `paxsilica/answer@1`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from paxsilica.files import csv_text
from paxsilica.findings import DIMENSIONS, variables
from paxsilica.questions.question import Answer

SCHEMA = "paxsilica/answer@1"


def envelope(
    answer: Answer, summary: Sequence[str] = (), *, detail: bool = False
) -> dict[str, Any]:
    """An answer as JSON holds it: what was asked, the findings with their units, notes, sources and the run.

    Args:
        summary: the sentences that lead its page.
        detail: with the findings that only the long table holds.
    """
    rows = answer.findings.rows(detail=detail)
    known = variables()
    return {
        "schema": SCHEMA,
        **record(answer),
        "summary": list(summary),
        "findings": rows,
        "variables": {
            key: {"unit": answer.unit(key), "sign": known[key].sign, "meaning": known[key].meaning}
            for key in dict.fromkeys(row["variable"] for row in rows)
        },
        "attachments": dict(answer.attachments),
    }


def record(answer: Answer) -> dict[str, Any]:
    """What `run.json` holds: enough to ask again, and what the numbers rest on."""
    return {
        "question": {"kind": answer.question.kind(), **answer.question.model_dump(mode="json")},
        "notes": [asdict(note) for note in answer.notes],
        "not_modelled": list(answer.not_modelled),
        "sources": [asdict(source) for source in answer.sources],
        "run": answer.run,
    }


def table_text(answer: Answer) -> str:
    """The long table as CSV, with the units of the baseline: what `results.csv` holds."""
    table = answer.findings.table()
    units = {key: answer.unit(key) for key in table["variable"].unique()}
    table["unit"] = table["variable"].map(units)
    columns = [table[name].astype(object).tolist() for name in table.columns]
    return csv_text(list(table.columns), zip(*columns, strict=True))


def answer_schema() -> Mapping[str, Any]:
    """JSON Schema of the envelope (draft 2020-12)."""
    text: dict[str, Any] = {"type": "string"}
    number = {"type": ["number", "null"]}
    finding = {
        "type": "object",
        "required": ["variable", "value"],
        "properties": {
            "variable": {"enum": list(variables())},
            **{name: text for name in DIMENSIONS},
            **{name: number for name in ("value", "low", "high")},
            "solve": {**text, "description": "a key of run.solver"},
            "source": {**text, "description": "keys of the packaged data sources"},
        },
        "additionalProperties": False,
    }
    thing = {"type": "object"}
    described = {"type": "object", "properties": {k: text for k in ("unit", "sign", "meaning")}}
    fields: dict[str, Any] = {
        "schema": {"const": SCHEMA},
        "question": {**thing, "required": ["kind"]},
        "summary": {"type": "array", "items": text},
        "findings": {"type": "array", "items": finding},
        "variables": {**thing, "additionalProperties": described},
        "attachments": thing,
        "notes": {"type": "array", "items": {**thing, "required": ["name", "text"]}},
        "not_modelled": {"type": "array", "items": text},
        "sources": {"type": "array", "items": {**thing, "required": ["title", "licence"]}},
        "run": {**thing, "required": ["created", "paxsilica", "repeat", "solver"]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An answer of paxsilica",
        **thing,
        "required": list(fields),
        "properties": fields,
        "additionalProperties": False,
    }
