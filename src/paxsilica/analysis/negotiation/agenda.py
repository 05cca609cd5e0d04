"""What two sides may concede to one another, and what a choice of concessions brings.

A concession takes a share off what one side charges the other on a sector, or off a non-tariff cost of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Literal, NamedTuple, get_args

import numpy as np

from paxsilica.analysis.negotiation.game import Government
from paxsilica.checks import Array
from paxsilica.economy import Economy
from paxsilica.errors import InputError, nearest
from paxsilica.model import Outcome, goal_values, real_incomes, slopes, solve, solve_many
from paxsilica.shock import Cells, Shock

Aim = Literal["nash", "worse_off"]
"""What a deal is chosen by: the product of both sides' gains, or the gain of the side that gains less."""

CONCESSION_KINDS = {"tariff": "tariffs", "non_tariff": "trade_cost"}
"""Kind of concession -> the instrument that it moves."""

LEAST_WORTH = 1e-9
"""Share of the giver's purchases that trade in a concession, and the duty on it, must be to be worth talks."""

MOST_CONCESSIONS = 40
"""Concessions a side among which is chosen; of more the strongest by first order."""

LIMIT_ROUNDING = 1e-9
"""Share by which a solved number may miss a limit that it meets."""

MANY_TIMES = 5.0
"""Growth of a flow beyond which its elasticity was measured on nothing like it."""


class Limits(NamedTuple):
    """What no deal may cost either side; None is no limit. Decimals.

    `output`, `jobs`: the largest fall of a sector. `revenue`: the largest fall of a side's tariff revenue.
    """

    output: float | None = None
    jobs: float | None = None
    revenue: float | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True)
class TariffConcession:
    """What one side (0 or 1) may give: `kind` of `CONCESSION_KINDS`, on a sector of the other's exports."""

    by: int
    kind: str
    sector: str


class Deal(NamedTuple):
    """Some concessions and what they bring: `gain` of both sides over the threat, share of income; `breaks` a limit."""

    chosen: tuple[int, ...]
    gain: tuple[float, float]
    breaks: bool = False

    def score(self, aim: Aim) -> float:
        """The larger the better: below zero where a side loses."""
        if self.breaks:
            return -np.inf
        least = min(self.gain)
        return least if aim == "worse_off" or least <= 0 else self.gain[0] * self.gain[1]


@dataclass(frozen=True, eq=False)
class Agenda:
    """What is on the table.

    Attributes:
        stood: the equilibrium in which nothing is conceded. sides: the two governments.
        concessions: all that are possible. threat: the shock of the world without a deal; None is what stands.
        cut, relief: share that a concession takes off a tariff, and off a trade cost.
    """

    stood: Outcome
    sides: tuple[Government, Government]
    concessions: tuple[TariffConcession, ...]
    cut: float = 1.0
    relief: float = 0.0
    threat: Shock | None = None
    limits: Limits = NO_LIMITS
    aim: Aim = "nash"

    @property
    def economy(self) -> Economy:
        return self.stood.economy

    @cached_property
    def at(self) -> tuple[list[int], list[int]]:
        """Positions of the regions of both sides."""
        one, two = (self.economy.region_indices(side.regions) for side in self.sides)
        return one, two

    def cells(self, concession: TariffConcession) -> Cells:
        """The flows that a concession is about."""
        mine, theirs = self.at[concession.by], self.at[1 - concession.by]
        return np.ix_(mine, theirs, self.economy.sector_indices([concession.sector]))

    def enact(self, chosen: Iterable[int]) -> Shock:
        """What stands, with these concessions made."""
        shock = self.stood.shock
        for c in map(self.concessions.__getitem__, chosen):
            left, cells = 1 - (self.cut if c.kind == "tariff" else self.relief), self.cells(c)
            shock = shock.changed(
                CONCESSION_KINDS[c.kind], cells, left * shock.at(CONCESSION_KINDS[c.kind], cells)
            )
        return shock

    def deals(
        self,
        choices: Iterable[Sequence[int]],
        progress: Callable[[int], None] | None = None,
        look: Callable[[int, Outcome], None] | None = None,
    ) -> list[Deal]:
        """Choices solved; `look` is shown every equilibrium. Raises ConvergenceError."""
        sets = [tuple(sorted(chosen)) for chosen in choices]
        breaks = dict[int, bool]()

        def keep(at: int, outcome: Outcome) -> None:
            breaks[at] = self._breaks(outcome)
            if look is not None:
                look(at, outcome)

        limited = any(limit is not None for limit in self.limits)
        batch = solve_many(
            self.economy,
            map(self.enact, sets),
            self.stood.params,
            keep=keep if limited or look is not None else None,
            progress=progress,
        )
        gains = self._gains(batch.real_income) - self.over
        return [
            Deal(chosen, (float(a), float(b)), breaks.get(k, False))
            for k, (chosen, (a, b)) in enumerate(zip(sets, gains, strict=True))
        ]

    @cached_property
    def alone(self) -> tuple[list[Deal], Array]:
        """Each concession made alone, and `[c]` the trade in it then. Raises ConvergenceError."""
        of, after = self.concessions, np.zeros(len(self.concessions))

        def look(k: int, outcome: Outcome) -> None:
            after[k] = outcome.flows[self.cells(of[k])].sum()

        return self.deals(((k,) for k in range(len(of))), look=look), after

    @cached_property
    def over(self) -> Array:
        """`[2]` gain of both sides where there is no deal, against what stands, share of their income."""
        if self.threat is None:
            return np.zeros(2)
        apart = solve(self.economy, self.threat, self.stood.params, start=self.stood)
        return np.asarray(self._gains(apart.real_income[None])[0])

    def _gains(self, real_income: Array) -> Array:
        stood = self.stood.real_income
        moved = (real_income - stood) * self.economy.income
        each = [moved[:, at].sum(1) / (stood * self.economy.income)[at].sum() for at in self.at]
        return np.stack(each, axis=1)

    def _breaks(self, outcome: Outcome) -> bool:
        stood, most = self.stood, self.limits
        for at in self.at:
            falls = {
                "output": (outcome.output[at].sum(0), stood.output[at].sum(0)),
                "jobs": (_jobs(outcome)[at].sum(0), _jobs(stood)[at].sum(0)),
                "revenue": (outcome.tariff_revenue[at].sum(), stood.tariff_revenue[at].sum()),
            }
            for name, (now, before) in falls.items():
                limit = getattr(most, name)
                if limit is not None and (now < (1 - limit - LIMIT_ROUNDING) * before).any():
                    return True
        return False

    def first_order(self) -> Array:
        """`[c, 2]` gain of both sides by each concession, by the exact derivatives where nothing is conceded."""
        stood, goals = self.stood, real_incomes(self.economy, self.at)
        by = {
            kind: slopes(stood, goals, CONCESSION_KINDS[kind])
            for kind in {c.kind for c in self.concessions}
        }
        found = []
        for c in self.concessions:
            cells = self.cells(c)
            share = self.cut if c.kind == "tariff" else self.relief
            off = share * stood.shock.at(CONCESSION_KINDS[c.kind], cells)
            found.append([-(d[cells] * off).sum() for d in by[c.kind]])
        return np.array(found).reshape(-1, 2) / goal_values(stood, goals)


def agenda_of(
    stood: Outcome,
    sides: tuple[Government, Government],
    sectors: Sequence[str] = ("goods",),
    red_lines: Sequence[Sequence[str]] = ((), ()),
    *,
    cut: float = 1.0,
    relief: float = 0.0,
    threat: Shock | None = None,
    limits: Limits = NO_LIMITS,
    aim: Aim = "nash",
) -> Agenda:
    """What two sides may concede to one another.

    Args:
        red_lines: sectors or groups that the first and that the second side never opens.
        cut: share of a tariff that is taken off. relief: share of trade cost; zero leaves non-tariff costs off the table.

    Raises:
        InputError: an unknown aim; nothing left to concede. LabelError: an unknown region or sector.
    """
    if aim not in get_args(Aim):
        raise InputError(f"unknown aim {aim!r}{nearest(aim, get_args(Aim))}")
    e = stood.economy
    kinds = [kind for kind, share in (("tariff", cut), ("non_tariff", relief)) if share > 0]
    agenda = Agenda(stood, sides, (), cut, relief, threat, limits, aim)
    closed = [
        {e.sectors[j] for j in e.sector_indices(lines)} if lines else set() for lines in red_lines
    ]
    open_ = [e.sectors[j] for j in e.sector_indices(sectors)]
    found = []
    for by, kind, sector in product((0, 1), kinds, open_):
        concession = TariffConcession(by, kind, sector)
        cells = agenda.cells(concession)
        trade = stood.flows[cells].sum()
        charged = (stood.flows[cells] * stood.shock.at("tariffs", cells)).sum()
        least = LEAST_WORTH * stood.flows[agenda.at[by]].sum()
        if sector not in closed[by] and trade > least and (kind != "tariff" or charged > least):
            found.append(concession)
    if not found:
        raise InputError(
            "nothing is left to concede: no sector outside the red lines has trade and a duty; "
            "open some, or put --non-tariff costs on the table"
        )
    return replace(agenda, concessions=_strongest(replace(agenda, concessions=tuple(found))))


def growing(agenda: Agenda, most: float) -> Agenda:
    """The same table without concessions that alone would multiply the trade in them by more than `most`.

    Raises:
        InputError: none is left. ConvergenceError: an equilibrium is not solved.
    """
    deals, after = agenda.alone
    at = np.flatnonzero(after / traded(agenda) <= most)
    if not at.size:
        raise InputError(
            f"every concession would multiply its trade by more than {most:g}; allow more, or cut less than all of a duty"
        )
    kept = replace(agenda, concessions=tuple(agenda.concessions[k] for k in at))
    vars(kept)["alone"] = [deals[k]._replace(chosen=(c,)) for c, k in enumerate(at)], after[at]
    return kept


def traded(agenda: Agenda) -> Array:
    """`[c]` what the giver of each concession buys of the other in the sector, where nothing is conceded."""
    return np.array([agenda.stood.flows[agenda.cells(c)].sum() for c in agenda.concessions])


def _strongest(agenda: Agenda) -> tuple[TariffConcession, ...]:
    """No more a side than can be chosen among, those first that win the other side most."""
    if len(agenda.concessions) <= MOST_CONCESSIONS:
        return agenda.concessions
    wins = [
        float(by[1 - c.by]) for c, by in zip(agenda.concessions, agenda.first_order(), strict=True)
    ]
    order = sorted(range(len(wins)), key=lambda k: -wins[k])
    kept = [k for side in (0, 1) for k in of_side(agenda, side, order)[:MOST_CONCESSIONS]]
    return tuple(agenda.concessions[k] for k in sorted(kept))


def of_side(agenda: Agenda, side: int, among: Iterable[int]) -> list[int]:
    """Those of some concessions that are one side's to make."""
    return [k for k in among if agenda.concessions[k].by == side]


def _jobs(outcome: Outcome) -> Array:
    """`[n, j]` labour in each sector, at the baseline's wages."""
    return np.asarray(
        outcome.value_added / np.broadcast_to(outcome.wages, outcome.value_added.shape)
    )
