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
from paxsilica.shock import Shock


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
    """The decomposition at the outcome's discrete changes (x_hat - 1 for d ln x), as the published table is.

    Every term is valued in the world that stood `before`. Where taxes of exporters or subsidies stood there, what they
    earn and cost on changed quantities is in the volume of trade too.
    """
    o, b, s, stood = outcome, outcome.before, outcome.shock, outcome.before.shock
    traded, income = abroad(b.flows), b.income
    border = _border_price(o) / _border_price(b) - 1
    earned = (traded * border).sum((0, 2))
    paid = (traded * border).sum((1, 2))

    cost = _delivery(s) / _delivery(stood) - 1
    imports = _grown(o.flows, b.flows)
    revenue = (stood.tariffs * b.flows * (imports - border - cost)).sum((1, 2))
    if stood.changes("export_tax"):
        kept = stood.export_tax / (1 + stood.export_tax)
        revenue += (kept * traded * (imports - border)).sum((0, 2))
    if stood.changes("subsidy"):
        made = _grown(o.output, b.output) - (o.gate_price / b.gate_price - 1)
        revenue -= ((b.cost - b.output) * made).sum(1)
    if stood.changes("input_subsidy"):
        used = _grown(o.inputs, b.inputs) - (o.price / b.price - 1)[:, :, None]
        revenue -= (b.inputs * stood.input_subsidy * used).sum((1, 2))

    dearer = (1 - o.params.backstop_cost**-o.theta) / o.theta
    range_lost = _grown(_range_left(s), _range_left(stood)) * dearer
    wasted = (traded * (cost - (1 + stood.tariffs) * range_lost)).sum((1, 2))
    saved = (b.cost * (s.productivity / stood.productivity - 1)).sum(1)
    return FirstOrder(
        terms_of_trade=(earned - paid) / income,
        volume_of_trade=revenue / income,
        technology=(saved - wasted) / income,
        transfers=(o.deficit - b.deficit) / income,
    )


def volumes(outcome: Outcome) -> Array:
    """`[n, i, j]` what is sold, at the prices `before`, without the importer's tariff."""
    dearer, was = (_border_price(o) * _delivery(o.shock) for o in (outcome, outcome.before))
    return outcome.flows / (dearer / was)


def _border_price(o: Outcome) -> Array:
    """`[n, i, j]` change from the baseline, export taxes included."""
    return o.gate_price * (1 + o.shock.export_tax)


def _delivery(s: Shock) -> Array:
    """`[n, i, j]` trade costs; one where nothing may be traded."""
    return np.where(s.banned, 1.0, s.trade_cost)


def _range_left(s: Shock) -> Array:
    return np.where(s.banned, 0.0, s.permitted)


def _grown(after: Array, before: Array) -> Array:
    """By how much, as a share; none where there was nothing."""
    return np.divide(after, before, out=np.ones_like(before), where=before > 0) - 1
