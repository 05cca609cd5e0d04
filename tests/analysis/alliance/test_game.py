"""Coalition games against textbook games with closed forms, axioms, and algebra done another way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paxsilica.analysis.alliance import burden as b
from paxsilica.analysis.alliance import game as g
from paxsilica.analysis.alliance.game import Coalition
from paxsilica.errors import ConvergenceError


@dataclass(frozen=True)
class Game:
    """Players, and what a coalition of them is worth; the game itself works on numbers."""

    players: tuple[str, ...]
    value: Callable[[Coalition], float]

    def worth(self, coalition: Iterable[str]) -> float:
        return float(self.value(frozenset(coalition)))

    def worths(self) -> np.ndarray:
        return np.array([self.worth(coalition) for coalition in g.coalitions(self.players)])

    def divided(self, numbers: Iterable[float]) -> dict[str, float]:
        return dict(zip(self.players, map(float, numbers), strict=True))

    def sampled(
        self, permutations: int, seed: int = 0
    ) -> tuple[dict[str, float], dict[str, float]]:
        """The Shapley value over random orders of entry, and its standard error."""
        orders = g.entries(self.players, permutations, seed)
        value, error = g.shapley_sampled(self.worth, self.players, orders)
        return self.divided(value), self.divided(error)


def voting(weights: Mapping[str, float], quota: float) -> Game:
    return Game(tuple(weights), lambda S: float(sum(weights[p] for p in S) >= quota))


def unanimity(players: tuple[str, ...], T: Iterable[str]) -> Game:
    return Game(players, lambda S: float(set(T) <= S))


def random_game(n: int, seed: int, sign: float = -1.0) -> Game:
    """Random Harsanyi dividends between `sign` and 1; a game is convex where all of them are positive."""
    players = tuple("ABCDEFGHIJKL"[:n])
    every = [frozenset(T) for size in range(1, n + 1) for T in combinations(players, size)]
    dividends = dict(
        zip(every, np.random.default_rng(seed).uniform(sign, 1, len(every)).tolist(), strict=True)
    )
    return Game(players, lambda S: sum(d for T, d in dividends.items() if T <= S))


def by_dividends(game: Game) -> dict[str, float]:
    """phi_i = sum over T with i of d(T)/|T|, d(T) = sum over R in T of (-1)^(|T|-|R|) v(R) (Harsanyi 1959)."""
    phi = dict.fromkeys(game.players, 0.0)
    for size in range(1, len(game.players) + 1):
        for T in combinations(game.players, size):
            parts = [R for r in range(1, size + 1) for R in combinations(T, r)]
            dividend = sum((-1) ** (size - len(R)) * game.worth(R) for R in parts)
            for player in T:
                phi[player] += dividend / size
    return phi


GLOVES = Game(
    ("left", "right", "spare"), lambda S: float(min("left" in S, len(S & {"right", "spare"})))
)
MAJORITY = voting({"A": 1, "B": 1, "C": 1}, 2)


def shapley(game: Game) -> dict[str, float]:
    return game.divided(g.shapley(game.worths()))


def least_core(game: Game) -> tuple[float, dict[str, float]]:
    epsilon, allocation = g.least_core(game.worths())
    return epsilon, game.divided(allocation)


def excess(game: Game, division: Mapping[str, float]) -> float:
    """The largest v(S) - x(S) of a coalition other than nobody and N; no more than 0 in the core."""
    sizes = range(1, len(game.players))
    every = [S for size in sizes for S in combinations(game.players, size)]
    return max((game.worth(S) - sum(division[p] for p in S) for S in every), default=0.0)


def core_empty(game: Game) -> bool:
    return least_core(game)[0] > g.TOLERANCE * float(abs(game.worths()).max())


def in_core(game: Game, division: Mapping[str, float]) -> bool:
    largest = g.TOLERANCE * float(abs(game.worths()).max())
    left = sum(division.values()) - game.worth(game.players)
    return abs(left) <= largest and excess(game, division) <= largest


# Shapley value


def test_glove_game() -> None:
    assert shapley(GLOVES) == pytest.approx(
        {"left": 2 / 3, "right": 1 / 6, "spare": 1 / 6}, abs=1e-12
    )


@pytest.mark.parametrize("weights", [{"A": 2, "B": 1, "C": 1}, {"A": 50, "B": 49, "C": 1}])
def test_power_does_not_follow_weights(weights: dict[str, float]) -> None:
    """[3; 2, 1, 1] and [51; 50, 49, 1] are the same game (Shapley and Shubik 1954)."""
    phi = shapley(voting(weights, sum(weights.values()) / 2 + 0.5))
    assert phi == pytest.approx({"A": 2 / 3, "B": 1 / 6, "C": 1 / 6}, abs=1e-12)


def council(elected: int, quota: int) -> Game:
    permanent = frozenset(("CHN", "FRA", "GBR", "RUS", "USA"))
    players = (*sorted(permanent), *(f"E{k}" for k in range(elected)))
    return Game(players, lambda S: float(permanent <= S and len(S) >= quota))


def test_security_council_of_1945() -> None:
    """Shapley and Shubik 1954: five vetoes and six elected members, seven votes: 76/385 and 1/462."""
    phi = shapley(council(6, 7))
    assert phi["USA"] == pytest.approx(76 / 385, abs=1e-12)
    assert phi["E0"] == pytest.approx(1 / 462, abs=1e-12)


def test_security_council_of_today_is_sampled() -> None:
    """Fifteen members, nine votes: 421/2145 for a veto and 4/2145 without one."""
    phi, error = council(10, 9).sampled(2000)
    assert sum(phi.values()) == pytest.approx(1, abs=1e-12)
    for player, value in phi.items():
        exact = (4 if player.startswith("E") else 421) / 2145
        assert abs(value - exact) <= 3 * max(error[player], 0.001)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=8))
@settings(max_examples=20)
def test_airport_game(costs: list[float]) -> None:
    """Littlechild and Owen 1973: each step of the runway is shared by the aircraft that need it."""
    costs = sorted(costs)
    cost = {f"P{k}": c for k, c in enumerate(costs)}
    phi = shapley(Game(tuple(cost), lambda S: max((cost[p] for p in S), default=0.0)))
    steps = [
        (high - low) / (len(costs) - k) for k, (low, high) in enumerate(pairwise([0.0, *costs]))
    ]
    assert list(phi.values()) == pytest.approx(np.cumsum(steps).tolist(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("T", ["A", "BD", "ACE", "ABCDE"])
def test_unanimity_game_is_shared_by_those_who_must_agree(T: str) -> None:
    phi = shapley(unanimity(tuple("ABCDE"), T))
    assert phi == pytest.approx({p: (p in T) / len(T) for p in "ABCDE"}, abs=1e-12)


@given(st.integers(1, 6), st.integers(0, 2**32))
@settings(max_examples=25)
def test_shapley_equals_harsanyi_dividends_and_sums_to_the_worth_of_all(n: int, seed: int) -> None:
    game = random_game(n, seed)
    phi = shapley(game)
    assert phi == pytest.approx(by_dividends(game), abs=1e-9)
    assert sum(phi.values()) == pytest.approx(game.worth(game.players), abs=1e-9)


@given(st.integers(0, 2**32), st.floats(-5, 5))
@settings(max_examples=20)
def test_shapley_is_additive_and_homogeneous(seed: int, factor: float) -> None:
    one, two = random_game(5, seed), random_game(5, seed + 1)
    both = Game(one.players, lambda S: one.worth(S) + factor * two.worth(S))
    expected = {p: x + factor * shapley(two)[p] for p, x in shapley(one).items()}
    assert shapley(both) == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 2**32))
@settings(max_examples=20)
def test_equals_get_the_same_and_a_null_player_nothing(seed: int) -> None:
    level = np.random.default_rng(seed).normal(
        size=(3, 2)
    )  # worth by how many of A, B are in, and whether C is
    game = Game(tuple("ABCZ"), lambda S: float(level[len(S & {"A", "B"}), int("C" in S)]))
    phi = shapley(game)
    assert phi["A"] == pytest.approx(phi["B"], abs=1e-9)
    assert phi["Z"] == pytest.approx(0, abs=1e-9)


def test_sampling_errs_as_its_standard_errors_say() -> None:
    """Ten blocs, sixty seeds: as many estimates lie within 1, 2 and 3 standard errors as of a normal variable."""
    game = random_game(10, seed=3)
    exact = np.array(list(shapley(game).values()))
    runs = [game.sampled(40, seed) for seed in range(60)]
    estimates, errors = (
        np.array([list(part.values()) for part in parts]) for parts in zip(*runs, strict=True)
    )
    assert estimates.sum(axis=1) == pytest.approx(np.full(60, game.worth(game.players)), abs=1e-9)
    z = (estimates - exact) / errors
    within = [float((abs(z) <= k).mean()) for k in (1, 2, 3)]
    assert within == pytest.approx([0.683, 0.954, 0.997], abs=0.04)
    assert abs(z.mean()) < 3 / np.sqrt(z.size)
    value, error = (np.array(list(part.values())) for part in game.sampled(640))
    assert error.mean() == pytest.approx(errors.mean() / 4, rel=0.1)
    assert max(abs(value - exact) / error) <= 3


def test_an_order_and_its_reverse_are_exact_for_pairwise_synergies() -> None:
    """In a game of dividends of one and two players each pair of orders gives the Shapley value: the error is 0."""
    gain = np.random.default_rng(0).normal(size=(13, 13))
    players = tuple(f"P{k}" for k in range(13))
    game = Game(players, lambda S: float(gain[np.ix_(*[[players.index(p) for p in S]] * 2)].sum()))
    phi, error = game.sampled(4)
    assert list(phi.values()) == pytest.approx(((gain + gain.T).sum(axis=1) / 2).tolist(), abs=1e-9)
    assert max(error.values()) == pytest.approx(0, abs=1e-9)


# orders of entry, coalitions, the next member


def test_sampling_asks_for_what_grows_along_its_orders_and_mirrors_each() -> None:
    players = tuple("abcdefghijklm")
    weights = {player: float(at) for at, player in enumerate(players)}
    orders = g.entries(players, 8)
    assert [len(orders), *{len(set(order)) for order in orders}] == [8, 13]
    assert [order[::-1] for order in orders[::2]] == orders[1::2]
    needed = {s for order in orders for s in g.grown(order)}
    assert len(needed) <= 8 * 12 + 2
    asked: list[Coalition] = []

    def value(coalition: Coalition) -> float:
        asked.append(coalition)
        return sum(weights[player] for player in coalition)

    mean, _ = g.shapley_sampled(value, players, orders)
    assert set(asked) == needed
    assert mean == pytest.approx([*weights.values()]), "additive games need no luck"


def test_all_coalitions_come_in_the_order_of_their_bits() -> None:
    found = g.coalitions("ABC")
    assert len(set(found)) == 2**3
    assert found[0b101] == {"A", "C"}
    assert found[0] == set()


def test_next_member_counts_ties_once() -> None:
    gains = np.array([0.3, 0.1 + 0.2, 5.0, -1.0])
    assert g.ranks(gains, tie=1e-8).tolist() == [2, 2, 1, 4]
    assert g.ranks(gains[:0], tie=0.0).tolist() == []


# core


def test_three_player_majority_has_an_empty_core() -> None:
    """Any two could have 1 and equal thirds leave them 2/3: they fall short by 1/3, and nothing does better."""
    eps, allocation = least_core(MAJORITY)
    assert eps == pytest.approx(1 / 3, abs=1e-9)
    assert allocation == pytest.approx(dict.fromkeys("ABC", 1 / 3), abs=1e-9)
    assert core_empty(MAJORITY)
    assert not in_core(MAJORITY, allocation)
    assert excess(MAJORITY, {"A": 1, "B": 0, "C": 0}) == 1.0, "B and C could have 1"


def test_the_only_core_division_of_the_gloves_gives_all_to_the_scarce_one() -> None:
    eps, allocation = least_core(GLOVES)
    assert eps == pytest.approx(0, abs=1e-9)
    assert allocation == pytest.approx({"left": 1, "right": 0, "spare": 0}, abs=1e-8)
    assert not core_empty(GLOVES)
    assert in_core(GLOVES, {"left": 1, "right": 0, "spare": 0})
    assert not in_core(GLOVES, shapley(GLOVES))
    assert not in_core(GLOVES, {"left": 1.1, "right": 0, "spare": 0})


worths = st.lists(st.floats(-1e6, 1e6), min_size=7, max_size=7)


@given(worths)
@settings(max_examples=40)
def test_least_core_of_three_is_the_worst_balanced_collection(v: list[float]) -> None:
    """Bondareva 1963, Shapley 1967: eps is the largest (sum of lambda v - v(N)) / sum of lambda."""
    a, b_, c, ab, ac, bc, all_ = v
    key = dict(zip(["A", "B", "C", "AB", "AC", "BC", "ABC", ""], [*v, 0.0], strict=True))
    game = Game(tuple("ABC"), lambda S: key["".join(sorted(S))])
    expected = max(
        (a + b_ + c - all_) / 3,
        *((one + two - all_) / 2 for one, two in ((a, bc), (b_, ac), (c, ab))),
        ((ab + ac + bc) / 2 - all_) / 1.5,
    )
    eps, allocation = least_core(game)
    scale = max(map(abs, v))
    assert eps == pytest.approx(expected, abs=1e-8 * scale)
    assert sum(allocation.values()) == pytest.approx(all_, abs=1e-8 * scale)
    assert excess(game, allocation) == pytest.approx(eps, abs=1e-12 * scale)
    if abs(expected) > 1e-7 * scale:
        assert core_empty(game) == (expected > 0)


@given(st.integers(1, 7), st.integers(0, 2**32))
@settings(max_examples=15)
def test_shapley_value_of_a_convex_game_is_in_its_core(n: int, seed: int) -> None:
    """Shapley 1971: where joining pays more the larger the coalition, the core is not empty and holds the value."""
    game = random_game(n, seed, sign=0.0)
    assert in_core(game, shapley(game))
    assert not core_empty(game)
    assert in_core(game, least_core(game)[1])


@given(st.lists(st.floats(-1e5, 1e5), min_size=2, max_size=6))
@settings(max_examples=15)
def test_a_game_without_synergies_has_one_core_division(x: list[float]) -> None:
    own = {f"P{k}": value for k, value in enumerate(x)}
    game = Game(tuple(own), lambda S: sum(own[p] for p in sorted(S)))
    _, allocation = least_core(game)
    scale = max(map(abs, x))
    assert allocation == pytest.approx(own, abs=1e-7 * scale)
    assert in_core(game, allocation)
    assert not core_empty(game)


# stability


Payoff = Callable[[Coalition], Mapping[str, float]]


def club(n: int, penalty: float = 0.0) -> tuple[tuple[str, ...], Payoff]:
    """A public good with linear benefit and quadratic cost (Barrett 1994): members give |S| each, outsiders 1.

    Leaving a coalition of k gains (k - 1)(k - 3) / 2, less the penalty that its k - 1 members put on an outsider.
    """
    players = tuple(f"P{k}" for k in range(n))

    def payoff(S: Coalition) -> dict[str, float]:
        k = len(S)
        good = k * k + n - k
        return {p: good - k * k / 2 if p in S else good - 0.5 - penalty * k for p in players}

    return players, payoff


def moves(players: Iterable[str], payoff: Payoff, inside: Iterable[str]) -> list[list[float]]:
    """Gains of members by leaving, and of the others by joining."""
    S = frozenset(inside)
    gains = g.moving(payoff, S, players)
    return [[gain for p, gain in gains.items() if (p in S) is member] for member in (True, False)]


def stable(players: Iterable[str], payoff: Payoff, inside: Iterable[str]) -> tuple[bool, bool]:
    """Internally, externally: who is indifferent stays."""
    none = g.indifference(payoff(frozenset(inside)))
    leaving, joining = moves(players, payoff, inside)
    return max(leaving, default=0.0) <= none, max(joining, default=0.0) <= none


@pytest.mark.parametrize("size", range(1, 8))
def test_gain_of_leaving_a_public_good(size: int) -> None:
    players, payoff = club(7)
    leaving, joining = moves(players, payoff, players[:size])
    assert leaving == pytest.approx([(size - 1) * (size - 3) / 2] * size)
    assert joining == pytest.approx([-size * (size - 2) / 2] * (7 - size))
    assert stable(players, payoff, players[:size]) == (size <= 3, size >= 2)


def test_only_small_coalitions_for_a_public_good_are_stable() -> None:
    """Carraro and Siniscalco 1993, Barrett 1994: at most three, however many would profit."""
    players, payoff = club(6)
    every = [S for size in range(7) for S in combinations(players, size)]
    found = [S for S in every if all(stable(players, payoff, S))]
    assert [len(S) for S in found] == [0] + [2] * comb(6, 2) + [3] * comb(6, 3)


def test_a_penalty_on_outsiders_holds_everybody() -> None:
    """Nordhaus 2015. Six gain 7.5 by leaving: a penalty by five members of more than 1.5 each keeps them in."""
    (everybody, loose), (_, tight) = club(6, 1.49), club(6, 1.51)
    assert stable(everybody, loose, everybody) == (False, True)
    assert stable(everybody, tight, everybody) == (True, True)
    assert moves(everybody, loose, everybody)[0] == pytest.approx([0.05] * 6)


def test_each_moves_alone() -> None:
    pay: dict[Coalition, list[float]] = {
        frozenset("AB"): [1, 2, 0, 0],
        frozenset("B"): [4, 2, 0, 0],
        frozenset("A"): [1, 2.5, 0, 0],
        frozenset("ABC"): [1, 2, 1, 0],
        frozenset("ABD"): [1, 2, 0, -1],
    }
    found = g.moving(lambda S: dict(zip("ABCD", pay[S], strict=True)), frozenset("AB"), "ABCD")
    assert found == {"A": 3, "B": 0.5, "C": 1, "D": -1}


# burdens


@given(st.integers(1, 6), st.integers(0, 2**32))
@settings(max_examples=25)
def test_transfers_leave_every_member_the_same_real_income(n: int, seed: int) -> None:
    Y, after, P = np.random.default_rng(seed).uniform(0.5, 2, (3, n))
    found = b.Burden(1000 * Y, 1000 * after, P)
    assert found.transfers.sum() == pytest.approx(0, abs=1e-9)
    assert found.real_income(found.transfers) == pytest.approx(np.full(n, found.shared))
    without = found.real_income(np.zeros(n))
    assert without.min() <= found.shared * (1 + 1e-12)
    assert found.shared <= without.max() * (1 + 1e-12)


def test_two_members_by_hand() -> None:
    """A loses 2 % of 100, B nothing of 300: both end at 398/400, so B pays A 1.5."""
    found = b.Burden(np.array([100.0, 300]), np.array([98.0, 300]), np.ones(2))
    assert found.transfers == pytest.approx([1.5, -1.5])
    assert 1 - found.shared == pytest.approx(0.005)


def responding(k: float) -> Callable[[np.ndarray], b.Burden]:
    """Income answers to the payment received: Y' = a + k t, so that t = (W Y - a) / (1 + k)."""

    def solve(t: np.ndarray) -> b.Burden:
        return b.Burden(np.array([100.0, 300]), np.array([98.0, 300]) + k * t, np.ones(2))

    return solve


@pytest.mark.parametrize("k", [0.0, 0.5, -0.4, 0.6])
def test_payments_settle_where_the_equilibrium_answers_them(k: float) -> None:
    unpaid, paid, burden = b.settle(responding(k), 2)
    assert unpaid.after.tolist() == [98, 300]
    assert paid == pytest.approx(np.array([1.5, -1.5]) / (1 + k), abs=3e-6)
    assert burden.real_income(paid) == pytest.approx([0.995, 0.995], abs=2e-8)


def test_payments_that_swing_are_refused() -> None:
    with pytest.raises(ConvergenceError, match=r"still change by .* after 50 rounds") as caught:
        b.settle(responding(1.1), 2)
    paid, burden = caught.value.outcome
    assert (paid.shape, burden.after.shape) == ((2,), (2,))


def test_one_player_and_a_game_worth_nothing() -> None:
    alone, nothing = Game(("A",), lambda S: 7.0 * len(S)), Game(("A", "B"), lambda S: 0.0)
    assert shapley(alone) == {"A": 7}
    assert least_core(alone) == (0, {"A": 7})
    assert in_core(alone, {"A": 7})
    assert not core_empty(nothing)
    assert in_core(nothing, least_core(nothing)[1])
