"""Duties by quantity, and what is let off a duty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np
from pydantic import ValidationInfo, field_validator

from paxsilica.economy import Array
from paxsilica.names import Names
from paxsilica.policy.cells import on_flows, standing_of
from paxsilica.policy.measure import (
    CHANGE,
    POINTS,
    Effect,
    FlowMeasure,
    Ground,
    MeasureKind,
    about,
)
from paxsilica.policy.measures.border import BorderRate
from paxsilica.policy.values import Percent, PerUnit, Price, price_ratio
from paxsilica.policy.wording import actor, partners, per_cent


class SpecificDuty(FlowMeasure):
    """A duty in money for each unit, which is a tariff of the share of the price that it is."""

    kind: Literal["specific_duty"]
    op: Literal["set", "add"] = about("how the duty meets what stands", default=...)
    duty: PerUnit = about(
        "money for each unit", "money per unit", default=..., range="of the currency of the price"
    )
    price: Price = about(
        "of a unit at the border, at which the duty is converted",
        "money per unit",
        default=...,
        range="above 0",
    )

    @field_validator("price")
    @classmethod
    def _convertible(cls, price: Price, info: ValidationInfo) -> Price:
        duty, op = info.data.get("duty"), info.data.get("op")
        if duty and op:
            (CHANGE if op == "set" else POINTS).check(price_ratio(duty, price))
        return price

    @property
    def rate(self) -> float:
        """The share of the price that the duty is."""
        return price_ratio(self.duty, self.price)

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return DUTIES

    def effects(self, ground: Ground) -> Iterator[Effect]:
        given = {key: getattr(self, key) for key in FlowMeasure.model_fields} | {"kind": "tariff"}
        plain = BorderRate.model_construct(**given, op=self.op, rate=self.rate)
        effect = on_flows(plain, ground, "measures", self.id)
        yield replace(effect, noun="tariff", where=("measures", self.id, "duty"))

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        who, s, its = actor(self.importer, names)
        what = f"{its} tariff on {goods} from {partners(self, 'exporter', names)}"
        does = f"set{s} {what} to" if self.op == "set" else f"add{s} to {what}"
        return (
            f"{who} {does} {self.duty}, {per_cent([self.rate])} of the stated price of {self.price}"
        )

    def beware(self, names: Names) -> Iterator[str]:
        yield "A duty by quantity weighs more where a unit is cheaper; here it stays what it is at the stated price."


class Exemption(FlowMeasure):
    """What it reaches pays the tariff that stood before the scenario, or a rate, whatever the measures before it do."""

    kind: Literal["exemption"]
    rate: Percent | None = about(
        "what is paid instead; without it the tariff that stood before the scenario",
        "%",
        range=CHANGE,
    )

    @field_validator("rate")
    @classmethod
    def _in_range(cls, rate: float | None) -> float | None:
        if rate is not None:
            CHANGE.check(rate)
        return rate

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return DUTIES

    def effects(self, ground: Ground) -> Iterator[Effect]:
        effect = on_flows(self, ground)
        at, name = np.nonzero(effect.cells), effect.kind.changes

        def let_off(levels: Array) -> Array:
            stood = ground.stood().at(name, at)
            return stood if self.rate is None else np.full_like(stood, self.rate)

        paid = partial(standing_of, self, effect.cells, name, ground)
        yield replace(effect, applied=let_off, stands=paid)

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        who, s, its = actor(self.importer, names)
        sellers = partners(self, "exporter", names)
        pays = f", which pay {per_cent([self.rate])}" if self.rate is not None else ""
        before = "" if pays else f", which pay {its} tariff that stood before"
        return f"{who} exempt{s} {goods} from {sellers}{pays}{before}"

    def beware(self, names: Names) -> Iterator[str]:
        yield "It undoes what the measures above do to these goods; those below it act on them again."


DUTIES: Mapping[str, MeasureKind] = {
    "specific_duty": MeasureKind(
        SpecificDuty,
        "duty of the importer in money for each unit: 0.30 USD a kilogram",
        "tariffs",
        "It is a tariff of the duty over the price that the file states.",
        "{id: a, kind: specific_duty, importer: [USA], sector: [A01], op: add, duty: 0.3 USD/kg, price: 2 USD/kg}",
        "Import tariff (47; tariff measures), which holds duties by quantity too",
        verb="tax its trade with",
        aimed_at="exporters",
        too_low="would pay the importer to take the goods for nothing",
    ),
    "exemption": MeasureKind(
        Exemption,
        "goods or partners that an importer lets off the duties of the measures above it",
        "tariffs",
        "The share of a flow that it reaches goes back to the tariff that stood before the scenario, or to a rate.",
        "{id: a, kind: exemption, importer: [USA], exporter: [IND], sector: [C26], rate: 2%}",
        "Import tariff (47; tariff measures), an exception to one",
        verb="tax its trade with",
        aimed_at="exporters",
        too_low="would pay the importer to take the goods for nothing",
    ),
}
