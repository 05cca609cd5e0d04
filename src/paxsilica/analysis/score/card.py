"""The report card: every number of a prediction against an outcome, beside its rivals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from paxsilica.analysis.score.bands import covered, outcome_bands
from paxsilica.analysis.score.cells import Scored
from paxsilica.analysis.score.measures import (
    directions,
    fitted,
    less_means,
    mean_error,
    set_aside,
    share_of,
)
from paxsilica.checks import Array, Bool
from paxsilica.data.outcomes import UsualChanges
from paxsilica.findings import Block, Findings, block

PREDICTION, DOWN = "prediction", "always_down"
ALL, WITHOUT, ASIDE, ASIDE_WITHOUT = "all", "without_C26", "set_aside", "set_aside_without_C26"
"""Which cells are scored: all, without computers and electronics, and the partners set aside of each."""

ELECTRONICS = "C26"
GROWN, AS_SAID = "with_growth", "without_growth"
"""With the growth of world income in dollars added to every prediction, and as it was said."""

ACROSS, IN_SECTOR, IN_PARTNER = "all", "within_sector", "within_partner"
BY_VALUE, EQUAL = "by_value", "equal"
LOG_POINTS = 100.0


@dataclass(frozen=True, eq=False)
class Card:
    """What is scored.

    Attributes:
        rivals: name -> `[c]` log changes in dollars. growth: log growth of world income in dollars, None not known.
        usual: what such flows do anyway. seed: of the bootstrap.
    """

    cells: Scored
    rivals: Mapping[str, Array]
    usual: UsualChanges
    growth: float | None = None
    seed: int = 0

    @property
    def predictors(self) -> dict[str, Array]:
        """The prediction first, then its rivals."""
        return {PREDICTION: self.cells.said.value, **self.rivals}

    @property
    def growths(self) -> dict[str, float]:
        """What is added to every prediction, by name; the one that counts first."""
        grown = {} if self.growth is None else {GROWN: self.growth}
        return {**grown, AS_SAID: 0.0}

    def samples(self) -> dict[str, Bool]:
        """Name -> `[c]` which cells; those that differ from the ones before and hold any."""
        c = self.cells
        aside, every = set_aside(c.partner), np.ones(len(c.before), dtype=bool)
        others = np.array([ELECTRONICS not in of for of in c.sectors])
        apart = np.array([one in aside for one in c.partner])
        found = {ALL: every}
        if not others.all():
            found[WITHOUT] = others
        if aside:
            found[ASIDE] = apart
            if WITHOUT in found:
                found[ASIDE_WITHOUT] = apart & others
        return {name: of for name, of in found.items() if of.any()}

    def findings(self) -> Findings:
        """All of it."""
        parts = [self._overall()]
        for name, of in self.samples().items():
            part = Card(
                self.cells.where(of),
                {key: change[of] for key, change in self.rivals.items()},
                self.usual,
                self.growth,
                self.seed,
            )
            blocks = [*part._counts(), *part._errors()]
            if name in (ALL, WITHOUT):
                blocks += [*part._fits(), *part._directions()]
            parts.append(Findings(tuple(blocks)).of(scenario=name).blocks)
        return Findings(tuple(b for part in parts for b in part))

    # ---- of a sample ---------------------------------------------------------------------------

    def _counts(self) -> Iterator[Block]:
        c, growth = self.cells, self._main
        yield block("score_cells", float(len(c.before)))
        yield block("imports_before", c.before.sum())
        yield from _whole_changes(c, growth)

    @property
    def _main(self) -> float:
        return next(iter(self.growths.values()))

    def _errors(self) -> Iterator[Block]:
        """Mean absolute error, plain sign and coverage: what the growth of world income bears on."""
        c = self.cells
        measured = c.measured
        bands = outcome_bands(c.said, self.usual.of(c.before), 0.0)
        for how, growth in self.growths.items():
            for name, change in self.predictors.items():
                error = mean_error(change + growth, measured, c.before)
                same = (change + growth) * measured > 0
                yield block("score_error", LOG_POINTS * error, item=name, point=how)
                if (change + growth).any():
                    sign = 100 * share_of(same, c.before)
                    yield block("score_sign", sign, item=name, point=how)
            for rung, band in bands.items():
                share = 100 * np.mean(covered(measured - growth, band))
                yield block("score_coverage", share, item="outcome_band", rung=rung, point=how)
            policy = covered(measured - growth, (c.said.low, c.said.high))
            if np.isfinite(policy).any():
                share = 100 * np.nanmean(policy)
                yield block("score_coverage", share, item="policy_band", point=how)
        down = 100 * share_of(measured < 0, c.before)
        yield block("score_sign", down, item=DOWN)

    def _fits(self) -> Iterator[Block]:
        c = self.cells
        groups = {
            ACROSS: ["all"] * len(c.before),
            IN_SECTOR: c.sector,
            IN_PARTNER: c.partner,
        }
        weights = {BY_VALUE: c.before, EQUAL: np.ones(len(c.before))}
        for name, change in self.predictors.items():
            if not change.any():
                continue
            fits = [
                [fitted(change, c.measured, w, of, c.partner, self.seed) for w in weights.values()]
                for of in groups.values()
            ]
            axes = {"measure": list(groups)}, {"point": list(weights)}
            slopes = np.array([[(fit.slope, *fit.slope_ends) for fit in row] for row in fits])
            others = np.array(
                [[(fit.correlation, *fit.correlation_ends) for fit in row] for row in fits]
            )
            for key, of in (("score_slope", slopes), ("score_correlation", others)):
                value, low, high = np.moveaxis(of, -1, 0)
                yield block(key, value, *axes, low=low, high=high, item=name)

    def _directions(self) -> Iterator[Block]:
        c = self.cells
        for name, change in self.predictors.items():
            right, far = directions(change, c.measured, c.before, c.sector)
            if far:
                yield block("score_direction", 100 * right, item=name)
                yield block("score_directed", 100 * far, item=name)

    # ---- of all cells --------------------------------------------------------------------------

    def _overall(self) -> tuple[Block, ...]:
        found: list[Block] = []
        if self.growth is not None:
            found.append(block("income_growth", 100 * np.expm1(self.growth)))
        for dimension in ("partner", "sector"):
            found += self._along(dimension)
        return (*found, *self._cells())

    def _along(self, dimension: str) -> Iterator[Block]:
        """The same of every partner, or of every sector."""
        labels = getattr(self.cells, dimension)
        for label in dict.fromkeys(labels):
            c = self.cells.where(np.array([one == label for one in labels]))
            of: dict[str, Any] = {dimension: label}
            error = mean_error(c.said.value + self._main, c.measured, c.before)
            yield block("imports_before", c.before.sum(), **of)
            yield from _whole_changes(c, self._main, **of)
            yield block("score_error", LOG_POINTS * error, item=PREDICTION, **of)
            yield block("score_cells", float(len(c.before)), **of)

    def _cells(self) -> Iterator[Block]:
        c, growth = self.cells, self._main
        axis = {"region": c.importer, "partner": c.partner, "sector": c.sector}

        def whole(key: str, values: Array, **more: Any) -> Block:
            return block(key, LOG_POINTS * values, axis, detail=True, **more)

        said = c.said
        ends = {}
        if np.isfinite(said.low).any():
            ends = {
                "low": LOG_POINTS * (said.low + growth),
                "high": LOG_POINTS * (said.high + growth),
            }
        miss = c.measured - said.value - growth
        weight = np.abs(miss) * c.before
        yield block("imports_before", c.before, axis, detail=True)
        yield whole("measured_change", c.measured)
        yield whole("predicted_change", said.value + growth, **ends)
        yield whole("score_miss", miss)
        yield block("miss_share", 100 * weight / (weight.sum() or 1.0), axis, detail=True)
        for name, change in self.rivals.items():
            yield whole("predicted_change", change, item=name)
        for rung, (low, high) in outcome_bands(said, self.usual.of(c.before), growth).items():
            band = {"low": LOG_POINTS * low, "high": LOG_POINTS * high}
            yield whole("outcome_band", said.value + growth, **band, rung=rung)
        for key, change in (("measured_relative", c.measured), ("predicted_relative", said.value)):
            yield whole(key, less_means(change, c.before, c.sector))


def _whole_changes(c: Scored, growth: float, **of: Any) -> Iterator[Block]:
    """Changes of the sum of flows: as they were, and as predicted at the values before."""
    whole = c.before.sum()
    yield block("imports_measured", 100 * (c.after.sum() / whole - 1), **of)
    said = (c.before * np.exp(c.said.value + growth)).sum()
    yield block("imports_predicted", 100 * (said / whole - 1), **of)
