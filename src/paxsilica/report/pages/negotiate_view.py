"""What the pages of a negotiation say again and again: its findings, and how the governments are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from paxsilica.analysis.negotiation.talks import SCENARIOS
from paxsilica.data.elasticities import paper
from paxsilica.horizon import Horizon
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.report import Number, Row

LENT = 0.5
"""Part of a gain that the rule for trade deficits makes up, from which a page says so."""


class Meeting:
    """An answer, and who meets.

    Attributes:
        who: label of a government -> how it is called inside a sentence. stands: what stands, in words.
        sets: of elasticities, the one used included; none where there is one only.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer, self.findings, self.names = answer, answer.findings, answer.names
        self.asked = answer.question.model_dump()
        self.regions: Mapping[str, list[str]] = answer.attachments["governments"]
        self.who = {
            name: self.names.say(name.replace("+", ","), inside=True) for name in self.regions
        }
        self.horizon = Horizon.parse(self.asked["horizon"])
        year = words.of_year(self.names.table)
        law = answer.attachments["stands"]
        self.stands = (
            f"{law}; everybody else's tariffs are the baseline's"
            if law
            else f"the tariffs of the baseline{year}"
        )
        found = self.findings.select("real_income", region=None).blocks
        each = [b for b in found if b.axis_of("elasticities") is not None]
        self.sets = tuple(each[0].axes[0]["elasticities"]) if each else ()

    def title(self, name: str) -> str:
        """A government as it stands in a table."""
        return self.who[name].removeprefix("the ")

    def row(self, variable: str, name: str, **of: str | None) -> Row:
        """A number of a government, under the set that is used, with its band."""
        return self.findings.row(variable, item=name, elasticities=None, **of)

    def gains(self, name: str, **of: str | None) -> str:
        """`gain 0.12 % of its real income (0.05 to 0.2 % over 9 sets of elasticities)`, after `would`."""
        row = self.row("real_income", name, **of)
        value, band = row["value"], words.ends_of(row)
        verb = "gain" if value > 0 else "lose"
        size = "nothing" if words.number(value) == "0" else f"{words.number(abs(value))} %"
        over = f" over {words.ranged_over(len(self.sets), self.asked['draws'])}" * bool(band)
        within = words.band_after_verb(value, band, over) + words.outside(value, band)
        return f"{verb} {size} of real income" + f" ({within})" * bool(within)

    @property
    def threat(self) -> str:
        """What stands where there is no deal, in words."""
        asked = self.asked["threat"]
        known = {"standing": "what stands", "war": "a tariff war between them"}
        return known.get(asked) or (
            f"{asked} on everything" if asked.endswith("%") else f"the duties of {asked}"
        )

    def number(self, head: str, name: str, note: str = "", **of: str | None) -> Number:
        """Change of real income of a government as a number of the first screen."""
        row, money = (self.row(key, name, **of) for key in ("real_income", "real_income_money"))
        size = f"{words.signed_money(money['value'])} a year"
        band = words.percent_range(words.ends_of(row))
        about = "; ".join(filter(None, (size, note)))
        return Number(head, words.percent(row["value"]), band, about)

    def lent(self, scenario: str) -> Iterator[str]:
        """Where much of a gain is what the rule for trade deficits gives or takes."""
        for name, who in self.who.items():
            gain = self.row("real_income", name, scenario=scenario)["value"]
            part = self.row("transfer_effect", name, scenario=scenario)["value"]
            if abs(part) > LENT * abs(gain):
                yield (
                    f"Of the {words.percent(gain)} of {who} {words.percent(part)} is what the rule for deficits gives "
                    "or takes, which nobody earned; --deficits balanced plays the same without deficits."
                )

    def mean(self, name: str, scenario: str) -> str:
        """Mean duty of a government, in words."""
        row = self.row("tariff_mean", name, scenario=scenario)
        return f"{words.number(row['value'])} %"

    def unit(self, variable: str, what: str) -> str:
        """The head of a column, with the unit of a variable."""
        return f"{what}, {self.answer.unit(variable)}"

    def over_sets(self, **of: str | None) -> list[dict[str, Any]]:
        """Rows of a chart of ranges: real income of every government under each set."""
        rows = []
        for name in self.who:
            each = self.findings.along("real_income", "elasticities", item=name, region=None, **of)
            rows += [
                {
                    "label": self.title(name),
                    "dot": paper(key),
                    "value": value,
                    "tip": f"{self.title(name)}, {paper(key)}: {words.percent(value)}",
                }
                for key, value in each.items()
                if value is not None
            ]
        return rows

    @property
    def played(self) -> list[str]:
        """Scenarios that were played, in the order of `SCENARIOS`."""
        found = {row["scenario"] for row in self.findings.select("tariff_mean").rows()}
        return [scenario for scenario in SCENARIOS if scenario in found]

    @property
    def understood(self) -> list[str]:
        """What a reader must know of every page."""
        about, e = self.answer.about, self.names.table
        band = f"Bands: the range over {words.ranged_over(len(self.sets), self.asked['draws'])} with the decision held. "
        used = f"{band if self.sets else ''}The numbers are those of {paper(about.elasticities)}."
        return [
            f"What stands: {self.stands}. {about.title}.",
            f"A loss is negative: % of own real income as it stands, and USD{words.of_year(e)} a year; {self.horizon}.",
            used,
        ]
