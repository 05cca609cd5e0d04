"""Answers and long questions that are kept, so that a link leads to them again. Bounded: the oldest go first."""

from __future__ import annotations

import hashlib
import zlib
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Table, delete, func, insert, select

from paxsilica.brief.store.connect import Store, transaction
from paxsilica.brief.store.tables import answers_table, questions_table

MOST_ANSWERS, MOST_KEPT_BYTES = 2_000, 200_000_000
"""Forms of answers that are kept, and compressed bytes of all of them."""

MOST_QUESTIONS = 5_000


def keep_question(store: Store, text: str) -> str:
    """Keep a question, and its name: the sha256 of its text. One that is there already stays as it is."""
    name = hashlib.sha256(text.encode()).hexdigest()
    table = questions_table
    with transaction(store, writes=True) as connection:
        if connection.execute(select(table.c.number).where(table.c.sha256 == name)).first() is None:
            packed = zlib.compress(text.encode())
            connection.execute(insert(table), {"sha256": name, "at": _now(), "question": packed})
            _only_newest(connection, table, MOST_QUESTIONS)
    return name


def kept_question(store: Store, name: str) -> str | None:
    """The text of the question of a name; None where there is none."""
    chosen = select(questions_table.c.question).where(questions_table.c.sha256 == name)
    with transaction(store) as connection:
        packed = connection.execute(chosen).scalar()
    return None if packed is None else zlib.decompress(packed).decode()


def keep_answer(
    store: Store,
    key: str,
    form: str,
    content: bytes,
    *,
    question: str,
    version: str,
    most: int = MOST_ANSWERS,
    room: int = MOST_KEPT_BYTES,
) -> bool:
    """Keep one form of an answer, and whether it is new; what takes more than a tenth of the room is not kept.

    Args:
        key: of everything that the answer depends on, `Question.key`. question: as written, for whoever looks.
        most, room: rows and compressed bytes of all that is kept; the oldest go first.
    """
    packed, table = zlib.compress(content, 6), answers_table
    if len(packed) > room // 10:
        return False
    row = {"key": key, "form": form, "question": question, "version": version}
    with transaction(store, writes=True) as connection:
        same = (table.c.key == key) & (table.c.form == form)
        if connection.execute(select(table.c.number).where(same)).first() is not None:
            return False
        more = {"made": _now(), "size": len(packed), "content": packed}
        connection.execute(insert(table), {**row, **more})
        _only_newest(connection, table, most, table.c.size, room)
    return True


def kept_answer(store: Store, key: str, form: str) -> bytes | None:
    """One form of an answer; None where it is not kept."""
    table = answers_table.c
    chosen = select(table.content).where(table.key == key, table.form == form)
    with transaction(store) as connection:
        packed = connection.execute(chosen).scalar()
    return None if packed is None else zlib.decompress(packed)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _only_newest(
    connection: Connection,
    table: Table,
    most: int,
    size: Column[int] | None = None,
    room: int = 0,
) -> None:
    """Delete the oldest rows beyond a number, and beyond a sum of their sizes."""
    number = table.c.number
    newest = select(number).order_by(number.desc()).limit(most).subquery()
    oldest = connection.execute(select(func.min(newest.c.number))).scalar() or 0
    connection.execute(delete(table).where(number < oldest))
    if size is None or (connection.execute(select(func.sum(size))).scalar() or 0) <= room:
        return
    left = room
    for row, taken in connection.execute(select(number, size).order_by(number.desc())).all():
        left -= taken
        if left < 0:
            connection.execute(delete(table).where(number <= row))
            return
