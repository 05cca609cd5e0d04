"""Fans: bands around a line, other lines beside it, points, and the height that is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from paxsilica.report import words
from paxsilica.report.charts.theme import (
    FAINT,
    OUTSIDE,
    TEXT,
    Figure,
    Rows,
    Spec,
    coloured,
    drawn,
    layer,
    plane,
    wrapped,
)

FAN_HEIGHT, FAN_WIDTH = 300, 600
SHADES = (0.22, 0.4)
"""Opacity of the bands, the widest first."""


HEADROOM = 1.1
"""Top of the picture over the highest number, so that no text reaches the legend."""


def fan(
    name: str,
    title: str,
    bands: Mapping[str, Rows],
    lines: Rows,
    points: Rows,
    rule: tuple[float, str],
    axes: tuple[str, str],
    notes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """Bands in grey, the widest first; then lines and points.

    Args:
        bands: what each is called -> rows with `x`, `period`, `low`, `high`.
        lines: rows with `x`, `period`, `value`, `kind`; each has its last value written behind it.
        points: rows with `x`, `value`, `text`. rule: of a height with its text, from the first of them to the last.
        axes: what runs along x and y, with their units. colours: of the kinds of lines.
    """
    kinds = colours or {row["kind"]: OUTSIDE for row in lines}
    places = plane(axes, ("x", "value"))
    ticks = sorted({round(row["x"]) for row in lines})
    places["x"]["axis"] = {"format": "d", "values": ticks, "gridColor": FAINT}
    places["x"]["scale"] = {"nice": False, "domain": [ticks[0] - 0.2, ticks[-1] + 0.5]}
    places["y"]["axis"] = {"format": "~r", "gridColor": FAINT, "tickCount": 6}
    places["y"]["title"] = wrapped(axes[1], FAN_HEIGHT)
    widest = next(iter(bands.values()))
    shaded = [
        layer(
            rows,
            {"type": "area", "color": OUTSIDE, "opacity": shade, "aria": False},
            {"x": places["x"], "y": {**places["y"], "field": "low"}, "y2": {"field": "high"}},
        )
        for rows, shade in zip(bands.values(), SHADES, strict=True)
    ]
    stroke: Spec = {"type": "line", "strokeWidth": 2.5}
    colour = coloured("kind", kinds, symbolType="stroke", symbolSize=700)
    written: Spec = {"type": "text", "aria": False, "color": TEXT, "align": "left"}
    dot: Spec = {"type": "circle", "size": 90, "opacity": 1, "color": TEXT}
    dashed: Spec = {"type": "rule", "color": TEXT, "strokeDash": [5, 4], "aria": False}
    ends = _legible_ends(lines, rule[0])
    top = max(rule[0], *(row["value"] for row in lines), *(row["high"] for row in widest))
    places["y"]["scale"] = {"domainMax": HEADROOM * top, "nice": False}
    near = any(rule[0] - row["value"] < top / 8 for row in points[:-1])
    goal = [{"x": points[0]["x"], "end": points[-1]["x"], "value": rule[0], "text": rule[1]}]
    text = {"text": {"field": "text"}}
    told = [{"Period": row["period"], "what": row["kind"], axes[1]: row["value"]} for row in lines]
    told += [
        {"Period": row["period"], "what": f"{band}, {end}", axes[1]: row[end]}
        for band, rows in bands.items()
        for end in ("low", "high")
        for row in rows
    ]
    return drawn(
        name,
        title,
        notes,
        "Fan",
        told,
        "what",
        width=FAN_WIDTH,
        height=FAN_HEIGHT,
        layer=[
            *shaded,
            layer(lines, stroke, {**places, "color": colour}),
            layer(points, dot, {**places, "description": {"field": "text"}}),
            layer(goal, dashed, {**places, "x2": {"field": "end"}}),
            layer(goal, {**written, "dx": 6, "dy": -9, "fontWeight": "bold"}, {**places, **text}),
            layer(points[:-1], {**written, "dy": 18 if near else -12}, {**places, **text}),
            layer(ends, {**written, "dx": 8}, {**places, **text}),
        ],
    )


def _legible_ends(lines: Rows, top: float) -> Rows:
    """The last row of each line with its value as text, without those that would lie on another's."""
    room, kept = max(top, *(row["value"] for row in lines)) / 20, list[Any]()
    for row in {row["kind"]: row for row in lines}.values():
        if all(abs(row["value"] - other["value"]) > room for other in kept):
            kept.append({**row, "text": words.number(row["value"])})
    return kept
