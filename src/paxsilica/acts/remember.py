"""`Remember`: keep a prediction as it is made, so that it can be held against what happens."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paxsilica.about import BASELINE
from paxsilica.acts.act import Act
from paxsilica.acts.edit import person
from paxsilica.analysis.score.prediction import prediction_from
from paxsilica.brief import store as kept
from paxsilica.names import Names
from paxsilica.questions.question import Written, asked

if TYPE_CHECKING:
    from paxsilica.desk import Desk


class Remember(Act):
    """Keep predictions: the flows with their bands, the question, the version and the day. None is ever changed."""

    files: tuple[str, ...] = asked(
        "Folders of runs, or CSV files of flows.", positional=True, several=True
    )
    importer: Written | None = asked("Whose imports; else all that are predicted.", None)
    baseline: str = asked("Whose names are used: a baseline, or its path.", BASELINE)
    store: str | None = asked(
        "A SQLite file or postgresql://user@host/database; else your own file.", None
    )
    new_store: bool = asked("Make the store that is named, if there is none.", False)
    by: str | None = asked("Who predicts; else the name in PAX_NAME, or of the login.", None)

    def done(self, desk: Desk) -> Mapping[str, Any]:
        names = Names(desk.economy(self.baseline))
        importer = names.region(self.importer, "importer") if self.importer else ""
        found = [prediction_from(Path(one), names, importer) for one in self.files]
        who = person(self.by) or os.environ.get("USER", "unnamed")
        with kept.open_store(self.store, make=self.new_store) as store:
            told = [kept.remember(store, p.about["title"], p.as_text(), who) for p in found]
            rows = [{**one._asdict(), "new": new} for one, new in told]
            return {"store": store.name, "predictions": rows}
