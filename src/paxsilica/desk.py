"""`Desk`: where questions are answered. It keeps economies warm, reports progress, and can be told to stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from threading import Event
from typing import Any, TypeVar, cast

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import Cancelled

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is; a total of 0 is not known."""

Made = TypeVar("Made")


class Desk:
    """What answering needs beside the question.

    Args:
        progress: told of every step; default nobody.
        today: the day that questions without a date mean.
    """

    def __init__(self, progress: Progress | None = None, today: date | None = None) -> None:
        self.today = today or date.today()
        self._progress = progress
        self._stop = Event()
        self._warm: dict[Hashable, Any] = {}

    def progress(self, what: str, done: int = 0, total: int = 0) -> None:
        """Report progress. Raises Cancelled after `cancel`: work stops between two solves."""
        if self._stop.is_set():
            raise Cancelled(f"stopped while {what}")
        if self._progress is not None:
            self._progress(what, done, total)

    def cancel(self) -> None:
        """Stop what is being answered; to be called from another thread."""
        self._stop.set()

    def aside(self, today: date, quiet: bool = True) -> Desk:
        """A desk on some day that shares what is warm and the stop, and tells nobody where it is quiet."""
        desk = Desk(None if quiet else self._progress, today)
        desk._stop, desk._warm = self._stop, self._warm
        return desk

    def warm(self, key: Hashable, make: Callable[[], Made], doing: str = "") -> Made:
        """What was made once for a key at this desk; while it is made, progress says what is being done."""
        if key not in self._warm:
            if doing:
                self.progress(doing)
            self._warm[key] = make()
        return cast(Made, self._warm[key])

    def economy(self, name: str, elasticities: str | None = None) -> Economy:
        """A baseline as loaded, see `load_economy`."""
        key = name, elasticities
        return self.warm(key, lambda: load_economy(name, elasticities), f"loading {name}")
