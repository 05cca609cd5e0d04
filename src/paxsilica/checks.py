"""Checks at the border: numbers, labels, signs. Each refusal is one line that names the place and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paxsilica.errors import MOST_SHOWN, EconomyError, InputError, LabelError, nearest
from paxsilica.files import printable

Array = NDArray[np.float64]
Bool = NDArray[np.bool_]

LARGEST_CLIP = 0.10
"""Share of world final spending above which negative final spending is refused rather than clipped."""

LARGEST_VALUE = 1e30
"""Of one cell of a table, in any unit: sums and products of smaller ones cannot overflow."""

LARGEST_TARIFF = 1e4
"""A decimal: a million per cent. The highest tariffs on record are a few thousand per cent."""

SMALLEST_THETA, LARGEST_THETA = 0.01, 1000.0
"""Published trade elasticities lie between 0.6 and 65; far outside, prices no longer fit into a number."""

NOTHING = 1e-12
"""Share of output or spending below which what is left of it is rounding."""

TINY = float(np.finfo(float).tiny)
"""What stands below a fraction line in place of zero."""


def freeze(values: Array) -> Array:
    """The same array, read-only."""
    values.setflags(write=False)
    return values


def as_array(
    name: str, values: ArrayLike, shape: tuple[int, ...], error: type[Exception] = EconomyError
) -> Array:
    """A fresh float64 copy of `values`, a scalar spread to `shape`. Raises `error`: no numbers, or another shape."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as exc:
        raise error(f"{name} must be numbers: {exc}") from exc
    if array.ndim and array.shape != shape:
        raise error(f"{name} has shape {array.shape}, expected {shape}")
    return np.array(np.broadcast_to(array, shape), dtype=np.float64, order="C")


LONGEST_LABEL = 200
"""Characters of a label or of its readable name; the longest official title of a packaged sector has 122."""


def check_labels(axis: str, labels: tuple[str, ...]) -> None:
    """Raises EconomyError where an axis has no label, one of them twice, or one that cannot be read on a screen."""
    if not labels:
        raise EconomyError(f"{axis} is empty; give at least one label")
    for at, label in enumerate(labels, 1):
        if not label.strip():
            raise EconomyError(f"{axis} entry {at} is blank; give every one a label")
        if label != label.strip() or not label.isprintable():
            raise EconomyError(
                f"{axis} entry {at}, {label[:40]!r}, has a line break, a control character or blanks around it; "
                "write plain text in one line"
            )
        _check_length(f"{axis} entry {at}, {label[:40]!r},", label)
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise EconomyError(f"{axis} holds {twice[0]} more than once; labels must be unique")


def check_share(share: float) -> None:
    """Raises InputError where a cut is of no part of what is sold, or of more than all."""
    if not 0 < share <= 1:
        raise InputError(
            f"a cut of {100 * share:.12g}% is not possible; give a share above 0%, at most 100%"
        )


def check_names(axis: str, names: Mapping[str, str]) -> None:
    """Raises EconomyError where the readable name of a label is blank, does not fit into one line, or is endless."""
    for label, name in names.items():
        what = f"the name of {axis} {label!r}"
        if not name.strip() or not name.isprintable():
            raise EconomyError(f"{what} is {name[:40]!r}; write plain text in one line")
        _check_length(what, name)


def check_notes(texts: Iterable[str]) -> None:
    """Raises EconomyError at the first note of which a terminal would obey a part."""
    for text in texts:
        if printable(text) != text:
            what = f"the note {text[:40]!r} has a line break or a control character"
            raise EconomyError(f"{what}; write plain text in one line")


def _check_length(what: str, text: str) -> None:
    if len(text) > LONGEST_LABEL:
        limit = f"write at most {LONGEST_LABEL}"
        raise EconomyError(f"{what} has {len(text):,} characters; {limit}")


def adds_up(flows: Array, tariffs: Array, inputs: Array) -> bool:
    """Whether the accounts mean something: finite, of ordinary size, and next to nothing of the money negative."""
    if not all((np.abs(values) <= LARGEST_VALUE).all() for values in (flows, tariffs, inputs)):
        return False
    money = (flows, inputs)
    return all(-np.minimum(x, 0.0).sum() <= LARGEST_CLIP * np.abs(x).sum() for x in money)


def wrong_numbers(name: str, axes: Mapping[str, Sequence[str]], values: Array) -> Iterator[str]:
    """What no table of flows, inputs or tariffs can hold: a line for each kind, with the first place.

    Negative flows and inputs have a line each, the largest first, with their share of the table.
    """
    zero_or_more = name != "tariffs"
    limit = LARGEST_VALUE if zero_or_more else LARGEST_TARIFF
    wrong = [
        (np.isnan(values), "is NaN; give 0 where there is no trade"),
        (np.isinf(values), "is infinite; give a finite number"),
    ]
    if zero_or_more:
        wrong.append((values > limit, f"is above {limit:g}; give million USD of one year"))
        yield from _negatives(name, axes, values)
    else:
        home = np.eye(len(values), dtype=bool)[:, :, None]
        taxed = "taxes what a region sells to itself; a tariff is on imports: give 0"
        wrong += [
            (values <= -1.0, "is -100 % or less; a tariff is a decimal such as 0.25"),
            (values > limit, f"is above {limit:.0%}; a tariff is a decimal such as 0.25"),
            (home & (values != 0.0), taxed),
        ]
    for bad, why in wrong:
        if bad.any():
            yield at_first(name, axes, bad, why)


def _negatives(name: str, axes: Mapping[str, Sequence[str]], values: Array) -> Iterator[str]:
    if not (below := int((values < 0.0).sum())):
        return
    sound = np.where(np.abs(values) <= LARGEST_VALUE, values, 0.0)
    whole = max(float(np.abs(sound).sum()), TINY)
    for at in np.argsort(values, axis=None, kind="stable")[: min(below, MOST_SHOWN)]:
        place, value = _cell_of(name, axes, int(at)), float(values.flat[at])
        share = f"{value:g}, {100 * -value / whole:.2g} % of all {name}"
        yield f"{place} is negative ({share}); net it out before loading and say so in a note"
    if below > MOST_SHOWN:
        yield f"{name}: {below - MOST_SHOWN} more are negative"


def wrong_theta(sectors: Sequence[str], theta: Array) -> Iterator[str]:
    """Every trade elasticity that is not a positive number of ordinary size."""
    for sector, value in zip(sectors, theta.tolist(), strict=True):
        if not SMALLEST_THETA <= value <= LARGEST_THETA:
            yield f"trade_elasticity of sector {sector} {theta_remedy(value)}"


def theta_remedy(value: float) -> str:
    """What to write in place of a trade elasticity that is out of range."""
    if value < 0:
        return (
            f"is negative ({value:g}); write its size, {-value:g}: theta; a published {value:g} is that of "
            f"trade, and sigma is then {1 - value:g}"
        )
    return f"must be a number from {SMALLEST_THETA:g} to {LARGEST_THETA:g} (theta = sigma - 1), not {value:g}"


def wrong_accounts(
    axes: Mapping[str, Sequence[str]],
    unit: str,
    output: Array,
    inputs: Array,
    final_unclipped: Array,
) -> Iterator[str]:
    """Where the table does not balance, or leaves a region nothing to earn or to spend.

    Args:
        axes: of inputs, with their labels.
        output: `[i, j]`. inputs: `[n, k, j]`. final_unclipped: `[n, k]` purchases less inputs, perhaps negative.
    """
    regions, sectors = axes["region"], axes["sector"]
    for sector in compress(sectors, output.sum(0) <= 0.0):
        yield f"sector {sector} is produced by nobody; drop it or merge it before loading"
    idle = output.sum(1) <= 0.0
    for region in compress(regions, idle):
        yield f"region {region} produces nothing; drop it or merge it before loading"
    excess = inputs.sum(1) - output
    scale = np.maximum(output + 1e-9 * output.sum(1, keepdims=True), TINY)
    over = excess > 1e-9 * scale
    for n, j in sorted(np.argwhere(over), key=lambda at: -excess[*at] / scale[*at]):
        yield (
            f"the table does not balance: sector {sectors[j]} of {regions[n]} buys inputs for "
            f"{inputs[n, :, j].sum():.6g} but sells only {output[n, j]:.6g} {unit}; "
            "inputs must be duty paid and no larger than output"
        )
    named = idle | over.any(1)
    earned = np.maximum(-excess, 0.0).sum(1) - NOTHING * output.sum(1)
    earns_nothing = (earned <= 0.0) & ~named
    for region in compress(regions, earns_nothing):
        yield (
            f"region {region} has no value added: its inputs take up all of its output; "
            "correct inputs"
        )
    short, left = (float(np.maximum(x, 0.0).sum()) for x in (-final_unclipped, final_unclipped))
    if short > LARGEST_CLIP * left > 0.0:
        n, k = np.argwhere(final_unclipped == final_unclipped.min())[0]
        yield (
            f"the table does not balance: inputs exceed purchases by {short / left:.1%} of world final spending "
            f"(limit {LARGEST_CLIP:.0%}), most in sector {sectors[k]} of {regions[n]}; "
            "check that flows and inputs are in the same unit and year"
        )
    spends_nothing = final_unclipped.sum(1) <= 0.0
    for region in compress(regions, spends_nothing & ~named & ~earns_nothing):
        yield (
            f"region {region} has no final spending: its inputs take up all of its purchases; "
            "correct flows or inputs"
        )


def at_first(name: str, axes: Mapping[str, Sequence[str]], bad: Bool, why: str) -> str:
    """The first entry of `name` that is `bad`, why, and how many more; `axes` maps each axis to its labels."""
    more = f" (and {int(bad.sum()) - 1} more)" if bad.sum() > 1 else ""
    return f"{_cell_of(name, axes, int(np.argmax(bad)))} {why}{more}"


def _cell_of(name: str, axes: Mapping[str, Sequence[str]], at: int) -> str:
    """`flows[importer NOR, exporter VNM, sector C26]` for a position in the flattened array."""
    where = np.unravel_index(at, [len(labels) for labels in axes.values()])
    place = (
        f"{axis} {labels[int(k)]}" for (axis, labels), k in zip(axes.items(), where, strict=True)
    )
    return f"{name}[{', '.join(place)}]"


def indices(
    axis: str,
    labels: Iterable[str],
    valid: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
) -> list[int]:
    """Sorted positions of labels and groups on an axis. Raises LabelError, naming the nearest label.

    A short code that is no region may be another country's, so that it is no misprint of one that is near.
    """
    position = {label: at for at, label in enumerate(valid)}
    chosen: set[int] = set()
    for label in labels:
        members = groups.get(label, (label,)) if label not in position else (label,)
        for member in members:
            if member not in position:
                inside = f" in group {label}" if member != label else ""
                likeness = 1.0 if axis == "region" and len(member) <= 3 else 0.6
                hint = nearest(member, [*valid, *groups], names, likeness)
                raise LabelError(f"unknown {axis} {member!r}{inside}{hint}")
            chosen.add(position[member])
    return sorted(chosen)
