"""Charts of where trade goes: destinations and sources before and after, and the sectors behind them."""

from __future__ import annotations

import numpy as np

from paxsilica.analysis.actors import Flow
from paxsilica.findings import Findings
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
    charts = []
    for way, end in zip(t.actors.ways, ("", "-back"), strict=False):
        sellers = "of the other side" if end else "of the exporters hit"
        says = f"Exports {sellers} by destination, and imports by source."
        charts.append((f"where-trade-goes{end}", reallocation_chart(t, way), says))
        says = f"Change of exports {sellers} by sector."
        charts.append((f"exports-by-sector{end}", sector_chart(t, way), says))
    return [Figure(name, spec, says) for name, spec, says in charts if spec]


def reallocation_chart(t: RunTold, way: Flow) -> Spec | None:
    """Where the sellers' exports of the sectors hit go, and from whom the buyers import them, before and after."""
    seller, buyer = way.exporter, way.importer
    what = t.names.say_sectors(way.sectors)
    to = "" if t.alone(seller) else " to regions outside"
    beyond = "" if t.alone(buyer) else " from regions outside"
    at_home = "at home" if t.alone(buyer) else "at home and to each other"
    home = words.before_after(*t.findings.array("home_sales", region=buyer)[:2])
    panels = [
        *_panel(
            t,
            t.findings.select("sold_hit", region=seller),
            "partner",
            f"Where exports of {what} from {t.who(seller)}{to} go:",
            f"Change from the {words.baseline(t.economy)} in {t.billions}; beside the bars the flows "
            "before → after. Valued before the importer's tariff, relative to world labour "
            f"income.{_among_members(t, seller)}",
        ),
        *_panel(
            t,
            t.findings.select("bought_hit", partner=buyer),
            "region",
            f"Who supplies {t.who(buyer)}: imports of {what}{beyond}",
            f"The same unit and sectors.{_among_members(t, buyer)} Sales of {t.who(buyer)} {at_home}: {home}.",
        ),
    ]
    return styled(stacked(*panels)) if panels else None


def _among_members(t: RunTold, party: str) -> str:
    """A sentence on trade among the members of a party, where it has several."""
    count = len(t.actors.party(party).regions)
    counts = "counts" if t.alone(party) else "is left out"
    return f" Trade among the {count} regions {counts}." if count > 1 else ""


def _panel(t: RunTold, found: Findings, other: str, title: str, note: str) -> list[Spec]:
    """Those at the other end whose flow changes most, largest rise first, and the others in one bar; [] without trade."""
    flows: dict[str, list[float]] = {}
    for row in found.rows():
        flows.setdefault(row[other], []).append(row["value"])
    some = {region: sides for region, sides in flows.items() if sides[0] or sides[1]}
    if not some:
        return []
    order = sorted(some, key=lambda region: -abs(some[region][2]))
    top = sorted(order[:MOST_PARTNERS], key=lambda region: -some[region][2])
    shown = {marked_name(t, region): some[region] for region in top}
    if rest := [some[region] for region in order[MOST_PARTNERS:]]:
        shown[f"{len(rest)} others, their sum"] = [sum(side) for side in zip(*rest, strict=True)]
    rows: Rows = []
    for label, (old, new, change) in shown.items():
        tip = f"{label}: {words.before_after(old, new)}"
        text = f"{words.billion(old)} → {words.billion(new)}"
        rows.append({"label": label, "value": change / 1e3, "text": text, "tip": tip})
    old, new, _ = map(sum, zip(*flows.values(), strict=True))
    head = heading(f"{title} {words.before_after(old, new)}", [note])
    return [{"title": head, **signed_bars(rows, f"Change, {t.billions}")}]


def sector_chart(t: RunTold, way: Flow) -> Spec | None:
    """The sellers' exports by sector: the change to the buyers hit, and the change to all destinations."""
    e, seller, buyer = t.economy, way.exporter, way.importer
    everywhere = "all destinations" if t.alone(seller) else "all regions outside"
    sides = {t.world: everywhere}
    if t.actors.flows and buyer != t.world:
        sides = {buyer: t.who(buyer), t.world: everywhere}
    moved = {
        f"to {whom}": t.findings.array("trade_moved", region=seller, partner=key) / 1e3
        for key, whom in sides.items()
    }
    series = list(moved.values())
    if not series[-1].any():
        return None
    size = np.max([np.abs(values) for values in series], axis=0)
    top = sorted(np.argsort(-size, kind="stable")[:MOST_SECTORS], key=lambda j: series[0][j])
    rows: Rows = []
    for j in top:
        for which, values in moved.items():
            row = {"label": e.sector_name(e.sectors[j]), "which": which, "value": float(values[j])}
            text = words.signed(values[j])
            tip = f"{row['label']}, {which}: {text} billion USD a year"
            rows.append({**row, "text": text, "tip": tip})
    pair = len(moved) > 1
    differ = " Where the two bars differ, other buyers take more or less." if pair else ""
    notes = [
        f"Change from the {words.baseline(e)} in {t.billions}, valued before the importer's tariff, "
        f"relative to world labour income; the {len(top)} sectors that move most."
        f"{_among_members(t, seller)}{differ}"
    ]
    sums = [f"{words.signed_money(1e3 * values.sum())} {which}" for which, values in moved.items()]
    title = heading(f"Exports of {t.who(seller)} by sector: {', '.join(sums)}", notes)
    axis = f"Change of exports, {t.billions}"
    colours = dict(zip(moved, (LOSS, AFTER), strict=False))
    bars = pair_bars(rows, axis, colours) if pair else signed_bars(rows, axis)
    return styled({"title": title, **bars})
