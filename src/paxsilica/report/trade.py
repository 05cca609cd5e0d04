"""Charts of where trade goes: destinations and sources before and after, and the sectors behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paxsilica.economy import Array
from paxsilica.report import words
from paxsilica.report.charts import name_of
from paxsilica.report.focus import Focus
from paxsilica.report.look import AFTER, LOSS, Figure, Rows, Spec, heading, pair_bars, signed_bars, stacked, styled
from paxsilica.report.reading import abroad, groups_of

if TYPE_CHECKING:
    from paxsilica.analysis.run import Run

MOST_PARTNERS = 12
MOST_SECTORS = 12


def sides(f: Focus) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sellers and buyers to follow: those of the flows hit, or the target on both sides where no flow is hit."""
    return (f.exporters, f.importers) if f.has_pair else (f.target, f.target)


def reallocation_chart(run: Run, f: Focus) -> Spec:
    """Where the sellers' exports of the sectors hit go, and from whom the buyers import them, before and after."""
    e, o, groups = run.outcome.economy, run.outcome, groups_of(run)
    sellers, buyers = ([e.regions.index(code) for code in side] for side in sides(f))
    who, whom = (words.regions(e, side, groups) for side in sides(f))
    hit = [e.sectors.index(sector) for sector in f.sectors]
    what = words.sectors(e, [sector for sector in e.sectors if sector in f.sectors])
    before, after = (abroad(flows)[:, :, hit].sum(2) for flows in (e.flows, o.flows))
    sold, sold_after = (words.money(flows[:, sellers].sum()) for flows in (before, after))
    bought, bought_after = (words.money(flows[buyers].sum()) for flows in (before, after))
    home, home_after = (words.money(flows[buyers, buyers][:, hit].sum()) for flows in (e.flows, o.flows))
    title = f"Where exports of {what} from {who} go: {sold} in all before, {sold_after} after"
    notes = [
        f"Change from the {words.baseline(e)} in billion USD{words.of_year(e)} a year; beside the bars the flows "
        "before → after. Valued before the importer's tariff, relative to world labour income."
    ]
    top = {"title": heading(title, notes), **_panel(run, f, before[:, sellers].sum(1), after[:, sellers].sum(1))}
    title = f"Who supplies {whom}: imports of {what} {bought} before, {bought_after} after"
    notes = [f"The same unit and sectors. Sales of {whom} at home: {home} before, {home_after} after."]
    bottom = {"title": heading(title, notes), **_panel(run, f, before[buyers].sum(0), after[buyers].sum(0))}
    return styled(stacked(top, bottom))


def _panel(run: Run, f: Focus, before: Array, after: Array) -> Spec:
    """The partners whose flow changes most, largest rise first, and all others in one bar."""
    e, change = run.outcome.economy, after - before
    top = sorted(np.argsort(-np.abs(change), kind="stable")[:MOST_PARTNERS], key=lambda n: -change[n])
    rest = [n for n in range(len(change)) if n not in top and before[n] + after[n] > 0]
    flows = [(name_of(run, f, e.regions[n]), before[n], after[n]) for n in top if before[n] + after[n] > 0]
    if rest:
        flows.append((f"{len(rest)} others", before[rest].sum(), after[rest].sum()))
    rows: Rows = []
    for label, old, new in flows:
        tip = f"{label}: {words.money(old)} before, {words.money(new)} after"
        text = f"{words.billion(old)} → {words.billion(new)}"
        rows.append({"label": label, "value": float(new - old) / 1e3, "text": text, "tip": tip})
    return signed_bars(rows, f"Change, billion USD{words.of_year(e)} a year")


def sector_chart(run: Run, f: Focus) -> Spec:
    """The sellers' exports by sector: the change to the buyers hit, and the change to all destinations."""
    e, groups = run.outcome.economy, groups_of(run)
    sellers, buyers = ([e.regions.index(code) for code in side] for side in sides(f))
    who, whom = (words.regions(e, side, groups) for side in sides(f))
    change = abroad(run.outcome.flows) - abroad(e.flows)
    total = change[:, sellers].sum((0, 1)) / 1e3
    series = {f"to {whom}": change[np.ix_(buyers, sellers)].sum((0, 1)) / 1e3} if f.has_pair else {}
    series["to all destinations"] = total
    size = np.max([np.abs(values) for values in series.values()], axis=0)
    lead = next(iter(series.values()))
    rows: Rows = []
    for j in sorted(np.argsort(-size, kind="stable")[:MOST_SECTORS], key=lambda j: lead[j]):
        for which, values in series.items():
            row = {"label": e.sector_name(e.sectors[j]), "which": which, "value": float(values[j])}
            text = words.signed(values[j])
            rows.append({**row, "text": text, "tip": f"{row['label']}, {which}: {text} billion USD a year"})
    unit = f"billion USD{words.of_year(e)} a year"
    notes = [
        f"Change from the {words.baseline(e)} in {unit}, valued before the importer's tariff, relative to world labour "
        f"income; the {len(rows) // len(series)} sectors that move most."
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
    figures = []
    for way, end in ((f, ""), (f.turned(), "-back"))[: 1 + f.both_ways]:
        sellers = "of the other side" if end else "of the exporters hit"
        says = f"Exports {sellers} by destination, and imports by source."
        figures.append(Figure(f"where-trade-goes{end}", reallocation_chart(run, way), says))
        says = f"Change of exports {sellers} by sector."
        figures.append(Figure(f"exports-by-sector{end}", sector_chart(run, way), says))
    return figures
