"""What a government may want of an equilibrium: linear in real incomes and in real value added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.model.outcome import Outcome


class Goal(NamedTuple):
    """A linear objective, million USD: the sum of weights times real income, and times real value added of sectors.

    One goal or, with a leading axis, several. Value added is deflated by the consumer prices of its region.
    """

    real_income: (
        Array  # [..., n] million USD; baseline income makes it real income at baseline prices
    )
    value_added: Array  # [..., n, j] pure number; zero where sectors count alike


def real_incomes(
    economy: Economy, groups: Sequence[Sequence[int]], weights: Array | None = None
) -> Goal:
    """The real income of each group of regions: several goals.

    Args:
        groups: positions of the regions of each. weights: `[n]` of their real incomes W_hat; None takes baseline income.
    """
    each = economy.income if weights is None else weights
    income = np.zeros((len(groups), len(economy.regions)))
    for group, at in zip(income, groups, strict=True):
        group[at] = each[at]
    return Goal(income, np.zeros((*income.shape, len(economy.sectors))))


def goal_values(outcome: Outcome, goals: Goal) -> Array:
    """`[g]` the goals at an equilibrium, million USD."""
    real = outcome.value_added / outcome.consumer_price[:, None]
    added: Array = np.einsum("gnj,nj->g", goals.value_added, real)
    return np.asarray(goals.real_income @ outcome.real_income + added)
