"""Promises, speakers with their days, and events against items of our own (tests/brief/*.json): a developers' reading.

    python benchmarks/own_readings.py           # right and all, of those the rules were written with and those kept aside

An item is right only as a whole: every promise with who, what, how firmly, until when and how much; every passage with
its speaker and day; every type of event, and nothing else. The items were written before the rules, every third was
kept aside until these were done. They are ours, and no measurement by others.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from paxsilica.brief.documents import document_of
from paxsilica.brief.reading import read
from paxsilica.brief.record import Commitment, Publication, Reading, Time

ITEMS = Path(__file__).resolve().parents[1] / "tests" / "brief"
DAY = date(2026, 3, 2)
"""On which every text with promises was published."""

LATEST = date(2030, 1, 1)


def items(kind: str) -> list[Any]:
    """The items of a kind: promises, voices or events."""
    found: list[Any] = json.loads((ITEMS / f"{kind}.json").read_text(encoding="utf-8"))["texts"]
    return found


def is_aside(number: int) -> bool:
    """Whether an item was kept aside."""
    return number % 3 == 2


def reading_of(text: str, day: date | None = None) -> Reading:
    """A text as read; `day` is its publication where it says none."""
    document = document_of(text.encode(), "item.txt", latest=LATEST)
    known = Publication(day=day, basis="metadata", reliability="high")
    return read(document.model_copy(update={"published": known}) if day else document)


def last(time: Time | None) -> str | None:
    """The last day of a time."""
    return str(time.last) if time and time.last else None


def keeps(c: Commitment, want: dict[str, Any]) -> bool:
    """Whether a commitment is the promise that was read by hand."""
    said = (list(c.who), c.modality, last(c.due)) == (want["who"], want["how"], want["due"])
    begins = str(c.due.first) if c.due and c.due.last is None else None
    much = begins == want.get("from") and all(
        (found.value if found else None) == want[name]
        for name, found in (("amount", c.amount), ("quantity", c.quantity))
        if name in want
    )
    return (
        said and much and want["what"] in c.span.exact and bool(c.years) == want.get("years", False)
    )


def promises_right(item: dict[str, Any]) -> bool:
    made, want = reading_of(item["text"], DAY).commitments, item["promises"]
    return len(made) == len(want) and all(map(keeps, made, want))


def voices_right(item: dict[str, Any]) -> bool:
    reading = reading_of(item["text"])
    heard = [(s.speaker, s.span.exact, last(s.said)) for s in reading.statements]
    said = all(
        any(
            (who or speaker) == speaker and words in exact and day == on
            for speaker, exact, on in heard
        )
        for who, words, day in item["said"]
    )
    silent = not (item.get("none") and any(s.medium == "transcript" for s in reading.statements))
    dated = [list(pair) for pair in item.get("times", [])]
    named = {words for words, _ in dated}
    times = [[t.span.exact, t.value] for t in reading.times if t.span.exact in named]
    return said and silent and times == dated


def events_right(item: list[Any]) -> bool:
    text, types = item
    return sorted({e.type for e in reading_of(text).events}) == sorted(types)


RIGHT = {"promises": promises_right, "voices": voices_right, "events": events_right}


def score(kind: str, aside: bool) -> tuple[int, int]:
    """How many items are right, and how many there are."""
    asked = [item for n, item in enumerate(items(kind)) if is_aside(n) == aside]
    return sum(map(RIGHT[kind], asked)), len(asked)


def main() -> None:
    for kind in RIGHT:
        (a, b), (c, d) = score(kind, False), score(kind, True)
        print(f"{kind}: {a} of {b}; kept aside {c} of {d}")


if __name__ == "__main__":
    main()
