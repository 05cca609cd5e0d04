"""Putting documents, readings and links into a store."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy import Connection, delete, insert, select

from paxsilica.brief.consent import carried
from paxsilica.brief.export import value_at
from paxsilica.brief.links import alike, text_changes
from paxsilica.brief.record import Link, Reading
from paxsilica.brief.store.connect import Store, transaction
from paxsilica.brief.store.history import corrected, deeds, write_down
from paxsilica.brief.store.items import hashed, put_items
from paxsilica.brief.store.linking import unlink
from paxsilica.brief.store.tables import (
    ITEMS,
    documents_table,
    keys_table,
    links_table,
    sources_table,
)
from paxsilica.errors import InputError

BATCH = 100
"""Documents in one transaction of `add_many`."""

SAME_ARTICLE = 0.6
"""Share of the words of two texts from one source from which on the later is a new edition of the earlier."""


def add_many(
    store: Store, items: Iterable[tuple[bytes, Reading]], batch: int = BATCH, by: str = ""
) -> int:
    """Keep documents with their readings; how many of them changed the store.

    A reading that differs replaces the one before it, whole. The same one changes nothing; a second source of the same
    bytes is noted beside the first. Other bytes from the same source whose text is mostly the same are a new edition,
    which supersedes the one before. Each `batch` of documents is one transaction, and no more of them are in memory;
    after an error the batches before it are kept. `by` is the person in whose name the history has it.

    Raises:
        InputError: bytes are not those of the reading, two items share an id, or a number is not finite.
    """
    rest, changed = iter(items), 0
    while chunk := list(islice(rest, batch)):
        for data, reading in chunk:
            _refuse_unsound(data, reading)
        with transaction(store, writes=True) as connection:
            changed += sum(_put(connection, data, reading, by) for data, reading in chunk)
    return changed


def _refuse_unsound(data: bytes, reading: Reading) -> None:
    source = reading.document.source
    if hashlib.sha256(data).hexdigest() != reading.document.sha256:
        raise InputError(
            f"{source}: the reading is of other bytes than these; read the document again"
        )
    for kind in ("actors", "statements", "events", "measures", "commitments"):
        for name, times in Counter(item.id for item in getattr(reading, kind)).items():
            if times > 1:
                raise InputError(f"{source}: {times} {kind} have the id {name}; give each its own")
    rates = [measure.rate for measure in reading.measures if measure.rate]
    asserted = [assertion.value for assertion in reading.assertions]
    for value in (*asserted, *(quantity.value for quantity in (*reading.quantities, *rates))):
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{source}: a value is {value}, which is no number; leave it out")


def _json(reading: Reading, source: str) -> str:
    """The reading as JSON, as if its document came from `source`."""
    document = reading.document.model_copy(update={"source": source})
    try:
        return reading.model_copy(update={"document": document}).model_dump_json()
    except PydanticSerializationError as exc:
        raise InputError(
            f"{source}: holds half a character (a lone surrogate); decode the document anew"
        ) from exc


def _put(connection: Connection, data: bytes, reading: Reading, by: str) -> bool:
    """Whether this changed the store: its reading of the document, if it has one, differs from this."""
    document, table = reading.document, documents_table
    same = table.c.sha256 == document.sha256
    columns = table.c.source, table.c.reading, table.c.number
    kept = connection.execute(select(*columns).where(same)).one_or_none()
    place = {"document": document.sha256, "source": document.source}
    held = select(sources_table.c.source).filter_by(**place)
    if connection.execute(held).first() is None:
        connection.execute(insert(sources_table), place | {"key": hashed(document.source)})
        if by:
            write_down(connection, "keep", document.sha256, by, after=document.source)
    if kept and not reading.asked:
        with suppress(ValidationError):  # of other fields: nothing of a model is in it
            reading = carried(reading, Reading.model_validate_json(kept[1]))
    if kept and _json(reading, kept[0]) == kept[1]:
        return False
    if kept:
        _clear(connection, document.sha256, kept[2])
    json = _json(reading, kept[0] if kept else document.source)
    keys = {column.key for column in table.c} - {"number", "bytes", "reading"}
    row = {key: value_at(document, key) for key in keys} | {"bytes": data, "reading": json}
    if kept:
        row |= {"source": kept[0], "number": kept[2]}
    number = connection.execute(insert(table).returning(table.c.number), row).scalar_one()
    put_items(connection, corrected(reading, deeds(connection, document.sha256)), number)
    if kept is None:
        _supersede(connection, reading, by)
    return True


def _clear(connection: Connection, sha: str, number: int) -> None:
    """Take away a document with all rows under it but its sources."""
    unlink(connection, sha)
    connection.execute(delete(keys_table).where(keys_table.c.document == number))
    for items in ITEMS.values():
        connection.execute(delete(items).where(items.c.document == sha))
    connection.execute(delete(documents_table).where(documents_table.c.sha256 == sha))


def remove(connection: Connection, sha: str) -> None:
    """Take a document out of the store, with its links and sources; its history stays."""
    papers = documents_table.c
    number = connection.execute(select(papers.number).where(papers.sha256 == sha)).scalar_one()
    _clear(connection, sha, number)
    connection.execute(delete(sources_table).where(sources_table.c.document == sha))


def _supersede(connection: Connection, reading: Reading, by: str) -> None:
    """Where its source has had another text before, mostly the same, this is the new edition of that."""
    new, papers, places = reading.document, documents_table.c, sources_table.c
    others = select(papers.sha256, papers.text).where(papers.sha256 == places.document)
    others = others.where(places.key == hashed(new.source), places.source == new.source)
    others = others.where(papers.sha256 != new.sha256)
    latest = connection.execute(others.order_by(papers.number.desc()).limit(1)).first()
    if latest and alike(latest.text, new.text) >= SAME_ARTICLE:
        write_down(connection, "supersede", latest.sha256, by, after=replaced(latest.text, reading))


def replaced(before: str, by: Reading) -> dict[str, Any]:
    """What the history has of a new edition: which one it is, and the words that differ."""
    changes = text_changes(before, by.document.text)
    return {"document": by.document.sha256, "changes": [c.model_dump() for c in changes]}


def set_links(store: Store, links: Iterable[Link]) -> None:
    """Replace all links by these, in their order; the same one twice is one."""
    rows = [{"position": at, **link.model_dump()} for at, link in enumerate(dict.fromkeys(links))]
    with transaction(store, writes=True) as connection:
        connection.execute(delete(links_table))
        if rows:
            connection.execute(insert(links_table), rows)
