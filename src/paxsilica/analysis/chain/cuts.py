"""Which countries a chain depends on: one at a time, a group alone, and the smallest set that takes the output down."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.chain.graph import EQUAL, Outage, SupplyChain
from paxsilica.analysis.chain.program import Solution, program_of
from paxsilica.analysis.chain.supply import checked, level
from paxsilica.economy import Array, Note
from paxsilica.errors import InputError
from paxsilica.findings import Block, block
from paxsilica.names.places import OTHER
from paxsilica.policy.values import show_percent

AT_A_TIME = 20_000
"""Sets looked at together: a few megabytes."""

SETTLED = 1e-9
"""Distance of the bounds at which an output counts as known."""

LEAST_LOSS = 0.005
"""Of normal output: the loss of one supplier that costs less is a detail."""

EVERYWHERE = "every_stage"
"""The label of all stages of a chain at once; no stage can be called so."""


class _Losses:
    """A chain under cuts without buyers: one block, so that a loss is something to subtract from capacity `[stage]`.

    Solved programmes say much of others, which differ in capacity only. A plan scaled down until it fits is feasible,
    and prices that are dual feasible stay so (weak duality): the optimum lies between the two values.
    """

    def __init__(self, chain: SupplyChain) -> None:
        self.program, self.full = program_of(chain), chain.capacity.sum(1)
        self.normal = self._solve(self.full).value
        # value, need, prices, rest: the plan of all stages at one rate, and no prices
        self._learnt = [(1.0, np.ones_like(self.full), np.zeros_like(self.full), 1.0)]

    def _solve(self, capacity: Array) -> Solution:
        return self.program.solve(np.maximum(capacity, 0.0)[:, None])

    def output(self, capacity: Array) -> float:
        """Of the chain for a capacity `[stage]`, share of normal, without the rounding by which equal outputs differ."""
        return round(level(self._solve(capacity).value / self.normal), 12)

    def learn(self, capacity: Array) -> float:
        """The optimum for a capacity `[stage]`, by which later `bounds` are narrower."""
        value, x, _, of_bounds = self._solve(capacity)
        prices = of_bounds[: len(self.full)]
        self._learnt.append((value, self._needed(x), prices, value - float(prices @ capacity)))
        return value

    def bounds(self, capacity: Array, first: int = 0) -> tuple[Array, Array]:
        """`[set]` lower and upper bounds of the optimum for capacities `[set, stage]`, by what was learnt from `first`
        on."""
        low, high = np.zeros(len(capacity)), np.ones(len(capacity))
        for value, need, prices, rest in self._learnt[first:]:
            used = need > 0
            scale = (capacity[:, used] / need[used]).min(1, initial=1.0)
            low, high = np.maximum(low, scale * value), np.minimum(high, capacity @ prices + rest)
        return low, np.maximum(high, low)

    def _needed(self, x: Array) -> Array:
        """`[stage]` capacity that a plan needs, each stage making no more than its users take."""
        chain, need = self.program.chain, np.zeros(len(self.full))
        need[chain.ends] = x[len(need) :]
        for k in reversed(range(len(need))):
            need[k] = max(need[k], chain.need[k] @ need)
        return need


def single_cuts(chain: SupplyChain) -> Iterator[Block]:
    """The output left without one country, at all stages and at each stage where it has plants, lowest first in both;
    and what is lost: its share of the stage, at all stages the largest of its shares. Raises ConvergenceError."""
    losses, each = _Losses(chain), np.eye(len(chain.ids))
    rows: list[Any] = []  # whether at one stage, output, share lost below zero, country, stage
    for country, share, made in zip(
        chain.countries, chain.shares.T, chain.capacity.T, strict=False
    ):
        output = losses.output(losses.full - made)
        rows.append((False, output, -share.max(), country, EVERYWHERE))
        for s in np.flatnonzero(share):
            output = losses.output(losses.full - made * each[s])
            rows.append((True, output, -share[s], country, chain.ids[s]))
    rows.sort()

    def where(some: Sequence[Any]) -> dict[str, list[str]]:
        return {"region": [row[3] for row in some], "item": [row[4] for row in some]}

    for felt in (True, False):
        some = [row for row in rows if (row[1] < 1 - LEAST_LOSS) is felt]
        left = [100 * row[1] for row in some]
        yield block("output_without", left, where(some), detail=not felt)
    yield block("output_share", [-100 * row[2] for row in rows], where(rows))


def coverage(chain: SupplyChain, group: Collection[str], label: str) -> list[Block]:
    """What countries, named by code, make of each stage; what the chain makes with their plants alone, % of the world's
    normal output; and the same if every supplier that no source names were on their side.

    Raises:
        InputError: the group is empty. LabelError: a code is no country's.
    """
    (cut,) = checked(chain, [Outage(tuple(group))])
    losses = _Losses(chain)
    ours, unnamed = (np.isin(chain.places, who) for who in (cut.suppliers, OTHER))
    held = np.where(chain.untold(cut.suppliers), np.nan, 100 * chain.shares[:, ours].sum(1))
    alone, together = (
        100 * losses.output(chain.capacity[:, who].sum(1)) for who in (ours, ours | unnamed)
    )
    return [
        block("group_share", held, {"item": chain.ids}, region=label),
        block("output_alone", alone, region=label),
        block("output_alone_with_unnamed", together, region=label),
    ]


def smallest_cut(
    chain: SupplyChain, target: float = 0.5, most: int = 4
) -> tuple[list[Block], list[Note]]:
    """The smallest sets of up to `most` countries whose loss at all stages brings the output to `target` or below, all
    ties, the lowest output first; and the output with every named country lost. A note says why no set does.

    Exact: output never rises when another country is lost, so the first size at which a set suffices is the smallest;
    within a size, a set's programme is left unsolved only where those already solved settle its output (`_Losses`).

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
    named = np.flatnonzero(chain.capacity[:, :-1].any(0))
    floor = losses.output(losses.full - chain.capacity[:, named].sum(1))
    reached = floor <= target + EQUAL
    sizes = range(1, min(most, len(named)) + 1) if reached else ()
    found = (sorted(_sufficient(losses, named, size, target)) for size in sizes)
    sets = next(filter(None, found), [])
    blocks = [
        block(
            "smallest_cut",
            [100 * output for output, _ in sets],
            {"region": ["+".join(countries) for _, countries in sets]},
        ),
        block("smallest_cut_size", len(sets[0][1]) if sets else np.nan),
        block("output_floor", 100 * floor),
    ]
    if sets:
        return blocks, []
    text = (
        f"No set of up to {most} countries brings the output to {target:.0%}; all that are named leave {floor:.1%}."
        if reached
        else f"No set brings the output to {target:.0%}: with every named country lost {floor:.1%} are left, from "
        "suppliers that no source names, stages without country data, and substitution of inputs."
    )
    return blocks, [Note("no such set", text)]


def _sufficient(
    losses: _Losses, named: NDArray[np.intp], size: int, target: float
) -> Iterator[tuple[float, tuple[str, ...]]]:
    """The sets of one size that bring the output to the target or below, after what they leave, to nine digits."""
    chain, enough = losses.program.chain, target + EQUAL
    largest = np.sort(chain.capacity[:, named], 1)[:, -size:].sum(1)
    if (losses.full - largest > enough).all():
        return  # all stages at one rate above the target: that plan fits any loss
    sets = combinations(named, size)
    while chunk := list(islice(sets, AT_A_TIME)):
        members = np.array(chunk)
        left = np.maximum(losses.full - chain.capacity.T[members].sum(1), 0.0)
        low, high = losses.bounds(left)
        while (is_open := np.flatnonzero((low <= enough) & (high - low > SETTLED))).size:
            value = losses.learn(left[is_open[0]])
            lower, higher = losses.bounds(left[is_open], -1)
            low[is_open] = np.maximum(low[is_open], lower)
            high[is_open] = np.minimum(high[is_open], higher)
            low[is_open[0]] = high[is_open[0]] = value
        for at in np.flatnonzero(low <= enough):
            countries = tuple(chain.countries[n] for n in members[at])
            yield round(level(high[at]), 9), countries
