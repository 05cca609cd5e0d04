"""Charts of dependencies and chains: heatmap, dumbbells, the chain as a flow, bars of days, a path over time."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paxsilica.report.look import (
    BARS,
    EMPTY,
    FAINT,
    LETTER,
    NAMES,
    TEXT,
    Rows,
    Spec,
    heading,
    layer,
    styled,
)

TRUSTED, OTHERS, UNNAMED = "#0072B2", "#E69F00", "#BBBBBB"
"""Okabe and Ito's blue and orange, and grey for suppliers whom no source names."""

FACE, LOOK = "#56B4E9", "#D55E00"

CELL, LABEL, NAME = 30, 30, 36
"""Pixels of a cell's width at least; letters of a column's and of a row's name at most."""

NODE_WIDTH, NODE_HEIGHT, ROW, COLUMN, GAP = 168, 12, 40, 262, 12
"""Pixels of a stage's bar; from one row and one column to the next; between a name and the next column."""


@dataclass(frozen=True)
class StageBar:
    """A stage of a flow diagram: `parts` are shares of its bar by kind, which sum to at most 1."""

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
    short = {column: textwrap.shorten(column, LABEL, placeholder="…") for column in columns}
    known, unknown = "isValid(datum.value)", "!isValid(datum.value)"
    colour = {
        "field": "value",
        "type": "quantitative",
        "scale": {"scheme": "blues", "domain": [0, top], "clamp": True},
        "legend": {
            "title": legend,
            "orient": "bottom",
            "gradientLength": 320,
            "gradientThickness": 12,
        },
    }
    dark = f"datum.value > {0.55 * top}"
    return styled(
        {
            "title": heading(title, notes, wide),
            "data": {"values": [{**cell, "column": short[cell["column"]]} for cell in cells]},
            "width": {"step": width},
            "height": {"step": 22},
            "encoding": {
                "y": {"field": "row", "type": "nominal", "sort": list(rows), "axis": NAMES},
                "x": {
                    "field": "column",
                    "type": "nominal",
                    "sort": list(short.values()),
                    "axis": {**NAMES, "orient": "top", "labelAngle": -50, "labelAlign": "left"},
                },
                "description": {"field": "tip"},
            },
            "layer": [
                {
                    "transform": [{"filter": unknown}],
                    "mark": {"type": "rect", "color": EMPTY, "opacity": 0.35},
                },
                {"transform": [{"filter": known}], "mark": "rect", "encoding": {"color": colour}},
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
    rows = _fitting(rows)
    points = [
        {"label": row["label"], "which": name, "value": row[key], "tip": row["tip"]}
        for row in rows
        for key, name in (("a", names[0]), ("b", names[1]))
    ]
    high = max((max(row["a"], row["b"]) for row in rows), default=0.0) or 1.0
    room = max((len(row["text"]) for row in rows), default=0) * LETTER
    scale = {"domain": [0, high * BARS / (BARS - room - 8)], "nice": False}
    y = {"field": "label", "type": "nominal", "sort": [row["label"] for row in rows], "axis": NAMES}
    colour = _coloured("which", dict(zip(names, (FACE, LOOK), strict=True)), symbolOpacity=1)
    x = {
        "type": "quantitative",
        "title": axis_title,
        "scale": scale,
        "axis": {"tickCount": 5, "gridColor": FAINT},
    }
    return styled(
        {
            "title": heading(title, notes),
            "width": BARS,
            "height": {"step": 19},
            "layer": [
                {
                    "data": {"values": rows},
                    "mark": {"type": "rule", "color": EMPTY, "strokeWidth": 3, "aria": False},
                    "encoding": {"y": y, "x": {"field": "a", **x}, "x2": {"field": "b"}},
                },
                {
                    "data": {"values": points},
                    "mark": {"type": "circle", "size": 74, "opacity": 1},
                    "encoding": {
                        "y": y,
                        "x": {"field": "value", **x},
                        "color": colour,
                        "description": {"field": "tip"},
                    },
                },
                {
                    "data": {"values": [{**row, "end": max(row["a"], row["b"])} for row in rows]},
                    "mark": {"type": "text", "align": "left", "dx": 9, "aria": False},
                    "encoding": {"y": y, "x": {"field": "end", **x}, "text": {"field": "text"}},
                },
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
    rows = _fitting(rows)
    high = max((row["value"] for row in rows), default=0.0) or 1.0
    room = max((len(row["text"]) for row in rows), default=0) * LETTER
    y = {"field": "label", "type": "nominal", "sort": [row["label"] for row in rows], "axis": NAMES}
    x = {
        "field": "value",
        "type": "quantitative",
        "title": axis_title,
        "scale": {"domain": [0, high * BARS / (BARS - room - 6)], "nice": False},
        "axis": {
            "gridColor": FAINT,
            **({"values": [0, 20, 40, 60, 80, 100]} if whole else {"tickCount": 5}),
        },
    }
    kinds = {kind: c for kind, c in colours.items() if any(row["kind"] == kind for row in rows)}
    colour = _coloured("kind", kinds, symbolType="square")
    return styled(
        {
            "title": heading(title, notes),
            "data": {"values": rows},
            "width": BARS,
            "height": {"step": 19},
            "encoding": {
                "y": {**y, "scale": {"paddingInner": 0.25}},
                "x": x,
                "description": {"field": "tip"},
            },
            "layer": [
                {"mark": "bar", "encoding": {"color": colour}},
                {
                    "mark": {"type": "text", "align": "left", "dx": 4, "aria": False},
                    "encoding": {"text": {"field": "text"}},
                },
            ],
        }
    )


def _fitting(rows: Rows) -> Rows:
    """The rows with labels that a margin has room for; the tooltip keeps the whole."""
    return [{**row, "label": textwrap.shorten(row["label"], NAME, placeholder="…")} for row in rows]


def _coloured(field: str, colours: Mapping[str, str], **symbol: Any) -> Spec:
    """The colour of a kind, with a legend above where there is more than one."""
    legend = {"title": None, "orient": "top", "direction": "horizontal", "columnPadding": 24}
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": list(colours), "range": list(colours.values())},
        "legend": {**legend, **symbol} if len(colours) > 1 else None,
    }


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


# ---- the chain as a flow -----------------------------------------------------------------------


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
        colours: kinds of suppliers, in the order in which the bars are filled.
    """
    tallest = max(map(len, columns))
    width, height = COLUMN * len(columns) - GAP, ROW * tallest
    places = {
        node.id: (COLUMN * at, height * (row + 0.5) / len(column))
        for at, column in enumerate(columns)
        for row, node in enumerate(column)
    }
    nodes = [node for column in columns for node in column]
    axis = {"type": "quantitative", "axis": None}
    x = {"field": "x", "scale": {"domain": [0, width], "nice": False}, **axis}
    y = {"field": "y", "scale": {"domain": [height, 0], "nice": False}, **axis}
    box = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}}
    stroke = {"field": "stroke", "type": "quantitative", "scale": None, "legend": None}
    line = {"type": "line", "interpolate": "basis", "color": FAINT, "strokeWidth": 1.4}
    text = {"type": "text", "align": "left", "baseline": "bottom", "dy": -3, "limit": COLUMN - GAP}
    coloured = {
        "color": _coloured("kind", colours, symbolType="square"),
        "description": {"field": "tip"},
    }
    boxes = [_boxed(node, *places[node.id]) for node in nodes]
    filled = [part for node in nodes for part in _bar_parts(node, *places[node.id], list(colours))]
    layers = [
        layer(
            _curves(edges, places),
            {**line, "aria": False},
            {"x": x, "y": y, "detail": {"field": "edge"}, "order": {"field": "step"}},
        ),
        layer(filled, {"type": "rect", "stroke": None}, {**box, **coloured}),
        layer(
            boxes,
            {"type": "rect", "fill": None, "stroke": TEXT, "aria": False},
            {**box, "strokeWidth": stroke},
        ),
        layer(boxes, {**text, "aria": False}, {"x": x, "y": y, "text": {"field": "label"}}),
    ]
    return styled(
        {"title": heading(title, notes, width), "width": width, "height": height, "layer": layers}
    )


def _curves(edges: Sequence[tuple[str, str]], places: Mapping[str, tuple[float, float]]) -> Rows:
    """From the end of one bar to the beginning of another, bent in the middle."""
    rows: Rows = []
    for start, end in edges:
        (x0, y0), (x1, y1) = places[start], places[end]
        x0, middle = x0 + NODE_WIDTH, NODE_HEIGHT / 2
        bend = (x0 + x1) / 2
        points = [(x0, y0), (bend, y0), (bend, y1), (x1, y1)]
        edge = f"{start} {end}"
        rows += [
            {"edge": edge, "step": k, "x": x, "y": y + middle} for k, (x, y) in enumerate(points)
        ]
    return rows


def _bar_parts(node: StageBar, x: float, y: float, kinds: Sequence[str]) -> Rows:
    """A stage's bar, part by part."""
    rows: Rows = []
    for kind in kinds:
        end = x + node.parts.get(kind, 0.0) * NODE_WIDTH
        if end > x:
            box = {"x": x, "x2": end, "y": y, "y2": y + NODE_HEIGHT}
            rows.append({**box, "kind": kind, "tip": node.tip})
        x = end
    return rows


def _boxed(node: StageBar, x: float, y: float) -> dict[str, Any]:
    """The frame of a stage's bar, and its name."""
    box = {"x": x, "x2": x + NODE_WIDTH, "y": y, "y2": y + NODE_HEIGHT}
    return {**box, "stroke": 2.6 if node.marked else 0.6, "label": node.label}
