"""What joining costs or gives the newcomer, under one set of trade elasticities, for the band over all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paxsilica.analysis.alliance.values import REAL, TRANSFER, Setting, Values
from paxsilica.economy import Array
from paxsilica.errors import InputError

QUESTIONS = (
    *("join_preference", "join_embargo", "join_resilience", "join_members"),
    *("join_leverage_before", "join_leverage_after", "join_cost", "join_exposure"),
    *("join_preference_transfer", "join_embargo_transfer"),
)
"""Answers to joining, all million of the baseline's currency, a gain positive:

- preference: the newcomer's, from free trade of goods with the members.
- embargo: its own, from joining the members' cut of critical exports to the adversary.
- resilience: its own, from free trade of critical goods with the members while the adversary cuts them all off.
- members: the members' together, from its joining their free trade.
- leverage_before, leverage_after: what the adversary loses when the members cut it off, without and with it.
- cost: change of the income of all who cut, the newcomer included.
- exposure: the same by the adversary's cut of all of them, without any free trade.
- preference_transfer, embargo_transfer: what of the newcomer's own is a transfer.
"""


def joining(setting: Setting, members: Sequence[str], newcomer: str) -> Array:
    """`[10]` of `QUESTIONS`: join against do not join.

    Args:
        setting: the blocs and the adversary in an economy. members: names of the blocs inside.

    Raises:
        InputError: the newcomer is a member. ConvergenceError: an equilibrium is not solved.
    """
    if newcomer in members:
        raise InputError(f"{newcomer} is a member already; name who joins")
    before, after = frozenset(members), frozenset([*members, newcomer])
    solved = {kind: Values(setting, kind) for kind in ("preference", "leverage", "resilience")}
    for values in solved.values():
        values.solve([before, after])
    payoffs = {kind: (v.payoff(before), v.payoff(after)) for kind, v in solved.items()}
    own = [new[newcomer] - old[newcomer] for old, new in payoffs.values()]
    old, new = payoffs["preference"]
    leverage, inside = solved["leverage"], [name in after for name in setting.names]
    return np.array(
        [
            *own,
            sum(new[name] - old[name] for name in members),
            leverage.worth(before),
            leverage.worth(after),
            sum(payoffs["leverage"][1][name] for name in after),
            float(solved["resilience"].gains[frozenset()][REAL, :-1][inside].sum()),
            *(
                values.payoff(after, TRANSFER)[newcomer] - values.payoff(before, TRANSFER)[newcomer]
                for values in (solved["preference"], leverage)
            ),
        ]
    )
