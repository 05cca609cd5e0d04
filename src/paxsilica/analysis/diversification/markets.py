"""Other markets for an exporter that is hit, ranked, each with the numbers that it is ranked by.

A market is judged by three numbers, each of which ranks all markets: what the equilibrium redirects there by itself, how
much more it would buy by its demand and the exporter's supply (`potential`), and what an agreement that ends its tariffs
on the exporter would win back, on top of the hit. The order is by the mean of the three ranks, which has no unit and no
weights to choose; whether a market is an ally, and how dependent on it the exporter would be, stand beside it and do not
count in it.

The agreement is the market's side alone: its tariffs on the exporter's goods, up to 50 %, go to zero, the exporter's own
stay. What it
wins is weighed first by the exact derivative of the exporter's real income by every tariff, times the tariff; the best are
solved exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paxsilica.analysis.diversification.redirection import Redirection
from paxsilica.desk import Progress
from paxsilica.economy import Array, Economy, Note
from paxsilica.findings import Block, block
from paxsilica.model import Outcome, gradient, solve
from paxsilica.names.places import ROW
from paxsilica.shock import Cells, Shock

SOLVED = 10
"""Agreements that are solved exactly: those that win back most to first order."""

CRITERIA = ("redirected", "potential", "agreement")
"""What each market has a rank by."""

OVERALL = "overall"

CUSTOMS_UNION = "EU"
"""Whose members have one tariff, and are one market to agree with."""

BELIEVED = 0.5
"""Tariffs above it are left as they are: simple averages that a few prohibitive products dominate, of which little would
go with an agreement (see the note of the baseline on prohibitive tariffs)."""

Markets = Mapping[str, tuple[str, ...]]
"""Label of a market -> its regions."""


@dataclass(frozen=True, eq=False)
class MarketAgreement:
    """A market that ends its tariffs on the exporter's goods, under the hit. Money is million a year.

    Attributes:
        first_order: gain of the exporter's real income by the derivative. gain: exact; None where it was not solved.
        sales: exact change of the exporter's sales there, at the prices before the hit.
    """

    first_order: float
    gain: float | None = None
    sales: float | None = None


def markets_of(e: Economy, outside: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """All regions but the rest of the world and those `outside`; a customs union that is wholly inside is one market."""
    union = tuple(e.about.region_groups.get(CUSTOMS_UNION, ()))
    whole = len(union) > 1 and not set(union) & set(outside)
    taken = {*outside, ROW, *(union if whole else ())}
    found: dict[str, tuple[str, ...]] = {CUSTOMS_UNION: union} if whole else {}
    return found | {region: (region,) for region in e.regions if region not in taken}


def agreements(
    r: Redirection, markets: Markets, progress: Progress | None = None
) -> tuple[MarketAgreement, ...]:
    """What the end of each market's tariffs would win back; of the `SOLVED` best by first order exactly.

    Raises:
        ConvergenceError: an adjoint or an equilibrium is not solved.
    """
    o, e = r.outcome, r.outcome.economy
    levels = Shock(e, **o.shock.rows)
    slope = np.zeros(e.flows.shape)
    for done, i in enumerate(r.at):
        if progress:
            progress("weighing agreements", done, len(r.at))
        slope += e.income[i] * gradient(e, levels, e.regions[i], o.params).tariffs
    cells = {market: _tariffs_of(r, of) for market, of in markets.items()}
    first = {m: -float((slope[at] * levels.tariffs[at]).sum()) for m, at in cells.items()}
    best = sorted(first, key=lambda market: -first[market])[:SOLVED]
    found = []
    for market, of in markets.items():
        at = cells[market]
        if market not in best or not len(at[0]):
            found.append(MarketAgreement(first[market]))
            continue
        if progress:
            progress("solving agreements", best.index(market), len(best))
        free = solve(e, levels.changed("tariffs", at, 0.0), o.params, start=o)
        gain = (e.income * (free.real_income - o.real_income))[r.at].sum()
        found.append(MarketAgreement(first[market], float(gain), _sales(r, free, of)))
    return tuple(found)


def _tariffs_of(r: Redirection, market: Sequence[str]) -> Cells:
    """The cells of a market's tariffs on the exporters' goods of the sectors that count, of those that are `BELIEVED`."""
    n = r.outcome.economy.region_indices(market)
    grid = np.meshgrid(
        *(np.array(axis, dtype=np.intp) for axis in (n, r.at, r.columns)), indexing="ij"
    )
    importer, exporter, sector = (axis.ravel() for axis in grid)
    levels = r.outcome.shock.tariffs[importer, exporter, sector]
    taxed = (importer != exporter) & (levels > 0) & (levels <= BELIEVED)
    return importer[taxed], exporter[taxed], sector[taxed]


def kept_tariffs(r: Redirection, markets: Markets) -> tuple[Note, ...]:
    """Which tariffs are above what is `BELIEVED` of them and stay."""
    o, e = r.outcome, r.outcome.economy
    found = list[str]()
    for regions in markets.values():
        n = e.region_indices(regions)
        high = (o.shock.tariffs[np.ix_(n, r.at, r.columns)] > BELIEVED).any((0, 1))
        found += [f"{'+'.join(regions)} {r.sectors[j]}" for j in np.flatnonzero(high)]
    text = f"tariffs above {BELIEVED:.0%} are taken for averages of a few prohibitive rates, which no agreement here ends"
    return (Note("agreements.kept", f"{text}: {', '.join(found)}"),) if found else ()


def _sales(r: Redirection, free: Outcome, market: Sequence[str]) -> float:
    n = r.outcome.economy.region_indices(market)
    return float((r.sold(free)[n] - r.sold(r.outcome)[n]).sum())


def market_blocks(
    r: Redirection, markets: Markets, room: Array, found: Sequence[MarketAgreement]
) -> Iterator[Block]:
    """Of every market: what is redirected there, tariff before and after, share in exports, what an agreement wins, and
    its ranks.

    Args:
        room: `[n]` unrealised potential of every region, million.
    """
    o, e = r.outcome, r.outcome.economy
    of: dict[str, Any] = {"partner": tuple(markets)}
    members = np.array([np.isin(e.regions, regions) for regions in markets.values()], dtype=float)
    levels = {"scenario": ("before", "after")}
    hit = np.isin(e.regions, r.hitters).astype(float)
    exports = np.stack([r.exports(o.before), r.exports(o)], 1)
    shares = 100 * exports / exports.sum(0)
    yield block("share_of_exports", members @ shares, of, levels)
    yield block("share_of_exports", hit @ shares, levels, item="hit")
    yield block("trade", members @ exports, of, levels)
    yield block("trade", hit @ exports, levels, item="hit")
    yield block("trade_weighted_tariff", _mean_tariffs(r, members), of, levels)
    yield block("trade_weighted_tariff", _mean_tariffs(r, hit[None])[0], levels, item="hit")
    first = np.array([a.first_order for a in found])
    known = [[np.nan if x is None else x for x in (a.gain, a.sales)] for a in found]
    gain, sales = np.array(known, dtype=float).reshape(-1, 2).T
    yield block("agreement_first_order", first, of)
    yield block("agreement_gain", gain, of)
    yield block("agreement_sales", sales, of)
    moved, open_ = members @ r.to_market().sum(1), members @ room
    yield block("sales_moved", moved, of, measure="market")
    yield block("sales_moved_money", members @ r.to_market(False).sum(1), of, measure="market")
    yield block("unrealised_potential", open_, of, measure="market")
    ranks = np.stack([_ranks_of(x) for x in (moved, open_, first)])
    for name, its in zip(CRITERIA, ranks, strict=True):
        yield block("market_rank", its, of, measure=name)
    # ties go to the market to which more is redirected
    overall = np.empty(len(markets))
    overall[np.lexsort((ranks[0], ranks.mean(0)))] = np.arange(1, len(markets) + 1)
    yield block("market_rank", overall, of, measure=OVERALL)


def _ranks_of(values: Array) -> Array:
    """1 for the largest; those that are alike have the same."""
    return np.array([1.0 + (values > value).sum() for value in values])


def _mean_tariffs(r: Redirection, members: Array) -> Array:
    """`[market, 2]` mean tariff on the exporters' sales at the trade that stood before, %, before and after; NaN without
    trade.

    Args:
        members: `[market, n]` 1 where a region is of a market.
    """
    o = r.outcome
    box = np.ix_(range(len(o.economy.regions)), r.at, r.columns)
    sold = o.before.flows[box] * ~r.ends["home"][:, :, None]
    paid = np.stack([sold * x.shock.tariffs[box] for x in (o.before, o)], -1).sum((1, 2))
    trade, duties = members @ sold.sum((1, 2)), members @ paid
    none = np.full(duties.shape, np.nan)
    return np.asarray(np.divide(100 * duties, trade[:, None], out=none, where=trade[:, None] > 0))
