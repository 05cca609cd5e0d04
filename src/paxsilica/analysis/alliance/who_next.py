"""Who should join next: every country outside, by what it would add to the members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from paxsilica.analysis.alliance.assess import Ask, counted, countries_in
from paxsilica.analysis.alliance.game import Game, Next, best_next
from paxsilica.analysis.alliance.layers import layer_coverage, raw_coverage
from paxsilica.analysis.alliance.stability import indifference
from paxsilica.analysis.alliance.values import TRANSFER, Bloc, Coalition, Values
from paxsilica.data.materials import load_material_trade
from paxsilica.desk import Progress
from paxsilica.economy import Note
from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.names.places import OTHER

if TYPE_CHECKING:
    from paxsilica.analysis.chain import SupplyChain


@dataclass(frozen=True)
class Candidate:
    """What a country would add; million USD of the baseline year, None where it is no region of the economy.

    Attributes:
        preference, leverage: v(S + i) - v(S); preference_transfer, leverage_transfer: what of it is a transfer;
        preference_rank, leverage_rank: 1 adds most.
        own_preference, own_leverage: its own gain from joining; a cost is negative.
        members_preference: what the members gain by its joining.
        layers: layer -> mean share over its stages, decimal. raw: mean share of world exports of raw materials.
    """

    code: str
    name: str
    layers: Mapping[str, float]
    raw: float
    preference: float | None = None
    leverage: float | None = None
    preference_rank: int | None = None
    leverage_rank: int | None = None
    preference_transfer: float | None = None
    leverage_transfer: float | None = None
    own_preference: float | None = None
    own_leverage: float | None = None
    members_preference: float | None = None

    @property
    def coverage(self) -> float:
        """Mean over the layers, decimal."""
        return sum(self.layers.values()) / max(len(self.layers), 1)


@dataclass(frozen=True, eq=False)
class WhoNext:
    """Candidates, those that add most to the members' free trade first, then those known by coverage alone.

    Attributes:
        indifferent: a gain up to this, million USD, is none. notes: what of the members is beyond the model.
    """

    ask: Ask
    candidates: tuple[Candidate, ...]
    indifferent: float
    notes: tuple[Note, ...]


def who_next(ask: Ask, chain: SupplyChain, progress: Progress | None = None) -> WhoNext:
    """Every region that is neither member nor adversary nor the rest of the world, one more equilibrium each.

    Raises:
        ConvergenceError: an equilibrium is not solved. InputError: nobody is left to ask.
    """
    e, taken = ask.economy, {*countries_in(ask.before), *ask.adversary, "ROW", OTHER}
    codes = tuple(region for region in e.regions if region not in taken)
    if not codes:
        raise InputError(
            f"every region of {e.about.name} is a member or the adversary; nobody is left to join"
        )
    setting = ask.setting(blocs=(*ask.before.blocs, *(Bloc(code, (code,)) for code in codes)))
    members = frozenset(ask.members)
    values = {kind: Values(setting, kind, (members,)) for kind in ("preference", "leverage")}
    for kind, value in values.items():
        more = [members | {code} for code in codes] + [members]
        value.solve(more, counted(progress, kind, len(more)))
    ranked = {
        kind: {n.player: n for n in best_next(Game(setting.names, v.worth), members, codes)}
        for kind, v in values.items()
    }
    now = {kind: value.payoff(members) for kind, value in values.items()}
    found = [
        replace(
            _covers(chain, code, e.region_name(code)), **_adds(code, members, values, now, ranked)
        )
        for code in ranked["preference"]
    ]
    known = {
        *load_material_trade().countries,
        *(c for stage in chain.stages for c in stage.shares or {}),
    }
    others = [_covers(chain, c, Names().name(c)) for c in sorted(known - taken - {*e.regions})]
    others.sort(key=lambda c: -(c.coverage + c.raw))
    candidates = (*found, *(c for c in others if c.coverage + c.raw > 0))
    told = tuple(note for value in values.values() for note in value.notes())
    return WhoNext(ask, candidates, indifference(now["preference"]), told)


def _covers(chain: SupplyChain, code: str, name: str) -> Candidate:
    return Candidate(code, name, layer_coverage(chain, [code]), raw_coverage([code]).mean)


def _adds(
    code: str,
    members: Coalition,
    values: Mapping[str, Values],
    now: Mapping[str, Mapping[str, float]],
    ranked: Mapping[str, Mapping[str, Next]],
) -> dict[str, Any]:
    then = {kind: value.payoff(members | {code}) for kind, value in values.items()}
    found: dict[str, Any] = {f"own_{kind}": then[kind][code] - now[kind][code] for kind in values}
    for kind in values:
        place = ranked[kind][code]
        found |= {kind: place.gain, f"{kind}_rank": place.rank}
        with_it, without = (values[kind].worth(s, TRANSFER) for s in (members | {code}, members))
        found[f"{kind}_transfer"] = with_it - without
    gains = (then["preference"][name] - now["preference"][name] for name in members)
    return {**found, "members_preference": sum(gains)}
