"""Cooperative games: what each player adds to a coalition, whether a division of its worth holds, who would move.

    first in   v({i})                                   last in   v(N) - v(N \\ i)
    Shapley    phi_i = sum_{S without i} |S|! (n - |S| - 1)! / n! [v(S + i) - v(S)]
    core       x(N) = v(N),   x(S) >= v(S) for every S
    least core min eps,   x(N) = v(N),   x(S) >= v(S) - eps for every S other than nobody and N
    stability  nobody in S gains by leaving, p_i(S) >= p_i(S \\ i), and nobody outside by joining, p_i(S) >= p_i(S + i)

Worths v and payoffs p are in one unit and more is better; nobody is worth nothing. The worths of all coalitions are
`[2^n]`: player i is in coalition c where bit i of c is set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import factorial

import numpy as np
from numpy.typing import NDArray

from paxsilica.economy import Array
from paxsilica.errors import ConvergenceError

Coalition = frozenset[str]

MOST_EXACT, SEED = 12, 0
"""Players up to which all 2^n coalitions are valued."""

TOLERANCE = 1e-8
"""Worths that differ by less than this share of the largest one are equal."""


def coalitions(players: Sequence[str]) -> list[Coalition]:
    """All 2^n, in the order of worths."""
    return [
        frozenset(player for i, player in enumerate(players) if c >> i & 1)
        for c in range(2 ** len(players))
    ]


def shapley(v: Array) -> Array:
    """`[n, ...]` the Shapley value (Shapley 1953) of the worths of all coalitions, `[2^n, ...]`; it sums to v(N)."""
    inside = _membership(v)
    n, size = inside.shape[1], inside.sum(axis=1)
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    value = np.zeros((n, *v.shape[1:]))
    for i in range(n):
        without = np.flatnonzero(inside[:, i] == 0)
        value[i] = weight[size[without]] @ (v[without | 1 << i] - v[without])
    return value


def entries(players: Sequence[str], permutations: int, seed: int = SEED) -> list[list[str]]:
    """Random orders of entry, an even number, every second one the reverse of that before it."""
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(players).tolist() for _ in range(permutations // 2)]
    return [entry for order in orders for entry in (order, order[::-1])]


def grown(order: Sequence[str]) -> list[Coalition]:
    """Nobody, the first, the first two, ..., all."""
    return [frozenset(order[:size]) for size in range(len(order) + 1)]


def shapley_sampled(
    worth: Callable[[Coalition], float | Array],
    players: Sequence[str],
    orders: Sequence[Sequence[str]],
) -> tuple[Array, Array]:
    """`[n, ...]` the mean of what each player adds over orders of entry (Castro, Gomez and Tejada 2009), and its standard
    error.

    Orders come in pairs that mirror each other (antithetic sampling: Mitchell et al. 2022), and the standard error is
    that of the mean over pairs. It is itself an estimate: after few pairs it misses what happens in rare orders only.

    Args:
        orders: of `entries`, two pairs at least.
    """
    added = [
        dict(zip(order, np.diff([worth(s) for s in grown(order)], axis=0), strict=True))
        for order in orders
    ]
    of = np.array([[one[player] for player in players] for one in added])
    pairs = of.reshape(-1, 2, *of.shape[1:]).mean(axis=1)
    return pairs.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))


def least_core(v: Array) -> tuple[float, Array]:
    """The smallest largest objection, and a division of v(N) with it (Maschler, Peleg and Shapley 1979).

    Returns:
        eps: what the worst-off coalition falls short of its worth; the core is empty where eps > 0. 0 for one player,
            against whom there is no coalition.
        allocation: `[n]` shares of v(N). There may be others with the same eps.

    Raises:
        ConvergenceError: the linear programme was not solved.
    """
    from scipy.optimize import linprog

    proper = _membership(v)[1:-1]
    n = proper.shape[1]
    if n == 1:
        return 0.0, v[-1:]
    scale = float(abs(v).max()) or 1.0
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
    return float((v[1:-1] - proper @ x).max()), x


def ranks(gains: Array, tie: float) -> Array:
    """One more than how many gain more, by more than `tie`: 1 is the largest, equals share a rank (1, 1, 3)."""
    return np.asarray(1 + (gains > gains[:, None] + tie).sum(axis=1), dtype=float)


def moving(
    payoff: Callable[[Coalition], Mapping[str, float]], coalition: Coalition, who: Iterable[str]
) -> dict[str, float]:
    """What each gains by leaving the coalition, or by joining it, one at a time and everybody else staying.

    Stability after d'Aspremont, Jacquemin, Gabszewicz and Weymark (1983).
    """
    now = payoff(coalition)
    return {player: payoff(coalition ^ {player})[player] - now[player] for player in who}


def indifference(payoffs: Mapping[str, float]) -> float:
    """The gain up to which a player does not move: a share of the largest payoff."""
    return TOLERANCE * max(abs(payoff) for payoff in payoffs.values())


def _membership(v: Array) -> NDArray[np.int64]:
    """`[2^n, n]` 1 where player i is in coalition c."""
    return (np.arange(len(v))[:, None] >> np.arange(len(v).bit_length() - 1)) & 1
