"""Bargains against random tariffs: nothing that is tried beats what the first-order conditions found."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from worlds_at_odds import TIGHT, alone, at_odds

from paxsilica.analysis.negotiation.bargain import bargain, between, frontier
from paxsilica.analysis.negotiation.game import game_of, search_duties
from paxsilica.analysis.negotiation.threat import refuse_empty_threat
from paxsilica.errors import InputError
from paxsilica.model import solve, solve_many


def between_two(seed: int = 3, **asked):
    return game_of(
        at_odds(seed), alone("R0", "R1"), "full", ("S0", "S1"), against=("R0", "R1"), **asked
    )


def gains(game, rates, over):
    """`[s, g]` gain of everybody by each row of rates over an equilibrium, share of real income."""
    batch = solve_many(game.economy, map(game.enact, rates), game.stood.params)
    return (batch.real_income - over.real_income) @ game.goals.real_income.T / game.income


def nearby(game, rates, count: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    moves = rng.standard_normal((count, len(rates))) * 10 ** rng.uniform(-3, -0.5, (count, 1))
    return np.clip(rates + moves, game.low, game.high)


@pytest.mark.parametrize("power", [0.3, 0.5, 0.8])
def test_no_duties_make_the_nash_product_larger(power):
    game = between_two()
    war = search_duties(game, game.standing)
    deal = bargain(game, war.rates[game.of], power)
    both = np.array(deal.gain[0, 1])
    assert (both > 0).all()
    tried = gains(game, nearby(game, deal.settled.rates, 400), war.outcome)
    tried = tried[(tried > 0).all(1)]
    product = tried[:, 0] ** power * tried[:, 1] ** (1 - power)
    assert len(product) > 50
    assert product.max() <= both[0] ** power * both[1] ** (1 - power) * (1 + 1e-9)
    assert gains(game, [deal.settled.rates], war.outcome)[0] == pytest.approx(both, rel=1e-6)


def test_more_power_gets_more():
    game = between_two()
    threat = search_duties(game, game.standing).rates
    first = [bargain(game, threat[game.of], power).gain[0, 1][0] for power in (0.2, 0.5, 0.8)]
    assert first[0] < first[1] < first[2]


def test_nothing_tried_lies_beyond_the_frontier():
    game = between_two()
    points = frontier(game, points=5)
    on = np.array([game.values(end.outcome) for _, end in points])
    assert (np.diff(on[:, 0]) > 0).all()
    assert (np.diff(on[:, 1]) < 0).all()
    for (weight, end), gained in zip(points, on, strict=True):
        tried = gains(game, nearby(game, end.rates, 150), game.stood)
        income = game.income * [weight, 1 - weight]
        assert (tried @ income).max() <= gained @ income + 1e-10 * income.sum()


def test_the_bargain_lies_on_the_frontier():
    """A weighted sum with the weights that the bargain implies finds the same duties."""
    game = between_two()
    deal = bargain(game, search_duties(game, game.standing).rates[game.of])
    a, b = deal.gain[0, 1]
    implied = np.array([1 / (a * game.income[0]), 1 / (b * game.income[1])])
    tried = gains(game, nearby(game, deal.settled.rates, 300), deal.settled.outcome)
    assert (tried @ (implied * game.income)).max() <= 1e-7


def test_every_pair_of_three_does_its_best_given_the_others():
    ours = ("R0", "R1", "R2")
    game = game_of(at_odds(3), alone(*ours), "partner", ("S0", "S1"), against=ours)
    war = search_duties(game, game.standing)
    deal = bargain(game, war.rates[game.of])
    rates = deal.settled.rates
    for pair in combinations(range(3), 2):
        theirs = between(game, *pair)
        broken = solve(game.economy, game.enact(np.where(theirs, war.rates, rates)), TIGHT)
        tried = np.where(theirs, nearby(game, rates, 150), rates)
        won = gains(game, tried, broken)[:, list(pair)]
        product = np.where((won > 0).all(1), won.prod(1), 0.0)
        assert product.max() <= np.prod(deal.gain[pair]) * (1 + 1e-8)


def test_a_threat_that_both_would_drop_is_refused():
    game = between_two(low=-0.9)
    threat = solve(game.economy, game.enact(np.full(len(game.setter), -0.85)), TIGHT)
    with pytest.raises(InputError, match="nobody would carry it out"):
        refuse_empty_threat(game, threat)
    war = search_duties(between_two(), between_two().standing)
    refuse_empty_threat(game, war.outcome)


@pytest.mark.parametrize("power", [0.0, 1.0, -2.0])
def test_power_must_be_shared(power):
    game = between_two()
    with pytest.raises(InputError, match="bargaining power must lie between 0 and 1"):
        bargain(game, game.standing[game.of], power)


def test_no_bargain_where_bounds_leave_none():
    game = between_two(low=0.3, high=0.3)
    with pytest.raises(InputError, match="make both better off than the threat"):
        bargain(game, np.full(len(game.of), 0.3))
