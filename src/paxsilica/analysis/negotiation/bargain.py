"""Bargains: Nash bargaining over the tariffs of two governments, Nash-in-Nash among several, and the Pareto frontier.

Two governments maximise (G_a - G_a0)^z (G_b - G_b0)^(1-z) over what they charge one another, with G_0 the goals at the
threat point and everybody else's tariffs given (Nash 1950); among several every pair does, given the bargains of all
others (Bagwell, Staiger and Yurukoglu 2021, Econometrica 89(4)). The first-order condition weighs the two gradients by
z / (G_a - G_a0) and (1 - z) / (G_b - G_b0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy.optimize import brentq

from paxsilica.analysis.negotiation.game import Game, Settled, common_goal, search_duties
from paxsilica.checks import Array
from paxsilica.desk import Progress
from paxsilica.errors import ConvergenceError, InputError
from paxsilica.model import Outcome, goal_values, solve

LEAST_GAIN = 1e-6
"""Share of income by which a side that would gain less still counts, so that the search can begin where one loses."""

MOST_ODDS, FAR = 7.0, 50.0
"""Log odds of a side's weight that are looked at, and what stands for those of a side that gains nothing."""

EXACT, ROUGH = 1e-12, 0.02
"""How near the weight of a bargain is found: where it is the answer, and where a search of several pairs begins."""

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


def between(game: Game, one: int, two: int) -> Array:
    """`[v]` True for rates that two governments set on one another."""
    names = [who.name for who in game.governments]
    partner = np.array([names.index(name) if name in names else -1 for name in game.partner])
    found: Array = ((game.setter == one) & (partner == two)) | (
        (game.setter == two) & (partner == one)
    )
    return found


def bargain(
    game: Game,
    threat: Array,
    power: float = 0.5,
    progress: Progress | None = None,
) -> Bargain:
    """The bargain of every pair of governments, given those of all others.

    Args:
        game: rates that governments set on one another. threat: `[c]` the duty of each flow where its pair does not agree.
        power: weight z of the first of a pair.

    Raises:
        InputError: a weight outside 0 to 1, or two who cannot both gain by any tariffs within bounds; a pair of several
            that cannot keeps its threat, with gains of zero.
        ConvergenceError: as `search_duties`.
    """
    if not 0 < power < 1:
        raise InputError(
            f"bargaining power must lie between 0 and 100 %, not {100 * power:g} %; 50 % is equal power"
        )
    table = _Pairs(game, threat, power)
    begin = game.within(np.zeros(len(game.setter)))
    if len(table.theirs) == 1:
        (pair,) = table.theirs
        alone = table.agreed(pair, begin, EXACT, progress)
        a, b = table.gains(alone.outcome)[pair]
        return Bargain(replace(alone, game=game), {pair: (float(a), float(b))})
    rough = False
    while True:
        held = table.held(game)
        begin = held.within(begin)
        try:
            end = search_duties(held, begin, table.wish, progress=progress, doing="bargaining")
        except ConvergenceError as error:
            if not rough:
                rough = True
                for pair in table.theirs:
                    begin = table.agreed(pair, begin, ROUGH, progress).rates
                continue
            if not table.give_up(error.outcome):
                raise
            continue
        if not table.give_up(end.outcome):
            break
    found = {pair: (0.0, 0.0) for pair in table.apart}
    rates = end.rates
    for pair, gain in table.gains(end.outcome).items():
        found[pair] = float(gain[0]), float(gain[1])
    return Bargain(replace(end, game=game, rates=rates), dict(sorted(found.items())))


class _Pairs:
    """Who bargains with whom, and who has found that no tariffs suit both.

    Attributes:
        theirs: pair -> `[v]` its rates. apart: pairs that keep their threat.
    """

    def __init__(self, game: Game, threat: Array, power: float) -> None:
        self.game, self.threat, self.power = game, threat, power
        pairs = combinations(range(len(game.governments)), 2)
        self.theirs = {p: held for p in pairs if (held := between(game, *p)).any()}
        self.apart: set[tuple[int, int]] = set()
        self.near: dict[tuple[int, int], Outcome] = {}

    def held(self, game: Game) -> Game:
        """The game in which pairs that are apart have no rate to move."""
        kept = np.zeros(len(game.setter), dtype=bool)
        for pair in self.apart:
            kept |= self.theirs[pair]
        apart = game.mean_of(self.threat)
        low, high = (np.where(kept, apart, bound) for bound in (game.low, game.high))
        return replace(game, low=low, high=high)

    def agreed(
        self, pair: tuple[int, int], rates: Array, precision: float, progress: Progress | None
    ) -> Settled:
        """The bargain of a pair, the rates of others held: where the weights of its frontier are those of Nash's rule.

        Brent's method on the log odds of the first one's weight. The pair is left apart where no point suits both.
        """
        game = self.game
        low, high = (np.where(self.theirs[pair], bound, rates) for bound in (game.low, game.high))
        own, income = replace(game, low=low, high=high), game.income[list(pair)]
        seen = dict[float, Settled]()

        def excess(odds: float) -> float:
            """How far the log odds are above those that the gains ask for; `FAR` where one gains nothing."""
            weights = np.zeros(len(game.governments))
            weights[list(pair)] = 1 / (1 + np.exp([-odds, odds]))
            near = min(seen, key=lambda other: abs(other - odds), default=None)
            start = rates if near is None else seen[near].rates
            wish = common_goal(*weights)
            seen[odds] = search_duties(own, start, wish, progress=progress, doing="bargaining")
            a, b = self.gains(seen[odds].outcome)[pair] * income
            if min(a, b) <= 0:
                return FAR if b <= 0 else -FAR
            return float(odds - np.log(self.power * b) + np.log((1 - self.power) * a))

        here, there = 0.0, 0.0
        side = np.sign(excess(0.0))
        while abs(there) < MOST_ODDS and excess(there := there - side) * side > 0:
            here = there
        ends = sorted((here, there))
        crossed = excess(ends[0]) * excess(ends[1]) <= 0
        found = seen[brentq(excess, *ends, xtol=precision) if crossed else there]
        if self.gains(found.outcome)[pair].min() <= LEAST_GAIN:
            self.leave(pair)
            apart = np.where(self.theirs[pair], game.mean_of(self.threat), rates)
            return replace(found, rates=apart)
        return found

    def gains(self, outcome: Outcome) -> dict[tuple[int, int], Array]:
        """Pair that bargains -> gain of each of the two over the world in which this pair alone does not agree."""
        now, game = goal_values(outcome, self.game.goals), self.game
        found = {}
        for pair in self.theirs.keys() - self.apart:
            if len(self.theirs) > 1 or pair not in self.near:
                flows = self.theirs[pair][game.of]
                cells = tuple(axis[flows] for axis in game.cells)
                broken = outcome.shock.changed("tariffs", cells, self.threat[flows])
                self.near[pair] = solve(game.economy, broken, outcome.params, start=outcome)
            without = goal_values(self.near[pair], game.goals)
            found[pair] = ((now - without) / game.income)[list(pair)]
        return found

    def wish(self, game: Game, outcome: Outcome) -> Array:
        """The weights of the first-order condition; a rate of a pair that is apart stays where it is."""
        wanted = np.eye(len(game.governments))[game.setter]
        for pair, gain in self.gains(outcome).items():
            weight = np.array([self.power, 1 - self.power]) / np.maximum(gain, LEAST_GAIN)
            wanted[self.theirs[pair]] = 0.0
            for who, w in zip(pair, weight / game.income[list(pair)], strict=True):
                wanted[self.theirs[pair], who] = w
        return wanted

    def give_up(self, outcome: Outcome) -> bool:
        """Leave the pair apart that gains least, if it gains nothing; whether there was one.

        Raises:
            InputError: there is no other pair.
        """
        least = {pair: float(gain.min()) for pair, gain in self.gains(outcome).items()}
        worst = min(least, key=least.__getitem__, default=None)
        if worst is None or least[worst] > LEAST_GAIN:
            return False
        self.leave(worst)
        return True

    def leave(self, pair: tuple[int, int]) -> None:
        """Raises InputError where there is no other pair."""
        if len(self.theirs) == 1:
            one, two = (self.game.governments[k].name for k in pair)
            raise InputError(
                f"no tariffs between {one} and {two} within the bounds make both better off than the threat; "
                "widen the bounds, set duties more finely with --detail full, or take a harder threat"
            )
        self.apart.add(pair)


def frontier(
    game: Game, points: int = FRONTIER_POINTS, progress: Progress | None = None
) -> list[tuple[float, Settled]]:
    """The Pareto frontier of two governments: weight of the first's real income -> tariffs, from its worst end to its best.

    Every point maximises a weighted sum of both goals, so that a part of the frontier that bends inwards has none; a point
    whose equations are not solved is left out.

    Raises:
        ConvergenceError: the middle of the frontier is not found.
    """
    weights = np.linspace(0.1, 0.9, points)
    found = dict[float, Settled]()
    for weight in sorted(weights.tolist(), key=lambda weight: abs(weight - 0.5)):
        near = min(found, key=lambda other: abs(other - weight), default=None)
        start = 0 * game.low if near is None else found[near].rates
        wish = common_goal(weight, 1 - weight)
        try:
            found[weight] = search_duties(
                game, start, wish, progress=progress, doing="drawing the frontier"
            )
        except ConvergenceError:
            if not found:
                raise
    return sorted(found.items())
