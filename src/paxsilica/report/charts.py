"""Charts of what happens to regions: gains and losses, sectors by region, prices and revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paxsilica.names import Names
from paxsilica.report import words
from paxsilica.report.focus import Focus
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
from paxsilica.report.reading import (
    NOTHING,
    names_of,
    real_income_money,
    real_income_percent,
    revenue,
    taxing,
    volume_percent,
)
from paxsilica.report.world import world_chart

if TYPE_CHECKING:
    from paxsilica.analysis.run import Run

MARK = "● "
"""Stands before the regions that the measures name."""

MOST_BARS = 15
MOST_COLUMNS = 18
MOST_PRICES = 8
MOST_REVENUES = 10

SIZEABLE = 1e-3
"""Share of a region's output below which a sector does not make the heatmap's title."""


def name_of(run: Run, f: Focus, code: str) -> str:
    """The region's name, marked where the measures name it and the names are few."""
    return (MARK if code in f.named else "") + run.outcome.economy.region_name(code)


def marked(f: Focus) -> list[str]:
    """The line that explains the mark."""
    if not f.named:
        return []
    left = len(f.target) + len(f.partners) - len(f.named)
    return [
        f"{MARK}named by the measures"
        + (f"; {left} more that they name are not marked." if left else ".")
    ]


# ---- bars ------------------------------------------------------------------------------------------------------


def ranking_chart(run: Run, f: Focus) -> Spec | None:
    """The largest gains and losses of real income, and the regions that the measures name."""
    e, change, usd = run.outcome.economy, real_income_percent(run), real_income_money(run)
    order = [int(n) for n in np.argsort(-change, kind="stable")]
    gains = [n for n in order if change[n] > 100 * NOTHING]
    losses = [n for n in order if change[n] < -100 * NOTHING]
    chosen = {
        *gains[:MOST_BARS],
        *losses[-MOST_BARS:],
        *(e.regions.index(region) for region in f.named),
    }
    if not chosen:
        return None
    rows: Rows = []
    for n in (n for n in order if n in chosen):
        size = words.percent(change[n])
        tip = f"{e.region_name(e.regions[n])}: {size}, {words.signed_money(usd[n])} a year"
        rows.append(
            {
                "label": name_of(run, f, e.regions[n]),
                "value": float(change[n]),
                "text": size,
                "tip": tip,
            }
        )
    shown = f"The {min(len(gains), MOST_BARS)} largest gains and the {min(len(losses), MOST_BARS)} largest losses."
    unit = f"Exact change of real income, {run.outcome.params.horizon}, % of the {words.baseline(e)}; a minus is a loss."
    notes = [f"{unit} {shown}", *marked(f)]
    gain = "1 region gains" if len(gains) == 1 else f"{len(gains)} regions gain"
    lose = f"{len(losses)} lose{'s' if len(losses) == 1 else ''}"
    title = f"Who gains and who loses: {gain}, {lose}"
    return styled({"title": heading(title, notes), **signed_bars(rows, "Change of real income, %")})


def prices_chart(run: Run, f: Focus) -> Spec:
    """Consumer prices where they move most, and the revenue of the regions that change their taxes."""
    e, o = run.outcome.economy, run.outcome
    change = 100 * (o.consumer_price - 1)
    order = [int(n) for n in np.argsort(-change, kind="stable")]
    ends = order if len(order) <= 2 * MOST_PRICES else [*order[:MOST_PRICES], *order[-MOST_PRICES:]]
    chosen = {*ends, *(e.regions.index(region) for region in f.named)}
    rows: Rows = []
    for n in (n for n in order if n in chosen):
        size, wage = words.percent(change[n]), words.percent(100 * (o.wage[n] - 1))
        tip = f"{e.region_name(e.regions[n])}: consumer prices {size}, wages {wage}, relative to world labour income"
        rows.append(
            {
                "label": name_of(run, f, e.regions[n]),
                "value": float(change[n]),
                "text": size,
                "tip": tip,
            }
        )
    unit = f"Change of the consumption price index from the {words.baseline(e)}, %, relative to world labour income"
    notes = [
        f"{unit} (the numeraire). A fall is no gain by itself: wages may fall more.",
        *marked(f),
    ]
    title = heading("Consumer prices: the largest rises and falls", notes)
    prices = {"title": title, **signed_bars(rows, "Change of consumer prices, %", (PLAIN, PLAIN))}
    earned = _revenue_chart(run)
    return styled(stacked(prices, earned) if earned else prices)


def _revenue_chart(run: Run) -> Spec | None:
    e, changed = run.outcome.economy, taxing(run)
    earned, old, new = revenue(run)
    moved = np.abs(new - old)
    at = sorted(changed or [int(n) for n in np.flatnonzero(moved)], key=lambda n: -moved[n])[
        :MOST_REVENUES
    ]
    if not at:
        return None
    rows: Rows = []
    for n in at:
        for which, values in (("before", old), ("after", new)):
            tip = f"{e.region_name(e.regions[n])}, {which}: {words.money(values[n])} a year"
            row = {
                "label": e.region_name(e.regions[n]),
                "which": which,
                "value": float(values[n]) / 1e3,
                "tip": tip,
            }
            rows.append({**row, "text": words.billion(values[n])})
    whose = (
        names_of(run).say_regions([e.regions[n] for n in changed])
        if changed
        else f"{len(at)} regions"
    )
    before, after = (words.money(values[changed or at].sum()) for values in (old, new))
    unit = f"billion USD{words.of_year(e)} a year"
    notes = [
        f"{words.sentence(unit)}, from trade with all regions in all sectors, relative to world labour income."
    ]
    if len(changed) > len(at) or not changed:
        notes[0] += f" The {len(at)} regions where it moves most."
    title = heading(f"{earned} of {whose}: {before} before, {after} after", notes)
    return {
        "title": title,
        **pair_bars(rows, f"{earned.split(' (')[0]}, {unit}", {"before": BEFORE, "after": AFTER}),
    }


# ---- sectors by region -----------------------------------------------------------------------------------------


def heatmap_chart(run: Run, f: Focus) -> Spec:
    """Output volume by sector, for the regions whose output moves most between sectors."""
    e, change = run.outcome.economy, volume_percent(run)
    columns = _columns(run, f)
    lines = [int(j) for j in np.argsort(np.nan_to_num(change[columns[0]]), kind="stable")]
    shown = change[np.ix_(columns, lines)]
    bound, beyond = limit_of(shown.ravel())
    lead = columns[0]
    sizeable = [j for j in lines if e.output[lead, j] > SIZEABLE * e.output[lead].sum()]
    ends = [
        f"{words.percent(change[lead, j])} in {Names(e).say_sectors([e.sectors[j]])}"
        for j in (sizeable[0], sizeable[-1])
    ]
    notes = [
        f"Change of output volume from the {words.baseline(e)}, %: blue more, orange less, grey no production.",
        f"The colours are full at ±{legend_label(bound)[1:]} %; {words.lie(beyond, 'cell')} beyond. Rows: by the "
        f"change in {Names(e).say_region(e.regions[lead])}. Columns: {_first(run, f)}those that change most.",
        *marked(f),
    ]
    colour = signed_colour("value", "Change of output volume, %", bound)
    across = {**NAMES, "orient": "top", "labelAngle": -50}
    return styled(
        {
            "title": heading(
                f"Output in {Names(e).say_region(e.regions[lead])}: {' to '.join(dict.fromkeys(ends))}",
                notes,
            ),
            "data": {
                "values": [_cell(run, f, n, j, float(change[n, j])) for n in columns for j in lines]
            },
            "mark": {"type": "rect", "stroke": FAINT, "strokeWidth": 0.5},
            "width": {"step": 28},
            "height": {"step": 18},
            "encoding": {
                "x": {"field": "region", "type": "nominal", "sort": None, "axis": across},
                "y": {"field": "sector", "type": "nominal", "sort": None, "axis": NAMES},
                "color": {"condition": {"test": "datum.made", **colour}, "value": EMPTY},
                "description": {"field": "tip"},
            },
        }
    )


def _columns(run: Run, f: Focus) -> list[int]:
    """The marked regions first, then those where the largest share of output is gained or lost by some sector."""
    e = run.outcome.economy
    moved = (np.nan_to_num(np.abs(volume_percent(run))) * e.output).sum(1) / e.output.sum(1)
    lead = [e.regions.index(region) for region in f.named or f.target[:1]]
    rest = [int(n) for n in np.argsort(-moved, kind="stable") if n not in lead]
    return [*lead, *rest][:MOST_COLUMNS]


def _first(run: Run, f: Focus) -> str:
    if f.named:
        return f"the region{'s' if len(f.named) > 1 else ''} marked, then "
    return f"{Names(run.outcome.economy).say_region(f.target[0])}, then " if f.target else ""


def _cell(run: Run, f: Focus, n: int, j: int, change: float) -> dict[str, object]:
    e = run.outcome.economy
    made = bool(np.isfinite(change))
    size = (
        f"output volume {words.percent(change)}, {words.money(e.output[n, j])} before"
        if made
        else "no production"
    )
    return {
        "region": name_of(run, f, e.regions[n]),
        "sector": e.sector_name(e.sectors[j]),
        "made": made,
        "value": change if made else 0.0,
        "tip": f"{e.region_name(e.regions[n])}, {e.sector_name(e.sectors[j])}: {size}",
    }


def region_figures(run: Run, f: Focus) -> list[Figure]:
    """Map, ranking, heatmap, prices: in the order of the page, the map only where there are shapes."""
    world = world_chart(run)
    charts = (
        ("real-income-map", world, "World map of the change of real income by region."),
        (
            "gains-and-losses",
            ranking_chart(run, f),
            "Bars of the largest gains and losses of real income.",
        ),
        (
            "output-by-sector",
            heatmap_chart(run, f),
            "Heatmap of the change of output volume, sector by region.",
        ),
        (
            "prices-and-revenue",
            prices_chart(run, f),
            "Bars of consumer price changes and of revenue.",
        ),
    )
    return [Figure(name, spec, says) for name, spec, says in charts if spec]
