"""Measures on what a region makes: the share of its cost, or of an input's, that a treasury pays, and what it yields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from pydantic import ValidationInfo, field_validator, model_validator

from paxsilica.conditions import Budget
from paxsilica.economy import Array
from paxsilica.names import Names
from paxsilica.policy.cells import axis_noun, on_cells
from paxsilica.policy.measure import (
    FACTOR_OPS,
    SUBSIDY,
    Effect,
    Ground,
    MeasureKind,
    ProductionMeasure,
    Rated,
    about,
    rate_ops,
)
from paxsilica.policy.values import Amount, AmountField, Several
from paxsilica.policy.wording import how_much, pct_points, per_cent, said_regions, sectors_said
from paxsilica.shock import INSTRUMENTS


class Paid(Rated):
    """A rate at which a treasury pays, or the sum of money that it pays, of which the rate follows."""

    amount: AmountField | None = about(
        "what the treasury pays a year, in place of `op` and `rate`; only of a subsidy", "USD"
    )

    @model_validator(mode="before")
    @classmethod
    def _rate_of_a_sum(cls, given: Any) -> Any:
        """A sum has no rate of its own, and one that changes nothing stands for it."""
        if isinstance(given, dict) and "amount" in given:
            return {"op": "add", "rate": "0%"} | given
        return given

    @field_validator("amount")
    @classmethod
    def _a_sum(cls, amount: Amount | None, info: ValidationInfo) -> Amount | None:
        if amount is None:
            return None
        if info.data.get("kind") == "productivity":
            raise ValueError("stands with productivity, which nobody pays; give a rate")
        if info.data.get("rate") or info.data.get("op") not in (None, "add"):
            raise ValueError("stands beside op or rate; give the sum or the rate, one of the two")
        if amount.unit != "USD" or not amount.value:
            raise ValueError(f"{amount} is no sum of money in USD; write such as 500 million USD")
        return amount

    def paid(self, effect: Effect, money: Array, ground: Ground) -> Effect:
        """The effect, with a rate that the equilibrium finds where a sum is given.

        Args:
            money: on the axes of the effect, what the baseline spends, of which a share is paid.

        Raises:
            ScenarioError: nothing is spent there.
        """
        if self.amount is None:
            return effect
        at = np.nonzero(effect.cells & (money > 0))
        if not at[0].size:
            what = axis_noun(INSTRUMENTS[effect.kind.changes].axes)
            none = f"the baseline has none of this {what}, which no sum can be paid for"
            raise ground.error(f"measure {self.id}: {none}", "measures", self.id, "amount")
        instrument: Any = effect.kind.changes
        budget = Budget(self.id, instrument, at, self.amount.value / 1e6)
        return replace(effect, conditions=(budget,))


class ProductionRate(Paid, ProductionMeasure):
    kind: Literal["subsidy", "productivity"]

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return PRODUCTION

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        if self.amount is not None:
            deed, verb = ("pays", "for") if self.amount.value > 0 else ("raises", "by a tax on")
            sum_of = self.amount._replace(value=abs(self.amount.value))
            made = f"producing {goods} in {said_regions(self.region, names, 'every region')}"
            return f"the treasury {deed} {sum_of} a year {verb} {made}"
        what = f"{goods} in {said_regions(self.region, names, 'every region')}"
        if self.kind == "productivity":
            return f"output per bundle of inputs of {what} {how_much(self, sizes)}"
        if self.op == "set" and self.rate < 0:
            return (
                f"the tax on producing {what} is {per_cent([-size for size in sizes])} of the cost"
            )
        return f"the treasury pays {_share_paid(self, sizes)} of the cost of producing {what}"

    def effects(self, ground: Ground) -> Iterator[Effect]:
        yield self.paid(on_cells(self, ground), ground.names.table.output, ground)


class InputRate(Paid):
    """A share of what sectors pay for an input, or a sum; a dimension left out means all of it."""

    kind: Literal["input_subsidy"]
    region: Several | None = about("where it is bought", "region")
    input: Several | None = about("what is bought as an input", "sector")
    sector: Several | None = about("who buys it", "sector")

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return PRODUCTION

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        where = said_regions(self.region, names, "every region")
        bought = sectors_said(self.input, names)
        spent = f"what the makers of {goods} in {where} spend on {bought} as inputs"
        if self.amount is not None:
            deed, verb = ("pays", "of") if self.amount.value > 0 else ("raises", "by a tax on")
            sum_of = self.amount._replace(value=abs(self.amount.value))
            return f"the treasury {deed} {sum_of} a year {verb} {spent}"
        if self.op == "set" and self.rate < 0:
            return f"the tax on {spent} is {per_cent([-size for size in sizes])} of it"
        return f"the treasury pays {_share_paid(self, sizes)} of {spent}"

    def effects(self, ground: Ground) -> Iterator[Effect]:
        yield self.paid(on_cells(self, ground), ground.names.table.inputs, ground)


def _share_paid(measure: Rated, sizes: Sequence[float]) -> str:
    rate, points = per_cent(sizes), pct_points(sizes)
    return {
        "set": rate,
        "add": f"{points} {'less' if measure.rate < 0 else 'more'}",
        "at_least": f"at least {rate}",
        "multiply": f"{rate} of the share that it paid",
    }[measure.op]


PRODUCTION: Mapping[str, MeasureKind] = {
    "subsidy": MeasureKind(
        ProductionRate,
        "share of production cost that the treasury pays; a negative one is a production tax",
        "subsidy",
        "It lowers the price at the factory gate below the cost for every buyer; the treasury of the region pays it. Of a "
        "sum of money the solve finds the rate, one for all sectors and regions named.",
        "{id: a, kind: subsidy, region: [IND], sector: [C26], op: set, rate: 5%}",
        "Production subsidy (5; chapter L)",
        rate_ops("subsidy", SUBSIDY),
        level=SUBSIDY,
        too_low="taxes production out of existence",
        too_high="leaves the producer no cost to pay",
    ),
    "input_subsidy": MeasureKind(
        InputRate,
        "share of what sectors pay for an input that the treasury pays; a negative one is a tax on using it",
        "input_subsidy",
        "It lowers the price of the input for the sectors named below what its sellers receive; the treasury of the region "
        "pays the difference. Of a sum of money the solve finds the rate, one for all that is named.",
        "{id: a, kind: input_subsidy, region: [IND], input: [C26], sector: [A01], op: set, rate: 20%}",
        "State aid, unspecified (62; chapter L); of fuel or fertiliser often Price stabilisation (61; chapter L)",
        rate_ops("subsidy", SUBSIDY),
        level=SUBSIDY,
        too_low="taxes the input out of use",
        too_high="leaves the user no price to pay",
    ),
    "productivity": MeasureKind(
        ProductionRate,
        "output per bundle of inputs, as a change from the baseline",
        "productivity",
        "It divides the cost of a unit by output per bundle of inputs; nobody earns or pays anything.",
        "{id: a, kind: productivity, region: [USA], sector: [C26], op: set, rate: -10%}",
        "none: no act of a government",
        FACTOR_OPS,
        too_low="would make output negative",
    ),
}
