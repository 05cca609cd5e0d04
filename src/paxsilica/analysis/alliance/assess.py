"""An alliance assessed: its worth, what each bloc adds, who would stay, what joining brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.analysis.alliance.burden import Settlement, equal_burdens
from paxsilica.analysis.alliance.game import (
    MOST_EXACT,
    TOLERANCE,
    Game,
    first_in,
    last_in,
    least_core,
    shapley_exact,
    shapley_sampled,
)
from paxsilica.analysis.alliance.joining import joining
from paxsilica.analysis.alliance.layers import RawCoverage, layer_coverage, raw_coverage
from paxsilica.analysis.alliance.roster import Alliance
from paxsilica.analysis.alliance.sets import worths
from paxsilica.analysis.alliance.stability import Membership, Stability, stability
from paxsilica.analysis.alliance.values import (
    CRITICAL,
    LAYERS,
    REAL,
    TRANSFER,
    VALUE_KINDS,
    Bloc,
    Coalition,
    Setting,
    Values,
)
from paxsilica.analysis.band import Band, band_over
from paxsilica.desk import Progress
from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import InputError, LabelError, nearest
from paxsilica.model import Params

if TYPE_CHECKING:
    from paxsilica.analysis.chain import SupplyChain

MOST_PERMUTATIONS = 1000
"""Orders of entry: 16 blocs need up to 15,000 equilibria for them, a quarter of all there are."""

TRADED: Mapping[str, str] = {
    "compute": "compute and semiconductors",
    "manufacturing": "advanced manufacturing",
    "minerals": "minerals refining and processing",
    "energy": "energy",
}
"""Layer of a chain -> the layer of LAYERS whose goods can be cut."""


@dataclass(frozen=True)
class Ask:
    """What is asked of an alliance.

    Attributes:
        after: the members with those who are added. sectors: the critical ones.
        permutations: orders of entry sampled where there are more than 12 blocs.

    Raises:
        LabelError: an unknown kind of value.
        InputError: a kind twice, an adversary or rival inside, a rest of the world that is named, or a number of
            permutations that is odd, below 4 or above 1,000.
    """

    economy: Economy
    after: Alliance
    adversary: tuple[str, ...]
    kinds: tuple[str, ...] = tuple(VALUE_KINDS)
    rivals: tuple[str, ...] = ()
    sectors: tuple[str, ...] = CRITICAL
    params: Params = field(default_factory=Params)
    permutations: int = 40

    def __post_init__(self) -> None:
        for at, kind in enumerate(self.kinds):
            if kind not in VALUE_KINDS:
                raise LabelError(f"unknown value {kind!r}{nearest(kind, VALUE_KINDS)}")
            if kind in self.kinds[:at]:
                raise InputError(f"{kind} is asked for twice; name it once")
        everybody = [
            country for countries in self.after.countries.values() for country in countries
        ]
        for what, regions in (("the adversary", self.adversary), ("a rival", self.rivals)):
            for region in regions:
                if region in everybody:
                    raise InputError(f"{region} is a member and {what}; leave it in one")
                if region not in self.economy.regions:
                    name = self.economy.about.name
                    raise InputError(
                        f"{region} is inside the rest of the world of {name} and cannot be {what}"
                    )
        if len(self.rivals) == 1:
            raise InputError(
                f"{self.rivals[0]} alone is no rival bloc: it trades freely with itself; name two or more"
            )
        self.setting()
        if self.permutations < 4 or self.permutations % 2 or self.permutations > MOST_PERMUTATIONS:
            raise InputError(
                f"{self.permutations} permutations; give an even number from 4 to {MOST_PERMUTATIONS}"
            )

    @property
    def sampled(self) -> bool:
        return len(self.after.everyone) > MOST_EXACT

    @property
    def before(self) -> Alliance:
        """The members alone."""
        return self.after.alone

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the blocs inside before anybody is added."""
        return tuple(bloc.name for bloc in self.before.blocs)

    def setting(
        self,
        economy: Economy | None = None,
        blocs: Sequence[Bloc] | None = None,
        rivals: Sequence[str] = (),
    ) -> Setting:
        """The world that the alliance is valued in; rivals only where given."""
        chosen = self.after.everyone if blocs is None else tuple(blocs)
        return Setting(
            economy or self.economy,
            chosen,
            self.adversary,
            self.sectors,
            tuple(rivals),
            self.params,
        )

    def values(self, kind: str) -> Values:
        """A value function that notes what is beyond the model in the alliance as it is and as it would be."""
        together = [bloc.name for bloc in self.after.everyone]
        return Values(self.setting(), kind, (frozenset(self.members), frozenset(together)))


@dataclass(frozen=True)
class BlocValue:
    """What one bloc brings, million USD of the baseline year.

    Attributes:
        first, last: v({i}) and v(N) - v(N without i). shapley, error: its Shapley value and the standard error.
        own: its own gain when everybody is in, against the same world without the alliance; a cost is negative.
        own_transfer: the part of it that is a transfer.
    """

    name: str
    first: float
    last: float
    shapley: float
    error: float
    own: float
    own_transfer: float


@dataclass(frozen=True)
class KindValue:
    """One value function.

    Attributes:
        before, after: v of the members, and with those added, million USD. transfers: the parts of both that are a
            transfer.
        coalitions: equilibria known. permutations: 0 where all coalitions are.
        epsilon: of the least core, million USD; None where not all coalitions are known. empty: whether the core is.
    """

    kind: str
    before: float
    after: float
    transfers: tuple[float, float]
    blocs: tuple[BlocValue, ...]
    coalitions: int
    permutations: int
    epsilon: float | None
    empty: bool | None


@dataclass(frozen=True)
class LayerValue:
    """One layer of the declaration.

    Attributes:
        by_bloc: bloc -> mean share over the stages of the layer, decimal; before, after: their sums.
        leverage_before, leverage_after: the adversary's loss when the members cut this layer alone, million USD; None
            for layers that are services. cost_after: what that costs those who cut, negative.
    """

    layer: str
    by_bloc: Mapping[str, float]
    before: float
    after: float
    leverage_before: float | None = None
    leverage_after: float | None = None
    cost_after: float | None = None


@dataclass(frozen=True)
class RivalValue:
    """What changes when rivals trade goods free of tariffs among themselves, million USD.

    Attributes:
        alone: v(N) without the rival bloc. facing: with it. harm: what the rival bloc by itself gives the members.
    """

    kind: str
    alone: float
    facing: float
    harm: float


@dataclass(frozen=True, eq=False)
class Assessment:
    """Everything that is known of an alliance and of those who are added.

    Attributes:
        stays: stability of the members, the added outside; and, where somebody is added, of all together.
        payments: side payments that equalise what the members' cut of critical exports costs them.
        joining: newcomer -> band of `joining.QUESTIONS`. sets: band of `sets.worths`; one set alone where none is given.
        traded: layers whose goods can be cut, in the order of `sets`.
        raw_before, raw_after: shares of world exports of raw materials.
        notes: what is beyond the model.
    """

    ask: Ask
    kinds: tuple[KindValue, ...]
    layers: tuple[LayerValue, ...]
    stays: tuple[Stability, ...]
    payments: Settlement
    rivals: tuple[RivalValue, ...]
    raw_before: RawCoverage
    raw_after: RawCoverage
    joining: Mapping[str, Band]
    sets: Band
    traded: tuple[str, ...]
    notes: tuple[Note, ...]


def assess(
    ask: Ask, chain: SupplyChain, economies: Sequence[Economy], progress: Progress | None = None
) -> Assessment:
    """Solve what is asked.

    Args:
        chain: whose layers are covered. economies: balanced, one for each set of elasticities, for the bands.

    Raises:
        ConvergenceError: an equilibrium is not solved.
    """
    values = {
        kind: ask.values(kind)
        for kind in (*ask.kinds, *({"preference", "leverage"} - {*ask.kinds}))
    }
    kinds = tuple(_kind(ask, values[kind], progress) for kind in ask.kinds)
    layers, traded = _layer_values(ask, chain), traded_layers(ask, chain)
    return Assessment(
        ask=ask,
        kinds=kinds,
        layers=layers,
        stays=_who_stays(ask, values["preference"]),
        payments=equal_burdens(ask.setting()),
        rivals=_facing_rivals(ask, values),
        raw_before=raw_coverage(countries_in(ask.before)),
        raw_after=raw_coverage(countries_in(ask.after)),
        joining=_newcomers(ask, economies, progress),
        sets=_over_sets(ask, kinds, layers, traded, economies, progress),
        traded=tuple(traded),
        notes=tuple(note for kind in ask.kinds for note in values[kind].notes()),
    )


def countries_in(alliance: Alliance) -> tuple[str, ...]:
    """Countries of every bloc, those inside the rest of the world too."""
    return tuple(country for countries in alliance.countries.values() for country in countries)


def _kind(ask: Ask, values: Values, progress: Progress | None) -> KindValue:
    names = values.setting.names
    everybody, members = frozenset(names), frozenset(ask.members)
    game = Game(names, values.worth)
    wanted = coalitions(names, ask.permutations if ask.sampled else 0)
    values.solve(wanted, counted(progress, values.kind, len(wanted)))
    found = shapley_sampled(game, ask.permutations) if ask.sampled else shapley_exact(game)
    own, given = values.payoff(everybody), values.payoff(everybody, TRANSFER)
    epsilon = None if ask.sampled or len(names) < 2 else least_core(game)[0]
    least = ask.params.tolerance * float(ask.economy.income.sum())

    def clean(value: float) -> float:
        """Nothing where the solver cannot tell it from nothing."""
        return 0.0 if abs(value) < least else value

    return KindValue(
        kind=values.kind,
        before=clean(values.worth(members)),
        after=clean(values.worth(everybody)),
        transfers=(values.worth(members, TRANSFER), values.worth(everybody, TRANSFER)),
        blocs=tuple(
            BlocValue(
                n,
                clean(first_in(game, n)),
                clean(last_in(game, n)),
                found.value[n],
                found.error[n],
                clean(own[n]),
                given[n],
            )
            for n in names
        ),
        coalitions=len(values.gains),
        permutations=found.permutations,
        epsilon=epsilon,
        empty=None if epsilon is None else epsilon > TOLERANCE * float(abs(game.worths()).max()),
    )


def coalitions(names: Sequence[str], permutations: int = 0) -> tuple[Coalition, ...]:
    """Coalitions that first-in, last-in and the Shapley value need: all, or those of a sample of orders of entry."""
    asked: dict[Coalition, None] = {}

    def note(coalition: Coalition) -> float:
        asked[coalition] = None
        return 0.0

    game = Game(tuple(names), note)
    if permutations:
        shapley_sampled(game, permutations)
        for name in names:
            first_in(game, name), last_in(game, name)
    else:
        game.worths()
    return tuple(asked)


def counted(progress: Progress | None, what: str, total: int) -> Callable[[int], None] | None:
    """`progress` as the solver calls it."""
    return None if progress is None else lambda done: progress(what, done, total)


def _who_stays(ask: Ask, values: Values) -> tuple[Stability, ...]:
    names, members = values.setting.names, frozenset(ask.members)
    game = Membership(names, values.payoff)
    formed = dict.fromkeys((members, frozenset(names)))
    values.solve([coalition ^ {name} for coalition in formed for name in names] + [*formed])
    return tuple(stability(game, coalition) for coalition in formed)


def _layer_values(ask: Ask, chain: SupplyChain) -> tuple[LayerValue, ...]:
    by_bloc = {
        name: layer_coverage(chain, countries) for name, countries in ask.after.countries.items()
    }
    found = []
    for layer in next(iter(by_bloc.values())):
        shares = {name: by_bloc[name][layer] for name in by_bloc}
        value = LayerValue(
            layer, shares, sum(shares[name] for name in ask.before.countries), sum(shares.values())
        )
        sectors = _traded(ask, layer)
        found.append(_cut_alone(ask, value, sectors) if sectors else value)
    return tuple(found)


def _traded(ask: Ask, layer: str) -> tuple[str, ...]:
    """The critical sectors in which a layer is traded; none for a layer of services."""
    return tuple(
        sector for sector in LAYERS.get(TRADED.get(layer, ""), ()) if sector in ask.sectors
    )


def traded_layers(ask: Ask, chain: SupplyChain) -> dict[str, tuple[str, ...]]:
    """Layers of a chain whose goods can be cut -> the critical sectors in which they are traded."""
    layers = dict.fromkeys(stage.layer for stage in chain.stages)
    return {layer: sectors for layer in layers if (sectors := _traded(ask, layer))}


def _over_sets(
    ask: Ask,
    kinds: Sequence[KindValue],
    layers: Sequence[LayerValue],
    traded: Mapping[str, tuple[str, ...]],
    economies: Sequence[Economy],
    progress: Progress | None,
) -> Band:
    def under(economy: Economy) -> Array:
        return worths(ask.setting(economy), ask.members, ask.kinds, traded)

    lost = {layer.layer: layer.leverage_after for layer in layers}
    used = [*(k.before for k in kinds), *(k.after for k in kinds), *(lost[at] for at in traded)]
    own = ask.economy.about.elasticities, np.array(used, dtype=float)
    return band_over(economies, under, own, told=progress)


def _cut_alone(ask: Ask, value: LayerValue, sectors: tuple[str, ...]) -> LayerValue:
    values = Values(replace(ask.setting(), sectors=sectors), "leverage")
    members, everybody = frozenset(ask.members), frozenset(values.setting.names)
    values.solve([members, everybody])
    return replace(
        value,
        leverage_before=values.worth(members),
        leverage_after=values.worth(everybody),
        cost_after=sum(values.payoff(everybody).values()),
    )


def _facing_rivals(ask: Ask, values: Mapping[str, Values]) -> tuple[RivalValue, ...]:
    if not ask.rivals:
        return ()
    found = []
    for kind in ask.kinds:
        alone, facing = values[kind], Values(ask.setting(rivals=ask.rivals), kind)
        everybody, nobody = frozenset(alone.setting.names), frozenset[str]()
        worth = facing.worth(everybody)
        harm = float((facing.gains[nobody] - alone.gains[nobody])[REAL, :-1].sum())
        found.append(RivalValue(kind, alone.worth(everybody), worth, harm))
    return tuple(found)


def _newcomers(
    ask: Ask, economies: Sequence[Economy], progress: Progress | None
) -> dict[str, Band]:
    found = {}
    for newcomer in ask.after.added if economies else ():
        blocs = (*ask.before.blocs, newcomer)

        def under(economy: Economy, who: Bloc = newcomer, blocs: Sequence[Bloc] = blocs) -> Array:
            return joining(ask.setting(economy, blocs), ask.members, who.name)

        own = ask.economy.about.elasticities, under(ask.economy)
        found[newcomer.name] = band_over(economies, under, own, told=progress)
    return found
