"""`Keep`: put documents, what was read in them, and the links between them into a store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paxsilica.acts.act import Act
from paxsilica.brief import store as kept
from paxsilica.brief.ingest import FEW, readings
from paxsilica.brief.reading import record_of
from paxsilica.brief.record import Reading
from paxsilica.questions.question import asked

if TYPE_CHECKING:
    from paxsilica.desk import Desk


class Keep(Act):
    """Keep documents and what was read in them; links are drawn between few at a time."""

    files: tuple[str, ...] = asked("Texts, web pages or PDFs.", positional=True, several=True)
    store: str | None = asked(
        "A SQLite file or postgresql://user@host/database; else your own file.", None
    )
    ask_model: bool = asked("With assertions of the model that PAX_MODEL_URL names.", False)

    def done(self, desk: Desk) -> Mapping[str, Any]:
        count = len(self.files)
        found = readings(map(Path, self.files), self.ask_model)
        with kept.open_store(self.store) as store:
            if count > FEW:
                new = kept.add_many(store, self._counted(desk, found))
                return {"store": store.name, "new": new, "of": count}
            few = list(found)
            links = record_of(reading for _, reading in few).links
            new = kept.add_many(store, few)
            kept.set_links(store, dict.fromkeys([*kept.links(store), *links]))
            return {"store": store.name, "new": new, "of": count, "links": len(links)}

    def _counted(
        self, desk: Desk, readings: Iterable[tuple[bytes, Reading]]
    ) -> Iterator[tuple[bytes, Reading]]:
        for at, reading in enumerate(readings):
            desk.progress("reading", at, len(self.files))
            yield reading
