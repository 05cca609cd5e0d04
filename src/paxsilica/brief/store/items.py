"""The rows under a document: its items, and the keys by which they find their like in other documents."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from sqlalchemy import Connection, delete, insert

from paxsilica.brief.export import value_at
from paxsilica.brief.links import content_words, same_quantity_key
from paxsilica.brief.record import Reading
from paxsilica.brief.store.tables import ITEMS, keys_table


def put_items(connection: Connection, reading: Reading, number: int) -> None:
    """Put the rows of a reading in the place of those that its document, known by a number too, has."""
    sha = reading.document.sha256
    connection.execute(delete(keys_table).where(keys_table.c.document == number))
    for kind, items in ITEMS.items():
        connection.execute(delete(items).where(items.c.document == sha))
        rows = [
            {c.key: value_at(item, c.key) for c in items.c if c.key not in ROW_COLUMNS}
            | {"document": sha, "position": at, "item": item.model_dump_json()}
            for at, item in enumerate(getattr(reading, kind))
        ]
        if rows:
            connection.execute(insert(items), rows)
    keys = [
        {"key": key, "document": number, "position": at}
        for at, keys in enumerate(link_keys(reading))
        for key in keys
    ]
    if keys:
        connection.execute(insert(keys_table), keys)


ROW_COLUMNS = ("document", "position", "item")


def link_keys(reading: Reading) -> Iterator[list[int]]:
    """Of each statement the words that it may share, then of each measure and quantity what makes two of them one."""
    for statement in reading.statements:
        yield sorted({hashed(word) for word in content_words(statement.span.exact)})
    for m in reading.measures:
        yield [hashed(f"measure {m.type} {m.implementers} {m.targets}")]
    for q in reading.quantities:
        key = same_quantity_key(q)
        yield [hashed(f"quantity {key}")] if key else []


def hashed(words: str) -> int:
    """A number for some words, to look them up by: an index of long words has a limit."""
    return zlib.crc32(words.encode())
