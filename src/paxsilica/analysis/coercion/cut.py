"""A cut: what a sender no longer sells to a target, and what the exact equilibrium then does to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paxsilica.economy import Array, Economy, Shock
from paxsilica.errors import InputError
from paxsilica.model import Outcome, Params, solve


@dataclass(frozen=True, eq=False)
class Grip:
    """What a cut does.

    Attributes:
        senders, targets: regions. sectors: what is no longer sold.
        share: part of the baseline's product range that is cut.
        loss: `[n]` loss of real income of every region, % of the baseline; a gain is negative.
    """

    senders: tuple[str, ...]
    targets: tuple[str, ...]
    sectors: tuple[str, ...]
    share: float
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
            for who in (self.targets, self.senders)
        )
        return float(theirs / ours) if ours > 0 else float("inf")


def cut_shock(
    economy: Economy,
    senders: Sequence[str],
    targets: Sequence[str],
    sectors: Sequence[str],
    share: float = 1.0,
) -> Shock:
    """A ban on what the senders sell to the targets; partial: of that share of every sector's product range.

    Args:
        senders, targets: regions or region groups. sectors: sectors or sector groups.

    Raises:
        LabelError: an unknown region or sector. InputError: a region on both sides, or a share not above 0 and up to 1.
    """
    if not 0 < share <= 1:
        raise InputError(
            f"a cut of {100 * share:.12g}% is not possible; give a share above 0%, at most 100%"
        )
    i, n, j = (
        economy.region_indices(senders),
        economy.region_indices(targets),
        economy.sector_indices(sectors),
    )
    both = sorted(set(i) & set(n))
    if both:
        raise InputError(
            f"{economy.regions[both[0]]} is sender and target; a region cannot be cut off from itself"
        )
    permitted = np.ones(economy.flows.shape)
    permitted[np.ix_(n, i, j)] = 1.0 - share
    return Shock(economy, permitted=permitted)


def cut_off(
    economy: Economy,
    senders: Sequence[str],
    targets: Sequence[str],
    sectors: Sequence[str] = ("goods",),
    share: float = 1.0,
    params: Params | None = None,
) -> Grip:
    """The exact equilibrium in which the senders sell nothing of the sectors to the targets; raises as `cut_shock`."""
    outcome = solve(
        economy, cut_shock(economy, senders, targets, sectors, share), params or Params()
    )
    i, n, j = (
        economy.region_indices(senders),
        economy.region_indices(targets),
        economy.sector_indices(sectors),
    )
    return Grip(
        senders=tuple(economy.regions[at] for at in i),
        targets=tuple(economy.regions[at] for at in n),
        sectors=tuple(economy.sectors[at] for at in j),
        share=share,
        outcome=outcome,
    )
