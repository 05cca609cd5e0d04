"""A growing world to measure policy in: the equilibrium of each date in which economies are as large as the IMF foresees.

Where workers of region n become L times as productive, a sector whose cost is to a part gamma wages makes L^gamma times as
much of the same bundle: growth is `productivity` of a shock. L is found so that each region's part of the world's labour
income grows as its part of world GDP; in dollars the world grows as its nominal GDP. Growth is a matter of the long run,
however young the measures are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from paxsilica.checks import Array
from paxsilica.data.outlook import packaged_outlook
from paxsilica.desk import Progress
from paxsilica.economy import Economy, Note
from paxsilica.errors import ConvergenceError, InputError, joined
from paxsilica.model import Outcome, solve
from paxsilica.model.correction import lend_corrections
from paxsilica.shock import Shock

CLOSE = 1e-4
"""Of the log of a region's part of world labour income."""

MOST_TRIES = 40


@dataclass(frozen=True, eq=False)
class GrowingWorld:
    """The world of every date.

    Attributes:
        worlds: `[date]` its baseline. money: `[date]` factor of world GDP in dollars since the baseline's year;
            1 where the world does not grow.
        notes: what is extended, or why there is no growth.
    """

    worlds: tuple[Economy, ...]
    money: Array
    notes: tuple[Note, ...] = ()

    @property
    def grows(self) -> bool:
        return bool((self.money != 1).any())


def no_growth(economy: Economy, days: Sequence[date], notes: tuple[Note, ...] = ()) -> GrowingWorld:
    """The world stays as in the baseline's year."""
    return GrowingWorld((economy,) * len(days), np.ones(len(days)), notes)


def growth_of(economy: Economy, days: Sequence[date], progress: Progress) -> GrowingWorld:
    """Nominal growth as the newest outlook has it; none, with a note, for a baseline whose regions or year it does not
    know.

    Raises:
        ConvergenceError: the world cannot be made to grow as foreseen.
    """
    outlook, year = packaged_outlook(), float(economy.about.year or 0)
    times = [day.year + (day.timetuple().tm_yday - 0.5) / 365.25 - 0.5 for day in days]
    try:
        members = outlook.members(economy.regions, economy.regions)
        regions, world, late = outlook.going_on(members, year, times)
    except InputError as error:
        why = Note("growth.none", f"the world does not grow: {error}")
        return no_growth(economy, days, (why,))
    worlds, near = list[Economy](), None
    for done, parts in enumerate(regions / world[:, None]):
        progress("letting the world grow", done, len(days))
        near = _world_of(economy, parts, near)
        worlds.append(near[1].as_economy())
        lend_corrections(economy, worlds[-1])
    last, vintage = outlook.years[-1], outlook.vintages[-1]
    notes = []
    if late:
        text = f"the outlook of {vintage} has no GDP of {joined(late)} to the end: it goes on growing as the world's"
        notes.append(Note("growth.lacking", text))
    if max(times) > last:
        text = (
            f"after {last}, beyond the outlook of {vintage}, every economy grows on as in that year"
        )
        notes.append(Note("growth.beyond", text))
    return GrowingWorld(tuple(worlds), world, tuple(notes))


def _world_of(
    economy: Economy, parts: Array, near: tuple[Array, Outcome] | None
) -> tuple[Array, Outcome]:
    """`[n]` how productive labour must be so that each region has its part of world GDP, and the long-run equilibrium.

    Args:
        parts: `[n]` factor of a region's part. near: the same of a day before.

    Raises:
        ConvergenceError: an equilibrium is not solved, or the parts are not met.
    """
    wanted, (labour, outcome) = parts * economy.labour_income, near or (parts, None)
    for _ in range(MOST_TRIES):
        shock = Shock(economy, productivity=labour[:, None] ** economy.value_added_share)
        outcome = solve(economy, shock, start=outcome)
        income = outcome.labour_income
        missed: Array = np.log(wanted / wanted.sum() * income.sum() / income)
        if np.abs(missed).max() <= CLOSE:
            return labour, outcome
        labour = labour * np.exp(1.2 * missed)
    raise ConvergenceError(f"not solved: growth is missed by {np.abs(missed).max():.1e}", outcome)
