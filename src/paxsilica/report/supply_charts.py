"""Charts of dependencies and chains: heatmap, dumbbells, the chain as a flow, bars of days, a path over time."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
class Node:
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
    rows = _named(rows)
    points = [
        {"label": row["label"], "which": name, "value": row[key], "tip": row["tip"]}
        for row in rows
        for key, name in (("a", names[0]), ("b", names[1]))
    ]
    high = max((max(row["a"], row["b"]) for row in rows), default=0.0) or 1.0
    room = max((len(row["text"]) for row in rows), default=0) * LETTER
    scale = {"domain": [0, high * BARS / (BARS - room - 8)], "nice": False}
    y = {"field": "label", "type": "nominal", "sort": [row["label"] for row in rows], "axis": NAMES}
    colour = {
        "field": "which",
        "type": "nominal",
        "scale": {"domain": list(names), "range": [FACE, LOOK]},
        "legend": {
            "title": None,
            "orient": "top",
            "direction": "horizontal",
            "columnPadding": 24,
            "symbolOpacity": 1,
        },
    }
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
    rows = _named(rows)
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
    kinds = [kind for kind in colours if any(row["kind"] == kind for row in rows)]
    legend = {
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "columnPadding": 24,
        "symbolType": "square",
    }
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": kinds, "range": [colours[kind] for kind in kinds]},
        "legend": legend if len(kinds) > 1 else None,
    }
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


def _named(rows: Rows) -> Rows:
    """The rows with labels that a margin has room for; the tooltip keeps the whole."""
    return [{**row, "label": textwrap.shorten(row["label"], NAME, placeholder="…")} for row in rows]


def path(
    rows: Rows, axis_title: str, title: str, notes: Sequence[str], colours: Mapping[str, str]
) -> Spec:
    """Steps over days, in per cent: rows hold `day`, `value`, `which` (a key of `colours`)."""
    colour = {
        "field": "which",
        "type": "nominal",
        "scale": {"domain": list(colours), "range": list(colours.values())},
        "legend": {
            "title": None,
            "orient": "top",
            "direction": "horizontal",
            "symbolType": "stroke",
        }
        if len(colours) > 1
        else None,
    }
    days = {
        "field": "day",
        "type": "quantitative",
        "title": "Days after the cut",
        "axis": {"gridColor": FAINT},
    }
    value = {
        "field": "value",
        "type": "quantitative",
        "title": axis_title,
        "scale": {"domain": [0, 100]},
        "axis": {"gridColor": FAINT, "tickCount": 6},
    }
    return styled(
        {
            "title": heading(title, notes, 640),
            "data": {"values": rows},
            "width": 600,
            "height": 240,
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5},
            "encoding": {"x": {**days, "scale": {"nice": False}}, "y": value, "color": colour},
        }
    )


# ---- the chain as a flow -------------------------------------------------------------------------------------


def flow(
    columns: Sequence[Sequence[Node]],
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
    places = _places(columns)
    tallest = max(len(column) for column in columns)
    width, height = COLUMN * len(columns) - GAP, ROW * tallest
    nodes = [node for column in columns for node in column]
    kinds = [kind for kind in colours if any(node.parts.get(kind, 0) > 0 for node in nodes)]
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, width], "nice": False},
        "axis": None,
    }
    y = {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [height, 0], "nice": False},
        "axis": None,
    }
    box = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"}}
    legend = {
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "columnPadding": 24,
        "symbolType": "square",
    }
    scale = {"domain": kinds, "range": [colours[kind] for kind in kinds]}
    colour = {"field": "kind", "type": "nominal", "scale": scale, "legend": legend}
    stroke = {"field": "stroke", "type": "quantitative", "scale": None, "legend": None}
    curves = {
        "type": "line",
        "interpolate": "basis",
        "color": FAINT,
        "strokeWidth": 1.4,
        "aria": False,
    }
    labels = {
        "type": "text",
        "align": "left",
        "baseline": "bottom",
        "dy": -3,
        "limit": COLUMN - GAP,
        "aria": False,
    }
    layers = [
        _layer(
            _curves(edges, places),
            curves,
            {"x": x, "y": y, "detail": {"field": "edge"}, "order": {"field": "step"}},
        ),
        _layer(
            _bars(nodes, places, kinds),
            {"type": "rect", "stroke": None},
            {**box, "color": colour, "description": {"field": "tip"}},
        ),
        _layer(
            _frames(nodes, places),
            {"type": "rect", "fill": None, "stroke": TEXT, "aria": False},
            {**box, "strokeWidth": stroke},
        ),
        _layer(_labels(nodes, places), labels, {"x": x, "y": y, "text": {"field": "label"}}),
    ]
    return styled(
        {"title": heading(title, notes, width), "width": width, "height": height, "layer": layers}
    )


def _layer(rows: Rows, mark: Spec, encoding: Spec) -> Spec:
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


Places = Mapping[str, tuple[float, float]]


def _places(columns: Sequence[Sequence[Node]]) -> Places:
    """Left edge and top of every node's bar; short columns are spread over the height of the tallest."""
    tallest = max(len(column) for column in columns)
    return {
        node.id: (COLUMN * c, ROW * tallest * (r + 0.5) / len(column))
        for c, column in enumerate(columns)
        for r, node in enumerate(column)
    }


def _curves(edges: Sequence[tuple[str, str]], places: Places) -> Rows:
    rows: Rows = []
    for start, end in edges:
        (x0, y0), (x1, y1) = places[start], places[end]
        x0, middle = x0 + NODE_WIDTH, y0 + NODE_HEIGHT / 2
        bend = (x0 + x1) / 2
        points = [
            (x0, middle),
            (bend, middle),
            (bend, y1 + NODE_HEIGHT / 2),
            (x1, y1 + NODE_HEIGHT / 2),
        ]
        rows += [
            {"edge": f"{start} {end}", "step": k, "x": x, "y": y} for k, (x, y) in enumerate(points)
        ]
    return rows


def _bars(nodes: Sequence[Node], places: Places, kinds: Sequence[str]) -> Rows:
    rows: Rows = []
    for node in nodes:
        x, y = places[node.id]
        for kind in kinds:
            part = node.parts.get(kind, 0.0) * NODE_WIDTH
            if part > 0:
                rows.append(
                    {
                        "x": x,
                        "x2": x + part,
                        "y": y,
                        "y2": y + NODE_HEIGHT,
                        "kind": kind,
                        "tip": node.tip,
                    }
                )
                x += part
    return rows


def _frames(nodes: Sequence[Node], places: Places) -> Rows:
    return [
        {
            "x": places[node.id][0],
            "x2": places[node.id][0] + NODE_WIDTH,
            "y": places[node.id][1],
            "y2": places[node.id][1] + NODE_HEIGHT,
            "stroke": 2.6 if node.marked else 0.6,
        }
        for node in nodes
    ]


def _labels(nodes: Sequence[Node], places: Places) -> Rows:
    return [
        {"x": places[node.id][0], "y": places[node.id][1], "label": node.label} for node in nodes
    ]
