"""Flows: the stages of a chain, from first inputs at the top to final products at the bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paxsilica.report.charts.theme import (
    FAINT,
    TEXT,
    Figure,
    Rows,
    Spec,
    coloured,
    drawn,
    layer,
    pixels,
    wrapped,
)

COLUMNS, CELL, INNER, GAP = 3, 200, 168, 16
"""Stages beside each other; pixels from one to the next, of a bar's length, between two frames."""

BAR, LINE = 11, 14
"""Pixels of a bar's height and of a line of text."""


@dataclass(frozen=True)
class StageBar:
    """A stage of a flow: `parts` are shares of its bar by kind, filled in this order, at most 1 in all."""

    id: str
    label: str
    parts: Mapping[str, float]
    tip: str
    marked: bool = False


Group = tuple[tuple[str, ...], list[StageBar]]


def flow(
    name: str,
    title: str,
    columns: Sequence[Sequence[StageBar]],
    edges: Sequence[tuple[str, str]],
    colours: Mapping[str, str],
    notes: Sequence[str] = (),
) -> Figure:
    """Stages in frames of those with the same users, named above them, each with a bar of who makes it.

    Stages that have inputs of their own are bold, and stand first in their frames.

    Args:
        columns: the stages by their distance from the end, farthest first.
        edges: from stage, to stage.
        colours: of the kinds of suppliers.
    """
    stages = [stage for column in columns for stage in column]
    labels, made = {stage.id: stage.label for stage in stages}, {end for _, end in edges}
    rows: dict[str, Rows] = {"frames": [], "texts": [], "parts": [], "bars": []}
    y = 0.0
    for column in columns:
        groups: dict[tuple[str, ...], list[StageBar]] = {}
        for stage in sorted(column, key=lambda stage: stage.id not in made):
            users = tuple(end for start, end in edges if start == stage.id)
            groups.setdefault(users, []).append(stage)
        for shelf in _shelves(groups):
            bottom = x = 0.0
            for users, held in shelf:
                inputs = "Inputs" if len(held) > 1 else "Input"
                head = f"{inputs} of {'; '.join(map(labels.__getitem__, users))}" if users else ""
                bottom = max(bottom, _draw_group(rows, x, y, head, held, made))
                x += CELL * min(COLUMNS, len(held))
            for frame in rows["frames"][-len(shelf) :]:
                frame["y2"] = bottom
            y = bottom + GAP
    width = COLUMNS * CELL
    axes = pixels(width, y)
    box = {**axes, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    text: Spec = {
        "type": "text",
        "align": "left",
        "baseline": "top",
        "lineHeight": LINE,
        "aria": False,
    }
    text |= {"fontSize": 12, **{k: {"expr": f"datum.{k}"} for k in ("fontStyle", "fontWeight")}}
    kind = {"color": coloured("kind", colours), "description": {"field": "tip"}}
    stroke = {"field": "stroke", "type": "quantitative", "scale": None, "legend": None}
    rect = {"type": "rect", "aria": False}
    outline = {**rect, "fill": None, "stroke": TEXT}
    return drawn(
        name,
        title,
        notes,
        "Flow",
        [
            {"stage": stage.label, "kind": kind, "Share, %": 100 * stage.parts.get(kind, 0.0)}
            for stage in stages
            for kind in colours
        ],
        "kind",
        width,
        width=width,
        height=y,
        layer=[
            layer(rows["frames"], {**rect, "color": FAINT, "opacity": 0.4}, box),
            layer(rows["parts"], {"type": "rect", "stroke": None}, {**box, **kind}),
            layer(rows["bars"], outline, {**box, "strokeWidth": stroke}),
            layer(rows["texts"], text, {**axes, "text": {"field": "text"}}),
        ],
    )


def _shelves(groups: Mapping[tuple[str, ...], list[StageBar]]) -> list[list[Group]]:
    """Groups beside each other as long as there is room, the small ones first."""
    shelves: list[list[Group]] = []
    room = 0
    for users, stages in sorted(groups.items(), key=lambda group: min(COLUMNS, len(group[1]))):
        wide = min(COLUMNS, len(stages))
        if wide > room:
            shelves.append([])
            room = COLUMNS
        shelves[-1].append((users, stages))
        room -= wide
    return shelves


def _draw_group(
    rows: Mapping[str, Rows], x: float, y: float, head: str, stages: list[StageBar], made: set[str]
) -> float:
    """A frame from its upper left corner: a head, and stages beside and below each other; where it ends below."""
    wide, left, top = min(COLUMNS, len(stages)), x + 8, y
    said = wrapped(head, wide * CELL - 32) if head else []
    rows["texts"].append({"x": left, "y": y + 8, "text": said, "fontStyle": "italic"})
    y += LINE * len(said) + 12
    for at in range(0, len(stages), wide):
        beside = stages[at : at + wide]
        names = [wrapped(stage.label, INNER, most=3, bold=True) for stage in beside]
        y += LINE * max(map(len, names))
        for n, (stage, text) in enumerate(zip(beside, names, strict=True)):
            start = end = left + n * CELL
            bar = {"x": start, "x2": start + INNER, "y": y, "y2": y + BAR, "tip": stage.tip}
            weight = "bold" if stage.id in made else "normal"
            above = {"x": start, "y": y - LINE * len(text), "text": text, "fontWeight": weight}
            rows["texts"].append(above)
            rows["bars"].append({**bar, "stroke": 2.6 if stage.marked else 0.6})
            for kind, share in stage.parts.items():
                start, end = end, end + share * INNER
                if end > start:
                    rows["parts"].append({**bar, "x": start, "x2": end, "kind": kind})
        y += BAR + 9
    rows["frames"].append({"x": x, "x2": x + wide * CELL - GAP, "y": top})
    return y
