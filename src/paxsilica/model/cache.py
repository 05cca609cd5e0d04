"""What is made once: compiled equations on disk, and the last few of anything in memory."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

import jax

from paxsilica.files import cache_folder

K = TypeVar("K")
V = TypeVar("V")

MOST_REMEMBERED = 4
"""Values kept of one kind: a sensitivity analysis asks for hundreds, each but a few times in a row."""

ROOM = 4_000_000
"""Bytes that must be free for compiled equations to be kept: the largest takes a few hundred thousand."""

_one_at_a_time = Lock()


def remembered(known: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """The value for a key, made where it is not among the last few."""
    with _one_at_a_time:
        if key not in known:
            for oldest in list(known)[: 1 - MOST_REMEMBERED]:
                del known[oldest]
            known[key] = make()
        return known[key]


def keep_compiled() -> Path | None:
    """Turn on JAX's persistent compilation cache in the user's cache folder and return it.

    Where nothing can be kept there, None is returned and every run compiles for itself; JAX would write half an entry,
    read it in vain from then on, and warn each time.
    """
    folder = cache_folder("jax", ROOM)
    if folder is None:
        return None
    warnings.filterwarnings("ignore", r"Error (reading|writing) persistent compilation cache")
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.05)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    return folder
