"""Charts of coercion: partial cuts as curves, own loss against the target's, a network of grips."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paxsilica.report.look import EMPTY, FAINT, LETTER, Rows, Spec, coloured, heading, layer, styled

HUES = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's colours; who comes after them is grey."""

OTHERS = "others"

FIELD, RADIUS, MIDDLE = 720, 268, 360 + 360j
"""Pixels of the network's square, of its circle, and of its middle, as x + iy."""

ACROSS, UP = 560, 460
"""Pixels of the scatter's field."""

CLEARANCE = 11
"""Pixels that an arrow keeps from the middle of a node beyond its own radius."""

SENDERS = {"title": "Sender", "orient": "right"}


def across_and_up(
    titles: tuple[str | None, str | None], fields: tuple[str, str] = ("x", "y"), **more: Any
) -> dict[str, Spec]:
    """Quantitative x and y."""
    return {
        channel: {"field": field, "type": "quantitative", "title": title, **more}
        for channel, field, title in zip("xy", fields, titles, strict=True)
    }


def _hues(colours: Mapping[str, str], **legend: Any) -> Spec:
    scale = {"domain": list(colours), "range": list(colours.values())}
    return {"field": "who", "type": "nominal", "scale": scale, "legend": legend}


def hues(ranked: Sequence[str]) -> dict[str, str]:
    """A colour for each of the first names, grey for the others."""
    named = dict(zip(ranked, HUES, strict=False))
    return named if len(ranked) <= len(HUES) else {**named, OTHERS: EMPTY}


def curves(
    rows: Rows,
    axis_titles: tuple[str, str],
    title: str,
    notes: Sequence[str],
    colours: Mapping[str, str],
) -> Spec:
    """Lines over shares: rows hold `x`, `value`, `who` (a key of `colours`), `when` (solid, then dashed)."""
    order = list(dict.fromkeys(row["when"] for row in rows))
    colour = coloured("who", colours, symbolType="stroke", symbolSize=700)
    dashes = {"domain": order, "range": [[1, 0], [6, 4]][: len(order)]}
    dash = {"field": "when", "type": "nominal", "scale": dashes, "legend": colour["legend"]}
    axes = across_and_up(axis_titles, ("x", "value"), axis={"gridColor": FAINT, "tickCount": 6})
    return styled(
        {
            "title": heading(title, notes, 660),
            "data": {"values": rows},
            "width": 600,
            "height": 260,
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {**axes, "color": colour, "strokeDash": dash},
        }
    )


def log_scatter(
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
    logs = [math.log10(row[axis]) for row in rows for axis in "xy"]
    powers = range(math.floor(min(logs)), math.ceil(max(logs)) + 1)
    low, high = 10.0 ** powers[0], 10.0 ** powers[-1]
    axes = across_and_up(
        axis_titles,
        scale={"type": "log", "domain": [low, high]},
        axis={"gridColor": FAINT, "values": [10.0**n for n in powers], "format": "~r"},
    )
    colour = _hues(colours, **SENDERS, symbolType="circle", symbolOpacity=1)
    line = {"type": "line", "color": EMPTY, "strokeDash": [5, 4], "aria": False}
    dot = {"type": "circle", "size": 26, "opacity": 0.7}
    text = {"type": "text", "align": "left", "dx": 6, "fontSize": 11, "aria": False}
    layers = [
        layer([{"x": end, "y": end} for end in (low, high)], line, axes),
        layer(rows, dot, {**axes, "color": colour, "description": {"field": "tip"}}),
        layer(_legible(rows, low, high), text, {**axes, "text": {"field": "label"}}),
    ]
    return styled({"title": heading(title, notes), "width": ACROSS, "height": UP, "layer": layers})


def _legible(rows: Rows, low: float, high: float) -> Rows:
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
    largest, step = max(node.size for node in nodes), 2 * math.pi / len(nodes)
    places: dict[str, complex] = {}
    radii: dict[str, float] = {}
    dots: Rows = []
    labels: Rows = []
    for at, node in enumerate(nodes):
        radius, bearing = 4 + 18 * math.sqrt(node.size / largest), step * at - math.pi / 2
        outward = cmath.rect(1.0, bearing)
        radii[node.id], places[node.id] = radius, MIDDLE + RADIUS * outward
        dots.append({**_xy(places[node.id]), "area": math.pi * radius**2, "tip": node.tip})
        beside = _xy(places[node.id] + (radius + 5) * outward)
        turned = outward.real < -1e-9  # a name on the left is read towards the circle
        angle = math.degrees(bearing) + 180 * turned
        side = "right" if turned else "left"
        labels.append({**beside, "label": node.label, "angle": angle, "align": side})
    lines, heads = _drawn(arrows, places, radii)
    axes = across_and_up((None, None), axis=None)
    axes["x"]["scale"], axes["y"]["scale"] = (
        {"domain": domain, "nice": False} for domain in ([0, FIELD], [FIELD, 0])
    )
    as_given = {"type": "quantitative", "scale": None, "legend": None}
    width, area, turn = ({"field": name, **as_given} for name in ("width", "area", "angle"))
    colour = {"color": _hues(colours, **SENDERS, symbolType="stroke", symbolStrokeWidth=4)}
    path = {"detail": {"field": "arrow"}, "order": {"field": "step"}, "strokeWidth": width}
    shown = {**axes, "size": area, "description": {"field": "tip"}}
    line = {"type": "line", "interpolate": "basis", "opacity": 0.75, "aria": False}
    point = {"type": "point", "filled": True, "opacity": 1}
    text = {"type": "text", "align": {"expr": "datum.align"}, "aria": False}
    layers = [
        layer(lines, line, {**axes, **colour, **path}),
        layer(heads, {**point, "shape": "triangle"}, {**shown, **colour, "angle": turn}),
        layer(dots, {**point, "shape": "circle", "color": "#777777"}, shown),
        layer(labels, text, {**axes, "text": {"field": "label"}, "angle": turn}),
    ]
    return styled(
        {"title": heading(title, notes), "width": FIELD, "height": FIELD, "layer": layers}
    )


def _xy(place: complex) -> dict[str, float]:
    return {"x": place.real, "y": place.imag}


def _drawn(
    arrows: Sequence[Arrow], places: Mapping[str, complex], radii: Mapping[str, float]
) -> tuple[Rows, Rows]:
    """Lines that bend to the middle, of three points each, and the heads at their ends."""
    lines: Rows = []
    heads: Rows = []
    strongest = max(arrow.weight for arrow in arrows)
    for arrow in arrows:
        start, end = places[arrow.start], places[arrow.end]
        bend = MIDDLE + 0.35 * ((start + end) / 2 - MIDDLE)
        toward = cmath.phase(end - bend)
        tip = end - cmath.rect(radii[arrow.end] + CLEARANCE, toward)
        width = 0.8 + 6 * arrow.weight / strongest
        common = {"arrow": f"{arrow.start} {arrow.end}", "who": arrow.who, "width": width}
        lines += [
            {**common, "step": step, **_xy(place)} for step, place in enumerate((start, bend, tip))
        ]
        turned = {"angle": math.degrees(toward) + 90, "area": 60 + 26 * width}
        heads.append({**_xy(tip), **turned, "who": arrow.who, "tip": arrow.tip})
    return lines, heads
