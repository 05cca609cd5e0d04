"""The user's own record, as pages look at it: none is made by looking, and none of the machine is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from paxsilica.brief.store import Store, open_store, own_store
from paxsilica.errors import InputError

STORE_WAIT = 3.0
"""Seconds that a page waits for the store, which another process may hold."""

RecordPart = TypeVar("RecordPart")


def from_own_record(read: Callable[[Store], RecordPart]) -> RecordPart | None:
    """What is read of it; None where there is none. Raises InputError: it cannot be read, in words without its path."""
    path = own_store()
    if path is None:
        return None
    try:
        with open_store(path, make=False, wait=STORE_WAIT) as store:
            return read(store)
    except InputError as error:
        raise InputError(str(error).replace(str(path), "your record")) from None
