"""Places for stores: fresh SQLite files, and fresh databases of a PostgreSQL server that the tests start."""

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import DBAPIError

Fresh = Callable[[], str]
SECONDS_TO_START = 30


def program(name: str) -> str | None:
    """Path of a program of PostgreSQL, the newest where there are several."""
    beside = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3])
    )
    return shutil.which(name) or (str(beside[-1]) if beside else None)


def owner() -> str | None:
    """The server never runs as root: a user that may run it instead, None to stay oneself."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    found = [name for name in ("postgres", "nobody") if name in known]
    if not found:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")
    return found[0]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def answers(url: str) -> bool:
    engine = create_engine(url)
    try:
        engine.connect().close()
        return True
    except DBAPIError:
        return False
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a PostgreSQL server of this test process alone; its folder goes with it."""
    initdb, postgres = program("initdb"), program("postgres")
    if not (initdb and postgres):
        pytest.skip("PostgreSQL is not installed (no initdb and postgres)")
    pytest.importorskip("pg8000")
    user = owner()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder, data = Path(name), Path(name) / "data"
        if user:
            shutil.chown(folder, user)
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
        as_user = {"user": user, "cwd": folder, "env": environment}
        create = [
            initdb,
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        done = subprocess.run(create, capture_output=True, text=True, **as_user)
        if done.returncode:
            pytest.skip(f"PostgreSQL's initdb fails here: {done.stderr.strip()[-200:]}")
        yield from running(postgres, data, as_user)


def running(postgres: str, data: Path, as_user: dict[str, object]) -> Iterator[str]:
    """Start the server, on another port where somebody took the first one, and stop it after the tests."""
    folder = data.parent
    for attempt in range(3):
        port = free_port()
        url = f"postgresql+pg8000://postgres@127.0.0.1:{port}/postgres"
        command = [postgres, "-D", data, "-p", str(port), "-k", folder, "-c", "fsync=off"]
        log = folder / f"log-{attempt}"
        with (
            log.open("wb") as output,
            subprocess.Popen(command, stdout=output, stderr=output, **as_user) as process,
        ):
            try:
                until = time.monotonic() + SECONDS_TO_START
                while process.poll() is None and time.monotonic() < until:
                    if answers(url):
                        yield url
                        return
                    time.sleep(0.1)
            finally:
                process.send_signal(signal.SIGINT)
    pytest.skip(f"PostgreSQL does not start here: {log.read_text()[-200:]}")


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """`fresh()` -> a place where no store is yet, each time another."""
    numbers = itertools.count()
    if request.param == "sqlite":
        return lambda: str(tmp_path / f"store-{next(numbers)}.sqlite")
    server = make_url(request.getfixturevalue("server"))

    def database() -> str:
        name = f"store_{os.urandom(6).hex()}"
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
        finally:
            engine.dispose()
        return server.set(database=name).render_as_string(hide_password=False)

    return database
