"""The page of `pax score` below its first screen: rivals, bands, misses, partners and sectors, goals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from paxsilica.analysis.score.card import (
    AS_SAID,
    ASIDE,
    BY_VALUE,
    DOWN,
    EQUAL,
    GROWN,
    PREDICTION,
    WITHOUT,
)
from paxsilica.analysis.score.measures import set_aside
from paxsilica.analysis.score.rivals import DUTY, NO_CHANGE
from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.theme import AFTER, BEFORE, Figure
from paxsilica.report.pages.score_view import CALLED, SAMPLES, ScoreView
from paxsilica.report.report import Section, Table, columns, head

FIT_WITHIN = {
    "all": "across all",
    "within_sector": "within sectors",
    "within_partner": "within partners",
}
WEIGHTS = {BY_VALUE: "by value", EQUAL: "each flow alike"}
GROWTHS = {GROWN: "with growth of world income", AS_SAID: "without"}
BANDS = {"outcome_band": "outcome band", "policy_band": "policy band"}
MOST_PARTNERS, MOST_WORST = 12, 25


def score_sections(v: ScoreView, relative: Figure) -> Iterator[Section]:
    text = (
        "Rivals were fixed before any outcome was seen. No change and the duty times an elasticity are in dollars as they "
        "stand; with the growth of world income they are shown beside. No change has no slope and no direction."
    )
    yield Section("rivals", "Beside rivals", (text, *_aside(v)), table=rivals_table(v))
    yield Section("fit", "Slopes and correlations", (), [relative], Table(_fits(v)))
    yield _bands(v)
    yield _misses(v)
    if v.about["packaged"]:
        yield _goals(v)
    for dimension, title in (("partner", "By partner"), ("sector", "By sector")):
        rows = _along(v, dimension)
        figures = [_partner_bars(v)] if dimension == "partner" else []
        yield Section(f"by-{dimension}", title, (), figures, Table(rows))


def rivals_table(v: ScoreView) -> Table:
    """A row for each predictor of each sample; a terminal has room for what counts."""
    error, sign = (head(v.answer, key) for key in ("score_error", "score_sign"))
    direction, slope = head(v.answer, "score_direction"), "Slope within sectors"
    both = v.how != v.plain
    rows = []
    for sample in v.samples:
        for name in [*v.predictors, DOWN]:
            fit = v.slope(sample, item=name)
            how = v.how if name == PREDICTION else v.plain
            row: dict[str, Any] = {
                "Who": words.sentence(CALLED[name]),
                "Of": SAMPLES[sample],
                error: v.error(name, sample),
                slope: fit["value"],
                "from": fit.get("low"),
                "to": fit.get("high"),
                direction: v.of("score_direction", sample, item=name),
                sign: v.of("score_sign", sample, item=name, point=None if name == DOWN else how),
            }
            for point in (GROWN, AS_SAID) if both else ():
                told = {"item": name, "point": point}
                row[f"Error {GROWTHS[point]}"] = v.of("score_error", sample, **told)
                row[f"Sign right {GROWTHS[point]}"] = v.of("score_sign", sample, **told)
            if any(isinstance(value, float) for value in row.values()):
                rows.append(row)
    shown = ("Who", "Of", error, slope, "from", "to", direction, sign)
    note = (
        "Rivals stand as they are; the prediction has growth of world income in it." if both else ""
    )
    return Table(rows, note, shown)


def _fits(v: ScoreView) -> list[dict[str, Any]]:
    rows = []
    for row in v.rows("score_slope"):
        of = {name: row[name] for name in ("item", "measure", "point", "scenario")}
        other = v.row("score_correlation", **of)
        rows.append(
            {
                "Who": words.sentence(CALLED[of["item"]]),
                "Of": SAMPLES[of["scenario"]],
                "Where": FIT_WITHIN[of["measure"]],
                "Weights": WEIGHTS[of["point"]],
                "Slope": row["value"],
                "from": row["low"],
                "to": row["high"],
                "Correlation": other["value"],
                "its low": other["low"],
                "its high": other["high"],
            }
        )
    return rows


def _bands(v: ScoreView) -> Section:
    text = (
        "An outcome band should hold as many per cent of flows as it says. The policy band says what the model does not "
        "know of the policy's effect, and holds fewer outcomes by its nature; it is here so that nobody mistakes it."
    )
    rows = [
        {
            "Band": f"{row['rung']} % {BANDS[row['item']]}" if "rung" in row else "Policy band",
            "Of": SAMPLES[row["scenario"]],
            "Prediction": GROWTHS[row["point"]],
            head(v.answer, "score_coverage"): row["value"],
        }
        for row in v.rows("score_coverage")
    ]
    return Section("bands", "What the bands held", (text,), table=Table(rows))


def _misses(v: ScoreView) -> Section:
    keys = ("predicted_change", "measured_change", "score_miss", "miss_share", "imports_before")
    rows = [
        {"Flow": v.flow(its), **{head(v.answer, key): its[key] for key in keys}}
        for its in v.cells()[:MOST_WORST]
    ]
    text = f"The worst: {'; '.join(v.misses(5))}."
    return Section("misses", "Worst misses", (text,), table=Table(rows))


def _aside(v: ScoreView) -> Iterator[str]:
    """Who is scored apart, and why."""
    if ASIDE in v.samples:
        aside = sorted(set_aside([row["partner"] for row in v.cells()]))
        yield (
            f"Set aside are {joined(map(v.partner, aside), len(aside))}: a third of all, chosen by the sha256 of their "
            "codes and never China or Taiwan. Nothing may ever be fitted to them. They are among all flows too."
        )


def _along(v: ScoreView, dimension: str) -> list[dict[str, Any]]:
    of: Mapping[str, None] = dict.fromkeys({"region", "partner", "sector"} - {dimension})
    keys = ("imports_before", "imports_predicted", "imports_measured", "score_error", "score_cells")
    table = columns(v.answer, dimension, *keys, scenario=None, **of)
    say = v.partner if dimension == "partner" else v.sector
    money = head(v.answer, "imports_before")
    ranked = sorted(table.items(), key=lambda row: -(row[1][money] or 0.0))
    return [{dimension.title(): say(label), **its} for label, its in ranked]


def _partner_bars(v: ScoreView) -> Figure:
    kinds = {"as predicted": BEFORE, "as measured": AFTER}
    table = _along(v, "partner")[:MOST_PARTNERS]
    heads = [head(v.answer, key) for key in ("imports_predicted", "imports_measured")]
    rows = [
        {
            "label": row["Partner"],
            "kind": kind,
            "value": row[key],
            "text": words.signed(row[key]),
            "tip": f"{row['Partner']}, {kind}: {words.percent(row[key])}",
        }
        for row in table
        for kind, key in zip(kinds, heads, strict=True)
    ]
    note = "Flows scored; the partners of most imports before; a fall is negative."
    return bars(
        "partners",
        "Imports by partner",
        rows,
        "Change of imports, %",
        [note],
        kinds,
        grouped=True,
        heads=("Partner", "Which"),
    )


# ---- goals -------------------------------------------------------------------------------------


def _goals(v: ScoreView) -> Section:
    """What was to be met on autumn 2025 without computers and electronics, stated before the first scoring."""
    slope, error = v.slope(WITHOUT), v.error(PREDICTION, WITHOUT) or float("nan")
    low, high = (slope.get(end) or float("nan") for end in ("low", "high"))
    same, duty = (v.error(name, WITHOUT) or float("nan") for name in (NO_CHANGE, DUTY))
    held = {
        rung: v.of("score_coverage", WITHOUT, item="outcome_band", rung=rung, point=v.how) or 0.0
        for rung in ("50", "80")
    }
    right = v.of("score_direction", WITHOUT, item=PREDICTION) or 0.0
    size = slope["value"] or float("nan")
    goals = [
        ("Slope within sectors from 0.7 to 1.4", size, 0.7 <= size <= 1.4),
        ("Its 95 % interval holds 1: from", low, low <= 1 <= high),
        ("Its 95 % interval holds 1: to", high, low <= 1 <= high),
        ("The 80 % outcome band holds 70 to 90 % of flows", held["80"], 70 <= held["80"] <= 90),
        ("The 50 % outcome band holds 40 to 60 % of flows", held["50"], 40 <= held["50"] <= 60),
        ("Direction right on 80 % of the value that has one", right, right >= 80),
        ("Error at least 15 % below that of no change", error, error <= 0.85 * same),
        ("Error at most 1 log point above the duty times 2", error, error <= duty + 1),
    ]
    rows = [{"Goal": goal, "Measured": value, "Met": met} for goal, value, met in goals]
    text = (
        "Set before anything was scored, for all goods without computers and electronics. A goal that is missed is "
        "explained, never tuned away; all goods together have no goal."
    )
    return Section("goals", "Goals that were set beforehand", (text,), table=Table(rows))
