"""Every kind of measure in one table, `KINDS`: its fields, its ops with their ranges, and what it does to the shock.

Validation, `pax show measures` and the docs are all read from the table. To add a kind, add a model and a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, TypedDict

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationInfo, field_validator

from paxsilica.economy import Array, Economy

Mask = NDArray[np.bool_]

# ---- values as people write them -------------------------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")


def parse_percent(text: object) -> float:
    """`"12.5 %"` -> 0.125. Raises ValueError, with the text to write instead, if the % sign is missing."""
    if not isinstance(text, str):
        raise ValueError("must be a percentage such as 25%")
    number = text.strip().removesuffix("%").strip()
    if not _NUMBER.fullmatch(number) or len(number) > 20:
        raise ValueError(f"{text[:30]!r} is no percentage; write a plain number and a % sign, such as 12.5%")
    if not text.strip().endswith("%"):
        small = abs(float(number)) <= 1
        better = f"{float(number) * 100:g}%" if small else f"{number}%"
        doubt = f" (or {number}% if that is meant)" if small else ""
        raise ValueError(f"{text} has no % sign; write {better}{doubt}")
    return float(number) / 100


def parse_date(text: object) -> date:
    """`"2025-08-07"` -> date. Raises ValueError for any other spelling and for days that do not exist."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(f"{str(text)[:30]!r} is no date; write year-month-day, such as 2025-08-07")
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise ValueError(f"{text} does not exist ({exc}); write year-month-day, such as 2025-08-07") from exc


def show_percent(value: float) -> str:
    return f"{value * 100:.12g}%"


_as_text = PlainSerializer(show_percent, return_type=str, when_used="json")
Percent = Annotated[float, BeforeValidator(parse_percent), _as_text]
Day = Annotated[date, BeforeValidator(parse_date)]
Labels = Annotated[tuple[str, ...], Field(min_length=1)]

# ---- ops and their ranges --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Range:
    """Decimals from `low` to `high`; `above` means that `low` itself is refused."""

    low: float
    high: float
    above: bool = True

    def __str__(self) -> str:
        return f"{'above' if self.above else 'from'} {show_percent(self.low)} to {show_percent(self.high)}"

    def check(self, value: float, too_low: str = "is too low") -> None:
        if value < self.low or (self.above and value == self.low):
            word = "above" if self.above else "at least"
            raise ValueError(f"{show_percent(value)} {too_low}; it must be {word} {show_percent(self.low)}")
        if value > self.high:
            raise ValueError(f"{show_percent(value)} is too high; it must be at most {show_percent(self.high)}")


@dataclass(frozen=True)
class Op:
    """How a rate meets what stands: `apply(stands, rate)`, decimals; `range` is that of the rate."""

    range: Range
    meaning: str
    apply: Callable[[Array, float], Array]


CHANGE, POINTS = Range(-1.0, 100.0), Range(-100.0, 100.0, above=False)
SHARE = Range(0.0, 1.0)

TARIFF_OPS = {
    "set": Op(CHANGE, "the tariff becomes the rate", lambda t, r: np.full_like(t, r)),
    "add": Op(POINTS, "percentage points are added to the tariff that stands", lambda t, r: t + r),
    "at_least": Op(CHANGE, "a lower tariff is raised to the rate, a higher one stays", lambda t, r: np.maximum(t, r)),
    "multiply": Op(
        Range(0.0, 100.0, above=False), "the tariff that stands is multiplied: 50% halves it", lambda t, r: t * r
    ),
}

FACTOR_OPS = {
    "set": Op(CHANGE, "the change from the baseline becomes the rate", lambda f, r: np.full_like(f, 1 + r)),
    "add": Op(POINTS, "percentage points are added to the change that stands", lambda f, r: f + r),
    "at_least": Op(CHANGE, "a smaller change is raised to the rate", lambda f, r: np.maximum(f, 1 + r)),
    "multiply": Op(
        Range(0.0, 100.0), "the level that stands is multiplied: 110% raises it by a tenth", lambda f, r: f * r
    ),
}

# ---- models ----------------------------------------------------------------------------------------------------


def about(meaning: str, unit: str = "text", default: Any = None, range: object = "-", **checks: Any) -> Any:
    """A field with what validation and the table of measures need to know of it."""
    return Field(default, description=meaning, json_schema_extra={"unit": unit, "range": str(range)}, **checks)


class Measure(BaseModel):
    """What every measure has. Fields hold decimals and dates; the file holds `25%` and `2025-08-07`."""

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
    source: str | None = about("where the measure is written down")
    note: str | None = about("anything the reader should know")

    @field_validator("until")
    @classmethod
    def _ordered(cls, until: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("from_")
        if start and until and until < start:
            raise ValueError(f"{until} is before from ({start}); swap the two dates")
        return until

    def in_force(self, day: date) -> bool:
        """Whether `from` <= day <= `until`; an open end counts as always."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day <= self.until)


class FlowMeasure(Measure):
    """A measure on what crosses a border; a dimension left out means all of it."""

    importer: Labels | None = about("who buys", "region")
    exporter: Labels | None = about("who sells", "region")
    sector: Labels | None = about("what is traded", "sector")


class Rated(Measure):
    """A measure with an op and a rate, whose range depends on the op."""

    op: Literal["set", "add", "at_least", "multiply"] = about("how the rate meets what stands", default=...)
    rate: Percent = about("how much", "%", default=...)

    @field_validator("rate")
    @classmethod
    def _in_range(cls, rate: float, info: ValidationInfo) -> float:
        kind, op = KINDS.get(info.data.get("kind", "")), info.data.get("op")
        if kind and op:
            kind.ops[op].range.check(rate, kind.too_low)
        return rate


class Tariff(Rated, FlowMeasure):
    kind: Literal["tariff"]


class TradeCost(Rated, FlowMeasure):
    kind: Literal["trade_cost"]


class Ban(FlowMeasure):
    share: Percent = about("share of the baseline's range of products that is banned", "%", 1.0, SHARE)

    @field_validator("share")
    @classmethod
    def _in_range(cls, share: float) -> float:
        SHARE.check(share, "bans nothing")
        return share


class ExportBan(Ban):
    kind: Literal["export_ban"]


class ImportBan(Ban):
    kind: Literal["import_ban"]


class Productivity(Rated):
    kind: Literal["productivity"]
    region: Labels | None = about("who produces", "region")
    sector: Labels | None = about("what is produced", "sector")


AnyMeasure = Annotated[Tariff | TradeCost | ExportBan | ImportBan | Productivity, Field(discriminator="kind")]

# ---- what a measure does ---------------------------------------------------------------------------------------


@dataclass
class Levels:
    """The arrays that measures change in turn, in the units of `Shock`."""

    tariffs: Array
    trade_cost: Array
    productivity: Array

    @classmethod
    def of(cls, economy: Economy) -> Levels:
        return cls(economy.tariffs.copy(), np.ones_like(economy.tariffs), np.ones_like(economy.output))


@dataclass(frozen=True)
class Kind:
    """One row of the table.

    Attributes:
        model: the fields and their checks.
        meaning: one line for the docs.
        verb: completes "a region cannot ... itself".
        changes: the array of `Levels` it changes.
        floor: the array must stay above this.
        too_low: what a value at the floor or below would do.
        ops: empty where the kind takes no op.
    """

    model: type[Measure]
    meaning: str
    verb: str
    changes: Literal["tariffs", "trade_cost", "productivity"]
    floor: float
    too_low: str
    ops: Mapping[str, Op]


_NO_TARIFF = "would pay the importer to take the goods for nothing"
_NO_COST = "would make the trade cost negative"

KINDS: Mapping[str, Kind] = {
    "tariff": Kind(
        Tariff,
        "duty of the importer on the value at the border",
        "tax its trade with",
        "tariffs",
        -1.0,
        _NO_TARIFF,
        TARIFF_OPS,
    ),
    "trade_cost": Kind(
        TradeCost,
        "cost of bringing goods from exporter to importer, as a change from the baseline",
        "change its trade cost with",
        "trade_cost",
        0.0,
        _NO_COST,
        FACTOR_OPS,
    ),
    "export_ban": Kind(
        ExportBan,
        "the exporter stops selling: the whole flow, or a share of the products in it",
        "ban",
        "trade_cost",
        0.0,
        _NO_COST,
        {},
    ),
    "import_ban": Kind(
        ImportBan,
        "the importer stops buying: the whole flow, or a share of the products in it",
        "ban",
        "trade_cost",
        0.0,
        _NO_COST,
        {},
    ),
    "productivity": Kind(
        Productivity,
        "output per bundle of inputs, as a change from the baseline",
        "",
        "productivity",
        0.0,
        "would make output negative",
        FACTOR_OPS,
    ),
}


def apply_measure(measure: Measure, cells: Mask, levels: Levels, trade_elasticity: Array) -> Mask:
    """Change the selected cells of `levels`, and return those that left the valid range.

    A ban of share s multiplies the trade cost by (1 - s)^(-1/theta): what the importer buys, at unchanged prices,
    falls to 1 - s of the baseline. A full ban is an infinite cost.

    Args:
        cells: `[n, i, j]`, or `[i, j]` for productivity.
        trade_elasticity: `[j]` theta.
    """
    kind = KINDS[measure.kind]
    values: Array = getattr(levels, kind.changes)
    if isinstance(measure, Rated):
        values[cells] = kind.ops[measure.op].apply(values[cells], measure.rate)
    elif isinstance(measure, Ban):
        with np.errstate(over="ignore", divide="ignore"):
            factor = np.power(1.0 - measure.share, -1.0 / trade_elasticity)
        values[cells] *= np.broadcast_to(factor, values.shape)[cells]
    return cells & ~(values > kind.floor)


# ---- the table for people --------------------------------------------------------------------------------------


class Row(TypedDict):
    """One field of one kind, as text."""

    kind: str
    field: str
    unit: str
    range: str
    default: str
    meaning: str


def measure_table() -> list[Row]:
    """Every field of every kind: the rows of `pax show measures` and of the docs. A rate has one row per op."""
    return [row for name, kind in KINDS.items() for row in _kind_rows(name, kind)]


def keys_of(kind: str) -> dict[str, Any]:
    """Keys that a measure of this kind may have, as written in the file, in reading order -> pydantic field."""
    model = KINDS[kind].model.model_fields
    first, last = ("id", "kind", "importer", "exporter", "region", "sector"), ("from_", "until", "source", "note")
    order = (*first, *(key for key in model if key not in first + last), *last)
    return {model[key].alias or key: model[key] for key in order if key in model}


def _kind_rows(name: str, kind: Kind) -> Iterator[Row]:
    for key, info in keys_of(name).items():
        extra = info.json_schema_extra or {"unit": "text", "range": name}
        unit, span, meaning = extra["unit"], extra["range"], info.description or kind.meaning
        default = "required" if info.is_required() else "-" if info.default is None else show_percent(info.default)
        lines = [(key, span, meaning)]
        if key == "rate":
            lines = [(f"rate ({op})", str(rule.range), rule.meaning) for op, rule in kind.ops.items()]
        elif key == "op":
            lines = [(key, ", ".join(kind.ops), meaning)]
        elif unit in ("region", "sector"):
            lines, default = [(key, f"list of {unit}s or groups", meaning)], "all"
        for field, range_, text in lines:
            yield Row(kind=name, field=field, unit=unit, range=range_, default=default, meaning=text)
