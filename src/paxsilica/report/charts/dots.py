"""Dots: two of a row, the range of a row, and scatters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from paxsilica.report.charts.theme import (
    FIELD,
    GAIN,
    HUES,
    LOSS,
    TEXT,
    UNKNOWN,
    WIDTH,
    ZERO_SEEN,
    Figure,
    Rows,
    Spec,
    coloured,
    heading,
    layer,
    measured,
    named,
    plane,
    styled,
    value_axis,
)

ACROSS, UP = 620, 460
"""Pixels of the scatter's field."""

Place = tuple[str, float, float]
Box = tuple[float, float, float, float]


def dumbbells(
    name: str,
    title: str,
    rows: Rows,
    axis: str,
    ends: tuple[str, str],
    notes: Sequence[str] = (),
    colours: Sequence[str] = HUES[:2],
) -> Figure:
    """Two points a row and the line between them; rows hold `label`, `a`, `b`, `text`, `tip`.

    Args:
        ends: names of `a` and `b`. colours: of them.
    """
    drawn = [{**row, "end": max(row["a"], row["b"])} for row in rows]
    points = [
        {"label": row["label"], "kind": kind, "value": row[key], "tip": row["tip"]}
        for row in rows
        for key, kind in zip("ab", ends, strict=True)
    ]
    y, lines = named("label", [row["label"] for row in rows])
    lowest = [{"value": min(row["a"], row["b"])} for row in rows]
    x = value_axis([*({**r, "value": max(r["end"], 0.0)} for r in drawn), *lowest], ["value"], axis)
    kind = coloured("kind", dict(zip(ends, colours, strict=True)))
    del kind["legend"]["symbolType"]
    shapes = {**kind, "scale": {"domain": list(ends), "range": ["circle", "diamond"]}}
    point = {"x": x, "color": kind, "shape": shapes, "description": {"field": "tip"}}
    rule = {"type": "rule", "color": UNKNOWN, "strokeWidth": 3, "aria": False}
    text = {"type": "text", "align": "left", "dx": 9, "aria": False}
    layers = [
        layer(drawn, rule, {"x": {**x, "field": "a"}, "x2": {"field": "b"}}),
        layer(points, {"type": "point", "filled": True, "size": 74, "opacity": 1}, point),
        layer(drawn, text, {"x": {**x, "field": "end"}, "text": {"field": "text"}}),
    ]
    spec = styled(
        heading(title, notes),
        width=FIELD,
        height={"step": 6 + 13 * lines},
        encoding={"y": y},
        layer=layers,
    )
    told = [{"name": row["label"], "kind": row["kind"], axis: row["value"]} for row in points]
    return Figure(name, spec, "Pairs of dots", told, "kind")


def ranges(name: str, title: str, rows: Rows, axis: str, notes: Sequence[str] = ()) -> Figure:
    """A line from least to most, a dot for every row, a tick at the median; rows hold `label`, `value`, `tip`."""
    y, _ = named("label", [row["label"] for row in rows])
    x = value_axis([{"value": row["value"]} for row in rows], ["value"], axis)
    low, median = ({**x, "aggregate": of} for of in ("min", "median"))
    high = {"field": "value", "aggregate": "max"}
    colour = {"condition": {"test": "datum.value < 0", "value": LOSS}, "value": GAIN}
    rule = {"type": "rule", "color": UNKNOWN, "strokeWidth": 3, "aria": False}
    tick = {"type": "tick", "color": TEXT, "thickness": 2.5, "size": 20, "aria": False}
    dot = {"x": x, "color": colour, "description": {"field": "tip"}}
    layers = [
        {"mark": rule, "encoding": {"x": low, "x2": high}},
        {"mark": {"type": "circle", "size": 60, "opacity": 1}, "encoding": dot},
        {"mark": tick, "encoding": {"x": median}},
    ]
    spec = styled(
        heading(title, notes),
        data={"values": rows},
        width=FIELD,
        height={"step": 34},
        encoding={"y": y},
        layer=layers,
    )
    told = [{"name": row["label"], "dot": row["tip"], axis: row["value"]} for row in rows]
    return Figure(name, spec, "Dots and ranges", told)


def scatter(
    name: str,
    title: str,
    rows: Rows,
    axes: tuple[str, str],
    notes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
    *,
    log: bool = False,
) -> Figure:
    """Points; rows hold `x`, `y`, `label` ("" for most), `tip`, and `kind` where there are colours.

    A label is written on the side of its point where it lies on no other; the points highest up come first.

    Args:
        log: both axes are logarithmic, all values of one sign, and a line shows where both are equal.
    """
    ticks = _log_ticks(rows) if log else []
    ends = {
        side: (ticks[0], ticks[-1]) if log else _ends([row[side] for row in rows]) for side in "xy"
    }
    across = {"values": ticks} if log else {"tickCount": 6, "gridColor": ZERO_SEEN}
    channels = plane(axes, axis={"format": "~r", **across})
    for side, domain in ends.items():
        kind = {"type": "log"} if log else {}
        channels[side]["scale"] = {**kind, "domain": [*domain], "nice": False}
    colour = coloured("kind", colours, symbolType="circle") if colours else {"value": HUES[0]}
    text: Spec = {"type": "text", "fontSize": 11, "aria": False}
    text |= {key: {"expr": f"datum.{key}"} for key in ("align", "dx", "dy")}
    line = {"type": "line", "color": UNKNOWN, "strokeDash": [5, 4], "aria": False}
    equal = [layer([{"x": end, "y": end} for end in ends["x"]], line, channels)] if log else []
    dot = {"type": "circle", "size": 26 if len(rows) > 100 else 60, "opacity": 1}
    layers = [
        *equal,
        layer(rows, dot, {**channels, "color": colour, "description": {"field": "tip"}}),
        layer(_legible(rows, ends, log), text, {**channels, "text": {"field": "label"}}),
    ]
    spec = styled(heading(title, notes), width=ACROSS, height=UP, layer=layers)
    told = [
        {
            "name": r["tip"],
            **({"kind": r["kind"]} if colours else {}),
            axes[0]: r["x"],
            axes[1]: r["y"],
        }
        for r in rows
    ]
    return Figure(name, spec, "Scatter", told)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.04 * ((high - low) or 1.0)
    return low - room, high + room


def _log_ticks(rows: Rows) -> list[float]:
    """1, 2, 5, 10 and so on, with their sign, around all values of both axes; ascending."""
    sizes = [abs(row[side]) for row in rows for side in "xy"] or [1.0]
    powers = range(math.floor(math.log10(min(sizes))), math.ceil(math.log10(max(sizes))) + 2)
    ticks = [m * 10.0**n for n in powers for m in (1, 2, 5)]
    first = max(at for at, tick in enumerate(ticks) if tick <= min(sizes))
    last = min(at for at, tick in enumerate(ticks) if tick >= max(sizes) and at > first)
    ticks = ticks[first : last + 1]
    return [-tick for tick in reversed(ticks)] if any(row["x"] < 0 for row in rows) else ticks


def _legible(rows: Rows, ends: Mapping[str, tuple[float, float]], log: bool) -> Rows:
    """The rows whose labels have a place, each with the side it is written on."""

    def at(row: Mapping[str, float], side: str, length: float) -> float:
        value, low, high = (
            math.copysign(1.0, v) * math.log(abs(v)) if log else v for v in (row[side], *ends[side])
        )
        return length * (value - low) / (high - low)

    points = {id(row): (at(row, "x", ACROSS), UP - at(row, "y", UP)) for row in rows}
    labelled = sorted((row for row in rows if row["label"]), key=lambda row: points[id(row)][1])
    taken: list[Box] = [
        (x - 4, y - 4, x + 4, y + 4) for x, y in (points[id(row)] for row in labelled)
    ]
    kept: Rows = []
    for row in labelled:
        x, y = points[id(row)]
        width = measured(row["label"], 11)
        for align, dx, dy in (
            ("left", 7, 0),
            ("right", -7, 0),
            ("center", 0, -11),
            ("center", 0, 11),
        ):
            left = x + dx - width * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
            box = (left, y + dy - 6, left + width, y + dy + 6)
            inside = left >= -20 and left + width <= WIDTH - 60 and box[1] >= 0 and box[3] <= UP
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                kept.append({**row, "align": align, "dx": dx, "dy": dy})
                break
    return kept


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
