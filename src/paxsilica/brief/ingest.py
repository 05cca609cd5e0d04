"""Thousands of files: read on every core, handed on one by one, so that memory does not grow with their number."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from paxsilica.brief.documents import read_document
from paxsilica.brief.reading import read
from paxsilica.brief.record import Reading

FEW = 50
"""Files up to which starting more processes costs more than it saves, and links between all of them are drawn."""

AT_ONCE = 400
"""Files on their way at the same time."""


def readings(files: Iterable[Path], workers: int | None = None) -> Iterator[tuple[bytes, Reading]]:
    """Bytes and reading of every file, in order.

    Args:
        workers: processes; default one for each core, and none beside this one for few files.

    Raises:
        InputError: a file that cannot be read as a document; those before it have been handed on.
    """
    waiting = iter(files)
    first = list(islice(waiting, FEW + 1))
    if len(first) <= FEW and workers is None:
        yield from map(_whole, first)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count(), spawn) as pool:
        chunk = first
        while chunk:
            yield from pool.map(_whole, chunk, chunksize=8)
            chunk = list(islice(waiting, AT_ONCE))


def _whole(file: Path) -> tuple[bytes, Reading]:
    document = read_document(file)
    return file.read_bytes(), read(document)
