"""A document's text with what was found in it marked, and the words for who, when and how much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from paxsilica.brief.links import words_of
from paxsilica.report import words

if TYPE_CHECKING:
    from paxsilica.brief.record import Quantity, Reading, Record, Span, Time, WordChange

KINDS = {
    "masked": "not the article",
    "statement": "statement",
    "commitment": "commitment",
    "measure": "measure",
    "event": "event",
    "quantity": "quantity",
    "time": "time",
}
"""What is marked in a text, the outermost mark first, by the name of its CSS class."""

UNKNOWN = "Speaker not identified"


@dataclass(frozen=True)
class Mark:
    """A stretch `[start, end)` of a text, in code points, what it is (a key of `KINDS`) and what a tooltip says."""

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


@dataclass(frozen=True)
class Person:
    """A speaker's name and offices, over all documents."""

    name: str
    roles: tuple[str, ...] = ()


People = Mapping[str, Person]


def pieces(text: str, marks: Sequence[Mark]) -> list[Piece]:
    """The text cut at every border of a mark. Marks may nest and overlap; what of them lies outside is left out.

    The pieces joined are the text, to the last code point.
    """
    inside = [Mark(max(0, m.start), min(len(text), m.end), m.kind, m.says) for m in marks]
    inside = sorted((m for m in inside if m.start < m.end), key=lambda m: (m.start, -m.end))
    cuts = sorted({0, len(text), *(m.start for m in inside), *(m.end for m in inside)})
    waiting, found = inside[::-1], []
    over: list[Mark] = []
    for start, end in pairwise(cuts):
        over = [m for m in over if m.end > start]
        while waiting and waiting[-1].start == start:
            over.append(waiting.pop())
        known = [kind for kind in KINDS if any(m.kind == kind for m in over)]
        other = {m.kind: None for m in over if m.kind not in KINDS}
        said = [m for m in over if m.kind == "statement"]
        found.append(
            Piece(
                start,
                text[start:end],
                (*known, *other),
                "\n".join(m.says for m in over if m.says),
                any(m.start == start for m in said),
                any(m.end == end for m in said),
            )
        )
    return found


def people_of(record: Record) -> dict[str, Person]:
    """Everybody by id. Who is in no cast, such as "both leaders", has the name the text gives.

    A role that is part of a longer one ("Secretary of State") is not said twice.
    """
    names: dict[str, str] = {}
    roles: dict[str, dict[str, str]] = {}
    for actor in (a for r in record.readings for a in r.actors):
        names.setdefault(actor.id, actor.name)
        for role in actor.roles:
            shown = f"{role.title} ({role.state})" if role.state else role.title
            roles.setdefault(actor.id, {}).setdefault(role.title.casefold(), shown)
    for s in (s for r in record.readings for s in r.statements):
        if (
            s.speaker
            and s.speaker_span
            and re.sub(r"\W+", "-", s.speaker_span.exact.casefold()) == s.speaker
        ):
            names.setdefault(s.speaker, s.speaker_span.exact)
    return {
        key: Person(
            name,
            tuple(
                shown
                for title, shown in roles.get(key, {}).items()
                if not any(title != other and title in other for other in roles[key])
            ),
        )
        for key, name in names.items()
    }


def name_of(people: People, key: str | None) -> str:
    return UNKNOWN if key is None else people[key].name if key in people else key


def names_of(people: People, keys: Sequence[str]) -> str:
    return ", ".join(name_of(people, key) for key in keys)


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


def marks_of(r: Reading, people: People) -> Iterator[Mark]:
    """Everything that is marked in a document's text, and what its tooltip says."""
    basis: dict[str, list[str]] = {}
    for a in r.assertions:
        basis.setdefault(a.subject, []).append(f"{a.property}: {_value(a.value)} ({a.basis})")

    def mark(kind: str, key: str, span: Span, *said: str) -> Mark:
        lines = [
            "; ".join([kind, *filter(None, said)]),
            *(f"  {line}" for line in basis.get(key, ())),
        ]
        return Mark(span.start, span.end, kind, "\n".join(lines))

    for mask in r.document.masks:
        yield Mark(mask.start, mask.end, "masked", f"not the article: {mask.why}")
    for s in r.statements:
        yield mark(
            "statement", s.id, s.span, s.kind, name_of(people, s.speaker), when(s.said), s.medium
        )
    for c in r.commitments:
        due = f"due {when(c.due)}" if c.due else "no date given"
        yield mark("commitment", c.id, c.span, c.modality, names_of(people, c.who), due)
    for m in r.measures:
        hit = (
            f"{', '.join(m.implementers)} on {', '.join(m.targets)}"
            if m.targets
            else ", ".join(m.implementers)
        )
        yield mark("measure", m.id, m.span, m.type, m.status, hit, amount(m.rate))
    for e in r.events:
        yield mark(
            "event", e.id, e.span, e.type, e.status, names_of(people, e.actors), when(e.when)
        )
    for q in r.quantities:
        yield mark("quantity", f"quantity-{q.span.start}", q.span, amount(q), q.role, q.of)
    for t in r.times:
        yield mark(
            "time",
            f"time-{t.span.start}",
            t.span,
            t.kind,
            t.value,
            when(t) if t.first or t.last else "",
        )


def _value(value: str | float | bool | None) -> str:
    return (
        "not known"
        if value is None
        else f"{value:.15g}"
        if isinstance(value, float)
        else str(value)
    )


def changed(
    before: str, after: str, changes: Sequence[WordChange]
) -> tuple[list[Piece], list[Piece]] | None:
    """Two wordings, the words of each change marked `before` in the one and `after` in the other.

    None where the changes do not lead from the one to the other.
    """
    a, b = _placed(before), _placed(after)
    steps = [(c.before.casefold().split(), c.after.casefold().split()) for c in changes]
    at = _path([word for word, _, _ in a], [word for word, _, _ in b], steps)
    if at is None:
        return None
    mine = [
        Mark(a[i][1], a[i + len(old) - 1][2], "before")
        for (i, _), (old, _) in zip(at, steps, strict=True)
        if old
    ]
    other = [
        Mark(b[j][1], b[j + len(new) - 1][2], "after")
        for (_, j), (_, new) in zip(at, steps, strict=True)
        if new
    ]
    return pieces(before, mine), pieces(after, other)


def _placed(text: str) -> list[tuple[str, int, int]]:
    """The words that changes are counted in, folded, with their places."""
    found, at = [], 0
    for word in words_of(text):
        start = text.index(word, at)
        at = start + len(word)
        found.append((word.casefold(), start, at))
    return found


def _path(
    a: list[str], b: list[str], steps: list[tuple[list[str], list[str]]]
) -> tuple[tuple[int, int], ...] | None:
    """Where each step is taken on a way through both lists of words that are equal between the steps."""
    ways: list[tuple[int, int, tuple[tuple[int, int], ...]]] = [(0, 0, ())]
    seen: set[tuple[int, int]] = set()  # the place in `b` follows from these two
    while ways:
        i, j, taken = ways.pop()
        if (i, j, len(taken)) == (len(a), len(b), len(steps)):
            return taken
        if (i, len(taken)) in seen:
            continue
        seen.add((i, len(taken)))
        if i < len(a) and j < len(b) and a[i] == b[j]:
            ways.append((i + 1, j + 1, taken))
        if len(taken) < len(steps):
            old, new = steps[len(taken)]
            if a[i : i + len(old)] == old and b[j : j + len(new)] == new:
                ways.append((i + len(old), j + len(new), (*taken, (i, j))))
    return None
