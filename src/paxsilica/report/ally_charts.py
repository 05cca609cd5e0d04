"""Charts of alliances: what each member adds layer by layer, bands over elasticities, candidates by what they add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.report.look import (
    BARS,
    EMPTY,
    FAINT,
    GAIN,
    LETTER,
    LOSS,
    NAMES,
    TEXT,
    Rows,
    Spec,
    heading,
    styled,
)
from paxsilica.report.supply_charts import OTHERS, TRUSTED

COLUMN, GAP, STEP = 84, 14, 21
"""Pixels of a layer's column, between two of them, and of a row."""

MEMBER, NEWCOMER, TOGETHER = "member", "added", "together"
KINDS = {MEMBER: TRUSTED, NEWCOMER: OTHERS, TOGETHER: EMPTY}


def steps(
    shares: Mapping[str, Mapping[str, float]],
    kinds: Mapping[str, str],
    names: Mapping[str, str],
    title: str,
    notes: Sequence[str],
) -> Spec:
    """A waterfall for every layer: each bloc's bar starts where the one before it ended, the last is their sum.

    Args:
        shares: layer -> bloc -> share, per cent. kinds: bloc -> MEMBER or NEWCOMER, in the order of the rows.
        names: bloc -> readable name.
    """
    together = "together"
    rows: Rows = []
    for at, (layer, held) in enumerate(shares.items()):
        end = 0.0
        for bloc in kinds:
            start, end = end, end + held[bloc]
            tip = (
                f"{names[bloc]}, {layer}: {held[bloc]:.2f} points, from {start:.1f} to {end:.1f} %"
            )
            rows.append(_step(at, names[bloc], start, end, kinds[bloc], _points(held[bloc]), tip))
        tip = f"{together}, {layer}: {end:.1f} %"
        rows.append(_step(at, together, 0.0, end, TOGETHER, f"{end:.0f} %", tip))
    order = [*(names[bloc] for bloc in kinds), together]
    width = (COLUMN + GAP) * len(shares)
    x = {"type": "quantitative", "scale": {"domain": [0, width], "nice": False}, "axis": None}
    y = {
        "field": "label",
        "type": "nominal",
        "sort": order,
        "axis": NAMES,
        "scale": {"paddingInner": 0.25},
    }
    shown = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
    legend = {
        "title": None,
        "orient": "bottom",
        "direction": "horizontal",
        "columnPadding": 24,
        "symbolType": "square",
    }
    colour = {
        "field": "kind",
        "type": "nominal",
        "legend": legend,
        "scale": {"domain": shown, "range": [KINDS[kind] for kind in shown]},
    }
    lefts = [at * (COLUMN + GAP) for at in range(len(shares))]
    heads: Rows = [
        {"x": x, "end": x + COLUMN, "layer": layer} for x, layer in zip(lefts, shares, strict=True)
    ]
    return styled(
        {
            "title": heading(title, notes, width),
            "width": width,
            "height": STEP * len(order),
            "layer": [
                {
                    "data": {"values": heads},
                    "mark": {"type": "rect", "color": FAINT, "opacity": 0.35, "aria": False},
                    "encoding": {"x": {"field": "x", **x}, "x2": {"field": "end"}},
                },
                {
                    "data": {"values": heads},
                    "mark": {"type": "text", "align": "left", "y": -8, "aria": False},
                    "encoding": {"x": {"field": "x", **x}, "text": {"field": "layer"}},
                },
                {
                    "data": {"values": rows},
                    "mark": "bar",
                    "encoding": {
                        "y": y,
                        "x": {"field": "x", **x},
                        "x2": {"field": "x2"},
                        "color": colour,
                        "description": {"field": "tip"},
                    },
                },
                *(_texts(rows, place, x, y) for place in PLACES),
            ],
        }
    )


PLACES: Mapping[str, Spec] = {
    "right": {"align": "left", "dx": 3},
    "left": {"align": "right", "dx": -3},
    "inside": {"align": "right", "dx": -3, "color": "black"},
}


def _step(
    at: int, label: str, start: float, end: float, kind: str, text: str, tip: str
) -> dict[str, object]:
    left = at * (COLUMN + GAP)
    room = len(text) * LETTER + 3
    place = (
        "right"
        if COLUMN * (1 - end / 100) >= room
        else "left"
        if COLUMN * start / 100 >= room
        else "inside"
    )
    x, x2 = (left + COLUMN * value / 100 for value in (start, end))
    anchor = x if place == "left" else x2
    return {
        "label": label,
        "x": x,
        "x2": x2,
        "kind": kind,
        "text": text,
        "tip": tip,
        "place": place,
        "at": anchor,
    }


def _texts(rows: Rows, place: str, x: Spec, y: Spec) -> Spec:
    return {
        "data": {"values": [row for row in rows if row["place"] == place]},
        "mark": {"type": "text", "fontSize": 10, "aria": False, **PLACES[place]},
        "encoding": {"y": y, "x": {"field": "at", **x}, "text": {"field": "text"}},
    }


def _points(value: float) -> str:
    return (
        "0"
        if value == 0
        else f"+{value:.0f}"
        if value >= 9.5
        else f"+{value:.1f}"
        if value >= 0.05
        else "<0.1"
    )


def bands(rows: Rows, axis_title: str, title: str, notes: Sequence[str]) -> Spec:
    """A range, a dot for every set of elasticities and a tick at the median; rows hold `label`, `value`, `tip`."""
    labels = list(dict.fromkeys(row["label"] for row in rows))
    values = {
        label: sorted(row["value"] for row in rows if row["label"] == label) for label in labels
    }
    ends = [{"label": label, "low": v[0], "high": v[-1]} for label, v in values.items()]
    y = {"field": "label", "type": "nominal", "sort": labels, "axis": {**NAMES, "labelLimit": 330}}
    zero = {"condition": {"test": "datum.value === 0", "value": TEXT}, "value": FAINT}
    x = {
        "type": "quantitative",
        "title": axis_title,
        "scale": {"zero": True},
        "axis": {"tickCount": 6, "format": "~r", "gridColor": zero},
    }
    colour = {"condition": {"test": "datum.value < 0", "value": LOSS}, "value": GAIN}
    return styled(
        {
            "title": heading(title, notes),
            "width": BARS,
            "height": {"step": 34},
            "layer": [
                {
                    "data": {"values": ends},
                    "mark": {"type": "rule", "color": EMPTY, "strokeWidth": 3, "aria": False},
                    "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}},
                },
                {
                    "data": {"values": rows},
                    "mark": {"type": "circle", "size": 70, "opacity": 0.75},
                    "encoding": {
                        "y": y,
                        "x": {"field": "value", **x},
                        "color": colour,
                        "description": {"field": "tip"},
                    },
                },
                {
                    "data": {"values": rows},
                    "mark": {
                        "type": "tick",
                        "color": TEXT,
                        "thickness": 2.5,
                        "size": 20,
                        "aria": False,
                    },
                    "encoding": {"y": y, "x": {"field": "value", "aggregate": "median", **x}},
                },
            ],
        }
    )


def quadrants(rows: Rows, x_title: str, y_title: str, title: str, notes: Sequence[str]) -> Spec:
    """Dots with labels where there is one; rows hold `x`, `y`, `label` (may be empty), `gains` (bool), `tip`."""
    zero = {"condition": {"test": "datum.value === 0", "value": TEXT}, "value": FAINT}
    axis = {"tickCount": 6, "format": "~r", "gridColor": zero}
    colour = {"condition": {"test": "datum.gains", "value": GAIN}, "value": LOSS}
    return styled(
        {
            "title": heading(title, notes, 640),
            "data": {"values": rows},
            "width": 580,
            "height": 400,
            "encoding": {
                "x": {"field": "x", "type": "quantitative", "title": x_title, "axis": axis},
                "y": {"field": "y", "type": "quantitative", "title": y_title, "axis": axis},
                "description": {"field": "tip"},
            },
            "layer": [
                {
                    "mark": {"type": "circle", "size": 62, "opacity": 0.85},
                    "encoding": {"color": colour},
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 7, "aria": False},
                    "encoding": {"text": {"field": "label"}},
                },
            ],
        }
    )
