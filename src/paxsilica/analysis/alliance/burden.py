"""Side payments after which every member of a coalition loses the same share of its real income.

Chowdhry, Hinz, Kamin and Wanner (Brothers in arms, Economic Policy 2024). With Y_c the income of member c in the
baseline, Y'_c its income and P_hat_c the change of its price level under the measures, before any side payment,

    W_c = Y'_c / (Y_c P_hat_c)                              real income, 1 is the baseline
    W_C = sum_c Y'_c / sum_c Y_c P_hat_c                    what all members have after the payments
    t_c = W_C Y_c P_hat_c - Y'_c,   sum_c t_c = 0           received where positive, paid where negative

Payments move demand, so Y' and P_hat move with them: the equilibrium is solved again until they settle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from paxsilica.analysis.alliance.values import Setting, Values
from paxsilica.checks import Array
from paxsilica.errors import ConvergenceError
from paxsilica.findings import Block, block
from paxsilica.model import Outcome, solve
from paxsilica.shock import Shock

MOST_ROUNDS, PART = 50, 1e-8
"""Equilibria solved at most, and the part of a member's income by which payments that have settled may change."""


@dataclass(frozen=True, eq=False)
class Burden:
    """What the measures cost each member.

    Attributes:
        income: `[member]` Y of the baseline, money. after: `[member]` Y', without the side payments, money.
        price: `[member]` P_hat, 1 is no change.
    """

    income: Array
    after: Array
    price: Array

    @property
    def shared(self) -> float:
        """W_C, which every member has after the side payments."""
        return float(self.after.sum() / (self.income @ self.price))

    @property
    def transfers(self) -> Array:
        """`[member]` t_c, money at the prices of `after`; they sum to 0."""
        return self.shared * self.income * self.price - self.after

    def real_income(self, paid: Array) -> Array:
        """`[member]` W_c with side payments."""
        return (self.after + paid) / (self.income * self.price)


def settle(solve: Callable[[Array], Burden], members: int) -> tuple[Burden, Array, Burden]:
    """The burden without side payments, those that equalise real income, and the burden in the equilibrium with them.

    Args:
        solve: `[member]` side payments -> the burden in the equilibrium with them.

    Raises:
        ConvergenceError: not settled; its `outcome` is the last payments and burden.
    """
    paid = np.zeros(members)
    unpaid = burden = solve(paid)
    for _ in range(MOST_ROUNDS):
        asked = burden.transfers
        change = float((abs(asked - paid) / burden.after).max())
        if change <= PART:
            return unpaid, paid, burden
        paid, burden = asked, solve(asked)
    raise ConvergenceError(
        f"the side payments still change by {100 * change:.3g}% of a member's income after {MOST_ROUNDS} rounds",
        (paid, burden),
    )


def payment_blocks(setting: Setting) -> Iterator[Block]:
    """Side payments after which a cut of all critical exports to the adversary costs every bloc alike.

    Each round solves the equilibrium with the payments of the last. A bloc of several regions pays and receives in
    proportion to their incomes. Payments are million USD at unchanged world labour income.

    Raises:
        ConvergenceError: an equilibrium is not solved, or the payments do not settle.
    """
    e, inside = setting.economy, setting.inside
    cut = Values(setting, "leverage").shock(frozenset(setting.names))
    before = inside @ e.income
    part = inside * e.income / before[:, None]
    start: Outcome | None = None

    def with_payments(paid: Array) -> Burden:
        nonlocal start
        transfer = paid @ part
        transfer -= transfer.sum() * part[before.argmax()]  # what rounding leaves
        shock = Shock(e, **cut.rows, transfer=transfer)
        start = solve(e, shock, setting.params, start=start)
        price = inside @ (e.income * start.consumer_price) / before
        return Burden(before, inside @ (start.income - transfer), price)

    unpaid, paid, burden = settle(with_payments, len(before))
    blocs = {"region": setting.names}
    real = 100 * (np.array([unpaid.real_income(0 * paid), burden.real_income(paid)]) - 1)
    yield block("real_income", real, {"scenario": ("unpaid", "paid")}, blocs)
    yield block("side_payment", paid, blocs)
    yield block("shared_real_income", 100 * (burden.shared - 1))
