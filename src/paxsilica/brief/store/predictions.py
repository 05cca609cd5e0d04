"""Predictions that are remembered: each is kept as it was made, and never changed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import insert, select

from paxsilica.brief.store.connect import Store, transaction
from paxsilica.brief.store.tables import predictions_table
from paxsilica.errors import InputError


class Remembered(NamedTuple):
    """A prediction in a store: its name is the sha256 of its text, `at` when it came there."""

    sha256: str
    at: str
    by: str
    title: str


def remember(store: Store, title: str, text: str, by: str) -> tuple[Remembered, bool]:
    """Keep a prediction, and whether it is new; of one that is there already nothing changes, its day least of all."""
    name = hashlib.sha256(text.encode()).hexdigest()
    with transaction(store, writes=True) as connection:
        table = predictions_table.c
        columns = [table[field] for field in Remembered._fields]
        held = connection.execute(select(*columns).where(table.sha256 == name)).first()
        if held is not None:
            return Remembered(*held), False
        now = datetime.now(UTC).isoformat(timespec="seconds")
        new = Remembered(name, now, by, title)
        connection.execute(insert(predictions_table), {**new._asdict(), "prediction": text})
        return new, True


def predictions(store: Store) -> list[Remembered]:
    """All of them, the oldest first."""
    table = predictions_table.c
    chosen = select(*(table[field] for field in Remembered._fields)).order_by(
        table.at, table.sha256
    )
    with transaction(store) as connection:
        return [Remembered(*row) for row in connection.execute(chosen)]


def prediction(store: Store, beginning: str) -> str:
    """The text of the one whose name begins so. Raises InputError where none does, or several."""
    table = predictions_table.c
    chosen = select(table.prediction).where(table.sha256.startswith(beginning, autoescape=True))
    with transaction(store) as connection:
        found = connection.execute(chosen.limit(2)).scalars().all()
    if len(found) != 1:
        count = "several predictions begin" if found else "no prediction begins"
        raise InputError(f"{store.name}: {count} with {beginning}; `pax score --list` has all")
    return str(found[0])
