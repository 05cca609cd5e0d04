"""How many articles a second are read, by one process and by two.

    python benchmarks/articles.py FOLDER [count] [processes]

FOLDER holds texts (*.txt); an article is sentences of all of them, of at least four words each, drawn at random until
they have about 400 words, six to a paragraph below a headline and a dateline. Every article has its own seed.
"""

from __future__ import annotations

import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from paxsilica.brief.documents import document_of
from paxsilica.brief.passages import sentences_of
from paxsilica.brief.reading import read

WORDS = 400


def article(sentences: list[str], seed: int) -> bytes:
    """The same article for the same seed."""
    rng = random.Random(seed)
    chosen: list[str] = []
    while sum(len(s.split()) for s in chosen) < WORDS:
        chosen.append(rng.choice(sentences))
    paragraphs = [" ".join(chosen[at : at + 6]) for at in range(1, len(chosen), 6)]
    day = f"NEW DELHI, January {1 + seed % 28}, 2026 - "
    return "\n\n".join([chosen[0], day + paragraphs[0], *paragraphs[1:]]).encode()


def found_in(data: bytes) -> int:
    """How many measures an article has."""
    return len(read(document_of(data, "article.txt")).measures)


def main() -> None:
    folder, count, processes = (
        Path(sys.argv[1]),
        *map(int, (*sys.argv[2:], *("2000", "2")[len(sys.argv) - 2 :])),
    )
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    sentences = [s.text[s.start : s.end] for text in texts for s in sentences_of(text)]
    sentences = [" ".join(s.split()) for s in sentences if len(s.split()) >= 4]
    articles = [*map(partial(article, sentences), range(count))]
    found_in(articles[0])
    rates: list[float] = []
    for n in dict.fromkeys((1, processes)):
        with ProcessPoolExecutor(n) as pool:
            [*pool.map(found_in, articles[: 2 * n])]  # each loads its parser
            start = time.perf_counter()
            found = sum(pool.map(found_in, articles, chunksize=8))
            rates.append(count / (time.perf_counter() - start))
        print(
            f"{count} articles, {n} at once: {rates[-1]:.1f} a second, {found} measures", flush=True
        )
    print(f"{processes} processes over one: {rates[-1] / rates[0]:.2f}")


if __name__ == "__main__":
    main()
