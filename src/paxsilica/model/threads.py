"""Small products of matrices go fastest on one thread each; what runs side by side here brings threads of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

_counting = Lock()
_limits: list[Any] = []
"""One limit, and a place for everybody who wants it."""


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def one_thread_each() -> Iterator[None]:
    """BLAS on one thread while the body runs, in any thread; after the last body as it was before the first."""
    with _counting:
        _limits.append(_limits[0] if _limits else _libraries().limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _counting:
            limit = _limits.pop()
            if not _limits:
                limit.restore_original_limits()
