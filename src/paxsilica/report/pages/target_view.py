"""What the page of a target says again and again: its findings, how its sides and instruments are called."""

from __future__ import annotations

from collections.abc import Iterable

from paxsilica.analysis.target.reach import GROWTH, NON_TARIFF, STANDS, TARIFFS
from paxsilica.horizon import Horizon
from paxsilica.names import inside
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.report import Row

USED_SET = {"elasticities": None}
"""What a number under the set that is used has no label of."""

LEAST_ODDS = 0.1
"""Per cent of probability below which, and below 100 less which, no digits are written."""


class TargetView:
    """An answer, and how it is told: `side`, `partner`, `trade` inside a sentence."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.names, self.findings = answer, answer.names, answer.findings
        self.economy, of = answer.names.table, answer.attachments
        asked = answer.question.model_dump()
        self.asked, self.attached, self.called = asked, of, of["called"]
        self.side, self.partner = (
            self.names.say(asked[side], inside=True) for side in ("side", "partner")
        )
        self.since, self.by = of["since"]["text"], of["by"]["text"]
        self.horizon = Horizon.parse(of["horizon"])
        self.goods = self.names.say_sectors(of["sectors"])
        self.goal = self.findings.value("target_goal")
        self.base = self.findings.value("trade_base")
        still = not self.called["stands"] and not self.called["stood"]
        self.rungs = [rung for rung in of["rungs"] if rung != STANDS or not still]
        self.top = self.rungs[-1]
        self.instruments = [rung for rung in self.rungs if rung not in (GROWTH, STANDS)]
        sets = self.findings.select("target_cut", rung=of["rungs"][-1])
        self.sets = [row["elasticities"] for row in sets.rows() if "elasticities" in row]
        self.sets = [key for key in self.sets if self.of_set("target_trade", key) is not None]

    @property
    def trade(self) -> str:
        """`trade in goods between the United States and India`."""
        ways = {
            "both": f"trade in {self.goods} between {self.side} and {self.partner}",
            "exports": f"exports of {self.goods} from {self.side} to {self.partner}",
            "imports": f"imports of {self.goods} by {self.side} from {self.partner}",
        }
        return ways[self.asked["flow"]]

    def row(self, variable: str, rung: str) -> Row:
        return self.findings.row(variable, rung=rung, **USED_SET)

    def of(self, variable: str, rung: str) -> float:
        return self.findings.value(variable, rung=rung, **USED_SET)

    def ends(self, variable: str, rung: str) -> list[float]:
        """The ends of the band over sets of elasticities; none without one."""
        return words.ends_of(self.row(variable, rung))

    def of_set(self, variable: str, key: str, rung: str = "") -> float | None:
        """The number of a rung, the top one if none is named, under a set of elasticities; None where it was not solved."""
        row = self.findings.row(variable, rung=rung or self.attached["rungs"][-1], elasticities=key)
        value: float | None = row["value"]
        return value

    def quantile(self, point: str, rung: str) -> float:
        return self.findings.value("target_quantile", point=point, rung=rung)

    def short(self, rung: str) -> str:
        """A rung as a row or a bar is called."""
        goods = "" if rung in (GROWTH, STANDS, TARIFFS, NON_TARIFF) else self.goods_of(rung)
        fixed = {
            GROWTH: "Growth of both economies",
            STANDS: f"Tariffs that stand: {self.called['stands'] or 'the baseline'}",
            TARIFFS: self.called["ends"] or "Zero tariffs between both",
            NON_TARIFF: f"Other trade costs down by {self.cut}",
        }
        return fixed.get(rung) or f"{words.sentence(goods)} bought, {self.amount(rung)} more"

    def deed(self, rung: str) -> str:
        """An instrument as it stands behind `with`."""
        fixed = {
            STANDS: f"the tariffs that stand now ({self.called['stands'] or 'the baseline'})",
            TARIFFS: self.called["ends"] or "zero tariffs between both",
            NON_TARIFF: f"other trade costs {self.cut} lower",
        }
        return (
            fixed.get(rung)
            or f"{self.amount(rung)} more of {self.goods_of(rung)} bought by {self.buyer()}"
        )

    @property
    def met(self) -> int:
        """Under how many sets of elasticities the target is met without any cut."""
        cuts = (self.of_set("target_cut", key) for key in self.sets)
        return sum(cut is not None and cut <= 0 for cut in cuts)

    @property
    def beyond(self) -> str:
        """Words on sets of elasticities under which no cut up to the limit meets the target; empty where there are none."""
        count = sum(self.of_set("target_cut", key) is None for key in self.sets)
        return f"out of reach under {count} of {len(self.sets)} sets" if count else ""

    @property
    def cut(self) -> str:
        return f"{100 * (self.asked['non_tariff'] or 0):g} %"

    def goods_of(self, pledge: str) -> str:
        """A sector, or a group by its own name."""
        label = pledge in self.economy.about.sector_groups
        return pledge if label else inside(self.names.say_sector(pledge))

    def amount(self, pledge: str) -> str:
        return f"USD {self.findings.value('purchase_amount', item=pledge) / 1e3:g} billion"

    @property
    def all_steps(self) -> str:
        """The top rung in a few words."""
        if len(self.instruments) > 1:
            return "all instruments"
        return self.deed(self.top)

    def buyer(self) -> str:
        return self.names.say_regions(self.attached["buyer"])


def odds(percent: float) -> str:
    """A probability: `13 %`, `below 0.1 %`, `above 99.9 %`."""
    if percent < LEAST_ODDS:
        return f"below {words.number(LEAST_ODDS, 1)} %"
    if percent > 100 - LEAST_ODDS:
        return f"above {100 - LEAST_ODDS:g} %"
    return f"{words.number(percent, 2 if percent < 10 else 3 if percent > 99 else 2)} %"


def odds_range(ends: Iterable[float]) -> str:
    said = list(dict.fromkeys(odds(end) for end in ends))
    return " to ".join(said) if len(said) > 1 else ""


def billion(million: float | None) -> float | None:
    return None if million is None else million / 1e3
