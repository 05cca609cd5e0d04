"""First-order decomposition of welfare, beside the exact change of real income.

Caliendo and Parro (2015, REStud 82(1), equation 16): the terms-of-trade term counts what exports earn more and imports
cost more, the volume-of-trade term the tariff revenue on changed quantities, both at baseline weights. The sum equals
the change of real income only for small shocks; for large ones it leaves out the curvature and can differ by more than
a percentage point, so it is never called real income here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paxsilica.economy import Array
from paxsilica.model.outcome import Outcome


@dataclass(frozen=True)
class FirstOrder:
    """Decimals of baseline income, `[n]` each."""

    terms_of_trade: Array
    volume_of_trade: Array

    @property
    def welfare(self) -> Array:
        """Sum of the two terms: the 'welfare' column of Caliendo and Parro's table 2."""
        return self.terms_of_trade + self.volume_of_trade


def first_order(outcome: Outcome) -> FirstOrder:
    """The decomposition evaluated at the outcome's discrete changes, as the published table is."""
    e = outcome.economy
    abroad = e.flows * ~np.eye(len(e.regions), dtype=bool)[:, :, None]
    dock = outcome.gate_price - 1
    earned = (abroad.sum(0) * dock).sum(1)
    paid = np.einsum("nij,ij->n", abroad, dock)
    imports = np.divide(outcome.flows, e.flows, out=np.ones_like(e.flows), where=e.flows > 0) - 1
    revenue = (e.tariffs * e.flows * (imports - dock)).sum((1, 2))
    return FirstOrder((earned - paid) / e.income, revenue / e.income)
