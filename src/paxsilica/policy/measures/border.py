"""Rates on what crosses a border: duties, export taxes, and the cost of bringing goods there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from paxsilica.names import Names
from paxsilica.policy.cells import on_flows
from paxsilica.policy.measure import (
    CHANGE,
    FACTOR_OPS,
    Effect,
    FlowMeasure,
    Ground,
    MeasureKind,
    Rated,
    about,
    rate_ops,
)
from paxsilica.policy.values import OneLine
from paxsilica.policy.wording import (
    actor,
    how_much,
    partners,
    pct_points,
    per_cent,
    said_regions,
)


class BorderRate(Rated, FlowMeasure):
    """A rate, or a table of rates, in place of sectors and products."""

    kind: Literal["tariff", "export_tax", "trade_cost"]
    table: OneLine | None = about("CSV file of rates by partner and product or sector", "path")

    @model_validator(mode="before")
    @classmethod
    def _rate_of_a_table(cls, given: Any) -> Any:
        """A table has rates of its own, and one that changes nothing stands for them."""
        if isinstance(given, dict) and "table" in given and "rate" not in given:
            return {**given, "rate": "100%" if given.get("op") == "multiply" else "0%"}
        return given

    @field_validator("table")
    @classmethod
    def _alone(cls, table: str | None, info: ValidationInfo) -> str | None:
        beside = [key for key in ("sector", "product", "except_") if info.data.get(key)]
        idle = 1.0 if info.data.get("op") == "multiply" else 0.0
        beside += ["rate"] * (info.data.get("rate", idle) != idle)
        if table and beside:
            raise ValueError(f"stands beside {beside[0].strip('_')}; the table has its own")
        return table

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return BORDER

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        sellers, buyers = (partners(self, side, names) for side in ("exporter", "importer"))
        if self.kind == "trade_cost":
            makers = said_regions(self.exporter, names, "every region")
            delivered = f"the cost of {goods} from {makers} delivered to {buyers}"
            return f"{delivered} {how_much(self, sizes)}"
        acting, what = self.importer, f"tariff on {goods} from {sellers}"
        if self.kind == "export_tax":
            acting, what = self.exporter, f"export tax on {goods} sold to {buyers}"
        who, s, its = actor(acting, names)
        rate, points = per_cent(sizes), pct_points(sizes)
        match self.op:
            case "set":
                return f"{who} set{s} {its} {what} to {rate}"
            case "add" if self.rate < 0:
                return f"{who} take{s} {points} off {its} {what}"
            case "add":
                return f"{who} add{s} {points} to {its} {what}"
            case "at_least":
                return f"{who} raise{s} {its} {what} to {rate} where it is lower"
            case _:
                verb = "cut" if self.rate < 1 else "raise"
                return f"{who} {verb}{s} {its} {what} to {rate} of what it was"

    def effects(self, ground: Ground) -> Iterator[Effect]:
        yield on_flows(self, ground)


BORDER: Mapping[str, MeasureKind] = {
    "tariff": MeasureKind(
        BorderRate,
        "duty of the importer on the value at the border",
        "tariffs",
        "It raises what buyers pay above the price at the border; the treasury of the importer earns it.",
        "{id: a, kind: tariff, importer: [USA], exporter: [IND], sector: [C26], op: set, rate: 25%}",
        "Import tariff (47; tariff measures)",
        rate_ops("tariff", CHANGE),
        verb="tax its trade with",
        aimed_at="exporters",
        too_low="would pay the importer to take the goods for nothing",
    ),
    "export_tax": MeasureKind(
        BorderRate,
        "tax of the exporter on the price at the factory gate; sales at home stay free of it",
        "export_tax",
        "It raises the price at the border above that at the factory gate; the treasury of the exporter earns it.",
        "{id: a, kind: export_tax, exporter: [IND], sector: [A01], op: set, rate: 40%}",
        "Export tax (18; chapter P); with a negative rate Export subsidy (16; chapter P)",
        rate_ops("tax", CHANGE),
        verb="tax its trade with",
        aimed_at="importers",
        too_low="would give the goods away for nothing",
    ),
    "trade_cost": MeasureKind(
        BorderRate,
        "cost of bringing goods from exporter to importer, as a change from the baseline",
        "trade_cost",
        "It multiplies the iceberg cost of the flow: what is lost on the way earns nobody anything.",
        "{id: a, kind: trade_cost, importer: [DEU], exporter: [CHN], op: add, rate: 5%}",
        "none; Import-related non-tariff measure, nes (38) for red tape at the border",
        FACTOR_OPS,
        verb="change its trade cost with",
        too_low="would make the trade cost negative",
    ),
}
