"""Tariff games: which governments set which tariffs, what they want, and where nobody wants to move.

A government wants the real income of its regions, and weighs the value added of sectors by more than one where it is
asked to (Ossa 2014, equation 4). Every rate has a derivative of every goal, exact and from one adjoint for each
government (`slopes`). An equilibrium, an optimum and a bargain are the same search: each rate takes Newton's step
along its own derivative, with the curvature that its own flows give, until none moves:

    log(1+t) <- log(1+t) + (dG/dlog(1+t)) / (sum over its flows of theta M)        within its bounds
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from paxsilica.checks import Array, Bool
from paxsilica.desk import Progress
from paxsilica.economy import Economy
from paxsilica.errors import ConvergenceError, InputError, nearest
from paxsilica.model import Goal, Outcome, goal_values, real_incomes, slopes, solve
from paxsilica.model.fixed_point import Search, fixed_point
from paxsilica.shock import Cells, Shock

Whole = NDArray[np.intp]

Detail = Literal["uniform", "partner", "sector", "full"]
"""One rate on all imports; on each partner (a group as one); on each sector from all; on each sector from each partner."""

LAST_STEP = 1e-9
"""Largest step of any log(1+t) at which a search ends."""

MOST_ROUNDS = 300
"""Evaluations after which a search gives up."""

PAST_KEPT = 10
"""Past differences that a search keeps; of few rates fewer, since more than there are rates say nothing new."""

LONGEST_STEP = 0.3
"""Of one log(1+t) in one round."""

LEAST_TRADE = 1e-13
"""Share of a government's purchases below which a rate has no trade to act on, and stays as it stands."""

LEAST_RATE, MOST_RATE = -0.9, 100.0
"""Where bounds are not given: a subsidy of nine tenths, a duty of a hundred times the price."""


@dataclass(frozen=True)
class Government:
    """Who sets tariffs together, and what for.

    Attributes:
        name: its label in findings. regions: labels; what they charge one another is not theirs to set here.
        weights: sector -> how much a dollar of its value added counts; one where it is not named.
    """

    name: str
    regions: tuple[str, ...]
    weights: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Retaliation:
    """How whoever is hit answers: by as many points on the same sector, above what stood.

    Attributes:
        most: the most points of an answer, decimal. sectors: whose rises are answered; None is all.
    """

    most: float = np.inf
    sectors: tuple[str, ...] | None = None


@dataclass(frozen=True, eq=False)
class Game:
    """Rates that may be set, and what stands until they are.

    Attributes:
        stood: the equilibrium in which nobody has moved yet.
        governments: in the order of every axis of them.
        setter: `[v]` position of the government whose rate it is.
        partner, sector: `[v]` labels of what a rate is on; `""` where it is on all.
        cells: the flows; of: `[c]` the rate of each flow.
        low, high: `[v]` bounds of the rates, decimal.
        retaliation: how others answer what a rate adds; None where they do not.
    """

    stood: Outcome
    governments: tuple[Government, ...]
    setter: Whole
    partner: tuple[str, ...]
    sector: tuple[str, ...]
    cells: Cells
    of: Whole
    low: Array
    high: Array
    retaliation: Retaliation | None = None

    @property
    def economy(self) -> Economy:
        return self.stood.economy

    @cached_property
    def goals(self) -> Goal:
        """One of each government, in million of the baseline's money."""
        e = self.economy
        at = [e.region_indices(who.regions) for who in self.governments]
        goals = real_incomes(e, at)
        for g, who in enumerate(self.governments):
            for sector, weight in who.weights:
                goals.value_added[np.ix_([g], at[g], e.sector_indices([sector]))] += weight - 1
        return goals

    @cached_property
    def standing(self) -> Array:
        """`[v]` the mean of what stands on the flows of each rate, which may lie outside its bounds."""
        return self.mean_of(self.stood.shock.at("tariffs", self.cells))

    def mean_of(self, levels: Array) -> Array:
        """`[v]` mean of `[c]` levels of the flows of each rate, weighted by the trade that stood."""
        weight = self.stood.flows[self.cells]
        return self.total(weight * levels) / self.total(weight)

    def within(self, rates: Array) -> Array:
        """`[v]` the nearest rates within bounds."""
        return np.clip(rates, self.low, self.high)

    def total(self, by_flow: Array) -> Array:
        """`[v]` sums over the flows of each rate of `[c]`."""
        return np.asarray(np.bincount(self.of, by_flow, minlength=len(self.setter)))

    def enact(self, rates: Array) -> Shock:
        """What stands, with these rates and the answers to them."""
        shock = self.stood.shock.changed("tariffs", self.cells, rates[self.of])
        if self.retaliation is None:
            return shock
        n, i, j = self.cells
        points = np.where(self._answered, self.answers(rates)[self.of], 0.0)
        return shock.changed("tariffs", (i, n, j), lambda stood: stood + points)

    def answers(self, rates: Array) -> Array:
        """`[v]` by how many points the way back is raised: by as many as a rate is above what stood, up to the most."""
        most = self.retaliation.most if self.retaliation else 0.0
        return np.clip(rates - self.standing, 0, most)

    @cached_property
    def _answered(self) -> Bool:
        """`[c]` flows whose way back is raised."""
        named = self.retaliation.sectors if self.retaliation else ()
        e = self.economy
        at = range(len(e.sectors)) if named is None else e.sector_indices(named)
        return np.isin(self.cells[2], list(at))

    def slopes(self, outcome: Outcome, rates: Array) -> tuple[Array, Array]:
        """`[g, v]` derivatives of every goal by log(1+t) of every rate: where it falls, and where it rises.

        They differ at the rate that stood, from which a rise is answered and a fall is not.
        """
        by_flow = slopes(outcome, self.goals)
        n, i, j = self.cells
        own = np.stack([self.total(row) for row in by_flow[:, n, i, j]]) * (1 + rates)
        if self.retaliation is None:
            return own, own
        back = np.where(self._answered, by_flow[:, i, n, j], 0.0)
        answered = own + np.stack([self.total(row) for row in back]) * (1 + rates)
        rise = rates - self.standing
        rising = (rise > LAST_STEP) & (rise <= self.retaliation.most)
        from_here = (rise >= -LAST_STEP) & (rise < self.retaliation.most)
        return np.where(rising, answered, own), np.where(from_here, answered, own)

    def moved(self, outcome: Outcome, rates: Array, wanted: Array) -> Array:
        """`[v]` log(1+t) after a step along what is `wanted`, `[v, g]`: within bounds, and no further than what stood."""
        unit = self.curvature(outcome) * wanted.max(1)
        fall, rise = ((wanted * d.T).sum(1) / unit for d in self.slopes(outcome, rates))
        here = np.log1p(rates)
        low, high = np.log1p(self.low), np.log1p(self.high)
        if self.retaliation is not None:
            stood, above = np.log1p(self.standing), rates - self.standing
            low = np.where(above > LAST_STEP, np.maximum(low, stood), low)
            high = np.where(above < -LAST_STEP, np.minimum(high, stood), high)
        step = np.where(rise > 0, rise, np.minimum(fall, 0.0))
        return np.asarray(np.clip(here + np.clip(step, -LONGEST_STEP, LONGEST_STEP), low, high))

    def curvature(self, outcome: Outcome) -> Array:
        """`[v]` theta M summed over the flows of each rate: what a rate's own flows give of -d2G/dlog(1+t)2."""
        return self.total(np.asarray(outcome.theta[self.cells[2]] * outcome.flows[self.cells]))

    @cached_property
    def income(self) -> Array:
        """`[g]` real income of every government's regions that stood, million."""
        income: Array = self.goals.real_income @ self.stood.real_income
        return income

    def values(self, outcome: Outcome) -> Array:
        """`[g]` gain of every government's goal against what stood, share of its real income."""
        return np.asarray(
            (goal_values(outcome, self.goals) - goal_values(self.stood, self.goals)) / self.income
        )

    def alone(self, government: int) -> Game:
        """The game of one government, the others' rates held where `stood` has them."""
        mine = np.flatnonzero(self.setter == government)
        held = np.isin(self.of, mine)
        return replace(
            self,
            governments=(self.governments[government],),
            setter=np.zeros(len(mine), dtype=np.intp),
            partner=tuple(self.partner[v] for v in mine),
            sector=tuple(self.sector[v] for v in mine),
            cells=tuple(axis[held] for axis in self.cells),
            of=np.searchsorted(mine, self.of[held]),
            low=self.low[mine],
            high=self.high[mine],
        )


def game_of(
    stood: Outcome,
    governments: Sequence[Government],
    detail: Detail = "partner",
    sectors: Sequence[str] = ("goods",),
    *,
    against: Sequence[str] = (),
    low: float = 0.0,
    high: float = MOST_RATE,
    ceiling: bool = False,
    retaliation: Retaliation | None = None,
) -> Game:
    """The rates that governments may set on one another and on everybody else.

    Args:
        stood: the equilibrium that they find. detail: how finely they may set them.
        sectors: whose tariffs may be set; those of others stay as they stand.
        against: regions whose goods they are set on; none is everybody's.
        low, high: bounds of every rate, decimal; a low of zero forbids import subsidies.
        ceiling: also no rate above the mean that stands on its flows: tariffs as they stand are bound.

    Raises:
        InputError: a region in two governments, bounds that cross, nothing to set. LabelError: an unknown region or sector.
    """
    if detail not in get_args(Detail):
        raise InputError(f"unknown detail {detail!r}{nearest(detail, get_args(Detail))}")
    if not LEAST_RATE <= low <= high <= MOST_RATE:
        raise InputError(
            f"tariffs between {100 * low:g}% and {100 * high:g}%: bounds cross or lie outside "
            f"{100 * LEAST_RATE:g}% to {100 * MOST_RATE:g}%"
        )
    e = stood.economy
    sides = _sides(e, governments)
    partners = {g.name: list(at) for g, at in zip(governments, sides, strict=True)}
    outside = np.setdiff1d(np.arange(len(e.regions)), np.concatenate(sides))
    partners |= {e.regions[n]: [int(n)] for n in outside}
    whom = e.region_indices(against) if against else range(len(e.regions))
    partners = {
        name: kept for name, at in partners.items() if (kept := [n for n in at if n in whom])
    }
    columns = e.sector_indices(sectors)
    goods = [("", columns)]
    if detail in ("sector", "full"):
        goods = [(e.sectors[j], [j]) for j in columns]
    found = []
    for g, mine in enumerate(sides):
        imports = stood.flows[mine].sum()
        theirs = {name: at for name, at in partners.items() if name != governments[g].name}
        if detail in ("uniform", "sector"):
            theirs = {"": [n for at in theirs.values() for n in at]}
        for name, at in theirs.items():
            for sector, j in goods:
                cells = [axis.ravel() for axis in np.meshgrid(mine, at, j, indexing="ij")]
                if stood.flows[tuple(cells)].sum() > LEAST_TRADE * imports:
                    found.append((g, name, sector, cells))
    if not found:
        raise InputError(
            "there is nothing to set: these governments import nothing of these sectors"
        )
    setter, partner, sector, cells = zip(*found, strict=True)
    of = np.repeat(np.arange(len(found)), [len(axes[0]) for axes in cells])
    game = Game(
        stood,
        tuple(governments),
        np.array(setter),
        partner,
        sector,
        tuple(np.concatenate(axis) for axis in zip(*cells, strict=True)),
        of,
        np.full(len(found), low),
        np.full(len(found), high),
        retaliation,
    )
    return replace(game, high=np.maximum(game.standing, low)) if ceiling else game


def _sides(e: Economy, governments: Sequence[Government]) -> list[list[int]]:
    """Positions of the regions of each government."""
    sides, whose = [], dict[int, str]()
    for who in governments:
        at = e.region_indices(who.regions)
        for n in at:
            if n in whose:
                raise InputError(
                    f"{e.regions[n]} is in {whose[n]} and in {who.name}; nobody plays against itself"
                )
            whose[n] = who.name
        sides.append(at)
    return sides


Wish = Callable[[Game, Outcome], Array]
"""`[v, g]` how much a goal counts for whoever decides a rate, in an equilibrium."""


def own_goal(game: Game, outcome: Outcome) -> Array:
    """Every government wants its own: the unilateral optimum of one, the Nash equilibrium of several."""
    return np.eye(len(game.governments))[game.setter]


def common_goal(*weights: float) -> Wish:
    """All want the weighted sum of all, in money: cooperative tariffs, or a point of the Pareto frontier."""

    def wish(game: Game, outcome: Outcome) -> Array:
        return np.broadcast_to(weights, (len(game.setter), len(game.governments)))

    return wish


@dataclass(frozen=True, eq=False)
class Settled:
    """Where no rate moves any more.

    Attributes:
        rates: `[v]` decimal. outcome: the equilibrium under them. step: the largest step that any log(1+t) would still
            take, the first-order condition within bounds. rounds: equilibria solved.
    """

    game: Game
    rates: Array
    outcome: Outcome
    step: float
    rounds: int


def search_duties(
    game: Game,
    start: Array,
    wish: Wish = own_goal,
    *,
    still: float = LAST_STEP,
    progress: Progress | None = None,
    doing: str = "searching tariffs",
) -> Settled:
    """Follow everybody's derivatives until no rate moves; Anderson acceleration of the module's map.

    Raises:
        ConvergenceError: rates still move after `MOST_ROUNDS`, or an equilibrium on the way is not solved.
    """
    last, rounds = game.stood, 0

    def value_at(point: Array) -> Array:
        nonlocal last, rounds
        if progress is not None:
            progress(doing, rounds, 0)
        rates = game.within(np.expm1(point[:, 0]))
        last = solve(game.economy, game.enact(rates), game.stood.params, start=last)
        rounds += 1
        return game.moved(last, rates, wish(game, last))[:, None]

    depth = min(PAST_KEPT, max(1, len(game.setter) - 1))
    search = Search(np.log1p(game.within(start))[:, None], np.ravel, depth=depth)
    _, gap, _ = fixed_point(value_at, search, still, MOST_ROUNDS)
    if not gap <= still:
        raise ConvergenceError(
            f"no tariffs found from which nobody moves: after {MOST_ROUNDS} rounds a rate still moves by "
            f"{100 * gap:.1e} %; try fewer rates, narrower bounds or another start",
            last,
        )
    rates = game.within(np.expm1(search.best[:, 0]))
    outcome = solve(game.economy, game.enact(rates), game.stood.params, start=last)
    return Settled(game, rates, outcome, gap, rounds)
