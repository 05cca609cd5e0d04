"""Charts of what happens to regions: gains and losses, sectors by region, prices and revenue."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np

from paxsilica.economy import Array
from paxsilica.report import words
from paxsilica.report.look import (
    AFTER,
    BEFORE,
    EMPTY,
    FAINT,
    NAMES,
    PLAIN,
    Figure,
    Rows,
    Spec,
    heading,
    legend_label,
    limit_of,
    pair_bars,
    signed_bars,
    signed_colour,
    stacked,
    styled,
)
from paxsilica.report.pages.run_words import EARNINGS, RunTold
from paxsilica.report.world import world_chart

MARKED = "● "
"""Stands before the regions that the measures name."""

MOST_BARS = 15
MOST_COLUMNS = 18
MOST_PRICES = 8
MOST_REVENUES = 10

OF_OUTPUT = 1e-3
"""Share of a region's output below which a sector does not make the heatmap's title."""


def region_figures(t: RunTold) -> list[Figure]:
    """Map, ranking, heatmap, prices: in the order of the page, the map only where there are shapes."""
    gains = "Bars of the largest gains and losses of real income."
    output = "Heatmap of the change of output volume, sector by region."
    figures = [
        Figure("gains-and-losses", ranking_chart(t), gains),
        Figure("output-by-sector", heatmap_chart(t), output),
        Figure(
            "prices-and-revenue", prices_chart(t), "Bars of consumer price changes and of revenue."
        ),
    ]
    if world := world_chart(t.economy, t.each("real_income"), t.horizon):
        says = "World map of the change of real income by region."
        figures.insert(0, Figure("real-income-map", world, says))
    return figures


def marked_name(t: RunTold, region: str) -> str:
    """The region's name, marked where the measures name it and the names are few."""
    return (MARKED if region in t.named else "") + t.names.name(region)


def marked(t: RunTold) -> list[str]:
    """The line that explains the mark."""
    if not t.named:
        return []
    left = sum(len(p.regions) for p in t.actors.parties) - len(t.named)
    more = f"; {left} more that they name are not marked." if left else "."
    return [f"{MARKED}named by the measures{more}"]


def ranking_chart(t: RunTold) -> Spec:
    """The largest gains and losses of real income, and the regions that the measures name."""
    change, usd = t.each("real_income"), t.each("real_income_money")
    gains, losses = t.gains[:MOST_BARS], t.losses[:MOST_BARS]
    tips = {r: f"{words.percent(change[r])}, {words.signed_money(usd[r])} a year" for r in change}
    notes = [
        f"Exact change of real income, {t.horizon}, % of the {words.baseline(t.economy)}; a minus is "
        f"a loss. The {len(gains)} largest gains and the {len(losses)} largest losses.",
        *marked(t),
    ]
    gain = "1 region gains" if len(t.gains) == 1 else f"{len(t.gains)} regions gain"
    lose = f"{len(t.losses)} lose{'s' if len(t.losses) == 1 else ''}"
    title = heading(f"Who gains and who loses: {gain}, {lose}", notes)
    rows = _region_bars(t, change, {*gains, *losses, *t.named}, tips)
    return styled({"title": title, **signed_bars(rows, "Change of real income, %")})


def prices_chart(t: RunTold) -> Spec:
    """Consumer prices where they move most, and the revenue of the regions that change their taxes."""
    change, wages = t.each("consumer_price"), t.each("wage")
    falling = sorted(change, key=change.__getitem__, reverse=True)
    chosen = {*falling[:MOST_PRICES], *falling[-MOST_PRICES:], *t.named}
    tips = {
        r: f"consumer prices {words.percent(change[r])}, wages {words.percent(wages[r])}, relative to "
        "world labour income"
        for r in change
    }
    notes = [
        f"Change of the consumption price index from the {words.baseline(t.economy)}, %, relative to "
        "world labour income (the numeraire). A fall is no gain by itself: wages may fall more.",
        *marked(t),
    ]
    title = heading("Consumer prices: the largest rises and falls", notes)
    rows = _region_bars(t, change, chosen, tips)
    prices = {"title": title, **signed_bars(rows, "Change of consumer prices, %", (PLAIN, PLAIN))}
    earned = _revenue_chart(t)
    return styled(stacked(prices, earned) if earned else prices)


def _region_bars(
    t: RunTold, change: Mapping[str, float], chosen: Collection[str], tips: Mapping[str, str]
) -> Rows:
    """A bar for each region that is chosen, the largest rise first."""
    return [
        {
            "label": marked_name(t, region),
            "value": change[region],
            "text": words.percent(change[region]),
            "tip": f"{t.names.name(region)}: {tips[region]}",
        }
        for region in sorted(change, key=change.__getitem__, reverse=True)
        if region in chosen
    ]


def _revenue_chart(t: RunTold) -> Spec | None:
    both = t.each(t.earning)
    moved = {region: abs(after - before) for region, (before, after) in both.items()}
    taxing = [p for p in t.actors.parties if p.taxes]
    changed = [region for p in taxing for region in p.regions]
    chosen = changed or [region for region in moved if moved[region]]
    most = sorted(chosen, key=lambda region: -moved[region])[:MOST_REVENUES]
    if not most:
        return None
    rows: Rows = []
    for region in most:
        name = t.names.name(region)
        for which, value in zip(("before", "after"), both[region], strict=True):
            tip = f"{name}, {which}: {words.money(value)} a year"
            row = {"label": name, "which": which, "value": value / 1e3, "tip": tip}
            rows.append({**row, "text": words.billion(value)})
    whose = (
        " and ".join(t.who(party.key) for party in taxing) if changed else f"{len(most)} regions"
    )
    before, after = map(sum, zip(*(both[region] for region in changed or most), strict=True))
    some = f" The {len(most)} regions where it moves most."
    notes = [
        f"{words.sentence(t.billions)}, from trade with all regions in all sectors, relative to world "
        f"labour income.{some if len(changed) > len(most) or not changed else ''}"
    ]
    earning = EARNINGS[t.earning]
    title = heading(f"{earning} of {whose}: {words.before_after(before, after)}", notes)
    colours = {"before": BEFORE, "after": AFTER}
    return {"title": title, **pair_bars(rows, f"{earning.split(' (')[0]}, {t.billions}", colours)}


def heatmap_chart(t: RunTold) -> Spec:
    """Output volume by sector, for the regions whose output moves most between sectors."""
    e = t.economy
    change = t.findings.array("output_volume", region=e.regions, sector=e.sectors)
    columns = _regions_across(t, change)
    lead = columns[0]
    lines = [int(j) for j in np.argsort(np.nan_to_num(change[lead]), kind="stable")]
    bound, beyond = limit_of(change[np.ix_(columns, lines)].ravel())
    sizeable = [j for j in lines if e.output[lead, j] > OF_OUTPUT * e.output[lead].sum()]
    ends = [
        f"{words.percent(change[lead, j])} in {t.names.say_sectors([e.sectors[j]])}"
        for j in (sizeable[0], sizeable[-1])
    ]
    where = t.names.say_region(e.regions[lead])
    first = f"the region{'s' if len(t.named) > 1 else ''} marked, then " if t.named else ""
    notes = [
        f"Change of output volume from the {words.baseline(e)}, %: blue more, orange less, grey no "
        f"production. The colours are full at ±{legend_label(bound)[1:]} %; "
        f"{words.lie(beyond, 'cell')} beyond. Rows: by the change in {where}. Columns: {first}those "
        "that change most.",
        *marked(t),
    ]
    colour = signed_colour("value", "Change of output volume, %", bound)
    names = {"type": "nominal", "sort": None}
    across = {**NAMES, "orient": "top", "labelAngle": -50}
    cells = [_volume_cell(t, n, j, float(change[n, j])) for n in columns for j in lines]
    title = f"Output in {where}: {' to '.join(dict.fromkeys(ends))}"
    return styled(
        {
            "title": heading(title, notes),
            "data": {"values": cells},
            "mark": {"type": "rect", "stroke": FAINT, "strokeWidth": 0.5},
            "width": {"step": 28},
            "height": {"step": 18},
            "encoding": {
                "x": {"field": "region", **names, "axis": across},
                "y": {"field": "sector", **names, "axis": NAMES},
                "color": {"condition": {"test": "datum.made", **colour}, "value": EMPTY},
                "description": {"field": "tip"},
            },
        }
    )


def _regions_across(t: RunTold, change: Array) -> list[int]:
    """The marked regions first, then those where the largest share of output is gained or lost by some sector."""
    e = t.economy
    moved = (np.nan_to_num(np.abs(change)) * e.output).sum(1) / e.output.sum(1)
    first = t.actors.parties[0].regions[:1] if t.actors.parties else ()
    lead = [e.regions.index(region) for region in t.named or first]
    rest = [int(n) for n in np.argsort(-moved, kind="stable") if n not in lead]
    return [*lead, *rest][:MOST_COLUMNS]


def _volume_cell(t: RunTold, n: int, j: int, change: float) -> dict[str, object]:
    region, sector = t.economy.regions[n], t.economy.sector_name(t.economy.sectors[j])
    made = math.isfinite(change)
    before = words.money(t.economy.output[n, j])
    size = f"output volume {words.percent(change)}, {before} before" if made else "no production"
    return {
        "region": marked_name(t, region),
        "sector": sector,
        "made": made,
        "value": change if made else 0.0,
        "tip": f"{t.names.name(region)}, {sector}: {size}",
    }
