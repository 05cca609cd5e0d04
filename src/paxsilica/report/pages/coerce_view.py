"""What the page of a pair says again and again: its findings, and how its sides are called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

from paxsilica.analysis.coercion.pair import SIDES
from paxsilica.horizon import HORIZONS
from paxsilica.names import inside
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.theme import Rows
from paxsilica.report.report import Row, head

LONG, SHORT = HORIZONS

POLICIES = {
    "diversify": "cheaper supply from",
    "stock": "stock from",
    "subsidise": "subsidy at home",
    "join": "free trade with",
}

HEADLINE = dict.fromkeys(("sector", "point", "elasticities"))
"""What a number of the whole cut under the set that is used has no label of."""


@dataclass(eq=False)
class Pair:
    """An answer, and how its sides are called: `names` inside a sentence, by item."""

    answer: Answer

    def __post_init__(self) -> None:
        asked, names = self.answer.question.model_dump(), self.answer.names
        sides = [asked["target"], asked["sender"]]
        self.target, self.sender = (names.say(side, inside=True) for side in sides)
        self.who = dict(zip(SIDES, (self.target, self.sender), strict=True))
        self.targets, self.senders = map(names.regions, sides)
        self.findings, self.economy = self.answer.findings, names.table
        self.year, self.prices = words.of_year(self.economy), words.at_prices(self.economy)
        self.reliefs = self._reliefs()

    @property
    def over(self) -> str:
        """What the bands are over."""
        return words.ranged_over(
            len(self.changes("elasticities")), self.answer.question.model_dump()["draws"]
        )

    def row(self, variable: str, horizon: str, **of: str) -> Row:
        """A number of the whole cut, under the set that is used, with its band."""
        return self.findings.row(variable, horizon=horizon, **HEADLINE, **of)

    def of(self, variable: str, horizon: str, item: str) -> float:
        return self.findings.value(variable, horizon=horizon, item=item, **HEADLINE)

    def ranked(
        self, dimension: str, variable: str = "real_income", horizon: str = LONG, **of: str
    ) -> dict[str, float]:
        """Label -> number, the lowest first, without what is unknown."""
        found = self.findings.along(variable, dimension, horizon=horizon, **of)
        known = [(label, value) for label, value in found.items() if value is not None]
        return dict(sorted(known, key=itemgetter(1)))

    def changes(self, dimension: str, item: str = "targets", h: str = LONG) -> dict[str, float]:
        """Label -> change of a side's real income, %, the largest loss first."""
        return self.ranked(dimension, horizon=h, item=item)

    @cached_property
    def alone(self) -> dict[str, float]:
        """Sector -> change of the target's real income by its cut alone, the largest loss first."""
        return self.changes("sector")

    def along(self, dimension: str, *keys: str) -> dict[str, dict[str, Any]]:
        """Label -> columns of a table: head with its unit, side and horizon -> number."""
        table: dict[str, dict[str, Any]] = {}
        for row in (row for key in keys for row in self.findings.select(key).rows()):
            if label := row.get(dimension):
                table.setdefault(label, {})[self.head(row["variable"], row)] = row["value"]
        return table

    def head(self, key: str, of: Row) -> str:
        """`Real income, %, India, long run`."""
        side = words.sentence(self.who.get(of.get("item", ""), ""))
        when = str(HORIZONS.get(of.get("horizon", ""), ""))
        what = head(self.answer, key)
        if len(self.senders) == 1:
            what = what.replace("Senders'", "Sender's")
        return ", ".join(filter(None, (what, side, when)))

    def _reliefs(self) -> Rows:
        """Policies, the largest net gain first: `policy` in words, and their numbers by key."""
        found, names = [], self.answer.names
        of = ("rung", "measure", "partner", "sector")
        for (rank, measure, partner, sector), its in self.findings.cells(*of, also="item").items():
            if rank:
                who = names.say_regions([*filter(None, partner.split("+"))])
                said = f"{POLICIES[measure]} {who}".strip()
                said += f", {inside(self.economy.sector_name(sector))}" if sector else ""
                numbers = {key: row["value"] for key, row in its.items()}
                found.append({"policy": said, **numbers})
        return found
