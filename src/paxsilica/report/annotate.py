"""A document's text with what was found in it marked, and the words for who, when and how much."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paxsilica.brief.frames.gate import EVERY_COUNTRY
from paxsilica.brief.links import changed_words, differences
from paxsilica.names.places import country_names
from paxsilica.names.saying import joined
from paxsilica.report import words

if TYPE_CHECKING:
    from paxsilica.brief.record import Quantity, Record, Time, WordChange

MARKS_OF = {
    "statements": "statement",
    "commitments": "commitment",
    "measures": "measure",
    "events": "event",
    "quantities": "quantity",
    "times": "time",
}
"""By kind of item what one is called; the outermost mark of a text first."""

KINDS_OF_MARK = ("masked", *MARKS_OF.values())
"""What is marked in a text, by the name of its CSS class."""

UNKNOWN_SPEAKER = "Speaker not identified"

WIDEST = 110
"""Characters of a cell on a terminal."""

People = Mapping[str, str]
"""By id what actors and countries are called."""


@dataclass(frozen=True)
class Mark:
    """A stretch `[start, end)` of a text, in code points, what it is (one of `KINDS_OF_MARK`) and what a tooltip says."""

    start: int
    end: int
    kind: str
    says: str = ""


@dataclass(frozen=True)
class Piece:
    """A stretch of a text between two borders of marks; it `opens` or `closes` a statement there."""

    start: int
    text: str
    kinds: tuple[str, ...] = ()
    says: str = ""
    opens: bool = False
    closes: bool = False


def pieces(text: str, marks: Sequence[Mark]) -> list[Piece]:
    """The text cut at every border of a mark. Marks may nest and overlap; what of them lies outside is left out.

    The pieces joined are the text, to the last code point.
    """
    inside = (Mark(max(0, m.start), min(len(text), m.end), m.kind, m.says) for m in marks)
    begin: defaultdict[int, list[Mark]] = defaultdict(list)
    cuts = {0, len(text)}
    for mark in sorted(inside, key=lambda m: -m.end):
        if mark.start < mark.end:
            begin[mark.start].append(mark)
            cuts |= {mark.start, mark.end}
    over: list[Mark] = []
    found = []
    for start, end in pairwise(sorted(cuts)):
        over = [*(m for m in over if m.end > start), *begin[start]]
        kinds = {m.kind for m in over}
        said = [m for m in over if m.kind == "statement"]
        found.append(
            Piece(
                start,
                text[start:end],
                tuple(sorted(kinds, key=(*KINDS_OF_MARK, *kinds).index)),
                "\n".join(m.says for m in over if m.says),
                any(m.start == start for m in said),
                any(m.end == end for m in said),
            )
        )
    return found


def names_in(record: Record) -> dict[str, str]:
    """Everybody's name by id, and the countries'. Who is in no cast, such as "both leaders", has the name of the text."""
    names = {**country_names(), EVERY_COUNTRY: "every country"}
    for said in (s for r in record.readings for s in r.statements):
        words = said.speaker_span.exact if said.speaker_span else ""
        if said.speaker and re.sub(r"\W+", "-", words.casefold()) == said.speaker:
            names.setdefault(said.speaker, words)
    actors = [actor for reading in record.readings for actor in reading.actors]
    return names | {actor.id: actor.name for actor in reversed(actors)}


def names_of(names: People, keys: Iterable[str | None]) -> str:
    """What they are called: `India and Canada`."""
    return joined((UNKNOWN_SPEAKER if key is None else names.get(key, key) for key in keys), 9)


def shortened(value: object) -> str:
    """A value as a line that a column of a terminal has room for."""
    line = " ".join(str(value).split())
    return line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"


def when(time: Time | None) -> str:
    """`2026-01-13`, `2026-02-01 to 2026-02-28`, `from 2026-02-01`; where there is no day, the words."""
    if time is None:
        return ""
    if time.first and time.last:
        return f"{time.first}" if time.first == time.last else f"{time.first} to {time.last}"
    if time.first or time.last:
        return f"from {time.first}" if time.first else f"until {time.last}"
    return f"“{time.span.exact}”"


def amount(q: Quantity | None) -> str:
    """`about 50 %`, `at least USD 500,000,000,000`, `90 days`."""
    if q is None:
        return ""
    bounds = {"about": q.approximate, "at least": q.at_least, "at most": q.at_most}
    number = f"{q.value:,.15g}".replace("-", words.MINUS)
    money = len(q.unit) == 3 and q.unit.isupper()
    unit = q.unit.replace("percent", "%")
    unit = unit.removesuffix("s") if q.value == 1 else unit
    amount = f"{q.unit} {number}" if money else f"{number} {unit}"
    return words.tied(" ".join([*(name for name, holds in bounds.items() if holds), amount]))


def changed(
    before: str, after: str, changes: Sequence[WordChange]
) -> tuple[list[Piece], list[Piece]]:
    """Two wordings, the words of each change marked `before` in the one and `after` in the other.

    Nothing is marked where the changes are not those between the two.
    """
    edits = differences(before, after)
    if tuple(changes) != changed_words(edits):
        edits = []
    mine = [Mark(old[0].start(), old[-1].end(), "before") for old, _ in edits if old]
    other = [Mark(new[0].start(), new[-1].end(), "after") for _, new in edits if new]
    return pieces(before, mine), pieces(after, other)
