"""The ladder of a deal as findings: every rung with its band, what it adds, and each concession.

`rung` is a step from 1, or `EVERYTHING` for every concession on the table; `item` is a side, `measure` its kind.
Gains are shares of real income against what stood; a loss is negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from paxsilica.analysis.band import band_over
from paxsilica.analysis.negotiation.agenda import CONCESSION_KINDS, Agenda, traded
from paxsilica.analysis.negotiation.tranche import Rung, ladder
from paxsilica.desk import Progress
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError
from paxsilica.findings import Block, block
from paxsilica.model import solve
from paxsilica.model.notes import beyond_the_model
from paxsilica.names import Names

EVERYTHING = "all"

TOO_FAR = "too far"
"""Name of the note on concessions that are off the table."""


def tranche(
    agenda: Agenda,
    most: int,
    economies: Sequence[Economy] = (),
    notes: Sequence[Note] = (),
    progress: Progress | None = None,
) -> tuple[list[Block], list[Note]]:
    """The ladder and its band with the concessions held.

    Args:
        most: concessions a side on each rung. economies: balanced baselines under every set of elasticities.

    Raises:
        InputError: nobody gains by any choice. ConvergenceError: an equilibrium is not solved.
    """
    rungs = ladder(agenda, most, progress)
    if not rungs:
        one, two = (side.name for side in agenda.sides)
        raise InputError(
            f"no concessions of {one} and {two} make both better off than they are; open a red line, loosen a limit, "
            "allow more with --tranche, or put --non-tariff costs on the table"
        )
    on = {str(step): rung.deal.chosen for step, rung in enumerate(rungs, 1)}
    on[EVERYTHING] = tuple(range(len(agenda.concessions)))

    def under(economy: Economy) -> list[Block]:
        stood = solve(economy, agenda.stood.shock.on(economy), agenda.stood.params)
        apart = None if agenda.threat is None else agenda.threat.on(economy)
        return [*_gains(replace(agenda, stood=stood, threat=apart), on)]

    used = agenda.economy.about.elasticities
    band = band_over(used, [*_gains(agenda, on)], economies, under, notes, progress)
    each = [b for b in band.each if b.variable == "real_income"]
    gained = [b for b in band.each if b.variable == "bargain_gain"]
    blocks = [*band.blocks, *each, *_ladder_blocks(rungs), *_concession_blocks(agenda, rungs)]
    last = solve(agenda.economy, agenda.enact(rungs[-1].deal.chosen), agenda.stood.params)
    if gained:
        over = gained[0].value
        holds = (over > 0).all(-1).sum(0)
        blocks.append(block("rung_holds", holds, {"rung": [*on]}))
        blocks.append(block("sets_solved", int(np.isfinite(over).all((1, 2)).sum())))
    return blocks, [*band.notes, *beyond_the_model(last)]


def too_far(agenda: Agenda, kept: Agenda, names: Names, most: float) -> list[Note]:
    """What is off the table since its trade would grow beyond what elasticities are measured on."""
    out = [
        f"{names.say_sector(c.sector)} by {names.say(side.name.split('+'), inside=True)}"
        for c in agenda.concessions
        for side in [agenda.sides[c.by]]
        if c not in kept.concessions
    ]
    text = (
        f"off the table, since the concession alone would multiply the trade in it by more than {most:g}: "
        f"{'; '.join(out)}; --most-growth lets them in"
    )
    return [Note(TOO_FAR, text)] if out else []


def _gains(agenda: Agenda, on: dict[str, tuple[int, ...]]) -> Iterator[Block]:
    e, stood = agenda.economy, agenda.stood
    over = np.array([deal.gain for deal in agenda.deals(on.values())])
    gains = over + agenda.over
    income = [(stood.real_income * e.income)[at].sum() for at in agenda.at]
    axes = {"rung": [*on]}, {"item": [side.name for side in agenda.sides]}
    yield block("real_income", 100 * gains, *axes)
    yield block("real_income_money", gains * income, *axes)
    yield block("bargain_gain", 100 * over, *axes)


def _ladder_blocks(rungs: Sequence[Rung]) -> Iterator[Block]:
    steps = {"rung": [str(step) for step in range(1, len(rungs) + 1)]}
    yield block("concessions_made", [len(rung.deal.chosen) for rung in rungs], steps)
    yield block("all_counted", [int(rung.counted) for rung in rungs], steps)


def _concession_blocks(agenda: Agenda, rungs: Sequence[Rung]) -> Iterator[Block]:
    """Every concession: on which rung, what is charged, and what it does alone; those on no rung have none."""
    step = {k: str(at) for at, rung in enumerate(rungs, 1) for k in rung.added}
    of, stood = agenda.concessions, agenda.stood
    names = [side.name for side in agenda.sides]
    axis = {
        "item": [names[c.by] for c in of],
        "sector": [c.sector for c in of],
        "measure": [c.kind for c in of],
        "rung": [step.get(k, "") for k in range(len(of))],
    }
    charged = [
        100 * (stood.flows[at] * stood.shock.at("tariffs", at)).sum() / stood.flows[at].sum()
        for at in map(agenda.cells, of)
    ]
    left = [1 - agenda.cut if CONCESSION_KINDS[c.kind] == "tariffs" else 1.0 for c in of]
    first = 100 * agenda.first_order()
    deals, after = agenda.alone
    changes = 100 * (np.array([deal.gain for deal in deals]) + agenda.over)
    giver = np.array([c.by for c in of])
    each = np.arange(len(of))
    yield block("concession_trade", traded(agenda), axis)
    yield block("concession_trade_after", after, axis)
    yield block("concession_from", charged, axis)
    yield block("concession_to", np.multiply(charged, left), axis)
    yield block("concession_own", changes[each, giver], axis)
    yield block("concession_won", changes[each, 1 - giver], axis)
    yield block("concession_first_order", first[each, 1 - giver], axis)
