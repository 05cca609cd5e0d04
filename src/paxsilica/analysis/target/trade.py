"""What is counted as trade, in the baseline and in any equilibrium: the flow, its cells, and what moves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.shock import Cells, Shock

Direction = Literal["both", "exports", "imports"]


@dataclass(frozen=True)
class Counted:
    """The trade that a target is about.

    Attributes:
        side, partner: regions. sectors: codes. flow: `exports` of the side, its `imports`, or both.
    """

    side: tuple[str, ...]
    partner: tuple[str, ...]
    sectors: tuple[str, ...]
    flow: Direction = "both"

    def directions(
        self, flow: Direction | None = None
    ) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Importers and exporters of each direction that counts."""
        out, back = (self.partner, self.side), (self.side, self.partner)
        return {"both": [out, back], "exports": [out], "imports": [back]}[flow or self.flow]

    def cells(self, economy: Economy, flow: Direction | None = None) -> Cells:
        """The flows that count, or those of other directions."""
        mask = np.zeros(economy.flows.shape, dtype=bool)
        for importers, exporters in self.directions(flow):
            mask[_mesh(economy, importers, exporters, self.sectors)] = True
        return np.nonzero(mask)

    def money(self, economy: Economy, flows: Array) -> float:
        """Trade that counts, million."""
        return float(flows[self.cells(economy)].sum())

    def by_pair(self, economy: Economy) -> Array:
        """`[side, partner]` trade that counts in the baseline, million."""
        found = np.zeros((len(self.side), len(self.partner)))
        for importers, exporters in self.directions():
            money = economy.flows[_mesh(economy, importers, exporters, self.sectors)].sum(2)
            found += money if importers == self.side else money.T
        return found


@dataclass(frozen=True)
class Pledge:
    """A promise to buy more: million USD a year in the target's year.

    Attributes:
        name: sector or group as written. seller, buyer: regions.
    """

    name: str
    sectors: tuple[str, ...]
    amount: float
    seller: tuple[str, ...]
    buyer: tuple[str, ...]

    def cells(self, economy: Economy) -> Cells:
        """The flows that grow by it."""
        mask = np.zeros(economy.flows.shape, dtype=bool)
        mask[_mesh(economy, self.buyer, self.seller, self.sectors)] = True
        return np.nonzero(mask)


def _mesh(
    economy: Economy, importers: Sequence[str], exporters: Sequence[str], sectors: Sequence[str]
) -> Cells:
    at = economy.region_indices(importers), economy.region_indices(exporters)
    return np.ix_(*at, economy.sector_indices(sectors))


def cheaper(shock: Shock, cells: Cells, factor: float) -> Shock:
    """The same shock with trade costs of some flows times a factor."""
    if factor == 1.0:
        return shock
    return shock.changed("trade_cost", cells, lambda cost: cost * factor)
