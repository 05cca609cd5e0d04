"""Dots: the range of a row, and scatters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.report.charts.theme import (
    GAIN,
    HUES,
    LOSS,
    NAME,
    TEXT,
    UNKNOWN,
    ZERO_SEEN,
    Figure,
    Rows,
    Spec,
    coloured,
    drawn,
    layer,
    measured,
    named,
    plane,
    value_axis,
)

ACROSS, UP = 620, 460
"""Pixels of the scatter's field."""

LABEL_SIDES = (("left", 7, 0), ("right", -7, 0), ("center", 0, -11), ("center", 0, 11))
"""Where a label may stand: its alignment, and pixels from its point."""

RULE: Spec = {"type": "rule", "color": UNKNOWN, "strokeWidth": 3, "aria": False}


def ranges(
    name: str,
    title: str,
    rows: Rows,
    axis: str,
    notes: Sequence[str] = (),
    heads: tuple[str, str] = ("Change", "Trade elasticities"),
) -> Figure:
    """A line from least to most, a dot for every row, a tick at the median; rows hold `label`, `dot`, `value`, `tip`.

    `heads`: what the labels and the dots are called in the table behind.
    """
    y, lines = named("label", [row["label"] for row in rows], NAME, 3)
    x, width = value_axis([(row["value"], "") for row in rows], axis)
    colour = {"condition": {"test": "datum.value < 0", "value": LOSS}, "value": GAIN}
    tick = {"type": "tick", "color": TEXT, "thickness": 2.5, "size": 20, "aria": False}
    dot = {"x": x, "color": colour, "description": {"field": "tip"}}
    ends = {"x": {**x, "aggregate": "min"}, "x2": {"field": "value", "aggregate": "max"}}
    return drawn(
        name,
        title,
        notes,
        "Dots and ranges",
        [{heads[0]: row["label"], heads[1]: row["dot"], axis: row["value"]} for row in rows],
        "",
        width + NAME,
        data={"values": rows},
        width=width,
        height={"step": max(34, 4 + 13 * lines)},
        encoding={"y": y},
        layer=[
            {"mark": RULE, "encoding": ends},
            {"mark": {"type": "circle", "size": 60, "opacity": 1}, "encoding": dot},
            {"mark": tick, "encoding": {"x": {**x, "aggregate": "median"}}},
        ],
    )


def scatter(
    name: str,
    title: str,
    rows: Rows,
    axes: tuple[str, str],
    notes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
    heads: tuple[str, str] = ("Name", "Kind"),
) -> Figure:
    """Points; rows hold `x`, `y`, `name`, `label` ("" for most), `tip`, and `kind` where there are colours.

    A label is written on the side of its point where it lies on no other; the points highest up come first. `heads`:
    what the names and the kinds are called in the table behind.
    """
    ends = {side: _ends([row[side] for row in rows]) for side in "xy"}
    channels = plane(axes, axis={"format": "~r", "tickCount": 6, "gridColor": ZERO_SEEN})
    for side, domain in ends.items():
        channels[side]["scale"] = {"domain": domain, "nice": False}
    colour = coloured("kind", colours, symbolType="circle") if colours else {"value": HUES[0]}
    text: Spec = {"type": "text", "aria": False}
    text |= {key: {"expr": f"datum.{key}"} for key in ("align", "dx", "dy")}
    dot = {"type": "circle", "size": 26 if len(rows) > 100 else 60, "opacity": 1}
    kinds = [{heads[1]: row["kind"]} if colours else {} for row in rows]
    return drawn(
        name,
        title,
        notes,
        "Scatter",
        [
            {heads[0]: row["name"], **kind, axes[0]: row["x"], axes[1]: row["y"]}
            for row, kind in zip(rows, kinds, strict=True)
        ],
        width=ACROSS,
        height=UP,
        layer=[
            layer(rows, dot, {**channels, "color": colour, "description": {"field": "tip"}}),
            layer(legible(rows, ends), text, {**channels, "text": {"field": "label"}}),
        ],
    )


def _ends(values: Sequence[float]) -> list[float]:
    low, high = min([0.0, *values]), max([0.0, *values])
    room = 0.04 * ((high - low) or 1.0)
    return [low - room, high + room]


def legible(
    rows: Rows, ends: Mapping[str, Sequence[float]], across: float = ACROSS, up: float = UP
) -> Rows:
    """The rows whose labels have a place in a field of that size, each with the side it is written on."""

    def at(row: Mapping[str, float], side: str, length: float) -> float:
        low, high = ends[side]
        return length * (row[side] - low) / (high - low)

    labelled = [(up - at(row, "y", up), at(row, "x", across), row) for row in rows if row["label"]]
    taken = [(x - 4, x + 4, y - 4, y + 4) for y, x, _ in labelled]
    kept: Rows = []
    for y, x, row in sorted(labelled, key=lambda label: label[0]):
        width = measured(row["label"], 11)
        for align, dx, dy in LABEL_SIDES:
            left = x + dx - width * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
            right, top, foot = left + width, y + dy - 6, y + dy + 6
            free = all(right < a or b < left or foot < c or d < top for a, b, c, d in taken)
            if free and left > -20 and right < across + 40 and top > 0 and foot < up:
                taken.append((left, right, top, foot))
                kept.append({**row, "align": align, "dx": dx, "dy": dy})
                break
    return kept
