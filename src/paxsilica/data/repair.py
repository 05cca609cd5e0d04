"""Small defects that every published table has: cells with their size or, within a stated limit, repaired with notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paxsilica.checks import TINY, Array
from paxsilica.data.rows import Filled, Wrong
from paxsilica.economy import Note
from paxsilica.errors import joined

LEAST_VALUE_ADDED = 0.01
"""Share of output that is left as value added where inputs are scaled down to it."""


@dataclass(frozen=True)
class Negative:
    """A value below zero, its `file:line`, and the labels of its cell."""

    array: str
    place: str
    labels: str
    value: float


def mended(
    folder: Path, tables: dict[str, Filled], limit: float, factor: float, wrong: Wrong
) -> tuple[dict[str, Array], list[Note]]:
    """Flows and inputs without negative values, and a note on each repair.

    Args:
        tables: `flows`, and perhaps `inputs`.
        limit: share of world output up to which all repairs together are made; otherwise what is negative is added to
            `wrong`, the largest first. factor: million per unit of the tables.
    """
    arrays = {name: np.maximum(table.columns["value"], 0.0) for name, table in tables.items()}
    output = arrays["flows"].sum(0)
    world = max(float(output.sum()), TINY)
    below = sorted(_below_zero(tables), key=lambda one: one.value)
    spent = arrays["inputs"].sum(1) if "inputs" in arrays else np.zeros_like(output)
    over = (spent > (1 + 1e-9) * output) & (output > 0)
    most = np.where(over, (1 - LEAST_VALUE_ADDED) * output, spent)
    above = float((spent - most).sum())
    moved = (above * bool(limit) - sum(one.value for one in below)) / world
    if moved > limit:
        wrong.append(f"{folder}: {_defects(len(below), moved, limit)}")
        wrong += [
            f"{one.place}: value is negative ({one.value:g}, {-100 * one.value / world:.2g} % of world output)"
            for one in below
        ]
        return arrays, []
    notes = []
    for name in tables:
        if these := [one for one in below if one.array == name]:
            cells = joined((f"{one.labels} ({one.value:g})" for one in these), 20)
            text = f"negative {name} set to zero: {cells}"
            size = -sum(one.value for one in these) * factor
            notes.append(Note(f"negative_{name}_set_to_zero", text, size, of=(name,)))
    if limit and over.any():
        scale = np.divide(most, spent, out=np.ones_like(spent), where=over)
        arrays["inputs"] = arrays["inputs"] * scale[:, None, :]
        regions, _, sectors = tables["inputs"].axes.values()
        cells = joined((f"{regions[n]} {sectors[j]}" for n, j in np.argwhere(over)), 20)
        text = f"inputs above output scaled down to {1 - LEAST_VALUE_ADDED:.0%} of it in: {cells}"
        notes.append(Note("value_added_floor", text, above * factor, of=("inputs",)))
    return arrays, notes


def _below_zero(tables: dict[str, Filled]) -> Iterator[Negative]:
    for name, table in tables.items():
        values = table.columns["value"]
        for cell in map(tuple, np.argwhere(values < 0).tolist()):
            yield Negative(name, table.places[cell], table.labels(cell), float(values[cell]))


def _defects(negative: int, moved: float, limit: float) -> str:
    if limit:
        share = f"{100 * moved:.2g} % of world output, above the limit of {100 * limit:.2g} %"
        return f"repairs ({negative} negative values, inputs above output) would move {share}"
    count = "one value is" if negative == 1 else f"{negative} values are"
    return (
        f"{count} negative, {100 * moved:.2g} % of world output; net them out, or write "
        '`repair = "0.1%"` in about.toml to set them to zero with a note'
    )
