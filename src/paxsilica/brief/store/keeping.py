"""Putting documents, readings and links into a store."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from pydantic_core import PydanticSerializationError
from sqlalchemy import Connection, Table, delete, insert, select

from paxsilica.brief.export import value_at
from paxsilica.brief.record import Link, Reading
from paxsilica.brief.store.opening import Store, transaction
from paxsilica.brief.store.tables import ITEMS, documents_table, links_table
from paxsilica.errors import InputError

BATCH = 100
"""Documents in one transaction of `add_many`."""


def add(store: Store, data: bytes, reading: Reading) -> bool:
    """Keep a document and its reading; True where that changed the store.

    A reading that differs replaces the one before it, whole. The same one changes nothing, from a second file too: the
    first source stays. Raises InputError where the bytes are not those of the reading, two items share an id, or a
    number is not finite.
    """
    return add_many(store, [(data, reading)]) == 1


def add_many(store: Store, items: Iterable[tuple[bytes, Reading]], batch: int = BATCH) -> int:
    """`add` for many; how many changed the store. Each `batch` of documents is one transaction, and no more of them
    are in memory; after an error the batches before it are kept."""
    rest, changed = iter(items), 0
    while chunk := list(islice(rest, batch)):
        for data, reading in chunk:
            _check(data, reading)
        with transaction(store, writes=True) as connection:
            changed += _put(connection, chunk)
    return changed


def _check(data: bytes, reading: Reading) -> None:
    source = reading.document.source
    if hashlib.sha256(data).hexdigest() != reading.document.sha256:
        raise InputError(
            f"{source}: the reading is of other bytes than these; read the document again"
        )
    for kind in ("actors", "statements", "events", "measures", "commitments"):
        for name, times in Counter(item.id for item in getattr(reading, kind)).items():
            if times > 1:
                raise InputError(f"{source}: {times} {kind} have the id {name}; give each its own")
    values: list[Any] = [assertion.value for assertion in reading.assertions]
    values += [quantity.value for quantity in reading.quantities]
    values += [measure.rate.value for measure in reading.measures if measure.rate]
    for value in values:
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


def _put(connection: Connection, chunk: Sequence[tuple[bytes, Reading]]) -> int:
    names = {reading.document.sha256 for _, reading in chunk}
    columns = documents_table.c.sha256, documents_table.c.source, documents_table.c.reading
    found = connection.execute(select(*columns).where(documents_table.c.sha256.in_(names)))
    kept = {sha: (source, json) for sha, source, json in found}
    old, new, changed = set(kept), {}, 0
    for data, reading in chunk:
        sha, source = reading.document.sha256, reading.document.source
        if sha not in kept or _json(reading, kept[sha][0]) != kept[sha][1]:
            kept[sha] = source, _json(reading, source)
            new[sha] = data, reading
            changed += 1
    if replaced := old & set(new):
        for table in ITEMS.values():
            connection.execute(delete(table).where(table.c.document.in_(replaced)))
        connection.execute(delete(documents_table).where(documents_table.c.sha256.in_(replaced)))
    rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    for sha, (data, reading) in new.items():
        rows[documents_table].append(
            _row(documents_table, reading.document, bytes=data, reading=kept[sha][1])
        )
        for kind, table in ITEMS.items():
            items = enumerate(getattr(reading, kind))
            rows[table] += (
                _row(table, item, document=sha, position=position) for position, item in items
            )
    for table, values in rows.items():
        if values:
            connection.execute(insert(table), values)
    return changed


def _row(table: Table, item: Any, **given: Any) -> dict[str, Any]:
    keys = {column.key for column in table.c} - {"number"} - set(given)
    return {key: value_at(item, key) for key in keys} | given


def set_links(store: Store, links: Iterable[Link]) -> None:
    """Replace all links by these, in their order; the same one twice is one."""
    table = links_table
    rows = [
        _row(table, link, position=at, changes=[change.model_dump() for change in link.changes])
        for at, link in enumerate(dict.fromkeys(links))
    ]
    with transaction(store, writes=True) as connection:
        connection.execute(delete(table))
        if rows:
            connection.execute(insert(table), rows)
