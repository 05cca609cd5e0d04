"""Keep compiled equations on disk, so that only the first run on a machine pays for the compiler."""

from __future__ import annotations

import tempfile
from pathlib import Path

import jax
import platformdirs


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
