"""Edits: what a person does to what is kept, in his or her name."""

from __future__ import annotations

import pytest
from brief.readings import many

from paxsilica.acts.edit import Edit
from paxsilica.acts.keep import Link
from paxsilica.brief import store as kept
from paxsilica.desk import Desk
from paxsilica.errors import InputError


@pytest.fixture
def store(tmp_path):
    where = str(tmp_path / "team.sqlite")
    with kept.open_store(where) as opened:
        kept.add_many(opened, many(2))
    return where


def test_an_edit_is_done_in_the_name_of_a_person(store, monkeypatch):
    with kept.open_store(store) as opened:
        sha = kept.documents(opened)[0].sha256
    tag = Edit(deed="tag", subject=sha, value="magnets", store=store)
    monkeypatch.delenv("PAX_NAME", raising=False)
    with pytest.raises(InputError, match="say who does it"):
        tag.done(Desk())
    monkeypatch.setenv("PAX_NAME", "Ann")
    done = tag.done(Desk())
    assert (done["number"], done["by"], done["after"]) == (1, "Ann", "magnets")
    with kept.open_store(store) as opened:
        assert [one.tags for one in kept.documents(opened) if one.tags] == [("magnets",)]
        assert [one.by for one in kept.history(opened)] == ["Ann"]


def test_links_of_everything_are_drawn_with_progress(store):
    told = []
    desk = Desk(lambda *step: told.append(step))
    assert Link(store=store).done(desk)["links"] > 0
    assert Link(store=store).done(desk)["links"] == 0
    assert told[:2] == [("linking", 0, 2), ("linking", 1, 2)]
    with kept.open_store(store) as opened:
        assert {link.kind for link in kept.links(opened)} >= {"same quote", "same claim"}
