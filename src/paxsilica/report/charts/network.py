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
    heading,
    layer,
    measured,
    plane,
    styled,
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
    written = {node.id: wrapped(node.label, LONGEST, 11, 1)[0] for node in nodes}
    reach = WIDTH / 2 - 30 - max(measured(label, 11) for label in written.values())
    places: dict[str, complex] = {}
    radii: dict[str, float] = {}
    dots: Rows = []
    labels: Rows = []
    for at, node in enumerate(nodes):
        radius, bearing = 4 + 18 * math.sqrt(node.size / largest), step * at - math.pi / 2
        outward = cmath.rect(1.0, bearing)
        radii[node.id], places[node.id] = radius, MIDDLE + reach * outward
        dots.append({**_xy(places[node.id]), "area": math.pi * radius**2, "tip": node.tip})
        beside = _xy(places[node.id] + (radius + 5) * outward)
        turned = outward.real < -1e-9  # a name on the left is read towards the circle
        angle = math.degrees(bearing) + 180 * turned
        side = "right" if turned else "left"
        labels.append({**beside, "label": written[node.id], "angle": angle, "align": side})
    drawn, heads = _drawn(arrows, places, radii)
    axes = plane((None, None), axis=None)
    axes["x"]["scale"], axes["y"]["scale"] = (
        {"domain": domain, "nice": False} for domain in ([0, WIDTH], [WIDTH, 0])
    )
    as_given = {"type": "quantitative", "scale": None, "legend": None}
    width, area, turn = ({"field": key, **as_given} for key in ("width", "area", "angle"))
    colour = {"color": coloured("who", colours, symbolType="stroke", symbolStrokeWidth=4)}
    path = {"detail": {"field": "arrow"}, "order": {"field": "step"}, "strokeWidth": width}
    shown = {**axes, "size": area, "description": {"field": "tip"}}
    line = {"type": "line", "interpolate": "basis", "aria": False}
    point = {"type": "point", "filled": True, "opacity": 1}
    text = {"type": "text", "align": {"expr": "datum.align"}, "aria": False}
    layers = [
        layer(drawn, line, {**axes, **colour, **path}),
        layer(heads, {**point, "shape": "triangle"}, {**shown, **colour, "angle": turn}),
        layer(dots, {**point, "shape": "circle", "color": OUTSIDE}, shown),
        layer(labels, text, {**axes, "text": {"field": "label"}, "angle": turn}),
    ]
    spec = styled(heading(title, notes), width=WIDTH, height=WIDTH, layer=layers)
    names = {node.id: node.label for node in nodes}
    told = [{"from": names[a.start], "to": names[a.end], axis: a.weight} for a in arrows]
    return Figure(name, spec, "Network", told)


def _xy(place: complex) -> dict[str, float]:
    return {"x": place.real, "y": place.imag}


def _drawn(
    arrows: Sequence[Arrow], places: Mapping[str, complex], radii: Mapping[str, float]
) -> tuple[Rows, Rows]:
    """Lines that bend to the middle, of three points each, and the heads at their ends."""
    drawn: Rows = []
    heads: Rows = []
    strongest = max(abs(arrow.weight) for arrow in arrows)
    for arrow in arrows:
        start, end = places[arrow.start], places[arrow.end]
        bend = MIDDLE + 0.35 * ((start + end) / 2 - MIDDLE)
        toward = cmath.phase(end - bend)
        tip = end - cmath.rect(radii[arrow.end] + CLEARANCE, toward)
        width = 0.8 + 6 * abs(arrow.weight) / strongest
        common = {"arrow": f"{arrow.start} {arrow.end}", "who": arrow.who, "width": width}
        drawn += [
            {**common, "step": step, **_xy(place)} for step, place in enumerate((start, bend, tip))
        ]
        turned = {"angle": math.degrees(toward) + 90, "area": 60 + 26 * width}
        heads.append({**_xy(tip), **turned, "who": arrow.who, "tip": arrow.tip})
    return drawn, heads
