"""The page of `pax coerce SENDER TARGET`: who loses by a cut, how sure that is, and what helps the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paxsilica.horizon import HORIZONS, LONG_RUN, SHORT_RUN
from paxsilica.names import several
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import AFTER, LOSS, Figure, heading, pair_bars, styled
from paxsilica.report.network_charts import curves
from paxsilica.report.pages import coerce_matrix
from paxsilica.report.pages.coerce_words import (
    LONG,
    SHORT,
    Told,
    apart,
    known,
    policy,
    relieves,
    summary,
    told_of,
)
from paxsilica.report.sheet import Section, Sheet, Table
from paxsilica.report.supply_charts import FACE, OTHERS, TRUSTED, UNNAMED, bars, dumbbells

MOST_SECTORS, MOST_REGIONS = 16, 6

SOME = 5e-4
"""Loss, %, below which a third region is no loser worth naming."""

KINDS = {"diversify": FACE, "stock": OTHERS, "subsidise": TRUSTED, "join": UNNAMED}

COLOURS = {str(LONG_RUN): AFTER, str(SHORT_RUN): LOSS}

ORDER = {"target": 0, "sender": 1, "": 2}


def sheet(answer: Answer) -> Sheet:
    """The page of a pair, or of a matrix."""
    if answer.question.model_dump()["matrix"]:
        return coerce_matrix.sheet(answer)
    t = told_of(answer)
    sections = [_regions(t), _curve(t), _sectors(t), _band(t), _beside(t), _reliefs(t)]
    trade = float(t.findings.array("trade").sum())
    cuts = "cut" if several(t.sender) else "cuts"
    year = f" in {t.economy.about.year}" if t.economy.about.year else ""
    basis = (
        f"{t.economy.about.name}, {words.baseline(t.economy)}, elasticities {t.economy.about.elasticities}. "
        f"{words.sentence(t.sender)} sold {words.money(trade)} of these sectors to {t.target}{year}. A loss of real "
        "income is positive, a gain negative: % of the baseline's income, and USD a "
        f"year{words.at_prices(t.economy)}."
    )
    return Sheet.of(
        answer,
        kind="coercion",
        title=f"{words.sentence(t.sender)} {cuts} off {t.target}: {t.what}",
        basis=[basis],
        summary=summary(t),
        sections=[section for section in sections if section.table],
    )


# ---- sections ----------------------------------------------------------------------------------


def _regions(t: Told) -> Section:
    e = t.economy
    loss = {h: -t.findings.array("real_income", region=e.regions, horizon=h) for h in HORIZONS}
    usd = {
        h: -t.findings.array("real_income_money", region=e.regions, horizon=h) / 1e3
        for h in HORIZONS
    }
    side = [t.side(region) for region in e.regions]
    order = sorted(range(len(side)), key=lambda at: (ORDER[side[at]], -abs(usd[LONG][at])))
    rows = [
        {
            "region": e.region_name(e.regions[at]),
            "code": e.regions[at],
            "side": side[at],
            **{f"{HORIZONS[h]}, %": float(loss[h][at]) for h in HORIZONS},
            **{f"{HORIZONS[h]}, billion USD": float(usd[h][at]) for h in HORIZONS},
        }
        for at in order
    ]
    text = tuple(_line(t, item) for item in ("targets", "senders"))
    table = Table(
        rows, "A loss is positive. The targets first, then the senders, then others by size."
    )
    return Section("losses", "Who loses", text, (_bars(t, order, side, loss, usd),), table)


def _line(t: Told, item: str) -> str:
    who = words.sentence(t.target if item == "targets" else t.sender)
    parts = [
        f"{HORIZONS[h]} {words.number(t.loss(item, h))} % ({words.money(t.money(item, h))} a year; revenue from "
        f"tariffs {words.signed_money(t.of('tariff_revenue_change', h, item=item))})"
        for h in HORIZONS
    ]
    return f"{who}, the {item[:-1]}: loss {', '.join(parts)}."


def _bars(
    t: Told,
    order: Sequence[int],
    side: Sequence[str],
    loss: Mapping[str, Any],
    usd: Mapping[str, Any],
) -> Figure:
    thirds = sorted((at for at in order if not side[at]), key=lambda at: float(usd[LONG][at]))
    lose = [at for at in thirds[::-1][:MOST_REGIONS] if loss[LONG][at] > SOME]
    sides = [
        at
        for name in ("target", "sender")
        for at in [k for k in order if side[k] == name][:MOST_REGIONS]
    ]
    shown = dict.fromkeys([*sides, *lose, *thirds[:MOST_REGIONS][::-1]])
    names = [t.economy.region_name(region) for region in t.economy.regions]
    points = [
        {
            "which": str(horizon),
            "label": names[at] + (f" ({side[at]})" if side[at] else ""),
            "value": float(usd[h][at]),
            "text": words.number(usd[h][at], 2),
            "tip": f"{names[at]}, {horizon}: loss {words.number(loss[h][at])} %",
        }
        for at in shown
        for h, horizon in HORIZONS.items()
    ]
    notes = [
        f"Billion USD a year{words.at_prices(t.economy)}; a gain is negative. Of targets, senders and others the "
        f"{MOST_REGIONS} largest."
    ]
    title = heading("Loss of real income by region", notes)
    spec = styled({"title": title, **pair_bars(points, "Loss, billion USD a year", COLOURS)})
    says = f"Bars of the losses of {len(points) // 2} regions in the long run and the short run."
    return Figure("losses", spec, says)


def _curve(t: Told) -> Section:
    points = t.findings.select("real_income", horizon=LONG, item="targets").blocks
    shares = next(axis["point"] for b in points for axis in b.axes if "point" in axis)
    loss = {h: -t.findings.array("real_income", horizon=h, point=shares) for h in HORIZONS}
    sides = {"target": words.sentence(t.target), "sender": words.sentence(t.sender)}
    rows = [
        {"x": float(share), "value": value, "who": who, "when": str(horizon)}
        for h, horizon in HORIZONS.items()
        for k, who in enumerate(sides.values())
        for share, value in [("0", 0.0), *zip(shares, loss[h][:, k].tolist(), strict=True)]
        if not np.isnan(value)
    ]
    table = [
        {
            "share cut, %": float(share),
            **{
                f"{horizon}, {side}'s loss, %": known(loss[h][at, k])
                for h, horizon in HORIZONS.items()
                for k, side in enumerate(sides)
            },
        }
        for at, share in enumerate(shares)
    ]
    title = f"Partial cuts: what {t.target} and {t.sender} lose"
    notes = [
        "Share of every sector's product range that is cut. Bent upwards: each further product hurts more."
    ]
    colours = {sides["target"]: LOSS, sides["sender"]: AFTER}
    spec = curves(rows, ("Share cut, %", "Loss of real income, %"), title, notes, colours)
    figure = Figure("curve", spec, "Losses over the share cut.")
    return Section("curve", "Partial cuts", (), (figure,), Table(table))


def _sectors(t: Told) -> Section:
    sectors, name = t.sectors, t.economy.sector_name
    loss = {h: -t.findings.array("real_income", horizon=h, sector=sectors) for h in HORIZONS}
    trade = t.findings.array("trade")
    ratios = t.findings.array("loss_ratio", horizon=LONG, sector=sectors)
    order = sorted(range(len(sectors)), key=lambda at: -np.nan_to_num(loss[LONG][at, 0]))
    rows = [
        {
            "sector": name(sectors[at]),
            "code": sectors[at],
            "trade, billion USD": float(trade[at]) / 1e3,
            "long run, target's loss, %": known(loss[LONG][at, 0]),
            "long run, sender's loss, %": known(loss[LONG][at, 1]),
            "ratio in money": known(ratios[at]),
            "short run, target's loss, %": known(loss[SHORT][at, 0]),
            "short run, sender's loss, %": known(loss[SHORT][at, 1]),
        }
        for at in order
    ]
    pairs = [(name(sectors[at]), *loss[LONG][at]) for at in order[:MOST_SECTORS]]
    notes = [
        "Loss of real income in the long run, % of each side's own income; a gain is drawn at zero."
    ]
    spec, count = _both_sides(t, pairs, "Each sector cut alone", notes)
    note = "Sectors need not sum to the cut of all: what replaces one is cut with another. Blank ratio: the sender gains."
    figure = Figure("sectors", spec, f"Losses of both sides by sector, {count} sectors.")
    return Section("sectors", "By sector", (), (figure,) if count else (), Table(rows, note))


def _both_sides(
    t: Told, pairs: Sequence[tuple[str, float, float]], title: str, notes: Sequence[str]
) -> tuple[Any, int]:
    """A chart of label, target's and sender's loss in %, where both are known; and how many that are."""
    points = [
        {
            "label": label,
            "a": max(0.0, theirs),
            "b": max(0.0, ours),
            "text": words.number(theirs, 2),
            "tip": f"{label}: target {words.number(theirs)} %, sender {words.number(ours)} %",
        }
        for label, theirs, ours in pairs
        if not np.isnan(theirs + ours)
    ]
    sides = f"{t.target} (target)", f"{t.sender} (sender)"
    return dumbbells(points, "Loss of real income, %", sides, title, notes), len(points)


def _band(t: Told) -> Section:
    if not t.sets:
        return Section("band", "Other elasticities")
    own = t.economy.about.elasticities
    label = {name: name + (" (used)" if name == own else "") for name in t.sets}
    loss = {h: -t.findings.array("real_income", horizon=h, elasticities=t.sets) for h in HORIZONS}
    ratios = {h: t.findings.array("loss_ratio", horizon=h, elasticities=t.sets) for h in HORIZONS}

    def ranked(h: str) -> list[int]:
        return sorted(range(len(t.sets)), key=lambda at: -loss[h][at, 0])

    rows = [
        {
            "elasticities": label[t.sets[at]],
            **{
                f"{horizon}, {head}": known(value)
                for h, horizon in HORIZONS.items()
                for head, value in (
                    ("target's loss, %", loss[h][at, 0]),
                    ("sender's loss, %", loss[h][at, 1]),
                    ("ratio in money", ratios[h][at]),
                )
            },
        }
        for at in ranked(LONG)
    ]
    figures = []
    for h, horizon in HORIZONS.items():
        pairs = [(label[t.sets[at]], *loss[h][at]) for at in ranked(h)]
        notes = [
            f"Loss of real income in the {horizon}, % of each side's own income, by set of trade elasticities."
        ]
        spec, count = _both_sides(
            t, pairs, f"The same cut under other elasticities, {horizon}", notes
        )
        says = f"Losses of both sides under {count} sets of elasticities, {horizon}."
        figures.append(Figure(f"band-{h.replace('_', '-')}", spec, says))
    text = ("Everything else on this page rests on the set that is marked as used.",)
    return Section("band", "Other elasticities", text, tuple(figures), Table(rows))


def _beside(t: Told) -> Section:
    cms, klr = "Clayton, Maggiori and Schreger", "first order (Kleinman, Liu and Redding)"
    rows = [
        {
            "measure": name,
            **{str(horizon): sign * t.of(key, h, item=item) for h, horizon in HORIZONS.items()},
        }
        for name, sign, key, item in (
            ("exact cut: target's loss, %", -1, "real_income", "targets"),
            (f"{cms}: target's loss, %", -1, "power", "targets"),
            (f"{klr}: target's loss, %", -1, "first_order_cut", "targets"),
            ("exact cut: sender's loss, %", -1, "real_income", "senders"),
            (f"{klr}: sender's loss, %", -1, "first_order_cut", "senders"),
        )
    ]
    text = [apart(t)]
    if dependence := t.findings.select("net_dependence").rows():
        name = "Liu and Yang: net dependence of target on sender, log points x 100"
        rows.append(
            {"measure": name, **{str(HORIZONS[r["horizon"]]): r["value"] for r in dependence}}
        )
        text.append(
            "Liu and Yang weigh shares of all purchases by the inverse of the trade elasticity, the target's less "
            "the sender's, both for the whole of the sectors: of their difference only the sign and the order "
            "compare."
        )
    note = "First order: the exact derivative of the whole model at the baseline, times the cut."
    return Section("closed", "Closed forms beside", tuple(text), (), Table(rows, note))


def _reliefs(t: Told) -> Section:
    found = t.reliefs
    if not found:
        return Section("relief", "Counter-coercion")
    rows = [
        {
            "policy": policy(t, r),
            "kind": r["measure"],
            "size, %": r["relief_size"],
            "cost, billion USD": r["relief_cost"] / 1e3,
            "net gain, billion USD": r["relief_net"] / 1e3,
            "net gain per dollar": r["relief_per_dollar"],
            "net per dollar without the cut": r["relief_without_cut"],
            "net at the first order, billion USD": r["relief_first_order"]
            and r["relief_first_order"] / 1e3,
        }
        for r in found
    ]
    text = (
        f"Policies of {t.target} in the short run (about the first year) of the cut, each at about the same budget or "
        f"at its largest size; net gain of real income, cost taken off{words.at_prices(t.economy)}.",
        "A policy that pays as much per dollar without the cut is no relief from it: it pays, or not, in any case. "
        "That a dollar spent on a new supplier saves a dollar of trade cost is an assumption; storage is free.",
    )
    table = Table(rows, shown=[head for head in rows[0] if head != "kind"])
    return Section("relief", "Counter-coercion", text, _gains(t, found[:MOST_SECTORS]), table)


def _gains(t: Told, found: Sequence[Mapping[str, Any]]) -> tuple[Figure, ...]:
    """Bars of what pays; none where nothing does."""
    points = [
        {
            "label": _label(t, r),
            "value": r["relief_net"] / 1e3,
            "kind": r["measure"],
            "text": words.number(r["relief_net"] / 1e3, 2),
            "tip": f"{policy(t, r)}: {words.number(r['relief_net'] / 1e3)} billion USD net for "
            f"{words.number(r['relief_cost'] / 1e3)}",
        }
        for r in found
        if relieves(r)
    ]
    if not points:
        return ()
    notes = [
        f"Net gain of real income in the short run, billion USD{words.at_prices(t.economy)}, cost taken off; "
        "policies that pay because of the cut. A stock is bought from the sender before it."
    ]
    spec = bars(
        points, "Net gain, billion USD a year", "Which policies win back most", notes, KINDS
    )
    return (Figure("relief", spec, f"Bars of the net gain of {len(points)} policies."),)


def _label(t: Told, r: Mapping[str, Any]) -> str:
    """A policy as a margin has room for, told apart by its first letters: `diversify B06 SAU Oil and gas`."""
    who = r["partner"].replace("+", " ") if r["measure"] in ("diversify", "join") else ""
    name = t.economy.sector_name(r["sector"]) if r["sector"] else ""
    said = (r["measure"], r["sector"], who, name if name != r["sector"] else "")
    return " ".join(filter(None, said))
