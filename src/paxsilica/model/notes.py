"""What a reader of an outcome must know beside its numbers, as notes with the money they concern."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from paxsilica.about import BEYOND
from paxsilica.checks import Bool
from paxsilica.economy import Array, Note
from paxsilica.errors import joined
from paxsilica.model.calibration import trade_links
from paxsilica.model.equations import MOST_LENT
from paxsilica.model.outcome import Outcome
from paxsilica.model.params import LEAST_TRADE_ELASTICITY
from paxsilica.shock import INSTRUMENTS

WORTH_A_NOTE = 1e-4
"""Share of a region's income that backstops, of all goods together, must take up to be told of."""

MOST_NAMED = 5

MOST_INCOME = 0.3
"""Change of a region's real income: what it makes, likes and trades does not stay what it was."""

MOST_BACKSTOP = 0.05
"""Share of income that goes into backstops: their price, an assumption, then decides the answer."""

MOST_BANNED = 0.5
"""Share of a region's imports or exports: the model was compared with no cut of that size."""

LEAST_LEFT = 0.1
"""Of exports that only cost more: elasticities are measured on flows that change by less."""

MOST_WEDGE = 2.0
"""Factor on a cost: trade elasticities are estimated on duties of some to some tens of per cent."""

OF_WEIGHT = {"exports": 1e-2, "income": 1e-3}
"""Parts of a region's exports (or imports, or output) and income from which on a flow matters."""

LIMITS = {
    "real_income": f"real income in {{who}} would change by more than {MOST_INCOME * 100:.0f} %, and what the model holds "
    "fixed, technology, tastes and order, would not stay",
    "backstop": f"{{who}} would spend more than {MOST_BACKSTOP * 100:.0f} % of income on home-made substitutes for "
    "banned products, and their assumed price decides the answer",
    "cut_off": f"more than {MOST_BANNED * 100:.0f} % of the imports or exports of {{who}} is banned, and the model "
    "was compared with no cut of that size",
    "flows": f"exports of {{who}} that cost more would fall below {LEAST_LEFT * 100:.0f} % of what they were, "
    "further than trade elasticities were measured",
    "size": f"a cost that {{who}} meets changes by a factor of more than {MOST_WEDGE:g}, beyond the duties "
    "on which trade elasticities are estimated",
}
"""Why a result beyond a limit is more than a model of this kind can carry."""


def notes_of(outcome: Outcome) -> tuple[Note, ...]:
    """The baseline's notes; limits of the model that were passed or met; backstops."""
    own = (*beyond_the_model(outcome), *_surplus(outcome), *_backstops(outcome), *_floor(outcome))
    return (*outcome.economy.notes, *own)


def _floor(outcome: Outcome) -> Iterator[Note]:
    """The sectors whose trade elasticity would be below the least that the model has."""
    e = outcome.economy
    least = [
        s for s, x in zip(e.sectors, outcome.theta, strict=True) if x == LEAST_TRADE_ELASTICITY
    ]
    if least and (e.trade_elasticity > LEAST_TRADE_ELASTICITY).all():
        who = joined(least, MOST_NAMED, more="more sectors")
        yield Note(
            "trade_elasticity.floor",
            f"the trade elasticity of {who} is held at {LEAST_TRADE_ELASTICITY}, the least that the model has: what "
            f"responds {outcome.params.horizon} would be less",
        )


def beyond_the_model(outcome: Outcome) -> tuple[Note, ...]:
    """Why the result, if anything, is beyond what the model was made for and compared with.

    The limits stand above with their reasons, and in `docs/model.md`; a result that has such a note
    leads with it.
    """
    e, notes = outcome.economy, []
    for name, at, money in (*_moved(outcome), *_stretched(outcome)):
        if at.any():
            largest = [n for n in np.argsort(-money, kind="stable") if at[n] and money[n] > 0]
            names = [e.region_name(e.regions[n]) for n in largest]
            who = joined(names, MOST_NAMED - 1, more="more regions")
            notes.append(Note(BEYOND + name, LIMITS[name].format(who=who), float(money[at].sum())))
    return tuple(notes)


Limit = tuple[str, Bool, Array]
"""Name in `LIMITS`, `[n]` where it is passed, `[n]` money concerned."""


def _moved(o: Outcome) -> Iterator[Limit]:
    moved, spent = np.abs(o.real_income - 1), o.backstop.sum(1)
    yield "real_income", moved > MOST_INCOME, moved * o.economy.income
    yield "backstop", spent > MOST_BACKSTOP * o.income, spent
    links, at = trade_links(o.economy), o.shock.changed_importers
    lost, bought = links.abroad[at] * o.shock.narrower, np.zeros(len(o.economy.regions))
    bought[at], sold = lost.sum((1, 2)), lost.sum((0, 2))
    far = (bought > MOST_BANNED * links.imports) | (sold > MOST_BANNED * links.exports)
    yield "cut_off", far, np.maximum(bought, sold)


def _stretched(o: Outcome) -> Iterator[Limit]:
    e, s = o.economy, o.shock
    if not any(INSTRUMENTS[name].price for name in s.rows):
        return
    rows = s.changed_importers  # elsewhere nothing is dearer
    traded, wedge = trade_links(e).abroad * ~s.banned, s.wedge(rows)
    dearer = traded[rows] * (wedge > 1)
    before, after = dearer.sum((0, 2)), (o.flows[rows] * (dearer > 0)).sum((0, 2))
    fallen = (after < LEAST_LEFT * before) & (before > OF_WEIGHT["income"] * e.income)
    yield "flows", fallen, before
    stretched, made = (
        x * (np.abs(np.log(factor)) > np.log(MOST_WEDGE))
        for x, factor in ((traded[rows], wedge), (e.output, s.gate))
    )
    used = e.inputs * (np.abs(np.log1p(-s.input_subsidy)) > np.log(MOST_WEDGE))
    home = made.sum(1) + used.sum((1, 2))
    heavy = OF_WEIGHT["exports"]
    at, money = home > heavy * e.output.sum(1), home
    if stretched.any():
        far = np.zeros_like(traded)
        far[rows] = stretched
        at, money = at | _weighs(far, traded, heavy), home + far.sum((0, 2)) + far.sum((1, 2))
    yield "size", at, money


def _weighs(part: Array, whole: Array, limit: float) -> Bool:
    """`[n]` whether a part of trade is above a share of it, as imports or as exports."""
    above = [part.sum(axes) > limit * whole.sum(axes) for axes in ((1, 2), (0, 2))]
    return np.asarray(np.logical_or(*above))


def _surplus(outcome: Outcome) -> tuple[Note, ...]:
    short = np.maximum(outcome.deficit - outcome.promised_deficit, 0.0)
    at_limit = np.flatnonzero(short > 1e-9 * outcome.income.sum())
    if not at_limit.size:
        return ()
    lenders = [outcome.economy.regions[n] for n in at_limit]
    text = (
        f"the surplus of {', '.join(lenders)} would exceed {MOST_LENT * 100:.0f} % of what is earned there "
        "after it; it is held at that limit, and the regions that borrow do with less"
    )
    return (Note("surplus_at_its_limit", text, float(short.sum())),)


def _backstops(outcome: Outcome) -> tuple[Note, ...]:
    e, spent = outcome.economy, outcome.backstop
    noted = spent.sum(1) > WORTH_A_NOTE * outcome.income
    if not noted.any():
        return ()
    share = np.where(noted[:, None], spent / outcome.income[:, None], 0.0)
    most = (divmod(int(at), len(e.sectors)) for at in np.argsort(-share, axis=None)[:MOST_NAMED])
    named = ", ".join(
        f"{e.regions[n]} {e.sectors[j]} ({100 * share[n, j]:.2g} %)"
        for n, j in most
        if share[n, j] > 0
    )
    text = (
        "banned products that little else replaces are made at home by hand at "
        f"{outcome.params.backstop_cost:g} times their price, an assumption that decides how much "
        f"their loss costs; most, as a share of income, in: {named}; the size is what all regions "
        "spend on them"
    )
    return (Note("backstop", text, float(spent.sum())),)
