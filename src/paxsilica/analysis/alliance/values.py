"""What a coalition is worth, by the exact equilibrium: three questions, each a value function over sets of blocs.

    preference    members trade goods with one another free of tariffs: their gain of real income
    leverage      members together sell the adversary nothing of the critical sectors: the adversary's loss
    resilience    the adversary sells no member of the whole alliance anything of the critical sectors; those in the
                  coalition trade these free of tariffs among themselves: how much less its members lose

All are million of the baseline's currency, of its year. Every equilibrium tells what
each bloc, inside or out, gains or loses, so that the same solves answer who would stay; and how much of that is the
transfer that a trade deficit is, which nobody earned (`Outcome.transfer_effect`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from paxsilica.analysis.alliance.game import Coalition
from paxsilica.desk import Progress
from paxsilica.economy import Array, Economy, Note
from paxsilica.model import Outcome, Params, solve_many
from paxsilica.model.notes import beyond_the_model
from paxsilica.shock import Shock

REAL, TRANSFER = 0, 1
"""Real income, and the part of it that the rule for trade deficits gives or takes."""

TRADED_IN: Mapping[str, tuple[str, ...]] = {
    "compute": ("C26",),
    "manufacturing": ("C27", "C28"),
    "minerals": ("B07", "B08", "C24B"),
    "energy": ("B05", "B06", "C19"),
}
"""Layer of a chain -> the sectors of the 28 that its goods are traded in. Applications, models, networks and logistics
are services: nothing to ban."""

CRITICAL = tuple(sector for sectors in TRADED_IN.values() for sector in sectors)

VALUE_KINDS = {
    "preference": "with free trade of goods",
    "leverage": "in the joint cut",
    "resilience": "while cut off",
}
"""Value function -> its equilibrium, in words."""


Blocs = Mapping[str, tuple[str, ...]]
"""Name -> regions that join and leave together, such as the members of the European Union."""


@dataclass(frozen=True, eq=False)
class Setting:
    """The world in which an alliance is valued.

    Attributes:
        blocs: those that may be in. members: names of those that are before anybody joins.
        adversary: the regions it is formed against. sectors: the critical ones.
        rivals: regions that trade goods with one another free of tariffs whatever the alliance does.
    """

    economy: Economy
    blocs: Blocs
    members: tuple[str, ...]
    adversary: tuple[str, ...]
    sectors: tuple[str, ...] = CRITICAL
    rivals: tuple[str, ...] = ()
    params: Params = field(default_factory=Params)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.blocs)

    @property
    def formed(self) -> tuple[Coalition, Coalition]:
        """The members before anybody joins, and everybody."""
        return frozenset(self.members), frozenset(self.blocs)

    @property
    def inside(self) -> Array:
        """`[bloc, region]` 1 where a region belongs to a bloc."""
        regions = self.economy.regions
        return np.array([np.isin(regions, of) for of in self.blocs.values()], dtype=float)

    def positions(self, inside: Collection[str]) -> list[int]:
        """Positions of the regions of several blocs in the economy."""
        return self.economy.region_indices(region for name in inside for region in self.blocs[name])


@dataclass(eq=False)
class Values:
    """A value function, one of VALUE_KINDS, its equilibria solved as they are asked for and kept.

    Attributes:
        gains: coalition -> `[2, bloc + 1]` gain of real income of each bloc, outsiders too, and of the adversary; and
            the part of it that is a transfer, million USD.
        outcomes: the equilibria of the coalitions that the setting has formed.
    """

    setting: Setting
    kind: str
    gains: dict[Coalition, Array] = field(default_factory=dict)
    outcomes: dict[Coalition, Outcome] = field(default_factory=dict)

    def change(self, before: Coalition, after: Coalition, part: int = REAL) -> Array:
        """`[bloc + 1]` gain when one coalition takes the place of another, as in `gains`; or its part."""
        self.solve([before, after])
        return np.asarray((self.gains[after] - self.gains[before])[part])

    def worth(self, coalition: Coalition, part: int = REAL) -> float:
        """v(S), million USD; of it the part that is a transfer where that is asked for."""
        if not coalition:
            return 0.0
        gains = self.change(frozenset(), coalition, part)
        if self.kind == "leverage":
            return -float(gains[-1])
        return float(gains[:-1][[name in coalition for name in self.setting.names]].sum())

    def moved(self, before: Coalition, after: Coalition, part: int = REAL) -> dict[str, float]:
        """The change of every bloc, inside or out, million USD."""
        gains = self.change(before, after, part)[:-1]
        return dict(zip(self.setting.names, gains.tolist(), strict=True))

    def payoff(self, coalition: Coalition, part: int = REAL) -> dict[str, float]:
        """What every bloc gains against the same world without the alliance, million USD."""
        return self.moved(frozenset(), coalition, part)

    def notes(self) -> tuple[Note, ...]:
        """Why what was formed and solved is beyond the model, if it is: each reason once, with its size in the larger."""
        found = (self.outcomes[s] for s in self.setting.formed if s in self.outcomes)
        noted = {note.text: note for outcome in found for note in beyond_the_model(outcome)}
        at = VALUE_KINDS[self.kind]
        return tuple(replace(note, text=f"{at}, {note.text}") for note in noted.values())

    def solve(self, coalitions: Iterable[Coalition], progress: Progress | None = None) -> None:
        """Solve the equilibria of coalitions that are not known yet. Raises ConvergenceError."""
        new = [s for s in dict.fromkeys([frozenset[str](), *coalitions]) if s not in self.gains]
        if not new:
            return
        e, adversary = self.setting.economy, self.setting.adversary
        of = np.vstack([self.setting.inside, np.isin(e.regions, adversary)])

        def keep(at: int, outcome: Outcome) -> None:
            if new[at] in self.setting.formed:
                self.outcomes[new[at]] = outcome

        def solved(done: int) -> None:
            if progress is not None:
                progress(self.kind, done, len(new))

        shocks = (self.shock(coalition) for coalition in new)
        batch = solve_many(e, shocks, self.setting.params, keep=keep, progress=solved)
        real, lent = (
            (batch.real_income - 1) * e.income @ of.T,
            batch.transfer_effect * e.income @ of.T,
        )
        self.gains.update(zip(new, np.stack([real, lent], axis=1), strict=True))

    def shock(self, coalition: Coalition) -> Shock:
        """What changes when a coalition forms."""
        s, e = self.setting, self.setting.economy
        inside, adversary = s.positions(coalition), e.region_indices(s.adversary)
        critical, goods = e.sector_indices(s.sectors), e.sector_indices(["goods"])
        rivals, members = e.region_indices(s.rivals), s.positions(s.names)
        to_zero = {
            "preference": [("tariffs", inside, inside, goods)],
            "leverage": [("permitted", adversary, inside, critical)],
            "resilience": [
                ("tariffs", inside, inside, critical),
                ("permitted", members, adversary, critical),
            ],
        }
        shock = Shock(e)
        for name, *flows in [("tariffs", rivals, rivals, goods), *to_zero[self.kind]]:
            shock = shock.changed(name, np.ix_(*flows), 0.0)
        return shock
