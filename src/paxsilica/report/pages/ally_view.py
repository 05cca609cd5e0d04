"""What the pages of an alliance say again and again: its findings, and who is asked about, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from paxsilica.analysis.alliance.roster import MEMBER_ALREADY
from paxsilica.analysis.effects import earned_leads
from paxsilica.data.elasticities import paper
from paxsilica.horizon import SHORT_RUN, Horizon
from paxsilica.names import inside, joined
from paxsilica.questions.question import Answer
from paxsilica.report import words

MEMBERS, TOGETHER = "members", "together"

KINDS = {
    "preference": "Free trade of goods",
    "leverage": "Joint cut of critical goods",
    "resilience": "Free trade of critical goods while cut off",
}

AGAINST = {
    "preference": "no free trade at all",
    "leverage": "no cut",
    "resilience": "being cut off without free trade",
}
"""What a change by each value is a change from."""

Column = Mapping[str, float]


class Allied:
    """The findings of an alliance, and who is asked about, in words.

    Attributes:
        alliance, added, adversary, rivals: readable names; empty where nobody is named.
        who, chain: who is in, and whose layers are covered.
        kinds: of value; `kind` leads the page. labels: of each, with whose real income it changes.
        income: of blocs that are regions of the table, and of the adversary. blocs: those that are in.
        sets: of elasticities; none where there is one only. draws: how many were asked for; ranges are then of these.
        over: what ranges are over. newcomers: blocs with a range; `newcomer` is the one that joins, if there is one alone.
        unsure: newcomers of whom it is not known whether joining gains.
        cost: what the joint cut changes for those who cut, and its range.
    """

    def __init__(self, answer: Answer) -> None:
        asked, names = answer.question.model_dump(), answer.names
        self.answer, self.findings, self.names = answer, answer.findings, names
        self.alliance, self.added, self.adversary, self.rivals = (
            names.say(asked[field], inside=True)
            for field in ("members", "add", "against", "rivals")
        )
        self.who, self.chain = answer.attachments["alliance"], answer.attachments["chain"]
        self.together = f"{self.alliance} with {self.added}" if self.added else self.alliance
        self.horizon, self.kinds = Horizon.parse(asked["horizon"]), tuple(asked["value"])
        whose = dict.fromkeys(self.kinds, "all members") | {"leverage": self.adversary}
        self.labels = {kind: f"{KINDS[kind]}: {whose[kind]}" for kind in self.kinds}
        self.income = self.along("income", "region")
        self.blocs = [b for b in (*self.who["members"], *self.who["added"]) if b in self.income]
        single = len(self.blocs) == 1 and "leverage" in self.kinds
        self.kind = "leverage" if single else self.kinds[0]
        of_sets = {"measure": self.kind, "scenario": TOGETHER}
        self.sets = tuple(self.along("alliance_worth", "elasticities", **of_sets))
        self.draws = 0 if asked["who_next"] else asked["draws"] or 0
        self.over = words.ranged_over(len(self.sets), self.draws)
        self.newcomers = self.who["added_blocs"] if self.sets or self.draws else []
        self.newcomer = self.newcomers[0] if len(self.newcomers) == 1 else ""
        joining = {bloc: self.value("join_preference", region=bloc) for bloc in self.newcomers}
        self.unsure = {b for b, (x, of) in joining.items() if not words.same_sign(x, of.values())}
        self.opposed = f", against {self.adversary}" * (self.kinds != ("preference",))

    def along(self, variable: str, dimension: str, **where: str | None) -> dict[str, float]:
        """Label -> number, of what is known of a variable."""
        of = self.findings.along(variable, dimension, **where)
        return {label: value for label, value in of.items() if value is not None}

    def named(self, variable: str, **where: str) -> dict[str, float]:
        """Title of a bloc -> number."""
        return {self.title(bloc): x for bloc, x in self.along(variable, "region", **where).items()}

    def each(self, key: str, sign: int = 1, **where: str) -> dict[str, float]:
        """A number under each set of elasticities."""
        of = self.along(key, "elasticities", **where)
        return {name: sign * value for name, value in of.items()}

    def value(self, key: str, sign: int = 1, **where: str) -> tuple[float, dict[str, float]]:
        """A number under the set of elasticities that is used, and under each; of draws the ends of their middle."""
        row = self.findings.row(key, elasticities=None, **where)
        used = sign * self.findings.value(key, elasticities=None, **where)
        if not self.draws:
            return used, self.each(key, sign, **where)
        return used, {end: sign * row[end] for end in ("low", "high") if row.get(end) is not None}

    def outside(self, of: tuple[float, Column]) -> str:
        """What to say behind a range of draws that does not hold the number itself."""
        return words.outside(of[0], of[1].values()) if self.draws else ""

    def worth(self, kind: str, key: str = "alliance_worth", who: str = TOGETHER) -> Any:
        """`value` of what an alliance changes: real income of all in it; by leverage that of the adversary."""
        return self.value(key, sign_of(kind), measure=kind, scenario=who)

    def worth_of_sets(self, kind: str) -> Column:
        """The same of all in it, under each set."""
        return self.each("alliance_worth", sign_of(kind), measure=kind, scenario=TOGETHER)

    @property
    def cost(self) -> tuple[float, Column]:
        return self.value("cut_cost", scenario=TOGETHER)

    def already(self, bloc: str) -> bool:
        """Whether a newcomer is a member already, so that the alliance is shown without it."""
        noted = [n.text for n in self.answer.notes if n.name.rpartition(".")[2] == MEMBER_ALREADY]
        return any(text.startswith(f"{self.names.name(bloc)} is a ") for text in noted)

    def name(self, bloc: str) -> str:
        """A bloc as it stands inside a sentence: `the United States`, `Qatar`, `the European Union`."""
        return self.names.say(bloc, inside=True)

    def title(self, bloc: str) -> str:
        """A bloc as it stands in a table."""
        return self.name(bloc).removeprefix("the ")

    def unit(self, variable: str, what: str) -> str:
        """The head of a column, with the unit of a variable."""
        return f"{what}, {self.answer.unit(variable)}"

    def earned(self, gain: float, transfer: float, income: float) -> str:
        """What is earned of a gain, where the rule for trade deficits moves real income itself."""
        leads = earned_leads(100 * gain / income, 100 * transfer / income)
        return f"{words.signed_money(gain - transfer)} earned, the rest lent or repaid" * leads

    def billions(self, what: str) -> str:
        """The axis of a chart of money."""
        return f"{what}, billion USD{words.of_year(self.names.table)} a year"

    def shares(self, key: str, dimension: str) -> tuple[dict[str, float], dict[str, float]]:
        """Label -> share, %, without those who join and with them."""
        members, together = (
            self.along(key, dimension, scenario=who) for who in (MEMBERS, TOGETHER)
        )
        return members, together

    @property
    def understood(self) -> list[str]:
        """What was asked, as understood, and what a reader would get wrong."""
        e, chain, years = self.names.table, self.chain, self.chain["years"] or ["no year"]
        notes = {note.name.rpartition(".")[2]: note.text for note in self.answer.notes}
        outside, seats = joined(map(self.name, self.who["outside"])), chain["by_seat"]
        by_seat = f", at {seats} of {chain['dated_stages']} stages by seat of the firm" * bool(
            seats
        )
        lines = [
            f"{notes[MEMBER_ALREADY]}." if MEMBER_ALREADY in notes else "",
            f"The alliance on {self.names.day}: {joined(map(self.name, self.who['members']), 30)}.",
            *self._reported(),
            f"In coverage alone, inside the table's rest of the world: {outside}." * bool(outside),
            "Free trade: all goods, no tariffs. A cut takes whole sectors: "
            f"{joined([inside(e.sector_name(sector)) for sector in self.who['critical']], 12)}.",
            f"{e.about.title}; {self.horizon}{' (about the first year)' * (self.horizon == SHORT_RUN)}; trade "
            f"elasticities: {paper(e.about.elasticities)}. USD{words.of_year(e)} a year; a gain is positive, a loss "
            "negative.",
            f"Elasticities move every value by a factor: ranges are {self.over if self.draws else 'over the sets'} and no "
            f"confidence interval; where their signs differ, the answer is not known.{self._ends()}"
            if self.sets or self.draws
            else "Solved under one set of trade elasticities, hence no ranges; these move every value by a factor.",
            f"{chain['title']}; shares of {' to '.join(map(str, dict.fromkeys((years[0], years[-1]))))}{by_seat}.",
            f"Disputed membership: {notes['disputed']}." if "disputed" in notes else "",
        ]
        return [line for line in lines if line]

    def _reported(self) -> Iterator[str]:
        """How far the list of an alliance reaches."""
        for roster in filter(
            None, map(self.names.alliance, self.answer.question.model_dump()["members"])
        ):
            later = "; who joined later is not known" * (
                (self.names.day or date.min) > roster.reported_to
            )
            yield f"The list of {roster.title} is reported to {roster.reported_to}{later}."

    def _ends(self) -> str:
        """Which numbers are an end of their range."""
        whose = dict.fromkeys(self.kinds, "all members") | {"leverage": self.adversary}
        by = {kind: f"{'the ' * (kind == 'leverage')}{inside(KINDS[kind])}" for kind in self.kinds}
        of = {f"{whose[kind]} by {by[kind]}": self.worth_of_sets(kind) for kind in self.kinds}
        if "leverage" in self.kinds:
            of["those who cut"] = self.each("cut_cost", scenario=TOGETHER)
        if new := self.newcomer and self.name(self.newcomer):
            joining = {
                "join_members": f"the members when {new} joins free trade",
                "join_preference": f"{new} by free trade",
                "join_embargo": f"{new} by joining the cut",
            }
            of |= {said: self.each(key, region=self.newcomer) for key, said in joining.items()}
        used = self.names.table.about.elasticities
        ends = [
            f"{end} of {said}"
            for said, each in of.items()
            if (end := words.end_among(each.get(used, np.nan), each.values()))
        ]
        return f" Of the {len(self.sets)} sets the one used here gives {joined(ends, 12)}." * bool(
            ends
        )


def sign_of(kind: str) -> int:
    """Leverage is what the adversary loses: a page shows its change of real income."""
    return -1 if kind == "leverage" else 1
