"""Charts of dependencies and chains: heatmap, dumbbells, the chain as a flow, bars of days, a path over time."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paxsilica.report.look import (
    BARS,
    EMPTY,
    FAINT,
    GRADIENT,
    LETTER,
    NAMES,
    TEXT,
    Rows,
    Spec,
    coloured,
    heading,
    layer,
    row_axes,
    row_bars,
    styled,
)

TRUSTED, OTHERS, UNNAMED = "#0072B2", "#E69F00", "#BBBBBB"
"""Okabe and Ito's blue and orange, and grey for suppliers whom no source names."""

FACE, LOOK = "#56B4E9", "#D55E00"

CELL, LABEL, NAME = 30, 185, 36
"""Pixels of a cell's width at least, of a column's name at most; letters of a row's name at most."""

NODE_WIDTH, NODE_HEIGHT, ROW, COLUMN, GAP = 168, 12, 40, 262, 12
"""Pixels of a stage's bar; from one row and one column to the next; between a name and the next column."""


@dataclass(frozen=True)
class StageBar:
    """A stage of a flow diagram: `parts` are shares of its bar by kind, filled in this order, at most 1 in all."""

    id: str
    label: str
    parts: Mapping[str, float]
    tip: str
    marked: bool = False


def heatmap(
    cells: Rows,
    rows: Sequence[str],
    columns: Sequence[str],
    legend: str,
    title: str,
    notes: Sequence[str],
    top: float,
) -> Spec:
    """Cells `row`, `column`, `value` (None: no data), `text`, `tip`; white at zero, darkest at `top` and beyond."""
    width = max(CELL, min(46, 620 // max(1, len(columns))))
    wide = max(400, int(width * len(columns) + LETTER * max((len(row) for row in rows), default=0)))
    slanted = {"orient": "top", "labelAngle": -50, "labelAlign": "left", "labelLimit": LABEL}
    colour = {
        "condition": {"test": "datum.value === null", "value": f"{EMPTY}59"},  # a third opaque
        "field": "value",
        "type": "quantitative",
        "scale": {"scheme": "blues", "domain": [0, top], "clamp": True},
        "legend": {**GRADIENT, "title": legend},
    }
    dark = f"datum.value > {0.55 * top}"
    return styled(
        {
            "title": heading(title, notes, wide),
            "data": {"values": cells},
            "width": {"step": width},
            "height": {"step": 22},
            "encoding": {
                "y": {"field": "row", "type": "nominal", "sort": list(rows), "axis": NAMES},
                "x": {
                    "field": "column",
                    "type": "nominal",
                    "sort": list(columns),
                    "axis": {**NAMES, **slanted},
                },
                "description": {"field": "tip"},
            },
            "layer": [
                {"mark": {"type": "rect", "invalid": None}, "encoding": {"color": colour}},
                {
                    "mark": {"type": "text", "fontSize": 10, "aria": False},
                    "encoding": {
                        "text": {"field": "text"},
                        "color": {"condition": {"test": dark, "value": "white"}, "value": "black"},
                    },
                },
            ],
        }
    )


def dumbbells(
    rows: Rows, axis_title: str, names: tuple[str, str], title: str, notes: Sequence[str]
) -> Spec:
    """Two points a row and the line between them; rows hold `label`, `a`, `b`, `text`, `tip`."""
    rows = [{**row, "end": max(row["a"], row["b"])} for row in _fitting(rows)]
    points = [
        {"label": row["label"], "which": name, "value": row[key], "tip": row["tip"]}
        for row in rows
        for key, name in zip("ab", names, strict=True)
    ]
    axes = row_axes(rows, [row["end"] for row in rows], axis_title)
    x, colours = axes["x"], dict(zip(names, (FACE, LOOK), strict=True))
    point = {
        "x": x,
        "color": coloured("which", colours, symbolType="circle", symbolOpacity=1),
        "description": {"field": "tip"},
    }
    ends = {"x": {**x, "field": "end"}, "text": {"field": "text"}}
    rule = {"type": "rule", "color": EMPTY, "strokeWidth": 3, "aria": False}
    text = {"type": "text", "align": "left", "dx": 9, "aria": False}
    return styled(
        {
            "title": heading(title, notes),
            "width": BARS,
            "height": {"step": 19},
            "encoding": {"y": axes["y"]},
            "layer": [
                layer(rows, rule, {"x": {**x, "field": "a"}, "x2": {"field": "b"}}),
                layer(points, {"type": "circle", "size": 74, "opacity": 1}, point),
                layer(rows, text, ends),
            ],
        }
    )


def bars(
    rows: Rows,
    axis_title: str,
    title: str,
    notes: Sequence[str],
    colours: Mapping[str, str],
    whole: bool = False,
) -> Spec:
    """Horizontal bars from zero; rows hold `label`, `value`, `kind` (a key of `colours`), `text` and `tip`.

    Args:
        whole: the values are shares of a whole in per cent, so that the axis is marked up to 100 only.
    """
    kinds = {kind: c for kind, c in colours.items() if any(row["kind"] == kind for row in rows)}
    marks = {"values": [0, 20, 40, 60, 80, 100]} if whole else {}
    drawn = row_bars(_fitting(rows), axis_title, coloured("kind", kinds), step=19, **marks)
    return styled({"title": heading(title, notes), **drawn})


def _fitting(rows: Rows) -> Rows:
    """The rows with labels that a margin has room for; the tooltip keeps the whole."""
    return [{**row, "label": textwrap.shorten(row["label"], NAME, placeholder="…")} for row in rows]


def path(rows: Rows, axis_title: str, title: str, notes: Sequence[str]) -> Spec:
    """Steps over days, in per cent: rows hold `day` and `value`."""
    day = {"field": "day", "title": "Days after the cut", "scale": {"nice": False}}
    value = {"field": "value", "title": axis_title, "scale": {"domain": [0, 100]}}
    axis = {"gridColor": FAINT, "tickCount": 6}
    mark = {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5, "color": TRUSTED}
    return styled(
        {
            "title": heading(title, notes, 640),
            "data": {"values": rows},
            "width": 600,
            "height": 240,
            "mark": mark,
            "encoding": {
                "x": {**day, "type": "quantitative", "axis": {"gridColor": FAINT}},
                "y": {**value, "type": "quantitative", "axis": axis},
            },
        }
    )


def flow(
    columns: Sequence[Sequence[StageBar]],
    edges: Sequence[tuple[str, str]],
    colours: Mapping[str, str],
    title: str,
    notes: Sequence[str],
) -> Spec:
    """Stages from left (first inputs) to right (final products), each with a bar of who makes it.

    Args:
        columns: the stages by their distance from the end, leftmost first.
        edges: from stage, to stage.
        colours: of the kinds of suppliers.
    """
    width, height = COLUMN * len(columns) - GAP, ROW * max(map(len, columns))
    frames: dict[str, dict[str, float]] = {}
    boxes, filled = [], []
    for at, column in enumerate(columns):
        for row, node in enumerate(column):
            left, top = COLUMN * at, height * (row + 0.5) / len(column)
            place = {"x": left, "x2": left + NODE_WIDTH, "y": top, "y2": top + NODE_HEIGHT}
            frames[node.id] = place
            boxes.append({**place, "stroke": 2.6 if node.marked else 0.6, "label": node.label})
            filled += _bar_parts(node, place)
    axis = {"type": "quantitative", "axis": None}
    x = {"field": "x", "scale": {"domain": [0, width], "nice": False}, **axis}
    y = {"field": "y", "scale": {"domain": [height, 0], "nice": False}, **axis}
    box = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}}
    stroke = {"field": "stroke", "type": "quantitative", "scale": None, "legend": None}
    line = {"type": "line", "interpolate": "basis", "color": FAINT, "strokeWidth": 1.4}
    text = {"type": "text", "align": "left", "baseline": "bottom", "dy": -3, "limit": COLUMN - GAP}
    frame = {"type": "rect", "fill": None, "stroke": TEXT, "aria": False}
    kind = {"color": coloured("kind", colours), "description": {"field": "tip"}}
    step = {"detail": {"field": "edge"}, "order": {"field": "step"}}
    layers = [
        layer(_curves(edges, frames), {**line, "aria": False}, {"x": x, "y": y, **step}),
        layer(filled, {"type": "rect", "stroke": None}, {**box, **kind}),
        layer(boxes, frame, {**box, "strokeWidth": stroke}),
        layer(boxes, {**text, "aria": False}, {"x": x, "y": y, "text": {"field": "label"}}),
    ]
    return styled(
        {"title": heading(title, notes, width), "width": width, "height": height, "layer": layers}
    )


def _curves(edges: Sequence[tuple[str, str]], frames: Mapping[str, Mapping[str, float]]) -> Rows:
    """From the end of one bar to the beginning of another, bent in the middle."""
    rows: Rows = []
    for edge in edges:
        start, end = (frames[id] for id in edge)
        bend = (start["x2"] + end["x"]) / 2
        across = [start["x2"], bend, bend, end["x"]]
        down = [start["y"], start["y"], end["y"], end["y"]]
        rows += [
            {"edge": " ".join(edge), "step": step, "x": x, "y": y + NODE_HEIGHT / 2}
            for step, (x, y) in enumerate(zip(across, down, strict=True))
        ]
    return rows


def _bar_parts(node: StageBar, frame: Mapping[str, float]) -> Rows:
    """A stage's bar, part by part."""
    rows: Rows = []
    x = frame["x"]
    for kind, share in node.parts.items():
        end = x + share * NODE_WIDTH
        if end > x:
            rows.append({**frame, "x": x, "x2": end, "kind": kind, "tip": node.tip})
        x = end
    return rows
