"""Charts of where trade goes: destinations and sources before and after, and the sectors behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paxsilica.economy import Array
from paxsilica.names import Names
from paxsilica.report import words
from paxsilica.report.charts import name_of
from paxsilica.report.focus import Focus
from paxsilica.report.look import (
    AFTER,
    LOSS,
    Figure,
    Rows,
    Spec,
    heading,
    pair_bars,
    signed_bars,
    stacked,
    styled,
)
from paxsilica.report.reading import inside, is_alone, names_of

if TYPE_CHECKING:
    from paxsilica.analysis.run import Run

MOST_PARTNERS = 12
MOST_SECTORS = 12


def sides(f: Focus) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sellers and buyers to follow: those of the flows hit, or the target on both sides where no flow is hit."""
    return (f.exporters, f.importers) if f.has_pair else (f.target, f.target)


def reallocation_chart(run: Run, f: Focus) -> Spec | None:
    """Where the sellers' exports of the sectors hit go, and from whom the buyers import them, before and after."""
    e, o, names = run.outcome.economy, run.outcome, names_of(run)
    sellers, buyers = ([e.regions.index(code) for code in side] for side in sides(f))
    who, whom = (names.say_regions(side) for side in sides(f))
    hit = [e.sectors.index(sector) for sector in f.sectors]
    what = Names(e).say_sectors([sector for sector in e.sectors if sector in f.sectors])
    all_flows = [flows[:, :, hit].sum(2) for flows in (e.flows, o.flows)]
    sales, purchases = ~inside(run, sides(f)[0])[:, sellers], ~inside(run, sides(f)[1])[buyers]
    sold = [(flows[:, sellers] * sales).sum(1) for flows in all_flows]
    bought = [(flows[buyers] * purchases).sum(0) for flows in all_flows]
    home, home_after = (words.money((flows[buyers] * ~purchases).sum()) for flows in all_flows)
    before, after = (words.money(values.sum()) for values in sold)
    title = f"Where exports of {what} from {who}{_beyond(run, f, 'to', 0)} go: {before} before, {after} after"
    notes = [
        f"Change from the {words.baseline(e)} in billion USD{words.of_year(e)} a year; beside the bars the flows "
        f"before → after. Valued before the importer's tariff, relative to world labour income.{_coverage(run, f, 0)}"
    ]
    top = (
        {"title": heading(title, notes), **_panel(run, f, *sold)}
        if sum(map(np.sum, sold))
        else None
    )
    before, after = (words.money(values.sum()) for values in bought)
    title = f"Who supplies {whom}: imports of {what}{_beyond(run, f, 'from', 1)} {before} before, {after} after"
    sales_at_home = "at home" if is_alone(run, sides(f)[1]) else "at home and to each other"
    notes = [
        f"The same unit and sectors.{_coverage(run, f, 1)} Sales of {whom} {sales_at_home}: {home} before, "
        f"{home_after} after."
    ]
    bottom = (
        {"title": heading(title, notes), **_panel(run, f, *bought)}
        if sum(map(np.sum, bought))
        else None
    )
    panels = [panel for panel in (top, bottom) if panel]
    return styled(stacked(*panels)) if panels else None


def _beyond(run: Run, f: Focus, way: str, side: int) -> str:
    return "" if is_alone(run, sides(f)[side]) else f" {way} regions outside"


def _coverage(run: Run, f: Focus, side: int) -> str:
    """A sentence on trade among the members of a side, where it has several."""
    codes = sides(f)[side]
    if len(codes) == 1:
        return ""
    if is_alone(run, codes):
        return f" Trade among the {len(codes)} regions counts."
    return f" Trade among the {len(codes)} regions is left out."


def _panel(run: Run, f: Focus, before: Array, after: Array) -> Spec:
    """The partners whose flow changes most, largest rise first, and all others in one bar."""
    e, change = run.outcome.economy, after - before
    top = sorted(
        np.argsort(-np.abs(change), kind="stable")[:MOST_PARTNERS], key=lambda n: -change[n]
    )
    rest = [n for n in range(len(change)) if n not in top and before[n] + after[n] > 0]
    flows = [
        (name_of(run, f, e.regions[n]), before[n], after[n])
        for n in top
        if before[n] + after[n] > 0
    ]
    if rest:
        flows.append((f"{len(rest)} others", before[rest].sum(), after[rest].sum()))
    rows: Rows = []
    for label, old, new in flows:
        tip = f"{label}: {words.money(old)} before, {words.money(new)} after"
        text = f"{words.billion(old)} → {words.billion(new)}"
        rows.append({"label": label, "value": float(new - old) / 1e3, "text": text, "tip": tip})
    return signed_bars(rows, f"Change, billion USD{words.of_year(e)} a year")


def sector_chart(run: Run, f: Focus) -> Spec | None:
    """The sellers' exports by sector: the change to the buyers hit, and the change to all destinations."""
    e, names = run.outcome.economy, names_of(run)
    sellers, buyers = ([e.regions.index(code) for code in side] for side in sides(f))
    who, whom = (names.say_regions(side) for side in sides(f))
    change = run.outcome.flows - e.flows
    outside = ~inside(run, sides(f)[0])[:, sellers, None]
    if not (outside * (e.flows + run.outcome.flows)[:, sellers]).any():
        return None
    total = (outside * change[:, sellers]).sum((0, 1)) / 1e3
    series = {f"to {whom}": change[np.ix_(buyers, sellers)].sum((0, 1)) / 1e3} if f.has_pair else {}
    destinations = "all destinations" if is_alone(run, sides(f)[0]) else "all regions outside"
    series[f"to {destinations}"] = total
    size = np.max([np.abs(values) for values in series.values()], axis=0)
    lead = next(iter(series.values()))
    rows: Rows = []
    for j in sorted(np.argsort(-size, kind="stable")[:MOST_SECTORS], key=lambda j: lead[j]):
        for which, values in series.items():
            row = {"label": e.sector_name(e.sectors[j]), "which": which, "value": float(values[j])}
            text = words.signed(values[j])
            rows.append(
                {**row, "text": text, "tip": f"{row['label']}, {which}: {text} billion USD a year"}
            )
    unit = f"billion USD{words.of_year(e)} a year"
    notes = [
        f"Change from the {words.baseline(e)} in {unit}, valued before the importer's tariff, relative to world labour "
        f"income; the {len(rows) // len(series)} sectors that move most."
        + _coverage(run, f, 0)
        + (" Where the two bars differ, other buyers take more or less." if f.has_pair else "")
    ]
    sums = [f"{words.signed_money(1e3 * values.sum())} {which}" for which, values in series.items()]
    title = heading(f"Exports of {who} by sector: {', '.join(sums)}", notes)
    if not f.has_pair:
        return styled({"title": title, **signed_bars(rows, f"Change of exports, {unit}")})
    colours = dict(zip(series, (LOSS, AFTER), strict=True))
    return styled({"title": title, **pair_bars(rows, f"Change of exports, {unit}", colours)})


def trade_figures(run: Run, f: Focus) -> list[Figure]:
    """Reallocation and sectors; both directions where the measures act both ways."""
    if f.is_nothing:
        return []
    charts = []
    for way, end in ((f, ""), (f.turned(), "-back"))[: 1 + f.both_ways]:
        sellers = "of the other side" if end else "of the exporters hit"
        says = f"Exports {sellers} by destination, and imports by source."
        charts.append((f"where-trade-goes{end}", reallocation_chart(run, way), says))
        says = f"Change of exports {sellers} by sector."
        charts.append((f"exports-by-sector{end}", sector_chart(run, way), says))
    return [Figure(name, spec, says) for name, spec, says in charts if spec]
