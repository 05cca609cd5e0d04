"""Money from one region to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from pydantic import field_validator

from paxsilica.checks import Bool
from paxsilica.names import Names, joined
from paxsilica.policy.cells import regions_named
from paxsilica.policy.measure import Effect, Ground, Measure, MeasureKind, Range, about
from paxsilica.policy.values import Amount, AmountField, Several
from paxsilica.policy.wording import actor, said_regions

MOST_PAID = Range(-1e9, 1e9, above=False)
"""Million USD: ten times world income."""


class Transfer(Measure):
    kind: Literal["transfer"]
    payer: Several = about("who pays, several in proportion to income", "region", default=...)
    receiver: Several = about("who receives, as payers pay", "region", default=...)
    amount: AmountField = about("in a year", "money", default=..., range="above 0")

    @field_validator("amount")
    @classmethod
    def _a_sum(cls, amount: Amount) -> Amount:
        if not amount.unit.isupper() or len(amount.unit) != 3 or amount.value <= 0:
            raise ValueError(f"{amount} is no sum of money above 0; write such as 500 million USD")
        return amount

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return TRANSFERS

    def effects(self, ground: Ground) -> Iterator[Effect]:
        where, e = ("measures", self.id), ground.names.table
        payers, receivers = regions_named(self, ("payer", "receiver"), ground)
        if both := [ground.names.say_region(one) for one in payers if one in receivers]:
            raise ground.error(
                f"measure {self.id}: {joined(both)} would pay and receive; name the others one by one",
                *where,
                "receiver",
            )
        if self.amount.unit != e.about.currency:
            raise ground.error(
                f"measure {self.id}: amount {self.amount} is not in {e.about.currency}, the currency of the "
                "baseline; convert it",
                *where,
                "amount",
            )
        earned = float(e.income[[e.regions.index(payer) for payer in payers]].sum())
        if self.amount.value / 1e6 >= earned:
            whole = Amount(round(earned) * 1e6, self.amount.unit)
            raise ground.error(
                f"measure {self.id}: {self.amount} is all that the payer earns, {whole} a year, or more; write less",
                *where,
                "amount",
            )
        moved, cells = np.zeros(len(e.regions)), np.zeros(len(e.regions), dtype=np.bool_)
        for side, sign in ((payers, -1.0), (receivers, 1.0)):
            at = [e.regions.index(region) for region in side]
            moved[at] = sign * self.amount.value / 1e6 * e.income[at] / e.income[at].sum()
            cells[at] = True
        marked: Bool = cells
        yield Effect(
            self.row, self.kind, marked, lambda levels: levels + moved[marked], (*where, "amount")
        )

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        payer, s, _ = actor(self.payer, names)
        return f"{payer} pay{s} {said_regions(self.receiver, names, '')} {self.amount} a year"

    def beware(self, names: Names) -> Iterator[str]:
        yield "It is money of the baseline's year at unchanged world labour income, on top of the trade deficits."


TRANSFERS: Mapping[str, MeasureKind] = {
    "transfer": MeasureKind(
        Transfer,
        "money that a region gives another, for nothing in return",
        "transfer",
        "It moves income from the households of the payer to those of the receiver; all transfers sum to zero.",
        "{id: a, kind: transfer, payer: [USA], receiver: [IND], amount: 0.5 million USD}",
        "none: no intervention in trade",
        level=MOST_PAID,
    ),
}
