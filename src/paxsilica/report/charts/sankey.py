"""Streams: amounts that flow from one column of nodes to the next, as wide as they are large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from paxsilica.report import words
from paxsilica.report.charts.theme import (
    TEXT,
    Figure,
    Rows,
    Spec,
    coloured,
    drawn,
    layer,
    measured,
    pixels,
    wrapped,
)

TALL, NODE, SLOT, BETWEEN = 300, 9, 31, 150
"""Pixels of the tallest column's amounts, of a node's width, of a node's two lines, of a middle column's names."""

EDGE_POINTS = 14
"""Points along the edge of a stream."""

SIDE = 132
"""Pixels of names left and right of the outer columns, at most."""


@dataclass(frozen=True)
class Node:
    """A node of a column; `text` stands below its name."""

    id: str
    label: str
    text: str = ""


@dataclass(frozen=True)
class Stream:
    """What flows from a node to one of the next column: a positive amount, of a kind that has a colour."""

    start: str
    end: str
    amount: float
    kind: str
    tip: str


def streams(
    name: str,
    title: str,
    columns: Sequence[Sequence[Node]],
    flows: Sequence[Stream],
    axis: str,
    colours: Mapping[str, str],
    notes: Sequence[str] = (),
    heads: tuple[str, str] = ("From", "To"),
) -> Figure:
    """Columns of nodes from left to right and the streams between neighbours; a node is as tall as the larger of what flows
    in and out. Names stand left of the first column, right of the last, and on the streams between.

    Args:
        axis: what is measured, with its unit, for the table behind. colours: of the kinds.
    """
    size = {node.id: _through(node.id, flows) for column in columns for node in column}
    largest = max(sum(size[node.id] for node in column) for column in columns) or 1.0
    scale = TALL / largest
    sides = [
        max((measured(n.label) for n in column), default=0.0)
        for column in (columns[0], columns[-1])
    ]
    left, right = (min(SIDE, side) + 8 for side in sides)
    step = NODE + BETWEEN
    height = max(_height(column, size, scale) for column in columns)
    width = left + (len(columns) - 1) * step + NODE + right
    rows: dict[str, Rows] = {"nodes": [], "texts": []}
    top = dict[str, float]()
    for at, column in enumerate(columns):
        x, y = left + at * step, (height - _height(column, size, scale)) / 2
        for node in column:
            tall = max(size[node.id] * scale, 0.5)
            slot = max(tall, SLOT)
            top[node.id] = y + (slot - tall) / 2
            rows["nodes"].append(
                {"x": x, "x2": x + NODE, "y": top[node.id], "y2": top[node.id] + tall}
            )
            rows["texts"] += _node_text(node, x, y + slot / 2, at, len(columns))
            y += slot + 6
    edges = [*_edges(columns, flows, top, scale, left, step)]
    axes = pixels(width, height)
    kind = {
        "color": coloured("kind", colours),
        "description": {"field": "tip"},
        "detail": {"field": "stream"},
    }
    area: Spec = {"type": "area", "opacity": 0.55, "interpolate": "monotone"}
    text: Spec = {"type": "text", "fontSize": 12, "baseline": "middle", "aria": False}
    text |= {key: {"expr": f"datum.{key}"} for key in ("align", "fontWeight")}
    labels = {node.id: node.label for column in columns for node in column}
    return drawn(
        name,
        title,
        notes,
        "Streams",
        [{heads[0]: labels[f.start], heads[1]: labels[f.end], axis: f.amount} for f in flows],
        "",
        width,
        width=width,
        height=height,
        layer=[
            layer(edges, area, {**axes, "y2": {"field": "y2"}, **kind}),
            layer(
                rows["nodes"],
                {"type": "rect", "fill": TEXT, "stroke": None, "aria": False},
                {**axes, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
            ),
            layer(rows["texts"], text, {**axes, "text": {"field": "text"}}),
        ],
    )


def _through(node: str, flows: Sequence[Stream]) -> float:
    return max(
        sum(f.amount for f in flows if f.start == node),
        sum(f.amount for f in flows if f.end == node),
    )


def _height(column: Sequence[Node], size: Mapping[str, float], scale: float) -> float:
    return sum(max(size[node.id] * scale, SLOT) + 6 for node in column) - 6


def _node_text(
    node: Node, x: float, middle: float, at: int, columns: int
) -> Iterator[dict[str, object]]:
    """The lines of a node's name, and what stands below it in bold."""
    first, last = at == 0, at == columns - 1
    align, place = ("right", x - 5) if first else ("left", x + NODE + 5)
    room = SIDE if first or last else BETWEEN - 8
    lines = wrapped(node.label, room, most=1 if node.text else 2)
    lines += [node.text] if node.text else []
    for row, line in enumerate(lines):
        y = middle + 14 * (row - (len(lines) - 1) / 2)
        weight = "bold" if row and line == node.text else "normal"
        yield {"x": place, "y": y, "text": words.tied(line), "align": align, "fontWeight": weight}


def _edges(
    columns: Sequence[Sequence[Node]],
    flows: Sequence[Stream],
    top: Mapping[str, float],
    scale: float,
    left: float,
    step: float,
) -> Iterator[dict[str, object]]:
    """Points along both edges of every stream; at each node streams lie in the order of the nodes at their other end."""
    column = {node.id: at for at, nodes in enumerate(columns) for node in nodes}
    order = {node.id: at for at, node in enumerate(n for nodes in columns for n in nodes)}
    out, into = dict(top), dict(top)
    starts, ends = dict[int, float](), dict[int, float]()
    ranked = sorted(range(len(flows)), key=lambda k: (order[flows[k].start], order[flows[k].end]))
    for k in ranked:
        starts[k] = out[flows[k].start]
        out[flows[k].start] += flows[k].amount * scale
    for k in sorted(ranked, key=lambda k: (order[flows[k].end], order[flows[k].start])):
        ends[k] = into[flows[k].end]
        into[flows[k].end] += flows[k].amount * scale
    for k in ranked:
        f = flows[k]
        x0 = left + column[f.start] * step + NODE
        x1 = left + column[f.end] * step
        for point in range(EDGE_POINTS + 1):
            share = point / EDGE_POINTS
            eased = share * share * (3 - 2 * share)
            y = starts[k] + (ends[k] - starts[k]) * eased
            shape = {"x": x0 + (x1 - x0) * share, "y": y, "y2": y + f.amount * scale}
            yield {**shape, "kind": f.kind, "tip": f.tip, "stream": str(k)}
