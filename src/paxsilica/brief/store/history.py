"""What people did to a store, and what holds now because of it: corrections, merged names, what is retracted or replaced.

A deed is a row that is never changed, so that of two people who correct the same value nothing is lost: the last one
holds, and both stand in the history. A reading is kept as it was read; corrections are laid over it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection, func, insert, select

from paxsilica.brief.consent import confirmed
from paxsilica.brief.record import Actor, Assertion, Reading
from paxsilica.brief.store.tables import documents_table, history_table
from paxsilica.errors import InputError, nearest

PROPERTY_PLACES = {
    "rate": "rate.value",
    "implementer": "implementers",
    "target": "targets",
    "due": "due.last",
    "published": "published.day",
}
"""By the property of an assertion, where its value stands in the item."""

REVIEWS = {"confirm": "confirmed", "retract": "retracted", "correct": "corrected"}
"""By what a person last did to an item, its standing; it is `unreviewed` where nobody did anything."""


class Deed(NamedTuple):
    """One row of the history; `before` and `after` are values of JSON, `subject` a sha256, `sha256#id` or an actor."""

    number: int
    at: str
    by: str
    deed: str
    subject: str
    property: str
    before: Any
    after: Any
    why: str


def write_down(connection: Connection, deed: str, subject: str, by: str, **given: Any) -> Deed:
    """Add a deed to the history; `given` are `property`, `before`, `after` and `why`."""
    last = connection.execute(select(func.max(history_table.c.number))).scalar() or 0
    now = datetime.now(UTC).isoformat(timespec="seconds")
    blank = {"property": "", "before": None, "after": None, "why": ""} | given
    done = Deed(number=last + 1, at=now, by=by, deed=deed, subject=subject, **blank)
    as_json = {name: json.dumps(blank[name], ensure_ascii=False) for name in ("before", "after")}
    row = {**done._asdict(), **as_json, "about": subject.partition("#")[0]}
    connection.execute(insert(history_table), row)
    return done


def deeds(connection: Connection, subject: str = "", but: Iterable[str] = ()) -> list[Deed]:
    """The history in order: all of it, or what concerns a document with its items, or an actor."""
    table = history_table.c
    chosen = select(*(table[name] for name in Deed._fields)).order_by(table.number)
    if subject:
        chosen = chosen.where(table.about == subject)
    rows = connection.execute(chosen.where(table.deed.not_in([*but]))).mappings()
    return [
        Deed(**{**row, "before": json.loads(row["before"]), "after": json.loads(row["after"])})
        for row in rows
    ]


def holding(history: Iterable[Deed]) -> list[Deed]:
    """The deeds that were not undone, in order; the undoing of one can be undone as well."""
    undone: set[int] = set()
    kept: list[Deed] = []
    for one in sorted(history, reverse=True):
        if one.number in undone:
            continue
        if one.deed == "undo":
            undone.add(one.after)
        else:
            kept.append(one)
    return kept[::-1]


@dataclass(frozen=True)
class CurrentState:
    """What holds now of everything that people did."""

    review: Mapping[str, str]  # subject -> confirmed, corrected, retracted, superseded
    tags: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, tuple[str, ...]]
    names: Mapping[str, tuple[str, str]]  # actor -> id and name of whom it is

    def of(self, subject: str) -> str:
        """The standing of an item; that of its document where this is left out."""
        whole = self.review.get(subject.partition("#")[0], "")
        here = self.review.get(subject, "unreviewed")
        return whole if whole in LEFT_OUT else here


LEFT_OUT = ("retracted", "superseded")
"""CurrentState of what no question is answered with unless it is asked for."""


def standing(connection: Connection) -> CurrentState:
    """What holds now."""
    review: dict[str, str] = {}
    tags: defaultdict[str, dict[str, None]] = defaultdict(dict)
    notes: defaultdict[str, list[str]] = defaultdict(list)
    names: dict[str, tuple[str, str]] = {}
    for one in holding(deeds(connection, but=["keep", "remove"])):
        if one.deed in REVIEWS:
            review[one.subject] = REVIEWS[one.deed]
        elif one.deed == "supersede":
            review[one.subject] = "superseded"
        elif one.deed == "tag":
            tags[one.subject][one.after] = None
        elif one.deed == "untag":
            tags[one.subject].pop(one.after, None)
        elif one.deed == "note":
            notes[one.subject].append(f"{one.by}: {one.after}")
        elif one.deed == "merge":
            into = one.after["id"], one.after["name"]
            names = {a: (into if b[0] == one.subject else b) for a, b in names.items()}
            names[one.subject] = into
            names.pop(into[0], None)
    return CurrentState(
        review,
        {subject: tuple(words) for subject, words in tags.items()},
        {subject: tuple(words) for subject, words in notes.items()},
        names,
    )


def gone(connection: Connection) -> set[str]:
    """The documents that are retracted or superseded."""
    review = standing(connection).review
    return {subject for subject, word in review.items() if word in LEFT_OUT and "#" not in subject}


# ---- what holds of a reading ------------------------------------------------------------------------------------------


def as_read(name: str, sha: str, kept: str) -> Reading:
    """A reading from its JSON. Raises InputError: it was stored with other fields; `name` is that of the store."""
    try:
        return Reading.model_validate_json(kept)
    except ValidationError as exc:
        raise InputError(
            f"{name}: {sha[:12]} was stored by another version; read the document again"
        ) from exc


def current(connection: Connection, name: str, sha: str) -> Reading:
    """The reading of a document as it holds now: corrected, and with merged names. Raises InputError as `as_read`."""
    papers = documents_table.c
    kept = connection.execute(select(papers.reading).where(papers.sha256 == sha)).scalar_one()
    found = corrected(as_read(name, sha, kept), deeds(connection, sha))
    return renamed(found, standing(connection).names)


def corrected(reading: Reading, history: Iterable[Deed]) -> Reading:
    """A reading with what people corrected and said yes to; a deed of an item that is no longer read is passed over."""
    for one in holding(history):
        if one.deed == "confirm":
            reading = confirmed(reading, one.subject.partition("#")[2], one.by)
        if one.deed == "correct":
            id = one.subject.partition("#")[2]
            if not id or any(id == name for name, _ in named_items(reading.model_dump())):
                reading = with_value(reading, id, one.property, one.after, one.by)
    return reading


def named_items(data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The items of a reading, as data, by the names that assertions use."""
    for kind in ("statements", "events", "measures", "commitments"):
        yield from ((item["id"], item) for item in data[kind])
    for kind, word in (("times", "time"), ("quantities", "quantity")):
        yield from ((f"{word}-{item['span']['start']}", item) for item in data[kind])


def value_of(reading: Reading, id: str, name: str) -> Any:
    """The value of a property of an item ("" for the document itself). Raises InputError: there is none."""
    holder, last = _place(reading.model_dump(mode="json"), id, name)
    return holder[last]


def with_value(reading: Reading, id: str, name: str, value: Any, by: str) -> Reading:
    """A reading with another value, and with the assertion of the person who gave it. Raises InputError."""
    data = reading.model_dump(mode="json")
    holder, last = _place(data, id, name)
    holder[last] = value
    mine = Assertion(
        subject=id or reading.document.sha256,
        property=name,
        value=value if isinstance(value, str | float | bool | None) else json.dumps(value),
        original="",
        span=None,
        extractor=f"person:{by}",
        version="1",
        basis="asserted",
    )
    try:
        return Reading.model_validate(
            {**data, "assertions": [*data["assertions"], mine.model_dump()]}
        )
    except ValidationError as exc:
        problem = exc.errors(include_url=False)[0]["msg"]
        raise InputError(f"{name} cannot be {value!r}: {problem}") from exc


def _place(data: dict[str, Any], id: str, name: str) -> tuple[dict[str, Any], str]:
    """Where a property stands in the data of a reading: what holds it, and its name there."""
    items = dict(named_items(data))
    if id and id not in items:
        raise InputError(f"no item of this document is called {id!r}{nearest(id, items)}")
    holder = items[id] if id else data["document"]
    *way, last = PROPERTY_PLACES.get(name, name).split(".")
    for step in way:
        if not isinstance(holder.get(step), dict):
            raise InputError(f"{name}: the item has no {step} that could be corrected")
        holder = holder[step]
    if last not in holder or isinstance(holder[last], dict) or last in ("id", "sha256", "text"):
        fields = [field for field, value in holder.items() if not isinstance(value, dict)]
        known = [
            *fields,
            *(
                word
                for word in PROPERTY_PLACES
                if PROPERTY_PLACES[word].partition(".")[0] in holder
            ),
        ]
        raise InputError(f"{name!r} is no property of it{nearest(last, known)}")
    return holder, last


def renamed(reading: Reading, names: Mapping[str, tuple[str, str]]) -> Reading:
    """A reading with the people that were merged under one name."""
    if not names or not {actor.id for actor in reading.actors} & names.keys():
        return reading

    def now(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(names.get(id, (id,))[0] for id in ids))

    people: dict[str, Actor] = {}
    for actor in reading.actors:
        id, name = names.get(actor.id, (actor.id, actor.name))
        other = people.get(id)
        both = {
            "id": id,
            "name": name,
            "roles": (*(other.roles if other else ()), *actor.roles),
            "mentions": tuple(
                sorted((*(other.mentions if other else ()), *actor.mentions), key=lambda m: m.start)
            ),
        }
        people[id] = actor.model_copy(update=both)
    return reading.model_copy(
        update={
            "actors": tuple(people.values()),
            "statements": tuple(
                s.model_copy(update={"speaker": now([s.speaker])[0]}) if s.speaker else s
                for s in reading.statements
            ),
            "commitments": tuple(
                c.model_copy(update={"who": now(c.who)}) for c in reading.commitments
            ),
            "events": tuple(e.model_copy(update={"actors": now(e.actors)}) for e in reading.events),
        }
    )
