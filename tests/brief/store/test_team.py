"""A store for several people: links with everything kept, editions, sources, deeds with their history, questions."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from brief.readings import made_up, many
from sqlalchemy import create_engine, text

from paxsilica.brief.documents import document_of
from paxsilica.brief.links import links_of, text_changes
from paxsilica.brief.reading import read
from paxsilica.brief.record import Reading
from paxsilica.brief.store import (
    Wanted,
    add_many,
    documents,
    draw_links,
    due,
    edit,
    everything,
    find,
    history,
    links,
    open_store,
    original,
    prediction,
    predictions,
    reading,
    remember,
    search,
)
from paxsilica.errors import InputError

Fresh = Callable[[], str]

ARTICLE = (
    "WASHINGTON, January 5, 2026 - The United States imposed tariffs of 25% on India on Monday. "
    "Foreign Minister Rufus Firefly said: “We will build a plant for ceramic magnets before the summer is over.” "
    "Trade between both countries reached $500 billion in 2024, officials said."
)


def article(words: str = ARTICLE, source: str = "news.txt") -> tuple[bytes, Reading]:
    data = words.encode()
    return data, read(document_of(data, source))


def one_line(caught: pytest.ExceptionInfo[InputError]) -> str:
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Links, editions, sources


def test_a_document_is_linked_with_what_was_kept_before(fresh: Fresh) -> None:
    """The links are those that are drawn between all documents at once, whatever lies between the two."""
    words = (
        "“We will build a plant for ceramic magnets before the summer ends,” Rufus Firefly said."
    )
    quoting = f"TOKYO, January 7, 2026 - {words}"
    first, last = article(), article(quoting, "other.txt")
    with open_store(fresh()) as store:
        add_many(store, [first, *many(60)])
        add_many(store, [last])
        assert draw_links(store, [last[1].document.sha256]) > 0
        ends = {first[1].document.sha256, last[1].document.sha256}
        ours = {
            one
            for one in links(store)
            if {one.a.partition("#")[0], one.b.partition("#")[0]} == ends
        }
        assert ours == set(links_of((first[1], last[1])))
        assert any(one.kind == "altered quote" for one in ours)
        assert draw_links(store, [last[1].document.sha256]) == 0, "drawn once"


def test_the_same_bytes_may_have_several_sources(fresh: Fresh) -> None:
    data, found = article()
    with open_store(fresh()) as store:
        add_many(store, [(data, found), article(source="b.txt"), article(source="a.txt")])
        (one,) = documents(store)
    assert (one.source, one.also) == ("news.txt", ("a.txt", "b.txt"))


def test_a_corrected_article_supersedes_the_one_before(fresh: Fresh) -> None:
    old, new = article(), article(ARTICLE.replace("25%", "18%").replace("Monday", "Tuesday"))
    with open_store(fresh()) as store:
        add_many(store, [old])
        add_many(store, [new], by="Ann")
        (deed,) = [one for one in history(store) if one.deed == "supersede"]
        assert (deed.subject, deed.after["document"]) == (
            old[1].document.sha256,
            new[1].document.sha256,
        )
        changed = [(c["before"], c["after"]) for c in deed.after["changes"]]
        assert changed == [("25", "18"), ("Monday", "Tuesday")]
        assert {one.standing for one in documents(store)} == {"superseded", "unreviewed"}
        rates = {one.item["rate"]["value"] for one in find(store, Wanted(kind="measures"))}
        assert rates == {18.0}
        assert len(everything(store).readings) == 1
        assert find(store, Wanted(kind="measures", standing="superseded"))
        edit(store, "undo", str(deed.number), "Bob")
        assert len(everything(store).readings) == 2


def test_another_article_of_the_same_name_is_no_edition(fresh: Fresh) -> None:
    other = "LONDON, March 2, 2026 - The Bank of England kept rates where they are, and savers were calm."
    with open_store(fresh()) as store:
        add_many(store, [article(), article(other)])
        assert {one.standing for one in documents(store)} == {"unreviewed"}


def test_the_difference_of_two_texts() -> None:
    before = "One stays. Two goes away now. Three is here."
    after = "One stays. Two comes back now. Three is here. Four is new."
    changes = [(c.before, c.after) for c in text_changes(before, after)]
    assert changes == [("goes away", "comes back"), ("", "Four is new")]


# Deeds


def measure_of(found: Reading) -> str:
    return found.item(found.measures[0].id)


def test_a_value_is_corrected_confirmed_and_its_history_kept(fresh: Fresh) -> None:
    data, found = article()
    subject = measure_of(found)
    with open_store(fresh()) as store:
        add_many(store, [(data, found)], by="Ann")
        done = edit(store, "correct", subject, "Bob", property="rate", value="18%", why="misread")
        assert (done.before, done.after, done.by, done.why) == (25.0, 18, "Bob", "misread")
        now = reading(store, found.document.sha256)
        assert now.measures[0].rate is not None
        assert now.measures[0].rate.value == 18.0
        (mine,) = [a for a in now.assertions if a.extractor == "person:Bob"]
        assert (mine.property, mine.value) == ("rate", 18)
        assert any(a.property == "rate" and a.value == 25.0 for a in now.assertions)
        (hit,) = find(store, Wanted(kind="measures"))
        assert (hit.standing, hit.item["rate"]["value"]) == ("corrected", 18.0)
        edit(store, "confirm", subject, "Cy")
        assert find(store, Wanted(standing="confirmed"))[0].subject == subject
        assert [one.deed for one in history(store, subject)] == ["correct", "confirm"]
        assert [one.by for one in history(store)] == ["Ann", "Bob", "Cy"]
        add_many(store, [(data, found)])
        assert reading(store, found.document.sha256) == now, "kept again, the correction stays"
        edit(store, "undo", str(done.number), "Ann")
        assert reading(store, found.document.sha256) == found
        (hit,) = find(store, Wanted(kind="measures"))
        assert hit.item["rate"]["value"] == 25.0


def test_lists_dates_and_documents_are_corrected(fresh: Fresh) -> None:
    data, found = made_up()
    with open_store(fresh()) as store:
        add_many(store, [(data, found)])
        edit(store, "correct", found.item("m1"), "Ann", property="targets", value="IND, CHN")
        edit(store, "correct", found.item("c1"), "Ann", property="due", value="2026-05-01")
        edit(store, "correct", found.document.sha256, "Ann", property="title", value="A title")
        edit(
            store, "correct", found.document.sha256, "Ann", property="published", value="2026-01-03"
        )
        now = reading(store, found.document.sha256)
        assert now.measures[0].targets == ("IND", "CHN")
        assert due(store, date(2026, 4, 30))[0].last == date(2026, 5, 1)
        (one,) = documents(store)
        assert (one.title, one.published) == ("A title", date(2026, 1, 3))


@pytest.mark.parametrize(
    ("deed", "subject", "given", "message"),
    [
        ("correct", "#m1", {"property": "rates", "value": "3"}, "did you mean rate"),
        ("correct", "#m1", {"property": "rate", "value": "high"}, "is no value like 25.0"),
        ("correct", "#m1", {"property": "status", "value": "dead"}, "status cannot be 'dead'"),
        ("correct", "#m1", {"property": "id", "value": "x"}, "is no property"),
        ("correct", "#c2", {"property": "due", "value": "2026-01-01"}, "has no due"),
        (
            "correct",
            "#m9",
            {"property": "rate", "value": "3"},
            "valid ones begin with c1, c2, e1, m1",
        ),
        ("correct", "#m1", {"property": "rate"}, "no value is given"),
        ("confirm", "#m9", {}, "no item of this document is called 'm9'"),
        ("remove", "#m1", {}, "name a document"),
        ("supersede", "", {"value": "self"}, "same document"),
        ("merge", "sylvania", {"value": "rufus"}, "nobody is called 'rufus'"),
        ("merge", "sylvania", {"value": "Sylvania"}, "are the same already"),
        ("undo", "77", {}, "no deed has the number '77'"),
        ("erase", "", {}, "is no deed"),
    ],
)
def test_a_deed_that_cannot_be_is_one_line(
    deed: str, subject: str, given: dict[str, str], message: str, fresh: Fresh
) -> None:
    data, found = made_up()
    sha = found.document.sha256
    given = {key: sha if value == "self" else value for key, value in given.items()}
    with open_store(fresh()) as store:
        add_many(store, [(data, found)])
        name = subject if subject.isalnum() and subject else sha + subject
        with pytest.raises(InputError) as caught:
            edit(store, deed, name, "Ann", **given)
        assert message in one_line(caught)
        with pytest.raises(InputError, match="say who does it"):
            edit(store, "confirm", sha, " ")
        assert history(store) == ()
        assert reading(store, sha) == found


def test_what_is_retracted_answers_nothing(fresh: Fresh) -> None:
    first, second = made_up(1), made_up(2)
    with open_store(fresh()) as store:
        add_many(store, [first, second])
        edit(store, "retract", first[1].item("c1"), "Ann")
        edit(store, "retract", second[1].document.sha256[:9], "Ann", why="a hoax")
        assert [one.exact for one in due(store, date(2026, 1, 1))] == ["asked for talks"]
        assert {one.subject.partition("#")[0] for one in find(store, Wanted())} == {
            first[1].document.sha256
        }
        (kept,) = everything(store).readings
        assert [c.id for c in kept.commitments] == ["c2"]
        assert len(find(store, Wanted(standing="retracted"))) > 1
        edit(store, "undo", "2", "Ann")
        assert len(everything(store).readings) == 2


def test_a_removed_document_leaves_its_history(fresh: Fresh) -> None:
    data, found = article()
    other = article(ARTICLE.replace("Trade", "Commerce"), "b.txt")
    with open_store(fresh()) as store:
        add_many(store, [(data, found), other], by="Ann")
        draw_links(store, [found.document.sha256])
        assert links(store)
        done = edit(store, "remove", found.document.sha256, "Bob", why="private")
        assert done.before["source"] == "news.txt"
        assert [one.source for one in documents(store)] == ["b.txt"]
        assert links(store) == ()
        assert len(search(store, "magnets")) == 1
        assert [one.deed for one in history(store, found.document.sha256)] == ["keep", "remove"]
        assert add_many(store, [(data, found)]) == 1
        assert original(store, found.document.sha256) == data


def test_tags_and_notes(fresh: Fresh) -> None:
    data, found = made_up()
    sha = found.document.sha256
    with open_store(fresh()) as store:
        add_many(store, [(data, found), made_up(2)])
        edit(store, "tag", sha, "Ann", value="magnets")
        edit(store, "tag", found.item("m1"), "Ann", value="urgent")
        edit(store, "note", sha, "Bob", value="call Delhi")
        assert [one.subject for one in find(store, Wanted(tag="urgent"))] == [found.item("m1")]
        assert len(find(store, Wanted(tag="magnets", kind="commitments"))) == 2
        (one,) = [one for one in documents(store) if one.tags]
        assert (one.tags, one.notes) == (("magnets",), ("Bob: call Delhi",))
        edit(store, "untag", sha, "Ann", value="magnets")
        assert not [one for one in documents(store) if one.tags]


def test_one_person_under_two_spellings_is_merged(fresh: Fresh) -> None:
    data, found = article()
    other = article(ARTICLE.replace("Rufus Firefly", "Rufus T. Firefly"), "b.txt")
    names = [actor.id for r in (found, other[1]) for actor in r.actors]
    assert {"rufus-firefly", "rufus-t-firefly"} <= set(names)
    with open_store(fresh()) as store:
        add_many(store, [(data, found), other])
        assert len(find(store, Wanted(kind="statements", actor="Rufus Firefly"))) == 1
        edit(store, "merge", "Rufus T. Firefly", "Ann", value="Rufus Firefly")
        for name in ("Rufus Firefly", "rufus-t-firefly"):
            assert len(find(store, Wanted(kind="statements", actor=name))) == 2
        speakers = {s.speaker for r in everything(store).readings for s in r.statements}
        assert speakers & {"rufus-firefly", "rufus-t-firefly"} == {"rufus-firefly"}


# Questions


def test_questions_by_everything(fresh: Fresh) -> None:
    data, found = article()
    with open_store(fresh()) as store:
        add_many(store, [(data, found), made_up()])

        def subjects(**wanted: object) -> set[str]:
            return {one.subject.partition("#")[2] for one in find(store, Wanted(**wanted))}  # type: ignore[arg-type]

        measure = found.measures[0].id
        assert subjects(kind="measures") == {measure, "m1"}
        assert subjects(kind="measures", state="India") == {measure}
        assert subjects(kind="measures", state="USA") == {measure}
        assert subjects(measure="TARIFF", product="magnets") == {"m1"}
        assert subjects(kind="measures", standing="in force") == {measure, "m1"}
        assert subjects(kind="measures", since=date(2026, 1, 3)) == {measure}
        assert subjects(kind="measures", until=date(2026, 1, 3)) == {"m1"}
        assert subjects(kind="commitments", standing="asked") == {"c2"}
        assert subjects(kind="measures", state="Japan") == set()
        for wanted, message in (
            (Wanted(kind="rules"), "no items are called 'rules'"),
            (Wanted(state="Indai"), "did you mean"),
            (Wanted(actor="rufus fly"), "nobody is called"),
            (Wanted(since=date(2026, 2, 1), until=date(2026, 1, 1)), "before it begins"),
        ):
            with pytest.raises(InputError) as caught:
                find(store, wanted)
            assert message in one_line(caught)


def test_a_store_that_is_not_there_is_an_error(fresh: Fresh) -> None:
    where = fresh()
    with (
        pytest.raises(InputError, match="there is no store") as caught,
        open_store(where, make=False),
    ):
        pass
    one_line(caught)
    with open_store(where):
        pass
    with open_store(where, make=False) as store:
        assert documents(store) == ()


def test_a_file_spelled_wrongly_names_the_one_beside(tmp_path: Path) -> None:
    with open_store(tmp_path / "team.sqlite"):
        pass
    with (
        pytest.raises(InputError, match=r"did you mean team\.sqlite"),
        open_store(tmp_path / "taem.sqlite", make=False),
    ):
        pass


# Several at once, and in the middle


def test_two_people_correct_the_same_value_at_once(fresh: Fresh) -> None:
    data, found = article()
    where, subject = fresh(), measure_of(found)
    with open_store(where) as store:
        add_many(store, [(data, found)])
    start, failures = threading.Barrier(2), []

    def correct(name: str, rates: range) -> None:
        start.wait()
        try:
            with open_store(where) as store:
                for rate in rates:
                    edit(store, "correct", subject, name, property="rate", value=str(rate))
        except InputError as exc:
            failures.append(exc)

    pair = [
        threading.Thread(target=correct, args=("Ann", range(10, 18))),
        threading.Thread(target=correct, args=("Bob", range(30, 38))),
    ]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    assert failures == []
    with open_store(where) as store:
        done = history(store, subject)
        assert sorted(one.after for one in done) == [*range(10, 18), *range(30, 38)]
        assert [one.number for one in done] == [*range(1, 17)]
        befores = [25.0, *(float(one.after) for one in done)]
        assert [one.before for one in done] == befores[:-1], "each saw what the one before left"
        rate = reading(store, found.document.sha256).measures[0].rate
        assert rate is not None
        assert rate.value == done[-1].after


CHILD = """
import sys
from paxsilica.brief.store import edit, open_store

with open_store(sys.argv[1]) as store:
    for rate in range(1, 10_000):
        edit(store, "correct", sys.argv[2], "Ann", property="rate", value=str(rate))
        print(rate, flush=True)
"""


def test_a_killed_process_leaves_whole_deeds(fresh: Fresh) -> None:
    data, found = article()
    where, subject = fresh(), measure_of(found)
    with open_store(where) as store:
        add_many(store, [(data, found)])
    command = [sys.executable, "-c", CHILD, where, subject]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout
        for line in process.stdout:
            if int(line) >= 5:
                process.send_signal(signal.SIGKILL)
                break
    with open_store(where) as store:
        done = history(store, subject)
        assert len(done) >= 5
        (hit,) = find(store, Wanted(kind="measures"))
        assert hit.item["rate"]["value"] == done[-1].after, "the rows are those of the history"
        edit(store, "confirm", subject, "Bob")


def test_a_store_of_the_first_version_is_brought_up_to_date(fresh: Fresh) -> None:
    where = fresh()
    with open_store(where) as store:
        add_many(store, many(3))
    engine = create_engine(where if "://" in where else f"sqlite:///{where}")
    with engine.begin() as connection:
        for table in ("sources", "history", "keys", "times", "events", "measures", "predictions"):
            connection.execute(text(f"DROP TABLE brief_{table}"))
        connection.execute(
            text("CREATE TABLE brief_measures (document text, position int, rate float)")
        )
        connection.execute(text("UPDATE brief_store SET version = 1"))
    engine.dispose()
    with open_store(where) as store:
        assert len(find(store, Wanted(kind="measures", product="magnets"))) == 3
        assert {one.source for one in documents(store)} == {f"bulletin-{n}.txt" for n in (1, 2, 3)}
        edit(store, "tag", documents(store)[0].sha256, "Ann", value="old")
        assert add_many(store, many(4)) == 1


def test_a_store_of_the_second_version_gets_room_for_predictions(fresh: Fresh) -> None:
    """Everything else stays as it was: a reading that is laid over by deeds is not read again."""
    where = fresh()
    with open_store(where) as store:
        add_many(store, many(2))
        tagged = documents(store)[0].sha256
        edit(store, "tag", tagged, "Ann", value="old")
        before = find(store, Wanted())
    engine = create_engine(where if "://" in where else f"sqlite:///{where}")
    with engine.begin() as connection:
        for name in ("predictions", "questions", "answers"):
            connection.execute(text(f"DROP TABLE brief_{name}"))
        connection.execute(text("UPDATE brief_store SET version = 2"))
    engine.dispose()
    with open_store(where) as store:
        assert find(store, Wanted()) == before
        assert history(store, tagged)
        assert predictions(store) == []
        assert remember(store, "a title", "{}", "Ann")[1]


def test_a_prediction_is_kept_once_and_never_changed(fresh: Fresh) -> None:
    where = fresh()
    with open_store(where) as store:
        first, new = remember(store, "a title", '{"a": 1}', "Ann")
        again, twice = remember(store, "another title", '{"a": 1}', "Bob")
        assert (new, twice) == (True, False)
        assert again == first == predictions(store)[0]
        assert first.sha256 == hashlib.sha256(b'{"a": 1}').hexdigest()
        remember(store, "a title", '{"a": 2}', "Ann")
        assert prediction(store, first.sha256[:12]) == '{"a": 1}'
        for name, told in (("zz", "no prediction begins with zz"), ("", "several predictions")):
            with pytest.raises(InputError, match=told):
                prediction(store, name)
