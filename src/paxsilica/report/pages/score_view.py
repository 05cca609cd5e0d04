"""What the page of a score says again and again: its findings, and how flows and predictors are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from paxsilica.analysis.score.card import (
    ALL,
    ASIDE,
    ASIDE_WITHOUT,
    DOWN,
    PREDICTION,
    WITHOUT,
)
from paxsilica.analysis.score.rivals import DUTY, ELASTICITY, NO_CHANGE, REDUCED
from paxsilica.analysis.score.tables import TOGETHER
from paxsilica.names import inside, joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.report import Row

CALLED = {
    PREDICTION: "the prediction",
    NO_CHANGE: "no change",
    DUTY: f"the duty times an elasticity of {ELASTICITY:g}",
    REDUCED: "the reduced form by age of the duty",
    DOWN: "always down",
}

SAMPLES = {
    ALL: "all flows",
    WITHOUT: "without computers and electronics",
    ASIDE: "partners set aside",
    ASIDE_WITHOUT: "partners set aside, without computers and electronics",
}

OF_SAMPLE = dict.fromkeys(("region", "partner", "sector"))
"""What a number of a whole sample has no label of."""


@dataclass(eq=False)
class ScoreView:
    """An answer; `how` is the label of the growth that counts: with that of world income where it is known."""

    answer: Answer

    def __post_init__(self) -> None:
        self.findings, self.names = self.answer.findings, self.answer.names
        self.about: dict[str, Any] = self.answer.attachments["prediction"]
        points = [row["point"] for row in self.findings.select("score_error", scenario=ALL).rows()]
        self.how, self.plain = points[0], points[-1]
        self.samples = [name for name in SAMPLES if self.rows("score_cells", scenario=name)]
        self.predictors = [
            name for name in CALLED if self.rows("score_error", scenario=ALL, item=name)
        ]
        self.best = WITHOUT if WITHOUT in self.samples else ALL

    def rows(self, variable: str, **of: str | None) -> list[dict[str, Any]]:
        return self.findings.select(variable, **of).rows()

    def row(self, variable: str, scenario: str = ALL, **of: str | None) -> Row:
        """A number of a sample with its interval; without a value where there is none."""
        found = self.rows(variable, scenario=scenario, **{**OF_SAMPLE, **of})
        return found[0] if found else {"value": None}

    def of(self, variable: str, scenario: str = ALL, **of: str | None) -> float | None:
        value: float | None = self.row(variable, scenario, **of)["value"]
        return value

    def error(self, item: str, scenario: str = ALL) -> float | None:
        """Mean absolute error: of the prediction with growth where it is known, of rivals as they stand."""
        how = self.how if item == PREDICTION else self.plain
        return self.of("score_error", scenario, item=item, point=how)

    def slope(self, scenario: str = ALL, measure: str = "within_sector", **of: str) -> Row:
        told = {"item": PREDICTION, "point": "by_value", **of}
        return self.row("score_slope", scenario, measure=measure, **told)

    def partner(self, label: str, within: bool = False) -> str:
        return self.names.say(label.split(TOGETHER), inside=within)

    def sector(self, label: str) -> str:
        """The sectors of a flow in a table."""
        named = [self.names.table.sector_name(code) for code in label.split(TOGETHER)]
        return joined([named[0], *map(inside, named[1:])])

    def flow(self, row: Row) -> str:
        """`India, textiles and apparel`."""
        said = inside(self.sector(row["sector"]))
        return f"{self.partner(row['partner'])}, {said}"

    def cells(self) -> list[dict[str, Any]]:
        """Every flow: its labels, and its numbers by key; the largest share of the error first."""
        wide: dict[tuple[str, ...], dict[str, Any]] = {}
        for variable in (
            *("imports_before", "measured_change", "predicted_change", "score_miss"),
            *("miss_share", "measured_relative", "predicted_relative"),
        ):
            for row in self.rows(variable, item=None, scenario=None):
                if "region" in row:
                    at = tuple(row[name] for name in ("region", "partner", "sector"))
                    its = wide.setdefault(
                        at, dict(zip(("region", "partner", "sector"), at, strict=True))
                    )
                    its[variable] = row["value"]
        return sorted(wide.values(), key=lambda its: -its["miss_share"])

    def misses(self, most: int) -> Iterator[str]:
        """The flows that cost most of the error, in words."""
        for its in self.cells()[:most]:
            yield (
                f"{self.flow(its)} (predicted {words.signed(its['predicted_change'])}, measured "
                f"{words.signed(its['measured_change'])} log points, {words.number(its['miss_share'])} % of all error)"
            )
