"""What the page of other markets says again and again: its findings, and how its sides are called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from paxsilica.analysis.diversification.markets import CRITERIA, OVERALL
from paxsilica.horizon import HORIZONS
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.report import Row

LONG, SHORT = HORIZONS

OF_ALL = dict.fromkeys(("sector", "partner", "measure", "elasticities"))
"""What a number of all sectors and markets, under the set that is used, has no label of."""

PROMISING = 10
"""Rank up to which a number is a reason to name a market."""


@dataclass(eq=False)
class Diverted:
    """An answer, and how its sides are called inside a sentence."""

    answer: Answer

    def __post_init__(self) -> None:
        self.findings, self.names = self.answer.findings, self.answer.names
        self.economy = self.names.table
        attached = self.answer.attachments
        self.attached = attached
        self.asked = self.answer.question.model_dump()
        self.exporter = self.names.say(self.asked["exporter"], inside=True)
        self.hitter = self.names.say_regions(attached["hitters"])
        alone = len(attached["hitters"]) == 1
        self.hitter_label = self.names.name(attached["hitters"][0]) if alone else "Who hits"
        goods = {*attached["sectors"]} <= {*self.economy.about.sector_groups.get("goods", ())}
        several = len(attached["sectors"]) > 1
        self.goods = self.names.say_sectors(attached["sectors"]) if several or not goods else ""
        self.goods = self.goods or self.names.say_sector(attached["sectors"][0])
        self.year, self.prices = words.of_year(self.economy), words.at_prices(self.economy)

    def row(self, variable: str, horizon: str = LONG, **of: str) -> Row:
        """A number of the whole with its band."""
        item = {"item": None} if "item" not in of else {}
        return self.findings.row(variable, horizon=horizon, **{**OF_ALL, **item, **of})

    def of(self, variable: str, horizon: str = LONG, **of: str) -> float:
        value = self.row(variable, horizon, **of)["value"]
        return float("nan") if value is None else float(value)

    def market(self, variable: str, market: str, **of: Any) -> float | None:
        """A number of a market that is ranked; None where it is unknown."""
        if variable in ("sales_moved", "sales_moved_money", "unrealised_potential"):
            of = {"measure": "market", **of}
        row: Row = self.findings.row(variable, partner=market, horizon=LONG, sector=None, **of)
        value: float | None = row["value"]
        return value

    @cached_property
    def ranked(self) -> list[str]:
        """Markets, the most promising first."""
        found = self.findings.along("market_rank", "partner", measure=OVERALL)
        return sorted(found, key=lambda market: found[market] or 0.0)

    def rank(self, market: str) -> str:
        """`1`, or `1 to 4` over the sets of elasticities."""
        row = self.findings.row("market_rank", partner=market, measure=OVERALL, horizon=LONG)
        ends = sorted({int(row.get(end) or row["value"]) for end in ("low", "high")})
        return " to ".join(map(str, ends))

    def called(self, market: str) -> str:
        """A market as a label."""
        return self.names.say([*market.split("+")])

    def inside(self, market: str) -> str:
        """A market as it stands inside a sentence."""
        return self.names.say([*market.split("+")], inside=True)

    def reasons(self, market: str) -> list[str]:
        """Why a market is named, the strongest first."""
        ranks = {name: self.market("market_rank", market, measure=name) or 0.0 for name in CRITERIA}
        said = []
        for name in sorted(ranks, key=lambda criterion: ranks[criterion]):
            if ranks[name] <= PROMISING and (reason := self._reason(name, market)):
                said.append(reason)
        return said

    def _reason(self, name: str, market: str) -> str:
        if name == "redirected":
            moved = self.market("sales_moved", market) or 0.0
            return f"{words.money(moved)} a year is redirected there" if moved > 0 else ""
        if name == "potential":
            left = self.market("unrealised_potential", market) or 0.0
            return f"{words.money(left)} of potential is not realised" if left > 0 else ""
        won = self.market("agreement_gain", market)
        won = won or self.market("agreement_first_order", market) or 0.0
        return (
            f"the end of its tariffs would win back {words.money(won)} of real income"
            if won > 0
            else ""
        )
