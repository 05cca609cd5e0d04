"""A record for other programs: JSON-LD in the terms of Web Annotation and PROV, and tables as CSV.

Nothing is looked up: the JSON-LD carries its whole context, and fields without a term of these vocabularies are in our
own, `urn:paxsilica:brief:`. A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula; in the CSV
such a text has an apostrophe before it, and `files.unguarded` takes that away.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias
from urllib.parse import quote

from pydantic import BaseModel

from paxsilica import __version__
from paxsilica.brief.record import Document, Link, Reading, Record, Span
from paxsilica.files import csv_text

Node: TypeAlias = "dict[str, Any]"

OURS = "urn:paxsilica:brief:"

NAMING = {
    "speaker": "actor ",
    "who": "actor ",
    "actors": "actor ",
    "nested_in": "",
    "statement": "",
}
"""Fields that hold ids of actors or items, and what stands before an id in the name for everybody."""

CONTEXT: Node = {
    "@vocab": OURS,
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{
        name: {"@id": OURS + name, "@type": "xsd:date"}
        for name in ("first", "last", "anchor", "day")
    },
    **{name: {"@id": OURS + name, "@type": "@id"} for name in NAMING},
    "changes": {"@id": OURS + "changes", "@container": "@list"},
}

PEOPLE = {
    "person": ["prov:Person"],
    "organisation": ["prov:Organization"],
    "state": ["prov:Organization"],
}


def to_jsonld(record: Record) -> Node:
    """The record as JSON-LD: documents, actors, extractions, and one `oa:Annotation` for each item and each link.

    The target of an annotation is the place in the document (offsets in code points, and the words), its body the item,
    which is derived from the document and attributed to the speaker.
    """
    graph = [node for reading in record.readings for node in _reading(reading)]
    return {
        "@context": CONTEXT,
        "@graph": [*graph, *(_link(link, at) for at, link in enumerate(record.links, 1))],
    }


def _name(sha: str, id: str = "") -> str:
    return f"urn:sha256:{sha}" + (f"#{quote(id, safe='')}" if id else "")


def _ref(sha: str, id: str = "") -> Node:
    return {"@id": _name(sha, id)}


def _reading(reading: Reading) -> Iterator[Node]:
    document, sha = reading.document, reading.document.sha256
    day = document.published.day
    yield {
        **_ref(sha),
        "@type": "prov:Entity",
        "dcterms:title": document.title,
        "dcterms:source": document.source,
        "dcterms:format": document.media_type,
        "dcterms:language": document.language,
        **({"dcterms:issued": {"@value": day.isoformat(), "@type": "xsd:date"}} if day else {}),
        "published": _jsonld(document.published, sha),
    }
    for actor in reading.actors:
        yield {
            **_ref(sha, f"actor {actor.id}"),
            "@type": ["prov:Agent", *PEOPLE.get(actor.kind, ())],
            "rdfs:label": actor.name,
            "kind": actor.kind,
            "roles": _jsonld(actor.roles, sha),
            "mentions": _jsonld(actor.mentions, sha),
        }
    makers = _makers(reading)
    for extractor, version in sorted(set().union(*makers.values())):
        software = {"@type": "prov:SoftwareAgent", "rdfs:label": extractor, "version": version}
        yield {
            **_ref(sha, f"by {extractor} {version}"),
            "@type": "prov:Activity",
            "prov:used": _ref(sha),
            "prov:wasAssociatedWith": software,
        }
    kinds = ("statements", "events", "measures", "commitments", "times", "quantities", "assertions")
    for kind in kinds:
        for at, item in enumerate(getattr(reading, kind), 1):
            id = getattr(item, "id", f"{kind} {at}")
            own = [(item.extractor, item.version)] if kind == "assertions" else makers[""]
            yield _annotation(item, sha, id, makers.get(id, own))


def _makers(reading: Reading) -> dict[str, list[tuple[str, str]]]:
    """By subject, the extractors that made assertions on it, with versions; under "" all of them, for the items on
    which none did. A reading without assertions is this program's."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for assertion in reading.assertions:
        maker = assertion.extractor, assertion.version
        for subject in ("", assertion.subject.rpartition("#")[2]):
            if maker not in found[subject]:
                found[subject].append(maker)
    return found or {"": [("paxsilica", __version__)]}


def _annotation(item: Any, sha: str, id: str, makers: list[tuple[str, str]]) -> Node:
    body: Node = _jsonld(item, sha)
    body.pop("span", None)
    body |= {
        "@id": _name(sha, id),
        "@type": [type(item).__name__, "prov:Entity"],
        "prov:wasDerivedFrom": _ref(sha),
    }
    if "speaker" in body:
        body["prov:wasAttributedTo"] = {"@id": body["speaker"]}
    return {
        **_ref(sha, f"annotation {id}"),
        "@type": "oa:Annotation",
        "oa:motivatedBy": {"@id": "oa:describing"},
        "oa:hasBody": body,
        "oa:hasTarget": _jsonld(item.span, sha) or _ref(sha),
        "prov:wasGeneratedBy": [_ref(sha, f"by {name} {v}") for name, v in makers],
    }


def _link(link: Link, number: int) -> Node:
    a, b = (_ref(*end.split("#", 1)) for end in (link.a, link.b))
    return {
        "@id": f"{OURS}link:{number}",
        "@type": "oa:Annotation",
        "oa:motivatedBy": {"@id": "oa:linking"},
        "oa:hasTarget": a,
        "oa:hasBody": b,
        **link.model_dump(mode="json", include={"kind", "why", "changes"}),
    }


def _jsonld(value: Any, sha: str, field: str = "") -> Any:
    """A value of the record in JSON: spans as places in the document, names of actors and items as IRIs, no None."""
    if isinstance(value, Span):
        words = {f"oa:{part}": getattr(value, part) for part in ("exact", "prefix", "suffix")}
        return {
            "@type": "oa:SpecificResource",
            "oa:hasSource": _ref(sha),
            "oa:hasSelector": [
                {"@type": "oa:TextPositionSelector", "oa:start": value.start, "oa:end": value.end},
                {"@type": "oa:TextQuoteSelector", **words},
            ],
        }
    if isinstance(value, BaseModel):
        fields = {name: _jsonld(given, sha, name) for name, given in value}
        return {name: found for name, found in fields.items() if found not in (None, [])}
    if isinstance(value, tuple):
        return [_jsonld(item, sha, field) for item in value]
    if field in NAMING and value:
        return _name(sha, NAMING[field] + value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


SPAN = ("span.start", "span.end", "span.exact")
BOUGHT = (
    *("amount.value", "amount.unit", "quantity.value", "quantity.unit", "quantity.of"),
    "years.value",
)
PROPOSED = ("needs", "model.name", "model.prompt", "model.day", "confirmed")
SAID, DUE, WHEN = (
    tuple(f"{name}.{part}" for part in ("value", "first", "last"))
    for name in ("said", "due", "when")
)
TABLES: dict[str, tuple[str, ...]] = {
    "actors": ("id", "name", "kind", "roles"),
    "times": ("kind", "value", "first", "last", "anchor", *SPAN),
    "events": ("id", "type", "status", "actors", *WHEN, *SPAN),
    "statements": (
        "id",
        "kind",
        "speaker",
        "speaker_name",
        "cue.exact",
        "polarity",
        "medium",
        "nested_in",
        *SAID,
        *SPAN,
    ),
    "commitments": (
        "id",
        "who",
        "who_names",
        "what",
        "modality",
        "statement",
        *BOUGHT,
        *DUE,
        *PROPOSED,
        *SPAN,
    ),
    "measures": (
        "id",
        "type",
        "status",
        "implementers",
        "targets",
        "rate.value",
        "rate.unit",
        "op",
        "products",
        "codes",
        "sectors",
        "suggested",
        "standing",
        "starts",
        "ends",
        *PROPOSED,
        "lacks",
        "reason.exact",
        *WHEN,
        *SPAN,
    ),
    "quantities": (
        "value",
        "unit",
        "role",
        "of",
        "approximate",
        "at_least",
        "at_most",
        *WHEN,
        *SPAN,
    ),
}
"""By kind of item the places of its columns in the model: `due.first` is column `due_first`."""


def to_csv(record: Record) -> dict[str, str]:
    """Tables of the record by file name: an item a row, offsets in code points of the text as read, days as in
    `2026-01-31`, an empty cell where there is no value, several values in one cell as a JSON list.

    With a header; lines end with `\n`. Write it in UTF-8 and without translating line ends. A text that begins like a
    formula has an apostrophe before it; numbers have none.
    """
    files = {}
    named = [(r, {actor.id: actor.name for actor in r.actors}) for r in record.readings]
    for kind, places in TABLES.items():
        heads = ("document", "source", "published", *(place.replace(".", "_") for place in places))
        rows = (
            _csv_row(reading.document, names, item, places)
            for reading, names in named
            for item in getattr(reading, kind)
        )
        files[f"{kind}.csv"] = csv_text(heads, rows)
    ends = ("kind", "a", "b", "why", "changes")
    lines = ([_cell(getattr(link, end)) for end in ends] for link in record.links)
    return {**files, "links.csv": csv_text(ends, lines)}


def to_history_csv(history: Iterable[Any]) -> str:
    """What people did to a store, a deed a row, `before` and `after` as JSON."""
    heads = ("number", "at", "by", "deed", "subject", "property", "before", "after", "why")
    rows = (
        [
            json.dumps(getattr(one, head), ensure_ascii=False)
            if head in ("before", "after")
            else getattr(one, head)
            for head in heads
        ]
        for one in history
    )
    return csv_text(heads, rows)


def value_at(item: Any, place: str) -> Any:
    """What stands at a place such as `due.first`; None where anything on the way is None."""
    for name in place.split("."):
        item = None if item is None else getattr(item, name)
    return item


def _csv_row(
    document: Document, names: Mapping[str, str], item: Any, places: tuple[str, ...]
) -> Iterator[Any]:
    yield from (document.sha256, document.source, document.published.day)
    for place in places:
        if place == "speaker_name":
            yield names.get(item.speaker)
        elif place == "who_names":
            yield _cell(tuple(names.get(id, id) for id in item.who))
        else:
            yield _cell(value_at(item, place))


def _cell(value: Any) -> Any:
    if isinstance(value, bool | tuple):
        return json.dumps(value, ensure_ascii=False, default=BaseModel.model_dump)
    return None if isinstance(value, float) and not math.isfinite(value) else value
