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

VERSION = 1
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


def _at(place: str, kind: Any = Words, **options: Any) -> Column[Any]:
    return Column(place.replace(".", "_"), kind, key=place, **options)


def _span() -> tuple[Column[Any], ...]:
    return _at("span.start", Integer), _at("span.end", Integer), _at("span.exact")


def _days(place: str) -> tuple[Column[Any], ...]:
    return _at(f"{place}.first", Date), _at(f"{place}.last", Date, index=True)


schema = MetaData()
version_table = Table("brief_store", schema, Column("version", Integer, nullable=False))
documents_table = Table(
    "brief_documents",
    schema,
    Column("number", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    *(_at(place) for place in ("source", "media_type", "title", "language", "text")),
    _at("published.day", Date, index=True),
    *(_at(place) for place in ("published.basis", "published.reliability")),
    Column("bytes", LargeBinary, nullable=False),
    Column("reading", Text, nullable=False),
)
links_table = Table(
    "brief_links",
    schema,
    Column("position", Integer, primary_key=True),
    *(_at(place) for place in ("kind", "a", "b", "why")),
    Column("changes", JSON, nullable=False),
)


def _items(name: str, *columns: Column[Any]) -> Table:
    """A table of items of one kind: a row each, in the order of their reading."""
    document = Column(
        "document", String(64), ForeignKey(documents_table.c.sha256), primary_key=True
    )
    return Table(
        f"brief_{name}", schema, document, Column("position", Integer, primary_key=True), *columns
    )


ITEMS = {
    "actors": _items("actors", _at("id"), _at("name"), _at("kind")),
    "statements": _items(
        "statements",
        *(_at(place) for place in ("id", "kind", "speaker", "cue.exact", "medium", "nested_in")),
        *_days("said"),
        *_span(),
    ),
    "commitments": _items(
        "commitments",
        *(
            _at("id"),
            _at("who", JSON),
            _at("what"),
            _at("modality"),
            _at("statement"),
            _at("due.value"),
        ),
        *_days("due"),
        *_span(),
    ),
    "measures": _items(
        "measures",
        *(
            _at("id"),
            _at("type"),
            _at("status"),
            _at("implementers", JSON),
            _at("targets", JSON),
            _at("products"),
        ),
        *(_at("rate.value", Float), _at("rate.unit"), _at("reason.exact")),
        *_days("when"),
        *_span(),
    ),
    "quantities": _items(
        "quantities",
        *(_at("value", Float), _at("unit"), _at("role"), _at("of")),
        *(_at(place, Boolean) for place in ("approximate", "at_least", "at_most")),
        *_days("when"),
        *_span(),
    ),
    "assertions": _items(
        "assertions",
        *(_at("subject"), _at("property"), _at("value", JSON(none_as_null=True)), _at("original")),
        *(_at("extractor"), _at("version"), _at("basis")),
        *_span(),
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
        SELECT d.sha256, d.source, d.title, d.text, highlight(brief_words, 0, '{OPEN}', '{CLOSE}') AS marked
        FROM brief_words JOIN brief_documents d ON d.number = brief_words.rowid
        WHERE brief_words MATCH :words ORDER BY rank, d.sha256 LIMIT :most""",
    "postgresql": f"""
        SELECT sha256, source, title, text,
            ts_headline('english', {PLAIN}, q, 'HighlightAll=true, StartSel={OPEN}, StopSel={CLOSE}') AS marked
        FROM brief_documents, plainto_tsquery('english', :words) q
        WHERE to_tsvector('english', {PLAIN}) @@ q
        ORDER BY ts_rank(to_tsvector('english', {PLAIN}), q) DESC, sha256 LIMIT :most""",
}
"""The documents with all words, and their texts with marks around these."""
