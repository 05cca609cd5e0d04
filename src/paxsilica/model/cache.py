"""What is made once: compiled derivatives on disk, and the last few of anything in memory."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

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
    """Have JAX keep compiled derivatives in the user's cache folder, and return it; JAX itself is not loaded for that.

    Where nothing can be kept there, None is returned and every run compiles for itself; JAX would write half an entry,
    read it in vain from then on, and warn each time.
    """
    folder = cache_folder("jax", ROOM)
    if folder is None:
        return None
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
    return folder
