"""The sheet of `pax ally --who-next`: every country outside by what it would add."""

from __future__ import annotations

from paxsilica.analysis.alliance.layers import RAW_YEAR
from paxsilica.analysis.alliance.who_next import Candidate, WhoNext
from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.ally import asked, sources
from paxsilica.report.ally_charts import scatter
from paxsilica.report.ally_rows import solved_under
from paxsilica.report.ally_words import LEFT_OUT, Question, basis, name
from paxsilica.report.look import Figure, Rows, heading, signed_bars, styled
from paxsilica.report.sheet import Row, Section, Sheet, Table, solver_of

MOST_BARS, LABELLED, MOST_OUTSIDE = 20, 8, 40

SCREEN = (
    "country",
    "rank, free trade",
    "adds to free trade, million USD",
    "its own gain, million USD",
    "rank, leverage",
    "adds to leverage, million USD",
    "its own gain from the cut, million USD",
    "coverage, points",
    "raw materials, points",
)


def next_sheet(w: WhoNext, q: Question) -> Sheet:
    """The sheet of all candidates."""
    inside = [c for c in w.candidates if c.preference is not None]
    outside = [c for c in w.candidates if c.preference is None]
    return Sheet(
        kind="ally",
        title=f"Who should join {q.alliance} next, {q.day}, against {q.adversary}",
        basis=basis(w.ask),
        summary=tuple(_summary(w, q, inside, outside)),
        sections=(_ranked(w, q, inside), *([_coverage(outside)] if outside else [])),
        notes=(*w.ask.after.notes, *q.notes, *w.ask.economy.notes),
        left_out=LEFT_OUT,
        sources=sources(w.ask, q),
        results=_results(w),
        asked={**asked(w.ask, q), "question": "who next"},
        command=q.command,
        solver=solver_of(w.ask.economy, w.ask.params.tolerance),
    )


def _summary(
    w: WhoNext, q: Question, inside: list[Candidate], outside: list[Candidate]
) -> list[str]:
    e = w.ask.economy
    trade = [f"{name(e, c.code)} ({words.money(c.preference or 0.0)})" for c in inside[:5]]
    by_leverage = sorted(inside, key=lambda c: c.leverage_rank or 0)[:5]
    leverage = [f"{name(e, c.code)} ({words.money(c.leverage or 0.0)})" for c in by_leverage]
    covered = sorted(w.candidates, key=lambda c: -c.coverage)[:5]
    raw = sorted(w.candidates, key=lambda c: -c.raw)[:5]
    count = len(w.candidates[0].layers) if w.candidates else 0
    layers = f"the {count} layers" if count > 1 else "the layer"
    losing = [c for c in inside[:MOST_BARS] if (c.own_preference or 0.0) <= w.indifferent]
    lines = [
        f"To free trade of goods with {q.alliance} these would add most, a year: {joined(trade, 5)}.",
        f"To the joint cut of critical goods to {q.adversary} these would add most of its loss: "
        f"{joined(leverage, 5)}.",
        f"To the coverage of {layers} of {q.chain.title}: "
        + joined([f"{_plain(w, c)} ({100 * c.coverage:.1f} points)" for c in covered], 5)
        + "; to that of raw-material exports: "
        + joined([f"{_plain(w, c)} ({100 * c.raw:.1f} points)" for c in raw], 5)
        + ".",
    ]
    if losing:
        named = joined([name(e, c.code) for c in losing])
        lines.append(
            f"Of the first {min(MOST_BARS, len(inside))}, {named} would lose by joining free trade alone."
        )
    union = [c for c in inside if c.code in e.about.region_groups.get("EU", ())]
    if union:
        lines.append(
            f"{len(union)} of the candidates are in the European Union, which sets tariffs as one: their rows say what "
            "each would bring, not what it could decide alone."
        )
    if outside:
        lines.append(
            f"{len(outside)} countries inside the rest of the world of the table are known by coverage alone."
        )
    return lines


def _plain(w: WhoNext, candidate: Candidate) -> str:
    return name(w.ask.economy, candidate.code)


def _ranked(w: WhoNext, q: Question, inside: list[Candidate]) -> Section:
    e = w.ask.economy
    year = e.about.year or "the baseline"
    bars: Rows = [
        {
            "label": c.name,
            "value": c.preference,
            "text": words.signed(c.preference or 0.0),
            "tip": f"{c.name}: {words.signed_money(c.preference or 0.0)}",
        }
        for c in inside[:MOST_BARS]
    ]
    notes = [
        f"Gain of the members and the candidate together, million USD of {year} a year; one joins, nobody else does."
    ]
    title = f"What each candidate would add to free trade of goods with {q.alliance}"
    chart = styled({"title": heading(title, notes), **signed_bars(bars, f"Million USD of {year}")})
    named = {
        c.code for c in inside if min(c.preference_rank or 99, c.leverage_rank or 99) <= LABELLED
    }
    dots: Rows = [
        {
            "x": c.preference,
            "y": c.leverage,
            "label": c.name if c.code in named else "",
            "gains": (c.own_preference or 0.0) > 0,
            "tip": f"{c.name}: free trade {words.signed_money(c.preference or 0.0)}, leverage "
            f"{words.signed_money(c.leverage or 0.0)}, own gain {words.signed_money(c.own_preference or 0.0)}",
        }
        for c in inside
    ]
    notes = [
        f"Million USD of {year} a year, one candidate at a time. Leverage: what {q.adversary} loses more when the "
        "candidate joins the cut of critical goods. Blue: the candidate gains from free trade itself; orange: it loses."
    ]
    both = scatter(
        dots,
        "Adds to free trade, million USD",
        "Adds to leverage, million USD",
        "Free trade and leverage of every candidate",
        notes,
    )
    says = f"Bars of the {len(bars)} candidates that add most to free trade."
    figures = (
        Figure("candidates", chart, says),
        Figure("both", both, f"Scatter of {len(dots)} candidates."),
    )
    text = (
        "One equilibrium for each candidate and question. Its own gain is under the baseline's elasticities; ask "
        "`pax ally --add` for its band.",
    )
    rows = [_row(c) for c in inside]
    return Section("candidates", "Candidates", text, figures, Table(rows, shown=SCREEN))


def _row(c: Candidate) -> Row:
    return {
        "country": c.name,
        "code": c.code,
        "rank, free trade": c.preference_rank,
        "adds to free trade, million USD": c.preference,
        "its own gain, million USD": c.own_preference,
        "members' gain, million USD": c.members_preference,
        "rank, leverage": c.leverage_rank,
        "adds to leverage, million USD": c.leverage,
        "its own gain from the cut, million USD": c.own_leverage,
        "coverage, points": 100 * c.coverage,
        "most in": _most(c),
        "raw materials, points": 100 * c.raw,
    }


def _most(c: Candidate) -> str:
    layer = max(c.layers, key=lambda at: c.layers[at]) if c.layers else ""
    return f"{layer} {100 * c.layers[layer]:.1f}" if layer and c.layers[layer] > 0 else ""


def _coverage(outside: list[Candidate]) -> Section:
    rows = [
        {
            "country": c.name,
            "code": c.code,
            "coverage, points": 100 * c.coverage,
            "most in": _most(c),
            "raw materials, points": 100 * c.raw,
        }
        for c in outside[:MOST_OUTSIDE]
    ]
    text = (
        "These are no regions of the input-output table: only what they make and export is known.",
    )
    note = f"The first {len(rows)} of {len(outside)}; results.csv has all."
    return Section("outside", "Known by coverage alone", text, (), Table(rows, note))


def _results(w: WhoNext) -> list[Row]:
    money = {
        "preference": "adds to free trade",
        "leverage": "adds to leverage",
        "own_preference": "own gain, free trade",
        "own_leverage": "own gain, cut",
        "members_preference": "members' gain, free trade",
    }
    rows: list[Row] = []
    for c in w.candidates:
        for key, variable in money.items():
            if getattr(c, key) is not None:
                rows.append(
                    {
                        "country": c.code,
                        "variable": variable,
                        "of": "",
                        "value": getattr(c, key),
                        "unit": "million USD",
                        "year": w.ask.economy.about.year,
                    }
                )
        for layer, share in c.layers.items():
            rows.append(
                {
                    "country": c.code,
                    "variable": "coverage",
                    "of": layer,
                    "value": 100 * share,
                    "unit": "points",
                    "year": "",
                }
            )
        rows.append(
            {
                "country": c.code,
                "variable": "coverage",
                "of": "raw materials",
                "value": 100 * c.raw,
                "unit": "points",
                "year": RAW_YEAR,
            }
        )
    return solved_under(w.ask, rows)
