"""Questions to a store: what it holds, what falls due, where words stand."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Column, select, text

from paxsilica.brief.days import due_status
from paxsilica.brief.record import Link, Reading, Record, Span
from paxsilica.brief.store.connect import Store, transaction
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


class Holding(NamedTuple):
    """One document of a store, without its text; `published` is None where no day is known."""

    sha256: str
    source: str
    title: str
    language: str
    published: date | None
    basis: str
    reliability: str


class Due(NamedTuple):
    """A commitment on a day. `who` are names, `exact` the document's words, `last` the day until which it is due.
    `status` says that a day has passed, never that a promise was broken."""

    source: str
    who: tuple[str, ...]
    modality: str
    exact: str
    last: date | None
    status: str


class Hit(NamedTuple):
    """A document that holds all words looked for, and where they stand."""

    document: str
    source: str
    spans: tuple[Span, ...]


_BY_DAY = documents_table.c["published.day"].nulls_last(), documents_table.c.sha256
"""The order of documents: by day of publication; those without a day come last."""


def links(store: Store) -> tuple[Link, ...]:
    """The links, in the order in which they were set."""
    columns = (links_table.c[name] for name in Link.model_fields)
    with transaction(store) as connection:
        rows = connection.execute(select(*columns).order_by(links_table.c.position)).mappings()
        return tuple(Link.model_validate(dict(row)) for row in rows)


def documents(store: Store) -> tuple[Holding, ...]:
    """What the store holds, by day of publication; documents without a day come last."""
    table = documents_table.c
    published = (table[f"published.{name}"] for name in ("day", "basis", "reliability"))
    columns = (table.sha256, table.source, table.title, table.language, *published)
    with transaction(store) as connection:
        rows = connection.execute(select(*columns).order_by(*_BY_DAY))
        return tuple(Holding(*row) for row in rows)


def _kept(store: Store, name: str, column: Column[Any]) -> tuple[str, Any]:
    """The sha256 that begins with `name`, and a column. Raises InputError where none or several do."""
    sha256 = documents_table.c.sha256
    names = select(sha256).order_by(sha256)
    begins = sha256.startswith(name.lower(), autoescape=True)
    with transaction(store) as connection:
        found = connection.execute(names.add_columns(column).where(begins).limit(4)).all()
        if len(found) == 1:
            sha, value = found[0]
            return str(sha), value
        if found:
            some = ", ".join(sha[: len(name) + 6] for sha, _ in found)
            raise InputError(
                f"{store.name}: several documents begin with {name!r}, as {some}; write more of it"
            )
        valid = [sha[: max(8, len(name))] for sha in connection.execute(names).scalars()]
    raise InputError(f"{store.name}: no document begins with {name!r}{nearest(name, valid)}")


def reading(store: Store, name: str) -> Reading:
    """The reading of the document whose sha256 begins with `name`. Raises InputError: none, several, or one that
    was stored with other fields."""
    return _read_back(store, *_kept(store, name, documents_table.c.reading))


def _read_back(store: Store, sha: str, json: str) -> Reading:
    try:
        return Reading.model_validate_json(json)
    except ValidationError as exc:
        raise InputError(
            f"{store.name}: {sha[:12]} was stored by another version; read the document again"
        ) from exc


def original(store: Store, name: str) -> bytes:
    """The bytes of the document whose sha256 begins with `name`; InputError as `reading`."""
    return bytes(_kept(store, name, documents_table.c.bytes)[1])


def everything(store: Store) -> Record:
    """All that is in the store, in the order of `documents`; all of it is in memory."""
    stored = select(documents_table.c.sha256, documents_table.c.reading).order_by(*_BY_DAY)
    with transaction(store) as connection:
        readings = tuple(_read_back(store, *row) for row in connection.execute(stored))
    return Record(readings=readings, links=links(store))


def due(store: Store, as_of: date) -> tuple[Due, ...]:
    """All commitments with their status on a day, the earliest first and those without a day last."""
    table, actors, papers = ITEMS["commitments"].c, ITEMS["actors"].c, documents_table.c
    from_, until, made = table["due.first"], table["due.last"], papers["published.day"]
    words = table.who, table.modality, table["span.exact"]
    order = until.nulls_last(), from_.nulls_last(), table.document, table.position
    promises = select(table.document, papers.source, *words, from_, until, made)
    chosen = promises.where(papers.sha256 == table.document).order_by(*order)
    held = actors.document.in_(select(table.document))
    people = select(actors.document, actors.id, actors.name).where(held)
    with transaction(store) as connection:
        names = {(document, id): name for document, id, name in connection.execute(people)}
        rows = connection.execute(chosen).all()
    return tuple(
        Due(
            source,
            tuple(names.get((document, id), id) for id in who),
            modality,
            exact,
            last,
            due_status(as_of, first, last, day),
        )
        for document, source, who, modality, exact, first, last, day in rows
    )


def search(store: Store, words: str, most: int = 50) -> tuple[Hit, ...]:
    """The documents with all these words, in any English form, the best first and `most` at most.

    Words are never operators, and quotation marks mean nothing. The order of hits is the database's own; PostgreSQL
    passes over words such as `the`, and over what stands after the first 200,000 characters of a document.
    """
    dialect = store.engine.dialect.name
    words = words.translate(dict.fromkeys([*UNFIT, *map(ord, SIGNS)], " "))
    if not re.search(r"\w", words):
        return ()
    if dialect == "sqlite":  # quoted words are no operators
        words = " ".join(f'"{word}"' for word in words.replace('"', " ").split())
    with transaction(store) as connection:
        rows = connection.execute(text(SEARCH[dialect]), {"words": words, "most": most}).all()
    return tuple(Hit(row.sha256, row.source, _spans_of(row.text, row.highlighted)) for row in rows)


def _spans_of(plain: str, highlighted: str) -> tuple[Span, ...]:
    """The spans of a text that stand between marks in another copy of it."""
    at, spans = 0, []
    for number, piece in enumerate(re.split(f"[{OPEN}{CLOSE}]", highlighted)):
        if number % 2 and piece:  # the pieces stand outside and inside of the marks in turn
            spans.append(Span.of(plain, at, at + len(piece)))
        at += len(piece)
    return tuple(spans)
