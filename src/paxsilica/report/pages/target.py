"""The page of `pax target`: how far growth and instruments carry trade, how surely, and the cut in trade cost that is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paxsilica.analysis.target.gravity import QUANTILES
from paxsilica.analysis.target.reach import GROWTH, MOST_CUT, STANDS, TARIFFS
from paxsilica.data.elasticities import paper
from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.dots import ranges
from paxsilica.report.charts.fan import fan
from paxsilica.report.charts.theme import NEWCOMER, OUTSIDE, Figure
from paxsilica.report.pages.target_view import (
    Rowed,
    TargetView,
    billion,
    odds,
    odds_range,
)
from paxsilica.report.report import Number, Report, Section, Table, head

ALONE = "Growth of both economies alone"


def report(answer: Answer) -> Report:
    """The report of a target."""
    v = TargetView(answer)
    return Report(
        answer,
        kind="target",
        title=f"{words.sentence(v.trade)}: {words.money(v.goal)} by {v.by}",
        lead=_lead(v),
        numbers=list(_numbers(v)),
        why=_why(v),
        understood=list(_understood(v)),
        picture=lambda: _picture(v),
        sections=lambda: list(_sections(v)),
        proof=_proof(v),
        screen=_steps(v),
        currency="USD",
    )


# ---- the first screen --------------------------------------------------------------------------


def _lead(v: TargetView) -> str:
    alone = v.of("target_trade", GROWTH)
    said = f"{words.sentence(v.trade)}, {words.money(v.base)} in {v.since}, {'grows' if v.asked['flow'] == 'both' else 'grow'}"
    said += f" to {words.money(alone)} in {v.by} with both economies alone"
    if v.top != GROWTH:
        band = _money_band(v, v.top)
        said += f", and to {words.money(v.of('target_trade', v.top))}{band} with {_all_deeds(v)}"
    return f"{said}: {_left(v)}."


def _all_deeds(v: TargetView) -> str:
    return joined((v.deed(rung) for rung in v.instruments), 4) if v.instruments else v.deed(STANDS)


def _left(v: TargetView) -> str:
    """What is left to the target."""
    cut, ends = v.of("target_cut", v.top), v.ends("target_cut", v.top)
    goal = f"the target of {words.money(v.goal)}"
    if v.top in v.attached["out_of_reach"]:
        most = v.findings.value("target_trade_with_cut", rung=v.top)
        return (
            f"{goal} is out of reach, since even trade costs cut by {100 * MOST_CUT:g} % on all of it bring "
            f"{words.money(most)} only"
        )
    sets = (
        f" ({words.percent_range(ends, words.number if ends[0] >= 0 else words.signed)})"
        if ends
        else ""
    )
    if cut <= 0:
        return f"{goal} is met, and would be with trade costs up to {words.number(-cut)} % higher{_slack(ends)}"
    return f"to meet {goal} trade costs on all of it, both ways, would have to fall by {words.number(cut)} %{sets} as well"


def _slack(ends: list[float]) -> str:
    """The band of a rise, which is a negative cut."""
    if not ends:
        return ""
    return f" ({words.percent_range((-end for end in ends), words.signed)} over sets of trade elasticities)"


def _money_band(v: TargetView, rung: str) -> str:
    ends = v.ends("target_trade", rung)
    return (
        f" ({words.money_range(ends, words.number)} over {len(v.sets)} sets of trade elasticities)"
        if ends
        else ""
    )


def _numbers(v: TargetView) -> Iterator[Number]:
    f = v.findings
    needed, likely = f.value("growth_asked"), f.value("target_growth")
    years, factor = f.value("years_to_target"), f.value("factor_asked")
    yield Number(
        "Growth that the target takes",
        f"{words.number(needed)} % a year",
        note=f"{words.number(factor)} times in {words.number(years)} years; both economies alone bring "
        f"{words.number(likely)} % a year",
    )
    ends = [v.quantile(q, GROWTH) for q in ("5", "95")]
    yield Number(
        f"With both economies alone in {v.by}",
        words.money(v.of("target_trade", GROWTH)),
        note=f"90 % of outcomes between {words.money_range(ends, words.number)}, by past errors of GDP forecasts",
    )
    if v.top != GROWTH:
        band = v.ends("target_trade", v.top)
        what = "all of this" if len(v.instruments) > 1 else _all_deeds(v)
        yield Number(
            f"With {what}",
            words.money(v.of("target_trade", v.top)),
            words.money_range(band, words.number) if band else "",
            f"before that, with what stands: {words.money(v.of('target_trade', STANDS))}"
            * (STANDS in v.rungs and bool(v.instruments)),
        )
    yield _cut_number(v)
    odd = v.of("target_probability", v.top)
    wide = odds(v.of("target_probability_pooled", v.top))
    yield Number(
        "Probability of the target",
        odds(odd),
        odds_range(ends) if (ends := v.ends("target_probability", v.top)) else "",
        f"by errors of GDP forecasts alone; growth alone {odds(v.of('target_probability', GROWTH))}; by the errors of all pairs "
        f"of countries {wide}",
    )


def _cut_number(v: TargetView) -> Number:
    cut, ends = v.of("target_cut", v.top), v.ends("target_cut", v.top)
    title = "Cut in all trade costs that is left"
    if v.top in v.attached["out_of_reach"]:
        return Number(title, f"more than {100 * MOST_CUT:g} %", note="out of reach")
    worth = words.number(abs(v.of("target_tariff", v.top)))
    note = (
        f"moves prices as the end of a tariff of {worth} % would"
        if cut > 0
        else "none: a minus is by how much they could rise"
    )
    band = (
        words.percent_range(ends, words.signed if min(ends) < 0 else words.number) if ends else ""
    )
    return Number(title, f"{words.number(cut)} %", band, note)


def _why(v: TargetView) -> str:
    gap = v.goal - v.of("target_trade", GROWTH)
    short = (
        f"Growth alone leaves {words.money(gap)} to the target"
        if gap > 0
        else f"Growth alone passes the target by {words.money(-gap)}"
    )
    if STANDS in v.rungs:
        stands = v.of("target_contribution", STANDS)
        way = "takes" if stands < 0 else "adds"
        short += f", and what stands now {way} {words.money(abs(stands))}"
    if not v.instruments:
        return f"{short}."
    most = max(v.instruments, key=lambda rung: v.of("target_contribution", rung))
    adds, ends = v.of("target_contribution", most), v.ends("target_contribution", most)
    band = f" ({words.money_range(ends, words.number)})" if ends else ""
    first = "of the instruments " if len(v.instruments) > 1 else ""
    rest = " most" if len(v.instruments) > 1 else ""
    tariffs = _tariffs(v) if most == TARIFFS else ""
    return f"{short}; {first}{v.deed(most)} would add{rest}, {words.money(adds)}{band}{tariffs}."


def _tariffs(v: TargetView) -> str:
    """By how much tariffs fall."""
    told = []
    for buyer, seller in (("partner", "side"), ("side", "partner")):
        of = {"region": v.names.label(v.asked[seller]), "partner": v.names.label(v.asked[buyer])}
        if v.findings.select("trade_weighted_tariff", **of):
            now, end = (
                words.number(v.findings.value("trade_weighted_tariff", rung=rung, **of))
                for rung in (STANDS, TARIFFS)
            )
            told.append(f"{now} to {end} % in {getattr(v, buyer)}")
    return f": tariffs on the other fall from {' and from '.join(told)}" if told else ""


def _understood(v: TargetView) -> Iterator[str]:
    f, about = v.findings, v.answer.about
    when = {key: v.attached[key]["last"] for key in ("since", "by")}
    yield (
        f"Periods count from end to end: {v.since} ends on {when['since']}, {v.by} on {when['by']}. All amounts are nominal "
        "USD of their year, so that inflation counts as growth."
    )
    own = words.money(f.value("trade_in_model"))
    if v.asked["trade"] is not None:
        yield (
            f"The {words.baseline(v.economy)} holds {own} of this trade, of another year and counted as national accounts do; "
            f"its structure is used, and its level is set to the {words.money(v.base)} of {v.since}."
        )
    else:
        yield f"The base, {own}, is the baseline's own: goods as national accounts count them, which customs do not."
    yield (
        "Growth: trade moves with the product of both nominal GDPs over the world's (gravity with unit elasticities), by the "
        f"IMF's outlook of October {v.attached['vintage_year']}. That is no forecast of trade: what made it grow faster or slower so far is left out."
    )
    yield (
        f"Instruments are solved in the {v.horizon} on the model ({about.title}), each in full from {v.by} on, and multiply "
        "growth. A purchase is solved as a lower trade cost of its flow, and what others then sell less is counted."
    )
    yield (
        "Probabilities and the fan are of errors in GDP forecasts alone, few and mostly of 2021 to 2024, when inflation "
        "surprised; the model's own errors come on top, of which the ranges over sets of trade elasticities show a part."
    )


def _picture(v: TargetView) -> Figure:
    f = v.findings
    times = {key: x for key, x in f.along("period_time", "date").items() if x is not None}
    bands = {}
    for name, (low, high) in {
        "90 % of outcomes": ("5", "95"),
        "50 % of outcomes": ("25", "75"),
    }.items():
        ends = [f.along("target_quantile", "date", point=q, rung=None) for q in (low, high)]
        bands[name] = [
            {"x": x, "period": key, "low": billion(ends[0][key]), "high": billion(ends[1][key])}
            for key, x in times.items()
        ]
    kinds = {GROWTH: ALONE}
    if v.top != GROWTH:
        kinds[v.top] = (
            "With all of this" if len(v.instruments) > 1 else words.sentence(_all_deeds(v))
        )
    rows = [
        {"x": times[key], "period": key, "value": billion(money), "kind": kind}
        for rung, kind in kinds.items()
        for key, money in f.along("target_path", "date", rung=rung).items()
    ]
    first, last = v.attached["since"]["key"], v.attached["by"]["key"]
    points = [
        {"x": times[first], "value": v.base / 1e3, "text": words.money(v.base), "align": "left"},
        {
            "x": times[last],
            "value": v.goal / 1e3,
            "text": f"Target: {words.money(v.goal)}",
            "align": "right",
        },
    ]
    notes = [
        f"Nominal USD. Grey: {joined(bands)} with growth alone, by the errors that earlier forecasts of both GDPs made; beyond "
        "three years ahead their variance grows with time.",
    ]
    if v.top != GROWTH:
        notes.append(
            "The other line phases in what stands until today, and all instruments from today to the target's period, evenly."
        )
    colours = dict(zip(kinds.values(), (OUTSIDE, NEWCOMER), strict=False))
    axes = ("Year", "Trade, billion USD a year")
    return fan(
        "fan",
        "How far growth carries, and what is asked",
        bands,
        rows,
        points,
        axes,
        notes,
        colours,
    )


# ---- below it ----------------------------------------------------------------------------------


def _sections(v: TargetView) -> Iterator[Section]:
    yield Section("steps", "Step by step", [_ORDER], table=_steps(v))
    if len(v.rungs) > 1:
        yield _contributions(v)
    yield _cuts(v)
    if v.attached["buyer"]:
        yield _purchases(v)
    if len(v.sets) > 1:
        yield _of_sets(v)
    yield _errors(v)
    yield Section("path", "Year by year", table=_path(v))


_ORDER = (
    "Each step stands on those above it. The cut is that of all trade costs of the chosen goods, both ways and by the same "
    "per cent, which would meet the target from there; a minus says by how much they could rise."
)


def _steps(v: TargetView) -> Table:
    period = f"in {v.by}, billion USD a year"
    rows = []
    for rung in v.rungs:
        row, cut = v.row("target_trade", rung), v.row("target_cut", rung)
        told: Rowed = {"Step": v.short(rung), f"Trade {period}": billion(row["value"])}
        if len(v.sets) > 1:
            told |= {"from": billion(row.get("low")), "to": billion(row.get("high"))}
        told |= {
            "5 % of outcomes below": billion(v.quantile("5", rung)),
            "5 % above": billion(v.quantile("95", rung)),
            "Probability of the target": odds(v.of("target_probability", rung)),
            "by errors of all pairs": odds(v.of("target_probability_pooled", rung)),
            "Cut that is left, %": cut["value"],
        }
        if len(v.sets) > 1:
            told |= {"cut from, %": cut.get("low"), "cut to, %": cut.get("high")}
        rows.append({**told, "as a tariff, %": v.of("target_tariff", rung)})
    shown = (
        "Step",
        f"Trade {period}",
        "from",
        "to",
        "Probability of the target",
        "Cut that is left, %",
    )
    note = "From and to: over sets of trade elasticities. Outcomes and probabilities: by errors of GDP forecasts alone."
    return Table(rows, note, shown)


def _contributions(v: TargetView) -> Section:
    rows, table = [], []
    for rung in v.rungs:
        row = v.row("target_contribution", rung)
        money, text = row["value"], words.signed_money(row["value"])
        name = v.short(rung)
        rows.append(
            {"label": name, "value": billion(money), "text": text, "tip": f"{name}: {text}"}
        )
        told = {
            "Step": name,
            "Contribution, billion USD": billion(money),
            "in this order, billion USD": billion(v.of("target_contribution_in_turn", rung)),
        }
        if len(v.sets) > 1:
            told |= {
                "from, billion USD": billion(row.get("low")),
                "to, billion USD": billion(row.get("high")),
            }
        table.append(told)
    text = [
        "Growth comes first, then what stands now; the instruments share what is left by the mean of what each adds over "
        "every order in which they could come (Shapley value). All sum to the trade of the last step less that of the base.",
    ]
    axis = f"Contribution in {v.by}, billion USD a year"
    figure = bars(
        "contributions",
        "What each step adds",
        rows,
        axis,
        ["A fall is negative."],
        heads=("Step", ""),
    )
    return Section("contributions", "What each step adds", text, [figure], Table(table))


def _cuts(v: TargetView) -> Section:
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
        "Solved by root finding: put back into the model, the cut meets the target to a hundredth of a per cent. A trade cost "
        "is all that makes a delivered good dearer than at the factory gate besides tariffs: freight, standards, "
        "procedures, currencies, distrust. That it falls is assumed; nobody pays for it.",
    ]
    if out := [v.short(rung) for rung in v.rungs if rung not in known]:
        text.append(f"Out of reach even with {100 * MOST_CUT:g} % less: {joined(out, 6)}.")
    title, axis = "The cut in trade costs that is left after each step", "Cut, % of the trade cost"
    note = "A dot for each set of trade elasticities, a tick at the median; a rise is negative."
    figure = ranges("cuts", title, rows, axis, [note], ("Step", "Trade elasticities"))
    return Section("cut", "The cut that is left", text, [figure] if rows else [])


def _purchases(v: TargetView) -> Section:
    keys = ("purchase_amount", "purchase_cut", "purchase_net", "purchase_others", "purchase_home")
    rows = []
    for item in v.findings.along("purchase_amount", "item"):
        told: Rowed = {"What is bought": words.sentence(v.goods_of(item))}
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
        f"{words.sentence(v.buyer())} buys so much more than with what stands, in {v.by}: the trade cost of the flow falls until "
        "it does, each purchase for itself in this table. Others then sell less of the same there, at home and from "
        "abroad; who pays for the cut is not said.",
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
        "Nine earlier vintages of the IMF's outlook are held against what became of them: log of the product of both GDPs over "
        "the world's, grown since the base period, outcome less forecast, root mean square around zero. Years ahead count "
        "from the year of a vintage. What is used is the pair's own error where it has two or more, and never less than a "
        "year before; three years ahead there are two, both of one outcome. Beyond that the variance grows in proportion to "
        "time, as that of a random walk.",
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


def _proof(v: TargetView) -> list[str]:
    s = v.answer.solver
    reached = [r for r in v.rungs if r not in v.attached["out_of_reach"]]
    back = [v.findings.value("target_trade_with_cut", rung=rung) / v.goal - 1 for rung in reached]
    met = f" Put back, the cuts meet the target to {max(map(abs, back)):.0e} of it." if back else ""
    return [
        f"Every equilibrium is solved (status: {s['status']}): the largest relative gap is {s['residual']:.1e}, tolerance "
        f"{s['tolerance']:.0e}.{met}",
        f"Baseline digest {s['economy']}.",
    ]
