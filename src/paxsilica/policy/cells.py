"""Where a measure acts, and what it does there, on the axes of an economy."""

from __future__ import annotations

import numpy as np

from paxsilica.checks import Array, Bool
from paxsilica.economy import Economy
from paxsilica.errors import FileError, InputError, ScenarioError, gathered
from paxsilica.policy.measure import Effect, FlowMeasure, Ground, Measure
from paxsilica.policy.reach import moved, shares_reached
from paxsilica.shock import INSTRUMENTS


def axis_labels(measure: Measure, economy: Economy) -> dict[str, tuple[str, ...]]:
    """Axis -> labels, of what the measure acts on."""
    return INSTRUMENTS[measure.row.changes].labels(economy)


def axis_noun(axes: tuple[str, ...]) -> str:
    """What measures on these axes act on, inside a sentence."""
    if "importer" in axes:
        return "trade"
    return "use of inputs" if "input" in axes else "production"


def base_of(measure: Measure, economy: Economy) -> Array:
    """On the axes of a measure, million USD of the baseline that it acts on: flows, output, or purchases of inputs."""
    axes = INSTRUMENTS[measure.row.changes].axes
    if "importer" in axes:
        return economy.flows
    return economy.inputs if "input" in axes else economy.output


def on_flows(measure: FlowMeasure, ground: Ground, *where: str | int) -> Effect:
    """What a measure on trade does: to all of what it selects, or to the share that its products hold.

    Args:
        where: the entry of the measure in the file; its own id if none is given.
    """
    effect = on_cells(measure, ground, *where)
    cells = effect.cells
    cells[np.diag_indices(len(cells))] = False
    _refuse_home(measure, ground, bool(cells.any()), *where)
    if not measure.by_product:
        return effect
    cells &= reached(measure, ground, *where) > 0

    def move(levels: Array) -> Array:
        standing = np.zeros(cells.shape)
        standing[cells] = levels
        return moved(measure, standing, ground.names, ground.weights)[cells]

    return Effect(effect.kind, effect.noun, cells, move, effect.where)


def on_cells(measure: Measure, ground: Ground, *where: str | int) -> Effect:
    """What a measure does to all that its labels select. Raises ScenarioError: all labels that mean nothing."""
    problems: list[ScenarioError] = []
    where = where or ("measures", measure.id)
    axes = axis_labels(measure, ground.names.table)
    picked = [picked_on(measure, key, ground, problems, *where) for key in axes]
    if problems:
        raise gathered(problems)
    cells: Bool = np.zeros([len(axis) for axis in axes.values()], bool)
    cells[np.ix_(*picked)] = True
    return Effect(measure.row, measure.kind, cells, measure.applied, (*where, "rate"))


def reached(measure: FlowMeasure, ground: Ground, *where: str | int) -> Array:
    """`[n, i, j]` share of a flow that a measure reaches, see `paxsilica.policy.reach`. Raises ScenarioError."""
    try:
        return shares_reached(measure, ground.names, ground.weights)
    except FileError:
        raise
    except InputError as exc:
        where = where or ("measures", measure.id)
        key = "product" if measure.product else "except"
        raise ground.error(f"measure {measure.id}: {exc}", *where, key) from exc


def picked_on(
    measure: Measure, key: str, ground: Ground, problems: list[ScenarioError], *where: str | int
) -> list[int]:
    """Positions that a dimension of a measure selects; all of them where it is left out."""
    names = ground.names
    axis, find = names.table.regions, names.regions
    if key in ("input", "sector"):
        axis, find = names.table.sectors, names.sectors
    written = getattr(measure, key)
    chosen: dict[tuple[str, ...], str] = {} if written else {axis: ""}
    for at, label in enumerate(written or ()):
        try:
            found = find([label])
            if (same := chosen.setdefault(found, label)) != label:
                raise InputError(f"{same} and {label} are the same; keep one")
        except InputError as exc:
            problems.append(ground.error(f"measure {measure.id}: {exc}", *where, key, at))
    return sorted({axis.index(label) for labels in chosen for label in labels})


def _refuse_home(
    measure: FlowMeasure, ground: Ground, any_foreign: bool, *where: str | int
) -> None:
    buyers, sellers = (
        [ground.names.one(label) for label in side or ()]
        for side in (measure.importer, measure.exporter)
    )
    both = [region for region in buyers if region and region in sellers]
    if any_foreign and not both:
        return
    what = "no flow between two regions is selected"
    if both:
        what = f"{both[0]} is named as importer and as exporter"
    raise ground.error(
        f"measure {measure.id}: {what}; a region cannot {measure.row.verb} itself: "
        "name its partners only, or use a group",
        *(where or ("measures", measure.id)),
        "importer",
    )
