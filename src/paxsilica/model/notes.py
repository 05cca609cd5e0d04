"""What a reader of an outcome must know beside its numbers, as notes with the money they concern."""

from __future__ import annotations

import numpy as np

from paxsilica.economy import Note
from paxsilica.model.equations import MOST_LENT
from paxsilica.model.outcome import Outcome

WORTH_A_NOTE = 1e-4
"""Share of a region's income that makeshifts, of all goods together, must take up to be told of."""

NAMED = 5


def notes_of(outcome: Outcome) -> tuple[Note, ...]:
    """Where the closure met its limit, and where makeshifts stand in for banned products."""
    return (*_surplus(outcome), *_makeshifts(outcome))


def _surplus(outcome: Outcome) -> tuple[Note, ...]:
    short = np.maximum(outcome.deficit - outcome.promised_deficit, 0.0)
    regions = outcome.economy.regions
    lenders = [
        r for r, gap in zip(regions, short, strict=True) if gap > 1e-9 * outcome.income.sum()
    ]
    if not lenders:
        return ()
    text = (
        f"the surplus of {', '.join(lenders)} would exceed {MOST_LENT:.0%} of what is earned there after it; "
        "it is held at that limit, and the regions that borrow do with less"
    )
    return (Note("surplus_at_its_limit", text, float(short.sum())),)


def _makeshifts(outcome: Outcome) -> tuple[Note, ...]:
    e, spent = outcome.economy, outcome.makeshift
    told = spent.sum(1) > WORTH_A_NOTE * outcome.income
    if not told.any():
        return ()
    share = np.where(told[:, None], spent / outcome.income[:, None], 0.0)
    cells = [np.unravel_index(int(at), share.shape) for at in np.argsort(-share, axis=None)[:NAMED]]
    named = ", ".join(
        f"{e.regions[n]} {e.sectors[j]} ({100 * share[n, j]:.2g}%)"
        for n, j in cells
        if share[n, j] > 0
    )
    text = (
        "banned products that little else replaces are made at home by hand at "
        f"{outcome.params.makeshift_cost:g} times their price, an assumption that decides how much their loss costs; "
        f"most, as a share of income, in: {named}; the size is what all regions spend on them"
    )
    return (Note("makeshifts", text, float(spent.sum())),)
