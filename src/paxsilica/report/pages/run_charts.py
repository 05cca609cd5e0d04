"""A run's findings at hand, and the charts of its page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from paxsilica.horizon import Horizon
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.heatmap import heatmap
from paxsilica.report.charts.theme import HUES, Figure
from paxsilica.report.charts.world_map import world_map
from paxsilica.report.pages.parties import PartiesView

ROUNDING = 1e-10
"""A change of real income, in per cent, below this is rounding and no effect."""

MOST_BARS, MOST_COLUMNS = 12, 18
"""Of a chart of bars, or on each side of zero; of the heatmap."""

CHANGE, LOSS = "Change of real income, %", "A loss is negative."

Changes = Mapping[str, Mapping[str, float]]
"""Kind -> label -> change."""


class RunView(PartiesView):
    """An answer of `pax run` with its parts at hand.

    Attributes:
        scenario: title, measures, assumptions and sources, as attached. horizon: that of the findings.
        money: the unit of trade. valued: that of a chart of trade. since: from when to when a change is.
        before: what changes are counted from, `the 2022 baseline`. base: whether that is the world of another scenario.
        removed: that the measures act on a world without trade deficits; empty where they do not.
        change: region -> real income, %. losses, gains: regions that move by more than rounding, the largest first.
        earning: the variable of what the states collect: tariffs, or the treasury where it is more.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        e = self.economy
        self.scenario: Mapping[str, Any] = answer.attachments["scenario"]
        self.horizon = Horizon.parse(self.scenario["assumptions"]["horizon"])
        self.money = f"billion USD{words.of_year(e)} a year"
        self.valued = (
            f"{words.sentence(self.money)}, {self.horizon}, before the importer's tariff; after the measures relative to "
            "world labour income. Trade among the members of a party is left out unless it is most of the world."
        )
        removed = self.scenario["assumptions"]["deficits"] == "balanced"
        self.removed = ", trade deficits removed first" * removed
        self.base, self.before = bool(self.scenario["base"]), f"the {words.baseline(e)}"
        if self.base:
            self.before = f"the world with “{self.scenario['base']}”"
        self.since = f"Change from {self.before}{self.removed}, {self.horizon}."
        treasury = self.findings.select("treasury_revenue").blocks
        self.earning = "treasury_revenue" if treasury else "tariff_revenue"
        self.change = self.each("real_income")
        ranked = sorted(self.change, key=self.change.__getitem__)
        self.losses = [region for region in ranked if self.change[region] < -ROUNDING]
        self.gains = [region for region in ranked[::-1] if self.change[region] > ROUNDING]
        self.moves = bool(self.losses or self.gains)

    def each(self, variable: str) -> dict[str, float]:
        """Region -> value of every region of the economy."""
        regions = self.economy.regions
        values = self.findings.array(variable, region=regions).tolist()
        return dict(zip(regions, values, strict=True))

    def of(self, variable: str, region: str) -> float:
        """The value of a region or party."""
        return self.findings.value(variable, region=region)


def picture(v: RunView) -> Figure:
    """The world map of real income, or its largest changes where no region has a shape."""
    title = "Who gains and who loses: real income by region"
    drawn = world_map("real-income-map", title, v.economy, v.change, CHANGE, [f"{v.since} {LOSS}"])
    return drawn or gains_and_losses(v)


def gains_and_losses(v: RunView) -> Figure:
    """The largest gains and losses of real income, and the regions that the measures name."""
    sides = (
        f"{len(side)} region{'s' * (len(side) != 1)} {verb}{'s' * (len(side) == 1)}"
        for side, verb in ((v.gains, "gain"), (v.losses, "lose"))
    )
    title = f"Real income: {', '.join(sides)}"
    return _of_regions(v, "gains-and-losses", title, CHANGE, {"": v.change}, LOSS)


def prices(v: RunView) -> Figure:
    """Consumer prices in local wages beside the same relative to world labour income."""
    of = {
        "in local wages": v.each("consumer_price_in_wages"),
        "relative to world labour income": v.each("consumer_price"),
    }
    title = "Consumer prices in local wages and relative to world labour income"
    return _of_regions(
        v,
        "consumer-prices",
        title,
        "Change of consumer prices, %",
        of,
        "In local wages a rise is a loss.",
    )


def _of_regions(v: RunView, name: str, title: str, axis: str, of: Changes, sign: str) -> Figure:
    """The regions whose first kind moves most, and those that the measures name."""
    first = next(iter(of.values()))
    order = sorted(first, key=first.__getitem__, reverse=True)
    most = {*order[:MOST_BARS], *order[-MOST_BARS:], *v.few[:MOST_BARS]}
    shown = {region: v.names.name(region) for region in order if region in most}
    notes = [
        f"{v.since} {sign}",
        f"{len(shown)} of {len(order)}: what moves most, and what the measures name.",
    ]
    return named_bars(v, name, title, axis, of, shown, notes, lambda _, value: words.percent(value))


def named_bars(
    v: PartiesView,
    name: str,
    title: str,
    axis: str,
    of: Changes,
    shown: Mapping[str, str],
    notes: Sequence[str],
    written: Callable[[str, float], str],
    head: str = "",
) -> Figure:
    """Bars of labels by their names, a colour a kind where there are several."""
    rows = [
        {"label": label, "kind": kind, "value": values[key], "text": written(key, values[key])}
        for key, label in shown.items()
        for kind, values in of.items()
    ]
    by_sector = all(key in v.economy.sectors for key in shown)
    rows = [{**row, "tip": "{label} {kind} {text}".format(**row)} for row in rows]
    colours = dict(zip(of, HUES, strict=False)) if len(of) > 1 else None
    heads = (head or "Sector" * by_sector or "Region", "Measured" if len(of) > 1 else "")
    return bars(name, title, rows, axis, notes, colours, grouped=bool(colours), heads=heads)


def trade(v: RunView) -> Iterator[Figure]:
    """Where exports go, who supplies and what moves by sector, of the flow hit and of the way back if that is hit."""
    for way, end in zip(v.actors.ways, ("", "-back"), strict=False):
        seller, buyer = way.exporter, way.importer
        what = v.names.say_sectors(way.sectors)
        title = f"Exports of {what} from {v.who(seller)}, by destination, before → after"
        yield from _most_moved(v, f"destinations{end}", title, "sold_hit", "partner", region=seller)
        title = f"Imports of {what} by {v.who(buyer)}, by source, before → after"
        yield from _most_moved(v, f"suppliers{end}", title, "bought_hit", "region", partner=buyer)
        keys = [buyer] * (bool(v.actors.flows) and buyer != v.world)
        of = {
            f"to {v.who(key) if key != v.world else 'all'}": v.billions(
                "trade_moved", "sector", region=seller, partner=key
            )
            for key in (*keys, v.world)
        }
        size = {j: max(abs(values[j]) for values in of.values()) for j in v.economy.sectors}
        most = sorted(filter(size.get, size), key=size.__getitem__, reverse=True)[:MOST_BARS]
        first = next(iter(of.values()))
        shown = {j: v.economy.sector_name(j) for j in sorted(most, key=first.__getitem__)}
        notes = [v.valued, f"{len(shown)} of {len(size)} sectors: what moves most."]
        title, axis = f"Exports of {v.who(seller)} by sector", f"Change, {v.money}"
        if shown:
            name = f"exports-by-sector{end}"
            yield named_bars(
                v, name, title, axis, of, shown, notes, lambda _, value: words.signed(value)
            )


def _most_moved(
    v: RunView, name: str, title: str, key: str, side: str, **of: str
) -> Iterator[Figure]:
    """The partners whose flow changes most; nothing without trade."""
    was, now, change = (
        v.billions(key, side, scenario=when, **of) for when in ("before", "after", "change")
    )
    some = [region for region in change if was[region] or now[region]]
    most = sorted(some, key=lambda region: -abs(change[region]))[:MOST_BARS]
    shown = {r: v.names.name(r) for r in sorted(most, key=change.__getitem__, reverse=True)}
    notes = [v.valued, f"{len(shown)} of {len(some)} regions: what moves most."]

    def both(region: str, _: float) -> str:
        return f"{words.number(was[region])} → {words.number(now[region])}"

    if shown:
        yield named_bars(v, name, title, f"Change, {v.money}", {"": change}, shown, notes, both)


def output(v: RunView) -> Figure:
    """Output volume by sector: of the parties, then where most output is gained or lost by some sector."""
    e = v.economy
    cells = {"region": e.regions, "sector": e.sectors}
    change = v.findings.array("output_volume", **cells)
    made = v.findings.array("output", **cells, scenario="before")[:, :, 0]
    moved = np.nansum(np.abs(change) * made, 1) / made.sum(1)
    few = map(e.regions.index, v.few[:MOST_BARS])
    columns = list(dict.fromkeys([*few, *np.argsort(-moved, kind="stable")]))[:MOST_COLUMNS]
    lines = np.argsort(np.nan_to_num(change[columns[0]]), kind="stable")
    sectors = {j: e.sector_name(e.sectors[j]) for j in lines}
    regions = {n: v.names.name(e.regions[n]) for n in columns}
    drawn = []
    for (j, sector), (n, region) in product(sectors.items(), regions.items()):
        value = float(change[n, j])
        known = math.isfinite(value)
        said = f"{words.percent(value)} of {words.money(made[n, j])}" if known else "none made"
        cell = {"row": sector, "column": region, "value": value if known else None}
        text = words.number(value, 2 if abs(value) >= 0.1 else 1) * known
        drawn.append({**cell, "text": text, "tip": f"{region}, {sector}: {said}"})
    notes = [
        v.since,
        f"{len(columns)} of {len(moved)} regions: those that the measures name, then those whose output moves most. "
        f"Sectors by the change in {v.names.say_region(e.regions[columns[0]])}. Grey: none made.",
    ]
    title, legend = "Output by sector, at constant prices", "Change of output volume, %"
    names = list(sectors.values()), list(regions.values())
    heads = ("Sector", "Region")
    return heatmap(
        "output-by-sector", title, drawn, *names, legend, notes, signed=True, heads=heads
    )
