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
    drawn,
    measured,
    named,
    shades,
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
    heads: tuple[str, str] = ("Row", "Column"),
) -> Figure:
    """Cells `row`, `column`, `value` (None: no data), `text`, `tip`; a text that its cell cannot hold is left out.

    Args:
        rows, columns: their names, in order. legend: what the values are, with their unit.
        top: where the shade is full; without it, where 97 % of the values lie within.
        signed: the values are changes, orange below zero and blue above.
        heads: what rows and columns are called in the table behind.
    """
    values = np.array([cell["value"] for cell in cells], dtype=float)
    shade, beyond = shades("value", legend, values, "cell", top, signed)
    y, lines = named("row", rows)
    x, _ = named("column", columns, 175, 1)
    x["axis"] |= {"orient": "top", "labelAngle": -50, "labelAlign": "left"}
    names = min(LABEL, max(map(measured, rows), default=0))
    width = max(14, min(46, (WIDTH - 40 - names) / max(1, len(columns))))
    shown = [
        {**cell, "text": cell["text"] if measured(cell["text"], 10) <= width - 2 else ""}
        for cell in cells
    ]
    missing = {"test": "datum.value === null", "value": f"{UNKNOWN}59"}
    dark = {"test": "luminance(scale('color', datum.value || 0)) < 0.18", "value": "white"}
    ink = {"condition": dark, "value": "black"}
    rect = {"type": "rect", "invalid": None, "stroke": FAINT, "strokeWidth": 0.5}
    text = {"type": "text", "fontSize": 10, "aria": False}
    return drawn(
        name,
        title,
        [*notes, *beyond],
        "Heatmap",
        [{heads[0]: c["row"], heads[1]: c["column"], legend: c["value"]} for c in cells],
        heads[1],
        data={"values": shown},
        width={"step": width},
        height={"step": max(20, 4 + 13 * lines)},
        encoding={"y": y, "x": x, "description": {"field": "tip"}},
        layer=[
            {"mark": rect, "encoding": {"color": {"condition": missing, **shade}}},
            {"mark": text, "encoding": {"text": {"field": "text"}, "color": ink}},
        ],
    )
