"""What is made once: compiled equations on disk, and the last few of anything in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar

import jax
import platformdirs

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED = 4
"""Values kept of one kind: a sensitivity analysis asks for hundreds, each but a few times in a row."""

_lock = Lock()


def remembered(known: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """The value for a key, made where it is not among the last few."""
    with _lock:
        if key not in known:
            for oldest in list(known)[: 1 - REMEMBERED]:
                del known[oldest]
            known[key] = make()
        return known[key]


def keep_compiled(folder: Path | None = None) -> Path | None:
    """Turn on JAX's persistent compilation cache in `folder` (default: the user's cache folder) and return it.

    A folder that cannot be made or written is left alone and None returned: every run then compiles for itself.
    """
    folder = folder or Path(platformdirs.user_cache_dir("paxsilica", appauthor=False)) / "jax"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return None
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.05)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    return folder
