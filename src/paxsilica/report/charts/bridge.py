"""Bridges: from one level to another, step by step, each beginning where the one before it ended."""

from __future__ import annotations

from collections.abc import Sequence

from paxsilica.report.charts.theme import (
    GAIN,
    LOSS,
    NAME,
    OUTSIDE,
    Figure,
    Rows,
    Spec,
    drawn,
    named,
    value_axis,
)


def bridge(
    name: str,
    title: str,
    rows: Rows,
    axis: str,
    notes: Sequence[str] = (),
    head: str = "Step",
) -> Figure:
    """A bar a row, from `start` to `end`: in grey where it is a level, `start` being zero, else by the sign of its change.

    Args:
        rows: with `label`, `start`, `end`, `text`, `tip`, and `level`, whether it is one. axis: what is measured, with
            its unit. head: what the labels are called in the table behind.
    """
    y, lines = named("label", [row["label"] for row in rows], NAME, 3)
    placed = [{**row, "value": max(row["start"], row["end"])} for row in rows]
    x, width = value_axis([(row["value"], row["text"]) for row in placed], axis)
    colour = {
        "condition": [
            {"test": "datum.level", "value": OUTSIDE},
            {"test": "datum.end < datum.start", "value": LOSS},
        ],
        "value": GAIN,
    }
    bar: Spec = {
        "x": {**x, "field": "start"},
        "x2": {"field": "end"},
        "color": colour,
        "description": {"field": "tip"},
    }
    text: Spec = {"type": "text", "aria": False, "dx": 4, "align": "left"}
    return drawn(
        name,
        title,
        notes,
        "Bridge",
        [{head: row["label"], axis: row["end"]} for row in rows],
        "",
        width + NAME,
        data={"values": placed},
        width=width,
        height={"step": 6.0 + 13 * lines},
        encoding={"y": {**y, "scale": {"paddingInner": 0.24}}},
        layer=[
            {"mark": "bar", "encoding": bar},
            {"mark": text, "encoding": {"x": x, "text": {"field": "text"}}},
        ],
    )
