"""The store: the same promises on SQLite and on PostgreSQL."""

import hashlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from brief.readings import NEW_YEAR, made_up, many, small_record, two_links
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, func, select, text

from paxsilica.brief.record import Reading, Time
from paxsilica.brief.store import (
    Due,
    Store,
    add_many,
    documents,
    due,
    everything,
    links,
    open_store,
    original,
    reading,
    search,
    set_links,
)
from paxsilica.brief.store.connect import transaction
from paxsilica.brief.store.tables import ITEMS, documents_table, version_table
from paxsilica.errors import InputError

Fresh = Callable[[], str]


def counts(store: Store) -> dict[str, dict[str, int]]:
    """By document: how many rows each table of items has."""
    found: dict[str, dict[str, int]] = {
        entry.sha256: dict.fromkeys(ITEMS, 0) for entry in documents(store)
    }
    with store.engine.connect().execution_options(writes=False) as connection:
        for kind, table in ITEMS.items():
            rows = connection.execute(
                select(table.c.document, func.count()).group_by(table.c.document)
            )
            for document, number in rows:
                if document in found:  # others may be writing
                    found[document][kind] = number
    return found


def is_whole(store: Store) -> bool:
    """Each document has the bytes read, all of its items and nobody else's."""
    for sha, kinds in counts(store).items():
        found = reading(store, sha)
        if hashlib.sha256(original(store, sha)).hexdigest() != found.document.sha256:
            return False
        if kinds != {kind: len(getattr(found, kind)) for kind in kinds}:
            return False
    return True


@contextmanager
def connected(where: str) -> Iterator[Connection]:
    """A transaction past the store."""
    engine = create_engine(where if "://" in where else f"sqlite:///{where}")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def add(store: Store, data: bytes, found: Reading) -> bool:
    """Keep one document; whether that changed the store."""
    return add_many(store, [(data, found)]) == 1


def altered(found: Reading, **document: object) -> Reading:
    return found.model_copy(update={"document": found.document.model_copy(update=document)})


# What goes in comes out


def test_a_reading_comes_back_as_it_was(fresh: Fresh) -> None:
    data, found = made_up()
    with open_store(fresh()) as store:
        assert add(store, data, found)
        assert reading(store, found.document.sha256) == found
        assert reading(store, found.document.sha256[:6].upper()) == found
        assert original(store, found.document.sha256) == data
        assert is_whole(store)


def test_a_record_is_kept_when_the_store_is_closed(fresh: Fresh) -> None:
    where, whole = fresh(), small_record()
    with open_store(where) as store:
        assert add_many(store, many(2)) == 2
        set_links(store, [*whole.links, whole.links[0]])
    with open_store(where) as store:
        assert links(store) == whole.links
        kept = everything(store)
        assert set(kept.readings) == set(whole.readings)
        assert kept.links == whole.links


def test_links_are_replaced_as_a_set(fresh: Fresh) -> None:
    first, second = two_links()
    with open_store(fresh()) as store:
        set_links(store, [first, second])
        set_links(store, [second])
        assert links(store) == (second,)
        set_links(store, [])
        assert links(store) == ()


def test_documents_stand_by_day_and_those_without_one_last(fresh: Fresh) -> None:
    with open_store(fresh()) as store:
        for number, day in enumerate([None, date(2026, 3, 1), date(2025, 12, 31)], 1):
            data, found = made_up(number)
            published = found.document.published.model_copy(update={"day": day})
            add(store, data, altered(found, published=published))
        entries = documents(store)
    assert [entry.published for entry in entries] == [date(2025, 12, 31), date(2026, 3, 1), None]
    assert entries[-1].source == "bulletin-1.txt"
    assert entries[-1].basis == "dateline"


def test_text_that_databases_dislike_is_kept(fresh: Fresh) -> None:
    data, found = made_up()
    nasty = (
        found.document.text + "NUL \0 here, marks \x01 and \x02, a quote ' and %s :name magnetite 𐍈"
    )
    found = altered(found, text=nasty, title="a \0 title")
    with open_store(fresh()) as store:
        add(store, data, found)
        assert reading(store, found.document.sha256) == found
        (hit,) = search(store, "magnetite")
        assert [nasty[span.start : span.end] for span in hit.spans] == ["magnetite"]


def test_a_long_document_of_distinct_words_is_kept(fresh: Fresh) -> None:
    data, found = made_up()
    long = found.document.text + " ".join(
        f"{chr(0x4E00 + n % 20000)}{n:x}-{n:o}" for n in range(150_000)
    )
    with open_store(fresh()) as store:
        assert add(store, data, altered(found, text=long))
        (hit,) = search(store, "ceramic")
        assert hit.spans[0].exact == "ceramic"


# Adding again


def test_the_same_document_twice_changes_nothing(fresh: Fresh) -> None:
    data, found = made_up()
    with open_store(fresh()) as store:
        assert add(store, data, found)
        assert not add(store, data, found)
        assert not add(store, data, altered(found, source="a copy.txt")), "the first source stays"
        assert reading(store, found.document.sha256) == found
        assert is_whole(store)


def test_a_new_reading_replaces_the_old_one(fresh: Fresh) -> None:
    data, old = made_up(version="1")
    _, new = made_up(version="2")
    new = new.model_copy(update={"statements": new.statements[:1], "commitments": ()})
    changed = altered(new, text=new.document.text + "zinc")
    with open_store(fresh()) as store:
        add_many(store, [made_up(2), (data, old)])
        assert add(store, data, changed)
        assert reading(store, old.document.sha256) == changed
        assert is_whole(store)
        assert [hit.document for hit in search(store, "zinc")] == [old.document.sha256]
        assert add_many(store, [(data, old), (data, old), (data, changed)]) == 2
        assert add(store, data, old)
        assert search(store, "zinc") == ()
        assert len(search(store, "ceramic")) == 2


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_orders_and_repeats_do_not_matter(data: st.DataObject, fresh: Fresh) -> None:
    readings = list(many(4))
    numbers = data.draw(st.lists(st.sampled_from(range(4)), max_size=12))
    batch = data.draw(st.integers(1, 5))
    with open_store(fresh()) as store:
        assert add_many(store, (readings[number] for number in numbers), batch) == len(set(numbers))
        assert add_many(store, (readings[number] for number in reversed(numbers)), batch) == 0
        kept = {entry.sha256: reading(store, entry.sha256) for entry in documents(store)}
        assert set(kept.values()) == {readings[number][1] for number in numbers}
        assert is_whole(store)


def test_an_error_undoes_its_batch_and_no_other(fresh: Fresh) -> None:
    data, found = made_up(5)
    with open_store(fresh()) as store:
        with pytest.raises(InputError, match="other bytes"):
            add_many(store, [*many(4), (b"others", found)], batch=2)
        assert len(documents(store)) == 4
        assert add(store, data, found)
        assert is_whole(store)


def test_a_generator_that_fails_leaves_whole_batches(fresh: Fresh) -> None:
    def items():
        yield from many(5)
        raise KeyError("no more")

    with open_store(fresh()) as store:
        with pytest.raises(KeyError):
            add_many(store, items(), batch=2)
        assert len(documents(store)) == 4
        assert is_whole(store)


def test_a_failure_within_a_transaction_leaves_nothing(fresh: Fresh) -> None:
    where = fresh()
    with open_store(where) as store:
        add_many(store, many(2))
        with connected(where) as connection:
            connection.execute(text("DROP TABLE brief_assertions"))
        with pytest.raises(InputError, match="brief_assertions"):
            add(store, *made_up(3))
        assert len(documents(store)) == 2
        assert len(search(store, "bulletin")) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: {"statements": r.statements[:1] * 2}, "2 statements have the id s1"),
        (
            lambda r: {"document": r.document.model_copy(update={"text": "half \ud83e"})},
            "half a character",
        ),
        (
            lambda r: {"quantities": (r.quantities[0].model_copy(update={"value": float("nan")}),)},
            "no number",
        ),
        (
            lambda r: {"assertions": (r.assertions[0].model_copy(update={"value": float("inf")}),)},
            "no number",
        ),
    ],
)
def test_readings_that_cannot_come_back_are_refused(change, message: str, fresh: Fresh) -> None:
    data, found = made_up()
    with open_store(fresh()) as store:
        with pytest.raises(InputError, match=message) as caught:
            add(store, data, found.model_copy(update=change(found)))
        assert "bulletin-1.txt" in str(caught.value)
        assert documents(store) == ()


CHILD = """
import sys
from brief.readings import many
from paxsilica.brief.store import add_many, open_store

def items():
    for number, item in enumerate(many(100_000), 1):
        print(number, flush=True)
        yield item

with open_store(sys.argv[1]) as store:
    add_many(store, items(), batch=int(sys.argv[2]))
"""


def child(*arguments: str) -> subprocess.Popen[str]:
    path = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path)}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("batch", "moment"), [(1, 8), (7, 29), (7, 36), (30, 61)])
def test_a_killed_process_leaves_whole_documents(batch: int, moment: int, fresh: Fresh) -> None:
    where = fresh()
    with child(where, str(batch)) as process:
        assert process.stdout
        for line in process.stdout:
            if int(line) >= moment:
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    with open_store(where) as store:
        kept = len(documents(store))
        assert kept >= (moment - 1) // batch * batch
        assert kept % batch == 0
        assert is_whole(store)
        assert len(search(store, "bulletin")) == min(kept, 50)
        assert add_many(store, many(kept + 5)) == 5
        assert is_whole(store)


def test_several_open_and_fill_one_store_at_once(fresh: Fresh) -> None:
    where, failures = fresh(), []
    start = threading.Barrier(4)

    def fill() -> None:
        start.wait()
        try:
            with open_store(where) as store:
                add_many(store, many(30), batch=3)
        except InputError as exc:
            failures.append(exc)

    threads = [threading.Thread(target=fill) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with open_store(where) as store:
        assert len(documents(store)) == 30
        assert is_whole(store)


def test_two_processes_share_one_store(fresh: Fresh) -> None:
    where = fresh()
    with ExitStack() as stack:
        pair = [stack.enter_context(child(where, "3")) for _ in range(2)]
        for process in pair:
            assert process.stdout
            next(line for line in process.stdout if int(line) >= 30)
        with open_store(where) as store:
            assert is_whole(store), "a reader sees whole documents while others write"
        for process in pair:
            assert process.poll() is None
            process.kill()
            assert process.stdout
            process.stdout.read()
    with open_store(where) as store:
        assert len(documents(store)) >= 27
        assert is_whole(store)


def test_a_writer_that_waits_too_long_says_so(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = fresh()
    monkeypatch.setattr("paxsilica.brief.store.connect.SECONDS_TO_WAIT", 1)
    with open_store(where) as store, open_store(where) as other:
        add(other, *made_up(1))
        with transaction(store, writes=True), pytest.raises(InputError) as caught:
            add(other, *made_up(2))
        assert "lock" in one_line(caught)
        assert add(other, *made_up(2))
        assert is_whole(other)


@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
def test_a_server_that_falls_silent_is_one_line(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paxsilica.brief.store.connect.ANSWER", 1)
    where = fresh()
    with open_store(where) as store:
        with (
            pytest.raises(InputError, match="timed out") as caught,
            transaction(store) as connection,
        ):
            connection.exec_driver_sql("SELECT pg_sleep(3)")
        one_line(caught)
        assert documents(store) == (), "the next attempt connects anew"


def work_while_connections_end(store: Store, where: str) -> None:
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    with transaction(store, writes=True) as writing:
        with connected(where) as connection:
            connection.execute(
                text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
            )
        for _ in range(100):
            writing.execute(text("SELECT pg_sleep(0.05)"))


@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
def test_a_connection_that_breaks_is_one_line(fresh: Fresh) -> None:
    where = fresh()
    with open_store(where) as store:
        with pytest.raises(InputError) as caught:
            work_while_connections_end(store, where)
        one_line(caught)
        assert add(store, *made_up(2)), "the next attempt connects anew"


# Questions


def test_due_tells_where_each_promise_stands(fresh: Fresh) -> None:
    with open_store(fresh()) as store:
        add_many(store, many(3))
        found = due(store, NEW_YEAR + timedelta(days=2))
    assert [item.status for item in found] == [
        "overdue by 1 day",
        "due on this day",
        "due in 1 day",
        *["no date given"] * 3,
    ]
    promise = "We will lift the duty of 25% on ceramic magnets by 2026-01-02"
    who = ("Rufus Firefly",)
    assert found[0] == Due(
        "bulletin-1.txt", who, "will", promise, date(2026, 1, 2), "overdue by 1 day"
    )
    assert [item.last for item in found[1:]] == [date(2026, 1, 3), date(2026, 1, 4), *[None] * 3]


@pytest.mark.parametrize(
    ("first", "last", "as_of", "status"),
    [
        (date(2026, 3, 1), None, date(2026, 2, 27), "begins in 2 days"),
        (date(2026, 3, 1), None, date(2026, 3, 1), "has begun, no end"),
        (None, date(2030, 1, 1), date(2026, 1, 1), "due in 1,461 days"),
        (date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 5), "due in 26 days"),
        (None, None, date(2026, 1, 1), "no date given"),
        (None, date(2030, 1, 1), date(2025, 12, 31), "not made yet"),
    ],
)
def test_status_of_intervals(
    first: date | None, last: date | None, as_of: date, status: str, fresh: Fresh
) -> None:
    data, found = made_up()
    promise = found.commitments[0]
    time = Time(span=promise.span, kind="interval", value="", first=first, last=last)
    found = found.model_copy(update={"commitments": (promise.model_copy(update={"due": time}),)})
    with open_store(fresh()) as store:
        add(store, data, found)
        (item,) = due(store, as_of)
    assert item.status == status


def test_search_finds_words_in_any_form_and_where_they_stand(fresh: Fresh) -> None:
    with open_store(fresh()) as store:
        add_many(store, many(3))
        hits = search(store, "magnet duties")
        assert {hit.document for hit in hits} == {entry.sha256 for entry in documents(store)}
        for hit in hits:
            words = reading(store, hit.document).document.text
            assert [span.exact for span in hit.spans] == ["duty", "magnets"]
            assert all(words[span.start : span.end] == span.exact for span in hit.spans)
        assert search(store, "magnets lithium") == ()
        assert len(search(store, "magnets", most=2)) == 2
        (hit,) = search(store, "bulletin 2026-01-03")
        assert hit.source == "bulletin-2.txt"
        assert [hit.spans[0].exact for hit in search(store, "standstill")] == ["standstill"] * 3


@pytest.mark.parametrize(
    "words",
    [
        *(
            '"',
            "AND",
            "*",
            "(",
            "duty AND",
            "NOT duty",
            "NEAR(duty)",
            "text:duty",
            "duty*",
            '"duty" "',
            "^duty",
            "du'ty",
        ),
        *(
            "-duty",
            "{duty}",
            "duty OR",
            "🧲",
            "",
            "  ",
            "\0",
            "duty\0",
            ":most",
            "%s",
            "%",
            "a & | ! <->",
            "\\",
            "--",
        ),
    ],
)
def test_search_takes_any_words(words: str, fresh: Fresh) -> None:
    with open_store(fresh()) as store:
        add(store, *made_up())
        hits = search(store, words)
        if words in ("duty*", '"duty" "', "^duty", "-duty", "{duty}", "duty\0"):
            assert [hit.spans[0].exact for hit in hits] == ["duty"]
        assert len(hits) <= 1


# Bad input


def one_line(caught: pytest.ExceptionInfo[InputError]) -> str:
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_name_of_no_document_or_of_several_is_refused(fresh: Fresh) -> None:
    with open_store(fresh()) as store:
        with pytest.raises(InputError, match="no document begins with 'abc'") as caught:
            reading(store, "abc")
        one_line(caught)
        add_many(store, many(20))
        with pytest.raises(InputError, match="several documents begin with ''"):
            reading(store, "")
        with pytest.raises(InputError, match="no document begins with '%'"):
            reading(store, "%")
        sha = documents(store)[0].sha256
        wrong = sha[:10] + ("0" if sha[10] != "0" else "1") + sha[11:20]
        with pytest.raises(InputError, match=f"did you mean {sha[:20]}"):
            reading(store, wrong)


def test_a_reading_with_other_fields_asks_to_be_read_again(fresh: Fresh) -> None:
    data, found = made_up()
    where = fresh()
    with open_store(where) as store:
        add(store, data, found)
        with connected(where) as connection:
            connection.execute(documents_table.update().values(reading='{"old": 1}'))
        with pytest.raises(InputError, match="read the document again"):
            reading(store, found.document.sha256)
        assert add(store, data, found)
        assert reading(store, found.document.sha256) == found


@pytest.mark.parametrize(
    ("version", "message"), [(99, "newer than 4; update paxsilica"), (0, "its version")]
)
def test_a_store_of_another_version_is_refused(version: int, message: str, fresh: Fresh) -> None:
    where = fresh()
    with open_store(where), connected(where) as connection:
        connection.execute(version_table.update().values(version=version))
    with pytest.raises(InputError, match=message) as caught, open_store(where):
        pass
    one_line(caught)


def refused(where: str | Path | None) -> str:
    with pytest.raises(InputError) as caught, open_store(where):
        pass
    return one_line(caught)


def test_places_that_are_no_store_are_refused(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir, this is no database at all.\n" * 50)
    assert "not a database" in refused(letter)
    assert letter.read_text().startswith("Dear Sir")
    assert "is no file" in refused(tmp_path)
    assert "is no file" in refused("sqlite://")
    assert "is no file" in refused("")
    assert "there is no folder" in refused(tmp_path / "missing" / "store.sqlite")
    assert "is no store" in refused("mysql://me@here/there")
    assert "is no store" in refused("postgresql+psycopg://me@here/there")
    assert "names no user" in refused("postgresql://localhost/brief")
    assert "sslmode is not known" in refused("postgresql://me@localhost/brief?sslmode=require")
    assert "cannot be read" in refused("postgresql://me@localhost:port/brief")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.txt"]


def test_the_database_of_another_program_is_left_alone(fresh: Fresh, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE notes (words)")
    connection.close()
    before = other.read_bytes()
    assert "another program" in refused(other)
    assert other.read_bytes() == before


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    where = tmp_path / "store.sqlite"
    with open_store(where) as store:
        add_many(store, many(20))
    content = bytearray(where.read_bytes())
    content[4096 : len(content) // 2] = b"\xff" * (len(content) // 2 - 4096)
    where.write_bytes(content)
    with pytest.raises(InputError) as caught, open_store(where) as store:
        everything(store)
    assert re.search("malformed|not a database", one_line(caught))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "unable to open" in refused(tmp_path / "store.sqlite")


def test_a_server_that_does_not_answer_is_one_line_without_the_password(server: str) -> None:
    silent = refused("postgresql://me:secret@127.0.0.1:1/brief")
    assert "secret" not in silent
    assert "127.0.0.1" in silent
    unknown = refused(server.rpartition("/")[0].replace("+pg8000", "") + "/nowhere")
    assert 'database "nowhere" does not exist' in unknown


@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
def test_a_database_may_hold_other_tables_but_no_others_of_the_same_name(fresh: Fresh) -> None:
    where, taken = fresh(), fresh()
    with connected(where) as connection:
        connection.execute(text("CREATE TABLE notes (words text)"))
    with connected(taken) as connection:
        connection.execute(text("CREATE TABLE brief_links (words text)"))
    with open_store(where.replace("+pg8000", "")) as store:
        add(store, *made_up())
    assert "another program" in refused(taken)


def test_without_the_driver_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pg8000", None)
    assert "install paxsilica[postgres]" in refused("postgresql://me@localhost/brief")


def test_the_default_is_the_users_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "platformdirs.user_data_dir", lambda name, **_: str(tmp_path / "data" / name)
    )
    with open_store() as store:
        add(store, *made_up())
    assert (tmp_path / "data" / "paxsilica" / "brief.sqlite").is_file()
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(
        "platformdirs.user_data_dir", lambda name, **_: str(tmp_path / "file" / name)
    )
    assert "cannot be made" in refused(None)
