"""What is made once: the last few of anything in memory, and on disk what takes longest, where that is turned on."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock
from typing import TypeVar

from paxsilica.files import cache_folder

K = TypeVar("K")
V = TypeVar("V")

MOST_REMEMBERED = 4
"""Values kept of one kind: a sensitivity analysis asks for hundreds, each but a few times in a row."""

ROOM = 4_000_000
"""Bytes that must be free for compiled equations to be kept: the largest takes a few hundred thousand."""

_one_at_a_time = Lock()
_turned_on = Event()


def remembered(known: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """The value for a key, made where it is not among the last few."""
    with _one_at_a_time:
        if key not in known:
            for oldest in list(known)[: 1 - MOST_REMEMBERED]:
                del known[oldest]
            known[key] = make()
        return known[key]


def keep_made() -> None:
    """Keep compiled derivatives and corrections of the solver in the user's cache folder; loads neither.

    Where nothing can be kept there, every run makes them for itself; JAX would write half an entry, read it in vain
    from then on, and warn each time.
    """
    _turned_on.set()
    folder = cache_folder("jax", ROOM)
    if folder is None:
        return
    warnings.filterwarnings("ignore", r"Error (reading|writing) persistent compilation cache")
    settings = {
        "jax_compilation_cache_dir": str(folder),
        "jax_persistent_cache_min_compile_time_secs": 0.05,
        "jax_persistent_cache_min_entry_size_bytes": 0,
    }
    for name, value in settings.items():
        os.environ[name.upper()] = str(value)
        if "jax" in sys.modules:
            sys.modules["jax"].config.update(name, value)


def kept_in(name: str) -> Path | None:
    """The user's folder of that name, where keeping is turned on."""
    return cache_folder(name) if _turned_on.is_set() else None
