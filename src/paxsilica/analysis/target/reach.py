"""What instruments add to trade, and the cut in trade cost that then meets a target: solved on the engine.

Trade in the target's year is base x growth x M, where M is trade in the equilibrium with the instruments over trade in that
which stood in the base period: growth and instruments multiply.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from paxsilica.analysis.alliance.game import Coalition, coalitions, shapley
from paxsilica.analysis.target.gravity import probability
from paxsilica.analysis.target.trade import Counted, Pledge, cheaper
from paxsilica.economy import Array, Economy
from paxsilica.errors import ConvergenceError, joined
from paxsilica.findings import Block, block
from paxsilica.model import Outcome, Params, solve, solve_many
from paxsilica.shock import Cells, Shock

MOST_CUT, MOST_RISE = 0.9, 10.0
"""Part of a trade cost beyond which no cut is looked for, and the factor by which it may rise where a target is passed."""

CLOSE, MET = 1e-9, 1e-7
"""Accuracy of the log of a factor on trade cost, and of the log of a flow that a purchase raises."""

GROWTH, STANDS, TARIFFS, NON_TARIFF = "growth", "stands", "tariffs", "non_tariff"


class Purchased(NamedTuple):
    """An equilibrium, and by purchase the factor on the trade cost of its flow."""

    factors: Mapping[str, float]
    outcome: Outcome


class Needed(NamedTuple):
    """The factor on trade cost that a flow takes, NaN where no cut up to the limit brings it, and the outcome."""

    factor: float
    outcome: Outcome


@dataclass(frozen=True, eq=False)
class Case:
    """A target on one economy, growth known.

    Attributes:
        stood, stands, ends: what stood in the base period, what stands now, and the end state of tariffs; None leaves these
            as they stand.
        cut: of trade cost by other measures than tariffs, both ways, decimal.
        base, goal: million USD. growth: factor by which two economies grow it. deviations: of its log, by
            the variable of the probability that they give.
        params, then: how far everything adjusts, and how far trade of the base period had adjusted to what stood.
    """

    economy: Economy
    counted: Counted
    stood: Shock
    stands: Shock
    ends: Shock | None
    pledges: tuple[Pledge, ...]
    cut: float
    base: float
    goal: float
    growth: float
    deviations: Mapping[str, float]
    params: Params
    then: Params

    def on(self, economy: Economy) -> Case:
        """The same on another economy of the same axes."""
        ends = None if self.ends is None else self.ends.on(economy)
        stood, stands = self.stood.on(economy), self.stands.on(economy)
        return replace(self, economy=economy, stood=stood, stands=stands, ends=ends)

    @property
    def players(self) -> tuple[str, ...]:
        """The instruments, in the order in which they are told."""
        own = tuple(pledge.name for pledge in self.pledges)
        return (*[TARIFFS] * (self.ends is not None), *own, *[NON_TARIFF] * (self.cut > 0))

    @property
    def rungs(self) -> tuple[str, ...]:
        return (GROWTH, STANDS, *self.players)

    def money(self, outcome: Outcome) -> float:
        """Trade in the target's year, million USD."""
        return self.scale * self.counted.money(self.economy, outcome.flows)

    def bought(self, pledge: Pledge, outcome: Outcome) -> float:
        """The flow of a purchase in the target's year, million USD."""
        return self.scale * float(outcome.flows[pledge.cells(self.economy)].sum())

    @cached_property
    def started(self) -> Outcome:
        """The equilibrium of what stood, with everything adjusted as far as at the end."""
        return solve(self.economy, self.stood, self.params)

    @cached_property
    def measured(self) -> float:
        """Trade of the model in the base period, million."""
        if self.then == self.params:
            return self.counted.money(self.economy, self.started.flows)
        answered = solve(self.economy, self.stood, self.then)
        return self.counted.money(self.economy, answered.flows)

    @cached_property
    def standing(self) -> Outcome:
        """The equilibrium of what stands."""
        return solve(self.economy, self.stands, self.params, start=self.started)

    @cached_property
    def scale(self) -> float:
        """USD of the target's year for one of the model."""
        return self.base * self.growth / self.measured

    def shock(self, players: Coalition) -> Shock:
        """What stands with some instruments, purchases apart."""
        shock = self.ends if TARIFFS in players and self.ends is not None else self.stands
        return cheaper(shock, self.both_ways, 1 - self.cut if NON_TARIFF in players else 1.0)

    @cached_property
    def both_ways(self) -> Cells:
        """The flows of the chosen sectors in both directions."""
        return self.counted.cells(self.economy, "both")

    @cached_property
    def worths(self) -> Mapping[Coalition, Purchased]:
        """With each set of instruments the factors on trade cost that its purchases take, and the equilibrium.

        Raises:
            ConvergenceError: a purchase is out of reach.
        """
        own = {pledge.name: pledge for pledge in self.pledges}
        sets = coalitions(self.players)
        bare, found = [s for s in sets if not s & {*own}], dict[Coalition, Purchased]()

        def keep(at: int, outcome: Outcome) -> None:
            found[bare[at]] = Purchased({}, outcome)

        solve_many(self.economy, map(self.shock, bare), self.params, keep=keep)
        for some in (s for s in sets if s & {*own}):
            pledges = [own[name] for name in self.players if name in some & {*own}]
            found[some] = with_purchases(found[some - {*own}].outcome, pledges, self.scale)
        return found

    @cached_property
    def ladder(self) -> tuple[Outcome, ...]:
        """The equilibrium on each rung above growth: what stands, then one instrument after the other."""
        sets = (frozenset(self.players[:n]) for n in range(len(self.players) + 1))
        return tuple(self.worths[s].outcome for s in sets)

    @cached_property
    def trade(self) -> Array:
        """`[rung]` trade in the target's year, million USD."""
        return np.array([self.base * self.growth, *map(self.money, self.ladder)])

    def grown(self, outcome: Outcome) -> float:
        """Trade in the target's year where nothing but growth came before an outcome, million USD."""
        before, after = (self.counted.money(self.economy, o.flows) for o in (self.started, outcome))
        return self.base * self.growth * after / before

    @cached_property
    def needed(self) -> tuple[Needed, ...]:
        """On each rung the factor on trade cost, both ways, that meets the target exactly."""
        alone = factor_for(self.started, self.both_ways, self.grown, self.goal)
        return (alone, *(factor_for(o, self.both_ways, self.money, self.goal) for o in self.ladder))


def with_purchases(start: Outcome, pledges: Sequence[Pledge], scale: float) -> Purchased:
    """The equilibrium in which each purchase raises its flow by its amount over that of an equilibrium without them, by a
    cut in the trade cost of the flow: Powell's hybrid method from the guess of the trade elasticity.

    Args:
        scale: USD of a pledge for one of the model.

    Raises:
        ConvergenceError: one is out of reach of a cut by `MOST_CUT`.
    """
    from scipy.optimize import root

    economy, near = start.economy, start
    cells = [pledge.cells(economy) for pledge in pledges]
    theta = np.array([float(start.theta[np.unique(at[2])].mean()) for at in cells])
    before = np.array([start.flows[at].sum() for at in cells])
    wanted = before + np.array([pledge.amount for pledge in pledges]) / scale

    def costs(unknowns: Array) -> Array:
        found: Array = np.clip(unknowns / theta, math.log1p(-MOST_CUT), math.log(MOST_RISE))
        return found

    def missed(unknowns: Array) -> Array:
        nonlocal near
        shock = start.shock.asked
        for at, log in zip(cells, costs(unknowns), strict=True):
            shock = cheaper(shock, at, math.exp(log))
        near = solve(economy, shock, start.params, start=near)
        gap: Array = np.log([near.flows[at].sum() for at in cells] / wanted)
        return gap

    first = np.log(before / wanted)
    end = root(missed, first, jac=lambda _: -np.eye(len(first)), options={"xtol": CLOSE})
    if not np.abs(end.fun).max() <= MET:
        end = root(missed, end.x, options={"xtol": CLOSE, "eps": MET})
    left = np.abs(missed(end.x))
    if not left.max() <= MET:
        late = joined(p.name for p, gap in zip(pledges, left, strict=True) if not gap <= MET)
        raise ConvergenceError(f"not solved: the purchase of {late} is out of reach", near)
    factors = np.exp(costs(end.x)).tolist()
    return Purchased(dict(zip((p.name for p in pledges), factors, strict=True)), near)


def factor_for(
    start: Outcome, cells: Cells, measured: Callable[[Outcome], float], wanted: float
) -> Needed:
    """The factor on the trade cost of some flows, on top of an equilibrium, at which a flow of trade is as wanted.

    A bracket is widened from the guess of the trade elasticity, then halved and interpolated (Brent 1973).

    Returns:
        NaN, with the outcome at the limit, where even a cut by `MOST_CUT` does not bring it.

    Raises:
        ConvergenceError: an equilibrium on the way is not solved.
    """
    from scipy.optimize import brentq

    asked, near = start.shock.asked, start
    known = {0.0: (math.log(measured(start) / wanted), start)}

    def missed(log: float) -> float:
        nonlocal near
        if log not in known:
            shock = cheaper(asked, cells, math.exp(log))
            near = solve(start.economy, shock, start.params, start=near)
            known[log] = math.log(measured(near) / wanted), near
        return known[log][0]

    def outcome(log: float) -> Outcome:
        missed(log)
        return known[log][1]

    first = missed(0.0)
    if not first:
        return Needed(1.0, start)
    furthest = math.log1p(-MOST_CUT) if first < 0 else math.log(MOST_RISE)
    theta = float(start.theta[np.unique(cells[2])].mean())
    here, there = 0.0, max(first / theta, furthest) if first < 0 else min(first / theta, furthest)
    while missed(there) * first > 0:
        if there == furthest:
            return Needed(math.nan, outcome(there))
        here, there = there, 2 * there
        there = max(there, furthest) if first < 0 else min(there, furthest)
    log = float(brentq(missed, here, there, xtol=CLOSE))
    return Needed(math.exp(log), outcome(log))


def target_blocks(case: Case) -> Iterator[Block]:
    """What differs between sets of elasticities: trade on each rung, the cut that is left, probabilities, contributions."""
    trade = case.trade
    factor = np.array([found.factor for found in case.needed])
    rungs = {"rung": case.rungs}
    yield block("target_trade", trade, rungs)
    yield block("target_cut", 100 * (1 - factor), rungs)
    yield block("target_tariff", 100 * (1 / factor - 1), rungs)
    for key, width in case.deviations.items():
        yield block(key, [100 * probability(money, width, case.goal) for money in trade], rungs)
    yield block("target_contribution", _shares_of(case, trade), rungs)
    yield block("target_contribution_in_turn", np.diff(trade, prepend=case.base), rungs)
    if case.pledges:
        yield from _of_pledges(case)


def tariff_blocks(case: Case, side: str, partner: str) -> Iterator[Block]:
    """Mean tariffs, %, of each side on the other: in the base period, now, and at the end.

    Args:
        side, partner: their labels.
    """
    steps = {GROWTH: case.stood, STANDS: case.stands}
    if case.ends is not None:
        steps[TARIFFS] = case.ends
    for (importers, exporters), labels in zip(
        case.counted.directions("both"), ((side, partner), (partner, side)), strict=True
    ):
        cells = np.ix_(
            case.economy.region_indices(importers),
            case.economy.region_indices(exporters),
            case.economy.sector_indices(case.counted.sectors),
        )
        weights = case.economy.flows[cells]
        if not weights.sum() > 0:
            continue
        means = [
            float((shock.at("tariffs", cells) * weights).sum() / weights.sum())
            for shock in steps.values()
        ]
        yield block(
            "trade_weighted_tariff",
            100 * np.array(means),
            {"rung": [*steps]},
            region=labels[0],
            partner=labels[1],
        )


def met_blocks(case: Case) -> Iterator[Block]:
    """Trade with the cut that is left, on each rung: the target, or where it is out of reach the trade at the limit."""
    alone, *others = (found.outcome for found in case.needed)
    trade = [case.grown(alone), *map(case.money, others)]
    yield block("target_trade_with_cut", trade, {"rung": case.rungs})


def _shares_of(case: Case, trade: Sequence[float] | Array) -> Array:
    """Growth, then what stands, then the Shapley values of the instruments: they sum to the top rung less the base."""
    first = np.diff(trade[:2], prepend=case.base)
    if not case.players:
        return np.asarray(first)
    worth = np.array([case.money(case.worths[s].outcome) for s in coalitions(case.players)])
    return np.append(first, shapley(worth))


def _of_pledges(case: Case) -> Iterator[Block]:
    """What each purchase takes alone, and what others then sell the buyers less of its sectors, at home and from abroad."""
    told: dict[str, list[float]] = {}
    for pledge in case.pledges:
        found = case.worths[frozenset({pledge.name})]
        change = case.scale * (found.outcome.flows - case.standing.flows)
        at, bought = (
            case.economy.region_indices(pledge.buyer),
            case.economy.sector_indices(pledge.sectors),
        )
        by_seller = change[np.ix_(at, range(len(change)), bought)].sum(2)
        own, sold = by_seller[range(len(at)), at].sum(), change[pledge.cells(case.economy)].sum()
        row = {
            "purchase_cut": 100 * (1 - found.factors[pledge.name]),
            "purchase_net": case.money(found.outcome) - case.money(case.standing),
            "purchase_home": own,
            "purchase_others": by_seller.sum() - own - sold,
        }
        for key, value in row.items():
            told.setdefault(key, []).append(float(value))
    items = {"item": [pledge.name for pledge in case.pledges]}
    yield from (block(key, values, items) for key, values in told.items())
