"""The tables. The key of a column is the place of its value in the model: `due.first` is column `due_first`.

The search texts differ by database: FTS5 and its triggers on SQLite, an index of `to_tsvector` on PostgreSQL.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

TABLES_VERSION = 4
"""Of the tables; a program refuses a store that is newer than itself."""

MOST_INDEXED = 200_000
"""Code points of a document that PostgreSQL searches; its index takes a megabyte of distinct words at most."""

OPEN, CLOSE = "\x01", "\x02"
"""Stand around the words found, on the way out of the database."""

UNFIT = dict.fromkeys([0, ord(OPEN), ord(CLOSE)], "\ufffd")

SIGNS = "“”„«»‹›‘’‚–—―−…•·\u00a0\u2009\u202f\ufffd"
"""Blanks to the search: a PostgreSQL database without a locale takes them for letters of the word beside."""

# What PostgreSQL searches: offsets are those of the text.
PLAIN = f"translate(left(text, {MOST_INDEXED}), '{SIGNS}', '{' ' * len(SIGNS)}')"


class Words(TypeDecorator[str]):
    """Text for searching: NUL, which PostgreSQL refuses, and the marks become U+FFFD, so offsets stay."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else value.translate(UNFIT)


TYPES: dict[str, Any] = {
    **dict.fromkeys(("first", "last", "day"), Date),
    **dict.fromkeys(("before", "after"), Text),
}
"""By a place or the end of one; all else are `Words`."""


def _column(place: str, kind: Any = None) -> Column[Any]:
    end = place.rpartition(".")[2]
    kind = kind or TYPES.get(place) or TYPES.get(end, Words)
    return Column(place.replace(".", "_"), kind, key=place, index=end in INDEXED)


INDEXED = ("last", "day", "speaker", "type", "subject")

metadata = MetaData()
version_table = Table("brief_store", metadata, Column("version", Integer, nullable=False))
documents_table = Table(
    "brief_documents",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    *map(_column, ("source", "media_type", "title", "language", "text")),
    *map(_column, ("published.day", "published.basis", "published.reliability")),
    Column("bytes", LargeBinary, nullable=False),
    Column("reading", Text, nullable=False),
)
sources_table = Table(
    "brief_sources",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("source", Words, primary_key=True),
    Column("key", BigInteger, nullable=False, index=True),
)
"""Everywhere that the bytes of a document were found; the first is `documents_table.source`."""

history_table = Table(
    "brief_history",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("about", Words, nullable=False, index=True),
    *map(_column, ("by", "deed", "subject", "property", "before", "after", "why")),
)
"""What people did, one row a deed, never changed; `before` and `after` are JSON. What holds now follows from it."""

keys_table = Table(
    "brief_keys",
    metadata,
    Column("key", BigInteger, primary_key=True),
    Column("document", Integer, primary_key=True),
    Column("position", Integer, primary_key=True),
)
"""What statements, measures and quantities may share with those of other documents, see `linking`; `document` is the
number of one."""

links_table = Table(
    "brief_links",
    metadata,
    Column("position", Integer, primary_key=True),
    *map(_column, ("kind", "a", "b", "why")),
    Column("changes", JSON, nullable=False),
)

predictions_table = Table(
    "brief_predictions",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("at", String(32), nullable=False),
    *map(_column, ("by", "title")),
    Column("prediction", Text, nullable=False),
)
"""As they were made, never changed; `prediction` is JSON. Scores are computed when outcomes come, and not kept."""

questions_table = Table(
    "brief_questions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
    Column("question", LargeBinary, nullable=False),
)
"""Questions that are too long for a link, each by the sha256 of its JSON; compressed."""

answers_table = Table(
    "brief_answers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String(64), nullable=False),
    *map(_column, ("form", "question", "version")),
    Column("made", String(32), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("key", "form"),
)
"""What can be answered again, and is kept so that nobody waits: a row each form, compressed; the oldest go first."""


def _items(name: str, *columns: Column[Any]) -> Table:
    """A table of items of one kind: a row each, in the order of their reading. `item` is all of it as JSON, so that a
    field more in the record changes no table; the columns beside it are for questions."""
    document = Column(
        "document", String(64), ForeignKey(documents_table.c.sha256), primary_key=True
    )
    position = Column("position", Integer, primary_key=True)
    return Table(
        f"brief_{name}",
        metadata,
        document,
        position,
        *columns,
        Column("item", Text, nullable=False),
    )


ITEM_COLUMNS = {
    "actors": ("id", "name", "kind"),
    "times": ("kind", "value", "first", "last"),
    "quantities": ("unit", "role", "when.first", "when.last"),
    "statements": ("id", "kind", "speaker", "said.first", "said.last"),
    "events": ("id", "type", "status", "when.first", "when.last"),
    "measures": ("id", "type", "status", "when.first", "when.last"),
    "commitments": ("id", "modality", "due.first", "due.last"),
    "assertions": ("subject", "property", "extractor", "version"),
}
ITEMS = {kind: _items(kind, *map(_column, places)) for kind, places in ITEM_COLUMNS.items()}

FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE brief_words USING fts5(text, content='brief_documents', content_rowid='number', "
        "tokenize='porter unicode61 remove_diacritics 0')",
        "CREATE TRIGGER brief_words_in AFTER INSERT ON brief_documents BEGIN "
        "INSERT INTO brief_words (rowid, text) VALUES (new.number, new.text); END",
        "CREATE TRIGGER brief_words_out AFTER DELETE ON brief_documents BEGIN "
        "INSERT INTO brief_words (brief_words, rowid, text) VALUES ('delete', old.number, old.text); END",
    ),
    "postgresql": (
        f"CREATE INDEX brief_words ON brief_documents USING gin (to_tsvector('english', {PLAIN}))",
    ),
}
SEARCH = {
    "sqlite": f"""
        SELECT d.sha256, d.source, d.text, highlight(brief_words, 0, '{OPEN}', '{CLOSE}') AS highlighted
        FROM brief_words JOIN brief_documents d ON d.number = brief_words.rowid
        WHERE brief_words MATCH :words ORDER BY rank, d.sha256 LIMIT :most""",
    "postgresql": f"""
        SELECT sha256, source, text,
            ts_headline('english', {PLAIN}, q, 'HighlightAll=true, StartSel={OPEN}, StopSel={CLOSE}') AS highlighted
        FROM brief_documents, plainto_tsquery('english', :words) q
        WHERE to_tsvector('english', {PLAIN}) @@ q
        ORDER BY ts_rank(to_tsvector('english', {PLAIN}), q) DESC, sha256 LIMIT :most""",
}
"""The documents with all words, and their texts with marks around these."""
