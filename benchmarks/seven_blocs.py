"""Tariffs of seven blocs on the packaged data: the optimum of each alone, the war of all, and what moves their level.

    python benchmarks/seven_blocs.py

The blocs are those of Ossa (2014, American Economic Review 104(12)): Brazil, China, the EU, India, Japan, the USA and the
rest of the world as one. Every rate on every partner and good is free from nothing to ten times the price. Steps lead from
his kind of world to ours: goods alone, no inputs and his mean trade elasticity first. `benchmarks/ossa.py` does his own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from paxsilica.about import About
from paxsilica.analysis.negotiation.certificate import certified
from paxsilica.analysis.negotiation.game import (
    LAST_STEP,
    Game,
    Government,
    Settled,
    game_of,
    search_duties,
)
from paxsilica.checks import Array
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.model import Outcome, Params, goal_values, settled, solve
from paxsilica.model.cache import keep_made

BLOCS = ("BRA", "CHN", "EU", "IND", "JPN", "ROW", "USA")

BALANCED = Params(deficits="balanced")
MOST = 10.0
"""His upper bound of a rate, decimal."""

HIS_FELT = 1.84
"""Mean sigma - 1 of his industries, weighted by exports; it is 2.42 where they count alike."""

Weights = Mapping[str, tuple[tuple[str, float], ...]]
"""Government -> what a dollar of value added of each sector counts."""


class Played(NamedTuple):
    """Optima of every government alone, and the war of all."""

    stood: Outcome
    optima: list[Settled]
    war: Settled
    seconds: float


def at_rest(economy: Economy) -> Outcome:
    """The equilibrium without trade deficits from which governments move."""
    return solve(settled(economy, BALANCED), None, BALANCED)


def blocs_of(economy: Economy, weights: Weights | None = None) -> list[Government]:
    """His seven governments in any world: everybody who is nobody else is the rest of the world."""
    sides = {
        bloc: [economy.regions[n] for n in economy.region_indices([bloc])]
        for bloc in BLOCS
        if bloc != "ROW"
    }
    named = {region for regions in sides.values() for region in regions}
    sides["ROW"] = [region for region in economy.regions if region not in named]
    return [Government(b, tuple(sides[b]), (weights or {}).get(b, ())) for b in BLOCS]


def free_game(stood: Outcome, players: Sequence[Government], low: float = 0.0) -> Game:
    """Every rate on every partner and good is free, as in the paper."""
    e = stood.economy
    return game_of(stood, players, "full", [e.sectors[j] for j in e.goods], low=low, high=MOST)


def play(stood: Outcome, weights: Weights | None = None, held: Sequence[str] = ()) -> Played:
    """Optima and the war.

    Args:
        held: a government and a sector, whose rates stay in the war where the government's optimum has them.
    """
    start = time.perf_counter()
    players = blocs_of(stood.economy, weights)
    still = 1e-6 if held else LAST_STEP
    games = [free_game(stood, [one]) for one in players]
    optima = [search_duties(game, game.standing, still=still) for game in games]
    fight = free_game(stood, players)
    first = fight.standing
    if held:
        first = np.concatenate([end.rates for end in optima])
        theirs = (fight.setter == BLOCS.index(held[0])) & (np.array(fight.sector) == held[1])
        low, high = (np.where(theirs, first, bound) for bound in (fight.low, fight.high))
        fight = replace(fight, low=low, high=high)
    war = search_duties(fight, first, still=still)
    return Played(stood, optima, war, time.perf_counter() - start)


def gains(stood: Outcome, outcome: Outcome) -> Array:
    """`[g]` change of every government's real income, per cent."""
    e = stood.economy
    at = [e.region_indices(one.regions) for one in blocs_of(e)]
    change = (outcome.real_income - stood.real_income) * e.income
    had = stood.real_income * e.income
    return np.array([100 * change[mine].sum() / had[mine].sum() for mine in at])


def won(end: Settled) -> Array:
    """`[g]` change of every player's own goal, per cent: of real income, where no sector counts more."""
    goals = end.game.goals
    change: Array = 100 * (goal_values(end.outcome, goals) / goal_values(end.game.stood, goals) - 1)
    return change


def level(settled: Settled) -> tuple[float, float]:
    """Mean and median over all rates of each government, then the mean over governments, per cent."""
    of = [settled.rates[settled.game.setter == g] for g in range(len(settled.game.governments))]
    means = np.mean([one.mean() for one in of]), np.mean([np.median(one) for one in of])
    return 100 * float(means[0]), 100 * float(means[1])


def summary(played: Played) -> str:
    """Levels of the optima and of the war on one line; changes are of governments' own goals."""
    best = np.mean([level(one) for one in played.optima], axis=0)
    fought, own = level(played.war), [won(one)[0] for one in played.optima]
    return (
        f"optimal {best[0]:5.1f} (median {best[1]:5.1f}), own gain {np.mean(own):5.2f}; "
        f"war {fought[0]:5.1f} (median {fought[1]:5.1f}), mean change {won(played.war).mean():5.2f}"
    )


def closed_form(outcome: Outcome, revenue: bool = True) -> Array:
    """`[g]` optimal rate of a seller whose wage alone moves: 1 / (sum over buyers n and goods j of chi theta (1 - pi)).

    chi is the share of (n, j) in the exports of g, pi the share of g in what n spends on j. With one good and one buyer
    it is Gros (1987). Wages elsewhere are taken as given; no inputs.

    Args:
        revenue: whether buyers spend less where they collect less duty; else their spending is taken as given too, as
            it may be where they charge nothing.
    """
    e, flows, paid = outcome.economy, outcome.flows, outcome.shock.tariffs
    pi = flows * (1 + paid) / outcome.expenditure[:, None, :]
    abroad = np.where(np.eye(len(flows), dtype=bool)[:, :, None], 0.0, flows)
    chi = abroad / abroad.sum((0, 2))[None, :, None]
    felt = chi * e.trade_elasticity * (1 - pi)
    if revenue:
        spent = outcome.expenditure / outcome.expenditure.sum(1, keepdims=True)
        duty = paid / (1 + paid)
        mean = (duty * pi).sum(1)
        lost = (spent * e.trade_elasticity)[:, None, :] * pi * (duty - mean[:, None, :])
        less = lost.sum(2) / (1 - (spent * mean).sum(1))[:, None]
        felt = felt + chi * less[:, :, None]
    return np.asarray(1 / felt.sum((0, 2)))


def as_blocs(economy: Economy, inputs: bool = True) -> Economy:
    """The packaged world with every bloc as one region; what its members charge one another is gone."""
    sides = blocs_of(economy)
    member = np.zeros((len(BLOCS), len(economy.regions)))
    for g, one in enumerate(sides):
        member[g, economy.region_indices(one.regions)] = 1
    flows, revenue = (
        np.einsum("gn,hi,nij->ghj", member, member, x)
        for x in (economy.flows, economy.flows * economy.tariffs)
    )
    tariffs = np.divide(revenue, flows, out=np.zeros_like(flows), where=flows > 0)
    home = np.arange(len(BLOCS))
    tariffs[home, home] = 0
    bought = np.einsum("gn,nkj->gkj", member, economy.inputs)
    before, after = member @ economy.expenditure, (flows * (1 + tariffs)).sum(1)
    bought *= np.divide(after, before, out=np.ones_like(after), where=before > 0)[:, :, None]
    return Economy.from_flows(
        BLOCS,
        economy.sectors,
        flows,
        tariffs,
        bought if inputs else None,
        economy.trade_elasticity,
        about=About(sector_groups=economy.about.sector_groups),
    )


def goods_only(economy: Economy) -> Economy:
    """What is no good is neither bought nor sold; without inputs."""
    j = economy.goods
    return Economy.from_flows(
        economy.regions,
        [economy.sectors[k] for k in j],
        economy.flows[:, :, j],
        economy.tariffs[:, :, j],
        None,
        economy.trade_elasticity[j],
    )


def felt(economy: Economy) -> float:
    """Mean trade elasticity of goods, weighted by exports."""
    abroad = economy.flows.sum((0, 1)) - np.einsum("nnj->j", economy.flows)
    return float(np.average(economy.trade_elasticity[economy.goods], weights=abroad[economy.goods]))


def elastic(economy: Economy, mean: float) -> Economy:
    """The same with all trade elasticities in proportion, so that `felt` is the mean asked."""
    theta = economy.trade_elasticity * (mean / felt(economy))
    return economy.replace(trade_elasticity=theta)


def report_steps() -> None:
    """One difference at a time; the last is the packaged world as it is."""
    ours = load_economy("icio2022")
    bare, linked = as_blocs(ours, inputs=False), as_blocs(ours)
    print(f"mean theta of traded goods: his {HIS_FELT:.2f}, ours {felt(ours):.2f}")
    for name, world in (
        ("goods alone, no inputs, his theta", elastic(goods_only(bare), HIS_FELT)),
        ("and services, which pay no duty", elastic(bare, HIS_FELT)),
        ("and inputs", elastic(linked, HIS_FELT)),
        ("and our theta", linked),
        ("and 81 regions in the seven blocs", ours),
        ("our theta without inputs", bare),
        ("our theta, goods alone, no inputs", goods_only(bare)),
    ):
        played = play(at_rest(world))
        took = f"{played.war.rounds} rounds, {played.seconds:.0f} s"
        print(f"  {name:38s} {summary(played)}; {took}", flush=True)
        if world is ours:
            report_blocs(played)


def report_blocs(played: Played) -> None:
    """Every bloc, and whether a best reply found afresh is another."""
    change = gains(played.stood, played.war.outcome)
    for g, bloc in enumerate(BLOCS):
        end = played.optima[g]
        fought = played.war.rates[played.war.game.setter == g]
        print(
            f"    {bloc:4s} optimum {level(end)[0]:5.1f}, own gain {gains(played.stood, end.outcome)[g]:5.2f}; "
            f"war {100 * fought.mean():5.1f}, change {change[g]:5.2f}"
        )
    start, proof = time.perf_counter(), certified(played.war)
    print(
        f"    {len(played.war.rates)} rates, gap {played.war.step:.0e}; a best reply found afresh is within "
        f"{100 * proof.reply.max():.0e} points; largest second derivative {proof.bend.max():.2f}; "
        f"{time.perf_counter() - start:.0f} s"
    )


def main() -> None:
    keep_made()
    report_steps()


if __name__ == "__main__":
    main()
