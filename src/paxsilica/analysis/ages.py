"""How old what is in force is, sector by sector: the horizon of a day on which measures of several ages stand."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from paxsilica.checks import Array
from paxsilica.horizon import ByAge, Horizon, mixed_ages
from paxsilica.shock import FLOW, INSTRUMENTS, Shock

History = Sequence[tuple[date, Shock]]
"""What stood from each day on, ascending."""

WHOLE_BAN = 1.0
"""What a cost without limit counts as a change of a cost: all of the flow."""


class Steps(NamedTuple):
    """Every change of what stands: `days`, and `[step, j]` how much of each sector's trade or output it moved, million.

    A change of a tariff by 10 points counts a tenth of the flow.
    """

    days: tuple[date, ...]
    moved: Array
    sectors: tuple[str, ...]

    def horizon(self, day: date, table: ByAge | None = None, ahead: float = 0.0) -> Horizon | None:
        """How far everything has adjusted on a day; None where nothing has changed yet.

        Args:
            ahead: months by which changes were known before they came, and adjusting began.

        A sector has the mean of its changes' responses, weighted by what they moved; one that no change meets, and labour
        and inputs, the mean over all.
        """
        past = [at for at, since in enumerate(self.days) if since <= day and self.moved[at].any()]
        if not past:
            return None
        months = [months_between(self.days[at], day) + ahead for at in past]
        moved = self.moved[past]
        each = {
            sector: _by_months(months, moved[:, j])
            for j, sector in enumerate(self.sectors)
            if moved[:, j].any()
        }
        return mixed_ages(_by_months(months, moved.sum(1)), each, table)


def cell_ages(history: History, day: date) -> Array:
    """`[n, i, j]` mean months on a day since the tariff of a flow was changed, weighted by by how much; NaN where never."""
    stood = history[0][1].economy.tariffs
    months, size = np.zeros(stood.shape), np.zeros(stood.shape)
    for since, shock in history:
        change = np.abs(shock.tariffs - stood)
        months, size, stood = (
            months + change * months_between(since, day),
            size + change,
            shock.tariffs,
        )
    mean: Array = np.divide(months, size, out=np.full(size.shape, np.nan), where=size > 0)
    return mean


def _by_months(months: Sequence[float], moved: Array) -> Mapping[float, float]:
    """Months -> weight, of those that have any."""
    return {m: float(w) for m, w in zip(months, moved, strict=True) if w > 0}


def steps_of(stood: Shock, history: History) -> Steps:
    """The changes from what stood before through a history."""
    shocks = [stood, *(shock for _, shock in history)]
    moved = [_trade_moved(a, b) for a, b in pairwise(shocks)]
    return Steps(tuple(day for day, _ in history), np.array(moved), stood.economy.sectors)


def _trade_moved(a: Shock, b: Shock) -> Array:
    """`[j]` how much of each sector's trade and output two shocks differ on."""
    e = a.economy
    found = np.zeros(len(e.sectors))
    for name in {*a.rows, *b.rows}:
        row = INSTRUMENTS[name]
        if "sector" not in row.axes:
            continue
        at = np.union1d(*(s.rows[name].at if name in s.rows else [] for s in (a, b))).astype(int)
        levels = [
            np.where(np.isinf(s.take(name, at)), 1 + WHOLE_BAN, s.take(name, at)) for s in (a, b)
        ]
        size = e.flows[at] if row.axes == FLOW else e.output[at]
        if row.axes not in (FLOW, ("region", "sector")):
            size = np.broadcast_to(size[:, None], levels[0].shape)
        change = np.minimum(np.abs(levels[1] - levels[0]), WHOLE_BAN) * size
        found += change.reshape(-1, len(e.sectors)).sum(0)
    if not found.any() and a.conditions != b.conditions:
        found += e.output.sum(0)
    return found


def months_between(first: date, last: date) -> float:
    """Calendar months, with the days that are left as a part of the last day's month."""
    whole = 12 * (last.year - first.year) + last.month - first.month
    days = calendar.monthrange(last.year, last.month)[1]
    return whole + (last.day - min(first.day, days)) / days
