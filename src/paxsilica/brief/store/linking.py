"""Links of a document against everything kept.

The candidates are the documents that share the most with it: words of statements, a measure, a number for the same
thing. Of each word the newest holders are looked at and of the candidates the best, so that the work for a document
does not grow with the store; the links themselves are those that `links_of` draws between two documents.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select

from paxsilica.brief.links import FEWEST, links_of
from paxsilica.brief.record import Link, Reading
from paxsilica.brief.store.connect import Store, transaction
from paxsilica.brief.store.history import current, gone
from paxsilica.brief.store.items import link_keys
from paxsilica.brief.store.tables import documents_table, keys_table, links_table

MOST_HOLDERS = 200
"""The newest statements with a word that are looked at."""

CANDIDATES = 40
"""Documents that one is compared with, those that share the most."""


def draw_links(store: Store, documents: Iterable[str]) -> int:
    """Draw the links of documents, named by their sha256, with everything kept; how many links are new."""
    new = 0
    for sha in documents:
        with transaction(store, writes=True) as connection:
            found = [*_links_with_all(connection, store, sha)]
            known = {link for link in links_at(connection, sha)}
            fresh = [link for link in dict.fromkeys(found) if link not in known]
            last = connection.execute(select(func.max(links_table.c.position))).scalar()
            first = 0 if last is None else last + 1
            rows = [{"position": at, **link.model_dump()} for at, link in enumerate(fresh, first)]
            if rows:
                connection.execute(insert(links_table), rows)
            new += len(rows)
    return new


def links_at(connection: Connection, sha: str = "") -> tuple[Link, ...]:
    """The links that end at a document, or all, in the order in which they were drawn."""
    columns = (links_table.c[name] for name in Link.model_fields)
    chosen = select(*columns).order_by(links_table.c.position)
    rows = connection.execute(chosen.where(_at(sha)) if sha else chosen).mappings()
    return tuple(Link.model_validate(dict(row)) for row in rows)


def unlink(connection: Connection, sha: str) -> None:
    """Take away the links of a document."""
    connection.execute(delete(links_table).where(_at(sha)))


def _at(sha: str) -> ColumnElement[bool]:
    return or_(*(links_table.c[end].startswith(sha, autoescape=True) for end in ("a", "b")))


def _links_with_all(connection: Connection, store: Store, sha: str) -> Iterator[Link]:
    papers = documents_table.c
    own = connection.execute(select(papers.number).where(papers.sha256 == sha)).scalar()
    if own is None:
        return
    one = current(connection, store.name, sha)
    for number, other in _candidates(connection, one, own):
        pair = one, current(connection, store.name, other)
        yield from links_of(pair if own < number else pair[::-1])


def _candidates(connection: Connection, one: Reading, own: int) -> list[tuple[int, str]]:
    """Number and sha256 of the documents that are most like one, the best first."""
    papers, held = documents_table.c, keys_table.c
    holders: dict[int, list[tuple[int, int]]] = {}
    best: defaultdict[int, int] = defaultdict(int)
    for at, keys in enumerate(link_keys(one)):
        shared: Counter[tuple[int, int]] = Counter()
        for key in keys:
            if key not in holders:
                newest = select(held.document, held.position).where(held.key == key)
                newest = newest.where(held.document != own).order_by(held.document.desc())
                rows = connection.execute(newest.limit(MOST_HOLDERS))
                holders[key] = [(document, position) for document, position in rows]
            shared.update(holders[key])
        for (document, _), count in shared.items():
            if at >= len(one.statements) or count >= min(FEWEST - 1, len(keys)):
                best[document] = max(best[document], count)
    ranked = sorted(best, key=lambda number: (-best[number], -number))
    chosen = select(papers.number, papers.sha256).where(papers.number.in_(ranked[:CANDIDATES]))
    names, left_out = {row[0]: row[1] for row in connection.execute(chosen)}, gone(connection)
    return [
        (number, names[number]) for number in ranked[:CANDIDATES] if names[number] not in left_out
    ]
