"""The few numbers of a run that sentences, tables and charts share, each computed in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.economy import Array
from paxsilica.report.focus import Focus, aim, focus

if TYPE_CHECKING:
    from paxsilica.analysis.run import Run

NOTHING = 1e-12
"""A relative change of real income below this is rounding, not an effect."""


def focus_of(run: Run) -> Focus:
    """Whom the run is about: the shock, and where it leaves the question open, the kinds of the measures."""
    return focus(run.outcome, aim(run.scenario.in_force(run.as_of)))


def groups_of(run: Run) -> Mapping[str, Sequence[str]]:
    """Region groups by name: the scenario's own first, then the baseline's."""
    e = run.outcome.economy
    own = run.scenario.resolve_groups(e)
    return {**own, **{name: group for name, group in e.about.region_groups.items() if name not in own}}


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
    level = np.where(made, e.output * o.unit_cost / o.shock.productivity, 1.0)
    return np.where(made, 100 * (o.output / level - 1), np.nan)


def taxing(run: Run) -> list[int]:
    """Regions whose own tariffs change on some flow, largest baseline imports first."""
    e = run.outcome.economy
    changed = ((run.outcome.shock.tariffs != e.tariffs) & (e.flows > 0)).any((1, 2))
    imports = e.flows.sum((1, 2))
    return sorted((int(n) for n in np.flatnonzero(changed)), key=lambda n: -imports[n])


def abroad(flows: Array) -> Array:
    """`[n, i, j]` the flows that cross a border; sales at home are zero."""
    return flows * ~np.eye(len(flows), dtype=bool)[:, :, None]
