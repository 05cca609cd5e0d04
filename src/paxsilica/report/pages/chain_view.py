"""What the page of a chain says again and again: its findings, stages, cuts and levels, in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import chain, islice
from typing import Any

from paxsilica.names import inside, joined
from paxsilica.questions.chain import Chain
from paxsilica.questions.question import Answer
from paxsilica.report import words

READINGS = {
    "rationed": "nothing replaces the product",
    "substituted": "other inputs replace it as far as they can",
    "at_source": "its sellers lose plants or may not sell, and prices, not stocks, meet the cut",
}
"""What a shortage in the equilibrium takes for given."""

WHICH = ("", " of those that are not cut")


def data_years(answer: Answer, **where: str) -> str:
    """From when the data of a chain are: `2019 to 2025`."""
    span = answer.findings.along("data_year", "point", **where).values()
    return " to ".join(dict.fromkeys(f"{year:.0f}" for year in span if year)) or "no year"


def reading_name(reading: str) -> str:
    return reading.replace("_", " the ")


def level(value: float) -> str:
    return f"{words.number(value)} %"


def cut_share(share: float) -> str:
    return f"{100 * share:g} %"


class ChainView:
    """An answer to `Chain`, and what its page says of it again and again."""

    def __init__(self, answer: Answer) -> None:
        assert isinstance(answer.question, Chain)
        self.answer, self.findings, self.names = answer, answer.findings, answer.names
        self.question, self.chain = answer.question, answer.attachments["chain"]
        self.stages: dict[str, Mapping[str, Any]] = {s["id"]: s for s in self.chain["stages"]}
        self.group = self.names.say(self.question.trusted, inside=True)
        self.held, self.left = self.ranked("group_share"), self.ranked("feasible_output")
        limits = self.ranked("limits_output")
        self.binding = [id for id in {**self.left, **limits} if limits.get(id)]
        readings = {key: self.ranked("real_income", "region", scenario=key) for key in READINGS}
        self.incomes = {reading: found for reading, found in readings.items() if found}

    def ranked(self, variable: str, of: str = "item", **where: str) -> dict[str, float]:
        """Label -> value where it is known, the lowest first."""
        found = self.findings.select(variable, elasticities=None).along(variable, of, **where)
        known = {label: value for label, value in found.items() if value is not None}
        return dict(sorted(known.items(), key=lambda one: one[1]))

    def suppliers(self, id: str) -> dict[str, float]:
        """Countries of a stage -> their shares, %, the largest first."""
        return dict(reversed(self.ranked("output_share", "region", item=id).items()))

    def said(self, variable: str) -> str:
        return level(self.findings.value(variable))

    def say(self, id: str) -> str:
        """A stage inside a sentence; NdFeB and AI keep their capitals."""
        return inside(self.stages[id]["name"])

    def note(self, name: str) -> str:
        return next((note.text for note in self.answer.notes if note.name == name), "")

    @cached_property
    def cuts(self) -> str:
        """What is cut: `all supply of ore from China to Japan`; empty where nothing is."""
        q = self.question
        if q.cut is None:
            return ""
        part = "all supply" if q.share == 1 else f"{cut_share(q.share)} of the supply"
        of = f" of {joined(map(self.say, q.stage))}" if q.stage else ""
        to = f" to {self.names.say(q.buyers, inside=True)}" if q.buyers else ""
        return f"{part}{of} from {self.names.say(q.cut, inside=True)}{to}"

    @cached_property
    def short(self) -> str:
        """When output falls short."""
        days = self.findings.value("days_until_short")
        if days != days:
            return f"not within {self.question.days} days"
        return f"after {days:.0f} days" if days else "at once"

    @property
    def falls_short(self) -> str:
        """The same as what the chain does."""
        never = self.short.removeprefix("not ")
        return f"falls short {never}" if never == self.short else f"does not fall short {never}"

    @cached_property
    def sets(self) -> list[str]:
        """The smallest sets that reach the target, the lowest output first."""
        found = self.findings.along("smallest_cut", "region")
        return [joined(map(self.names.say_region, label.split("+"))) for label in found]

    @cached_property
    def path(self) -> list[tuple[int, float]]:
        """Days after the cut and the output from each on; the last day."""
        found = self.findings.along("output_over_time", "point").items()
        path = [(int(day), value) for day, value in found if value is not None]
        return [*path, (self.question.days, path[-1][1])]

    @cached_property
    def cut(self) -> tuple[str, ...]:
        """Whose supply is cut."""
        return self.names.countries(self.question.cut or ())

    @cached_property
    def losers(self) -> list[tuple[str, float, list[float], str]]:
        """Who loses most real income in each reading of the shortage, and most of those that are not cut: name,
        change, ends of its band and which of the two, if what."""
        found = []
        for reading, incomes in self.incomes.items():
            others = (region for region in incomes if region not in self.cut)
            for region, which in zip(chain(islice(incomes, 1), others), WHICH, strict=False):
                where = {"region": region, "scenario": reading, "elasticities": None}
                row = self.findings.row("real_income", **where)
                ends = words.ends_of(row)
                about = f"{which}, if {READINGS[reading]}"
                found.append((self.names.say_region(region), row["value"], ends, about))
        return found
