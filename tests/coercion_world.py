"""Four regions and three sectors with packaged codes, for what is said of cuts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from worlds import labelled_world

from paxsilica.cut import Cut
from paxsilica.economy import About, Economy, Source
from paxsilica.model import Outcome, Params, solve

NAMES = {"R0": "Northland", "R1": "Eastland", "R2": "Southland", "R3": "Westland"}


def coercion_world() -> Economy:
    about = About(
        name="four lands",
        title="A world of four lands",
        year=2022,
        region_names=NAMES,
        sector_names={"C26": "Computers and electronics", "C28": "Machinery", "SERV": "Services"},
        region_groups={"PAIR": ("R1", "R2")},
        sector_groups={"goods": ("C26", "C28")},
        sources=(Source("Made up", "Nobody", "CC0", "2026", "https://example.org/data"),),
    )
    return labelled_world(3, about, 1e5)


@dataclass(frozen=True)
class Solved:
    """The equilibrium after a cut, solved alone."""

    outcome: Outcome

    @property
    def change(self) -> np.ndarray:
        """`[n]` change of real income of every region, %."""
        return 100 * (self.outcome.real_income - 1)

    def change_of(self, regions) -> float:
        """Change of several regions together, % of their income."""
        e = self.outcome.economy
        return float(np.average(self.change[at := e.region_indices(regions)], weights=e.income[at]))


def cut_off(economy: Economy, cut: Cut, params: Params | None = None) -> Solved:
    return Solved(solve(economy, cut.shock(economy), params or Params()))
