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
        loss: `[n]` loss of real income of every region, % of the baseline; a gain is negative.
    """

    cut: Cut
    outcome: Outcome

    @cached_property
    def loss(self) -> Array:
        return np.asarray(100 * (1 - self.outcome.real_income))

    def loss_of(self, regions: Sequence[str]) -> float:
        """Loss of several regions together, % of their income."""
        e = self.outcome.economy
        at = [e.regions.index(region) for region in regions]
        return float((self.loss[at] * e.income[at]).sum() / e.income[at].sum())

    @property
    def ratio(self) -> float:
        """Targets' loss over senders', in money; infinite where the senders lose nothing or gain."""
        e = self.outcome.economy
        theirs, ours = (
            sum(self.loss[e.regions.index(r)] * e.income[e.regions.index(r)] for r in who)
            for who in (self.cut.targets, self.cut.senders)
        )
        return float(theirs / ours) if ours > 0 else float("inf")


def cut_off(economy: Economy, cut: Cut, params: Params | None = None) -> Grip:
    """The exact equilibrium after a cut; raises as `Cut.places`."""
    return Grip(cut.on(economy), solve(economy, cut.shock(economy), params or Params()))
