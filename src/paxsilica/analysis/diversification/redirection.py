"""Redirection: where an exporter's sales go when a market puts up barriers, in the equilibrium, sector by sector.

For an exporter i and a sector j, with S the sales at the factory gate to market n and Y output,

    - (S'_hit - S_hit)  =  sum over other markets (S'_n - S_n)  +  (S'_home - S_home)  +  (Y - Y')

What is lost in the market that hits is sold elsewhere, sold at home, or no longer made. The identity holds because output
is the sum of sales, in money and in volume. Volumes are sales over the change of the gate price, so that they are counted
at the prices that stood before: a country whose wages fall against the world's sells everything for less money, and that
alone is no lost sale. Money is relative to world labour income.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from paxsilica.analysis.actors import Actors
from paxsilica.analysis.effects import within
from paxsilica.checks import Bool
from paxsilica.economy import Array
from paxsilica.errors import InputError, joined
from paxsilica.findings import Block, block
from paxsilica.model import Outcome, solve
from paxsilica.shock import INSTRUMENTS, Shock

ENDS = ("hit", "elsewhere", "home", "made")
"""What a loss is split over: the market that hits, other markets, home, and output."""

BORDER_RISE = 1e-9
"""Relative rise of a price at the border that is none."""

MOST_SECTORS, MOST_MARKETS = 6, 6
"""Of the picture; the others are one."""

OTHER_ENDS = "others"


@dataclass(frozen=True, eq=False)
class Redirection:
    """A hit on an exporter, and what its equilibrium makes of the exporter's sales.

    Attributes:
        exporters: the regions that sell together; what they sell to each other is sold at home.
        hitters: the regions that raise barriers to what they sell.
        sectors: those that count.
    """

    outcome: Outcome
    exporters: tuple[str, ...]
    hitters: tuple[str, ...]
    sectors: tuple[str, ...]

    @cached_property
    def at(self) -> list[int]:
        return self.outcome.economy.region_indices(self.exporters)

    @cached_property
    def ends(self) -> dict[str, Bool]:
        """Of `ENDS` but the last, `[n, i]` which sales of which exporter they are."""
        e = self.outcome.economy
        home = within(e, self.at)[:, self.at]
        hit = np.isin(e.regions, self.hitters)[:, None] & ~home
        return {"hit": hit, "elsewhere": ~hit & ~home, "home": home}

    @cached_property
    def columns(self) -> list[int]:
        return self.outcome.economy.sector_indices(self.sectors)

    def sold(self, o: Outcome, old_prices: bool = True) -> Array:
        """`[n, i, j]` sales of the exporters at the factory gate, million; at the prices that stood before, or in money."""
        box = np.ix_(range(len(o.economy.regions)), self.at, self.columns)
        sales = o.gate_sales[box]
        return sales / self._dearer(o) if old_prices else sales

    def made(self, o: Outcome, old_prices: bool = True) -> Array:
        """`[i, j]` output of the exporters, likewise."""
        output = o.output[np.ix_(self.at, self.columns)]
        return output / self._dearer(o) if old_prices else output

    def _dearer(self, o: Outcome) -> Array:
        """`[i, j]` change of the gate price against what stood before."""
        own = np.ix_(self.at, self.columns)
        return np.asarray(o.gate_price[own] / self.outcome.before.gate_price[own])

    def moved(self, old_prices: bool = True) -> Array:
        """`[n, i, j]` change of sales to every region."""
        o = self.outcome
        return self.sold(o, old_prices) - self.sold(o.before, old_prices)

    def by_end(self, old_prices: bool = True) -> Array:
        """`[end, j]` change of sales by end, of output last: the first three sum to it."""
        o, moved = self.outcome, self.moved(old_prices)
        ends = [(moved * chosen[:, :, None]).sum((0, 1)) for chosen in self.ends.values()]
        made = self.made(o, old_prices) - self.made(o.before, old_prices)
        return np.stack([*ends, made.sum(0)])

    def to_market(self, old_prices: bool = True) -> Array:
        """`[n, j]` change of sales to every region abroad; zero at home."""
        abroad = ~self.ends["home"][:, :, None]
        return np.asarray((self.moved(old_prices) * abroad).sum(1))

    def exports(self, o: Outcome) -> Array:
        """`[n]` exports of the sectors that count by market, in money, before the importer's tariff."""
        return np.asarray((self.sold(o, False) * ~self.ends["home"][:, :, None]).sum((1, 2)))


def hitters_of(
    o: Outcome, exporters: Sequence[str], actors: Actors | None = None
) -> tuple[str, ...]:
    """The importers whose barriers to what the exporters sell them rise, the largest buyers of that first.

    Raises:
        InputError: there are none; or it is the exporters who act, on their own sales.
    """
    e, said = o.economy, joined(exporters, 3)
    at, everywhere = e.region_indices(exporters), np.arange(len(e.regions))
    b, s = o.before.shock, o.shock
    with np.errstate(invalid="ignore"):  # banned before and after
        dearer = s.wedge(everywhere) / b.wedge(everywhere)
    harder = ~(dearer <= 1 + BORDER_RISE) | (
        s.take("permitted", everywhere) < b.take("permitted", everywhere)
    )
    hit = (o.before.flows * harder)[:, at] * ~within(e, at)[:, at, None]
    bought = hit.sum((1, 2))
    found = [e.regions[n] for n in np.argsort(-bought, kind="stable") if bought[n] > 0]
    parties = actors.parties if actors else ()
    acting = {region for party in parties if party.imposes for region in party.regions}
    if acting.intersection(exporters) and not acting.intersection(found):
        raise InputError(
            f"it is {said} that acts here, and is not hit; name an exporter that it hits"
        )
    if not found:
        raise InputError(
            f"the hit touches nothing that {said} sells abroad; name another exporter, or a duty on its goods, as USA=50%"
        )
    return tuple(found)


def alone(r: Redirection) -> Outcome | None:
    """The equilibrium in which the hit falls on these exporters alone; None where it falls on nobody else."""
    o, e = r.outcome, r.outcome.economy
    n, others = e.region_indices(r.hitters), [k for k in range(len(e.regions)) if k not in r.at]
    stood, shock = o.before.shock, Shock(e, **o.before.shock.rows)
    changed = False
    for name, row in INSTRUMENTS.items():
        if row.on_flows and (o.shock.changes(name) or stood.changes(name)):
            here, there = (np.array(s.take(name, np.array(sorted(n)))) for s in (o.shock, stood))
            changed = changed or bool((here[:, others] != there[:, others]).any())
            there[:, r.at] = here[:, r.at]
            cells = np.ix_(sorted(n), range(len(e.regions)), range(len(e.sectors)))
            full = np.broadcast_arrays(*cells)
            shock = shock.changed(name, tuple(c.ravel() for c in full), there.ravel())
    if not changed:
        return None
    return replace(
        solve(e, shock, o.params, start=o), base=o.before if o.base is not None else None
    )


def headline_blocks(r: Redirection) -> list[Block]:
    """What has a band: the ends of all sectors together, exports, and real income."""
    o = r.outcome
    volume, value = (r.by_end(old).sum(1) for old in (True, False))
    ends = {"item": ENDS}
    b = o.before
    money = ((o.real_income / b.real_income - 1) * b.income)[r.at].sum()
    sold = [r.exports(x).sum() for x in (b, o)]
    own = b.income - b.deficit
    earned = ((o.real_earned_income / b.real_earned_income - 1) * own)[r.at].sum() / own[r.at].sum()
    lent = (o.deficit * b.consumer_price / o.consumer_price - b.deficit)[r.at].sum()
    hit, elsewhere = volume[:2]
    return [
        block("redirected_share", 100 * elsewhere / -hit if hit < 0 else np.nan),
        block("wage", 100 * (_wage(r) - 1)),
        block("sales_moved", volume, ends),
        block("sales_moved_money", value, ends),
        block("trade_change", 100 * (sold[1] / sold[0] - 1)),
        block("real_income", 100 * money / b.income[r.at].sum()),
        block("real_income_money", money),
        block("real_earned_income", 100 * earned),
        block("transfer_effect", 100 * lent / b.income[r.at].sum()),
    ]


def _wage(r: Redirection) -> float:
    """Change of the exporters' wages, by what they earned."""
    o, b = r.outcome, r.outcome.before
    return float(o.labour_income[r.at].sum() / b.labour_income[r.at].sum())


def redirection_blocks(r: Redirection, groups: Mapping[str, Sequence[str]]) -> Iterator[Block]:
    """By sector, by market and by both, and what the picture shows.

    Args:
        groups: label of a market of the picture -> its regions; those in none are among the others.
    """
    e, sectors = r.outcome.economy, {"sector": r.sectors}
    yield block("sales_moved", r.by_end(), {"item": ENDS}, sectors)
    yield block("sales_moved_money", r.by_end(False), {"item": ENDS}, sectors)
    abroad = [n for n in range(len(e.regions)) if not r.ends["home"][n].all()]
    markets: dict[str, Any] = {"partner": [e.regions[n] for n in abroad]}
    volume, value = (r.to_market(old)[abroad] for old in (True, False))
    yield block("sales_moved", volume.sum(1), markets, detail=True)
    yield block("sales_moved_money", value.sum(1), markets, detail=True)
    yield block("sales_moved", volume, markets, sectors, detail=True)
    before = r.sold(r.outcome.before)
    hit = (before * r.ends["hit"][:, :, None]).sum((0, 1))
    yield block("sold_to_hitter", hit, sectors)
    yield block("sold_to_hitter", hit.sum())
    yield block("trade_elasticity", r.outcome.theta[r.columns], sectors)
    yield block(
        "trade_weighted_tariff", _tariffs_met(r), sectors, {"scenario": ("before", "after")}
    )
    yield _redirected_flows(r, groups)


def _tariffs_met(r: Redirection) -> Array:
    """`[j, 2]` mean tariff of the markets that hit, %, before and after, at the trade that stood before; NaN without."""
    o = r.outcome
    box = np.ix_(range(len(o.economy.regions)), r.at, r.columns)
    sold = o.before.flows[box] * r.ends["hit"][:, :, None]
    paid = np.stack([(sold * x.shock.tariffs[box]).sum((0, 1)) for x in (o.before, o)], 1)
    whole = sold.sum((0, 1))[:, None]
    none = np.full(paid.shape, np.nan)
    return np.asarray(np.divide(100 * paid, whole, out=none, where=whole > 0))


def _redirected_flows(r: Redirection, groups: Mapping[str, Sequence[str]]) -> Block:
    """Change by sector and end: of sectors and markets those that change most, and the others together."""
    e, by_end, markets = r.outcome.economy, r.by_end(), tuple(groups)
    most = np.argsort(-np.abs(by_end[0]), kind="stable")[:MOST_SECTORS]
    shown = [int(j) for j in most if by_end[0, j]]
    rest = [j for j in range(len(r.sectors)) if j not in shown]
    members = np.array([np.isin(e.regions, of) for of in groups.values()], dtype=float)
    moved = members.reshape(-1, len(e.regions)) @ r.to_market()
    ranked = [int(m) for m in np.argsort(-np.abs(moved.sum(1)), kind="stable")[:MOST_MARKETS]]
    ranked = [m for m in ranked if moved[m].any()]
    others = by_end[1] - moved[ranked].sum(0)
    table = np.stack([by_end[0], *moved[ranked], others, by_end[2], by_end[3]])
    columns = [*(table[:, j] for j in shown), *([table[:, rest].sum(1)] if rest else [])]
    ends = ["hit", *(markets[m] for m in ranked), OTHER_ENDS, "home", "made"]
    sectors = [*(r.sectors[j] for j in shown), *([OTHER_ENDS] if rest else [])]
    return block("sales_shown", np.stack(columns, 1), {"item": ends}, {"sector": sectors})
