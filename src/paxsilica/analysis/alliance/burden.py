"""Side payments after which every member of a coalition loses the same share of its real income.

Chowdhry, Hinz, Kamin and Wanner (Brothers in arms, Economic Policy 2024). With Y_c the income of member c in the
baseline, Y'_c its income and P_hat_c the change of its price level under the measures, before any side payment,

    W_c = Y'_c / (Y_c P_hat_c)                              real income, 1 is the baseline
    W_C = sum_c Y'_c / sum_c Y_c P_hat_c                    what all members have after the payments
    t_c = W_C Y_c P_hat_c - Y'_c,   sum_c t_c = 0           received where positive, paid where negative

Payments move demand, so Y' and P_hat move with them: `iterate` solves the equilibrium again until they settle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paxsilica.analysis.alliance.game import check_players
from paxsilica.analysis.alliance.values import Setting, Values
from paxsilica.checks import Array, as_array, freeze
from paxsilica.errors import ConvergenceError, InputError
from paxsilica.model import Outcome, solve
from paxsilica.shock import Shock


@dataclass(frozen=True, eq=False)
class Burden:
    """What the measures cost each member.

    Attributes:
        income: `[member]` Y of the baseline, money. income_after: `[member]` Y', without the side payments, money.
        price: `[member]` P_hat, 1 is no change.

    Raises:
        InputError: no members, one of them twice, or a number that is not positive and finite.
    """

    members: tuple[str, ...]
    income: Array
    income_after: Array
    price: Array

    def __post_init__(self) -> None:
        check_players(self.members, "the coalition")
        for name in ("income", "income_after", "price"):
            values = as_array(name, getattr(self, name), (len(self.members),), InputError)
            wrong = np.flatnonzero(~(np.isfinite(values) & (values > 0)))
            if wrong.size:
                at = wrong[0]
                raise InputError(
                    f"{name} of {self.members[at]} is {values[at]:.6g}; it must be positive and finite"
                )
            object.__setattr__(self, name, freeze(values))

    @cached_property
    def real_income(self) -> Array:
        """`[member]` W_c without side payments."""
        return np.asarray(self.income_after / (self.income * self.price))

    @cached_property
    def shared(self) -> float:
        """W_C, which every member has after the side payments."""
        return float(self.income_after.sum() / (self.income @ self.price))

    @cached_property
    def transfers(self) -> dict[str, float]:
        """t_c, money at the prices of `income_after`; they sum to 0."""
        received = self.shared * self.income * self.price - self.income_after
        return dict(zip(self.members, received.tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Settlement:
    """Side payments, and the burden in the equilibrium with them.

    Attributes:
        unpaid: the burden without any.
        transfers: member -> received, money; they sum to 0. rounds: equilibria solved.
        change: the largest difference to the payments that `burden` asks for, share of the member's own income.
    """

    unpaid: Burden
    transfers: Mapping[str, float]
    burden: Burden
    rounds: int
    change: float

    @property
    def shared(self) -> float:
        """W_C, which every member has after the side payments."""
        return self.burden.shared

    @property
    def real_income(self) -> Array:
        """`[member]` real income in the equilibrium with the payments, 1 is the baseline: W_C but for `change`."""
        b, paid = self.burden, np.array([self.transfers[member] for member in self.burden.members])
        return np.asarray((b.income_after + paid) / (b.income * b.price))


def iterate(
    solve: Callable[[Mapping[str, float]], Burden],
    tolerance: float = 1e-8,
    most: int = 50,
    step: float = 1.0,
) -> Settlement:
    """Side payments that equalise real income in the equilibrium that they are part of.

    Args:
        solve: side payments -> the burden in the equilibrium with them, `income_after` without them. First called
            with none (an empty mapping).
        tolerance: of the payments, share of each member's income.
        most: equilibria solved at most.
        step: part of the way to the payments asked for; below 1 where they swing.

    Raises:
        ConvergenceError: not settled; its `outcome` is the last Settlement. InputError: the members change, or a step
            or limit that leads nowhere.
    """
    if not (0 < step <= 1 and most >= 1 and tolerance > 0):
        raise InputError(
            "side payments need a step above 0 and at most 1, one round or more and a positive tolerance"
        )
    burden = unpaid = solve({})
    members = burden.members
    paid = np.zeros(len(members))
    for rounds in range(1, most + 1):
        if burden.members != members:
            raise InputError(
                "the members differ between two rounds of side payments; return the same, in one order"
            )
        asked = np.array([burden.transfers[member] for member in members])
        change = float((abs(asked - paid) / burden.income_after).max())
        settled = Settlement(
            unpaid, dict(zip(members, paid.tolist(), strict=True)), burden, rounds, change
        )
        if change <= tolerance:
            return settled
        if rounds < most:
            paid = paid + step * (asked - paid)
            burden = solve(dict(zip(members, paid.tolist(), strict=True)))
    raise ConvergenceError(
        f"the side payments still change by {100 * change:.3g}% of a member's income after {most} rounds; "
        "give a smaller step or more rounds",
        settled,
    )


def equal_burdens(setting: Setting) -> Settlement:
    """Side payments after which a cut of all critical exports to the adversary costs every bloc alike.

    Each round solves the equilibrium with the payments of the last. A bloc of several regions pays and receives in
    proportion to their incomes. Payments are million USD at unchanged world labour income.

    Raises:
        ConvergenceError: an equilibrium is not solved, or the payments do not settle.
    """
    e, at = setting.economy, [setting.positions([name]) for name in setting.names]
    cut = Values(setting, "leverage").shock(frozenset(setting.names))
    before = np.array([e.income[n].sum() for n in at])
    richest = int(before.argmax())
    start: Outcome | None = None

    def with_payments(paid: Mapping[str, float]) -> Burden:
        nonlocal start
        transfer = np.zeros(len(e.regions))
        for name, n, income in zip(setting.names, at, before, strict=True):
            transfer[n] = paid.get(name, 0.0) * e.income[n] / income
        transfer[at[richest]] -= (
            transfer.sum() * e.income[at[richest]] / before[richest]
        )  # what rounding leaves
        shock = Shock(e, **cut.rows, transfer=transfer) if paid else cut
        start = solve(e, shock, setting.params, start=start)
        earned, worth = start.income - transfer, e.income * start.consumer_price
        after, price = (np.array([values[n].sum() for n in at]) for values in (earned, worth))
        return Burden(setting.names, income=before, income_after=after, price=price / before)

    return iterate(with_payments)
