"""What a coalition is worth, by the exact equilibrium: four questions, each a value function over sets of blocs.

    preference    members trade goods with one another free of tariffs: their gain of real income
    leverage      members together sell the adversary nothing of the critical sectors: the adversary's loss
    resilience    the adversary sells no member of the whole alliance anything of the critical sectors; those in the
                  coalition trade these free of tariffs among themselves: how much less its members lose
    coverage      what the members make of each stage of a supply chain, mean over its stages

The first three are million USD of the baseline year, the last per cent of world output. Every equilibrium tells what
each bloc, inside or out, gains or loses, so that the same solves answer who would stay; and how much of that is the
transfer that a trade deficit is, which nobody earned (`Outcome.transfer_effect`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import InputError, nearest
from paxsilica.model import Outcome, Params, solve_many
from paxsilica.model.notes import beyond_the_model
from paxsilica.shock import Shock

Coalition = frozenset[str]

REAL, TRANSFER = 0, 1
"""Real income, and the part of it that the rule for trade deficits gives or takes."""

CRITICAL = ("C26", "C27", "C28", "B07", "B08", "C24B", "B05", "B06", "C19")
"""Sectors of the 28 that hold the layers of the Pax Silica declaration that are traded as goods."""

LAYERS: Mapping[str, tuple[str, ...]] = {
    "compute and semiconductors": ("C26",),
    "advanced manufacturing": ("C27", "C28"),
    "minerals refining and processing": ("B07", "B08", "C24B"),
    "energy": ("B05", "B06", "C19"),
}
"""Layer -> the sectors it is traded in. Applications, models, networks and logistics are services: nothing to ban."""

VALUE_KINDS = {
    "preference": "with free trade of goods",
    "leverage": "in the joint cut",
    "resilience": "while cut off",
}
"""Value function -> its equilibrium, in words."""


@dataclass(frozen=True)
class Bloc:
    """Regions that join and leave together, such as the members of the European Union."""

    name: str
    regions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Setting:
    """The world in which an alliance is valued.

    Attributes:
        blocs: those that may be members. adversary: the regions it is formed against.
        sectors: the critical ones.
        rivals: regions that trade goods with one another free of tariffs whatever the alliance does.

    Raises:
        InputError: no bloc, a region in two blocs, or one that is also the adversary.
        LabelError: an unknown region or sector.
    """

    economy: Economy
    blocs: tuple[Bloc, ...]
    adversary: tuple[str, ...]
    sectors: tuple[str, ...] = CRITICAL
    rivals: tuple[str, ...] = ()
    params: Params = field(default_factory=Params)

    def __post_init__(self) -> None:
        if not self.blocs:
            raise InputError("the alliance is empty; name at least one member")
        seen = {region: "the adversary" for region in self.adversary}
        for bloc in self.blocs:
            for region in bloc.regions:
                if region in seen:
                    raise InputError(
                        f"{region} is in {bloc.name} and in {seen[region]}; name it once"
                    )
                seen[region] = bloc.name
        inside = [
            region for region in self.rivals if seen.get(region, "the adversary") != "the adversary"
        ]
        if inside:
            raise InputError(f"{inside[0]} is a rival and in {seen[inside[0]]}; name it once")
        self.economy.region_indices([*seen, *self.rivals])
        self.economy.sector_indices(self.sectors)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(bloc.name for bloc in self.blocs)

    def positions(self, coalition: Iterable[str]) -> list[int]:
        """Positions of the regions of several blocs in the economy."""
        inside = set(coalition)
        regions = [region for bloc in self.blocs if bloc.name in inside for region in bloc.regions]
        return self.economy.region_indices(regions) if regions else []


@dataclass(eq=False)
class Values:
    """A value function, its equilibria solved as they are asked for and kept.

    Attributes:
        formed: coalitions of which it is noted what is beyond the model.
        gains: coalition -> `[2, bloc + 1]` gain of real income of each bloc, outsiders too, and of the adversary; and
            the part of it that is a transfer, million USD.
    """

    setting: Setting
    kind: str
    formed: Sequence[Coalition] = ()
    gains: dict[Coalition, Array] = field(default_factory=dict)
    _beyond: dict[Coalition, tuple[Note, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in VALUE_KINDS:
            raise InputError(f"unknown value {self.kind!r}{nearest(self.kind, VALUE_KINDS)}")

    def worth(self, coalition: Coalition, part: int = REAL) -> float:
        """v(S), million USD; of it the part that is a transfer where that is asked for."""
        if not coalition:
            return 0.0
        gains = self._gains(coalition)[part]
        if self.kind == "leverage":
            return -float(gains[-1])
        return float(gains[:-1][[name in coalition for name in self.setting.names]].sum())

    def payoff(self, coalition: Coalition, part: int = REAL) -> dict[str, float]:
        """Gain of every bloc, inside or out, against the same world without the alliance, million USD."""
        gains = self._gains(coalition)[part, :-1]
        return dict(zip(self.setting.names, gains.tolist(), strict=True))

    def notes(self) -> tuple[Note, ...]:
        """Why what is formed is beyond the model, if it is: each reason once, the last that is formed deciding its size."""
        self.solve(self.formed)
        told = {note.text: note for formed in self.formed for note in self._beyond[formed]}
        at = VALUE_KINDS[self.kind]
        return tuple(replace(note, text=f"{at}, {note.text}") for note in told.values())

    def _gains(self, coalition: Coalition) -> Array:
        self.solve([coalition])
        return self.gains[coalition] - self.gains[frozenset()]

    def solve(
        self, coalitions: Iterable[Coalition], progress: Callable[[int], None] | None = None
    ) -> None:
        """Solve the equilibria of coalitions that are not known yet. Raises ConvergenceError."""
        new = [s for s in dict.fromkeys([frozenset[str](), *coalitions]) if s not in self.gains]
        if not new:
            return
        e = self.setting.economy
        adversary = e.region_indices(self.setting.adversary)
        members = [self.setting.positions([name]) for name in self.setting.names]

        def keep(at: int, outcome: Outcome) -> None:
            gain = np.array([outcome.real_income - 1.0, outcome.transfer_effect]) * e.income
            sums = [gain[:, regions].sum(1) for regions in (*members, adversary)]
            self.gains[new[at]] = np.stack(sums, 1)
            if new[at] in self.formed:
                self._beyond[new[at]] = beyond_the_model(outcome)

        shocks = (self.shock(coalition) for coalition in new)
        solve_many(e, shocks, self.setting.params, keep=keep, progress=progress)

    def shock(self, coalition: Coalition) -> Shock:
        """What changes when a coalition forms."""
        s, e = self.setting, self.setting.economy
        inside, adversary = s.positions(coalition), e.region_indices(s.adversary)
        critical, goods = e.sector_indices(s.sectors), e.sector_indices(["goods"])
        shock = Shock(e)
        if s.rivals:
            rivals = e.region_indices(s.rivals)
            shock = shock.changed("tariffs", np.ix_(rivals, rivals, goods), 0.0)
        if self.kind == "preference":
            shock = shock.changed("tariffs", np.ix_(inside, inside, goods), 0.0)
        if self.kind == "leverage":
            shock = shock.changed("permitted", np.ix_(adversary, inside, critical), 0.0)
        if self.kind == "resilience":
            shock = shock.changed("tariffs", np.ix_(inside, inside, critical), 0.0)
            members = s.positions(s.names)
            shock = shock.changed("permitted", np.ix_(members, adversary, critical), 0.0)
        return shock
