"""Optimal tariffs against closed forms, another optimiser and random deviations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar
from worlds_at_odds import TIGHT, alone, at_odds, small_and_large, two_alike

from paxsilica.analysis.negotiation import talks
from paxsilica.analysis.negotiation.certificate import STARTS, certified, distinct
from paxsilica.analysis.negotiation.game import (
    Game,
    Government,
    Retaliation,
    common_goal,
    game_of,
    search_duties,
)
from paxsilica.analysis.negotiation.talks import UNCERTIFIED, fought
from paxsilica.data import load_economy
from paxsilica.errors import InputError, LabelError
from paxsilica.findings import Findings
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Status, solve, solve_many
from paxsilica.shock import Shock

LOWEST = -0.5


def optimum(stood, *names, **asked):
    game = game_of(stood, alone(*names), asked.pop("detail", "uniform"), ("S",), **asked)
    return search_duties(game, game.standing)


@pytest.mark.parametrize("theta", [2.0, 4.0, 7.5])
@pytest.mark.parametrize("abroad", [0.05, 0.2, 0.4])
def test_optimal_tariff_of_two_equal_countries_is_the_closed_form(theta, abroad):
    """Gros (1987): t = 1 / (theta pi_jj), with the partner's share at home under the tariff; METHODS, section 1."""
    end = optimum(solve(two_alike(abroad, theta), params=TIGHT), "A", low=LOWEST)
    at_home = end.outcome.flows[1, 1, 0] / end.outcome.expenditure[1, 0]
    assert end.rates[0] == pytest.approx(1 / (theta * at_home), rel=1e-7)


@pytest.mark.parametrize("theta", [2.0, 5.0])
def test_optimal_tariff_of_a_negligible_country_tends_to_one_over_theta(theta):
    """It sells its own variety, so that its tariff does not tend to zero; the gap shrinks with its size."""
    gaps = [
        optimum(solve(small_and_large(size, theta), params=TIGHT), "A").rates[0] - 1 / theta
        for size in (1e-2, 1e-3, 1e-4)
    ]
    assert gaps[2] == pytest.approx(0.0, abs=1e-4 / theta)
    assert 0 < gaps[2] < gaps[1] < gaps[0]


def test_the_optimal_export_tax_does_what_the_optimal_tariff_does():
    """Lerner symmetry: with balanced trade a uniform tax on exports is a uniform tariff."""
    economy = two_alike(0.2, 4.0)
    end = optimum(solve(economy, params=TIGHT), "A", low=LOWEST)

    def loss(tax: float) -> float:
        levels = np.zeros((2, 2, 1))
        levels[1, 0] = tax
        return -float(solve(economy, Shock(economy, export_tax=levels), TIGHT).real_income[0])

    best = minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-9})
    assert best.x == pytest.approx(end.rates[0], abs=1e-5)
    assert -best.fun == pytest.approx(end.outcome.real_income[0], abs=1e-11)


@pytest.mark.parametrize("params", [TIGHT, replace(TIGHT, horizon=SHORT_RUN)])
def test_optimum_equals_that_of_an_optimiser_without_derivatives(params):
    """Six rates of one country, by Powell's method on the bare solver."""
    stood = solve(at_odds(2, sectors=2).economy, params=params)
    game = game_of(stood, alone("R1"), "full", ("S0", "S1"), low=LOWEST)
    end = search_duties(game, game.standing)

    def loss(rates):
        return -float(solve(game.economy, game.enact(rates), params).real_income[1])

    found = minimize(
        loss,
        game.standing,
        method="Powell",
        bounds=[(LOWEST, 20.0)] * len(end.rates),
        options={"xtol": 1e-9, "ftol": 1e-15},
    )
    assert found.x == pytest.approx(end.rates, rel=1e-4)
    assert -loss(end.rates) >= -found.fun - 1e-12


def gains_by_deviating(game: Game, rates, count: int, seed: int):
    """`[count]` what each random deviation of one government's own rates wins it, share of income."""
    rng = np.random.default_rng(seed)
    who = rng.integers(len(game.governments), size=count)
    size = 10.0 ** rng.uniform(-4, -0.3, count)
    moves = [
        np.where(game.setter == g, s * rng.standard_normal(len(rates)), 0.0)
        for g, s in zip(who, size, strict=True)
    ]
    tried = [np.clip(rates + move, game.low, game.high) for move in moves]
    held = solve(game.economy, game.enact(rates), game.stood.params).real_income
    batch = solve_many(game.economy, map(game.enact, tried), game.stood.params)
    income = game.goals.real_income
    won = (batch.real_income - held) @ income.T / income.sum(1)
    return won[np.arange(count), who]


def test_nobody_gains_by_a_thousand_random_deviations_from_the_war_of_the_packaged_world():
    stood = solve(load_economy("icio2022"))
    e = stood.economy
    players = [
        Government(name, tuple(e.regions[n] for n in e.region_indices([name])))
        for name in ("USA", "CHN", "EU", "IND")
    ]
    game = game_of(stood, players)
    end = search_duties(game, game.standing)
    assert end.step < 1e-6
    assert gains_by_deviating(game, end.rates, 1000, 0).max() < 1e-6


@pytest.mark.parametrize("detail", ["uniform", "partner", "sector", "full"])
def test_equilibria_are_certified_at_every_detail(detail):
    game = game_of(at_odds(3), alone("R0", "R1", "R2"), detail, ("S0", "S1"))
    found = [search_duties(game, start(game)) for start in STARTS.values()]
    assert len(distinct(found)) == 1
    proof = certified(found[0])
    assert proof.reply.max() < 1e-6
    assert proof.gain.max() < 1e-9
    assert proof.bend.max() < 0
    assert gains_by_deviating(game, found[0].rates, 200, 1).max() < 1e-10


def test_second_derivatives_are_those_of_differences_of_solves():
    """The scaled curvature of one rate, against a parabola through solves."""
    game = game_of(at_odds(5), alone("R0"), "uniform", ("S0", "S1", "S2"), low=LOWEST)
    end = search_duties(game, game.standing)

    def goal(log: float) -> float:
        shock = game.enact(np.expm1([log]))
        return float(solve(game.economy, shock, TIGHT).real_income[0] * game.economy.income[0])

    here, h = float(np.log1p(end.rates[0])), 0.01
    second = (goal(here - h) - 2 * goal(here) + goal(here + h)) / h**2
    assert certified(end).bend[0] == pytest.approx(
        second / game.curvature(end.outcome)[0], rel=1e-2
    )


@given(seed=st.integers(0, 50), low=st.floats(-0.2, 0.1), room=st.floats(0.01, 0.1))
@settings(max_examples=8, deadline=None)
def test_bounds_are_kept_and_bind_only_where_a_step_would_leave_them(seed, low, room):
    game = game_of(at_odds(seed), alone("R0", "R1"), low=low, high=low + room, sectors=("S0", "S1"))
    end = search_duties(game, game.standing)
    assert end.rates.min() >= low - 1e-12
    assert end.rates.max() <= low + room + 1e-12
    _, rise = game.slopes(end.outcome, end.rates)
    own = rise[game.setter, np.arange(len(end.rates))] / game.curvature(end.outcome)
    free = (end.rates > low + 1e-9) & (end.rates < low + room - 1e-9)
    assert np.abs(own[free]).max(initial=0.0) < 1e-6
    assert (own[end.rates >= low + room - 1e-9] >= -1e-6).all()
    assert (own[end.rates <= low + 1e-9] <= 1e-6).all()


def test_bound_duties_never_rise():
    game = game_of(at_odds(3), alone("R0", "R1"), "full", ("S0", "S1"), ceiling=True)
    end = search_duties(game, game.standing)
    assert (end.rates <= game.standing + 1e-12).all()
    assert (end.rates < game.standing - 1e-4).any() or (end.rates == game.standing).all()


def test_a_sector_with_more_weight_gets_a_higher_duty():
    stood = at_odds(4)

    def duties(weight: float):
        who = Government("R0", ("R0",), (("S1", weight),))
        game = game_of(stood, [who], "sector", ("S0", "S1"), low=LOWEST)
        return search_duties(game, game.standing).rates

    plain, favoured = duties(1.0), duties(1.5)
    assert favoured[1] > plain[1] + 0.01
    own = game_of(stood, alone("R0"), "sector", ("S0", "S1"), low=LOWEST)
    assert plain == pytest.approx(search_duties(own, own.standing).rates, abs=1e-9)


def test_an_answer_by_as_many_points_is_as_good_as_the_best_of_a_grid():
    """One rate, every answer solved on a grid: the search with its kink finds the top."""
    for seed in (1, 6, 9):
        stood = at_odds(seed, sectors=1)
        game = game_of(
            stood, alone("R0"), "partner", ("S0",), against=("R1",), retaliation=Retaliation()
        )
        end = search_duties(game, game.standing)

        def gain(rate: float, stood=stood, game=game) -> float:
            rise = max(0.0, rate - game.standing[0])
            n, i, j = game.cells
            shock = stood.shock.changed("tariffs", (n, i, j), rate)
            shock = shock.changed("tariffs", (i, n, j), lambda t: t + rise)
            return float(solve(stood.economy, shock, TIGHT).real_income[0])

        grid = np.linspace(0.0, 1.0, 101)
        assert gain(float(end.rates[0])) >= max(map(gain, grid)) - 1e-9


@pytest.mark.parametrize("most", [0.01, 0.03, 0.1])
def test_a_capped_answer_is_as_good_as_the_best_of_a_grid(most):
    """Beyond the cap the goal rises again: of several tops the highest is shown, and certified."""
    stood = at_odds(6, sectors=1, tariffs=False)
    game = game_of(stood, alone("R0"), "uniform", ("S0",), retaliation=Retaliation(most))
    played = fought(game)

    def gain(rate: float) -> float:
        return float(game.values(solve(game.economy, game.enact(np.array([rate])), TIGHT))[0])

    best = max(map(gain, np.linspace(0.0, 1.0, 201)))
    assert gain(float(played.rates["optimum"][0])) >= best - 1e-9
    assert not [note for note in played.notes if note.name == UNCERTIFIED]


def test_an_equilibrium_that_is_none_is_said_to_be(monkeypatch):
    game = game_of(at_odds(3), alone("R0", "R1"), "uniform", ("S0", "S1"))
    true = search_duties(game, game.standing)
    wrong = replace(true, rates=true.rates + 0.01)
    monkeypatch.setattr(talks, "search_duties", lambda *_, **__: wrong)
    played = fought(game)
    (said,) = [note for note in played.notes if note.name == UNCERTIFIED]
    assert said.leads
    assert "would gain" in said.text


def test_what_stands_is_told_as_it_is_whatever_the_bounds():
    stood = at_odds(3)
    free = game_of(stood, alone("R0", "R1"), "partner", ("S0", "S1"))
    bound = game_of(stood, alone("R0", "R1"), "partner", ("S0", "S1"), high=0.01)
    assert bound.standing == pytest.approx(free.standing)
    assert bound.standing.max() > 0.02


def test_the_largest_games_of_the_packaged_world_meet_their_conditions():
    """Ten governments by partner, and one on every sector of every partner: no duty would move by 1e-6."""
    stood = solve(load_economy("icio2022"))
    e = stood.economy
    ten = ("USA", "CHN", "EU", "IND", "JPN", "GBR", "KOR", "CAN", "BRA", "MEX")
    players = [Government(n, tuple(e.regions[k] for k in e.region_indices([n]))) for n in ten]
    war = game_of(stood, players)
    one = game_of(stood, players[:1], "full", low=LOWEST)
    traded = np.delete(e.flows[e.regions.index("USA")], e.regions.index("USA"), axis=0)
    assert len(one.setter) == (traded[:, e.sector_indices(["goods"])] > 0).sum() > 2100
    for game in (war, one):
        end = search_duties(game, game.standing)
        assert end.step < 1e-6
        _, rise = game.slopes(end.outcome, end.rates)
        own = rise[game.setter, np.arange(len(end.rates))] / game.curvature(end.outcome)
        assert np.abs(own).max() < 1e-6


def test_a_capped_answer_invites_more_than_an_uncapped_one():
    stood = at_odds(1, tariffs=False)

    def best(most: float) -> float:
        game = game_of(stood, alone("R0"), "partner", ("S0", "S1"), retaliation=Retaliation(most))
        end = search_duties(game, STARTS["double"](game))
        return float(game.values(end.outcome)[0])

    free = game_of(stood, alone("R0"), "partner", ("S0", "S1"))
    unanswered = float(free.values(search_duties(free, free.standing).outcome)[0])
    assert unanswered > best(0.02) > best(np.inf) - 1e-12


def test_duties_of_all_together_win_more_than_those_of_each():
    game = game_of(at_odds(3), alone("R0", "R1", "R2", "R3"), "full", ("S0", "S1", "S2"))
    war = search_duties(game, game.standing)
    together = search_duties(game, war.rates, common_goal(1.0, 1.0, 1.0, 1.0))
    total = game.income / game.income.sum()
    assert game.values(together.outcome) @ total > game.values(war.outcome) @ total + 1e-4
    assert together.outcome.status is Status.CONVERGED


def test_cooperation_is_searched_from_every_start():
    played = fought(game_of(at_odds(3), alone("R0", "R1", "R2"), "partner", ("S0", "S1")))
    found = Findings(played.blocks)
    for scenario in (None, "together"):
        assert found.value("searches", scenario=scenario) == len(STARTS)
        assert found.value("equilibria_found", scenario=scenario) == 1
        assert found.value("first_order_gap", scenario=scenario) < 1e-6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(governments=alone("R0", "R0")), "R0 is in R0 and in R0; nobody plays against itself"),
        (dict(low=0.5, high=0.2), "bounds cross"),
        (dict(low=-2.0), "bounds cross or lie outside"),
        (dict(detail="fine"), "unknown detail 'fine'"),
    ],
)
def test_what_cannot_be_played_is_refused(change, message):
    asked = {"governments": alone("R0"), "sectors": ("S0",)} | change
    with pytest.raises(InputError, match=message):
        game_of(at_odds(1), **asked)


def test_unknown_players_name_the_nearest():
    with pytest.raises(LabelError, match="R3"):
        game_of(at_odds(1), alone("R33"), sectors=("S0",))


def test_rates_without_trade_are_not_set():
    stood = at_odds(1)
    banned = stood.shock.changed("permitted", np.ix_([0], [1], [0, 1, 2]), 0.0)
    game = game_of(solve(stood.economy, banned, TIGHT), alone("R0"), sectors=("S0", "S1", "S2"))
    assert game.partner == ("R2", "R3")
