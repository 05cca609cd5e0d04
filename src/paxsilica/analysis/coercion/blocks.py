"""What was found of cuts, as findings. `item` is the side whose number it is: `targets` or `senders`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from paxsilica.analysis.band import Band
from paxsilica.analysis.coercion.counter import Relief
from paxsilica.analysis.coercion.matrix import Matrix
from paxsilica.analysis.coercion.pair import SIDES, STEPS, Pair
from paxsilica.economy import Economy
from paxsilica.findings import Block, block
from paxsilica.shock import Cut


def baseline_blocks(economy: Economy, cut: Cut) -> Iterator[Block]:
    """What stood before a cut: the trade that it ends, and incomes."""
    n, i = economy.region_indices(cut.targets), economy.region_indices(cut.senders)
    trade = economy.flows[np.ix_(n, i, economy.sector_indices(cut.sectors))].sum((0, 1))
    yield block("trade", trade, {"sector": cut.sectors})
    turnover = float(economy.expenditure[n].sum() / economy.income[n].sum())
    yield block("turnover", turnover, item="targets")


def pair_blocks(found: Pair, band: Band) -> Iterator[Block]:
    """A pair at one horizon; `band` is of `pair.numbers`."""
    outcome = found.grip.outcome
    e, at = outcome.economy, outcome.params.horizon.key
    sides = {"item": SIDES}
    change = found.grip.change
    yield block("real_income", change, {"region": e.regions}, horizon=at)
    yield block("real_income_money", change * e.income / 100, {"region": e.regions}, horizon=at)

    def banded(name: str, of: slice | int, *axes: Mapping[str, Sequence[str]]) -> Block:
        low, high = (None if x is None else x[of] for x in (band.low, band.high))
        return block(name, band.value[of], *axes, low=low, high=high, horizon=at)

    yield banded("real_income", slice(0, 2), sides)
    yield banded("real_income_money", slice(2, 4), sides)
    yield banded("loss_ratio", 4)
    if len(band.sets) > 1:
        sets = {"elasticities": band.sets}
        yield block("real_income", band.each[:, :2], sets, sides, horizon=at)
        yield block("loss_ratio", band.each[:, 4], sets, horizon=at)
        median = band.median
        assert median is not None
        yield block("real_income_median", median[:2], sides, horizon=at)
    yield block("real_earned_income", found.earned, sides, horizon=at)
    yield block("transfer_effect", found.transfer, sides, horizon=at)
    yield block("tariff_revenue_change", found.revenue, sides, horizon=at)
    points = {"point": [f"{100 * share:g}" for share in STEPS]}
    yield block("real_income", found.curve, points, sides, horizon=at)
    sectors = {"sector": found.grip.cut.sectors}
    yield block("real_income", found.by_sector, sectors, sides, horizon=at)
    yield block("loss_ratio", found.ratios, sectors, horizon=at)
    yield block("power", found.power, item="targets", horizon=at)
    yield block("first_order_cut", found.first_order, sides, horizon=at)
    if found.net_dependence is not None:
        yield block("net_dependence", found.net_dependence, horizon=at)


def relief_blocks(found: Sequence[Relief]) -> Iterator[Block]:
    """Policies against a cut, the largest net gain first: `rung` is the rank, `measure` the kind."""
    who = {
        "rung": [str(rank) for rank in range(1, len(found) + 1)],
        "measure": [r.kind for r in found],
        "partner": ["+".join(r.partners) for r in found],
        "sector": [r.sector for r in found],
    }

    def told(name: str, values: Iterable[float | None]) -> Block:
        numbers = [np.nan if value is None else value for value in values]
        return block(name, numbers, who, horizon="short_run")

    yield told("relief_size", (100 * r.size for r in found))
    yield told("relief_cost", (r.cost for r in found))
    yield told("relief_net", (r.net for r in found))
    yield told("relief_per_dollar", (r.per_dollar for r in found))
    yield told("relief_without_cut", (r.without_cut for r in found))
    yield told("relief_first_order", (r.first_order for r in found))


def matrix_blocks(m: Matrix, by_sector: bool) -> Iterator[Block]:
    """Every pair, as `partner` (who cuts) and `region` (who is cut off); of one sector where each is cut alone."""
    off = [(i, n) for i in range(len(m.regions)) for n in range(len(m.regions)) if i != n]
    i, n = (np.array(side) for side in zip(*off, strict=True))
    fixed: dict[str, Any] = {
        "horizon": m.horizon.key,
        **({"sector": m.sectors[0]} if by_sector else {}),
    }
    pairs = {"partner": [m.regions[k] for k in i], "region": [m.regions[k] for k in n]}
    percent = np.stack([m.targets[i, n], m.senders[i, n]], axis=1)
    money = np.stack([side[i, n] for side in m.money], axis=1)
    yield block("real_income", percent, pairs, {"item": SIDES}, **fixed)
    yield block("real_income_money", money, pairs, {"item": SIDES}, **fixed)
    yield block("loss_ratio", m.ratio[i, n], pairs, **fixed)
    yield block("tariff_revenue_change", m.revenue[i, n], pairs, item="targets", **fixed)
    if len(m.all_regions) > 2:
        best = [
            m.winner(m.regions[a], m.regions[b])
            if np.isfinite(m.change[a, b]).all()
            else ("", np.nan)
            for a, b in off
        ]
        winners = pairs | {"item": [region for region, _ in best]}
        yield block("winner_gain", [gain for _, gain in best], winners, **fixed)
