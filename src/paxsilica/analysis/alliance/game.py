"""Cooperative games: what a coalition is worth, what each player adds, and whether a division of the worth holds.

    first in   v({i})                                   last in   v(N) - v(N \\ i)
    Shapley    phi_i = sum_{S without i} |S|! (n - |S| - 1)! / n! [v(S + i) - v(S)]
    core       x(N) = v(N),   x(S) >= v(S) for every S
    least core min eps,   x(N) = v(N),   x(S) >= v(S) - eps for every S other than nobody and N

The worth is in the unit of the value function and more is better; for losses or costs give their negative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import factorial, isfinite
from typing import NamedTuple

import numpy as np

from paxsilica.economy import Array
from paxsilica.errors import ConvergenceError, InputError, LabelError, nearest

MOST_EXACT, SEED = 12, 0
"""Players up to which all 2^n coalitions are valued."""

TOLERANCE = 1e-8
"""Worths that differ by less than this share of the largest one are equal."""


def check_players(players: Sequence[str], what: str = "the game") -> None:
    """Raises InputError for nobody, or a player named twice."""
    if not players:
        raise InputError(f"{what} has no players; name at least one")
    twice = next((player for at, player in enumerate(players) if player in players[:at]), None)
    if twice is not None:
        raise InputError(f"{what} names {twice} twice; name each player once")


def as_coalition(coalition: Iterable[str], players: Sequence[str]) -> frozenset[str]:
    """The coalition as a set; a single string is one player. Raises LabelError (unknown), InputError (named twice)."""
    named = _as_players(coalition)
    for player in named:
        if player not in players:
            raise LabelError(f"{player} is not a player of the game{nearest(player, players)}")
    if named:
        check_players(named, "the coalition")
    return frozenset(named)


@dataclass(frozen=True, eq=False)
class Game:
    """A game with transferable utility in characteristic function form.

    Every coalition is valued once. The worth is `value(S) - value(nobody)`, so v(nobody) = 0 whatever level the value
    function starts from.

    Attributes:
        value: of the frozenset of a coalition's players; finite.

    Raises:
        InputError: no players, or one of them twice.
    """

    players: tuple[str, ...]
    value: Callable[[frozenset[str]], float]
    _known: dict[frozenset[str], float] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "players", tuple(self.players))
        check_players(self.players)

    def worth(self, coalition: Iterable[str]) -> float:
        """v(S). Raises LabelError (unknown player), InputError (a player twice, or a value that is not finite)."""
        return self._level(as_coalition(coalition, self.players)) - self._level(frozenset())

    def worths(self) -> Array:
        """v of all coalitions, `[2^n]`: player i is in coalition c where bit i of c is set.

        Raises:
            InputError: more than 12 players.
        """
        n = len(self.players)
        if n > MOST_EXACT:
            raise InputError(
                f"the game has {n} players and 2^{n} coalitions, of which an exact answer needs all; "
                f"group them into at most {MOST_EXACT} blocs, or sample"
            )
        coalitions = [
            frozenset(p for i, p in enumerate(self.players) if c >> i & 1) for c in range(2**n)
        ]
        levels = np.array([self._level(coalition) for coalition in coalitions])
        return np.asarray(levels - levels[0])

    def _level(self, coalition: frozenset[str]) -> float:
        if coalition not in self._known:
            level = float(self.value(coalition))
            if not isfinite(level):
                who = ", ".join(sorted(coalition)) or "nobody"
                raise InputError(
                    f"the value of the coalition {who} is {level}; the value function must be finite"
                )
            self._known[coalition] = level
        return self._known[coalition]


def first_in(game: Game, player: str) -> float:
    """v({i}). Raises LabelError."""
    return game.worth((player,))


def last_in(game: Game, player: str) -> float:
    """v(N) - v(N \\ i): what is lost when the player leaves everybody else. Raises LabelError."""
    alone = as_coalition((player,), game.players)
    return game.worth(game.players) - game.worth(frozenset(game.players) - alone)


class Next(NamedTuple):
    """What a candidate adds to the players inside; candidates that add as much share a `rank` (1, 1, 3)."""

    player: str
    gain: float
    rank: int


def best_next(
    game: Game, inside: Iterable[str], candidates: Iterable[str] | None = None
) -> tuple[Next, ...]:
    """v(S + i) - v(S) of each candidate, the largest first, ties in the candidates' order.

    Args:
        candidates: everybody outside where None.

    Raises:
        LabelError: an unknown player. InputError: a candidate twice, or inside already.
    """
    members = as_coalition(inside, game.players)
    named = (
        tuple(p for p in game.players if p not in members)
        if candidates is None
        else _as_players(candidates)
    )
    already = next((player for player in named if player in members), None)
    if already is not None:
        raise InputError(
            f"{already} is inside already and cannot join; take it out of the candidates"
        )
    as_coalition(named, game.players)
    base = game.worth(members)
    gains = {player: game.worth(members | {player}) - base for player in named}
    tie = TOLERANCE * max([abs(base), *(abs(base + gain) for gain in gains.values())])
    ranked: dict[str, int] = {}
    best, rank = float("inf"), 0
    for at, player in enumerate(sorted(gains, key=lambda p: -gains[p]), 1):
        if gains[player] < best - tie:
            best, rank = gains[player], at
        ranked[player] = rank
    return tuple(
        Next(player, gains[player], ranked[player])
        for player in sorted(named, key=ranked.__getitem__)
    )


@dataclass(frozen=True)
class Shapley:
    """Shapley values (Shapley 1953); they sum to v(N).

    Attributes:
        value, error: player -> its value, and the standard error of it (0 where exact).
        permutations: orders of entry sampled; 0 where exact.
    """

    value: Mapping[str, float]
    error: Mapping[str, float]
    permutations: int


def shapley_exact(game: Game) -> Shapley:
    """The Shapley value from all 2^n coalitions. Raises InputError for more than 12 players."""
    n, v = len(game.players), game.worths()
    size = _membership(n).sum(axis=1)
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    value = {}
    for i, player in enumerate(game.players):
        without = np.flatnonzero(np.arange(2**n) >> i & 1 == 0)
        value[player] = float(weight[size[without]] @ (v[without | 1 << i] - v[without]))
    return Shapley(value, dict.fromkeys(game.players, 0.0), 0)


def shapley_sampled(game: Game, permutations: int = 200, seed: int = SEED) -> Shapley:
    """The mean of what each player adds over random orders of entry (Castro, Gomez and Tejada 2009).

    Every order is followed by its reverse (antithetic sampling: Mitchell et al. 2022), and the standard error is that
    of the mean over pairs. At most `permutations * (n - 1) + 2` coalitions are valued. The error is itself an estimate:
    after few pairs it misses what happens in rare orders only.

    Args:
        permutations: an even number, at least 4.

    Raises:
        InputError: another number of permutations.
    """
    if permutations < 4 or permutations % 2:
        raise InputError(
            f"{permutations} permutations cannot be paired; give an even number, at least 4"
        )
    n, rng = len(game.players), np.random.default_rng(seed)
    added = np.zeros((permutations // 2, n))  # [pair, player]
    for pair in added:
        order = rng.permutation(n)
        for entry in (order, order[::-1]):
            worths = [game.worth(game.players[i] for i in entry[:s]) for s in range(n + 1)]
            pair[entry] += np.diff(worths) / 2
    mean, error = added.mean(axis=0), added.std(axis=0, ddof=1) / np.sqrt(len(added))
    return Shapley(
        dict(zip(game.players, mean.tolist(), strict=True)),
        dict(zip(game.players, error.tolist(), strict=True)),
        permutations,
    )


def least_core(game: Game) -> tuple[float, dict[str, float]]:
    """The smallest largest objection, and a division of v(N) with it (Maschler, Peleg and Shapley 1979).

    Returns:
        eps: what the worst-off coalition falls short of its worth; the core is empty where eps > 0. 0 for one player,
            against whom there is no coalition.
        allocation: player -> share of v(N). There may be others with the same eps.

    Raises:
        InputError: more than 12 players. ConvergenceError: the linear programme was not solved.
    """
    from scipy.optimize import linprog

    n, v = len(game.players), game.worths()
    if n == 1:
        return 0.0, {game.players[0]: float(v[-1])}
    scale = float(abs(v).max()) or 1.0
    proper = _membership(n)[1:-1]
    solved = linprog(
        np.r_[np.zeros(n), 1.0],
        A_ub=-np.c_[proper, np.ones(len(proper))],
        b_ub=-v[1:-1] / scale,
        A_eq=[[1.0] * n + [0.0]],
        b_eq=[v[-1] / scale],
        bounds=(None, None),
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if solved.status != 0:
        raise ConvergenceError(f"the least core was not found: {solved.message}", solved)
    x = scale * solved.x[:n]
    x += (v[-1] - x.sum()) / n
    return float((v[1:-1] - proper @ x).max()), dict(zip(game.players, x.tolist(), strict=True))


def _as_players(players: Iterable[str]) -> tuple[str, ...]:
    return (players,) if isinstance(players, str) else tuple(players)


def _membership(n: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """`[2^n, n]` 1 where player i is in coalition c."""
    return (np.arange(2**n)[:, None] >> np.arange(n)) & 1
