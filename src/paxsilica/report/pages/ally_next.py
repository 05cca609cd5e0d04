"""The page of `pax ally --who-next`: every country outside by what it would add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paxsilica.analysis.effects import earned_leads
from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.ally_charts import scatter
from paxsilica.report.look import Figure, Rows, heading, signed_bars, styled
from paxsilica.report.pages.ally_words import Told, basis
from paxsilica.report.sheet import Section, Sheet, Table

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


@dataclass(frozen=True)
class Candidate:
    """What a country would add, million; ranks from 1. Coverage in percentage points."""

    code: str
    name: str
    trade: float
    trade_rank: int
    trade_own: float
    members: float
    leverage: float
    leverage_rank: int
    leverage_own: float


def sheet(t: Told) -> Sheet:
    """The page of all candidates."""
    inside, everybody = _candidates(t), t.labels("coverage_mean", "region")
    known = {c.code for c in inside}
    outside = [code for code in everybody if code not in known]
    cover = _Cover(t, everybody)
    return Sheet.of(
        t.answer,
        kind="ally",
        title=f"Who should join {t.alliance} next, {t.day}, against {t.adversary}",
        basis=basis(t),
        summary=_summary(t, inside, outside, cover),
        sections=(_ranked(t, inside, cover), *([_coverage(t, outside, cover)] if outside else [])),
    )


def _candidates(t: Told) -> list[Candidate]:
    codes = t.labels("adds", "region")

    def of(variable: str, kind: str) -> list[float]:
        return [float(x) for x in t.findings.array(variable, measure=kind)]

    kinds = ("preference", "leverage")
    trade, leverage = (
        [of(key, kind) for key in ("adds", "adds_rank", "own_gain")] for kind in kinds
    )
    columns = (*trade, of("members_gain", "preference"), *leverage)
    return [
        Candidate(code, t.names.name(code), a, int(rank), own, members, b, int(second), cut)
        for code, a, rank, own, members, b, second, cut in zip(codes, *columns, strict=True)
    ]


class _Cover:
    """Coverage of every candidate, percentage points: mean over layers, by layer, and of raw materials."""

    def __init__(self, t: Told, codes: tuple[str, ...]) -> None:
        by_layer = t.findings.array("coverage", region=codes)
        self.layers = {
            code: dict(zip(t.layers, by_layer[at].tolist(), strict=True))
            for at, code in enumerate(codes)
        }
        self.mean, self.raw = (
            dict(zip(codes, t.findings.array(key).tolist(), strict=True))
            for key in ("coverage_mean", "export_share_mean")
        )

    def most(self, code: str) -> str:
        """The layer it has most of, and how much."""
        layers: Mapping[str, float] = self.layers[code]
        layer = max(layers, key=lambda at: layers[at]) if layers else ""
        return f"{layer} {layers[layer]:.1f}" if layer and layers[layer] > 0 else ""


def _summary(t: Told, inside: list[Candidate], outside: list[str], cover: _Cover) -> list[str]:
    trade = [_added(t, c.code, "preference", c.trade) for c in inside[:5]]
    by_leverage = sorted(inside, key=lambda c: c.leverage_rank)[:5]
    leverage = [_added(t, c.code, "leverage", c.leverage) for c in by_leverage]
    layers = f"the {len(t.layers)} layers" if len(t.layers) > 1 else "the layer"
    covered, raw = (
        joined(
            [
                f"{t.name(code)} ({points[code]:.1f} points)"
                for code in sorted(points, key=lambda code: -points[code])[:5]
            ],
            5,
        )
        for points in (cover.mean, cover.raw)
    )
    lines = [
        f"To free trade of goods with {t.alliance} these would add most, a year: {joined(trade, 5)}.",
        f"To the joint cut of critical goods to {t.adversary} these would add most of its loss: "
        f"{joined(leverage, 5)}.",
        f"To the coverage of {layers} of {t.chain['title']}: {covered}; to that of raw-material exports: {raw}.",
    ]
    none = t.of("indifference")
    losing = [t.name(c.code) for c in inside[:MOST_BARS] if c.trade_own <= none]
    if losing:
        count = min(MOST_BARS, len(inside))
        lines.append(
            f"Of the first {count}, {joined(losing)} would lose by joining free trade alone."
        )
    union = [c for c in inside if c.code in t.economy.about.region_groups.get("EU", ())]
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


def _added(t: Told, code: str, kind: str, gain: float) -> str:
    """What a candidate adds, and what of it is earned where the rule for trade deficits moves it by much."""
    transfer = t.of("adds_transfer", region=code, measure=kind)
    income = t.of("income", region=code)
    told = earned_leads(100 * gain / income, 100 * transfer / income)
    earned = f", earned {words.signed_money(gain - transfer)}" if told else ""
    return f"{t.name(code)} ({words.money(gain)}{earned})"


def _ranked(t: Told, inside: list[Candidate], cover: _Cover) -> Section:
    year = t.money_year()
    bars: Rows = [
        {
            "label": c.name,
            "value": c.trade,
            "text": words.signed(c.trade),
            "tip": f"{c.name}: {words.signed_money(c.trade)}",
        }
        for c in inside[:MOST_BARS]
    ]
    notes = [
        f"Gain of the members and the candidate together, million USD of {year} a year; one joins, nobody else does."
    ]
    title = f"What each candidate would add to free trade of goods with {t.alliance}"
    chart = styled({"title": heading(title, notes), **signed_bars(bars, f"Million USD of {year}")})
    dots: Rows = [
        {
            "x": c.trade,
            "y": c.leverage,
            "label": c.name if min(c.trade_rank, c.leverage_rank) <= LABELLED else "",
            "gains": c.trade_own > 0,
            "tip": f"{c.name}: free trade {words.signed_money(c.trade)}, leverage "
            f"{words.signed_money(c.leverage)}, own gain {words.signed_money(c.trade_own)}",
        }
        for c in inside
    ]
    notes = [
        f"Million USD of {year} a year, one candidate at a time. Leverage: what {t.adversary} loses more when the "
        "candidate joins the cut of critical goods. Blue: the candidate gains from free trade itself; orange: it loses."
    ]
    axes = ("Adds to free trade, million USD", "Adds to leverage, million USD")
    both = scatter(dots, *axes, "Free trade and leverage of every candidate", notes)
    says = f"Bars of the {len(bars)} candidates that add most to free trade."
    figures = (
        Figure("candidates", chart, says),
        Figure("both", both, f"Scatter of {len(dots)} candidates."),
    )
    text = (
        "One equilibrium for each candidate and question. Its own gain is under the baseline's elasticities; ask "
        "`pax ally --add` for its band.",
    )
    rows = [
        {
            "country": c.name,
            "code": c.code,
            "rank, free trade": c.trade_rank,
            "adds to free trade, million USD": c.trade,
            "its own gain, million USD": c.trade_own,
            "members' gain, million USD": c.members,
            "rank, leverage": c.leverage_rank,
            "adds to leverage, million USD": c.leverage,
            "its own gain from the cut, million USD": c.leverage_own,
            **_points(c.code, cover),
        }
        for c in inside
    ]
    return Section("candidates", "Candidates", text, figures, Table(rows, shown=SCREEN))


def _points(code: str, cover: _Cover) -> dict[str, object]:
    return {
        "coverage, points": cover.mean[code],
        "most in": cover.most(code),
        "raw materials, points": cover.raw[code],
    }


def _coverage(t: Told, outside: list[str], cover: _Cover) -> Section:
    rows = [
        {"country": t.names.name(code), "code": code, **_points(code, cover)}
        for code in outside[:MOST_OUTSIDE]
    ]
    text = (
        "These are no regions of the input-output table: only what they make and export is known.",
    )
    note = f"The first {len(rows)} of {len(outside)}; results.csv has all."
    return Section("outside", "Known by coverage alone", text, (), Table(rows, note))
