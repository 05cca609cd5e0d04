"""Scenarios side by side on one baseline, for `solve_many`.

A scenario is a column of every array, and all share the baseline's trade shares: contracting those is one matrix
product for all of them, in which the few importers whose terms a scenario changes are replaced by its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.model import equations
from paxsilica.model.calibration import TradeTerms
from paxsilica.model.fixed_point import Map, Search
from paxsilica.model.world import ChangedRows, World

DEPTH_OF_MANY = 1
"""Past differences kept for a column: more of them save little and cost as much."""

SHARED_TABLES = "delivered", "received", "input_shares"
"""Fields of a world that all columns share, and that have no axis of columns."""

FROM_TERMS = "taxed", "backstop", "rows"
"""Fields that the columns' own terms of trade make."""


class Ends(NamedTuple):
    """Where a run left its columns, and what it says of their equilibrium, checked."""

    states: Array  # [rows, n, l]
    gaps: Array  # [l]
    sweeps: Array  # [l]
    real_income: Array  # [n, l]
    transfer_effect: Array  # [n, l]
    residual: Array  # [l]
    walras: Array  # [l]


def side_by_side(worlds: Sequence[World], terms: Sequence[TradeTerms] = ()) -> World:
    """The world of all columns, of worlds with the same tables; what differs between them has a trailing axis of them.

    Args:
        terms: the terms of trade of the importers that each column changes.
    """
    first = worlds[0]
    own = [name for name in World._fields if name not in (*SHARED_TABLES, *FROM_TERMS)]
    made = first._replace(**{name: _stacked([getattr(w, name) for w in worlds]) for name in own})
    if not any(len(each.at) for each in terms):
        return made
    taxed = any(each.taxed is not None for each in terms)
    return made._replace(
        rows=_changed_rows(first, terms, taxed),
        taxed=np.zeros_like(first.delivered) if taxed else None,
        backstop=_home_made_in(terms, first.expenditure.shape),
    )


def _stacked(each: Sequence[Any]) -> Any:
    """A trailing axis of all values of a field, or of one where all are the same; None counts as nothing."""
    given = [x for x in each if x is not None]
    if not given:
        return None
    if isinstance(given[0], tuple):
        return type(given[0])(*map(_stacked, zip(*each, strict=True)))
    if np.ndim(given[0]) == 0:
        return given[0]
    if all(x is each[0] for x in each):
        return each[0][..., None]
    return np.stack([np.zeros_like(given[0]) if x is None else x for x in each], axis=-1)


def _changed_rows(w: World, terms: Sequence[TradeTerms], taxed: bool) -> ChangedRows:
    """As many rows for all: who changes fewer has some of the baseline's among them."""
    most, regions = max(len(each.at) for each in terms), w.expenditure.shape[1]
    names = ("delivered", "received", *(("taxed",) if taxed else ()))
    shape = (len(terms), len(w.expenditure), most, regions)
    rows = {name: np.zeros(shape) for name in names}
    importer = np.empty((len(terms), most), np.intp)
    for column, each in enumerate(terms):
        own = len(each.at)
        spare = np.delete(np.arange(regions), each.at)[: most - own]
        importer[column] = np.concatenate([each.at, spare])
        for name, row in rows.items():
            changed = getattr(each, name)
            if changed is not None:
                row[column, :, :own] = changed
            if name != "taxed":
                row[column, :, own:] = getattr(w, name)[:, spare]
    return ChangedRows(importer, rows["delivered"], rows["received"], rows.get("taxed"))


def _home_made_in(terms: Sequence[TradeTerms], shape: tuple[int, int]) -> Array | None:
    """`[j, n, l]` home-made substitutes for what each column bans; None where none bans."""
    if all(each.backstop is None for each in terms):
        return None
    made = np.zeros((*shape, len(terms)))
    for column, each in enumerate(terms):
        if each.backstop is not None:
            made[:, each.at, column] = each.backstop
    return made


def run(
    w: World, start: Array, e: Economy, goal: float, most: int, late: int, correct: Map
) -> Ends:
    """Solve columns until no more than `late` are unfinished.

    Args:
        start: `[rows, n, l]`. e: the baseline. goal: gap at which a column is done.
        most: sweeps after which the run ends. correct: see `paxsilica.model.correction`.
    """
    sectors, sweeps = len(w.expenditure), np.zeros(start.shape[2], int)
    project = partial(equations.regional, sectors=sectors)
    s, waiting = Search(start, project, correct, DEPTH_OF_MANY), np.ones(start.shape[2], bool)
    while waiting.sum() > late and s.evaluations < most:
        s.advance(equations.sweep(w, s.point))
        sweeps += waiting
        waiting = ~(s.best_gap <= goal)
    states = np.where(waiting, s.best, s.point)
    state = equations.unpacked(states, sectors)
    a = equations.accounts(w, state)
    residual, walras = equations.gaps(w, state, a)
    real = np.exp(-equations.consumer_price(w, state.price)) / e.income[:, None]
    lent = (a.income - a.wages - a.revenue) * real - (e.deficit / e.income)[:, None]
    return Ends(states, s.best_gap, sweeps, a.income * real, lent, residual, walras)
