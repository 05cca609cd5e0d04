"""Measures that follow one another: no day has them all, so a run must say which it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from paxsilica.checks import Bool
from paxsilica.economy import Array
from paxsilica.names import joined
from paxsilica.policy.measure import Measure
from paxsilica.shock import INSTRUMENTS

MOST_NAMES = 6
"""Of measures, days or places in a sentence."""


def interval(measure: Measure) -> tuple[float, float]:
    """From when until when a measure is in force, in days. One of several days counts from noon to
    noon, so that it does not meet the one that replaces it on its last day; one of a single day is
    all of that day."""
    first = measure.from_.toordinal() if measure.from_ else -np.inf
    last = measure.until.toordinal() if measure.until else np.inf
    return (first, last + 1.0) if first == last else (first + 0.5, last + 0.5)


def never_together(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Those of the measures that are never in force together with another of them."""
    if not measures:
        return ()
    begins, ends = np.transpose([interval(measure) for measure in measures])
    late = (begins >= ends.min()) | (ends <= begins.max())
    return tuple(measure for measure, is_late in zip(measures, late, strict=True) if is_late)


class Calendar:
    """When all measures on a cell are in force: if they meet in pairs, they all meet."""

    def __init__(self) -> None:
        self.spans: dict[tuple[str, ...], tuple[Array, Array]] = {}

    def add(self, measure: Measure, cells: Bool) -> None:
        if measure.from_ or measure.until:
            always = np.full(cells.shape, -np.inf), np.full(cells.shape, np.inf)
            axes = INSTRUMENTS[measure.row.changes].axes
            begins, ends = self.spans.setdefault(axes, always)
            first, last = interval(measure)
            begins[cells] = np.maximum(begins[cells], first)
            ends[cells] = np.minimum(ends[cells], last)

    def clash(self) -> tuple[tuple[str, ...], tuple[int, ...]] | None:
        """Axes and position of the first cell whose measures are never in force all at once."""
        for axes, (begins, ends) in self.spans.items():
            for cell in np.argwhere(begins >= ends):
                return axes, tuple(map(int, cell))
        return None


def which_day(measures: Sequence[Measure], where: str) -> str:
    """What to say of measures that follow one another: their dates, and the days to choose."""
    first = measures[:MOST_NAMES]
    on = {
        day: ", ".join(m.id for m in first if m.in_force(day)) for day in sorted(_first_days(first))
    }
    listed = joined([f"{m.id} ({dated(m)})" for m in measures], MOST_NAMES)
    choice = " or ".join(f"`--as-of {day}` ({ids})" for day, ids in on.items())
    which = f"say which day is meant: {choice}, or give `as_of:` in the file"
    return f"measures {listed} follow one another on {where}; {which}"


def _first_days(measures: Sequence[Measure]) -> Iterator[date]:
    """A day of each measure at its beginning, or end, clear of what it replaces."""
    starts, ends = {m.from_ for m in measures}, {m.until for m in measures}
    for measure in measures:
        start, end = measure.from_, measure.until
        if start:
            yield start + timedelta(days=int(start in ends and start != end))
        elif end:
            yield end - timedelta(days=int(end in starts))


def dated(measure: Measure) -> str:
    """`from 2025-08-07 until 2026-02-06`; empty where a measure has no dates."""
    start = f"from {measure.from_}" if measure.from_ else ""
    return f"{start} until {measure.until}".strip() if measure.until else start
