"""What governments may come to, as findings: best replies, war, cooperation, bargains and the frontier.

The decision is the tariffs; their band varies the world. How far the decision itself moves is told beside it: the same
game is played again under every set of elasticities.

`item` is a government, `scenario` one of `SCENARIOS`. Real income is against what stood; a loss is negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from paxsilica.analysis.band import band_over, other_sets
from paxsilica.analysis.negotiation.bargain import FRONTIER_POINTS, Bargain, bargain, frontier
from paxsilica.analysis.negotiation.certificate import STARTS, best_of, certified, distinct
from paxsilica.analysis.negotiation.game import (
    Game,
    Government,
    Settled,
    Wish,
    common_goal,
    game_of,
    own_goal,
    search_duties,
)
from paxsilica.checks import Array
from paxsilica.desk import Progress
from paxsilica.economy import Economy, Note
from paxsilica.errors import ConvergenceError
from paxsilica.findings import Block, block
from paxsilica.model import Outcome, solve
from paxsilica.model.notes import beyond_the_model

SCENARIOS = {
    "optimum": "best reply",
    "war": "tariff war",
    "together": "cooperation",
    "threat": "no deal",
    "bargain": "bargain",
}
"""What may be played -> in words."""

UNMOVED = 1e-6
"""Difference of a duty, decimal, from a best reply searched anew above which an equilibrium is none."""

UNCERTIFIED = "uncertified"
"""Name of the note on duties from which somebody would still move."""

REACTIONS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
"""Duties of the other side on a curve of best replies, decimal."""


class Played(NamedTuple):
    """What was found: `[v]` rates by scenario, what else is told of it, and `[c]` the duty of each flow without a deal."""

    game: Game
    rates: Mapping[str, Array]
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()
    threat: Array | None = None


def fought(game: Game, progress: Progress | None = None) -> Played:
    """A game of own goals: the optimum of one government, the Nash equilibrium of several and what they would do together.

    Raises:
        ConvergenceError: as `search_duties`, from every start; one that fails is told in a note.
    """
    found, notes = _from_every_start(game, own_goal, progress)
    several = distinct(found)
    if len(game.governments) == 1:
        best = best_of(several)
        several = [best, *(one for one in several if one is not best)]
    who = _players(game)
    if progress is not None:
        progress("searching every best reply anew", 0, 0)
    proof = certified(several[0])
    blocks = [
        block("equilibria_found", len(several)),
        block("searches", len(found)),
        block("first_order_gap", several[0].step),
        block("reply_gap", 100 * proof.reply, {"item": who}),
        block("reply_gain", 100 * proof.gain, {"item": who}),
        block("tariff_bend", proof.bend, {"item": who}),
    ]
    if proof.reply.max() > UNMOVED or np.nanmax([*proof.bend, -1.0]) >= 0:
        away, gain = 100 * proof.reply.max(), 100 * proof.gain.max()
        text = (
            f"a best reply searched anew lies {away:.1e} percentage points away and would gain {gain:.1e} % of income"
            if np.isfinite(away)
            else "no best reply was found when it was searched anew"
        )
        text = f"these duties are not certified: {text}; read them as one point on the way, or set fewer duties"
        notes.append(Note(UNCERTIFIED, text, leads=True))
    if len(game.governments) == 1:
        return Played(game, {"optimum": several[0].rates}, tuple(blocks), tuple(notes))
    rates = {"war": several[0].rates}
    shared, more = _from_every_start(game, common_goal(*[1.0] * len(who)), progress)
    together = max(shared, key=lambda one: float(one.game.values(one.outcome) @ game.income))
    count = len(distinct(shared))
    blocks += [
        block("equilibria_found", count, scenario="together"),
        block("searches", len(shared), scenario="together"),
        block("first_order_gap", together.step, scenario="together"),
    ]
    rates["together"] = together.rates
    return Played(game, rates, tuple(blocks), (*notes, *more))


def _from_every_start(
    game: Game, wish: Wish, progress: Progress | None
) -> tuple[list[Settled], list[Note]]:
    """What the searches from every one of `STARTS` end at, and a note on those that do not end.

    Raises:
        ConvergenceError: none ends.
    """
    found, failed, last = list[Settled](), list[str](), None
    for name, start in STARTS.items():
        try:
            doing = f"from {name} duties"
            found.append(search_duties(game, start(game), wish, progress=progress, doing=doing))
        except ConvergenceError as error:
            failed.append(name)
            last = error
    if last is not None and not found:
        raise last
    text = f"from {', '.join(failed)} duties the search did not end; it is not counted"
    return found, [Note("searches", text)] if failed else []


def talked(
    game: Game, threat: Array, power: float = 0.5, progress: Progress | None = None
) -> Played:
    """Bargains of every pair of governments over what they charge one another; of two, also the frontier.

    Raises:
        InputError, ConvergenceError: as `bargain`.
    """
    deal = bargain(game, threat, power, progress=progress)
    blocks, notes = [*_bargain_blocks(game, deal)], list[Note]()
    if len(game.governments) == 2:
        points = frontier(game, progress=progress)
        values = np.array([game.values(end.outcome) for _, end in points])
        if lost := FRONTIER_POINTS - len(points):
            notes.append(Note("frontier", f"{lost} points of the frontier were not found"))
        labels = [f"{100 * weight:g}" for weight, _ in points]
        axes = {"point": labels}, {"item": _players(game)}
        blocks.append(block("frontier_gain", 100 * values, *axes))
    rates = {"threat": game.mean_of(threat), "bargain": deal.settled.rates}
    return Played(game, rates, tuple(blocks), tuple(notes), threat)


def war_between(game: Game, progress: Progress | None = None) -> Settled:
    """The Nash equilibrium of what governments charge one another, from the rates that stand."""
    return search_duties(game, game.standing, progress=progress, doing="the war between them")


def replies(stood: Outcome, sides: Sequence[Government], progress: Progress | None = None) -> Block:
    """Of two governments, the best duty on all goods of the other against each duty of the other.

    Raises:
        ConvergenceError: as `search_duties`.
    """
    regions = [region for side in sides for region in side.regions]
    game = game_of(stood, sides, "partner", against=regions)
    best = np.empty((len(REACTIONS), 2))
    for mine in (0, 1):
        start = game.standing[game.setter == mine]
        for at, duty in enumerate(REACTIONS):
            rates = np.where(game.setter == mine, game.standing, duty)
            faced = solve(game.economy, game.enact(rates), stood.params)
            own = replace(game.alone(mine), stood=faced)
            end = search_duties(own, start, progress=progress, doing="best replies")
            start = end.rates
            best[at, mine] = end.rates[0]
    points = {"point": [f"{100 * duty:g}" for duty in REACTIONS]}
    return block("best_reply", 100 * best, points, {"item": _players(game)})


def outcome_blocks(
    played: Played,
    economies: Sequence[Economy] = (),
    notes: Sequence[Note] = (),
    progress: Progress | None = None,
) -> tuple[list[Block], list[Note]]:
    """Rates, and what every scenario does, with its band over sets of elasticities with the rates held."""
    game, e = played.game, played.game.economy

    def under(economy: Economy) -> list[Block]:
        stood = solve(economy, game.stood.shock.on(economy), game.stood.params)
        return [*_effects(played._replace(game=replace(game, stood=stood)))]

    own = [*_effects(played)]
    band = band_over(e.about.elasticities, own, economies, under, notes, progress)
    each = [b for b in band.each if b.variable == "real_income"]
    last = list(played.rates.values())[-1]
    far = beyond_the_model(solve(e, game.enact(last), game.stood.params))
    blocks = [*_duty_blocks(game, played.rates), *band.blocks, *each, *played.blocks]
    return blocks, [*played.notes, *band.notes, *far]


def decided_again(
    played: Played, scenario: str, economies: Sequence[Economy], progress: Progress | None = None
) -> Iterator[Block]:
    """Mean rates of a game of own goals when it is played under every other set of elasticities; NaN where unsolved."""
    game, used = played.game, played.game.economy.about.elasticities
    others = other_sets(used, economies)
    found = [_means(game, played.rates[scenario])]
    for done, economy in enumerate(others):
        if progress is not None:
            progress("deciding under other elasticities", done, len(others))
        try:
            stood = solve(economy, game.stood.shock.on(economy), game.stood.params)
            end = search_duties(replace(game, stood=stood), played.rates[scenario])
            found.append(_means(game, end.rates))
        except ConvergenceError:
            found.append(np.full(len(game.governments), np.nan))
    if others:
        sets = {"elasticities": [used, *(economy.about.elasticities for economy in others)]}
        yield block(
            "tariff_mean", 100 * np.array(found), sets, {"item": _players(game)}, scenario=scenario
        )


def _players(game: Game) -> list[str]:
    return [who.name for who in game.governments]


def _means(game: Game, rates: Array) -> Array:
    """`[g]` mean of the rates of each government, weighted by the trade that stood."""
    weight = game.total(game.stood.flows[game.cells])
    who = range(len(game.governments))
    paid, trade = (
        np.bincount(game.setter, x, minlength=len(who)) for x in (weight * rates, weight)
    )
    return np.asarray(np.divide(paid, trade, out=np.full(len(who), np.nan), where=trade > 0))


def _duty_blocks(game: Game, rates: Mapping[str, Array]) -> Iterator[Block]:
    who = _players(game)
    axis = {
        "item": [who[g] for g in game.setter],
        "partner": game.partner,
        "sector": game.sector,
    }
    for scenario, levels in {"standing": game.standing, **rates}.items():
        yield block("tariff_set", 100 * levels, axis, scenario=scenario, detail=len(levels) > 60)
        yield block("tariff_mean", 100 * _means(game, levels), {"item": who}, scenario=scenario)


def _effects(played: Played) -> Iterator[Block]:
    game = played.game
    who, e, stood = {"item": _players(game)}, game.economy, game.stood
    sides = [e.region_indices(g.regions) for g in game.governments]
    for scenario, rates in played.rates.items():
        shock = game.enact(rates)
        if scenario == "threat" and played.threat is not None:
            shock = stood.shock.changed("tariffs", game.cells, played.threat)
        outcome = solve(e, shock, stood.params, start=stood)
        change = outcome.real_income - stood.real_income
        money = change * e.income
        of = [money[at].sum() for at in sides] / game.income
        yield block("real_income", 100 * of, who, scenario=scenario)
        yield block("real_income_money", [money[at].sum() for at in sides], who, scenario=scenario)
        lent = (outcome.transfer_effect - stood.transfer_effect) * e.income
        part = [lent[at].sum() for at in sides] / game.income
        yield block("transfer_effect", 100 * part, who, scenario=scenario)
        own = 100 * change / stood.real_income
        yield block("real_income", own, {"region": e.regions}, scenario=scenario, detail=True)


def _bargain_blocks(game: Game, deal: Bargain) -> Iterator[Block]:
    """What each side of a pair gains over its threat point."""
    who = _players(game)
    rows = [(who[a], who[b], gain) for (a, b), gain in deal.gain.items()]
    pairs = {"item": [a for a, _, _ in rows], "partner": [b for _, b, _ in rows]}
    yield block("bargain_gain", [100 * gain[0] for *_, gain in rows], pairs)
    turned = {"item": pairs["partner"], "partner": pairs["item"]}
    yield block("bargain_gain", [100 * gain[1] for *_, gain in rows], turned)
