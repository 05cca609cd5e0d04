"""Whom a shock is about, read off the shock alone.

Every flow gets the weight `M (1 - p exp(-theta |log kappa_hat|))`, with p the share of products permitted and kappa of
tariffs, export taxes and trade costs: the part of it that the change would move if nothing else reacted, so a full ban
weighs the whole flow. Then:

1. The exporters and importers of weighted flows are ranked by weight. If no region is both, the shock is one-way.
   * It is aimed at the exporters where tariffs carry most of the weight (or imports are banned), at the importers
     where export taxes do (or exports are banned). A bare change of trade costs is aimed at the side with the smaller
     GDP.
   * A side that holds most regions never is the target, since a report leads with whom it can name.
2. If some region is both, the shock runs both ways. The region with the largest weight, exports and imports together,
   is the target, and its partners are the other side. With equal weights the one that exports more of it.
3. If no flow is hit, the target is the regions whose productivity or subsidy changes, by output hit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from paxsilica.economy import Array
from paxsilica.model.outcome import Outcome
from paxsilica.policy import Measure
from paxsilica.policy.measures import KINDS, FlowMeasure
from paxsilica.shock import INSTRUMENTS

Side = Literal["exporters", "importers"]

EQUAL = 1e-9
"""Weights that differ by less than this, relatively, are a tie: the sums run in different orders."""

MOST_NAMED = 12
"""Regions that a chart or a table can mark without marking everything."""


@dataclass(frozen=True)
class Focus:
    """The regions and sectors a report is about; codes, largest weight first.

    Attributes:
        exporters, importers: the two sides of the flows hit.
        target: the regions whose result leads the report. partners: the other side.
        both_ways: flows from importers to exporters are hit too.
    """

    exporters: tuple[str, ...] = ()
    importers: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    both_ways: bool = False

    @property
    def has_pair(self) -> bool:
        return bool(self.exporters and self.importers)

    @property
    def is_nothing(self) -> bool:
        return not self.target

    @property
    def named(self) -> tuple[str, ...]:
        """Target and partners where they are few enough to be marked one by one; else the target, or nobody."""
        both = (*self.target, *self.partners)
        few = [side for side in (both, self.target) if len(side) <= MOST_NAMED]
        return few[0] if few else ()

    def turned(self) -> Focus:
        """The same focus with the flows read in the other direction."""
        return replace(self, exporters=self.importers, importers=self.exporters)


def focus(outcome: Outcome, aimed_at: Side | None = None) -> Focus:
    """The focus of an outcome's shock, by the rule above.

    Args:
        aimed_at: which side a one-way shock is aimed at, where the caller knows (see `aim`).
    """
    e = outcome.economy
    weight = flow_weights(outcome)
    sold, bought = weight.sum((0, 2)), weight.sum((1, 2))
    if not weight.any():
        return _of_production(outcome)
    if ((sold > 0) & (bought > 0)).any():
        return _both_ways(outcome, weight)
    exporters, importers = _ranked(e.regions, sold), _ranked(e.regions, bought)
    most = len(e.regions) / 2
    aimed_at = aimed_at or _aim_of(outcome, weight)
    if max(len(exporters), len(importers)) > most >= min(len(exporters), len(importers)):
        aimed_at = "exporters" if len(importers) > most else "importers"
    if aimed_at == "exporters":
        target, partners = exporters, importers
    else:
        target, partners = importers, exporters
    return Focus(exporters, importers, _ranked(e.sectors, weight.sum((0, 1))), target, partners)


def flow_weights(outcome: Outcome) -> Array:
    """`[n, i, j]` million USD of the baseline flow that the shock would move at unchanged costs."""
    e, s = outcome.economy, outcome.shock
    n, weights = s.changed_importers, np.zeros_like(e.flows)
    kept = s.take("permitted", n) * np.exp(-outcome.theta * np.abs(np.log(s.wedge(n))))
    weights[n] = e.flows[n] * (1 - kept)
    return weights


def aim(measures: Iterable[Measure]) -> Side | None:
    """The side that the measures are aimed at: buyers by export bans and taxes, sellers by tariffs and import bans."""
    aims = {
        KINDS[measure.kind].aimed_at for measure in measures if isinstance(measure, FlowMeasure)
    }
    return aims.pop() if len(aims) == 1 else None


def _aim_of(outcome: Outcome, weight: Array) -> Side:
    e, s = outcome.economy, outcome.shock
    for name, row in INSTRUMENTS.items():
        if row.on_flows and row.treasury and s.changes(name):
            taxed = getattr(s, name) != row.standing(e)
            if weight[taxed].sum() > weight.sum() / 2:
                return "exporters" if row.treasury == "importer" else "importers"
    gdp_sellers = e.gdp[weight.sum((0, 2)) > 0].sum()
    gdp_buyers = e.gdp[weight.sum((1, 2)) > 0].sum()
    return "exporters" if gdp_sellers < gdp_buyers else "importers"


def _both_ways(outcome: Outcome, weight: Array) -> Focus:
    e = outcome.economy
    pair = weight.sum(2)
    total = pair.sum(0) + pair.sum(1)
    leading = np.flatnonzero(total >= total.max() * (1 - EQUAL))
    hub = int(leading[np.argmax(pair.sum(0)[leading])])
    partners = _ranked(e.regions, pair[:, hub] + pair[hub])
    sectors = _ranked(e.sectors, weight[:, hub].sum(0) + weight[hub].sum(0))
    target = (e.regions[hub],)
    return Focus(target, partners, sectors, target, partners, both_ways=True)


def _of_production(outcome: Outcome) -> Focus:
    e, s = outcome.economy, outcome.shock
    weight = e.output * np.abs(np.log(s.gate))
    return Focus(
        sectors=_ranked(e.sectors, weight.sum(0)), target=_ranked(e.regions, weight.sum(1))
    )


def _ranked(labels: Sequence[str], weight: Array) -> tuple[str, ...]:
    order = np.argsort(-weight, kind="stable")
    return tuple(labels[at] for at in order if weight[at] > 0)
