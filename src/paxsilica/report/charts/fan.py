"""Fans: bands around a line, other lines beside it, and points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def fan(
    name: str,
    title: str,
    bands: Mapping[str, Rows],
    lines: Rows,
    points: Rows,
    axes: tuple[str, str],
    notes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """Bands in grey, the widest first; then lines and points.

    Args:
        bands: what each is called -> rows with `x`, `period`, `low`, `high`.
        lines: rows with `x`, `period`, `value`, `kind`. points: rows with `x`, `value`, `text` and `align`, the side of
            the point on which the text ends.
        axes: what runs along x and y, with their units. colours: of the kinds of lines.
    """
    kinds = colours or {row["kind"]: OUTSIDE for row in lines}
    places = plane(axes, ("x", "value"))
    ticks = sorted({round(row["x"]) for row in lines})
    places["x"]["axis"] = {"format": "d", "values": ticks, "gridColor": FAINT}
    places["x"]["scale"] = {"nice": False, "domain": [ticks[0] - 0.2, ticks[-1] + 0.4]}
    places["y"]["axis"] = {"format": "~r", "gridColor": FAINT, "tickCount": 6}
    places["y"]["title"] = wrapped(axes[1], FAN_HEIGHT)
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
    written: Spec = {"type": "text", "aria": False, "dy": -11, "fontWeight": "bold"}
    written |= {"align": {"expr": "datum.align"}, "color": TEXT}
    dot: Spec = {"type": "circle", "size": 90, "opacity": 1, "color": TEXT}
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
            layer(points, written, {**places, "text": {"field": "text"}}),
        ],
    )
