"""What differs between two scenarios, what both hold, and the worlds between them.

A player is a measure that one of them alone has, or one that both have under the same id in other words; where the
scenarios stand on other baselines or assumptions, that is a player too. A coalition is the world of the first scenario in
which its players have changed to the second, so that nobody is the first and everybody the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from paxsilica.analysis.alliance.game import Coalition
from paxsilica.analysis.run import Solved
from paxsilica.checks import Bool
from paxsilica.economy import Economy
from paxsilica.policy import Scenario
from paxsilica.policy.cells import all_cells
from paxsilica.policy.describe import clauses
from paxsilica.policy.measure import Effect, Measure
from paxsilica.shock import Shock

WORLD = "baseline and assumptions"
"""The player of what is no measure."""

NAMED = {"id", "source", "note", "from_", "until", "importer", "exporter", "region", "sector"}
"""Fields of a measure that its cells on a day say better, or that say nothing of what it does."""


@dataclass(frozen=True, eq=False)
class InForce:
    """A measure in force, of the scenario and on the day that give its names their meaning; what it does, in words too, and
    whether it is of what stood before."""

    owner: Scenario
    day: date | None
    measure: Measure
    effects: tuple[Effect, ...]
    said: str
    of_base: bool = False

    @cached_property
    def cells(self) -> Bool:
        return all_cells(self.effects)

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """The same for measures that do the same, the rates of a table among it."""
        told, rows = self.measure.model_dump(exclude=NAMED), getattr(self.measure, "rows", None)
        return str(told), self.cells.tobytes(), rows

    def onto(self, shock: Shock, before: Sequence[InForce]) -> Shock:
        alone = self.owner.model_copy(update={"measures": (self.measure,)})
        done = [effect for act in before if not act.of_base for effect in act.effects]
        return alone.compile(shock.economy, self.day, shock, done)

    def replaces(self, other: InForce) -> bool:
        """Whether both are one measure in other words: of one id and kind, and somewhere on the same cells."""
        one, two = self.measure, other.measure
        alike = one.id == two.id and one.kind == two.kind and self.cells.shape == other.cells.shape
        return alike and bool((self.cells & other.cells).any())


@dataclass(frozen=True)
class Player:
    """What differs: `was` of the first scenario and `now` of the second; None where that one has nothing."""

    key: str
    was: InForce | None = None
    now: InForce | None = None


@dataclass(frozen=True)
class Step:
    """An act in the order of both scenarios; `player` is None where it is held, `first` whether it is what was."""

    act: InForce
    player: str | None = None
    first: bool = False

    def acts(self, changed: Coalition) -> bool:
        return self.player is None or (self.player in changed) != self.first


@dataclass(frozen=True, eq=False)
class Plan:
    """What is held, what differs, and the order in which all of it acts."""

    steps: tuple[Step, ...]
    players: tuple[Player, ...]

    @property
    def differing(self) -> list[InForce]:
        """The measures of both that are not held."""
        return [step.act for step in self.steps if step.player is not None]

    def shocks(self, economy: Economy, worlds: Sequence[Coalition]) -> Iterator[Shock]:
        """The shock of each world; what follows from the one before it is quick, see `ordered`."""
        path, last = [Shock(economy)], list[bool]()
        for changed in worlds:
            now = [step.acts(changed) for step in self.steps]
            kept = next(
                (k for k, two in enumerate(zip(now, last, strict=False)) if len({*two}) > 1),
                len(last),
            )
            del path[kept + 1 :]
            for at in range(kept, len(self.steps)):
                step, acts = self.steps[at], now[at]
                before = [s.act for s, on in zip(self.steps[:at], now, strict=False) if on]
                path.append(step.act.onto(path[-1], before) if acts else path[-1])
            last = now
            yield path[-1]

    def ordered(self, worlds: Iterator[Coalition]) -> list[Coalition]:
        """Worlds whose first acts are the same stand together."""
        return sorted(worlds, key=lambda changed: [step.acts(changed) for step in self.steps])


def acts_of(scenario: Scenario, economy: Economy, as_of: date | None = None) -> list[InForce]:
    """The measures in force, those of what stood before first."""
    stood = scenario.before
    first = [replace(act, of_base=True) for act in acts_of(stood, economy)] if stood else []
    day, names = scenario.day(as_of), scenario.names(economy, as_of)
    own = (
        InForce(scenario, day, m, scenario.effects(m, names), clauses([m], names)[0])
        for m in scenario.in_force(as_of)
    )
    return [*first, *own]


def plan_of(one: Solved, two: Solved) -> Plan:
    """What differs between two scenarios, on the axes of the second's baseline."""
    economy = two.outcome.economy
    a, b = (acts_of(s.scenario, economy, s.as_of) for s in (one, two))
    held = _common([act.key for act in a], [act.key for act in b])
    left = [act for at, act in enumerate(a) if at not in {i for i, _ in held}]
    new = [act for at, act in enumerate(b) if at not in {k for _, k in held}]
    players = list[Player]()
    for was in left:
        now = next((act for act in new if act.replaces(was)), None)
        new = [act for act in new if act is not now]
        players.append(Player(was.measure.id, was, now))
    players += [Player(act.measure.id, now=act) for act in new]
    players = [*_distinct(players), *([] if in_one_world(one, two) else [Player(WORLD)])]
    owner = {id(act): p.key for p in players for act in (p.was, p.now) if act is not None}
    steps, done = list[Step](), (0, 0)
    for i, k in [*held, (len(a), len(b))]:
        steps += [Step(act, owner[id(act)], first=True) for act in a[done[0] : i]]
        steps += [Step(act, owner[id(act)]) for act in b[done[1] : k]]
        steps += [Step(act) for act in a[i : i + 1]]
        done = i + 1, k + 1
    return Plan(tuple(steps), tuple(players))


def in_one_world(one: Solved, two: Solved) -> bool:
    """Whether baseline, horizon and every other assumption are the same, so that measures alone differ."""
    a, b = one.outcome, two.outcome
    return a.economy is b.economy and a.params == b.params


def _distinct(players: Sequence[Player]) -> Iterator[Player]:
    """The same with keys of their own."""
    keys = [player.key for player in players]
    for at, player in enumerate(players):
        again = keys[:at].count(player.key)
        yield Player(f"{player.key} {again + 1}", player.was, player.now) if again else player


def _common(a: Sequence[Any], b: Sequence[Any]) -> list[tuple[int, int]]:
    """Positions of the longest sequence that both hold in the same order."""
    most = np.zeros((len(a) + 1, len(b) + 1), dtype=int)
    for i, one in reversed(list(enumerate(a))):
        for k, two in reversed(list(enumerate(b))):
            longer = most[i + 1, k], most[i, k + 1]
            most[i, k] = 1 + most[i + 1, k + 1] if one == two else max(longer)
    found, i, k = list[tuple[int, int]](), 0, 0
    while i < len(a) and k < len(b):
        if a[i] == b[k]:
            found.append((i, k))
            i, k = i + 1, k + 1
        elif most[i + 1, k] >= most[i, k + 1]:
            i += 1
        else:
            k += 1
    return found
