"""The page of `pax target` below its first screen: step by step, the cut that is left, and how far forecasts missed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paxsilica.analysis.target.gravity import QUANTILES
from paxsilica.analysis.target.reach import GROWTH, MOST_CUT
from paxsilica.data.elasticities import paper
from paxsilica.names import does, joined
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.bridge import bridge
from paxsilica.report.charts.dots import ranges
from paxsilica.report.charts.theme import Figure
from paxsilica.report.pages.target_view import TargetView, billion, odds, odds_range
from paxsilica.report.report import Section, Table, head


def folded_sections(v: TargetView) -> Iterator[Section]:
    yield Section("steps", "Step by step", [_ORDER], table=steps(v))
    if len(v.rungs) > 1:
        yield _contribution_section(v)
    yield _cut_section(v)
    if v.attached["buyer"]:
        yield _purchases(v)
    if len(v.sets) > 1:
        yield _of_sets(v)
    yield _chances(v)
    yield _errors(v)
    yield Section("path", "Year by year", table=_path(v))


_ORDER = (
    "Each step stands on those above it. The cut is that of all trade costs of what counts, both ways and by the same per "
    "cent, which would meet the target from there; a minus says by how much they could rise."
)


def steps(v: TargetView) -> Table:
    trade, chance, cut = (
        f"Trade in {v.by}, billion USD a year",
        "Probability of the target",
        "Cut left, %",
    )
    rows = []
    for rung in v.rungs:
        told: dict[str, Any] = {"Step": v.short(rung), trade: billion(v.of("target_trade", rung))}
        if len(v.sets) > 1:
            low, high = v.ends("target_trade", rung) or (None, None)
            told |= {"from": billion(low), "to": billion(high)}
        told |= {chance: odds(v.of("target_probability", rung)), cut: v.of("target_cut", rung)}
        if len(v.sets) > 1:
            low, high = v.ends("target_cut", rung) or (None, None)
            told |= {"cut from, %": low, "cut to, %": high}
        rows.append({**told, "as a tariff, %": v.of("target_tariff", rung)})
    note = "From and to: over sets of trade elasticities. Probabilities: by errors of GDP forecasts alone."
    return Table(rows, note, ("Step", trade, "from", "to", chance, cut))


def _chances(v: TargetView) -> Section:
    """The fan around each step, and how probable the target is by which errors."""
    rows = []
    for rung in v.rungs:
        told: dict[str, Any] = {"Step": v.short(rung)}
        for point, name in (("5", "5 % below"), ("50", "median"), ("95", "5 % above")):
            told[f"{name}, billion USD"] = billion(v.quantile(point, rung))
        told["Probability"] = odds(v.of("target_probability", rung))
        if len(v.sets) > 1:
            told["over sets of elasticities"] = odds_range(v.ends("target_probability", rung))
        told["by own errors"] = odds(v.of("target_probability_own", rung))
        told["by errors of all pairs"] = odds(v.of("target_probability_pooled", rung))
        rows.append(told)
    text = [
        f"Trade in {v.by} is off its median as growth of GDP is off its forecast, whatever the step: log errors, taken for "
        "normal. Own errors are those of these countries' product alone. The model's own errors are in none of it.",
    ]
    return Section("chances", "Probability by step", text, table=Table(rows))


def _contribution_section(v: TargetView) -> Section:
    rows, table = [], []
    for rung in v.rungs:
        money, name = v.of("target_contribution", rung), v.short(rung)
        text = words.signed_money(money)
        rows.append(
            {"label": name, "value": billion(money), "text": text, "tip": f"{name}: {text}"}
        )
        told = {
            "Step": name,
            "Contribution, billion USD": billion(money),
            "in this order, billion USD": billion(v.of("target_contribution_in_turn", rung)),
        }
        if len(v.sets) > 1:
            low, high = v.ends("target_contribution", rung) or (None, None)
            told |= {"from, billion USD": billion(low), "to, billion USD": billion(high)}
        table.append(told)
    said = [
        "Growth comes first, then what stands now; an instrument's share is the mean of what it adds over every order in "
        "which they could come (Shapley value). All sum to the trade of the last step less that of the base.",
    ]
    axis = f"Contribution in {v.by}, billion USD a year"
    figure = bars(
        "contributions",
        "What each step adds, over all orders",
        rows,
        axis,
        ["A fall is negative."],
        heads=("Step", ""),
    )
    figures = [_bridge(v), figure] if v.instruments else [_bridge(v)]
    return Section("contributions", "What each step adds", said, figures, Table(table))


def _bridge(v: TargetView) -> Figure:
    """From the base to the last step, in the order of the steps, beside the target."""

    def level(name: str, money: float) -> dict[str, Any]:
        text = words.money(money)
        ends = {"start": 0.0, "end": money / 1e3}
        return {"label": name, **ends, "text": text, "tip": f"{name}: {text}", "level": True}

    rows, before = [level(f"Base: {v.since}", v.base)], v.base
    for rung in v.rungs:
        name, after = v.short(rung), v.of("target_trade", rung)
        text = words.signed_money(v.of("target_contribution_in_turn", rung))
        ends = {"start": before / 1e3, "end": after / 1e3}
        rows.append({"label": name, **ends, "text": text, "tip": f"{name}: {text}", "level": False})
        before = after
    rows.append(level(f"All together in {v.by}", before))
    rows.append(level(f"Target of {v.by}", v.goal))
    axis, title = "Trade, billion USD a year", "From the base to the target, step by step"
    note = "Each step in this order, on top of those before; a fall is orange. Nominal USD."
    return bridge("bridge", title, rows, axis, [note])


def _cut_section(v: TargetView) -> Section:
    known = [rung for rung in v.rungs if rung not in v.attached["out_of_reach"]]
    rows = [
        {
            "label": v.short(rung),
            "dot": paper(key),
            "value": value,
            "tip": f"{paper(key)}: {words.percent(value)}",
        }
        for rung in known
        for key in v.sets or [v.answer.about.elasticities]
        if (value := v.of_set("target_cut", key, rung) if v.sets else v.of("target_cut", rung))
        is not None
    ]
    text = [
        "Solved by root finding: put back into the model, the cut meets the target to a hundredth of a per cent. A trade "
        "cost is all that makes a delivered good dearer than at the factory gate besides tariffs: freight, standards, "
        "procedures, currencies, distrust. That it falls is assumed; nobody pays for it.",
    ]
    if out := [v.short(rung) for rung in v.rungs if rung not in known]:
        text.append(f"Out of reach even with {100 * MOST_CUT:g} % less: {joined(out, 6)}.")
    if v.beyond and not out:
        text.append(
            f"After the last step the target is {v.beyond} of trade elasticities, whose dots are missing."
        )
    title, axis = "The cut in trade costs that is left after each step", "Cut, % of the trade cost"
    note = "A dot for each set of trade elasticities, a tick at the median; a rise is negative."
    figure = ranges("cuts", title, rows, axis, [note], ("Step", "Trade elasticities"))
    return Section("cut", "The cut that is left", text, [figure] if rows else [])


def _purchases(v: TargetView) -> Section:
    keys = ("purchase_amount", "purchase_cut", "purchase_net", "purchase_others", "purchase_home")
    rows = []
    for item in v.findings.along("purchase_amount", "item"):
        told: dict[str, Any] = {"What is bought": words.sentence(v.goods_of(item))}
        for key in keys:
            value = v.findings.value(
                key, item=item, **({} if key == "purchase_amount" else {"elasticities": None})
            )
            title, _, unit = head(v.answer, key).partition(", ")
            money = unit.startswith("million")
            told[f"{title}, {'billion USD a year' if money else unit}"] = (
                value / 1e3 if money else value
            )
        rows.append(told)
    text = [
        f"{words.sentence(v.buyer())} {does(v.buyer(), 'buy')} so much more than with what stands, in {v.by}: the trade "
        "cost of the flow falls until that is so, each purchase for itself in this table. Others then sell less of the "
        "same there, at home and from abroad. Who pays for the lower cost is not said.",
    ]
    return Section("purchases", "Purchases", text, table=Table(rows))


def _of_sets(v: TargetView) -> Section:
    rows = [
        {
            "Trade elasticities": paper(key),
            f"Trade in {v.by} after the last step, billion USD a year": billion(
                v.of_set("target_trade", key)
            ),
            "Cut that is left, %": v.of_set("target_cut", key),
            "Probability of the target": odds(v.of_set("target_probability", key) or 0.0),
        }
        for key in v.sets
    ]
    return Section("sets", "Other elasticities", table=Table(rows))


def _errors(v: TargetView) -> Section:
    keys = ("outlook_errors", "outlook_error_own", "outlook_error_pooled", "outlook_error")
    found = {key: v.findings.along(key, "point") for key in keys}
    rows = []
    for point in found["outlook_errors"]:
        row: dict[str, Any] = {"Years ahead": point}
        row |= {head(v.answer, key): found[key][point] for key in keys}
        row[head(v.answer, keys[0])] = int(found[keys[0]][point] or 0)
        rows.append(row)
    text = [
        "Earlier vintages of the IMF's outlook are held against what became of them: log of the product of both GDPs over "
        "the world's, grown since the base period, outcome less forecast, root mean square around zero. Years ahead count "
        "from the year of a vintage; the last of the nine earlier ones forecasts no year that is over.",
        "Of the errors that are used half of the weight is on these countries' own, which are few (three years ahead two, "
        "both of one outcome, 2024), and half on those of all pairs of countries, by their trade; and the width is never "
        "less than a year before. Beyond, the variance grows in proportion to the time since growth begins, as that of a "
        "random walk.",
    ]
    return Section("errors", "How far forecasts missed", text, table=Table(rows))


def _path(v: TargetView) -> Table:
    f = v.findings
    rows = []
    for key in f.along("period_time", "date"):
        row: dict[str, Any] = {"Period": key}
        for point in sorted(QUANTILES, key=int):
            name = "median" if point == "50" else f"{point} % below"
            value = f.value("target_quantile", date=key, point=point, rung=None)
            row[f"Growth alone, {name}, billion USD"] = value / 1e3
        if v.top != GROWTH:
            row["With all steps, billion USD"] = f.value("target_path", date=key, rung=v.top) / 1e3
        rows.append(row)
    return Table(rows)
