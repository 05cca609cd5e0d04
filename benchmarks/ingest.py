"""How fast articles are read and kept, and that memory stays flat.

    python benchmarks/ingest.py FOLDER [count]

FOLDER holds texts (*.txt); each is taken again and again, with a line that makes it another document, until `count`
(10,000) have been kept in a fresh SQLite store. Memory is that of this process and of its largest worker.
"""

from __future__ import annotations

import itertools
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from paxsilica.brief import store as kept
from paxsilica.brief.ingest import readings


def articles(folder: Path, into: Path, count: int) -> Iterator[Path]:
    """Files written just before they are read, and removed when the next but few is."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    old: list[Path] = []
    for number, text in zip(range(count), itertools.cycle(texts)):
        path = into / f"{number}.txt"
        path.write_text(f"{text}\n\nCopy {number} of its kind.\n", encoding="utf-8")
        old.append(path)
        if len(old) > 2000:
            old.pop(0).unlink()
        yield path


def megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with (
        tempfile.TemporaryDirectory() as place,
        kept.open_store(Path(place) / "brief.sqlite") as store,
    ):
        start, done = time.perf_counter(), 0
        source = readings(articles(folder, Path(place), count))
        while batch := list(itertools.islice(source, 500)):
            done += kept.add_many(store, batch)
            seconds = time.perf_counter() - start
            if done % 1000 == 0 or done == count:
                peak = megabytes(resource.RUSAGE_SELF)
                print(
                    f"{done:6} kept, {done / seconds:.0f} a second; peak {peak:.0f} MB", flush=True
                )
        used = sum(
            sum(resource.getrusage(who)[:2])
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        print(f"largest worker {megabytes(resource.RUSAGE_CHILDREN):.0f} MB")
        print(f"{1000 * used / count:.0f} ms of processor time an article, both cores together")
        assert len(kept.documents(store)) == done == count


if __name__ == "__main__":
    main()
