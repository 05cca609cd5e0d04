"""Questions to a store: what it holds, what falls due, where words stand."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from paxsilica.brief.days import due_status
from paxsilica.brief.record import Commitment, Link, Reading, Record, Span
from paxsilica.brief.store.connect import Store, transaction
from paxsilica.brief.store.history import (
    LEFT_OUT,
    CurrentState,
    as_read,
    corrected,
    current,
    deeds,
    renamed,
    standing,
)
from paxsilica.brief.store.linking import links_at
from paxsilica.brief.store.tables import (
    CLOSE,
    ITEMS,
    OPEN,
    SEARCH,
    SIGNS,
    UNFIT,
    documents_table,
    sources_table,
)
from paxsilica.errors import InputError, nearest


class Holding(NamedTuple):
    """One document of a store, without its text; `published` is None where no day is known, `also` other sources of the
    same bytes."""

    sha256: str
    source: str
    title: str
    language: str
    published: date | None
    basis: str
    reliability: str
    also: tuple[str, ...] = ()
    standing: str = "unreviewed"
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Due(NamedTuple):
    """A commitment on a day. `who` are names, `exact` the document's words, `last` the day until which it is due, `first`
    the one from which it holds where it has no last.
    `status` says that a day has passed, never that a promise was broken."""

    source: str
    who: tuple[str, ...]
    modality: str
    exact: str
    last: date | None
    status: str
    first: date | None = None


class Hit(NamedTuple):
    """A document that holds all words looked for, and where they stand."""

    document: str
    source: str
    spans: tuple[Span, ...]


_BY_DAY = documents_table.c["published.day"].nulls_last(), documents_table.c.sha256
"""The order of documents: by day of publication; those without a day come last."""


def links(store: Store) -> tuple[Link, ...]:
    """The links, in the order in which they were set."""
    with transaction(store) as connection:
        return links_at(connection)


def documents(store: Store) -> tuple[Holding, ...]:
    """What the store holds, by day of publication; documents without a day come last."""
    table = documents_table.c
    published = (table[f"published.{name}"] for name in ("day", "basis", "reliability"))
    columns = (table.sha256, table.source, table.title, table.language, *published)
    also: defaultdict[str, list[str]] = defaultdict(list)
    with transaction(store) as connection:
        rows = connection.execute(select(*columns).order_by(*_BY_DAY)).all()
        for sha, source in connection.execute(
            select(sources_table.c.document, sources_table.c.source).order_by(
                sources_table.c.source
            )
        ):
            also[sha].append(source)
        now = standing(connection)
    return tuple(
        Holding(*row)._replace(
            also=tuple(source for source in also[row[0]] if source != row[1]),
            standing=now.of(row[0]),
            tags=now.tags.get(row[0], ()),
            notes=now.notes.get(row[0], ()),
        )
        for row in rows
    )


def kept_name(connection: Connection, store: str, name: str) -> str:
    """The sha256 that begins with `name`. Raises InputError where none or several do; `store` is the store's name."""
    sha256 = documents_table.c.sha256
    names = select(sha256).order_by(sha256)
    begins = sha256.startswith(name.lower(), autoescape=True)
    found = connection.execute(names.where(begins).limit(4)).scalars().all()
    if len(found) == 1:
        return str(found[0])
    if found:
        some = ", ".join(sha[: len(name) + 6] for sha in found)
        raise InputError(
            f"{store}: several documents begin with {name!r}, as {some}; write more of it"
        )
    valid = [sha[: max(8, len(name))] for sha in connection.execute(names).scalars()]
    raise InputError(f"{store}: no document begins with {name!r}{nearest(name, valid)}")


def reading(store: Store, name: str) -> Reading:
    """The reading of the document whose sha256 begins with `name`, as it holds now. Raises InputError: none, several,
    or one that was stored with other fields."""
    with transaction(store) as connection:
        return current(connection, store.name, kept_name(connection, store.name, name))


def original(store: Store, name: str) -> bytes:
    """The bytes of the document whose sha256 begins with `name`; InputError as `reading`."""
    table = documents_table.c
    with transaction(store) as connection:
        sha = kept_name(connection, store.name, name)
        kept = connection.execute(select(table.bytes).where(table.sha256 == sha))
        return bytes(kept.scalar_one())


def everything(store: Store) -> Record:
    """All that holds now, in the order of `documents`, and all of it in memory: corrected, with merged names, without
    what was retracted or superseded."""
    stored = select(documents_table.c.sha256, documents_table.c.reading).order_by(*_BY_DAY)
    with transaction(store) as connection:
        now, found = standing(connection), []
        by_document = defaultdict(list)
        for one in deeds(connection, but=["keep", "remove"]):
            by_document[one.subject.partition("#")[0]].append(one)
        for sha, kept in connection.execute(stored):
            if now.of(sha) not in LEFT_OUT:
                whole = corrected(as_read(store.name, sha, kept), by_document[sha])
                found.append(_without_retracted(renamed(whole, now.names), now))
        drawn = links_at(connection)
    here = {reading.document.sha256 for reading in found}
    ends = [(link, (link.a, link.b)) for link in drawn]
    valid = [link for link, two in ends if all(_is_there(end, here, now) for end in two)]
    return Record(readings=tuple(found), links=tuple(valid))


def _is_there(end: str, here: set[str], now: CurrentState) -> bool:
    return end.partition("#")[0] in here and now.of(end) not in LEFT_OUT


def _without_retracted(reading: Reading, now: CurrentState) -> Reading:
    sha = reading.document.sha256
    retracted = {
        subject.partition("#")[2]
        for subject, word in now.review.items()
        if word in LEFT_OUT and subject.startswith(f"{sha}#")
    }
    if not retracted:
        return reading
    kept = {
        kind: tuple(item for item in getattr(reading, kind) if item_id(kind, item) not in retracted)
        for kind in ("times", "quantities", "statements", "events", "measures", "commitments")
    }
    return reading.model_copy(update=kept)


def item_id(kind: str, item: Any) -> str:
    """The id of an item, of a model or of its JSON: its own, or that of its place."""
    data = item if isinstance(item, dict) else item.model_dump()
    word = {"times": "time", "quantities": "quantity"}.get(kind, "")
    return f"{word}-{data['span']['start']}" if word else str(data.get("id", ""))


def due(store: Store, as_of: date) -> tuple[Due, ...]:
    """All commitments with their status on a day, the earliest first and those without a day last."""
    table, actors, papers = ITEMS["commitments"].c, ITEMS["actors"].c, documents_table.c
    from_, until, made = table["due.first"], table["due.last"], papers["published.day"]
    order = until.nulls_last(), from_.nulls_last(), table.document, table.position
    promises = select(table.document, papers.source, table.item, from_, until, made)
    chosen = promises.where(papers.sha256 == table.document).order_by(*order)
    held = actors.document.in_(select(table.document))
    people = select(actors.document, actors.id, actors.name).where(held)
    with transaction(store) as connection:
        names = {(document, id): name for document, id, name in connection.execute(people)}
        now = standing(connection)
        rows = connection.execute(chosen).all()
    found = []
    for document, source, item, first, last, day in rows:
        promise = json.loads(item)
        if now.of(f"{document}#{promise['id']}") in LEFT_OUT:
            continue
        merged = (
            now.names.get(id, (id, names.get((document, id), id)))[1] for id in promise["who"]
        )
        who, status = tuple(dict.fromkeys(merged)), due_status(as_of, first, last, day)
        read = "; a model read it, unconfirmed" * Commitment.model_validate(promise).unconfirmed
        how, exact = promise["modality"] + read, promise["span"]["exact"]
        found.append(Due(source, who, how, exact, last, status, None if last else first))
    return tuple(found)


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
