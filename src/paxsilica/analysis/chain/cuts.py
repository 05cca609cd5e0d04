"""Which countries a chain depends on: one at a time, a group alone, and the smallest set that takes the output down."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from paxsilica.analysis.chain.graph import EQUAL, Outage, SupplyChain
from paxsilica.analysis.chain.program import Program, places_of, program_of, shares_of, spare_of
from paxsilica.analysis.chain.supply import checked, relative
from paxsilica.economy import Array, Note
from paxsilica.errors import InputError
from paxsilica.names.places import OTHER
from paxsilica.policy.values import show_percent

AT_A_TIME = 20_000
"""Sets looked at together: a few megabytes."""

SETTLED = 1e-9
"""Distance of the bounds at which an output counts as known."""


@dataclass(frozen=True)
class SingleCut:
    """One country lost to the chain.

    Attributes:
        stage: at one stage; empty: at all.
        share: what it makes of that stage; at all: the largest of its shares.
        output: of the chain without it, share of normal.
    """

    country: str
    stage: str
    share: float
    output: float


@dataclass(frozen=True)
class Coverage:
    """A group of countries that stands alone.

    Attributes:
        shares: stage -> what the group makes of world output; None: no country data.
        alone: output of the chain with the group's plants only, share of the world's normal output.
        with_unnamed: the same if every supplier that no source names were on the group's side.
    """

    shares: Mapping[str, float | None]
    alone: float
    with_unnamed: float


@dataclass(frozen=True)
class SmallestCut:
    """The fewest countries whose loss at all stages brings the output to a target or below.

    Attributes:
        sets: all of that size, each with the output it leaves, the lowest output first; empty: none is found.
        floor: output with every named country lost: above the target, no set can reach it.
    """

    target: float
    sets: tuple[tuple[tuple[str, ...], float], ...]
    floor: float
    notes: tuple[Note, ...] = ()

    @property
    def size(self) -> int | None:
        """Countries in each set."""
        return len(self.sets[0][0]) if self.sets else None


class _Losses:
    """A chain under cuts without buyers: one block, so a country's loss is a column to subtract."""

    def __init__(self, chain: SupplyChain) -> None:
        self.chain, self.program = chain, program_of(chain)
        self.by_place = shares_of(chain) * spare_of(chain)
        self.full = self.by_place.sum(1)
        self.normal = self.value(self.full)

    def value(self, capacity: Array) -> float:
        return self.program.solve(capacity[:, None]).value

    def output(self, capacity: Array) -> float:
        """Of the chain for a capacity `[stage]`, share of normal."""
        return relative(self.value(np.maximum(capacity, 0.0)), self.normal)


def single_cuts(chain: SupplyChain) -> tuple[SingleCut, ...]:
    """Every country lost at all stages, then every country lost at each stage where it has plants; lowest output first
    in both. Raises ConvergenceError."""
    losses, shares, rows = _Losses(chain), shares_of(chain), list[SingleCut]()
    for at, country in enumerate(chain.countries):
        lost, share = losses.by_place[:, at], shares[:, at]
        output = losses.output(losses.full - lost)
        rows.append(SingleCut(country, "", float(share.max()), output))
        for s in np.flatnonzero(share):
            output = losses.output(losses.full - lost * (chain.ids[s] == np.array(chain.ids)))
            rows.append(SingleCut(country, chain.ids[s], float(share[s]), output))
    return tuple(
        sorted(rows, key=lambda r: (r.stage != "", r.output, -r.share, r.country, r.stage))
    )


def coverage(chain: SupplyChain, group: Collection[str]) -> Coverage:
    """What countries, named by code, make of each stage, and what the chain makes with their plants alone.

    Raises:
        InputError: the group is empty. LabelError: a code is no country's.
    """
    (cut,) = checked(chain, [Outage(tuple(group))])
    losses, places = _Losses(chain), places_of(chain)
    members = np.array([place in cut.suppliers for place in places])
    unnamed = np.array([place == OTHER for place in places])
    held = shares_of(chain)[:, members].sum(1)
    shares = {
        s.id: None if s.shares is None else float(held[at]) for at, s in enumerate(chain.stages)
    }
    alone, together = (
        losses.output(losses.by_place[:, who].sum(1)) for who in (members, members | unnamed)
    )
    return Coverage(shares, alone, together)


def smallest_cut(chain: SupplyChain, target: float = 0.5, most: int = 4) -> SmallestCut:
    """The smallest sets of up to `most` countries whose loss brings the output to `target` or below, all ties.

    Exact: output never rises when another country is lost, so the first size at which a set suffices is the smallest;
    within a size, a set's programme is left unsolved only where those already solved settle its output (`_Known`).

    Raises:
        InputError: target is not from 0 to below 1, or most is below 1.
    """
    if not 0 <= target < 1:
        raise InputError(
            f"a target of {show_percent(target)} is not possible; give an output from 0% to below 100%"
        )
    if most < 1:
        raise InputError(f"sets of up to {most} countries are not possible; give 1 or more")
    losses = _Losses(chain)
    named = [
        at
        for at, place in enumerate(places_of(chain))
        if place != OTHER and losses.by_place[:, at].any()
    ]
    floor = losses.output(losses.full - losses.by_place[:, named].sum(1))
    if floor > target + EQUAL:
        return SmallestCut(target, (), floor, tuple(_why_not(chain, target, floor)))
    for size in range(1, min(most, len(named)) + 1):
        found = _sufficient(losses, named, size, target)
        if found:
            ranked = sorted(found, key=lambda one: (round(one[1], 9), one[0]))
            return SmallestCut(target, tuple(ranked), floor, chain.notes)
    text = f"No set of up to {most} countries brings the output to {target:.0%}; all that are named leave {floor:.1%}."
    return SmallestCut(target, (), floor, (*chain.notes, Note("no such set", text)))


def _why_not(chain: SupplyChain, target: float, floor: float) -> Iterator[Note]:
    yield from chain.notes
    text = f"No set brings the output to {target:.0%}: with every named country lost {floor:.1%} are left, from suppliers"
    yield Note(
        "no such set",
        f"{text} that no source names, stages without country data, and substitution of inputs.",
    )


def _sufficient(
    losses: _Losses, named: Sequence[int], size: int, target: float
) -> list[tuple[tuple[str, ...], float]]:
    """The sets of one size that bring the output to the target or below, and what they leave."""
    enough = (target + EQUAL) * losses.normal
    largest = np.sort(losses.by_place[:, named], 1)[:, -size:].sum(1)
    if (
        losses.full - largest > enough
    ).all():  # all stages at one rate above the target: that plan fits any loss
        return []
    known, sets = _Known(losses), combinations(named, size)
    found: list[tuple[tuple[str, ...], float]] = []
    while chunk := list(islice(sets, AT_A_TIME)):
        members = np.array(chunk)
        left = np.maximum(losses.full - losses.by_place.T[members].sum(1), 0.0)
        low, high = known.bounds(left)
        while (is_open := np.flatnonzero((low <= enough) & (high - low > SETTLED))).size:
            value = known.learn(left[is_open[0]])
            lower, higher = known.bounds(left[is_open], -1)
            low[is_open] = np.maximum(low[is_open], lower)
            high[is_open] = np.minimum(high[is_open], higher)
            low[is_open[0]] = high[is_open[0]] = value
        for at in np.flatnonzero(low <= enough):
            countries = tuple(losses.chain.countries[n] for n in members[at])
            found.append((countries, relative(float(high[at]), losses.normal)))
    return found


class _Known:
    """What solved programmes say of others that differ in capacity only. A plan scaled down until it fits is feasible,
    and prices that are dual feasible stay so (weak duality): the optimum lies between the two values."""

    def __init__(self, losses: _Losses) -> None:
        stages = len(losses.full)
        self.losses = losses
        # value, need, prices, rest: the plan of all stages at one rate, and no prices
        self.learnt = [(1.0, np.ones(stages), np.zeros(stages), 1.0)]

    def learn(self, capacity: Array) -> float:
        """Solves for a capacity `[stage]`; the optimum."""
        program = self.losses.program
        value, x, _, of_bounds = program.solve(capacity[:, None])
        prices = np.maximum(of_bounds[: program.made], 0.0)
        rest = value - float(prices @ capacity)
        self.learnt.append((value, _needed(program, x), prices, rest))
        return value

    def bounds(self, capacity: Array, first: int = 0) -> tuple[Array, Array]:
        """`[set]` lower and upper bounds of the optimum for capacities `[set, stage]`, by what was learnt from `first`
        on."""
        low, high = np.zeros(len(capacity)), np.ones(len(capacity))
        for value, need, prices, rest in self.learnt[first:]:
            used = need > 0
            scale = (capacity[:, used] / need[used]).min(1, initial=1.0)
            low, high = np.maximum(low, scale * value), np.minimum(high, capacity @ prices + rest)
        return low, np.maximum(high, low)


def _needed(program: Program, x: Array) -> Array:
    """`[stage]` capacity that a plan needs, each stage making no more than its users take."""
    need = np.zeros(program.made)
    need[[program.chain.position(id) for id in program.chain.final]] = x[program.made :]
    for k in reversed(range(program.made)):
        need[k] = max(need[k], program.chain.need[k] @ need)
    return need
