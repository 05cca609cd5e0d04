"""The store: documents, what was read in them and what people did with it, in one SQLite file or PostgreSQL database.

A reading is kept whole, as JSON, beside the bytes it was read from; the other tables repeat its items for questions in
SQL. What people do is a history that is only added to: corrections are laid over a reading, never written into it. Every
change is one transaction, and one process writes at a time. SQLAlchemy is imported here and nowhere else.
"""

from paxsilica.brief.store.answers import (
    keep_answer,
    keep_question,
    kept_answer,
    kept_question,
)
from paxsilica.brief.store.connect import Store, open_store, own_store
from paxsilica.brief.store.edits import edit, history
from paxsilica.brief.store.finding import ITEM_KINDS, ItemRow, Wanted, find
from paxsilica.brief.store.history import Deed
from paxsilica.brief.store.linking import draw_links
from paxsilica.brief.store.predictions import Remembered, prediction, predictions, remember
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
    "ITEM_KINDS",
    "Deed",
    "Due",
    "ItemRow",
    "Remembered",
    "Store",
    "Wanted",
    "add_many",
    "documents",
    "draw_links",
    "due",
    "edit",
    "everything",
    "find",
    "history",
    "keep_answer",
    "keep_question",
    "kept_answer",
    "kept_question",
    "links",
    "open_store",
    "original",
    "own_store",
    "prediction",
    "predictions",
    "reading",
    "remember",
    "search",
    "set_links",
]
