"""A supply chain as a graph of stages: what each makes, where it is made, and what it is made from.

Everything is a share of the baseline year's world output, so that a stage s makes Y_s = 1 in the baseline. OTHER are
the suppliers that the source does not name. Plants buy where they like unless an `Outage` forbids it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica.economy import Array, Note, Source
from paxsilica.errors import ChainError, InputError, nearest
from paxsilica.names import Names
from paxsilica.names.places import OTHER, country_names
from paxsilica.policy.reader import Where
from paxsilica.policy.values import show_percent

LINK_KINDS = ("use", "is", "make")
"""How a stage acts on a sector."""

BASES = ("plant", "headquarters", "capacity", "count", "imports")
"""What the shares of a stage are of: output by place of the plant, output by headquarters of the firm, capacity by
place of the plant, a number of things, which is no measure of their size, or what one country imports, by origin."""

LAYERS = (
    "applications",
    "models",
    "networks",
    "compute",
    "manufacturing",
    "logistics",
    "minerals",
    "energy",
)
"""The parts of the supply chain that the Pax Silica declaration of December 2025 names."""

EQUAL = 1e-9
"""Shares and outputs that differ by less are equal."""


Flaw = tuple[Where, str]
"""A rule that a chain breaks: where, as in `("stages", "ore", "shares")`, and what is wrong and what to do."""


@dataclass(frozen=True)
class Input:
    """What a stage uses of another.

    Attributes:
        stage: id of the stage whose product is used.
        weight: the user's part of that product, relative to the weights of the product's other users in the chain.
        substitutable: share of this input that the user can do without, decimal.
    """

    stage: str
    weight: float = 1.0
    substitutable: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Stage:
    """One step of production.

    Attributes:
        shares: country -> share of the world's output, decimal; what is missing to 1 is OTHER. None: no country data.
        missing: countries that make some of it, how much no source says; never zero, and outside the shares.
        year: of the shares. source: key in `SupplyChain.sources`. basis: what they are shares of, one of BASES.
        capital: the product is a machine that its users keep for years: without it they make what they made, and do
            not grow. `over_time` does not need it; all else counts it, as in the long run.
        layer: one of LAYERS, or empty.
        stock: held by the users of the product, days of their normal use; None: unknown.
        rebuild: days until lost capacity is replaced elsewhere; None: not within any horizon.
        spare: capacity above normal output that can be used at once, share of normal output.
    """

    id: str
    name: str
    inputs: tuple[Input, ...] = ()
    shares: Mapping[str, float] | None = None
    year: int | None = None
    source: str = ""
    layer: str = ""
    basis: str = "plant"
    capital: bool = False
    stock: float | None = None
    rebuild: float | None = None
    spare: float = 0.0
    note: str = ""
    missing: tuple[str, ...] = ()

    def share(self, country: str) -> float:
        """Of a country, or of OTHER, in the stage's world output."""
        named = self.shares or {}
        return max(1.0 - sum(named.values()), 0.0) if country == OTHER else named.get(country, 0.0)


@dataclass(frozen=True)
class Link:
    """Sectors of an economy that a stage acts on.

    Attributes:
        exposed: share of the sectors' world output that depends on the product (`use`), or that it is (`is`, `make`).
        kind: how the stage and the sectors belong together. `use`: the sectors use the product, wherever it is made.
            `is`: the stage is a part of the sectors, place by place. `make`: the sectors sell the product, so that a
            loss of plants is a loss of theirs, and a ban on it a ban on them.
        cost: share of the product in the costs of what depends on it, decimal; None: unknown.
    """

    stage: str
    sectors: tuple[str, ...]
    exposed: float
    source: str = ""
    note: str = ""
    kind: str = "use"
    cost: float | None = None


@dataclass(frozen=True)
class Outage:
    """What is taken out of a chain.

    Attributes:
        suppliers: country codes. stages: whose plants are meant; empty: all.
        buyers: empty: the suppliers' capacity is lost to everybody, themselves included. Else the suppliers' plants
            deliver nothing to plants in these countries, except that a country keeps what it makes itself.
        share: part of the capacity, or of the baseline's deliveries, that is cut.
    """

    suppliers: tuple[str, ...]
    stages: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    share: float = 1.0


@dataclass(frozen=True)
class SupplyChain:
    """Stages in topological order (inputs first), and the products that leave the chain.

    Raises:
        ChainError: the chain breaks a rule; the message names the stage and the remedy.
    """

    name: str
    title: str
    stages: tuple[Stage, ...]
    final: tuple[str, ...]
    sources: Mapping[str, Source] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        for _, text in flaws(self):
            raise ChainError(text, self.name)
        by_id = {stage.id: stage for stage in self.stages}
        order = TopologicalSorter(_graph(self)).static_order()
        object.__setattr__(self, "stages", tuple(by_id[id] for id in order))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Of the stages, in their order."""
        return tuple(stage.id for stage in self.stages)

    def position(self, stage: str) -> int:
        """Of a stage in `stages`; ChainError with the nearest id if there is none."""
        if stage not in self.ids:
            raise ChainError(f"unknown stage {stage!r}" + _nearest_stage(stage, self), self.name)
        return self.ids.index(stage)

    @cached_property
    def ends(self) -> list[int]:
        """Positions of the final products."""
        return [self.position(id) for id in self.final]

    @property
    def digest(self) -> str:
        """sha256 of everything in it."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Every country that a stage names, sorted."""
        return tuple(sorted({country for stage in self.stages for country in stage.shares or {}}))

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The countries and, last, OTHER."""
        return (*self.countries, OTHER)

    @cached_property
    def shares(self) -> Array:
        """`[stage, place]` of baseline world output."""
        return np.array([[stage.share(place) for place in self.places] for stage in self.stages])

    @cached_property
    def capacity(self) -> Array:
        """`[stage, place]` what can be made at once, in shares of baseline world output."""
        return np.asarray(self.shares * [[1 + stage.spare] for stage in self.stages])

    def untold(self, countries: Collection[str]) -> NDArray[np.bool_]:
        """`[stage]` whether no source says what these countries make of it: nothing is known of the stage by country, or
        they have no share of it but one that is missing."""
        found = [
            s.shares is None
            or not (any(map(s.share, countries)) or {*s.missing}.isdisjoint(countries))
            for s in self.stages
        ]
        return np.array(found)

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Ids of the stages without country data."""
        return tuple(stage.id for stage in self.stages if stage.shares is None)

    @cached_property
    def capital(self) -> tuple[str, ...]:
        """Ids of the stages whose product is a capital good."""
        return tuple(stage.id for stage in self.stages if stage.capital)

    @cached_property
    def use(self) -> Array:
        """`[k, s]` u, the part of stage k's output that stage s uses in the baseline; over users they sum to 1."""
        weight = self._by_edge("weight")
        total = weight.sum(1, keepdims=True)
        return np.asarray(weight / np.where(total > 0, total, 1.0))

    @cached_property
    def need(self) -> Array:
        """`[k, s]` u (1 - sigma): what of it s cannot do without."""
        return np.asarray(self.use * (1 - self._by_edge("substitutable")))

    def _by_edge(self, attribute: str) -> Array:
        found = np.zeros((len(self.stages), len(self.stages)))
        for s, stage in enumerate(self.stages):
            for used in stage.inputs:
                found[self.position(used.stage), s] = getattr(used, attribute)
        return found


def _graph(chain: SupplyChain) -> dict[str, list[str]]:
    """Id of every stage -> ids of what it uses."""
    return {stage.id: [used.stage for used in stage.inputs] for stage in chain.stages}


def flaws(chain: Any) -> Iterator[Flaw]:
    """Every rule that a chain, or what is to become one, breaks; of its shape only where all else is in order."""
    if not chain.stages:
        yield ("stages",), "has no stages; list at least one"
    elif not chain.final:
        how = "name the stages whose output leaves the chain: `final: [...]`"
        yield ("final",), f"has no final product; {how}"
    else:
        found = [
            *_flaws_of_ids(chain),
            *(flaw for stage in chain.stages for flaw in _flaws_of(stage, chain)),
            *(flaw for at in range(len(chain.links)) for flaw in _flaws_of_link(at, chain)),
        ]
        yield from found or _flaws_of_shape(chain)


def _flaws_of_ids(chain: SupplyChain) -> Iterator[Flaw]:
    ids = list(_names(chain))
    for id, times in Counter(stage.id for stage in chain.stages).items():
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id):
            text = f"stage id {id[:40]!r} is no valid name; use lower case, digits and hyphens"
            yield ("stages", id), text
        if times > 1:
            yield ("stages", id), f"stage {id} stands twice; keep one or rename it"
    for at, id in enumerate(chain.final):
        if id not in ids:
            yield ("final", at), f"final product {id!r} is no stage{_nearest_stage(id, chain)}"
        elif id in chain.final[:at]:
            yield ("final", at), f"final product {id} stands twice; keep one"


def _flaws_of(stage: Stage, chain: SupplyChain) -> Iterator[Flaw]:
    here: Where = ("stages", stage.id)
    used: set[str] = set()
    for at, given in enumerate(stage.inputs):
        where, what = (*here, "inputs", at), f"stage {stage.id}, input {given.stage}:"
        if given.stage not in _names(chain):
            text = f"stage {stage.id} uses {given.stage!r}, which is no stage"
            yield (*where, "stage"), text + _nearest_stage(given.stage, chain)
        if given.stage in used:
            yield where, f"{what} stands twice; keep one"
        used.add(given.stage)
        if not 0 < given.weight < inf:
            text = f"{what} weight {given.weight:g} must be above 0; drop an input not used"
            yield (*where, "weight"), text
        if not 0 <= given.substitutable <= 1:
            text = f"substitutable {show_percent(given.substitutable)} must be from 0% to 100%"
            yield (*where, "substitutable"), f"{what} {text}"
    yield from _flaws_of_shares(stage, here, chain)
    days = {"stock": stage.stock, "rebuild": stage.rebuild}
    shown = {key: f"{value:g} days" for key, value in days.items() if value is not None}
    for key, text in {**shown, "spare": show_percent(stage.spare)}.items():
        if not 0 <= getattr(stage, key) < inf:
            yield (*here, key), f"stage {stage.id}: {key} {text} must be 0 or more"
    yield from _no_choice(f"stage {stage.id}", "basis", stage.basis, BASES, here)
    yield from _no_choice(f"stage {stage.id}", "layer", stage.layer, ("", *LAYERS), here)


def _no_choice(of: str, key: str, value: str, valid: Sequence[str], here: Where) -> Iterator[Flaw]:
    if value not in valid:
        known = [one for one in valid if one]
        yield (*here, key), f"{of}: unknown {key} {value!r}{nearest(value, known)}"


def _flaws_of_shares(stage: Stage, here: Where, chain: SupplyChain) -> Iterator[Flaw]:
    of, where = f"stage {stage.id}", (*here, "shares")
    if stage.source and stage.source not in chain.sources:
        known = nearest(stage.source, chain.sources) or "; list it under `sources`"
        text = f"source {stage.source!r} is not among `sources`{known}"
        yield (*here, "source"), f"{of}: {text}"
    if stage.shares is None:
        return
    if not stage.source:
        how = "add `source: KEY` and the source to `sources`"
        yield where, f"{of} has shares but no source; {how}"
    if stage.year is None:
        yield where, f"{of} has shares but no year; add `year: 2024`"
    elif not 1900 <= stage.year <= 2100:
        yield (*here, "year"), f"{of}: year {stage.year} is not between 1900 and 2100"
    for country in stage.missing:
        if problem := country_problem(country):
            yield (*where, country), f"{of}: {problem}"
    for country, share in stage.shares.items():
        if problem := country_problem(country):
            yield (*where, country), f"{of}: {problem}"
        if not 0 <= share < inf:
            text = f"share {show_percent(share)} of {country} must be 0% or more"
            yield (*where, country), f"{of}: {text}"
    total = sum(stage.shares.values())
    if total == 0:
        yield where, f"{of}: no country has a share above 0%; write `shares: unknown`"
    if total > 1 + EQUAL:
        text = "they are shares of the world, at most 100% in all"
        yield where, f"{of}: shares sum to {show_percent(total)}; {text}"


def _flaws_of_link(at: int, chain: SupplyChain) -> Iterator[Flaw]:
    here, link = ("links", at), chain.links[at]
    if link.stage not in _names(chain):
        near = _nearest_stage(link.stage, chain)
        yield (*here, "stage"), f"links: {link.stage!r} is no stage{near}"
    if not link.sectors:
        text = f"links: {link.stage} names no sector; list one or drop the link"
        yield (*here, "sectors"), text
    if not 0 < link.exposed <= 1:
        text = f"exposed {show_percent(link.exposed)} must be above 0%, at most 100%"
        yield (*here, "exposed"), f"links: {link.stage}: {text}"
    yield from _no_choice(f"links: {link.stage}", "kind", link.kind, LINK_KINDS, here)
    if link.cost is not None and not 0 <= link.cost <= 1:
        text = f"cost {show_percent(link.cost)} must be from 0% to 100%"
        yield (*here, "cost"), f"links: {link.stage}: {text}"
    if link.source and link.source not in chain.sources:
        near = nearest(link.source, chain.sources)
        yield (*here, "source"), f"links: source {link.source!r} is not among `sources`{near}"


def _flaws_of_shape(chain: SupplyChain) -> Iterator[Flaw]:
    graph = _graph(chain)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as exc:
        circle = list(reversed(exc.args[1]))
        text = f"stages run in a circle: {' uses '.join(circle)}; remove one of these inputs"
        yield ("stages", circle[0], "inputs"), text
        return
    reached = list(chain.final)
    for id in reached:
        reached += [used for used in graph[id] if used not in reached]
    for id in graph:
        if id not in reached:
            what = "name it as an input, add it to `final`, or remove it"
            yield ("stages", id), f"stage {id} leads to no final product; {what}"


def country_problem(code: str) -> str:
    """Why a code names no country, in words; empty if it does."""
    if code == OTHER:
        return "OTHER is what the named shares lack to 100% and cannot be named; leave it out"
    if code in country_names():
        return ""
    try:
        countries = Names().countries([code])
    except InputError as error:
        return str(error)
    some = ", ".join(countries[:3]) + ", ..." * (len(countries) > 3)
    group = f" is a group of {len(countries)} countries" * (len(countries) > 1)
    return f"{code}{group}; write {some}"


def _names(chain: SupplyChain) -> dict[str, str]:
    return {stage.id: stage.name for stage in chain.stages}


def _nearest_stage(id: str, chain: SupplyChain) -> str:
    return nearest(id, _names(chain), _names(chain))
