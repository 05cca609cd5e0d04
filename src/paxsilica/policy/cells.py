"""Where a measure acts, and what it does there, on the axes of an economy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from paxsilica.checks import Array, Bool
from paxsilica.economy import Economy
from paxsilica.errors import FileError, InputError, ScenarioError, gathered
from paxsilica.names.products import material_hint
from paxsilica.policy.measure import Effect, FlowMeasure, Ground, Measure, Rated
from paxsilica.policy.rate_table import FlowParts
from paxsilica.policy.reach import rated_parts, share_within, shares_reached
from paxsilica.shock import INSTRUMENTS

Move = Callable[[Array, Array], Array]
"""Levels that stand, and rates -> levels."""


def axis_labels(measure: Measure, economy: Economy) -> dict[str, tuple[str, ...]]:
    """Axis -> labels, of what the measure acts on."""
    return INSTRUMENTS[measure.row.changes].labels(economy)


def axis_noun(axes: tuple[str, ...]) -> str:
    """What measures on these axes act on, inside a sentence."""
    if "importer" in axes:
        return "trade"
    if axes == ("region",):
        return "income"
    return "use of inputs" if "input" in axes else "production"


def base_of(measure: Measure, economy: Economy) -> Array:
    """On the axes of a measure, million USD of the baseline that it acts on: flows, output, or purchases of inputs."""
    axes = INSTRUMENTS[measure.row.changes].axes
    if "importer" in axes:
        return economy.flows
    return economy.inputs if "input" in axes else economy.output


def on_flows(
    measure: FlowMeasure,
    ground: Ground,
    *where: str | int,
    within: Bool | None = None,
    move: Move | None = None,
) -> Effect:
    """What a measure on trade does: to all of what it selects, or to the share that its products hold.

    Args:
        where: the entry of the measure in the file; its own id if none is given.
        within: `[n, i]` pairs that alone it may reach. move: levels and rates -> levels, in place of the measure's op.
    """
    effect = on_cells(measure, ground, *where)
    cells, names = effect.cells, ground.names
    cells[np.diag_indices(len(cells))] = False
    if within is not None:
        cells &= within[:, :, None]
    _refuse_home(measure, ground, bool(cells.any()), *where, pairs_given=within is not None)
    move = move or (measure.rated if isinstance(measure, Rated) else None)
    applied, shares = measure.applied, None
    if move and isinstance(measure, Rated):
        applied = partial(_to_rate, move, measure.rate)
    if measure.by_product:
        shares = reached(measure, ground, *where)
        cells &= shares > 0
        parts = rated_parts(measure, names, ground.weights)
        if parts and move:
            return replace(effect, goods=measure, applied=partial(_to_rates, move, parts, cells))
    if shares is None:
        return replace(effect, goods=measure, applied=applied)
    own = partial(standing_of, measure, cells, effect.kind.changes, ground)
    stands = None if getattr(measure, "op", "") == "add" else own
    return replace(effect, goods=measure, applied=applied, share=shares[cells], stands=stands)


def standing_of(goods: FlowMeasure, cells: Bool, name: str, ground: Ground) -> Array:
    """`[c]` levels of some goods by what the measures before did to them, each of which may reach but some of them."""
    full = np.zeros(cells.shape)
    full[cells] = ground.stood().at(name, np.nonzero(cells))
    for done in ground.done:
        if (
            done.conditions
            or done.kind.changes != name
            or done.goods is None
            or not (done.cells & cells).any()
        ):
            continue
        part = (
            1.0
            if done.goods.rows
            else share_within(done.goods, goods, ground.names, ground.weights)
        )
        new = full.copy()
        new[done.cells] = done.applied(full[done.cells])
        full = np.where(done.cells, full + part * (new - full), full)
    standing: Array = full[cells]
    return standing


def _to_rate(move: Move, rate: float, levels: Array) -> Array:
    return move(levels, np.full_like(levels, rate))


def _to_rates(move: Move, parts: FlowParts, cells: Bool, levels: Array) -> Array:
    standing = np.zeros(cells.shape)
    standing[cells] = levels
    return parts.moved(standing, move)[cells]


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
            hint = material_hint(label) if key == "sector" else ""
            problems.append(ground.error(f"measure {measure.id}: {exc}{hint}", *where, key, at))
    return sorted({axis.index(label) for labels in chosen for label in labels})


def _refuse_home(
    measure: FlowMeasure,
    ground: Ground,
    any_foreign: bool,
    *where: str | int,
    pairs_given: bool = False,
) -> None:
    buyers, sellers = (
        [ground.names.one(label) for label in side or ()]
        for side in (measure.importer, measure.exporter)
    )
    both = [region for region in buyers if region and region in sellers]
    if any_foreign and (not both or pairs_given):
        return
    what = "no flow between two regions is selected"
    if both and not pairs_given:
        what = f"{both[0]} is named as importer and as exporter"
    raise ground.error(
        f"measure {measure.id}: {what}; a region cannot {measure.row.verb} itself: "
        "name its partners only, or use a group",
        *(where or ("measures", measure.id)),
        "importer",
    )


def all_cells(effects: Sequence[Effect]) -> Bool:
    """Where any of the effects of a measure acts."""
    found: Bool = np.any([effect.cells for effect in effects], axis=0)
    return found


def regions_named(measure: Measure, keys: Sequence[str], ground: Ground) -> list[tuple[str, ...]]:
    """Regions that fields of a measure name, each field. Raises ScenarioError: all labels that mean nothing."""
    problems: list[ScenarioError] = []
    axis = ground.names.table.regions
    where = "measures", measure.id
    picked = [picked_on(measure, key, ground, problems, *where) for key in keys]
    if problems:
        raise gathered(problems)
    return [tuple(axis[n] for n in at) for at in picked]
