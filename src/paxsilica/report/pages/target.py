"""The page of `pax target`: how far growth and instruments carry trade, how surely, and the cut that is left."""

from __future__ import annotations

from collections.abc import Iterator

from paxsilica.analysis.target.reach import GROWTH, MOST_CUT, STANDS, TARIFFS
from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.fan import fan
from paxsilica.report.charts.theme import NEWCOMER, OUTSIDE, Figure, Rows
from paxsilica.report.pages.target_sections import folded_sections, steps
from paxsilica.report.pages.target_view import (
    TargetView,
    billion,
    odds,
    odds_range,
)
from paxsilica.report.report import Number, Report

ALONE = "Growth of both economies alone"

SIMPLE_MEANS = "simple_average_tariffs"
"""Note of a baseline whose tariffs are simple averages over products."""


def report(answer: Answer) -> Report:
    """The report of a target."""
    v = TargetView(answer)
    return Report(
        answer,
        kind="target",
        title=f"{words.sentence(v.trade)}: {words.money(v.goal)} {'in' if ' ' in v.by else 'by'} {v.by}",
        lead=_lead(v),
        numbers=list(_numbers(v)),
        why=_why(v),
        understood=list(_understood(v)),
        picture=lambda: _fan_picture(v),
        sections=lambda: list(folded_sections(v)),
        proof=_how_solved(v),
        screen=steps(v),
        currency="USD",
    )


# ---- the first screen --------------------------------------------------------------------------


def _lead(v: TargetView) -> str:
    alone, base = words.money(v.of("target_trade", GROWTH)), words.money(v.base)
    grow = "grows" if v.asked["flow"] == "both" else "grow"
    said = f"{words.sentence(v.trade)}, {base} in {v.since}, {grow} to {alone} in {v.by} with both economies alone"
    if v.top != GROWTH:
        band = v.ends("target_trade", v.top)
        over = f" over {len(v.sets)} sets of trade elasticities"
        within = f" ({words.money_range(band, words.number)}{over})" if band else ""
        deeds = joined(map(v.deed, v.instruments), 4) or v.deed(STANDS)
        said += f", and to {words.money(v.of('target_trade', v.top))}{within} with {deeds}"
    return f"{said}: {_left_to_do(v)}."


def _left_to_do(v: TargetView) -> str:
    """What is left to the target."""
    cut, ends = v.of("target_cut", v.top), v.ends("target_cut", v.top)
    goal = f"the target of {words.money(v.goal)}"
    if v.top in v.attached["out_of_reach"]:
        most = words.money(v.findings.value("target_trade_with_cut", rung=v.top))
        return f"{goal} is out of reach, since even trade costs {100 * MOST_CUT:g} % lower on all of it bring {most} only"
    if cut <= 0:
        under = f" under {v.met} of {len(v.sets)} sets of trade elasticities"
        return f"{goal} is met{under if v.met < len(v.sets) else ''}"
    say = words.number if not ends or ends[0] >= 0 else words.signed
    band = "; ".join(filter(None, [words.percent_range(ends, say), v.beyond]))
    within, too = f" ({band})" if band else "", " as well" * bool(v.instruments)
    return f"for {goal} trade costs on all of it, both ways, would have to fall by {words.number(cut)} %{within}{too}"


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
        yield Number(
            f"With {v.all_steps}",
            words.money(v.of("target_trade", v.top)),
            words.money_range(band, words.number) if band else "",
            f"before that, with what stands: {words.money(v.of('target_trade', STANDS))}"
            * (STANDS in v.rungs and bool(v.instruments)),
        )
    yield _cut_number(v)
    odd = v.of("target_probability", v.top)
    own, every = (odds(v.of(f"target_probability_{of}", v.top)) for of in ("own", "pooled"))
    yield Number(
        "Probability of the target",
        odds(odd),
        odds_range(ends) if (ends := v.ends("target_probability", v.top)) else "",
        f"by errors of GDP forecasts alone; {own} by those of these countries, {every} by those of all pairs; growth "
        f"alone {odds(v.of('target_probability', GROWTH))}",
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
        else "a minus: they could rise by so much"
    )
    say = words.signed if ends and ends[0] < 0 else words.number
    band = "; ".join(filter(None, [words.percent_range(ends, say), v.beyond]))
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
    verb = "would take" if adds < 0 else "would add"
    band = (
        f" ({words.money_range(ends, words.number if ends[0] > 0 else words.signed)})"
        if ends
        else ""
    )
    several = len(v.instruments) > 1
    first, rest = ("of the instruments ", " most,") if several else ("", "")
    tariffs = _tariff_change(v) if most == TARIFFS else ""
    return f"{short}; {first}{v.deed(most)} {verb}{rest} {words.money(abs(adds))}{band}{tariffs}."


def _tariff_change(v: TargetView) -> str:
    """By how much tariffs fall."""
    told = []
    for buyer, seller in (("partner", "side"), ("side", "partner")):
        of = {"region": v.names.label(v.asked[seller]), "partner": v.names.label(v.asked[buyer])}
        if v.findings.select("trade_weighted_tariff", **of):
            now, end = (
                words.number(v.findings.value("trade_weighted_tariff", rung=rung, **of))
                for rung in (STANDS, TARIFFS)
            )
            if now != end:
                told.append(f"{now} to {end} % in {getattr(v, buyer)}")
    return f": tariffs on the other go from {' and from '.join(told)}" if told else ""


def _understood(v: TargetView) -> Iterator[str]:
    f, about = v.findings, v.answer.about
    when = {key: v.attached[key]["last"] for key in ("since", "by")}
    yield (
        f"Periods count from end to end: {v.since} ends on {when['since']}, {v.by} on {when['by']}. All amounts "
        "are nominal USD of their year, so that inflation counts as growth."
    )
    own, year = words.money(f.value("trade_in_model")), words.baseline(v.economy)
    if v.asked["trade"] is not None:
        yield (
            f"The {year} holds {own} of this trade, in another year and as national accounts count it; its structure is "
            f"used, and its level is set to the {words.money(v.base)} of {v.since}."
        )
    else:
        yield f"The base is the baseline's own {own}, as national accounts count it, which customs do not."
    yield (
        "Growth: trade moves with the product of both nominal GDPs over the world's (gravity with unit elasticities) in "
        f"the IMF's outlook of October {v.attached['vintage_year']}. That is no forecast of trade: whatever else made "
        "it grow faster or slower so far is left out."
    )
    yield (
        f"Instruments are solved {v.horizon.when} on the model ({about.title}), each in full by {v.by}, and multiply "
        "growth. A purchase is solved as a lower trade cost of its flow, and what others then sell less is counted."
    )
    if stood := v.called["stood"]:
        young = (
            ", in the short run, since trade had a year at most to answer it" * v.attached["young"]
        )
        yield f"In {v.since} stood {stood}; trade there is measured under it{young}."
    if any(note.name == "target.no_tariffs" for note in v.answer.notes):
        yield "No tariffs stand between both sides on what counts, so that none can fall."
    if TARIFFS in v.instruments and any(n.name == SIMPLE_MEANS for n in v.answer.notes):
        yield (
            "Tariffs of importers other than the United States are simple averages over products, in which prohibitive "
            "rates count in full: what their end adds is rather too much."
        )
    yield (
        "Probabilities and the fan are of errors in GDP forecasts alone, few and of 2021 to 2024, when inflation "
        "surprised. The model's own errors come on top; the ranges over sets of trade elasticities show a part of them."
    )


def _fan_picture(v: TargetView) -> Figure:
    f = v.findings
    times = {key: x for key, x in f.along("period_time", "date").items() if x is not None}
    bands: dict[str, Rows] = {}
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
        kinds[v.top] = f"With {v.all_steps}"
    rows = [
        {"x": times[key], "period": key, "value": billion(money), "kind": kind}
        for rung, kind in kinds.items()
        for key, money in f.along("target_path", "date", rung=rung).items()
    ]
    points: Rows = [
        {"x": times[v.attached[key]["key"]], "value": money / 1e3, "text": words.money(money)}
        for key, money in (("since", v.base), ("by", v.goal))
    ]
    notes = [
        "Nominal USD. The grey bands hold 50 and 90 % of outcomes with growth alone, by the errors of earlier forecasts of "
        "both GDPs; beyond three years ahead their variance grows with time.",
    ]
    if v.top != GROWTH:
        notes.append(
            "The other line phases in what stands until today, and instruments from today to the target's period, evenly."
        )
    colours = dict(zip(kinds.values(), (OUTSIDE, NEWCOMER), strict=False))
    rule = v.goal / 1e3, f"Target of {v.by}: {words.money(v.goal)}"
    axes, title = ("Year", "Trade, billion USD a year"), "How far growth carries, and what is asked"
    return fan("fan", title, bands, rows, points, rule, axes, notes, colours)


def _how_solved(v: TargetView) -> list[str]:
    s = v.answer.solver
    reached = [r for r in v.rungs if r not in v.attached["out_of_reach"]]
    back = [v.findings.value("target_trade_with_cut", rung=rung) / v.goal - 1 for rung in reached]
    met = f" Put back, the cuts meet the target to {max(map(abs, back)):.0e} of it." if back else ""
    return [
        f"Every equilibrium is solved (status: {s['status']}): the largest relative gap is {s['residual']:.1e}, tolerance "
        f"{s['tolerance']:.0e}.{met}",
        f"Baseline digest {s['economy']}.",
    ]
