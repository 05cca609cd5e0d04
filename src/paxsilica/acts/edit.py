"""`Edit`: what a person does to what is kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paxsilica.acts.act import Act
from paxsilica.brief import store as kept
from paxsilica.questions.question import asked

if TYPE_CHECKING:
    from paxsilica.desk import Desk


def person(given: str | None) -> str:
    """Who acts: the name given, or that in PAX_NAME; "" where there is neither."""
    return given or os.environ.get("PAX_NAME", "")


class Edit(Act):
    """Retract, confirm, correct, tag, note, merge, supersede, remove or undo, in the name of a person."""

    deed: str = asked("What is done: one of `paxsilica.brief.deeds.EDITS`.", positional=True)
    subject: str = asked("A document, an item of it, an actor or a deed.", positional=True)
    property: str = asked("Which property of an item is corrected.", "", example="rate")
    value: str = asked("The new value, tag, note, document or actor.", "")
    by: str | None = asked("Who does it; else the name in PAX_NAME.", None)
    why: str = asked("Why, for the history.", "")
    store: str | None = asked(
        "A SQLite file or postgresql://user@host/database; else your own file.", None
    )

    def done(self, desk: Desk) -> Mapping[str, Any]:
        with kept.open_store(self.store, make=False) as store:
            done = kept.edit(
                store,
                self.deed,
                self.subject,
                person(self.by),
                property=self.property,
                value=self.value,
                why=self.why,
            )
            return {"store": store.name, **done._asdict()}
