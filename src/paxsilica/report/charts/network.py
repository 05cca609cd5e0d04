"""Networks: who holds whom."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paxsilica.report.charts.theme import (
    OUTSIDE,
    WIDTH,
    Figure,
    Rows,
    coloured,
    drawn,
    layer,
    measured,
    pixels,
    wrapped,
)

MIDDLE, LONGEST = WIDTH / 2 * (1 + 1j), 130
"""The middle of the square, as x + iy; pixels of a name at most."""

CLEARANCE = 11
"""Pixels that an arrow keeps from the middle of a node beyond its own radius."""


@dataclass(frozen=True)
class Node:
    """A region on the circle; `size` is its income, in any unit."""

    id: str
    label: str
    size: float
    tip: str


@dataclass(frozen=True)
class Arrow:
    """A grip; `who` is a key of the colours, `weight` a change, whose size is the width."""

    start: str
    end: str
    weight: float
    who: str
    tip: str


def network(
    name: str,
    title: str,
    nodes: Sequence[Node],
    arrows: Sequence[Arrow],
    axis: str,
    colours: Mapping[str, str],
    notes: Sequence[str] = (),
) -> Figure:
    """Regions on a circle in their order, clockwise from the top, and who holds whom: thicker is stronger.

    Args:
        axis: what the weights of the arrows are, with their unit. colours: of those who hold.
    """
    largest, step = max(node.size for node in nodes), 2 * math.pi / len(nodes)
    written = [wrapped(node.label, LONGEST, 11, 1)[0] for node in nodes]
    reach = WIDTH / 2 - 30 - max(measured(label, 11) for label in written)
    places: dict[str, tuple[complex, float]] = {}
    dots: Rows = []
    labels: Rows = []
    for at, (node, label) in enumerate(zip(nodes, written, strict=True)):
        radius, bearing = 4 + 18 * math.sqrt(node.size / largest), step * at - math.pi / 2
        outward = cmath.rect(1.0, bearing)
        place = MIDDLE + reach * outward
        places[node.id] = place, radius
        dots.append({**_xy(place), "area": math.pi * radius**2, "tip": node.tip})
        turned = outward.real < -1e-9  # a name on the left is read towards the circle
        angle, side = math.degrees(bearing) + 180 * turned, "right" if turned else "left"
        beside = _xy(place + (radius + 5) * outward)
        labels.append({**beside, "label": label, "angle": angle, "align": side})
    lines, heads = _arrows(arrows, places)
    axes = pixels(WIDTH, WIDTH)
    as_given = {"type": "quantitative", "scale": None, "legend": None}
    width, area, turn = ({"field": key, **as_given} for key in ("width", "area", "angle"))
    colour = {"color": coloured("who", colours, symbolType="stroke", symbolStrokeWidth=4)}
    path = {"detail": {"field": "arrow"}, "order": {"field": "step"}, "strokeWidth": width}
    shown = {**axes, "size": area, "description": {"field": "tip"}}
    line = {"type": "line", "interpolate": "basis", "aria": False}
    point = {"type": "point", "filled": True, "opacity": 1}
    text = {"type": "text", "align": {"expr": "datum.align"}, "aria": False}
    names = {node.id: node.label for node in nodes}
    return drawn(
        name,
        title,
        notes,
        "Network",
        [{"from": names[a.start], "to": names[a.end], axis: a.weight} for a in arrows],
        width=WIDTH,
        height=WIDTH,
        layer=[
            layer(lines, line, {**axes, **colour, **path}),
            layer(heads, {**point, "shape": "triangle"}, {**shown, **colour, "angle": turn}),
            layer(dots, {**point, "shape": "circle", "color": OUTSIDE}, shown),
            layer(labels, text, {**axes, "text": {"field": "label"}, "angle": turn}),
        ],
    )


def _xy(place: complex) -> dict[str, float]:
    return {"x": place.real, "y": place.imag}


def _arrows(
    arrows: Sequence[Arrow], places: Mapping[str, tuple[complex, float]]
) -> tuple[Rows, Rows]:
    """Lines that bend to the middle, of three points each, and the heads at their ends."""
    lines: Rows = []
    heads: Rows = []
    strongest = max(abs(arrow.weight) for arrow in arrows)
    for arrow in arrows:
        (start, _), (end, radius) = places[arrow.start], places[arrow.end]
        bend = MIDDLE + 0.35 * ((start + end) / 2 - MIDDLE)
        toward = cmath.phase(end - bend)
        tip = end - cmath.rect(radius + CLEARANCE, toward)
        width = 0.8 + 6 * abs(arrow.weight) / strongest
        common = {"arrow": f"{arrow.start} {arrow.end}", "who": arrow.who, "width": width}
        lines += [{**common, "step": n, **_xy(at)} for n, at in enumerate((start, bend, tip))]
        turned = {"angle": math.degrees(toward) + 90, "area": 60 + 26 * width}
        heads.append({**_xy(tip), **turned, "who": arrow.who, "tip": arrow.tip})
    return lines, heads
