"""Waterfalls: what each member of a group adds, in several columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.report.charts.theme import (
    FAINT,
    LABEL,
    MEMBER,
    NEWCOMER,
    OUTSIDE,
    TEXT,
    WIDTH,
    Figure,
    Rows,
    Spec,
    coloured,
    drawn,
    layer,
    measured,
    named,
    pixels,
    wrapped,
)

GAP, SUM = 14, "together"
"""Pixels between two columns; the last row."""

HOLDERS = {"member": MEMBER, "added": NEWCOMER, SUM: OUTSIDE}


def waterfall(
    name: str,
    title: str,
    shares: Mapping[str, Mapping[str, float]],
    kinds: Mapping[str, str],
    notes: Sequence[str] = (),
    colours: Mapping[str, str] = HOLDERS,
) -> Figure:
    """For every layer each bar starts where the one before it ended; the last is their sum.

    Args:
        shares: layer -> who -> share, per cent. kinds: who -> a key of `colours`, in the order of the rows.
        colours: of the kinds, and of the sum.
    """
    y, lines = named("label", [*kinds, SUM])
    names = min(LABEL, max(map(measured, kinds)))
    column = min(84.0, (WIDTH + 20 - names) / len(shares) - GAP)
    rows: Rows = []
    heads: Rows = []
    told: Rows = []
    for at, (of, held) in enumerate(shares.items()):
        left, end = at * (column + GAP), 0.0
        head = wrapped(of, column + GAP - 8, 11)
        heads.append({"x": left, "end": left + column, "layer": head})
        for who, kind in {**kinds, SUM: SUM}.items():
            added = end if who == SUM else held[who]
            start, end = (0.0, end) if who == SUM else (end, end + added)
            text = f"{end:.0f} %" if who == SUM else _added_points(added)
            tip = f"{who}, {of}: {added:.2f} points, from {start:.1f} to {end:.1f} %"
            bar = _placed(left, column, start, end, text)
            rows.append({"label": who, "kind": kind, "tip": tip, **bar})
            told.append({"Bloc": who, "Layer": of, "Share, %": added})
    width, height = (column + GAP) * len(shares), max(21, 5 + 13 * lines) * (len(kinds) + 1)
    x = pixels(width, height)["x"]
    y["scale"] = {"paddingInner": 0.25}
    shown = {k: colour for k, colour in colours.items() if k in {*kinds.values(), SUM}}
    bars = {"x2": {"field": "x2"}, "color": coloured("kind", shown, orient="bottom")}
    above: Spec = {
        "type": "text",
        "align": "left",
        "baseline": "line-bottom",
        "y": -4,
        "aria": False,
    }
    above |= {"dy": {"expr": "-13 * (length(datum.layer) - 1)"}, "lineHeight": 13}
    label: Spec = {"type": "text", "fontSize": 10, "aria": False}
    label |= {key: {"expr": f"datum.{key}"} for key in ("align", "dx")}
    ink = {"condition": {"test": "datum.inside", "value": "white"}, "value": TEXT}
    written = {"x": {**x, "field": "at"}, "y": y, "text": {"field": "text"}, "color": ink}
    shade = {"type": "rect", "color": FAINT, "opacity": 0.35, "aria": False}
    return drawn(
        name,
        title,
        notes,
        "Waterfall",
        told,
        "Layer",
        width=width,
        height=height,
        layer=[
            layer(heads, shade, {"x": x, "x2": {"field": "end"}}),
            layer(heads, above, {"x": x, "text": {"field": "layer"}}),
            layer(rows, "bar", {"x": x, "y": y, **bars, "description": {"field": "tip"}}),
            layer(rows, label, written),
        ],
    )


def _placed(left: float, column: float, start: float, end: float, text: str) -> Spec:
    """A bar between two shares of a column, and where there is room for its text: right, left, or inside."""
    x, x2 = (left + column * share / 100 for share in (start, end))
    room = measured(text, 10) + 3
    right, before = left + column - x2 >= room, x - left >= room
    place = {"align": "left", "dx": 3} if right else {"align": "right", "dx": -3}
    inside = not right and not before
    at = x2 if right or inside else x
    return {"x": x, "x2": x2, "text": text, "at": at, "inside": inside, **place}


def _added_points(value: float) -> str:
    if 0 < value < 0.05:
        return "<0.1"
    return f"+{value:.{0 if value >= 9.5 else 1}f}" if value else "0"
