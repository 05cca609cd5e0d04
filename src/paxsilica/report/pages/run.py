"""The page of `pax run`: what a scenario does to every region, on what assumptions, and how well it is solved."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from paxsilica.findings import variables
from paxsilica.horizon import HORIZONS, LONG_RUN, SHORT_RUN, Horizon
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import Later
from paxsilica.report.pages.run_charts import region_figures
from paxsilica.report.pages.run_trade import trade_figures
from paxsilica.report.pages.run_words import RunTold, proof_line, run_summary
from paxsilica.report.report import Report, Section, Table, columns, from_bullets, head

WHY_THEY_DIFFER = (
    "The first-order terms value every change at the baseline's prices, tariffs and quantities. Their "
    "sum equals the exact change of real income for a small measure of any kind; for a large one it "
    "leaves out the curvature, and the two numbers differ, in sign too. The terms show the channel, the "
    "exact change is the result."
)

TERMS = {
    "terms_of_trade": "what exports earn more and imports cost more",
    "volume_of_trade": "tariff revenue on changed quantities",
    "technology": "what productivity, trade costs and banned products save or waste directly",
    "transfers": "the change of the trade deficit",
}

DEFICITS = {
    "fixed_share": "each region's trade deficit keeps its share of world income",
    "fixed": "each region's trade deficit stays what it was, in units of world labour income",
    "balanced": "trade deficits were removed first, and the measures act on that world",
}

LEAST_SHOWN = 1e-6

EXACT = (
    *("real_income", "real_income_money", "real_earned_income", "transfer_effect"),
    *("real_wage", "consumer_price", "trade_change"),
)
ON_SCREEN = ("real_income", "real_income_money", "real_wage")


def report(answer: Answer) -> Report:
    """The page of a run."""
    t = RunTold(answer)
    s = t.scenario
    return from_bullets(
        answer,
        kind="run",
        title=s["title"],
        basis=[f"Baseline: {t.economy.about.title}.", *s["read_back"]],
        summary=run_summary(t),
        sections=[
            *_pictures(t),
            _of_all_regions(t),
            Section("scenario", "The scenario as understood", _scenario(t)),
            Section("assumptions", "Assumptions", _assumed(t)),
            *_citations(t),
            Section("proof", "Proof", _proof(t)),
        ],
    )


def _pictures(t: RunTold) -> list[Section]:
    if not t.moves:
        return []
    text = (
        "Point at a bar, a cell or a country for its number; on a phone, swipe a picture sideways. Every "
        "picture is also in the folder charts as PNG and SVG."
    )
    money = t.answer.about.currency
    figures = Later(lambda: words.in_currency((*region_figures(t), *trade_figures(t)), money))
    return [Section("pictures", "Pictures", (text,), figures)]


def _of_all_regions(t: RunTold) -> Section:
    change, earned = t.each("real_income"), f"{t.earning}_change"
    found = columns(t.answer, "region", *EXACT, earned, *TERMS, "first_order")
    rows = [
        {"region": t.names.name(region), "code": region}
        | {name: _shown(value or 0.0) for name, value in found[region].items()}
        for region in sorted(change, key=change.__getitem__)
    ]
    shown = ["region", "code", *(head(t.answer, name) for name in (*ON_SCREEN, earned))]
    told = variables()
    text = (
        f"Changes from the {words.baseline(t.economy)}, {t.horizon}; a minus is a loss. Prices, wages "
        "and trade are relative to world labour income, the numeraire; real income and real wages do "
        "not depend on it. Real income is what a region earns and what it is lent; real earned income "
        "is the first alone.",
        f"{WHY_THEY_DIFFER} {'; '.join(f'{told[name].head}: {says}' for name, says in TERMS.items())}.",
    )
    table = Table(rows, "The largest loss of real income first.", shown, most=len(rows))
    return Section("regions", "All regions", text, (), table)


def _shown(value: float) -> float:
    """A number of the table; less than a dollar, or than a millionth of a per cent, is rounding."""
    return value if abs(value) >= LEAST_SHOWN else 0.0


def _scenario(t: RunTold) -> list[str]:
    s, day = t.scenario, t.scenario["as_of"]
    none = f"No measure is in force on {day}." if s["idle"] else "The scenario holds no measure."
    lines = list(s["measures"].values()) or [none]
    if s["idle"]:
        lines.append(f"{s['idle']} more in the file, not in force on {day}.")
    if t.answer.inputs:
        lines.append(f"The text of {', '.join(t.answer.inputs)} is in run.json.")
    return lines


def _assumed(t: RunTold) -> list[str]:
    a, thetas = t.scenario["assumptions"], t.findings.array("trade_elasticity")
    low, high = (words.number(theta) for theta in (thetas.min(), thetas.max()))
    h = Horizon(**{name: float(a[name]) for name in vars(LONG_RUN)})
    adjusted = {
        LONG_RUN: "everything has adjusted: workers have changed sector, buyers have changed supplier; "
        "no date is given",
        SHORT_RUN: "about the first year: not everything has adjusted, as the parameters below say",
    }.get(h, "how far everything has adjusted is the reader's own, as the parameters below say")
    share = f", where {h.trade_response:.0%} of the long-run response has come about"
    response = "" if h.trade_response == 1 else share
    lines = {
        f"Horizon: {HORIZONS.get(a['horizon'], h)!s}": adjusted,
        f"Trade deficits: {a['deficits'].replace('_', ' ')}": DEFICITS[a["deficits"]],
        f"Trade elasticities: {t.economy.about.elasticities}": f"from {low} to {high} by sector"
        f"{response}; with a higher one buyers switch supplier more easily",
        "Labour": f"{_labour(h)}, and never between regions",
        "Revenue: lump sum": "what tariffs and export taxes earn, less what subsidies cost, is spent by "
        "the region whose treasury it is",
        "Spending": _spending(h),
        **_banned(a),
        "Numeraire": "world labour income: a price or wage that rises, rises relative to it",
    }
    return [f"{name}: {text}." for name, text in lines.items()]


def _labour(h: Horizon) -> str:
    moves = {math.inf: "moves freely between the sectors of a region", 1.0: "stays in its sector"}
    some = f"moves between sectors with a mobility of {h.labour_mobility:g}"
    return moves.get(h.labour_mobility, some)


def _spending(h: Horizon) -> str:
    elasticities = (h.value_added_elasticity, h.input_elasticity, h.consumption_elasticity)
    if elasticities == (1.0, 1.0, 1.0):
        return "each region and each producer spends fixed shares of its outlay on each sector"
    return (
        "shares of an outlay respond to prices, with elasticities of substitution of {:g} between value "
        "added and inputs, {:g} among inputs and {:g} among consumption goods; at 1 the shares are fixed"
    ).format(*elasticities)


def _banned(a: Mapping[str, Any]) -> dict[str, str]:
    if not a["bans"]:
        return {}
    cost = float(a["backstop_cost"])
    some = f"backstops at {cost:g} times the price" if math.isfinite(cost) else "no backstops"
    why = (
        "where other suppliers cannot replace them a region makes do with what it can make by hand; the "
        "number is an assumption, which matters where nearly every supplier of something is banned and, "
        "in the short run, softens every ban by some per cent of its cost"
    )
    return {f"Banned products: {some}": why}


def _citations(t: RunTold) -> list[Section]:
    lines = []
    for source in t.scenario["source"]:
        first = filter(None, (source.get(name) for name in ("title", "publisher", "published")))
        quote = f"“{source['quote']}”" if source.get("quote") else ""
        parts = (", ".join(first), quote, source.get("note"), source.get("url"))
        lines.append(". ".join(filter(None, parts)))
    return [Section("citations", "Sources of the scenario", lines)] if lines else []


def _proof(t: RunTold) -> list[str]:
    s = t.answer.solver
    gaps = ", ".join(f"{block} {gap:.2e}" for block, gap in s["residuals"].items())
    return [
        proof_line(t),
        "Every equation is evaluated again after the solve, by other code. A gap is relative: 1e-10 is a "
        f"ten-billionth. Largest gaps: {gaps}. Walras' law, world excess demand for labour: "
        f"{s['walras']:.2e}.",
        f"Baseline digest {s['economy']}.",
    ]
