"""What a measure promises and only the equilibrium can settle: a quota is filled, money is spent, a price is capped.

Each is one unknown and one equation beside those of the model, a complementarity written without its inequality: the
unknown counts, in logs, how far the equilibrium is inside a limit where it is negative, and how hard the limit bites
where it is positive. Levels that follow from it are rates of `paxsilica.shock.INSTRUMENTS`, so that the treasury's books
are those of any tariff, tax or subsidy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from paxsilica.economy import Array
from paxsilica.shock import Cells, Condition, Shock

Regime = Literal["within", "at", "beyond"]

FURTHEST = 10.0
"""Log of the factor on a price beyond which no condition goes; one that is not met there cannot be."""


class Settlement(NamedTuple):
    """What the equilibrium made of a condition.

    Attributes:
        regime: `within` where the limit does not bite, `at` it, or `beyond` it.
        used: of the limit, as a share of it.
        rate: duty on the margin, subsidy, discount (negative) or scarcity over cost, decimal; a mean over what is reached.
        money: rent, subsidy paid, or what a capped seller forgoes, million USD a year in money of the outcome.
        place: position of the only region and sector where there is one.
    """

    regime: Regime
    used: float
    rate: float
    money: float
    place: tuple[int, int] | None = None


def _factor(log: float) -> float:
    return float(np.exp(np.clip(log, -FURTHEST, FURTHEST)))


@dataclass(frozen=True, eq=False)
class Quota:
    """A tariff-rate quota: one duty within a volume, another beyond it.

    Within the quota the lower duty is paid; at the quota the price rises until the volume is all that is asked for, and
    the difference is a rent; beyond it the higher duty is paid on the margin, and the rent on the quota alone.

    Attributes:
        name: of the measure.
        at: importers, exporters and sectors of the flows that share the quota, `[c]` each.
        reach: `[c]` share of each flow that is under the quota.
        within, beyond: duties, decimal; `added`: to the tariff that stands, else in its place.
        volume: million USD at the baseline's prices at the factory gate.
        rent_to: whose treasury the rent reaches; an exporter that keeps it raises its price, and the duty is on that price.
    """

    name: str
    at: Cells
    reach: Array
    within: float
    beyond: float
    volume: float
    added: bool = False
    rent_to: Literal["importer", "exporter"] = "importer"

    def enacted(self, shock: Shock, unknown: float) -> Shock:
        t, rent, before = self._duties(shock, unknown)
        tax = self.reach * (rent if self.rent_to == "exporter" else 0.0)
        whole = before + self.reach * (t - before)
        taxed = shock.changed(
            "export_tax", self.at, lambda standing: (1 + standing) * (1 + tax) - 1
        )
        return taxed.changed("tariffs", self.at, (1 + whole) / (1 + tax) - 1)

    def missed(self, asked: Shock, outcome: Any, unknown: float) -> float:
        width = self._width(asked)
        over = np.log(self.used(outcome))
        return float(over - min(unknown, 0.0) - max(unknown - width, 0.0))

    def used(self, outcome: Any) -> float:
        """Volume traded under it, as a share of the quota."""
        price = outcome.gate_price[self.at[1:]] * outcome.shock.at("trade_cost", self.at)
        return float((_sold(self, outcome) / price).sum() / self.volume)

    def settlement(self, asked: Shock, outcome: Any, unknown: float) -> Settlement:
        duty, rent, before = self._duties(asked, unknown)
        paid_in = 1.0 if self.rent_to == "exporter" else 1 + self._rates(before)[0]
        over = unknown > self._width(asked)
        regime: Regime = "within" if unknown < 0 else "beyond" if over else "at"
        mean = float(np.average(duty, weights=self.reach * asked.economy.flows[self.at]))
        return Settlement(
            regime, self.used(outcome), mean, float((_sold(self, outcome) * rent * paid_in).sum())
        )

    def _rates(self, before: Array) -> tuple[Array, Array]:
        base = before if self.added else np.zeros_like(before)
        return base + self.within, base + self.beyond

    def _width(self, asked: Shock) -> float:
        """What the whole difference of the two duties does to the log of the volume, nearly."""
        low, high = self._rates(asked.at("tariffs", self.at))
        theta = asked.economy.trade_elasticity[self.at[2]]
        return float(np.mean(theta * np.log((1 + high) / (1 + low))))

    def _duties(self, asked: Shock, unknown: float) -> tuple[Array, Array, Array]:
        """`[c]` duty on the margin, rent over the price at the gate, and the tariff that stands without the quota."""
        before, width = asked.at("tariffs", self.at), self._width(asked)
        low, high = self._rates(before)
        part = min(max(unknown / width, 0.0), 1.0)
        t = (1 + low) * ((1 + high) / (1 + low)) ** part - 1
        filled = _factor(-max(unknown - width, 0.0))
        return t, filled * ((1 + t) / (1 + low) - 1), before


@dataclass(frozen=True, eq=False)
class Budget:
    """A subsidy of a sum of money: the rate, one for all it reaches, is such that the treasury pays that sum.

    Attributes:
        instrument: `subsidy` of what is made, or `input_subsidy` of what is bought.
        at: positions on its axes. money: million USD at unchanged world labour income; below zero it is raised.
    """

    name: str
    instrument: Literal["subsidy", "input_subsidy"]
    at: Cells
    money: float

    def enacted(self, shock: Shock, unknown: float) -> Shock:
        left = _factor(
            -unknown * self.money / self._whole(shock.economy.output, shock.economy.inputs)
        )
        return shock.changed(self.instrument, self.at, lambda rate: 1 - (1 - rate) * left)

    def missed(self, asked: Shock, outcome: Any, unknown: float) -> float:
        return 1 - self.spent(asked, outcome) / self.money

    def settlement(self, asked: Shock, outcome: Any, unknown: float) -> Settlement:
        paid = self.spent(asked, outcome)
        rate = float(outcome.shock.at(self.instrument, self.at).mean())
        return Settlement("at", paid / self.money, rate, paid)

    def spent(self, asked: Shock, outcome: Any) -> float:
        """Million USD that the treasury pays beyond what stands without it."""
        more = outcome.shock.at(self.instrument, self.at) - asked.at(self.instrument, self.at)
        return self._whole(outcome.cost, outcome.inputs, more)

    def _whole(self, made: Array, bought: Array, share: Array | float = 1.0) -> float:
        money = made if self.instrument == "subsidy" else bought
        return float((money[self.at] * share).sum())


@dataclass(frozen=True, eq=False)
class PriceCap:
    """Buyers who pay no more than a cap: where the price at the gate is above it, the seller hands them the difference.

    At the cap they would buy more than before, and no seller sells more for less: they are rationed at the price of the
    market, so that the cap moves the rent from the seller's treasury to theirs and by itself no volume.

    Attributes:
        at: the capped flows, all of one exporter and sector. reach: `[c]` share of each flow that is capped.
        cap: over the price of the baseline, both at the factory gate, in units of the numeraire.
    """

    name: str
    at: Cells
    reach: Array
    cap: float

    def enacted(self, shock: Shock, unknown: float) -> Shock:
        sold_at = 1 + self.reach * (_factor(min(unknown, 0.0)) - 1)
        sold = shock.changed("export_tax", self.at, lambda tax: (1 + tax) * sold_at - 1)
        return sold.changed("tariffs", self.at, lambda tariff: (1 + tariff) / sold_at - 1)

    def missed(self, asked: Shock, outcome: Any, unknown: float) -> float:
        _, i, j = self.at
        return float(np.log(self.cap / outcome.gate_price[i[0], j[0]]) - unknown)

    def settlement(self, asked: Shock, outcome: Any, unknown: float) -> Settlement:
        _, i, j = self.at
        below = min(unknown, 0.0)
        price, place = outcome.gate_price[i[0], j[0]] * np.exp(below), (int(i[0]), int(j[0]))
        regime: Regime = "at" if below else "within"
        forgone = float(_sold(self, outcome).sum() * -np.expm1(below))
        return Settlement(regime, float(price / self.cap), float(np.expm1(below)), forgone, place)


@dataclass(frozen=True, eq=False)
class Ceiling:
    """Lost capacity: no more than a share of the baseline's output can be made, and what is left sells at its scarcity.

    The scarcity rent stays with the owners, that is, with the region's income.

    Attributes:
        at: one region and sector, `[1]` each. left: output that can be made, over the baseline's, by quantity.
    """

    name: str
    at: Cells
    left: float

    def enacted(self, shock: Shock, unknown: float) -> Shock:
        dearer = _factor(max(unknown, 0.0) / shock.economy.trade_elasticity[self.at[1][0]])
        return shock.changed("subsidy", self.at, lambda rate: 1 - (1 - rate) * dearer)

    def missed(self, asked: Shock, outcome: Any, unknown: float) -> float:
        return float(np.log(self.made(outcome) / self.left) - min(unknown, 0.0))

    def made(self, outcome: Any) -> float:
        """Output over the baseline's, by quantity."""
        of = (outcome.output / outcome.gate_price)[self.at] / outcome.economy.output[self.at]
        return float(of[0])

    def settlement(self, asked: Shock, outcome: Any, unknown: float) -> Settlement:
        i, j = (int(axis[0]) for axis in self.at)
        standing = 1 - asked.subsidy[i, j]
        dearer = float((1 - outcome.shock.subsidy[i, j]) / standing - 1)
        rent = float(outcome.output[i, j] * (1 - 1 / (1 + dearer)))
        regime: Regime = "at" if unknown > 0 else "within"
        return Settlement(regime, self.made(outcome) / self.left, dearer, rent, (i, j))


def _sold(condition: Quota | PriceCap, outcome: Any) -> Array:
    """`[c]` what a condition reaches of its flows, at the price at the factory gate, million USD."""
    tax = outcome.shock.at("export_tax", condition.at)
    sold: Array = condition.reach * outcome.flows[condition.at] / (1 + tax)
    return sold


def stages(shock: Shock, unknowns: Iterable[float]) -> Iterator[tuple[Condition, Shock, Shock]]:
    """Each condition with the shock before and after it."""
    before = shock.without_conditions()
    for condition, unknown in zip(shock.conditions, unknowns, strict=True):
        after = condition.enacted(before, float(unknown))
        yield condition, before, after
        before = after


def settlements(outcome: Any) -> list[tuple[Condition, Settlement]]:
    """Each condition of an outcome's shock, and what the equilibrium made of it."""
    shock, unknowns = outcome.shock, outcome.unknowns
    return [
        (condition, condition.settlement(before, outcome, unknown))
        for (condition, before, _), unknown in zip(stages(shock, unknowns), unknowns, strict=True)
    ]


def crowded(conditions: Sequence[Condition]) -> str | None:
    """The name of a condition that limits all of something that another limits too."""
    shares, first = dict[tuple[int, ...], float](), dict[tuple[int, ...], str]()
    for condition in conditions:
        places = zip(*np.broadcast_arrays(*condition.at), strict=True)
        reach = np.broadcast_to(getattr(condition, "reach", 1.0), len(condition.at[0]))
        for at, share in zip(places, reach, strict=True):
            cell = tuple(map(int, at))
            shares[cell] = shares.get(cell, 0.0) + float(share)
            first.setdefault(cell, condition.name)
            if shares[cell] > 1 + 1e-9:
                return first[cell]
    return None
