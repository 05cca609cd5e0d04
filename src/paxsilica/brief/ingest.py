"""Thousands of files: read on every core, handed on one by one, so that memory does not grow with their number."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
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


def readings(
    files: Iterable[Path], beside: Callable[[Reading], Reading] | None = None
) -> Iterator[tuple[bytes, Reading]]:
    """Bytes and reading of every file, in order; `beside` lays what a language model reads beside it.

    Raises:
        InputError: a file that cannot be read as a document; those before it have been handed on.
    """
    for data, reading in _by_rules(files):
        yield data, beside(reading) if beside else reading


def _by_rules(files: Iterable[Path]) -> Iterator[tuple[bytes, Reading]]:
    """Few files are read in this process."""
    waiting = iter(files)
    chunk = list(islice(waiting, FEW + 1))
    if len(chunk) <= FEW:
        yield from map(_whole, chunk)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=spawn) as pool:
        while chunk:
            yield from pool.map(_whole, chunk, chunksize=8)
            chunk = list(islice(waiting, AT_ONCE))


def _whole(file: Path) -> tuple[bytes, Reading]:
    document = read_document(file)
    return file.read_bytes(), read(document)
