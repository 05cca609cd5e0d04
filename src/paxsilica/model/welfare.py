"""First-order decomposition of welfare, beside the exact change of real income.

Caliendo and Parro (2015, REStud 82(1), equation 16) split the effect of tariffs into terms of trade, what exports earn
more and imports cost more, and volume of trade, the tariff revenue on changed quantities, both at baseline weights. Two
terms complete the sum for the other instruments and closures: technology, what a change of productivity, trade costs or
permitted products saves or wastes directly, and transfers, the change of the trade deficit.

The sum equals the change of real income for small shocks of every kind. For large ones it leaves out the curvature and
can differ by more than a percentage point, so it is never called real income here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paxsilica.economy import Array, abroad
from paxsilica.model.outcome import Outcome


@dataclass(frozen=True)
class FirstOrder:
    """Decimals of baseline income, `[n]` each."""

    terms_of_trade: Array
    volume_of_trade: Array
    technology: Array
    transfers: Array

    @property
    def welfare(self) -> Array:
        """Sum of the terms; for tariffs under balanced trade the 'welfare' of Caliendo and Parro's table 2."""
        return self.terms_of_trade + self.volume_of_trade + self.technology + self.transfers


def first_order(outcome: Outcome) -> FirstOrder:
    """The decomposition at the outcome's discrete changes (x_hat - 1 for d ln x), as the published table is."""
    e, s = outcome.economy, outcome.shock
    traded = abroad(e.flows)
    border = outcome.gate_price * (1 + s.export_tax) - 1
    earned = (traded * border).sum((0, 2))
    paid = (traded * border).sum((1, 2))

    cost = np.where(s.banned, 1.0, s.trade_cost) - 1
    imports = np.divide(outcome.flows, e.flows, out=np.ones_like(e.flows), where=e.flows > 0) - 1
    revenue = (e.tariffs * e.flows * (imports - border - cost)).sum((1, 2))

    dearer = (1 - outcome.params.backstop_cost**-outcome.theta) / outcome.theta
    range_lost = (np.where(s.banned, 0.0, s.permitted) - 1) * dearer
    wasted = (traded * (cost - (1 + e.tariffs) * range_lost)).sum((1, 2))
    saved = (e.output * (s.productivity - 1)).sum(1)
    return FirstOrder(
        terms_of_trade=(earned - paid) / e.income,
        volume_of_trade=revenue / e.income,
        technology=(saved - wasted) / e.income,
        transfers=(outcome.deficit - e.deficit) / e.income,
    )


def volumes(outcome: Outcome) -> Array:
    """`[n, i, j]` what is sold after the shock, at the baseline's prices before the importer's tariff."""
    s = outcome.shock
    cost = np.where(s.banned, 1.0, s.trade_cost)
    return outcome.flows / (outcome.gate_price * (1 + s.export_tax) * cost)
