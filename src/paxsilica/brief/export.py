"""A record for other programs: JSON-LD in the terms of Web Annotation and PROV, and tables as CSV.

Nothing is looked up: the JSON-LD carries its whole context, and fields without a term of these vocabularies are in our
own, `urn:paxsilica:brief:`. A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula; in the CSV
such a text has an apostrophe before it, and `files.unguarded` takes that away.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date
from typing import Any, TypeAlias
from urllib.parse import quote

from pydantic import BaseModel

from paxsilica import __version__
from paxsilica.brief.record import Actor, Link, Reading, Record, Span
from paxsilica.files import csv_text

Node: TypeAlias = "dict[str, Any]"
Row: TypeAlias = "dict[str, Any]"

OURS = "urn:paxsilica:brief:"

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
    **{
        name: {"@id": OURS + name, "@type": "@id"}
        for name in ("speaker", "who", "actors", "nested_in", "statement")
    },
    "changes": {"@id": OURS + "changes", "@container": "@list"},
}

KINDS = ("statements", "events", "measures", "commitments")
"""The items that have an id, and so a name for everybody: `urn:sha256:<document>#<id>`."""

PEOPLE = {
    "person": "prov:Person",
    "organisation": "prov:Organization",
    "state": "prov:Organization",
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


def _activity(sha: str, extractor: str, version: str) -> str:
    return _name(sha, f"by {extractor} {version}")


def _actor(sha: str, id: str) -> str:
    return _name(sha, f"actor {id}")


def _reading(reading: Reading) -> Iterator[Node]:
    document, sha = reading.document, reading.document.sha256
    day = document.published.day
    yield {
        "@id": _name(sha),
        "@type": "prov:Entity",
        "dcterms:title": document.title,
        "dcterms:source": document.source,
        "dcterms:format": document.media_type,
        "dcterms:language": document.language,
        **({"dcterms:issued": {"@value": day.isoformat(), "@type": "xsd:date"}} if day else {}),
        "published": _plain(document.published, sha),
    }
    for actor in reading.actors:
        yield _agent(actor, sha)
    makers = _makers(reading)
    for extractor, version in sorted({maker for found in makers.values() for maker in found}):
        software = {"@type": "prov:SoftwareAgent", "rdfs:label": extractor, "version": version}
        yield {
            "@id": _activity(sha, extractor, version),
            "@type": "prov:Activity",
            "prov:used": {"@id": _name(sha)},
            "prov:wasAssociatedWith": software,
        }
    for kind in KINDS:
        for item in getattr(reading, kind):
            yield _annotation(item, sha, item.id, makers.get(item.id, makers[""]))
    for kind in ("times", "quantities"):
        for at, item in enumerate(getattr(reading, kind), 1):
            yield _annotation(item, sha, f"{kind} {at}", makers[""])
    for at, item in enumerate(reading.assertions, 1):
        yield _annotation(item, sha, f"assertions {at}", [(item.extractor, item.version)])


def _agent(actor: Actor, sha: str) -> Node:
    kind = ["prov:Agent", *([PEOPLE[actor.kind]] if actor.kind in PEOPLE else [])]
    roles, places = _plain(actor.roles, sha), _plain(actor.mentions, sha)
    fields = {"kind": actor.kind, "roles": roles, "mentions": places}
    return {"@id": _actor(sha, actor.id), "@type": kind, "rdfs:label": actor.name, **fields}


def _makers(reading: Reading) -> dict[str, list[tuple[str, str]]]:
    """By subject, the extractors that made assertions on it, with versions; under "" all of them, for the items on
    which none did. A reading without assertions is this program's."""
    found: dict[str, dict[tuple[str, str], None]] = {"": {}}
    for assertion in reading.assertions:
        maker = assertion.extractor, assertion.version
        for subject in ("", assertion.subject.rpartition("#")[2]):
            found.setdefault(subject, {})[maker] = None
    return {
        subject: list(makers) or [("paxsilica", __version__)] for subject, makers in found.items()
    }


def _annotation(item: Any, sha: str, id: str, makers: list[tuple[str, str]]) -> Node:
    said_by = (
        {"prov:wasAttributedTo": {"@id": _actor(sha, item.speaker)}}
        if getattr(item, "speaker", None)
        else {}
    )
    body = _plain(item, sha)
    body.pop("span", None)
    body |= {
        "@id": _name(sha, id),
        "@type": [type(item).__name__, "prov:Entity"],
        "prov:wasDerivedFrom": {"@id": _name(sha)},
        **said_by,
    }
    return {
        "@id": _name(sha, f"annotation {id}"),
        "@type": "oa:Annotation",
        "oa:motivatedBy": {"@id": "oa:describing"},
        "oa:hasBody": body,
        "oa:hasTarget": _place(item.span, sha) if item.span else {"@id": _name(sha)},
        "prov:wasGeneratedBy": [{"@id": _activity(sha, *maker)} for maker in makers],
    }


def _link(link: Link, number: int) -> Node:
    a, b = (_name(*end.split("#", 1)) for end in (link.a, link.b))
    return {
        "@id": f"{OURS}link:{number}",
        "@type": "oa:Annotation",
        "oa:motivatedBy": {"@id": "oa:linking"},
        "oa:hasTarget": {"@id": a},
        "oa:hasBody": {"@id": b},
        "kind": link.kind,
        "why": link.why,
        "changes": [change.model_dump() for change in link.changes],
    }


def _place(span: Span, sha: str) -> Node:
    words = {"oa:exact": span.exact, "oa:prefix": span.prefix, "oa:suffix": span.suffix}
    return {
        "@type": "oa:SpecificResource",
        "oa:hasSource": {"@id": _name(sha)},
        "oa:hasSelector": [
            {"@type": "oa:TextPositionSelector", "oa:start": span.start, "oa:end": span.end},
            {"@type": "oa:TextQuoteSelector", **words},
        ],
    }


def _plain(value: Any, sha: str) -> Any:
    """A value of the record in JSON: spans as places in the document, names of actors and items as IRIs, no None."""
    if isinstance(value, Span):
        return _place(value, sha)
    if isinstance(value, BaseModel):
        fields = {
            name: _field(name, getattr(value, name), sha) for name in type(value).model_fields
        }
        return {name: found for name, found in fields.items() if found is not None and found != []}
    if isinstance(value, tuple):
        return [_plain(item, sha) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


def _field(name: str, value: Any, sha: str) -> Any:
    if name in ("who", "actors"):
        return [_actor(sha, id) for id in value]
    if name == "speaker" and value:
        return _actor(sha, value)
    if name in ("nested_in", "statement") and value:
        return _name(sha, value)
    return _plain(value, sha)


# Tables

SPAN = ("span.start", "span.end", "span.exact")
SAID, DUE, WHEN = (
    tuple(f"{name}.{part}" for part in ("value", "first", "last"))
    for name in ("said", "due", "when")
)
TABLES: dict[str, tuple[str, ...]] = {
    "statements": (
        "id",
        "kind",
        "speaker",
        "speaker_name",
        "cue.exact",
        "medium",
        "nested_in",
        *SAID,
        *SPAN,
    ),
    "commitments": ("id", "who", "who_names", "what", "modality", "statement", *DUE, *SPAN),
    "measures": (
        "id",
        "type",
        "status",
        "implementers",
        "targets",
        "rate.value",
        "rate.unit",
        "products",
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
    "links": ("kind", "a", "b", "why", "changes"),
}
"""By kind of item the places of its columns in the model: `due.first` is column `due_first`."""


def to_csv(record: Record) -> dict[str, str]:
    """Tables of the record by file name: an item a row, offsets in code points of the text as read, days as in
    `2026-01-31`, an empty cell where there is no value, several values in one cell as a JSON list.

    With a header; lines end with `\n`. Write it in UTF-8 and without translating line ends. A text that begins like a
    formula has an apostrophe before it; numbers have none.
    """
    files = {}
    for kind, places in TABLES.items():
        if kind == "links":
            rows = [_row(link, places) for link in record.links]
        else:
            rows = [row for reading in record.readings for row in _rows(reading, kind)]
            places = ("document", "source", "published", *places)
        files[f"{kind}.csv"] = _table(places, rows)
    return files


def value_at(item: Any, place: str) -> Any:
    """What stands at a place such as `due.first`; None where anything on the way is None."""
    for name in place.split("."):
        item = None if item is None else getattr(item, name)
    return item


def _rows(reading: Reading, kind: str) -> Iterator[Row]:
    document, names = reading.document, {actor.id: actor.name for actor in reading.actors}
    where: Row = {
        "document": document.sha256,
        "source": document.source,
        "published": document.published.day,
    }
    for item in getattr(reading, kind):
        row = where | _row(item, TABLES[kind])
        if kind == "statements":
            row["speaker_name"] = names.get(item.speaker)
        if kind == "commitments":
            row["who_names"] = tuple(names.get(id, id) for id in item.who)
        yield row


def _row(item: Any, places: tuple[str, ...]) -> Row:
    return {
        place: value_at(item, place) for place in places if not place.endswith(("_name", "_names"))
    }


def _table(places: tuple[str, ...], rows: list[Row]) -> str:
    heads = [place.replace(".", "_") for place in places]
    return csv_text(heads, ([_cell(row[place]) for place in places] for row in rows))


def _cell(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        found = [item.model_dump() if isinstance(item, BaseModel) else item for item in value]
        return json.dumps(found, ensure_ascii=False)
    return value
