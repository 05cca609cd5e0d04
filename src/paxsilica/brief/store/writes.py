"""Putting documents, readings and links into a store."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any

from pydantic_core import PydanticSerializationError
from sqlalchemy import Connection, Table, delete, insert, select

from paxsilica.brief.export import value_at
from paxsilica.brief.record import Link, Reading
from paxsilica.brief.store.connect import Store, transaction
from paxsilica.brief.store.tables import ITEMS, documents_table, links_table
from paxsilica.errors import InputError

BATCH = 100
"""Documents in one transaction of `add_many`."""


def add_many(store: Store, items: Iterable[tuple[bytes, Reading]], batch: int = BATCH) -> int:
    """Keep documents with their readings; how many of them changed the store.

    A reading that differs replaces the one before it, whole. The same one changes nothing, from a second file too: the
    first source stays. Each `batch` of documents is one transaction, and no more of them are in memory; after an error
    the batches before it are kept.

    Raises:
        InputError: bytes are not those of the reading, two items share an id, or a number is not finite.
    """
    rest, changed = iter(items), 0
    while chunk := list(islice(rest, batch)):
        for data, reading in chunk:
            _refuse_unsound(data, reading)
        with transaction(store, writes=True) as connection:
            changed += sum(_put(connection, data, reading) for data, reading in chunk)
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


def _put(connection: Connection, data: bytes, reading: Reading) -> bool:
    """Whether this changed the store: its reading of the document, if it has one, differs from this."""
    document, table = reading.document, documents_table
    same = table.c.sha256 == document.sha256
    kept = connection.execute(select(table.c.source, table.c.reading).where(same)).one_or_none()
    if kept and _json(reading, kept[0]) == kept[1]:
        return False
    if kept:
        for items in ITEMS.values():
            connection.execute(delete(items).where(items.c.document == document.sha256))
        connection.execute(delete(table).where(same))
    json = _json(reading, document.source)
    connection.execute(insert(table), _row_of(table, document, bytes=data, reading=json))
    for kind, items in ITEMS.items():
        rows = [
            _row_of(items, item, document=document.sha256, position=position)
            for position, item in enumerate(getattr(reading, kind))
        ]
        if rows:
            connection.execute(insert(items), rows)
    return True


def _row_of(table: Table, item: Any, **given: Any) -> dict[str, Any]:
    keys = {column.key for column in table.c} - {"number"} - set(given)
    return {key: value_at(item, key) for key in keys} | given


def set_links(store: Store, links: Iterable[Link]) -> None:
    """Replace all links by these, in their order; the same one twice is one."""
    rows = [{"position": at, **link.model_dump()} for at, link in enumerate(dict.fromkeys(links))]
    with transaction(store, writes=True) as connection:
        connection.execute(delete(links_table))
        if rows:
            connection.execute(insert(links_table), rows)
