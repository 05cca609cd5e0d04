"""The few numbers of a run that sentences, tables and charts share, each computed in one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paxsilica.economy import Array
from paxsilica.names import Names
from paxsilica.report.focus import Focus, aim, focus
from paxsilica.shock import INSTRUMENTS

if TYPE_CHECKING:
    from paxsilica.analysis.run import Run

NOTHING = 1e-12
"""A relative change of real income below this is rounding, not an effect."""


def focus_of(run: Run) -> Focus:
    """Whom the run is about: the shock, and where it leaves the question open, the kinds of the measures."""
    return focus(run.outcome, aim(run.scenario.in_force(run.as_of)))


def names_of(run: Run) -> Names:
    """The names of the run's economy, with the scenario's own groups."""
    return run.scenario.names(run.outcome.economy, run.as_of)


def nothing_changes(run: Run) -> bool:
    """Whether no region's real income moves by more than rounding."""
    return bool(np.abs(run.outcome.real_income - 1).max() < NOTHING)


def real_income_percent(run: Run) -> Array:
    """`[n]` exact change of real income, % of the baseline."""
    return np.asarray(100 * (run.outcome.real_income - 1))


def real_income_money(run: Run) -> Array:
    """`[n]` exact change of real income in million USD of the baseline: (W_hat - 1) I."""
    return np.asarray((run.outcome.real_income - 1) * run.outcome.economy.income)


def volume_percent(run: Run) -> Array:
    """`[i, j]` change of output volume, %; NaN where the baseline produces nothing."""
    e, o = run.outcome.economy, run.outcome
    made = e.output > 0
    level = np.where(made, e.output * o.gate_price, 1.0)
    return np.where(made, 100 * (o.output / level - 1), np.nan)


def revenue(run: Run) -> tuple[str, Array, Array]:
    """What the revenue is called, and `[n]` revenue before and after, million USD: the treasury's where tariffs are
    not all."""
    e, o = run.outcome.economy, run.outcome
    if o.shock.beyond_tariffs:
        return (
            "Treasury revenue (tariffs and export taxes less subsidies)",
            e.tariff_revenue,
            o.treasury,
        )
    return "Tariff revenue", e.tariff_revenue, o.tariff_revenue


def taxing(run: Run) -> list[int]:
    """Regions whose own tariffs, export taxes or subsidies change on something, largest baseline imports first."""
    e, s = run.outcome.economy, run.outcome.shock
    changed = np.zeros(len(e.regions), dtype=bool)
    for name, row in INSTRUMENTS.items():
        if row.treasury and s.changes(name):
            there = (e.flows if row.on_flows else e.output) > 0
            moved = (getattr(s, name) != row.standing(e)) & there
            levies = row.axes.index(row.treasury)
            changed |= moved.any(tuple(axis for axis in range(moved.ndim) if axis != levies))
    imports = e.flows.sum((1, 2))
    return sorted((int(n) for n in np.flatnonzero(changed)), key=lambda n: -imports[n])


def inside(run: Run, codes: Sequence[str]) -> NDArray[np.bool_]:
    """`[n, i]` True for sales at home and, for a group of up to half the regions, for sales among its members.

    A group that is more than half the world trades with little else: its members count as abroad to each other.
    """
    regions = run.outcome.economy.regions
    home = np.eye(len(regions), dtype=bool)
    if is_alone(run, codes):
        return home
    member = np.isin(regions, codes)
    both: NDArray[np.bool_] = home | np.outer(member, member)
    return both


def is_alone(run: Run, codes: Sequence[str]) -> bool:
    """Whether `inside` holds sales at home only: one region, or most of the world."""
    return len(codes) == 1 or len(codes) > len(run.outcome.economy.regions) / 2
