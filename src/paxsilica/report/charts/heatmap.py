"""Heatmaps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paxsilica.report.charts.theme import (
    FAINT,
    LABEL,
    UNKNOWN,
    WIDTH,
    Figure,
    Rows,
    beyond_scale,
    heading,
    limit_of,
    measured,
    named,
    shaded,
    styled,
)


def heatmap(
    name: str,
    title: str,
    cells: Rows,
    rows: Sequence[str],
    columns: Sequence[str],
    legend: str,
    notes: Sequence[str] = (),
    *,
    top: float | None = None,
    signed: bool = False,
) -> Figure:
    """Cells `row`, `column`, `value` (None: no data), `text`, `tip`; a text that its cell cannot hold is left out.

    Args:
        rows, columns: their names, in order. legend: what the values are, with their unit.
        top: where the shade is full; without it, where 97 % of the values lie within.
        signed: the values are changes, orange below zero and blue above.
    """
    values = np.array([cell["value"] for cell in cells], dtype=float)
    bound, _ = limit_of(values) if top is None else (top, 0)
    beyond = int((np.abs(values) > bound).sum())
    sides = (-bound * bool((values < 0).any()), bound * bool((values >= 0).any()))
    low, high = sides if signed and any(sides) else (0.0, bound)
    y, lines = named("row", rows)
    x, _ = named("column", columns, 150, 1)
    x["axis"] |= {
        "orient": "top",
        "labelAngle": -50,
        "labelAlign": "left",
        "labelBaseline": "middle",
    }
    names = min(LABEL, max(map(measured, rows), default=0))
    width = max(14, min(46, (WIDTH - 40 - names) / max(1, len(columns))))
    drawn = [
        {**cell, "text": cell["text"] if measured(cell["text"], 10) <= width - 2 else ""}
        for cell in cells
    ]
    dark = "datum.value !== null && luminance(scale('color', datum.value)) < 0.18"
    fill = {"condition": {"test": "datum.value === null", "value": f"{UNKNOWN}59"}}
    fill |= shaded("value", legend, low, high, signed)
    ink = {"condition": {"test": dark, "value": "white"}, "value": "black"}
    spec = styled(
        heading(title, [*notes, *beyond_scale(legend, bound, signed, beyond, "cell")]),
        data={"values": drawn},
        width={"step": width},
        height={"step": max(20, 4 + 13 * lines)},
        encoding={"y": y, "x": x, "description": {"field": "tip"}},
        layer=[
            {
                "mark": {"type": "rect", "invalid": None, "stroke": FAINT, "strokeWidth": 0.5},
                "encoding": {"color": fill},
            },
            {
                "mark": {"type": "text", "fontSize": 10, "aria": False},
                "encoding": {"text": {"field": "text"}, "color": ink},
            },
        ],
    )
    told = [{"row": cell["row"], "column": cell["column"], legend: cell["value"]} for cell in cells]
    return Figure(name, spec, "Heatmap", told, "column")
