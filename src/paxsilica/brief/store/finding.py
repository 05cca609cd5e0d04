"""Questions about items: by actor, state, type of measure, product, period, standing, tag.

What a database can tell from a column it tells; the rest is read from the item's own JSON, so that a field that an
older reading lacks is only not found there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from paxsilica.brief.actors import id_among, slug
from paxsilica.brief.places import by_word, state_code
from paxsilica.brief.store.connect import Store, transaction
from paxsilica.brief.store.history import LEFT_OUT, CurrentState, standing
from paxsilica.brief.store.queries import item_id
from paxsilica.brief.store.tables import ITEMS, documents_table
from paxsilica.errors import InputError, nearest

ITEM_KINDS = ("statements", "measures", "commitments", "events", "quantities", "times")
ACTORS = ("speaker", "who", "actors")
STATES = ("implementers", "targets", "actors", "partners")
PRODUCTS = ("products", "product", "of")
WORDS = ("standing", "status", "modality", "kind", "role")
"""Fields of items, where they have them, that say who acts, which states, which products, and how it stands."""

DAY_FIELDS = ("due", "when", "said")


@dataclass(frozen=True)
class Wanted:
    """What is asked for; "" and None ask for everything. Every field that is given must be met."""

    kind: str = ""  # statements, measures, commitments, events, quantities, times
    actor: str = ""  # an id or a name
    state: str = ""  # a code or a name
    measure: str = ""  # part of a type of measure, or of event
    product: str = ""  # part of the words or codes for it
    since: date | None = None
    until: date | None = None
    standing: str = (
        ""  # as the text has it (in force, agreed) or as people have it (confirmed, retracted)
    )
    tag: str = ""


class ItemRow(NamedTuple):
    """An item that meets what is wanted; `day` is its own, else that of its document."""

    subject: str
    kind: str
    source: str
    day: date | None
    exact: str
    standing: str
    tags: tuple[str, ...]
    item: Mapping[str, Any]


def find(store: Store, wanted: Wanted) -> tuple[ItemRow, ...]:
    """The items that meet what is wanted, by day and place. Raises InputError: no such kind, state or actor, or a period
    that ends before it begins."""
    if wanted.kind and wanted.kind not in ITEM_KINDS:
        raise InputError(f"no items are called {wanted.kind!r}{nearest(wanted.kind, ITEM_KINDS)}")
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise InputError(f"the period ends on {wanted.until}, before it begins on {wanted.since}")
    with transaction(store) as connection:
        now = standing(connection)
        same = _same_people(connection, store, now, wanted.actor)
        state = _code(wanted.state)
        residents = _residents(connection, state)
        found = [
            one
            for kind in ([wanted.kind] if wanted.kind else ITEM_KINDS[:-2])
            for one in _of_kind(connection, kind, now)
            if _meets(one, wanted, same, state, residents, now)
        ]
    return tuple(sorted(found, key=lambda one: (one.day or date.max, one.subject)))


def _of_kind(connection: Connection, kind: str, now: CurrentState) -> Iterator[ItemRow]:
    table, papers = ITEMS[kind].c, documents_table.c
    columns = table.document, table.item, papers.source, papers["published.day"]
    chosen = select(*columns).where(papers.sha256 == table.document)
    for sha, kept, source, published in connection.execute(chosen):
        item = json.loads(kept)
        subject = f"{sha}#{item_id(kind, item)}"
        time = next(
            (item[name] for name in DAY_FIELDS if item.get(name)), item if kind == "times" else {}
        )
        last = time.get("last") or time.get("first")
        day = date.fromisoformat(last) if last else published
        exact = item["span"]["exact"]
        tags = (*now.tags.get(subject, ()), *now.tags.get(sha, ()))
        yield ItemRow(subject, kind, source, day, exact, now.of(subject), tags, item)


def _meets(
    one: ItemRow,
    wanted: Wanted,
    same: set[str],
    state: str,
    residents: set[tuple[str, str]],
    now: CurrentState,
) -> bool:
    words = {str(one.item[name]) for name in WORDS if one.item.get(name)} | {one.standing}
    people = set(_values(one.item, ACTORS))
    sha = one.subject.partition("#")[0]
    in_state = state in _values(one.item, STATES) or any((sha, id) in residents for id in people)
    products = " ".join(_values(one.item, PRODUCTS)).casefold()
    checks = (
        wanted.standing in words if wanted.standing else one.standing not in LEFT_OUT,
        not wanted.actor or bool(people & same),
        not state or in_state,
        wanted.measure.casefold() in str(one.item.get("type", "")).casefold(),
        not wanted.product or wanted.product.casefold() in products,
        not wanted.since or (one.day is not None and one.day >= wanted.since),
        not wanted.until or (one.day is not None and one.day <= wanted.until),
        not wanted.tag or wanted.tag in one.tags,
    )
    return all(checks)


def _values(item: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """What some fields say, each one value or several; a value may hold more (`{"code": "7208"}`)."""
    found: list[str] = []
    for name in names:
        value = item.get(name) or ()
        for one in value if isinstance(value, list | tuple) else [value]:
            found += map(str, one.values()) if isinstance(one, dict) else [str(one)]
    return found


def _same_people(connection: Connection, store: Store, now: CurrentState, actor: str) -> set[str]:
    """The ids that are an actor, merged ones among them."""
    if not actor:
        return set()
    table = ITEMS["actors"].c
    known = {id for (id,) in connection.execute(select(table.id).distinct())}
    id = id_among(actor, known)
    id = now.names.get(id, (id,))[0]
    same = {id, *(one for one, (into, _) in now.names.items() if into == id)}
    if not same & known:
        raise InputError(f"{store.name}: nobody is called {actor!r}{nearest(slug(actor), known)}")
    return same


def _residents(connection: Connection, state: str) -> set[tuple[str, str]]:
    """Documents and ids of the actors who are a state or hold an office of it."""
    if not state:
        return set()
    table, spoken = ITEMS["actors"].c, by_word()
    found = set()
    for sha, id, name, kept in connection.execute(
        select(table.document, table.id, table.name, table.item)
    ):
        roles = json.loads(kept)["roles"]
        if spoken.get(name) == state or any(role["state"] == state for role in roles):
            found.add((sha, id))
    return found


def _code(state: str) -> str:
    if state and not state_code(state):
        raise InputError(f"no state is called {state!r}{nearest(state, by_word())}")
    return state_code(state)


OPTIONS = tuple(field.name for field in fields(Wanted))
