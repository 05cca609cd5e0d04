"""The store: documents and what was read in them, kept in one SQLite file or one PostgreSQL database.

A reading is kept whole, as JSON, beside the bytes it was read from; the other tables repeat its items for questions in
SQL. Every change is one transaction, and one process writes at a time. SQLAlchemy is imported here and nowhere else.
"""

from paxsilica.brief.store.connect import Store, open_store
from paxsilica.brief.store.queries import (
    Due,
    documents,
    due,
    everything,
    links,
    original,
    reading,
    search,
)
from paxsilica.brief.store.writes import add_many, set_links

__all__ = [
    "Due",
    "Store",
    "add_many",
    "documents",
    "due",
    "everything",
    "links",
    "open_store",
    "original",
    "reading",
    "search",
    "set_links",
]
