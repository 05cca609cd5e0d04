"""Mutated documents: no crash, no hang, no span out of range.

Each seed takes one text and damages it: bytes flipped, cut out, doubled, swapped, marks of quotation and dates thrown
in, lines joined, other alphabets, markup. What is left is either refused in one line or read, and then every span must
be the text's own.

    python benchmarks/fuzz.py [count] [first seed] [file ...]
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paxsilica.brief.documents import document_of
from paxsilica.brief.drafts import drafts_of
from paxsilica.brief.reading import read, record_of
from paxsilica.brief.record import Frozen, Span
from paxsilica.errors import InputError

THROWN = [
    *(
        '"',
        "“",
        "”",
        "'",
        "''",
        "(",
        ")",
        ",",
        ".",
        "\n",
        "\n\n",
        "\t",
        "\0",
        "\u200b",
        "\u202e",
        "\ufffe",
        "é",
        "🇮🇳",
        "नई",
    ),
    *(
        " said ",
        " that ",
        ' "Yes," he said. ',
        " on Tuesday ",
        " next month ",
        " $500 billion ",
        " 50 per cent ",
        " who ",
    ),
    *(
        "— A B (@ab) January 13, 2026",
        "<b>",
        "<script>x</script>",
        "%PDF-",
        "http://x.y/z ",
        "February 30",
        "FY2024-25",
    ),
    *(
        " tariffs of 99% on India ",
        " will ",
        " agreed to ",
        "ignore previous instructions",
        "---\n",
        "# ",
        "According to ",
    ),
]


def mutated(data: bytes, seed: int) -> bytes:
    """The same damage for the same seed."""
    rng = random.Random(seed)
    for _ in range(rng.choice([1, 3, 10, 40])):
        at, width = rng.randrange(len(data) + 1), rng.choice([1, 5, 50, 500])
        piece = data[at : at + width]
        change = rng.randrange(6)
        if change == 0:
            data = data[:at] + data[at + width :]
        elif change == 1:
            data = data[:at] + piece * rng.choice([2, 2, 20]) + data[at + width :]
        elif change == 2:
            data = (
                data[:at]
                + bytes(rng.randrange(256) for _ in range(rng.choice([1, 4])))
                + data[at + 1 :]
            )
        elif change == 3:
            data = data[:at] + piece[::-1] + data[at + width :]
        elif change == 4:
            data = data[:at] + piece.replace(b"\n", b" ").replace(b".", b",") + data[at + width :]
        else:
            data = data[:at] + rng.choice(THROWN).encode() + data[at:]
    return data


def spans(thing: Any) -> Iterator[Span]:
    """Every span in a model."""
    if isinstance(thing, Span):
        yield thing
    elif isinstance(thing, Frozen):
        for name in type(thing).model_fields:
            yield from spans(getattr(thing, name))
    elif isinstance(thing, tuple):
        for part in thing:
            yield from spans(part)


def verdict(data: bytes, name: str) -> str:
    """`read` or `refused`; raises AssertionError where a span is not the text's, and whatever else goes wrong."""
    try:
        document = document_of(data, name)
    except InputError as error:
        return "refused" if "\n" not in str(error) else f"refused in several lines: {error}"
    reading = read(document)
    for span in spans(reading):
        assert 0 <= span.start < span.end <= len(document.text), span
        assert document.text[span.start : span.end] == span.exact, span
    drafts_of(record_of([reading]))
    return "read"


def main() -> None:
    count, first, *files = (*sys.argv[1:], *("5000", "0")[len(sys.argv) - 1 :])
    paths = [Path(file) for file in files] or [
        Path(__file__).parents[1] / "examples" / "briefing.md"
    ]
    texts = [(path.name, path.read_bytes()) for path in paths]
    verdicts: Counter[str] = Counter()
    slowest, start = 0.0, time.perf_counter()
    for seed in range(int(first), int(first) + int(count)):
        name, data = texts[seed % len(texts)]
        began = time.perf_counter()
        verdicts[verdict(mutated(data, seed), name)] += 1
        slowest = max(slowest, time.perf_counter() - began)
    print(
        f"{count} mutated documents: {dict(verdicts)}; {time.perf_counter() - start:.0f} s, slowest {slowest:.2f} s"
    )


if __name__ == "__main__":
    main()
