"""Scenarios side by side on one baseline, for `solve_many`.

A scenario is a column of every array, and all share the baseline's trade shares: contracting those is one matrix
product for all of them, in which the few importers whose terms a scenario changes are replaced by its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from paxsilica.economy import Array
from paxsilica.model import equations
from paxsilica.model.calibration import TradeTerms
from paxsilica.model.fixed_point import Map
from paxsilica.model.world import ChangedRows, World

SHARED_TABLES = "delivered", "received", "input_shares"
"""Fields of a world that all columns share, and that have no axis of columns."""

FROM_TERMS = "taxed", "backstop", "rows"
"""Fields that the columns' own terms of trade make."""


class Ends(NamedTuple):
    """Where a run left its columns."""

    states: Array  # [rows, n, l]
    gaps: Array  # [l]
    sweeps: Array  # [l]


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
    importer, banned = (
        np.empty((len(terms), most), np.intp),
        any(t.backstop is not None for t in terms),
    )
    backstop = np.zeros((len(w.expenditure), len(terms), most)) if banned else None
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
        if backstop is not None and each.backstop is not None:
            backstop[:, column, :own] = each.backstop
    return ChangedRows(importer, backstop=backstop, **{"taxed": None, **rows})


def run(w: World, start: Array, goal: float, most: int, late: int, correct: Map) -> Ends:
    """Solve columns until no more than `late` are unfinished; the correction alone is their way.

    Args:
        start: `[rows, n, l]`. goal: gap at which a column is done: its state is then one step beyond, and closer.
        most: sweeps after which the run ends. correct: see `paxsilica.model.correction`.
    """
    z, gaps, sweeps = start, np.full(start.shape[2], np.inf), np.zeros(start.shape[2], int)
    waiting, swept = gaps > goal, 0
    while waiting.sum() > late and swept < most:
        gap = equations.sweep(w, z) - z
        z = z + correct(gap)
        gaps, sweeps, swept = equations.largest(gap), sweeps + waiting, swept + 1
        waiting = gaps > goal
    return Ends(z, gaps, sweeps)
