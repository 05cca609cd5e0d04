"""The sheet of `pax coerce SENDER TARGET`: who loses by a cut, how sure that is, and what helps the target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from paxsilica.analysis.coercion.counter import Relief
from paxsilica.analysis.coercion.pair import AtHorizon, Pair, Variant
from paxsilica.economy import Economy
from paxsilica.horizon import LONG_RUN, SHORT_RUN
from paxsilica.model import Params
from paxsilica.report import words
from paxsilica.report.coerce_words import Names, apart, named, policy, relieves, summary
from paxsilica.report.look import AFTER, LOSS, Figure, heading, pair_bars, styled
from paxsilica.report.network_charts import curves
from paxsilica.report.sheet import Row, Section, Sheet, Table, solver_of
from paxsilica.report.supply_charts import FACE, OTHERS, TRUSTED, UNNAMED, bars, dumbbells

MOST_SECTORS, MOST_REGIONS = 16, 6

SOME = 5e-4
"""Loss, %, below which a third region is no loser worth naming."""

LEFT_OUT = (
    "Transshipment: the sender's products that reach the target through a third country under another flag. Trade "
    "through others is modelled only as far as the equilibrium reroutes what others make themselves.",
    "Services, unless named with --sectors: what is cut is goods.",
    "Countries inside the rest of the world, among them Qatar, as senders or targets.",
    "Months and quarters: the short run (about the first year) is one equilibrium of labour that "
    "stays in its sector, inputs that are hard to replace and sluggish trade. "
    "Stocks, stops of production within a sector and panic are in none of it.",
    "Single products: a sector is a bundle, so that one irreplaceable product in it counts as its average; `pax "
    "chain` does products.",
    "Retaliation and finance: nobody answers the cut, and payments, assets and reserves are not cut.",
)

KINDS = {"diversify": FACE, "stock": OTHERS, "subsidise": TRUSTED, "join": UNNAMED}

COLOURS = {str(LONG_RUN): AFTER, str(SHORT_RUN): LOSS}


def pair_sheet(p: Pair, command: str = "", sender: str = "", target: str = "") -> Sheet:
    """The sheet of one pair; `sender` and `target` name a side as an alliance does."""
    e, n = p.economy, named(p, sender, target)
    sections = [_regions(p, n), _curve(p, n), _sectors(p, n), _band(p, n), _beside(p, n)]
    if p.reliefs:
        sections.append(_reliefs(p, n))
    trade = sum(cut.trade for cut in p.long.sectors)
    return Sheet(
        kind="coercion",
        title=f"{words.sentence(n.sender)} {'cut' if words.several(n.sender) else 'cuts'} off {n.target}: {n.what}",
        basis=(
            f"{e.about.name}, {words.baseline(e)}, elasticities {e.about.elasticities}. {words.sentence(n.sender)} "
            f"sold {words.money(trade)} of these sectors to {n.target}{_in_year(e)}. A loss of real income is "
            f"positive, a gain negative: % of the baseline's income, and USD a year{words.at_prices(e)}.",
        ),
        summary=tuple(summary(p, n)),
        sections=tuple(section for section in sections if section.table),
        notes=p.notes,
        left_out=LEFT_OUT,
        sources=e.about.sources,
        results=results(p),
        asked={
            "senders": list(p.cut.senders),
            "targets": list(p.cut.targets),
            "sectors": list(p.cut.sectors),
            "share": p.cut.share,
            "baseline": e.about.name,
            "elasticities": e.about.elasticities,
        },
        command=command,
        solver=solver_of(
            e, Params().tolerance, residual=max(h.grip.outcome.residual for h in p.horizons)
        ),
    )


def _in_year(e: Economy) -> str:
    return f" in {e.about.year}" if e.about.year else ""


# ---- sections --------------------------------------------------------------------------------------------------


def _regions(p: Pair, n: Names) -> Section:
    e = p.economy
    rows: list[dict[str, Any]] = [
        {
            "region": e.region_name(region),
            "code": region,
            "side": _side(p, region),
            **{f"{h.name}, %": float(h.grip.loss[at]) for h in p.horizons},
            **{
                f"{h.name}, billion USD": float(h.grip.loss[at] * e.income[at]) / 1e5
                for h in p.horizons
            },
        }
        for at, region in enumerate(e.regions)
    ]
    order = {"target": 0, "sender": 1, "": 2}
    rows.sort(key=lambda row: (order[row["side"]], -abs(row["long run, billion USD"])))
    sides = [
        {
            "side": side,
            **{
                f"{h.name}, {head}": value
                for h in p.horizons
                for head, value in _told(h, side).items()
            },
        }
        for side in ("target", "sender")
    ]
    text = tuple(_line(row, n) for row in sides)
    table = Table(
        rows, "A loss is positive. The targets first, then the senders, then others by size."
    )
    return Section("losses", "Who loses", text, (_bars(p, rows),), table)


def _told(h: AtHorizon, side: str) -> dict[str, float]:
    its, at = h.losses, 0 if side == "target" else 1
    loss, usd = (its.target, its.target_usd) if side == "target" else (its.sender, its.sender_usd)
    return {"%": loss, "million USD": usd, "revenue": h.revenue[at]}


def _line(row: Row, n: Names) -> str:
    who = words.sentence(n.target if row["side"] == "target" else n.sender)
    parts = [
        f"{name} {words.number(row[f'{name}, %'])} % ({words.money(row[f'{name}, million USD'])} a year; revenue "
        f"from tariffs {words.signed_money(row[f'{name}, revenue'])})"
        for name in COLOURS
    ]
    return f"{who}, the {row['side']}: loss {', '.join(parts)}."


def _side(p: Pair, region: str) -> str:
    return "target" if region in p.cut.targets else "sender" if region in p.cut.senders else ""


def _bars(p: Pair, rows: Sequence[Row]) -> Figure:
    thirds = sorted(
        (row for row in rows if not row["side"]), key=lambda row: row["long run, billion USD"]
    )
    gain = thirds[:MOST_REGIONS]
    lose = [row for row in thirds[::-1][:MOST_REGIONS] if row["long run, %"] > SOME]
    sides = [
        row
        for side in ("target", "sender")
        for row in [r for r in rows if r["side"] == side][:MOST_REGIONS]
    ]
    shown = [*sides, *lose, *gain[::-1]]
    bars = [
        {
            "which": h.name,
            "label": row["region"] + (f" ({row['side']})" if row["side"] else ""),
            "value": row[f"{h.name}, billion USD"],
            "text": words.number(row[f"{h.name}, billion USD"], 2),
            "tip": f"{row['region']}, {h.name}: loss {words.number(row[f'{h.name}, %'])} %",
        }
        for row in {row["code"]: row for row in shown}.values()
        for h in p.horizons
    ]
    title = "Loss of real income by region"
    notes = [
        f"Billion USD a year{words.at_prices(p.economy)}; a gain is negative. Of targets, senders and others the "
        f"{MOST_REGIONS} largest."
    ]
    spec = styled(
        {"title": heading(title, notes), **pair_bars(bars, "Loss, billion USD a year", COLOURS)}
    )
    return Figure(
        "losses",
        spec,
        f"Bars of the losses of {len(bars) // 2} regions in the long run and the short run.",
    )


def _curve(p: Pair, n: Names) -> Section:
    rows = [
        {"x": 100 * share, "value": loss, "who": words.sentence(who), "when": h.name}
        for h in p.horizons
        for side, who in (("target", n.target), ("sender", n.sender))
        for share, loss in [(0.0, 0.0), *((s, getattr(its, side)) for s, its in h.curve)]
        if not np.isnan(loss)
    ]
    table = [
        {
            "share cut, %": 100 * share,
            **{
                f"{h.name}, {side}'s loss, %": _known(getattr(h.curve[at][1], side))
                for h in p.horizons
                for side in ("target", "sender")
            },
        }
        for at, (share, _) in enumerate(p.long.curve)
    ]
    colours = {words.sentence(n.target): LOSS, words.sentence(n.sender): AFTER}
    title = f"Partial cuts: what {n.target} and {n.sender} lose"
    notes = [
        "Share of every sector's product range that is cut. Bent upwards: each further product hurts more."
    ]
    spec = curves(rows, ("Share cut, %", "Loss of real income, %"), title, notes, colours)
    return Section(
        "curve",
        "Partial cuts",
        (),
        (Figure("curve", spec, "Losses over the share cut."),),
        Table(table),
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _sectors(p: Pair, n: Names) -> Section:
    first = {cut.sector: cut.losses for cut in p.first.sectors}
    rows: list[dict[str, Any]] = [
        {
            "sector": p.economy.sector_name(cut.sector),
            "code": cut.sector,
            "trade, billion USD": cut.trade / 1e3,
            "long run, target's loss, %": _known(cut.losses.target),
            "long run, sender's loss, %": _known(cut.losses.sender),
            "ratio in money": _known(cut.losses.ratio),
            "short run, target's loss, %": _known(first[cut.sector].target),
            "short run, sender's loss, %": _known(first[cut.sector].sender),
        }
        for cut in p.long.sectors
    ]
    rows.sort(key=lambda row: -(row["long run, target's loss, %"] or 0.0))
    points = [
        {
            "label": row["sector"],
            "a": max(0.0, row["long run, target's loss, %"]),
            "b": max(0.0, row["long run, sender's loss, %"]),
            "text": words.number(row["long run, target's loss, %"], 2),
            "tip": f"{row['sector']}: target {words.number(row[heads[0]])} %, sender {words.number(row[heads[1]])} %",
        }
        for heads in [("long run, target's loss, %", "long run, sender's loss, %")]
        for row in rows[:MOST_SECTORS]
        if row[heads[0]] is not None and row[heads[1]] is not None
    ]
    notes = [
        "Loss of real income in the long run, % of each side's own income; a gain is drawn at zero."
    ]
    sides = f"{n.target} (target)", f"{n.sender} (sender)"
    spec = dumbbells(points, "Loss of real income, %", sides, "Each sector cut alone", notes)
    note = "Sectors need not sum to the cut of all: what replaces one is cut with another. Blank ratio: the sender gains."
    figures = (
        (Figure("sectors", spec, f"Losses of both sides by sector, {len(points)} sectors."),)
        if points
        else ()
    )
    return Section("sectors", "By sector", (), figures, Table(rows, note))


def _band(p: Pair, n: Names) -> Section:
    rows: list[dict[str, Any]] = [
        {
            "elasticities": _set(v),
            **{
                f"{h.name}, {head}": _known(getattr(its, what))
                for h, its in zip(p.horizons, (v.long, v.first), strict=True)
                for head, what in (
                    ("target's loss, %", "target"),
                    ("sender's loss, %", "sender"),
                    ("ratio in money", "ratio"),
                )
            },
        }
        for v in sorted(p.band, key=lambda v: -v.long.target)
    ]
    if not rows:
        return Section("band", "Other elasticities")
    figures = (_sets(p, n, "long", "long run"), _sets(p, n, "first", "short run"))
    text = ("Everything else on this page rests on the set that is marked as used.",)
    return Section("band", "Other elasticities", text, figures, Table(rows))


def _set(v: Variant) -> str:
    return v.elasticities + (" (used)" if v.own else "")


def _sets(p: Pair, n: Names, horizon: str, when: str) -> Figure:
    """Losses of both sides at a horizon, a row for each set of elasticities."""
    known = [(_set(v), its) for v in p.band if not np.isnan((its := getattr(v, horizon)).target)]
    points = [
        {
            "label": name,
            "a": max(0.0, its.target),
            "b": max(0.0, its.sender),
            "text": words.number(its.target, 2),
            "tip": f"{name}, {when}: target {words.number(its.target)} %, sender {words.number(its.sender)} %",
        }
        for name, its in sorted(known, key=lambda row: -row[1].target)
    ]
    sides = f"{n.target} (target)", f"{n.sender} (sender)"
    notes = [
        f"Loss of real income in the {when}, % of each side's own income, by set of trade elasticities."
    ]
    title = f"The same cut under other elasticities, {when}"
    spec = dumbbells(points, "Loss of real income, %", sides, title, notes)
    return Figure(
        f"band-{horizon}",
        spec,
        f"Losses of both sides under {len(points)} sets of elasticities, {when}.",
    )


def _beside(p: Pair, n: Names) -> Section:
    measures: tuple[tuple[str, Callable[[AtHorizon], float | None]], ...] = (
        ("exact cut: target's loss, %", lambda h: h.losses.target),
        ("Clayton, Maggiori and Schreger: target's loss, %", lambda h: h.beside.power),
        (
            "first order (Kleinman, Liu and Redding): target's loss, %",
            lambda h: h.beside.first_order.target,
        ),
        ("exact cut: sender's loss, %", lambda h: h.losses.sender),
        (
            "first order (Kleinman, Liu and Redding): sender's loss, %",
            lambda h: h.beside.first_order.sender,
        ),
        (
            "Liu and Yang: net dependence of target on sender, log points x 100",
            lambda h: h.beside.liu_yang,
        ),
    )
    rows = [{"measure": name, **{h.name: of(h) for h in p.horizons}} for name, of in measures]
    rows = [row for row in rows if row["long run"] is not None]
    text = [apart(p, n)]
    if p.long.beside.liu_yang is not None:
        text.append(
            "Liu and Yang weigh shares of all purchases by the inverse of the trade elasticity, the target's less "
            "the sender's, both for the whole of the sectors: of their difference only the sign and the order "
            "compare."
        )
    note = "First order: the exact derivative of the whole model at the baseline, times the cut."
    return Section("closed", "Closed forms beside", tuple(text), (), Table(rows, note))


def _reliefs(p: Pair, n: Names) -> Section:
    rows = [
        {
            "policy": policy(p.economy, r),
            "kind": r.kind,
            "size, %": 100 * r.size,
            "cost, billion USD": r.cost / 1e3,
            "net gain, billion USD": r.net / 1e3,
            "net gain per dollar": r.per_dollar,
            "net per dollar without the cut": r.without_cut,
            "net at the first order, billion USD": None
            if r.first_order is None
            else r.first_order / 1e3,
        }
        for r in p.reliefs
    ]
    text = (
        f"Policies of {n.target} in the short run (about the first year of the cut), "
        "each at about the same budget or at its largest size; "
        f"net gain of real income, cost taken off{words.at_prices(p.economy)}.",
        "A policy that pays as much per dollar without the cut is no relief from it: it pays, or not, in any case. "
        "That a dollar spent on a new supplier saves a dollar of trade cost is an assumption; storage is free.",
    )
    table = Table(rows, shown=[head for head in rows[0] if head != "kind"])
    return Section("relief", "Counter-coercion", text, _gains(p, rows), table)


def _label(relief: Relief, economy: Economy) -> str:
    """A policy as a margin has room for, told apart by its first letters: `diversify B06 SAU Oil and gas`."""
    who = " ".join(relief.partners) if relief.kind in ("diversify", "join") else ""
    name = (
        economy.sector_name(relief.sector)
        if relief.sector not in ("", economy.sector_name(relief.sector))
        else ""
    )
    return " ".join(filter(None, (relief.kind, relief.sector, who, name)))


def _gains(p: Pair, rows: Sequence[Row]) -> tuple[Figure, ...]:
    """Bars of what pays; none where nothing does."""
    points = [
        {
            "label": label,
            "value": row["net gain, billion USD"],
            "kind": row["kind"],
            "text": words.number(row["net gain, billion USD"], 2),
            "tip": f"{row['policy']}: {words.number(row['net gain, billion USD'])} billion USD net for "
            f"{words.number(row['cost, billion USD'])}",
        }
        for label, row, relief in zip(
            map(_label, p.reliefs, repeat(p.economy)), rows[:MOST_SECTORS], p.reliefs, strict=False
        )
        if relieves(relief)
    ]
    if not points:
        return ()
    notes = [
        f"Net gain of real income in the short run, billion USD{words.at_prices(p.economy)}, cost taken off; "
        "policies that pay because of the cut. A stock is bought from the sender before it."
    ]
    spec = bars(
        points, "Net gain, billion USD a year", "Which policies win back most", notes, KINDS
    )
    return (Figure("relief", spec, f"Bars of the net gain of {len(points)} policies."),)


# ---- files -----------------------------------------------------------------------------------------------------


def results(p: Pair) -> list[Row]:
    """Long rows: what is measured, under what, of whom, the value and its unit."""
    e = p.economy
    usd = f"million USD{words.at_prices(e)}"
    rows: list[Row] = []

    def add(measure: str, value: float | None, unit: str, horizon: str, **of: object) -> None:
        blank = {
            "measure": measure,
            "horizon": horizon,
            "elasticities": e.about.elasticities,
            "share_percent": 100 * p.cut.share,
            "sector": "",
            "of": "",
            "value": None,
            "unit": unit,
            "year": e.about.year,
        }
        rows.append({**blank, "value": None if value is None else _known(value), **of})

    for h in p.horizons:
        for region, loss, income in zip(e.regions, h.grip.loss, e.income, strict=True):
            add("loss of real income", loss, "%", h.horizon.key, of=region)
            add("loss of real income", loss * income / 100, usd, h.horizon.key, of=region)
        add("loss of real income", h.losses.target, "%", h.horizon.key, of="targets")
        add("loss of real income", h.losses.sender, "%", h.horizon.key, of="senders")
        add(
            "ratio of losses in money",
            h.losses.ratio,
            "USD per USD",
            h.horizon.key,
            of="targets over senders",
        )
        for side, change in zip(("targets", "senders"), h.revenue, strict=True):
            add(
                "change of tariff revenue",
                change,
                "million USD at world labour income",
                h.horizon.key,
                of=side,
            )
        for share, its in h.curve:
            for side in ("target", "sender"):
                add(
                    "loss, partial cut",
                    getattr(its, side),
                    "%",
                    h.horizon.key,
                    of=f"{side}s",
                    share_percent=100 * share,
                )
        for cut in h.sectors:
            for side in ("target", "sender"):
                add(
                    "loss, sector alone",
                    getattr(cut.losses, side),
                    "%",
                    h.horizon.key,
                    of=f"{side}s",
                    sector=cut.sector,
                )
        add(
            "power (Clayton, Maggiori and Schreger)",
            h.beside.power,
            "%",
            h.horizon.key,
            of="targets",
        )
        add(
            "first order (Kleinman, Liu and Redding)",
            h.beside.first_order.target,
            "%",
            h.horizon.key,
            of="targets",
        )
        add(
            "first order (Kleinman, Liu and Redding)",
            h.beside.first_order.sender,
            "%",
            h.horizon.key,
            of="senders",
        )
        add(
            "net dependence (Liu and Yang)",
            h.beside.liu_yang,
            "log points x 100",
            h.horizon.key,
            of="target on sender",
        )
    for v in p.band:
        for h, its in zip(p.horizons, (v.long, v.first), strict=True):
            for side in ("target", "sender"):
                add(
                    "loss, by elasticities",
                    getattr(its, side),
                    "%",
                    h.horizon.key,
                    of=f"{side}s",
                    elasticities=v.elasticities,
                )
    for r in p.reliefs:
        what = f"{r.kind} {' '.join(r.partners)}".strip()
        add("net gain of a policy", r.net, usd, SHORT_RUN.key, of=what, sector=r.sector)
        add("cost of a policy", r.cost, usd, SHORT_RUN.key, of=what, sector=r.sector)
    return rows
