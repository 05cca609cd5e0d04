"""A first tranche: which few concessions of two sides do most for both, and the ladder from there to a full deal.

Gradients rank concessions, an exact count of all choices decides where there are few, a mixed-integer programme (HiGHS) on
the effect of each alone where there are many, and the engine verifies: every choice that is told is solved, and no exchange
of one concession a side that was tried improves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from math import comb, prod
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from paxsilica.analysis.negotiation.agenda import Agenda, Deal, of_side
from paxsilica.checks import Array
from paxsilica.desk import Progress
from paxsilica.errors import InputError

MOST_CHOICES = 4000
"""Choices up to which all are solved."""

MOST_NEAR = 300
"""Exchanges that are solved in a round, the most promising if effects added up."""

MOST_RUNGS = 6
"""Steps of a ladder; the last is the full deal."""

EXCHANGES = 10
"""Rounds of exchanges after which a search ends whatever it might still find."""

TANGENTS = 40
"""Straight lines that stand for a logarithm in the mixed-integer programme."""


class Rung(NamedTuple):
    """A step of the ladder: the deal so far, what this step adds, and whether all choices were counted."""

    deal: Deal
    added: tuple[int, ...]
    counted: bool


def best_deal(
    agenda: Agenda,
    most: int,
    held: Sequence[int] = (),
    progress: Progress | None = None,
) -> Rung:
    """The best deal with at most so many concessions a side beyond those that are held.

    Raises:
        InputError: `most` below one. ConvergenceError: an equilibrium is not solved.
    """
    if most < 1:
        raise InputError(f"a tranche of {most} concessions is none; give 1 or more")
    free = [k for k in range(len(agenda.concessions)) if k not in held]
    sides = [of_side(agenda, side, free) for side in (0, 1)]
    count = prod(sum(comb(len(of), r) for r in range(most + 1)) for of in sides)

    def told(done: int) -> None:
        if progress is not None:
            progress("weighing deals", done, min(count, MOST_CHOICES))

    if count <= MOST_CHOICES:
        each = [[*chain(*(combinations(of, r) for r in range(most + 1)))] for of in sides]
        choices = [(*held, *a, *b) for a, b in product(*each)]
        best = max(agenda.deals(choices, told), key=lambda deal: deal.score(agenda.aim))
        return _rung(best, held, True)
    (none,) = agenda.deals([held])
    alone = agenda.deals([(*held, k) for k in free], told) if held else agenda.alone[0]
    effect = {k: np.subtract(deal.gain, none.gain) for k, deal in zip(free, alone, strict=True)}
    chosen = _programme(agenda, none, effect, most)
    best = max([none, *agenda.deals([(*held, *chosen)])], key=lambda deal: deal.score(agenda.aim))
    for _ in range(EXCHANGES):
        now = [k for k in best.chosen if k not in held]
        near = _neighbours(agenda, now, sides, most, none, effect)
        found = agenda.deals([(*held, *these) for these in near], told)
        better = max([best, *found], key=lambda deal: deal.score(agenda.aim))
        if better is best:
            break
        best = better
    return _rung(best, held, False)


def _rung(deal: Deal, held: Sequence[int], counted: bool) -> Rung:
    return Rung(deal, tuple(k for k in deal.chosen if k not in held), counted)


def ladder(agenda: Agenda, most: int, progress: Progress | None = None) -> list[Rung]:
    """From the first tranche on, at most so many more concessions a side each time, until none improves the deal.

    Each rung holds those before it, so that no rung is worse than the one before. The last of
    `MOST_RUNGS` may add any number.

    Raises:
        InputError, ConvergenceError: as `best_deal`.
    """
    rungs = list[Rung]()
    held: tuple[int, ...] = ()
    while True:
        last = len(rungs) == MOST_RUNGS - 1
        step = len(agenda.concessions) if last else most
        rung = best_deal(agenda, step, held, progress)
        if not rung.added:
            return rungs
        rungs.append(rung)
        held = rung.deal.chosen
        if last or len(held) == len(agenda.concessions):
            return rungs


def _programme(agenda: Agenda, none: Deal, effect: dict[int, Array], most: int) -> list[int]:
    """The choice that is best if effects add up: a mixed-integer programme, the logarithms by their tangents.

    Variables: one a concession, then both gains in their unit, then what is maximised of each.
    """
    keys, n = list(effect), len(effect)
    by = np.array([effect[k] for k in keys])
    unit = max(float(np.abs(by).sum()), np.finfo(float).tiny)
    rows, low, high = list[Array](), list[float](), list[float]()

    def row(values: dict[int, float], least: float, largest: float) -> None:
        made = np.zeros(n + 4)
        for at, value in values.items():
            made[at] = value
        rows.append(made)
        low.append(least)
        high.append(largest)

    for side in (0, 1):
        row(
            {k: -by[k, side] / unit for k in range(n)} | {n + side: 1.0},
            *[none.gain[side] / unit] * 2,
        )
        row({k: 1.0 for k in range(n) if agenda.concessions[keys[k]].by == side}, 0, most)
        if agenda.aim == "worse_off":
            row({n + 2 + side: 1.0, n + side: -1.0}, -np.inf, 0.0)
        else:
            for at in np.geomspace(1e-3, 1.0, TANGENTS):
                row({n + 2 + side: 1.0, n + side: -1 / at}, -np.inf, np.log(at) - 1)
    if agenda.aim == "worse_off":
        row({n + 2: 1.0, n + 3: -1.0}, 0.0, 0.0)
    objective = np.zeros(n + 4)
    objective[n + 2 :] = -1.0
    kinds = np.array([1] * n + [0] * 4)
    bounds = Bounds(np.array([0.0] * n + [-np.inf] * 4), np.array([1.0] * n + [np.inf] * 4))
    found = milp(
        objective,
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=kinds,
        bounds=bounds,
        options={"time_limit": 20.0},
    )
    return (
        []
        if found.x is None
        else [k for k, taken in zip(keys, found.x, strict=False) if taken > 0.5]
    )


def _neighbours(
    agenda: Agenda,
    now: list[int],
    sides: Sequence[list[int]],
    most: int,
    none: Deal,
    effect: dict[int, Array],
) -> list[tuple[int, ...]]:
    """Choices one exchange a side away, the most promising by added effects where there are too many."""

    def moved(side: int) -> Iterator[tuple[int, ...]]:
        mine = [k for k in now if k in sides[side]]
        others = [k for k in sides[side] if k not in now]
        yield tuple(mine)
        for k in mine:
            left = [m for m in mine if m != k]
            yield tuple(left)
            yield from ((*left, new) for new in others)
        if len(mine) < most:
            yield from ((*mine, new) for new in others)

    near = [(*a, *b) for a, b in product(moved(0), moved(1)) if {*a, *b} != {*now}]

    def promise(these: tuple[int, ...]) -> float:
        a, b = np.add(none.gain, sum((effect[k] for k in these), np.zeros(2)))
        return Deal(these, (float(a), float(b))).score(agenda.aim)

    return sorted(near, key=promise, reverse=True)[:MOST_NEAR]
