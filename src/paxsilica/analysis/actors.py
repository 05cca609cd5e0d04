"""Who acts on whom: the parties of a shock, and the flows between them that it hits.

A party is the regions that the measures treat alike: they impose the same measures and are hit by the
same. Read off the measures in force, each with who imposes it and on whom; where there are none (a shock
made by a program) off the shock, in which importers that change the same flows are one.

Every flow has the weight `M (1 - p exp(-theta |log kappa_hat|))`, with p the share of products permitted
and kappa of tariffs, export taxes and trade costs: what the change would move of it if nothing else
reacted, so that a full ban weighs the whole flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from paxsilica.checks import Bool
from paxsilica.economy import Array, Economy
from paxsilica.model import Outcome
from paxsilica.policy import Scenario
from paxsilica.policy.measures import KINDS, Measure
from paxsilica.shock import INSTRUMENTS

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
    """Parties, the hardest hit first and most of the world last; and flows, the heaviest first."""

    parties: tuple[Party, ...] = ()
    flows: tuple[Flow, ...] = ()

    def party(self, key: str) -> Party:
        """The party of a key."""
        return next(party for party in self.parties if party.key == key)


@dataclass(frozen=True)
class _Role:
    """`[n]` regions that stand on one side of a measure, and whether it is theirs."""

    regions: Bool
    imposes: bool


def parties_of(
    outcome: Outcome, scenario: Scenario | None = None, as_of: date | None = None
) -> Actors:
    """The parties of an outcome and the flows between them; none where nothing is changed."""
    roles = list(_of_shock(outcome) if scenario is None else _of_measures(outcome, scenario, as_of))
    weight = flow_weights(outcome)
    parties = _merged(outcome, weight, list(_alike(outcome, roles)))
    groups = outcome.economy.about.region_groups
    if scenario is not None:
        groups = {**groups, **scenario.names(outcome.economy, as_of).expanded}
    named = [_named(outcome, at, imposes, groups) for at, imposes in parties]
    flows = _heaviest(
        outcome, weight, [(p.key, at) for p, (at, _) in zip(named, parties, strict=True)]
    )
    return Actors(tuple(named), flows)


def flow_weights(outcome: Outcome) -> Array:
    """`[n, i, j]` million USD of the baseline flow that the shock would move at unchanged costs."""
    e, s, at = outcome.economy, outcome.shock, outcome.shock.changed_importers
    weight = np.zeros(e.flows.shape)
    left = s.take("permitted", at) * np.exp(-outcome.theta * np.abs(np.log(s.wedge(at))))
    weight[at] = e.flows[at] * (1 - left)
    return weight


def key_of(regions: Sequence[str], economy: Economy, groups: Mapping[str, Sequence[str]]) -> str:
    """The label of several regions in findings, see `Party.key`."""
    if len(regions) == 1:
        return regions[0]
    if len(regions) == len(economy.regions):
        return world_of(economy)
    same = next((name for name, members in groups.items() if set(members) == set(regions)), "")
    if same and same not in economy.regions:
        return same
    return (
        _free("others", economy.regions)
        if is_crowd(regions, economy)
        else "+".join(sorted(regions))
    )


def world_of(economy: Economy) -> str:
    """The label of all regions together in findings."""
    return _free("world", economy.regions)


def hit_of(economy: Economy) -> str:
    """The label of the sectors that are hit in findings."""
    return _free("hit", economy.sectors)


def _free(label: str, taken: Sequence[str]) -> str:
    return _free(f"{label}*", taken) if label in taken else label


def is_crowd(regions: Sequence[str], economy: Economy) -> bool:
    """Whether these are more than half of the regions: they trade with little else than each other."""
    return len(regions) > max(1, len(economy.regions) / 2)


# ---- who stands on which side ------------------------------------------------------------------


def _of_measures(outcome: Outcome, scenario: Scenario, as_of: date | None) -> Iterator[_Role]:
    for measure in scenario.in_force(as_of):
        cells = scenario.cells(measure, outcome.economy, as_of)
        yield from _roles(cells, _imposer(measure))


def _imposer(measure: Measure) -> str:
    """The axis of the region whose decision a measure is; nothing where it is nobody's alone."""
    kind = KINDS[measure.kind]
    acting = {"exporters": "importer", "importers": "exporter"}.get(kind.aimed_at or "")
    return acting or INSTRUMENTS[kind.changes].treasury or ""


def _of_shock(outcome: Outcome) -> Iterator[_Role]:
    shape = outcome.economy.flows.shape
    for name, (at, levels) in outcome.shock.rows.items():
        row = INSTRUMENTS[name]
        changed = np.asarray(levels != row.standing_at(outcome.economy, at))
        if not row.on_flows:
            cells = np.zeros((shape[0], 1), dtype=bool)
            cells[at, 0] = True
            yield from _roles(cells, row.treasury or "")
            continue
        partners: dict[bytes, list[int]] = {}
        for k in range(len(at)):
            partners.setdefault(changed[k].any(1).tobytes(), []).append(k)
        for alike in partners.values():
            cells = np.zeros(shape, dtype=bool)
            cells[at[alike]] = changed[alike]
            yield from _roles(cells, row.treasury or "")


def _roles(cells: Bool, imposer: str) -> Iterator[_Role]:
    if cells.ndim < 3:
        yield _Role(np.any(cells, 1), imposer == "region")
        return
    yield _Role(np.any(cells, (1, 2)), imposer == "importer")
    yield _Role(np.any(cells, (0, 2)), imposer == "exporter")


# ---- parties -----------------------------------------------------------------------------------

At = list[int]


def _alike(outcome: Outcome, roles: Sequence[_Role]) -> Iterator[tuple[At, bool]]:
    alike: dict[tuple[bool, ...], At] = {}
    for n in range(len(outcome.economy.regions)):
        alike.setdefault(tuple(bool(role.regions[n]) for role in roles), []).append(n)
    for stands, at in alike.items():
        if any(stands):
            yield at, any(on and role.imposes for on, role in zip(stands, roles, strict=True))


def _merged(
    outcome: Outcome, weight: Array, parties: list[tuple[At, bool]]
) -> list[tuple[At, bool]]:
    """The hardest hit first, the heaviest imposer among them, and the rest in one."""
    e = outcome.economy
    parties.sort(
        key=lambda p: (is_crowd([e.regions[n] for n in p[0]], e), _income_change(outcome, p[0]))
    )
    if len(parties) <= MOST_PARTIES:
        return parties
    touched = weight.sum((0, 2)) + weight.sum((1, 2))
    leading = max(parties, key=lambda p: (p[1], float(touched[p[0]].sum())))
    kept = [p for p in parties if p is not leading][: MOST_PARTIES - 2]
    kept = [p for p in parties if p is leading or p in kept]
    rest = [p for p in parties if p not in kept]
    merged = sorted(n for at, _ in rest for n in at)
    return [*kept, (merged, any(imposes for _, imposes in rest))]


def _income_change(outcome: Outcome, at: At) -> float:
    income = outcome.economy.income[at]
    return float(((outcome.real_income[at] - 1) * income).sum() / income.sum())


def _named(outcome: Outcome, at: At, imposes: bool, groups: Mapping[str, Sequence[str]]) -> Party:
    e = outcome.economy
    order = sorted(at, key=lambda n: -e.income[n])
    regions = tuple(e.regions[n] for n in order)
    taxes = bool(set(at) & set(taxing(outcome)))
    return Party(key_of(regions, e, groups), regions, imposes, taxes)


def taxing(outcome: Outcome) -> list[int]:
    """Regions whose own tariffs, export taxes or subsidies change on something they trade or make."""
    e, found = outcome.economy, np.zeros(len(outcome.economy.regions), dtype=bool)
    for name, (at, levels) in outcome.shock.rows.items():
        row = INSTRUMENTS[name]
        if row.treasury is None:
            continue
        moved = (levels != row.standing_at(e, at)) & (
            (e.flows if row.on_flows else e.output)[at] > 0
        )
        if row.treasury == "exporter":
            found |= moved.any((0, 2))
        else:
            found[at] |= moved.reshape(len(at), -1).any(1)
    return [int(n) for n in np.flatnonzero(found)]


def _heaviest(
    outcome: Outcome, weight: Array, parties: Sequence[tuple[str, At]]
) -> tuple[Flow, ...]:
    e, total = outcome.economy, weight.sum()
    found: list[tuple[float, Flow]] = []
    for seller, i in parties:
        for buyer, n in parties:
            by_sector = weight[np.ix_(n, i)].sum((0, 1))
            if by_sector.sum() > LEAST_WEIGHT * total:
                hit = tuple(e.sectors[j] for j in np.flatnonzero(by_sector))
                found.append((float(by_sector.sum()), Flow(seller, buyer, hit)))
    found.sort(key=lambda f: -f[0])
    return tuple(flow for _, flow in found[:MOST_FLOWS])


def actors_from(plain: Mapping[str, Any]) -> Actors:
    """The actors as `dataclasses.asdict` wrote them, tuples or lists."""
    parties = [Party(**{**p, "regions": tuple(p["regions"])}) for p in plain["parties"]]
    flows = [Flow(**{**f, "sectors": tuple(f["sectors"])}) for f in plain["flows"]]
    return Actors(tuple(parties), tuple(flows))
