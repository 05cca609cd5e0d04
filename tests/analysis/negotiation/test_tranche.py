"""Tranches against all choices counted in the test, and what no deal may do."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from worlds_at_odds import TIGHT, alone, at_odds

from paxsilica.analysis.negotiation import agenda as table_of
from paxsilica.analysis.negotiation import tranche as room
from paxsilica.analysis.negotiation.agenda import Deal, Limits, agenda_of, growing, traded
from paxsilica.analysis.negotiation.tranche import best_deal, ladder
from paxsilica.errors import InputError
from paxsilica.model import gradient, solve, solve_many

SIX = ("S0", "S1", "S2", "S3", "S4", "S5")


def agenda(seed=7, aim="nash", **asked):
    sides = alone("R0", "R1")
    return agenda_of(at_odds(seed, sectors=6), sides, SIX, aim=aim, **asked)


def scores(table, choices):
    """The aim of every choice, from real incomes that the engine gives, by the definition."""
    batch = solve_many(table.economy, map(table.enact, choices), TIGHT)
    gain = batch.real_income[:, :2] / table.stood.real_income[:2] - 1
    least = gain.min(1)
    if table.aim == "worse_off":
        return least
    return np.where(least > 0, gain.prod(1), least)


def every_choice(table, most):
    sides = [[k for k, c in enumerate(table.concessions) if c.by == side] for side in (0, 1)]
    some = [[s for r in range(most + 1) for s in combinations(of, r)] for of in sides]
    return [(*a, *b) for a, b in product(*some)]


@pytest.mark.parametrize("aim", ["nash", "worse_off"])
@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize(("seed", "most"), [(7, 1), (8, 2), (11, 3), (5, 4)])
def test_a_tranche_of_twelve_candidates_is_the_best_of_all(monkeypatch, seed, most, aim, counted):
    """Counted out by the room itself, and found by the programme and exchanges when it may not count."""
    if not counted:
        monkeypatch.setattr(room, "MOST_CHOICES", 10)
        monkeypatch.setattr(room, "MOST_NEAR", 300)
    table = agenda(seed, aim)
    assert len(table.concessions) == 12
    found = best_deal(table, most)
    best = scores(table, every_choice(table, most)).max()
    assert found.counted is counted
    assert scores(table, [found.deal.chosen])[0] == pytest.approx(best, rel=1e-5, abs=1e-12)
    assert max(sum(table.concessions[k].by == s for k in found.added) for s in (0, 1)) <= most


def test_choices_beyond_number_are_not_counted_out(monkeypatch):
    """40 concessions a side have more choices than 64 bits can count; they are not few."""
    table = agenda(7)
    sides = [[c for c in table.concessions if c.by == side] * 7 for side in (0, 1)]
    many = replace(table, concessions=(*sides[0][:40], *sides[1][:40]))
    solved = []

    def deals(self, choices, *_, **__):
        chosen = [tuple(sorted(these)) for these in choices]
        solved.extend(chosen)
        assert len(solved) < 10_000
        return [Deal(these, (0.0, 0.0)) for these in chosen]

    monkeypatch.setattr(table_of.Agenda, "deals", deals)
    assert best_deal(many, 40).counted is False


@pytest.mark.parametrize("aim", ["nash", "worse_off"])
def test_the_ladder_never_falls_and_ends_where_nothing_more_helps(aim):
    table = agenda(7, aim)
    steps = ladder(table, 1)
    reached = [rung.deal.score(aim) for rung in steps]
    assert reached == sorted(reached)
    assert reached[0] > 0
    for before, after in pairwise(steps):
        assert set(before.deal.chosen) < set(after.deal.chosen)
    last = steps[-1].deal.chosen
    free = [k for k in range(12) if k not in last]
    more = [(*last, *extra) for r in (1, 2) for extra in combinations(free, r)]
    one_a_side = [
        c
        for c in more
        if max(sum(table.concessions[k].by == s for k in c if k not in last) for s in (0, 1)) <= 1
    ]
    if one_a_side:
        assert scores(table, one_a_side).max() <= reached[-1] * (1 + 1e-6)


def test_red_lines_are_never_crossed():
    table = agenda(7, red_lines=(("S0", "S1"), ("S2",)))
    for rung in ladder(table, 2):
        for c in map(table.concessions.__getitem__, rung.deal.chosen):
            assert c.sector not in (("S0", "S1"), ("S2",))[c.by]
    stood, after = (
        table.stood,
        solve(table.economy, table.enact(range(len(table.concessions))), TIGHT),
    )
    kept = after.shock.tariffs == stood.shock.tariffs
    assert kept[0, 1, :2].all()
    assert kept[1, 0, 2]
    assert kept[2:].all()


@pytest.mark.parametrize(
    ("limit", "measure"),
    [
        ("output", lambda o: o.output),
        ("jobs", lambda o: o.value_added / o.wages),
    ],
)
def test_limits_hold_in_the_equilibrium(limit, measure):
    free = ladder(agenda(7), 2)[-1]
    table = agenda(7)

    def falls(chosen, table=table):
        after = solve(table.economy, table.enact(chosen), TIGHT)
        return 1 - (measure(after) / measure(table.stood))[:2].min()

    most = 0.5 * falls(free.deal.chosen)
    bound = agenda(7, limits=Limits(**{limit: most}))
    held = ladder(bound, 2)
    assert held
    assert all(falls(rung.deal.chosen) <= most + 1e-9 for rung in held)
    assert held[-1].deal.score("nash") < free.deal.score("nash")


def test_revenue_is_kept_where_it_must_be():
    free = ladder(agenda(7), 2)[-1]
    table = agenda(7)

    def lost(chosen):
        after = solve(table.economy, table.enact(chosen), TIGHT)
        return 1 - (after.tariff_revenue / table.stood.tariff_revenue)[:2].min()

    most = 0.5 * lost(free.deal.chosen)
    for rung in ladder(agenda(7, limits=Limits(revenue=most)), 2):
        assert lost(rung.deal.chosen) <= most + 1e-9


def test_first_order_is_the_gradient_times_the_cut():
    table = agenda(7, relief=0.1)
    stood, first = table.stood, table.first_order()
    by = [gradient(table.economy, stood.shock, f"R{side}", TIGHT) for side in (0, 1)]
    for k, c in enumerate(table.concessions):
        n, i, j = c.by, 1 - c.by, int(c.sector[1])
        for side in (0, 1):
            if c.kind == "tariff":
                expected = -by[side].tariffs[n, i, j] * stood.shock.tariffs[n, i, j]
            else:
                expected = -by[side].trade_cost[n, i, j] * 0.1
            assert first[k, side] == pytest.approx(expected, rel=1e-8, abs=1e-14)


def test_concessions_that_grow_too_much_are_off_the_table():
    table = agenda(7)
    alone_ = [solve(table.economy, table.enact([k]), TIGHT) for k in range(12)]
    growth = [
        o.flows[table.cells(c)].sum() / table.stood.flows[table.cells(c)].sum()
        for c, o in zip(table.concessions, alone_, strict=True)
    ]
    most = float(np.median(growth))
    kept = growing(table, most)
    assert kept.concessions == tuple(
        c for c, by in zip(table.concessions, growth, strict=True) if by <= most
    )
    assert traded(kept).min() > 0
    with pytest.raises(InputError, match="every concession would multiply"):
        growing(table, 1.0)


def test_a_threat_shifts_gains_alike():
    plain = agenda(7)
    flows = np.ix_([0, 1], [0, 1], range(6))
    tariffs = np.where(np.eye(2, dtype=bool)[:, :, None], 0.0, 0.6)
    threat = plain.stood.shock.changed("tariffs", flows, tariffs)
    (a,), (b,) = plain.deals([(0, 6)]), replace(plain, threat=threat).deals([(0, 6)])
    apart = solve(plain.economy, threat, TIGHT).real_income / plain.stood.real_income - 1
    assert np.subtract(a.gain, b.gain) == pytest.approx(apart[:2], abs=1e-10)
    assert (apart[:2] < -1e-4).all()


def test_what_cannot_be_a_tranche_is_refused():
    with pytest.raises(InputError, match="no sector outside the red lines"):
        agenda(7, red_lines=(SIX, SIX))
    with pytest.raises(InputError, match="a tranche of 0 concessions is none"):
        best_deal(agenda(7), 0)
    with pytest.raises(InputError, match="unknown aim 'most'"):
        agenda(7, aim="most")
    bare = at_odds(7, sectors=6, tariffs=False)
    with pytest.raises(InputError, match="nothing is left to concede"):
        agenda_of(bare, alone("R0", "R1"), SIX)
    assert len(agenda_of(bare, alone("R0", "R1"), SIX, relief=0.05).concessions) == 12


def test_too_many_concessions_are_ranked_by_what_they_win_the_other(monkeypatch):
    table = agenda(7)
    monkeypatch.setattr(table_of, "MOST_CONCESSIONS", 3)
    short = table_of._strongest(table)
    wins = table.first_order()
    for side in (0, 1):
        ranked = sorted(
            (k for k, c in enumerate(table.concessions) if c.by == side),
            key=lambda k: -wins[k, 1 - side],
        )
        assert {c for c in short if c.by == side} == {table.concessions[k] for k in ranked[:3]}
    assert replace(table, concessions=short).first_order().shape == (6, 2)
