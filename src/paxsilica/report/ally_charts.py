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
    ZERO_SEEN,
    Rows,
    Spec,
    coloured,
    heading,
    layer,
    styled,
)
from paxsilica.report.network_charts import across_and_up
from paxsilica.report.supply_charts import OTHERS, TRUSTED

COLUMN, GAP, STEP = 84, 14, 21
"""Pixels of a layer's column, between two of them, and of a row."""

MEMBER, NEWCOMER, TOGETHER = "member", "added", "together"
HOLDERS = {MEMBER: TRUSTED, NEWCOMER: OTHERS, TOGETHER: EMPTY}

AXIS = {"tickCount": 6, "format": "~r", "gridColor": ZERO_SEEN}
"""Of money around a zero that is seen."""

PLACES: Mapping[str, Spec] = {
    "right": {"align": "left", "dx": 3},
    "left": {"align": "right", "dx": -3},
    "inside": {"align": "right", "dx": -3, "color": "black"},
}


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
    rows: Rows = []
    heads: Rows = []
    for at, (of, held) in enumerate(shares.items()):
        left, end = at * (COLUMN + GAP), 0.0
        heads.append({"x": left, "end": left + COLUMN, "layer": of})
        for bloc, kind in kinds.items():
            start, end = end, end + held[bloc]
            tip = f"{names[bloc]}, {of}: {held[bloc]:.2f} points, from {start:.1f} to {end:.1f} %"
            about = {"label": names[bloc], "kind": kind, "tip": tip}
            rows.append(about | _step(left, start, end, _added_points(held[bloc])))
        about = {"label": TOGETHER, "kind": TOGETHER, "tip": f"{TOGETHER}, {of}: {end:.1f} %"}
        rows.append(about | _step(left, 0.0, end, f"{end:.0f} %"))
    width = (COLUMN + GAP) * len(shares)
    scale = {"domain": [0, width], "nice": False}
    x = {"field": "x", "type": "quantitative", "scale": scale, "axis": None}
    gaps = {"paddingInner": 0.25}
    y = {"field": "label", "type": "nominal", "sort": None, "scale": gaps, "axis": NAMES}
    shown = {
        kind: colour for kind, colour in HOLDERS.items() if kind in {*kinds.values(), TOGETHER}
    }
    drawn = {"x2": {"field": "x2"}, "color": coloured("kind", shown, orient="bottom")}
    shade = {"type": "rect", "color": FAINT, "opacity": 0.35, "aria": False}
    above = {"type": "text", "align": "left", "y": -8, "aria": False}
    written = {"x": {**x, "field": "at"}, "y": y, "text": {"field": "text"}}
    layers = [
        layer(heads, shade, {"x": x, "x2": {"field": "end"}}),
        layer(heads, above, {"x": x, "text": {"field": "layer"}}),
        layer(rows, "bar", {"x": x, "y": y, **drawn, "description": {"field": "tip"}}),
    ]
    for place, side in PLACES.items():
        there = [row for row in rows if row["place"] == place]
        layers.append(
            layer(there, {"type": "text", "fontSize": 10, "aria": False, **side}, written)
        )
    size = {"width": width, "height": STEP * (len(kinds) + 1)}
    return styled({"title": heading(title, notes, width), **size, "layer": layers})


def _step(left: float, start: float, end: float, text: str) -> Spec:
    """A bar between two shares of a column, and where there is room for its text."""
    x, x2 = (left + COLUMN * share / 100 for share in (start, end))
    room = len(text) * LETTER + 3
    fits = "right" if left + COLUMN - x2 >= room else "left" if x - left >= room else "inside"
    at = x if fits == "left" else x2
    return {"x": x, "x2": x2, "text": text, "place": fits, "at": at}


def _added_points(value: float) -> str:
    if 0 < value < 0.05:
        return "<0.1"
    return f"+{value:.{0 if value >= 9.5 else 1}f}" if value else "0"


def bands(rows: Rows, axis_title: str, title: str, notes: Sequence[str]) -> Spec:
    """A range, a dot for every set of elasticities and a tick at the median; rows hold `label`, `value`, `tip`."""
    names = {**NAMES, "labelLimit": 330}
    y = {"field": "label", "type": "nominal", "sort": None, "axis": names}
    value = {
        "field": "value",
        "type": "quantitative",
        "title": axis_title,
        "scale": {"zero": True},
        "axis": AXIS,
    }
    low, median = ({**value, "aggregate": of} for of in ("min", "median"))
    high = {"field": "value", "aggregate": "max"}
    colour = {"condition": {"test": "datum.value < 0", "value": LOSS}, "value": GAIN}
    rule = {"type": "rule", "color": EMPTY, "strokeWidth": 3, "aria": False}
    tick = {"type": "tick", "color": TEXT, "thickness": 2.5, "size": 20, "aria": False}
    dot = {"x": value, "color": colour, "description": {"field": "tip"}}
    layers = [
        {"mark": rule, "encoding": {"x": low, "x2": high}},
        {"mark": {"type": "circle", "size": 70, "opacity": 0.75}, "encoding": dot},
        {"mark": tick, "encoding": {"x": median}},
    ]
    return styled(
        {
            "title": heading(title, notes),
            "data": {"values": rows},
            "width": BARS,
            "height": {"step": 34},
            "encoding": {"y": y},
            "layer": layers,
        }
    )


def quadrants(rows: Rows, axes: tuple[str, str], title: str, notes: Sequence[str]) -> Spec:
    """Dots with labels where there is one; rows hold `x`, `y`, `label` (may be empty), `gains` (bool), `tip`."""
    colour = {"condition": {"test": "datum.gains", "value": GAIN}, "value": LOSS}
    text = {"type": "text", "align": "left", "dx": 7, "aria": False}
    layers = [
        {"mark": {"type": "circle", "size": 62, "opacity": 0.85}, "encoding": {"color": colour}},
        {"mark": text, "encoding": {"text": {"field": "label"}}},
    ]
    return styled(
        {
            "title": heading(title, notes, 640),
            "data": {"values": rows},
            "width": 580,
            "height": 400,
            "encoding": {**across_and_up(axes, axis=AXIS), "description": {"field": "tip"}},
            "layer": layers,
        }
    )
