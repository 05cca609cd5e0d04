"""The page of `pax score`: how good or bad a prediction was, beside its rivals, and where it went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paxsilica.analysis.score.card import (
    ALL,
    ELECTRONICS,
    PREDICTION,
)
from paxsilica.analysis.score.rivals import NO_CHANGE
from paxsilica.data.outcomes import LEAST_AFTER, LEAST_BEFORE
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.against import against
from paxsilica.report.charts.theme import HUES, OUTSIDE, Figure
from paxsilica.report.pages.score_sections import rivals_table, score_sections
from paxsilica.report.pages.score_view import CALLED, SAMPLES, ScoreView
from paxsilica.report.report import Number, Report, Row

MOST_MISSES = 3


def report(answer: Answer) -> Report:
    v = ScoreView(answer)
    return Report(
        answer,
        kind="score",
        title=_title(v),
        lead=_lead(v),
        numbers=[*_numbers(v)],
        why=f"The largest misses: {'; '.join(v.misses(MOST_MISSES))}. Nothing is controlled for: not demand for computers "
        "of artificial intelligence, gold, stockpiling, recalls or exchange rates; duties as paid are outcomes themselves.",
        understood=_understood(v),
        picture=lambda: _scatter(v),
        sections=lambda: [*score_sections(v, _against_sectors(v))],
        screen=rivals_table(v),
    )


def _title(v: ScoreView) -> str:
    if v.about["packaged"]:
        return "Report card: US imports of autumn 2025, as predicted and as measured"
    return f"Report card: {v.about['title']}, as predicted and as measured"


def _lead(v: ScoreView) -> str:
    """How large, how close and how sure: the verdict with its numbers."""
    count, slope = int(v.of("score_cells") or 0), v.slope()
    about = f"{count} {'flow' if count == 1 else 'flows'}"
    if slope["value"] is not None:
        ends = f", {_interval(slope)}" if _interval(slope) else ""
        about += f"; within sectors {words.number(slope['value'], 2)} of a predicted change was measured{ends}"
    said = [f"{_verdict(slope)} ({about})"]
    error, same = v.error(PREDICTION), v.error(NO_CHANGE)
    if error is not None and same:
        closer = "closer than" if error < same else "no closer than"
        said.append(
            f"the prediction was {closer} saying that nothing changes (mean absolute error {words.number(error)} against "
            f"{words.number(same)} log points)"
        )
    held = v.of("score_coverage", item="outcome_band", rung="80", point=v.how)
    if held is not None:
        said.append(f"the band that should hold 80 % of flows held {words.number(held)} %")
    return f"{'; '.join(said)}."


def _verdict(slope: Row) -> str:
    """Of the slope within sectors and its interval."""
    value, low, high = (slope.get(end) for end in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return "Too few partners or too little difference to judge the size of predicted changes"
    if low <= 1 <= high:
        if low <= 0:
            return "The flows say little about the size of predicted changes"
        return "Predicted changes were right in size as far as this can tell"
    if low <= 0:
        return "Predicted changes do not show in what was measured"
    return f"Predicted changes were too {'large' if high < 1 else 'small'}"


def _numbers(v: ScoreView) -> Iterator[Number]:
    slope, apart = v.slope(), v.slope(v.best)
    if slope.get("value") is not None:
        yield Number(
            "Measured for 1 predicted, within sectors",
            words.number(slope["value"], 2),
            _interval(slope),
            _also(v, words.number(apart["value"], 2), _interval(apart)),
        )
    said, error = [], v.error(PREDICTION)
    for name in v.predictors[1:]:
        other = v.error(name)
        said.append(f"{CALLED[name]} {words.number(other or 0.0)}")
    if error is not None:
        other = v.error(PREDICTION, v.best)
        note = "; ".join([*said, _also(v, words.number(other or 0.0))])
        yield Number("Mean absolute error", f"{words.number(error)} log points", note=note)
    right = v.of("score_direction", item=PREDICTION)
    if right is not None:
        far = words.number(v.of("score_directed", item=PREDICTION) or 0.0)
        note = (
            "of the value of flows predicted more than 5 log points from the mean of their sector, which have "
            f"{far} % of all"
        )
        yield Number("Direction right within sectors", f"{words.number(right)} %", note=note)
    for rung in ("80", "50"):
        held = v.of("score_coverage", item="outcome_band", rung=rung, point=v.how)
        apart_held = v.of("score_coverage", v.best, item="outcome_band", rung=rung, point=v.how)
        if held is not None and apart_held is not None:
            note = _also(v, f"{words.number(apart_held)} %")
            yield Number(f"Held by the {rung} % outcome band", f"{words.number(held)} %", note=note)
    sign, down = (
        v.of("score_sign", item=PREDICTION, point=v.how),
        v.of("score_sign", item="always_down"),
    )
    if sign is not None and down is not None:
        note = f"of value; saying always down is right on {words.number(down)} %"
        yield Number("Up or down right", f"{words.number(sign)} %", note=note)


def _interval(row: Row) -> str:
    low, high = row.get("low"), row.get("high")
    if low is None or high is None:
        return ""
    return f"95 % interval {words.number(low, 2)} to {words.number(high, 2)}"


def _also(v: ScoreView, value: str, ends: str = "") -> str:
    if v.best == ALL:
        return ""
    return f"{SAMPLES[v.best]} {value}" + (f", {ends}" if ends else "")


def _understood(v: ScoreView) -> list[str]:
    about, whole = v.about, v.of("imports_before") or 0.0
    measured, said = (
        words.percent(v.of(key) or 0.0) for key in ("imports_measured", "imports_predicted")
    )
    made = f", made on {about['made'][:10]}" if "made" in about else ""
    version = f" by paxsilica {about['version']}" if "version" in about else ""
    return [
        f"{words.sentence(about['title'])}{made}{version}, held against imports worth {words.money(whole)} in the period "
        f"before: measured {measured}, predicted {said}. A fall is negative. Flows count above {LEAST_BEFORE:g} million "
        f"before and {LEAST_AFTER:g} million after.",
        f"Log points are 100 times the log of the flow after over before: {words.MINUS}69 is half. Errors, slopes and "
        "directions are weighted by value before; intervals come from drawing the partners anew.",
        _growth(v),
        "The outcome band is the policy band, what the model does not know of the policy's effect, and the usual change of "
        "a flow of that size in years before 2025, as if both were independent. A policy band alone is not made to hold "
        "outcomes.",
    ]


def _growth(v: ScoreView) -> str:
    periods = v.answer.attachments["periods"]
    if not periods:
        return (
            "No growth of world income is added; a run's prediction is in units of world labour income, and --periods says "
            "between which days it grew."
        )
    grown = words.percent(v.findings.value("income_growth"))
    return (
        "A prediction is in units of world labour income, outcomes are in dollars: growth of world GDP in the outlook "
        f"of the IMF, {grown} from {periods[0]} to {periods[1]}, is added to it and to no rival; a table has both."
    )


# ---- pictures ----------------------------------------------------------------------------------


def _goods_kind(v: ScoreView, row: Row) -> str:
    return "Computers and electronics" if ELECTRONICS in row["sector"].split("+") else "Other goods"


def _points(v: ScoreView, x: str, y: str) -> list[dict[str, Any]]:
    return [
        {
            "x": row[x],
            "y": row[y],
            "size": row["imports_before"],
            "name": v.flow(row),
            "label": v.partner(row["partner"]) if at < MOST_MISSES else "",
            "kind": _goods_kind(v, row),
            "tip": f"{v.flow(row)}: predicted {words.signed(row[x])}, measured {words.signed(row[y])} log points",
        }
        for at, row in enumerate(v.cells())
    ]


def _drawn(v: ScoreView, name: str, title: str, keys: tuple[str, str], what: str) -> Figure:
    rows = _points(v, *keys)
    present = {row["kind"] for row in rows}
    every = {"Other goods": HUES[5], "Computers and electronics": HUES[1]}
    colours = {kind: colour for kind, colour in every.items() if kind in present}
    if len(colours) == 1:
        colours = dict.fromkeys(colours, OUTSIDE)
    note = (
        f"{what}; a circle is a flow, its area the value before. On the broken line lies what came as predicted, above it "
        "what was measured higher. A fall is negative."
    )
    axes = ("Predicted change, log points", "Measured change, log points")
    return against(name, title, rows, axes, [note], colours)


def _scatter(v: ScoreView) -> Figure:
    return _drawn(
        v,
        "scatter",
        "Predicted and measured",
        ("predicted_change", "measured_change"),
        "Change of each flow",
    )


def _against_sectors(v: ScoreView) -> Figure:
    return _drawn(
        v,
        "within",
        "Within sectors",
        ("predicted_relative", "measured_relative"),
        "Change less that of all flows of its sector",
    )
