"""What predictions must beat, fixed before any outcome: no change, the duty times an elasticity, a response by age."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from paxsilica.analysis.score.cells import Scored
from paxsilica.checks import Array

NO_CHANGE, DUTY, REDUCED = "no_change", "duty_times_elasticity", "reduced_form"

ELASTICITY = 2.0
"""Of the value before duty to the duty: what Boehm, Levchenko and Pandalai-Nayar (2023) find after seven to ten years."""


def rivals_of(cells: Scored, response: Mapping[float, float] | None = None) -> dict[str, Array]:
    """Name -> `[c]` log changes in dollars; those that need duties only where they are known for every cell.

    Args:
        response: age in months -> log change of the value before duty for a log change of 1 + duty of 1 (so negative);
            straight lines between the ages, constant beyond them. It needs the ages of the cells; where none is
            known the mean of the others counts.
    """
    found = {NO_CHANGE: np.zeros(len(cells.before))}
    if np.isfinite(cells.duty).all():
        found[DUTY] = -ELASTICITY * cells.duty
        if response and cells.age is not None:
            ages = np.array(sorted(response))
            known = np.where(np.isfinite(cells.age), cells.age, np.nanmean(cells.age))
            strength = np.interp(known, ages, [response[age] for age in ages])
            found[REDUCED] = strength * cells.duty
    return found
