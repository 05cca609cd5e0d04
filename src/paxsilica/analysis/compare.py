"""Two scenarios side by side: how their worlds differ, the second less the first, under every set of elasticities.

Both are counted from the baseline's own year, so that what stands before a scenario, its `base`, is part of its world.
Levels and changes have a `scenario`: `a`, `b`, and `difference`, the second less the first: of per cent, in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from paxsilica.analysis.actors import Actors, hit_of, parties_among, world_of
from paxsilica.analysis.band import Band, band_over
from paxsilica.analysis.baseline import balanced_sets
from paxsilica.analysis.effects import TARIFF, box_between, mean_tariff
from paxsilica.analysis.plan import Plan, in_one_world, plan_of
from paxsilica.analysis.run import Solved, solved
from paxsilica.checks import Array
from paxsilica.desk import Desk
from paxsilica.economy import Economy, Note, abroad
from paxsilica.findings import Block, block
from paxsilica.model import Outcome, solve
from paxsilica.policy import Scenario

A_AND_B = {"scenario": ("a", "b", "difference")}

MOST_MOVED = 400
"""Pairs of regions that are written out: those whose trade differs most, and those whose duties do."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two solved scenarios.

    Attributes:
        plan: what differs, and what is held. actors: who acts on whom in what differs.
    """

    a: Solved
    b: Solved
    plan: Plan
    actors: Actors

    @property
    def one_world(self) -> bool:
        """Whether measures alone differ."""
        return in_one_world(self.a, self.b)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Those of both baselines."""
        known = set(self.b.outcome.economy.regions)
        return tuple(r for r in self.a.outcome.economy.regions if r in known)

    @cached_property
    def sectors(self) -> tuple[str, ...]:
        known = set(self.b.outcome.economy.sectors)
        return tuple(j for j in self.a.outcome.economy.sectors if j in known)

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Label of `region` -> members: every region, every party and the world."""
        of: dict[str, tuple[str, ...]] = {region: (region,) for region in self.regions}
        of |= {p.key: tuple(r for r in p.regions if r in of) for p in self.actors.parties}
        return {k: v for k, v in of.items() if v} | {self.world: self.regions}

    @property
    def world(self) -> str:
        return world_of(self.a.outcome.economy)

    @cached_property
    def moved(self) -> dict[str, list[str]]:
        """`partner`, who buys, and `region`, who sells: pairs whose duties differ, then those whose trade differs most."""
        one, two = (_pairs(self, found.outcome) for found in (self.a, self.b))
        trade = np.abs(two["after"] - one["after"]).ravel()
        taxed = np.nan_to_num(two["rate"] - one["rate"]).ravel() != 0
        order = np.lexsort((-trade, ~taxed))
        order = order[taxed[order] | (trade[order] > 0)][:MOST_MOVED]
        at = np.unravel_index(order, one["after"].shape)
        names = np.array(self.regions)
        return {side: names[k].tolist() for side, k in zip(("partner", "region"), at, strict=True)}


def comparison_of(
    a: Scenario, b: Scenario, days: tuple[date | None, date | None], desk: Desk | None = None
) -> Comparison:
    """Both scenarios solved. Raises as `solved`."""
    desk = desk or Desk()
    one, two = (
        replace(found, outcome=replace(found.outcome, base=None))
        for found in (solved(s, day, desk) for s, day in zip((a, b), days, strict=True))
    )
    plan, actors = plan_of(one, two), Actors()
    if one.outcome.economy is two.outcome.economy:
        effects = [effect for act in plan.differing for effect in act.effects]
        known = [found.scenario.names(two.table, found.as_of).expanded for found in (one, two)]
        groups = {**known[0], **known[1]}
        actors = parties_among(replace(two.outcome, base=one.outcome), effects, groups)
    if not actors.parties:
        actors = max(two.actors, one.actors, key=lambda of: len(of.parties))
    return Comparison(one, two, plan, actors)


def compared(pair: Comparison, desk: Desk | None = None, bands: bool = True) -> Band:
    """Both worlds and how they differ, under every set of elasticities that covers both."""
    desk, (a, b) = desk or Desk(), (pair.a.outcome, pair.b.outcome)
    used, own = b.economy.about.elasticities, list(_differences(pair, a, b))
    if not bands or a.economy.about.elasticities != used:
        why = "no range: the two stand on different sets of elasticities" if bands else ""
        return Band(tuple(own), (used,), (), (Note("elasticities.band", why),) if why else ())
    sets, notes = balanced_sets(desk, pair.b.table, b.params)
    others, more = sets, notes
    if not pair.one_world:
        others, more = balanced_sets(desk, pair.a.table, a.params)
    beside = {e.about.elasticities: e for e in others}

    def compute(economy: Economy) -> Sequence[Block]:
        other = beside[economy.about.elasticities]
        outcomes = (solve(e, of.shock.on(e), of.params) for e, of in ((other, a), (economy, b)))
        return list(_differences(pair, *outcomes))

    covered = [e for e in sets if e.about.elasticities in beside]
    return band_over(used, own, covered, compute, (*notes, *more), desk.progress)


def both(a: Any, b: Any) -> Array:
    """`[..., 3]` along `A_AND_B`."""
    return np.stack([a, b, np.subtract(b, a)], -1)


def changes(economy: Economy, real_income: Array, pair: Comparison) -> Array:
    """`[group]` change of real income, % of income, of every group of a pair, from `[n]` W_hat."""
    members, income = _members(economy, pair), economy.income
    return np.asarray(100 * (members @ ((real_income - 1) * income)) / (members @ income))


def _members(economy: Economy, pair: Comparison) -> Array:
    """`[group, n]` 1 or 0."""
    return np.array([np.isin(economy.regions, of) for of in pair.groups.values()], dtype=float)


def _differences(pair: Comparison, a: Outcome, b: Outcome) -> Iterator[Block]:
    yield from _incomes(pair, a, b)
    yield from _flows_hit(pair, a, b)
    yield from (replace(found, detail=True) for found in _everywhere(pair, a, b))


def _incomes(pair: Comparison, a: Outcome, b: Outcome) -> Iterator[Block]:
    groups = {"region": tuple(pair.groups)}

    def money(o: Outcome) -> Array:
        return np.asarray(_members(o.economy, pair) @ ((o.real_income - 1) * o.economy.income))

    def lent(o: Outcome) -> Array:
        members = _members(o.economy, pair)
        held = o.transfer_effect * o.economy.income
        return np.asarray(100 * (members @ held) / (members @ o.economy.income))

    share = both(*(changes(o.economy, o.real_income, pair) for o in (a, b)))
    yield block("real_income", share, groups, A_AND_B)
    yield block("real_income_money", both(money(a), money(b)), groups, A_AND_B)
    yield block("transfer_effect", both(lent(a), lent(b)), groups, A_AND_B)


def _flows_hit(pair: Comparison, a: Outcome, b: Outcome) -> Iterator[Block]:
    """The flows between parties, of the sectors in which they differ: trade, and the mean duty on it."""
    for flow in pair.actors.flows:
        if not {flow.importer, flow.exporter} <= set(pair.groups):
            continue
        sectors = [j for j in flow.sectors if j in pair.sectors]
        sides: dict[str, Any] = {"region": flow.exporter, "partner": flow.importer}
        buyers, sellers, hit = (
            pair.groups[flow.importer],
            pair.groups[flow.exporter],
            hit_of(a.economy),
        )
        of = [(o, box_between(o.economy, buyers, sellers, sectors)) for o in (a, b)]
        rates = (mean_tariff(o.economy, o.shock.tariffs, box) for o, box in of)
        sold = both(*(abroad(o.flows)[box].sum((0, 1)) for o, box in of))
        yield block("trade", sold.sum(0), A_AND_B, **sides, sector=hit)
        yield block(TARIFF, both(*rates), A_AND_B, **sides, sector=hit)
        yield block("trade", sold, {"sector": sectors}, A_AND_B, **sides)


def _everywhere(pair: Comparison, a: Outcome, b: Outcome) -> Iterator[Block]:
    """Output by sector; trade and duties of the pairs of regions that differ most."""
    cells = {"region": pair.regions}, {"sector": pair.sectors}
    yield block(
        "output_volume", both(_volume_made(pair, a), _volume_made(pair, b)), *cells, A_AND_B
    )
    one, two = _pairs(pair, a), _pairs(pair, b)
    n, i = ([pair.regions.index(r) for r in side] for side in pair.moved.values())
    if n:
        sides = {"partner": pair.moved["partner"], "region": pair.moved["region"]}
        yield block("trade", both(one["after"][n, i], two["after"][n, i]), sides, A_AND_B)
        rates = both(one["rate"][n, i], two["rate"][n, i])
        yield block(TARIFF, rates, sides, A_AND_B)


def _volume_made(pair: Comparison, o: Outcome) -> Array:
    """`[region, sector]` change of output at constant prices, %; NaN where nothing is made."""
    e = o.economy
    made = e.output > 0
    level = np.where(made, e.output * o.gate_price, 1.0)
    change = np.where(made, 100 * (o.output / level - 1), np.nan)
    return change[np.ix_(e.region_indices(pair.regions), e.sector_indices(pair.sectors))]


def _pairs(pair: Comparison, o: Outcome) -> dict[str, Array]:
    """`[n, i]` trade in all sectors, and the mean duty on it at the baseline's trade, %."""
    e = o.economy
    box, trade = box_between(e, pair.regions, pair.regions, pair.sectors), abroad(e.flows)
    every = trade, abroad(o.flows), trade * o.shock.tariffs
    before, after, paid = (x[box].sum(2) for x in every)
    return {"after": after, "rate": 100 * paid / np.where(before > 0, before, np.nan)}
