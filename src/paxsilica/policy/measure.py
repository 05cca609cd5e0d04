"""What every kind of measure is made of: fields, ops with ranges, its row in the table, and what it does to a shock.

Each family of kinds has a file in `paxsilica.policy.measures`, which gathers their rows in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
)

from paxsilica.checks import Bool
from paxsilica.economy import Array
from paxsilica.errors import ScenarioError
from paxsilica.names import Names
from paxsilica.policy.products import EDITIONS, Edition
from paxsilica.policy.rate_table import RateRows
from paxsilica.policy.values import Day, OneLine, Percent, Several, show_percent
from paxsilica.policy.weights import OnDemand
from paxsilica.shock import INSTRUMENTS, Condition, Shock


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

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

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

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        """The rows of its family in the table."""
        raise NotImplementedError

    @property
    def row(self) -> MeasureKind:
        return self.rows_of_family()[self.kind]

    def effects(self, ground: Ground) -> Iterator[Effect]:
        """What it does, all on instruments of the same axes, in the order in which it does it.

        Raises:
            ScenarioError: labels that mean nothing, or a selection that holds nothing.
        """
        raise NotImplementedError

    def applied(self, levels: Array) -> Array:
        """What it makes of the levels that stand where it reaches all of a flow or of production."""
        raise NotImplementedError

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        """What it does, as it stands inside a sentence, without dates.

        Args:
            goods: what is traded or made, in words.
            sizes: rates or shares of all measures that differ from it in these and in sectors alone.
        """
        raise NotImplementedError

    def beware(self, names: Names) -> Iterator[str]:
        """What a reader would overlook, a sentence each, beside what holds of every kind."""
        yield from ()

    @property
    def names_no_sector(self) -> bool:
        """Whether it reaches every sector because none is named."""
        return getattr(self, "sector", None) is None

    def in_force(self, day: date) -> bool:
        """Whether `from` <= day <= `until`; an open end counts as always."""
        return (self.from_ or day) <= day <= (self.until or day)


class Tabled(BaseModel):
    """What may take its rates from a table."""

    _rows: RateRows | None = PrivateAttr(default=None)

    @property
    def rows(self) -> RateRows | None:
        """The rates of its table, once it is read."""
        return self._rows

    def with_rows(self, rows: RateRows) -> Self:
        """The same with the rates of its table."""
        copy = self.model_copy()
        copy._rows = rows
        return copy


class Goods(Tabled):
    """What is traded; a dimension left out means all of it.

    Attributes:
        product: HS codes as written, in place of sectors: the share of a sector that they hold.
        except_: products, sectors and partners that are left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

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
        return bool(self.product or self.except_ or self.rows or getattr(self, "table", None))


class FlowMeasure(Goods, Measure):
    """A measure on what crosses a border; a side left out means everybody."""

    importer: Several | None = about("who buys", "region")
    exporter: Several | None = about("who sells", "region")


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
        kind, op = cls.rows_of_family().get(info.data.get("kind", "")), info.data.get("op")
        if kind and op:
            kind.ops[op].range.check(rate, kind.too_low, kind.too_high)
        return rate

    def rated(self, levels: Array, rates: Array) -> Array:
        """What rates make of the levels that stand, by the op."""
        new = self.row.unchanged + rates
        match self.op:
            case "set":
                return new
            case "add":
                return levels + rates
            case "at_least":
                return np.maximum(levels, new)
            case _:
                return levels * rates

    def applied(self, levels: Array) -> Array:
        return self.rated(levels, np.full_like(levels, self.rate))


@dataclass(frozen=True)
class MeasureKind:
    """One row of the table.

    Attributes:
        model: the fields and their checks.
        meaning: one line for the docs.
        changes: of `INSTRUMENTS`.
        enters: how it enters the model, in a sentence.
        example: a line of `measures:` that holds in a packaged baseline.
        gta: its type in the Global Trade Alert, with number and chapter.
        ops: empty where the kind takes no op.
        verb: completes "a region cannot ... itself".
        level: what measures up to this one may bring the rate, or the change of a factor, to.
        aimed_at: the side of a flow that is hit where the other acts.
        too_low: what a rate or level below its range would do. too_high: and above.
    """

    model: type[Measure]
    meaning: str
    changes: str
    enters: str
    example: str
    gta: str
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


@dataclass(frozen=True, eq=False)
class Effect:
    """What a measure does to one instrument.

    Attributes:
        kind: names the instrument, and the range of what comes out.
        noun: what is brought there: the kind of the measure.
        cells: on all axes of the instrument, where it acts.
        conditions: where the equilibrium decides, in place of `move`.
        applied: `[c]` levels that stand in the cells, in their order -> what it makes of them where it reaches all.
        where: the entry that says so.
        goods: what it reaches of a flow; None of what is no flow.
        share: `[c]` of a flow that it reaches; None is all of it.
        stands: `[c]` levels of the goods that it reaches, where they may be others than those of the flow.
    """

    kind: MeasureKind
    noun: str
    cells: Bool
    applied: Callable[[Array], Array]
    where: tuple[str | int, ...]
    conditions: tuple[Condition, ...] = ()
    goods: FlowMeasure | None = None
    share: Array | None = None
    stands: Callable[[], Array] | None = None

    def move(self, levels: Array) -> Array:
        """`[c]` what it makes of the levels that stand in the cells."""
        new, stands = self.applied(levels), self.stands() if self.stands else levels
        share = 1.0 if self.share is None else self.share
        return new if stands is levels and self.share is None else levels + share * (new - stands)


@dataclass(frozen=True, eq=False)
class Ground:
    """Where measures act.

    Attributes:
        names: what their labels mean, on the day that counts.
        error: of a message and the path of an entry in the file.
        stood: the shock of what stood before the scenario.
        weights: what share of a sector's trade each customs line is.
        done: what the measures before did.
    """

    names: Names
    error: Callable[..., ScenarioError]
    stood: Callable[[], Shock]
    weights: OnDemand
    done: Sequence[Effect] = ()
