"""Small defects that every published table has: cells with their size or, within a stated limit, repaired with notes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paxsilica.checks import Array
from paxsilica.data.rows import Filled, Wrong
from paxsilica.economy import Note
from paxsilica.errors import joined

LEAST_VALUE_ADDED = 0.01
"""Share of output that is left as value added where inputs are scaled down to it."""


@dataclass(frozen=True)
class Negative:
    """A value below zero; `size` is its share of world output."""

    array: str
    place: str
    labels: str
    value: float
    size: float


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
    world = max(float(output.sum()), np.finfo(float).tiny)
    below = sorted(_below_zero(tables, world), key=lambda one: -one.size)
    spent = arrays["inputs"].sum(1) if "inputs" in arrays else np.zeros_like(output)
    over = (spent > (1 + 1e-9) * output) & (output > 0)
    most = np.where(over, (1 - LEAST_VALUE_ADDED) * output, spent)
    moved = sum(one.size for one in below) + float((spent - most).sum()) / world * bool(limit)
    if moved > limit:
        wrong.append(f"{folder}: {_defects(below, moved, limit)}")
        wrong += [
            f"{one.place}: value is negative ({one.value:g}, {100 * one.size:.2g} % of world output)"
            for one in below
        ]
        return arrays, []
    notes = [_set_to_zero(name, below, world * factor) for name in tables]
    if limit and over.any():
        scale = np.divide(most, spent, out=np.ones_like(spent), where=over)
        arrays["inputs"] = arrays["inputs"] * scale[:, None, :]
        regions, _, sectors = tables["inputs"].axes.values()
        cells = [f"{regions[n]} {sectors[j]}" for n, j in np.argwhere(over)]
        notes.append(_scaled_down(cells, float((spent - most).sum()) * factor))
    return arrays, [note for note in notes if note is not None]


def _below_zero(tables: dict[str, Filled], world: float) -> list[Negative]:
    found = []
    for name, table in tables.items():
        values = table.columns["value"]
        for at in np.argwhere(values < 0):
            cell = tuple(int(k) for k in at)
            value = float(values[cell])
            place = table.places[cell]
            found.append(Negative(name, place, table.labels(cell), value, -value / world))
    return found


def _defects(below: list[Negative], moved: float, limit: float) -> str:
    if limit:
        share = f"{100 * moved:.2g} % of world output, above the limit of {100 * limit:.2g} %"
        return f"repairs ({len(below)} negative values, inputs above output) would move {share}"
    count = "one value is" if len(below) == 1 else f"{len(below)} values are"
    return (
        f"{count} negative, {100 * moved:.2g} % of world output; net them out, or write "
        '`repair = "0.1%"` in about.toml to set them to zero with a note'
    )


def _set_to_zero(name: str, below: list[Negative], world: float) -> Note | None:
    these = [one for one in below if one.array == name]
    if not these:
        return None
    cells = joined([f"{one.labels} ({one.value:g})" for one in these], 20)
    text = f"negative {name} set to zero: {cells}"
    moved = sum(one.size for one in these) * world
    return Note(f"negative_{name}_set_to_zero", text, moved, of=(name,))


def _scaled_down(cells: list[str], moved: float) -> Note:
    text = f"inputs above output scaled down to {1 - LEAST_VALUE_ADDED:.0%} of it in: {joined(cells, 20)}"
    return Note("value_added_floor", text, moved, of=("inputs",))
