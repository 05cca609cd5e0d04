"""The page of `pax ally --who-next`: every country outside by what it would add."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paxsilica.analysis.effects import earned_leads
from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.ally_charts import quadrants
from paxsilica.report.look import Figure, Rows, Spec, heading, signed_bars, styled
from paxsilica.report.pages.ally_words import AllyTold, bar, basis
from paxsilica.report.report import Report, Section, Table, from_bullets

MOST_BARS, LABELLED, MOST_OUTSIDE = 20, 8, 40

COUNTRY = {"name": "country", "code": "code"}

ADDS = {
    "adds_rank preference": "rank, free trade",
    "adds preference": "adds to free trade, million USD",
    "own_gain preference": "its own gain, million USD",
    "members_gain preference": "members' gain, million USD",
    "adds_rank leverage": "rank, leverage",
    "adds leverage": "adds to leverage, million USD",
    "own_gain leverage": "its own gain from the cut, million USD",
}
"""Variable and kind of value -> head of its column."""

COVERED = {
    "coverage_mean": "coverage, points",
    "most": "most in",
    "export_share_mean": "raw materials, points",
}

NOT_SHOWN = {"code", ADDS["members_gain preference"], COVERED["most"]}
"""Columns that a screen has no room for."""

Candidates = Mapping[str, Mapping[str, Any]]
"""Code -> variable, with its kind of value where it has one -> number; `most` is the layer that it holds most of."""


def next_report(t: AllyTold) -> Report:
    """The page of all candidates."""
    found = _candidates(t)
    inside = {code: its for code, its in found.items() if "adds preference" in its}
    outside = {code: its for code, its in found.items() if code not in inside}
    return from_bullets(
        t.answer,
        kind="ally",
        title=f"Who should join {t.alliance} next, {t.names.day}, against {t.adversary}",
        basis=basis(t),
        summary=_who_adds_most(t, found, inside),
        sections=(_by_what_they_add(t, inside), *([_outside(t, outside)] if outside else [])),
    )


def _candidates(t: AllyTold) -> Candidates:
    """Those that add most to free trade first, then those that are known by coverage alone."""
    cells, found = t.findings.cells("region"), {}
    for code in t.along("coverage_mean", "region"):
        its, held = cells[code], t.along("coverage", "item", region=code)
        best = max(held, key=held.__getitem__, default="")
        most = f"{best} {held[best]:.1f}" if best and held[best] > 0 else ""
        about = {"name": t.names.name(code), "code": code, "most": most}
        found[code] = {key: row["value"] for key, row in its.items()} | about
    return found


def _who_adds_most(t: AllyTold, found: Candidates, inside: Candidates) -> list[str]:
    by_leverage = sorted(inside, key=lambda code: inside[code]["adds_rank leverage"])
    trade, leverage = (
        joined([_adding(t, code, kind, inside[code]) for code in codes[:5]])
        for kind, codes in (("preference", list(inside)), ("leverage", by_leverage))
    )
    count = len(t.along("coverage", "item", region=next(iter(found))))
    layers = f"the {count} layers" if count > 1 else "the layer"
    covered, raw = (_holds_most(t, found, key) for key in ("coverage_mean", "export_share_mean"))
    lines = [
        f"To free trade of goods with {t.alliance} these would add most, a year: {trade}.",
        f"To the joint cut of critical goods to {t.adversary} these would add most of its loss: {leverage}.",
        f"To the coverage of {layers} of {t.chain['title']}: {covered}; to that of raw-material exports: {raw}.",
    ]
    none, first = t.of("indifference"), list(inside)[:MOST_BARS]
    losing = [t.name(code) for code in first if inside[code]["own_gain preference"] <= none]
    if losing:
        lines.append(
            f"Of the first {len(first)}, {joined(losing)} would lose by joining free trade alone."
        )
    union = [code for code in inside if code in t.economy.about.region_groups.get("EU", ())]
    if union:
        lines.append(
            f"{len(union)} of the candidates are in the European Union, which sets tariffs as one: their rows say what "
            "each would bring, not what it could decide alone."
        )
    if outside := len(found) - len(inside):
        lines.append(
            f"{outside} countries inside the rest of the world of the table are known by coverage alone."
        )
    return lines


def _holds_most(t: AllyTold, found: Candidates, key: str) -> str:
    best = sorted(found, key=lambda code: -found[code][key])[:5]
    return joined([f"{t.name(code)} ({found[code][key]:.1f} points)" for code in best])


def _adding(t: AllyTold, code: str, kind: str, its: Mapping[str, Any]) -> str:
    """What a candidate adds, and what of it is earned where the rule for trade deficits moves it by much."""
    gain, transfer, income = its[f"adds {kind}"], its[f"adds_transfer {kind}"], its["income"]
    told = earned_leads(100 * gain / income, 100 * transfer / income)
    earned = f", earned {words.signed_money(gain - transfer)}" if told else ""
    return f"{t.name(code)} ({words.money(gain)}{earned})"


def _by_what_they_add(t: AllyTold, inside: Candidates) -> Section:
    first = list(inside.values())[:MOST_BARS]
    bars = [bar(its["name"], its["adds preference"], its["name"]) for its in first]
    notes = [
        f"Gain of the members and the candidate together, million USD of {t.year} a year; one joins, nobody else does."
    ]
    title = f"What each candidate would add to free trade of goods with {t.alliance}"
    axis = f"Million USD of {t.year}"
    chart = styled({"title": heading(title, notes), **signed_bars(bars, axis)})
    says = f"Bars of the {len(bars)} candidates that add most to free trade."
    both = _trade_and_leverage(t, inside)
    figures = (
        Figure("candidates", chart, says),
        Figure("both", both, f"Scatter of {len(inside)} candidates."),
    )
    text = (
        "One equilibrium for each candidate and question. Its own gain is under the baseline's elasticities; ask "
        "`pax ally --add` for its band.",
    )
    table = _rows(inside, {**COUNTRY, **ADDS, **COVERED})
    shown = [head for head in table[0] if head not in NOT_SHOWN]
    return Section("candidates", "Candidates", text, figures, Table(table, shown=shown))


def _trade_and_leverage(t: AllyTold, inside: Candidates) -> Spec:
    """The chart of what candidates add to free trade and to leverage."""
    dots = []
    for its in inside.values():
        trade, leverage, own = (
            its[key] for key in ("adds preference", "adds leverage", "own_gain preference")
        )
        tip = (
            f"{its['name']}: free trade {words.signed_money(trade)}, leverage {words.signed_money(leverage)}, "
            f"own gain {words.signed_money(own)}"
        )
        first = min(its["adds_rank preference"], its["adds_rank leverage"])
        label = its["name"] if first <= LABELLED else ""
        dots.append({"x": trade, "y": leverage, "label": label, "gains": own > 0, "tip": tip})
    notes = [
        f"Million USD of {t.year} a year, one candidate at a time. Leverage: what {t.adversary} loses more when the "
        "candidate joins the cut of critical goods. Blue: the candidate gains from free trade itself; orange: it loses."
    ]
    axes = ("Adds to free trade, million USD", "Adds to leverage, million USD")
    return quadrants(dots, axes, "Free trade and leverage of every candidate", notes)


def _rows(candidates: Candidates, heads: Mapping[str, str]) -> Rows:
    return [
        {head: int(its[key]) if "rank" in key else its[key] for key, head in heads.items()}
        for its in candidates.values()
    ]


def _outside(t: AllyTold, outside: Candidates) -> Section:
    rows = _rows(outside, {**COUNTRY, **COVERED})[:MOST_OUTSIDE]
    text = (
        "These are no regions of the input-output table: only what they make and export is known.",
    )
    note = f"The first {len(rows)} of {len(outside)}; results.csv has all."
    return Section("outside", "Known by coverage alone", text, (), Table(rows, note))
