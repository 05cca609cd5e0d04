"""A cut: what a sender no longer sells to a target, and what the exact equilibrium then does to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.model import Outcome, Params, solve
from paxsilica.shock import Cut


@dataclass(frozen=True, eq=False)
class Grip:
    """What a cut does.

    Attributes:
        cut: in the economy's own labels.
        change: `[n]` change of real income of every region, % of the baseline; a loss is negative.
    """

    cut: Cut
    outcome: Outcome

    @cached_property
    def change(self) -> Array:
        return np.asarray(100 * (self.outcome.real_income - 1))

    def change_of(self, regions: Sequence[str]) -> float:
        """Change of several regions together, % of their income."""
        e = self.outcome.economy
        at = e.region_indices(regions)
        return float((self.change[at] * e.income[at]).sum() / e.income[at].sum())


def cut_off(economy: Economy, cut: Cut, params: Params | None = None) -> Grip:
    """The exact equilibrium after a cut; raises as `Cut.places`."""
    return Grip(cut.on(economy), solve(economy, cut.shock(economy), params or Params()))
