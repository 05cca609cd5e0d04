"""What each measure contributes to the difference of two scenarios: Shapley values over what differs between them.

What both hold is held; see `paxsilica.analysis.plan` for who plays, so that the values add up to the difference.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from paxsilica.analysis.alliance.game import (
    Coalition,
    coalitions,
    entries,
    grown,
    shapley,
    shapley_sampled,
)
from paxsilica.analysis.compare import Comparison, changes
from paxsilica.analysis.plan import WORLD
from paxsilica.analysis.run import Solved
from paxsilica.checks import Array
from paxsilica.desk import Desk
from paxsilica.findings import Block, block
from paxsilica.model import solve_many

MOST_EXACT, SOLVES, LEAST_PAIRS = 10, 1000, 16
"""Players up to which all 2^n worlds are solved; beyond, about so many worlds are, in so many pairs of orders at least."""


def contributions(pair: Comparison, desk: Desk | None = None) -> tuple[Block, ...]:
    """What each player adds to the difference of real income of every group, in points.

    Raises:
        ConvergenceError: a world between the two is not solved. InputError: or cannot be.
    """
    desk, names = desk or Desk(), [player.key for player in pair.plan.players]
    groups, few = {"region": tuple(pair.groups)}, len(names) <= MOST_EXACT
    if not names:
        return ()
    orders = [] if few else entries(names, 2 * max(LEAST_PAIRS, SOLVES // (2 * len(names))))
    asked = coalitions(names) if few else [s for order in orders for s in grown(order)]
    worth = _real_incomes_of(pair, {*asked} - {frozenset(), frozenset(names)}, desk)
    who, error = {"measure": names}, []
    if few:
        value = shapley(np.array([worth[s] for s in asked]))
    else:
        value, missed = shapley_sampled(worth.__getitem__, names, orders)
        error = [block("contribution_error", missed, who, groups)]
    sampled = block("orders_sampled", len(orders))
    solved = block("coalitions_solved", len(worth))
    return (block("contribution", value, who, groups), *error, sampled, solved)


def _real_incomes_of(
    pair: Comparison, worlds: set[Coalition], desk: Desk
) -> Mapping[Coalition, Array]:
    """`[group]` real income of every world, % of the baseline's; those of both scenarios are known."""

    def known(side: Solved) -> Array:
        return changes(side.outcome.economy, side.outcome.real_income, pair)

    everybody = frozenset(player.key for player in pair.plan.players)
    worth = {frozenset[str](): known(pair.a), everybody: known(pair.b)}
    for side, stands in ((pair.a, False), (pair.b, True)):
        o = side.outcome
        of = (s for s in worlds if (WORLD in s or pair.one_world) == stands)
        of_side, before = pair.plan.ordered(of), len(worth) - 2

        def told(done: int, before: int = before) -> None:
            desk.progress("what each measure contributes", before + done, len(worlds))

        shocks = pair.plan.shocks(o.economy, of_side)
        batch = solve_many(o.economy, shocks, o.params, progress=told)
        rows = (changes(o.economy, real, pair) for real in batch.real_income)
        worth |= dict(zip(of_side, rows, strict=True))
    return worth
