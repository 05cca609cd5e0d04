"""What predictions are held against: the packaged US imports of autumn 2025, and how much such flows usually change.

Both are built by `tools/build_outcomes.py`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from paxsilica.checks import Array
from paxsilica.data.outlook import packaged_outlook
from paxsilica.data.sources import PACKAGED
from paxsilica.names.places import rows

OUTCOME_SOURCE = "us_customs_monthly"
"""Key of the source of both tables in SOURCES.toml."""

AUTUMN_2025 = PACKAGED / "us_imports_autumn_2025.csv"
"""Partner, sector, before, after, duty_before, duty_after; million USD of September to November."""

LEAST_BEFORE, LEAST_AFTER = 30.0, 3.0
"""Million of a period above which a flow counts, before and after: smaller ones are single shipments."""


class UsualChanges(NamedTuple):
    """How much the log of a flow of three months changes from a year to the next, beyond the growth of world GDP.

    Attributes:
        above: `[k]` million USD above which a flow is of a class.
        change: `[k, q]` quantiles at levels `(q + 0.5) / Q`, around the median of the class.
    """

    above: Array
    change: Array

    def of(self, before: Array) -> Array:
        """`[c, q]` of flows by their value before; those below the first class are taken for the first."""
        at = np.searchsorted(self.above, before, side="left") - 1
        return np.asarray(self.change[np.maximum(at, 0)])


@cache
def usual_changes() -> UsualChanges:
    """The packaged table."""
    table = rows(PACKAGED / "us_import_changes.csv")
    levels = [name for name in table[0] if name.startswith("0.")]
    above = np.array([float(row["above"]) for row in table])
    return UsualChanges(above, np.array([[float(row[q]) for q in levels] for row in table]))


def world_growth(first: float, last: float) -> float:
    """Factor by which world GDP in dollars grew from one time to another, as the outlook has it.

    Args:
        first, last: years and parts of a year, in the middle of both periods; GDP is that of the twelve months around them.

    Raises:
        InputError: times that the outlook does not cover.
    """
    return packaged_outlook().growth((), first - 0.5, last - 0.5).world
