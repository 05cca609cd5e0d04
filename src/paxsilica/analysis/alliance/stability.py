"""Who would leave a coalition, and who would join it.

A coalition S is stable (d'Aspremont, Jacquemin, Gabszewicz and Weymark 1983) where, one player at a time and with
everybody else staying,

    internal   p_i(S) >= p_i(S \\ i) for i in S             nobody gains by leaving
    external   p_i(S) >= p_i(S + i) for i outside S         nobody gains by joining

A player who is indifferent stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite

from paxsilica.analysis.alliance.game import TOLERANCE, as_coalition, check_players
from paxsilica.errors import InputError


@dataclass(frozen=True, eq=False)
class Membership:
    """What every player, inside or outside, gets from every coalition. Each coalition is asked for once.

    Attributes:
        payoff: of the frozenset of a coalition's players -> player -> payoff, in one unit; more is better.

    Raises:
        InputError: no players, or one of them twice.
    """

    players: tuple[str, ...]
    payoff: Callable[[frozenset[str]], Mapping[str, float]]
    _known: dict[frozenset[str], dict[str, float]] = field(
        default_factory=dict, init=False, repr=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "players", tuple(self.players))
        check_players(self.players)

    def payoffs(self, coalition: Iterable[str]) -> Mapping[str, float]:
        """p(S) of every player. Raises LabelError (unknown player), InputError (a payoff missing or not finite)."""
        members = as_coalition(coalition, self.players)
        if members not in self._known:
            given = self.payoff(members)
            for player in self.players:
                if not isfinite(given.get(player, float("nan"))):
                    who = ", ".join(sorted(members)) or "nobody"
                    raise InputError(
                        f"the coalition {who} gives {player} no payoff, or one that is not finite"
                    )
            self._known[members] = {player: float(given[player]) for player in self.players}
        return self._known[members]


@dataclass(frozen=True)
class Stability:
    """Whether a coalition holds.

    Attributes:
        leaving: member -> what it gains by leaving. joining: outsider -> what it gains by joining. Negative: a loss.
        indifferent: gains up to this are none.
    """

    coalition: frozenset[str]
    leaving: Mapping[str, float]
    joining: Mapping[str, float]
    indifferent: float

    @property
    def would_leave(self) -> dict[str, float]:
        """Members who gain by leaving, and how much, the largest gain first."""
        return self._gainers(self.leaving)

    @property
    def would_join(self) -> dict[str, float]:
        """Outsiders who gain by joining, and how much, the largest gain first."""
        return self._gainers(self.joining)

    @property
    def internal(self) -> bool:
        return not self.would_leave

    @property
    def external(self) -> bool:
        return not self.would_join

    @property
    def stable(self) -> bool:
        return self.internal and self.external

    def _gainers(self, gains: Mapping[str, float]) -> dict[str, float]:
        return {
            p: gain
            for p, gain in sorted(gains.items(), key=lambda g: -g[1])
            if gain > self.indifferent
        }


def stability(
    game: Membership, coalition: Iterable[str], tolerance: float = TOLERANCE
) -> Stability:
    """What each member gains by leaving and each outsider by joining; asks for n + 1 coalitions.

    Args:
        tolerance: share of the largest payoff up to which a gain is none; not below the error of the payoffs.

    Raises:
        LabelError: an unknown player. InputError: a player twice, or a payoff missing or not finite.
    """
    members = as_coalition(coalition, game.players)
    now = game.payoffs(members)
    gain = {
        player: game.payoffs(members ^ {player})[player] - now[player] for player in game.players
    }
    return Stability(
        members,
        leaving={player: gain[player] for player in game.players if player in members},
        joining={player: gain[player] for player in game.players if player not in members},
        indifferent=indifference(now, tolerance),
    )


def indifference(payoffs: Mapping[str, float], tolerance: float = TOLERANCE) -> float:
    """The gain up to which a player does not move: a share of the largest payoff."""
    return tolerance * max(abs(payoff) for payoff in payoffs.values())
