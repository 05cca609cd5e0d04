"""Measures that name a limit and no rate: a tariff-rate quota, a cap on a price, plants that are lost.

The rate follows from the equilibrium, see `paxsilica.conditions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import ValidationInfo, field_validator

from paxsilica.conditions import Ceiling, PriceCap, Quota
from paxsilica.economy import Array
from paxsilica.names import Names
from paxsilica.policy.cells import on_cells, on_flows, reached
from paxsilica.policy.measure import (
    CHANGE,
    SUBSIDY,
    Effect,
    FlowMeasure,
    Ground,
    MeasureKind,
    ProductionMeasure,
    Range,
    about,
)
from paxsilica.policy.values import Amount, AmountField, Percent
from paxsilica.policy.wording import actor, partners, per_cent, said_regions
from paxsilica.shock import Cells

PART = Range(0.0, 1.0, below=True)


class TariffQuota(FlowMeasure):
    """One duty within a quota that all importers and exporters named share, another beyond it."""

    kind: Literal["tariff_quota"]
    op: Literal["set", "add"] = about(
        "set: the duties stand in place of the tariff; add: on top of it", default=...
    )
    quota: AmountField = about(
        "how much a year comes in at the lower duty: of the baseline's trade, in money at its prices, or in a "
        "quantity with `price`",
        "%, USD, t, bbl, ...",
        default=...,
        range="above 0",
    )
    price: AmountField | None = about(
        "of the quantity, at the exporter's gate in the baseline's year", "USD/t, USD/bbl, ..."
    )
    within: Percent = about("duty within the quota", "%", default=..., range=CHANGE)
    beyond: Percent = about("duty beyond it", "%", default=..., range="above `within`")
    rent: Literal["importer", "exporter"] = about(
        "who holds the licences and gains the difference between the buyers' and the sellers' price",
        default="importer",
    )

    @field_validator("within")
    @classmethod
    def _a_duty(cls, within: float) -> float:
        CHANGE.check(within)
        return within

    @field_validator("beyond")
    @classmethod
    def _above(cls, beyond: float, info: ValidationInfo) -> float:
        CHANGE.check(beyond)
        if "within" in info.data and beyond <= (within := info.data["within"]):
            raise ValueError(
                f"{per_cent([beyond])} is not above within ({per_cent([within])}); a quota without a step is a tariff"
            )
        return beyond

    @field_validator("quota")
    @classmethod
    def _some(cls, quota: Amount) -> Amount:
        if quota.value <= 0:
            raise ValueError("must be above 0; a quota of nothing is a tariff of the duty beyond")
        if "/" in quota.unit:
            raise ValueError(
                f"{quota} is a price; write how much may come in, such as 1.5 million t"
            )
        if quota.unit.isupper() and quota.unit != "USD":
            raise ValueError(f"is in {quota.unit}; write it in USD, as the baseline is")
        return quota

    @field_validator("price")
    @classmethod
    def _of_the_quota(cls, price: Amount | None, info: ValidationInfo) -> Amount | None:
        quota = info.data.get("quota")
        wanted = f"USD/{quota.unit}" if quota else ""
        if price and quota and (quota.unit in ("%", "USD") or price.unit != wanted):
            idle = f"has no use beside a quota in {quota.unit}; leave it out"
            raise ValueError(
                f"{price} {idle if quota.unit in ('%', 'USD') else f'must be in {wanted}'}"
            )
        return price

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return LIMITS

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        who, s, its = actor(self.importer, names)
        size = f"{self.quota} a year"
        if self.quota.unit == "%":
            size = f"{per_cent([self.quota.value])} of what was imported in the baseline"
        low, high = per_cent([self.within]), per_cent([self.beyond])
        added = "more " * (self.op == "add")
        return (
            f"{who} take{s} {low} {added}on {its} imports of {goods} from {partners(self, 'exporter', names)} within a "
            f"quota of {size} and {high} {added}beyond it; the {self.rent} keeps the rent"
        )

    def effects(self, ground: Ground) -> Iterator[Effect]:
        effect = on_flows(self, ground)
        at, reach, trade = _reached_trade(self, effect, ground)
        if not trade:
            raise ground.error(
                f"measure {self.id}: the baseline has none of this trade, which no quota can be measured on",
                "measures",
                self.id,
                "quota",
            )
        volume = Quota(
            self.id,
            at,
            reach,
            self.within,
            self.beyond,
            self._million(trade, ground),
            self.op == "add",
            self.rent,
        )
        yield replace(effect, conditions=(volume,))

    def _million(self, trade: float, ground: Ground) -> float:
        """The quota in million USD of trade in the baseline."""
        if self.quota.unit == "%":
            return self.quota.value * trade
        if self.quota.unit == "USD":
            return self.quota.value / 1e6
        if self.price is None:
            raise ground.error(
                f"measure {self.id}: quota is in {self.quota.unit}, and the baseline in money; give its "
                f"price, such as `price: 800 USD/{self.quota.unit}`",
                "measures",
                self.id,
                "quota",
            )
        return self.quota.value * self.price.value / 1e6


class Cap(FlowMeasure):
    """The importers pay no more than a price, whatever it is elsewhere."""

    kind: Literal["price_cap"]
    price: AmountField = about("the cap", "USD/bbl, USD/t, ...", default=...)
    market: AmountField = about(
        "what it cost at the exporter's gate in the baseline's year", "as `price`", default=...
    )

    @field_validator("price", "market")
    @classmethod
    def _a_price(cls, price: Amount, info: ValidationInfo) -> Amount:
        if "/" not in price.unit or price.value <= 0:
            raise ValueError(f"{price} is no price above 0; write such as 60 USD/bbl")
        cap = info.data.get("price")
        if info.field_name == "market" and cap and cap.unit != price.unit:
            raise ValueError(f"is in {price.unit} but price in {cap.unit}; use one unit for both")
        return price

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return LIMITS

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        who, s, _ = actor(self.importer, names)
        share = f"{100 * self.price.value / self.market.value:.3g} %"
        return (
            f"{who} pay{s} no more than {self.price} for {goods} from {partners(self, 'exporter', names)}, {share} of "
            f"what it cost in the baseline ({self.market})"
        )

    def effects(self, ground: Ground) -> Iterator[Effect]:
        effect = on_flows(self, ground)
        (n, i, j), reach, _ = _reached_trade(self, effect, ground)
        cap = self.price.value / self.market.value
        caps = (
            PriceCap(self.id, (n[own], i[own], j[own]), reach[own], cap)
            for seller, sector in sorted({*zip(i.tolist(), j.tolist(), strict=True)})
            for own in [np.flatnonzero((i == seller) & (j == sector))]
        )
        yield replace(effect, conditions=tuple(caps))


class CapacityLoss(ProductionMeasure):
    """Plants that are lost: output cannot exceed what is left."""

    kind: Literal["capacity_loss"]
    share: Percent = about("of the baseline's output that can be made no more", "%", ..., PART)

    @field_validator("share")
    @classmethod
    def _in_range(cls, share: float) -> float:
        PART.check(share, "loses nothing", "leaves no output; ban its sale instead")
        return share

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return LIMITS

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        where = said_regions(self.region, names, "every region")
        return f"{per_cent(sizes)} of the capacity to make {goods} in {where} is lost"

    def effects(self, ground: Ground) -> Iterator[Effect]:
        effect, made = on_cells(self, ground), ground.names.table.output
        places = np.argwhere(effect.cells & (made > 0))
        yield replace(
            effect,
            conditions=tuple(
                Ceiling(self.id, (place[:1], place[1:]), 1 - self.share) for place in places
            ),
        )


def _reached_trade(
    measure: FlowMeasure, effect: Effect, ground: Ground
) -> tuple[Cells, Array, float]:
    """Flows of the baseline that a measure reaches, the share of each, and their sum, million USD."""
    flows = ground.names.table.flows
    at = np.nonzero(effect.cells & (flows > 0))
    reach = reached(measure, ground)[at] if measure.by_product else np.ones(len(at[0]))
    return at, reach, float((reach * flows[at]).sum())


LIMITS: Mapping[str, MeasureKind] = {
    "tariff_quota": MeasureKind(
        TariffQuota,
        "a lower duty within a volume that all importers and exporters named share, a higher one beyond it",
        "tariffs",
        "The solve finds whether the quota is left open, filled, or exceeded, and with it the duty on the margin; the "
        "rent on licences goes to the treasury of the importer or of the exporter.",
        "{id: a, kind: tariff_quota, importer: [USA], exporter: [CHN], sector: [C26], op: set, quota: 80%, within: 0%, "
        "beyond: 25%}",
        "Import tariff quota (44; chapter E6)",
        verb="set a quota for its trade with",
        aimed_at="exporters",
    ),
    "price_cap": MeasureKind(
        Cap,
        "importers pay no more than a price; where the seller's price is higher, it hands them the difference",
        "export_tax",
        "Where the price at the factory gate is above the cap, a negative export tax brings it down, and the importers' "
        "treasuries keep the difference: buyers are rationed at the price of the market, since nobody sells more for less. "
        "It moves rent, and by itself no volume. The cap is relative to world labour income.",
        "{id: a, kind: price_cap, importer: [DEU], exporter: [NOR], sector: [A01], price: 200 USD/t, market: 260 USD/t}",
        "none of its own; Import-related non-tariff measure, nes (38)",
        verb="cap the price of its trade with",
        aimed_at="exporters",
    ),
    "capacity_loss": MeasureKind(
        CapacityLoss,
        "no more than a part of the baseline's output can be made; what is left sells at its scarcity price",
        "subsidy",
        "The solve finds the price at which what is asked for is what can be made; the rent stays with the region. It is "
        "the same in the long run and the short: nothing is rebuilt.",
        "{id: a, kind: capacity_loss, region: [CHN], sector: [C26], share: 20%}",
        "none: no act of a government",
        level=SUBSIDY,
    ),
}
