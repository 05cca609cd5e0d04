"""Opening a store, and its transactions."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, DBAPIError

from paxsilica.brief.record import Reading
from paxsilica.brief.store.items import hashed, put_items
from paxsilica.brief.store.tables import (
    FULL_TEXT,
    ITEMS,
    TABLES_VERSION,
    documents_table,
    metadata,
    sources_table,
    version_table,
)
from paxsilica.errors import InputError, nearest
from paxsilica.files import own_folders

# A broken connection is our own one line; whoever sets up logging sees the traceback as well.
logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())

SECONDS_TO_WAIT = 30
"""Seconds to wait for another process that writes."""

ANSWER = 45
"""Seconds to wait for a server's answer; longer than SECONDS_TO_WAIT, so that a lock is named as the reason."""

LOCK = 0x7061785F6272
"""Names the lock of writers on a PostgreSQL server."""


OWN_NAME = "brief.sqlite"

NO_STORE = "there is no store; check the spelling, or make one with `pax brief FILE --new-store`"


@dataclass(frozen=True)
class Store:
    """An open store; `name` is its path or URL without the password."""

    engine: Engine
    name: str


@contextmanager
def open_store(
    where: str | Path | None = None, make: bool = True, wait: float = SECONDS_TO_WAIT
) -> Iterator[Store]:
    """Open a store: a path, `postgresql://user@host/database`, or None for the user's own file, which is made on first
    use; another one only where `make` says so, because a name that is spelled wrongly is none of a new store.

    Args:
        wait: seconds for another process that writes to a file; a server's own rule holds there.

    Raises:
        InputError: a folder, a missing folder, a file or database of another program or without a store, a newer store,
            a server that does not answer, a URL of another kind, or the driver of PostgreSQL is not installed.
    """
    make = make or where is None
    store = _connect(where, make, wait)
    try:
        _prepare(store, make)
        yield store
    finally:
        store.engine.dispose()


def _connect(where: str | Path | None, make: bool, wait: float) -> Store:
    if isinstance(where, str) and "://" in where:
        try:
            url = make_url(where)
        except (ArgumentError, ValueError) as exc:
            raise InputError(
                "the URL of the store cannot be read; write postgresql://user@host/database"
            ) from exc
        if url.get_backend_name() != "sqlite":
            return _server(url)
        where = url.database or ""
    path = _own_file() if where is None else Path(where)
    if not path.name or path.name == ":memory:" or path.is_dir():
        raise InputError(f"{where or 'the store'}: is no file; name a file such as brief.sqlite")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}; make it first")
    if not make and not path.exists():
        beside = [one.name for one in path.parent.glob("*.sqlite")]
        raise InputError(f"{path}: {NO_STORE}{nearest(path.name, beside)}")
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": wait})
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    return Store(engine, str(path))


def own_store() -> Path | None:
    """The user's own store where there is one; none is made by asking."""
    path = own_folders()["store"] / OWN_NAME
    return path if path.is_file() else None


def _own_file() -> Path:
    """The user's store, its folder made."""
    folder = own_folders()["store"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise InputError(
            f"{folder}: cannot be made ({exc.strerror}); name a file for the store"
        ) from exc
    return folder / OWN_NAME


def _server(url: URL) -> Store:
    name = url.render_as_string(hide_password=True)
    if url.drivername not in ("postgres", "postgresql", "postgresql+pg8000"):
        raise InputError(f"{name}: is no store; give a path, or postgresql://user@host/database")
    if not url.username:
        raise InputError(f"{name}: names no user; write postgresql://user@host/database")
    if unknown := sorted(set(url.query) - {"unix_sock", "application_name"}):
        raise InputError(f"{name}: the option {unknown[0]} is not known; leave it out of the URL")
    try:
        driver = url.set(drivername="postgresql+pg8000")
        engine = create_engine(driver, connect_args={"timeout": ANSWER}, pool_pre_ping=True)
    except ModuleNotFoundError as exc:
        raise InputError(f"{name}: PostgreSQL needs a driver; install paxsilica[postgres]") from exc
    return Store(engine, name)


def _leave_transactions_to_us(connection: Any, _: Any) -> None:
    """Python's driver begins late and leaves tables outside of transactions; SQLite's own rules are sound."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if connection.get_execution_options()["writes"] else "BEGIN"
    )


@contextmanager
def transaction(store: Store, writes: bool = False) -> Iterator[Connection]:
    """One transaction, undone on any error; a writer waits for the one before it. Raises InputError for the database's
    errors."""
    try:
        with (
            store.engine.connect().execution_options(writes=writes) as connection,
            connection.begin(),
        ):
            if writes and store.engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{SECONDS_TO_WAIT}s'")
                connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            yield connection
    except DBAPIError as exc:
        raise InputError(_complaint(store, exc.orig)) from exc
    except OSError as exc:  # the driver of PostgreSQL lets those of its connection through
        raise InputError(_complaint(store, exc)) from exc


def _complaint(store: Store, error: BaseException | None) -> str:
    said = error.args[-1] if error and error.args else type(error).__name__
    reason = str(said.get("M", said) if isinstance(said, dict) else said).strip().partition("\n")[0]
    return f"{store.name}: {reason}; check that it can be reached and written, and is a store of paxsilica"


def _prepare(store: Store, make: bool) -> None:
    with transaction(store) as connection:
        version = _version(store, connection)
    if version is None and not make:
        raise InputError(f"{store.name}: {NO_STORE}")
    if version != TABLES_VERSION:
        with transaction(store, writes=True) as connection:
            version = _version(store, connection)
            if version is None:
                metadata.create_all(connection, checkfirst=False)
                for command in FULL_TEXT[store.engine.dialect.name]:
                    connection.exec_driver_sql(command)
                connection.execute(insert(version_table).values(version=TABLES_VERSION))
            elif version < TABLES_VERSION:
                _upgrade(connection, version)
    if store.engine.dialect.name == "sqlite":
        _let_readers_in(store)


def _upgrade(connection: Connection, version: int) -> None:
    """From version 1: the items are read from the readings again, and each document has the one source it had. Version 2
    lacks the table of predictions, and 3 those of questions and answers."""
    if version == 1:
        for table in ITEMS.values():
            table.drop(connection, checkfirst=True)
    metadata.create_all(connection)
    if version == 1:
        _read_again(connection)
    connection.execute(update(version_table).values(version=TABLES_VERSION))


def _read_again(connection: Connection) -> None:
    papers = documents_table.c
    for sha, source, number, json in connection.execute(
        select(papers.sha256, papers.source, papers.number, papers.reading)
    ).all():
        place = {"document": sha, "source": source, "key": hashed(source)}
        connection.execute(insert(sources_table), place)
        with suppress(ValidationError):  # of other fields: empty until the document is read again
            put_items(connection, Reading.model_validate_json(json), number)


def _version(store: Store, connection: Connection) -> int | None:
    """Version of the tables, None in an empty database. Raises InputError: newer, or of another program."""
    tables = set(inspect(connection).get_table_names())
    if version_table.name not in tables:
        if tables if connection.dialect.name == "sqlite" else tables & set(metadata.tables):
            raise InputError(
                f"{store.name}: holds tables of another program; name another file or database"
            )
        return None
    version: int | None = connection.execute(select(version_table.c.version)).scalar()
    if version is None or version < 1:
        raise InputError(f"{store.name}: does not say its version; name another file or database")
    if version > TABLES_VERSION:
        raise InputError(
            f"{store.name}: is of version {version}, newer than {TABLES_VERSION}; update paxsilica to open it"
        )
    return version


def _let_readers_in(store: Store) -> None:
    """Keep changes in a log beside the file, so that nobody waits to read. The file remembers it."""
    connection = store.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    except store.engine.dialect.loaded_dbapi.OperationalError:
        pass  # another process is at it, or the file cannot be written: all is sound without, only slower
    finally:
        connection.close()
