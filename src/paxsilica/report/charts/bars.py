"""Bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.report.charts.theme import (
    GAIN,
    LOSS,
    NAME,
    Figure,
    Rows,
    Spec,
    coloured,
    drawn,
    named,
    value_axis,
)


def bars(
    name: str,
    title: str,
    rows: Rows,
    axis: str,
    notes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
    *,
    grouped: bool = False,
    whole: bool = False,
    heads: tuple[str, str] = ("Name", "Kind"),
) -> Figure:
    """Horizontal bars from zero; rows hold `label`, `value`, `text`, `tip`, and `kind` where there are colours.

    Args:
        axis: what the values are, with their unit. colours: of the kinds; without them the sign colours a bar.
        grouped: the bars of one label stand together, one a kind.
        whole: the values are shares of a whole in per cent, so that the axis goes up to 100.
        heads: what the labels and the kinds are called in the table behind.
    """
    present = {row.get("kind") for row in rows}
    kinds = {kind: colour for kind, colour in (colours or {}).items() if kind in present}
    signs = {"condition": {"test": "datum.value < 0", "value": LOSS}, "value": GAIN}
    y, lines = named("label", [row["label"] for row in rows], NAME, 3)
    marks = {"values": [0, 20, 40, 60, 80, 100]} if whole else {}
    ends = [(row["value"], row["text"]) for row in rows] + [(100.0, "")] * whole
    x, width = value_axis(ends, axis, **marks)
    shared: Spec = {
        "y": {**y, "scale": {"paddingInner": 0.24}},
        "x": x,
        "description": {"field": "tip"},
    }
    step = 6.0 + 13 * lines
    if grouped:
        shared["yOffset"] = {"field": "kind", "type": "nominal", "sort": list(kinds)}
        step = max(15, step / len(kinds))
    text = {"type": "text", "aria": False, "dx": {"expr": "datum.value < 0 ? -4 : 4"}}
    text["align"] = {"expr": "datum.value < 0 ? 'right' : 'left'"}
    many, (label, kind) = len(kinds) > 1, heads
    return drawn(
        name,
        title,
        notes,
        "Bars",
        [
            {label: row["label"], **({kind: row["kind"]} if many else {}), axis: row["value"]}
            for row in rows
        ],
        kind if grouped and many else "",
        width + NAME,
        data={"values": rows},
        width=width,
        height={"step": step},
        encoding=shared,
        layer=[
            {"mark": "bar", "encoding": {"color": coloured("kind", kinds) if kinds else signs}},
            {"mark": text, "encoding": {"text": {"field": "text"}}},
        ],
    )
