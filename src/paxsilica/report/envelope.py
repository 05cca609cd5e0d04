"""The one form of an answer in JSON, whatever was asked: `paxsilica/answer@1`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import chain, repeat
from typing import Any

import numpy as np

from paxsilica.files import csv_of_clean, guarded
from paxsilica.findings import DIMENSIONS, ORIGIN, Block, variables
from paxsilica.questions.question import Answer

SCHEMA = "paxsilica/answer@1"


def envelope(answer: Answer, summary: Sequence[str] = ()) -> dict[str, Any]:
    """An answer as JSON holds it: what was asked, the findings with their units, notes, sources and the run.

    Args:
        summary: the sentences that lead its page.
    """
    rows = answer.findings.rows(detail=False)
    used = [variables()[key] for key in dict.fromkeys(row["variable"] for row in rows)]
    return {
        "schema": SCHEMA,
        **run_record(answer),
        "summary": list(summary),
        "findings": rows,
        "variables": {
            one.key: {"unit": answer.unit(one.key), "sign": one.sign, "meaning": one.meaning}
            for one in used
        },
        "attachments": dict(answer.attachments),
    }


def run_record(answer: Answer) -> dict[str, Any]:
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
    names, numbers = answer.findings.dimensions, ("value", "low", "high")
    heads = ("variable", *names, *numbers, "unit", *ORIGIN)

    def columns(b: Block) -> Iterator[Iterable[Any]]:
        """Each label is guarded once, however many numbers have it."""
        for labels in (b.variable, *map(b.labels, names)):
            if labels is None or isinstance(labels, str):
                yield repeat(guarded(labels))
                continue
            texts = np.array([guarded(x) for x in labels.flat]).reshape(labels.shape)
            yield np.broadcast_to(texts, b.value.shape).ravel().tolist()
        for x in (getattr(b, name) for name in numbers):
            flat = [] if x is None else x.ravel().tolist()
            yield repeat(None) if x is None else [v if v == v else None for v in flat]
        yield from (repeat(guarded(x)) for x in (answer.unit(b.variable), b.solve, b.source))

    rows = (zip(*columns(b), strict=False) for b in answer.findings.blocks)
    return csv_of_clean(heads, chain.from_iterable(rows))


def answer_schema() -> Mapping[str, Any]:
    """JSON Schema of the envelope (draft 2020-12)."""
    text: dict[str, Any] = {"type": "string"}
    texts, thing, number = _list_of(text), {"type": "object"}, {"type": ["number", "null"]}
    finding = {
        **thing,
        "required": ["variable", "value"],
        "properties": {
            "variable": {"enum": list(variables())},
            **dict.fromkeys(DIMENSIONS, text),
            **dict.fromkeys(("value", "low", "high"), number),
            "solve": {**text, "description": "a key of run.solver"},
            "source": {**text, "description": "keys of the packaged data sources"},
        },
        "additionalProperties": False,
    }
    described = {**thing, "properties": dict.fromkeys(("unit", "sign", "meaning"), text)}
    fields: dict[str, Any] = {
        "schema": {"const": SCHEMA},
        "question": {**thing, "required": ["kind"]},
        "summary": texts,
        "findings": _list_of(finding),
        "variables": {**thing, "additionalProperties": described},
        "attachments": thing,
        "notes": _list_of({**thing, "required": ["name", "text"]}),
        "not_modelled": texts,
        "sources": _list_of({**thing, "required": ["title", "licence"]}),
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


def _list_of(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}
