"""`Keep`: put documents, what was read in them, and the links between them into a store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paxsilica.acts.act import Act
from paxsilica.acts.edit import person
from paxsilica.brief import store as kept
from paxsilica.brief.ingest import FEW, readings
from paxsilica.brief.record import Reading
from paxsilica.questions.brief import model_of
from paxsilica.questions.question import asked

if TYPE_CHECKING:
    from paxsilica.desk import Desk


class Keep(Act):
    """Keep documents and what was read in them; of few at a time the links with everything kept are drawn."""

    files: tuple[str, ...] = asked("Texts, web pages or PDFs.", positional=True, several=True)
    store: str | None = asked(
        "A SQLite file or postgresql://user@host/database; else your own file.", None
    )
    ask_model: bool = asked("With what the model reads that PAX_MODEL_URL names.", False)
    new_store: bool = asked("Make the store that is named, if there is none.", False)
    by: str | None = asked("Who keeps them; else the name in PAX_NAME, or of the login.", None)

    def done(self, desk: Desk) -> Mapping[str, Any]:
        count = len(self.files)
        found = readings(map(Path, self.files), model_of(desk) if self.ask_model else None)
        who = person(self.by) or os.environ.get("USER", "unnamed")
        with kept.open_store(self.store, make=self.new_store) as store:
            if count > FEW:
                new = kept.add_many(store, self._counted(desk, found), by=who)
                return {"store": store.name, "new": new, "of": count}
            few = list(found)
            new = kept.add_many(store, few, by=who)
            links = kept.draw_links(store, (reading.document.sha256 for _, reading in few))
            return {"store": store.name, "new": new, "of": count, "links": links}

    def _counted(
        self, desk: Desk, readings: Iterable[tuple[bytes, Reading]]
    ) -> Iterator[tuple[bytes, Reading]]:
        for at, reading in enumerate(readings):
            desk.progress("reading", at, len(self.files))
            yield reading


class Link(Act):
    """Draw the links of documents with everything kept; after many files were kept at once."""

    documents: tuple[str, ...] = asked(
        "Documents by the beginning of their sha256; else all.", (), positional=True, several=True
    )
    store: str | None = asked(
        "A SQLite file or postgresql://user@host/database; else your own file.", None
    )

    def done(self, desk: Desk) -> Mapping[str, Any]:
        with kept.open_store(self.store, make=False) as store:
            names = [one.sha256 for one in kept.documents(store)]
            if self.documents:
                names = [kept.reading(store, one).document.sha256 for one in self.documents]
            new = 0
            for at, sha in enumerate(names):
                desk.progress("linking", at, len(names))
                new += kept.draw_links(store, [sha])
            return {"store": store.name, "of": len(names), "links": new}
