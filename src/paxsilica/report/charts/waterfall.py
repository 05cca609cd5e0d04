"""Waterfalls: what each member of a group adds, in several columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.report.charts.theme import (
    FAINT,
    LABEL,
    MEMBER,
    NEWCOMER,
    OUTSIDE,
    WIDTH,
    Figure,
    Rows,
    Spec,
    coloured,
    heading,
    layer,
    measured,
    named,
    styled,
    wrapped,
)

GAP, SUM = 14, "together"
"""Pixels between two columns; the last row."""

HOLDERS = {"member": MEMBER, "added": NEWCOMER, SUM: OUTSIDE}

PLACES: Mapping[str, Spec] = {
    "right": {"align": "left", "dx": 3},
    "left": {"align": "right", "dx": -3},
    "inside": {"align": "right", "dx": -3, "color": "white"},
}


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
    for at, (of, held) in enumerate(shares.items()):
        left, end = at * (column + GAP), 0.0
        heads.append({"x": left, "end": left + column, "layer": wrapped(of, column + GAP - 8, 11)})
        for who, kind in kinds.items():
            start, end = end, end + held[who]
            tip = f"{who}, {of}: {held[who]:.2f} points, from {start:.1f} to {end:.1f} %"
            step = _step(left, column, start, end, _added_points(held[who]))
            rows.append({"label": who, "kind": kind, "tip": tip, **step})
        step = _step(left, column, 0.0, end, f"{end:.0f} %")
        rows.append({"label": SUM, "kind": SUM, "tip": f"{SUM}, {of}: {end:.1f} %", **step})
    width = (column + GAP) * len(shares)
    scale = {"domain": [0, width], "nice": False}
    x = {"field": "x", "type": "quantitative", "scale": scale, "axis": None}
    y["scale"] = {"paddingInner": 0.25}
    shown = {k: colour for k, colour in colours.items() if k in {*kinds.values(), SUM}}
    drawn = {"x2": {"field": "x2"}, "color": coloured("kind", shown, orient="bottom")}
    shade = {"type": "rect", "color": FAINT, "opacity": 0.35, "aria": False}
    above = {"type": "text", "align": "left", "baseline": "line-bottom", "y": -4, "aria": False}
    above["dy"] = {"expr": "-13 * (length(datum.layer) - 1)"}
    text = {"type": "text", "fontSize": 10, "aria": False}
    written = {"x": {**x, "field": "at"}, "y": y, "text": {"field": "text"}}
    layers = [
        layer(heads, shade, {"x": x, "x2": {"field": "end"}}),
        layer(heads, {**above, "lineHeight": 13}, {"x": x, "text": {"field": "layer"}}),
        layer(rows, "bar", {"x": x, "y": y, **drawn, "description": {"field": "tip"}}),
    ]
    for place, side in PLACES.items():
        there = [row for row in rows if row["place"] == place]
        layers.append(layer(there, {**text, **side}, written))
    size = {"width": width, "height": max(21, 5 + 13 * lines) * (len(kinds) + 1)}
    spec = styled(heading(title, notes), **size, layer=layers)
    told = [
        {"name": who, "layer": of, "Share, %": share}
        for of, held in shares.items()
        for who, share in [
            *((who, held[who]) for who in kinds),
            (SUM, sum(held[who] for who in kinds)),
        ]
    ]
    return Figure(name, spec, "Waterfall", told, "layer")


def _step(left: float, column: float, start: float, end: float, text: str) -> Spec:
    """A bar between two shares of a column, and where there is room for its text."""
    x, x2 = (left + column * share / 100 for share in (start, end))
    room = measured(text, 10) + 3
    fits = "right" if left + column - x2 >= room else "left" if x - left >= room else "inside"
    return {"x": x, "x2": x2, "text": text, "place": fits, "at": x if fits == "left" else x2}


def _added_points(value: float) -> str:
    if 0 < value < 0.05:
        return "<0.1"
    return f"+{value:.{0 if value >= 9.5 else 1}f}" if value else "0"
