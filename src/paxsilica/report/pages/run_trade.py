"""Charts of where trade goes: destinations and sources before and after, and the sectors behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from paxsilica.analysis.actors import Flow, Party, is_crowd
from paxsilica.report import words
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
from paxsilica.report.pages.run_charts import marked_name
from paxsilica.report.pages.run_words import RunTold

MOST_PARTNERS = 12
MOST_SECTORS = 12


def trade_figures(t: RunTold) -> list[Figure]:
    """Reallocation and sectors, of the heaviest flow and of the way back where that is hit too."""
    ways = [Flow(**{**way, "sectors": tuple(way["sectors"])}) for way in t.scenario["ways"]]
    charts = []
    for way, end in zip(ways, ("", "-back"), strict=False):
        sellers = "of the other side" if end else "of the exporters hit"
        says = f"Exports {sellers} by destination, and imports by source."
        charts.append((f"where-trade-goes{end}", reallocation_chart(t, way), says))
        says = f"Change of exports {sellers} by sector."
        charts.append((f"exports-by-sector{end}", sector_chart(t, way), says))
    return [Figure(name, spec, says) for name, spec, says in charts if spec]


def reallocation_chart(t: RunTold, way: Flow) -> Spec | None:
    """Where the sellers' exports of the sectors hit go, and from whom the buyers import them, before and after."""
    e, seller, buyer = t.economy, t.actors.party(way.exporter), t.actors.party(way.importer)
    what = t.names.say_sectors([sector for sector in e.sectors if sector in way.sectors])
    panels = []
    sold = _by_label(t, "sold_hit", "partner", region=seller.key)
    bought = _by_label(t, "bought_hit", "region", partner=buyer.key)
    if any(map(any, sold.values())):
        before, after, _ = (words.money(sum(side)) for side in zip(*sold.values(), strict=True))
        to = "" if alone(t, seller) else " to regions outside"
        title = (
            f"Where exports of {what} from {t.who(seller)}{to} go: {before} before, {after} after"
        )
        notes = [
            f"Change from the {words.baseline(e)} in billion USD{words.of_year(e)} a year; beside the "
            "bars the flows before → after. Valued before the importer's tariff, relative to world "
            f"labour income.{_among_members(t, seller)}"
        ]
        panels.append({"title": heading(title, notes), **_panel(t, sold)})
    if any(map(any, bought.values())):
        before, after, _ = (words.money(sum(side)) for side in zip(*bought.values(), strict=True))
        beyond = "" if alone(t, buyer) else " from regions outside"
        title = (
            f"Who supplies {t.who(buyer)}: imports of {what}{beyond} {before} before, {after} after"
        )
        at_home = "at home" if alone(t, buyer) else "at home and to each other"
        home = [words.money(value) for value in t.of("home_sales", region=buyer.key)[:2]]
        notes = [
            f"The same unit and sectors.{_among_members(t, buyer)} Sales of {t.who(buyer)} {at_home}: "
            f"{home[0]} before, {home[1]} after."
        ]
        panels.append({"title": heading(title, notes), **_panel(t, bought)})
    return styled(stacked(*panels)) if panels else None


def alone(t: RunTold, party: Party) -> bool:
    """Whether only sales at home count as inside: one region, or most of the world."""
    return len(party.regions) == 1 or is_crowd(party.regions, t.economy)


def _by_label(t: RunTold, variable: str, axis: str, **fixed: str) -> dict[str, list[float]]:
    """Trade of the sectors hit by region at the other end: before, after, and the change."""
    found: dict[str, list[float]] = {}
    for row in t.answer.findings.select(variable, **fixed).rows():
        found.setdefault(row[axis], []).append(row["value"])
    return found


def _among_members(t: RunTold, party: Party) -> str:
    """A sentence on trade among the members of a party, where it has several."""
    if len(party.regions) == 1:
        return ""
    counts = "counts" if alone(t, party) else "is left out"
    return f" Trade among the {len(party.regions)} regions {counts}."


def _panel(t: RunTold, flows: Mapping[str, Sequence[float]]) -> Spec:
    """The partners whose flow changes most, largest rise first, and all others in one bar."""
    some = {code: sides for code, sides in flows.items() if sides[0] or sides[1]}
    order = sorted(some, key=lambda code: -abs(some[code][2]))
    top = sorted(order[:MOST_PARTNERS], key=lambda code: -some[code][2])
    shown = {marked_name(t, code): some[code] for code in top}
    if rest := [some[code] for code in order[MOST_PARTNERS:]]:
        shown[f"{len(rest)} others, their sum"] = [sum(side) for side in zip(*rest, strict=True)]
    rows: Rows = []
    for label, (old, new, change) in shown.items():
        tip = f"{label}: {words.money(old)} before, {words.money(new)} after"
        text = f"{words.billion(old)} → {words.billion(new)}"
        rows.append({"label": label, "value": change / 1e3, "text": text, "tip": tip})
    return signed_bars(rows, f"Change, billion USD{words.of_year(t.economy)} a year")


def sector_chart(t: RunTold, way: Flow) -> Spec | None:
    """The sellers' exports by sector: the change to the buyers hit, and the change to all destinations."""
    e, seller, buyer = t.economy, t.actors.party(way.exporter), t.actors.party(way.importer)
    total = t.of("trade_moved", region=seller.key, partner=t.world) / 1e3
    if not total.any():
        return None
    pair = bool(t.actors.flows) and buyer.key != t.world
    series = {}
    if pair:
        moved = t.of("trade_moved", region=seller.key, partner=buyer.key) / 1e3
        series[f"to {t.who(buyer)}"] = moved
    everywhere = "all destinations" if alone(t, seller) else "all regions outside"
    series[f"to {everywhere}"] = total
    size = np.max([np.abs(values) for values in series.values()], axis=0)
    lead = next(iter(series.values()))
    top = sorted(np.argsort(-size, kind="stable")[:MOST_SECTORS], key=lambda j: lead[j])
    rows: Rows = []
    for j in top:
        for which, values in series.items():
            row = {"label": e.sector_name(e.sectors[j]), "which": which, "value": float(values[j])}
            text = words.signed(values[j])
            tip = f"{row['label']}, {which}: {text} billion USD a year"
            rows.append({**row, "text": text, "tip": tip})
    unit = f"billion USD{words.of_year(e)} a year"
    differ = " Where the two bars differ, other buyers take more or less." if pair else ""
    notes = [
        f"Change from the {words.baseline(e)} in {unit}, valued before the importer's tariff, relative "
        f"to world labour income; the {len(top)} sectors that move most.{_among_members(t, seller)}{differ}"
    ]
    sums = [f"{words.signed_money(1e3 * values.sum())} {which}" for which, values in series.items()]
    title = heading(f"Exports of {t.who(seller)} by sector: {', '.join(sums)}", notes)
    if not pair:
        return styled({"title": title, **signed_bars(rows, f"Change of exports, {unit}")})
    colours = dict(zip(series, (LOSS, AFTER), strict=True))
    return styled({"title": title, **pair_bars(rows, f"Change of exports, {unit}", colours)})
