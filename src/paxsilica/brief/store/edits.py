"""What people do to what is kept, each deed one transaction with its row in the history."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from paxsilica.brief.actors import id_among, slug
from paxsilica.brief.deeds import EDITS
from paxsilica.brief.store.connect import Store, transaction
from paxsilica.brief.store.history import (
    Deed,
    as_read,
    corrected,
    current,
    deeds,
    holding,
    named_items,
    value_of,
    with_value,
    write_down,
)
from paxsilica.brief.store.items import put_items
from paxsilica.brief.store.queries import kept_name
from paxsilica.brief.store.tables import ITEMS, documents_table
from paxsilica.brief.store.writes import remove, replaced
from paxsilica.errors import InputError, nearest


def edit(
    store: Store,
    deed: str,
    subject: str,
    by: str,
    *,
    property: str = "",
    value: str = "",
    why: str = "",
) -> Deed:
    """Do one of the EDITS in the name of a person, and return its row in the history.

    `subject` is a document by the beginning of its sha256, an item of it (`sha256#id`), an actor's id or name (merge), or
    the number of a deed (undo). `value` is the new value (correct), the word (tag, untag), the note, the document that
    supersedes, or the actor that another one is merged into.

    Raises:
        InputError: there is no such subject, property, actor or deed, the value does not fit, or nobody is named.
    """
    if not by.strip():
        raise InputError(f"{deed}: say who does it, with --by or in PAX_NAME")
    if deed not in EDITS:
        raise InputError(f"{deed!r} is no deed{nearest(deed, EDITS)}")
    if "value" in EDITS[deed].told and not value.strip():
        raise InputError(f"{deed}: no value is given. {EDITS[deed].means}")
    with transaction(store, writes=True) as connection:
        if deed == "undo":
            return _undo(connection, store, subject, by, why)
        if deed == "merge":
            return _merge(connection, store, subject, value, by, why)
        sha, id = _subject(connection, store, subject)
        name = f"{sha}#{id}" if id else sha
        if deed in ("remove", "supersede") and id:
            raise InputError(f"{deed}: {subject} is an item; name a document")
        given: dict[str, Any] = {"after": value or None, "why": why}
        if deed == "correct":
            now = current(connection, store.name, sha)
            before = value_of(now, id, property)
            after = _as_typed(value, before)
            with_value(now, id, property, after, by)
            given |= {"property": property, "before": before, "after": after}
        elif deed == "supersede":
            new = kept_name(connection, store.name, value)
            if new == sha:
                raise InputError(f"supersede: {value} is the same document")
            old = current(connection, store.name, sha).document.text
            given["after"] = replaced(old, current(connection, store.name, new))
        elif deed == "remove":
            document = current(connection, store.name, sha).document
            given["before"] = {"title": document.title, "source": document.source}
            remove(connection, sha)
        done = write_down(connection, deed, name, by, **given)
        if deed in ("correct", "confirm"):
            _lay_over(connection, store, sha)
        return done


def history(store: Store, subject: str = "") -> tuple[Deed, ...]:
    """What people did, the earliest first: all of it, or what concerns a document, an item or an actor. Raises
    InputError: there is nothing of that name."""
    with transaction(store) as connection:
        whole = deeds(connection)
        name, _, id = subject.partition("#")
        found = tuple(
            one
            for one in whole
            if (id and one.subject.startswith(name) and one.subject.endswith(f"#{id}"))
            or (not id and one.subject.startswith(name))
        )
        if subject and not found:
            subjects = {one.subject.partition("#")[0][:12] for one in whole}
            raise InputError(
                f"{store.name}: nothing was done to {subject!r}{nearest(name, subjects)}"
            )
        return found


def _subject(connection: Connection, store: Store, subject: str) -> tuple[str, str]:
    """The sha256 and the id of an item, "" for the document itself. Raises InputError: there is none."""
    name, _, id = subject.partition("#")
    sha = kept_name(connection, store.name, name)
    if id:
        papers = documents_table.c
        kept = select(papers.reading).where(papers.sha256 == sha)
        found = as_read(store.name, sha, connection.execute(kept).scalar_one())
        items = [item for item, _ in named_items(found.model_dump())]
        if id not in items:
            raise InputError(
                f"{subject}: no item of this document is called {id!r}{nearest(id, items)}"
            )
    return sha, id


def _as_typed(value: str, before: Any) -> Any:
    """A value as written, in the form of the one before it; a list is written with commas."""
    if isinstance(before, list):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(before, bool | int | float):
        try:
            return type(before)(json.loads(value.removesuffix("%")))
        except (TypeError, ValueError):
            raise InputError(f"{value!r} is no value like {before!r}; write such a one") from None
    return value


def _lay_over(connection: Connection, store: Store, sha: str) -> None:
    """Put the rows of a document as they are after all corrections."""
    papers = documents_table
    row = select(papers.c.number, papers.c.reading).where(papers.c.sha256 == sha)
    number, kept = connection.execute(row).one()
    now = corrected(as_read(store.name, sha, kept), deeds(connection, sha))
    put_items(connection, now, number)
    fields = {"title": now.document.title, "published.day": now.document.published.day}
    values = {papers.c[key]: value for key, value in fields.items()}
    connection.execute(papers.update().where(papers.c.sha256 == sha).values(values))


def _merge(
    connection: Connection, store: Store, subject: str, into: str, by: str, why: str
) -> Deed:
    actors = ITEMS["actors"].c
    known = {row[0]: row[1] for row in connection.execute(select(actors.id, actors.name))}
    for name in (subject, into):
        if id_among(name, known) not in known:
            raise InputError(f"{store.name}: nobody is called {name!r}{nearest(slug(name), known)}")
    one, other = id_among(subject, known), id_among(into, known)
    if one == other:
        raise InputError(f"merge: {subject} and {into} are the same already")
    after = {"id": other, "name": known[other]}
    return write_down(connection, "merge", one, by, after=after, why=why)


def _undo(connection: Connection, store: Store, number: str, by: str, why: str) -> Deed:
    history = {str(one.number): one for one in deeds(connection)}
    one = history.get(number)
    if one is None:
        raise InputError(
            f"{store.name}: no deed has the number {number!r}; see `pax brief history`"
        )
    if one.deed in ("keep", "remove"):
        raise InputError(f"undo: {one.deed} cannot be undone; keep or remove the document again")
    holds = {kept.number for kept in holding(history.values())}
    if one.number not in holds and one.deed != "undo":
        raise InputError(f"undo: deed {number} is undone already")
    done = write_down(connection, "undo", one.subject, by, after=one.number, why=why)
    both = {one.deed, *(h.deed for h in history.values() if h.number == one.after)}
    if both & {"correct", "confirm"}:
        sha = one.subject.partition("#")[0]
        papers = documents_table.c
        if connection.execute(select(papers.number).where(papers.sha256 == sha)).first():
            _lay_over(connection, store, sha)
    return done
