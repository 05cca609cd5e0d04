"""What was measured against what was predicted, each flow a circle as large as its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from paxsilica.report import words
from paxsilica.report.charts.dots import legible
from paxsilica.report.charts.theme import (
    FAINT,
    TEXT,
    ZERO_SEEN,
    Figure,
    Rows,
    Spec,
    coloured,
    drawn,
    layer,
    limit_of,
    plane,
)

SQUARE = 480
"""Pixels of a side of the field."""


def against(
    name: str,
    title: str,
    rows: Rows,
    axes: tuple[str, str],
    notes: Sequence[str],
    colours: Mapping[str, str],
    heads: tuple[str, str] = ("Flow", "Kind"),
) -> Figure:
    """Circles around the line on which everything would lie that came as predicted.

    Rows hold `x`, `y`, `size`, `name`, `label` ("" for most), `kind`, `tip`. The largest lie below, and what is beyond the
    scale, which holds 97 % of both axes, is drawn at its edge and counted in a note.
    """
    bound, _ = limit_of(np.array([row[side] for row in rows for side in "xy"]))
    beyond = sum(abs(row[side]) > bound for row in rows for side in "xy")
    shown = sorted(
        ({**row, **{side: max(-bound, min(bound, row[side])) for side in "xy"}} for row in rows),
        key=lambda row: -row["size"],
    )
    channels = plane(axes, axis={"format": "~r", "tickCount": 6, "gridColor": ZERO_SEEN})
    edge = 1.06 * bound
    for channel in channels.values():
        channel["scale"] = {"domain": [-edge, edge], "nice": False}
    ends = [{"x": -edge, "y": -edge}, {"x": edge, "y": edge}]
    size: Spec = {
        "field": "size",
        "type": "quantitative",
        "scale": {"range": [8, 900], "type": "linear", "domainMin": 0},
        "legend": None,
    }
    seen = {**channels, "size": size, "description": {"field": "tip"}}
    seen["color"] = coloured("kind", colours, symbolType="circle")
    line: Spec = {"type": "line", "color": TEXT, "strokeDash": [5, 4], "aria": False}
    text: Spec = {"type": "text", "aria": False, "fontSize": 11}
    text |= {key: {"expr": f"datum.{key}"} for key in ("align", "dx", "dy")}
    told = [f"{words.lie(beyond, 'value')} beyond the scale, drawn at its edge."]
    return drawn(
        name,
        title,
        [*notes, *told[: bool(beyond)]],
        "Circles",
        [
            {heads[0]: row["name"], heads[1]: row["kind"], axes[0]: row["x"], axes[1]: row["y"]}
            for row in rows
        ],
        "",
        SQUARE + 60,
        width=SQUARE,
        height=SQUARE,
        layer=[
            layer(
                shown,
                {"type": "circle", "opacity": 0.75, "stroke": FAINT, "strokeWidth": 1},
                seen,
            ),
            layer(ends, line, channels),
            layer(
                legible(shown, {side: [-edge, edge] for side in "xy"}, SQUARE, SQUARE),
                text,
                {**channels, "text": {"field": "label"}},
            ),
        ],
    )
