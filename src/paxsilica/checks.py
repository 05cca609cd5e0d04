"""Checks at the border: numbers, labels, signs. Each refusal is one line that names the place and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paxsilica.errors import EconomyError, LabelError, nearest
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


def check_numbers(name: str, axes: Mapping[str, Sequence[str]], values: Array) -> None:
    """Raises EconomyError at the first flow, input or tariff that no table can hold."""
    refuse(name, axes, np.isnan(values), "is NaN; give 0 where there is no trade")
    refuse(name, axes, np.isinf(values), "is infinite; give a finite number")
    if name != "tariffs":
        refuse(
            name, axes, values < 0.0, "is negative; net it out before loading and say so in a note"
        )
        refuse(
            name,
            axes,
            values > LARGEST_VALUE,
            f"is above {LARGEST_VALUE:g}; give million USD of one year",
        )
        return
    refuse(name, axes, values <= -1.0, "is -100 % or less; a tariff is a decimal such as 0.25")
    refuse(
        name,
        axes,
        values > LARGEST_TARIFF,
        f"is above {LARGEST_TARIFF:.0%}; a tariff is a decimal such as 0.25",
    )
    home = np.eye(len(values), dtype=bool)[:, :, None]
    refuse(
        name,
        axes,
        home & (values != 0.0),
        "taxes what a region sells to itself; a tariff is on imports: give 0",
    )


def check_theta(sectors: Sequence[str], theta: Array) -> None:
    """Raises EconomyError at the first trade elasticity that is not a positive number of ordinary size."""
    bad = ~((theta >= SMALLEST_THETA) & (theta <= LARGEST_THETA))
    what = f"must be a number from {SMALLEST_THETA:g} to {LARGEST_THETA:g} (theta = sigma - 1)"
    if bad.any():
        at = int(np.argmax(bad))
        raise EconomyError(f"trade_elasticity of sector {sectors[at]} {what}, not {theta[at]:g}")


def check_accounts(
    axes: Mapping[str, Sequence[str]],
    unit: str,
    output: Array,
    inputs: Array,
    final_unclipped: Array,
) -> None:
    """Raises EconomyError where the table does not balance, or leaves a region nothing to earn or to spend.

    Args:
        axes: of inputs, with their labels.
        output: `[i, j]`. inputs: `[n, k, j]`. final_unclipped: `[n, k]` purchases less inputs, perhaps negative.
    """
    regions, sectors = axes["region"], axes["sector"]
    _all_positive(
        output.sum(0),
        sectors,
        "sector {} is produced by nobody; drop it or merge it before loading",
    )
    _all_positive(
        output.sum(1), regions, "region {} produces nothing; drop it or merge it before loading"
    )
    excess = inputs.sum(1) - output
    scale = output + 1e-9 * output.sum(1, keepdims=True)
    if (excess > 1e-9 * scale).any():
        n, j = map(int, np.unravel_index(int(np.argmax(excess / scale)), excess.shape))
        raise EconomyError(
            f"the table does not balance: sector {sectors[j]} of {regions[n]} buys inputs for "
            f"{inputs[n, :, j].sum():.6g} but sells only {output[n, j]:.6g} {unit}; "
            "inputs must be duty paid and no larger than output"
        )
    left = np.maximum(-excess, 0.0).sum(1) - NOTHING * output.sum(1)
    _all_positive(
        left,
        regions,
        "region {} has no value added: its inputs take up all of its output; correct inputs",
    )
    share = -np.minimum(final_unclipped, 0.0).sum() / max(
        np.maximum(final_unclipped, 0.0).sum(), np.finfo(float).tiny
    )
    if share > LARGEST_CLIP:
        n, k = map(int, np.unravel_index(int(np.argmin(final_unclipped)), final_unclipped.shape))
        raise EconomyError(
            f"the table does not balance: inputs exceed purchases by {share:.1%} of world final spending "
            f"(limit {LARGEST_CLIP:.0%}), most in sector {sectors[k]} of {regions[n]}; "
            "check that flows and inputs are in the same unit and year"
        )
    what = "region {} has no final spending: its inputs take up all of its purchases; correct flows or inputs"
    _all_positive(final_unclipped.sum(1), regions, what)


def _all_positive(totals: Array, labels: Sequence[str], message: str) -> None:
    if (totals <= 0.0).any():
        raise EconomyError(message.format(labels[int(np.argmax(totals <= 0.0))]))


def refuse(
    name: str,
    axes: Mapping[str, Sequence[str]],
    bad: NDArray[np.bool_],
    why: str,
    error: type[Exception] = EconomyError,
) -> None:
    """Raises `error` at the first entry of `name` that is `bad`; `axes` maps each axis to its labels, in order."""
    if bad.any():
        where = np.unravel_index(int(np.argmax(bad)), bad.shape)
        place = ", ".join(
            f"{axis} {labels[int(at)]}"
            for (axis, labels), at in zip(axes.items(), where, strict=True)
        )
        more = f" (and {int(bad.sum()) - 1} more)" if bad.sum() > 1 else ""
        raise error(f"{name}[{place}] {why}{more}")


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
