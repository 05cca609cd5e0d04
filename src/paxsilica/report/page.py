"""`report.html`: one file that asks the network for nothing.

Charts stand in it as SVG rather than as a Vega program: that is 0.6 MB instead of 1.5, a second faster to write, needs
no script to read or print, and the tooltips stay (they are SVG titles).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from paxsilica.economy import Array, Source
from paxsilica.horizon import LONG_RUN, SHORT_RUN
from paxsilica.model.calibration import abroad
from paxsilica.model.outcome import Status
from paxsilica.model.welfare import first_order
from paxsilica.report import words
from paxsilica.report.html import render
from paxsilica.report.reading import (
    focus_of,
    real_income_money,
    real_income_percent,
    revenue,
)
from paxsilica.report.record import left_out, notes_of, scenario_files, versions
from paxsilica.report.summary import proof_line, summary_lines

if TYPE_CHECKING:
    from paxsilica.analysis.run import Run
    from paxsilica.policy import Citation

TINY = 5e-6
"""Entries of the table below this are shown as ~0; sorting and the files keep them."""

WHY_THEY_DIFFER = (
    "The first-order terms value every change at the baseline's prices, tariffs and quantities. Their sum equals the "
    "exact change of real income for a small measure of any kind; for a large one it leaves out the curvature, and the "
    "two numbers differ, in sign too. The terms show the channel, the exact change is the result."
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


@dataclass(frozen=True)
class Drawn:
    """A figure ready for the page: its name and its SVG."""

    name: str
    svg: str


def page(run: Run, figures: Sequence[Drawn]) -> str:
    """The whole report as HTML."""
    return render(
        "report.html.j2",
        {**_findings(run, figures), **_scenario(run), **_basis(run), **_proof(run)},
    )


def _findings(run: Run, figures: Sequence[Drawn]) -> dict[str, Any]:
    e, f = run.outcome.economy, focus_of(run)
    return {
        "title": run.scenario.title,
        "baseline": e.about.title,
        "as_of": f"Measures in force on {run.as_of}."
        if run.as_of
        else "Every measure counts, whatever its dates.",
        "year": e.about.year or "given",
        "of_year": words.of_year(e),
        "solved": run.outcome.status is Status.CONVERGED,
        "summary": [words.tied(line) for line in summary_lines(run)],
        "figures": figures,
        "table": _table(run),
        "horizon": words.sentence(str(run.outcome.params.horizon)),
        "named": bool(f.named),
        "why_they_differ": WHY_THEY_DIFFER,
        "terms": {label(term): meaning for term, meaning in TERMS.items()},
    }


def _table(run: Run) -> dict[str, Any]:
    e, f = run.outcome.economy, focus_of(run)
    groups = _columns(run)
    columns = [
        (name, values, at == 0)
        for group in groups.values()
        for at, (name, values) in enumerate(group.items())
    ]
    rows = [
        {
            "code": e.regions[n],
            "name": e.region_name(e.regions[n]),
            "named": e.regions[n] in f.named,
            "cells": [
                {"text": _cell(values[n]), "value": repr(float(values[n])), "first": first}
                for _, values, first in columns
            ],
        }
        for n in np.argsort(run.outcome.real_income, kind="stable")
    ]
    heads = [{"name": name, "first": first} for name, _, first in columns]
    return {
        "groups": [(name, len(group)) for name, group in groups.items()],
        "rows": rows,
        "columns": heads,
    }


def _cell(value: float) -> str:
    return "~0" if 0 < abs(value) < TINY else words.signed(value)


def _columns(run: Run) -> dict[str, dict[str, Array]]:
    """The table's column groups: exact changes, and apart from them the first-order terms."""
    o, e, first = run.outcome, run.outcome.economy, first_order(run.outcome)
    money = f"million USD{words.of_year(e)}"
    before, after = (abroad(flows).sum((0, 2)) for flows in (e.flows, o.flows))
    earned, collected, collects = revenue(run)
    return {
        "Exact change": {
            "Real income, %": real_income_percent(run),
            f"Real income, {money}": real_income_money(run),
            "Real wage, %": 100 * (o.real_wage - 1),
            "Consumer prices, %": 100 * (o.consumer_price - 1),
            "Exports, value, %": 100
            * (np.divide(after, before, out=np.ones_like(before), where=before > 0) - 1),
            f"{earned.split(' (')[0]}, {money}": collects - collected,
        },
        "First-order terms: not real income": {
            **{f"{label(term)}, % of income": 100 * getattr(first, term) for term in TERMS},
            "Their sum, % of income": 100 * first.welfare,
        },
    }


def label(term: str) -> str:
    """`Terms of trade`."""
    return words.sentence(term.replace("_", " "))


def _scenario(run: Run) -> dict[str, Any]:
    s, e = run.scenario, run.outcome.economy
    idle = len(s.measures) - len(s.in_force(run.as_of))
    return {
        "measures": s.sentences(e, run.as_of),
        "no_measure": f"No measure is in force on {run.as_of}."
        if idle
        else "The scenario holds no measure.",
        "not_in_force": f"{idle} more in the file, not in force on {run.as_of}." if idle else "",
        "files": scenario_files(run),
        "assumptions": _assumptions(run),
    }


def _assumptions(run: Run) -> dict[str, str]:
    o, e, p = run.outcome, run.outcome.economy, run.outcome.params
    h = p.horizon
    low, high = (words.number(float(theta)) for theta in (o.theta.min(), o.theta.max()))
    response = (
        ""
        if h.trade_response == 1
        else f", where {h.trade_response:.0%} of the long-run response has come about"
    )
    adjusted = {
        LONG_RUN: "everything has adjusted: workers have changed sector, buyers have changed supplier; no date is given",
        SHORT_RUN: "about the first year: not everything has adjusted, as the parameters below say",
    }.get(h, "how far everything has adjusted is the reader's own, as the parameters below say")
    moves = {math.inf: "moves freely between the sectors of a region", 1.0: "stays in its sector"}
    labour = moves.get(
        h.labour_mobility, f"moves between sectors with a mobility of {h.labour_mobility:g}"
    )
    elasticities = (h.value_added_elasticity, h.input_elasticity, h.consumption_elasticity)
    spending = "each region and each producer spends fixed shares of its outlay on each sector"
    if elasticities != (1.0, 1.0, 1.0):
        spending = (
            "shares of an outlay respond to prices, with elasticities of substitution of {:g} between value added and "
            "inputs, {:g} among inputs and {:g} among consumption goods; at 1 the shares are fixed"
        ).format(*elasticities)
    banned = {}
    if run.outcome.shock.narrows:
        title = f"Banned products: makeshifts at {p.makeshift_cost:g} times the price"
        banned[title if math.isfinite(p.makeshift_cost) else "Banned products: no makeshifts"] = (
            "where other suppliers cannot replace them a region makes do with what it can make by hand; the number is "
            "an assumption, which matters where nearly every supplier of something is banned and, in the short run, "
            "softens every ban by some per cent of its cost"
        )
    return {
        f"Horizon: {h}": adjusted,
        f"Trade deficits: {p.deficits.replace('_', ' ')}": DEFICITS[p.deficits],
        f"Trade elasticities: {e.about.elasticities}": f"from {low} to {high} by sector{response}; with a higher one "
        "buyers switch supplier more easily",
        "Labour": f"{labour}, and never between regions",
        "Revenue: lump sum": "what tariffs and export taxes earn, less what subsidies cost, is spent by the region "
        "whose treasury it is",
        "Spending": spending,
        **banned,
        "Numeraire": "world labour income: a price or wage that rises, rises relative to it",
    }


def _basis(run: Run) -> dict[str, Any]:
    e = run.outcome.economy
    return {
        "notes": [
            {
                "name": note.name.replace("_", " "),
                "text": note.text,
                "size": ""
                if note.usd_million is None
                else words.tied(words.money(note.usd_million)),
            }
            for note in (*run.notes, *notes_of(run.outcome))
        ],
        "left_out": left_out(run),
        "citations": [_citation(source) for source in run.scenario.source],
        "sources": [_source(source) for source in e.about.sources],
        "versions": versions(),
        "digest": e.digest,
    }


def _citation(source: Citation) -> str:
    parts = [
        source.title,
        source.publisher,
        source.published.isoformat() if source.published else None,
    ]
    quote = f"“{source.quote}”" if source.quote else None
    return ". ".join(
        part for part in (", ".join(p for p in parts if p), quote, source.note, source.url) if part
    )


def _source(source: Source) -> str:
    parts = (f"{source.publisher}: {source.title}", source.date, source.licence, source.url)
    return ". ".join(part for part in parts if part)


def _proof(run: Run) -> dict[str, Any]:
    o = run.outcome
    rows = {
        "Status": o.status.value,
        **{f"Largest gap, {block}": f"{gap:.2e}" for block, gap in o.residuals.items()},
        "Tolerance": f"{o.params.tolerance:.0e}",
        "Walras' law, world excess demand for labour": f"{o.walras:.2e}",
        "Iterations": str(o.iterations),
    }
    return {"proof": {"line": proof_line(run), "rows": rows}}
