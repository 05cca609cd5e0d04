"""`pax score`: how predictions fared against what happened."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import model_validator

from paxsilica.about import BASELINE
from paxsilica.analysis.score.card import Card
from paxsilica.analysis.score.cells import ScoredAndLeft, matched
from paxsilica.analysis.score.packaged import packaged_prediction
from paxsilica.analysis.score.prediction import Prediction, prediction_from, prediction_of
from paxsilica.analysis.score.rivals import rivals_of
from paxsilica.analysis.score.tables import flow_rows
from paxsilica.brief import store as kept
from paxsilica.data.outcomes import AUTUMN_2025, OUTCOME_SOURCE, usual_changes, world_growth
from paxsilica.data.outlook import OUTLOOK
from paxsilica.data.sources import sources_of
from paxsilica.desk import Desk
from paxsilica.economy import Note
from paxsilica.names import Names
from paxsilica.questions.question import Answer, Days, Question, Written, asked

MIDDLES = (date(2024, 10, 16), date(2025, 10, 16))
"""Of the packaged outcomes' periods."""

US = "USA"


class Read(NamedTuple):
    """A prediction, whether it is the packaged one, and the response by age that is its rival."""

    prediction: Prediction
    packaged: bool = False
    response: Mapping[float, float] | None = None


class Score(Question):
    """How a prediction fared: slopes, errors, directions and coverage beside rivals. Default: the packaged report card."""

    LEFT_OUT: ClassVar = (
        "Everything else that moved the flows between both periods: demand (computers for artificial intelligence), gold "
        "shipped as a store of value, purchases brought forward before a duty and run down after it, recalls and stoppages "
        "of single plants, exchange rates. None of it is controlled for; its usual size is in the outcome band.",
        "Duties as paid are outcomes too: they follow from what is still bought, from claims of preference and exemption. "
        "A prediction that is fed with them knows a part of the answer.",
        "Prices and quantities apart: what is compared is value before duty.",
        "Flows that began or ended, and those too small to count: they have no log change that says anything.",
    )

    prediction: str | None = asked(
        "The folder of a run, a CSV of flows, or a remembered prediction by the beginning of its name. Default: the one "
        "packaged, of autumn 2025.",
        None,
        example="build/run",
        positional=True,
        shelf="A remembered prediction, by the beginning of its name. Default: the one packaged, of autumn 2025.",
    )
    outcomes: str | None = asked(
        "A CSV with partner, sector, before, after, and perhaps importer, duty_before, duty_after, in million. Default: US "
        "imports of autumn 2025.",
        None,
        unit="path",
        example="outcomes.csv",
        positional=True,
    )
    importer: Written | None = asked(
        "Whose imports, where the tables do not say.", None, example="USA", names="regions"
    )
    periods: Days | None = asked(
        "The middles of both periods, between which world income grew. Default: nothing is added to a prediction.",
        None,
        unit="date",
        example="2024-10-16,2025-10-16",
    )
    baseline: str = asked("Whose names are used: a baseline, or its path.", BASELINE)
    store: str | None = asked("Where predictions are remembered; else your own file.", None)
    seed: int = asked("Of the intervals.", 0)

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.outcomes is not None and self.prediction is None:
            raise ValueError("outcomes are of which prediction? name it before them")
        if self.periods is not None and (
            len(self.periods) != 2 or self.periods[0] >= self.periods[1]
        ):
            raise ValueError("--periods are two days, the earlier first: 2024-10-16,2025-10-16")
        if self.seed < 0:
            raise ValueError("--seed must be 0 or above")
        return self

    def answered(self, desk: Desk) -> Answer:
        names = Names(desk.economy(self.baseline))
        importer = names.region(self.importer, "importer") if self.importer else ""
        read = self._prediction(desk, names, importer)
        given = self.outcomes is not None
        path = Path(self.outcomes) if self.outcomes is not None else AUTUMN_2025
        whose = importer or ("" if given else US) or _sole(read.prediction.importers)
        desk.progress("scoring")
        both = matched(read.prediction, flow_rows(path, names, whose))
        periods = self.periods or (None if given else MIDDLES)
        growth = math.log(world_growth(*map(_years_of, periods))) if periods else None
        card = Card(
            both.cells, rivals_of(both.cells, read.response), usual_changes(), growth, self.seed
        )
        keys = [OUTCOME_SOURCE] + [OUTLOOK] * (growth is not None)
        solved = names.table.about.sources if "question" in read.prediction.about else ()
        return Answer(
            question=self,
            findings=card.findings(),
            names=names,
            notes=[*_score_notes(both, read.prediction, given)],
            sources=(*sources_of(keys), *solved),
            not_modelled=self.LEFT_OUT,
            attachments={
                "prediction": {**read.prediction.about, "packaged": read.packaged},
                "periods": [str(day) for day in periods or ()],
            },
            seed=self.seed,
        )

    def _prediction(self, desk: Desk, names: Names, importer: str) -> Read:
        if self.prediction is None:
            found = packaged_prediction(desk)
            return Read(found.prediction, True, found.response)
        path = Path(self.prediction)
        if path.exists() or not re.fullmatch("[0-9a-f]{4,64}", self.prediction):
            return Read(prediction_from(path, names, importer))
        with kept.open_store(self.store, make=False) as store:
            return Read(prediction_of(kept.prediction(store, self.prediction)))


def _sole(importers: tuple[str, ...]) -> str:
    return importers[0] if len(importers) == 1 else ""


def _years_of(day: date) -> float:
    """The year and the part of it that is over."""
    first = date(day.year, 1, 1)
    over = (day - first).days / (date(day.year + 1, 1, 1) - first).days
    return day.year + over


def _score_notes(both: ScoredAndLeft, prediction: Prediction, own: bool) -> Iterator[Note]:
    if both.not_predicted:
        yield Note(
            "score.not_predicted",
            f"{both.not_predicted} outcomes have no prediction, or one of more than they hold, and are not scored",
        )
    if both.too_small:
        yield Note(
            "score.too_small", f"{both.too_small} flows are too small to count, and are not scored"
        )
    if own:
        yield Note(
            "score.usual_changes",
            "the usual changes in the outcome band are those of US imports in three months of a year against the next, by "
            "size in million USD; other importers, shorter or longer periods and other money differ",
        )
    said: Any = both.cells.said
    if said.draws is None and not (said.low == said.low).any():
        yield Note(
            "score.no_policy_band",
            "the prediction has no band by flow, so that the outcome band is the usual change alone, and too narrow",
        )
