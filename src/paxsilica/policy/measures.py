"""Every kind of measure in one table, `KINDS`: fields, ops with ranges, effect on the shock.

Validation, `pax show measures` and the docs read it. To add a kind, add a model and a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from paxsilica.economy import Array, Economy
from paxsilica.policy.products import EDITIONS, Edition
from paxsilica.policy.rate_table import RateRows
from paxsilica.policy.values import Day, OneLine, Percent, Several, show_percent
from paxsilica.shock import INSTRUMENTS


@dataclass(frozen=True)
class Range:
    """Decimals from `low` to `high`; `above`: `low` itself is refused, `below`: `high` is."""

    low: float
    high: float
    above: bool = True
    below: bool = False

    def __str__(self) -> str:
        low, high = show_percent(self.low), show_percent(self.high)
        return (
            f"{'above' if self.above else 'from'} {low} to {'below ' if self.below else ''}{high}"
        )

    def too_low(self, values: Array | float) -> Any:
        return values <= self.low if self.above else values < self.low

    def too_high(self, values: Array | float) -> Any:
        return values >= self.high if self.below else values > self.high

    def bound(self, value: float) -> str:
        """What a value outside must be, such as `above -100%`."""
        if self.too_low(value):
            return f"{'above' if self.above else 'at least'} {show_percent(self.low)}"
        return f"{'below' if self.below else 'at most'} {show_percent(self.high)}"

    def check(self, value: float, low: str = "is too low", high: str = "is too high") -> None:
        """Raises ValueError with what a value that is too `low` or too `high` does."""
        for outside, what in ((self.too_low, low), (self.too_high, high)):
            if outside(value):
                raise ValueError(f"{show_percent(value)} {what}; it must be {self.bound(value)}")


class Op(NamedTuple):
    """How a rate meets what stands; `range`: of the rate."""

    range: Range
    meaning: str


CHANGE, POINTS = Range(-1.0, 100.0), Range(-100.0, 100.0, above=False)
SHARE = Range(0.0, 1.0)
SUBSIDY = Range(-100.0, 1.0, above=False, below=True)
TIMES = Range(0.0, 100.0, above=False)
LEFT = Range(-1.0, 0.0, above=False)
"""Of what bans leave of a product range, as a change from all of it."""

LEVEL = Range(-1.0, 1e4)
"""Of what measures add up to. A million per cent is no policy; far beyond it, numbers overflow."""


def rate_ops(noun: str, level: Range) -> dict[str, Op]:
    """The ops on an array of rates: a tariff, a tax, a subsidy."""
    return {
        "set": Op(level, f"the {noun} becomes the rate"),
        "add": Op(POINTS, f"percentage points are added to the {noun} that stands"),
        "at_least": Op(level, f"a lower {noun} is raised to the rate, a higher one stays"),
        "multiply": Op(TIMES, f"the {noun} that stands is multiplied: 50% halves it"),
    }


FACTOR_OPS = {
    "set": Op(CHANGE, "the change from the baseline becomes the rate"),
    "add": Op(POINTS, "percentage points are added to the change that stands"),
    "at_least": Op(CHANGE, "a smaller change is raised to the rate"),
    "multiply": Op(
        Range(0.0, 100.0), "the level that stands is multiplied: 110% raises it by a tenth"
    ),
}


def about(
    meaning: str, unit: str = "text", default: Any = None, range: object = "-", **checks: Any
) -> Any:
    """A field with what validation and the table of measures need to know of it."""
    return Field(
        default,
        description=meaning,
        json_schema_extra={"unit": unit, "range": str(range)},
        **checks,
    )


class Measure(BaseModel):
    """What every measure has. Fields hold decimals and dates; files `25%` and `2025-08-07`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = about(
        "short name, unique in the scenario",
        default=...,
        range="letters, digits, - _ .",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$",
    )
    kind: str
    from_: Day | None = about("first day in force", "date", alias="from")
    until: Day | None = about("last day in force", "date", range="not before `from`")
    source: OneLine | None = about("where the measure is written down")
    note: OneLine | None = about("anything the reader should know")

    @field_validator("until")
    @classmethod
    def _ordered(cls, until: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("from_")
        if start and until and until < start:
            raise ValueError(f"{until} is before from ({start}); swap the two dates")
        return until

    def in_force(self, day: date) -> bool:
        """Whether `from` <= day <= `until`; an open end counts as always."""
        return (self.from_ or day) <= day <= (self.until or day)


class FlowMeasure(Measure):
    """A measure on what crosses a border; a dimension left out means all of it.

    Attributes:
        product: HS codes as written, in place of sectors: the measure reaches the share of a sector that they hold.
        except_: products, sectors and partners that it leaves out.
    """

    importer: Several | None = about("who buys", "region")
    exporter: Several | None = about("who sells", "region")
    sector: Several | None = about("what is traded", "sector")
    product: Several | None = about("what is traded, by customs code", "HS code")
    except_: Several | None = about(
        "what is left out: HS codes, sectors, partners", "HS code", alias="except"
    )
    edition: Edition | None = about(f"of the HS codes, without it {EDITIONS[-1]}", "year")

    @field_validator("product")
    @classmethod
    def _no_sector_beside(
        cls, product: tuple[str, ...] | None, info: ValidationInfo
    ) -> tuple[str, ...] | None:
        if product and info.data.get("sector"):
            raise ValueError("stands beside sector; name products or sectors, one of the two")
        return product

    @property
    def by_product(self) -> bool:
        """Whether it reaches a share of what is traded, and not all of a sector."""
        return bool(self.product or self.except_ or getattr(self, "table", None))


class ProductionMeasure(Measure):
    """A measure on what a region produces; a dimension left out means all of it."""

    region: Several | None = about("who produces", "region")
    sector: Several | None = about("what is produced", "sector")


class Rated(Measure):
    """A measure with an op and a rate, whose range depends on the op."""

    op: Literal["set", "add", "at_least", "multiply"] = about(
        "how the rate meets what stands", default=...
    )
    rate: Percent = about("how much", "%", default=...)

    @field_validator("rate")
    @classmethod
    def _in_range(cls, rate: float, info: ValidationInfo) -> float:
        kind, op = KINDS.get(info.data.get("kind", "")), info.data.get("op")
        if kind and op:
            kind.ops[op].range.check(rate, kind.too_low, kind.too_high)
        return rate


class BorderRate(Rated, FlowMeasure):
    """A rate, or a table of rates, in place of sectors and products.

    Attributes:
        rows: those of the table, once it is read.
    """

    kind: Literal["tariff", "export_tax", "trade_cost"]
    table: OneLine | None = about("CSV file of rates by partner and product or sector", "path")
    _rows: RateRows | None = PrivateAttr(default=None)

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

    @property
    def rows(self) -> RateRows | None:
        return self._rows

    def with_rows(self, rows: RateRows) -> BorderRate:
        """The same measure with the rates of its table."""
        copy = self.model_copy()
        copy._rows = rows
        return copy


class Ban(FlowMeasure):
    kind: Literal["export_ban", "import_ban"]
    share: Percent = about(
        "share of the baseline's range of products that is banned", "%", 1.0, SHARE
    )

    @field_validator("share")
    @classmethod
    def _in_range(cls, share: float) -> float:
        SHARE.check(share, "bans nothing")
        return share


class ProductionRate(Rated, ProductionMeasure):
    kind: Literal["subsidy", "productivity"]


AnyMeasure = Annotated[BorderRate | Ban | ProductionRate, Field(discriminator="kind")]


@dataclass(frozen=True)
class MeasureKind:
    """One row of the table.

    Attributes:
        model: the fields and their checks.
        meaning: one line for the docs.
        changes: of `INSTRUMENTS`.
        ops: empty where the kind takes no op.
        verb: completes "a region cannot ... itself".
        level: what measures up to this one may bring the rate, or the change of a factor, to.
        aimed_at: the side of a flow that is hit where the other acts.
        too_low: what a rate or level below its range would do. too_high: and above.
    """

    model: type[Measure]
    meaning: str
    changes: str
    ops: Mapping[str, Op] = field(default_factory=dict)
    verb: str = ""
    aimed_at: Literal["exporters", "importers"] | None = None
    level: Range = LEVEL
    too_low: str = "is too low"
    too_high: str = "is too high"

    @property
    def unchanged(self) -> float:
        """What stands in the array where a rate of 0 % stands."""
        return INSTRUMENTS[self.changes].unchanged or 0.0


KINDS: Mapping[str, MeasureKind] = {
    "tariff": MeasureKind(
        BorderRate,
        "duty of the importer on the value at the border",
        "tariffs",
        rate_ops("tariff", CHANGE),
        verb="tax its trade with",
        aimed_at="exporters",
        too_low="would pay the importer to take the goods for nothing",
    ),
    "export_tax": MeasureKind(
        BorderRate,
        "tax of the exporter on the price at the factory gate; sales at home stay free of it",
        "export_tax",
        rate_ops("tax", CHANGE),
        verb="tax its trade with",
        aimed_at="importers",
        too_low="would give the goods away for nothing",
    ),
    "trade_cost": MeasureKind(
        BorderRate,
        "cost of bringing goods from exporter to importer, as a change from the baseline",
        "trade_cost",
        FACTOR_OPS,
        verb="change its trade cost with",
        too_low="would make the trade cost negative",
    ),
    "export_ban": MeasureKind(
        Ban,
        "the exporter stops selling: the whole flow, or a share of the products in it",
        "permitted",
        verb="ban",
        level=LEFT,
        aimed_at="importers",
    ),
    "import_ban": MeasureKind(
        Ban,
        "the importer stops buying: the whole flow, or a share of the products in it",
        "permitted",
        verb="ban",
        level=LEFT,
        aimed_at="exporters",
    ),
    "subsidy": MeasureKind(
        ProductionRate,
        "share of production cost that the treasury pays; a negative one is a production tax",
        "subsidy",
        rate_ops("subsidy", SUBSIDY),
        level=SUBSIDY,
        too_low="taxes production out of existence",
        too_high="leaves the producer no cost to pay",
    ),
    "productivity": MeasureKind(
        ProductionRate,
        "output per bundle of inputs, as a change from the baseline",
        "productivity",
        FACTOR_OPS,
        too_low="would make output negative",
    ),
}


def axis_labels(measure: Measure, economy: Economy) -> dict[str, tuple[str, ...]]:
    """Axis -> labels, of what the measure acts on."""
    return INSTRUMENTS[KINDS[measure.kind].changes].labels(economy)


def applied(measure: Measure, levels: Array) -> Array:
    """What the measure makes of the levels that stand where it applies.

    A ban of share s leaves 1 - s of the products still permitted; a full ban exactly nothing.
    """
    if isinstance(measure, Ban):
        return levels * (1.0 - measure.share)
    assert isinstance(measure, Rated)
    return rated(measure, levels, np.full_like(levels, measure.rate))


def rated(measure: Rated, levels: Array, rates: Array) -> Array:
    """What rates make of the levels that stand, by the measure's op."""
    new = KINDS[measure.kind].unchanged + rates
    match measure.op:
        case "set":
            return new
        case "add":
            return levels + rates
        case "at_least":
            return np.maximum(levels, new)
        case _:
            return levels * rates
