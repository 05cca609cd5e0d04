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
from datetime import date
from typing import Any

import numpy as np

from paxsilica.analysis.diversification.redirection import Redirection
from paxsilica.desk import Progress
from paxsilica.economy import Array, Economy, Note
from paxsilica.findings import Block, block
from paxsilica.model import real_incomes, slopes, solve
from paxsilica.names.places import ROW
from paxsilica.names.rosters import rosters
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


def markets_of(e: Economy, outside: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """All regions but the rest of the world and those `outside`; a customs union that is wholly inside is one market."""
    union = tuple(e.about.region_groups.get(CUSTOMS_UNION, ()))
    whole = len(union) > 1 and not set(union) & set(outside)
    taken = {*outside, ROW, *(union if whole else ())}
    found: dict[str, tuple[str, ...]] = {CUSTOMS_UNION: union} if whole else {}
    return found | {region: (region,) for region in e.regions if region not in taken}


def first_orders(r: Redirection, markets: Markets) -> Array:
    """`[market]` what the end of each market's tariffs would win of the exporters' real income, by the exact derivative,
    million a year. Raises ConvergenceError: the adjoint is not solved."""
    o, e = r.outcome, r.outcome.economy
    (slope,) = slopes(o, real_incomes(e, [r.at]))
    cells = (_tariffs_of(r, of) for of in markets.values())
    return np.array([-(slope[at] * o.shock.tariffs[at]).sum() for at in cells])


def agreements(
    r: Redirection, markets: Markets, first: Array, progress: Progress | None = None
) -> Array:
    """`[2, market]` exact gain of the exporters' real income where a market ends its tariffs, under the hit, and what it
    buys more of them, at the prices before; million a year. NaN but for the `SOLVED` best by first order.

    Raises:
        ConvergenceError: an equilibrium is not solved.
    """
    o, e = r.outcome, r.outcome.economy
    levels, found = Shock(e, **o.shock.rows), np.full((2, len(markets)), np.nan)
    groups = list(markets.values())
    for done, m in enumerate(np.argsort(-first, kind="stable")[:SOLVED].tolist()):
        at, n = _tariffs_of(r, groups[m]), e.region_indices(groups[m])
        if not len(at[0]):
            continue
        if progress:
            progress("solving agreements", done, SOLVED)
        free = solve(e, levels.changed("tariffs", at, 0.0), o.params, start=o)
        found[0, m] = (e.income * (free.real_income - o.real_income))[r.at].sum()
        found[1, m] = (r.sold(free)[n] - r.sold(o)[n]).sum()
    return found


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


def ranking_blocks(r: Redirection, markets: Markets, room: Array, first: Array) -> list[Block]:
    """What markets are ranked by, and their ranks: what has a band.

    Args:
        room: `[n]` unrealised potential of every region, million. first: `[market]` of `first_orders`.
    """
    of: dict[str, Any] = {"partner": tuple(markets)}
    members = _regions_in(r, markets)
    moved, left = members @ r.to_market().sum(1), members @ room
    ranks = np.stack([_ranks_of(x) for x in (moved, left, first)])
    # ties go to the market to which more is redirected
    overall = np.empty(len(markets))
    overall[np.lexsort((ranks[0], ranks.mean(0)))] = np.arange(1, len(markets) + 1)
    return [
        block("sales_moved", moved, of, measure="market"),
        block("sales_moved_money", members @ r.to_market(False).sum(1), of, measure="market"),
        block("unrealised_potential", left, of, measure="market"),
        block("agreement_first_order", first, of),
        *(
            block("market_rank", its, of, measure=name)
            for name, its in zip((*CRITERIA, OVERALL), (*ranks, overall), strict=True)
        ),
    ]


def market_blocks(r: Redirection, markets: Markets, won: Array) -> Iterator[Block]:
    """Of every market, and of those that hit: trade, tariff and share in exports, before and after, and what an agreement
    wins exactly.

    Args:
        won: `[2, market]` of `agreements`.
    """
    o, e = r.outcome, r.outcome.economy
    of: dict[str, Any] = {"partner": tuple(markets)}
    members, levels = _regions_in(r, markets), {"scenario": ("before", "after")}
    hit = np.isin(e.regions, r.hitters).astype(float)
    exports = np.stack([r.exports(o.before), r.exports(o)], 1)
    shares = 100 * exports / exports.sum(0)
    yield block("share_of_exports", members @ shares, of, levels)
    yield block("share_of_exports", hit @ shares, levels, item="hit")
    yield block("trade", members @ exports, of, levels)
    yield block("trade", hit @ exports, levels, item="hit")
    yield block("trade_weighted_tariff", _mean_tariffs(r, members), of, levels)
    yield block("trade_weighted_tariff", _mean_tariffs(r, hit[None])[0], levels, item="hit")
    yield block("agreement_gain", won[0], of)
    yield block("agreement_sales", won[1], of)


def _regions_in(r: Redirection, markets: Markets) -> Array:
    """`[market, n]` 1 where a region is of a market."""
    regions = r.outcome.economy.regions
    of = [np.isin(regions, members) for members in markets.values()]
    return np.array(of, dtype=float).reshape(-1, len(regions))


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


def in_common(r: Redirection, markets: Markets, day: date | None) -> dict[str, list[str]]:
    """Market -> what it and the exporters are all in: alliances on the day, and groups of countries, without dates."""
    held = {
        roster.title: {c for m in roster.members if not day or m.since <= day for c in m.countries}
        for roster in rosters().values()
    }
    held |= {group: set(of) for group, of in r.outcome.economy.about.region_groups.items()}
    return {
        market: [name for name, of in held.items() if {*regions, *r.exporters} <= of]
        for market, regions in markets.items()
    }
