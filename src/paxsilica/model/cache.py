"""What is made once: the last few of anything in memory, and on disk what takes longest, where that is turned on."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from paxsilica.files import cache_folder, whole

K = TypeVar("K")
V = TypeVar("V")

MOST_REMEMBERED = 12
"""Values kept of one kind: a sensitivity analysis asks for hundreds, each but a few times in a row; a path asks for ten."""

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
    """Keep compiled derivatives and corrections of the solver in the user's cache folder; loads neither."""
    _turned_on.set()
    if "jax" in sys.modules:
        keep_compiled(sys.modules["jax"])


def keep_compiled(jax: Any) -> None:
    """Have JAX keep what it compiles, where keeping is turned on.

    Where nothing can be kept every run compiles for itself; JAX would write half an entry, read it in vain from then
    on, and warn each time.
    """
    folder = cache_folder("jax", ROOM) if _turned_on.is_set() else None
    if folder is None:
        return
    warnings.filterwarnings("ignore", r"Error (reading|writing) persistent compilation cache")
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.05)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)


def kept_in(name: str) -> Path | None:
    """The user's folder of that name, where keeping is turned on."""
    return cache_folder(name) if _turned_on.is_set() else None


def keep_table(path: Path, question: str, table: NDArray[Any]) -> None:
    """Write a table and what it answers, in one step. Raises OSError."""
    with whole(path) as partial, partial.open("wb") as file:
        np.savez(file, question=question, table=table)


def kept_table(path: Path, question: str, like: NDArray[Any]) -> NDArray[Any]:
    """The table of a file, of the kind and shape of another. Raises ValueError, which says what the file is instead."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            asked, table = str(found["question"]), np.asarray(found["table"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as exc:
        raise ValueError("is no file of kept answers, or is damaged") from exc
    if asked != question or (table.shape, table.dtype) != (like.shape, like.dtype):
        raise ValueError("holds the answers to another question")
    return table


def kept_or_made(
    path: Path, question: str, like: NDArray[Any], make: Callable[[], NDArray[Any]]
) -> NDArray[Any]:
    """The table of a file, or one made, and written there where that can be, if the file is none or another's."""
    with suppress(ValueError):
        return kept_table(path, question, like)
    table = make()
    with suppress(OSError):
        keep_table(path, question, table)
    return table
