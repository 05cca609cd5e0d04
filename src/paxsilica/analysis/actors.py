"""Who acts on whom: the parties of a shock, and the flows between them that it hits.

A party is the regions that the measures treat alike: they impose the same measures and are hit by the
same. Read off the measures in force, each with who imposes it and on whom; where there are none (a shock
made by a program) off the shock, in which importers that change the same flows are one.

Every flow has the weight `M (1 - p exp(-theta |log kappa_hat|))`, with p the share of products permitted
and kappa of tariffs, export taxes and trade costs: what the change would move of it if nothing else
reacted, so that a full ban weighs the whole flow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import date
from itertools import compress

import numpy as np

from paxsilica.checks import Bool
from paxsilica.economy import Array, Economy, abroad
from paxsilica.model import Outcome
from paxsilica.model.welfare import volumes
from paxsilica.policy import Scenario
from paxsilica.policy.measure import Effect
from paxsilica.shock import INSTRUMENTS, Instrument

MOST_PARTIES = 5
"""Parties that a report speaks of one by one; the others that the measures name are one party."""

MOST_FLOWS = 3
LEAST_WEIGHT = 0.02
"""Flows between parties that a report speaks of, and their least share of all that is hit."""


@dataclass(frozen=True)
class Party:
    """Regions that the measures treat alike.

    Attributes:
        key: its label in findings: a region, a group of exactly these members, `A+B`, `others` or `world`.
        regions: the largest first.
        imposes: whether any measure is theirs. taxes: whether any of their tariffs or taxes changes.
    """

    key: str
    regions: tuple[str, ...]
    imposes: bool
    taxes: bool


@dataclass(frozen=True)
class Flow:
    """What one party sells to another, of the sectors that are hit there; keys of parties."""

    exporter: str
    importer: str
    sectors: tuple[str, ...]


@dataclass(frozen=True)
class Actors:
    """Who acts on whom.

    Attributes:
        parties: the hardest hit first and most of the world last.
        flows: between them, the heaviest first.
        ways: the heaviest flow and, where it is hit too, the way back; what is made at home where no flow is.
        moved: where no flow is hit, the flow of a sector between two regions that moves most at the baseline's prices.
    """

    parties: tuple[Party, ...] = ()
    flows: tuple[Flow, ...] = ()
    ways: tuple[Flow, ...] = ()
    moved: Flow | None = None

    def party(self, key: str) -> Party:
        """The party of a key."""
        return next(party for party in self.parties if party.key == key)

    def at(self, key: str, economy: Economy) -> list[int]:
        """Positions of the regions of a party."""
        return economy.region_indices(self.party(key).regions)


Standing = tuple[Bool, bool]
"""`[n]` regions that stand on one side of a measure, and whether it is theirs."""

Together = tuple[list[int], bool]
"""Positions of a party's regions, and whether it imposes."""


def parties_of(
    outcome: Outcome, scenario: Scenario | None = None, as_of: date | None = None
) -> Actors:
    """The parties of an outcome and the flows between them; none where nothing is changed."""
    if scenario is None:
        return _parties_standing(outcome, list(_of_shock(outcome)))
    names = scenario.names(outcome.economy, as_of)
    effects = (e for m in scenario.in_force(as_of) for e in scenario.effects(m, names))
    return parties_among(outcome, effects, names.expanded)


def parties_among(
    outcome: Outcome, effects: Iterable[Effect], groups: Mapping[str, Sequence[str]]
) -> Actors:
    """The same of what some measures do; `groups` have names of their own."""
    return _parties_standing(
        outcome, [role for effect in effects for role in _of_effect(effect)], groups
    )


def _parties_standing(
    outcome: Outcome, roles: Sequence[Standing], named: Mapping[str, Sequence[str]] | None = None
) -> Actors:
    if not roles:
        return Actors()
    e, weight, taxing = outcome.economy, flow_weights(outcome), _taxing(outcome)
    groups, parties = {**e.about.region_groups, **(named or {})}, []
    for at, imposes in _spoken_of(outcome, weight, _alike(roles)):
        regions = tuple(e.regions[n] for n in sorted(at, key=lambda n: -e.income[n]))
        party = Party(_key_of(regions, e, groups), regions, imposes, bool(taxing[at].any()))
        parties.append(party)
    flows = _heaviest(e, weight, parties)
    moved = None if flows else _moved_most(outcome)
    return Actors(tuple(parties), flows, _ways(outcome, parties, flows), moved)


ROUNDING_OF_LOGS = 1e-12
"""Log of a factor on a price that rounding alone may leave."""


def flow_weights(outcome: Outcome) -> Array:
    """`[n, i, j]` million USD of the flow before that the shock would move at unchanged costs; where it only moves money
    between two treasuries, that money."""
    before, s, stood = outcome.before, outcome.shock, outcome.before.shock
    at, weight = np.union1d(s.changed_importers, stood.changed_importers), np.zeros(s.banned.shape)
    dearer = _relative(s.wedge(at), stood.wedge(at))
    wider = _relative(s.take("permitted", at), stood.take("permitted", at))
    left = np.where(wider > 1, 1 / np.maximum(wider, 1), wider)
    change = np.abs(np.log(dearer))
    change[change < ROUNDING_OF_LOGS] = 0.0
    left *= np.exp(-outcome.theta * change)
    handed = np.abs(s.take("export_tax", at) - stood.take("export_tax", at))
    weight[at] = before.flows[at] * np.where(left == 1, handed, 1 - left)
    return weight


def _relative(after: Array, before: Array) -> Array:
    """What a factor or a share became; as it was where nothing was traded."""
    return np.divide(
        after, before, out=np.ones_like(after), where=np.isfinite(before) & (before > 0)
    )


def world_of(economy: Economy) -> str:
    """The label of all regions together in findings."""
    return _free("world", economy.regions)


def hit_of(economy: Economy) -> str:
    """The label of the sectors that are hit in findings."""
    return _free("hit", economy.sectors)


def _free(label: str, taken: Sequence[str]) -> str:
    return _free(f"{label}*", taken) if label in taken else label


def is_crowd(regions: Sized, economy: Economy) -> bool:
    """Whether these are more than half of the regions: they trade with little else than each other."""
    return len(regions) > max(1, len(economy.regions) / 2)


def _key_of(regions: Sequence[str], e: Economy, groups: Mapping[str, Sequence[str]]) -> str:
    """The label of several regions in findings, see `Party.key`."""
    if len(regions) == 1:
        return regions[0]
    if len(regions) == len(e.regions):
        return world_of(e)
    same = next((name for name, members in groups.items() if set(members) == set(regions)), "")
    if same and same not in e.regions:
        return same
    return _free("others", e.regions) if is_crowd(regions, e) else "+".join(sorted(regions))


def _of_effect(effect: Effect) -> Iterator[Standing]:
    kind, cells = effect.kind, effect.cells
    acting = {"exporters": "importer", "importers": "exporter"}.get(kind.aimed_at or "")
    row = INSTRUMENTS[kind.changes]
    if row.sums_to_zero:
        moved = np.zeros(cells.shape)
        moved[cells] = effect.move(moved[cells])
        yield moved < 0, True
        yield moved > 0, False
        return
    yield from _roles(cells, row, acting or row.treasury)


def _of_shock(outcome: Outcome) -> Iterator[Standing]:
    for row, changed in _changed_cells(outcome):
        together = _equal(np.any(changed, axis=2)) if row.on_flows else [list(range(len(changed)))]
        for alike in together:
            cells = np.zeros_like(changed)
            cells[alike] = changed[alike]
            yield from _roles(cells, row, row.treasury)


def _changed_cells(outcome: Outcome) -> Iterator[tuple[Instrument, Bool]]:
    """Each instrument that changes from what stood before, and whether it does in a cell."""
    after, before = outcome.shock, outcome.before.shock
    everywhere = np.arange(len(outcome.economy.regions))
    for name, row in INSTRUMENTS.items():
        if after.changes(name) or before.changes(name):
            changed = after.take(name, everywhere) != before.take(name, everywhere)
            if changed.any():
                yield row, changed


def _roles(cells: Bool, row: Instrument, imposer: str | None) -> Iterator[Standing]:
    """Those on each side of some cells; `imposer` is the axis of the region whose decision it is, if it is anybody's."""
    return ((regions, axis == imposer) for axis, regions in _touched(cells, row).items())


def _touched(cells: Bool, row: Instrument) -> dict[str, Bool]:
    """Axis of regions -> `[n]` those that have any of the cells."""
    axes = {
        at: axis for at, axis in enumerate(row.axes) if axis in ("importer", "exporter", "region")
    }
    others = [tuple(k for k in range(cells.ndim) if k != at) for at in axes]
    return {axis: np.any(cells, along) for axis, along in zip(axes.values(), others, strict=True)}


def _equal(rows: Bool) -> list[list[int]]:
    """Positions of rows that are equal, in the order of the first of each."""
    found: dict[bytes, list[int]] = {}
    for at, row in enumerate(rows):
        found.setdefault(row.tobytes(), []).append(at)
    return list(found.values())


def _alike(roles: Sequence[Standing]) -> list[Together]:
    """The regions that stand on the same sides of the same measures; those on none are left out."""
    stands = np.stack([regions for regions, _ in roles], axis=1)
    theirs = stands & [imposes for _, imposes in roles]
    return [(at, bool(theirs[at].any())) for at in _equal(stands) if stands[at].any()]


def _spoken_of(outcome: Outcome, weight: Array, parties: list[Together]) -> list[Together]:
    """The hardest hit first, the heaviest imposer among them, and the rest in one."""
    e, before = outcome.economy, outcome.before
    gain = (outcome.real_income / before.real_income - 1) * before.income

    def order(party: Together) -> tuple[bool, float]:
        at, _ = party
        return is_crowd(at, e), float(gain[at].sum() / before.income[at].sum())

    parties = sorted(parties, key=order)
    if len(parties) <= MOST_PARTIES:
        return parties
    touched = weight.sum((0, 2)) + weight.sum((1, 2))
    leading = max(parties, key=lambda party: (party[1], float(touched[party[0]].sum())))
    rest = [party for party in parties if party is not leading][MOST_PARTIES - 2 :]
    merged = sorted(n for at, _ in rest for n in at), any(imposes for _, imposes in rest)
    return [*(party for party in parties if party not in rest), merged]


def _taxing(outcome: Outcome) -> Bool:
    """`[n]` True where own tariffs, export taxes or subsidies change on something that is traded or made."""
    e = outcome.economy
    found = np.zeros(len(e.regions), dtype=bool)
    for row, changed in _changed_cells(outcome):
        if row.treasury is not None:
            before = outcome.before
            of = before.flows if row.on_flows else before.output
            of = before.inputs if "input" in row.axes else of
            found |= _touched(changed & (of > 0), row)[row.treasury]
    return found


def _heaviest(e: Economy, weight: Array, parties: Sequence[Party]) -> tuple[Flow, ...]:
    member = np.array([np.isin(e.regions, party.regions) for party in parties], dtype=float)
    by_sector = np.einsum("si,bn,nij->sbj", member, member, weight, optimize=True)
    size = by_sector.sum(2)
    order = np.argsort(-size, axis=None, kind="stable")[:MOST_FLOWS]
    sides = zip(*np.unravel_index(order, size.shape), strict=True)
    return tuple(
        Flow(parties[s].key, parties[b].key, tuple(compress(e.sectors, by_sector[s, b] > 0)))
        for s, b in sides
        if size[s, b] > LEAST_WEIGHT * weight.sum()
    )


def _ways(outcome: Outcome, parties: Sequence[Party], flows: Sequence[Flow]) -> tuple[Flow, ...]:
    if flows:
        first, *others = flows
        back = (first.importer, first.exporter)
        return first, *(f for f in others if (f.exporter, f.importer) == back)
    who, e, before = parties[0], outcome.economy, outcome.before
    moved = before.output * np.abs(np.log(outcome.shock.gate / before.shock.gate))
    helped = outcome.shock.input_subsidy != before.shock.input_subsidy
    moved = moved + (before.inputs * helped).sum(1)
    made = moved[np.isin(e.regions, who.regions)].sum(0) > 0
    return (Flow(who.key, who.key, tuple(compress(e.sectors, made)) or e.sectors),)


def _moved_most(outcome: Outcome) -> Flow | None:
    e = outcome.economy
    change = np.abs(abroad(volumes(outcome) - outcome.before.flows))
    n, i, j = np.unravel_index(int(change.argmax()), change.shape)
    return Flow(e.regions[i], e.regions[n], (e.sectors[j],)) if change[n, i, j] else None
