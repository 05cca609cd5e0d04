"""Questions to a store: what it holds, what falls due, where words stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select, text

from paxsilica.brief.days import due_status
from paxsilica.brief.record import Link, Reading, Record, Span
from paxsilica.brief.store.opening import Store, transaction
from paxsilica.brief.store.tables import (
    CLOSE,
    ITEMS,
    OPEN,
    SEARCH,
    SIGNS,
    UNFIT,
    documents_table,
    links_table,
)
from paxsilica.errors import InputError, nearest


@dataclass(frozen=True)
class Entry:
    """One document of a store, without its text; `published` is None where no day is known."""

    sha256: str
    source: str
    title: str
    language: str
    published: date | None
    basis: str
    reliability: str


@dataclass(frozen=True)
class Due:
    """A commitment on a day. `who` are names, `exact` the document's words; `days` until it falls due, below zero
    after, None where no last day is known. `status` says that a day has passed, never that a promise was broken."""

    document: str
    source: str
    id: str
    who: tuple[str, ...]
    what: str
    modality: str
    exact: str
    first: date | None
    last: date | None
    days: int | None
    status: str


@dataclass(frozen=True)
class Hit:
    """A document that holds all words looked for: where they stand, and the ids of the statements they stand in."""

    document: str
    source: str
    title: str
    spans: tuple[Span, ...]
    statements: tuple[str, ...]


def links(store: Store) -> tuple[Link, ...]:
    """The links, in the order in which they were set."""
    table = links_table
    with transaction(store) as connection:
        rows = connection.execute(select(table).order_by(table.c.position)).mappings()
        return tuple(
            Link(**{name: row[table.c[name]] for name in Link.model_fields}) for row in rows
        )


def documents(store: Store) -> tuple[Entry, ...]:
    """What the store holds, by day of publication; documents without a day come last."""
    table = documents_table.c
    published = (table[f"published.{name}"] for name in ("day", "basis", "reliability"))
    columns = (table.sha256, table.source, table.title, table.language, *published)
    with transaction(store) as connection:
        rows = connection.execute(
            select(*columns).order_by(table["published.day"].nulls_last(), table.sha256)
        )
        return tuple(Entry(*row) for row in rows)


def find(store: Store, name: str) -> str:
    """The sha256 that begins with `name`. Raises InputError where none or several do."""
    table = documents_table.c
    with transaction(store) as connection:
        begins = table.sha256.startswith(name.lower(), autoescape=True)
        found = (
            connection.execute(select(table.sha256).where(begins).order_by(table.sha256).limit(4))
            .scalars()
            .all()
        )
        if len(found) == 1:
            return str(found[0])
        if found:
            some = ", ".join(sha[: len(name) + 6] for sha in found)
            raise InputError(
                f"{store.name}: several documents begin with {name!r}, as {some}; write more of it"
            )
        valid = [
            sha[: max(8, len(name))] for sha in connection.execute(select(table.sha256)).scalars()
        ]
    raise InputError(f"{store.name}: no document begins with {name!r}{nearest(name, valid)}")


def reading(store: Store, name: str) -> Reading:
    """The reading of the document whose sha256 begins with `name`. Raises InputError: none, several, or one that
    was stored with other fields."""
    sha = find(store, name)
    with transaction(store) as connection:
        json = connection.execute(
            select(documents_table.c.reading).where(documents_table.c.sha256 == sha)
        ).scalar_one()
    try:
        return Reading.model_validate_json(json)
    except ValidationError as exc:
        raise InputError(
            f"{store.name}: {sha[:12]} was stored by another version; read the document again"
        ) from exc


def original(store: Store, name: str) -> bytes:
    """The bytes of the document whose sha256 begins with `name`; InputError as `reading`."""
    with_name = documents_table.c.sha256 == find(store, name)
    with transaction(store) as connection:
        return bytes(
            connection.execute(select(documents_table.c.bytes).where(with_name)).scalar_one()
        )


def record(store: Store) -> Record:
    """Everything in the store, in the order of `documents`; all of it is in memory."""
    return Record(
        readings=tuple(reading(store, entry.sha256) for entry in documents(store)),
        links=links(store),
    )


def due(store: Store, as_of: date) -> tuple[Due, ...]:
    """All commitments with their status on a day, the earliest first and those without a day last."""
    table, actors, papers = ITEMS["commitments"].c, ITEMS["actors"].c, documents_table.c
    order = (
        table["due.last"].nulls_last(),
        table["due.first"].nulls_last(),
        table.document,
        table.position,
    )
    chosen = select(*table, papers.source, papers["published.day"]).where(
        papers.sha256 == table.document
    )
    people = select(actors.document, actors.id, actors.name).where(
        actors.document.in_(select(table.document))
    )
    with transaction(store) as connection:
        names = {(document, id): name for document, id, name in connection.execute(people)}
        rows = connection.execute(chosen.order_by(*order)).mappings().all()
    found = []
    for row in rows:
        document, first, last = row[table.document], row[table["due.first"]], row[table["due.last"]]
        who = tuple(names.get((document, id), id) for id in row[table.who])
        words = row[table.what], row[table.modality], row[table["span.exact"]]
        status = due_status(as_of, first, last, row[papers["published.day"]])
        days = (last - as_of).days if last else None
        found.append(
            Due(document, row[papers.source], row[table.id], who, *words, first, last, days, status)
        )
    return tuple(found)


def search(store: Store, words: str, most: int = 50) -> tuple[Hit, ...]:
    """The documents with all these words, in any English form, the best first and `most` at most.

    Words are never operators, and quotation marks mean nothing. The order of hits is the database's own; PostgreSQL
    passes over words such as `the`, and over what stands after the first 200,000 characters of a document.
    """
    dialect, words = (
        store.engine.dialect.name,
        words.translate(dict.fromkeys([*UNFIT, *map(ord, SIGNS)], " ")),
    )
    if not re.search(r"\w", words):
        return ()
    if dialect == "sqlite":  # quoted words are no operators
        words = " ".join(f'"{word}"' for word in words.replace('"', " ").split())
    table = ITEMS["statements"].c
    with transaction(store) as connection:
        rows = connection.execute(text(SEARCH[dialect]), {"words": words, "most": most}).all()
        columns = table.document, table.id, table["span.start"], table["span.end"]
        inside = table.document.in_([row.sha256 for row in rows])
        said = connection.execute(
            select(*columns).where(inside).order_by(table.document, table.position)
        ).all()
    return tuple(_hit(row, [item for item in said if item[0] == row.sha256]) for row in rows)


def _hit(row: Any, said: Sequence[Any]) -> Hit:
    at, spans = 0, []
    for number, piece in enumerate(re.split(f"[{OPEN}{CLOSE}]", row.marked)):
        if number % 2 and piece:  # the pieces stand outside and inside of the marks in turn
            spans.append(Span.of(row.text, at, at + len(piece)))
        at += len(piece)
    held = (
        id
        for _, id, start, end in said
        if any(start < span.end and span.start < end for span in spans)
    )
    return Hit(row.sha256, row.source, row.title, tuple(spans), tuple(held))
