"""Flows that were predicted and measured: what is compared, in log changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from paxsilica.analysis.score.bands import SaidChange
from paxsilica.analysis.score.prediction import Prediction
from paxsilica.analysis.score.tables import TOGETHER, FlowRow
from paxsilica.checks import Array, Bool
from paxsilica.data.outcomes import LEAST_AFTER, LEAST_BEFORE
from paxsilica.errors import InputError

LabelT = TypeVar("LabelT")

FAR_APART = 100.0
"""Times that totals may differ before one must be in another unit: a month is a twelfth of a year, a thousand is none."""


@dataclass(frozen=True, eq=False)
class Scored:
    """`[c]` of everything; values in million, changes are logs.

    Attributes:
        importer, partner, sector: labels, members joined by `+`. sectors: the members.
        said: what was predicted, without growth of world income. duty: change of the log of 1 + duty; NaN unknown.
        age: months since the duties changed; None unknown.
    """

    importer: tuple[str, ...]
    partner: tuple[str, ...]
    sector: tuple[str, ...]
    sectors: tuple[tuple[str, ...], ...]
    before: Array
    after: Array
    said: SaidChange
    duty: Array
    age: Array | None = None

    @property
    def measured(self) -> Array:
        """Log changes as they were."""
        return np.asarray(np.log(self.after / self.before))

    def where(self, kept: Bool) -> Scored:
        """Only these cells."""
        at = np.flatnonzero(kept).tolist()

        def texts(of: Sequence[LabelT]) -> tuple[LabelT, ...]:
            return tuple(of[k] for k in at)

        value, low, high, draws = self.said
        return Scored(
            texts(self.importer),
            texts(self.partner),
            texts(self.sector),
            texts(self.sectors),
            self.before[at],
            self.after[at],
            SaidChange(value[at], low[at], high[at], None if draws is None else draws[:, at]),
            self.duty[at],
            None if self.age is None else self.age[at],
        )


class ScoredAndLeft(NamedTuple):
    """Flows to score, and how many rows of the outcomes are none: not predicted, and too small to count."""

    cells: Scored
    not_predicted: int
    too_small: int


def matched(prediction: Prediction, outcomes: Sequence[FlowRow]) -> ScoredAndLeft:
    """Outcomes that were predicted, each beside the sum of what was predicted of its parts; the ends of bands add up too.

    Raises:
        InputError: none was predicted, none is large enough to count, or both are in different units.
    """
    holder = {atom: k for k, cell in enumerate(prediction.cells) for atom in cell.atoms}
    atoms = [len(cell.atoms) for cell in prediction.cells]
    pairs: list[tuple[FlowRow, list[int]]] = []
    for row in outcomes:
        wanted = [(row.importer, p, s) for p in row.partners for s in row.sectors]
        found = {holder.get(atom, -1) for atom in wanted}
        if -1 not in found and sum(atoms[k] for k in found) == len(wanted):
            pairs.append((row, sorted(found)))
    if not pairs:
        raise InputError(
            f"none of the {len(outcomes)} outcomes is predicted: {_one(outcomes)}; predicted are imports of "
            f"{', '.join(prediction.importers[:4])}. Check the importer, partners and sectors of both"
        )
    _refuse_units(prediction, pairs)
    large = [
        (row, of)
        for row, of in pairs
        if row.at("before") > LEAST_BEFORE
        and row.at("after") > LEAST_AFTER
        and prediction.before[of].sum() > 0
        and prediction.after[of].sum() > 0
    ]
    if not large:
        raise InputError(
            f"none of {len(pairs)} flows is above {LEAST_BEFORE:g} million before and {LEAST_AFTER:g} million after; "
            "smaller ones are single shipments, and do not count"
        )
    return ScoredAndLeft(
        _scored(prediction, large), len(outcomes) - len(pairs), len(pairs) - len(large)
    )


def _one(outcomes: Sequence[FlowRow]) -> str:
    row = outcomes[0]
    return f"{row.importer} from {row.partner}, {TOGETHER.join(row.sectors)}, and so on"


def _refuse_units(prediction: Prediction, pairs: Sequence[tuple[FlowRow, Sequence[int]]]) -> None:
    before, after = (sum(row.at(name) for row, _ in pairs) for name in ("before", "after"))
    said = float(prediction.before[[k for _, of in pairs for k in of]].sum())
    for first, second, what in (
        (before, said, "the outcomes and the prediction"),
        (after, before, "after and before"),
    ):
        ratio = first / second if second else 1.0
        if not 1 / FAR_APART < ratio < FAR_APART:
            raise InputError(
                f"{what} differ by a factor of about {max(ratio, 1 / ratio):,.0f} in total: they are in different units; "
                "both must be in million of the same money"
            )


def _scored(prediction: Prediction, pairs: Sequence[tuple[FlowRow, Sequence[int]]]) -> Scored:
    rows = [row for row, _ in pairs]

    def summed(values: Array) -> Array:
        return np.array([values[of].sum() for _, of in pairs])

    before, after = (np.array([row.at(name) for row in rows]) for name in ("before", "after"))
    said, p = summed(prediction.before), prediction
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low, high = (np.log(summed(of) / said) for of in (p.after, p.low, p.high))
        draws = None
        if p.draws is not None:
            of = np.stack([p.draws[:, [*at]].sum(1) for _, at in pairs], axis=1)
            draws = np.log(of / said)
            low, high = np.quantile(draws, [0.1, 0.9], axis=0)
    rates = [
        np.array([row.at(f"duty_{end}") / row.at(end) for row in rows])
        for end in ("before", "after")
    ]
    age = None
    if p.age is not None:
        age = summed(p.age * p.before) / said
    return Scored(
        tuple(row.importer for row in rows),
        tuple(row.partner for row in rows),
        tuple(TOGETHER.join(row.sectors) for row in rows),
        tuple(row.sectors for row in rows),
        before,
        after,
        SaidChange(value, low, high, draws),
        np.log1p(rates[1]) - np.log1p(rates[0]),
        age,
    )
