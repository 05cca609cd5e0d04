"""Charts of coercion: partial cuts as curves, own loss against the target's, a network of grips."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paxsilica.report.look import EMPTY, FAINT, LETTER, Rows, Spec, heading, styled

HUES = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's colours; who comes after them is grey."""

OTHERS = "others"

FIELD, RADIUS, MIDDLE = 720, 268, 360
"""Pixels of the network's square, of its circle, and of its middle."""

ACROSS, UP = 560, 460
"""Pixels of the scatter's field."""

MARGIN = 11
"""Pixels that an arrow keeps from the middle of a node beyond its own radius."""


# ---- curves and points ---------------------------------------------------------------------------------------


def curves(
    rows: Rows,
    axis_titles: tuple[str, str],
    title: str,
    notes: Sequence[str],
    colours: Mapping[str, str],
) -> Spec:
    """Lines over shares: rows hold `x`, `value`, `who` (a key of `colours`), `when` (solid, then dashed)."""
    order = list(dict.fromkeys(row["when"] for row in rows))
    x, y = (
        {
            "field": field,
            "type": "quantitative",
            "title": name,
            "axis": {"gridColor": FAINT, "tickCount": 6},
        }
        for field, name in (("x", axis_titles[0]), ("value", axis_titles[1]))
    )
    legend = {
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "columnPadding": 24,
        "symbolType": "stroke",
        "symbolSize": 700,
    }
    dash = {
        "field": "when",
        "type": "nominal",
        "scale": {"domain": order, "range": [[1, 0], [6, 4]][: len(order)]},
        "legend": legend,
    }
    return styled(
        {
            "title": heading(title, notes, 660),
            "data": {"values": rows},
            "width": 600,
            "height": 260,
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {"x": x, "y": y, "color": _hues(colours, legend), "strokeDash": dash},
        }
    )


def scatter(
    rows: Rows,
    axis_titles: tuple[str, str],
    title: str,
    notes: Sequence[str],
    colours: Mapping[str, str],
) -> Spec:
    """Points on two logarithmic axes with the line where both are equal.

    Rows hold `x` and `y` above zero, `who` (a key of `colours`), `label` ("" for most), and `tip`. Of labels that would
    lie on each other the higher is written.
    """
    low, high = (
        10 ** end(math.log10(pick(row[axis] for row in rows for axis in "xy")))
        for pick, end in ((min, math.floor), (max, math.ceil))
    )
    powers = [10.0**power for power in range(round(math.log10(low)), round(math.log10(high)) + 1)]
    x, y = (
        {
            "field": field,
            "type": "quantitative",
            "title": name,
            "scale": {"type": "log", "domain": [low, high]},
            "axis": {"gridColor": FAINT, "values": powers, "format": "~r"},
        }
        for field, name in zip("xy", axis_titles, strict=True)
    )
    legend = {"title": "Sender", "orient": "right", "symbolType": "circle", "symbolOpacity": 1}
    ends = [{"x": low, "y": low}, {"x": high, "y": high}]
    line = {"type": "line", "color": EMPTY, "strokeDash": [5, 4], "aria": False}
    text = {"type": "text", "align": "left", "dx": 6, "fontSize": 11, "aria": False}
    return styled(
        {
            "title": heading(title, notes),
            "width": ACROSS,
            "height": UP,
            "layer": [
                {"data": {"values": ends}, "mark": line, "encoding": {"x": x, "y": y}},
                {
                    "data": {"values": rows},
                    "mark": {"type": "circle", "size": 26, "opacity": 0.7},
                    "encoding": {
                        "x": x,
                        "y": y,
                        "color": _hues(colours, legend),
                        "description": {"field": "tip"},
                    },
                },
                {
                    "data": {"values": _apart(rows, low, high)},
                    "mark": text,
                    "encoding": {"x": x, "y": y, "text": {"field": "label"}},
                },
            ],
        }
    )


def _apart(rows: Rows, low: float, high: float) -> Rows:
    """The rows with labels, highest first, whose labels do not lie on one before them."""
    span = math.log10(high / low)
    kept: Rows = []
    boxes: list[tuple[float, float, float]] = []
    for row in sorted(rows, key=lambda row: -row["y"]):
        x, y = ACROSS * math.log10(row["x"] / low) / span, UP * math.log10(row["y"] / low) / span
        width = LETTER * len(row["label"]) + 6
        if row["label"] and all(abs(y - b) > 13 or x > a + w or a > x + width for a, b, w in boxes):
            boxes.append((x, y, width))
            kept.append(row)
    return kept


def _hues(colours: Mapping[str, str], legend: Spec) -> Spec:
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {"field": "who", "type": "nominal", "scale": scale, "legend": legend}


def hues(ranked: Sequence[str]) -> dict[str, str]:
    """A colour for each of the first names, grey for the others."""
    named = dict(zip(ranked, HUES, strict=False))
    return named if len(ranked) <= len(HUES) else {**named, OTHERS: EMPTY}


# ---- network -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """A region on the circle; `size` is its income, in any unit."""

    id: str
    label: str
    size: float
    tip: str


@dataclass(frozen=True)
class Arrow:
    """A grip; `who` is a key of the colours, `weight` a loss in any unit."""

    start: str
    end: str
    weight: float
    who: str
    tip: str


def network(
    nodes: Sequence[Node],
    arrows: Sequence[Arrow],
    colours: Mapping[str, str],
    title: str,
    notes: Sequence[str],
) -> Spec:
    """Regions on a circle in their order, clockwise from the top, and who holds whom: thicker is stronger."""
    largest = max(node.size for node in nodes)
    radii = {node.id: 4 + 18 * math.sqrt(node.size / largest) for node in nodes}
    places = _circle(nodes)
    strongest = max(arrow.weight for arrow in arrows)
    lines, heads = _drawn(arrows, places, radii, strongest)
    axis = {"type": "quantitative", "axis": None}
    x = {"field": "x", **axis, "scale": {"domain": [0, FIELD], "nice": False}}
    y = {"field": "y", **axis, "scale": {"domain": [FIELD, 0], "nice": False}}
    raw = {"type": "quantitative", "scale": None, "legend": None}
    legend = {"title": "Sender", "orient": "right", "symbolType": "stroke", "symbolStrokeWidth": 4}
    colour = _hues(colours, legend)
    dots = [
        {
            "x": places[n.id][0],
            "y": places[n.id][1],
            "area": math.pi * radii[n.id] ** 2,
            "tip": n.tip,
        }
        for n in nodes
    ]
    layers = [
        (
            {"type": "line", "interpolate": "basis", "opacity": 0.75, "aria": False},
            lines,
            {
                "x": x,
                "y": y,
                "color": colour,
                "detail": {"field": "arrow"},
                "order": {"field": "step"},
                "strokeWidth": {"field": "width", **raw},
            },
        ),
        (
            {"type": "point", "shape": "triangle", "filled": True, "opacity": 1},
            heads,
            {
                "x": x,
                "y": y,
                "color": colour,
                "angle": {"field": "angle", **raw},
                "size": {"field": "area", **raw},
                "description": {"field": "tip"},
            },
        ),
        (
            {"type": "point", "shape": "circle", "filled": True, "color": "#777777", "opacity": 1},
            dots,
            {"x": x, "y": y, "size": {"field": "area", **raw}, "description": {"field": "tip"}},
        ),
        *_labels(nodes, places, radii, x, y),
    ]
    return styled(
        {
            "title": heading(title, notes),
            "width": FIELD,
            "height": FIELD,
            "layer": [
                {"data": {"values": rows}, "mark": mark, "encoding": how}
                for mark, rows, how in layers
            ],
        }
    )


Places = Mapping[str, tuple[float, float]]


def _circle(nodes: Sequence[Node]) -> Places:
    turn = 2 * math.pi / len(nodes)
    return {
        node.id: (MIDDLE + RADIUS * math.sin(turn * at), MIDDLE - RADIUS * math.cos(turn * at))
        for at, node in enumerate(nodes)
    }


def _drawn(
    arrows: Sequence[Arrow], places: Places, radii: Mapping[str, float], strongest: float
) -> tuple[Rows, Rows]:
    """Lines that bend to the middle, of three points each, and the heads at their ends."""
    lines: Rows = []
    heads: Rows = []
    for arrow in arrows:
        start, end = places[arrow.start], places[arrow.end]
        bend = tuple(
            MIDDLE + 0.35 * ((a + b) / 2 - MIDDLE) for a, b in zip(start, end, strict=True)
        )
        toward = math.atan2(end[1] - bend[1], end[0] - bend[0])
        gap = radii[arrow.end] + MARGIN
        tip = (end[0] - gap * math.cos(toward), end[1] - gap * math.sin(toward))
        width = 0.8 + 6 * arrow.weight / strongest
        lines += [
            {
                "arrow": f"{arrow.start} {arrow.end}",
                "step": step,
                "x": x,
                "y": y,
                "who": arrow.who,
                "width": width,
            }
            for step, (x, y) in enumerate((start, bend, tip))
        ]
        heads.append(
            {
                "x": tip[0],
                "y": tip[1],
                "angle": math.degrees(toward) + 90,
                "area": 60 + 26 * width,
                "who": arrow.who,
                "tip": arrow.tip,
            }
        )
    return lines, heads


def _labels(
    nodes: Sequence[Node], places: Places, radii: Mapping[str, float], x: Spec, y: Spec
) -> list[tuple[Spec, Rows, Spec]]:
    """Names outside the circle, turned to it from both sides so that none overlaps the next."""
    sides: dict[str, Rows] = {"left": [], "right": []}
    for node in nodes:
        a, b = places[node.id]
        out = math.atan2(b - MIDDLE, a - MIDDLE)
        gap = radii[node.id] + 5
        row = {"x": a + gap * math.cos(out), "y": b + gap * math.sin(out), "label": node.label}
        right = math.cos(out) >= -1e-9
        sides["left" if right else "right"].append(
            {**row, "angle": math.degrees(out) if right else math.degrees(out) + 180}
        )
    turned = {"field": "angle", "type": "quantitative", "scale": None, "legend": None}
    return [
        (
            {"type": "text", "align": align, "baseline": "middle", "aria": False},
            rows,
            {"x": x, "y": y, "text": {"field": "label"}, "angle": turned},
        )
        for align, rows in sides.items()
        if rows
    ]
