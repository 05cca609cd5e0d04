"""Checks at the border: numbers, labels, signs. Each refusal is one line that names the place and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paxsilica.errors import EconomyError, LabelError, nearest

Array = NDArray[np.float64]


def freeze(values: Array) -> Array:
    """The same array, read-only."""
    values.setflags(write=False)
    return values


def as_array(name: str, values: ArrayLike, shape: tuple[int, ...], error: type[Exception] = EconomyError) -> Array:
    """A fresh float64 copy of `values`, a scalar spread to `shape`. Raises `error`: no numbers, or another shape."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as exc:
        raise error(f"{name} must be numbers: {exc}") from exc
    if array.ndim and array.shape != shape:
        raise error(f"{name} has shape {array.shape}, expected {shape}")
    return np.array(np.broadcast_to(array, shape), dtype=np.float64, order="C")


def check_labels(axis: str, labels: tuple[str, ...]) -> None:
    """Raises EconomyError where an axis has no label or one of them twice."""
    if not labels:
        raise EconomyError(f"{axis} is empty; give at least one label")
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise EconomyError(f"{axis} holds {twice[0]} more than once; labels must be unique")


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
        place = ", ".join(f"{axis} {labels[int(at)]}" for (axis, labels), at in zip(axes.items(), where, strict=True))
        more = f" (and {int(bad.sum()) - 1} more)" if bad.sum() > 1 else ""
        raise error(f"{name}[{place}] {why}{more}")


def indices(
    axis: str,
    labels: Iterable[str],
    valid: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
) -> list[int]:
    """Sorted positions of labels and groups on an axis. Raises LabelError, naming the nearest valid label."""
    position = {label: at for at, label in enumerate(valid)}
    chosen: set[int] = set()
    for label in labels:
        members = groups.get(label, (label,)) if label not in position else (label,)
        for member in members:
            if member not in position:
                inside = f" in group {label}" if member != label else ""
                raise LabelError(f"unknown {axis} {member!r}{inside}" + nearest(member, [*valid, *groups], names))
            chosen.add(position[member])
    return sorted(chosen)
