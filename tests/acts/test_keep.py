"""Keeping: the act that puts what was read into a store."""

from __future__ import annotations

from pathlib import Path

from brief.readings import many, two_links

import paxsilica as pax
from paxsilica.acts.keep import Keep
from paxsilica.brief import store as kept
from paxsilica.desk import Desk
from paxsilica.questions.brief import Brief

BRIEFING = str(Path(__file__).resolve().parents[2] / "examples" / "briefing.md")


def test_a_question_keeps_nothing_and_the_act_keeps_once(tmp_path):
    store = tmp_path / "own.sqlite"
    desk = Desk()
    pax.ask(Brief(files=(BRIEFING,)), desk)
    assert not store.exists()
    first, again = (
        Keep(files=(BRIEFING,), store=str(store), new_store=True).done(desk) for _ in range(2)
    )
    assert (first["new"], again["new"]) == (1, 0)
    with kept.open_store(str(store)) as opened:
        assert len(kept.documents(opened)) == 1


def test_links_kept_before_stay_when_another_text_is_kept(tmp_path):
    """A link between two documents is in the store already, and one text more takes nothing away."""
    store = str(tmp_path / "own.sqlite")
    with kept.open_store(store) as opened:
        kept.add_many(opened, many(2))
        kept.set_links(opened, two_links())
    Keep(files=(BRIEFING,), store=store).done(Desk())
    with kept.open_store(store) as opened:
        assert set(kept.links(opened)) >= set(two_links())
        assert len(kept.documents(opened)) == 3
