"""The tables. The key of a column is the place of its value in the model: `due.first` is column `due_first`.

The search texts differ by database: FTS5 and its triggers on SQLite, an index of `to_tsvector` on PostgreSQL.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

from paxsilica.brief.export import SPAN, TABLES

TABLES_VERSION = 1
"""Of the tables; a program refuses a store that is newer than itself."""

MOST_INDEXED = 200_000
"""Code points of a document that PostgreSQL searches; its index takes a megabyte of distinct words at most."""

OPEN, CLOSE = "\x01", "\x02"
"""Stand around the words found, on the way out of the database."""

ONLY_EXPORTED = ("speaker_name", "who_names", "said.value", "when.value")
"""Columns of an export that have none in the store."""

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
    **dict.fromkeys(("start", "end"), Integer),
    **dict.fromkeys(("first", "last", "day"), Date),
    **dict.fromkeys(("who", "implementers", "targets"), JSON),
    **dict.fromkeys(("approximate", "at_least", "at_most"), Boolean),
    "value": Float,
    "due.value": Words,
}
"""By a place or the end of one; all else are `Words`."""


def _column(place: str, kind: Any = None) -> Column[Any]:
    end = place.rpartition(".")[2]
    kind = kind or TYPES.get(place) or TYPES.get(end, Words)
    return Column(place.replace(".", "_"), kind, key=place, index=end in ("last", "day"))


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
links_table = Table(
    "brief_links",
    metadata,
    Column("position", Integer, primary_key=True),
    *map(_column, ("kind", "a", "b", "why")),
    Column("changes", JSON, nullable=False),
)


def _items(name: str, *columns: Column[Any]) -> Table:
    """A table of items of one kind: a row each, in the order of their reading."""
    document = Column(
        "document", String(64), ForeignKey(documents_table.c.sha256), primary_key=True
    )
    position = Column("position", Integer, primary_key=True)
    return Table(f"brief_{name}", metadata, document, position, *columns)


ITEMS = {
    "actors": _items("actors", *map(_column, ("id", "name", "kind"))),
    **{
        kind: _items(kind, *(_column(place) for place in places if place not in ONLY_EXPORTED))
        for kind, places in TABLES.items()
    },
    "assertions": _items(
        "assertions",
        _column("value", JSON(none_as_null=True)),
        *map(_column, ("subject", "property", "original", "extractor", "version", "basis", *SPAN)),
    ),
}

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
