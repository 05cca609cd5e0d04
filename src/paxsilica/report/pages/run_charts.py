"""Charts of what happens to regions: gains and losses, sectors by region, prices and revenue."""

from __future__ import annotations

import numpy as np

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
from paxsilica.report.pages.run_words import EARNINGS, ROUNDING, RunTold
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
    charts = (
        (
            "real-income-map",
            world_chart(t.economy, t.each("real_income"), t.horizon),
            "World map of the change of real income by region.",
        ),
        (
            "gains-and-losses",
            ranking_chart(t),
            "Bars of the largest gains and losses of real income.",
        ),
        (
            "output-by-sector",
            heatmap_chart(t),
            "Heatmap of the change of output volume, sector by region.",
        ),
        ("prices-and-revenue", prices_chart(t), "Bars of consumer price changes and of revenue."),
    )
    return [Figure(name, spec, says) for name, spec, says in charts if spec]


def marked_name(t: RunTold, code: str) -> str:
    """The region's name, marked where the measures name it and the names are few."""
    return (MARKED if code in t.named else "") + t.economy.region_name(code)


def marked(t: RunTold) -> list[str]:
    """The line that explains the mark."""
    if not t.named:
        return []
    left = sum(len(p.regions) for p in t.actors.parties) - len(t.named)
    more = f"; {left} more that they name are not marked." if left else "."
    return [f"{MARKED}named by the measures{more}"]


# ---- bars --------------------------------------------------------------------------------------


def ranking_chart(t: RunTold) -> Spec | None:
    """The largest gains and losses of real income, and the regions that the measures name."""
    e, change, usd = t.economy, t.each("real_income"), t.each("real_income_money")
    order = [int(n) for n in np.argsort(-change, kind="stable")]
    gains = [n for n in order if change[n] > ROUNDING]
    losses = [n for n in order if change[n] < -ROUNDING]
    named = {e.regions.index(region) for region in t.named}
    chosen = {*gains[:MOST_BARS], *losses[-MOST_BARS:], *named}
    if not chosen:
        return None
    rows: Rows = []
    for n in (n for n in order if n in chosen):
        size, name = words.percent(change[n]), e.region_name(e.regions[n])
        tip = f"{name}: {size}, {words.signed_money(usd[n])} a year"
        row = {"label": marked_name(t, e.regions[n]), "value": float(change[n])}
        rows.append({**row, "text": size, "tip": tip})
    few = [min(len(side), MOST_BARS) for side in (gains, losses)]
    notes = [
        f"Exact change of real income, {t.horizon}, % of the {words.baseline(e)}; a minus is a loss. "
        f"The {few[0]} largest gains and the {few[1]} largest losses.",
        *marked(t),
    ]
    gain = "1 region gains" if len(gains) == 1 else f"{len(gains)} regions gain"
    lose = f"{len(losses)} lose{'s' if len(losses) == 1 else ''}"
    title = f"Who gains and who loses: {gain}, {lose}"
    return styled({"title": heading(title, notes), **signed_bars(rows, "Change of real income, %")})


def prices_chart(t: RunTold) -> Spec:
    """Consumer prices where they move most, and the revenue of the regions that change their taxes."""
    e, change, wages = t.economy, t.each("consumer_price"), t.each("wage")
    order = [int(n) for n in np.argsort(-change, kind="stable")]
    ends = order if len(order) <= 2 * MOST_PRICES else [*order[:MOST_PRICES], *order[-MOST_PRICES:]]
    chosen = {*ends, *(e.regions.index(region) for region in t.named)}
    rows: Rows = []
    for n in (n for n in order if n in chosen):
        size, wage = words.percent(change[n]), words.percent(wages[n])
        tip = (
            f"{e.region_name(e.regions[n])}: consumer prices {size}, wages {wage}, relative to world "
            "labour income"
        )
        row = {"label": marked_name(t, e.regions[n]), "value": float(change[n])}
        rows.append({**row, "text": size, "tip": tip})
    notes = [
        f"Change of the consumption price index from the {words.baseline(e)}, %, relative to world "
        "labour income (the numeraire). A fall is no gain by itself: wages may fall more.",
        *marked(t),
    ]
    title = heading("Consumer prices: the largest rises and falls", notes)
    prices = {"title": title, **signed_bars(rows, "Change of consumer prices, %", (PLAIN, PLAIN))}
    earned = _revenue_chart(t)
    return styled(stacked(prices, earned) if earned else prices)


def _revenue_chart(t: RunTold) -> Spec | None:
    e, old, new = t.economy, *t.each(t.earning).T
    taxing = [p for p in t.actors.parties if p.taxes]
    changed = [e.regions.index(region) for p in taxing for region in p.regions]
    moved = np.abs(new - old)
    at = changed or [int(n) for n in np.flatnonzero(moved)]
    at = sorted(at, key=lambda n: -moved[n])[:MOST_REVENUES]
    if not at:
        return None
    rows: Rows = []
    for n in at:
        for which, values in (("before", old), ("after", new)):
            name = e.region_name(e.regions[n])
            tip = f"{name}, {which}: {words.money(values[n])} a year"
            row = {"label": name, "which": which, "value": float(values[n]) / 1e3, "tip": tip}
            rows.append({**row, "text": words.billion(values[n])})
    whose = " and ".join(map(t.who, taxing)) if changed else f"{len(at)} regions"
    before, after = (words.money(values[changed or at].sum()) for values in (old, new))
    unit = f"billion USD{words.of_year(e)} a year"
    some = f" The {len(at)} regions where it moves most."
    notes = [
        f"{words.sentence(unit)}, from trade with all regions in all sectors, relative to world "
        f"labour income.{some if len(changed) > len(at) or not changed else ''}"
    ]
    earning = EARNINGS[t.earning]
    title = heading(f"{earning} of {whose}: {before} before, {after} after", notes)
    colours = {"before": BEFORE, "after": AFTER}
    return {"title": title, **pair_bars(rows, f"{earning.split(' (')[0]}, {unit}", colours)}


# ---- sectors by region -------------------------------------------------------------------------


def heatmap_chart(t: RunTold) -> Spec:
    """Output volume by sector, for the regions whose output moves most between sectors."""
    e, change = t.economy, t.each("output_volume", sector=t.economy.sectors)
    columns = _regions_across(t)
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


def _regions_across(t: RunTold) -> list[int]:
    """The marked regions first, then those where the largest share of output is gained or lost by some sector."""
    e, change = t.economy, np.nan_to_num(np.abs(t.each("output_volume", sector=t.economy.sectors)))
    moved = (change * e.output).sum(1) / e.output.sum(1)
    first = t.actors.parties[0].regions[:1] if t.actors.parties else ()
    lead = [e.regions.index(region) for region in t.named or first]
    rest = [int(n) for n in np.argsort(-moved, kind="stable") if n not in lead]
    return [*lead, *rest][:MOST_COLUMNS]


def _volume_cell(t: RunTold, n: int, j: int, change: float) -> dict[str, object]:
    e = t.economy
    made = bool(np.isfinite(change))
    size = "no production"
    if made:
        size = f"output volume {words.percent(change)}, {words.money(e.output[n, j])} before"
    return {
        "region": marked_name(t, e.regions[n]),
        "sector": e.sector_name(e.sectors[j]),
        "made": made,
        "value": change if made else 0.0,
        "tip": f"{e.region_name(e.regions[n])}, {e.sector_name(e.sectors[j])}: {size}",
    }
