"""Bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.report.charts.theme import (
    FIELD,
    GAIN,
    LOSS,
    Figure,
    Rows,
    Spec,
    coloured,
    heading,
    named,
    styled,
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
) -> Figure:
    """Horizontal bars from zero; rows hold `label`, `value`, `text`, `tip`, and `kind` where there are colours.

    Args:
        axis: what the values are, with their unit. colours: of the kinds; without them the sign colours a bar.
        grouped: the bars of one label stand together, one a kind.
        whole: the values are shares of a whole in per cent, so that the axis is marked up to 100 only.
    """
    present = {row.get("kind") for row in rows}
    kinds = {kind: colour for kind, colour in (colours or {}).items() if kind in present}
    signs = {"condition": {"test": "datum.value < 0", "value": LOSS}, "value": GAIN}
    y, lines = named("label", [row["label"] for row in rows])
    marks = {"values": [0, 20, 40, 60, 80, 100]} if whole else {}
    shared: Spec = {
        "y": {**y, "scale": {"paddingInner": 0.24}},
        "x": value_axis(rows, ["value"], axis, **marks),
        "description": {"field": "tip"},
    }
    if grouped:
        shared["yOffset"] = {"field": "kind", "type": "nominal", "sort": list(kinds)}
    ends = [
        {
            "transform": [{"filter": f"datum.value {sign} 0"}],
            "mark": {"type": "text", "align": align, "dx": dx, "aria": False},
            "encoding": {"text": {"field": "text"}},
        }
        for sign, align, dx in (("<", "right", -4), (">=", "left", 4))
    ]
    drawn = {"mark": "bar", "encoding": {"color": coloured("kind", kinds) if kinds else signs}}
    spec = styled(
        heading(title, notes),
        data={"values": rows},
        width=FIELD,
        height={"step": max(15, 30 * (lines > 1) / len(kinds)) if grouped else 6 + 13 * lines},
        encoding=shared,
        layer=[drawn, *ends],
    )
    told = [
        {
            "name": row["label"],
            **({"kind": row["kind"]} if len(kinds) > 1 else {}),
            axis: row["value"],
        }
        for row in rows
    ]
    return Figure(name, spec, "Bars", told, "kind" if grouped and len(kinds) > 1 else "")
