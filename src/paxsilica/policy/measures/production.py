"""Measures on what a region makes: the share of its cost that a treasury pays, and what it yields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from paxsilica.names import Names
from paxsilica.policy.cells import on_cells
from paxsilica.policy.measure import (
    FACTOR_OPS,
    SUBSIDY,
    Effect,
    Ground,
    MeasureKind,
    ProductionMeasure,
    Rated,
    rate_ops,
)
from paxsilica.policy.wording import how_much, pct_points, per_cent, said_regions


class ProductionRate(Rated, ProductionMeasure):
    kind: Literal["subsidy", "productivity"]

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return PRODUCTION

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        what = f"{goods} in {said_regions(self.region, names, 'every region')}"
        if self.kind == "productivity":
            return f"output per bundle of inputs of {what} {how_much(self, sizes)}"
        if self.op == "set" and self.rate < 0:
            return (
                f"the tax on producing {what} is {per_cent([-size for size in sizes])} of the cost"
            )
        rate, points = per_cent(sizes), pct_points(sizes)
        pays = {
            "set": rate,
            "add": f"{points} {'less' if self.rate < 0 else 'more'}",
            "at_least": f"at least {rate}",
            "multiply": f"{rate} of the share that it paid",
        }
        return f"the treasury pays {pays[self.op]} of the cost of producing {what}"

    def effects(self, ground: Ground) -> Iterator[Effect]:
        yield on_cells(self, ground)


PRODUCTION: Mapping[str, MeasureKind] = {
    "subsidy": MeasureKind(
        ProductionRate,
        "share of production cost that the treasury pays; a negative one is a production tax",
        "subsidy",
        "It lowers the price at the factory gate below the cost for every buyer; the treasury of the region pays it.",
        "{id: a, kind: subsidy, region: [IND], sector: [C26], op: set, rate: 5%}",
        "Production subsidy (5; chapter L)",
        rate_ops("subsidy", SUBSIDY),
        level=SUBSIDY,
        too_low="taxes production out of existence",
        too_high="leaves the producer no cost to pay",
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
