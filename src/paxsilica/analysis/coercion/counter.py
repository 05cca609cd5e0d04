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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from operator import attrgetter, itemgetter
from typing import NamedTuple

import numpy as np

from paxsilica import model
from paxsilica.cut import Cut
from paxsilica.economy import Array, Economy
from paxsilica.errors import InputError
from paxsilica.findings import Block, block
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Outcome, Params, solve
from paxsilica.shock import Cells, Shock

INSTRUMENT = {
    "diversify": "trade_cost",
    "stock": "permitted",
    "subsidise": "subsidy",
    "join": "tariffs",
}
"""Which of `INSTRUMENTS` a kind of policy moves."""

MOST_OF = {"diversify": 0.1, "stock": 1.0, "subsidise": 0.2, "join": 1.0}
"""Largest size of each kind; the first two limits of a fall of trade costs and of a subsidy are assumptions."""

BEST = 8
"""Policies of each kind that are told."""

BUDGET = 0.001
"""Of each policy, a share of the targets' baseline income."""

NEARLY_NOTHING = 1e-9
"""Share of a cut that stands for no cut at all, so that the equilibrium without it needs no compilation of its own."""


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
        without_cut: net gain per dollar that the same policy has without the cut, exact; None for a stock. What
            is not above it is no relief from this cut: the policy pays, or not, in any case.
    """

    kind: str
    partners: tuple[str, ...]
    sector: str
    size: float
    cost: float
    gain: float
    first_order: float | None = None
    without_cut: float | None = None

    @property
    def net(self) -> float:
        """Exact gain with the cost taken off, million USD; above zero the policy pays for itself."""
        return _net(self.kind, self.gain, self.cost)

    @property
    def per_dollar(self) -> float:
        """`net` per dollar of cost; 0 where nothing is spent."""
        return self.net / self.cost if self.cost else 0.0


def _net(kind: str, gain: float, cost: float) -> float:
    """The gain with the cost taken off where real income has not paid it already."""
    return gain - cost if kind == "diversify" else gain


def relief_blocks(reliefs: Sequence[Relief]) -> Iterator[Block]:
    """Policies against a cut, the largest net gain first: `rung` is the rank, `measure` the kind."""
    who = {
        "rung": [str(rank) for rank in range(1, len(reliefs) + 1)],
        "measure": [r.kind for r in reliefs],
        "partner": ["+".join(r.partners) for r in reliefs],
        "sector": [r.sector for r in reliefs],
    }
    for name in ("size", "cost", "net", "per_dollar", "without_cut", "first_order"):
        scale = 100 if name == "size" else 1
        values = scale * np.array([getattr(r, name) for r in reliefs], dtype=float)
        yield block(f"relief_{name}", values, who, horizon=SHORT_RUN.key)


def reliefs(
    economy: Economy, cut: Cut, allies: Sequence[str] = (), params: Params | None = None
) -> tuple[Relief, ...]:
    """The `BEST` policies of each kind against a cut, by the exact net gain, the largest first.

    Each policy costs the `BUDGET`, or what it costs at its largest size (`MOST_OF`) if that is less. So among policies
    that can spend the budget the order is that of the net gain per dollar, and one that can spend little ranks low.
    The first order picks the best of a kind to solve; stocks, which have no first order, are solved in every sector.

    Args:
        cut: several targets act alike and pay together.
        allies: regions or groups for `join`, none to leave it out; targets among them are passed over.
        params: default the short run.

    Raises:
        InputError: as `Cut.places`; an ally that is a sender.
        LabelError: an unknown region or sector. ConvergenceError: an equilibrium is not solved.
    """
    params = params or Params(SHORT_RUN)
    targets = cut.places(economy)[0]
    income = economy.income[targets]
    cut_off, free = (
        solve(economy, part.shock(economy), params)
        for part in (cut, replace(cut, share=cut.share * NEARLY_NOTHING))
    )
    each = [model.gradient(economy, cut_off.shock, economy.regions[n], params) for n in targets]
    slope = {
        name: np.tensordot(income, [getattr(d, name) for d in each], 1)
        for name in INSTRUMENT.values()
    }

    best: list[Relief] = []
    spend = BUDGET * float(income.sum())
    policies = [p.paid(spend, cut_off) for p in _choices(economy, cut, allies)]
    policies = [p for p in policies if p.size * p.per_unit(cut_off) > 0 or p.kind == "join"]
    for kind in INSTRUMENT:
        its = [(p.first_order(slope, cut_off), p) for p in policies if p.kind == kind]
        if kind != "stock":
            its = sorted(its, key=itemgetter(0), reverse=True)[:BEST]
        solved = [_relief(p, targets, net, cut_off, free) for net, p in its]
        best += sorted(solved, key=attrgetter("net"), reverse=True)[:BEST]
    return tuple(sorted(best, key=attrgetter("net"), reverse=True))


def _relief(
    policy: _Policy, targets: list[int], first_order: float, cut_off: Outcome, free: Outcome
) -> Relief:
    """A policy with its exact gain and cost in the equilibrium under the cut, and, but for a stock, free of it."""
    e = cut_off.economy

    def exact(before: Outcome) -> Relief:
        after = solve(e, policy.enact(before.shock), before.params)
        gain = e.income * (after.real_income - before.real_income)
        return Relief(
            kind=policy.kind,
            partners=tuple(e.regions[m] for m in policy.partners),
            sector="" if policy.sector is None else e.sectors[policy.sector],
            size=policy.size,
            cost=policy.cost(after),
            gain=float(gain[targets].sum()),
        )

    relief = exact(cut_off)
    if policy.kind == "stock":
        return relief
    return replace(relief, first_order=first_order, without_cut=exact(free).per_dollar)


class _Policy(NamedTuple):
    """A candidate: `at` are its entries, flows `[n, i, j]` or, of a subsidy, producers `[n, j]`; `share` is the cut's."""

    kind: str
    partners: tuple[int, ...]
    sector: int | None
    at: Cells
    share: float
    size: float = 0.0

    @property
    def moved(self) -> Iterator[Cells]:
        """The cells whose levels it moves: tariffs both ways."""
        yield self.at
        if self.kind == "join":
            n, i, j = self.at
            yield i, n, j

    def enact(self, shock: Shock) -> Shock:
        """The shock with the policy added."""
        levels = {"stock": 1 - self.share * (1 - self.size), "subsidise": self.size}
        for cells in self.moved:
            to = levels.get(self.kind, lambda level: level * (1 - self.size))
            shock = shock.changed(INSTRUMENT[self.kind], cells, to)
        return shock

    def cost(self, o: Outcome) -> float:
        """What the policy costs in an equilibrium, million USD at the baseline's consumer prices."""
        times = self.size
        if self.kind == "diversify":
            times /= 1 - self.size
        elif self.kind == "stock" and times:
            times *= self.share / (1 - self.share * (1 - self.size))
        return times * self._at_old_prices(o, self._paid_on(o))

    def paid(self, spend: float, o: Outcome) -> _Policy:
        """The policy at the size that is paid by so much in an equilibrium, at most the largest."""
        unit, most = self.per_unit(o), MOST_OF[self.kind]
        return self._replace(size=most if unit * most <= spend else spend / unit)

    def first_order(self, by: Mapping[str, Array], o: Outcome) -> float:
        """Net gain of real income by derivatives by the instruments there, million USD."""
        levels = by[INSTRUMENT[self.kind]] * (o.shock.tariffs if self.kind == "join" else 1.0)
        gain = sum(float(levels[cells].sum()) for cells in self.moved)
        gain = gain if self.kind == "subsidise" else -gain
        return self.size * _net(self.kind, gain, self.per_unit(o))

    def per_unit(self, o: Outcome) -> float:
        """What a small size costs in an equilibrium, per unit of it."""
        stock = self.kind == "stock"
        return self._at_old_prices(
            o, self.share * _unbanned(o, self.at) if stock else self._paid_on(o)
        )

    def _paid_on(self, o: Outcome) -> Array:
        """What the size is a part of: cost of production, revenue of the old tariffs, or flows."""
        if self.kind == "subsidise":
            return np.asarray(o.cost[self.at])
        flows = o.flows[self.at]
        return np.asarray(o.economy.tariffs[self.at] * flows if self.kind == "join" else flows)

    def _at_old_prices(self, o: Outcome, dollars: Array) -> float:
        return float((dollars / o.consumer_price[self.at[0]]).sum())


def _unbanned(o: Outcome, at: Cells) -> Array:
    """What flows would be worth at the prices of an equilibrium if nothing of their product range were banned."""
    n, i, j = at
    flows, theta = o.economy.flows[at], o.theta[j]
    traded = flows > 0
    spending = np.divide(
        o.expenditure[n, j], o.economy.expenditure[n, j], out=np.zeros_like(flows), where=traded
    )
    return np.asarray(flows * (o.gate_price[i, j] / o.price[n, j]) ** -theta * spending)


def _choices(economy: Economy, cut: Cut, allies: Sequence[str]) -> Iterator[_Policy]:
    """All candidates of every kind."""
    n, i, j = cut.places(economy)
    friends = [m for m in dict.fromkeys(economy.region_indices(allies)) if m not in n]
    if both := [economy.regions[m] for m in friends if m in i]:
        raise InputError(f"{both[0]} is sender and ally; leave it out of one of them")
    suppliers = [[m] for m in range(len(economy.regions)) if m not in i and [m] != n]
    for kind, partners in (("diversify", suppliers), ("stock", [i]), ("subsidise", [[]])):
        for who, sector in product(partners, j):
            at = _combined(*filter(None, (n, who, [sector])))
            yield _Policy(kind, tuple(who), sector, at, cut.share)
    if friends:
        at = _combined(n, friends, range(len(economy.sectors)))
        yield _Policy("join", tuple(friends), None, at, cut.share)


def _combined(*axes: Iterable[int]) -> Cells:
    """Every combination of positions; of flows, without those from a region to itself."""
    chosen = [entry for entry in product(*axes) if len(entry) < 3 or entry[0] != entry[1]]
    return tuple(np.array(chosen, dtype=np.intp).T)
