"""Bargains: Nash bargaining over the tariffs of two governments, Nash-in-Nash among several, and the Pareto frontier.

Two governments maximise (G_a - G_a0)^z (G_b - G_b0)^(1-z) over what they charge one another, with G_0 the goals at the
threat point and everybody else's tariffs given (Nash 1950); among several every pair does, given the bargains of all
others (Bagwell, Staiger and Yurukoglu 2021, Econometrica 89(4)). The first-order condition weighs the two gradients by
z / (G_a - G_a0) and (1 - z) / (G_b - G_b0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from paxsilica.analysis.negotiation.game import Game, Settled, common_goal, search_duties
from paxsilica.checks import Array
from paxsilica.desk import Progress
from paxsilica.errors import InputError
from paxsilica.model import Outcome, solve, value_of

LEAST_GAIN = 1e-7
"""Share of income by which a side that would gain less still counts, so that the search can begin where one loses."""

FRONTIER_POINTS = 9
"""Points of a frontier between the two ends."""


@dataclass(frozen=True, eq=False)
class Bargain:
    """What is agreed.

    Attributes:
        settled: the tariffs and the equilibrium. gain: pair of positions -> gain of each over its threat point, share of
            its income. pairs that find no gain for both keep their threats.
    """

    settled: Settled
    gain: Mapping[tuple[int, int], tuple[float, float]]


def pairs_of(game: Game) -> list[tuple[int, int]]:
    """Pairs of governments that can set rates on one another."""
    return list(combinations(range(len(game.governments)), 2))


def between(game: Game, one: int, two: int) -> Array:
    """`[v]` True for rates that two governments set on one another."""
    names = [who.name for who in game.governments]
    partner = np.array([names.index(name) if name in names else -1 for name in game.partner])
    found: Array = ((game.setter == one) & (partner == two)) | (
        (game.setter == two) & (partner == one)
    )
    return found


def refuse_empty_threat(game: Game, threat: Outcome) -> None:
    """Raises InputError where both sides would rather not trade at all than have the threat carried out."""
    cells = game.cells
    banned = game.stood.shock.changed("permitted", cells, 0.0)
    nothing = solve(game.economy, banned, game.stood.params)
    if (game.values(threat) < game.values(nothing)).all():
        who = " and ".join(g.name for g in game.governments)
        raise InputError(
            f"the threat is worse for both {who} than no trade between them at all: nobody would carry it out; "
            "give another --threat"
        )


def bargain(
    game: Game,
    threat: Array,
    power: float = 0.5,
    start: Array | None = None,
    progress: Progress | None = None,
) -> Bargain:
    """The bargain of every pair of governments, given those of all others.

    Args:
        game: rates that governments set on one another. threat: `[v]` the rates of each pair where it does not agree.
        power: weight z of the first of a pair. start: `[v]` default no duties.

    Raises:
        InputError: a weight outside 0 to 1, or a pair that cannot both gain by any tariffs within bounds.
        ConvergenceError: as `search_duties`.
    """
    if not 0 < power < 1:
        raise InputError(
            f"bargaining power must lie between 0 and 1, not {power}; 0.5 is equal power"
        )
    pairs = [pair for pair in pairs_of(game) if between(game, *pair).any()]
    theirs = {pair: between(game, *pair) for pair in pairs}
    apart: dict[tuple[int, int], Outcome] = {}

    def without(pair: tuple[int, int], rates: Array) -> Outcome:
        """The equilibrium in which this pair alone does not agree."""
        if len(pairs) > 1 or pair not in apart:
            broken = np.where(theirs[pair], threat, rates)
            near = apart.get(pair)
            apart[pair] = solve(game.economy, game.enact(broken), game.stood.params, start=near)
        return apart[pair]

    def gains(outcome: Outcome, rates: Array) -> dict[tuple[int, int], Array]:
        now = value_of(outcome, game.goals)
        return {p: (now - value_of(without(p, rates), game.goals)) / game.income for p in pairs}

    def wish(game: Game, outcome: Outcome, rates: Array) -> Array:
        wanted = np.zeros((len(game.setter), len(game.governments)))
        for (a, b), gain in gains(outcome, rates).items():
            for who, z in ((a, power), (b, 1 - power)):
                wanted[theirs[a, b], who] = z / (max(gain[who], LEAST_GAIN) * game.income[who])
        return wanted

    begin = np.clip(np.zeros(len(threat)), game.low, game.high) if start is None else start
    end = search_duties(game, begin, wish, progress=progress, doing="bargaining")
    found = {
        (a, b): (float(gain[a]), float(gain[b]))
        for (a, b), gain in gains(end.outcome, end.rates).items()
    }
    for (a, b), gain in found.items():
        if min(gain) <= LEAST_GAIN:
            one, two = (game.governments[k].name for k in (a, b))
            raise InputError(
                f"no tariffs between {one} and {two} within the bounds make both better off than the threat; "
                "widen the bounds or take a harder threat"
            )
    return Bargain(end, found)


def frontier(
    game: Game, points: int = FRONTIER_POINTS, progress: Progress | None = None
) -> list[tuple[float, Settled]]:
    """The Pareto frontier of two governments: weight of the first's real income -> tariffs, from its worst end to its best.

    Every point maximises a weighted sum of both goals, so that a part of the frontier that bends inwards has none.

    Raises:
        ConvergenceError: as `search_duties`.
    """
    weights = np.linspace(0.1, 0.9, points)
    found = dict[float, Settled]()
    for weight in sorted(weights.tolist(), key=lambda weight: abs(weight - 0.5)):
        near = min(found, key=lambda other: abs(other - weight), default=None)
        start = np.clip(0 * game.low, game.low, game.high) if near is None else found[near].rates
        wish = common_goal(weight, 1 - weight)
        found[weight] = search_duties(
            game, start, wish, progress=progress, doing="drawing the frontier"
        )
    return sorted(found.items())
