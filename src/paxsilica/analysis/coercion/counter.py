"""Counter-coercion: which policies of the target win back most of a cut's loss for the same money.

Every candidate is weighed first by its exact derivative at the equilibrium after the cut (one adjoint for each target
prices all of them), then the best of each kind are solved exactly at a stated size x.

- diversify: the trade cost of a sector from another supplier falls by x. Costs what that saves on the flow,
  x / (1 - x) of its value: transport, logistics, qualification. That a dollar spent saves a dollar is an assumption;
  a subsidy that only moves money is a tariff below zero and no candidate here.
- stock: x of the cut product range is there for the year. Costs the purchase, once and in full: all that is drawn at
  the senders' prices. Prices are high after a cut, so more than x of the usual quantity is drawn. Storage and interest
  are not counted.
- subsidise: the treasury pays x of the production cost of a sector at home. Costs x of that cost.
- join: tariffs between the targets and their allies, both ways and in all sectors, fall by x of themselves. Costs the
  revenue that the old tariffs would bring on what is imported.

Real income has paid for the last three already: the treasury is part of it, and what a stock supplies is bought from
the senders. A fall of trade costs is free in the model, so its cost has yet to be taken off: `Relief.net` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paxsilica.economy import Array, Economy
from paxsilica.errors import InputError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Gradient, Outcome, Params, gradient, solve
from paxsilica.shock import Cut, Shock

INSTRUMENT = {
    "diversify": "trade_cost",
    "stock": "permitted",
    "subsidise": "subsidy",
    "join": "tariffs",
}
"""Which of `INSTRUMENTS` a kind of policy moves."""

MOST_OF = {"diversify": 0.1, "stock": 1.0, "subsidise": 0.2, "join": 1.0}
"""Largest size of each kind; the first two limits of a fall of trade costs and of a subsidy are assumptions."""

NEARLY_NOTHING = 1e-9
"""Share of a cut that stands for no cut at all, so that the derivatives without it need no compilation of their own."""


@dataclass(frozen=True)
class Relief:
    """What one policy of the targets does to their real income under a cut. Money is million USD a year at the
    baseline's consumer prices of each target, all targets together.

    Attributes:
        kind: of `INSTRUMENT`.
        partners: the other supplier, the senders whose product is stocked, the allies; none for a subsidy at home.
        sector: the sector; empty for `join`, which covers all.
        size: x of the module's list, a decimal.
        cost: in the equilibrium with the cut and the policy.
        first_order: net gain by the derivative at the cut, times the size, cost taken off; None for a stock: a ban has
            no margin.
        gain: exact change of real income, against the same cut without the policy.
        nets_cost: whether `gain` has the cost taken off already.
        without_cut: net gain per dollar that the same policy has without the cut, exact; None for a stock. What
            is not above it is no relief from this cut: the policy pays, or not, in any case.
    """

    kind: str
    partners: tuple[str, ...]
    sector: str
    size: float
    cost: float
    first_order: float | None
    gain: float
    nets_cost: bool
    without_cut: float | None

    @property
    def net(self) -> float:
        """Exact gain with the cost taken off, million USD; above zero the policy pays for itself."""
        return self.gain if self.nets_cost else self.gain - self.cost

    @property
    def per_dollar(self) -> float:
        """`net` per dollar of cost; 0 where nothing is spent."""
        return self.net / self.cost if self.cost else 0.0


def reliefs(
    economy: Economy,
    cut: Cut,
    allies: Sequence[str] = (),
    params: Params | None = None,
    best: int = 8,
    *,
    budget: float = 0.001,
) -> tuple[Relief, ...]:
    """The best policies of each kind against a cut, by the exact net gain, the largest first.

    Each policy costs the same budget, or what it costs at its largest size (`MOST_OF`) if that is less. So among policies
    that can spend the budget the order is that of the net gain per dollar, and one that can spend little ranks low.
    The first order picks the `best` of a kind to solve; stocks, which have no first order, are solved in every sector.

    Args:
        cut: several targets act alike and pay together.
        allies: regions or groups for `join`, none to leave it out; targets among them are passed over.
        params: default the short run. best: policies reported of each kind.
        budget: size of each policy, a share of the targets' baseline income; default 0.1 %.

    Raises:
        InputError: as `Cut.places`; an ally that is a sender; `best` below one; `budget` negative or above 10 %.
        LabelError: an unknown region or sector. ConvergenceError: an equilibrium is not solved.
    """
    if best < 1:
        raise InputError(
            f"{best} policies of a kind cannot be the best; give 1 or more, 8 is the default"
        )
    if not 0 <= budget <= 0.1:
        raise InputError(
            f"a budget of {100 * budget:.6g}% of income is not possible; give 0% to 10%, 0.1% is usual"
        )
    params = params or Params(SHORT_RUN)
    field = _field_of(economy, cut, allies)
    under, free = (
        _point(economy, part.shock(economy), params, field.targets)
        for part in (cut, replace(cut, share=cut.share * NEARLY_NOTHING))
    )
    spend = budget * float(economy.income[list(field.targets)].sum())
    found = []
    for kind in INSTRUMENT:
        candidates = [_Candidate(policy, under, free, spend) for policy in field.policies(kind)]
        candidates = [c for c in candidates if c.cost > 0 or kind == "join"]
        if kind != "stock":
            candidates = sorted(candidates, key=lambda c: c.net, reverse=True)[:best]
        exact = sorted(
            (c.solved(params) for c in candidates), key=lambda relief: relief.net, reverse=True
        )
        found += exact[:best]
    return tuple(sorted(found, key=lambda relief: relief.net, reverse=True))


Places = tuple[NDArray[np.intp], ...]
"""Positions in an array, one array of them for each axis."""


class _Policy(NamedTuple):
    """A candidate: `at` are its entries, flows `[n, i, j]` or, of a subsidy, producers `[n, j]`."""

    kind: str
    partners: tuple[int, ...]
    sector: int | None
    at: Places
    share: float

    @property
    def back(self) -> Places:
        """The flows the other way."""
        n, i, j = self.at
        return i, n, j

    def enact(self, shock: Shock, size: float) -> Shock:
        """The shock with the policy added."""
        name = INSTRUMENT[self.kind]
        if self.kind == "stock":
            return shock.changed(name, self.at, 1 - self.share * (1 - size))
        if self.kind == "subsidise":
            return shock.changed(name, self.at, size)
        for flows in (self.at, self.back) if self.kind == "join" else (self.at,):
            shock = shock.changed(name, flows, shock.at(name, flows) * (1 - size))
        return shock

    def cost(self, o: Outcome, size: float) -> float:
        """What the policy costs in an equilibrium, million USD at the baseline's consumer prices."""
        if self.kind == "subsidise":
            dollars = size * o.cost[self.at]
        elif self.kind == "join":
            dollars = size * o.economy.tariffs[self.at] * o.flows[self.at]
        elif self.kind == "stock":
            permitted = 1 - self.share * (1 - size)
            dollars = o.flows[self.at] * (self.share * size / permitted if permitted else 0.0)
        else:
            dollars = size / (1 - size) * o.flows[self.at]
        return float((dollars / o.consumer_price[self.at[0]]).sum())

    def slope(self, d: Gradient, tariffs: Array) -> float:
        """Gain of real income per unit of size, million USD."""
        by_level: Array = getattr(d, INSTRUMENT[self.kind])
        if self.kind == "subsidise":
            return float(by_level[self.at].sum())
        if self.kind == "join":
            return float(
                -sum((tariffs[flows] * by_level[flows]).sum() for flows in (self.at, self.back))
            )
        return float(-by_level[self.at].sum())

    def per_unit(self, o: Outcome) -> float:
        """What a small size costs in an equilibrium, per unit of it."""
        if self.kind in ("subsidise", "join"):
            return self.cost(o, 1.0)
        dollars = (
            o.flows[self.at] if self.kind == "diversify" else self.share * _unbanned(o, self.at)
        )
        return float((dollars / o.consumer_price[self.at[0]]).sum())


def _unbanned(o: Outcome, at: Places) -> Array:
    """What flows would be worth at the prices of an equilibrium if nothing of their product range were banned."""
    n, i, j = at
    flows, theta = o.economy.flows[at], o.theta[j]
    traded = flows > 0
    spending = np.divide(
        o.expenditure[n, j], o.economy.expenditure[n, j], out=np.zeros_like(flows), where=traded
    )
    return np.asarray(flows * (o.gate_price[i, j] / o.price[n, j]) ** -theta * spending)


class _Field(NamedTuple):
    """Who and what there is to choose from, as positions."""

    economy: Economy
    senders: tuple[int, ...]
    targets: tuple[int, ...]
    sectors: tuple[int, ...]
    share: float
    allies: tuple[int, ...]

    def policies(self, kind: str) -> Iterable[_Policy]:
        """All candidates of a kind."""
        if kind == "join":
            everything = range(len(self.economy.sectors))
            if self.allies:
                yield _Policy(
                    kind,
                    self.allies,
                    None,
                    _combined(self.targets, self.allies, everything),
                    self.share,
                )
            return
        regions = range(len(self.economy.regions))
        partners: dict[str, list[tuple[int, ...]]] = {
            "diversify": [(m,) for m in regions if m not in self.senders and (m,) != self.targets],
            "stock": [self.senders],
            "subsidise": [()],
        }
        for who, j in product(partners[kind], self.sectors):
            at = _combined(self.targets, who, [j]) if who else _combined(self.targets, [j])
            yield _Policy(kind, who, j, at, self.share)


def _field_of(economy: Economy, cut: Cut, allies: Sequence[str]) -> _Field:
    n, i, j = map(tuple, cut.places(economy))
    friends = tuple(m for m in dict.fromkeys(economy.region_indices(allies)) if m not in n)
    both = [economy.regions[m] for m in friends if m in i]
    if both:
        raise InputError(f"{both[0]} is sender and ally; leave it out of one of them")
    return _Field(economy, i, n, j, cut.share, friends)


def _combined(*axes: Iterable[int]) -> Places:
    """Every combination of positions; of flows, without those from a region to itself."""
    chosen = [entry for entry in product(*axes) if len(entry) < 3 or entry[0] != entry[1]]
    return tuple(np.array(chosen, dtype=np.intp).T)


class _Point(NamedTuple):
    """An equilibrium and the derivative of the targets' real income there, million USD."""

    targets: tuple[int, ...]
    shock: Shock
    outcome: Outcome
    slope: Gradient


def _point(economy: Economy, shock: Shock, params: Params, targets: tuple[int, ...]) -> _Point:
    each = [
        (float(economy.income[n]), gradient(economy, shock, economy.regions[n], params))
        for n in targets
    ]

    def together(name: str) -> Array:
        return np.asarray(sum(income * getattr(d, name) for income, d in each))

    slope = Gradient(
        sum(income * d.value for income, d in each),
        *map(together, list(Gradient.__annotations__)[1:]),
    )
    return _Point(targets, shock, solve(economy, shock, params), slope)


class _Candidate(NamedTuple):
    """A policy at its size, weighed at the first order."""

    policy: _Policy
    cut: _Point
    free: _Point
    spend: float

    @property
    def size(self) -> float:
        """What the budget pays for, at most the largest size."""
        unit, most = self.policy.per_unit(self.cut.outcome), MOST_OF[self.policy.kind]
        return most if unit * most <= self.spend else self.spend / unit

    @property
    def cost(self) -> float:
        return self.size * self.policy.per_unit(self.cut.outcome)

    @property
    def net(self) -> float:
        """Gain at the first order with the cost taken off."""
        gain = self.size * self.policy.slope(self.cut.slope, self.cut.shock.tariffs)
        return gain - (self.cost if self.policy.kind == "diversify" else 0.0)

    def without_cut(self, params: Params) -> float:
        """Net gain per dollar of the same policy at the same size without the cut, exact."""
        gain, cost = self._exact(self.free, params)
        return (gain - cost * (self.policy.kind == "diversify")) / cost if cost else 0.0

    def _exact(self, point: _Point, params: Params) -> tuple[float, float]:
        """Gain of the targets' real income and cost of the policy at a point, million USD."""
        e, n = point.outcome.economy, list(point.targets)
        outcome = solve(e, self.policy.enact(point.shock, self.size), params)
        gain = e.income[n] * (outcome.real_income[n] - point.outcome.real_income[n])
        return float(gain.sum()), self.policy.cost(outcome, self.size)

    def solved(self, params: Params) -> Relief:
        """The exact equilibrium with the policy."""
        p, e = self.policy, self.cut.outcome.economy
        gain, cost = self._exact(self.cut, params)
        margin = p.kind != "stock"
        return Relief(
            kind=p.kind,
            partners=tuple(e.regions[m] for m in p.partners),
            sector="" if p.sector is None else e.sectors[p.sector],
            size=self.size,
            cost=cost,
            first_order=self.net if margin else None,
            gain=gain,
            nets_cost=p.kind != "diversify",
            without_cut=self.without_cut(params) if margin else None,
        )
